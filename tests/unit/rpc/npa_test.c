/* SPDX-License-Identifier: Apache-2.0 */
/* What Samba 4.17 sent for an open of the pipe by a guest, and the same of a user. */
#include <stdio.h>
#include <string.h>

#include "rpc/npa.h"
#include "support/support.h"

static struct fx_buf load(const char *name)
{
	struct fx_buf b = {0};
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", FX_CORPUS_DIR, name);
	fx_test_read_file(path, &b);
	return b;
}

static void who(void **state)
{
	struct fx_buf guest = load("guest"), user = load("user");
	struct fx_reason why = {0};
	struct fx_npa v;

	assert_int_equal(fx_npa_get(guest.data, guest.len, &v, &why), 0);
	assert_string_equal(v.address, "127.0.0.1");
	assert_int_equal(v.port, 54978);
	assert_string_equal(v.account, "nobody");
	assert_string_equal(v.domain, "FAXHOST");
	assert_string_equal(v.unix_name, "nobody");
	assert_int_equal(v.uid, 65534);
	assert_false(v.authenticated);
	assert_int_equal(fx_npa_get(user.data, user.len, &v, &why), 0);
	assert_string_equal(v.unix_name, "daemon");
	assert_true(v.authenticated);
	fx_buf_fini(&guest);
	fx_buf_fini(&user);
}

static void cut_short(void **state)
{
	struct fx_buf user = load("user");
	struct fx_npa v = {.port = 7};

	for (size_t n = 0; n < user.len; n++) {
		uint8_t *copy = fx_memdup(user.data, n);
		struct fx_reason why = {0};

		assert_true(fx_npa_get(copy, n, &v, &why) < 0);
		assert_int_not_equal(why.text[0], 0);
		(void)fx_free(copy);
	}
	assert_int_equal(v.port, 7);
	fx_buf_fini(&user);
}

static void other_levels(void **state)
{
	struct fx_buf user = load("user");
	struct fx_reason why = {0};
	struct fx_npa v;

	user.data[8] = user.data[12] = 9;
	assert_int_equal(fx_npa_get(user.data, user.len, &v, &why), FX_ENOSYS);
	assert_non_null(strstr(why.text, "level 9"));
	user.data[4] = 'X';
	assert_int_equal(fx_npa_get(user.data, user.len, &v, &why), FX_EPROTO);
	fx_buf_fini(&user);
}

static void answer(void **state)
{
	struct fx_buf b = {0};

	fx_npa_answer(&b);
	assert_int_equal(b.len, 36);
	assert_memory_equal(b.data, "\0\0\0\40NPAM", 8);
	fx_buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who), cmocka_unit_test(cut_short), cmocka_unit_test(other_levels),
		cmocka_unit_test(answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
