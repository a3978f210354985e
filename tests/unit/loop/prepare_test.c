/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of a call are made ready in another thread. Here the thread is the test: it
 * works when it is told to, early, late, or after the call is over. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"
#include "tests/conformance/provider_rig.h"

struct job {
	struct fx_loop *loop;
	fx_loop_fn *work, *done;
	void *arg;
};
static struct job jobs[8];
static size_t n_jobs;

/* By the linker in place of fx_loop_work(). */
int __wrap_fx_loop_work(struct fx_loop *loop, fx_loop_fn *work, fx_loop_fn *done, void *arg);
int __wrap_fx_loop_work(struct fx_loop *loop, fx_loop_fn *work, fx_loop_fn *done, void *arg)
{
	assert_true(n_jobs < FX_ARRAY_LEN(jobs));
	jobs[n_jobs++] = (struct job){loop, work, done, arg};
	return 0;
}

static void worker_runs(void)
{
	while (n_jobs) {
		struct job j = jobs[--n_jobs];

		j.work(j.arg);
		fx_loop_post(j.loop, j.done, j.arg);
	}
}

static int open_loop(struct rig *r, const struct fx_provider_env *env, struct fx_provider **ret,
		     struct fx_reason *reterr)
{
	struct fx_provider_env e = *env;
	fx_auto char *settings = fx_asprintf("%ssocket.far = %s/line\n", env->settings, r->dir);

	e.settings = settings;
	return fx_loop_provider_ops.open(&e, ret, reterr);
}
static const struct rig_impl impl = {"loop", false, open_loop};

static bool never(void *arg)
{
	(void)arg;
	return false;
}

static bool has_state(const struct rig_call *c, enum fx_port_state s)
{
	size_t i;

	for (i = 0; i < c->n_states && c->states[i].state != s; i++) {
	}
	return i < c->n_states;
}

static void an_answer_waits_for_the_pages(void **state)
{
	struct rig *r = rig_new(&impl, "", 3);
	struct rig_call *out;

	(void)state;
	assert_int_equal(rig_dial_pages(r, "1", "102", 2, &out), 0);
	assert_int_equal(n_jobs, 1);
	(void)rig_until(r, never, 300 * FX_SECOND);
	assert_true(rig_incoming(r)->answered);
	assert_false(has_state(out, FX_PORT_SENDING));
	assert_false(has_state(rig_incoming(r), FX_PORT_ANSWERED));
	assert_int_equal(r->ended, 0); /* nor did anybody give up */
	worker_runs();
	rig_wait_end(r, 2);
	assert_int_equal(out->result.outcome, FX_OUTCOME_SUCCESS);
	assert_true(out->result.answered_us >= 300 * FX_SECOND);
	rig_same_pages(out->rx_fd, rig_incoming(r)->rx_fd, 2);
	rig_free(r);
}

/* @param late after the answer, else before the first ring */
static void bad_document(bool late)
{
	struct rig *r = rig_new(&impl, "", 3);
	struct rig_call *out;

	assert_int_equal(rig_dial_pages(r, "1", "102", 2, &out), 0);
	assert_int_equal(ftruncate(out->rx_fd, 100), 0);
	if (late) {
		(void)rig_until(r, never, 60 * FX_SECOND);
		assert_true(rig_incoming(r)->answered);
	}
	worker_runs();
	rig_wait_end(r, late ? 2 : 1);
	assert_int_equal(out->result.outcome, FX_OUTCOME_DOCUMENT);
	assert_true(strlen(out->result.words) > 10);
	assert_int_equal(out->result.answered_us, -1);
	if (late) {
		assert_int_equal(rig_incoming(r)->result.outcome, FX_OUTCOME_DISCONNECTED);
	} else {
		(void)rig_until(r, never, 60 * FX_SECOND);
		assert_null(rig_incoming(r));
	}
	rig_free(r);
}

static void pages_that_cannot_be_sent_end_the_call(void **state)
{
	(void)state;
	bad_document(false);
	bad_document(true);
}

static void who_hangs_up_does_not_wait(void **state)
{
	struct rig *r = rig_new(&impl, "", 3);
	struct rig_call *out;
	int64_t live;

	(void)state;
	assert_int_equal(rig_dial_pages(r, "1", "102", 2, &out), 0);
	(void)rig_until(r, never, 30 * FX_SECOND);
	rig_hangup(r, out);
	rig_wait_end(r, 2);
	assert_int_equal(out->result.outcome, FX_OUTCOME_CANCELLED);
	assert_int_equal(rig_incoming(r)->result.outcome, FX_OUTCOME_DISCONNECTED);
	live = fx_mem_live();
	worker_runs(); /* for nobody */
	(void)rig_until(r, never, FX_SECOND);
	assert_true(fx_mem_live() < live);
	/* The called side may hang up as well. */
	assert_int_equal(rig_dial_pages(r, "1", "102", 2, &out), 0);
	(void)rig_until(r, never, 30 * FX_SECOND);
	rig_hangup(r, rig_incoming(r));
	rig_wait_end(r, 4);
	assert_int_equal(out->result.outcome, FX_OUTCOME_BUSY);
	worker_runs();
	rig_free(r);
}

static void close_waits_for_nobody(void **state)
{
	int64_t live = fx_mem_live();
	struct rig *r = rig_new(&impl, "", 3);
	struct rig_call *out;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_int_equal(rig_dial_pages(r, "1", "102", 1, &out), 0);
		(void)rig_until(r, never, 30 * FX_SECOND);
		if (i == 0) {
			worker_runs();
			rig_wait_end(r, 2);
		}
	}
	rig_close(r);
	worker_runs();
	rig_free(r);
	assert_true(fx_mem_live() == live);
}

static bool is_online(void *arg)
{
	return ((const struct rig *)arg)->lines[2].online;
}

static void say(int fd, char type, const char *p, size_t n)
{
	uint8_t b[512] = {(uint8_t)type, (uint8_t)n, (uint8_t)(n >> 8)};

	memcpy(b + 3, p, n);
	assert_int_equal(send(fd, b, n + 3, MSG_NOSIGNAL), n + 3);
}

/* @return types of the frames that came, e.g. "HD" */
static void hear(int fd, char *types)
{
	uint8_t b[8192];
	ssize_t n = recv(fd, b, sizeof(b), MSG_DONTWAIT);
	ssize_t at = 0;

	while (n > 0 && at + 3 <= n) {
		*types++ = (char)b[at];
		at += 3 + b[at + 1] + b[at + 2] * 256;
	}
	*types = '\0';
}

/* Its frame lies in the socket until our pages are ready. */
static void a_far_end_on_a_socket_waits(void **state)
{
	static const char silence[320];
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	struct rig *r = rig_new(&impl, "ring_delay_ms = 0\n", 3);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct rig_call *out;
	char types[64];

	(void)state;
	(void)snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/line", r->dir);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	say(fd, 'H', "caselli-line 1 audio", 20);
	fx_loop_set_limit(r->loop, fx_loop_now_us(r->loop) + FX_SECOND);
	assert_true(rig_until(r, is_online, FX_SECOND));
	assert_int_equal(rig_dial(r, "far", "5", 0, &out), 0);
	(void)rig_until(r, never, FX_SECOND / 2);
	hear(fd, types);
	assert_string_equal(types, "HD");
	say(fd, 'A', "", 0);
	say(fd, 'S', silence, sizeof(silence));
	fx_loop_set_limit(r->loop, FX_LOOP_NO_LIMIT);
	(void)rig_until(r, never, 200 * FX_SECOND);
	hear(fd, types);
	assert_string_equal(types, "");
	assert_int_equal(r->ended, 0);
	worker_runs();
	(void)rig_until(r, never, FX_SECOND);
	hear(fd, types);
	assert_string_equal(types, "S");
	(void)close(fd);
	rig_wait_end(r, 1);
	assert_int_equal(out->result.outcome, FX_OUTCOME_DISCONNECTED);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_waits_for_the_pages),
		cmocka_unit_test(pages_that_cannot_be_sent_end_the_call),
		cmocka_unit_test(who_hangs_up_does_not_wait),
		cmocka_unit_test(close_waits_for_nobody),
		cmocka_unit_test(a_far_end_on_a_socket_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
