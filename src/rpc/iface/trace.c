/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The live trace (FX_CS_TRACE_*): the log's sink fills a ring, numbered from 1; readers
 * take lines from a number on and wait for the next. The sink runs on any thread, under
 * the log's own lock: it copies, and posts to the loop only when somebody waits.
 */
#include "rpc/iface/wait.h"

#include <pthread.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

#define RING   512u
#define ANSWER 256u

struct line {
	int64_t at_us;
	int level, facility;
	char text[400];
};
struct fx_tracer {
	struct fx_loop *loop;
	struct fx_link waiting; /* loop thread */
	pthread_mutex_t lock;   /* all below */
	bool wanted, posted, dead;
	uint64_t next;
	struct line ring[RING];
};

static void tracer_destroy(struct fx_tracer *t)
{
	(void)pthread_mutex_destroy(&t->lock);
	(void)fx_free(t);
}

static uint32_t answer(struct fx_icall *call, struct fx_tracer *t)
{
	struct line *copy = fx_arena_calloc(&call->arena, ANSWER, sizeof(*copy));
	struct fx_cs_trace_line *w = fx_arena_calloc(&call->arena, ANSWER, sizeof(*w));
	uint64_t oldest, i;
	size_t n = 0, k;

	if (!copy || !w) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	(void)pthread_mutex_lock(&t->lock);
	oldest = t->next > RING ? t->next - RING : 1;
	call->out[1].u = call->since < oldest ? oldest - call->since : 0;
	for (i = call->since < oldest ? oldest : call->since; i < t->next && n < ANSWER; i++) {
		copy[n++] = t->ring[i % RING];
	}
	(void)pthread_mutex_unlock(&t->lock);
	call->out[0].u = i;
	for (k = 0; k < n; k++) {
		w[k] = (struct fx_cs_trace_line){
			.level = (uint32_t)copy[k].level, .at_ms = (uint64_t)copy[k].at_us / 1000,
			.text = {.u8 = copy[k].text}};
		if (copy[k].facility >= 0) {
			w[k].facility.u8 = fx_trace_str((enum fx_trace)copy[k].facility);
		}
	}
	return fx_icall_array(call, 2, &fx_cs_trace_line_layout, w, n);
}

static uint32_t may(const struct fx_icall *call, enum fx_right right)
{
	int err = fx_service_check(&call->assoc->caller, right, "tracing");

	if (err) {
		return fx_win32(err);
	}
	return call->assoc->env->tracer ? FX_W_SUCCESS : FX_W_NOT_SUPPORTED;
}

static void wake(void *arg)
{
	struct fx_tracer *t = arg;
	bool dead;

	(void)pthread_mutex_lock(&t->lock);
	t->posted = false;
	dead = t->dead;
	(void)pthread_mutex_unlock(&t->lock);
	if (dead) {
		tracer_destroy(t);
		return;
	}
	FX_LIST_EACH_SAFE(&t->waiting, it) {
		struct fx_icall *call = FX_CONTAINER(it, struct fx_icall, link);

		uint32_t code = may(call, FX_RIGHT_CONFIG_SET); /* may be gone since it waits */

		fx_wait_end(call);
		fx_icall_finish(call, code ? code : answer(call, t));
	}
	(void)pthread_mutex_lock(&t->lock);
	t->wanted = !fx_list_empty(&t->waiting);
	(void)pthread_mutex_unlock(&t->lock);
}

static void sink(void *arg, enum fx_log_level level, int facility, const char *text)
{
	struct fx_tracer *t = arg;
	bool post;
	struct line *l;

	(void)pthread_mutex_lock(&t->lock);
	l = &t->ring[t->next++ % RING];
	l->at_us = fx_loop_wall_us(t->loop);
	l->level = (int)level;
	l->facility = facility;
	(void)fx_strlcpy(l->text, text, sizeof(l->text));
	post = t->wanted && !t->posted;
	t->posted = t->posted || post;
	(void)pthread_mutex_unlock(&t->lock);
	if (post) {
		fx_loop_post(t->loop, wake, t);
	}
}

int fx_tracer_new(struct fx_loop *loop, struct fx_tracer **ret)
{
	struct fx_tracer *t = fx_zalloc(sizeof(*t));

	if (!t) {
		return FX_ENOMEM;
	}
	t->loop = loop;
	t->next = 1;
	fx_list_init(&t->waiting);
	(void)pthread_mutex_init(&t->lock, NULL);
	fx_log_set_sink(sink, t);
	*ret = t;
	return 0;
}

struct fx_tracer *fx_tracer_free(struct fx_tracer *t)
{
	bool posted;

	if (!t) {
		return NULL;
	}
	fx_log_set_sink(NULL, NULL); /* takes the log's lock: no sink runs after it */
	(void)pthread_mutex_lock(&t->lock);
	t->dead = true;
	posted = t->posted;
	(void)pthread_mutex_unlock(&t->lock);
	if (!posted) {
		tracer_destroy(t);
	}
	return NULL;
}

uint32_t fx_cs_trace_list(struct fx_icall *call)
{
	struct fx_cs_trace w[FX_TRACE_COUNT];
	uint32_t code = may(call, FX_RIGHT_CONFIG_QUERY);
	int i;

	if (code) {
		return code;
	}
	for (i = 0; i < FX_TRACE_COUNT; i++) {
		w[i] = (struct fx_cs_trace){.on = fx_trace_on((enum fx_trace)i),
			.name = {.u8 = fx_trace_str((enum fx_trace)i)}};
	}
	return fx_icall_array(call, 0, &fx_cs_trace_layout, w, FX_TRACE_COUNT);
}

uint32_t fx_cs_trace_set(struct fx_icall *call)
{
	uint32_t code = may(call, FX_RIGHT_CONFIG_SET);
	enum fx_trace t = fx_trace_from_str(fx_text(call->in[0].s.u8));

	if (!code && t == FX_TRACE_COUNT) {
		code = FX_W_INVALID_PARAMETER;
	}
	if (!code) {
		fx_trace_set(t, call->in[1].u != 0);
	}
	return code;
}

static void on_time(void *arg)
{
	struct fx_icall *call = arg;

	fx_wait_end(call);
	fx_icall_finish(call, answer(call, call->assoc->env->tracer));
}

uint32_t fx_cs_trace_read(struct fx_icall *call)
{
	struct fx_tracer *t = call->assoc->env->tracer;
	uint32_t code = may(call, FX_RIGHT_CONFIG_SET);
	uint64_t next;

	if (code) {
		return code;
	}
	(void)pthread_mutex_lock(&t->lock);
	next = t->next;
	t->wanted = true;
	(void)pthread_mutex_unlock(&t->lock);
	call->since = call->in[0].u;
	if (call->since == 0 || call->since > next) {
		call->since = next;
	}
	if (call->since < next || call->in[1].u == 0) {
		return answer(call, t);
	}
	return fx_wait_begin(call, &t->waiting, call->in[1].u, on_time);
}
