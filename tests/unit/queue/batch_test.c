/* SPDX-License-Identifier: Apache-2.0 */
/* Taking in a broadcast without memory, and sharing its file where a file system will not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/loop_priv.h"
#include "tests/unit/queue/rig.h"

#define N 3
#define MAX_ALLOCATIONS 5000

struct answer {
	bool done;
	int err;
	uint64_t parent;
	bool failed;
};

static void on_batch(void *arg, int err, struct fx_queue_ids parent, const struct fx_queue_ids *ids,
		     const struct fx_reason *why)
{
	struct answer *a = arg;

	(void)ids, (void)why;
	*a = (struct answer){true, err, parent.id, fx_mem_failed()};
	fx_mem_fail_at(0); /* what it began is others' to sweep */
}

static bool answered(void *arg)
{
	return ((struct answer *)arg)->done;
}

/* N recipients; the first allocation to fail is the fail_at-th from here, 0 = none. */
static int add(struct rig *r, const struct fx_job *parent, uint64_t parent_id, unsigned first,
	       uint64_t fail_at, struct answer *ret)
{
	struct fx_job jobs[N];
	struct fx_queue_batch batch = {.parent_id = parent_id, .parent = parent, .jobs = jobs,
				       .n = N, .open = true};
	char numbers[N][16];
	int err;

	for (size_t i = 0; i < N; i++) {
		fx_job_init(&jobs[i]);
		(void)snprintf(numbers[i], 16, "9%03u", first + (unsigned)i);
		jobs[i].number = numbers[i];
		jobs[i].user = (char *)(uintptr_t)"tester";
		jobs[i].recipient_name = (char *)(uintptr_t)"Lucia Rossi";
	}
	*ret = (struct answer){0};
	fx_mem_fail_at(fail_at);
	err = fx_queue_broadcast(r->queue, &batch, on_batch, ret, NULL);
	if (!err) {
		assert_true(fx_loop_run_until(r->loop, answered, ret, FX_SECOND));
		err = ret->err;
	} else {
		ret->failed = fx_mem_failed();
		fx_mem_fail_at(0);
	}
	return err;
}

static void new_rig(struct rig *r, const char *lines)
{
	memset(r, 0, sizeof(*r));
	rig_start(r, lines);
	fx_log_set_stderr(false); /* a store that fails says so */
	rig_settle(r);
}

/* One that could not be taken in leaves nothing; asked again it is, and everybody gets it once. */
static bool one_failure(uint64_t n, bool to_existing)
{
	int64_t before = fx_mem_live();
	uint64_t parent_id = 0;
	struct fx_job parent;
	struct answer a;
	struct rig r;
	size_t were;
	bool failed;
	int err;

	new_rig(&r, "4");
	r.config.pause_queue = true;
	fx_queue_set_config(r.queue, &r.config);
	parent = rig_job(&r, NULL, 1);
	if (to_existing) {
		assert_int_equal(add(&r, &parent, 0, 0, 0, &a), 0);
		parent_id = a.parent;
	}
	rig_settle(&r);
	assert_int_equal(fx_loop_reserve_post(r.loop), 0); /* the only thing that may not fail */
	were = fx_queue_count(r.queue);
	err = add(&r, &parent, parent_id, N, n, &a);
	failed = a.failed;
	if (err) {
		assert_true(failed);
		assert_int_equal(err, FX_ENOMEM);
		assert_int_equal(fx_queue_count(r.queue), were);
		assert_int_equal(rig_files(&r, FX_SPOOL_QUEUE), 1);
		rig_run(&r, 30); /* where the store failed, it tries again */
		assert_int_equal(add(&r, &parent, parent_id, N, 0, &a), 0);
	}
	assert_int_equal(fx_queue_count(r.queue), were + N + !to_existing);
	fx_queue_broadcast_end(r.queue, a.parent);
	r.config.pause_queue = false;
	fx_queue_set_config(r.queue, &r.config);
	rig_run(&r, 600);
	assert_int_equal(rig_messages(&r, FX_FOLDER_SENT), to_existing ? 2 * N : N);
	assert_int_equal(fx_queue_count(r.queue), 0);
	assert_int_equal(rig_files(&r, FX_SPOOL_QUEUE), 0);
	rig_stop(&r);
	assert_int_equal(fx_mem_live(), before);
	return failed;
}

static void out_of_memory(void **state)
{
	(void)state;
	for (int to_existing = 0; to_existing < 2; to_existing++) {
		uint64_t n = 1;

		while (one_failure(n, to_existing)) {
			n++;
			assert_true(n < MAX_ALLOCATIONS);
		}
		assert_true(n > 20); /* it does allocate */
	}
}

/* ---- names of one file ---- */

/* What link() of a file system says, instead of ours (the linker puts it here). */
int __real_linkat(int from, const char *name, int to, const char *new_name, int flags);
int __wrap_linkat(int from, const char *name, int to, const char *new_name, int flags);
static int link_errno;  /* 0 = ask the real one */
static nlink_t max_links; /* EMLINK from there on; 0 = as many as there are */

int __wrap_linkat(int from, const char *name, int to, const char *new_name, int flags)
{
	struct stat st;

	if (link_errno) {
		errno = link_errno;
		return -1;
	}
	if (max_links && !fstatat(from, name, &st, 0) && st.st_nlink >= max_links) {
		errno = EMLINK;
		return -1;
	}
	return __real_linkat(from, name, to, new_name, flags);
}

struct files {
	const struct rig *r;
	size_t n, inodes;
	ino_t seen[64];
	nlink_t most;
	uint64_t bytes;
};

static bool look(void *arg, const char *name)
{
	struct files *f = arg;
	fx_auto char *path = fx_asprintf("%s/%s", fx_spool_path(f->r->spool, FX_SPOOL_SENT), name);
	struct stat st;
	size_t i = 0;

	assert_int_equal(stat(path, &st), 0);
	assert_true(!f->n || f->bytes == (uint64_t)st.st_size);
	f->bytes = (uint64_t)st.st_size;
	f->n++;
	f->most = st.st_nlink > f->most ? st.st_nlink : f->most;
	while (i < f->inodes && f->seen[i] != st.st_ino) {
		i++;
	}
	if (i == f->inodes) {
		f->seen[f->inodes++] = st.st_ino;
	}
	return true;
}

static struct files send_nine(void)
{
	struct files f = {0};
	struct fx_job parent;
	struct answer a;
	struct rig r;

	new_rig(&r, "2");
	f.r = &r;
	parent = rig_job(&r, NULL, 2);
	assert_int_equal(add(&r, &parent, 0, 0, 0, &a), 0);
	assert_int_equal(add(&r, NULL, a.parent, N, 0, &a), 0);
	rig_run(&r, 130); /* some are filed, some are not */
	rig_crash(&r);
	rig_run(&r, 600);
	parent = rig_job(&r, NULL, 2);
	assert_int_equal(add(&r, &parent, 0, 2 * N, 0, &a), 0);
	fx_queue_broadcast_end(r.queue, a.parent);
	rig_run(&r, 600);
	assert_int_equal(rig_messages(&r, FX_FOLDER_SENT), 3 * N);
	assert_int_equal(rig_files(&r, FX_SPOOL_QUEUE), 0);
	assert_int_equal(fx_spool_each(r.spool, FX_SPOOL_SENT, look, &f), 0);
	assert_int_equal(f.n, 3 * N); /* a file, under whatever inode, for each */
	rig_stop(&r);
	f.r = NULL;
	return f;
}

static void as_many_names_as_wanted(void **state)
{
	struct files f = send_nine();

	(void)state;
	assert_int_equal(f.inodes, 2); /* two documents */
	assert_int_equal(f.most, 2 * N);
}

static void too_many_names(void **state)
{
	struct files f;

	(void)state;
	max_links = 3; /* the name in queue/ and two in sent/ */
	f = send_nine();
	max_links = 0;
	assert_true(f.most <= 3);
	assert_in_range(f.inodes, 5, 7); /* 6 recipients by two or three, and 3 by two or three */
}

static void no_further_names(void **state)
{
	static const int errors[] = {EPERM, EOPNOTSUPP, EXDEV};

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(errors); i++) {
		struct files f;

		link_errno = errors[i];
		f = send_nine();
		link_errno = 0;
		assert_int_equal(f.inodes, 3 * N); /* a copy each */
		assert_int_equal(f.most, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(out_of_memory),
		cmocka_unit_test(as_many_names_as_wanted),
		cmocka_unit_test(too_many_names),
		cmocka_unit_test(no_further_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
