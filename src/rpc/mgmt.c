/* SPDX-License-Identifier: Apache-2.0 */
/* Remote management of an RPC server, interface afa8bd80 v1.0 (C706 appendix Q). */
#include <string.h>

#include "rpc/ndr/ndr.h"
#include "rpc/plain.h"

enum op { INQ_IF_IDS, INQ_STATS, IS_SERVER_LISTENING, STOP_SERVER_LISTENING, INQ_PRINC_NAME };
#define N_STATS 4u
#define REFERENT 0x00020000u

/* rpc_if_id_vector_p_t: a pointer, the conformance, the count, pointers, the ids behind them */
static void inq_if_ids(struct fx_conn *c, struct fx_ndr_wr *w)
{
	uint32_t n = 0;

	while (fx_rpc_iface_at(c->door, n)) {
		n++;
	}
	fx_ndr_put_u32(w, REFERENT);
	fx_ndr_put_u32(w, n);
	fx_ndr_put_u32(w, n);
	for (uint32_t i = 0; i < n; i++) {
		fx_ndr_put_u32(w, REFERENT + 4 * (i + 1));
	}
	for (uint32_t i = 0; i < n; i++) {
		struct fx_pdu_syntax s = fx_rpc_iface_syntax(fx_rpc_iface_at(c->door, i));

		fx_buf_put(w->b, s.uuid, sizeof(s.uuid));
		fx_buf_u16(w->b, s.major);
		fx_buf_u16(w->b, s.minor);
	}
	fx_ndr_put_u32(w, 0);
}

static void inq_stats(struct fx_conn *c, struct fx_rd *in, struct fx_ndr_wr *w)
{
	const struct fx_rpc_stats *s = &c->s->stats;
	const uint32_t v[N_STATS] = {s->calls_in, s->calls_out, s->pdus_in, s->pdus_out};
	uint32_t n = fx_ndr_get_u32(in);

	n = n < N_STATS ? n : N_STATS;
	fx_ndr_put_u32(w, n);
	fx_ndr_put_u32(w, n);
	for (uint32_t i = 0; i < n; i++) {
		fx_ndr_put_u32(w, v[i]);
	}
	fx_ndr_put_u32(w, 0);
}

/* [string, size_is(princ_name_size)] char princ_name[] */
static void inq_princ_name(struct fx_conn *c, struct fx_rd *in, struct fx_ndr_wr *w)
{
	uint32_t type = fx_ndr_get_u32(in), size = fx_ndr_get_u32(in), status = 0;
	const char *name = c->s->principal ? c->s->principal : "";

	if (type != FX_AUTH_SPNEGO && type != FX_AUTH_NTLM && type != FX_AUTH_KERBEROS) {
		status = FX_MGMT_UNKNOWN_AUTHN;
	} else if (strlen(name) + 1 > size) {
		status = FX_MGMT_STRING_TOO_LONG;
	}
	name = status ? "" : name;
	fx_ndr_put_u32(w, size);
	fx_ndr_put_u32(w, 0);
	fx_ndr_put_u32(w, size ? (uint32_t)strlen(name) + 1 : 0);
	fx_buf_put(w->b, name, size ? strlen(name) + 1 : 0);
	fx_buf_align(w->b, w->base, 4);
	fx_ndr_put_u32(w, status);
}

uint32_t fx_mgmt_call(struct fx_conn *c, uint16_t opnum, struct fx_rd *in, struct fx_buf *out)
{
	struct fx_ndr_wr w = fx_ndr_wr_init(out);

	switch (opnum) {
	case INQ_IF_IDS:
		inq_if_ids(c, &w);
		return 0;
	case INQ_STATS:
		inq_stats(c, in, &w);
		return 0;
	case IS_SERVER_LISTENING:
		fx_ndr_put_u32(&w, 0);
		fx_ndr_put_u32(&w, 1);
		return 0;
	case STOP_SERVER_LISTENING: /* who may stop the service does it where it runs */
		fx_ndr_put_u32(&w, FX_MGMT_ACCESS_DENIED);
		return 0;
	case INQ_PRINC_NAME:
		inq_princ_name(c, in, &w);
		return 0;
	default:
		return FX_FAULT_OP_RANGE;
	}
}
