/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/support.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char *fx_test_mkdir(void)
{
	const char *tmp = getenv("TMPDIR");
	char *path = fx_asprintf("%s/fxtest-XXXXXX", tmp ? tmp : "/tmp");

	assert_non_null(path);
	assert_non_null(mkdtemp(path));
	return path;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

void fx_test_rmdir(char *path)
{
	if (path) {
		(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		(void)fx_free(path);
	}
}

struct fx_loop *fx_test_vloop(void)
{
	struct fx_loop *loop = NULL;

	assert_int_equal(fx_loop_new_virtual(FX_TEST_EPOCH_US, &loop), 0);
	return loop;
}

void fx_test_oom_sweep(int (*fn)(void *), void *arg)
{
	uint64_t n;

	for (n = 1; n < 100000; n++) {
		int64_t before = fx_mem_live();
		int err;

		fx_mem_fail_at(n);
		err = fn(arg);
		if (!fx_mem_failed()) {
			fx_mem_fail_at(0);
			assert_int_equal(err, 0);
			return;
		}
		fx_mem_fail_at(0);
		if (err && fx_mem_live() != before) {
			fail_msg("allocation %llu failed and %lld blocks leaked",
				 (unsigned long long)n, (long long)(fx_mem_live() - before));
		}
	}
	fail_msg("the sweep did not end");
}

void fx_test_read_file(const char *path, struct fx_buf *ret)
{
	FILE *f = fopen(path, "rb");
	uint8_t chunk[65536];
	size_t n;

	if (!f) {
		fail_msg("cannot open %s", path);
	}
	*ret = (struct fx_buf){0};
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
		fx_buf_put(ret, chunk, n);
	}
	(void)fclose(f);
	assert_int_equal(ret->err, 0);
}

static bool is_set(void *arg)
{
	return *(const bool *)arg;
}

void fx_test_wait(struct fx_loop *loop, const bool *flag, int64_t max_us)
{
	if (!fx_loop_run_until(loop, is_set, (void *)(uintptr_t)flag, max_us)) {
		fail_msg("nothing happened within %lld ms", (long long)(max_us / 1000));
	}
}
