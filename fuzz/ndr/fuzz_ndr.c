/* SPDX-License-Identifier: Apache-2.0 */
/* Stubs: byte 0 the interface, direction and form, byte 1 the operation, then the stub. What was
 * read is written again and read again: the same stub must come out of both. */
#include <string.h>

#include "rpc/msfax/ops.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fx_ms_iface *iface;
	const struct fx_ms_op *op;
	const uint8_t *sig;
	enum fx_text_form form;
	struct fx_ms_val v[FX_MS_PARAMS_MAX] = {0}, v2[FX_MS_PARAMS_MAX] = {0};
	struct fx_arena a = {.max = 16u << 20};
	struct fx_buf one = {0}, two = {0};
	struct fx_ndr_wr w;
	struct fx_rd r;

	if (size < 2) {
		return 0;
	}
	iface = data[0] & 1 ? &fx_ms_caselli_iface : &fx_ms_fax_iface;
	form = data[0] & 4 ? FX_TEXT_UTF16 : FX_TEXT_UTF8;
	op = &iface->ops[data[1] % iface->n_ops];
	sig = data[0] & 2 ? op->out : op->in;
	r = fx_rd_init(data + 2, size - 2);
	fx_ms_get_params(&r, sig, v, &a, form);
	if (!r.err) {
		w = fx_ndr_wr_init(&one);
		fx_ms_put_params(&w, sig, v, form);
		r = fx_rd_init(one.data, one.len);
		fx_ms_get_params(&r, sig, v2, &a, form);
		FX_ASSERT(r.err == 0 || r.err == FX_ENOMEM || r.err == FX_ELIMIT);
		if (!r.err) {
			w = fx_ndr_wr_init(&two);
			fx_ms_put_params(&w, sig, v2, form);
			FX_ASSERT(one.len == two.len);
			FX_ASSERT(one.len == 0 || memcmp(one.data, two.data, one.len) == 0);
		}
	}
	fx_buf_fini(&one);
	fx_buf_fini(&two);
	fx_arena_fini(&a);
	return 0;
}
