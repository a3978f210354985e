/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file t30/frames.h
 * What the T.30 frames say: names, hex, the bits of DIS and DCS. Pure.
 *
 * A frame is as the engine hands it over: address 0xFF, control 0x03 or 0x13,
 * FCF, FIF; octets with the first bit on the line in the least significant bit.
 */
#ifndef FX_T30_FRAMES_H
#define FX_T30_FRAMES_H

#include <stddef.h>
#include <stdint.h>
#include "core/call.h"

/* FCFs without the X bit, as the engine orders bits (T.30 5.3.6.1). */
enum fx_fcf {
	FX_FCF_DIS = 0x80,
	FX_FCF_CSI = 0x40,
	FX_FCF_DCS = 0x82,
	FX_FCF_TSI = 0x42,
	FX_FCF_CFR = 0x84,
	FX_FCF_FTT = 0x44,
	FX_FCF_EOM = 0x8E,
	FX_FCF_MPS = 0x4E,
	FX_FCF_EOP = 0x2E,
	FX_FCF_PPS = 0xBE,
	FX_FCF_EOR = 0xCE,
	FX_FCF_PPR = 0xBC,
	FX_FCF_MCF = 0x8C,
	FX_FCF_RTP = 0xCC,
	FX_FCF_RTN = 0x4C,
	FX_FCF_PIP = 0xAC,
	FX_FCF_PIN = 0x2C,
	FX_FCF_DCN = 0xFA,
	FX_FCF_FCD = 0x06,
	FX_FCF_RCP = 0x86
};
/** @return FCF of a frame without its X bit; DTC stays 0x81; 0 when too short */
uint8_t fx_frame_fcf(const uint8_t *msg, size_t len);

/** What a DIS says that matters to us; all false for a short frame. */
struct fx_dis {
	bool can_receive, fine, superfine, ecm, mr, mmr;
	uint32_t width_max_px; /**< 1728, 2048 or 2432 */
};
void fx_frame_read_dis(const uint8_t *msg, size_t len, struct fx_dis *ret);
/** The best resolution that the far end takes and that is not above `res`. */
enum fx_resolution fx_dis_resolution(const struct fx_dis *dis, enum fx_resolution res);

struct fx_dcs {
	uint32_t rate_bps;
	const char *modem; /**< "V.17"; static */
	bool ecm;
	enum fx_coding coding;
	enum fx_resolution resolution;
	uint32_t width_px;
	bool impossible; /**< both width bits: no machine may send it in a DCS */
};
void fx_frame_read_dcs(const uint8_t *msg, size_t len, struct fx_dcs *ret);

/**
 * "DCS FF C8 C1 ..." for the session log: name, then octets in the order in which
 * T.30 prints them (first bit left), the image data of an FCD left out.
 * @return dst
 */
char *fx_frame_text(const uint8_t *msg, size_t len, char *dst, size_t size);

#endif
