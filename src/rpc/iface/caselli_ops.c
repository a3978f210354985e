/* SPDX-License-Identifier: Apache-2.0 */
/* Our own interface: docs/caselli-rpc.md. */
#include "rpc/iface/iface.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "rpc/iface/convert.h"
#include "service/accounts.h"

#define VIEW_MAX ((size_t)256 << 20)
#define MESSAGES_MAX 1000u

uint32_t fx_cs_info(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_port_info *ports = NULL;
	size_t n = 0;
	struct fx_cs_info w = {.version = fx_ms_caselli_iface.major,
		.product = {.u8 = "caselli 0.1.0"}, .user = {.u8 = a->caller.user},
		.rights = fx_service_rights(&a->caller)};

	/* asked only where it is granted: that Info says 0 is no refused call */
	if (fx_service_sees_ports(&a->caller) &&
	    fx_service_ports(a->env->service, &a->caller, &ports, &n) == 0) {
		w.ports = (uint32_t)n;
	}
	(void)fx_free(ports);
	return fx_icall_array(call, 0, &fx_cs_info_layout, &w, 1);
}

uint32_t fx_cs_port_status(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	uint32_t id = (uint32_t)call->in[0].u;
	struct fx_port_status status;
	struct fx_port_info info;
	struct fx_cs_port w;
	int err = fx_service_port(a->env->service, &a->caller, id, &info);

	if (!err) {
		err = fx_service_port_status(a->env->service, &a->caller, id, &status);
	}
	if (err) {
		return fx_win32(err);
	}
	fx_wire_cs_port(&w, &info, &status);
	return fx_icall_array(call, 0, &fx_cs_port_layout, &w, 1);
}

uint32_t fx_cs_ports(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_port_info *ports = NULL;
	struct fx_port_status *status;
	struct fx_cs_port *w;
	size_t n = 0, i, k = 0;
	uint32_t code = FX_W_NOT_ENOUGH_MEMORY;
	int err = fx_service_ports(a->env->service, &a->caller, &ports, &n);

	if (err) {
		return fx_win32(err);
	}
	w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	status = fx_arena_calloc(&call->arena, n, sizeof(*status));
	if (w && status) {
		for (i = 0; i < n; i++) {
			if (fx_service_port_status(a->env->service, &a->caller, ports[i].device_id,
						   &status[i]) == 0) {
				fx_wire_cs_port(&w[k++], &ports[i], &status[i]);
			}
		}
		code = fx_icall_array(call, 0, &fx_cs_port_layout, w, k);
	}
	(void)fx_free(ports);
	return code;
}

static void wire_job(const struct fx_icall *call, struct fx_cs_job *w, const struct fx_job *job)
{
	struct fx_service *s = call->assoc->env->service;

	fx_wire_cs_job(w, job, fx_service_job_fps(s, job));
	w->parent = fx_service_parent_number(s, job);
	if (job->type == FX_JT_BROADCAST) {
		w->recipients = (uint32_t)fx_service_broadcast_count(s, job);
	}
}

static uint32_t put_jobs(struct fx_icall *call, struct fx_job *take_jobs, size_t n)
{
	struct fx_cs_job *w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	uint32_t code = FX_W_NOT_ENOUGH_MEMORY;

	for (size_t i = 0; w && i < n; i++) {
		wire_job(call, &w[i], &take_jobs[i]);
	}
	if (w) {
		code = fx_icall_array(call, 0, &fx_cs_job_layout, w, n);
	}
	fx_service_jobs_free(take_jobs, n);
	return code;
}

uint32_t fx_cs_jobs(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_job *jobs = NULL;
	size_t n = 0;
	int err = fx_service_jobs(a->env->service, &a->caller, &jobs, &n);

	return err ? fx_win32(err) : put_jobs(call, jobs, n);
}

uint32_t fx_cs_jobs_page(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	uint64_t max = call->in[1].u, next = 0;
	struct fx_job *jobs = NULL;
	size_t n = 0;
	int err;

	if (max == 0) {
		return FX_W_INVALID_PARAMETER;
	}
	err = fx_service_jobs_page(a->env->service, &a->caller, call->in[0].u,
				   max < FX_CS_PAGE_MAX ? (size_t)max : FX_CS_PAGE_MAX, &jobs, &n,
				   &next);
	call->out[3].u = next;
	return err ? fx_win32(err) : put_jobs(call, jobs, n);
}

uint32_t fx_cs_job(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_cs_job w;
	struct fx_job job;
	uint32_t code;
	int err = fx_service_job_by_id(a->env->service, &a->caller, call->in[0].u, &job);

	if (err) {
		return fx_win32(err);
	}
	wire_job(call, &w, &job);
	code = fx_icall_array(call, 0, &fx_cs_job_layout, &w, 1);
	fx_job_fini(&job);
	return code;
}

uint32_t fx_cs_resolve(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_job job;
	uint64_t id = 0;
	int err = fx_service_resolve(a->env->service, &a->caller, (uint32_t)call->in[0].u, &id);

	if (err) {
		return fx_win32(err);
	}
	err = fx_service_job_by_id(a->env->service, &a->caller, id, &job);
	if (!err) {
		fx_job_fini(&job);
	} else if (err != FX_ENOMSG) {
		return fx_win32(err);
	}
	call->out[0].u = id;
	call->out[1].u = err == FX_ENOMSG;
	return FX_W_SUCCESS;
}

uint32_t fx_cs_attempts(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_attempt *list = NULL;
	struct fx_cs_attempt *w;
	size_t n = 0, i;
	uint32_t code;
	int err = fx_service_attempts(a->env->service, &a->caller, call->in[0].u, &list, &n);

	if (err) {
		return fx_win32(err);
	}
	w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	for (i = 0; w && i < n; i++) {
		fx_wire_cs_attempt(&w[i], &list[i]);
	}
	code = w ? fx_icall_array(call, 0, &fx_cs_attempt_layout, w, n) : FX_W_NOT_ENOUGH_MEMORY;
	(void)fx_free(list);
	return code;
}

uint32_t fx_cs_call_log(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	uint64_t offset = call->in[2].u;
	size_t total, n;
	uint32_t code;
	int err;

	fx_buf_reset(&call->data);
	err = fx_service_call_log(a->env->service, &a->caller, call->in[0].u, call->in[1].u,
				  &call->data);
	if (err) {
		return fx_win32(err);
	}
	total = call->data.len;
	offset = offset < total ? offset : total;
	n = total - (size_t)offset < FX_CS_READ_MAX ? total - (size_t)offset : FX_CS_READ_MAX;
	if (n && offset) {
		memmove(call->data.data, call->data.data + offset, n);
	}
	call->data.len = n;
	code = n ? fx_icall_data(call, 0) : FX_W_SUCCESS;
	call->out[2].u = total;
	return code;
}

static const char *keep(struct fx_icall *call, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = fx_arena_alloc(&call->arena, size);

	return copy ? memcpy(copy, text, size) : NULL;
}

static int put_owners(struct fx_icall *call, struct fx_cs_message *w, const char *owners)
{
	char *names[2];
	int err = fx_service_owner_names(call->assoc->env->service, owners, names);

	if (!err) {
		w->owners.u8 = keep(call, names[0]);
		w->read_by.u8 = keep(call, names[1]);
		err = w->owners.u8 && w->read_by.u8 ? 0 : FX_ENOMEM;
		(void)fx_free(names[0]);
		(void)fx_free(names[1]);
	}
	return err;
}

static uint32_t put_messages(struct fx_icall *call, const struct fx_message *m, size_t n)
{
	struct fx_cs_message *w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	struct fx_cs_job *jobs = fx_arena_calloc(&call->arena, n, sizeof(*jobs));
	size_t i;

	if (!w || !jobs) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	for (i = 0; i < n; i++) {
		fx_wire_cs_message(&w[i], &jobs[i], &m[i]);
		if (m[i].owners && put_owners(call, &w[i], m[i].owners)) {
			return FX_W_NOT_ENOUGH_MEMORY;
		}
	}
	return fx_icall_array(call, 0, &fx_cs_message_layout, w, n);
}

typedef int(list_fn)(struct fx_service *s, const struct fx_caller *c, enum fx_folder folder,
		     uint64_t from_id, size_t max, struct fx_message **ret, size_t *ret_n);

static uint32_t list_messages(struct fx_icall *call, list_fn *list)
{
	const struct fx_assoc *a = call->assoc;
	uint64_t folder = call->in[0].u, max = call->in[2].u;
	struct fx_message *m = NULL;
	size_t n = 0;
	uint32_t code = fx_win32(fx_service_check_any(&a->caller, "listing messages"));
	int err;

	if (code) {
		return code;
	}
	if (folder > FX_MS_SENT || max == 0) {
		return FX_W_INVALID_PARAMETER;
	}
	err = list(a->env->service, &a->caller,
		   folder == FX_MS_SENT ? FX_FOLDER_SENT : FX_FOLDER_INBOX, call->in[1].u,
		   max < MESSAGES_MAX ? (size_t)max : MESSAGES_MAX, &m, &n);
	if (err) {
		return fx_win32(err);
	}
	code = put_messages(call, m, n);
	fx_service_messages_free(m, n);
	return code;
}

uint32_t fx_cs_messages(struct fx_icall *call)
{
	return list_messages(call, fx_service_messages);
}

uint32_t fx_cs_newest_messages(struct fx_icall *call)
{
	return list_messages(call, fx_service_newest_messages);
}

uint32_t fx_cs_message(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_message m;
	uint32_t code;
	int err = fx_service_message(a->env->service, &a->caller, call->in[0].u, &m);

	if (err) {
		return fx_win32(err);
	}
	code = put_messages(call, &m, 1);
	fx_message_fini(&m);
	return code;
}

/* A file of the spool is read from its descriptor, piece by piece. */
static uint32_t view_file(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_handle *h;
	struct stat st;
	int fd = -1, err;

	err = fx_service_message_file(a->env->service, &a->caller, call->in[0].u, &fd);
	if (err == FX_EAGAIN) {
		return FX_LATER; /* cover page and document have to be joined */
	}
	if (!err && fstat(fd, &st) != 0) {
		err = fx_error_from_errno(errno);
	}
	if (!err) {
		err = fx_icall_new_document(call, FX_P_CTX_VIEW, fd, NULL, (uint64_t)st.st_size,
					    &h);
	}
	if (err) {
		if (fd >= 0) {
			(void)close(fd);
		}
		return fx_win32(err);
	}
	h->message_id = call->in[0].u;
	call->out[1].u = (uint64_t)st.st_size;
	return FX_W_SUCCESS;
}

static void viewed(void *arg, int err, const uint8_t *p, size_t n, uint32_t pages)
{
	struct fx_icall *call = arg;
	struct fx_handle *h = NULL;
	uint8_t *copy = NULL;

	if (!err && n > VIEW_MAX) {
		err = FX_ELIMIT;
	}
	if (!err) {
		copy = fx_memdup(p, n);
		err = copy ? fx_icall_new_document(call, FX_P_CTX_VIEW, -1, copy, n, &h) :
			     FX_ENOMEM;
	}
	if (err) {
		(void)fx_free(copy);
	} else {
		h->message_id = call->in[0].u;
		call->out[1].u = n;
		call->out[2].u = pages;
	}
	fx_icall_finish(call, fx_win32(err));
}

uint32_t fx_cs_view_start(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	uint64_t view = call->in[1].u;
	uint32_t code = fx_win32(fx_service_check_any(&a->caller, "reading the pages of a fax"));

	if (code) {
		return code;
	}
	if (view > FX_VIEW_PNG) {
		return FX_W_INVALID_PARAMETER;
	}
	if (view == FX_VIEW_TIFF) {
		code = view_file(call);
		if (code != FX_LATER) {
			return code;
		}
	}
	return fx_icall_later(fx_service_view(a->env->service, &a->caller, call->in[0].u,
					      (enum fx_view)view, (uint32_t)call->in[2].u, viewed,
					      call));
}

uint32_t fx_cs_view_read(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_VIEW);
	uint64_t offset = call->in[1].u, n = call->in[2].u;
	uint8_t *p;
	ssize_t k;

	if (!h) {
		return FX_W_INVALID_HANDLE;
	}
	if (h->message_id && !fx_service_may_read(call->assoc->env->service, &call->assoc->caller,
						  h->message_id)) {
		return FX_W_ACCESS_DENIED; /* taken from him since he began */
	}
	offset = offset < h->size ? offset : h->size;
	n = n < FX_CS_READ_MAX ? n : FX_CS_READ_MAX;
	n = n < h->size - offset ? n : h->size - offset;
	fx_buf_reset(&call->data);
	p = fx_buf_grow(&call->data, (size_t)n);
	if (!p) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	if (h->fd >= 0) {
		k = pread(h->fd, p, (size_t)n, (off_t)offset);
		if (k < 0) {
			return FX_W_GEN_FAILURE;
		}
		call->data.len = (size_t)k;
	} else if (n) {
		memcpy(p, h->data + offset, (size_t)n);
	}
	return fx_icall_data(call, 0);
}

uint32_t fx_cs_view_end(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_VIEW);

	if (h) {
		fx_icall_close_handle(call, h);
	}
	return FX_W_SUCCESS;
}

uint32_t fx_cs_health(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_health *list = NULL;
	struct fx_cs_health *w;
	size_t n = 0, i;
	uint32_t code;
	int err = fx_service_health(a->env->service, &a->caller, &list, &n);

	if (err) {
		return fx_win32(err);
	}
	w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	for (i = 0; w && i < n; i++) {
		w[i] = (struct fx_cs_health){.level = (uint32_t)list[i].level,
			.name = fx_wire_text(list[i].name), .text = fx_wire_text(list[i].text)};
	}
	code = w ? fx_icall_array(call, 0, &fx_cs_health_layout, w, n) : FX_W_NOT_ENOUGH_MEMORY;
	(void)fx_free(list);
	return code;
}
