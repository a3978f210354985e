/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of common cover pages. */
#include "tests/support/support.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/str.h"
#include "document/coverpages.h"

#define OURS "caselli-cover 1\ntitle \"A \\\"good\\\" page\"\n"

struct env {
	char *dir;
	char own[300], shared[300];
	struct fx_coverpages *c;
};

static void put(const char *folder, const char *name, const char *text)
{
	char path[400];
	FILE *f;

	(void)mkdir(folder, 0755);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int setup(void **state)
{
	struct env *e = fx_zalloc(sizeof(*e));

	assert_non_null(e);
	e->dir = fx_test_mkdir();
	(void)snprintf(e->own, sizeof(e->own), "%s/own", e->dir);
	(void)snprintf(e->shared, sizeof(e->shared), "%s/shared", e->dir);
	assert_int_equal(fx_coverpages_new(e->own, e->shared, &e->c), 0);
	*state = e;
	return 0;
}

static int teardown(void **state)
{
	struct env *e = *state;

	(void)fx_coverpages_free(e->c);
	fx_test_rmdir(e->dir);
	(void)fx_free(e);
	return 0;
}

static void opens(struct env *e, const char *name, const char *text)
{
	char buf[200] = "";
	int fd = -1;

	assert_int_equal(fx_coverpages_open(e->c, name, &fd), 0);
	assert_true(pread(fd, buf, sizeof(buf) - 1, 0) >= 0);
	assert_string_equal(buf, text);
	(void)close(fd);
}

static void found_by_any_name(void **state)
{
	static const char *const none[] = {"fyi", "../shared/generic", "/etc/passwd", "..", "",
					   "generic.txt", "folder"};
	struct env *e = *state;
	char folder[320];
	int fd;

	assert_int_equal(fx_coverpages_open(e->c, "generic", &fd), FX_ENOENT); /* no folder yet */
	put(e->shared, "Generic.COV", "old");
	opens(e, "generic", "old");
	put(e->shared, "generic.cover", "shared");
	opens(e, "GENERIC.cov", "shared"); /* .cover goes before .cov */
	put(e->own, "GENERIC.Cover", "own");
	opens(e, "generic.cover", "own"); /* an administrator's goes before ours */
	put(e->shared, "generic.txt", "text");
	(void)snprintf(folder, sizeof(folder), "%s/folder.cover", e->own);
	assert_int_equal(mkdir(folder, 0755), 0);
	for (size_t i = 0; i < FX_ARRAY_LEN(none); i++) {
		assert_true(fx_coverpages_open(e->c, none[i], &fd) < 0);
	}
}

static void listed(void **state)
{
	struct env *e = *state;
	struct fx_coverpage *v = NULL;
	size_t n = 9;

	assert_int_equal(fx_coverpages_list(e->c, &v, &n), 0);
	assert_int_equal(n, 0);
	assert_null(v);
	put(e->shared, "urgent.cover", OURS);
	put(e->shared, "fyi.cover", "hidden by the own one");
	put(e->own, "fyi.cov", "FAXCOVER-VER003w title \"x\"");
	put(e->own, "note.txt", "no page");
	put(e->own, "bad.cover", "title \"\xff\"\n");
	assert_int_equal(fx_coverpages_list(e->c, &v, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(v[0].name, "bad");
	assert_string_equal(v[0].title, "");
	assert_string_equal(v[1].name, "fyi");
	assert_true(v[1].own && v[1].windows);
	assert_string_equal(v[2].name, "urgent");
	assert_string_equal(v[2].title, "A \"good\" page");
	assert_int_equal(v[2].bytes, strlen(OURS));
	assert_false(v[2].own || v[2].windows);
	(void)fx_free(v);
}

static void installed_and_removed(void **state)
{
	struct env *e = *state;
	struct fx_coverpage *v = NULL;
	char path[400], *big = fx_zalloc(FX_COVER_FILE_MAX + 2);
	size_t n = 0;
	int fd;

	put(e->dir, "mine", OURS);
	(void)snprintf(path, sizeof(path), "%s/mine", e->dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(fx_coverpages_put(e->c, "../x", fd), FX_EINVAL);
	assert_int_equal(fx_coverpages_put(e->c, "House.cov", fd), 0);
	opens(e, "house", OURS);
	assert_int_equal(fx_coverpages_put(e->c, "house", fd), 0); /* replaced */
	(void)close(fd);
	memset(big, 'a', FX_COVER_FILE_MAX + 1);
	put(e->dir, "big", big);
	(void)snprintf(path, sizeof(path), "%s/big", e->dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(fx_coverpages_put(e->c, "house", fd), FX_ELIMIT);
	(void)close(fd);
	opens(e, "house", OURS); /* whole or not at all */
	assert_int_equal(fx_coverpages_list(e->c, &v, &n), 0);
	assert_int_equal(n, 1);
	(void)fx_free(v);
	put(e->shared, "fyi.cover", OURS);
	assert_int_equal(fx_coverpages_remove(e->c, "fyi"), FX_ENOENT); /* came with us */
	assert_int_equal(fx_coverpages_remove(e->c, "a/b"), FX_EINVAL);
	assert_int_equal(fx_coverpages_remove(e->c, "HOUSE"), 0);
	assert_int_equal(fx_coverpages_open(e->c, "house", &fd), FX_ENOENT);
	(void)fx_free(big);
}

static void checked_by_the_first_bytes(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {{OURS, NULL}, {"\xef\xbb\xbf" OURS, NULL}, {"FAXCOVER-VER002w", "of Windows"},
		     {"", "no cover page"}, {"Dear friend", "no cover page"}};
	struct env *e = *state;

	for (size_t i = 0; i < FX_ARRAY_LEN(cases); i++) {
		struct fx_reason why = {0};
		int fd = -1;

		put(e->own, "x.cover", cases[i].text);
		assert_int_equal(fx_coverpages_open(e->c, "x", &fd), 0);
		assert_int_equal(fx_coverpage_check(fd, &why), cases[i].words ? FX_EDATA : 0);
		assert_true(!cases[i].words || strstr(why.text, cases[i].words));
		(void)close(fd);
	}
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {T(found_by_any_name), T(listed),
					   T(installed_and_removed), T(checked_by_the_first_bytes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
