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
	S_PAGE,  /**< `n` FCD frames of 256 octets `hex`, then RCP unless `more` */
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
	unsigned image; /**< octets of pages without ECM that were heard */
};

void script_init(struct script *s, struct line *l, int dir, const struct script_step *steps);
void script_fini(struct script *s);
/** How often the far end heard this FCF. */
unsigned script_heard(const struct script *s, uint8_t fcf);

/* DIS of a machine with everything: V.17, fine, superfine, MR, MMR, ECM, unlimited length. */
#define DIS_ALL "00EEFAC4800911808018"

#define DIS 0x80
#define CFR 0x84
#define MCF 0x8C
#define RTN 0x4C
#define RTP 0xCC
#define DCN 0xFA
#define DCS 0x83
#define PPS 0xBE
#define EOP 0x2E
#define MPS 0x4E
/* DCS: V.17 14400, fine, MMR, ECM, 0 ms. */
#define DCS_MMR_ECM "0062F844"

/* The same machine without ECM: only then RTN and RTP answer a page. */
#define DIS_NO_ECM "00EEFA800011808018"
#define TRAINED_NO_ECM                                                                             \
	{S_SEND, DIS, DIS_NO_ECM, false}, {S_WAIT, DCS, NULL, false}, {S_QUIET, 0, NULL, false},   \
		{S_PAUSE, 3500, NULL, false}, {S_QUIET, 0, NULL, false}, {S_SEND, CFR, NULL, false}
#define TRAINED                                                                                    \
	{S_SEND, DIS, DIS_ALL, false}, {S_WAIT, DCS, NULL, false}, {S_QUIET, 0, NULL, false},      \
		{S_PAUSE, 3500, NULL, false}, {S_QUIET, 0, NULL, false}, {S_SEND, CFR, NULL, false}

#define CALLING                                                                                    \
	{S_WAIT, DIS, NULL, false}, {S_QUIET, 0, NULL, false},                                     \
		{S_SEND, DCS, DCS_MMR_ECM, false}, {S_TCF, 1500, NULL, false},                     \
		{S_WAIT, CFR, NULL, false}, {S_QUIET, 0, NULL, false}
/* 8 frames of 256 octets of "same as the row above": 16,384 white rows. */
#define PAGE {S_PAGE, 8, "FF", false}
#define PPS_EOP {S_SEND, 0xBF, "2F000007", false}


/** A call of our sender to a script. */
struct sent {
	struct line line;
	struct side a;
	struct script far;
	int doc;
};

/** Sends `pages` pages; runs until our session is done, else fails after max_s. */
void send_to(struct sent *t, const struct script_step *steps, unsigned pages, unsigned max_s);
void sent_fini(struct sent *t);

/** A call of a script to our receiver. */
struct got {
	struct line line;
	struct side b;
	struct script far;
};

void got_init(struct got *t, const struct script_step *steps);
/** @return false when the call did not end by itself within max_s */
bool got_run(struct got *t, unsigned max_s);
void got_fini(struct got *t);

#endif
