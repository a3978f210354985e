/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/support.h"

#include <locale.h>
#include <string.h>
#include "cli/live.h"

static CASELLI_PORT_STATUS sending(void)
{
	return (CASELLI_PORT_STATUS){
		.DeviceId = 1,
		.Status = FPS_SENDING,
		.Name = "Loop 1",
		.Active = TRUE,
		.Sending = TRUE,
		.JobId = 12,
		.Page = 2,
		.PagesTotal = 2,
		.PagesConfirmed = 1,
		.PageBytes = 5000,
		.PageBytesTotal = 20000,
		.RateBps = 14400,
		.Resolution = 196,
		.Ecm = TRUE,
		.Coding = "MMR",
		.Transport = "T.38",
		.RemoteId = "Caselli 102",
		.LocalId = "Caselli 101",
		.Number = "102",
		.DocumentName = "letter.pdf",
		.ElapsedMs = 34000,
	};
}

static void the_share_counts_pages_and_bytes(void **state)
{
	CASELLI_PORT_STATUS s = sending();

	(void)state;
	assert_int_equal(fx_live_permille(&s), 625);
	s.PageBytes = 90000; /* retransmissions: more than the page */
	assert_int_equal(fx_live_permille(&s), 1000);
	s.PageBytesTotal = 0;
	assert_int_equal(fx_live_permille(&s), 500);
	s.PagesConfirmed = 2;
	assert_int_equal(fx_live_permille(&s), 1000);
	s.PagesTotal = 0;
	assert_int_equal(fx_live_permille(&s), -1);
	s = sending();
	s.Status = FPS_AVAILABLE;
	assert_int_equal(fx_live_permille(&s), -1);
}

static void a_busy_port_is_a_panel_of_three_lines(void **state)
{
	CASELLI_PORT_STATUS s = sending();
	char lines[FX_LIVE_LINES][FX_LIVE_LINE_SIZE];

	(void)state;
	assert_int_equal(fx_live_panel(&s, 79, false, lines), 3);
	assert_string_equal(lines[0], "  1  Loop 1             0:34  Sending page 2 of 2 to 102");
	assert_string_equal(lines[1],
			    "     ###############---------  62 %  14400 bit/s  T.38  MMR  "
			    "ECM  fine");
	assert_string_equal(lines[2], "     local \"Caselli 101\"  remote \"Caselli 102\"  job 12: "
				      "letter.pdf");
}

static void a_panel_stays_within_the_terminal(void **state)
{
	CASELLI_PORT_STATUS s = sending();
	char lines[FX_LIVE_LINES][FX_LIVE_LINE_SIZE];
	size_t width, i;

	(void)state;
	s.Name = "a port with a rather long name";
	for (width = 1; width < 200; width++) {
		size_t n = fx_live_panel(&s, width, true, lines);

		for (i = 0; i < n; i++) {
			assert_true(fx_text_width(lines[i]) <= width);
		}
	}
}

static void an_idle_port_is_one_line(void **state)
{
	CASELLI_PORT_STATUS s = {.DeviceId = 2, .Status = FPS_AVAILABLE, .Name = "Loop 2"};
	char lines[FX_LIVE_LINES][FX_LIVE_LINE_SIZE], line[FX_LIVE_LINE_SIZE];

	(void)state;
	assert_int_equal(fx_live_panel(&s, 79, false, lines), 1);
	assert_string_equal(lines[0], "  2  Loop 2                   Available");
	assert_string_equal(fx_live_line(line, sizeof(line), &s), "port 2  Loop 2  Available");
}

static void one_line_says_all(void **state)
{
	CASELLI_PORT_STATUS s = sending();
	char line[FX_LIVE_LINE_SIZE];

	(void)state;
	assert_string_equal(
		fx_live_line(line, sizeof(line), &s),
		"port 1  Loop 1  Sending page 2 of 2 to 102  62 %  14400 bit/s  T.38  MMR"
		"  ECM  fine  local \"Caselli 101\"  remote \"Caselli 102\"  job 12: "
		"letter.pdf  0:34");
	s.Sending = FALSE;
	s.Status = FPS_RECEIVING;
	s.PagesTotal = 0;
	s.CallerId = "101";
	s.RateBps = 0;
	assert_string_equal(
		fx_live_line(line, sizeof(line), &s),
		"port 1  Loop 1  Receiving page 2 from 101  local \"Caselli 101\"  remote "
		"\"Caselli 102\"  job 12: letter.pdf  0:34");
}

static void a_line_is_worth_saying_when_something_happened(void **state)
{
	CASELLI_PORT_STATUS was = sending(), is = sending();

	(void)state;
	is.ElapsedMs += 1000;
	is.PageBytes += 10;
	assert_false(fx_live_differs(&was, &is));
	is.PageBytes = 15000;
	assert_true(fx_live_differs(&was, &is));
	is = sending();
	is.Status = FPS_COMPLETED;
	assert_true(fx_live_differs(&was, &is));
}

static void bars_are_full_at_the_end(void **state)
{
	char bar[64];

	(void)state;
	assert_string_equal(fx_live_bar(bar, sizeof(bar), 0, 4, false), "----");
	assert_string_equal(fx_live_bar(bar, sizeof(bar), 999, 4, false), "###-");
	assert_string_equal(fx_live_bar(bar, sizeof(bar), 1000, 4, false), "####");
	assert_int_equal(fx_text_width(fx_live_bar(bar, sizeof(bar), 500, 10, true)), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_share_counts_pages_and_bytes),
		cmocka_unit_test(a_busy_port_is_a_panel_of_three_lines),
		cmocka_unit_test(a_panel_stays_within_the_terminal),
		cmocka_unit_test(an_idle_port_is_one_line),
		cmocka_unit_test(one_line_says_all),
		cmocka_unit_test(a_line_is_worth_saying_when_something_happened),
		cmocka_unit_test(bars_are_full_at_the_end),
	};

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
