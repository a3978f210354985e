/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file queue/queue.h
 * All jobs in memory, the outgoing ones put into calls: render, wait for time and
 * port, dial, record each confirmed page, retry, finish. Decisions are core's.
 * Thread: the loop thread. Owner: the queue owns its jobs; pointers it hands out
 * are borrowed until the next call into the loop.
 */
#ifndef FX_QUEUE_QUEUE_H
#define FX_QUEUE_QUEUE_H

#include "core/config.h"
#include "core/job.h"
#include "core/outbound.h"
#include "port/port.h"
#include "store/spool.h"
#include "store/store.h"

struct fx_coverpages;
struct fx_queue;
struct fx_journal;
struct fx_queue_cb { /* all optional; for service events and route */
	void (*on_job)(void *arg, const struct fx_job *job,
		       bool removed); /**< added, changed, removed */
	void (*on_message)(void *arg, uint64_t id, enum fx_folder folder);
	/** What happens to an outgoing job without a port: queued, cancelled, failed. */
	void (*on_event)(void *arg, const struct fx_fax_event *e);
	/** A delivery report is in the store (core/report.h), to be mailed. */
	void (*on_report)(void *arg);
	/** A message in the archive has other words now (route). */
	void (*on_message_changed)(void *arg, uint64_t id);
	/** A try ended, of an outgoing or (from route) an incoming fax. */
	void (*on_attempt)(void *arg, const struct fx_job *job, const struct fx_attempt *a);
};
struct fx_queue_prm {
	struct fx_loop *loop;
	struct fx_store *store;
	struct fx_spool *spool;
	struct fx_ports *ports;
	const char *render_program; /**< NULL: uploads must be fax TIFFs of our own (tests) */
	struct fx_coverpages *covers; /**< common ones; NULL = none; must outlive the queue */
	uint32_t max_renders;       /**< at once; 0 = 2 */
	bool letter;                /**< paper */
	const struct fx_dialing *dialing; /**< where we are; copied; NULL = not known */
	uint32_t log_days;          /**< session logs older than this are removed; 0 = never */
	const struct fx_queue_cb *cb;
	void *arg;
};
/** Loads jobs; recovers: attempts without end are closed, in_progress goes back to pending. */
FX_MUST_CHECK int fx_queue_new(const struct fx_queue_prm *prm, const struct fx_config *config,
			       struct fx_queue **ret, struct fx_reason *reterr);
/** Frees the queue and what it holds in memory. The port table must be gone before (its calls
 * hold the queue's); what the store was not given yet is given to it. done() of what is still
 * under way is not called. */
struct fx_queue *fx_queue_free(struct fx_queue *q);
/** As a crash: nothing more is written. For tests. */
struct fx_queue *fx_queue_abandon(struct fx_queue *q);
/** Clean shutdown: no new calls, those going on are hung up and their jobs go back to pending. */
void fx_queue_stop(struct fx_queue *q);
bool fx_queue_is_idle(const struct fx_queue *q); /**< no call, no file being moved, all written */
/** The queue's writer to the store, for route and service: one order, one back-off. */
struct fx_journal *fx_queue_journal(struct fx_queue *q);
const struct fx_config *fx_queue_config(const struct fx_queue *q);
/** New settings take effect at once (pause, retries, discount, dirty days). */
void fx_queue_set_config(struct fx_queue *q, const struct fx_config *config);
/** Groups and rules in force, as loaded at the start; borrowed until the next set. */
const struct fx_outbound *fx_queue_outbound(const struct fx_queue *q);
const struct fx_dialing *fx_queue_dialing(const struct fx_queue *q);
struct fx_group;
/** What of `now` is not in `was` into a transaction, and the other way round.
 * @return 0, FX_ENOMEM */
FX_MUST_CHECK int fx_queue_put_outbound(struct fx_group *g, const struct fx_outbound *was,
					const struct fx_outbound *now);
/** In force from now on, for waiting jobs too: each is looked at when a rule changed. */
void fx_queue_set_outbound(struct fx_queue *q, struct fx_outbound *take_now);
void fx_queue_set_dialing(struct fx_queue *q, const struct fx_dialing *d);
/** The rule for a number; never NULL. */
const struct fx_outbound_rule *fx_queue_rule(const struct fx_queue *q, const char *number);
void fx_queue_kick(struct fx_queue *q); /**< a port may be free: dispatch soon */

typedef void(fx_queue_done_fn)(void *arg, int err, uint64_t job_id, uint32_t client_id,
			       const struct fx_reason *why);
/**
 * Accept a job: `job` has the sender's fields and upload_file (in the queue folder);
 * id, client_id and state are given here. done() comes when it is durable (invariant 1).
 * Borrowed; the upload file belongs to the queue after success.
 */
FX_MUST_CHECK int fx_queue_submit(struct fx_queue *q, const struct fx_job *job,
				  fx_queue_done_fn *done, void *arg, struct fx_reason *reterr);

/* Broadcasts: a parent that has the document, and a job (child) for each recipient. */
#define FX_QUEUE_BATCH_MAX 10000u
struct fx_queue_batch {
	uint64_t parent_id;          /**< of an open broadcast; 0 = begin one with `parent` */
	const struct fx_job *parent; /**< sender's fields, upload_file; as fx_queue_submit(). NULL
				      *   upload_file with a cover_page: cover pages alone */
	const struct fx_job *jobs;   /**< one each recipient; their upload_file is a personal cover
				      *   page's or NULL */
	size_t n;                    /**< 0 to FX_QUEUE_BATCH_MAX */
	bool open;                   /**< more follows: until fx_queue_broadcast_end() */
};
struct fx_queue_ids {
	uint64_t id;
	uint32_t client_id;
};
/** ids: n of them, those of the children; borrowed for the call. NULL on error. */
typedef void(fx_queue_batch_fn)(void *arg, int err, struct fx_queue_ids parent,
				const struct fx_queue_ids *ids, const struct fx_reason *why);
/**
 * Accept a parent, children, or both, whole or not at all, in one commit; done() comes when they
 * are durable. Children may be sent at once. Borrowed.
 * @return 0, or as fx_queue_submit(); FX_ENOMSG (no such parent), FX_ESTATE (it takes no more),
 *         FX_EDATA (its document cannot be sent)
 */
FX_MUST_CHECK int fx_queue_broadcast(struct fx_queue *q, const struct fx_queue_batch *batch,
				     fx_queue_batch_fn *done, void *arg,
				     struct fx_reason *reterr);
/** No more children: parent and document go with the last of them. Unknown ids are fine. */
void fx_queue_broadcast_end(struct fx_queue *q, uint64_t parent_id);
/** Cancel parent and children as a whole. done() when that is durable; they go one by one then.
 * @return 0, FX_ENOMSG (unknown, or no parent), FX_EINVAL (already), FX_ENOMEM */
FX_MUST_CHECK int fx_queue_broadcast_cancel(struct fx_queue *q, uint64_t parent_id,
					    fx_queue_done_fn *done, void *arg);
/** Children that are left. 0 also when it is no parent. */
size_t fx_queue_broadcast_count(struct fx_queue *q, uint64_t parent_id);

/**
 * Pause, resume (restart of a failed job), delete; core/select.h has the table of effects.
 * done() comes when the new state is durable; a delete of an active job: when it is marked,
 * the job goes when its call has ended.
 * @return 0, FX_ENOMSG (unknown), FX_ESTATE (being routed, or all pages are confirmed already),
 *         FX_EINVAL (already deleting), FX_ENOMEM
 */
FX_MUST_CHECK int fx_queue_command(struct fx_queue *q, uint64_t job_id, enum fx_job_command cmd,
				   fx_queue_done_fn *done, void *arg);
size_t fx_queue_count(const struct fx_queue *q);
/** In order of id; fn returns false to stop. */
void fx_queue_each(struct fx_queue *q, bool (*fn)(void *arg, const struct fx_job *job), void *arg);
/** The same from the first id above after_id on, however many are before it. */
void fx_queue_each_after(struct fx_queue *q, uint64_t after_id,
			 bool (*fn)(void *arg, const struct fx_job *job), void *arg);
const struct fx_job *fx_queue_find(struct fx_queue *q, uint64_t job_id);
/** Name in the queue folder of a job's rendered pages without the cover page; a broadcast's child
 * has its parent's. NULL = unknown job, or no such file (yet). Borrowed. */
const char *fx_queue_body(struct fx_queue *q, uint64_t job_id);
const struct fx_job *fx_queue_find_client(struct fx_queue *q, uint32_t client_id);

/* For route (incoming jobs live in the same list). */
uint32_t fx_queue_new_client_id(struct fx_queue *q);
struct fx_group;
/** Record how far the numbers are given out, with the job that got the last one. */
void fx_queue_put_cursor(const struct fx_queue *q, struct fx_group *g);
FX_MUST_CHECK int fx_queue_adopt(struct fx_queue *q,
				 const struct fx_job *job);         /**< in memory only; copied */
void fx_queue_update(struct fx_queue *q, const struct fx_job *job); /**< by id; copied */
void fx_queue_drop(struct fx_queue *q, uint64_t job_id);

#endif
