/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/session/script.h
 * A far end of T.38 driven by a list of steps: hand-made HDLC frames, no T.30
 * machine behind it, so that it can misbehave as real machines do.
 */
#ifndef FX_TESTS_SESSION_SCRIPT_H
#define FX_TESTS_SESSION_SCRIPT_H

#include "tests/session/line.h"

enum script_op {
	S_END,
	S_WAIT,  /**< for a frame with this FCF (without X) */
	S_QUIET, /**< until the other side's signal ends */
	S_PAUSE, /**< ms */
	S_SEND,  /**< one V.21 frame: FCF and FIF, last = no more in this signal */
	S_TCF,   /**< training check at 14400, ms of it */
	S_PAGE,  /**< `n` FCD frames of 256 octets, each octet `fill`, then RCP */
	S_RAW,   /**< one frame of ECM image data as it stands, then RCP */
	S_IFP,   /**< these octets as a packet */
};

struct script_step {
	enum script_op op;
	unsigned n; /**< FCF, ms, number of frames */
	const char *hex; /**< FIF or frame, octets in hex, engine's bit order */
	bool more;  /**< S_SEND: another frame follows in the same signal */
};

struct script {
	struct line *line;
	int dir;
	const struct script_step *step;
	void *core;
	uint64_t due_us;    /**< the step runs from here on */
	uint64_t ends_us;   /**< the other side's signal ended */
	uint8_t seen[256];  /**< FCFs that came, in order */
	unsigned n_seen, read;
	uint8_t frame[400];
	unsigned len;
	bool signal, sending;
	uint16_t seq;
	bool mute; /**< sends nothing more */
};

void script_init(struct script *s, struct line *l, int dir, const struct script_step *steps);
void script_fini(struct script *s);
/** How often the far end heard this FCF. */
unsigned script_heard(const struct script *s, uint8_t fcf);

/* DIS of a machine with everything: V.17, fine, superfine, MR, MMR, ECM, unlimited length. */
#define DIS_ALL "00EEFAC4800911808018"

#endif
