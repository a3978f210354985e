/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file route/method.h
 * What a routing method implements, and what it is given (winfax.md 8): our own four (folder,
 * e-mail, print, inbox), and the methods of an extension, which lives in a host process.
 *
 * The fax is in the inbox and on disk before its first method runs. The enabled methods run one
 * after the other in order of priority; each has one start() with one done(). A method that
 * failed does not stop the next ones; one that asks for it is started again later, with the
 * opaque bytes it left. How it went is recorded before the next one starts; after a crash, one
 * whose end was not recorded yet is started again.
 *
 * Thread: the loop thread, both directions. Nothing here may block: slow work runs in a thread
 * or process of its own.
 */
#ifndef FX_ROUTE_METHOD_H
#define FX_ROUTE_METHOD_H

#include <stddef.h>
#include "base/loop.h"
#include "core/job.h"
#include "core/routing.h"

struct fx_route;
struct fx_route_method;
struct fx_route_run;

/** The fax (FAX_ROUTE, winfax.md 8.4). Borrowed while the run is. */
struct fx_route_fax {
	uint64_t id;             /**< message */
	uint32_t client_id;      /**< JobId, for the extension's callbacks */
	int64_t received_at;     /**< Unix s, start of the call */
	int64_t elapsed_s;       /**< how long the call took */
	uint32_t pages;
	uint32_t device_id;
	const char *device_name;
	const char *csid;        /**< ours; texts are UTF-8, never NULL */
	const char *tsid;        /**< of the far machine */
	const char *caller_id;
	const char *routing;     /**< dialled number, from the provider */
	const char *receiver_name, *receiver_number;
	const char *tiff_path;   /**< full path of the received fax; only to be read */
};
const struct fx_route_fax *fx_route_run_fax(const struct fx_route_run *run);

/** Bytes of a run, borrowed; p NULL = none. */
struct fx_route_bytes {
	const uint8_t *p;
	size_t n;
};
/** The method's data for this port, or what a rule of the settings says instead. */
struct fx_route_bytes fx_route_run_data(const struct fx_route_run *run);
/** Data that an earlier method set for this one (FaxRouteModifyRoutingData); overrides. */
struct fx_route_bytes fx_route_run_override(const struct fx_route_run *run);
/** What the method itself left at its last failure (FailureData); none at the first try. */
struct fx_route_bytes fx_route_run_failure(const struct fx_route_run *run);
uint32_t fx_route_run_tries(const struct fx_route_run *run); /**< before this one; 0 = first */

/*
 * The file list (winfax.md 8.6), from 0: the received TIFF, then what methods added.
 */
#define FX_ROUTE_FILES_MAX 64u
#define FX_ROUTE_PATH_MAX 4096u
size_t fx_route_run_n_files(const struct fx_route_run *run);
/** @param ret_guid  Optional: the adding method's, "" for the TIFF
 * @return full path, borrowed until the list changes; NULL outside */
const char *fx_route_run_file(const struct fx_route_run *run, size_t i, const char **ret_guid);
/** @return its number, FX_EINVAL (not a full path), FX_EEXIST, FX_ELIMIT, FX_ENOMEM */
FX_MUST_CHECK int fx_route_run_add_file(struct fx_route_run *run, const char *path,
					const char *guid);
/** The file itself stays. @return the number it had, FX_ENOENT, FX_EACCES (the TIFF) */
FX_MUST_CHECK int fx_route_run_delete_file(struct fx_route_run *run, const char *path);
/** For a method that comes later in this fax's order.
 * @return 0, FX_ENOENT (not enabled here), FX_ESTATE (had its turn), FX_ELIMIT, FX_ENOMEM */
FX_MUST_CHECK int fx_route_run_set_override(struct fx_route_run *run, const char *guid,
					    const uint8_t *p, size_t n);
/** The message belongs to a user of this machine from now on; recorded with the result. */
FX_MUST_CHECK int fx_route_run_set_owner(struct fx_route_run *run, uint32_t uid,
					 const char *user);

/**
 * Is this text good data of one of our own methods? (A path, mail addresses, a printer, a user;
 * not whether it is there.) Any thread. @return 0, also for a GUID that is not ours; FX_EINVAL
 */
FX_MUST_CHECK int fx_route_check_data(const char *guid, const char *text,
				      struct fx_reason *reterr);

enum fx_route_end {
	FX_ROUTE_DONE,
	FX_ROUTE_FAILED,  /**< for good */
	FX_ROUTE_RETRY,   /**< failed; start it again later */
	FX_ROUTE_DISABLED /**< the method says so for this port: as if it were not there */
};
struct fx_route_result {
	enum fx_route_end end;
	struct fx_route_bytes failure; /**< RETRY: given to the next try; copied; up to 64 KiB */
	const char *words; /**< failed: why, in plain words; done: optional, for the log */
};
/** Exactly one for each start() that returned 0, never from inside it. The run, what it lent and
 * the handle are gone after it. */
typedef void(fx_route_done_fn)(void *arg, const struct fx_route_result *result);
/** Answer to enable, get_data, set_data: p, n only of get_data. Also from inside the call. */
typedef void(fx_route_answer_fn)(void *arg, int err, const uint8_t *p, size_t n,
				 const struct fx_reason *why);

struct fx_route_method_ops {
	/**
	 * Route one fax. Different faxes may be under way at once.
	 * @return 0, or an error: then no done() comes, and it counts as RETRY
	 */
	int (*start)(struct fx_route_method *m, struct fx_route_run *run, fx_route_done_fn *done,
		     void *arg);
	/** Stop soon what runs; done() still comes, as from any run. Optional. */
	void (*cancel)(struct fx_route_method *m, struct fx_route_run *run);
	/** The service ends, or the method goes: what runs is dropped, no done() any more; answers
	 * that are owed are given with FX_ECANCELED; m is freed. Mandatory. */
	void (*close)(struct fx_route_method *m);
	/**
	 * Optional, of methods that keep data in the store with route: is it good?
	 * @param n  0 = no data (enabling asks so: FX_ESTATE when it cannot run without)
	 * @return 0, FX_ESTATE (lacks its data), FX_EINVAL
	 */
	int (*check)(struct fx_route_method *m, const uint8_t *p, size_t n,
		     struct fx_reason *reterr);
	/*
	 * All four or none, for a method that keeps these itself (an extension). None: route keeps
	 * them in the store.
	 */
	/** What it last said; must not block. */
	bool (*is_enabled)(struct fx_route_method *m, uint32_t device_id);
	/** @return as answer's err: 0, FX_ESTATE (ERROR_BAD_CONFIGURATION), FX_EIO ... */
	void (*enable)(struct fx_route_method *m, uint32_t device_id, bool on,
		       fx_route_answer_fn *answer, void *arg);
	void (*get_data)(struct fx_route_method *m, uint32_t device_id,
			 fx_route_answer_fn *answer, void *arg);
	void (*set_data)(struct fx_route_method *m, uint32_t device_id, const uint8_t *p,
			 size_t n, fx_route_answer_fn *answer, void *arg);
};

/** First member of a method's state. `info` is filled before adding; priority is route's. */
struct fx_route_method {
	const struct fx_route_method_ops *ops;
	struct fx_routing_method info;
};

/**
 * Add a method (plug-ins: at any time after fx_route_new()). It takes the place in the order that
 * it had before, a new one the last. A GUID that is there already: FX_EEXIST.
 * @param m  Route's after success, closed by ops->close(); the caller's after failure
 */
FX_MUST_CHECK int fx_route_add_method(struct fx_route *r, struct fx_route_method *take_m);
/** Its runs end as RETRY; calls ops->close(). Place and data stay for when it comes again. */
void fx_route_remove_method(struct fx_route *r, const char *guid);

/*
 * Administration; service/routing.c checks the rights. All changes are durable when answered.
 */
#define FX_ROUTE_METHODS_MAX 64u
size_t fx_route_n_methods(const struct fx_route *r);
/** In order of priority; NULL outside. */
struct fx_route_method *fx_route_method_at(struct fx_route *r, size_t i);
struct fx_route_method *fx_route_find_method(struct fx_route *r, const char *guid);
bool fx_route_is_enabled(struct fx_route *r, struct fx_route_method *m, uint32_t device_id);
/** @return 0 (answer() comes later), FX_EINVAL (no such place), FX_ENOMEM */
FX_MUST_CHECK int fx_route_set_place(struct fx_route *r, struct fx_route_method *m,
				     uint32_t priority, fx_route_answer_fn *answer, void *arg);
/** @return 0, or FX_ESTATE, FX_ENOMEM; an extension's errors come with answer() */
FX_MUST_CHECK int fx_route_enable(struct fx_route *r, struct fx_route_method *m,
				  uint32_t device_id, bool on, fx_route_answer_fn *answer,
				  void *arg, struct fx_reason *reterr);
/** Data of a method without get_data of its own, for `fx_free()`; *ret NULL = none. */
FX_MUST_CHECK int fx_route_load_data(struct fx_route *r, struct fx_route_method *m,
				     uint32_t device_id, uint8_t **ret, size_t *ret_n);
void fx_route_get_data(struct fx_route *r, struct fx_route_method *m, uint32_t device_id,
		       fx_route_answer_fn *answer, void *arg);
FX_MUST_CHECK int fx_route_set_data(struct fx_route *r, struct fx_route_method *m,
				    uint32_t device_id, const uint8_t *p, size_t n,
				    fx_route_answer_fn *answer, void *arg,
				    struct fx_reason *reterr);

#endif
