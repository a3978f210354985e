/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/queue_priv.h"

#include <time.h>
#include "base/mem.h"
#include "base/str.h"
#include "core/schedule.h"
#include "core/select.h"

/* A real clock may be set: look again at least this often. */
#define LOOK_AGAIN_S 60

static struct fx_heap *heap_of(const struct fx_qjob *j, enum fx_place place)
{
	if (place == FX_PLACE_LATER) {
		return &j->q->later;
	}
	return j->lane ? &j->lane->ready : &j->q->ready;
}

static bool before(const struct fx_qjob *a, const struct fx_qjob *b)
{
	if (a->place == FX_PLACE_LATER && a->ready_at != b->ready_at) {
		return a->ready_at < b->ready_at;
	}
	return fx_job_order(&a->job, &b->job) < 0;
}

static void set(struct fx_heap *h, size_t i, struct fx_qjob *j)
{
	h->v[i] = j;
	j->slot = (uint32_t)i;
}

static void sift_up(struct fx_heap *h, size_t i)
{
	struct fx_qjob *j = h->v[i];

	for (; i && before(j, h->v[(i - 1) / 2]); i = (i - 1) / 2) {
		set(h, i, h->v[(i - 1) / 2]);
	}
	set(h, i, j);
}

static void sift_down(struct fx_heap *h, size_t i)
{
	struct fx_qjob *j = h->v[i];

	for (;;) {
		size_t k = 2 * i + 1;

		if (k + 1 < h->n && before(h->v[k + 1], h->v[k])) {
			k++;
		}
		if (k >= h->n || !before(h->v[k], j)) {
			break;
		}
		set(h, i, h->v[k]);
		i = k;
	}
	set(h, i, j);
}

void fx_heap_fini(struct fx_heap *h)
{
	h->v = fx_free(h->v);
	h->n = h->cap = 0;
}

static int reserve(struct fx_heap *h, size_t n)
{
	size_t cap = h->cap ? h->cap : 64;
	struct fx_qjob **v;

	if (n <= h->cap) {
		return 0;
	}
	while (cap < n) {
		cap *= 2;
	}
	v = fx_realloc(h->v, cap * sizeof(struct fx_qjob *));
	if (!v) {
		return FX_ENOMEM;
	}
	h->v = v;
	h->cap = cap;
	return 0;
}

int fx_place_reserve(struct fx_queue *q, size_t n)
{
	int err = reserve(&q->later, n);

	if (!err) {
		err = reserve(&q->ready, n);
	}
	return err ? err : reserve(&q->aside, FX_ASIDE_MAX);
}

/* ---- lanes ---- */

/* @param group  NULL: the port's */
static struct fx_lane *lane_of(const struct fx_queue *q, uint32_t device_id, const char *group)
{
	FX_LIST_EACH(&q->lanes, it) {
		struct fx_lane *l = FX_CONTAINER(it, struct fx_lane, link);

		if (group ? l->group && fx_str_ieq(l->group, group) :
			    !l->group && l->device_id == device_id) {
			return l;
		}
	}
	return NULL;
}

static void lane_drop(struct fx_queue *q, struct fx_lane *l)
{
	if (!l->n_jobs) {
		fx_list_remove(&l->link);
		fx_heap_fini(&l->ready);
		(void)fx_free(l->group);
		(void)fx_free(l);
		q->n_lanes--;
	}
}

static struct fx_lane *lane_new(struct fx_queue *q, uint32_t device_id, const char *group)
{
	struct fx_lane *l = fx_zalloc(sizeof(*l));

	if (!l) {
		return NULL;
	}
	l->device_id = device_id;
	if (group) {
		l->group = fx_strdup(group);
		if (!l->group) {
			return fx_free(l);
		}
		l->members = fx_outbound_group(&q->outbound, group);
	}
	fx_list_append(&q->lanes, &l->link);
	q->n_lanes++;
	return l;
}

int fx_lane_join(struct fx_qjob *j)
{
	struct fx_queue *q = j->q;
	const char *group = NULL;
	uint32_t device_id = j->job.device_id;
	struct fx_lane *l;
	int err;

	if (j->job.type != FX_JT_SEND) {
		return 0;
	}
	if (!j->job.fixed_port) {
		const struct fx_outbound_rule *rule = fx_queue_rule(q, j->job.number);

		if (fx_outbound_rule_is_all(rule)) {
			return 0;
		}
		group = rule->group;
		device_id = rule->device_id;
	}
	l = lane_of(q, device_id, group);
	if (!l) {
		if (q->n_lanes >= FX_LANES_MAX) {
			return FX_ELIMIT;
		}
		l = lane_new(q, device_id, group);
		if (!l) {
			return FX_ENOMEM;
		}
	}
	err = reserve(&l->ready, l->n_jobs + 1);
	if (err) {
		lane_drop(q, l);
		return err;
	}
	l->n_jobs++;
	j->lane = l;
	return 0;
}

bool fx_lane_takes(const struct fx_qjob *j, uint32_t device_id)
{
	const struct fx_lane *l = j->lane;

	if (!l) {
		return true;
	}
	if (!l->group) {
		return l->device_id == device_id;
	}
	for (size_t i = 0; l->members && i < l->members->n; i++) {
		if (l->members->ids[i] == device_id) {
			return true;
		}
	}
	return false;
}

void fx_lane_leave(struct fx_qjob *j)
{
	struct fx_lane *l = j->lane;

	if (l) {
		j->lane = NULL;
		l->n_jobs--;
		lane_drop(j->q, l);
	}
}

/* ---- places ---- */

void fx_place_remove(struct fx_qjob *j)
{
	struct fx_heap *h = heap_of(j, j->place);
	size_t i = j->slot;

	if (j->place == FX_PLACE_NONE) {
		return;
	}
	h->n--;
	if (i < h->n) {
		set(h, i, h->v[h->n]);
		sift_up(h, i);
		sift_down(h, i);
	}
	j->place = FX_PLACE_NONE;
}

static void put(struct fx_qjob *j, enum fx_place place)
{
	struct fx_heap *h = heap_of(j, place);

	j->place = place;
	set(h, h->n, j);
	h->n++;
	sift_up(h, j->slot);
}

struct fx_qjob *fx_place_top(struct fx_queue *q, enum fx_place place)
{
	const struct fx_heap *h = place == FX_PLACE_LATER ? &q->later : &q->ready;

	return h->n ? h->v[0] : NULL;
}

int64_t fx_queue_now(const struct fx_queue *q)
{
	return fx_loop_wall_us(q->loop) / FX_SECOND;
}

unsigned fx_queue_local_minute(void *arg, int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	(void)arg;
	if (!localtime_r(&t, &tm)) {
		return (unsigned)((at % 86400) / 60);
	}
	return (unsigned)(tm.tm_hour * 60 + tm.tm_min);
}

static void set_wake(struct fx_queue *q)
{
	const struct fx_qjob *top = fx_place_top(q, FX_PLACE_LATER);
	int64_t wait_us;

	if (!top || q->stopping) {
		fx_timer_stop(q->wake);
		return;
	}
	wait_us = top->ready_at * FX_SECOND - fx_loop_wall_us(q->loop);
	if (!fx_loop_is_virtual(q->loop) && wait_us > LOOK_AGAIN_S * FX_SECOND) {
		wait_us = LOOK_AGAIN_S * FX_SECOND;
	}
	fx_timer_start(q->wake, wait_us);
}

void fx_place_restore(struct fx_qjob *j)
{
	put(j, FX_PLACE_READY);
}

void fx_place_update(struct fx_qjob *j)
{
	struct fx_queue *q = j->q;
	int64_t now = fx_queue_now(q);

	fx_place_remove(j);
	if (!fx_job_is_waiting(&j->job) || j->foreign || j->hidden || j->finishing ||
	    fx_bcast_is_cancelled(j)) {
		set_wake(q);
		return;
	}
	j->ready_at = fx_schedule_ready_at(&q->config, j->job.schedule, j->job.schedule_at,
					   j->job.next_try_at, now, fx_queue_local_minute, NULL);
	put(j, j->ready_at > now ? FX_PLACE_LATER : FX_PLACE_READY);
	set_wake(q);
	if (j->place == FX_PLACE_READY) {
		fx_queue_kick(q);
	}
}
