/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A class 1 fax modem on a PTY whose telephone line is a far-end socket of the
 * loop provider (docs/far-end-socket.md). A fax program that others wrote (efax)
 * drives the modem, so that a T.30 engine which is not spandsp judges ours.
 *
 *   pty_modem SOCKET LINK call NUMBER   the modem may dial (ATD), NUMBER if none given
 *   pty_modem SOCKET LINK answer        the modem rings when our port calls it
 *
 * LINK becomes a symbolic link to the PTY. Ends when the call has ended.
 * Test program: it uses spandsp's t31 modem for the line side only.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include <spandsp.h>

#include "tests/interop/far_line.h"

#define BLOCK 160

struct modem {
	t31_state_t *t31;
	struct far_line line;
	int pty;
	bool cts;      /* the modem takes characters */
	bool calling;
	bool connected;
	bool over;
	int ring_in;   /* blocks until the next RING, 0 = none */
	const char *number;
};

static int on_control(t31_state_t *t31, void *arg, int op, const char *num)
{
	struct modem *m = arg;

	switch (op) {
	case AT_MODEM_CONTROL_CALL:
		far_line_dial(&m->line, num && *num ? num : m->number);
		break;
	case AT_MODEM_CONTROL_ANSWER:
		m->ring_in = 0;
		far_line_answer(&m->line);
		m->connected = true;
		t31_call_event(t31, AT_CALL_EVENT_ANSWERED);
		break;
	case AT_MODEM_CONTROL_HANGUP:
	case AT_MODEM_CONTROL_ONHOOK:
		if (m->connected) {
			far_line_hangup(&m->line);
			m->over = true;
		}
		break;
	case AT_MODEM_CONTROL_CTS:
		/* NULL stops us: else its buffer overflows and the page end is lost. */
		m->cts = num != NULL;
		break;
	default:
		break;
	}
	return 0;
}

static int to_dte(at_state_t *at, void *arg, const uint8_t *buf, size_t len)
{
	struct modem *m = arg;
	ssize_t n;

	(void)at;
	while (len) {
		n = write(m->pty, buf, len);
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			return -1;
		}
		if (n > 0) {
			buf += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int open_pty(struct modem *m, const char *link)
{
	struct termios tio;
	char name[128];
	int slave;

	if (openpty(&m->pty, &slave, name, NULL, NULL) < 0) {
		return -1;
	}
	/* The slave stays open here, so that efax may open and close it at will. */
	(void)tcgetattr(slave, &tio);
	cfmakeraw(&tio);
	(void)tcsetattr(slave, TCSANOW, &tio);
	(void)fcntl(m->pty, F_SETFL, O_NONBLOCK);
	(void)unlink(link);
	return symlink(name, link);
}

static void on_line_event(struct modem *m, enum far_event ev)
{
	switch (ev) {
	case FAR_NONE:
		break;
	case FAR_RING:
		m->ring_in = 1;
		break;
	case FAR_ANSWERED:
		m->connected = true;
		t31_call_event(m->t31, AT_CALL_EVENT_CONNECTED);
		break;
	case FAR_ENDED:
		t31_call_event(m->t31, m->connected ? AT_CALL_EVENT_HANGUP : AT_CALL_EVENT_BUSY);
		m->over = true;
		break;
	}
}

static void one_block(struct modem *m)
{
	int16_t out[BLOCK], in[BLOCK];
	int n;

	if (m->ring_in && --m->ring_in == 0) {
		m->ring_in = 5 * 50; /* first: the event may answer, and end the ringing */
		far_line_ring(&m->line);
		t31_call_event(m->t31, AT_CALL_EVENT_ALERTING);
	}
	if (!m->connected) {
		return;
	}
	n = t31_tx(m->t31, out, BLOCK);
	memset(out + n, 0, (size_t)(BLOCK - n) * sizeof(*out));
	if (far_line_exchange(&m->line, out, in)) {
		(void)t31_rx(m->t31, in, BLOCK);
	} else {
		on_line_event(m, FAR_ENDED);
	}
}

static int run(struct modem *m)
{
	struct itimerspec tick = {.it_interval.tv_nsec = 20000000, .it_value.tv_nsec = 20000000};
	int timer = timerfd_create(CLOCK_MONOTONIC, 0), linger = 100;
	uint8_t buf[256];

	(void)timerfd_settime(timer, 0, &tick, NULL);
	while (linger) {
		uint64_t due = 0;
		ssize_t n;

		if (read(timer, &due, sizeof(due)) != sizeof(due)) {
			continue;
		}
		while (due--) {
			on_line_event(m, far_line_poll(&m->line));
			one_block(m);
		}
		if (m->cts) {
			n = read(m->pty, buf, sizeof(buf));
			if (n > 0) {
				(void)t31_at_rx(m->t31, (const char *)buf, (int)n);
			}
		}
		linger -= m->over;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct modem m = {.cts = true};

	if (argc < 4) {
		fprintf(stderr, "usage: pty_modem SOCKET LINK call NUMBER | answer\n");
		return 2;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	m.calling = strcmp(argv[3], "call") == 0;
	m.number = argc > 4 ? argv[4] : "101";
	if (far_line_open(&m.line, argv[1]) < 0 || open_pty(&m, argv[2]) < 0) {
		perror("pty_modem");
		return 1;
	}
	m.t31 = t31_init(NULL, to_dte, &m, on_control, &m, NULL, NULL);
	t31_set_transmit_on_idle(m.t31, 1);
	return run(&m);
}
