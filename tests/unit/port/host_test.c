/* SPDX-License-Identifier: Apache-2.0 */
/* A provider host seen through the port table: it is supervised, and no call hangs on it.
 * Real time and a real process. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "document/fax_tiff.h"
#include "port/host.h"
#include "tests/support/support.h"

static char program[] = FX_TEST_HOST, opt[] = "--provider", name[] = "loop";
static char *const argv[] = {program, opt, name, NULL};

struct ctx {
	struct fx_loop *loop;
	struct fx_ports *t;
	unsigned ends;
	int pid; /* of the first host */
	int doc;
	struct fx_call_result result;
	char log[512];
};

static void on_log(void *arg, enum fx_log_level level, int facility, const char *line)
{
	struct ctx *c = arg;

	(void)level, (void)facility;
	fx_strlcpy(c->log, line, sizeof(c->log));
}

static int page(void)
{
	int fd = memfd_create("doc", MFD_CLOEXEC);
	struct fx_tiff_wr *w = NULL;
	struct fx_bitmap b;

	assert_int_equal(fx_tiff_create(fd, NULL, &w), 0);
	assert_int_equal(fx_bitmap_init(&b, 1728, 60, FX_RES_FINE), 0);
	assert_int_equal(fx_tiff_write(w, &b), 0);
	fx_bitmap_fini(&b);
	assert_int_equal(fx_tiff_finish(w), 0);
	return fd;
}

static int setup(void **state)
{
	struct ctx *c = fx_zalloc(sizeof(*c));

	c->doc = page();
	assert_int_equal(fx_loop_new_real(&c->loop), 0);
	assert_int_equal(fx_ports_new(c->loop, NULL, c, &c->t), 0);
	fx_log_set_sink(on_log, c);
	*state = c;
	return 0;
}

static int teardown(void **state)
{
	struct ctx *c = *state;

	fx_log_set_sink(NULL, NULL);
	fx_ports_free(c->t);
	fx_loop_free(c->loop);
	(void)close(c->doc);
	(void)fx_free(c);
	return 0;
}

static bool both_online(void *arg)
{
	struct ctx *c = arg;

	return fx_ports_count(c->t) == 2 && fx_port_is_free(fx_ports_at(c->t, 0)) &&
	       fx_port_is_free(fx_ports_at(c->t, 1));
}
static bool has_ended(void *arg)
{
	return ((const struct ctx *)arg)->ends > 0;
}
static bool has_log(void *arg)
{
	return ((const struct ctx *)arg)->log[0] != '\0';
}

static void on_end(void *arg, struct fx_port *port, const struct fx_call_result *r)
{
	struct ctx *c = arg;

	assert_false(fx_port_is_free(port));
	c->ends++;
	c->result = *r;
}
static void on_page(void *arg, struct fx_port *port, const struct fx_page_report *page)
{
	(void)arg, (void)port, (void)page;
}
static const struct fx_port_call_cb call_cb = {NULL, on_page, on_end};

static int dial_on(struct ctx *c, size_t port, const char *number)
{
	struct fx_dial d = {.ecm = true, .n_docs = 1, .log_fd = -1};

	fx_strlcpy(d.number, number, sizeof(d.number));
	d.docs[0].fd = c->doc;
	return fx_port_dial(fx_ports_at(c->t, port), &d, NULL, &call_cb, c);
}

static int dial(struct ctx *c, const char *number)
{
	return dial_on(c, 0, number);
}

static void a_killed_host_takes_its_ports_offline_and_comes_back(void **state)
{
	struct ctx *c = *state;
	struct fx_port_status st;
	int pid;

	assert_int_equal(fx_ports_add_host(c->t, "loop", argv, "ring_delay_ms = 1\n", NULL), 0);
	assert_true(fx_loop_run_until(c->loop, both_online, c, 5 * FX_SECOND));
	pid = fx_ports_host_pid(c->t, "loop");
	assert_true(pid > 0);
	assert_int_equal(fx_ports_host_pid(c->t, "sip"), 0);
	assert_int_equal(dial(c, "102;no_answer"), 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_true(fx_loop_run_until(c->loop, has_ended, c, 5 * FX_SECOND));
	assert_int_equal(c->result.outcome, FX_OUTCOME_HOST_LOST);
	fx_port_status(fx_ports_at(c->t, 0), &st);
	assert_int_equal(st.call.state, FX_PORT_OFFLINE);
	fx_port_status(fx_ports_at(c->t, 1), &st);
	assert_int_equal(st.call.state, FX_PORT_OFFLINE);
	assert_int_equal(dial(c, "102"), FX_EBUSY);
	assert_true(fx_loop_run_until(c->loop, both_online, c, 5 * FX_SECOND));
	assert_int_equal(fx_ports_count(c->t), 2); /* the same ports */
	assert_int_not_equal(fx_ports_host_pid(c->t, "loop"), pid);
	assert_int_equal(c->ends, 1);
}

static void what_it_cannot_start_with_is_said(void **state)
{
	struct ctx *c = *state;
	char none[] = "/nonexistent/caselli-host", *const no_argv[] = {none, NULL};
	struct fx_reason why = {{0}};

	assert_int_equal(fx_ports_add_host(c->t, "loop", no_argv, "", &why), FX_ENOENT);
	assert_non_null(strstr(why.text, none));
	assert_int_equal(fx_ports_add_host(c->t, "loop", argv, "ports = many\n", &why), 0);
	assert_true(fx_loop_run_until(c->loop, has_log, c, 5 * FX_SECOND));
	assert_non_null(strstr(c->log, "line 1: ports is 'many'"));
	assert_int_equal(fx_ports_count(c->t), 0);
}

static void another_provider_is_not_taken(void **state)
{
	struct ctx *c = *state;

	assert_int_equal(fx_ports_add_host(c->t, "sip", argv, "", NULL), 0);
	assert_true(fx_loop_run_until(c->loop, has_log, c, 5 * FX_SECOND));
	assert_non_null(strstr(c->log, "another provider"));
}

static bool is_limited(int pid)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	(void)pid;
	return true; /* their shadow memory needs terabytes of address space */
#else
	fx_auto char *path = fx_asprintf("/proc/%d/limits", pid);
	struct fx_buf b = {0};
	bool found;

	fx_test_read_file(path, &b);
	fx_buf_u8(&b, 0);
	found = strstr((char *)b.data, "Max address space         4294967296") != NULL;
	fx_buf_fini(&b);
	return found;
#endif
}

static bool none_online(void *arg)
{
	struct ctx *c = arg;

	return !fx_port_is_free(fx_ports_at(c->t, 0)) && has_log(c);
}

/* The clock stands still until the host serves, and does not wait for the silence. */
static void one_that_hangs_is_killed(void **state)
{
	struct ctx c = {.loop = fx_test_vloop()};
	int pid;

	(void)state;
	fx_loop_set_limit(c.loop, 0);
	fx_log_set_sink(on_log, &c);
	assert_int_equal(fx_ports_new(c.loop, NULL, &c, &c.t), 0);
	assert_int_equal(fx_ports_add_host(c.t, "loop", argv, "", NULL), 0);
	assert_true(fx_loop_run_until(c.loop, both_online, &c, FX_SECOND));
	pid = fx_ports_host_pid(c.t, "loop");
	assert_true(is_limited(pid));
	assert_int_equal(kill(pid, SIGSTOP), 0);
	fx_loop_set_limit(c.loop, FX_LOOP_NO_LIMIT);
	assert_true(fx_loop_run_until(c.loop, none_online, &c, 120 * FX_SECOND));
	assert_non_null(strstr(c.log, "does not answer"));
	assert_true(fx_loop_now_us(c.loop) > 60 * FX_SECOND);
	fx_log_set_sink(NULL, NULL);
	fx_ports_free(c.t);
	fx_loop_free(c.loop);
}

static bool has_another_host(void *arg)
{
	struct ctx *c = arg;
	int pid = fx_ports_host_pid(c->t, "loop");

	return pid > 0 && pid != c->pid && both_online(c);
}

/* One call that ends at once; the port is not shown as ended any more when it returns. */
static void short_call(struct ctx *c, size_t port)
{
	c->ends = 0;
	assert_int_equal(dial_on(c, port, "102;busy"), 0);
	assert_true(fx_loop_run_until(c->loop, has_ended, c, 5 * FX_SECOND));
	assert_int_equal(c->result.outcome, FX_OUTCOME_BUSY);
}

static void a_host_is_replaced_after_some_calls(void **state)
{
	struct ctx *c = *state;
	struct fx_port_status st;

	assert_int_equal(fx_ports_add_host(c->t, "loop", argv, "ring_delay_ms = 1\n", NULL), 0);
	fx_ports_set_host_calls(c->t, "loop", 3);
	fx_ports_set_host_calls(c->t, "sip", 3);
	assert_true(fx_loop_run_until(c->loop, both_online, c, 5 * FX_SECOND));
	c->pid = fx_ports_host_pid(c->t, "loop");
	for (int i = 0; i < 3; i++) {
		short_call(c, 0);
		assert_int_equal(fx_ports_host_pid(c->t, "loop"), c->pid);
	}
	fx_port_status(fx_ports_at(c->t, 0), &st);
	assert_int_equal(st.call.state, FX_PORT_FAILED); /* how it ended stays on show */
	assert_true(fx_loop_run_until(c->loop, has_another_host, c, 5 * FX_SECOND));
	assert_string_equal(c->log, ""); /* nothing to warn of */
	short_call(c, 0);                /* and it counts from the start */
	assert_int_equal(fx_ports_count(c->t), 2);
}

static bool second_is_offline(void *arg)
{
	return !fx_port_is_free(fx_ports_at(((struct ctx *)arg)->t, 1));
}

static void one_that_is_never_idle_takes_no_more_calls(void **state)
{
	struct ctx *c = *state;
	struct fx_port_status st;

	assert_int_equal(fx_ports_add_host(c->t, "loop", argv, "ring_delay_ms = 1\n", NULL), 0);
	fx_ports_set_host_calls(c->t, "loop", 3);
	assert_true(fx_loop_run_until(c->loop, both_online, c, 5 * FX_SECOND));
	c->pid = fx_ports_host_pid(c->t, "loop");
	assert_int_equal(dial_on(c, 0, "103;no_answer"), 0); /* 1 */
	for (int i = 2; i <= 12; i++) {
		assert_true(fx_port_is_free(fx_ports_at(c->t, 1)));
		short_call(c, 1);
	}
	assert_true(fx_loop_run_until(c->loop, second_is_offline, c, FX_SECOND));
	assert_int_equal(dial_on(c, 1, "102;busy"), FX_EBUSY);
	fx_port_status(fx_ports_at(c->t, 0), &st);
	assert_int_equal(st.call.state, FX_PORT_DIALING); /* the call is not disturbed */
	assert_int_equal(fx_ports_host_pid(c->t, "loop"), c->pid);
	c->ends = 0;
	fx_port_hangup(fx_ports_at(c->t, 0));
	assert_true(fx_loop_run_until(c->loop, has_ended, c, 5 * FX_SECOND));
	assert_int_equal(c->result.outcome, FX_OUTCOME_CANCELLED);
	assert_true(fx_loop_run_until(c->loop, has_another_host, c, 5 * FX_SECOND));
	assert_string_equal(c->log, "");
	short_call(c, 1);
}

/* kill -9 of casellid: its hosts must not live on. */
static void it_dies_with_its_parent(void **state)
{
	struct ctx *c = *state;
	int fds[2], pid = 0, pidfd;
	struct pollfd p = {.events = POLLIN};
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (child == 0) {
		struct fx_loop *loop = NULL;
		struct fx_ports *t = NULL;

		if (!fx_loop_new_real(&loop) && !fx_ports_new(loop, NULL, NULL, &t) &&
		    !fx_ports_add_host(t, "loop", argv, "", NULL)) {
			pid = fx_ports_host_pid(t, "loop");
			(void)!write(fds[1], &pid, sizeof(pid));
			fx_loop_run(loop);
		}
		_exit(1);
	}
	assert_true(child > 0);
	assert_int_equal(read(fds[0], &pid, sizeof(pid)), sizeof(pid));
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	assert_true(pidfd >= 0);
	assert_int_equal(kill(child, SIGKILL), 0);
	p.fd = pidfd;
	assert_int_equal(poll(&p, 1, 5000), 1);
	(void)waitpid(child, NULL, 0);
	(void)close(pidfd);
	(void)close(fds[0]);
	(void)close(fds[1]);
	(void)c;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_killed_host_takes_its_ports_offline_and_comes_back),
		T(what_it_cannot_start_with_is_said),
		T(another_provider_is_not_taken),
		T(a_host_is_replaced_after_some_calls),
		T(one_that_is_never_idle_takes_no_more_calls),
		T(it_dies_with_its_parent),
		cmocka_unit_test(one_that_hangs_is_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
