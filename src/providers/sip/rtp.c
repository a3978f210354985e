/* SPDX-License-Identifier: Apache-2.0 */
/* RTP headers (RFC 3550 5.1). */
#include "providers/sip/rtp.h"

#include "base/bytes.h"

static uint32_t be(const uint8_t *p, unsigned n)
{
	uint32_t v = 0;

	while (n--) {
		v = v << 8 | *p++;
	}
	return v;
}

int fx_rtp_read(const uint8_t *p, size_t n, struct fx_rtp *ret)
{
	size_t head, pad = 0;

	if (n < FX_RTP_HEAD || p[0] >> 6 != 2) {
		return FX_EPROTO;
	}
	head = FX_RTP_HEAD + 4u * (p[0] & 0x0F);
	if (p[0] & 0x10) { /* an extension: skipped */
		if (n < head + 4) {
			return FX_EPROTO;
		}
		head += 4 + 4 * (size_t)be(p + head + 2, 2);
	}
	if (p[0] & 0x20) {
		pad = p[n - 1];
	}
	if (n < head + pad || n - head - pad > FX_RTP_PAYLOAD_MAX || (p[0] & 0x20 && !pad)) {
		return FX_EPROTO;
	}
	*ret = (struct fx_rtp){
		.type = p[1] & 0x7F,
		.marker = p[1] >> 7,
		.seq = (uint16_t)be(p + 2, 2),
		.time = be(p + 4, 4),
		.source = be(p + 8, 4),
		.payload = p + head,
		.len = n - head - pad,
	};
	return 0;
}

size_t fx_rtp_write(const struct fx_rtp *h, uint8_t dst[FX_RTP_HEAD])
{
	dst[0] = 2 << 6;
	dst[1] = (uint8_t)(h->type | (h->marker ? 0x80 : 0));
	dst[2] = (uint8_t)(h->seq >> 8);
	dst[3] = (uint8_t)h->seq;
	for (int i = 0; i < 4; i++) {
		dst[4 + i] = (uint8_t)(h->time >> (24 - 8 * i));
		dst[8 + i] = (uint8_t)(h->source >> (24 - 8 * i));
	}
	return FX_RTP_HEAD;
}
