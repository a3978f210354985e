/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file store/backend.h
 * What the door shares with the back ends: transactions as lists of
 * operations, and the interface that memory and SQLite implement.
 */
#ifndef FX_STORE_BACKEND_H
#define FX_STORE_BACKEND_H

#include <pthread.h>
#include <stdatomic.h>
#include "base/list.h"
#include "store/store.h"

/** Ids are reserved on the disk in blocks of this many; see fx_store_new_id(). */
#define FX_STORE_ID_BLOCK 1024
/** Most transactions that share one sync: bounds how long the first one waits. */
#define FX_STORE_GROUP_MAX 256

#define FX_OP_TABLE(X)                                                                             \
	X(CONFIG, "config") X(PORT, "port") X(JOB, "job") X(DEL_JOB, "-job")                       \
	X(ATTEMPT, "attempt") X(PAGE, "page") X(MESSAGE, "message") X(DEL_MESSAGE, "-message")     \
	X(META, "meta") X(DEL_META, "-meta")
enum fx_op_kind {
#define X(name, id) FX_OP_##name,
	FX_OP_TABLE(X)
#undef X
	FX_OP_COUNT
};

struct fx_meta {
	char *key, *value;
};

/** One change. The record is a deep copy that the operation owns; NULL once it was moved out. */
struct fx_op {
	struct fx_link link;
	enum fx_op_kind kind;
	uint64_t id; /**< of what is put or deleted; 0 for config and meta */
	union {
		void *any;
		struct fx_config *config;
		struct fx_port_info *port;
		struct fx_job *job;
		struct fx_attempt *attempt;
		struct fx_page *page;
		struct fx_message *message;
		struct fx_meta *meta;
	} u;
};

/** A file (fd) or a folder (path) to make durable before the commit. */
struct fx_sync {
	struct fx_link link;
	int fd;     /**< ours; -1 = folder */
	char *path; /**< NULL = file */
};

struct fx_txn {
	struct fx_link link; /**< in the queue, the group, then the finished ones */
	struct fx_link ops;
	struct fx_link syncs;
	uint64_t number;     /**< for the trace */
	uint64_t reserve_to; /**< ids below are given away or reserved; 0 = nothing to write */
	fx_store_done_fn *done;
	void *arg;
	bool unsynced; /**< a file could not be made durable: takes no part in the commit */
	int err;
	struct fx_reason why;
};

struct fx_store_ops {
	const char *name;
	bool in_place; /**< commits always run on the loop's thread: nothing there can block */
	/**
	 * Commit each transaction of the group that is not `unsynced`, in order; sets err and
	 * why of each. Whole or not at all, each for itself. Store thread, or the loop's when
	 * in_place or on a virtual loop; never both at once.
	 */
	void (*commit)(struct fx_store *s, struct fx_link *group);
	/* Loop thread. As the functions of store.h; on error they may set s->read_why. */
	int (*get_config)(struct fx_store *s, struct fx_config *ret);
	int (*get_meta)(struct fx_store *s, const char *key, char **ret);
	/** The first key not below `from`, or above it; whatever it starts with. */
	int (*next_meta)(struct fx_store *s, const char *from, bool above, char **ret_key,
			 char **ret);
	int (*get_message)(struct fx_store *s, uint64_t id, struct fx_message *ret);
	int (*each_port)(struct fx_store *s, bool (*fn)(void *, const struct fx_port_info *),
			 void *arg);
	int (*each_job)(struct fx_store *s, bool (*fn)(void *, const struct fx_job *), void *arg);
	int (*each_attempt)(struct fx_store *s, uint64_t job_id,
			    bool (*fn)(void *, const struct fx_attempt *), void *arg);
	int (*each_page)(struct fx_store *s, uint64_t job_id,
			 bool (*fn)(void *, const struct fx_page *), void *arg);
	int (*each_message)(struct fx_store *s, enum fx_folder folder, uint64_t after_id,
			    bool (*fn)(void *, const struct fx_message *), void *arg);
	/** before_id is 1 to INT64_MAX */
	int (*each_message_back)(struct fx_store *s, enum fx_folder folder, uint64_t before_id,
				 bool (*fn)(void *, const struct fx_message *), void *arg);
	int (*find_message)(struct fx_store *s, uint32_t client_id, uint64_t *ret);
	/** Loop thread, after the last commit. Frees the store's memory. */
	void (*close)(struct fx_store *s);
};

/** Outlives the store when a delivery is still posted at its close. */
struct fx_mailbox {
	struct fx_store *store; /**< NULL = closed */
};

/** Base of every back end, its first member. */
struct fx_store {
	const struct fx_store_ops *ops;
	struct fx_loop *loop;
	bool in_place;
	struct fx_mailbox *mailbox;
	struct fx_reason read_why;
	/* loop thread */
	uint64_t next_id, reserve_asked, n_commits;
	unsigned reading; /**< depth of reads going on; commits in place wait for their end */
	bool delivering;
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t wake;     /**< to the store thread */
	pthread_cond_t progress; /**< from the store thread */
	struct fx_link queue, finished;
	size_t unfinished; /**< queued or being committed */
	bool posted, quit;
	pthread_t thread;
	bool has_thread;
	_Atomic uint64_t reserved; /**< ids below this are reserved on the disk */
};

/**
 * Make a store of a back end's memory ready; s->ops and s->loop are set.
 * @param next_id  First id to give; all below `reserved` are already reserved
 * @return 0 or FX_ENOMEM (then nothing needs undoing)
 */
FX_MUST_CHECK int fx_store_base_init(struct fx_store *s, uint64_t next_id, uint64_t reserved);

const char *fx_op_kind_str(enum fx_op_kind k);
/** Frees the record of a kind (config, job ...) with its texts. NULL is fine. */
void fx_op_record_free(enum fx_op_kind kind, void *record);
/** Sync the files of a group; sets unsynced, err and why of those that fail. */
void fx_txn_sync_group(struct fx_link *group);

#endif
