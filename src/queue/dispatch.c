/* SPDX-License-Identifier: Apache-2.0 */
/* Which waiting job goes to which port now. */
#include <stdlib.h>
#include "base/log.h"
#include "base/mem.h"
#include "core/schedule.h"
#include "core/select.h"
#include "queue/queue_priv.h"

#define RESERVED_MAX 1024u
/* Jobs for one number that are looked at when a call is put together. */
#define JOIN_LOOK_MAX 256u
#define WAKE_MAX 10000u /* jobs of one time that come due in one turn of the loop */
#define JOIN_STEPS_MAX 4096u /* among those that share its place in the table */

bool fx_queue_port_reserved(const struct fx_queue *q, uint32_t device_id)
{
	FX_LIST_EACH(&q->calls, it) {
		if (fx_outcall_reserved((const struct fx_outcall *)(const void *)it) == device_id) {
			return true;
		}
	}
	return false;
}

static void wake_due(struct fx_queue *q)
{
	struct fx_qjob *j;
	int64_t now = fx_queue_now(q);
	unsigned n = 0;

	while ((j = fx_place_top(q, FX_PLACE_LATER)) && j->ready_at <= now) {
		if (++n > WAKE_MAX) {
			fx_queue_kick(q);
			break;
		}
		fx_place_update(j);
		if (j->place == FX_PLACE_LATER && j->ready_at <= now) {
			break;
		}
	}
}

/* Ports that a job must not get now. @return how many are in ids */
static size_t excluded(struct fx_queue *q, const struct fx_qjob *j, uint32_t *ids)
{
	size_t n = 0;

	FX_LIST_EACH(&q->calls, it) {
		uint32_t id = fx_outcall_reserved((const struct fx_outcall *)(const void *)it);

		if (id && n < RESERVED_MAX) {
			ids[n++] = id;
		}
	}
	for (uint32_t i = 0; i < j->n_not_ports && n < RESERVED_MAX; i++) {
		ids[n++] = j->not_ports[i];
	}
	return n;
}

static bool tried(const struct fx_qjob *j, uint32_t device_id)
{
	for (uint32_t i = 0; i < j->n_not_ports; i++) {
		if (j->not_ports[i] == device_id) {
			return true;
		}
	}
	return false;
}

/* Every online port was tried without getting a line: begin a new round. */
static bool only_tried_ports(struct fx_queue *q, const struct fx_qjob *j)
{
	for (size_t i = 0; i < fx_ports_count(q->ports); i++) {
		struct fx_port *port = fx_ports_at(q->ports, i);
		const struct fx_port_info *info = fx_port_info(port);
		struct fx_port_status st;

		fx_port_status(port, &st);
		if (!tried(j, info->device_id) && info->send &&
		    st.call.state != FX_PORT_OFFLINE && fx_lane_takes(j, info->device_id)) {
			return false;
		}
	}
	return true;
}

static bool is_usable(struct fx_queue *q, struct fx_port *port)
{
	return port && fx_port_is_free(port) && fx_port_info(port)->send &&
	       !fx_queue_port_reserved(q, fx_port_info(port)->device_id);
}

/* The first one of a group that is free, in the group's order. */
static struct fx_port *of_group(struct fx_queue *q, const struct fx_qjob *j,
				const struct fx_outbound_group *g)
{
	for (size_t i = 0; g && i < g->n; i++) {
		struct fx_port *port = fx_ports_find(q->ports, g->ids[i]);

		if (is_usable(q, port) && !tried(j, g->ids[i])) {
			return port;
		}
	}
	return NULL;
}

static struct fx_port *port_for(struct fx_queue *q, struct fx_qjob *j)
{
	static uint32_t ids[RESERVED_MAX]; /* loop thread only */

	if (j->lane && !j->lane->group) {
		struct fx_port *port = fx_ports_find(q->ports, j->lane->device_id);

		return is_usable(q, port) ? port : NULL;
	}
	if (j->n_not_ports && only_tried_ports(q, j)) {
		j->not_ports = fx_free(j->not_ports);
		j->n_not_ports = 0;
	}
	if (j->lane) {
		return of_group(q, j, j->lane->members);
	}
	return fx_ports_best_free(q->ports, ids, excluded(q, j, ids));
}

static int by_order(const void *a, const void *b)
{
	const struct fx_qjob *const *x = a, *const *y = b;

	return fx_job_order(&(*x)->job, &(*y)->job);
}

static size_t docs_of(const struct fx_qjob *j)
{
	return (j->job.cover_file != NULL) + (fx_qjob_body(j) != NULL);
}

/* Further jobs for the same number, best first. @return how many jobs in all */
static size_t join(struct fx_queue *q, const struct fx_qjob *first, uint32_t device_id,
		   struct fx_qjob **jobs)
{
	struct fx_qjob *found[JOIN_LOOK_MAX];
	struct fx_link *chain = &q->by_number[first->number_hash & (q->n_buckets - 1)];
	size_t n = 1, n_found = 0, steps = 0, docs;

	if (!q->config.join_jobs) {
		return n;
	}
	FX_LIST_EACH(chain, it) {
		struct fx_qjob *j = FX_CONTAINER(it, struct fx_qjob, number);

		if (n_found == JOIN_LOOK_MAX || ++steps > JOIN_STEPS_MAX) {
			break;
		}
		if (j->place == FX_PLACE_READY && j->number_hash == first->number_hash &&
		    !fx_bcast_is_cancelled(j) &&
		    (j->job.fixed_port || fx_lane_takes(j, device_id)) &&
		    fx_job_can_join(&q->config, &first->job, &j->job, device_id)) {
			found[n_found++] = j;
		}
	}
	qsort(found, n_found, sizeof(found[0]), by_order);
	docs = docs_of(first);
	for (size_t i = 0; i < n_found; i++) {
		docs += docs_of(found[i]);
		if (docs > FX_JOIN_MAX) {
			break;
		}
		jobs[n++] = found[i];
	}
	return n;
}

static void stand_aside(struct fx_queue *q, struct fx_qjob *j)
{
	fx_place_remove(j);
	q->aside.v[q->aside.n++] = j;
}

/* The first of a lane that has a port now. Those of a group that tried what is free of it do not
 * hold up the others. */
static struct fx_qjob *lane_top(struct fx_queue *q, struct fx_lane *l)
{
	while (l->ready.n) {
		struct fx_qjob *j = l->ready.v[0];

		if (port_for(q, j)) {
			return j;
		}
		if (!j->n_not_ports || q->aside.n == FX_ASIDE_MAX) {
			break;
		}
		stand_aside(q, j);
	}
	return NULL;
}

/* The job of highest rank whose port is not busy with something else. */
static struct fx_qjob *next_job(struct fx_queue *q)
{
	struct fx_qjob *best = fx_place_top(q, FX_PLACE_READY);

	FX_LIST_EACH(&q->lanes, it) {
		struct fx_qjob *j = lane_top(q, FX_CONTAINER(it, struct fx_lane, link));

		if (j && (!best || fx_job_order(&j->job, &best->job) < 0)) {
			best = j;
		}
	}
	return best;
}

/* @return false: stop, nothing more can be dialled now */
static bool dispatch_one(struct fx_queue *q)
{
	struct fx_qjob *j = next_job(q);
	struct fx_qjob *jobs[FX_JOIN_MAX];
	struct fx_port *port;

	if (!j) {
		return false;
	}
	if (fx_bcast_is_cancelled(j)) {
		fx_place_remove(j);
		return true;
	}
	if (j->job.schedule == FX_SCHEDULE_DISCOUNT &&
	    !fx_config_is_cheap(&q->config, fx_queue_local_minute(NULL, fx_queue_now(q)))) {
		fx_place_update(j); /* the period ended while it waited */
		return true;
	}
	port = port_for(q, j);
	if (!port && !j->n_not_ports) {
		return false; /* no free port for anybody who takes any; lanes were looked at */
	}
	if (!port) {
		if (q->aside.n == FX_ASIDE_MAX) {
			return false;
		}
		stand_aside(q, j);
		return true;
	}
	jobs[0] = j;
	if (fx_outcall_start(q, port, jobs, join(q, j, fx_port_info(port)->device_id, jobs))) {
		fx_timer_start(q->kick, FX_SECOND); /* no memory */
		return false;
	}
	return true;
}

void fx_queue_dispatch(struct fx_queue *q)
{
	if (q->stopping) {
		return;
	}
	wake_due(q);
	if (q->config.pause_queue) {
		return;
	}
	/* Jobs that tried every free port stand aside while those behind them are served. */
	while (dispatch_one(q)) {
		;
	}
	for (size_t i = 0; i < q->aside.n; i++) {
		fx_place_restore(q->aside.v[i]);
	}
	q->aside.n = 0;
}
