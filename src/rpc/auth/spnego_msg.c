/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/spnego_msg.h"

#include <string.h>

#define TAG_OID    0x06u
#define TAG_OCTETS 0x04u
#define TAG_ENUM   0x0Au
#define TAG_SEQ    0x30u
#define TAG_APP    0x60u
#define TAG_CTX(n) (0xA0u + (n))

static const uint8_t oid_spnego[] = {0x2b, 6, 1, 5, 5, 2};
/* 1.3.6.1.4.1.311.2.2.10, 1.2.840.113554.1.2.2, 1.2.840.48018.1.2.2 */
static const uint8_t oid_ntlm[] = {0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10};
static const uint8_t oid_krb5[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2};
static const uint8_t oid_ms_krb5[] = {0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 1, 2, 2};
static const uint8_t our_list[] = {TAG_SEQ, 12, TAG_OID, 10,   0x2b, 6, 1,
				   4,       1,  0x82,    0x37, 2,    2, 10};

static bool is(struct fx_ntlm_field f, const uint8_t *oid, size_t n)
{
	return f.n == n && memcmp(f.p, oid, n) == 0;
}

static enum fx_spnego_mech mech_of(struct fx_ntlm_field f)
{
	return is(f, oid_ntlm, sizeof(oid_ntlm)) ? FX_SPNEGO_NTLM :
	       is(f, oid_krb5, sizeof(oid_krb5)) ? FX_SPNEGO_KRB5 :
	       is(f, oid_ms_krb5, sizeof(oid_ms_krb5)) ? FX_SPNEGO_MS_KRB5 : FX_SPNEGO_OTHER;
}

/* Next tag, without taking it; 0 at the end. */
static unsigned peek(const struct fx_rd *r)
{
	return fx_rd_left(r) > 0 ? r->p[r->pos] : 0;
}

/* An element with this tag: its contents. Lengths in their shortest form, up to 65535. */
static struct fx_rd enter(struct fx_rd *r, unsigned tag)
{
	const uint8_t *p;
	unsigned n, more;

	if (fx_rd_u8(r) != tag) {
		fx_rd_fail(r, FX_EPROTO);
	}
	n = fx_rd_u8(r);
	if (n >= 0x80) {
		more = n & 0x7F;
		n = 0;
		if (more < 1 || more > 2) {
			fx_rd_fail(r, FX_EPROTO);
		}
		for (unsigned i = 0; i < more && !r->err; i++) {
			n = n << 8 | fx_rd_u8(r);
		}
		if (n < 0x80 || (more == 2 && n < 0x100)) {
			fx_rd_fail(r, FX_EPROTO);
		}
	}
	p = fx_rd_bytes(r, n);
	return p ? fx_rd_init(p, n) : (struct fx_rd){.err = FX_EPROTO};
}

static struct fx_ntlm_field whole(const struct fx_rd *r)
{
	return (struct fx_ntlm_field){r->p, r->err ? 0 : r->len};
}

/* Nothing may be left of an element. */
static void leave(struct fx_rd *r, const struct fx_rd *inner)
{
	if (inner->err || fx_rd_left(inner) > 0) {
		fx_rd_fail(r, FX_EPROTO);
	}
}

/* [n] OCTET STRING, when it is there */
static struct fx_ntlm_field octets(struct fx_rd *r, unsigned n)
{
	struct fx_ntlm_field f = {0};
	struct fx_rd outer, inner;

	if (peek(r) == TAG_CTX(n)) {
		outer = enter(r, TAG_CTX(n));
		inner = enter(&outer, TAG_OCTETS);
		f = whole(&inner);
		leave(r, &outer);
	}
	return f;
}

/* [n] anything: [1] reqFlags, and [3] of an init, which is mechListMIC or Windows' negHints */
static void skip(struct fx_rd *r, unsigned n)
{
	if (peek(r) == TAG_CTX(n)) {
		(void)enter(r, TAG_CTX(n));
	}
}

static void mech_list(struct fx_rd *r, struct fx_spnego_init *v)
{
	struct fx_rd outer = enter(r, TAG_CTX(0)), list, oid;

	v->list = whole(&outer);
	list = enter(&outer, TAG_SEQ);
	while (fx_rd_left(&list) > 0 && !list.err) {
		oid = enter(&list, TAG_OID);
		if (v->n_mechs == FX_SPNEGO_MECHS_MAX) {
			fx_rd_fail(&list, FX_EPROTO);
		} else if (!oid.err) {
			v->mechs[v->n_mechs++] = mech_of(whole(&oid));
		}
	}
	leave(&outer, &list);
	leave(r, &outer);
}

int fx_spnego_init_get(const void *p, size_t n, struct fx_spnego_init *ret)
{
	struct fx_rd r = fx_rd_init(p, n), app = enter(&r, TAG_APP), oid, choice, seq;
	struct fx_spnego_init v = {0};

	oid = enter(&app, TAG_OID);
	if (!is(whole(&oid), oid_spnego, sizeof(oid_spnego))) {
		fx_rd_fail(&app, FX_EPROTO);
	}
	choice = enter(&app, TAG_CTX(0));
	seq = enter(&choice, TAG_SEQ);
	mech_list(&seq, &v);
	skip(&seq, 1);
	v.token = octets(&seq, 2);
	skip(&seq, 3);
	skip(&seq, 4);
	leave(&choice, &seq);
	leave(&app, &choice);
	leave(&r, &app);
	if (r.err || fx_rd_left(&r) > 0 || v.n_mechs == 0) {
		return FX_EPROTO;
	}
	*ret = v;
	return 0;
}

int fx_spnego_resp_get(const void *p, size_t n, struct fx_spnego_resp *ret)
{
	struct fx_rd r = fx_rd_init(p, n), choice = enter(&r, TAG_CTX(1)), seq, outer, inner;
	struct fx_spnego_resp v = {.state = FX_SPNEGO_NO_STATE};
	unsigned state;

	seq = enter(&choice, TAG_SEQ);
	if (peek(&seq) == TAG_CTX(0)) {
		outer = enter(&seq, TAG_CTX(0));
		inner = enter(&outer, TAG_ENUM);
		state = fx_rd_u8(&inner);
		v.state = (enum fx_spnego_state)state;
		leave(&outer, &inner);
		leave(&seq, &outer);
		if (state > FX_SPNEGO_REQUEST_MIC) {
			fx_rd_fail(&seq, FX_EPROTO);
		}
	}
	if (peek(&seq) == TAG_CTX(1)) {
		outer = enter(&seq, TAG_CTX(1));
		inner = enter(&outer, TAG_OID);
		v.mech = mech_of(whole(&inner));
		v.has_mech = true;
		leave(&seq, &outer);
	}
	v.token = octets(&seq, 2);
	v.mic = octets(&seq, 3);
	leave(&choice, &seq);
	leave(&r, &choice);
	if (r.err || fx_rd_left(&r) > 0) {
		return FX_EPROTO;
	}
	*ret = v;
	return 0;
}

/* --- writing --- */

static size_t head_size(size_t n)
{
	return n < 0x80 ? 2 : n < 0x100 ? 3 : 4;
}

/* Length of an element with contents of n bytes; 0 stays 0, for what is left out. */
static size_t element(size_t n)
{
	return n ? head_size(n) + n : 0;
}

static void put_head(struct fx_buf *b, unsigned tag, size_t n)
{
	fx_buf_u8(b, (uint8_t)tag);
	if (n >= 0x100) {
		fx_buf_u8(b, 0x82);
		fx_buf_u8(b, (uint8_t)(n >> 8));
	} else if (n >= 0x80) {
		fx_buf_u8(b, 0x81);
	}
	fx_buf_u8(b, (uint8_t)n);
}

static void put_octets(struct fx_buf *b, unsigned n, struct fx_ntlm_field f)
{
	if (f.n) {
		put_head(b, TAG_CTX(n), element(f.n));
		put_head(b, TAG_OCTETS, f.n);
		fx_buf_put(b, f.p, f.n);
	}
}

struct fx_ntlm_field fx_spnego_our_list(void)
{
	return (struct fx_ntlm_field){our_list, sizeof(our_list)};
}

void fx_spnego_init_put(struct fx_buf *b, struct fx_ntlm_field token)
{
	size_t seq = element(sizeof(our_list)) + element(element(token.n));

	if (token.n > FX_SPNEGO_TOKEN_MAX) {
		b->err = b->err ? b->err : FX_ELIMIT;
		return;
	}
	put_head(b, TAG_APP, element(sizeof(oid_spnego)) + element(element(seq)));
	put_head(b, TAG_OID, sizeof(oid_spnego));
	fx_buf_put(b, oid_spnego, sizeof(oid_spnego));
	put_head(b, TAG_CTX(0), element(seq));
	put_head(b, TAG_SEQ, seq);
	put_head(b, TAG_CTX(0), sizeof(our_list));
	fx_buf_put(b, our_list, sizeof(our_list));
	put_octets(b, 2, token);
}

void fx_spnego_resp_put(struct fx_buf *b, const struct fx_spnego_resp *r)
{
	bool state = r->state != FX_SPNEGO_NO_STATE;
	size_t seq = (state ? 5u : 0u) + (r->has_mech ? element(sizeof(oid_ntlm) + 2) : 0) +
		     element(element(r->token.n)) + element(element(r->mic.n));

	if (r->token.n > FX_SPNEGO_TOKEN_MAX) {
		b->err = b->err ? b->err : FX_ELIMIT;
		return;
	}
	put_head(b, TAG_CTX(1), head_size(seq) + seq);
	put_head(b, TAG_SEQ, seq);
	if (state) {
		put_head(b, TAG_CTX(0), 3);
		put_head(b, TAG_ENUM, 1);
		fx_buf_u8(b, (uint8_t)r->state);
	}
	if (r->has_mech) {
		put_head(b, TAG_CTX(1), sizeof(oid_ntlm) + 2);
		put_head(b, TAG_OID, sizeof(oid_ntlm));
		fx_buf_put(b, oid_ntlm, sizeof(oid_ntlm));
	}
	put_octets(b, 2, r->token);
	put_octets(b, 3, r->mic);
}
