/* SPDX-License-Identifier: Apache-2.0 */
/* A session over T.38 packets (IFP). Time is what tick() says. */
#include <string.h>
#include "base/mem.h"
#include "t30/t30_priv.h"

/* "indicator v21-preamble", "data v17-14400, 37 octets"; the type stands in the first octet
 * (T.38 7.1: data present, data or indicator, extended, four bits of it). */
static void trace_ifp(const struct fx_t30 *s, char dir, const uint8_t *ifp, size_t len,
		      uint16_t seq)
{
	int type = ifp[0] >> 1 & 0xF;

	if (ifp[0] & 0x20) {
		fx_t30_trace(s, FX_TRACE_T38, "%c IFP %u extended type, %zu octets", dir, seq, len);
	} else if (ifp[0] & 0x40) {
		fx_t30_trace(s, FX_TRACE_T38, "%c IFP %u data %s, %zu octets", dir, seq,
			     t38_data_type_to_str(type), len);
	} else {
		fx_t30_trace(s, FX_TRACE_T38, "%c IFP %u indicator %s", dir, seq,
			     t38_indicator_to_str(type));
	}
}

int fx_t38_out(t38_core_state_t *core, void *arg, const uint8_t *ifp, int len, int count)
{
	struct fx_t30 *s = arg;
	unsigned max = s->unpaced ? FX_G3_PACKETS_UNPACED : FX_G3_PACKETS_PACED;

	(void)core;
	/* G3: a malformed packet can make one call of the engine send for ever. */
	if (++s->packets > max && guard(s, FX_GUARD_G3)) {
		if (s->packets == max + 1) {
			s->end.malformed = true;
			fx_t30_log(s, "! the engine sends without end: the call ends (guard G3)");
		}
		return -1;
	}
	if (len > 0) {
		if (fx_trace_on(FX_TRACE_T38)) {
			trace_ifp(s, '>', ifp, (size_t)len, s->tx_seq);
		}
		s->ev.on_ifp(s->arg, ifp, (size_t)len, s->tx_seq++,
			     count > 0 ? (unsigned)count : 1);
	}
	return 0;
}

/*
 * G14, ours (docs/decisions/0301): frames in an order no machine sends make the
 * engine start an HDLC signal without a frame. The length of -1 that marks the end of
 * the frame before then goes to memcpy() when unpaced, in one call of the engine, and
 * to the far end as rubbish when paced. So the mark is taken away while nothing is
 * sent, and a signal that stands there without a frame ends the call; normal calls
 * never come to these steps without one.
 */
#define STEP_HDLC_SILENCE 0x20 /* T38_TIMED_STEP_HDLC_MODEM of spandsp 0.0.6 */
#define STEP_HDLC_DATA 0x22    /* T38_TIMED_STEP_HDLC_MODEM_3 */
#define STEP_HDLC_FCS 0x23     /* T38_TIMED_STEP_HDLC_MODEM_4 */

static bool signal_without_frame(struct fx_t30 *s)
{
	int at = s->term->t38_fe.timed_step;

	if (guard(s, FX_GUARD_G14) && !at && s->term->t38_fe.hdlc_tx.len < 0) {
		s->term->t38_fe.hdlc_tx.len = 0;
	}
	return guard(s, FX_GUARD_G14) && at >= STEP_HDLC_SILENCE && at <= STEP_HDLC_DATA &&
	       s->term->t38_fe.hdlc_tx.len <= 0;
}

static void step(struct fx_t30 *s, size_t n)
{
	s->now += n;
	if (s->mode == MODE_RUNNING && s->term && signal_without_frame(s)) {
		fx_guard_end(s, "the far end's frames make no sense (guard G14)");
	}
	if (s->mode == MODE_RUNNING && s->term) {
		fx_engine_enter(s);
		(void)t38_terminal_send_timeout(s->term, (int)n);
		fx_engine_leave(s);
	}
	if (n) {
		fx_t30_advanced(s);
	}
}

void fx_t30_tick(struct fx_t30 *s, size_t n)
{
	/* Never more than one step at once: 60 ms steps double the time of a call. */
	do {
		size_t k = n < BLOCK ? n : BLOCK;

		step(s, k);
		n -= k;
	} while (n);
}

/*
 * G13: while we repeat a command, its answer cannot have come yet: what comes is the
 * late answer to the first one. On an audio line it is not heard, and here the engine
 * takes it, skips the next page's data and has it confirmed (docs/decisions/0302).
 * The far end answers the repeated command again.
 */
static bool is_speaking(const struct fx_t30 *s)
{
	int at = s->term->t38_fe.timed_step;

	return guard(s, FX_GUARD_G13) && at >= STEP_HDLC_SILENCE && at <= STEP_HDLC_FCS &&
	       s->term->t38_fe.current_tx_data_type == T38_DATA_V21;
}

static void feed(struct fx_t30 *s, const uint8_t *ifp, size_t len, uint16_t seq)
{
	s->ifp_at = s->now;
	if (is_speaking(s)) {
		return;
	}
	fx_engine_enter(s);
	(void)t38_core_rx_ifp_packet(s->core, ifp, (int)len, seq);
	fx_engine_leave(s);
	if (s->mode == MODE_RUNNING) {
		fx_watchdog(s); /* G5: a whole block of rows may have come with it */
	}
}

/* A packet that comes while the page is being recorded is late for nobody: keep it. */
static void keep(struct fx_t30 *s, const uint8_t *ifp, size_t len, uint16_t seq)
{
	struct held_ifp *h;

	if (s->n_held >= HELD_IFP_MAX) {
		return;
	}
	h = fx_zalloc(sizeof(*h) + len);
	if (!h) {
		return; /* as lost as on any network */
	}
	h->seq = seq;
	h->len = (uint16_t)len;
	memcpy(h->data, ifp, len);
	fx_list_append(&s->held, &h->link);
	s->n_held++;
}

void fx_t30_ifp(struct fx_t30 *s, const uint8_t *ifp, size_t len, uint16_t seq)
{
	if (!s->core || !len || len > IFP_LEN_MAX) {
		return;
	}
	if (fx_trace_on(FX_TRACE_T38)) {
		trace_ifp(s, '<', ifp, len, seq);
	}
	if (s->mode == MODE_RUNNING) {
		feed(s, ifp, len, seq);
	} else if (s->mode == MODE_HELD) {
		keep(s, ifp, len, seq);
	}
}

static struct held_ifp *held_take(struct fx_t30 *s)
{
	struct held_ifp *h = FX_CONTAINER(s->held.next, struct held_ifp, link);

	fx_list_remove(&h->link);
	s->n_held--;
	return h;
}

void fx_t38_held_replay(struct fx_t30 *s)
{
	while (s->mode == MODE_RUNNING && !fx_list_empty(&s->held)) {
		struct held_ifp *h = held_take(s);

		feed(s, h->data, h->len, h->seq);
		(void)fx_free(h);
	}
}

void fx_t38_held_drop(struct fx_t30 *s)
{
	while (!fx_list_empty(&s->held)) {
		(void)fx_free(held_take(s));
	}
}
