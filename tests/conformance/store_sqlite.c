/* SPDX-License-Identifier: Apache-2.0 */
/* What only a store on a disk can get wrong: crashes, full and read-only disks, damaged files,
 * a second process. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/conformance/store_fix.h"

static bool can_mount; /* we have a mount namespace of our own */

static void sql(const char *path, const char *text)
{
	sqlite3 *db = NULL;
	char *err = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &err) != SQLITE_OK) {
		fail_msg("%s: %s", text, err);
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void must_refuse(struct store_fix *f, const char *path, int want, const char *word)
{
	struct fx_store *s = NULL;
	struct fx_reason why = {0};

	assert_int_equal(fx_store_open_sqlite(f->loop, path, &s, &why), want);
	assert_null(s);
	if (!strstr(why.text, path) || !strstr(why.text, word)) {
		fail_msg("the reason lacks %s or %s: %s", path, word, why.text);
	}
}

static void reopening_keeps_all(void **state)
{
	struct store_fix *f = *state;
	struct fx_txn *t = store_begin(f);
	uint64_t last = fx_store_new_id(f->store);
	struct fx_message m;
	struct store_seen s = {.want = &m};
	struct stat st;

	record_fill(REC_MESSAGE, &m, 1);
	m.id = m.job.id = last;
	assert_int_equal(fx_txn_put_message(t, &m), 0);
	store_put_attempt(t, 5, last);
	assert_int_equal(store_commit(f, t), 0);
	for (int i = 0; i < 4; i++) {
		uint64_t id;

		f->store = fx_store_close(f->store);
		store_reopen(f);
		id = fx_store_new_id(f->store);
		assert_true(id > last);
		assert_true(id < last + 10); /* a clean end wastes no ids */
		last = id;
	}
	store_read(f, REC_MESSAGE, m.folder, &s);
	assert_int_equal(s.n, 1);
	assert_int_equal(store_count(f, REC_ATTEMPT, m.id), 1);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	record_fini(REC_MESSAGE, &m);
}

/* One transaction among many breaks in the database itself: it fails alone. */
static void one_bad_fails_alone(void **state)
{
	struct store_fix *f = *state;
	struct store_result r[20] = {0};

	sql(f->path, "CREATE TRIGGER bad BEFORE INSERT ON page WHEN NEW.job_id = 13 "
		     "BEGIN SELECT RAISE(ABORT, 'bad luck'); END");
	for (size_t i = 0; i < FX_ARRAY_LEN(r); i++) {
		struct fx_txn *t = store_begin(f);

		store_put_job(t, i + 1);
		store_put_page(t, i + 1, 1, 1);
		fx_store_commit(f->store, t, store_on_done, &r[i]);
	}
	fx_test_wait(f->loop, &r[FX_ARRAY_LEN(r) - 1].done, 10 * FX_SECOND);
	for (size_t i = 0; i < FX_ARRAY_LEN(r); i++) {
		assert_int_equal(r[i].err, i + 1 == 13 ? FX_EINVAL : 0);
	}
	assert_non_null(strstr(r[12].why.text, "bad luck"));
	assert_int_equal(store_count(f, REC_JOB, 0), FX_ARRAY_LEN(r) - 1);
}

/* Crash: the child commits without end and says what was acknowledged; then it is killed. */

enum { ROUNDS = 6, IN_FLIGHT = 8 };

struct writer {
	struct fx_loop *loop;
	struct fx_store *store;
	int fd;
};

struct word {
	char what; /* 'i' id given, 'a' commit acknowledged */
	uint64_t id;
};

struct flight {
	struct writer *w;
	uint64_t id;
};

static void say(struct writer *w, char what, uint64_t id)
{
	struct word word;

	memset(&word, 0, sizeof(word));
	word.what = what;
	word.id = id;
	if (write(w->fd, &word, sizeof(word)) != (ssize_t)sizeof(word)) {
		_exit(3);
	}
}

static void fly(struct flight *fl);

static void landed(void *arg, int err, const struct fx_reason *why)
{
	struct flight *fl = arg;

	if (err) {
		(void)fprintf(stderr, "%s\n", why->text);
		_exit(4);
	}
	say(fl->w, 'a', fl->id);
	fly(fl);
}

static void fly(struct flight *fl)
{
	struct fx_txn *t;
	struct fx_job j;
	struct fx_attempt a = {0};
	struct fx_page p = {0};

	fl->id = fx_store_new_id(fl->w->store);
	say(fl->w, 'i', fl->id);
	fx_job_init(&j);
	j.id = a.id = a.job_id = p.job_id = p.attempt_id = fl->id;
	if (fx_txn_new(fl->w->store, &t) || fx_txn_put_job(t, &j) || fx_txn_put_attempt(t, &a) ||
	    fx_txn_put_page(t, &p)) {
		_exit(5);
	}
	fx_store_commit(fl->w->store, t, landed, fl);
}

static _Noreturn void write_for_ever(const char *path, int fd)
{
	struct writer w = {.fd = fd};
	struct flight fl[IN_FLIGHT];
	struct fx_reason why;

	if (fx_loop_new_real(&w.loop) || fx_store_open_sqlite(w.loop, path, &w.store, &why)) {
		_exit(6);
	}
	for (size_t i = 0; i < IN_FLIGHT; i++) {
		fl[i] = (struct flight){.w = &w};
		fly(&fl[i]);
	}
	fx_loop_run(w.loop);
	_exit(7);
}

struct check {
	struct store_fix *f;
	uint64_t *acked;
	size_t n_acked, met, jobs;
};

static bool check_job(void *arg, const struct fx_job *j)
{
	struct check *c = arg;

	c->jobs++;
	for (size_t i = 0; i < c->n_acked; i++) {
		c->met += c->acked[i] == j->id;
	}
	/* Whole, whether acknowledged or not. */
	assert_int_equal(store_count(c->f, REC_ATTEMPT, j->id), 1);
	assert_int_equal(store_count(c->f, REC_PAGE, j->id), 1);
	return true;
}

static int count_row(void *arg, int n, char **text, char **names)
{
	assert_string_equal(text[0], text[1]);
	assert_string_equal(text[0], text[2]);
	return 0;
}

static void assert_nothing_half(const char *path)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "SELECT (SELECT count(*) FROM job),"
				      " (SELECT count(*) FROM attempt),"
				      " (SELECT count(*) FROM page)",
				      count_row, NULL, NULL),
			 SQLITE_OK);
	(void)sqlite3_close(db);
}

/* @return acknowledgements read; raises *max_id to the highest id given */
static size_t run_and_kill(const char *path, unsigned acks, uint64_t *acked, uint64_t *max_id)
{
	size_t n = 0;
	struct word word;
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(fds[0]);
		write_for_ever(path, fds[1]);
	}
	(void)close(fds[1]);
	/* What the child still wrote into the pipe before it died counts as well. */
	while (read(fds[0], &word, sizeof(word)) == (ssize_t)sizeof(word)) {
		if (word.what == 'i') {
			assert_true(word.id > *max_id);
			*max_id = word.id;
			continue;
		}
		acked[n++] = word.id;
		if (n == acks) {
			(void)kill(pid, SIGKILL);
		}
	}
	(void)close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return n;
}

static void killed_at_any_moment(void **state)
{
	struct store_fix *f = *state;
	static uint64_t acked[100000];
	struct check c = {.f = f, .acked = acked};
	uint64_t max_id = 0;

	f->store = fx_store_close(f->store);
	for (unsigned round = 0; round < ROUNDS; round++) {
		c.n_acked += run_and_kill(f->path, 1 + round * 37, acked + c.n_acked, &max_id);
		store_reopen(f);
		c.met = c.jobs = 0;
		assert_int_equal(fx_store_each_job(f->store, check_job, &c), 0);
		assert_int_equal(c.met, c.n_acked);
		assert_true(c.jobs - c.n_acked <= IN_FLIGHT * (round + 1));
		assert_true(fx_store_new_id(f->store) > max_id);
		f->store = fx_store_close(f->store);
		assert_nothing_half(f->path);
	}
	store_reopen(f);
}

/* Disks */

static char *mount_disk(struct store_fix *f, const char *options)
{
	char *dir = fx_asprintf("%s/disk", f->dir);

	assert_int_equal(mkdir(dir, 0700), 0);
	if (mount("tmpfs", dir, "tmpfs", 0, options) < 0) {
		fail_msg("mount: %s", strerror(errno));
	}
	return dir;
}

static void unmount_disk(char *dir)
{
	(void)umount2(dir, MNT_DETACH);
	(void)fx_free(dir);
}

/* A job with 20 kB of text. */
static struct store_result put_big(struct store_fix *f, uint64_t id)
{
	struct fx_txn *t = store_begin(f);
	struct fx_job j;

	fx_job_init(&j);
	j.id = id;
	j.profile = fx_zalloc(20001);
	assert_non_null(j.profile);
	memset(j.profile, 'x', 20000);
	assert_int_equal(fx_txn_put_job(t, &j), 0);
	fx_job_fini(&j);
	store_put_page(t, id, 1, 1);
	return store_try(f, t);
}

static void fill_disk(const char *file)
{
	static char block[4096];
	int fd = open(file, O_CREAT | O_WRONLY | O_APPEND, 0600);

	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0) {
	}
	(void)close(fd);
}

static void full_disk(void **state)
{
	struct store_fix *f = *state;
	struct store_result r = {0};
	uint64_t id = 0;

	if (!can_mount) {
		print_message("needs a small file system of its own: no right to mount\n");
		skip();
	}
	f->store = fx_store_close(f->store);
	char *dir = mount_disk(f, "size=2m");
	fx_auto char *ballast = fx_asprintf("%s/ballast", dir);
	(void)fx_free(f->path);
	f->path = fx_asprintf("%s/caselli.db", dir);
	store_reopen(f);
	for (int round = 0; round < 3; round++) {
		uint64_t before = id;

		r = put_big(f, ++id);
		assert_int_equal(r.err, 0);
		fill_disk(ballast);
		while (!r.err) {
			r = put_big(f, ++id);
			assert_true(id < before + 200);
		}
		assert_int_equal(r.err, FX_ENOSPC);
		assert_non_null(strstr(r.why.text, f->path));
		assert_non_null(strstr(r.why.text, "free some space"));
		assert_int_equal(store_count(f, REC_PAGE, id), 0); /* nothing of it */
		assert_int_equal(store_count(f, REC_JOB, 0), id - 1);
		assert_true(fx_store_new_id(f->store) > 0);
		assert_int_equal(unlink(ballast), 0);
		r = put_big(f, id); /* and with space it goes on */
		assert_int_equal(r.err, 0);
	}
	f->store = fx_store_close(f->store);
	fill_disk(ballast);
	fx_auto char *other = fx_asprintf("%s/other.db", dir);
	must_refuse(f, other, FX_ENOSPC, "free some space");
	assert_int_equal(unlink(ballast), 0);
	store_reopen(f);
	assert_int_equal(store_count(f, REC_JOB, 0), id);
	f->store = fx_store_close(f->store);
	unmount_disk(dir);
}

static void read_only_disk(void **state)
{
	struct store_fix *f = *state;

	if (!can_mount) {
		print_message("needs a small file system of its own: no right to mount\n");
		skip();
	}
	char *dir = mount_disk(f, "size=4m");
	fx_auto char *path = fx_asprintf("%s/caselli.db", dir);
	fx_auto char *fresh = fx_asprintf("%s/fresh.db", dir);
	f->store = fx_store_close(f->store);
	struct fx_reason why = {0};
	assert_int_equal(fx_store_open_sqlite(f->loop, path, &f->store, &why), 0);
	f->store = fx_store_close(f->store);
	assert_int_equal(mount(NULL, dir, "none", MS_REMOUNT | MS_RDONLY, NULL), 0);
	must_refuse(f, path, FX_EROFS, "remount");
	must_refuse(f, fresh, FX_EROFS, "remount");
	unmount_disk(dir);
}

static void a_missing_folder_is_named(void **state)
{
	struct store_fix *f = *state;
	fx_auto char *path = fx_asprintf("%s/none/caselli.db", f->dir);

	must_refuse(f, path, FX_ENOENT, "check the path");
}

/* Files */

static void fill_some(struct store_fix *f)
{
	for (uint64_t id = 1; id <= 20; id++) {
		assert_int_equal(put_big(f, id).err, 0);
	}
	f->store = fx_store_close(f->store);
}

static void overwrite(const char *path, off_t at, size_t n)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)(i * 7 + 1);

		assert_int_equal(pwrite(fd, &c, 1, at + (off_t)i), 1);
	}
	(void)close(fd);
}

static void damaged_files(void **state)
{
	struct store_fix *f = *state;
	struct stat st;

	fill_some(f);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(truncate(f->path, st.st_size / 2), 0);
	must_refuse(f, f->path, FX_ECORRUPT, "restore");
	assert_int_equal(unlink(f->path), 0);
	store_reopen(f);
	fill_some(f);
	overwrite(f->path, 4096 * 3, 4096 * 4); /* pages in the middle */
	must_refuse(f, f->path, FX_ECORRUPT, "restore");
	overwrite(f->path, 0, 100); /* and the header */
	must_refuse(f, f->path, FX_ECORRUPT, "restore");
}

/* Damage that comes while the store is open is told by the read that meets it. */
static void damage_is_met_by_a_read(void **state)
{
	struct store_fix *f = *state;
	struct store_seen s = {0};

	fill_some(f);
	store_reopen(f);
	sql(f->path, "UPDATE job SET state = 'nonsense' WHERE id = 7");
	assert_int_equal(fx_store_each_job(f->store, store_on_job, &s), FX_ECORRUPT);
	assert_int_equal(s.n, 6);
	assert_non_null(strstr(fx_store_read_reason(f->store)->text, f->path));
}

static void a_newer_version_is_refused(void **state)
{
	struct store_fix *f = *state;

	f->store = fx_store_close(f->store);
	sql(f->path, "PRAGMA user_version = 1000");
	must_refuse(f, f->path, FX_ENOSYS, "newer version");
	sql(f->path, "PRAGMA user_version = 6");
	store_reopen(f);
}

static void a_foreign_database_is_refused(void **state)
{
	struct store_fix *f = *state;
	fx_auto char *path = fx_asprintf("%s/foreign.db", f->dir);

	sql(path, "CREATE TABLE t(x)");
	must_refuse(f, path, FX_ECORRUPT, "another program");
}

static void a_second_process_is_refused(void **state)
{
	struct store_fix *f = *state;
	char pid[32];
	int fds[2];
	pid_t child;

	(void)snprintf(pid, sizeof(pid), "pid %d)", (int)getpid());
	must_refuse(f, f->path, FX_EBUSY, pid); /* nor twice in one */
	f->store = fx_store_close(f->store);
	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct fx_loop *loop;
		struct fx_store *s;
		int err = fx_loop_new_virtual(0, &loop);

		err = err ? err : fx_store_open_sqlite(loop, f->path, &s, NULL);
		if (write(fds[1], &err, sizeof(err)) == (ssize_t)sizeof(err)) {
			(void)pause();
		}
		_exit(0);
	}
	int err = -1;
	assert_int_equal(read(fds[0], &err, sizeof(err)), sizeof(err));
	assert_int_equal(err, 0);
	(void)snprintf(pid, sizeof(pid), "pid %d)", (int)child);
	must_refuse(f, f->path, FX_EBUSY, pid);
	(void)kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	(void)close(fds[0]);
	(void)close(fds[1]);
	store_reopen(f); /* the lock went with the process */
}

/* Every allocation of an open fails in turn: it says so, leaks nothing, and works afterwards. */
static void opening_without_memory(void **state)
{
	struct store_fix *f = *state;
	bool failed = true;

	f->store = fx_store_close(f->store);
	for (uint64_t n = 1; failed; n++) {
		int64_t live = fx_mem_live();
		struct fx_store *s = NULL;
		struct fx_reason why = {0};
		int err;

		fx_mem_fail_at(n);
		err = fx_store_open_sqlite(f->loop, f->path, &s, &why);
		failed = fx_mem_failed();
		fx_mem_fail_at(0);
		if (failed) {
			assert_int_equal(err, FX_ENOMEM);
			assert_true(why.text[0]);
			assert_int_equal(fx_mem_live(), live);
		} else {
			assert_int_equal(err, 0);
			f->store = s;
		}
	}
}

static int plan_row(void *arg, int n, char **text, char **names)
{
	(void)snprintf(arg, 200, "%s", text[3]);
	return 0;
}

static void assert_plan(const char *path, const char *query, const char *want)
{
	sqlite3 *db = NULL;
	char plan[200] = "";

	fx_auto char *explain = fx_asprintf("EXPLAIN QUERY PLAN %s", query);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, explain, plan_row, plan, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
	if (!strstr(plan, want)) {
		fail_msg("%s: %s", query, plan);
	}
}

static void queries_use_indexes(void **state)
{
	struct store_fix *f = *state;

	assert_plan(f->path, "SELECT * FROM message WHERE folder = 1 AND id > 5 ORDER BY id",
		    "USING INDEX message_in_folder (folder=? AND id>?)");
	assert_plan(f->path, "SELECT * FROM attempt WHERE job_id = 1 ORDER BY id",
		    "USING INDEX attempt_of_job (job_id=?)");
	assert_plan(f->path, "SELECT * FROM page WHERE job_id = 1 ORDER BY attempt_id, page",
		    "USING PRIMARY KEY (job_id=?)");
}

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd >= 0) {
		if (write(fd, text, strlen(text)) < 0) {
			/* then the mount below fails and says so */
		}
		(void)close(fd);
	}
}

/* Before any thread exists: mounts that nobody else sees. */
static bool own_mounts(void)
{
	char map[64];
	unsigned uid = (unsigned)getuid(), gid = (unsigned)getgid();

	if (unshare(CLONE_NEWNS) < 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) {
			return false;
		}
		(void)snprintf(map, sizeof(map), "%u %u 1", uid, uid);
		write_text("/proc/self/uid_map", map);
		write_text("/proc/self/setgroups", "deny");
		(void)snprintf(map, sizeof(map), "%u %u 1", gid, gid);
		write_text("/proc/self/gid_map", map);
	}
	return mount(NULL, "/", "none", MS_REC | MS_PRIVATE, NULL) == 0;
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, store_setup, store_teardown)

int main(void)
{
	static const struct CMUnitTest cases[] = {
		CASE(reopening_keeps_all), CASE(one_bad_fails_alone), CASE(killed_at_any_moment),
		CASE(full_disk), CASE(read_only_disk), CASE(a_missing_folder_is_named),
		CASE(damaged_files), CASE(damage_is_met_by_a_read),
		CASE(a_newer_version_is_refused), CASE(a_foreign_database_is_refused),
		CASE(a_second_process_is_refused), CASE(queries_use_indexes),
		CASE(opening_without_memory),
	};

	can_mount = own_mounts();
	return cmocka_run_group_tests_name("sqlite on a disk", cases, NULL, NULL);
}
