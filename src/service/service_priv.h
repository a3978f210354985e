/* SPDX-License-Identifier: Apache-2.0 */
/** @file service/service_priv.h  Shared by the files of this room. */
#ifndef FX_SERVICE_SERVICE_PRIV_H
#define FX_SERVICE_SERVICE_PRIV_H

#include "base/gate.h"
#include "base/list.h"
#include "base/log.h"
#include "document/coverpages.h"
#include "queue/journal.h"
#include "service/access.h"
#include "service/book.h"
#include "service/event_log.h"
#include "route/method.h"
#include "service/plugins.h"
#include "service/service.h"

#define FX_UPLOAD_MAX_BYTES (UINT64_C(256) << 20)
#define FX_UPLOADS_PER_USER 256u
#define FX_UPLOAD_KEEP_S 3600
#define FX_TEXT_MAX 4096u
#define FX_PROFILE_MAX 65536u
#define FX_CALL_LOG_MAX (8u << 20)
#define FX_MESSAGES_MAX 10000u /**< in one answer */

struct fx_service {
	struct fx_loop *loop;
	struct fx_store *store;
	struct fx_spool *spool;
	struct fx_ports *ports;
	struct fx_queue *queue;
	struct fx_route *route;
	struct fx_journal *journal; /* the queue's */
	struct fx_config config;
	struct fx_link changes; /* config.c: of the configuration, in order of arrival */
	bool changing;          /* the first of them is being written */
	struct fx_link outbound_changes; /* outbound.c: as above, of groups and rules */
	bool outbound_writing;
	uid_t own_uid;
	struct fx_access *access;     /* access.c: the table of who may do what */
	struct fx_link accounts;      /* fx_account.link */
	struct fx_link lookups;       /* account.c: going on in workers */
	struct fx_link named;         /* login_name.c: of those who come by name */
	struct fx_gate *uid_gate, *name_gate; /* account.c, login_name.c: in workers at once */
	struct fx_book book;          /* book.c: the accounts that are kept */
	struct fx_link making;        /* accounts.c */
	struct fx_link reassigning;   /* reassign.c */
	struct fx_link securing;      /* security.c */
	const struct fx_password_ops *password; /* password.c; NULL = none */
	void *password_arg;
	struct fx_link passwords;     /* password.c: asked, not yet answered */
	char *home_domains;           /* login_name.c */
	size_t n_lookups;             /* logins that wait */
	struct fx_timer *minute;      /* account.c: runs while somebody is connected */
	struct fx_log_bound uploads_full; /* lines about users with too many uploads */
	struct fx_log_bound unknown;  /* lines about users that nobody knows */
	char *provider_text, *render_program, *state_dir;
	struct fx_link uploads; /* fx_upload.link */
	struct fx_timer *upload_sweep;
	struct fx_event_log *log;
	uint64_t newest_job_id; /* the largest that events were told of */
	struct fx_timer *activity; /* event.c: runs when the counts may have changed */
	struct fx_told_bits {
		uint32_t device_id, bits;
	} *bits; /* event.c: what each line did last */
	size_t n_bits;
	struct fx_archive *archive;
	struct fx_activity_log *activity_log;
	struct fx_coverpages *covers; /* borrowed; NULL = none */
	bool letter;
	struct fx_link cover_views;
	struct fx_link views; /* work that will call back */
	struct fx_link calls; /* pending.link: changes not yet durable */
	struct fx_health *render_health; /* lines of the render program's --check */
	size_t n_render_health;
	fx_service_health_fn *more_health; /* NULL: none */
	void *more_health_arg;
	struct fx_render_check *check;
	fx_plugin_state_fn *plugin_state;
	fx_plugin_more_fn *plugin_more; /* plugins.c */
	void *plugin_arg;
	bool plugins_changing;
};

/**
 * The one place where rights are checked. `owner` is true when the thing is the
 * caller's own and ownership is enough. A refusal is logged with who, what, right.
 * @return 0 or FX_EACCES
 */
FX_MUST_CHECK int fx_service_allow(const struct fx_caller *c, enum fx_right right, bool owner,
				   const char *what);
static inline bool fx_service_owns(const struct fx_caller *c, const struct fx_job *job)
{
	return c->uid == (uid_t)job->uid;
}

/* pending.c: a change that is under way, answered when durable */
struct fx_pending {
	struct fx_link link;
	struct fx_service *s; /* NULL: the service is gone, nobody is told */
	fx_service_done_fn *done;
	fx_queue_done_fn *queue_done;
	fx_queue_batch_fn *batch_done;
	void *arg;
	uint64_t id;
	void *extra; /* freed with it */
	void (*finish)(struct fx_pending *p, int err); /* before done, may be NULL */
};
struct fx_pending *fx_pending_new(struct fx_service *s, fx_service_done_fn *done, void *arg);
void fx_pending_free(struct fx_pending *p);
void fx_pending_done(void *arg, int err, const struct fx_reason *why); /* fx_store_done_fn */
void fx_pending_queue_done(void *arg, int err, uint64_t id, uint32_t client_id,
			   const struct fx_reason *why);

/* access.c */
FX_MUST_CHECK int fx_access_new(struct fx_service *s, const struct fx_service_prm *prm);
void fx_access_free(struct fx_service *s);
/**
 * What somebody holds.
 * @param groups  names, a line each; NULL = none
 * @param why     optional, room for 256
 */
uint32_t fx_access_of(const struct fx_service *s, uid_t uid, const char *user, const char *groups,
		      char *why);

/** All rows as fx_service_access_list() has them, without a right. fx_free(*ret). */
FX_MUST_CHECK int fx_access_rows(const struct fx_service *s, struct fx_access_row **ret,
				 size_t *ret_n);
/** These instead of all that the store has. As fx_service_access_change(), without a right. */
FX_MUST_CHECK int fx_access_replace(struct fx_service *s, const struct fx_caller *c,
				    const struct fx_access_entry *v, size_t n,
				    fx_service_done_fn *done, void *arg);

/* account.c */
FX_MUST_CHECK int fx_accounts_init(struct fx_service *s);
void fx_accounts_free(struct fx_service *s);
/** Go on as a user of the machine, or as an account of ours that is in the book.
 * @param from  its client and address */
void fx_account_log_in(struct fx_service *s, uint32_t uid, const struct fx_login_name *from,
		       fx_service_login_fn *done, void *arg);
/** Who came since the start: when he last came or went, and his connections now. */
void fx_accounts_each_seen(const struct fx_service *s,
			   void (*fn)(void *arg, uint32_t uid, int64_t at, uint32_t connections),
			   void *arg);
/** Is an account made for whoever comes? */
bool fx_accounts_automatic(const struct fx_service *s);
/** accounts.c */
void fx_making_free(struct fx_service *s);
/** "DOMAIN\\user", "user@DOMAIN", "HOST\\user", "user" in parts. @return false: no name */
bool fx_service_name_split(const struct fx_service *s, const char *text,
			   char user[FX_ACCESS_NAME_SIZE], char domain[FX_ACCESS_NAME_SIZE]);
/** password.c */
void fx_passwords_free(struct fx_service *s);
/** reassign.c */
void fx_reassign_free(struct fx_service *s);
/** security.c */
void fx_security_free(struct fx_service *s);
/** login_name.c */
bool fx_service_is_home(const struct fx_service *s, const char *domain);
void fx_named_free(struct fx_service *s);
/** The table changed: everybody's rights anew. */
void fx_accounts_refresh(struct fx_service *s);
/** A name of the machine's directories, looked up in a worker. */
struct fx_lookup {
	enum fx_access_kind kind; /* USER by name or, name empty, by uid; GROUP by name */
	char name[FX_ACCESS_NAME_SIZE];
	uid_t uid;
	bool no_groups; /* of a user: the name alone */
	/* results */
	bool failed;  /* nobody could say; else `found` does */
	bool found;
	char *groups; /* of a user: names, a line each; the caller's */
};
#define FX_WHO_NAME_SIZE (2 * FX_ACCESS_NAME_SIZE)
/** A name of the network on this machine, looked up in a worker. */
struct fx_who {
	char user[FX_ACCESS_NAME_SIZE], domain[FX_ACCESS_NAME_SIZE]; /**< domain "" = here */
	/* results */
	bool failed, found;
	uid_t uid;
	char name[FX_ACCESS_NAME_SIZE]; /**< as the machine writes it */
};
/** Worker thread; touches w only. */
void fx_who_run(struct fx_who *w);
/** Worker thread; touches l only. */
void fx_lookup_run(struct fx_lookup *l);
void fx_pending_batch_done(void *arg, int err, struct fx_queue_ids parent,
			   const struct fx_queue_ids *ids, const struct fx_reason *why);

/* job.c */
FX_MUST_CHECK int fx_service_check_texts(const struct fx_job *job, struct fx_reason *reterr);

/** Remove a message that nobody asked to be removed. Takes m's texts in any case. */
FX_MUST_CHECK int fx_service_expire_message(struct fx_service *s, struct fx_message *take_m,
					    fx_service_done_fn *done, void *arg);

/* archive.c */
FX_MUST_CHECK int fx_archive_new(struct fx_service *s);
void fx_archive_free(struct fx_service *s);
void fx_archive_again(struct fx_service *s); /**< the limits changed */
void fx_archive_added(struct fx_service *s, uint64_t id);
/** Its file is still there. */
void fx_archive_removing(struct fx_service *s, const struct fx_message *m);
/** @param ret_over  More than the high mark, and not below the low one since */
uint64_t fx_archive_bytes(const struct fx_service *s, bool *ret_over);

/* activity.c */
FX_MUST_CHECK int fx_activity_log_new(struct fx_service *s);
void fx_activity_log_free(struct fx_service *s);

/* general.c */
/** fx_service_check_folder() without the right. @param max characters */
FX_MUST_CHECK int fx_service_look_at_folder(struct fx_service *s, const char *path, size_t max);

/* config.c */
void fx_service_changes_free(struct fx_service *s);

/* outbound.c */
void fx_service_outbound_free(struct fx_service *s);

/* service.c: fx_service_set_port() without its right */
FX_MUST_CHECK int fx_service_change_port(struct fx_service *s, const struct fx_port_info *info,
					 fx_service_done_fn *done, void *arg,
					 struct fx_reason *reterr);

/* upload.c */
/** Uploads named in `list` are the caller's, closed and unused: taken. */
FX_MUST_CHECK int fx_service_uploads_take(struct fx_service *s, const struct fx_caller *c,
				  const char *list, struct fx_reason *reterr);
void fx_service_uploads_give_back(struct fx_service *s, const char *list); /**< submit failed */
void fx_service_uploads_used(struct fx_service *s, const char *list);      /**< the queue's now */
/** A closed upload of this caller that nobody uses. */
bool fx_service_upload_is(struct fx_service *s, const struct fx_caller *c, const char *name);
void fx_service_uploads_free(struct fx_service *s);
FX_MUST_CHECK int fx_service_uploads_init(struct fx_service *s);

/* message.c */
/** What reading a fax of others needs. */
enum fx_right fx_service_read_right(const struct fx_service *s, bool incoming);
static inline bool fx_service_is_incoming(const struct fx_job *job)
{
	return job->type != FX_JT_SEND && job->type != FX_JT_BROADCAST;
}
/** Write it and tell. Takes its texts in any case. */
FX_MUST_CHECK int fx_message_change(struct fx_service *s, struct fx_message *take_m,
				    fx_service_done_fn *done, void *arg);
/** The message or queued job behind an id, if the caller may see it. Frees by fx_message_fini. */
FX_MUST_CHECK int fx_service_lookup(struct fx_service *s, const struct fx_caller *c, uint64_t id,
				    const char *what, struct fx_message *ret, bool *ret_live);

/** As fx_service_message_file(); *ret_cover: the cover page in front of it, -1 = none or in it. */
FX_MUST_CHECK int fx_service_message_files(struct fx_service *s, const struct fx_caller *c,
					   uint64_t id, int *ret_fd, int *ret_cover);

/* cover.c */
/** May the caller use this cover page (fx_job.cover_page)? *ret: as the queue takes it, the
 * caller's. @return 0, FX_ENOENT, FX_EDATA, FX_EACCES (ServerCoverpage), FX_EINVAL with words */
FX_MUST_CHECK int fx_service_cover_check(struct fx_service *s, const struct fx_caller *c,
					 const char *cover_page, char **ret,
					 struct fx_reason *reterr);
void fx_service_cover_views_free(struct fx_service *s);

/* view.c, health.c, event.c */
/** A TIFF of ours for the eye, as fx_service_view(). @param take_fd closed in any case, as
 * @param take_cover which is a TIFF that goes before it; -1 = none */
FX_MUST_CHECK int fx_service_view_file(struct fx_service *s, int take_fd, int take_cover,
				       enum fx_view view, uint32_t page, fx_service_view_fn *done,
				       void *arg);
void fx_service_views_free(struct fx_service *s);
void fx_service_health_start(struct fx_service *s);
void fx_service_health_free(struct fx_service *s);
/** It changed or went: its owners hear of it, and those who may read it. */
void fx_service_tell_message(struct fx_service *s, const struct fx_message *m);
void fx_service_tell(struct fx_service *s, enum fx_event_kind kind, uint64_t id,
		     const struct fx_job *job);
/** @param kinds  Bits 1 << enum fx_config_kind; 0 = of no kind that the later API has */
/** Of a message that is gone. */
void fx_service_tell_removed(struct fx_service *s, const struct fx_message *m);
void fx_service_tell_config(struct fx_service *s, uint32_t kinds);
void fx_service_tell_queue_state(struct fx_service *s);
void fx_service_tell_activity(void *arg); /**< fx_loop_fn */

#endif
