/* SPDX-License-Identifier: Apache-2.0 */
#include "core/countries.h"

#include <stdio.h>
#include <string.h>
#include "tests/support/support.h"

static void table(void **state)
{
	size_t n;
	const struct fx_country *v = fx_countries(&n);

	(void)state;
	assert_true(n > 200);
	for (size_t i = 0; i < n; i++) {
		assert_in_range(v[i].code, 1, 999);
		assert_true(strlen(v[i].iso) == 2 || !*v[i].iso);
		assert_true(*v[i].name);
		assert_true(!i || v[i - 1].code <= v[i].code);
		for (size_t k = 0; k < i; k++) {
			assert_int_not_equal(v[k].id, v[i].id);
			assert_string_not_equal(v[k].name, v[i].name);
			assert_true(!*v[i].iso || strcmp(v[k].iso, v[i].iso));
		}
		/* the first of a code has the code as its id */
		assert_true((i && v[i - 1].code == v[i].code) || v[i].id == v[i].code);
	}
}

/* No code begins with another one, so digits have one country at most. */
static void no_prefixes(void **state)
{
	size_t n;
	const struct fx_country *v = fx_countries(&n);
	char a[8], b[8];

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n; k++) {
			(void)snprintf(a, sizeof(a), "%u", v[i].code);
			(void)snprintf(b, sizeof(b), "%u", v[k].code);
			assert_true(v[i].code == v[k].code || strncmp(a, b, strlen(a)));
		}
	}
}

static void found(void **state)
{
	size_t len = 0;

	(void)state;
	assert_string_equal(fx_country_by_code(49)->iso, "DE");
	assert_string_equal(fx_country_by_code(1)->iso, "US");
	assert_string_equal(fx_country_by_code(7)->iso, "RU");
	assert_string_equal(fx_country_by_code(998)->iso, "UZ");
	assert_null(fx_country_by_code(0));
	assert_null(fx_country_by_code(999));
	assert_null(fx_country_by_code(UINT32_MAX));
	assert_string_equal(fx_country_of_digits("4930123456", &len)->iso, "DE");
	assert_int_equal(len, 2);
	assert_string_equal(fx_country_of_digits("12125551234", &len)->iso, "US");
	assert_int_equal(len, 1);
	assert_string_equal(fx_country_of_digits("35316001234", &len)->iso, "IE");
	assert_int_equal(len, 3);
	assert_null(fx_country_of_digits("", &len));
	assert_null(fx_country_of_digits("0049", &len));
	assert_null(fx_country_of_digits("35", &len));
	assert_null(fx_country_of_digits("999123", &len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(no_prefixes),
		cmocka_unit_test(found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
