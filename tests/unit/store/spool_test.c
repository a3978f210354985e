/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/spool.h"
#include "tests/support/support.h"

struct fix {
	char *dir;
	struct fx_spool *s;
};

static int setup(void **state)
{
	struct fix *f = fx_zalloc(sizeof(*f));
	struct fx_reason why = {0};

	assert_non_null(f);
	f->dir = fx_test_mkdir();
	fx_auto char *deep = fx_asprintf("%s/state/caselli", f->dir);
	if (fx_spool_open(deep, &f->s, &why) < 0) {
		fail_msg("%s", why.text);
	}
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fix *f = *state;

	(void)fx_spool_close(f->s);
	fx_test_rmdir(f->dir);
	(void)fx_free(f);
	return 0;
}

static void create(struct fix *f, enum fx_spool_dir dir, const char *ext, char name[64])
{
	int fd = -1;

	assert_int_equal(fx_spool_create(f->s, dir, ext, name, &fd), 0);
	assert_int_equal(write(fd, "fax", 3), 3);
	(void)close(fd);
}

static void folders_are_private(void **state)
{
	struct fix *f = *state;
	struct stat st;

	for (int d = FX_SPOOL_QUEUE; d <= FX_SPOOL_LOG; d++) {
		assert_int_equal(stat(fx_spool_path(f->s, (enum fx_spool_dir)d), &st), 0);
		assert_true(S_ISDIR(st.st_mode));
		assert_int_equal(st.st_mode & 0777, 0700);
	}
}

static void new_files_are_ours_alone(void **state)
{
	struct fix *f = *state;
	char a[64], b[64];
	struct stat st;

	create(f, FX_SPOOL_QUEUE, ".tif", a);
	create(f, FX_SPOOL_QUEUE, ".tif", b);
	assert_string_not_equal(a, b);
	assert_int_equal(strlen(a), 36);
	assert_int_equal(strspn(a, "0123456789abcdef"), 32);
	fx_auto char *path = fx_asprintf("%s/%s", fx_spool_path(f->s, FX_SPOOL_QUEUE), a);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void extensions_are_plain(void **state)
{
	static const char *const bad[] = {"tif", ".", "./x", ".a/b", "..", ".tif\n",
					  ".abcdefghijklmnopq"};
	struct fix *f = *state;
	char name[64];
	int fd = -1;

	for (size_t i = 0; i < FX_ARRAY_LEN(bad); i++) {
		assert_int_equal(fx_spool_create(f->s, FX_SPOOL_QUEUE, bad[i], name, &fd),
				 FX_EINVAL);
	}
	assert_int_equal(fd, -1);
	create(f, FX_SPOOL_QUEUE, "", name);
	assert_int_equal(strlen(name), 32);
}

static void files_are_opened_by_name(void **state)
{
	struct fix *f = *state;
	char name[64], text[8] = {0};
	int fd = -1;

	create(f, FX_SPOOL_LOG, ".log", name);
	assert_int_equal(fx_spool_openat(f->s, FX_SPOOL_LOG, name, O_WRONLY | O_APPEND, &fd), 0);
	assert_int_equal(write(fd, "es", 2), 2);
	(void)close(fd);
	assert_int_equal(fx_spool_openat(f->s, FX_SPOOL_LOG, name, O_RDONLY, &fd), 0);
	assert_int_equal(read(fd, text, sizeof(text)), 5);
	assert_string_equal(text, "faxes");
	(void)close(fd);
	assert_int_equal(fx_spool_openat(f->s, FX_SPOOL_LOG, "none", O_RDONLY, &fd), FX_ENOENT);
}

static void nothing_leaves_the_folder(void **state)
{
	static const char too_long[] = "0123456789012345678901234567890123456789"
				       "012345678901234567890123";
	static const char *const bad[] = {"",	 ".",	     "..",   "../queue/x", "a/b",
					  "/etc/passwd", "a..b", ".hidden",  too_long};
	struct fix *f = *state;
	int fd = -1;

	for (size_t i = 0; i < FX_ARRAY_LEN(bad); i++) {
		assert_int_equal(fx_spool_openat(f->s, FX_SPOOL_QUEUE, bad[i], O_RDONLY, &fd),
				 FX_EINVAL);
		assert_int_equal(fx_spool_remove(f->s, FX_SPOOL_QUEUE, bad[i]), FX_EINVAL);
		assert_int_equal(fx_spool_move(f->s, FX_SPOOL_QUEUE, FX_SPOOL_SENT, bad[i]),
				 FX_EINVAL);
	}
	/* Nor by a link that somebody put there, nor by flags that create. */
	fx_auto char *link = fx_asprintf("%s/link", fx_spool_path(f->s, FX_SPOOL_QUEUE));
	fx_auto char *sub = fx_asprintf("%s/sub", fx_spool_path(f->s, FX_SPOOL_QUEUE));
	fx_auto char *fifo = fx_asprintf("%s/fifo", fx_spool_path(f->s, FX_SPOOL_QUEUE));
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(fx_spool_openat(f->s, FX_SPOOL_QUEUE, "link", O_RDONLY, &fd), FX_EINVAL);
	assert_int_equal(fx_spool_openat(f->s, FX_SPOOL_QUEUE, "sub", O_RDONLY, &fd), FX_EINVAL);
	assert_int_equal(fx_spool_openat(f->s, FX_SPOOL_QUEUE, "fifo", O_RDONLY, &fd), FX_EINVAL);
	assert_int_equal(fx_spool_openat(f->s, FX_SPOOL_QUEUE, "new", O_RDWR | O_CREAT, &fd),
			 FX_EINVAL);
	assert_int_equal(fd, -1);
}

static void remove_is_idempotent(void **state)
{
	struct fix *f = *state;
	char name[64];

	create(f, FX_SPOOL_QUEUE, ".tif", name);
	assert_int_equal(fx_spool_remove(f->s, FX_SPOOL_QUEUE, name), 0);
	assert_int_equal(fx_spool_remove(f->s, FX_SPOOL_QUEUE, name), 0);
}

static void move_keeps_the_file(void **state)
{
	struct fix *f = *state;
	char name[64];
	int fd = -1;

	create(f, FX_SPOOL_QUEUE, ".tif", name);
	assert_int_equal(fx_spool_move(f->s, FX_SPOOL_QUEUE, FX_SPOOL_SENT, name), 0);
	assert_int_equal(fx_spool_openat(f->s, FX_SPOOL_QUEUE, name, O_RDONLY, &fd), FX_ENOENT);
	assert_int_equal(fx_spool_openat(f->s, FX_SPOOL_SENT, name, O_RDONLY, &fd), 0);
	(void)close(fd);
	/* Asked again after a crash: it is there. */
	assert_int_equal(fx_spool_move(f->s, FX_SPOOL_QUEUE, FX_SPOOL_SENT, name), 0);
	assert_int_equal(fx_spool_move(f->s, FX_SPOOL_QUEUE, FX_SPOOL_SENT, "none"), FX_ENOENT);
	/* In both: neither is lost. */
	fx_auto char *twin = fx_asprintf("%s/%s", fx_spool_path(f->s, FX_SPOOL_QUEUE), name);
	fd = open(twin, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(fx_spool_move(f->s, FX_SPOOL_QUEUE, FX_SPOOL_SENT, name), FX_EEXIST);
}

static void room_is_told(void **state)
{
	struct fix *f = *state;

	assert_int_equal(fx_spool_room(f->s, 1), 0);
	assert_int_equal(fx_spool_room(f->s, UINT64_MAX), FX_ENOSPC);
}

struct names {
	char name[8][64];
	size_t n, max;
};

static bool on_name(void *arg, const char *name)
{
	struct names *s = arg;

	(void)snprintf(s->name[s->n++], 64, "%s", name);
	return s->n < s->max;
}

static void each_file_is_listed(void **state)
{
	struct fix *f = *state;
	struct names s = {.max = 8};
	char a[64], b[64];

	assert_int_equal(fx_spool_each(f->s, FX_SPOOL_INBOX, on_name, &s), 0);
	assert_int_equal(s.n, 0);
	create(f, FX_SPOOL_INBOX, ".tif", a);
	create(f, FX_SPOOL_INBOX, ".tif", b);
	assert_int_equal(fx_spool_each(f->s, FX_SPOOL_INBOX, on_name, &s), 0);
	assert_int_equal(s.n, 2);
	assert_true(strcmp(s.name[0], a) == 0 || strcmp(s.name[1], a) == 0);
	assert_true(strcmp(s.name[0], b) == 0 || strcmp(s.name[1], b) == 0);
	s.n = 0;
	s.max = 1;
	assert_int_equal(fx_spool_each(f->s, FX_SPOOL_INBOX, on_name, &s), 0);
	assert_int_equal(s.n, 1);
}

static void a_file_in_the_way_is_named(void **state)
{
	struct fix *f = *state;
	fx_auto char *path = fx_asprintf("%s/file", f->dir);
	struct fx_spool *s = NULL;
	struct fx_reason why = {0};
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	(void)close(fd);
	assert_true(fx_spool_open(path, &s, &why) < 0);
	assert_null(s);
	assert_non_null(strstr(why.text, path));
}

static void reopening_keeps_all(void **state)
{
	struct fix *f = *state;
	struct fx_spool *s = NULL;
	char name[64];
	int fd = -1;

	create(f, FX_SPOOL_SENT, ".tif", name);
	fx_auto char *deep = fx_asprintf("%s/state/caselli", f->dir);
	assert_int_equal(fx_spool_open(deep, &s, NULL), 0);
	assert_int_equal(fx_spool_openat(s, FX_SPOOL_SENT, name, O_RDONLY, &fd), 0);
	(void)close(fd);
	(void)fx_spool_close(s);
}

static int open_sweep(void *arg)
{
	struct fx_spool *s = NULL;
	int err = fx_spool_open(arg, &s, NULL);

	(void)fx_spool_close(s);
	return err;
}

static void out_of_memory(void **state)
{
	struct fix *f = *state;

	fx_test_oom_sweep(open_sweep, f->dir);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	static const struct CMUnitTest cases[] = {
		CASE(folders_are_private), CASE(new_files_are_ours_alone),
		CASE(extensions_are_plain), CASE(files_are_opened_by_name),
		CASE(nothing_leaves_the_folder), CASE(remove_is_idempotent),
		CASE(move_keeps_the_file), CASE(room_is_told), CASE(each_file_is_listed),
		CASE(a_file_in_the_way_is_named), CASE(reopening_keeps_all), CASE(out_of_memory),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
