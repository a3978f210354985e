/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/sip/pair.h
 * Two SIP providers in this process whose trunks lead to each other over loopback, with an owner
 * that answers, stores pages, and writes down all it is told. Real sockets, real time.
 */
#ifndef FX_TESTS_SIP_PAIR_H
#define FX_TESTS_SIP_PAIR_H

#include "providers/sip/sip.h"
#include "providers/sip/tuning.h"
#include "tests/session/line.h"

#define PAIR_CALLS 32

struct pair_call {
	struct pair_node *node;
	uint64_t id;
	char line[32], caller_id[64], called[64];
	uint32_t rings;
	struct fx_call_status st[200];
	unsigned n_st, pages, ends;
	struct fx_call_result res;
	int rx_fd, log_fd;
	bool t38_seen, sent;
};

struct pair_node {
	struct pair *pair;
	struct fx_provider *p;
	struct fx_line lines[8];
	unsigned n_lines, port;
	struct pair_call calls[PAIR_CALLS];
	unsigned n_calls, ended;
	bool no_answer, reject, no_ack, nack, no_ecm;
	uint32_t answer_timeout_s;
	uint64_t next_call;
};

struct pair {
	struct fx_loop *loop;
	char *dir;
	struct pair_node a, b; /**< a calls, b is called (if a test does not turn it round) */
	int doc;
	uint32_t doc_pages;
};

/** Settings of each trunk, lines of INI text. What a learns is kept in `dir`. */
struct pair *pair_new(const char *a, const char *b);
/** Without b: whoever listens on its port is the far end of a's trunk; keepalive_s must be 0. */
struct pair *pair_half(const char *a);
struct pair *pair_free(struct pair *p);
FX_MUST_CHECK int pair_dial(struct pair_node *n, const char *line, const char *number,
			    uint32_t docs, struct pair_call **ret);
struct pair_call *pair_incoming(struct pair_node *n); /**< the last one; NULL = none */
/** Until so many calls ended on both sides together; fails the test after half a minute. */
void pair_wait(struct pair *p, unsigned ended);
bool pair_until(struct pair *p, bool (*done)(void *arg), void *arg);
void pair_close(struct pair_node *n);
void pair_reopen(struct pair_node *a, const char *text); /**< after pair_close(), p->a only */
bool pair_logged(const struct pair_call *c, const char *text);
/** Prints the log of a call. */
void pair_show(const struct pair_call *c);

#endif
