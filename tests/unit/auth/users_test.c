/* SPDX-License-Identifier: Apache-2.0 */
/* The file of users: what it may be, what is written, who reads it meanwhile. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rpc/auth/throttle.h"
#include "rpc/auth/users.h"
#include "support/support.h"

#define HASH "8846f7eaee8fb117ad06bdd830b7586c" /* of "password" */

struct rig {
	char *dir, *path;
	struct fx_users *u;
	struct fx_reason why;
};

static void init(struct rig *r)
{
	*r = (struct rig){0};
	r->dir = fx_test_mkdir();
	r->path = fx_asprintf("%s/users", r->dir);
	assert_int_equal(fx_users_open(r->path, &r->u), 0);
}

static void fini(struct rig *r)
{
	(void)fx_users_close(r->u);
	(void)fx_free(r->path);
	fx_test_rmdir(r->dir);
}

static void put(const struct rig *r, const char *text, mode_t mode)
{
	char *tmp = fx_asprintf("%s.by-hand", r->path);
	FILE *f = fopen(tmp, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(tmp, mode), 0);
	assert_int_equal(rename(tmp, r->path), 0);
	(void)fx_free(tmp);
}

static void assert_has(const struct fx_reason *why, const char *what)
{
	if (!strstr(why->text, what)) {
		fail_msg("'%s' is not in '%s'", what, why->text);
	}
}

static void test_write(void **state)
{
	struct fx_user user, *list;
	struct fx_buf text = {0};
	struct stat st;
	struct rig r;
	size_t n;

	init(&r);
	assert_int_equal(fx_users_check(r.u, &r.why), 0); /* nothing there yet: no users */
	assert_int_equal(fx_users_lookup(r.u, "clerk", &user, NULL), FX_ENOENT);
	assert_int_equal(fx_users_set_password(r.u, "clerk", "password", 1767225612, &r.why), 0);
	assert_int_equal(fx_users_set_password(r.u, "Z\xC3\xA4hler", "passw\xC3\xB6rter", 0, NULL),
			 0);
	assert_int_equal(stat(r.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	fx_test_read_file(r.path, &text);
	fx_buf_u8(&text, 0);
	assert_non_null(strstr((char *)text.data, "clerk:" HASH ":20260101T000012Z:\n"));
	/* in any case, as it was written */
	assert_int_equal(fx_users_lookup(r.u, "CLERK", &user, NULL), 0);
	assert_string_equal(user.name, "clerk");
	assert_int_equal(user.changed_at, 1767225612);
	assert_false(user.disabled);
	assert_int_equal(fx_users_lookup(r.u, "z\xC3\x84HLER", &user, NULL), 0);
	assert_string_equal(user.name, "Z\xC3\xA4hler");
	/* by any case, too, and its spelling stays */
	assert_int_equal(fx_users_set_disabled(r.u, "Clerk", true, NULL), 0);
	assert_int_equal(fx_users_set_password(r.u, "CLERK", "passwort", 5, NULL), 0);
	assert_int_equal(fx_users_lookup(r.u, "clerk", &user, NULL), 0);
	assert_true(user.disabled);
	assert_int_equal(user.changed_at, 5);
	assert_int_equal(fx_users_list(r.u, &list, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_string_equal(list[0].name, "clerk");
	for (size_t i = 0; i < 16; i++) {
		assert_int_equal(list[0].nt_hash[i], 0);
	}
	(void)fx_free(list);
	assert_int_equal(fx_users_remove(r.u, "cleRK", NULL), 0);
	assert_int_equal(fx_users_lookup(r.u, "clerk", &user, NULL), FX_ENOENT);
	assert_int_equal(fx_users_remove(r.u, "clerk", &r.why), FX_ENOENT);
	assert_int_equal(fx_users_set_disabled(r.u, "clerk", true, &r.why), FX_ENOENT);
	assert_has(&r.why, "there is no user clerk");
	fx_buf_fini(&text);
	fini(&r);
}

static void test_refused_words(void **state)
{
	static const char *const names[] = {
		"",
		"a:b",
		"#a",
		"a\\b",
		"a@b",
		" a",
		"a ",
		"a\nb",
		"\xFF",
		"a/b",
		"12345678901234567890123456789012345678901234567890123456789012345"};
	static const char *const passwords[] = {"", "seven77", "\xFF\xFE\xFD long", "tab\tinside"};
	char longest[2 * 128 + 1];
	struct fx_user user;
	struct rig r;

	init(&r);
	for (size_t i = 0; i < FX_ARRAY_LEN(names); i++) {
		r.why.text[0] = '\0';
		assert_int_equal(fx_users_set_password(r.u, names[i], "password", 0, &r.why),
				 FX_EINVAL);
		assert_true(r.why.text[0] != '\0');
		assert_int_not_equal(fx_users_lookup(r.u, names[i], &user, NULL), 0);
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(passwords); i++) {
		assert_int_equal(fx_users_set_password(r.u, "clerk", passwords[i], 0, &r.why),
				 FX_EINVAL);
	}
	memset(longest, 0, sizeof(longest));
	for (size_t i = 0; i < 128; i++) {
		memcpy(longest + 2 * i, "\xC3\xA4", 2);
	}
	assert_int_equal(fx_users_set_password(r.u, "clerk", longest, 0, &r.why), FX_EINVAL);
	assert_has(&r.why, "128");
	longest[2 * 127] = '\0';
	assert_int_equal(fx_users_set_password(r.u, "clerk", longest, 0, &r.why), 0);
	fini(&r);
}

static void test_bad_files(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"clerk:" HASH ":\n", "line 1: not of the form"},
		{"# notes\n\nclerk:" HASH "::\nno\n", "line 4: not of the form"},
		{"clerk:" HASH ":::\n", "line 1: not of the form"},
		{"clerk:8846f7::\n", "line 1: the NT hash"},
		{"clerk:8846f7eaee8fb117ad06bdd830b7586g::\n", "line 1: the NT hash"},
		{"cl@rk:" HASH "::\n", "line 1: a name"},
		{"clerk:" HASH ":2026:\n", "line 1: the date"},
		{"clerk:" HASH "::locked\n", "line 1: an unknown flag"},
		{"clerk:" HASH "::\nClerk:" HASH "::\n", "line 2: user Clerk is there twice"},
	};
	char *line = fx_zalloc(400);
	struct fx_user user;
	struct rig r;

	init(&r);
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		put(&r, rows[i].text, 0600);
		assert_int_equal(fx_users_check(r.u, &r.why), FX_EDATA);
		assert_has(&r.why, rows[i].why);
		assert_has(&r.why, r.path);
		/* a file that is half wrong lets nobody in, and is not written over */
		assert_int_equal(fx_users_lookup(r.u, "clerk", &user, NULL), FX_EDATA);
		assert_int_equal(fx_users_set_password(r.u, "new", "password", 0, NULL), FX_EDATA);
	}
	memset(line, 'x', 300);
	put(&r, line, 0600);
	assert_int_equal(fx_users_check(r.u, &r.why), FX_EDATA);
	assert_has(&r.why, "longer than");
	put(&r, "clerk:" HASH ":20260101T000012Z:disabled", 0600);
	assert_int_equal(fx_users_lookup(r.u, "clerk", &user, NULL), 0);
	assert_true(user.disabled);
	(void)fx_free(line);
	fini(&r);
}

static void test_modes(void **state)
{
	static const mode_t bad[] = {0640, 0604, 0620, 0601, 0666};
	struct fx_user user;
	struct rig r;

	init(&r);
	for (size_t i = 0; i < FX_ARRAY_LEN(bad); i++) {
		put(&r, "clerk:" HASH "::\n", bad[i]);
		assert_int_equal(fx_users_lookup(r.u, "clerk", &user, &r.why), FX_EACCES);
		assert_has(&r.why, "chmod 600");
	}
	/* what was fine once is looked at again */
	assert_int_equal(chmod(r.path, 0600), 0);
	assert_int_equal(fx_users_lookup(r.u, "clerk", &user, NULL), 0);
	assert_int_equal(chmod(r.path, 0644), 0);
	assert_int_equal(fx_users_lookup(r.u, "clerk", &user, NULL), FX_EACCES);
	assert_int_equal(unlink(r.path), 0);
	assert_int_equal(symlink("/dev/null", r.path), 0);
	assert_int_equal(fx_users_check(r.u, &r.why), FX_EIO);
	assert_int_equal(unlink(r.path), 0);
	assert_int_equal(mkfifo(r.path, 0600), 0);
	assert_int_equal(fx_users_check(r.u, &r.why), FX_EACCES);
	assert_has(&r.why, "not a plain file");
	assert_int_equal(unlink(r.path), 0);
	assert_int_equal(fx_users_lookup(r.u, "clerk", &user, NULL), FX_ENOENT);
	fini(&r);
}

static void test_read_again(void **state)
{
	struct fx_buf text = {0};
	struct fx_user user;
	struct fx_users *other;
	struct rig r;

	init(&r);
	put(&r, "# who comes over the network\nclerk:" HASH "::\n", 0600);
	assert_int_equal(fx_users_lookup(r.u, "clerk", &user, NULL), 0);
	put(&r, "# who comes over the network\nother:" HASH "::\n", 0600);
	assert_int_equal(fx_users_lookup(r.u, "clerk", &user, NULL), FX_ENOENT);
	assert_int_equal(fx_users_lookup(r.u, "other", &user, NULL), 0);
	assert_int_equal(fx_users_open(r.path, &other), 0);
	assert_int_equal(fx_users_set_password(other, "clerk", "password", 0, NULL), 0);
	assert_int_equal(fx_users_lookup(r.u, "clerk", &user, NULL), 0);
	/* comments stay */
	fx_test_read_file(r.path, &text);
	assert_memory_equal(text.data, "# who comes over the network\n", 29);
	fx_buf_fini(&text);
	(void)fx_users_close(other);
	fini(&r);
}

/* Several processes at once: no change is lost. */
static void test_writers(void **state)
{
	enum { WRITERS = 4, EACH = 10 };
	struct fx_user *list;
	struct rig r;
	char name[32];
	pid_t pids[WRITERS];
	int status;
	size_t n;

	init(&r);
	for (int i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		for (int k = 0; pids[i] == 0 && k < EACH; k++) {
			(void)snprintf(name, sizeof(name), "user%d-%d", i, k);
			if (fx_users_set_password(r.u, name, "password", 0, NULL)) {
				_exit(1);
			}
		}
		if (pids[i] == 0) {
			_exit(0);
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(fx_users_list(r.u, &list, &n, NULL), 0);
	assert_int_equal(n, WRITERS * EACH);
	(void)fx_free(list);
	fini(&r);
}

static void test_strangers_cost_nothing(void **state)
{
	struct fx_throttle *t;
	char name[32];

	assert_int_equal(fx_throttle_new(&t), 0);
	for (unsigned i = 0; i < 20000; i++) {
		(void)snprintf(name, sizeof(name), "stranger%u", i);
		fx_throttle_wrong(t, name, 1000 + i);
		assert_int_equal(fx_throttle_wait_us(t, name, 1000 + i), 0);
	}
	for (unsigned i = 0; i < 7; i++) {
		fx_throttle_wrong(t, "clerk", 100000);
	}
	assert_int_equal(fx_throttle_wait_us(t, "CLERK", 100000), 2000000);
	assert_int_equal(fx_throttle_wait_us(t, "clerk", 2099999), 1);
	assert_int_equal(fx_throttle_wait_us(t, "clerk", 2100000), 0);
	/* a clock that was set back */
	assert_int_equal(fx_throttle_wait_us(t, "clerk", 99999), 0);
	fx_throttle_right(t, "clerk");
	assert_int_equal(fx_throttle_wait_us(t, "clerk", 100000), 0);
	(void)fx_throttle_free(t);
}

static int sweep(void *arg)
{
	struct rig *r = arg;
	struct fx_user user, *list;
	size_t n;
	int rc = fx_users_set_password(r->u, "clerk", "password", 1, NULL);

	rc = rc ? rc : fx_users_set_password(r->u, "other", "password", 1, NULL);
	rc = rc ? rc : fx_users_lookup(r->u, "clerk", &user, NULL);
	rc = rc ? rc : fx_users_list(r->u, &list, &n, NULL);
	if (!rc) {
		(void)fx_free(list);
	}
	return rc;
}

static int sweep_open(void *arg)
{
	struct rig *r = arg;
	int rc;

	(void)fx_users_close(r->u);
	r->u = NULL;
	rc = fx_users_open(r->path, &r->u);
	rc = rc ? rc : sweep(r);
	r->u = fx_users_close(r->u);
	return rc;
}

static void test_oom(void **state)
{
	struct rig r;

	init(&r);
	r.u = fx_users_close(r.u);
	fx_test_oom_sweep(sweep_open, &r);
	fini(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write), cmocka_unit_test(test_refused_words),
		cmocka_unit_test(test_bad_files), cmocka_unit_test(test_modes),
		cmocka_unit_test(test_read_again), cmocka_unit_test(test_writers),
		cmocka_unit_test(test_strangers_cost_nothing), cmocka_unit_test(test_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
