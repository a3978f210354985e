/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T.38 packets from a stranger into a session, bounded in time.
 *
 * Input: octet 0: bit 0 our session calls, bit 1 unpaced, bit 2 no ECM. Then
 * records: octet r >= 0x80: (r & 0x7F) + 1 ticks of 20 ms; else r octets of IFP.
 */
#include "fuzz/t30_session.h"

static void feed(struct fx_t30 *s, const uint8_t *data, size_t size)
{
	unsigned ticks = 0;
	uint16_t seq = 0;

	for (size_t i = 0; i < size && !fx_t30_is_done(s) && ticks < TICKS_MAX;) {
		uint8_t r = data[i++];

		if (r & 0x80) {
			for (unsigned n = (r & 0x7F) + 1u; n; n--, ticks++) {
				fx_t30_tick(s, 160);
			}
		} else {
			size_t n = r < size - i ? r : size - i;

			fx_t30_ifp(s, data + i, n, seq++);
			fx_t30_tick(s, 0);
			i += n;
		}
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
