/* SPDX-License-Identifier: Apache-2.0 */
/* Dialled numbers to what a trunk wants. */
#include <string.h>
#include "base/str.h"
#include "providers/sip/numbers.h"
#include "tests/support/support.h"

/* Trunks, as settings write them. */
#define BERLIN "country=49\narea=30\n"
#define BERLIN0 BERLIN "format=national\n"
#define NANP "country=1\narea=212\nnational=1\ninternational=011\n"
#define ITALY "country=39\nnational=\n"
#define OUTSIDE BERLIN0 "prefix=9\n"

static const struct {
	const char *trunk, *dialled, *canonical, *wire, *dtmf;
} cases[] = {
	/* without a country nothing is known of the digits */
	{"", "102", "102", "102", ""},
	{"", "0049 30/12-34", "0049301234", "0049301234", ""},
	{"", "+49 (0)30 1234", "+49301234", "+49301234", ""},
	{"", "*21#", "*21#", "*21#", ""},
	{"prefix=0\n", "030 1", "0301", "00301", ""},
	{"strip=0\n", "030 1", "0301", "301", ""},
	{"format=digits\n", "+49 30 1", "+49301", "49301", ""},
	/* Berlin */
	{BERLIN, "030 123456", "+4930123456", "+4930123456", ""},
	{BERLIN, "123456", "+4930123456", "+4930123456", ""},
	{BERLIN, "(030) 1234.56", "+4930123456", "+4930123456", ""},
	{BERLIN, "+49 (0) 30 123456", "+4930123456", "+4930123456", ""},
	{BERLIN, "+49 (0)30 123456", "+4930123456", "+4930123456", ""},
	{BERLIN, "0044 20 7946 0018", "+442079460018", "+442079460018", ""},
	{BERLIN, "+442079460018", "+442079460018", "+442079460018", ""},
	{BERLIN, "112", "112", "112", ""},
	{BERLIN, "4711", "4711", "4711", ""},
	{BERLIN "short_digits=0\n", "4711", "+49304711", "+49304711", ""},
	{BERLIN, "*31#030123456", "*31#030123456", "*31#030123456", ""},
	{BERLIN "format=digits\n", "030 123456", "+4930123456", "4930123456", ""},
	{BERLIN "format=dialled\n", "030 123456", "+4930123456", "030123456", ""},
	{BERLIN0, "+49 30 123456", "+4930123456", "030123456", ""},
	{BERLIN0, "+44 20 7946 0018", "+442079460018", "00442079460018", ""},
	{OUTSIDE, "(030) 1234,,55#", "+49301234", "90301234", ",,55#"},
	{OUTSIDE, "12", "12", "912", ""},
	{BERLIN "strip=+49\nprefix=0\n", "+49 30 12345", "+493012345", "03012345", ""},
	/* tones */
	{BERLIN, "030 123456 w 12 p 3", "+4930123456", "+4930123456", ",12,3"},
	{BERLIN, "030123456,12*a", "+4930123456", "+4930123456", ",12*A"},
	/* North America */
	{NANP, "555-0123", "+12125550123", "+12125550123", ""},
	{NANP, "(303) 555-0123", "+13035550123", "+13035550123", ""},
	{NANP, "1 (303) 555-0123", "+13035550123", "+13035550123", ""},
	{NANP, "011 49 30 123456", "+4930123456", "+4930123456", ""},
	{NANP "format=digits\n", "303 555 0123", "+13035550123", "13035550123", ""},
	{NANP "format=national\n", "+1 303 555 0123", "+13035550123", "13035550123", ""},
	{NANP "format=national\n", "+49 30 123456", "+4930123456", "0114930123456", ""},
	/* Italy keeps its 0 */
	{ITALY, "06 123456", "+3906123456", "+3906123456", ""},
	{ITALY "format=national\n", "+39 06 123456", "+3906123456", "06123456", ""},
	/* addresses: only of this very host */
	{"", "sip:102@pbx.example.org", "102", "102", ""},
	{"", "102@PBX.example.org", "102", "102", ""},
	{"", "102@elsewhere.example.org", NULL, NULL, NULL},
	/* what cannot be dialled */
	{"", "", NULL, NULL, NULL},
	{"", "  -- ", NULL, NULL, NULL},
	{"", "+", NULL, NULL, NULL},
	{"", "12a4", NULL, NULL, NULL},
	{"", "1+2", NULL, NULL, NULL},
	{"", "12,3x", NULL, NULL, NULL},
	{"", ",12", NULL, NULL, NULL},
	{"", "12\r\nVia: x", NULL, NULL, NULL},
	{"", "12;user=phone", NULL, NULL, NULL},
	{"", "1234567890123456789012345678901234567890123456789012345678901234", NULL, NULL, NULL},
	{"prefix=123456789012345\n",
	 "123456789012345678901234567890123456789012345678901234567890", NULL, NULL, NULL},
	{"strip=102\n", "102", NULL, NULL, NULL},
};

static void with_trunk(const char *keys, struct fx_sip_settings *s)
{
	fx_auto char *text = fx_asprintf("[trunk t]\nhost = pbx.example.org\n%s", keys);
	struct fx_reason why = {0};

	if (fx_sip_settings_parse(s, text, &why)) {
		fail_msg("%s", why.text);
	}
}

static void table(void **state)
{
	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(cases); i++) {
		struct fx_sip_settings s;
		struct fx_sip_number n;
		struct fx_reason why = {0};
		int err;

		with_trunk(cases[i].trunk, &s);
		err = fx_sip_number(&s.trunks[0], cases[i].dialled, &n, &why);
		fx_sip_settings_fini(&s);
		if (!cases[i].canonical) {
			if (!err || !*why.text) {
				fail_msg("\"%s\" is dialled", cases[i].dialled);
			}
			continue;
		}
		if (err) {
			fail_msg("%s", why.text);
		}
		assert_string_equal(n.canonical, cases[i].canonical);
		assert_string_equal(n.wire, cases[i].wire);
		assert_string_equal(n.dtmf, cases[i].dtmf);
	}
}

static void callers(void **state)
{
	struct fx_sip_settings s;
	char out[FX_NUMBER_SIZE];

	(void)state;
	with_trunk(BERLIN, &s);
	fx_sip_canonical(&s.trunks[0], "030123456", out);
	assert_string_equal(out, "+4930123456");
	fx_sip_canonical(&s.trunks[0], "anonymous", out);
	assert_string_equal(out, "anonymous");
	fx_sip_canonical(&s.trunks[0], "", out);
	assert_string_equal(out, "");
	fx_sip_settings_fini(&s);
}

static void patterns(void **state)
{
	struct fx_sip_settings s;
	const struct fx_sip_trunk *t;

	(void)state;
	assert_int_equal(fx_sip_pattern_match("", "+49"), 0);
	assert_int_equal(fx_sip_pattern_match("+49*", "+4930"), 3);
	assert_int_equal(fx_sip_pattern_match("+49*", "+44"), -1);
	assert_int_equal(fx_sip_pattern_match("+4930", "+4930"), 6);
	assert_int_equal(fx_sip_pattern_match("+4930", "+49301"), -1);
	with_trunk("max_rate=9600\nto +49* = g711\nto +4930* = t38 ecm=no max_rate=7200\n"
		   "to +49301 = g711-first\n", &s);
	t = &s.trunks[0];
	assert_int_equal(fx_sip_route_of(t, "+441")->policy, FX_SIP_T38_FIRST);
	assert_int_equal(fx_sip_route_of(t, "+4989")->policy, FX_SIP_G711_ONLY);
	assert_int_equal(fx_sip_route_of(t, "+4989")->max_rate, 9600);
	assert_int_equal(fx_sip_route_of(t, "+4989")->ecm, 1);
	assert_int_equal(fx_sip_route_of(t, "+49302")->policy, FX_SIP_T38_ONLY);
	assert_int_equal(fx_sip_route_of(t, "+49302")->max_rate, 7200);
	assert_int_equal(fx_sip_route_of(t, "+49302")->ecm, 0);
	assert_int_equal(fx_sip_route_of(t, "+49301")->policy, FX_SIP_G711_FIRST);
	fx_sip_settings_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table), cmocka_unit_test(callers), cmocka_unit_test(patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
