/* SPDX-License-Identifier: Apache-2.0 */
/* How far the routing of a fax got, as a text and back. */
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "route/method.h"
#include "route/progress.h"
#include "tests/support/support.h"

#define GUID "{aaaaaaaa-0000-0000-0000-000000000001}"

static void there_and_back(void **state)
{
	struct fx_progress p = {0}, q = {0};
	fx_auto char *text = NULL, *again = NULL;

	(void)state;
	assert_int_equal(fx_progress_add_step(&p, GUID), 0);
	assert_int_equal(fx_progress_add_step(&p, FX_ROUTING_EMAIL), 0);
	p.steps[0].state = FX_STEP_RETRY;
	p.steps[0].tries = 7;
	(void)fx_strlcpy(p.steps[0].words, "Gr\xc3\xbc\xc3\x9f" "e\nvom Server", FX_STEP_WORDS_SIZE);
	assert_int_equal(fx_step_set_bytes(&p.steps[0].failure, &p.steps[0].n_failure,
					   (const uint8_t *)"\0\1\xff", 3), 0);
	assert_int_equal(fx_step_set_bytes(&p.steps[1].override, &p.steps[1].n_override,
					   (const uint8_t *)"a\0\0", 4), 0);
	assert_int_equal(fx_progress_add_file(&p, "/tmp/a file\n", GUID), 0);
	text = fx_progress_write(&p);
	assert_non_null(text);
	assert_int_equal(fx_progress_read(text, &q), 0);
	again = fx_progress_write(&q);
	assert_string_equal(text, again);
	assert_int_equal(q.steps[0].tries, 7);
	assert_int_equal(q.steps[0].n_failure, 3);
	assert_memory_equal(q.steps[0].failure, "\0\1\xff", 3);
	assert_string_equal(q.files[0].path, "/tmp/a file\n");
	fx_progress_fini(&p);
	fx_progress_fini(&q);
}

static void damaged(void **state)
{
	static const char *const bad[] = {
		"", "2\n", "1\nstep\n", "1\nstep {x} 0 0 - - -\n", "1\nsomething\n",
		"1\nstep " GUID " 9 0 - - -\n", "1\nstep " GUID " 0 -1 - - -\n",
		"1\nstep " GUID " 0 0 0 - -\n", "1\nstep " GUID " 0 0 0g - -\n",
		"1\nstep " GUID " 0 0 -\n", "1\nfile " GUID " 61\n", "1\nfile " GUID "\n",
	};
	struct fx_progress p = {0};

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(bad); i++) {
		if (fx_progress_read(bad[i], &p) != FX_ECORRUPT) {
			fail_msg("\"%s\" was read", bad[i]);
		}
	}
}

static void limits(void **state)
{
	struct fx_progress p = {0};
	uint8_t *big = fx_zalloc(FX_ROUTING_DATA_MAX + 1);
	uint8_t *bytes = NULL;
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; i < FX_ROUTE_METHODS_MAX; i++) {
		assert_int_equal(fx_progress_add_step(&p, GUID), 0);
	}
	assert_int_equal(fx_progress_add_step(&p, GUID), FX_ELIMIT);
	for (unsigned i = 1; i < FX_ROUTE_FILES_MAX; i++) {
		assert_int_equal(fx_progress_add_file(&p, "/x", GUID), 0);
	}
	assert_int_equal(fx_progress_add_file(&p, "/x", GUID), FX_ELIMIT);
	assert_int_equal(fx_step_set_bytes(&bytes, &n, big, FX_ROUTING_DATA_MAX + 1), FX_ELIMIT);
	assert_int_equal(fx_step_set_bytes(&bytes, &n, big, FX_ROUTING_DATA_MAX), 0);
	assert_int_equal(fx_step_set_bytes(&bytes, &n, NULL, 0), 0);
	assert_null(bytes);
	(void)fx_free(big);
	fx_progress_fini(&p);
}

static int read_and_write(void *arg)
{
	struct fx_progress p = {0};
	char *text = NULL;
	int err = fx_progress_read(arg, &p);

	if (!err) {
		text = fx_progress_write(&p);
		err = text ? 0 : FX_ENOMEM;
	}
	(void)fx_free(text);
	fx_progress_fini(&p);
	return err;
}

static void out_of_memory(void **state)
{
	char text[] = "1\nstep " GUID " 1 2 00ff 6f00 7869\nfile " GUID " 2f78\n";

	(void)state;
	fx_test_oom_sweep(read_and_write, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(damaged),
		cmocka_unit_test(limits),
		cmocka_unit_test(out_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
