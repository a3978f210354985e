/* SPDX-License-Identifier: Apache-2.0 */
/* A store that fails: nothing is lost, nobody waits for ever, new faxes are refused. */
#include "queue/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/unit/queue/rig.h"

struct answer {
	unsigned n;
	int err;
};

static void on_done(void *arg, int err, const struct fx_reason *why)
{
	struct answer *a = arg;

	(void)why;
	a->n++;
	a->err = err;
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

static void run(struct fx_loop *loop, int64_t seconds)
{
	(void)fx_loop_run_until(loop, never, NULL, seconds * FX_SECOND);
}

static struct fx_group *mark(struct fx_journal *j, const char *key, const char *value,
			     const char *dir)
{
	struct fx_group *g = fx_group_new(j);

	fx_group_put_meta(g, key, value);
	if (dir) {
		fx_group_sync_dir(g, dir); /* fails as long as it is not there */
	}
	return g;
}

static bool has(struct fx_store *s, const char *key, const char *want)
{
	char *value = NULL;
	bool same;

	if (fx_store_get_meta(s, key, &value)) {
		return false;
	}
	same = !strcmp(value, want);
	(void)fx_free(value);
	return same;
}

static void kept_until_written(void **state)
{
	struct fx_loop *loop = fx_test_vloop();
	char *tmp = fx_test_mkdir();
	fx_auto char *dir = fx_asprintf("%s/later", tmp);
	struct answer kept = {0}, fast = {0}, behind = {0};
	struct fx_store *s;
	struct fx_journal *j;

	(void)state;
	fx_log_set_level(FX_LOG_ERROR);
	assert_int_equal(fx_store_open_memory(loop, &s), 0);
	assert_int_equal(fx_journal_new(loop, s, &j), 0);
	assert_int_equal(fx_group_commit(mark(j, "a", "1", dir), FX_COMMIT_KEEP, on_done, &kept),
			 0);
	assert_int_equal(fx_group_commit(mark(j, "b", "1", dir), FX_COMMIT_FAIL_FAST, on_done,
					 &fast), 0);
	run(loop, 1);
	assert_int_equal(kept.n, 0);
	assert_int_equal(fast.n, 1);
	assert_true(fast.err < 0);
	assert_true(fx_journal_error(j) < 0);
	/* What comes later waits behind it: the order of writing never changes. */
	assert_int_equal(fx_group_commit(mark(j, "a", "2", NULL), FX_COMMIT_KEEP, on_done, &behind),
			 0);
	run(loop, 100);
	assert_int_equal(kept.n + behind.n, 0);
	assert_false(has(s, "a", "1") || has(s, "a", "2"));
	assert_int_equal(mkdir(dir, 0700), 0);
	run(loop, 40); /* not longer than 30 s between tries */
	assert_int_equal(kept.n, 1);
	assert_int_equal(kept.err, 0);
	assert_int_equal(behind.n, 1);
	assert_true(has(s, "a", "2"));
	assert_false(has(s, "b", "1"));
	assert_int_equal(fx_journal_error(j), 0);
	assert_true(fx_journal_is_idle(j));
	j = fx_journal_free(j);
	s = fx_store_close(s);
	(void)fx_loop_free(loop);
	fx_test_rmdir(tmp);
}

static void flushed_at_the_end(void **state)
{
	struct fx_loop *loop = fx_test_vloop();
	struct answer a = {0};
	struct fx_store *s;
	struct fx_journal *j;

	(void)state;
	assert_int_equal(fx_store_open_memory(loop, &s), 0);
	assert_int_equal(fx_journal_new(loop, s, &j), 0);
	assert_int_equal(fx_group_commit(mark(j, "a", "1", NULL), FX_COMMIT_KEEP, on_done, &a), 0);
	j = fx_journal_free(j);
	assert_int_equal(a.n, 1);
	assert_int_equal(a.err, FX_ECANCELED);
	run(loop, 1);
	assert_true(has(s, "a", "1"));
	assert_int_equal(fx_journal_new(loop, s, &j), 0);
	assert_int_equal(fx_group_commit(mark(j, "a", "2", NULL), FX_COMMIT_KEEP, on_done, &a), 0);
	j = fx_journal_abandon(j); /* a crash */
	run(loop, 1);
	assert_true(has(s, "a", "1"));
	s = fx_store_close(s);
	(void)fx_loop_free(loop);
}

static int fill(void *arg)
{
	struct fx_journal *j = arg;
	struct fx_group *g = fx_group_new(j);
	struct fx_job job;
	struct fx_message m = {.id = 3};
	struct fx_config c;
	struct fx_attempt a = {.id = 1};
	struct fx_page p = {.page = 1};
	struct fx_port_info info = {.device_id = 1};

	fx_job_init(&job);
	job.number = (char *)(uintptr_t)"1";
	m.job = job;
	fx_config_defaults(&c);
	fx_group_put_job(g, &job);
	fx_group_put_message(g, &m);
	fx_group_put_config(g, &c);
	fx_group_put_attempt(g, &a);
	fx_group_put_page(g, &p);
	fx_group_put_port(g, &info);
	fx_group_del_job(g, 1);
	fx_group_del_message(g, 1);
	fx_group_put_meta(g, "k", "v");
	fx_group_sync_dir(g, "/tmp");
	fx_group_sync_file(g, 0);
	if (g && fx_mem_failed()) {
		/* whatever failed has stuck */
		return fx_group_commit(g, FX_COMMIT_KEEP, NULL, NULL);
	}
	if (!g) {
		return FX_ENOMEM;
	}
	(void)fx_group_free(g);
	return 0;
}

static void lack_of_memory(void **state)
{
	struct fx_loop *loop = fx_test_vloop();
	struct fx_store *s;
	struct fx_journal *j;

	(void)state;
	assert_int_equal(fx_store_open_memory(loop, &s), 0);
	assert_int_equal(fx_journal_new(loop, s, &j), 0);
	fx_test_oom_sweep(fill, j);
	j = fx_journal_free(j);
	s = fx_store_close(s);
	(void)fx_loop_free(loop);
}

/* The whole queue over a disk that is away for a while. */
static void queue_over_a_bad_disk(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));
	const char *queue_dir;
	fx_auto char *away = NULL;
	uint32_t sending;
	struct fx_job j;

	(void)state;
	rig_start(r, "1");
	queue_dir = fx_spool_path(r->spool, FX_SPOOL_QUEUE);
	away = fx_asprintf("%s.away", queue_dir);
	sending = rig_send(r, "200", 1);
	rig_run(r, 5);
	j = rig_job(r, "201", 1);
	assert_int_equal(rename(queue_dir, away), 0);
	assert_int_equal(rig_submit(r, &j), 0); /* refused, not lost in silence */
	assert_true(r->err < 0);
	assert_int_equal(rename(away, queue_dir), 0);
	rig_run(r, 40);
	assert_int_equal(rig_state(r, sending), FX_JOB_STATE_COUNT);
	assert_true(rig_submit(r, &j)); /* the same upload, once it works */
	rig_run(r, 60);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 2);
	rig_stop(r);
	(void)fx_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_until_written),
		cmocka_unit_test(flushed_at_the_end),
		cmocka_unit_test(lack_of_memory),
		cmocka_unit_test(queue_over_a_bad_disk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
