/* SPDX-License-Identifier: Apache-2.0 */
/** @file t30/t30_priv.h  The inside of a session; the engine's types stay here. */
#ifndef FX_T30_PRIV_H
#define FX_T30_PRIV_H

/* The engine's headers are not written for our warnings. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#pragma GCC diagnostic ignored "-Wundef"
#define SPANDSP_EXPOSE_INTERNAL_STRUCTURES /* t38.c looks at one step, guard G14 */
#include <spandsp.h>
#pragma GCC diagnostic pop

#include "base/list.h"
#include "base/log.h"
#include "t30/frames.h"
#include "t30/guards.h"
#include "t30/level.h"
#include "t30/recv_file.h"
#include "t30/doc.h"
#include "t30/session.h"

#define SAMPLES_S 8000 /* samples per second of call time */
#define BLOCK 160      /* 20 ms, the step of the engine */

/*
 *   running --page stored (receiver)--> held --ack ok--> running
 *      |                                  |
 *      |                    ack not ok, 3 s without ack
 *      |                                  v
 *      +---- hangup() ----------------> parting --our DCN is out--> done
 *      +---- engine's end, watchdog, line lost ------------------->  ^
 */
enum fx_t30_mode { MODE_RUNNING, MODE_HELD, MODE_PARTING, MODE_DONE };

struct held_ifp {
	struct fx_link link;
	uint16_t seq;
	uint16_t len;
	uint8_t data[];
};
#define HELD_IFP_MAX 512u
#define IFP_LEN_MAX 1500u

/* Our own DCN, sent without the engine (dcn.c). */
struct parting {
	uint64_t since;       /* samples */
	unsigned step;        /* T.38: what was sent */
	hdlc_tx_state_t *hdlc;/* audio */
	fsk_tx_state_t *fsk;
};

struct fx_t30 {
	/* settings */
	bool caller, t38, unpaced, ecm;
	unsigned modems, codings, redundancy, off;
	uint32_t rx_resolutions, max_call_s;
	char local_id[FX_ID_SIZE];
	struct fx_t30_events ev;
	void *arg;
	int64_t start_us;
	uint64_t call;           /* of trace lines */

	/* engine */
	fax_state_t *fax;
	t38_terminal_state_t *term;
	t38_core_state_t *core;
	t30_state_t *t30;
	unsigned depth;          /* calls of the engine on the stack */
	unsigned packets;        /* G3: sent in this call of the engine */
	uint16_t tx_seq;

	/* clock and watch, in samples */
	enum fx_t30_mode mode;
	uint64_t now;
	uint64_t held_at;
	uint64_t progress_at;    /* last frame or growth */
	uint64_t grace;          /* sender without ECM: the page takes so long by itself */
	uint64_t ifp_at;
	uint64_t eop_at;         /* receiver: our confirmation of EOP; 0 = none */
	uint64_t status_at;
	int last_length;
	bool want_part;          /* stop and say DCN as soon as the engine returns */
	struct parting parting;

	/* audio in */
	struct fx_level level;
	int16_t last[BLOCK];     /* the last block as it came, for G2 */
	size_t last_n, lost;     /* samples lost in a row */

	/* files */
	struct fx_t30_doc *send;
	struct fx_recv_file recv;
	struct fx_link held;     /* struct held_ifp that came while held */
	unsigned n_held;

	/* what is known of the call */
	struct fx_dis dis;       /* sender: the far end's */
	bool dis_seen, page_open;
	bool eop_held;           /* receiver: MCF to EOP waits for page_ack() */
	uint8_t eom_fcf;         /* last MPS, EOM or EOP, also within PPS */
	uint64_t page_at;        /* samples at which the page began */
	uint32_t frames;         /* FCD frames of this page */
	struct fx_call_status st;
	struct fx_t30_end end;
	t30_stats_t stats;       /* at the end */
	bool phase_e;
	struct fx_call_result res;
};

static inline bool guard(const struct fx_t30 *s, enum fx_guard g)
{
	return !(s->off & g);
}
static inline int64_t call_us(const struct fx_t30 *s)
{
	return s->start_us + (int64_t)(s->now * 125);
}

/* engine.c: making and handlers of the engine */
int fx_engine_new(struct fx_t30 *s);
void fx_engine_free(struct fx_t30 *s);
/** Around each call of the engine. leave() may end the session's engine. */
void fx_engine_enter(struct fx_t30 *s);
void fx_engine_leave(struct fx_t30 *s);
void fx_engine_terminate(struct fx_t30 *s);
/** The session whose engine is running on this thread, NULL = none. */
struct fx_t30 *fx_engine_current(void);

/* phases.c: what the engine reports */
void fx_phases_attach(struct fx_t30 *s);
void fx_eop_confirmed(struct fx_t30 *s); /**< Receiver: our MCF to EOP goes out */

/* guards.c */
void fx_watchdog(struct fx_t30 *s);
/** Outside the engine: the far end sends what no machine sends; the call ends. */
void fx_guard_end(struct fx_t30 *s, const char *why);

/* t38.c */
int fx_t38_out(t38_core_state_t *core, void *arg, const uint8_t *ifp, int len, int count);
void fx_t38_held_replay(struct fx_t30 *s);
void fx_t38_held_drop(struct fx_t30 *s);

/* dcn.c */
void fx_part(struct fx_t30 *s); /**< Stop the engine and say DCN */
void fx_part_audio(struct fx_t30 *s, int16_t *amp, size_t n);
void fx_part_tick(struct fx_t30 *s); /**< Time passed; may finish */
void fx_part_fini(struct fx_t30 *s);

/* session.c */
void fx_t30_finish(struct fx_t30 *s); /**< To MODE_DONE; fills the result */
void fx_t30_advanced(struct fx_t30 *s); /**< After time passed, in all modes */
void fx_t30_report(struct fx_t30 *s); /**< on_status now */

/* log.c */
void fx_t30_log(struct fx_t30 *s, const char *fmt, ...) FX_PRINTF(2, 3);
/** As fx_trace(): with the call, the side, and call time. */
void fx_t30_trace(const struct fx_t30 *s, enum fx_trace t, const char *fmt, ...) FX_PRINTF(3, 4);
void fx_t30_log_engine(struct fx_t30 *s); /**< Take over the engine's own log */

#endif
