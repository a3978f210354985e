/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/unit/queue/rig.h
 * A queue with everything below it, on the virtual clock: memory store, script
 * provider, temp folder. crash() drops all memory but the store's and starts anew.
 */
#ifndef FX_TESTS_QUEUE_RIG_H
#define FX_TESTS_QUEUE_RIG_H

#include "base/log.h"
#include "queue/queue_priv.h"
#include "route/route.h"
#include "tests/support/script_provider.h"
#include "tests/support/support.h"

struct rig {
	struct fx_loop *loop;
	char *dir;
	struct fx_spool *spool;
	struct fx_store *store;
	struct fx_ports *ports;
	struct fx_queue *queue;
	struct fx_route *route;
	struct fx_config config;
	const char *lines;
	const char *render;
	struct fx_coverpages *covers;
	/* the last answer of submit or command */
	bool done;
	int err;
	uint64_t id;
	uint32_t client_id;
	unsigned n_messages, n_received, n_removed;
	unsigned n_reports;
	/* optional: who else is told (a service) */
	void (*tell_event)(void *arg, const struct fx_fax_event *e);
	void (*tell_job)(void *arg, const struct fx_job *job, bool removed);
	void *tell_arg;
	uint64_t last_message;
};

void rig_start(struct rig *r, const char *lines); /**< r zeroed, config set by defaults */
void rig_stop(struct rig *r);
void rig_up(struct rig *r);
void rig_down(struct rig *r, bool crash);
static inline void rig_crash(struct rig *r)
{
	rig_down(r, true);
	rig_up(r);
}
void rig_run(struct rig *r, int64_t seconds);
void rig_settle(struct rig *r); /**< what is due now */
/** A fax TIFF of n pages in the queue folder. @return its name, static */
const char *rig_upload(struct rig *r, uint32_t pages, enum fx_resolution res);
/** A job for a number with n fine pages, all else default; texts borrowed. */
struct fx_job rig_job(struct rig *r, const char *number, uint32_t pages);
/** Submit and wait for done. @return client id, 0 = refused (r->err) */
uint32_t rig_submit(struct rig *r, const struct fx_job *job);
uint32_t rig_send(struct rig *r, const char *number, uint32_t pages);
/** @return the function's error, or done()'s */
int rig_command(struct rig *r, uint32_t client_id, enum fx_job_command cmd);
const struct fx_job *rig_find(struct rig *r, uint32_t client_id);
enum fx_job_state rig_state(struct rig *r, uint32_t client_id); /**< COUNT when gone */
size_t rig_messages(struct rig *r, enum fx_folder folder);
/** Attempts of a job; every one but a going one has an end and words. */
size_t rig_attempts(struct rig *r, uint64_t id, struct fx_attempt *last);
size_t rig_files(struct rig *r, enum fx_spool_dir dir);

#endif
