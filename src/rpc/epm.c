/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The endpoint mapper, interface e1af8308 v3.0 (C706 appendix O, [MS-RPCE] 2.2.1.2, 3.1.3.5):
 * where this service is, for clients that know its interface alone. It registers nothing for
 * others and answers for TCP alone. Whoever asks has no user, so it tells what he needs and
 * takes only small requests.
 */
#include <netinet/in.h>
#include <string.h>

#include "rpc/ndr/ndr.h"
#include "rpc/pdu/tower.h"
#include "rpc/plain.h"

enum op { EPT_LOOKUP = 2, EPT_MAP = 3, EPT_LOOKUP_HANDLE_FREE = 4 };
enum inquiry { ALL_ELTS, BY_IF, BY_OBJ, BY_BOTH };
enum vers_option { VERS_ALL = 1, VERS_COMPATIBLE, VERS_EXACT, VERS_MAJOR_ONLY, VERS_UPTO };
#define HANDLE_SIZE 20u
#define REFERENT 0x00020000u
#define TOWER_SIZE 75u /* what fx_tower_put() writes */
#define MAX_TOWERS 500u

/* Where the client reached us is where the service is; IPv6 does not fit into a tower. */
static struct fx_tower tower_of(const struct fx_conn *c, const struct fx_rpc_iface *iface)
{
	struct fx_tower t = {.iface = fx_rpc_iface_syntax(iface), .transfer = fx_pdu_ndr20,
			     .tcp = true, .port = c->service_port};

	if (c->here.ss_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)&c->here;

		memcpy(t.ip, &in->sin_addr, sizeof(t.ip));
	}
	return t;
}

/* twr_p_t: conformance, length, octets */
static void put_tower(struct fx_ndr_wr *w, const struct fx_tower *t)
{
	fx_ndr_put_u32(w, TOWER_SIZE);
	fx_ndr_put_u32(w, TOWER_SIZE);
	fx_tower_put(w->b, t);
	fx_buf_align(w->b, w->base, 4);
}

/* [in, ptr] twr_p_t @return 0 and *ret, or an error (also of r) */
static int get_tower(struct fx_rd *r, struct fx_tower *ret)
{
	uint32_t max, len;
	const uint8_t *p;

	if (!fx_ndr_get_u32(r)) {
		return FX_ENOENT;
	}
	max = fx_ndr_get_u32(r);
	len = fx_ndr_get_u32(r);
	if (max > FX_TOWER_MAX || len > max) {
		fx_rd_fail(r, FX_ELIMIT);
	}
	p = fx_rd_bytes(r, max);
	fx_rd_align(r, 4);
	return p ? fx_tower_get(p, len, ret) : FX_EPROTO;
}

static void skip_uuid_ptr(struct fx_rd *r)
{
	if (fx_ndr_get_u32(r)) {
		fx_rd_skip(r, 16);
	}
}

static void ept_map(struct fx_conn *c, struct fx_rd *r, struct fx_ndr_wr *w)
{
	const struct fx_rpc_iface *iface = NULL;
	static const uint8_t zero[HANDLE_SIZE];
	struct fx_tower asked;
	uint32_t n, max;
	int err;

	skip_uuid_ptr(r); /* our interfaces have no objects: any will do */
	err = get_tower(r, &asked);
	fx_rd_skip(r, HANDLE_SIZE); /* one answer holds all, so there is nothing to go on with */
	max = fx_ndr_get_u32(r);
	if (!err && asked.tcp && fx_pdu_syntax_eq(&asked.transfer, &fx_pdu_ndr20)) {
		iface = fx_rpc_iface_find(FX_DOOR_TCP, &asked.iface);
	}
	max = max < MAX_TOWERS ? max : MAX_TOWERS;
	n = iface && max ? 1 : 0;
	fx_buf_put(w->b, zero, sizeof(zero));
	fx_ndr_put_u32(w, n);
	fx_ndr_put_u32(w, max);
	fx_ndr_put_u32(w, 0);
	fx_ndr_put_u32(w, n);
	if (n) {
		struct fx_tower t = tower_of(c, iface);

		fx_ndr_put_u32(w, REFERENT);
		put_tower(w, &t);
	}
	fx_ndr_put_u32(w, iface ? 0 : FX_EPT_NOT_REGISTERED);
}

/* What ept_lookup is asked for. */
struct query {
	uint32_t inquiry, vers_option, max;
	bool object;
	struct fx_pdu_syntax iface;
	uint32_t after; /* from the handle: entries that were told before */
};

static bool wanted(const struct query *q, const struct fx_rpc_iface *iface)
{
	struct fx_pdu_syntax s = fx_rpc_iface_syntax(iface);

	if (q->inquiry == BY_OBJ || q->inquiry == BY_BOTH) {
		return false; /* nothing is registered with an object */
	}
	if (q->inquiry != BY_IF) {
		return true;
	}
	if (memcmp(s.uuid, q->iface.uuid, sizeof(s.uuid)) != 0) {
		return false;
	}
	switch (q->vers_option) {
	case VERS_COMPATIBLE:
		return s.major == q->iface.major && s.minor >= q->iface.minor;
	case VERS_EXACT:
		return s.major == q->iface.major && s.minor == q->iface.minor;
	case VERS_MAJOR_ONLY:
		return s.major == q->iface.major;
	case VERS_UPTO:
		return s.major < q->iface.major ||
		       (s.major == q->iface.major && s.minor <= q->iface.minor);
	default:
		return true;
	}
}

static struct query get_query(struct fx_rd *r)
{
	struct query q = {.inquiry = fx_ndr_get_u32(r)};
	const uint8_t *p;

	skip_uuid_ptr(r);
	if (fx_ndr_get_u32(r)) {
		p = fx_rd_bytes(r, 16);
		if (p) {
			memcpy(q.iface.uuid, p, 16);
		}
		q.iface.major = fx_rd_u16(r);
		q.iface.minor = fx_rd_u16(r);
	}
	q.vers_option = fx_ndr_get_u32(r);
	fx_rd_skip(r, 4);
	q.after = fx_ndr_get_u32(r); /* the handle that put_handle() made, or zero */
	fx_rd_skip(r, HANDLE_SIZE - 8);
	q.max = fx_ndr_get_u32(r);
	q.max = q.max < MAX_TOWERS ? q.max : MAX_TOWERS;
	return q;
}

/* It says how many were told, and so needs no memory here; zero at the end. */
static void put_handle(struct fx_ndr_wr *w, uint32_t told)
{
	fx_ndr_put_u32(w, 0);
	fx_ndr_put_u32(w, told);
	fx_buf_zero(w->b, HANDLE_SIZE - 8);
}

static void put_entries(struct fx_conn *c, struct fx_ndr_wr *w,
			const struct fx_rpc_iface *const *v, uint32_t n)
{
	static const char note[] = "Fax Service";

	for (uint32_t i = 0; i < n; i++) { /* ept_entry_t: object, tower, annotation */
		fx_buf_zero(w->b, 16);
		fx_ndr_put_u32(w, REFERENT + 4 * i);
		fx_ndr_put_u32(w, 0);
		fx_ndr_put_u32(w, sizeof(note));
		fx_buf_put(w->b, note, sizeof(note));
		fx_buf_align(w->b, w->base, 4);
	}
	for (uint32_t i = 0; i < n; i++) {
		struct fx_tower t = tower_of(c, v[i]);

		put_tower(w, &t);
	}
}

static void ept_lookup(struct fx_conn *c, struct fx_rd *r, struct fx_ndr_wr *w)
{
	struct query q = get_query(r);
	const struct fx_rpc_iface *v[8], *iface;
	uint32_t found = 0, n = 0;

	for (size_t i = 0; (iface = fx_rpc_iface_at(FX_DOOR_TCP, i)); i++) {
		if (!wanted(&q, iface)) {
			continue;
		}
		if (found++ >= q.after && n < q.max && n < FX_ARRAY_LEN(v)) {
			v[n++] = iface;
		}
	}
	put_handle(w, n && q.after + n < found ? q.after + n : 0);
	fx_ndr_put_u32(w, n);
	fx_ndr_put_u32(w, q.max);
	fx_ndr_put_u32(w, 0);
	fx_ndr_put_u32(w, n);
	put_entries(c, w, v, n);
	fx_ndr_put_u32(w, n ? 0 : FX_EPT_NOT_REGISTERED);
}

uint32_t fx_epm_call(struct fx_conn *c, uint16_t opnum, struct fx_rd *in, struct fx_buf *out)
{
	struct fx_ndr_wr w = fx_ndr_wr_init(out);

	switch (opnum) {
	case EPT_LOOKUP:
		ept_lookup(c, in, &w);
		return 0;
	case EPT_MAP:
		ept_map(c, in, &w);
		return 0;
	case EPT_LOOKUP_HANDLE_FREE:
		fx_rd_skip(in, HANDLE_SIZE);
		put_handle(&w, 0);
		fx_ndr_put_u32(&w, 0);
		return 0;
	default: /* nobody registers here */
		return FX_FAULT_OP_RANGE;
	}
}
