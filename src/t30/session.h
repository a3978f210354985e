/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file t30/session.h
 * One fax session (T.30) over samples (8 kHz) or T.38 packets, sending or
 * receiving. The only user of spandsp; its guards (engine.md section 3) live here.
 *
 * The owner clocks it: audio with tx()/rx() of the same number of samples, T.38
 * with tick(). Time inside is counted in samples, so a call runs as fast as it
 * is clocked and always the same way.
 *
 * Thread: one at a time. Events are called from inside tx/rx/tick/ifp and must
 * not free the session; page_ack() may be called from inside on_page, hangup()
 * and line_lost() from inside any.
 *
 * Nothing here waits for a disk: the owner of rx_fd syncs it before page_ack().
 * What takes long is fx_t30_prepare() (measured: 2 ms a standard page, 3 ms a
 * fine one of text, 7 superfine, 10 dense), which may run in another thread, and
 * the coding anew of all pages when the far end lacks their resolution or width
 * (the same cost again, inside rx or ifp, docs/decisions/0420).
 */
#ifndef FX_T30_SESSION_H
#define FX_T30_SESSION_H

#include <stddef.h>
#include "core/call.h"

struct fx_t30;
struct fx_t30_doc;

/**
 * Make the pages of a call ready to send: decoded, made alike, given the header
 * line, coded. Thread: any, no other one using `dial` and its files meanwhile.
 * @param dial Documents, banner, number, local_id; its descriptors are dup'd
 * @param ret  The caller's, for fx_t30_prm.take_doc or fx_t30_doc_free(), on any thread
 * @return 0, FX_EINVAL (no page), FX_EDATA (not a fax TIFF, page missing), FX_EIO,
 *         FX_ELIMIT, FX_ENOMEM (no reason is set)
 */
FX_MUST_CHECK int fx_t30_prepare(const struct fx_dial *dial, struct fx_t30_doc **ret,
				 struct fx_reason *reterr);
struct fx_t30_doc *fx_t30_doc_free(struct fx_t30_doc *doc);

struct fx_t30_events {
	/** At each change, each page, and each second of call time while pages move. */
	void (*on_status)(void *arg, const struct fx_call_status *st);
	/** As fx_provider_sink.on_page: a received page is whole in rx_fd, not synced; held. */
	void (*on_page)(void *arg, const struct fx_page_report *page);
	/** T.38: send this IFP packet; `repeat` says how often it must be sent in all. */
	void (*on_ifp)(void *arg, const uint8_t *ifp, size_t len, uint16_t seq, unsigned repeat);
	/** One line for the session log, no newline; t_us is call time. */
	void (*on_log)(void *arg, int64_t t_us, const char *line);
};

struct fx_t30_prm {
	bool caller;              /**< we called (and send) or were called (and receive) */
	bool t38;
	bool t38_unpaced;         /**< only towards our own ports; ECM needed */
	unsigned t38_redundancy;  /**< times data is repeated by on_ifp's `repeat`; 0 = engine's */
	const struct fx_dial *dial;     /**< caller; copied, fds dup'd */
	struct fx_t30_doc *take_doc;    /**< caller: of fx_t30_prepare(dial); NULL = done here */
	const struct fx_answer *answer; /**< answerer; copied, fd dup'd */
	uint64_t call;            /**< number of the call, for trace lines only */
	int64_t start_us;         /**< call time at which the session starts (answer) */
	uint32_t rx_resolutions;  /**< answerer: 0 = all; else max vertical lpi (98, 196, 391) */
	unsigned codings;         /**< 1 << FX_CODING_*, 0 = all */
	const struct fx_t30_events *events;
	void *arg;
};

/** @return 0, FX_EINVAL, FX_EBADF (rx_fd), FX_ENOMEM, or what fx_t30_prepare() says */
FX_MUST_CHECK int fx_t30_new(const struct fx_t30_prm *prm, struct fx_t30 **ret,
			     struct fx_reason *reterr);
struct fx_t30 *fx_t30_free(struct fx_t30 *s);
/**
 * End a session that another one follows in the same call, since a call cannot move between
 * audio and T.38 (engine.md 2.1): nothing is said to the far end.
 * @return the pages of a sender, the caller's, for the next one's take_doc; else NULL
 */
struct fx_t30_doc *fx_t30_replace(struct fx_t30 *s);

/** Audio: n samples out (silence while held or after the end). */
void fx_t30_tx(struct fx_t30 *s, int16_t *amp, size_t n);
/** Audio: n samples in; the buffer is not changed. */
void fx_t30_rx(struct fx_t30 *s, const int16_t *amp, size_t n);
/** Audio: n samples were lost (G2: bridged by repeating, never zeros). */
void fx_t30_rx_lost(struct fx_t30 *s, size_t n);
/** T.38: n samples of time pass (160 at a time); unpaced also 0 after packets. */
void fx_t30_tick(struct fx_t30 *s, size_t n);
void fx_t30_ifp(struct fx_t30 *s, const uint8_t *ifp, size_t len, uint16_t seq);

/** The received page is recorded (or not): lets the session go on, or end it unconfirmed. */
void fx_t30_page_ack(struct fx_t30 *s, uint32_t page, bool ok);
/** The line went away (far hang-up, cut). */
void fx_t30_line_lost(struct fx_t30 *s);
/** We cancel: DCN if possible; finished within 5 s of call time. */
void fx_t30_hangup(struct fx_t30 *s);

bool fx_t30_is_done(const struct fx_t30 *s);
bool fx_t30_is_held(const struct fx_t30 *s);
/** Valid once done. engine_code, outcome by core/outcome, words, ids, pages. */
void fx_t30_result(const struct fx_t30 *s, struct fx_call_result *ret);
void fx_t30_status(const struct fx_t30 *s, struct fx_call_status *ret);

/**
 * A line of on_log() as it stands in a session log (docs/session-log.md):
 * seconds of call time, the line, a newline. @return length without NUL
 */
size_t fx_t30_log_format(char *dst, size_t size, int64_t t_us, const char *line);

#endif
