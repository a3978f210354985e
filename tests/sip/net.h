/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/sip/net.h
 * Two ends of a call and the packet network between them, on a tick counter: delay, jitter,
 * loss, reordering and repeats with a fixed seed, the same each time.
 */
#ifndef FX_TESTS_SIP_NET_H
#define FX_TESTS_SIP_NET_H

#include "providers/sip/media.h"
#include "tests/session/line.h"

struct datagram {
	struct datagram *next;
	uint64_t due_us;
	size_t n;
	uint8_t p[1500];
};

struct net_end {
	struct net *net;
	int dir; /**< in which it sends */
	struct fx_media *m;
	unsigned tones, silences, pages;
	struct fx_call_result res;
	struct fx_buf log;
	/** 0 = as it comes; the test may change or drop what this end sends. */
	bool (*on_packet)(struct net_end *e, uint8_t *p, size_t *n);
	uint64_t sent;
};

struct net {
	struct net_end a, b; /**< caller, callee */
	int doc, rx_fd;
	unsigned n_pages;
	struct fx_dial dial;
	struct fx_answer answer;
	struct fx_media_prm prm; /**< of both: delays */
	unsigned delay_ms, jitter_ms;
	unsigned loss, repeat, swap; /**< in 10,000; swap: this one comes 25 ms later */
	uint64_t now_us, rnd;
	struct datagram *queue[2];
};

void net_init(struct net *n, unsigned pages, uint64_t seed);
void net_init_rows(struct net *n, unsigned pages, uint32_t rows, uint64_t seed);
void net_start(struct net *n);             /**< makes both media objects */
void net_audio(struct net *n, enum fx_g711 law);
void net_t38(struct net *n, const struct fx_media_t38 *t38);
void net_step(struct net *n);              /**< 20 ms */
bool net_run(struct net *n, unsigned max_s); /**< true when both are done; then `res` is set */
void net_assert_delivered(struct net *n);
/** Both well and every page the same, without failing the test. */
bool net_good(struct net *n);
void net_fini(struct net *n);

#endif
