/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/job.h
 * A job (a document on its way to one recipient, or a fax coming in), its
 * attempts, its pages, and the message it becomes. Values with owned strings
 * (NULL = unset); pure decisions.
 *
 *   preparing --rendered--> pending --port free--> in_progress --all confirmed--> (message)
 *       |                    ^   ^                     |
 *       +-- unusable --.     |   +---- retrying <------+-- failed, retries left
 *                      v     |                         |
 *                    failed  +-- restart -- retries_exceeded <-- retries used up
 *   delete: at once from any state but in_progress; there, deleting until the call ended.
 *   paused is a flag: only pending and retrying are held back by it.
 *   received: in_progress --last page--> routing --> (message)
 */
#ifndef FX_CORE_JOB_H
#define FX_CORE_JOB_H

#include "core/call.h"

enum fx_job_type {
	FX_JT_UNKNOWN,
	FX_JT_SEND,
	FX_JT_RECEIVE,
	FX_JT_ROUTING,
	FX_JT_FAIL_RECEIVE,
	FX_JT_BROADCAST = 0x20 /**< parent of a broadcast: has the document, is never sent itself */
};

#define FX_JOB_STATE_TABLE(X)                                                                      \
	X(PREPARING, "preparing")                                                                  \
	X(PENDING, "pending")                                                                      \
	X(IN_PROGRESS, "in_progress")                                                              \
	X(RETRYING, "retrying")                                                                    \
	X(FAILED, "failed")                                                                        \
	X(RETRIES_EXCEEDED, "retries_exceeded")                                                    \
	X(DELETING, "deleting")                                                                    \
	X(ROUTING, "routing")
enum fx_job_state {
#define X(name, id) FX_JOB_##name,
	FX_JOB_STATE_TABLE(X)
#undef X
	FX_JOB_STATE_COUNT
};
const char *fx_job_state_str(enum fx_job_state s);
enum fx_job_state fx_job_state_from_str(const char *s); /**< COUNT when unknown */

enum fx_schedule { FX_SCHEDULE_NOW, FX_SCHEDULE_TIME, FX_SCHEDULE_DISCOUNT };
enum fx_priority { FX_PRIORITY_LOW, FX_PRIORITY_NORMAL, FX_PRIORITY_HIGH };
enum fx_quality { FX_QUALITY_AUTO, FX_QUALITY_TEXT, FX_QUALITY_PHOTO };

/* All texts of a job; stored, copied and freed by this one table. */
#define FX_JOB_TEXTS(X)                                                                            \
	X(user) X(number) X(recipient_name) X(recipient_company) X(tsid) X(sender_name)            \
	X(sender_company) X(sender_dept) X(sender_number) X(billing_code) X(document_name)         \
	X(report_address) X(subject) X(upload_file) X(tiff_file) X(words) X(profile)                \
	X(cover_page) X(cover_note) X(cover_file)
/*
 * profile: the sender's and recipient's personal profiles whole, as opaque text for the API.
 * cover_page: NULL = no cover page; "common:NAME", or an upload's name (a personal page).
 * cover_file: the rendered cover page, a fax TIFF in the queue folder; its pages come first and
 * count in `pages`. A child of a broadcast has no tiff_file: it sends its parent's.
 */

struct fx_job {
	uint64_t id;         /**< never reused */
	uint64_t parent_id;  /**< of a broadcast's child: the parent's id; 0 = none */
	uint32_t client_id;  /**< what clients see: 1..32767 as long as free */
	enum fx_job_type type;
	enum fx_job_state state;
	bool paused;
	bool no_line;        /**< waits for a port */
	enum fx_priority priority;
	enum fx_schedule schedule;
	enum fx_resolution resolution;
	enum fx_quality quality;
	uint32_t uid;        /**< owner on this machine */
	uint32_t report_type;/**< DRT_* */
	uint32_t device_id;  /**< port of the present or last call; asked port if fixed_port */
	bool fixed_port;
	int64_t submitted_at, schedule_at, next_try_at, started_at,
		ended_at;    /**< Unix s, 0 = unset */
	uint32_t tries;      /**< counted attempts so far */
	bool quick_used;     /**< the quick retry was used */
	uint32_t pages;      /**< 0 = not known yet */
	uint32_t confirmed;  /**< pages confirmed in order so far */
	uint32_t size_bytes; /**< document as submitted */
	enum fx_outcome outcome; /**< of the last attempt */
	/* remote side, mostly of received faxes */
	char remote_id[FX_ID_SIZE];
	char caller_id[FX_NUMBER_SIZE];
	char routing[FX_ROUTING_SIZE];
#define X(name) char *name;
	FX_JOB_TEXTS(X)
#undef X
};
void fx_job_init(struct fx_job *j);
void fx_job_fini(struct fx_job *j);
FX_MUST_CHECK int fx_job_copy(struct fx_job *dst,
			      const struct fx_job *src); /**< dst uninitialised */

/** One try. Exactly one record per try, written before dialling and again at its end. */
struct fx_attempt {
	uint64_t id, job_id;
	uint32_t device_id;
	uint32_t first_page;  /**< from 0 */
	int64_t started_at, answered_at, ended_at; /**< Unix s; ended 0 = going on or crashed */
	struct fx_call_result result;
	char number[FX_NUMBER_SIZE];
	char port_name[64];
	char log_file[64];    /**< name below log/, "" = none */
};

/** One page that is confirmed (sent) or stored (received). */
struct fx_page {
	uint64_t job_id, attempt_id;
	uint32_t page;        /**< from 1 in the document */
	int64_t at;           /**< Unix s */
	struct fx_page_report report;
};

enum fx_folder { FX_FOLDER_INBOX, FX_FOLDER_SENT };
/** A finished fax. job.tiff_file names its pages. */
struct fx_message {
	uint64_t id;          /**< = job.id */
	enum fx_folder folder;
	bool read;            /**< by those who are no owners */
	bool partial;         /**< received incompletely */
	bool has_cover;       /**< received: whoever assigned it says so */
	char *owners;         /**< received: whose it is (core/owners.h); NULL = nobody's yet */
	char port_name[64];
	struct fx_job job;    /**< last state of the job, texts included */
	struct fx_call_result result; /**< of the last attempt */
};
void fx_message_fini(struct fx_message *m);
FX_MUST_CHECK int fx_message_copy(struct fx_message *dst, const struct fx_message *src);

enum fx_job_command { FX_JC_DELETE = 1, FX_JC_PAUSE = 2, FX_JC_RESUME = 3 };

#endif
