/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real render program, killed in the middle of its work while a job waits for it. On the
 * virtual loop it runs in place; the killer is another thread.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/str.h"
#include "tests/unit/queue/rig.h"

#define LOOK_NS (2 * 1000 * 1000)
/* Draws for a second and a half, so that there is a middle to be killed in. */
#define SLOW_PS                                                                                    \
	"%!PS\n/t usertime def {usertime t sub 1500 gt {exit} if} loop\n"                          \
	"/Helvetica findfont 40 scalefont setfont 100 400 moveto (Fax) show showpage\n"

struct killer {
	pthread_t thread;
	const char *victim; /* program name */
	unsigned most;      /* kills to do, one for each run */
	_Atomic unsigned killed;
	_Atomic bool stop;
};

static bool is_named(int pid, const char *name)
{
	char path[64], comm[32] = "";
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "r");
	if (f) {
		(void)!fgets(comm, sizeof(comm), f);
		(void)fclose(f);
	}
	comm[strcspn(comm, "\n")] = '\0';
	return strcmp(comm, name) == 0;
}

/* First process of that name below pid, whatever lies between. @return 0 = none */
static int find_below(int pid, const char *name, int depth)
{
	char path[64];
	int child, found = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	f = depth < 8 ? fopen(path, "r") : NULL;
	while (f && !found && fscanf(f, "%d", &child) == 1) {
		found = is_named(child, name) ? child : find_below(child, name, depth + 1);
	}
	if (f) {
		(void)fclose(f);
	}
	return found;
}

static void *kill_them(void *arg)
{
	struct killer *k = arg;
	const struct timespec look = {0, LOOK_NS};
	int last = 0;

	while (!k->stop && k->killed < k->most) {
		/* ghostscript runs: its parents are in the middle of the document */
		int gs = find_below(getpid(), "gs", 0);
		int pid = gs ? find_below(getpid(), k->victim, 0) : 0;

		if (pid && gs != last && kill(pid, SIGKILL) == 0) {
			last = gs;
			k->killed++;
		}
		(void)nanosleep(&look, NULL);
	}
	return NULL;
}

static uint32_t send_slow(struct rig *r)
{
	struct fx_job j = rig_job(r, "200", 1);
	char name[64];
	int fd;

	assert_int_equal(fx_spool_create(r->spool, FX_SPOOL_QUEUE, ".ps", name, &fd), 0);
	assert_int_equal(write(fd, SLOW_PS, strlen(SLOW_PS)), strlen(SLOW_PS));
	(void)close(fd);
	(void)fx_spool_remove(r->spool, FX_SPOOL_QUEUE, j.upload_file);
	j.upload_file = name;
	return rig_submit(r, &j);
}

/* @return kills that were done */
static unsigned run_with_killer(struct rig *r, const char *victim, unsigned most, uint32_t *ret_job)
{
	struct killer k = {.victim = victim, .most = most};

	assert_int_equal(pthread_create(&k.thread, NULL, kill_them, &k), 0);
	*ret_job = send_slow(r);
	rig_run(r, 200);
	k.stop = true;
	assert_int_equal(pthread_join(k.thread, NULL), 0);
	return k.killed;
}

static int setup(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	r->render = RENDER_PROGRAM;
	rig_start(r, "2");
	rig_settle(r);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	rig_stop(*state);
	(void)fx_free(*state);
	return 0;
}

static void killed_three_times_then_left_alone(void **state)
{
	static const char *const victims[] = {"gs", "caselli-render"};
	struct rig *r = *state;
	uint32_t job;

	for (size_t i = 0; i < FX_ARRAY_LEN(victims); i++) {
		assert_int_equal(run_with_killer(r, victims[i], 3, &job), 3);
		assert_int_equal(rig_state(r, job), FX_JOB_STATE_COUNT);
		assert_int_equal(rig_messages(r, FX_FOLDER_SENT), i + 1);
	}
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
}

static void killed_each_time_fails_with_words(void **state)
{
	struct rig *r = *state;
	uint32_t job;

	assert_int_equal(run_with_killer(r, "gs", 99, &job), 4); /* once, and three more tries */
	assert_int_equal(rig_state(r, job), FX_JOB_FAILED);
	assert_non_null(strstr(rig_find(r, job)->words, "ended from outside"));
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 1); /* the document, for a restart */
	assert_int_equal(rig_command(r, job, FX_JC_RESUME), 0);
	rig_run(r, 200);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(killed_three_times_then_left_alone),
		T(killed_each_time_fails_with_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
