/* SPDX-License-Identifier: Apache-2.0 */
/** @file tests/interop/far_line.h  The telephone line's side of docs/far-end-socket.md, audio. */
#ifndef FX_TESTS_FAR_LINE_H
#define FX_TESTS_FAR_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum far_event { FAR_NONE, FAR_RING, FAR_ANSWERED, FAR_ENDED };

struct far_line {
	int fd;
	bool in_call;
	uint8_t in[4096];
	size_t n_in;
};

/** Connect and say that we are an audio line. @return 0 or -1 */
int far_line_open(struct far_line *l, const char *path);
void far_line_dial(struct far_line *l, const char *number);
void far_line_ring(struct far_line *l);
void far_line_answer(struct far_line *l);
void far_line_hangup(struct far_line *l);
/** What came since the last call, outside of media. Does not wait. */
enum far_event far_line_poll(struct far_line *l);
/** 20 ms of sound each way; false: the far side hung up. */
bool far_line_exchange(struct far_line *l, const int16_t out[160], int16_t in[160]);

#endif
