/* SPDX-License-Identifier: Apache-2.0 */
/* A call on the signalling thread: what it tells, and its end. */
#include "providers/sip/call_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

#define LEG_WAIT_MS 1000 /* for the last words of a leg, before the owner is told */

static struct fx_sip_call **bucket(struct fx_sip *p, uint64_t id)
{
	return &p->calls[(id >> 1) % FX_SIP_BUCKETS];
}

struct fx_sip_call *fx_call_find(struct fx_sip *p, uint64_t id)
{
	struct fx_sip_call *c = *bucket(p, id);

	while (c && c->id != id) {
		c = c->next;
	}
	return c;
}

static void link_call(struct fx_sip_call *c, uint64_t id)
{
	struct fx_sip_call **at = bucket(c->p, id);

	c->id = id;
	c->next = *at;
	*at = c;
}

static void unlink_call(struct fx_sip_call *c)
{
	struct fx_sip_call **at = bucket(c->p, c->id);

	while (*at != c) {
		at = &(*at)->next;
	}
	*at = c->next;
}

void fx_call_rename(struct fx_sip_call *c, uint64_t id)
{
	unlink_call(c);
	link_call(c, id);
}

static void on_timer(void *arg);
static void on_ask(void *arg);

int fx_call_new(struct fx_sip *p, uint64_t id, struct fx_sip_call **ret)
{
	struct fx_sip_call *c = fx_zalloc(sizeof(*c));
	int err;

	if (!c) {
		return FX_ENOMEM;
	}
	c->p = p;
	c->fd = c->log_fd = c->answer.rx_fd = c->answer.log_fd = -1;
	c->answered_us = -1;
	c->line = SIZE_MAX;
	c->body.max = FX_SDP_MAX;
	c->done.result.engine_code = -1;
	err = fx_ua_timer_new(p->ua, on_timer, c, &c->timer);
	if (!err) {
		err = fx_ua_timer_new(p->ua, on_ask, c, &c->ask);
	}
	if (!err) {
		err = fx_ua_timer_new(p->ua, fx_call_on_person, c, &c->person);
	}
	if (err) {
		(void)fx_ua_timer_free(c->timer);
		(void)fx_ua_timer_free(c->ask);
		(void)fx_free(c);
		return err;
	}
	link_call(c, id);
	p->n_calls++;
	*ret = c;
	return 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0) {
		(void)close(*fd);
	}
	*fd = -1;
}

struct fx_sip_call *fx_call_free(struct fx_sip_call *c)
{
	struct fx_sip *p = c->p;

	unlink_call(c);
	c->timer = fx_ua_timer_free(c->timer);
	c->ask = fx_ua_timer_free(c->ask);
	c->person = fx_ua_timer_free(c->person);
	c->leg = fx_leg_free(c->leg);
	if (c->counted) {
		fx_trunk_end(c->trunk);
	}
	close_fd(&c->fd);
	close_fd(&c->log_fd);
	close_fd(&c->answer.rx_fd);
	close_fd(&c->answer.log_fd);
	(void)fx_t30_doc_free(c->doc);
	(void)fx_free(c->dial);
	fx_buf_fini(&c->body);
	(void)fx_free(c);
	p->n_calls--;
	fx_sip_call_gone(p);
	return NULL;
}

/* ---- what is told ---- */

int64_t fx_call_us(const struct fx_sip_call *c)
{
	return fx_loop_now_us(c->p->loop) - c->start_us;
}

void fx_call_log(struct fx_sip_call *c, const char *fmt, ...)
{
	char line[400], text[500];
	va_list ap;

	if (c->log_fd < 0 && !fx_trace_on(FX_TRACE_PORT)) {
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fx_str_clean(line);
	fx_trace(FX_TRACE_PORT, "call=%llu %s", (unsigned long long)c->id, line);
	if (c->log_fd >= 0) { /* a log that cannot be written does not stop a fax */
		(void)!write(c->log_fd, text,
			     fx_t30_log_format(text, sizeof(text), fx_call_us(c), line));
	}
}

/* A change to T.38 begins T.30 anew; for people the call only goes on. */
static int rank(enum fx_port_state s)
{
	return s == FX_PORT_SENDING || s == FX_PORT_RECEIVING ? 2 :
	       s == FX_PORT_COMPLETED || s == FX_PORT_ABORTING || s == FX_PORT_FAILED ? 3 :
	       s == FX_PORT_ANSWERED ? 1 : 0;
}

void fx_call_status_of(struct fx_sip_call *c, const struct fx_call_status *st)
{
	struct fx_sip_event ev = {.type = FX_SIP_EV_STATUS, .call = c->id, .status = *st};

	if (c->state == FX_CALL_OVER) {
		return;
	}
	if (rank(st->state) < rank(c->told)) {
		ev.status.state = c->told;
	}
	c->told = ev.status.state;
	(void)fx_strlcpy(ev.status.caller_id, c->caller_id, sizeof(ev.status.caller_id));
	(void)fx_strlcpy(ev.status.routing, c->outgoing ? "" : c->called,
			 sizeof(ev.status.routing));
	fx_sip_outbox_put(c->p->outbox, &ev);
}

void fx_call_status(struct fx_sip_call *c, enum fx_port_state state)
{
	struct fx_call_status st = {
		.state = state,
		.sender = c->outgoing,
		.transport = c->now == FX_MEDIUM_T38 ? FX_TRANSPORT_T38 :
			     c->now == FX_MEDIUM_AUDIO ? FX_TRANSPORT_AUDIO : FX_TRANSPORT_NONE,
		.pages_total = c->pages_total,
		.elapsed_us = fx_call_us(c),
	};

	(void)fx_strlcpy(st.local_id, c->dial ? c->dial->local_id : c->answer.local_id,
			 sizeof(st.local_id));
	fx_call_status_of(c, &st);
}

/* ---- the end ---- */

static void stop_media(struct fx_sip_call *c)
{
	if (c->life == FX_LIFE_ON && c->now != FX_MEDIUM_NONE) {
		fx_workers_line_lost(c->p->workers, c->id); /* T.30 says how far it came */
	} else if (c->life == FX_LIFE_ON || c->life == FX_LIFE_DONE) {
		c->life = FX_LIFE_STOPPING;
		fx_workers_stop(c->p->workers, c->id);
	}
}

static void leave(struct fx_sip_call *c, int q850, const char *words)
{
	if (c->leg && c->state != FX_CALL_ENDS && c->state != FX_CALL_OVER) {
		fx_leg_hangup(c->leg, q850, words);
	}
	c->state = FX_CALL_ENDS;
	fx_ua_timer_stop(c->ask);
	fx_ua_timer_stop(c->person);
	fx_ua_timer_start(c->timer, LEG_WAIT_MS);
}

void fx_call_end(struct fx_sip_call *c, enum fx_outcome outcome, const char *words)
{
	if (outcome != FX_OUTCOME_NONE && c->fail == FX_OUTCOME_NONE && !c->has_end) {
		c->fail = outcome;
		(void)fx_strlcpy(c->fail_words, fx_text(words), sizeof(c->fail_words));
	}
	if (words && *words) {
		fx_call_log(c, "! %s", words);
	}
	stop_media(c);
	leave(c, outcome == FX_OUTCOME_NONE || outcome == FX_OUTCOME_SUCCESS ?
			 16 : fx_sip_q850_of(outcome), NULL);
	fx_call_check(c);
}

void fx_call_t30_done(struct fx_sip_call *c)
{
	fx_call_log(c, "- T.30 is over: %s", fx_outcome_str(c->done.result.outcome));
	c->life = FX_LIFE_DONE;
	if (c->state != FX_CALL_UP) {
		stop_media(c);
		return;
	}
	fx_ua_timer_stop(c->ask);
	/* DCN is still on its way to them, or their BYE to us. */
	fx_ua_timer_start(c->timer, c->outgoing || c->cancelled ? c->p->tune.linger_ms :
								   c->p->tune.bye_ms);
}

static void on_leg_end(void *arg, const struct fx_leg_end *end)
{
	struct fx_sip_call *c = arg;

	c->leg = fx_leg_free(c->leg);
	if (c->state == FX_CALL_OVER) {
		(void)fx_call_free(c);
		return;
	}
	if (c->state == FX_CALL_OUT && !c->cancelled && fx_call_again(c, end)) {
		return;
	}
	c->end = *end;
	c->has_end = true;
	fx_call_log(c, "- %s: %s%s", end->who == FX_LEG_THEM ? "ended by the far end" :
				     end->who == FX_LEG_US ? "ended by us" : "no answer from the "
				     "far end", end->words, end->q850 == 16 ? " (normal)" : "");
	if (c->state != FX_CALL_ENDS) {
		c->state = FX_CALL_ENDS;
		fx_ua_timer_stop(c->ask);
		fx_ua_timer_start(c->timer, LEG_WAIT_MS);
		stop_media(c);
	}
	fx_call_check(c);
}

static void on_timer(void *arg)
{
	struct fx_sip_call *c = arg;

	switch (c->state) {
	case FX_CALL_WAITS:
		fx_call_invite(c);
		break;
	case FX_CALL_RINGS:
		fx_call_ring(c);
		break;
	case FX_CALL_UP:
		if (c->life == FX_LIFE_DONE) { /* T.30 is over */
			fx_call_end(c, FX_OUTCOME_NONE, NULL);
		} else if (c->cancelled) { /* they do not hear our DCN */
			stop_media(c);
		}
		break;
	case FX_CALL_OUT:
	case FX_CALL_STARTS:
		fx_call_end(c, FX_OUTCOME_CANCELLED, NULL);
		break;
	case FX_CALL_ENDS:
		if (c->life == FX_LIFE_ON) { /* the worker had its time */
			c->life = FX_LIFE_STOPPING;
			fx_workers_stop(c->p->workers, c->id);
		}
		c->leg_late = c->leg != NULL;
		fx_call_check(c);
		break;
	case FX_CALL_OVER:
		break;
	}
}

static void on_ask(void *arg)
{
	fx_call_up(arg);
}

static void log_statistics(struct fx_sip_call *c)
{
	const struct fx_media_stats *s = &c->done.stats;
	const struct fx_jitter_stats *r = &s->rtp;

	if (r->received) {
		fx_call_log(c, "- RTP: %llu packets, %llu lost (%.2f %%), %llu late, %llu twice, "
			    "jitter %.1f ms", (unsigned long long)r->received,
			    (unsigned long long)r->lost,
			    100.0 * (double)r->lost / (double)(r->received + r->lost),
			    (unsigned long long)r->late, (unsigned long long)r->repeated,
			    r->jitter / 8.0);
	}
	if (s->udptl.received || s->udptl.sent) {
		fx_call_log(c, "- T.38: %llu datagrams out, %llu in, %llu packets recovered, "
			    "%llu lost, %llu twice", (unsigned long long)s->udptl.sent,
			    (unsigned long long)s->udptl.received,
			    (unsigned long long)s->udptl.recovered,
			    (unsigned long long)s->udptl.lost,
			    (unsigned long long)s->udptl.repeated);
	}
	if (c->done.result.ecm_retries) {
		fx_call_log(c, "- ECM: %u blocks were sent again", c->done.result.ecm_retries);
	}
	if (s->alien) {
		fx_call_log(c, "- %llu datagrams of another kind", (unsigned long long)s->alien);
	}
}

static void add_words(struct fx_call_result *r, const char *fmt, ...) FX_PRINTF(2, 3);
static void add_words(struct fx_call_result *r, const char *fmt, ...)
{
	size_t n = strlen(r->words);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(r->words + n, sizeof(r->words) - n, fmt, ap);
	va_end(ap);
}

/* How much the network took, when that may have been the reason. */
static void say_loss(const struct fx_sip_call *c, struct fx_call_result *r)
{
	const struct fx_jitter_stats *j = &c->done.stats.rtp;
	const struct fx_udptl_stats *u = &c->done.stats.udptl;

	if (r->outcome == FX_OUTCOME_SUCCESS) {
		return;
	}
	if (r->transport == FX_TRANSPORT_T38 && u->lost) {
		add_words(r, " %llu T.38 packets were lost.", (unsigned long long)u->lost);
	} else if (r->transport == FX_TRANSPORT_AUDIO && j->lost) {
		add_words(r, " %.2f %% of the audio was lost.",
			  100.0 * (double)j->lost / (double)(j->received + j->lost));
	}
}

static void make_result(struct fx_sip_call *c, struct fx_call_result *r)
{
	struct fx_sip_cause cause;

	*r = c->done.result;
	if (r->outcome != FX_OUTCOME_SUCCESS && c->fail != FX_OUTCOME_NONE) {
		r->outcome = c->fail;
		(void)fx_strlcpy(r->words, c->fail_words, sizeof(r->words));
	} else if (r->outcome != FX_OUTCOME_SUCCESS && c->cancelled) {
		r->outcome = FX_OUTCOME_CANCELLED;
		(void)fx_strlcpy(r->words, fx_outcome_words(r->outcome), sizeof(r->words));
	} else if (r->outcome == FX_OUTCOME_NONE && !c->outgoing && c->answered_us < 0) {
		r->outcome = FX_OUTCOME_DISCONNECTED;
		(void)fx_strlcpy(r->words, c->end.words, sizeof(r->words));
	} else if (r->outcome == FX_OUTCOME_NONE) {
		fx_sip_cause_of(&c->end, c->answered_us >= 0, &cause);
		r->outcome = cause.outcome;
		(void)fx_strlcpy(r->words, cause.words, sizeof(r->words));
	} else if (r->outcome != FX_OUTCOME_SUCCESS && c->has_end && c->end.who != FX_LEG_US) {
		add_words(r, " (%s)", c->end.words);
	}
	if (!*r->words) {
		(void)fx_strlcpy(r->words, fx_outcome_words(r->outcome), sizeof(r->words));
	}
	r->pages_total = r->pages_total ? r->pages_total : c->pages_total;
	r->answered_us = c->answered_us;
	r->ended_us = fx_call_us(c);
	r->transport = c->now == FX_MEDIUM_T38 ? FX_TRANSPORT_T38 :
		       c->now == FX_MEDIUM_AUDIO ? FX_TRANSPORT_AUDIO : FX_TRANSPORT_NONE;
	say_loss(c, r);
}

static void tell_end(struct fx_sip_call *c)
{
	struct fx_sip_event ev = {.type = FX_SIP_EV_END, .call = c->id};

	log_statistics(c);
	make_result(c, &ev.end.result);
	ev.end.lesson.outcome = ev.end.result.outcome;
	ev.end.lesson.answered = c->answered_us >= 0;
	ev.end.lesson.t38_refused = c->t38_refused;
	ev.end.lesson.transport = c->was_t38 && c->went_back ? FX_TRANSPORT_T38 :
							       ev.end.result.transport;
	fx_call_log(c, "= call ended: %s: %s", fx_outcome_str(ev.end.result.outcome),
		    ev.end.result.words);
	c->state = FX_CALL_OVER;
	fx_ua_timer_stop(c->timer);
	close_fd(&c->log_fd);
	fx_sip_outbox_put(c->p->outbox, &ev);
}

void fx_call_check(struct fx_sip_call *c)
{
	bool media = c->life != FX_LIFE_NONE && c->life != FX_LIFE_STOPPED;

	if (c->state != FX_CALL_ENDS || media || (c->leg && !c->leg_late)) {
		return;
	}
	tell_end(c);
	if (!c->leg) {
		(void)fx_call_free(c);
	}
}

/* ---- commands ---- */

static void hangup(struct fx_sip_call *c)
{
	if (c->cancelled || c->state == FX_CALL_ENDS || c->state == FX_CALL_OVER) {
		return;
	}
	if (c->state == FX_CALL_RINGS) {
		fx_call_refuse(c, 480, FX_OUTCOME_CANCELLED);
		return;
	}
	c->cancelled = true;
	fx_call_log(c, "- we hang up");
	fx_call_status(c, FX_PORT_ABORTING);
	if (c->state == FX_CALL_UP && c->life == FX_LIFE_ON) {
		fx_workers_hangup(c->p->workers, c->id);
		fx_ua_timer_start(c->timer, c->p->tune.hangup_ms);
	} else {
		fx_call_end(c, FX_OUTCOME_CANCELLED, NULL);
	}
}

static void prepared(struct fx_sip_call *c, struct fx_sip_cmd *cmd)
{
	char words[200];

	if (cmd->err) {
		(void)fx_strlcpy(words, *cmd->why.text ? cmd->why.text : fx_error_str(cmd->err),
				 sizeof(words));
		fx_call_end(c, cmd->err == FX_ENOMEM ? FX_OUTCOME_LINE_UNAVAILABLE :
						       FX_OUTCOME_DOCUMENT, words);
		return;
	}
	c->doc = cmd->take_doc;
	cmd->take_doc = NULL;
	c->doc_ready = true;
	if (c->state == FX_CALL_STARTS) {
		fx_call_pages_ready(c);
	}
}

void fx_sip_call_cmd(void *arg)
{
	struct fx_sip_cmd *cmd = arg;
	struct fx_sip_call *c = fx_call_find(cmd->p, cmd->call);

	if (c && c->state != FX_CALL_OVER) {
		switch (cmd->type) {
		case FX_SIP_ANSWER:
			fx_call_take_answer(c, &cmd->answer);
			cmd->answer.rx_fd = cmd->answer.log_fd = -1;
			break;
		case FX_SIP_REJECT:
			fx_call_reject(c, cmd->err != 0);
			break;
		case FX_SIP_HANGUP:
			hangup(c);
			break;
		case FX_SIP_PREPARED:
			if (c->state != FX_CALL_ENDS) {
				prepared(c, cmd);
			}
			break;
		}
	}
	(void)fx_t30_doc_free(cmd->take_doc);
	close_fd(&cmd->answer.rx_fd);
	close_fd(&cmd->answer.log_fd);
	(void)fx_free(cmd);
}

void fx_sip_calls_close(struct fx_sip *p)
{
	for (size_t i = 0; i < FX_SIP_BUCKETS; i++) {
		for (struct fx_sip_call *c = p->calls[i], *next; c; c = next) {
			next = c->next;
			c->life = FX_LIFE_STOPPED; /* there are no workers any more */
			c->cancelled = true;
			fx_ua_timer_stop(c->timer);
			fx_ua_timer_stop(c->ask);
			if (c->leg && c->state < FX_CALL_ENDS) {
				c->state = FX_CALL_OVER;
				fx_leg_hangup(c->leg, 16, NULL);
			} else {
				c->state = FX_CALL_OVER;
			}
		}
	}
	for (size_t i = 0; i < FX_SIP_BUCKETS; i++) {
		struct fx_sip_call *c = p->calls[i];

		while (c) {
			struct fx_sip_call *next = c->next;

			if (!c->leg) {
				(void)fx_call_free(c);
			}
			c = next;
		}
	}
}

void fx_sip_calls_free(struct fx_sip *p)
{
	for (size_t i = 0; i < FX_SIP_BUCKETS; i++) {
		while (p->calls[i]) {
			(void)fx_call_free(p->calls[i]);
		}
	}
}

static void on_progress(void *arg, int status, const uint8_t *sdp, size_t n)
{
	struct fx_sip_call *c = arg;

	(void)sdp;
	c->early |= n > 0;
	fx_call_log(c, status == 180 ? "- it rings%s" : "- on the way%s",
		    n ? ", with early media (not listened to)" : "");
}

static void on_answer(void *arg, const uint8_t *sdp, size_t n)
{
	fx_call_answered(arg, sdp, n);
}

const struct fx_leg_events fx_call_leg_events = {
	.on_progress = on_progress,
	.on_answer = on_answer,
	.on_offer = fx_call_on_offer,
	.on_ack = fx_call_on_ack,
	.on_offer_done = fx_call_on_offer_done,
	.on_end = on_leg_end,
};
