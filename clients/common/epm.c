/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/common/epm.h"

#include "rpc/pdu/tower.h"

#define TOWER_LEN 75u /* of the one that we send */

/* e1af8308-5d1f-11c9-91a4-08002b14a0fa v3.0 */
const struct fx_pdu_syntax fx_epm_iface = {{0x08, 0x83, 0xaf, 0xe1, 0x1f, 0x5d, 0xc9, 0x11, 0x91,
					    0xa4, 0x08, 0x00, 0x2b, 0x14, 0xa0, 0xfa},
					   3,
					   0};

void fx_epm_map_put(struct fx_buf *b, const struct fx_pdu_syntax *iface)
{
	const struct fx_tower t = {.iface = *iface, .transfer = fx_pdu_ndr20, .tcp = true};
	size_t at = b->len;

	/* obj: a pointer to the nil UUID, which is what Windows sends */
	fx_buf_u32(b, 1);
	fx_buf_zero(b, 16);
	/* map_tower: pointer, conformance, length, octets */
	fx_buf_u32(b, 2);
	fx_buf_u32(b, TOWER_LEN);
	fx_buf_u32(b, TOWER_LEN);
	fx_tower_put(b, &t);
	fx_buf_align(b, at, 4);
	/* entry_handle: NULL; max_towers */
	fx_buf_zero(b, 20);
	fx_buf_u32(b, FX_EPM_TOWERS_MAX);
}

/* The port of a tower, 0 if it leads elsewhere. Its address does not count: the mapper is on the
 * machine that was named, which may have other addresses here than it thinks. */
static uint16_t tower_port(const uint8_t *p, size_t len, const struct fx_pdu_syntax *iface)
{
	struct fx_tower t;

	return fx_tower_get(p, len, &t) == 0 && t.tcp && fx_pdu_syntax_eq(&t.iface, iface) &&
			       fx_pdu_syntax_eq(&t.transfer, &fx_pdu_ndr20) ? t.port : 0;
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
