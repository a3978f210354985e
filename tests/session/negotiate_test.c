/* SPDX-License-Identifier: Apache-2.0 */
/* What both ends can: resolution, width, coding, ECM, pace; and the header line. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "tests/session/script.h"

static void read_page(int fd, uint32_t page, struct fx_bitmap *ret)
{
	struct fx_tiff_rd *t = NULL;

	assert_int_equal(fx_tiff_open(fd, &t, NULL), 0);
	assert_int_equal(fx_tiff_read(t, page, ret), 0);
	(void)fx_tiff_close(t);
}

/* Page `page` as received is `want`, from row `from` on. */
static void assert_rows(const struct side *rx, uint32_t page, const struct fx_bitmap *want,
			uint32_t from)
{
	struct fx_bitmap got = {0};
	size_t skip = from * fx_bitmap_stride(want);

	read_page(rx->answer.rx_fd, page, &got);
	assert_int_equal(got.rows, want->rows);
	assert_int_equal(got.width_px, want->width_px);
	assert_int_equal(got.resolution, want->resolution);
	assert_memory_equal(got.bits + skip, want->bits + skip,
			    fx_bitmap_stride(want) * want->rows - skip);
	fx_bitmap_fini(&got);
}

static void resolution(bool t38, enum fx_resolution have, enum fx_resolution can)
{
	struct call c;

	call_init(&c, t38, 2, have);
	c.b.prm.rx_resolutions = (uint32_t)can;
	call_run(&c, 200);
	assert_int_equal(c.a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(rx_pages(&c.b), 2);
	for (uint32_t i = 0; i < 2; i++) {
		struct fx_bitmap page = {0}, want = {0};

		read_page(c.doc, i, &page);
		assert_int_equal(fx_bitmap_to_resolution(&page, have < can ? have : can, &want), 0);
		assert_rows(&c.b, i, &want, 0);
		assert_int_equal(c.a.page[i].resolution, have < can ? have : can);
		fx_bitmap_fini(&page);
		fx_bitmap_fini(&want);
	}
	call_fini(&c);
}

static void far_end_without_superfine_or_fine(void **state)
{
	static const enum fx_resolution r[] = {FX_RES_STANDARD, FX_RES_FINE, FX_RES_SUPERFINE};

	for (int have = 0; have < 3; have++) {
		for (int can = 0; can < 3; can++) {
			resolution(true, r[have], r[can]);
		}
	}
	resolution(false, FX_RES_FINE, FX_RES_STANDARD);
}

static void wide_pages_to_a_wide_machine(void **state)
{
	for (uint32_t width = 2048; width <= 2432; width += 384) {
		struct call c;

		call_init(&c, true, 1, FX_RES_FINE);
		(void)close(c.doc);
		c.doc = doc_new(1, FX_RES_FINE, width, 500, 3);
		c.a.dial.docs[0].fd = c.doc;
		call_run(&c, 120);
		assert_delivered(&c);
		call_fini(&c);
	}
}

static void wide_pages_to_a_narrow_machine(void **state)
{
	/* DIS with bits 17, 18 clear: 1728 pixels only. */
	static const struct script_step steps[] = {
		{S_SEND, DIS, "00EEF8C4800911808018", false}, {S_WAIT, DCS, NULL, false},
		{S_QUIET, 0, NULL, false}, {S_PAUSE, 3500, NULL, false},
		{S_QUIET, 0, NULL, false}, {S_SEND, CFR, NULL, false}, {S_WAIT, PPS, NULL, false},
		{S_QUIET, 0, NULL, false}, {S_SEND, MCF, NULL, false}, {S_WAIT, DCN, NULL, false},
		{0}};
	struct sent t;

	line_init(&t.line, 3);
	t.line.t38 = true;
	t.doc = doc_new(1, FX_RES_FINE, 2432, 500, 5);
	side_caller(&t.a, &t.line, t.doc, 1);
	script_init(&t.far, &t.line, 1, steps);
	side_start(&t.a);
	assert_true(line_run(&t.line, 60));
	fx_t30_result(t.a.s, &t.a.res);
	assert_int_equal(t.a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(t.a.page[0].width_px, 1728);
	sent_fini(&t);
}

/* Odd but seen: superfine (bit 41) without fine (bit 15). */
static void a_machine_with_superfine_only(void **state)
{
	static const struct script_step steps[] = {
		{S_SEND, DIS, "00AEFAC4800911808018", false}, {S_WAIT, DCS, NULL, false},
		{S_QUIET, 0, NULL, false}, {S_PAUSE, 3500, NULL, false},
		{S_QUIET, 0, NULL, false}, {S_SEND, CFR, NULL, false}, {S_WAIT, PPS, NULL, false},
		{S_QUIET, 0, NULL, false}, {S_SEND, MCF, NULL, false}, {S_WAIT, DCN, NULL, false},
		{0}};
	struct sent t;

	send_to(&t, steps, 1, 120);
	assert_int_equal(t.a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(t.a.page[0].resolution, FX_RES_STANDARD);
	sent_fini(&t);
}

/* Documents of different resolution in one call: the highest, without an EOM between. */
static void documents_of_mixed_resolution_go_as_one(void **state)
{
	int coarse = doc_new(1, FX_RES_STANDARD, 1728, 300, 77);
	struct fx_bitmap page = {0}, want = {0};
	struct call c;

	call_init(&c, true, 1, FX_RES_FINE);
	c.a.dial.docs[1] = (struct fx_call_doc){.fd = coarse, .pages = 1};
	c.a.dial.n_docs = 2;
	call_run(&c, 120);
	assert_int_equal(c.a.res.pages_confirmed, 2);
	assert_same_page(c.doc, 0, &c.b, 0);
	read_page(coarse, 0, &page);
	assert_int_equal(fx_bitmap_to_resolution(&page, FX_RES_FINE, &want), 0);
	assert_rows(&c.b, 1, &want, 0);
	assert_false(side_logged(&c.a, " EOM "));
	fx_bitmap_fini(&page);
	fx_bitmap_fini(&want);
	call_fini(&c);
	(void)close(coarse);
}

static void a_retry_starts_at_the_first_unconfirmed_page(void **state)
{
	for (int banner = 0; banner < 2; banner++) {
		struct call c;

		call_init(&c, true, 4, FX_RES_STANDARD);
		c.a.dial.docs[0].first_page = 2;
		c.a.dial.banner = banner;
		call_run(&c, 120);
		assert_int_equal(c.a.res.outcome, FX_OUTCOME_SUCCESS);
		assert_int_equal(c.a.res.pages_total, 2);
		assert_int_equal(rx_pages(&c.b), 2);
		if (!banner) {
			assert_same_page(c.doc, 2, &c.b, 0);
			assert_same_page(c.doc, 3, &c.b, 1);
		}
		call_fini(&c);
	}
}

static void the_header_line(void **state)
{
	struct fx_bitmap want = {0};
	struct call c;

	call_init(&c, true, 2, FX_RES_FINE);
	c.a.dial.banner = true;
	(void)snprintf(c.a.dial.banner_from, sizeof(c.a.dial.banner_from), "Bottega Caselli");
	(void)snprintf(c.a.dial.banner_time, sizeof(c.a.dial.banner_time), "2026-01-01 10:00");
	call_run(&c, 120);
	assert_int_equal(c.a.res.outcome, FX_OUTCOME_SUCCESS);
	read_page(c.doc, 1, &want);
	fx_bitmap_banner(&want, "2026-01-01 10:00", "Bottega Caselli +39 02 1001 to 1002",
			 "Page 2/2");
	assert_rows(&c.b, 1, &want, 0);
	fx_bitmap_fini(&want);
	call_fini(&c);
}

static void unpaced_to_a_machine_without_ecm_goes_at_the_modems_pace(void **state)
{
	struct call c;

	call_init(&c, true, 2, FX_RES_STANDARD);
	c.line.unpaced = c.a.prm.t38_unpaced = true;
	c.b.answer.ecm = false;
	call_run(&c, 200);
	assert_delivered(&c);
	assert_true(side_logged(&c.a, "at the modem's pace"));
	call_fini(&c);
}

/* engine.md 4.3: one side alone without pacing works. */
static void unpaced_on_one_side_only(void **state)
{
	for (int caller = 0; caller < 2; caller++) {
		for (unsigned delay_ms = 0; delay_ms <= 100; delay_ms += 50) {
			struct call c;

			call_init(&c, true, 2, FX_RES_FINE);
			c.line.delay_ms = delay_ms;
			c.a.prm.t38_unpaced = caller;
			c.b.prm.t38_unpaced = !caller;
			call_run(&c, 200);
			assert_delivered(&c);
			call_fini(&c);
		}
	}
}

static void status_moves_every_second(void **state)
{
	for (int ecm = 0; ecm < 2; ecm++) {
		struct call c;
		uint32_t last = 0;
		unsigned moves = 0;

		call_init(&c, false, 1, FX_RES_FINE);
		(void)close(c.doc);
		c.doc = doc_new(1, FX_RES_FINE, 1728, 2292, 11);
		c.a.dial.docs[0].fd = c.doc;
		c.a.dial.ecm = ecm;
		call_start(&c);
		while (!fx_t30_is_done(c.a.s) && c.line.now_us < 200 * UINT64_C(1000000)) {
			line_step(&c.line);
			if (c.a.st.page == 1 && c.a.st.page_bytes > last) {
				assert_true(c.a.st.page_bytes <= c.a.st.page_bytes_total);
				assert_int_equal(c.a.st.pages_total, 1);
				assert_int_equal(c.a.st.state, FX_PORT_SENDING);
				last = c.a.st.page_bytes;
				moves++;
			}
		}
		assert_true(line_run(&c.line, 10));
		assert_true(moves >= 8);
		assert_int_equal(last, c.a.page[0].bytes);
		assert_true(c.b.reports >= 10);
		call_fini(&c);
	}
}

static void a_file_that_is_no_fax_is_refused(void **state)
{
	struct fx_reason why = {0};
	struct call c;
	struct fx_t30 *s = NULL;

	call_init(&c, true, 1, FX_RES_STANDARD);
	c.a.dial.docs[0].pages = 3; /* it has one */
	assert_int_equal(fx_t30_new(&c.a.prm, &s, &why), FX_EDATA);
	assert_non_null(strstr(why.text, "1 pages"));
	assert_int_equal(ftruncate(c.doc, 5), 0);
	assert_int_not_equal(fx_t30_new(&c.a.prm, &s, &why), 0);
	c.a.dial.n_docs = 0;
	assert_int_equal(fx_t30_new(&c.a.prm, &s, &why), FX_EINVAL);
	assert_null(s);
	call_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(far_end_without_superfine_or_fine),
		cmocka_unit_test(wide_pages_to_a_wide_machine),
		cmocka_unit_test(wide_pages_to_a_narrow_machine),
		cmocka_unit_test(a_machine_with_superfine_only),
		cmocka_unit_test(documents_of_mixed_resolution_go_as_one),
		cmocka_unit_test(a_retry_starts_at_the_first_unconfirmed_page),
		cmocka_unit_test(the_header_line),
		cmocka_unit_test(unpaced_to_a_machine_without_ecm_goes_at_the_modems_pace),
		cmocka_unit_test(unpaced_on_one_side_only),
		cmocka_unit_test(status_moves_every_second),
		cmocka_unit_test(a_file_that_is_no_fax_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
