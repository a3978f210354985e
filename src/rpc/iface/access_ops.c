/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what: FX_CS_ACCESS_* of our own interface. Rights travel as bits and as words; the
 * words come from the service, so that no client needs a table of them. */
#include "rpc/iface/iface.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "service/access.h"
#include "service/accounts.h"

static const char *words(struct fx_icall *call, uint32_t mask)
{
	char *text = fx_arena_alloc(&call->arena, FX_RIGHTS_TEXT_SIZE);

	return text ? fx_rights_str(mask, text) : NULL;
}

uint32_t fx_cs_access_list(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_access_row *rows = NULL;
	struct fx_cs_access *w;
	size_t n = 0;
	uint32_t code;
	int err = fx_service_access_list(a->env->service, &a->caller, &rows, &n);

	if (err) {
		return fx_win32(err);
	}
	w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	for (size_t i = 0; w && i < n; i++) {
		const struct fx_access_row *r = &rows[i];

		w[i] = (struct fx_cs_access){
			.kind = (uint32_t)r->entry.kind, .source = (uint32_t)r->source,
			.mask = r->entry.mask, .in_file = r->in_file, .file_mask = r->file_mask,
			.name = {.u8 = *r->entry.name ? r->entry.name : NULL},
			.words = {.u8 = words(call, r->entry.mask)}};
		if (r->in_file) {
			w[i].file_words.u8 = words(call, r->file_mask);
		}
	}
	code = w ? fx_icall_array(call, 0, &fx_cs_access_layout, w, n) : FX_W_NOT_ENOUGH_MEMORY;
	(void)fx_free(rows);
	return code;
}

static void shown(void *arg, int err, const struct fx_access_shown *s)
{
	struct fx_icall *call = arg;
	uint32_t code = fx_win32(err);

	if (!err) {
		struct fx_cs_access w = {.kind = FX_ACCESS_USER, .mask = s->mask,
					 .name = {.u8 = s->user}, .why = {.u8 = s->why},
					 .words = {.u8 = words(call, s->mask)}};

		code = fx_icall_array(call, 0, &fx_cs_access_layout, &w, 1);
	}
	fx_icall_finish(call, code);
}

uint32_t fx_cs_access_show(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;

	return fx_icall_later(fx_service_access_show(a->env->service, &a->caller,
						     call->in[0].s.u8, shown, call));
}

uint32_t fx_cs_access_set(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	const char *name = fx_text(call->in[2].s.u8);
	struct fx_access_entry e = {0};
	uint32_t code = fx_win32(fx_service_check(&a->caller, FX_RIGHT_WRITE_DAC,
						  "changing who may do what"));

	if (code) {
		return code;
	}
	if (call->in[0].u > FX_ACCESS_RESET_ALL || call->in[1].u >= FX_ACCESS_KINDS ||
	    strlen(name) >= sizeof(e.name) ||
	    fx_rights_parse(fx_text(call->in[3].s.u8), &e.mask, NULL)) {
		return FX_W_INVALID_PARAMETER;
	}
	e.kind = (enum fx_access_kind)call->in[1].u;
	(void)fx_strlcpy(e.name, name, sizeof(e.name));
	return fx_icall_later(fx_service_access_change(a->env->service, &a->caller, &e,
						       (enum fx_access_change)call->in[0].u,
						       fx_icall_done, call, NULL));
}

uint32_t fx_cs_password(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	char *password = (char *)(uintptr_t)call->in[2].s.u8; /* ours: made in the arena */
	struct fx_reason why = {0};
	int err;

	err = call->in[0].u > FX_PASSWORD_ENABLE ? FX_EINVAL :
	      fx_service_password(a->env->service, &a->caller,
				  (enum fx_password_change)call->in[0].u, call->in[1].s.u8,
				  password, fx_icall_done, call, &why);
	if (password) {
		explicit_bzero(password, strlen(password));
	}
	return fx_icall_later(err);
}

static void put_people(void *arg, int err, const struct fx_person *v, size_t n)
{
	struct fx_icall *call = arg;
	struct fx_cs_account *w;
	uint32_t code = fx_win32(err);

	if (!err) {
		w = fx_arena_calloc(&call->arena, n, sizeof(*w));
		for (size_t i = 0; w && i < n; i++) {
			w[i] = (struct fx_cs_account){
				.kind = v[i].uid == FX_UID_NONE ? 2 : fx_uid_is_account(v[i].uid),
				.uid = v[i].uid, .password = (uint32_t)v[i].password,
				.connections = v[i].connections, .name = {.u8 = v[i].name},
				.created_at = (uint64_t)v[i].created_at,
				.seen_at = (uint64_t)v[i].seen_at,
				.password_at = (uint64_t)v[i].password_at};
		}
		code = w ? fx_icall_array(call, 0, &fx_cs_account_layout, w, n) :
			   FX_W_NOT_ENOUGH_MEMORY;
	}
	fx_icall_finish(call, code);
}

uint32_t fx_cs_accounts(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;

	return fx_icall_later(fx_service_people(a->env->service, &a->caller, put_people, call));
}
