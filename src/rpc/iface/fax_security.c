/* SPDX-License-Identifier: Apache-2.0 */
/* The security descriptor: opnums 99, 100 (ms-fax.md 9.9). 23, 24 and 81 are those of versions 1
 * and 2, which a server of version 3 refuses (3.1). */
#include "rpc/iface/iface.h"

#include "service/security.h"

static void got(void *arg, int err, const void *p, size_t n)
{
	struct fx_icall *call = arg;
	uint32_t code = fx_win32(err);

	if (!err) {
		fx_buf_reset(&call->data);
		fx_buf_put(&call->data, p, n);
		code = fx_icall_data(call, 0);
	}
	fx_icall_finish(call, code);
}

uint32_t fx_fax_get_security(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;

	return fx_icall_later(fx_service_security(a->env->service, &a->caller,
						  (uint32_t)call->in[0].u, got, call));
}

static uint32_t code_of(int err)
{
	return err == FX_ELIMIT ? FX_W_INVALID_PARAMETER : fx_win32_config(err);
}

static void set(void *arg, int err, const struct fx_reason *why)
{
	(void)why;
	fx_icall_finish(arg, code_of(err));
}

uint32_t fx_fax_set_security(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	const struct fx_ms_val *sd = &call->in[1];
	int err;

	err = fx_service_set_security(a->env->service, &a->caller, (uint32_t)call->in[0].u,
				      sd->p ? sd->p : "", sd->p ? sd->n : 0, set, call);
	if (err == FX_EDATA && !sd->p) {
		return FX_W_INVALID_PARAMETER; /* NULL */
	}
	return err ? code_of(err) : FX_LATER;
}
