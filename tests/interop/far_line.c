/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/interop/far_line.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void put(struct far_line *l, char type, const void *p, size_t n)
{
	uint8_t frame[3 + 400] = {(uint8_t)type, (uint8_t)n, (uint8_t)(n >> 8)};

	if (n) {
		memcpy(frame + 3, p, n);
	}
	if (write(l->fd, frame, n + 3) != (ssize_t)(n + 3)) {
		l->in_call = false;
	}
}

/* One whole frame into *type and *ret; waits for it when told to. @return 1, 0 none, -1 gone */
static int get(struct far_line *l, bool wait, char *type, uint8_t *ret, size_t *ret_n)
{
	struct pollfd p = {.fd = l->fd, .events = POLLIN};

	for (;;) {
		size_t n = l->n_in >= 3 ? (size_t)l->in[1] | (size_t)l->in[2] << 8 : 0;
		ssize_t k;

		if (l->n_in >= 3 && l->n_in >= n + 3 && n <= 400) {
			*type = (char)l->in[0];
			*ret_n = n;
			memcpy(ret, l->in + 3, n);
			l->n_in -= n + 3;
			memmove(l->in, l->in + n + 3, l->n_in);
			return 1;
		}
		if (poll(&p, 1, wait ? 10000 : 0) <= 0) {
			return wait ? -1 : 0;
		}
		k = read(l->fd, l->in + l->n_in, sizeof(l->in) - l->n_in);
		if (k <= 0) {
			return -1;
		}
		l->n_in += (size_t)k;
	}
}

int far_line_open(struct far_line *l, const char *path)
{
	static const char hello[] = "caselli-line 1 audio";
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	uint8_t data[400];
	char type;
	size_t n;

	memset(l, 0, sizeof(*l));
	strncpy(a.sun_path, path, sizeof(a.sun_path) - 1);
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (l->fd < 0 || connect(l->fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    get(l, true, &type, data, &n) != 1 || type != 'H') {
		return -1;
	}
	put(l, 'H', hello, sizeof(hello) - 1);
	return 0;
}

void far_line_dial(struct far_line *l, const char *number)
{
	put(l, 'D', number, strlen(number));
}

void far_line_ring(struct far_line *l)
{
	put(l, 'R', NULL, 0);
}

void far_line_answer(struct far_line *l)
{
	l->in_call = true;
	put(l, 'A', NULL, 0);
}

void far_line_hangup(struct far_line *l)
{
	l->in_call = false;
	put(l, 'X', NULL, 0);
}

enum far_event far_line_poll(struct far_line *l)
{
	uint8_t data[400];
	char type = 0;
	size_t n;
	int got;

	if (l->in_call) {
		return FAR_NONE; /* exchange() reads all there is */
	}
	while ((got = get(l, false, &type, data, &n)) == 1) {
		if (type == 'D') {
			return FAR_RING;
		}
		if (type == 'A') {
			l->in_call = true;
			return FAR_ANSWERED;
		}
		if (type == 'B' || type == 'X') {
			return FAR_ENDED;
		}
	}
	return got < 0 ? FAR_ENDED : FAR_NONE;
}

bool far_line_exchange(struct far_line *l, const int16_t out[160], int16_t in[160])
{
	uint8_t data[400];
	char type = 0;
	size_t n = 0;

	if (!l->in_call) {
		return false;
	}
	put(l, 'S', out, 320);
	while (get(l, true, &type, data, &n) == 1) {
		if (type == 'S' && n == 320) {
			memcpy(in, data, 320);
			return true;
		}
		if (type == 'X') {
			break;
		}
	}
	l->in_call = false;
	return false;
}
