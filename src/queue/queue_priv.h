/* SPDX-License-Identifier: Apache-2.0 */
/** @file queue/queue_priv.h  The parts of the queue, between themselves. */
#ifndef FX_QUEUE_QUEUE_PRIV_H
#define FX_QUEUE_QUEUE_PRIV_H

#include "base/list.h"
#include "base/loop.h"
#include "core/outbound.h"
#include "document/coverpages.h"
#include "queue/journal.h"
#include "queue/queue.h"

#define FX_QUEUE_JOBS_MAX 2000000u
#define FX_QUEUE_UPLOADS_MAX 64u   /* names in one upload_file */
#define FX_QUEUE_META_CLIENT "queue.last_client_id"
#define FX_CLIENT_ID_SMALL 32767u  /* design.md: scripts convert to 16 bits */
#define FX_ASIDE_MAX 256u          /* jobs that a dispatch may pass over, looking for one to dial */
#define FX_LANES_MAX 4096u         /* ports that jobs may ask for at the same time */

struct fx_bcast;
struct fx_convert;
struct fx_outcall;
struct fx_prep;

/* Where a job stands in the queue; each job is in one place at most. */
enum fx_place { FX_PLACE_NONE, FX_PLACE_LATER, FX_PLACE_READY };

struct fx_heap {
	struct fx_qjob **v;
	size_t n, cap;
};

/* Jobs that may go by one port only, or by the ports of one group, wait in a lane of their own:
 * nobody else stands behind them. */
struct fx_lane {
	struct fx_link link;
	uint32_t device_id; /* 0 = a group's */
	char *group;        /* NULL = a port's */
	const struct fx_outbound_group *members; /* of q->outbound; NULL = the group is gone */
	size_t n_jobs; /* that ask for the port, ready or not: the heap has room for them */
	struct fx_heap ready;
};

struct fx_qjob {
	struct fx_job job; /* first: what the outside sees */
	struct fx_queue *q;
	struct fx_bcast *bcast;     /* a parent's own, or that of a child's parent */
	struct fx_link sibling;     /* child: in one of the lists of bcast */
	struct fx_link number;      /* jobs with the same bare number */
	struct fx_qjob *next_id, *next_client; /* hash chains */
	struct fx_lane *lane;       /* its port's or group's; NULL = takes any */
	struct fx_outcall *call;    /* its call, while in progress */
	struct fx_prep *prep;       /* its rendering, while preparing */
	struct fx_link prep_link;   /* waits for a render */
	uint32_t *not_ports;        /* ports tried in this round that gave no line */
	int64_t ready_at;           /* key in LATER */
	uint32_t number_hash;
	uint32_t slot;              /* in the heap of `place` */
	uint32_t protocol_failures; /* for the step-down */
	uint32_t host_losts;        /* in a row */
	uint32_t n_not_ports;
	uint32_t prep_tries;
	enum fx_place place;
	enum fx_job_state before;   /* state to go back to when a delete fails */
	bool foreign;               /* route's: in memory only */
	bool hidden;                /* submit is not durable yet */
	bool fresh;                 /* that it was queued is not told yet */
	bool cancel_told;
	bool finishing;             /* all pages confirmed; becoming a message */
};

/* The jobs in order of id, to be listed from any id on. */
struct fx_entry {
	uint64_t id;
	struct fx_qjob *j; /* NULL: gone */
};

struct fx_queue {
	struct fx_loop *loop;
	struct fx_store *store;
	struct fx_spool *spool;
	struct fx_ports *ports;
	struct fx_journal *journal;
	const struct fx_queue_cb *cb;
	void *arg;
	struct fx_config config;
	struct fx_outbound outbound; /* rules and groups in force */
	struct fx_dialing dialing;
	char *render_program;
	struct fx_coverpages *covers; /* borrowed; NULL = there are none */
	uint32_t max_renders, renders;
	bool letter;
	uint32_t log_days;
	bool stopping;
	struct fx_entry *order;     /* by id, with gaps */
	size_t n_order, order_cap;
	unsigned walking;           /* entries must keep their places */
	size_t n_jobs, n_hidden;
	uint64_t small[FX_CLIENT_ID_SMALL / 64 + 1]; /* client numbers in use, a bit each */
	size_t n_small;             /* how many of them */
	struct fx_qjob **by_id, **by_client;
	size_t n_buckets;           /* power of two, all three tables */
	struct fx_link *by_number;
	uint32_t last_client;
	struct fx_heap later, ready;
	struct fx_heap aside;        /* while dispatching: ready, but no port that is new to them */
	struct fx_link lanes;        /* fx_lane.link */
	size_t n_lanes;
	struct fx_link prep_waiting; /* fx_qjob.prep_link */
	struct fx_link preps;        /* fx_prep.link */
	struct fx_link calls;        /* fx_outcall.link */
	struct fx_link works;        /* fx_finish.link: files being moved */
	struct fx_timer *wake;      /* next job of LATER */
	struct fx_timer *kick;      /* dispatch in this turn */
	struct fx_timer *sweep;     /* DirtyDays */
	struct fx_timer *prep_again;/* there was no memory to prepare a job */
};

/* table.c: the jobs in memory */
FX_MUST_CHECK int fx_table_init(struct fx_queue *q);
void fx_table_fini(struct fx_queue *q); /**< frees all jobs */
/** Moves `take_job` in; client_id must be free. NULL = no memory, job unchanged. */
struct fx_qjob *fx_table_add(struct fx_queue *q, struct fx_job *take_job);
void fx_table_remove(struct fx_qjob *j); /**< frees it */
struct fx_qjob *fx_table_find(struct fx_queue *q, uint64_t id);
struct fx_qjob *fx_table_find_client(struct fx_queue *q, uint32_t client_id);
void fx_table_renumber(struct fx_qjob *j); /**< the dialled number changed */
void fx_table_hide(struct fx_qjob *j);     /**< a new job, until it is durable */
void fx_table_show(struct fx_qjob *j);
/** Place of the first job with a larger id, for fx_table_next(). */
size_t fx_table_after(const struct fx_queue *q, uint64_t id);
/** The job at or behind *at, which moves on; NULL at the end. Jobs may go meanwhile, not come. */
struct fx_qjob *fx_table_next(const struct fx_queue *q, size_t *at);

/* heap.c: what waits, by time and by rank */
void fx_heap_fini(struct fx_heap *h);
/** Put a waiting job where it belongs (now or later); takes others out. */
void fx_place_update(struct fx_qjob *j);
void fx_place_remove(struct fx_qjob *j);
void fx_place_restore(struct fx_qjob *j); /**< back among the ready ones, without a new dispatch */
struct fx_qjob *fx_place_top(struct fx_queue *q, enum fx_place place); /**< of those without lane */
/** Joins the lane of the port that the job asks for, else of where the rule for its number leads,
 * if that is not to every port. @return 0, FX_ENOMEM, FX_ELIMIT */
FX_MUST_CHECK int fx_lane_join(struct fx_qjob *j);
void fx_lane_leave(struct fx_qjob *j);
/** May it go by this port, by its lane? */
bool fx_lane_takes(const struct fx_qjob *j, uint32_t device_id);
/** Room for n jobs that take any port, so that placing never fails. */
FX_MUST_CHECK int fx_place_reserve(struct fx_queue *q, size_t n);
int64_t fx_queue_now(const struct fx_queue *q); /**< Unix s */
unsigned fx_queue_local_minute(void *arg, int64_t at);

/* state.c */
void fx_qjob_changed(struct fx_qjob *j);          /**< tell the outside */
/** An event of the job that no port tells. */
void fx_qjob_tell(struct fx_qjob *j, enum fx_fei fei);
void fx_qjob_set_words(struct fx_qjob *j, const char *words);
/** Put the job's present state into the store, whatever it takes. */
void fx_qjob_save(struct fx_qjob *j);
/** The same at the end of a try, with what else g has; a job that is given up is reported. */
void fx_qjob_save_end(struct fx_qjob *j, struct fx_group *take_g);
/** FAILED or RETRIES_EXCEEDED, from now on. */
void fx_qjob_fail(struct fx_qjob *j, enum fx_job_state state, const char *words);
/** Remove at once: store, files, table; done as in queue.h (optional). */
FX_MUST_CHECK int fx_qjob_remove(struct fx_qjob *j, enum fx_commit how, fx_queue_done_fn *done,
				 void *arg);
void fx_qjob_remove_files(struct fx_qjob *j);
/** Calls fn for each name of an upload list. @return number of names, 0 = malformed */
size_t fx_upload_each(const char *list, void (*fn)(void *arg, const char *name), void *arg);

/* submit.c: what single jobs and broadcasts have in common */
/** May n more jobs come? */
FX_MUST_CHECK int fx_submit_check(struct fx_queue *q, size_t n, struct fx_reason *reterr);
FX_MUST_CHECK int fx_submit_check_job(const struct fx_job *job, struct fx_reason *reterr);
/** Gives id and client_id, sets what is the queue's own. Texts of job are owned. */
FX_MUST_CHECK int fx_submit_own_fields(struct fx_queue *q, struct fx_job *job, const char *number);
/** Uploads are there, not empty, and will be durable with g; adds their size to *bytes. */
FX_MUST_CHECK int fx_submit_files(struct fx_queue *q, struct fx_group *g, const char *list,
				  uint64_t *bytes, struct fx_reason *reterr);

/* command.c */
/** Delete: at once, or when its call has ended. done (optional) as in queue.h. @return 0, FX_ESTATE
 * (nothing left to cancel), FX_EINVAL (already), FX_ENOMEM */
FX_MUST_CHECK int fx_qjob_cancel(struct fx_qjob *j, enum fx_commit how, fx_queue_done_fn *done,
				 void *arg);

/* broadcast.c */
/** The job has what is needed to send it: its own documents, and its parent's. */
bool fx_qjob_is_prepared(const struct fx_qjob *j);
/** A job in PREPARING: have rendered what it needs; a child also waits for its parent. */
void fx_qjob_prepare(struct fx_qjob *j);
/** Name of the rendered body in the queue folder, a child's parent's; NULL = none (yet). */
const char *fx_qjob_body(const struct fx_qjob *j);
static inline bool fx_qjob_is_parent(const struct fx_qjob *j)
{
	return j->job.type == FX_JT_BROADCAST;
}
static inline bool fx_qjob_is_child(const struct fx_qjob *j)
{
	return j->bcast && !fx_qjob_is_parent(j);
}
/** Of a new job in the table: a parent gets its bcast, a child joins its parent's. @return 0,
 * FX_ENOMEM, FX_ENOENT (no such parent) */
FX_MUST_CHECK int fx_bcast_join(struct fx_qjob *j, bool open);
void fx_bcast_leave(struct fx_qjob *j); /**< from fx_table_remove() only */
bool fx_bcast_is_open(const struct fx_qjob *parent);
/** No document: each child has its cover page and nothing else. */
bool fx_bcast_is_covers_only(const struct fx_qjob *parent);
/** The parent's document is ready, or failed; or there is something else to do for its children. */
void fx_bcast_go_on(struct fx_qjob *parent);
/** A child in PREPARING is durable, or has to wait again: for the parent, for its cover page. */
void fx_bcast_child_prepared(struct fx_qjob *child);
/** A failed child that was restarted waits for its documents again; a failed parent too. */
void fx_bcast_restart(struct fx_qjob *child);
/** The whole broadcast is being cancelled: none of it may be dialled. */
bool fx_bcast_is_cancelled(const struct fx_qjob *j);

/* cover.c */
/** The cover page to draw, common or uploaded. @return FX_ENOENT ... with words */
FX_MUST_CHECK int fx_cover_open(struct fx_queue *q, const struct fx_job *job, int *ret_fd,
				struct fx_reason *reterr);
/** What is filled in, as core/cover.h has it; the caller's. NULL = no memory, or far too long. */
char *fx_cover_text(struct fx_queue *q, const struct fx_job *job, uint32_t body_pages);
/** Is this upload the job's personal cover page? They stand among the documents. */
bool fx_cover_is_upload(const struct fx_job *job, const char *name);
/** Pages behind the cover: the job's own, or those of the broadcast. */
uint32_t fx_cover_body_pages(const struct fx_qjob *j, uint32_t own);
/** That of the pages behind the cover, as far as it is known. */
enum fx_resolution fx_cover_resolution(const struct fx_qjob *j);
/** Of a child: its broadcast's. */
const struct fx_job *fx_bcast_parent(const struct fx_qjob *child);

/* prepare.c */
void fx_prep_on_again(void *arg); /**< of prep_again; arg: the queue */
void fx_prep_enqueue(struct fx_qjob *j);
void fx_prep_cancel(struct fx_qjob *j);
void fx_prep_next(struct fx_queue *q);
void fx_prep_free_all(struct fx_queue *q); /**< at the end of the queue */

/* outbound.c */
/** Rules and groups from the store; a record that cannot be read is left out, with a line. */
FX_MUST_CHECK int fx_queue_load_outbound(struct fx_queue *q);

/* dispatch.c */
void fx_queue_dispatch(struct fx_queue *q);
bool fx_queue_port_reserved(const struct fx_queue *q, uint32_t device_id);

/* call.c */
#define FX_JOIN_MAX FX_CALL_DOCS_MAX
FX_MUST_CHECK int fx_outcall_start(struct fx_queue *q, struct fx_port *port,
				   struct fx_qjob *const *jobs, size_t n);
void fx_outcall_hangup(struct fx_outcall *c);
void fx_outcall_free(struct fx_outcall *c); /**< at the end of the queue */
uint32_t
fx_outcall_reserved(const struct fx_outcall *c); /**< device id while not dialled, else 0 */

/* report.c */
/** The job ended: its delivery report into the same transaction, if its sender wants one. */
void fx_qjob_put_report(const struct fx_qjob *j, struct fx_group *g, bool sent);
void fx_qjob_report_written(const struct fx_queue *q); /**< that transaction is durable */

/* finish.c */
/** All pages are confirmed: move the file, make the message. `last` is the last attempt. */
void fx_finish_start(struct fx_qjob *j, const struct fx_attempt *last);
void fx_finish_free_all(struct fx_queue *q);

/* recover.c */
FX_MUST_CHECK int fx_queue_load(struct fx_queue *q, struct fx_reason *reterr);

#endif
