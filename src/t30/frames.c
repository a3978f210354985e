/* SPDX-License-Identifier: Apache-2.0 */
#include "t30/frames.h"

#include <stdio.h>
#include <string.h>
#include "t30/t30_priv.h"

uint8_t fx_frame_fcf(const uint8_t *msg, size_t len)
{
	if (len < 3) {
		return 0;
	}
	/* For the commands of a poller the last bit is part of the name. */
	return (msg[2] & 0x1E) == 0 && (msg[2] & 1) ? msg[2] : msg[2] & 0xFE;
}

/* Bit n of DIS and DCS as T.30 table 2 numbers them, from 1. */
static bool bit(const uint8_t *msg, size_t len, unsigned n)
{
	size_t at = 3 + (n - 1) / 8;

	return at < len && (msg[at] & (1u << ((n - 1) % 8)));
}

/* Bits 17 and 18 (T.30 table 2): 00, 10, 01; 11 in a DIS is to be read as 01. */
static uint32_t width_of(const uint8_t *msg, size_t len)
{
	if (bit(msg, len, 18)) {
		return 2432;
	}
	return bit(msg, len, 17) ? 2048 : 1728;
}

void fx_frame_read_dis(const uint8_t *msg, size_t len, struct fx_dis *ret)
{
	*ret = (struct fx_dis){
		.can_receive = bit(msg, len, 10),
		.fine = bit(msg, len, 15),
		.superfine = bit(msg, len, 41),
		.ecm = bit(msg, len, 27),
		.mr = bit(msg, len, 16),
		.mmr = bit(msg, len, 31),
		.width_max_px = width_of(msg, len),
	};
}

enum fx_resolution fx_dis_resolution(const struct fx_dis *dis, enum fx_resolution res)
{
	if (res >= FX_RES_SUPERFINE && dis->superfine) {
		return FX_RES_SUPERFINE;
	}
	return res >= FX_RES_FINE && dis->fine ? FX_RES_FINE : FX_RES_STANDARD;
}

/* Bits 11 to 14 of DCS, bit 11 lowest (T.30 table 2, data signalling rate). */
static const struct {
	uint8_t code;
	uint32_t rate_bps;
	const char *modem;
} rates[] = {
	{0, 2400, "V.27ter"}, {2, 4800, "V.27ter"}, {1, 9600, "V.29"}, {3, 7200, "V.29"},
	{8, 14400, "V.17"},   {10, 12000, "V.17"},  {9, 9600, "V.17"}, {11, 7200, "V.17"},
};

void fx_frame_read_dcs(const uint8_t *msg, size_t len, struct fx_dcs *ret)
{
	unsigned code = len > 4 ? (msg[4] >> 2) & 15 : 0;

	*ret = (struct fx_dcs){.modem = "?", .ecm = bit(msg, len, 27), .coding = FX_CODING_MH};
	for (size_t i = 0; i < FX_ARRAY_LEN(rates); i++) {
		if (rates[i].code == code) {
			ret->rate_bps = rates[i].rate_bps;
			ret->modem = rates[i].modem;
		}
	}
	if (bit(msg, len, 31)) {
		ret->coding = FX_CODING_MMR;
	} else if (bit(msg, len, 16)) {
		ret->coding = FX_CODING_MR;
	}
	ret->resolution = bit(msg, len, 41)   ? FX_RES_SUPERFINE
			  : bit(msg, len, 15) ? FX_RES_FINE
					      : FX_RES_STANDARD;
	ret->width_px = width_of(msg, len);
	ret->impossible = bit(msg, len, 17) && bit(msg, len, 18);
}

static uint8_t mirror(uint8_t b)
{
	b = (uint8_t)((b & 0xF0) >> 4 | (b & 0x0F) << 4);
	b = (uint8_t)((b & 0xCC) >> 2 | (b & 0x33) << 2);
	return (uint8_t)((b & 0xAA) >> 1 | (b & 0x55) << 1);
}

char *fx_frame_text(const uint8_t *msg, size_t len, char *dst, size_t size)
{
	uint8_t fcf = fx_frame_fcf(msg, len);
	size_t shown = fcf == FX_FCF_FCD && len > 4 ? 4 : len;
	size_t at = 0;

	if (len < 3) {
		at = (size_t)snprintf(dst, size, "short frame");
	} else if (fcf == FX_FCF_FCD || fcf == FX_FCF_RCP) {
		at = (size_t)snprintf(dst, size, "%s", fcf == FX_FCF_FCD ? "FCD" : "RCP");
	} else {
		at = (size_t)snprintf(dst, size, "%s", t30_frametype(msg[2]));
	}
	for (size_t i = 0; i < shown && at + 4 < size; i++) {
		at += (size_t)snprintf(dst + at, size - at, " %02X", mirror(msg[i]));
	}
	if (shown < len && at + 16 < size) {
		(void)snprintf(dst + at, size - at, " +%zu octets", len - shown);
	}
	return dst;
}
