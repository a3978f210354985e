/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T.30 frames from a stranger, whole and with a good check sum, so that the
 * engine's state machine is reached and not only its packet parser.
 *
 * Input: octet 0: bit 0 our session calls, bit 1 unpaced, bit 2 no ECM. Then
 * records: octet r >= 0x80: (r & 0x7F) + 1 ticks of 20 ms; r = 0..0x3F: a V.21
 * signal of one frame of r octets; 0x40..0x7F: a V.17 image frame of r & 0x3F octets
 * (0x7F: end of the image signal, 0x7E: 0.2 s of training check).
 */
#include <string.h>

#include "fuzz/t30_session.h"

/* IFP packets by hand (T.38 7.3, version 0): what a session of another maker would send. */
struct sender {
	struct fx_t30 *s;
	uint16_t seq;
};

static void indicator(struct sender *o, uint8_t n)
{
	uint8_t ifp = (uint8_t)(n << 1);

	fx_t30_ifp(o->s, &ifp, 1, o->seq++);
}

enum { FIELD_HDLC_DATA, FIELD_SIG_END, FIELD_FCS_OK, FIELD_FCS_OK_SIG_END = 4,
       FIELD_NON_ECM = 6, FIELD_NON_ECM_END = 7 };
#define DATA_V21 0u
#define DATA_V17_14400 8u
#define IND_NONE 0u
#define IND_V21 3u
#define IND_V17_14400 14u

/* One field: type in 4 bits after its "has data" bit, then a length less one in 16. */
static void data_field(struct sender *o, unsigned type, unsigned field, const uint8_t *p, size_t n)
{
	uint8_t ifp[300] = {(uint8_t)(0xC0 | type << 1), 1};
	size_t at = 3;

	ifp[2] = (uint8_t)((n ? 0x80 : 0) | field << 4);
	if (n) {
		ifp[at++] = (uint8_t)((n - 1) >> 8);
		ifp[at++] = (uint8_t)(n - 1);
		memcpy(ifp + at, p, n);
		at += n;
	}
	fx_t30_ifp(o->s, ifp, at, o->seq++);
}

static void record(struct sender *o, uint8_t r, const uint8_t *p, size_t n, bool *image)
{
	static const uint8_t zeros[250];

	if (r < 0x40) {
		*image = false;
		indicator(o, IND_V21);
		data_field(o, DATA_V21, FIELD_HDLC_DATA, p, n);
		data_field(o, DATA_V21, FIELD_FCS_OK_SIG_END, NULL, 0);
		indicator(o, IND_NONE);
		return;
	}
	if (!*image) {
		indicator(o, IND_V17_14400);
		*image = true;
	}
	if (r == 0x7E) {
		data_field(o, DATA_V17_14400, FIELD_NON_ECM, zeros, sizeof(zeros));
		data_field(o, DATA_V17_14400, FIELD_NON_ECM, zeros, 110);
	} else if (r == 0x7F) {
		data_field(o, DATA_V17_14400, FIELD_NON_ECM_END, NULL, 0);
		indicator(o, IND_NONE);
		*image = false;
	} else {
		data_field(o, DATA_V17_14400, FIELD_HDLC_DATA, p, n);
		data_field(o, DATA_V17_14400, FIELD_FCS_OK, NULL, 0);
	}
}

static void feed(struct fx_t30 *s, const uint8_t *data, size_t size)
{
	struct sender o = {.s = s};
	unsigned ticks = 0;
	bool image = false;

	for (size_t i = 0; i < size && !fx_t30_is_done(s) && ticks < TICKS_MAX;) {
		uint8_t r = data[i++];
		size_t n = r >= 0x7E ? 0 : r & 0x3F;

		if (r & 0x80) {
			for (unsigned k = (r & 0x7F) + 1u; k; k--, ticks++) {
				fx_t30_tick(s, 160);
			}
			continue;
		}
		n = n < size - i ? n : size - i;
		record(&o, r, data + i, n, &image);
		fx_t30_tick(s, 0);
		i += n;
	}
	for (unsigned n = 0; n < 400 && !fx_t30_is_done(s); n++) {
		fx_t30_tick(s, 160);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fx_fuzz_t30(data, size, feed);
}
