/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/service.h
 * What a user may do. Every request of every front door (rpc, http) comes here,
 * and the right is checked here and nowhere else (invariant 6).
 *
 * Results are in core's values; rpc turns them into wire structures.
 * Functions that change something finish later: done() is called on the loop when
 * the change is durable. When the function itself returns an error, done() is not
 * called. Every function may return FX_EACCES, FX_ENOMEM.
 * Thread: the loop thread.
 */
#ifndef FX_SERVICE_SERVICE_H
#define FX_SERVICE_SERVICE_H

#include <sys/types.h>
#include "base/bytes.h"
#include "core/config.h"
#include "core/job.h"
#include "core/port_info.h"
#include "queue/queue.h"
#include "route/route.h"
#include "service/rights.h"

#define FX_ACCESS_NAME_SIZE 128
struct fx_account; /* service/account.c: a user who was here, and what he holds now */
/** A known caller; made by login, copied freely, not used once the service is gone. */
struct fx_caller {
	uid_t uid;
	char user[FX_ACCESS_NAME_SIZE]; /**< "alice"; "EXAMPLE\\alice" of a domain */
	uint32_t rights;  /**< enum fx_right; of a caller without an account (tests) */
	char client[64];  /**< for the log: "unix pid 123" */
	char address[46]; /**< of a network client, numeric: where events are called back */
	bool remote;      /**< came by name, over the network; else from this machine */
	struct fx_account *account; /**< the service's; says what he holds now */
};

/** service/access.h has what can be done with these. */
enum fx_access_kind { FX_ACCESS_DEFAULT, FX_ACCESS_USER, FX_ACCESS_GROUP, FX_ACCESS_KINDS };
struct fx_access_entry {
	enum fx_access_kind kind;
	char name[FX_ACCESS_NAME_SIZE]; /**< of the user or group, UTF-8; "" of the default */
	uint32_t mask;                  /**< enum fx_right */
};

struct fx_coverpages;
struct fx_service;
struct fx_service_prm {
	struct fx_loop *loop;
	struct fx_store *store;
	struct fx_spool *spool;
	struct fx_ports *ports;
	struct fx_queue *queue;
	struct fx_route *route;
	uid_t own_uid;          /**< the service's user: all rights, like root */
	uint32_t user_rights;   /**< of every other local user: [rights] users */
	const struct fx_access_entry *access; /**< users and groups of the file; copied */
	size_t n_access;
	const char *provider_text; /**< for health(): which providers are configured */
	const char *render_program; /**< for health(): its --check is run once; NULL = none */
	struct fx_coverpages *covers; /**< common ones; NULL = none; must outlive the service */
	bool letter;               /**< paper of their previews */
	const char *state_dir;     /**< for health(); NULL = unknown */
	const char *home_domains;  /**< domains and realms whose plain names are users of this
				    *   machine, blanks between them; NULL = none */
};
FX_MUST_CHECK int fx_service_new(const struct fx_service_prm *prm, const struct fx_config *config,
				 struct fx_service **ret, struct fx_reason *reterr);
struct fx_service *fx_service_free(struct fx_service *s);

typedef void(fx_service_login_fn)(void *arg, int err, const struct fx_caller *caller);
/**
 * Peer credentials to a caller. The user and his groups are looked up in a worker, since a
 * directory may be slow; who was looked up within a minute is known at once. done() is called
 * once, perhaps before this returns: 0, FX_EACCES (unknown uid), FX_ENOMEM, FX_EBUSY (too many
 * wait), FX_ECANCELED (the service goes).
 */
void fx_service_login(struct fx_service *s, uid_t uid, gid_t gid, pid_t pid,
		      fx_service_login_fn *done, void *arg);
/** A name that was proved over the network, to a caller. */
struct fx_login_name {
	const char *user;   /**< UTF-8, without domain */
	const char *domain; /**< domain or realm that vouches for it; "" = our own users */
	const char *client; /**< for the log: "tcp 192.0.2.7:49152 ntlm" */
	const char *address; /**< numeric, without port; fx_caller.address */
};
/**
 * As fx_service_login(). A name that is a user of this machine, too, is that user: the same uid,
 * rights, jobs and messages as on the local socket; any other has an account of the service's own
 * (uid FX_UID_ACCOUNTS or above, kept for good). A name of a domain is such a user only when the
 * machine knows him with his domain, or the domain is one of home_domains: nobody becomes a user
 * here because another realm has one of his name (decision 0610). The superuser is refused: a
 * password that went over a network shall not be worth all rights. The texts are copied.
 * @return by done(): also FX_EACCES (root, no account and none is made, no right at all, a name
 * that may mean two), FX_EINVAL (no name), FX_EIO (the directory of users cannot be asked),
 * FX_ELIMIT (too many accounts)
 */
void fx_service_login_name(struct fx_service *s, const struct fx_login_name *name,
			   fx_service_login_fn *done, void *arg);
#define FX_UID_ACCOUNTS 0x80000000u
/** Once for each caller that login gave, when the connection ends; copies may live on. */
void fx_service_logout(const struct fx_caller *c);
/** Reload: what the settings file says from now on, for those connected too.
 * @return 0 or FX_ENOMEM (nothing changed) */
FX_MUST_CHECK int fx_service_set_access(struct fx_service *s, uint32_t user_rights,
					const struct fx_access_entry *access, size_t n);
/** Reload: as home_domains of the parameters. @return 0 or FX_ENOMEM (nothing changed) */
FX_MUST_CHECK int fx_service_set_home_domains(struct fx_service *s, const char *domains);
/** True when all bits of `rights` are held now: a change counts from the next call on. */
bool fx_service_has(const struct fx_caller *c, uint32_t rights);
/** What the caller holds now, enum fx_right; to show it, not to decide by it. */
uint32_t fx_service_rights(const struct fx_caller *c);
/**
 * The check alone, for what a front door does without the service (a handle, an argument whose
 * error must not come before the missing right). A refusal is logged: who, `what`, which right.
 * @return 0 or FX_EACCES
 */
FX_MUST_CHECK int fx_service_check(const struct fx_caller *c, enum fx_right right,
				   const char *what);
/** The same for what is open to any account with any right (ms-fax.md 3: ANY). */
FX_MUST_CHECK int fx_service_check_any(const struct fx_caller *c, const char *what);

/** May he see ports at all? For answers that leave them out where not; that is no refused call. */
bool fx_service_sees_ports(const struct fx_caller *c);

typedef void(fx_service_done_fn)(void *arg, int err, const struct fx_reason *why);

/* Ports: PORT_QUERY, PORT_SET */
FX_MUST_CHECK int fx_service_ports(struct fx_service *s, const struct fx_caller *c,
				   struct fx_port_info **ret, size_t *ret_n); /**< fx_free(*ret) */
FX_MUST_CHECK int fx_service_port(struct fx_service *s, const struct fx_caller *c,
				  uint32_t device_id, struct fx_port_info *ret); /**< FX_ENODEV */
FX_MUST_CHECK int fx_service_port_status(struct fx_service *s, const struct fx_caller *c,
					 uint32_t device_id, struct fx_port_status *ret);
/** Only device_id, send, receive, rings, priority, tsid and csid of info count. */
FX_MUST_CHECK int fx_service_set_port(struct fx_service *s, const struct fx_caller *c,
				      const struct fx_port_info *info, fx_service_done_fn *done,
				      void *arg, struct fx_reason *reterr);
/** The same with manual_answer and description, and without priority. */
FX_MUST_CHECK int fx_service_set_port_ex(struct fx_service *s, const struct fx_caller *c,
					 const struct fx_port_info *info, fx_service_done_fn *done,
					 void *arg, struct fx_reason *reterr);

/* Configuration: CONFIG_QUERY, CONFIG_SET */
FX_MUST_CHECK int fx_service_config(struct fx_service *s, const struct fx_caller *c,
				    struct fx_config *ret); /**< fx_config_fini */
/** Changes *config, which is what the newest accepted change made of it. @return 0 or why not */
typedef int(fx_service_config_fn)(void *arg, struct fx_config *config);
/**
 * CONFIG_SET only: read and write in one step. change() is called before this returns, after the
 * right was checked. Only the fields that it changed are written, over what is in force when its
 * turn comes, so that two clients never undo each other's fields.
 * @return 0, change()'s error, FX_EINVAL (a value is out of range)
 */
FX_MUST_CHECK int fx_service_change_config(struct fx_service *s, const struct fx_caller *c,
					   fx_service_config_fn *change, void *change_arg,
					   fx_service_done_fn *done, void *arg,
					   struct fx_reason *reterr);
/** Is the outgoing queue paused, is either queue closed to new faxes? Any right. */
struct fx_queue_states {
	bool paused, block_outgoing, block_incoming;
};
FX_MUST_CHECK int fx_service_queue_states(struct fx_service *s, const struct fx_caller *c,
					  struct fx_queue_states *ret);
/** May clients use cover pages of their own (ServerCoverpage is FALSE)? Any right. */
/** Are delivery reports mailed (DRT_EMAIL)? No right is needed to know. */
bool fx_service_offers_reports(const struct fx_service *s);
/** One mail address? */
bool fx_service_report_address_good(const char *address);
FX_MUST_CHECK int fx_service_personal_covers(struct fx_service *s, const struct fx_caller *c,
					     bool *ret);
/** Numbers of jobs of all users, contents of none. CONFIG_QUERY. */
struct fx_activity {
	uint32_t incoming, routing; /**< being received; received, being delivered */
	uint32_t outgoing, queued;  /**< being sent; all other outgoing ones */
};
FX_MUST_CHECK int fx_service_activity(struct fx_service *s, const struct fx_caller *c,
				      struct fx_activity *ret);

/* Upload: JOB_SUBMIT. A file in the queue folder under a name of ours. */
struct fx_upload;
/** @param ext ".tif", ".pdf", ".ps", ".txt", ".png", ".jpg", ".cov" ...; else FX_EINVAL */
FX_MUST_CHECK int fx_service_upload_start(struct fx_service *s, const struct fx_caller *c,
					  const char *ext, struct fx_upload **ret);
const char *fx_upload_name(const struct fx_upload *u);
/** @return 0, FX_ENOSPC, FX_ELIMIT (256 MiB), FX_EIO */
FX_MUST_CHECK int fx_upload_write(struct fx_upload *u, const void *p, size_t n);
/** Close; the file stays for submit by the same user for an hour. Frees u. */
int fx_upload_end(struct fx_upload *u);
void fx_upload_abort(struct fx_upload *u); /**< connection lost: close and delete */

/* Jobs. JOB_QUERY, or owner; JOB_MANAGE, or owner. */
/** job: the sender's fields; upload_file = names from fx_upload_name(), checked here; cover_page
 * as in core/job.h, a personal one being an upload of its own; upload_file NULL = cover page alone.
 * @return also FX_ENOENT (no such document or cover page), FX_EDATA (no cover page of ours) */
FX_MUST_CHECK int fx_service_submit(struct fx_service *s, const struct fx_caller *c,
				    const struct fx_job *job, fx_queue_done_fn *done, void *arg,
				    struct fx_reason *reterr);
/**
 * Broadcasts (queue/queue.h). A whole one at once: parent with the document, a job for each
 * recipient; it takes no more then.
 */
FX_MUST_CHECK int fx_service_broadcast(struct fx_service *s, const struct fx_caller *c,
				       const struct fx_job *parent, const struct fx_job *jobs,
				       size_t n, fx_queue_batch_fn *done, void *arg,
				       struct fx_reason *reterr);
/** A parent that stays open until fx_service_broadcast_end(), which whoever called this owes. */
FX_MUST_CHECK int fx_service_broadcast_start(struct fx_service *s, const struct fx_caller *c,
					     const struct fx_job *parent, fx_queue_batch_fn *done,
					     void *arg, struct fx_reason *reterr);
/** Recipients for an open broadcast of the caller's, by the parent's number. @return FX_ENOMSG,
 * FX_ESTATE, FX_EDATA as fx_queue_broadcast() */
FX_MUST_CHECK int fx_service_broadcast_add(struct fx_service *s, const struct fx_caller *c,
					   uint32_t parent, const struct fx_job *jobs, size_t n,
					   fx_queue_batch_fn *done, void *arg,
					   struct fx_reason *reterr);
/** No right is asked for: by the id that the start gave. */
void fx_service_broadcast_end(struct fx_service *s, uint64_t parent_id);
/** Cancel all of it. Owner, or JOB_MANAGE. @return FX_ENOMSG, FX_EINVAL (already) */
FX_MUST_CHECK int fx_service_broadcast_cancel(struct fx_service *s, const struct fx_caller *c,
					      uint32_t parent, fx_service_done_fn *done, void *arg);
/** Number of the broadcast that a queued job belongs to; 0 = none. */
uint32_t fx_service_parent_number(struct fx_service *s, const struct fx_job *job);
/** Recipients of a broadcast that are still in the queue; 0 when it is none. */
size_t fx_service_broadcast_count(struct fx_service *s, const struct fx_job *parent);

/** Longer lists are FX_ELIMIT: they would hold up everybody; a page at a time does not. */
#define FX_SERVICE_LIST_MAX 100000u
/** Copies of all jobs; JOB_QUERY (FaxEnumJobs). fx_service_jobs_free(). */
FX_MUST_CHECK int fx_service_all_jobs(struct fx_service *s, const struct fx_caller *c,
				      struct fx_job **ret, size_t *ret_n);
/** Copies of the visible jobs: with JOB_QUERY all, with any other right the caller's own. */
FX_MUST_CHECK int fx_service_jobs(struct fx_service *s, const struct fx_caller *c,
				  struct fx_job **ret, size_t *ret_n);
/** The same, at most `max` of those with larger ids; looks at FX_SERVICE_PAGE_LOOK jobs at most, so
 * that a page without any is not the end: *ret_next is where to go on, 0 = that was all. */
#define FX_SERVICE_PAGE_LOOK 100000u
FX_MUST_CHECK int fx_service_jobs_page(struct fx_service *s, const struct fx_caller *c,
				       uint64_t after_id, size_t max, struct fx_job **ret,
				       size_t *ret_n, uint64_t *ret_next);
void fx_service_jobs_free(struct fx_job *jobs, size_t n);
/** By the number that clients see. @return FX_ENOMSG */
FX_MUST_CHECK int fx_service_job(struct fx_service *s, const struct fx_caller *c,
				 uint32_t client_id, struct fx_job *ret); /**< fx_job_fini */
FX_MUST_CHECK int fx_service_job_by_id(struct fx_service *s, const struct fx_caller *c,
				       uint64_t id, struct fx_job *ret);
/** FPS_* of the port that works on the job, 0 = none. */
uint32_t fx_service_job_fps(struct fx_service *s, const struct fx_job *job);
FX_MUST_CHECK int fx_service_job_command(struct fx_service *s, const struct fx_caller *c,
					 uint32_t client_id, enum fx_job_command cmd,
					 fx_service_done_fn *done, void *arg);
/** First page as TIFF Class F. @return FX_EDATA when the job is not outgoing or not rendered yet */
FX_MUST_CHECK int fx_service_page_data(struct fx_service *s, const struct fx_caller *c,
				       uint32_t client_id, struct fx_buf *ret, uint32_t *ret_width,
				       uint32_t *ret_rows);
/** Attempts of a job or message (live or finished), and the text of one session log. */
FX_MUST_CHECK int fx_service_attempts(struct fx_service *s, const struct fx_caller *c, uint64_t id,
				      struct fx_attempt **ret, size_t *ret_n);
FX_MUST_CHECK int fx_service_call_log(struct fx_service *s, const struct fx_caller *c,
				      uint64_t id, uint64_t attempt_id, struct fx_buf *ret);
/** Job id (64-bit) behind a client number: the live job, else the newest message that had it, by
 * the store's index, so that neither time nor memory grows with the archive. @return FX_ENOMSG */
FX_MUST_CHECK int fx_service_resolve(struct fx_service *s, const struct fx_caller *c,
				     uint32_t client_id, uint64_t *ret_id);

/*
 * Messages. Sent ones: owner, or JOB_QUERY. Received ones: everybody when incoming_public, else
 * those they are assigned to, or JOB_MANAGE (decision 0611). `read` of one is the caller's own.
 */
/** Of whom, as far as the caller may see them. */
struct fx_scope {
	bool all;
	uint32_t uid;
};
/** Messages of one account: sent by it; received and assigned to it, or public and its own. */
FX_MUST_CHECK int fx_service_messages_of(struct fx_service *s, const struct fx_caller *c,
					 const struct fx_scope *scope, enum fx_folder folder,
					 uint64_t after_id, size_t max, struct fx_message **ret,
					 size_t *ret_n);
/**
 * A scope as 88, 90 and 92 name it: all accounts need JOB_QUERY; NULL is the caller; somebody
 * else's needs JOB_QUERY, too.
 * @return 0, FX_EACCES (all), FX_EINVAL (another's, or nobody's)
 */
FX_MUST_CHECK int fx_service_scope(struct fx_service *s, const struct fx_caller *c, bool all,
				   const char *account, struct fx_scope *ret);
/** Is this job in the scope? Received ones are in everybody's own when public. */
bool fx_service_in_scope(struct fx_service *s, const struct fx_caller *c,
			 const struct fx_scope *scope, const struct fx_job *job);
/** What ReAssignMessage carries (ms-fax.md 5); NULL texts stay as they are. */
struct fx_reassign {
	const char *recipients; /**< names of accounts or users of this machine, ';' between */
	const char *sender_name, *sender_number, *subject;
	bool has_cover;
};
/**
 * Assign a received fax to these, instead of whom it belonged to. JOB_MANAGE.
 * @return, or to done(), FX_ENOENT (no such received fax), FX_EINVAL (nobody, or no such user),
 * FX_EOVERFLOW (a text is too long), FX_ESTATE (received faxes are public), FX_ELIMIT, FX_EIO
 */
FX_MUST_CHECK int fx_service_reassign(struct fx_service *s, const struct fx_caller *c, uint64_t id,
				      const struct fx_reassign *to, fx_service_done_fn *done,
				      void *arg, struct fx_reason *reterr);
FX_MUST_CHECK int fx_service_messages(struct fx_service *s, const struct fx_caller *c,
				      enum fx_folder folder, uint64_t after_id, size_t max,
				      struct fx_message **ret, size_t *ret_n);
/** The same, newest first: those with ids below before_id, 0 = from the newest on. */
FX_MUST_CHECK int fx_service_newest_messages(struct fx_service *s, const struct fx_caller *c,
					     enum fx_folder folder, uint64_t before_id, size_t max,
					     struct fx_message **ret, size_t *ret_n);
void fx_service_messages_free(struct fx_message *m, size_t n);
FX_MUST_CHECK int fx_service_message(struct fx_service *s, const struct fx_caller *c,
				     uint64_t id, struct fx_message *ret); /**< FX_ENOMSG */
/** Read-only descriptor of the message's (or queued job's) fax TIFF; the caller closes it. */
/* @return also FX_EAGAIN: it is in two files (cover page and document of a queued job), to be had
 * as one from fx_service_view(FX_VIEW_TIFF) */
FX_MUST_CHECK int fx_service_message_file(struct fx_service *s, const struct fx_caller *c,
					  uint64_t id, int *ret_fd);
/** @return also FX_ESTATE: it is still being routed, its job is to be deleted before */
/** May the caller still read what message_file() or view() gave him? Logged when not. */
FX_MUST_CHECK bool fx_service_may_read(struct fx_service *s, const struct fx_caller *c,
				       uint64_t id);
FX_MUST_CHECK int fx_service_remove_message(struct fx_service *s, const struct fx_caller *c,
					    uint64_t id, fx_service_done_fn *done, void *arg);
FX_MUST_CHECK int fx_service_set_message_read(struct fx_service *s, const struct fx_caller *c,
					      uint64_t id, bool read, fx_service_done_fn *done,
					      void *arg);
/** PDF or PNG of a message or queued job: CONVERT_PDF whole, CONVERT_PNG one page (from 1). */
enum fx_view { FX_VIEW_TIFF, FX_VIEW_PDF, FX_VIEW_PNG };
typedef void(fx_service_view_fn)(void *arg, int err, const uint8_t *p, size_t n, uint32_t pages);
/** Runs in a worker thread, done on the loop. */
FX_MUST_CHECK int fx_service_view(struct fx_service *s, const struct fx_caller *c, uint64_t id,
				  enum fx_view view, uint32_t page, fx_service_view_fn *done,
				  void *arg);

/** What is wrong with the running service and the remedy, one check a line; for doctor. */
struct fx_health {
	char name[40];   /**< "disk", "store", "host loop", "render sandbox" */
	int level;       /**< 0 good, 1 warning, 2 broken */
	char text[240];  /**< what was found, and the remedy */
};
FX_MUST_CHECK int fx_service_health(struct fx_service *s, const struct fx_caller *c,
				    struct fx_health **ret, size_t *ret_n);
/** What somebody else knows: the doors on the network. @return lines put into v, at most max */
typedef size_t(fx_service_health_fn)(void *arg, struct fx_health *v, size_t max);
void fx_service_more_health(struct fx_service *s, fx_service_health_fn *fn, void *arg);

/* Events of jobs, messages, configuration and ports, for readers of the front doors. */
enum fx_event_kind {
	FX_EVENT_JOB,
	FX_EVENT_JOB_REMOVED,
	FX_EVENT_MESSAGE,
	FX_EVENT_CONFIG,
	FX_EVENT_PORT,
	FX_EVENT_FAX, /**< as winfax.md 6 has them */
	/* of the later API (ms-fax.md 4.3); service/event_log.h has what they carry */
	FX_EVENT_QUEUE_STATE,
	FX_EVENT_ACTIVITY,     /**< the counts of fx_service_activity() changed; once a second */
	FX_EVENT_DEVICE_STATUS,
};
/** As in ms-fax.md 6.2. */
enum fx_queue_bit { FX_QUEUE_IN_BLOCKED = 1, FX_QUEUE_OUT_BLOCKED = 2, FX_QUEUE_OUT_PAUSED = 4 };
/** May he hear of faxes that come in? No refused call is logged. */
bool fx_service_hears_incoming(const struct fx_service *s, const struct fx_caller *c);
/** service/event_log.h. Borrowed. */
struct fx_event_log *fx_service_log(struct fx_service *s);

/* Wiring by the daemon: it hands these on from the port table, queue and route. */
void fx_service_on_job(struct fx_service *s, const struct fx_job *job, bool removed);
void fx_service_on_message(struct fx_service *s, uint64_t id, enum fx_folder folder);
/** What a line does may have changed, or a new port came. */
/** Its words changed: what the routing methods made of it. */
void fx_service_on_message_changed(struct fx_service *s, uint64_t id);
void fx_service_on_port(struct fx_service *s, struct fx_port *port);
void fx_service_on_fax_event(struct fx_service *s, const struct fx_fax_event *e);
/** The first and the last event of a log. */
void fx_service_started(struct fx_service *s);
void fx_service_ended(struct fx_service *s);

#endif
