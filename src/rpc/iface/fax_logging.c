/* SPDX-License-Identifier: Apache-2.0 */
/* What is logged: opnums 21, 22 (ms-fax.md 9.7). */
#include "rpc/iface/iface.h"

#include "base/mem.h"
#include "service/logging.h"

#define CATEGORIES_MAX 64u /* in one request; one may be named twice */

uint32_t fx_fax_get_logging(struct fx_icall *call)
{
	/* Shown to people only; a client tells categories by their number. */
	static const char *const names[FX_LOG_CATEGORIES] = {
		"Initialization/Termination", "Outbound", "Inbound", "Unknown"};
	const struct fx_assoc *a = call->assoc;
	struct fx_log_setting now[FX_LOG_CATEGORIES];
	struct fx_ms_log_category w[FX_LOG_CATEGORIES];
	int err = fx_service_logging(a->env->service, &a->caller, now);

	if (err) {
		return fx_win32(err);
	}
	for (size_t i = 0; i < FX_LOG_CATEGORIES; i++) {
		w[i] = (struct fx_ms_log_category){.name = {.u8 = names[i]},
						   .category = now[i].category + 1,
						   .level = now[i].depth};
	}
	return fx_icall_array(call, 0, &fx_ms_log_category_layout, w, FX_LOG_CATEGORIES);
}

uint32_t fx_fax_set_logging(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_log_setting v[CATEGORIES_MAX];
	struct fx_ms_log_category *w = NULL;
	uint64_t n = call->in[2].u;
	uint32_t code = fx_win32(fx_service_check(&a->caller, FX_RIGHT_CONFIG_SET,
						  "changing what is logged"));
	int err;

	if (code) {
		return code;
	}
	if (!call->in[0].p || n == 0 || n > CATEGORIES_MAX ||
	    fx_ms_get(&fx_ms_log_category_layout, call->in[0].p, call->in[0].n, (size_t)n,
		      FX_TEXT_UTF8, (void **)&w)) {
		return FX_W_INVALID_PARAMETER;
	}
	for (size_t i = 0; i < n; i++) {
		v[i] = (struct fx_log_setting){w[i].category - 1, w[i].level};
	}
	(void)fx_free(w);
	err = fx_service_set_logging(a->env->service, &a->caller, v, (size_t)n, fx_icall_done, call,
				     NULL);
	return err ? fx_win32_config(err) : FX_LATER;
}
