/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/sip_priv.h
 * Insides of the provider: what its files share. Three kinds of threads meet here.
 *
 *   loop (the owner's)   operations, lines, pages made ready, what was learned    sip.c, prepare.c
 *      | fx_ua_post                                                    ^ outbox.c
 *   signalling           one struct fx_sip_call per call: leg, SDP, switching     call*.c
 *      | fx_workers_*                                                  ^ fx_ua_post
 *   media workers        T.30, RTP, UDPTL
 *
 * All that a call has to tell goes through the signalling thread, so that its order holds.
 */
#ifndef FX_SIP_PRIV_H
#define FX_SIP_PRIV_H

#include <pthread.h>
#include "base/list.h"
#include "port/provider.h"
#include "providers/sip/causes.h"
#include "providers/sip/numbers.h"
#include "providers/sip/policy.h"
#include "providers/sip/sdp.h"
#include "providers/sip/tuning.h"
#include "providers/sip/trunk.h"
#include "providers/sip/worker.h"

#define FX_SIP_BUCKETS 256u

struct fx_sip;
struct fx_sip_call;
struct fx_sip_outbox;

/** One port. `busy` belongs to whoever holds the lock; the rest stays as it is, but online. */
struct fx_sip_line {
	struct fx_line info;
	size_t trunk;  /**< its place in the settings */
	bool busy;
	bool deaf;     /**< its owner refused the last call before it rang: others come first */
};

/* ---- to the owner ---- */

enum fx_sip_event_type {
	FX_SIP_EV_LINES, FX_SIP_EV_INCOMING, FX_SIP_EV_RING, FX_SIP_EV_STATUS, FX_SIP_EV_PAGE,
	FX_SIP_EV_END
};
struct fx_sip_event {
	struct fx_link link;
	enum fx_sip_event_type type;
	uint64_t call;
	union {
		struct {
			size_t trunk;
			bool online;
			char why[160];
		} lines;
		struct {
			size_t line;
			char caller_id[FX_NUMBER_SIZE], called[FX_NUMBER_SIZE];
		} incoming;
		uint32_t ring;
		struct fx_call_status status;
		struct fx_page_report page;
		struct {
			struct fx_call_result result;
			struct fx_policy_lesson lesson;
		} end;
	};
};
FX_MUST_CHECK int fx_sip_outbox_new(struct fx_loop *loop,
				    void (*fn)(void *arg, const struct fx_sip_event *ev), void *arg,
				    struct fx_sip_outbox **ret);
/** A copy; fn() comes with it on the loop, in order. Any thread. Aborts when out of memory. */
void fx_sip_outbox_put(struct fx_sip_outbox *o, const struct fx_sip_event *ev);
/** On the loop: fn() does not come any more. */
void fx_sip_outbox_close(struct fx_sip_outbox *o);

/* ---- the provider ---- */

struct fx_sip_front; /* a call as the loop sees it */
struct fx_sip_prep;

struct fx_sip {
	struct fx_provider base; /**< first */
	struct fx_loop *loop;
	const struct fx_provider_sink *sink;
	void *arg;
	struct fx_sip_settings set;
	struct fx_sip_tuning tune;
	struct fx_ua *ua;
	struct fx_workers *workers;
	struct fx_sip_outbox *outbox;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool opened, closed;     /**< lock: the signalling side is up, is down */
	int open_err;
	struct fx_reason open_why;
	struct fx_sip_line *lines; /**< lock */
	size_t n_lines;
	/* the loop's */
	struct fx_sip_front *fronts[FX_SIP_BUCKETS];
	struct fx_policy *policy;
	char *memory_path;       /**< NULL = not kept */
	struct fx_timer *memory_timer;
	bool memory_dirty;
	/* the signalling thread's */
	struct fx_trunks *trunks;
	struct fx_sip_call *calls[FX_SIP_BUCKETS];
	size_t n_calls;
	uint64_t next_in;        /**< even */
	uint16_t next_port;
	bool closing, trunks_closed;
	struct fx_ua_timer *closing_timer;
	struct fx_ua_timer *strangers_timer;
	uint64_t strangers;      /**< the log knows of so many */
};

/* ---- notice.c: the service's log ---- */

void fx_sip_notice_trunk(const struct fx_trunk *t, bool online, const char *words);
FX_MUST_CHECK int fx_sip_notice_begin(struct fx_sip *p);
void fx_sip_notice_end(struct fx_sip *p);

/** A free line of a trunk, busy from now on. Any thread. @return SIZE_MAX = none */
size_t fx_sip_take_line(struct fx_sip *p, size_t trunk);
void fx_sip_give_line(struct fx_sip *p, size_t line);

/* ---- prepare.c: the pages of a call, in a worker thread of the loop ---- */

/** Its end is fx_sip_call_prepared(). */
FX_MUST_CHECK int fx_sip_prep_start(struct fx_sip *p, uint64_t call, const struct fx_dial *d,
				    struct fx_sip_prep **ret);
/** The call needs it no more. */
void fx_sip_prep_drop(struct fx_sip_prep *prep);

/* ---- call.c, for the loop; each comes through fx_ua_post() ---- */

struct fx_sip_dial {
	struct fx_sip *p;
	uint64_t call;
	size_t line;
	struct fx_sip_number number;
	struct fx_sip_plan plan;
	struct fx_dial dial;   /**< its documents' descriptors are not used */
	int take_log_fd;
	int64_t start_us;
};
void fx_sip_call_dial(void *take_dial); /**< struct fx_sip_dial, freed here */
struct fx_sip_cmd {
	struct fx_sip *p;
	uint64_t call;
	enum { FX_SIP_ANSWER, FX_SIP_REJECT, FX_SIP_HANGUP, FX_SIP_PREPARED } type;
	struct fx_answer answer;     /**< descriptors are taken */
	struct fx_t30_doc *take_doc; /**< PREPARED, or err and why */
	int err;                     /**< REJECT: not 0 = before it rang */
	struct fx_reason why;
};
void fx_sip_call_cmd(void *take_cmd);

/** How a call ends that could not begin. */
void fx_sip_tell_no_call(struct fx_sip *p, uint64_t call, enum fx_outcome outcome,
			 const char *words);

/* for the user agent and the trunks; signalling thread */
int fx_sip_on_call(void *arg, struct fx_leg *leg, const struct fx_ua_in *in, const uint8_t *sdp,
		   size_t n);
/** Hang up all calls; fx_sip_call_gone() comes when the last one is. */
void fx_sip_calls_close(struct fx_sip *p);
void fx_sip_calls_free(struct fx_sip *p);
void fx_sip_call_gone(struct fx_sip *p);
extern const struct fx_worker_events fx_sip_worker_events; /**< arg: struct fx_sip */

#endif
