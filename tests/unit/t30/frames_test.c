/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "t30/frames.h"
#include "tests/support/support.h"

static void names_and_hex(void **state)
{
	static const uint8_t cfr[] = {0xFF, 0x13, 0x84};
	static const uint8_t fcd[260] = {0xFF, 0x03, 0x06, 0x01};
	char text[64];

	assert_string_equal(fx_frame_text(cfr, 3, text, sizeof(text)), "CFR FF C8 21");
	assert_string_equal(fx_frame_text(fcd, 260, text, sizeof(text)),
			    "FCD FF C0 60 80 +256 octets");
	assert_string_equal(fx_frame_text(cfr, 2, text, sizeof(text)), "short frame FF C8");
	assert_string_equal(fx_frame_text(cfr, 0, text, sizeof(text)), "short frame");
	for (size_t size = 1; size < 40; size++) { /* never past its end, whatever the room */
		memset(text, 'x', sizeof(text));
		(void)fx_frame_text(fcd, 260, text, size);
		assert_true(memchr(text, 0, size) != NULL);
		assert_int_equal(text[size], 'x');
	}
}

static void fcf_without_the_x_bit(void **state)
{
	static const struct {
		uint8_t octet, fcf;
	} rows[] = {{0x80, FX_FCF_DIS}, {0x81, 0x81}, {0x83, FX_FCF_DCS}, {0x82, FX_FCF_DCS},
		    {0xFB, FX_FCF_DCN}, {0x2F, FX_FCF_EOP}, {0x07, FX_FCF_FCD}, {0xBF, FX_FCF_PPS}};

	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		uint8_t msg[3] = {0xFF, 0x13, rows[i].octet};

		assert_int_equal(fx_frame_fcf(msg, 3), rows[i].fcf);
		assert_int_equal(fx_frame_fcf(msg, 2), 0);
	}
}

static void dcs_says_rate_coding_and_size(void **state)
{
	/* V.17 14400, fine, MMR, ECM, as the engine sends it */
	static const uint8_t dcs[] = {0xFF, 0x13, 0x83, 0x00, 0x62, 0xF8, 0x44};
	static const uint8_t v27[] = {0xFF, 0x13, 0x83, 0x00, 0x02, 0xF0};
	static const uint8_t both[] = {0xFF, 0x13, 0x83, 0x00, 0x62, 0xFB, 0x44};
	struct fx_dcs d;

	fx_frame_read_dcs(dcs, sizeof(dcs), &d);
	assert_int_equal(d.rate_bps, 14400);
	assert_string_equal(d.modem, "V.17");
	assert_true(d.ecm);
	assert_int_equal(d.coding, FX_CODING_MMR);
	assert_int_equal(d.resolution, FX_RES_FINE);
	assert_int_equal(d.width_px, 1728);
	assert_false(d.impossible);
	fx_frame_read_dcs(v27, sizeof(v27), &d);
	assert_int_equal(d.rate_bps, 2400);
	assert_string_equal(d.modem, "V.27ter");
	assert_int_equal(d.coding, FX_CODING_MH);
	assert_int_equal(d.resolution, FX_RES_STANDARD);
	fx_frame_read_dcs(both, sizeof(both), &d);
	assert_true(d.impossible);
	fx_frame_read_dcs(dcs, 3, &d); /* nothing there: nothing claimed */
	assert_false(d.ecm);
	assert_false(d.impossible);
}

static void dis_limits_the_resolution(void **state)
{
	static const uint8_t all[] = {0xFF, 0x13, 0x80, 0x00, 0xEE, 0xFA, 0xC4, 0x80, 0x09, 0x01};
	struct fx_dis d;

	fx_frame_read_dis(all, sizeof(all), &d);
	assert_true(d.can_receive && d.fine && d.superfine && d.ecm && d.mr && d.mmr);
	assert_int_equal(d.width_max_px, 2432);
	assert_int_equal(fx_dis_resolution(&d, FX_RES_SUPERFINE), FX_RES_SUPERFINE);
	assert_int_equal(fx_dis_resolution(&d, FX_RES_STANDARD), FX_RES_STANDARD);
	d.superfine = false;
	assert_int_equal(fx_dis_resolution(&d, FX_RES_SUPERFINE), FX_RES_FINE);
	d.fine = false;
	assert_int_equal(fx_dis_resolution(&d, FX_RES_SUPERFINE), FX_RES_STANDARD);
	fx_frame_read_dis(all, 3, &d);
	assert_false(d.can_receive || d.fine || d.superfine || d.ecm);
	assert_int_equal(d.width_max_px, 1728);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_hex),
		cmocka_unit_test(fcf_without_the_x_bit),
		cmocka_unit_test(dcs_says_rate_coding_and_size),
		cmocka_unit_test(dis_limits_the_resolution),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
