/* SPDX-License-Identifier: Apache-2.0 */
/* From dialling to the answer: numbers, rings, busy, nobody there. */
#include "providers/loop/loop_priv.h"

#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* A person or a silent far end lifts the receiver in the second ring. */
#define FAR_ANSWERS_US (6 * FX_SECOND)

static void on_timer(void *arg);

static void init_end(struct fx_loop_conn *c, struct fx_loop_end *e, bool caller)
{
	e->conn = c;
	e->caller = caller;
	e->log_fd = -1;
	e->lost_at = e->force_at = -1;
	e->start_us = fx_loop_now_us(c->x->loop);
	fx_list_init(&e->ready);
}

int fx_loop_conn_new(struct fx_exchange *x, struct fx_loop_conn **ret)
{
	struct fx_loop_conn *c = fx_zalloc(sizeof(*c));

	if (!c) {
		return FX_ENOMEM;
	}
	c->x = x;
	c->rang_at = c->connect_at = c->connected_at = c->cut_at = -1;
	init_end(c, &c->a, true);
	init_end(c, &c->b, false);
	fx_list_init(&c->active);
	if (fx_timer_new(x->loop, on_timer, c, &c->timer)) {
		(void)fx_free(c);
		return FX_ENOMEM;
	}
	fx_list_append(&x->conns, &c->link);
	*ret = c;
	return 0;
}

static void fini_end(struct fx_loop_end *e)
{
	fx_media_end_fini(e);
	if (e->live) {
		e->line->end = NULL;
	}
	fx_list_remove(&e->ready);
}

void fx_loop_conn_free(struct fx_loop_conn *c)
{
	fini_end(&c->a);
	fini_end(&c->b);
	fx_list_remove(&c->link);
	fx_list_remove(&c->active);
	c->timer = fx_timer_free(c->timer);
	if (c->far == FX_FAR_SOCKET) {
		fx_sock_release(c);
	}
	(void)fx_free(c);
}

void fx_loop_conn_over(struct fx_loop_conn *c)
{
	if (c->far == FX_FAR_SOCKET) {
		fx_sock_release(c);
	}
	c->state = FX_LOOP_OVER;
	fx_timer_stop(c->timer);
	fx_list_remove(&c->active);
}

static void fail_caller(struct fx_loop_conn *c, enum fx_outcome o, const char *words)
{
	fx_loop_conn_over(c);
	if (c->a.live) {
		fx_loop_end_with(&c->a, o, words);
	}
}

void fx_loop_hangup_early(struct fx_loop_end *e, bool reject)
{
	struct fx_loop_end *other = fx_loop_other(e);

	fx_loop_conn_over(e->conn);
	fx_loop_end_with(e, FX_OUTCOME_CANCELLED, reject ? "The call was refused." : NULL);
	if (!other->live) {
		return;
	}
	if (other->caller) {
		fx_loop_end_with(other, FX_OUTCOME_BUSY, NULL);
	} else {
		fx_loop_end_with(other, FX_OUTCOME_DISCONNECTED,
				 "The caller hung up before the call was answered.");
	}
}

/* A call of its own, with an even number. */
void fx_loop_ring_line(struct fx_loop_conn *c, struct fx_loop_line *line)
{
	struct fx_exchange *x = c->x;
	struct fx_loop_event ev = {.type = FX_EV_INCOMING};
	struct fx_loop_end *e = &c->b;
	struct fx_loop_end **p;

	e->line = line;
	line->end = e;
	e->start_us = fx_loop_now_us(x->loop);
	e->id = x->next_in;
	x->next_in += 2;
	e->live = true;
	p = &x->calls[(e->id >> 1) % FX_LOOP_BUCKETS];
	e->next = *p;
	*p = e;
	fx_loop_queue(e, &ev);
}

/* Who is at this number? */
static void place(struct fx_loop_conn *c)
{
	struct fx_loop_line *line = fx_loop_line_of(c->x, c->digits);

	if (c->bad_opts) {
		fail_caller(c, FX_OUTCOME_BAD_NUMBER, c->why.text);
	} else if (c->a.line->sock) {
		c->state = FX_LOOP_RINGING;
		c->next_ring = INT64_MAX; /* the far end says when it rings */
		fx_sock_dial(c->a.line->sock, c);
	} else if (c->opts.busy) {
		fail_caller(c, FX_OUTCOME_BUSY, NULL);
	} else if (c->opts.no_answer || c->opts.person || c->opts.silence) {
		c->far = c->opts.no_answer ? FX_FAR_NOBODY :
			 c->opts.person	   ? FX_FAR_PERSON : FX_FAR_SILENCE;
		c->state = FX_LOOP_RINGING;
	} else if (!line) {
		fail_caller(c, FX_OUTCOME_BAD_NUMBER, NULL);
	} else if (line == c->a.line) {
		/* Another port may well reach this number. */
		fail_caller(c, FX_OUTCOME_LINE_UNAVAILABLE, "A line cannot call itself.");
	} else if (line->end) {
		fail_caller(c, FX_OUTCOME_BUSY, NULL);
	} else {
		c->far = FX_FAR_LINE;
		c->state = FX_LOOP_RINGING;
		fx_loop_ring_line(c, line);
	}
	if (c->state == FX_LOOP_RINGING) {
		/* a far end on a socket says itself when it rings */
		c->rang_at = c->far == FX_FAR_SOCKET ? fx_loop_now_us(c->x->loop) : c->next_ring;
		if (c->far == FX_FAR_PERSON || c->far == FX_FAR_SILENCE) {
			c->connect_at = c->rang_at + (c->opts.answer_after_s ?
						      c->opts.answer_after_s * FX_SECOND :
						      FAR_ANSWERS_US);
		}
	}
}

static void ring(struct fx_loop_conn *c)
{
	struct fx_loop_event ev = {.type = FX_EV_RING};

	c->next_ring += c->x->set.ring_every_ms * FX_MS;
	ev.ring = ++c->rings;
	fx_loop_log(&c->a, "- ring %u", c->rings);
	if (c->b.live) {
		fx_loop_queue(&c->b, &ev);
	}
	if (c->far == FX_FAR_SOCKET) {
		fx_sock_ring(c);
	}
}

static void give_up(struct fx_loop_conn *c, enum fx_outcome o, const char *words)
{
	fail_caller(c, o, words);
	if (c->b.live) {
		fx_loop_end_with(&c->b, FX_OUTCOME_DISCONNECTED,
				 "The caller hung up before the call was answered.");
	}
}

void fx_loop_rearm(struct fx_loop_conn *c)
{
	int64_t due = c->next_ring < c->give_up_at ? c->next_ring : c->give_up_at;

	if (c->answer_waits) {
		return; /* fx_loop_prepared() goes on */
	}
	if (c->connect_at >= 0 && c->connect_at < due) {
		due = c->connect_at;
	}
	fx_timer_start_at(c->timer, due);
}

void fx_loop_answered(struct fx_loop_conn *c)
{
	if (c->a.live && !fx_prep_is_ready(&c->a)) {
		fx_loop_log(&c->a, "- answered; the pages are not ready yet");
		c->answer_waits = true;
		fx_timer_stop(c->timer);
		return;
	}
	c->answer_waits = false;
	fx_media_connect(c);
}

void fx_loop_prepared(struct fx_loop_end *e, int err, const char *why)
{
	struct fx_loop_conn *c = e->conn;
	struct fx_exchange *x = c->x;

	if (err) {
		give_up(c, fx_media_start_failure(err, true), why[0] ? why : NULL);
	} else if (c->answer_waits) {
		fx_loop_answered(c);
		if (c->far == FX_FAR_SOCKET) {
			fx_sock_go_on(c);
		}
	}
	fx_loop_flush(x);
}

static void on_timer(void *arg)
{
	struct fx_loop_conn *c = arg;
	struct fx_exchange *x = c->x;
	int64_t now = fx_loop_now_us(x->loop);

	if (c->state == FX_LOOP_DIALING) {
		place(c);
	}
	if (c->state == FX_LOOP_RINGING) {
		if (c->connect_at >= 0 && now >= c->connect_at) {
			fx_loop_answered(c);
		} else if (now >= c->give_up_at) {
			give_up(c, FX_OUTCOME_NO_ANSWER, NULL);
		} else if (now >= c->next_ring) {
			ring(c);
		}
	}
	if (c->state == FX_LOOP_CONNECTED) {
		fx_media_check(c, now);
	}
	if (c->state == FX_LOOP_RINGING) {
		fx_loop_rearm(c);
	}
	fx_loop_flush(x);
}
