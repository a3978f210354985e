/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/session/line.h
 * Two ends on a telephone line or a packet network, on a sample counter: the
 * same faults with the same seed each time, no clock and no waiting.
 */
#ifndef FX_TESTS_SESSION_LINE_H
#define FX_TESTS_SESSION_LINE_H

#include "document/fax_tiff.h"
#include "t30/session.h"
#include "tests/support/support.h"

#define LINE_BLOCK 160u
#define LINE_S 50u /* blocks in a second */

/** One end: a session of ours, bare spandsp, or a script. */
struct end {
	void (*tx)(void *arg, int16_t *amp, size_t n);
	void (*rx)(void *arg, const int16_t *amp, size_t n);
	void (*lost)(void *arg, size_t n);
	void (*tick)(void *arg, size_t n);
	void (*ifp)(void *arg, const uint8_t *ifp, size_t len, uint16_t seq);
	bool (*done)(void *arg);
	void *arg;
};

struct packet {
	struct packet *next;
	uint64_t due_us;
	uint16_t seq;
	size_t len;
	uint8_t data[2048];
};

/** The line. Directions: 0 = end 0 to end 1, 1 = back. */
struct line {
	struct end end[2];
	bool t38, unpaced;
	unsigned delay_ms;      /**< T.38, one way */
	unsigned jitter_ms;     /**< T.38: up to this more, which reorders */
	unsigned loss_permille; /**< of blocks or packets, each copy for itself */
	bool lost_as_zeros;     /**< audio: feed zeros for lost blocks, as others do */
	double gain[2];         /**< audio, 0 = 1 */
	double noise_dbm0[2];   /**< audio, 0 = none */
	bool linear;            /**< audio: no A-law */
	bool mute[2];           /**< nothing passes in this direction */
	unsigned step_us;       /**< T.38 unpaced: tick, 20000 when 0 */
	/** Audio fault of the test: may change the block. */
	void (*on_block)(void *arg, int dir, int16_t *amp, size_t n);
	/** T.38 fault: may change the packet; false = it is lost. */
	bool (*on_packet)(void *arg, int dir, uint8_t *ifp, size_t *len);
	void *arg;
	uint64_t rnd;
	uint64_t now_us;
	struct packet *queue[2];
	uint64_t packets[2], octets[2];
};

void line_init(struct line *l, uint64_t seed);
void line_fini(struct line *l);
void line_send(struct line *l, int dir, const uint8_t *ifp, size_t len, uint16_t seq,
	       unsigned repeat);
void line_step(struct line *l); /**< 20 ms, or step_us */
/** Until both ends are done or max_s passed. @return true when both are done */
bool line_run(struct line *l, unsigned max_s);
uint32_t line_rnd(struct line *l, uint32_t below);

#define SIDE_PAGES_MAX 64
/** A session of ours at an end, with all it reported. */
struct side {
	struct line *line;
	int dir; /**< in which it sends */
	struct fx_t30 *s;
	struct fx_dial dial;
	struct fx_answer answer;
	struct fx_t30_prm prm;
	struct fx_t30_events events;
	struct fx_page_report page[SIDE_PAGES_MAX];
	unsigned pages;
	struct fx_call_status st; /**< the last */
	enum fx_port_state states[64]; /**< each change */
	unsigned n_states, reports;
	struct fx_buf log;
	struct fx_call_result res;
	bool acks_by_hand; /**< the test calls fx_t30_page_ack() */
	bool nack;
	/** Called for each line of the log. */
	void (*on_line)(void *arg, struct side *d, const char *line);
	void *line_arg;
	int64_t started_us;
};

/** A document in a memory file: pages like text, different each, of `seed`. @return fd */
int doc_new(unsigned pages, enum fx_resolution res, uint32_t width_px, uint32_t rows,
	    uint64_t seed);
void page_draw(struct fx_bitmap *b, uint64_t seed);

void side_caller(struct side *d, struct line *l, int doc_fd, unsigned pages);
void side_answerer(struct side *d, struct line *l);
void side_start(struct side *d); /**< after the test changed dial, answer, prm */
void side_fini(struct side *d);
bool side_logged(const struct side *d, const char *text);
/** Page `page` (from 0) of what was received is that page of the document. */
void assert_same_page(int doc_fd, uint32_t doc_page, const struct side *rx, uint32_t page);
void assert_same_page_fd(int doc_fd, uint32_t doc_page, int rx_fd, uint32_t page);
uint32_t rx_pages(const struct side *rx);

/** Two sessions of ours on a line: the usual test. */
struct call {
	struct line line;
	struct side a, b; /**< caller, answerer */
	int doc;
	unsigned n_pages;
};
void call_init(struct call *c, bool t38, unsigned pages, enum fx_resolution res);
void call_start(struct call *c);
/** Starts, runs until both are done (else fails), takes the results. */
void call_run(struct call *c, unsigned max_s);
void call_results(struct call *c);
void call_fini(struct call *c);
/** Success on both sides, and every page received is the page sent. */
void assert_delivered(struct call *c);

#endif
