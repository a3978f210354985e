/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/event_log.h
 * What happened, in one numbered list for all readers: changes of jobs, messages, configuration
 * and ports, and the fax events of winfax.md 6. The last FX_EVENTS_KEPT are there, as plain
 * small records. A reader is a number, the next event it wants: a slow one loses nothing within
 * that, is told past it, and one that dies costs nothing.
 *
 * What a caller may hear is decided here (decision 0530), at each reading.
 * Thread: the loop thread. Owner: the service.
 */
#ifndef FX_SERVICE_EVENT_LOG_H
#define FX_SERVICE_EVENT_LOG_H

#include "base/list.h"
#include "core/fei.h"
#include "service/service.h"

#define FX_EVENTS_KEPT 65536u

/** What happened to a job (ADDED or CHANGED) or message. */
enum fx_event_change { FX_CHANGE_CHANGED, FX_CHANGE_ADDED, FX_CHANGE_REMOVED };

/** 32 bytes: the log keeps 64 Ki of them. */
struct fx_event {
	int64_t at_us;      /**< wall */
	uint64_t id;        /**< 64-bit id of the job or message, 0 = none; PORT: device id */
	uint32_t device_id; /**< 0 = none */
	union {
		uint32_t client_id; /**< the job's number, 0 = none */
		/** CONFIG: bits 1 << enum fx_config_kind; QUEUE_STATE: enum fx_queue_bit now in
		 * force; DEVICE_STATUS: enum fx_device_bit of the port now */
		uint32_t what;
	};
	uint32_t uid;       /**< whose job, or FX_UID_NONE */
	uint8_t kind;       /**< enum fx_event_kind */
	union {
		uint8_t fei;    /**< FX_EVENT_FAX: enum fx_fei */
		uint8_t change; /**< JOB, MESSAGE: enum fx_event_change */
	};
	bool incoming : 1;
	bool anybody : 1;   /**< every caller with any right may hear it */
	bool guarded : 1;   /**< of a received fax that is not public: JOB_MANAGE, or its owner */
	bool extra : 1;     /**< for one more owner; who manages received faxes has the other */
};

struct fx_event_log;
FX_MUST_CHECK int fx_event_log_new(struct fx_loop *loop, struct fx_event_log **ret);
/** Those who watch must have gone. */
struct fx_event_log *fx_event_log_free(struct fx_event_log *log);
/** Add one; its time is now. Never fails. Whoever watches is called soon, once for all events
 * of this turn of the loop. After FAXSVC_ENDED nothing is added. */
void fx_event_log_add(struct fx_event_log *log, const struct fx_event *e);
/** The number that the next event gets; the first one ever has 1. */
uint64_t fx_event_log_next(const struct fx_event_log *log);

struct fx_event_query {
	const struct fx_caller *caller;
	uint32_t kinds; /**< bits 1 << enum fx_event_kind */
	uint64_t id;    /**< only this job, message or port; 0 = any */
};
/**
 * The next events that the query names and its caller may hear, oldest first.
 * @param since     in: number of the first event wanted; out: where to go on
 * @param ret_lost  events from *since on are gone, or *since comes from another log
 * @return number of events in v
 */
size_t fx_event_log_read(const struct fx_event_log *log, const struct fx_event_query *q,
			 uint64_t *since, struct fx_event *v, size_t max, bool *ret_lost);

/** Waits for something to be added; the caller's memory. */
struct fx_event_watch {
	struct fx_link link;
	void (*fn)(void *arg);
	void *arg;
};
/** Call w->fn(w->arg) once, after the next event. fn may watch again. */
void fx_event_log_watch(struct fx_event_log *log, struct fx_event_watch *w);
/** Not any more; nothing when it does not watch. */
void fx_event_log_unwatch(struct fx_event_watch *w);

#endif
