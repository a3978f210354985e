/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/npa.h"

#include <string.h>

#define TEXT_MAX   4096u
#define SIDS_MAX   4096u
#define GROUPS_MAX 65536u
#define INFO_FIXED 60u /* bytes of the account's description behind its pointers */

/* Which of a structure's pointers are there. */
static bool pointer(struct fx_rd *r)
{
	fx_rd_align(r, 4);
	return fx_rd_u32(r) != 0;
}

/* [string,charset(UTF8)]: three counts, bytes with NUL. @param dst  NULL: skip */
static void text(struct fx_rd *r, bool there, char *dst, size_t size)
{
	const uint8_t *p;
	uint32_t n;

	if (dst) {
		dst[0] = '\0';
	}
	if (!there) {
		return;
	}
	fx_rd_align(r, 4);
	fx_rd_skip(r, 4);
	if (fx_rd_u32(r) != 0) {
		fx_rd_fail(r, FX_EPROTO);
	}
	n = fx_rd_u32(r);
	if (n == 0 || n > TEXT_MAX) {
		fx_rd_fail(r, n ? FX_ELIMIT : FX_EPROTO);
	}
	p = fx_rd_bytes(r, n);
	if (!p || p[n - 1] || memchr(p, 0, n) != p + n - 1) {
		fx_rd_fail(r, FX_EPROTO);
	} else if (dst && n > size) {
		fx_rd_fail(r, FX_ELIMIT);
	} else if (dst) {
		memcpy(dst, p, n);
	}
}

/* S-1-AUTHORITY-a[-b]: one of the few that say how somebody came in? */
static bool is_sid(const uint8_t *p, uint8_t subs, uint32_t a, uint32_t b)
{
	static const uint8_t nt[6] = {0, 0, 0, 0, 0, 5};
	struct fx_rd r = fx_rd_init(p + 8, 4u * subs);

	return p[1] == subs && memcmp(p + 2, nt, 6) == 0 && fx_rd_u32(&r) == a &&
	       (subs == 1 || fx_rd_u32(&r) == b);
}

static void sids(struct fx_rd *r, bool *ret_authenticated)
{
	uint32_t most = fx_rd_u32(r), n = fx_rd_u32(r);
	bool good = false, bad = false;

	if (n > SIDS_MAX || most != n) {
		fx_rd_fail(r, n > SIDS_MAX ? FX_ELIMIT : FX_EPROTO);
	}
	for (uint32_t i = 0; i < n && !r->err; i++) {
		const uint8_t *head, *p;

		fx_rd_align(r, 4);
		head = fx_rd_bytes(r, 8);
		if (!head || head[0] != 1 || head[1] == 0 || head[1] > 15) {
			fx_rd_fail(r, FX_EPROTO);
			return;
		}
		p = fx_rd_bytes(r, 4u * head[1]);
		if (p) {
			good = good || is_sid(head, 1, 11, 0); /* Authenticated Users */
			bad = bad || is_sid(head, 1, 7, 0) ||  /* Anonymous */
			      is_sid(head, 2, 32, 546);        /* Guests */
		}
	}
	fx_rd_align(r, 8);
	fx_rd_skip(r, 12); /* privileges and rights of Windows */
	*ret_authenticated = good && !bad;
}

static void unix_token(struct fx_rd *r, struct fx_npa *v)
{
	uint32_t most, n;

	fx_rd_align(r, 4);
	most = fx_rd_u32(r);
	fx_rd_align(r, 8);
	v->uid = fx_rd_u64(r);
	(void)fx_rd_u64(r); /* gid */
	n = fx_rd_u32(r);
	if (n > GROUPS_MAX || n != most) {
		fx_rd_fail(r, n > GROUPS_MAX ? FX_ELIMIT : FX_EPROTO);
	}
	fx_rd_align(r, 8);
	fx_rd_skip(r, 8u * (size_t)n);
}

static void account(struct fx_rd *r, struct fx_npa *v)
{
	enum { ACCOUNT, PRINCIPAL, CONSTRUCTED, DOMAIN_NAME, LAST = 10 };
	bool there[LAST + 1];

	for (unsigned i = 0; i <= LAST; i++) {
		there[i] = pointer(r);
	}
	/* not a pointer, a flag and what pads it */
	there[CONSTRUCTED] = false;
	fx_rd_skip(r, INFO_FIXED);
	text(r, there[ACCOUNT], v->account, sizeof(v->account));
	text(r, there[PRINCIPAL], NULL, 0);
	text(r, there[DOMAIN_NAME], v->domain, sizeof(v->domain));
	for (unsigned i = DOMAIN_NAME + 1; i <= LAST; i++) {
		text(r, there[i], NULL, 0);
	}
}

/* The pointers of the session, then what they point to, in their order. */
static void session(struct fx_rd *r, struct fx_npa *v)
{
	bool any = pointer(r), token, unix_ids, info, names, name, clean;
	uint32_t key;

	fx_rd_skip(r, 4); /* exported credentials */
	token = pointer(r);
	unix_ids = pointer(r);
	info = pointer(r);
	names = pointer(r);
	fx_rd_skip(r, 4);
	key = fx_rd_u32(r);
	if (!any || !token || !unix_ids || !info || !names || key > TEXT_MAX) {
		fx_rd_fail(r, FX_EPROTO);
	}
	fx_rd_skip(r, key);
	fx_rd_align(r, 4);
	fx_rd_skip(r, 24); /* credentials, id of the session, a pointer that is not there */
	sids(r, &v->authenticated);
	unix_token(r, v);
	account(r, v);
	name = pointer(r);
	clean = pointer(r);
	text(r, name, v->unix_name, sizeof(v->unix_name));
	text(r, clean, NULL, 0);
	if (!*v->unix_name || !*v->account) {
		fx_rd_fail(r, FX_EPROTO);
	}
}

int fx_npa_get(const void *p, size_t n, struct fx_npa *ret, struct fx_reason *reterr)
{
	struct fx_rd r = fx_rd_init(p, n);
	bool name, address, server, server_address, info;
	struct fx_npa v = {0};
	const uint8_t *magic;
	uint32_t level;

	if (n > FX_NPA_MAX) {
		return fx_fail(reterr, FX_ELIMIT, "Samba says more than %u bytes of a client",
			       FX_NPA_MAX);
	}
	fx_rd_skip(&r, 4);
	magic = fx_rd_bytes(&r, 4);
	level = fx_rd_u32(&r);
	if (r.err || memcmp(magic, "NPAM", 4) != 0) {
		return fx_fail(reterr, FX_EPROTO, "what connects to the pipe's socket is not smbd");
	}
	if (level != FX_NPA_LEVEL || fx_rd_u32(&r) != level) {
		return fx_fail(reterr, FX_ENOSYS, "this Samba describes its clients at level %u; "
			       "only %u (Samba 4.16, 4.17) is understood", level, FX_NPA_LEVEL);
	}
	fx_rd_skip(&r, 4); /* that it is a pipe */
	name = pointer(&r);
	address = pointer(&r);
	v.port = (uint16_t)fx_rd_u32(&r);
	server = pointer(&r);
	server_address = pointer(&r);
	fx_rd_skip(&r, 4);
	info = pointer(&r);
	text(&r, name, NULL, 0);
	text(&r, address, v.address, sizeof(v.address));
	text(&r, server, NULL, 0);
	text(&r, server_address, NULL, 0);
	fx_rd_align(&r, 4);
	if (!info) {
		fx_rd_fail(&r, FX_EPROTO);
	}
	session(&r, &v);
	if (r.err) {
		return fx_fail(reterr, r.err, "Samba's description of a client: %s",
			       fx_error_str(r.err));
	}
	*ret = v;
	return 0;
}

void fx_npa_answer(struct fx_buf *b)
{
	static const uint8_t head[] = {0, 0, 0, 32, 'N', 'P', 'A', 'M'};
	size_t at = b->len;

	fx_buf_put(b, head, sizeof(head));
	fx_buf_u32(b, FX_NPA_LEVEL);
	fx_buf_u32(b, FX_NPA_LEVEL);
	fx_buf_u16(b, 2);     /* a pipe of messages */
	fx_buf_u16(b, 0x5FF); /* its state: read by message, of a message type, any instances */
	fx_buf_align(b, at, 8);
	fx_buf_u64(b, 4096);  /* bytes of its buffer */
	fx_buf_u32(b, 0);     /* status */
}
