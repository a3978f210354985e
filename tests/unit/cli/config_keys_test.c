/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/support.h"

#include <string.h>
#include "cli/config_keys.h"

static struct fx_config_values v;
static struct fx_reason why;

static int set(const char *key, const char *value)
{
	const struct fx_config_key *k = fx_config_key_find(key);

	assert_non_null(k);
	why.text[0] = '\0';
	return fx_config_key_set(k, &v, value, &why);
}

static void is(const char *key, const char *value)
{
	char text[FX_CONFIG_TEXT_SIZE];

	assert_string_equal(fx_config_key_get(fx_config_key_find(key), &v, text, sizeof(text)),
			    value);
}

static void every_kind_goes_in_and_out(void **state)
{
	(void)state;
	assert_int_equal(set("retries", "5"), 0);
	assert_int_equal(v.fax.Retries, 5);
	assert_int_equal(set("dirty-days", "never"), 0);
	assert_int_equal(v.fax.DirtyDays, UINT32_MAX);
	is("dirty-days", "never");
	assert_int_equal(set("dirty-days", "30"), 0);
	is("dirty-days", "30");
	assert_int_equal(set("branding", "ON"), 0);
	is("branding", "yes");
	assert_int_equal(set("discount-start", "22:05"), 0);
	assert_int_equal(v.fax.StartCheapTime.Hour, 22);
	assert_int_equal(v.fax.StartCheapTime.Minute, 5);
	is("discount-start", "22:05");
	assert_int_equal(set("archive-directory", "/srv/fax"), 0);
	is("archive-directory", "/srv/fax");
	assert_int_equal(set("archive-directory", ""), 0);
	assert_null(v.fax.ArchiveDirectory);
	is("archive-directory", "");
	assert_int_equal(set("join-jobs", "yes"), 0);
	assert_int_equal(v.own.JoinJobs, TRUE);
	assert_int_equal(fx_config_key_find("join-jobs")->part, FX_KEY_OWN);
}

static void what_is_only_shown_says_so(void **state)
{
	const struct fx_config_key *k;
	unsigned n = 0;

	(void)state;
	memset(&v, 0, sizeof(v));
	v.general.ArchiveBytes = UINT64_MAX;
	is("archive-bytes", "18446744073709551615");
	v.mail.Login = 3;
	is("mail-login", "?");
	v.mail.Login = 2;
	is("mail-login", "ntlm");
	is("mail-server", "");
	for (k = fx_config_keys; k->key; k++) {
		if (k->part == FX_KEY_SHOWN) {
			assert_int_equal(set(k->key, "1"), FX_EINVAL);
			assert_non_null(strstr(why.text, "only shown"));
			n++;
		}
	}
	assert_int_equal(n, 9);
	assert_int_equal(v.mail.Login, 2);
}

static void wrong_values_are_named_with_what_is_right(void **state)
{
	static const char *const bad[][2] = {
		{"retries", "many"},     {"retries", "-1"},           {"retries", "1001"},
		{"dirty-days", "x"},     {"branding", "maybe"},       {"discount-start", "24:00"},
		{"discount-start", "8"}, {"discount-start", "08:60"}, {"discount-start", "08:00h"},
		{"archive-age", "ever"}, {"archive-high-mb", "-5"},   {"archive-low-mb", "4294967296"},
	};
	size_t i;

	(void)state;
	memset(&v, 0, sizeof(v));
	for (i = 0; i < FX_ARRAY_LEN(bad); i++) {
		assert_int_equal(set(bad[i][0], bad[i][1]), FX_EINVAL);
		assert_non_null(strstr(why.text, bad[i][0]));
		assert_non_null(strstr(why.text, bad[i][1]));
	}
	assert_int_equal(v.fax.Retries, 0);
	assert_null(fx_config_key_find("colour"));
	assert_ptr_equal(fx_config_key_find("PauseServerQueue"), fx_config_key_find("pause-queue"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_goes_in_and_out),
		cmocka_unit_test(what_is_only_shown_says_so),
		cmocka_unit_test(wrong_values_are_named_with_what_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
