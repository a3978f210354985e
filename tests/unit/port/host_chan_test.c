/* SPDX-License-Identifier: Apache-2.0 */
/* The channel: never blocks, keeps order and descriptors, gives up on who does not read. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "port/host_chan.h"
#include "tests/support/support.h"

struct side {
	struct fx_chan *ch;
	unsigned got, statuses;
	uint32_t next;
	bool broken, all, free_on_msg;
	const char *why;
	uint32_t want;
};

static void on_msg(void *arg, struct fx_host_msg *m)
{
	struct side *s = arg;

	s->got++;
	if (s->free_on_msg) {
		s->ch = fx_chan_free(s->ch);
		s->all = true;
		return;
	}
	if (m->type == FX_HOST_STATUS) {
		s->statuses++;
	} else if (m->type == FX_HOST_RING) {
		assert_int_equal(m->ring, s->next++);
		s->all = s->next == s->want;
	} else if (m->type == FX_HOST_ANSWER) {
		char c = 0;

		assert_int_equal(pread(m->answer.rx_fd, &c, 1, 0), 1);
		assert_int_equal(c, 'x');
		assert_int_equal(m->answer.log_fd, -1);
	}
}

static void on_broken(void *arg, const char *why)
{
	struct side *s = arg;

	assert_false(s->broken);
	s->broken = true;
	s->why = why;
}

static const struct fx_chan_cb cb = {on_msg, on_broken};

static struct fx_loop *loop;
static int sv[2];

static int setup(void **state)
{
	(void)state;
	loop = fx_test_vloop();
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sv);
}

static int teardown(void **state)
{
	(void)state;
	fx_loop_free(loop);
	return 0;
}

static int send_ring(struct side *s, uint32_t n)
{
	struct fx_host_msg m = {.type = FX_HOST_RING, .call = 2, .ring = n};

	return fx_chan_send(s->ch, &m);
}

static void order_is_kept_when_the_other_side_reads_late(void **state)
{
	struct side a = {0}, b = {.want = 6000};
	struct fx_host_msg st = {.type = FX_HOST_STATUS, .call = 2};
	struct fx_host_msg an = {.type = FX_HOST_ANSWER, .call = 2};
	fx_auto char *dir = fx_test_mkdir();
	fx_auto char *path = fx_asprintf("%s/f", dir);
	uint32_t i;

	(void)state;
	an.answer.rx_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	an.answer.log_fd = -1;
	assert_int_equal(write(an.answer.rx_fd, "x", 1), 1);
	assert_int_equal(fx_chan_new(loop, sv[0], &cb, &a, &a.ch), 0);
	for (i = 0; i < 6000; i++) {
		assert_int_equal(send_ring(&a, i), 0);
		assert_int_equal(fx_chan_send(a.ch, &st), 0);
		if (i == 3000) { /* waits in the queue, with a descriptor of its own */
			assert_int_equal(fx_chan_send(a.ch, &an), 0);
			(void)close(an.answer.rx_fd);
		}
	}
	assert_int_equal(fx_chan_new(loop, sv[1], &cb, &b, &b.ch), 0);
	fx_test_wait(loop, &b.all, FX_SECOND);
	assert_true(b.statuses >= 500 && b.statuses < 3000); /* those too many were dropped */
	assert_false(a.broken || b.broken);
	fx_chan_free(a.ch);
	fx_test_wait(loop, &b.broken, FX_SECOND);
	assert_string_equal(b.why, "it ended");
	fx_chan_free(b.ch);
	fx_test_rmdir(fx_strdup(dir));
}

static void who_does_not_read_is_given_up(void **state)
{
	struct side a = {0};
	uint32_t i;
	int err = 0;

	(void)state;
	assert_int_equal(fx_chan_new(loop, sv[0], &cb, &a, &a.ch), 0);
	for (i = 0; i < 100000 && !err; i++) {
		err = send_ring(&a, i);
	}
	assert_int_equal(err, FX_EPIPE);
	assert_true(i > 20000 && i < 30000);
	assert_false(a.broken); /* not from inside */
	fx_test_wait(loop, &a.broken, FX_SECOND);
	fx_chan_free(a.ch);
	(void)close(sv[1]);
}

static void rubbish_breaks_it(void **state)
{
	struct side a = {0};

	(void)state;
	assert_int_equal(fx_chan_new(loop, sv[0], &cb, &a, &a.ch), 0);
	assert_int_equal(send(sv[1], "\x63rubbish", 8, 0), 8);
	fx_test_wait(loop, &a.broken, FX_SECOND);
	assert_int_equal(a.got, 0);
	assert_string_equal(a.why, "it sent a malformed message");
	assert_int_equal(send_ring(&a, 1), FX_EPIPE);
	fx_chan_free(a.ch);
	(void)close(sv[1]);
}

static unsigned open_fds(void)
{
	unsigned n = 0;
	int fd;

	for (fd = 0; fd < 1024; fd++) {
		n += fcntl(fd, F_GETFD) >= 0;
	}
	return n;
}

/* A message of the far side's own making, with n descriptors. */
static void send_with_fds(const char *msg, size_t len, size_t n)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int) * 128)];
	} control = {0};
	struct iovec iov = {(void *)(uintptr_t)msg, len};
	struct msghdr mh = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.space,
			    .msg_controllen = CMSG_SPACE(sizeof(int) * n)};
	struct cmsghdr *cm = CMSG_FIRSTHDR(&mh);
	size_t i;

	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN(sizeof(int) * n);
	for (i = 0; i < n; i++) {
		memcpy(CMSG_DATA(cm) + i * sizeof(int), &sv[1], sizeof(int));
	}
	assert_int_equal(sendmsg(sv[1], &mh, 0), len);
}

static void descriptors_that_nobody_asked_for_are_closed(void **state)
{
	static const size_t counts[] = {1, FX_HOST_FDS_MAX, FX_HOST_FDS_MAX + 1, 128};
	unsigned before;
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(counts); i++) {
		struct side a = {0};

		before = open_fds();
		assert_int_equal(fx_chan_new(loop, dup(sv[0]), &cb, &a, &a.ch), 0);
		send_with_fds("\x0f", 1, counts[i]); /* a type of the table or not: all the same */
		fx_test_wait(loop, &a.broken, FX_SECOND);
		assert_int_equal(a.got, 0);
		fx_chan_free(a.ch);
		assert_int_equal(open_fds(), before);
	}
	(void)close(sv[0]);
	(void)close(sv[1]);
}

static void it_may_be_freed_by_a_message(void **state)
{
	struct side a = {0}, b = {.free_on_msg = true};

	(void)state;
	assert_int_equal(fx_chan_new(loop, sv[0], &cb, &a, &a.ch), 0);
	assert_int_equal(fx_chan_new(loop, sv[1], &cb, &b, &b.ch), 0);
	assert_int_equal(send_ring(&a, 0), 0);
	assert_int_equal(send_ring(&a, 1), 0);
	fx_test_wait(loop, &b.all, FX_SECOND);
	assert_int_equal(b.got, 1);
	fx_test_wait(loop, &a.broken, FX_SECOND);
	fx_chan_free(a.ch);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(order_is_kept_when_the_other_side_reads_late),
		T(who_does_not_read_is_given_up),
		T(rubbish_breaks_it),
		T(descriptors_that_nobody_asked_for_are_closed),
		T(it_may_be_freed_by_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
