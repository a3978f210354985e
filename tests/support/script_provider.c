/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/script_provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/list.h"
#include "base/mem.h"
#include "base/str.h"

#define ANSWER_US FX_SECOND
#define PAGE_US (30 * FX_SECOND)
#define RX_PAGE_US FX_SECOND

struct script {
	char number[FX_NUMBER_SIZE];
	struct fx_script_step steps[16];
	size_t n, at;
	uint32_t confirmed;
};
static struct script scripts[64];
static size_t n_scripts;
static struct fx_script_dial *dials;
static size_t n_dials;
static uint32_t n_acked, n_refused;
void (*fx_script_write_page)(int fd, uint32_t page);

struct sc_call {
	struct fx_link link;
	struct prov *p;
	uint64_t id;
	char line[32];
	bool incoming, dialling, answered, hung_up, waits_ack;
	struct fx_script_step step;
	uint32_t pages, done;
	struct script *script;
	struct fx_timer *timer;
	int64_t start_us, answered_us;
	int rx_fd;
};
struct prov {
	struct fx_provider base;
	struct fx_loop *loop;
	const struct fx_provider_sink *sink;
	void *arg;
	unsigned lines;
	bool lost;
	uint64_t next_in;
	struct fx_link calls;
	struct fx_timer *announce;
};
static struct prov *the;

static struct script *script_of(const char *number, bool make)
{
	for (size_t i = 0; i < n_scripts; i++) {
		if (!strcmp(scripts[i].number, number)) {
			return &scripts[i];
		}
	}
	if (!make || n_scripts == FX_ARRAY_LEN(scripts)) {
		return NULL;
	}
	(void)fx_strlcpy(scripts[n_scripts].number, number, FX_NUMBER_SIZE);
	return &scripts[n_scripts++];
}

void fx_script_set(const char *number, const struct fx_script_step *steps, size_t n)
{
	struct script *s = script_of(number, true);

	FX_ASSERT(s && n <= FX_ARRAY_LEN(s->steps));
	memcpy(s->steps, steps, n * sizeof(*steps));
	s->n = n;
	s->at = 0;
}

size_t fx_script_dials(void)
{
	return n_dials;
}

const struct fx_script_dial *fx_script_dial_at(size_t i)
{
	FX_ASSERT(i < n_dials);
	return &dials[i];
}

uint32_t fx_script_confirmed(const char *number)
{
	struct script *s = script_of(number, false);

	return s ? s->confirmed : 0;
}

uint32_t fx_script_acked(void)
{
	return n_acked;
}

uint32_t fx_script_refused(void)
{
	return n_refused;
}

void fx_script_reset(void)
{
	memset(scripts, 0, sizeof(scripts));
	n_scripts = 0;
	free(dials);
	dials = NULL;
	n_dials = 0;
	n_acked = n_refused = 0;
	fx_script_write_page = NULL;
}

static void end_call(struct sc_call *c, enum fx_outcome outcome)
{
	struct prov *p = c->p;
	uint64_t id = c->id;
	struct fx_call_result r = {
		.outcome = outcome,
		.engine_code = c->answered ? 0 : -1,
		.pages_confirmed = c->done,
		.pages_total = c->pages,
		.answered_us = c->answered ? c->answered_us - c->start_us : -1,
		.ended_us = fx_loop_now_us(p->loop) - c->start_us,
		.rate_bps = c->answered ? 14400 : 0,
	};

	(void)fx_strlcpy(r.words, fx_outcome_words(outcome), sizeof(r.words));
	(void)fx_strlcpy(r.remote_id, c->answered ? "FAR" : "", sizeof(r.remote_id));
	fx_list_remove(&c->link);
	(void)fx_timer_free(c->timer);
	if (c->rx_fd >= 0) {
		(void)close(c->rx_fd);
	}
	(void)fx_free(c);
	p->sink->on_end(p->arg, id, &r);
}

static void tell_status(struct sc_call *c)
{
	struct fx_call_status st = {
		.state = !c->answered ? (c->incoming ? FX_PORT_RINGING : FX_PORT_DIALING) :
			 c->incoming ? FX_PORT_RECEIVING : FX_PORT_SENDING,
		.sender = !c->incoming,
		.page = !c->answered ? 0 : c->done < c->pages ? c->done + 1 : c->done,
		.pages_total = c->incoming ? 0 : c->pages,
		.pages_confirmed = c->done,
	};

	(void)fx_strlcpy(st.remote_id, c->answered ? "FAR" : "", sizeof(st.remote_id));
	c->p->sink->on_status(c->p->arg, c->id, &st);
}

static void tell_page(struct sc_call *c)
{
	struct fx_page_report pg = {
		.page = c->done,
		.resolution = FX_RES_FINE,
		.width_px = 1728,
		.rows = 2292,
		.confirmed = true,
		.rate_bps = 14400,
		.at_us = fx_loop_now_us(c->p->loop) - c->start_us,
	};

	c->p->sink->on_page(c->p->arg, c->id, &pg);
}

static void next_rx(struct sc_call *c)
{
	tell_status(c);
	if (c->done == c->pages) {
		end_call(c, c->step.outcome ? c->step.outcome : FX_OUTCOME_SUCCESS);
		return;
	}
	c->done++;
	if (fx_script_write_page) {
		fx_script_write_page(c->rx_fd, c->done);
	} else {
		FX_ASSERT(write(c->rx_fd, "P", 1) == 1);
	}
	c->waits_ack = true;
	tell_page(c);
}

static void next_tx(struct sc_call *c)
{
	uint32_t want = c->step.outcome ? c->step.pages : c->pages;

	if (!c->dialling) {
		c->dialling = true;
		tell_status(c);
		fx_timer_start(c->timer, ANSWER_US);
		return;
	}
	if (!c->answered) {
		if (c->step.not_answered) {
			end_call(c, c->step.outcome);
			return;
		}
		c->answered = true;
		c->answered_us = fx_loop_now_us(c->p->loop);
		tell_status(c);
		fx_timer_start(c->timer, PAGE_US);
		return;
	}
	if (c->done < want && c->done < c->pages) {
		c->done++;
		if (c->script) {
			c->script->confirmed++;
		}
		tell_page(c);
		tell_status(c);
		fx_timer_start(c->timer, c->done == c->pages || c->done == want ? FX_SECOND :
										  PAGE_US);
		return;
	}
	if (!c->step.hangs) {
		end_call(c, c->step.outcome ? c->step.outcome : FX_OUTCOME_SUCCESS);
	}
}

static void on_timer(void *arg)
{
	struct sc_call *c = arg;

	if (c->hung_up) {
		end_call(c, FX_OUTCOME_CANCELLED);
	} else if (!c->incoming) {
		next_tx(c);
	} else if (!c->answered) {
		tell_status(c);
		c->p->sink->on_ring(c->p->arg, c->id, 1);
	} else {
		next_rx(c);
	}
}

static struct sc_call *new_call(struct prov *p, uint64_t id, const char *line)
{
	struct sc_call *c = fx_zalloc(sizeof(*c));

	FX_ASSERT(c && !fx_timer_new(p->loop, on_timer, c, &c->timer));
	c->p = p;
	c->id = id;
	c->rx_fd = -1;
	c->start_us = fx_loop_now_us(p->loop);
	(void)fx_strlcpy(c->line, line, sizeof(c->line));
	fx_list_append(&p->calls, &c->link);
	return c;
}

static struct sc_call *find(struct prov *p, uint64_t id)
{
	FX_LIST_EACH(&p->calls, it) {
		struct sc_call *c = FX_CONTAINER(it, struct sc_call, link);

		if (c->id == id) {
			return c;
		}
	}
	return NULL;
}

static void tell_lines(struct prov *p)
{
	for (unsigned i = 1; i <= p->lines; i++) {
		struct fx_line l = {.online = !p->lost, .is_virtual = true};

		(void)snprintf(l.line, sizeof(l.line), "%u", i);
		(void)snprintf(l.name, sizeof(l.name), "Script %u", i);
		(void)snprintf(l.number, sizeof(l.number), "10%u", i);
		p->sink->on_line(p->arg, &l);
	}
}

static void on_announce(void *arg)
{
	tell_lines(arg);
}

static int sc_open(const struct fx_provider_env *env, struct fx_provider **ret,
		   struct fx_reason *reterr)
{
	struct prov *p = fx_zalloc(sizeof(*p));

	(void)reterr;
	FX_ASSERT(p && !fx_timer_new(env->loop, on_announce, p, &p->announce));
	p->base.ops = &fx_script_provider_ops;
	p->loop = env->loop;
	p->sink = env->sink;
	p->arg = env->arg;
	p->lines = (unsigned)atoi(fx_text(env->settings));
	fx_list_init(&p->calls);
	fx_timer_start(p->announce, 0);
	the = p;
	*ret = &p->base;
	return 0;
}

static int sc_dial(struct fx_provider *base, const char *line, uint64_t id, const struct fx_dial *d)
{
	struct prov *p = (struct prov *)base;
	struct fx_script_dial *rec;
	struct sc_call *c;

	if (p->lost) {
		return FX_ENODEV;
	}
	dials = realloc(dials, (n_dials + 1) * sizeof(*dials));
	FX_ASSERT(dials);
	rec = &dials[n_dials++];
	memset(rec, 0, sizeof(*rec));
	(void)fx_strlcpy(rec->number, d->number, sizeof(rec->number));
	(void)fx_strlcpy(rec->line, line, sizeof(rec->line));
	(void)fx_strlcpy(rec->local_id, d->local_id, sizeof(rec->local_id));
	rec->n_docs = d->n_docs;
	rec->modems = d->modems;
	rec->ecm = d->ecm;
	rec->banner = d->banner;
	rec->at_us = fx_loop_now_us(p->loop);
	c = new_call(p, id, line);
	for (uint32_t i = 0; i < d->n_docs; i++) {
		FX_ASSERT(d->docs[i].fd >= 0 && d->docs[i].first_page < d->docs[i].pages);
		c->pages += d->docs[i].pages - d->docs[i].first_page;
		if (i < 4) {
			rec->first_page[i] = d->docs[i].first_page;
			rec->before[i] = d->docs[i].before;
			rec->total[i] = d->docs[i].total;
			rec->pages[i] = d->docs[i].pages;
		}
	}
	c->script = script_of(d->number, true);
	if (c->script && c->script->n) {
		struct script *s = c->script;

		c->step = s->steps[s->at];
		s->at = s->at + 1 < s->n ? s->at + 1 : s->at;
	}
	fx_timer_start(c->timer, 0); /* a callback is never made from inside an operation */
	return 0;
}

static int sc_answer(struct fx_provider *base, uint64_t id, const struct fx_answer *a)
{
	struct sc_call *c = find((struct prov *)base, id);

	if (!c || c->answered) {
		return c ? FX_ESTATE : FX_ENOENT;
	}
	c->answered = true;
	c->answered_us = fx_loop_now_us(c->p->loop);
	c->rx_fd = dup(a->rx_fd);
	fx_timer_start(c->timer, RX_PAGE_US);
	return 0;
}

static int sc_hangup(struct fx_provider *base, uint64_t id)
{
	struct sc_call *c = find((struct prov *)base, id);

	if (!c) {
		return FX_ENOENT;
	}
	c->hung_up = true;
	fx_timer_start(c->timer, FX_SECOND);
	return 0;
}

static int sc_reject(struct fx_provider *base, uint64_t id)
{
	n_refused++;
	return sc_hangup(base, id);
}

static int sc_page_ack(struct fx_provider *base, uint64_t id, uint32_t page, bool ok)
{
	struct sc_call *c = find((struct prov *)base, id);

	FX_ASSERT(c && c->waits_ack && page == c->done);
	c->waits_ack = false;
	if (ok) {
		n_acked++;
		fx_timer_start(c->timer, RX_PAGE_US);
	} else {
		n_refused++;
		c->done--;
		c->pages = c->done;
		c->step.outcome = FX_OUTCOME_STORAGE;
		fx_timer_start(c->timer, 0);
	}
	return 0;
}

static void sc_close(struct fx_provider *base)
{
	struct prov *p = (struct prov *)base;

	FX_LIST_EACH_SAFE(&p->calls, it) {
		struct sc_call *c = FX_CONTAINER(it, struct sc_call, link);

		(void)fx_timer_free(c->timer);
		if (c->rx_fd >= 0) {
			(void)close(c->rx_fd);
		}
		(void)fx_free(c);
	}
	(void)fx_timer_free(p->announce);
	(void)fx_free(p);
	the = NULL;
}

void fx_script_incoming(const char *line, const char *caller_id, uint32_t pages,
			enum fx_outcome outcome)
{
	struct prov *p = the;
	struct sc_call *c;

	p->next_in += 2;
	c = new_call(p, p->next_in, line);
	c->incoming = true;
	c->pages = pages;
	c->step.outcome = outcome;
	p->sink->on_incoming(p->arg, c->id, line, caller_id, "5550");
	fx_timer_start(c->timer, 0);
}

void fx_script_lose(void)
{
	struct prov *p = the;

	p->lost = true;
	while (!fx_list_empty(&p->calls)) {
		end_call(FX_CONTAINER(p->calls.next, struct sc_call, link), FX_OUTCOME_HOST_LOST);
	}
	tell_lines(p);
}

void fx_script_back(void)
{
	the->lost = false;
	tell_lines(the);
}

const struct fx_provider_ops fx_script_provider_ops = {
	.abi = FX_PROVIDER_ABI,
	.name = "script",
	.open = sc_open,
	.dial = sc_dial,
	.answer = sc_answer,
	.reject = sc_reject,
	.hangup = sc_hangup,
	.page_ack = sc_page_ack,
	.close = sc_close,
};
