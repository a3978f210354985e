/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts and whose a received fax is: opnums 93-96, 102 (ms-fax.md 3.1, 7.1). */
#include "rpc/iface/iface.h"

#include "base/mem.h"
#include "base/str.h"
#include "service/accounts.h"

static void created(void *arg, int err, const struct fx_reason *why)
{
	(void)why;
	/* he may be a user of the machine or not: that cannot be said now */
	fx_icall_finish(arg, err == FX_EIO ? FX_W_INVALID_HANDLE_STATE : fx_win32(err));
}

uint32_t fx_fax_create_account(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_ms_account_info *info = NULL;
	struct fx_reason why = {0};
	uint32_t code = fx_win32(fx_service_check(&a->caller, FX_RIGHT_CONFIG_SET,
						  "making a fax account"));
	int err;

	if (code) {
		return code;
	}
	if (call->in[0].u != 0 ||
	    fx_ms_get(&fx_ms_account_info_layout, call->in[1].p, call->in[1].n, 1, FX_TEXT_UTF8,
		      (void **)&info)) {
		return FX_W_INVALID_PARAMETER;
	}
	err = fx_service_account_create(a->env->service, &a->caller, info->name.u8, created, call,
					&why);
	(void)fx_free(info);
	return fx_icall_later(err);
}

static void deleted(void *arg, int err, const struct fx_reason *why)
{
	(void)why;
	fx_icall_finish(arg, err == FX_ENOENT ? FX_W_INVALID_PARAMETER : fx_win32(err));
}

uint32_t fx_fax_delete_account(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	int err = fx_service_account_delete(a->env->service, &a->caller, call->in[0].s.u8, deleted,
					    call);

	return err == FX_ENOENT ? FX_W_INVALID_PARAMETER : fx_icall_later(err);
}

uint32_t fx_fax_enum_accounts(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_account_row *rows = NULL;
	struct fx_ms_account_info *w;
	size_t n = 0;
	uint32_t code;
	int err = fx_service_accounts(a->env->service, &a->caller, &rows, &n);

	if (err || call->in[0].u != 0) {
		(void)fx_free(rows);
		return err ? fx_win32(err) : FX_W_INVALID_PARAMETER;
	}
	w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	for (size_t i = 0; w && i < n; i++) {
		w[i].name.u8 = rows[i].name;
	}
	code = w ? fx_icall_array(call, 0, &fx_ms_account_info_layout, w, n) :
		   FX_W_NOT_ENOUGH_MEMORY;
	(void)fx_free(rows);
	return code;
}

uint32_t fx_fax_account_info(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_account_row row;
	struct fx_ms_account_info w = {0};
	int err = fx_service_account(a->env->service, &a->caller, call->in[0].s.u8, &row);

	if (err || call->in[1].u != 0) {
		return err ? fx_win32(err) : FX_W_INVALID_PARAMETER;
	}
	w.name.u8 = row.name;
	return fx_icall_array(call, 0, &fx_ms_account_info_layout, &w, 1);
}

static uint32_t reassign_code(int err)
{
	return err == FX_EOVERFLOW ? FX_W_BUFFER_OVERFLOW : fx_win32(err);
}

static void reassigned(void *arg, int err, const struct fx_reason *why)
{
	(void)why;
	fx_icall_finish(arg, reassign_code(err));
}

uint32_t fx_fax_reassign(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	const struct fx_ms_reassign_info *info = call->in[1].p;
	const struct fx_reassign to = {.recipients = info->recipients.u8,
				       .sender_name = info->sender_name.u8,
				       .sender_number = info->sender_number.u8,
				       .subject = info->subject.u8,
				       .has_cover = info->has_cover != 0};
	struct fx_reason why = {0};
	int err = fx_service_reassign(a->env->service, &a->caller, call->in[0].u, &to, reassigned,
				      call, &why);

	return err ? reassign_code(err) : FX_LATER;
}
