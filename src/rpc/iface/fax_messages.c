/* SPDX-License-Identifier: Apache-2.0 */
/* Messages: opnums 63-67, 69, 71, 89-91, 103 (ms-fax.md 9.3, 9.6). */
#include "rpc/iface/iface.h"

#include <sys/stat.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "rpc/iface/convert.h"

#define ENUM_MAX 1000u /* messages in one answer; the client asks again */

static bool to_folder(uint64_t wire, enum fx_folder *ret)
{
	*ret = wire == FX_MS_SENT ? FX_FOLDER_SENT : FX_FOLDER_INBOX;
	return wire == FX_MS_SENT || wire == FX_MS_INBOX;
}

static uint32_t start(struct fx_icall *call, uint64_t wire_folder, bool extended,
		      const struct fx_scope *scope)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_message *m = NULL;
	enum fx_folder folder;
	struct fx_handle *h;
	size_t n = 0;
	uint32_t code = fx_icall_any_right(call);
	int err;

	if (code) {
		return code;
	}
	if (!to_folder(wire_folder, &folder)) {
		return FX_W_INVALID_PARAMETER;
	}
	err = fx_service_messages_of(a->env->service, &a->caller, scope, folder, 0, 1, &m, &n);
	if (err) {
		return fx_win32(err);
	}
	fx_service_messages_free(m, n);
	if (n == 0) {
		return FX_W_NO_MORE_ITEMS;
	}
	err = fx_icall_new_handle(call, 0, FX_P_CTX_ENUM, &h);
	if (!err) {
		h->folder = folder;
		h->extended = extended;
		h->scope = *scope;
	}
	return fx_win32(err);
}

uint32_t fx_fax_start_messages(struct fx_icall *call)
{
	static const struct fx_scope all = {.all = true}; /* that he sees */

	return start(call, call->in[0].u, false, &all);
}

uint32_t fx_fax_start_messages_ex(struct fx_icall *call)
{
	struct fx_scope scope = {0};
	uint32_t code = fx_icall_any_right(call);

	if (code) {
		return code;
	}
	if (call->in[3].u != 1) {
		return FX_W_INVALID_PARAMETER;
	}
	code = fx_win32(fx_service_scope(call->assoc->env->service, &call->assoc->caller,
					 call->in[0].u != 0, call->in[1].s.u8, &scope));
	return code ? code : start(call, call->in[2].u, true, &scope);
}

uint32_t fx_fax_end_messages(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_ENUM);

	if (h) {
		fx_icall_close_handle(call, h);
	}
	return FX_W_SUCCESS;
}

static uint32_t put_messages(struct fx_icall *call, const struct fx_message *m, size_t n,
			     bool extended)
{
	struct fx_ms_message *w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	size_t i;

	if (!w) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	for (i = 0; i < n; i++) {
		fx_wire_message(&w[i], &m[i]);
	}
	return fx_icall_array(call, 0, extended ? &fx_ms_message_1_layout : &fx_ms_message_layout,
			      w, n);
}

/* 65 and 91: the operation says the layout, both take either enumeration. */
uint32_t fx_fax_enum_messages(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_ENUM);
	const struct fx_assoc *a = call->assoc;
	bool extended = call->op->opnum == 91;
	struct fx_message *m = NULL;
	uint64_t max = call->in[1].u;
	size_t n = 0;
	uint32_t code;
	int err;

	if (!h) {
		return FX_W_INVALID_HANDLE;
	}
	if (max == 0) {
		return FX_W_INVALID_PARAMETER;
	}
	err = fx_service_messages_of(a->env->service, &a->caller, &h->scope, h->folder,
				     h->after_id, max < ENUM_MAX ? (size_t)max : ENUM_MAX, &m,
				     &n);
	if (err) {
		return fx_win32(err);
	}
	if (n == 0) {
		fx_service_messages_free(m, n);
		return FX_W_NO_MORE_ITEMS;
	}
	code = put_messages(call, m, n, extended);
	if (!code) {
		h->after_id = m[n - 1].id;
		call->out[3].u = extended ? 1 : 0;
	}
	fx_service_messages_free(m, n);
	return code;
}

/* A message that must be in the folder that the caller names. */
static uint32_t find(struct fx_icall *call, struct fx_message *ret)
{
	const struct fx_assoc *a = call->assoc;
	enum fx_folder folder;
	uint32_t code = fx_icall_any_right(call);
	int err;

	if (code) {
		return code;
	}
	if (call->in[0].u == 0 || !to_folder(call->in[1].u, &folder)) {
		return FX_W_INVALID_PARAMETER;
	}
	err = fx_service_message(a->env->service, &a->caller, call->in[0].u, ret);
	if (!err && ret->folder != folder) {
		fx_message_fini(ret);
		err = FX_ENOMSG;
	}
	return fx_win32(err);
}

static uint32_t get(struct fx_icall *call, bool extended)
{
	struct fx_message m;
	uint32_t code = find(call, &m);

	if (code) {
		return code;
	}
	code = put_messages(call, &m, 1, extended);
	fx_message_fini(&m);
	return code;
}

uint32_t fx_fax_get_message(struct fx_icall *call)
{
	return get(call, false);
}

uint32_t fx_fax_get_message_ex(struct fx_icall *call)
{
	uint32_t code = fx_icall_any_right(call);

	return code ? code : call->in[2].u == 1 ? get(call, true) : FX_W_INVALID_PARAMETER;
}

uint32_t fx_fax_remove_message(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_message m;
	uint32_t code = find(call, &m);

	if (code) {
		return code;
	}
	fx_message_fini(&m);
	return fx_icall_later(fx_service_remove_message(a->env->service, &a->caller, call->in[0].u,
							fx_icall_done, call));
}

uint32_t fx_fax_set_message(struct fx_icall *call)
{
	const struct fx_ms_message_props *props = call->in[2].p;
	const struct fx_assoc *a = call->assoc;
	struct fx_message m;
	uint32_t code = find(call, &m);

	if (code) {
		return code;
	}
	fx_message_fini(&m);
	if (props->valid & ~1u) {
		return FX_W_INVALID_PARAMETER;
	}
	if (props->valid == 0) {
		return FX_W_SUCCESS;
	}
	return fx_icall_later(fx_service_set_message_read(a->env->service, &a->caller,
							  call->in[0].u, props->flags & 1,
							  fx_icall_done, call));
}

/* Cover page and document of a queued job, joined. */
static void joined(void *arg, int err, const uint8_t *p, size_t n, uint32_t pages)
{
	struct fx_icall *call = arg;
	struct fx_handle *h = NULL;
	int fd = err ? -1 : memfd_create("fax", MFD_CLOEXEC);

	(void)pages;
	if (!err && (fd < 0 || write(fd, p, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0)) {
		err = FX_ENOMEM;
	}
	err = err ? err : fx_icall_new_document(call, FX_P_CTX_COPY, fd, NULL, 0, &h);
	if (!err) {
		h->message_id = call->in[0].u;
	} else if (fd >= 0) {
		(void)close(fd);
	}
	fx_icall_finish(call, fx_win32(err));
}

uint32_t fx_fax_copy_message(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_handle *h;
	int fd = -1, err;

	if (call->in[0].u == 0 || call->in[1].u > FX_MS_QUEUE) {
		return FX_W_INVALID_PARAMETER;
	}
	err = fx_service_message_file(a->env->service, &a->caller, call->in[0].u, &fd);
	if (err == FX_EAGAIN) {
		return fx_icall_later(fx_service_view(a->env->service, &a->caller, call->in[0].u,
						      FX_VIEW_TIFF, 0, joined, call));
	}
	if (err) {
		/* 9.3: unknown or no right look the same */
		return err == FX_EACCES ? FX_W_FAX_MESSAGE_NOT_FOUND : fx_win32(err);
	}
	err = fx_icall_new_document(call, FX_P_CTX_COPY, fd, NULL, 0, &h);
	if (err) {
		(void)close(fd);
	} else {
		h->message_id = call->in[0].u;
	}
	return fx_win32(err);
}

uint32_t fx_fax_read_file(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_COPY);
	uint64_t max = call->in[1].u;
	uint8_t *p;
	ssize_t n;

	if (!h || h->fd < 0) {
		return FX_W_INVALID_HANDLE;
	}
	if (!fx_service_may_read(call->assoc->env->service, &call->assoc->caller,
				 h->message_id)) {
		return FX_W_ACCESS_DENIED; /* taken from him since he began */
	}
	if (max == 0 || max != call->in[2].u) {
		return FX_W_INVALID_PARAMETER;
	}
	if (max > FX_MS_COPY_CHUNK) {
		max = FX_MS_COPY_CHUNK;
	}
	fx_buf_reset(&call->data);
	p = fx_buf_grow(&call->data, (size_t)max);
	if (!p) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	n = pread(h->fd, p, (size_t)max, (off_t)h->pos);
	if (n < 0) {
		return FX_W_GEN_FAILURE;
	}
	call->data.len = (size_t)n;
	h->pos += (uint64_t)n;
	return fx_icall_data(call, 0);
}
