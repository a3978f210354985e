/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/common/epm.h"

#include <string.h>

enum floor_protocol { FLOOR_TCP = 0x07, FLOOR_IP = 0x09, FLOOR_CO = 0x0B, FLOOR_UUID = 0x0D };
#define FLOORS    5u
#define UUID_LHS  19u /* protocol, UUID, major version */
#define TOWER_LEN 75u /* of the one that we send */

/* e1af8308-5d1f-11c9-91a4-08002b14a0fa v3.0 */
const struct fx_pdu_syntax fx_epm_iface = {{0x08, 0x83, 0xaf, 0xe1, 0x1f, 0x5d, 0xc9, 0x11, 0x91,
					    0xa4, 0x08, 0x00, 0x2b, 0x14, 0xa0, 0xfa},
					   3,
					   0};

static void put_uuid_floor(struct fx_buf *b, const struct fx_pdu_syntax *s)
{
	fx_buf_u16(b, UUID_LHS);
	fx_buf_u8(b, FLOOR_UUID);
	fx_buf_put(b, s->uuid, 16);
	fx_buf_u16(b, s->major);
	fx_buf_u16(b, 2);
	fx_buf_u16(b, s->minor);
}

static void put_floor(struct fx_buf *b, enum floor_protocol protocol, uint16_t rhs_len)
{
	fx_buf_u16(b, 1);
	fx_buf_u8(b, (uint8_t)protocol);
	fx_buf_u16(b, rhs_len);
	fx_buf_zero(b, rhs_len);
}

void fx_epm_map_put(struct fx_buf *b, const struct fx_pdu_syntax *iface)
{
	size_t at = b->len;

	/* obj: a pointer to the nil UUID, which is what Windows sends */
	fx_buf_u32(b, 1);
	fx_buf_zero(b, 16);
	/* map_tower: pointer, conformance, length, octets */
	fx_buf_u32(b, 2);
	fx_buf_u32(b, TOWER_LEN);
	fx_buf_u32(b, TOWER_LEN);
	fx_buf_u16(b, FLOORS);
	put_uuid_floor(b, iface);
	put_uuid_floor(b, &fx_pdu_ndr20);
	put_floor(b, FLOOR_CO, 2);
	put_floor(b, FLOOR_TCP, 2);
	put_floor(b, FLOOR_IP, 4);
	fx_buf_align(b, at, 4);
	/* entry_handle: NULL; max_towers */
	fx_buf_zero(b, 20);
	fx_buf_u32(b, FX_EPM_TOWERS_MAX);
}

struct floor {
	const uint8_t *lhs, *rhs;
	size_t lhs_len, rhs_len;
};

static struct floor get_floor(struct fx_rd *r)
{
	struct floor f = {0};

	f.lhs_len = fx_rd_u16(r);
	f.lhs = fx_rd_bytes(r, f.lhs_len);
	f.rhs_len = fx_rd_u16(r);
	f.rhs = fx_rd_bytes(r, f.rhs_len);
	return f;
}

static bool is_uuid(const struct floor *f, const struct fx_pdu_syntax *s)
{
	return f->lhs_len == UUID_LHS && f->lhs[0] == FLOOR_UUID &&
	       memcmp(f->lhs + 1, s->uuid, 16) == 0 && f->lhs[17] == (s->major & 0xFF) &&
	       f->lhs[18] == s->major >> 8;
}

/* The port of a tower, 0 if it leads elsewhere. Its address does not count: the mapper is on the
 * machine that was named, which may have other addresses here than it thinks. */
static uint16_t tower_port(const uint8_t *p, size_t len, const struct fx_pdu_syntax *iface)
{
	struct fx_rd r = fx_rd_init(p, len);
	struct floor f[FLOORS] = {0};
	unsigned n = fx_rd_u16(&r);

	for (unsigned i = 0; i < FLOORS && i < n; i++) {
		f[i] = get_floor(&r);
	}
	if (r.err || n < FLOORS - 1 || !is_uuid(&f[0], iface) || !is_uuid(&f[1], &fx_pdu_ndr20) ||
	    f[2].lhs_len != 1 || f[2].lhs[0] != FLOOR_CO || f[3].lhs_len != 1 ||
	    f[3].lhs[0] != FLOOR_TCP || f[3].rhs_len != 2) {
		return 0;
	}
	return (uint16_t)(f[3].rhs[0] << 8 | f[3].rhs[1]);
}

static uint16_t get_tower(struct fx_rd *r, const struct fx_pdu_syntax *iface)
{
	uint32_t size, len;
	const uint8_t *p;

	fx_rd_align(r, 4);
	size = fx_rd_u32(r);
	len = fx_rd_u32(r);
	if (len > FX_EPM_TOWER_MAX || len > size) {
		fx_rd_fail(r, FX_ELIMIT);
	}
	p = fx_rd_bytes(r, len);
	return r->err ? 0 : tower_port(p, len, iface);
}

int fx_epm_map_get(const void *p, size_t len, const struct fx_pdu_syntax *iface, uint16_t *ret_port)
{
	struct fx_rd r = fx_rd_init(p, len);
	uint32_t n, max, offset, actual, present = 0;
	uint16_t port = 0, found = 0;

	fx_rd_skip(&r, 20); /* entry_handle */
	n = fx_rd_u32(&r);
	max = fx_rd_u32(&r);
	offset = fx_rd_u32(&r);
	actual = fx_rd_u32(&r);
	if (n > FX_EPM_TOWERS_MAX || actual > FX_EPM_TOWERS_MAX) {
		return FX_ELIMIT;
	}
	if (offset || actual > max || n > actual) {
		return FX_EPROTO;
	}
	for (uint32_t i = 0; i < actual; i++) {
		present += fx_rd_u32(&r) != 0;
	}
	for (uint32_t i = 0; i < present && !r.err; i++) {
		port = get_tower(&r, iface);
		found = found ? found : port;
	}
	fx_rd_align(&r, 4);
	(void)fx_rd_u32(&r); /* status: 0x16C9A0D6 nothing registered; then there are no towers */
	if (r.err) {
		return r.err;
	}
	if (!found) {
		return FX_ENOENT;
	}
	*ret_port = found;
	return 0;
}
