/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/loop/loop_priv.h  Insides of the loop-back exchange, shared by its files. */
#ifndef FX_LOOP_PRIV_H
#define FX_LOOP_PRIV_H

#include "base/list.h"
#include "port/provider.h"
#include "providers/loop/settings.h"
#include "t30/session.h"

#define FX_FRAME 160u              /**< samples of 20 ms */
#define FX_FRAME_US (20 * FX_MS)
#define FX_LOOP_EVENTS 16u
#define FX_LOOP_BUCKETS 256u

struct fx_exchange;
struct fx_loop_conn;
struct fx_loop_sock;
struct fx_loop_prep;

enum fx_loop_event_type { FX_EV_INCOMING, FX_EV_RING, FX_EV_STATUS, FX_EV_PAGE, FX_EV_END };
/** Something to tell the owner; told after the operation or step that caused it. */
struct fx_loop_event {
	enum fx_loop_event_type type;
	union {
		uint32_t ring;
		struct fx_call_status status;
		struct fx_page_report page;
		struct fx_call_result result;
	};
};

struct fx_loop_line {
	struct fx_line info;
	struct fx_loop_end *end;   /**< its call, NULL = idle */
	struct fx_loop_sock *sock; /**< the line is a far end on a socket; else NULL */
};

/** A datagram on its way: the newest IFP packet, then older ones (as in UDPTL). */
struct fx_loop_packet {
	struct fx_loop_packet *next;
	int64_t due_us;
	uint16_t seq;
	uint16_t n;
	uint16_t len[8];
	uint8_t data[]; /**< len[0] + len[1] ... octets */
};

/** What travels towards one end. */
struct fx_loop_rx {
	int16_t *frames;   /**< audio: ring of `size` frames */
	bool *lost;
	size_t size, pos;
	struct fx_loop_packet *head, *last; /**< T.38, by due time */
	uint16_t want_seq;
	uint8_t old[8][512];    /**< sender's last IFP packets, for redundancy */
	uint16_t old_len[8];
	unsigned n_old;
};

/** One side of a call that is a line of ours. id 0: the side is something else. */
struct fx_loop_end {
	struct fx_loop_conn *conn;
	uint64_t id;
	struct fx_loop_end *next; /**< in the table of calls */
	struct fx_loop_line *line;
	bool caller;
	bool live;          /**< the end of the call is not queued yet */
	bool accepted;      /**< callee: answer() came */
	int64_t start_us;   /**< dialled or first rang */
	int64_t lost_at;    /**< the line goes away, -1 = no */
	int64_t force_at;   /**< hang-up is over, -1 = none */
	int log_fd;
	struct fx_dial *dial;     /**< until the session begins; without descriptors */
	struct fx_loop_prep *prep; /**< its pages, until the session begins */
	struct fx_answer *answer;
	struct fx_t30 *t30;
	struct fx_loop_rx rx;
	struct fx_link ready;
	struct fx_loop_event ev[FX_LOOP_EVENTS];
	unsigned ev_first, n_ev;
};

enum fx_loop_far { FX_FAR_LINE, FX_FAR_PERSON, FX_FAR_SILENCE, FX_FAR_NOBODY, FX_FAR_SOCKET };

/*   dialing --half the ring delay--> ringing --answer--> connected --both ends done--> over
 *      '--busy, bad number---'--no answer, hang-up, reject--'--> over
 */
enum fx_loop_state { FX_LOOP_DIALING, FX_LOOP_RINGING, FX_LOOP_CONNECTED, FX_LOOP_OVER };

struct fx_loop_conn {
	struct fx_link link;   /**< of all connections */
	struct fx_link active; /**< of the connected ones */
	struct fx_exchange *x;
	enum fx_loop_state state;
	enum fx_loop_far far;
	struct fx_loop_opts opts;
	bool bad_opts;
	bool answer_waits;     /**< answered, but the pages are not ready yet */
	struct fx_reason why;  /**< of bad_opts */
	char digits[FX_NUMBER_SIZE];
	char caller[FX_NUMBER_SIZE]; /**< far end on a socket: who it says it is */
	struct fx_loop_end a, b; /**< caller, called */
	struct fx_timer *timer;
	int64_t rang_at, next_ring, give_up_at, connect_at, connected_at, cut_at;
	uint32_t rings;
	int64_t next_step;     /**< when the media move next */
	struct fx_loop_sock *sock; /**< FX_FAR_SOCKET: moves the media */
	bool t38, unpaced;
	uint64_t rng;
	double voice_phase;
	uint32_t voice_t;
};

struct fx_exchange {
	struct fx_provider base; /**< first */
	struct fx_loop *loop;
	const struct fx_provider_sink *sink;
	void *arg;
	struct fx_loop_settings set;
	struct fx_loop_line *lines; /**< by number, then the sockets */
	size_t n_lines;
	uint64_t next_in;           /**< even */
	struct fx_link conns, active, ready;
	struct fx_loop_end *calls[FX_LOOP_BUCKETS];
	struct fx_timer *flush_timer, *step_timer;
	bool in_flush, lines_told;
	int16_t *codec[3];          /**< what a sample becomes by coding and decoding; lazily */
};

/* loop.c: events, calls */
struct fx_loop_end *fx_loop_find(struct fx_exchange *x, uint64_t call);
void fx_loop_queue(struct fx_loop_end *e, const struct fx_loop_event *ev);
void fx_loop_queue_status(struct fx_loop_end *e, enum fx_port_state state);
/** End one side: outcome by words (NULL: the outcome's own). */
void fx_loop_end_with(struct fx_loop_end *e, enum fx_outcome outcome, const char *words);
void fx_loop_end_result(struct fx_loop_end *e, const struct fx_call_result *r);
void fx_loop_flush_soon(struct fx_exchange *x);
void fx_loop_flush(struct fx_exchange *x);
void fx_loop_log(struct fx_loop_end *e, const char *fmt, ...) FX_PRINTF(2, 3);
static inline struct fx_loop_end *fx_loop_other(struct fx_loop_end *e)
{
	return e->caller ? &e->conn->b : &e->conn->a;
}

/* signal.c: from dialling to the answer */
FX_MUST_CHECK int fx_loop_conn_new(struct fx_exchange *x, struct fx_loop_conn **ret);
void fx_loop_conn_free(struct fx_loop_conn *c);
void fx_loop_conn_over(struct fx_loop_conn *c); /**< no more signalling */
void fx_loop_rearm(struct fx_loop_conn *c);
void fx_loop_hangup_early(struct fx_loop_end *e, bool reject);
/** The called line rings: c->b becomes a call of it. */
void fx_loop_ring_line(struct fx_loop_conn *c, struct fx_loop_line *line);
struct fx_loop_line *fx_loop_line_of(struct fx_exchange *x, const char *digits);

/** The call is answered: the media begin as soon as the caller's pages are ready. */
void fx_loop_answered(struct fx_loop_conn *c);
/** The caller's pages are ready, or (err) cannot be sent; `why` may be "". */
void fx_loop_prepared(struct fx_loop_end *e, int err, const char *why);

/* prepare.c: what a call sends is made ready while it rings */
FX_MUST_CHECK int fx_prep_start(struct fx_loop_end *e, const struct fx_dial *d);
bool fx_prep_is_ready(const struct fx_loop_end *e);
struct fx_t30_doc *fx_prep_take(struct fx_loop_end *e); /**< The caller's; NULL = none */
void fx_prep_drop(struct fx_loop_end *e); /**< A worker that still reads is left alone */

/* media.c: from the answer to the end */
void fx_media_connect(struct fx_loop_conn *c);
void fx_media_step_timer(void *arg);
void fx_media_end_fini(struct fx_loop_end *e); /**< session, queues, copies */
/** How a call ends that could not be begun. */
enum fx_outcome fx_media_start_failure(int err, bool caller);
void fx_media_end_hangup(struct fx_loop_end *e);
/** Ends sides whose session is over or whose line is gone. */
void fx_media_check(struct fx_loop_conn *c, int64_t now);

/* socket.c: a line whose other end is whoever connects (docs/far-end-socket.md) */
FX_MUST_CHECK int fx_sock_open(struct fx_exchange *x, struct fx_loop_line *line, const char *path,
			       struct fx_loop_sock **ret, struct fx_reason *reterr);
void fx_sock_close(struct fx_loop_sock *s);
void fx_sock_dial(struct fx_loop_sock *s, struct fx_loop_conn *c);
void fx_sock_ring(struct fx_loop_conn *c);
void fx_sock_answered(struct fx_loop_conn *c); /**< we did */
void fx_sock_release(struct fx_loop_conn *c);  /**< the call is over */
void fx_sock_go_on(struct fx_loop_conn *c);    /**< a page was acknowledged */
bool fx_sock_t38(const struct fx_loop_sock *s);

/* impair.c: what a line does to samples and packets */
uint32_t fx_rng(uint64_t *state);
bool fx_chance(uint64_t *state, double percent);
/** 65536 entries by sample + 32768; NULL = no memory. */
int16_t *fx_codec_table(enum fx_loop_codec codec);
void fx_impair_audio(struct fx_loop_conn *c, int16_t *amp, size_t n);
void fx_impair_bits(struct fx_loop_conn *c, uint8_t *p, size_t n);
void fx_voice(struct fx_loop_conn *c, int16_t *amp, size_t n);

#endif
