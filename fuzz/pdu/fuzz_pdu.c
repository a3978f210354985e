/* SPDX-License-Identifier: Apache-2.0 */
/* A stream of PDUs: every reader, then the fragments put together. */
#include "rpc/pdu/pdu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_pdu_asm a = {.stub = {.max = 65536}};
	struct fx_pdu_hdr h;
	struct fx_pdu_bind bind;
	struct fx_pdu_ack ack;
	struct fx_pdu_call call;
	size_t pos = 0;

	while (size - pos >= FX_PDU_HDR_SIZE && fx_pdu_hdr_get(data + pos, &h) == 0 &&
	       size - pos >= h.frag_len) {
		const uint8_t *body = data + pos + FX_PDU_HDR_SIZE;
		size_t len = h.frag_len - FX_PDU_HDR_SIZE;
		int rc = fx_pdu_bind_get(body, len, &bind);

		FX_ASSERT(rc != 0 || bind.n_ctx <= FX_PDU_CTX_MAX);
		rc = fx_pdu_ack_get(body, len, &ack);
		FX_ASSERT(rc != 0 || ack.n_results <= FX_PDU_CTX_MAX);
		if (fx_pdu_call_get(&h, body, len, &call) == 0) {
			rc = fx_pdu_asm_add(&a, &h, &call);
			FX_ASSERT(a.stub.len <= 65536);
			if (rc != 0) {
				fx_pdu_asm_reset(&a);
			}
		}
		pos += h.frag_len;
	}
	fx_buf_fini(&a.stub);
	return 0;
}
