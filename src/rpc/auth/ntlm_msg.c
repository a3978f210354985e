/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/ntlm_msg.h"

#include <string.h>

#include "base/str.h"

#define AV_MAX 64u /* pairs in a list; Windows sends 10 */

static const uint8_t magic[8] = "NTLMSSP";

static void head(struct fx_rd *r, uint32_t type)
{
	const uint8_t *p = fx_rd_bytes(r, sizeof(magic));

	if (p && memcmp(p, magic, sizeof(magic)) != 0) {
		fx_rd_fail(r, FX_EPROTO);
	}
	if (fx_rd_u32(r) != type) {
		fx_rd_fail(r, FX_EPROTO);
	}
}

/* A field: length, room, place. Only what has a length needs a place in the message. */
static struct fx_ntlm_field field(struct fx_rd *r, size_t min_at)
{
	size_t n = fx_rd_u16(r), at;
	struct fx_ntlm_field f = {NULL, 0};

	fx_rd_skip(r, 2);
	at = fx_rd_u32(r);
	if (r->err || n == 0) {
		return f;
	}
	if (at < min_at || at > r->len || n > r->len - at) {
		fx_rd_fail(r, FX_EPROTO);
		return f;
	}
	f.p = r->p + at;
	f.n = n;
	return f;
}

static int av_check(struct fx_ntlm_field info)
{
	struct fx_rd r = fx_rd_init(info.p, info.n);
	unsigned id, n;

	for (unsigned i = 0; i < AV_MAX; i++) {
		id = fx_rd_u16(&r);
		n = fx_rd_u16(&r);
		fx_rd_skip(&r, n);
		if (r.err || (id == FX_NTLM_AV_EOL && n != 0) ||
		    (id == FX_NTLM_AV_FLAGS && n != 4) || (id == FX_NTLM_AV_TIME && n != 8)) {
			return FX_EPROTO;
		}
		if (id == FX_NTLM_AV_EOL) {
			return 0;
		}
	}
	return FX_EPROTO;
}

int fx_ntlm_av_find(struct fx_ntlm_field info, enum fx_ntlm_av id, struct fx_ntlm_field *ret)
{
	struct fx_rd r = fx_rd_init(info.p, info.n);
	struct fx_ntlm_field f;
	unsigned got;

	do {
		got = fx_rd_u16(&r);
		f.n = fx_rd_u16(&r);
		f.p = fx_rd_bytes(&r, f.n);
		if (!r.err && got == (unsigned)id && got != FX_NTLM_AV_EOL) {
			*ret = f;
			return 0;
		}
	} while (!r.err && got != FX_NTLM_AV_EOL);
	return FX_ENOENT;
}

void fx_ntlm_av_put(struct fx_buf *b, enum fx_ntlm_av id, const void *p, size_t n)
{
	fx_buf_u16(b, (uint16_t)id);
	fx_buf_u16(b, (uint16_t)n);
	fx_buf_put(b, p, n);
}

void fx_ntlm_put_text(struct fx_buf *b, const char *s)
{
	size_t room = 2 * strlen(s);
	uint8_t *p = fx_buf_grow(b, room);

	if (p) {
		b->len -= room - 2 * fx_utf16le_put(p, s);
	}
}

void fx_ntlm_av_put_text(struct fx_buf *b, enum fx_ntlm_av id, const char *s)
{
	size_t at = b->len, n;

	fx_ntlm_av_put(b, id, NULL, 0);
	fx_ntlm_put_text(b, s);
	if (!b->err) {
		n = b->len - at - 4;
		b->data[at + 2] = (uint8_t)n;
		b->data[at + 3] = (uint8_t)(n >> 8);
	}
}

int fx_ntlm_negotiate_get(const void *p, size_t n, uint32_t *ret_flags)
{
	struct fx_rd r = fx_rd_init(p, n);
	uint32_t flags;

	/* domain and workstation that may follow are hints in an OEM character set: not used */
	head(&r, 1);
	flags = fx_rd_u32(&r);
	if (!r.err) {
		*ret_flags = flags;
	}
	return r.err;
}

void fx_ntlm_negotiate_put(struct fx_buf *b, uint32_t flags)
{
	fx_buf_put(b, magic, sizeof(magic));
	fx_buf_u32(b, 1);
	fx_buf_u32(b, flags);
	fx_buf_zero(b, 16); /* no domain, no workstation */
}

int fx_ntlm_challenge_get(const void *p, size_t n, struct fx_ntlm_challenge *ret)
{
	struct fx_rd r = fx_rd_init(p, n);
	struct fx_ntlm_challenge c = {0};
	const uint8_t *nonce;

	head(&r, 2);
	(void)field(&r, 0); /* target name: the pairs say more */
	c.flags = fx_rd_u32(&r);
	nonce = fx_rd_bytes(&r, 8);
	if (nonce) {
		memcpy(c.nonce, nonce, 8);
	}
	fx_rd_skip(&r, 8);
	if (c.flags & FX_NTLM_TARGET_INFO) {
		c.info = field(&r, 0);
		if (!r.err && av_check(c.info)) {
			fx_rd_fail(&r, FX_EPROTO);
		}
	}
	if (!r.err) {
		*ret = c;
	}
	return r.err;
}

static void put_field(struct fx_buf *b, size_t n, size_t *at)
{
	fx_buf_u16(b, (uint16_t)n);
	fx_buf_u16(b, (uint16_t)n);
	fx_buf_u32(b, (uint32_t)*at);
	*at += n;
}

/* Says Windows 6.1 (build 7601), NTLM revision 15: some peers refuse to see none. */
static const uint8_t version[8] = {6, 1, 0xb1, 0x1d, 0, 0, 0, 15};

void fx_ntlm_challenge_put(struct fx_buf *b, uint32_t flags, const uint8_t nonce[8],
			   const struct fx_ntlm_names *names, uint64_t filetime)
{
	struct fx_buf target = {0}, info = {0};
	uint8_t when[8];
	size_t at = 56;

	for (unsigned i = 0; i < 8; i++) {
		when[i] = (uint8_t)(filetime >> 8 * i);
	}
	fx_ntlm_put_text(&target, names->nb_domain);
	fx_ntlm_av_put_text(&info, FX_NTLM_AV_NB_DOMAIN, names->nb_domain);
	fx_ntlm_av_put_text(&info, FX_NTLM_AV_NB_COMPUTER, names->nb_computer);
	fx_ntlm_av_put_text(&info, FX_NTLM_AV_DNS_DOMAIN, names->dns_domain);
	fx_ntlm_av_put_text(&info, FX_NTLM_AV_DNS_COMPUTER, names->dns_computer);
	fx_ntlm_av_put(&info, FX_NTLM_AV_TIME, when, sizeof(when));
	fx_ntlm_av_put(&info, FX_NTLM_AV_EOL, NULL, 0);
	fx_buf_put(b, magic, sizeof(magic));
	fx_buf_u32(b, 2);
	put_field(b, target.len, &at);
	fx_buf_u32(b, flags);
	fx_buf_put(b, nonce, 8);
	fx_buf_zero(b, 8);
	put_field(b, info.len, &at);
	fx_buf_put(b, version, sizeof(version));
	fx_buf_put(b, target.data, target.len);
	fx_buf_put(b, info.data, info.len);
	b->err = b->err ? b->err : target.err ? target.err : info.err;
	fx_buf_fini(&target);
	fx_buf_fini(&info);
}

int fx_ntlm_auth_get(const void *p, size_t n, struct fx_ntlm_auth *ret)
{
	struct fx_rd r = fx_rd_init(p, n);
	struct fx_ntlm_auth a = {0};
	struct fx_ntlm_field *const fields[] = {&a.lm, &a.nt, &a.domain, &a.user, &a.host, &a.key};
	size_t first = n;

	head(&r, 3);
	for (size_t i = 0; i < FX_ARRAY_LEN(fields); i++) {
		*fields[i] = field(&r, 0);
		if (fields[i]->n && (size_t)(fields[i]->p - r.p) < first) {
			first = (size_t)(fields[i]->p - r.p);
		}
	}
	a.flags = fx_rd_u32(&r);
	/* the fixed part has 64 bytes, 72 with a version, 88 with a MIC; the payload tells which */
	if (!r.err && first < r.pos) {
		fx_rd_fail(&r, FX_EPROTO);
	}
	a.has_mic = first >= FX_NTLM_MIC_AT + sizeof(a.mic);
	if (a.has_mic && !r.err) {
		memcpy(a.mic, r.p + FX_NTLM_MIC_AT, sizeof(a.mic));
	}
	if (a.domain.n % 2 || a.user.n % 2 || a.host.n % 2) {
		fx_rd_fail(&r, FX_EPROTO);
	}
	if (!r.err) {
		*ret = a;
	}
	return r.err;
}

void fx_ntlm_auth_put(struct fx_buf *b, const struct fx_ntlm_auth *a)
{
	/* the order of [MS-NLMP] 4.2.4.3 */
	const struct fx_ntlm_field *const order[] = {&a->domain, &a->user, &a->host, &a->lm,
						     &a->nt, &a->key};
	size_t at = FX_NTLM_MIC_AT + (a->has_mic ? sizeof(a->mic) : 0), text = at;

	fx_buf_put(b, magic, sizeof(magic));
	fx_buf_u32(b, 3);
	at += a->domain.n + a->user.n + a->host.n;
	put_field(b, a->lm.n, &at);
	put_field(b, a->nt.n, &at);
	put_field(b, a->domain.n, &text);
	put_field(b, a->user.n, &text);
	put_field(b, a->host.n, &text);
	put_field(b, a->key.n, &at);
	fx_buf_u32(b, a->flags);
	fx_buf_put(b, version, sizeof(version));
	fx_buf_zero(b, a->has_mic ? sizeof(a->mic) : 0);
	for (size_t i = 0; i < FX_ARRAY_LEN(order); i++) {
		fx_buf_put(b, order[i]->p, order[i]->n);
	}
}

int fx_ntlm_v2_get(struct fx_ntlm_field nt, struct fx_ntlm_v2 *ret)
{
	struct fx_rd r = fx_rd_init(nt.p, nt.n);
	struct fx_ntlm_v2 v;
	const uint8_t *proof = fx_rd_bytes(&r, 16), *fix;

	v.temp = (struct fx_ntlm_field){nt.p + r.pos, fx_rd_left(&r)};
	if (fx_rd_u16(&r) != 0x0101) { /* RespType, HiRespType */
		fx_rd_fail(&r, FX_EPROTO);
	}
	fx_rd_skip(&r, 6);
	fix = fx_rd_bytes(&r, 16);
	fx_rd_skip(&r, 4);
	v.info = (struct fx_ntlm_field){nt.p + r.pos, fx_rd_left(&r)};
	if (!r.err && av_check(v.info)) {
		fx_rd_fail(&r, FX_EPROTO);
	}
	if (r.err) {
		return FX_EPROTO;
	}
	memcpy(v.proof, proof, sizeof(v.proof));
	memcpy(v.time, fix, sizeof(v.time));
	memcpy(v.nonce, fix + 8, sizeof(v.nonce));
	*ret = v;
	return 0;
}
