/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/fsp/fsp_priv.h
 * The parts of this room: fsp.c is the provider on the loop, module.c the shared object and its
 * start, op.c one operation in its thread, packets.c what comes through the completion queue,
 * document.c the TIFF files on both ways.
 *
 *   loop thread ----- starts -----> operation threads, starter: call the shared object
 *        ^                                 | post "done" (also the provider posts statuses)
 *        |                                 v
 *        '-- inbox -- packets thread <- completion queue
 *
 * Through one queue, so that the end of an operation never overtakes its statuses.
 */
#ifndef FX_PROVIDERS_FSP_FSP_PRIV_H
#define FX_PROVIDERS_FSP_FSP_PRIV_H

#include <pthread.h>
#include <faxdev.h>

#include "base/list.h"
#include "providers/fsp/fsp.h"
#include "providers/fsp/settings.h"

#define FX_FSP_LINES_MAX 256u
#define FX_FSP_KEY_LINES 1u     /**< key of LINEMESSAGE packets; operations have others */
#define FX_FSP_DONE 0xF5F0D04Eu /**< "bytes" of an operation's last packet */
#define FX_FSP_EARLY_MAX 16u    /**< rings while it starts */
#define FX_FSP_INBOX_MAX 1000u  /**< statuses and rings that wait for the loop */

struct fx_fsp;

/** The functions of the shared object. */
struct fx_fsp_module {
	void *lib;
	PFAXDEVINITIALIZE init;
	PFAXDEVVIRTUALDEVICECREATION create;
	PFAXDEVSTARTJOB start;
	PFAXDEVSEND send;
	PFAXDEVRECEIVE receive;
	PFAXDEVREPORTSTATUS report;
	PFAXDEVABORTOPERATION abort;
	PFAXDEVENDJOB end;
	PFAXDEVSHUTDOWN shutdown; /**< may be NULL */
	PFAX_LINECALLBACK line_callback; /**< NULL: gave none */
};

/* What an operation's thread is doing; the watchdog has a limit for each. */
enum fx_fsp_stage {
	FX_FSP_OURS, /**< own work: files */
	FX_FSP_START,
	FX_FSP_CALL,
	FX_FSP_REPORT,
	FX_FSP_END
};
const char *fx_fsp_stage_str(enum fx_fsp_stage s); /**< "FaxDevStartJob" */

struct fx_fsp_line {
	struct fx_line info;
	DWORD id;
	struct fx_fsp_op *op;
};

struct fx_fsp_op {
	struct fx_link link;
	struct fx_fsp *f;
	struct fx_fsp_line *line;
	uint64_t call;
	ULONG_PTR key;
	bool sender;

	/* loop thread */
	bool running;           /**< has a thread */
	bool cancelled, told;   /**< told: on_end() was called */
	bool delivering;        /**< received pages are being reported */
	uint32_t ring, acked;
	int64_t start_us, answered_us, heard_us, cancel_us;
	struct fx_call_status st;
	struct fx_dial *dial;   /**< descriptors are the operation's */
	struct fx_answer answer;
	int log_fd;             /**< session log, -1 = none */
	uint32_t last_status;   /**< what the log has last of status and page */
	uint32_t last_page;
	pthread_t thread;

	/* between threads, under the lock */
	pthread_mutex_t lock;
	pthread_cond_t cond;
	enum fx_fsp_stage stage;
	unsigned stages;        /**< 1 << each that was entered */
	int64_t stage_us;
	bool abort_wanted, aborting, finished;
	HANDLE fax;             /**< the provider's own */

	/* the thread's, the loop's once it is finished */
	bool ok;
	uint32_t status;        /**< final StatusId, 0 = none */
	uint32_t pages;         /**< to send; received */
	struct fx_page_report *reports; /**< of received pages */
	char words[160];
	enum fx_outcome outcome; /**< NONE: from ok and status */
	char csi[FX_ID_SIZE], caller_id[FX_NUMBER_SIZE], routing[FX_ROUTING_SIZE];
};

enum fx_fsp_msg_type {
	FX_FSP_STARTED,
	FX_FSP_RINGS,
	FX_FSP_STATUS,
	FX_FSP_FINISHED,
	FX_FSP_NEXT,   /**< of our own: the next received page */
	FX_FSP_REFUSED /**< of our own: the end of a call that was not answered */
};
struct fx_fsp_msg {
	struct fx_fsp_msg *next;
	enum fx_fsp_msg_type type;
	ULONG_PTR key;    /**< STATUS, FINISHED */
	DWORD device;     /**< RINGS */
	uint32_t status, page;
	char csi[FX_ID_SIZE], caller_id[FX_NUMBER_SIZE], routing[FX_ROUTING_SIZE];
	struct fx_reason why; /**< STARTED: "" = it works */
};

/** Messages to the loop; outlives the provider while posts are on their way. */
struct fx_fsp_inbox {
	pthread_mutex_t lock;
	struct fx_loop *loop;
	struct fx_fsp *f;     /**< NULL: closed */
	struct fx_fsp_msg *first, **last;
	unsigned n, refs;
};

struct fx_fsp {
	struct fx_provider base; /* first */
	struct fx_loop *loop;
	const struct fx_provider_sink *sink;
	void *arg;
	struct fx_fsp_settings set;
	char work[600]; /**< private folder of the documents */
	bool work_is_temp;
	struct fx_fsp_module mod;
	HANDLE heap, queue;
	DWORD first_id, count;
	char prefix[64];
	struct fx_fsp_line *lines;
	bool started, lost;
	_Atomic(const char *) starting; /**< the function that the starter is in */
	DWORD early[FX_FSP_EARLY_MAX]; /**< devices that rang before the ports were there */
	unsigned n_early;
	int64_t open_us;
	struct fx_link ops;
	uint64_t next_call;
	ULONG_PTR next_key;
	struct fx_fsp_inbox *inbox;
	struct fx_timer *watch;
	pthread_t starter, packets;
	bool has_packets, has_starter, starter_joined;
};

/* module.c */
FX_MUST_CHECK int fx_fsp_module_open(struct fx_fsp *f, struct fx_reason *reterr);
/** The starter's thread: all calls that come before operations; tells FX_FSP_STARTED. */
void *fx_fsp_starter(void *arg);

/* op.c */
/** @return NULL: out of memory */
struct fx_fsp_op *fx_fsp_op_new(struct fx_fsp *f, struct fx_fsp_line *line, uint64_t call);
void fx_fsp_op_free(struct fx_fsp_op *op);
FX_MUST_CHECK int fx_fsp_op_run(struct fx_fsp_op *op);
/** Ask the provider to stop; at most once. */
void fx_fsp_op_abort(struct fx_fsp_op *op);
enum fx_fsp_stage fx_fsp_op_stage(struct fx_fsp_op *op, int64_t *ret_since_us);

/* packets.c */
void *fx_fsp_packets(void *arg); /**< thread: until the queue is closed */
/** Any thread; m is taken. Statuses and rings beyond the limit are dropped. */
void fx_fsp_tell(struct fx_fsp_inbox *in, struct fx_fsp_msg *take_m);
struct fx_fsp_msg *fx_fsp_take(struct fx_fsp_inbox *in); /**< oldest or NULL; loop thread */
void fx_fsp_inbox_unref(struct fx_fsp_inbox *in);
/** Texts and numbers of a status block of at least sizeof(FAX_DEV_STATUS) octets. */
void fx_fsp_read_status(struct fx_fsp_msg *m, const FAX_DEV_STATUS *st, size_t size);

/* events.c */
void fx_fsp_on_inbox(void *arg); /**< posted: an inbox with a reference */
void fx_fsp_set_online(struct fx_fsp *f, struct fx_fsp_line *line, bool online);
void fx_fsp_tell_end(struct fx_fsp_op *op, enum fx_outcome outcome, const char *words);
/** Free an operation without a thread; its line is free and online again. */
void fx_fsp_drop(struct fx_fsp_op *op);

/* log.c: the loop thread */
/** A line of the session log: a sign of docs/session-log.md, a blank, words. */
__attribute__((format(printf, 2, 3))) void fx_fsp_log(const struct fx_fsp_op *op,
						      const char *fmt, ...);
const char *fx_fsp_status_str(uint32_t status); /**< "dialing" */

/* watch.c */
void fx_fsp_watch(void *arg); /**< timer: a provider */
#define FX_FSP_WATCH_US (200 * FX_MS)

/* document.c */
/** Pages of the dial's documents into one TIFF at path. @param ret_pages written */
FX_MUST_CHECK int fx_fsp_write_document(const struct fx_dial *d, const char *path,
					uint32_t *ret_pages, struct fx_reason *reterr);
/** All good pages from the front of the provider's file into rx_fd, coded anew.
 * @return 0 (at least one page), FX_EDATA, FX_ENOSPC, FX_EIO ... */
FX_MUST_CHECK int fx_fsp_read_document(const char *path, int rx_fd,
				       struct fx_page_report **ret, uint32_t *ret_pages,
				       struct fx_reason *reterr);

#endif
