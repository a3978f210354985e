/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring that any thread fills under the log's lock, and the loop empties. It holds what
 * 100 calls say in one step of 20 ms; while WAITING_MAX messages are not read yet the lines
 * stay here. When it is full the newest are dropped, and their number is told.
 */
#include "port/host_trace.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

#define RING 1024u /* 400 KB, touched only when it fills */
#define WAITING_MAX 200u
#define AGAIN_US (20 * FX_MS)

struct line {
	enum fx_log_level level;
	int facility;
	char text[FX_HOST_TRACE_TEXT];
};
struct fx_host_trace {
	struct fx_loop *loop;
	struct fx_chan *chan; /* NULL = closed; loop thread */
	struct fx_timer *again;
	pthread_mutex_t lock; /* all below */
	bool posted;
	size_t first, n;
	unsigned long lost;
	struct line ring[RING];
};

static void send_line(struct fx_host_trace *t, const struct line *l)
{
	struct fx_host_msg m = {.type = FX_HOST_TRACE_LINE};

	m.trace.level = l->level;
	m.trace.facility = l->facility < 0 ? FX_TRACE_COUNT : (uint32_t)l->facility;
	(void)fx_strlcpy(m.trace.text, l->text, sizeof(m.trace.text));
	(void)!fx_chan_send(t->chan, &m);
}

/* @return false when there is none */
static bool take_line(struct fx_host_trace *t, struct line *ret)
{
	bool found = true;

	(void)pthread_mutex_lock(&t->lock);
	if (t->n) {
		*ret = t->ring[t->first];
		t->first = (t->first + 1) % RING;
		t->n--;
	} else if (t->lost) { /* they would have come here */
		*ret = (struct line){.level = FX_LOG_WARN, .facility = -1};
		(void)snprintf(ret->text, sizeof(ret->text), "%lu lines of the trace were lost",
			       t->lost);
		t->lost = 0;
	} else {
		t->posted = false;
		found = false;
	}
	(void)pthread_mutex_unlock(&t->lock);
	return found;
}

static void on_lines(void *arg)
{
	struct fx_host_trace *t = arg;
	struct line l;

	while (t->chan && fx_chan_waiting(t->chan) < WAITING_MAX) {
		if (!take_line(t, &l)) {
			return;
		}
		send_line(t, &l);
	}
	if (t->chan) {
		fx_timer_start(t->again, AGAIN_US);
	}
}

static void sink(void *arg, enum fx_log_level level, int facility, const char *text)
{
	struct fx_host_trace *t = arg;
	bool post;

	(void)pthread_mutex_lock(&t->lock);
	if (t->n < RING) {
		struct line *l = &t->ring[(t->first + t->n++) % RING];

		l->level = level;
		l->facility = facility;
		(void)fx_strlcpy(l->text, text, sizeof(l->text));
	} else {
		t->lost++;
	}
	post = !t->posted;
	t->posted = true;
	(void)pthread_mutex_unlock(&t->lock);
	if (post) {
		fx_loop_post(t->loop, on_lines, t);
	}
}

int fx_host_trace_new(struct fx_loop *loop, struct fx_chan *chan, struct fx_host_trace **ret)
{
	struct fx_host_trace *t = fx_zalloc(sizeof(*t));

	if (!t) {
		return FX_ENOMEM;
	}
	if (fx_timer_new(loop, on_lines, t, &t->again)) {
		(void)fx_free(t);
		return FX_ENOMEM;
	}
	t->loop = loop;
	t->chan = chan;
	(void)pthread_mutex_init(&t->lock, NULL);
	fx_log_set_sink(sink, t);
	fx_log_set_stderr(false);
	*ret = t;
	return 0;
}

void fx_host_trace_close(struct fx_host_trace *t)
{
	if (t) {
		on_lines(t);
		t->again = fx_timer_free(t->again);
		fx_log_set_stderr(true);
		fx_log_set_sink(NULL, NULL); /* takes the log's lock: no sink runs after it */
		t->chan = NULL;
	}
}

struct fx_host_trace *fx_host_trace_free(struct fx_host_trace *t)
{
	if (t) {
		(void)pthread_mutex_destroy(&t->lock);
	}
	return fx_free(t);
}
