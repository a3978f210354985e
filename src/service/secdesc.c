/* SPDX-License-Identifier: Apache-2.0 */
#include "service/secdesc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

#define HEADER 20u
#define SE_DACL_PRESENT 0x0004u
#define SE_SACL_PRESENT 0x0010u
#define SE_SELF_RELATIVE 0x8000u
#define ACL_HEADER 8u
#define ACE_HEADER 8u /* with the mask */
#define SID_HEADER 8u

void fx_secdesc_fini(struct fx_secdesc *d)
{
	d->aces = fx_free(d->aces);
	d->n_aces = 0;
}

/* ---- SIDs ---- */

struct fx_sid fx_sid_make(uint64_t authority, unsigned n, uint32_t a, uint32_t b)
{
	return (struct fx_sid){.authority = authority, .n = (uint8_t)n, .sub = {a, b}};
}

bool fx_sid_equal(const struct fx_sid *a, const struct fx_sid *b)
{
	return a->authority == b->authority && a->n == b->n &&
	       !memcmp(a->sub, b->sub, a->n * sizeof(a->sub[0]));
}

char *fx_sid_str(const struct fx_sid *sid, char dst[FX_SID_TEXT_SIZE])
{
	/* [MS-DTYP] 2.4.2.1: large authorities in hex */
	size_t n = (size_t)snprintf(dst, FX_SID_TEXT_SIZE,
				    sid->authority >> 32 ? "S-1-0x%012" PRIX64 : "S-1-%" PRIu64,
				    sid->authority);

	for (unsigned i = 0; i < sid->n; i++) {
		n += (size_t)snprintf(dst + n, FX_SID_TEXT_SIZE - n, "-%" PRIu32, sid->sub[i]);
	}
	return dst;
}

static size_t sid_size(const struct fx_sid *sid)
{
	return SID_HEADER + 4u * sid->n;
}

static void put_sid(struct fx_buf *b, const struct fx_sid *sid)
{
	fx_buf_u8(b, 1);
	fx_buf_u8(b, sid->n);
	for (int shift = 40; shift >= 0; shift -= 8) { /* the one big-endian number */
		fx_buf_u8(b, (uint8_t)(sid->authority >> shift));
	}
	for (unsigned i = 0; i < sid->n; i++) {
		fx_buf_u32(b, sid->sub[i]);
	}
}

/* @return false when it does not fit into n bytes */
static bool get_sid(const uint8_t *p, size_t n, struct fx_sid *ret)
{
	if (n < SID_HEADER || p[0] != 1 || p[1] > FX_SID_SUBS_MAX || n < SID_HEADER + 4u * p[1]) {
		return false;
	}
	*ret = (struct fx_sid){.n = p[1]};
	for (unsigned i = 0; i < 6; i++) {
		ret->authority = ret->authority << 8 | p[2 + i];
	}
	for (unsigned i = 0; i < ret->n; i++) {
		ret->sub[i] = fx_load32(p + SID_HEADER + 4u * (size_t)i);
	}
	return true;
}

/* ---- writing ---- */

static size_t acl_size(const struct fx_secdesc *d)
{
	size_t n = ACL_HEADER;

	for (size_t i = 0; i < d->n_aces; i++) {
		n += ACE_HEADER + sid_size(&d->aces[i].sid);
	}
	return n;
}

static void put_acl(struct fx_buf *b, const struct fx_secdesc *d)
{
	fx_buf_u8(b, 2); /* ACL_REVISION */
	fx_buf_u8(b, 0);
	fx_buf_u16(b, (unsigned)acl_size(d));
	fx_buf_u16(b, (unsigned)d->n_aces);
	fx_buf_u16(b, 0);
	for (size_t i = 0; i < d->n_aces; i++) {
		const struct fx_ace *e = &d->aces[i];

		fx_buf_u8(b, e->deny);
		fx_buf_u8(b, e->flags);
		fx_buf_u16(b, (unsigned)(ACE_HEADER + sid_size(&e->sid)));
		fx_buf_u32(b, e->mask);
		put_sid(b, &e->sid);
	}
}

int fx_secdesc_put(struct fx_buf *b, const struct fx_secdesc *d, uint32_t what)
{
	bool owner = what & FX_SEC_OWNER && d->owner.n, group = what & FX_SEC_GROUP && d->group.n;
	bool present = what & FX_SEC_DACL && d->has_dacl, dacl = present && !d->null_dacl;
	uint32_t at = HEADER;

	if (dacl && (acl_size(d) >= FX_SECDESC_MAX || d->n_aces > FX_SECDESC_ACES_MAX)) {
		return FX_ELIMIT;
	}
	fx_buf_u8(b, 1);
	fx_buf_u8(b, 0);
	fx_buf_u16(b, SE_SELF_RELATIVE | (present ? SE_DACL_PRESENT : 0));
	fx_buf_u32(b, owner ? at : 0);
	at += owner ? (uint32_t)sid_size(&d->owner) : 0;
	fx_buf_u32(b, group ? at : 0);
	at += group ? (uint32_t)sid_size(&d->group) : 0;
	fx_buf_u32(b, 0); /* no SACL */
	fx_buf_u32(b, dacl ? at : 0);
	if (owner) {
		put_sid(b, &d->owner);
	}
	if (group) {
		put_sid(b, &d->group);
	}
	if (dacl) {
		put_acl(b, d);
	}
	return b->err ? FX_ENOMEM : 0;
}

/* ---- reading ---- */

static int get_sid_at(const uint8_t *p, size_t n, uint32_t at, struct fx_sid *ret,
		      struct fx_reason *reterr)
{
	if (at == 0) {
		return 0;
	}
	return at >= HEADER && at < n && get_sid(p + at, n - at, ret) ?
		       0 : fx_fail(reterr, FX_EDATA, "no SID at offset %u", at);
}

/* ACCESS_ALLOWED_ACE and ACCESS_DENIED_ACE. @return its size in *ret_size */
static int get_ace(const uint8_t *p, size_t n, struct fx_ace *ret, size_t *ret_size,
		   struct fx_reason *reterr)
{
	size_t size = n >= 4 ? fx_load16(p + 2) : 0;

	if (size < 4 || size > n || size % 4) {
		return fx_fail(reterr, FX_EDATA, "an entry of the list is cut off");
	}
	if (p[0] > 1) {
		return fx_fail(reterr, FX_EINVAL, "an entry of type %u neither allows nor "
			       "denies", p[0]);
	}
	*ret = (struct fx_ace){.deny = p[0] == 1, .flags = p[1]};
	if (size < ACE_HEADER || !get_sid(p + ACE_HEADER, size - ACE_HEADER, &ret->sid)) {
		return fx_fail(reterr, FX_EDATA, "an entry of the list has no SID");
	}
	ret->mask = fx_load32(p + 4);
	*ret_size = size;
	return 0;
}

static int get_acl(const uint8_t *p, size_t n, struct fx_secdesc *d, struct fx_reason *reterr)
{
	size_t size = n >= ACL_HEADER ? fx_load16(p + 2) : 0, count, at = ACL_HEADER;
	int err = 0;

	if (size < ACL_HEADER || size > n || (p[0] != 2 && p[0] != 4)) {
		return fx_fail(reterr, FX_EDATA, "the list is cut off or of another revision");
	}
	count = fx_load16(p + 4);
	if (count > FX_SECDESC_ACES_MAX || count * 16 > size) {
		return fx_fail(reterr, FX_EDATA, "%zu entries do not fit", count);
	}
	d->aces = fx_calloc(count ? count : 1, sizeof(*d->aces));
	if (!d->aces) {
		return FX_ENOMEM;
	}
	while (!err && d->n_aces < count) {
		size_t used = 0;

		err = get_ace(p + at, size - at, &d->aces[d->n_aces], &used, reterr);
		d->n_aces += !err;
		at += used;
	}
	return err;
}

int fx_secdesc_get(const void *p, size_t n, struct fx_secdesc *ret, struct fx_reason *reterr)
{
	const uint8_t *b = p;
	struct fx_secdesc d = {0};
	uint32_t control, dacl;
	int err;

	if (!b || n < HEADER || n > FX_SECDESC_MAX + 1024u || b[0] != 1) {
		return fx_fail(reterr, FX_EDATA, "this is no security descriptor");
	}
	control = fx_load16(b + 2);
	if (!(control & SE_SELF_RELATIVE)) {
		return fx_fail(reterr, FX_EDATA, "the security descriptor is not self-relative");
	}
	d.has_sacl = control & SE_SACL_PRESENT && fx_load32(b + 12);
	d.has_dacl = control & SE_DACL_PRESENT;
	dacl = d.has_dacl ? fx_load32(b + 16) : 0;
	d.null_dacl = d.has_dacl && !dacl;
	err = get_sid_at(b, n, fx_load32(b + 4), &d.owner, reterr);
	err = err ? err : get_sid_at(b, n, fx_load32(b + 8), &d.group, reterr);
	if (!err && dacl) {
		err = dacl >= HEADER && dacl < n ? get_acl(b + dacl, n - dacl, &d, reterr) :
			      fx_fail(reterr, FX_EDATA, "no list at offset %u", dacl);
	}
	if (err) {
		fx_secdesc_fini(&d);
		return err;
	}
	*ret = d;
	return 0;
}

/* ---- what it grants ---- */

uint32_t fx_secdesc_granted(const struct fx_secdesc *d, const struct fx_sid *ids, size_t n_ids)
{
	uint32_t granted = 0, decided = 0;

	if (!d->has_dacl || d->null_dacl) {
		return UINT32_MAX;
	}
	for (size_t i = 0; i < d->n_aces; i++) {
		const struct fx_ace *e = &d->aces[i];
		bool meant = false;

		for (size_t k = 0; k < n_ids && !meant; k++) {
			meant = fx_sid_equal(&e->sid, &ids[k]);
		}
		if (!meant || e->flags & FX_ACE_INHERIT_ONLY) {
			continue;
		}
		if (!e->deny) {
			granted |= e->mask & ~decided;
		}
		decided |= e->mask;
	}
	return granted;
}
