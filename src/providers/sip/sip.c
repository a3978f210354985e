/* SPDX-License-Identifier: Apache-2.0 */
/* SIP trunks as a provider: operations in, events out, on the owner's loop. */
#include "providers/sip/sip.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "providers/sip/sip_priv.h"

#define MEMORY_WRITE_US (2 * FX_SECOND) /* what was learned meanwhile goes into one writing */
#define CLOSE_MS 2000

struct fx_sip_tuning fx_sip_tuning = {
	.ring_ms = 4000, .ring_max_ms = 180000, .ced_ms = 3200, .audio_silence_ms = 30000,
	.person_ms = 40000, .t38_silence_ms = 6000, .linger_ms = 150, .bye_ms = 1500,
	.hangup_ms = 3000,
};

/** A call as the loop sees it: until its end was told. */
struct fx_sip_front {
	struct fx_sip_front *next;
	uint64_t id;
	size_t line;
	bool outgoing, answered, refused;
	uint32_t rings;
	struct fx_sip_prep *prep;
	struct fx_sip_plan plan;
	char number[FX_NUMBER_SIZE]; /* canonical */
};

static struct fx_sip *sip_of(struct fx_provider *p)
{
	FX_ASSERT(p->ops == &fx_sip_provider_ops);
	return FX_CONTAINER(p, struct fx_sip, base);
}

static struct fx_sip_front **find(struct fx_sip *p, uint64_t id)
{
	struct fx_sip_front **at = &p->fronts[(id >> 1) % FX_SIP_BUCKETS];

	while (*at && (*at)->id != id) {
		at = &(*at)->next;
	}
	return at;
}

static struct fx_sip_front *add_front(struct fx_sip *p, uint64_t id, size_t line, bool outgoing)
{
	struct fx_sip_front *f = fx_zalloc(sizeof(*f)), **at = find(p, id);

	if (f) {
		f->id = id;
		f->line = line;
		f->outgoing = outgoing;
		f->next = *at;
		*at = f;
	}
	return f;
}

static void drop_front(struct fx_sip_front **at)
{
	struct fx_sip_front *f = *at;

	*at = f->next;
	fx_sip_prep_drop(f->prep);
	(void)fx_free(f);
}

/* ---- lines ---- */

size_t fx_sip_take_line(struct fx_sip *p, size_t trunk)
{
	size_t best = SIZE_MAX;

	(void)pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < p->n_lines; i++) {
		struct fx_sip_line *l = &p->lines[i];

		if (l->trunk == trunk && !l->busy &&
		    (best == SIZE_MAX || (p->lines[best].deaf && !l->deaf))) {
			best = i;
		}
	}
	if (best != SIZE_MAX) {
		p->lines[best].busy = true;
	}
	(void)pthread_mutex_unlock(&p->lock);
	return best;
}

void fx_sip_give_line(struct fx_sip *p, size_t line)
{
	(void)pthread_mutex_lock(&p->lock);
	p->lines[line].busy = false;
	(void)pthread_mutex_unlock(&p->lock);
}

static void set_deaf(struct fx_sip *p, size_t line, bool deaf)
{
	(void)pthread_mutex_lock(&p->lock);
	p->lines[line].deaf = deaf;
	(void)pthread_mutex_unlock(&p->lock);
}

static int make_lines(struct fx_sip *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->set.n_trunks; i++) {
		n += (size_t)p->set.trunks[i].ports;
	}
	p->lines = fx_calloc(n ? n : 1, sizeof(*p->lines));
	if (!p->lines) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < p->set.n_trunks; i++) {
		const struct fx_sip_trunk *t = &p->set.trunks[i];

		for (int64_t k = 1; k <= t->ports; k++) {
			struct fx_sip_line *l = &p->lines[p->n_lines++];

			fx_sip_line_name(t, (uint32_t)k, l->info.line);
			(void)snprintf(l->info.name, sizeof(l->info.name), "SIP %s", l->info.line);
			(void)fx_strlcpy(l->info.number, t->number, sizeof(l->info.number));
			l->trunk = i;
		}
	}
	return 0;
}

/* ---- what was learned ---- */

struct memory_write {
	char *path;
	struct fx_buf text;
};

static void memory_work(void *arg)
{
	struct memory_write *w = arg;

	if (fx_policy_write(w->path, w->text.data, w->text.len)) {
		fx_log(FX_LOG_DEBUG, "sip: %s cannot be written", w->path);
	}
}

static void memory_done(void *arg)
{
	struct memory_write *w = arg;

	fx_buf_fini(&w->text);
	(void)fx_free(w->path);
	(void)fx_free(w);
}

static struct memory_write *memory_take(struct fx_sip *p)
{
	struct memory_write *w = fx_zalloc(sizeof(*w));

	p->memory_dirty = false;
	if (w) {
		w->path = fx_strdup(p->memory_path);
		fx_policy_text(p->policy, fx_loop_wall_us(p->loop) / FX_SECOND, &w->text);
	}
	if (w && (!w->path || w->text.err)) {
		memory_done(w);
		return NULL;
	}
	return w;
}

static void on_memory_timer(void *arg)
{
	struct memory_write *w = memory_take(arg);

	if (w && fx_loop_work(((struct fx_sip *)arg)->loop, memory_work, memory_done, w)) {
		memory_done(w);
	}
}

static void learn(struct fx_sip *p, const struct fx_sip_front *f,
		  const struct fx_policy_lesson *lesson)
{
	const struct fx_sip_trunk *t = &p->set.trunks[p->lines[f->line].trunk];

	if (f->outgoing && fx_policy_learn(p->policy, t->name, f->number, &f->plan, lesson,
					   fx_loop_wall_us(p->loop) / FX_SECOND,
					   t->remember_days) &&
	    p->memory_path && t->remember_days) {
		p->memory_dirty = true;
		if (!fx_timer_running(p->memory_timer)) {
			fx_timer_start(p->memory_timer, MEMORY_WRITE_US);
		}
	}
}

static int open_memory(struct fx_sip *p, struct fx_reason *reterr)
{
	int err = fx_policy_new(&p->policy);

	if (err || !*p->set.state_dir) {
		return err;
	}
	p->memory_path = fx_asprintf("%s/sip-destinations", p->set.state_dir);
	if (!p->memory_path) {
		return FX_ENOMEM;
	}
	err = fx_policy_load(p->policy, p->memory_path, fx_loop_wall_us(p->loop) / FX_SECOND);
	if (err && err != FX_ENOMEM) { /* a hint only: begin anew */
		fx_log(FX_LOG_DEBUG, "sip: %s is not used: %s", p->memory_path, fx_error_str(err));
		err = 0;
	}
	(void)reterr;
	return err;
}

/* ---- events of the signalling thread ---- */

#define ALL SIZE_MAX /* for a trunk: every line as it is, at the start */

static void tell_lines(struct fx_sip *p, size_t trunk, bool online, const char *why)
{
	for (size_t i = 0; i < p->n_lines; i++) {
		struct fx_line *info = &p->lines[i].info;

		if (trunk != ALL) {
			if (p->lines[i].trunk != trunk ||
			    (info->online == online && !strcmp(info->why, why))) {
				continue;
			}
			info->online = online;
			(void)fx_strlcpy(info->why, why, sizeof(info->why));
		}
		p->sink->on_line(p->arg, info);
	}
}

static void tell_incoming(struct fx_sip *p, const struct fx_sip_event *ev)
{
	struct fx_sip_front *f = add_front(p, ev->call, ev->incoming.line, false);

	if (!f) { /* nobody hears of it: its end is dropped too */
		struct fx_sip_cmd *cmd = fx_zalloc(sizeof(*cmd));

		fx_sip_give_line(p, ev->incoming.line);
		if (cmd) {
			cmd->p = p;
			cmd->call = ev->call;
			cmd->type = FX_SIP_HANGUP;
			cmd->answer.rx_fd = cmd->answer.log_fd = -1;
			fx_ua_post(p->ua, fx_sip_call_cmd, cmd);
		}
		return;
	}
	p->sink->on_incoming(p->arg, ev->call, p->lines[f->line].info.line, ev->incoming.caller_id,
			     ev->incoming.called);
}

static void tell_end(struct fx_sip *p, const struct fx_sip_event *ev)
{
	struct fx_sip_front **at = find(p, ev->call), *f = *at;

	fx_sip_give_line(p, f->line);
	learn(p, f, &ev->end.lesson);
	drop_front(at);
	p->sink->on_end(p->arg, ev->call, &ev->end.result);
}

static void on_event(void *arg, const struct fx_sip_event *ev)
{
	struct fx_sip *p = arg;
	struct fx_sip_front *f = *find(p, ev->call);

	if (!f && ev->type != FX_SIP_EV_LINES && ev->type != FX_SIP_EV_INCOMING) {
		return;
	}
	switch (ev->type) {
	case FX_SIP_EV_LINES:
		tell_lines(p, ev->lines.trunk, ev->lines.online, ev->lines.why);
		break;
	case FX_SIP_EV_INCOMING:
		tell_incoming(p, ev);
		break;
	case FX_SIP_EV_RING:
		if (!f->refused) {
			f->rings = ev->ring;
			p->sink->on_ring(p->arg, ev->call, ev->ring);
		}
		break;
	case FX_SIP_EV_STATUS:
		p->sink->on_status(p->arg, ev->call, &ev->status);
		break;
	case FX_SIP_EV_PAGE:
		p->sink->on_page(p->arg, ev->call, &ev->page);
		break;
	case FX_SIP_EV_END:
		tell_end(p, ev);
		break;
	}
}

/* ---- operations ---- */

static int dup_fd(int fd)
{
	return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static int take_named_line(struct fx_sip *p, const char *name, size_t *ret)
{
	int err = FX_ENODEV;

	(void)pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < p->n_lines; i++) {
		struct fx_sip_line *l = &p->lines[i];

		if (!strcmp(l->info.line, name)) {
			err = !l->info.online ? FX_ENODEV : l->busy ? FX_EBUSY : 0;
			l->busy |= !err;
			*ret = i;
			break;
		}
	}
	(void)pthread_mutex_unlock(&p->lock);
	return err;
}

static int start_call(struct fx_sip *p, size_t line, uint64_t call, const struct fx_dial *d)
{
	const struct fx_sip_trunk *t = &p->set.trunks[p->lines[line].trunk];
	fx_auto struct fx_sip_dial *msg = fx_zalloc(sizeof(*msg));
	struct fx_sip_front *f;
	int err;

	if (!msg) {
		return FX_ENOMEM;
	}
	err = fx_sip_number(t, d->number, &msg->number, NULL);
	if (err) {
		return FX_EINVAL;
	}
	f = add_front(p, call, line, true);
	err = f ? fx_sip_prep_start(p, call, d, &f->prep) : FX_ENOMEM;
	if (err) {
		if (f) {
			drop_front(find(p, call));
		}
		return err;
	}
	fx_policy_plan(p->policy, t->name, msg->number.canonical,
		       fx_sip_route_of(t, msg->number.canonical),
		       fx_loop_wall_us(p->loop) / FX_SECOND, &f->plan);
	(void)fx_strlcpy(f->number, msg->number.canonical, sizeof(f->number));
	msg->p = p;
	msg->call = call;
	msg->line = line;
	msg->plan = f->plan;
	msg->dial = *d;
	msg->take_log_fd = dup_fd(d->log_fd);
	msg->start_us = fx_loop_now_us(p->loop);
	fx_ua_post(p->ua, fx_sip_call_dial, msg);
	msg = NULL;
	return 0;
}

static int sip_dial(struct fx_provider *base, const char *line, uint64_t call,
		    const struct fx_dial *d)
{
	struct fx_sip *p = sip_of(base);
	size_t at = 0;
	int err;

	FX_ON_LOOP(p->loop);
	if (!(call & 1) || *find(p, call) || !d->n_docs || d->n_docs > FX_CALL_DOCS_MAX) {
		return FX_EINVAL;
	}
	err = take_named_line(p, line, &at);
	if (err) {
		return err;
	}
	err = start_call(p, at, call, d);
	if (err) {
		fx_sip_give_line(p, at);
	}
	return err;
}

static struct fx_sip_cmd *command(struct fx_sip *p, uint64_t call)
{
	struct fx_sip_cmd *cmd = fx_zalloc(sizeof(*cmd));

	if (cmd) {
		cmd->p = p;
		cmd->call = call;
		cmd->answer.rx_fd = cmd->answer.log_fd = -1;
	}
	return cmd;
}

static int sip_answer(struct fx_provider *base, uint64_t call, const struct fx_answer *a)
{
	struct fx_sip *p = sip_of(base);
	struct fx_sip_front *f = *find(p, call);
	struct fx_sip_cmd *cmd;

	FX_ON_LOOP(p->loop);
	if (!f) {
		return FX_ENOENT;
	}
	if (f->outgoing || f->answered || f->refused) {
		return FX_ESTATE;
	}
	cmd = command(p, call);
	if (!cmd) {
		return FX_ENOMEM;
	}
	f->answered = true;
	set_deaf(p, f->line, false);
	cmd->type = FX_SIP_ANSWER;
	cmd->answer = *a;
	cmd->answer.rx_fd = dup_fd(a->rx_fd);
	cmd->answer.log_fd = dup_fd(a->log_fd);
	fx_ua_post(p->ua, fx_sip_call_cmd, cmd);
	return 0;
}

static int hang(struct fx_provider *base, uint64_t call, bool reject)
{
	struct fx_sip *p = sip_of(base);
	struct fx_sip_front *f = *find(p, call);
	struct fx_sip_cmd *cmd;

	FX_ON_LOOP(p->loop);
	if (!f) {
		return FX_ENOENT;
	}
	if (reject && (f->outgoing || f->answered)) {
		return FX_ESTATE;
	}
	cmd = command(p, call);
	if (!cmd) {
		return FX_ENOMEM;
	}
	cmd->type = reject ? FX_SIP_REJECT : FX_SIP_HANGUP;
	cmd->err = reject && !f->rings;
	if (cmd->err) {
		set_deaf(p, f->line, true);
	}
	f->refused |= reject;
	fx_ua_post(p->ua, fx_sip_call_cmd, cmd);
	return 0;
}

static int sip_reject(struct fx_provider *p, uint64_t call)
{
	return hang(p, call, true);
}

static int sip_hangup(struct fx_provider *p, uint64_t call)
{
	return hang(p, call, false);
}

static int sip_page_ack(struct fx_provider *base, uint64_t call, uint32_t page, bool ok)
{
	struct fx_sip *p = sip_of(base);
	struct fx_sip_front *f = *find(p, call);

	if (!f) {
		return FX_ENOENT;
	}
	if (!f->answered) {
		return FX_ESTATE;
	}
	fx_workers_page_ack(p->workers, call, page, ok);
	return 0;
}

/* ---- the signalling side ---- */

static int on_stranger(void *arg, const struct fx_ua_in *in)
{
	struct fx_sip *p = arg;

	if (!p->trunks || p->closing) {
		return 1;
	}
	return fx_inbound_check(fx_trunks_inbound(p->trunks), &in->from, fx_ua_now_ms());
}

static void on_message(void *arg, bool out, const struct sockaddr_storage *peer, const char *text,
		       size_t n)
{
	(void)arg;
	(void)peer;
	fx_trace(FX_TRACE_SIP, "%c %.*s", out ? '>' : '<', (int)n, text);
}

static const struct fx_ua_events ua_events = {on_stranger, fx_sip_on_call, on_message};

static void on_trunk(void *arg, struct fx_trunk *t, bool online, const char *words)
{
	struct fx_sip *p = arg;
	struct fx_sip_event ev = {.type = FX_SIP_EV_LINES};

	fx_sip_notice_trunk(t, online, words);
	while (fx_trunks_at(p->trunks, ev.lines.trunk) != t) {
		ev.lines.trunk++;
	}
	ev.lines.online = online;
	(void)fx_strlcpy(ev.lines.why, online ? "" : words, sizeof(ev.lines.why));
	fx_sip_outbox_put(p->outbox, &ev);
}

static void signal_change(struct fx_sip *p, bool *what)
{
	(void)pthread_mutex_lock(&p->lock);
	*what = true;
	(void)pthread_cond_broadcast(&p->changed);
	(void)pthread_mutex_unlock(&p->lock);
}

static void wait_for(struct fx_sip *p, const bool *what)
{
	(void)pthread_mutex_lock(&p->lock);
	while (!*what) {
		(void)pthread_cond_wait(&p->changed, &p->lock);
	}
	(void)pthread_mutex_unlock(&p->lock);
}

static void begin(void *arg)
{
	struct fx_sip *p = arg;
	struct fx_trunks_prm prm = {.ua = p->ua, .settings = &p->set, .on_state = on_trunk,
				    .arg = p};

	p->open_err = fx_trunks_new(&prm, &p->trunks, &p->open_why);
	if (!p->open_err) {
		p->open_err = fx_sip_notice_begin(p);
	}
	signal_change(p, &p->opened);
}

static void gone(void *arg)
{
	struct fx_sip *p = arg;

	p->closing_timer = fx_ua_timer_free(p->closing_timer);
	fx_sip_calls_free(p);
	p->trunks = fx_trunks_free(p->trunks);
	signal_change(p, &p->closed);
}

static void on_trunks_closed(void *arg)
{
	struct fx_sip *p = arg;

	p->trunks_closed = true;
	fx_sip_call_gone(p);
}

/* When the last call and the registrations are gone; not from inside of what ended. */
void fx_sip_call_gone(struct fx_sip *p)
{
	if (p->closing && p->closing_timer && p->trunks_closed && !p->n_calls) {
		fx_ua_timer_start(p->closing_timer, 0);
	}
}

static void finish(void *arg)
{
	struct fx_sip *p = arg;

	p->closing = true;
	fx_sip_notice_end(p);
	p->workers = fx_workers_free(p->workers); /* here, where they are used */
	if (!p->trunks || fx_ua_timer_new(p->ua, gone, p, &p->closing_timer)) {
		gone(p);
		return;
	}
	fx_ua_timer_start(p->closing_timer, CLOSE_MS);
	fx_sip_calls_close(p);
	fx_trunks_close(p->trunks, on_trunks_closed, p);
}

/* ---- open and close ---- */

static void sip_close(struct fx_provider *base)
{
	struct fx_sip *p = sip_of(base);
	struct memory_write *w;

	for (size_t i = 0; i < FX_SIP_BUCKETS; i++) {
		while (p->fronts[i]) {
			drop_front(&p->fronts[i]);
		}
	}
	if (p->ua) {
		fx_ua_post(p->ua, finish, p);
		wait_for(p, &p->closed);
		p->ua = fx_ua_free(p->ua);
	}
	p->workers = fx_workers_free(p->workers); /* no user agent came about */
	fx_sip_outbox_close(p->outbox);
	p->memory_timer = fx_timer_free(p->memory_timer);
	w = p->memory_dirty ? memory_take(p) : NULL;
	if (w) {
		memory_work(w);
		memory_done(w);
	}
	p->policy = fx_policy_free(p->policy);
	(void)fx_free(p->memory_path);
	(void)fx_free(p->lines);
	fx_sip_settings_fini(&p->set);
	(void)pthread_mutex_destroy(&p->lock);
	(void)pthread_cond_destroy(&p->changed);
	(void)fx_free(p);
}

static int open_ua(struct fx_sip *p, struct fx_reason *reterr)
{
	struct fx_ua_listen listen[16];
	struct fx_ua_prm prm = {
		.listen = listen,
		.n_listen = fx_sip_settings_listen(&p->set, listen, FX_ARRAY_LEN(listen)),
		.user_agent = "caselli/" FX_VERSION,
		.dns = p->set.dns,
		.events = &ua_events,
		.arg = p,
	};
	int err = fx_ua_new(&prm, &p->ua, reterr);

	if (err) {
		return err;
	}
	fx_ua_post(p->ua, begin, p);
	wait_for(p, &p->opened);
	if (p->open_err && reterr) {
		*reterr = p->open_why;
	}
	return p->open_err;
}

static int open_all(struct fx_sip *p, const char *settings, struct fx_reason *reterr)
{
	int err = fx_sip_settings_parse(&p->set, settings, reterr);

	if (!err) {
		fx_sip_settings_secrets(&p->set);
		err = make_lines(p);
	}
	if (!err) {
		err = open_memory(p, reterr);
	}
	if (!err) {
		err = fx_timer_new(p->loop, on_memory_timer, p, &p->memory_timer);
	}
	if (!err) {
		err = fx_sip_outbox_new(p->loop, on_event, p, &p->outbox);
	}
	if (!err) {
		err = fx_workers_new((unsigned)p->set.workers, &fx_sip_worker_events, p,
				     &p->workers);
	}
	return err ? err : open_ua(p, reterr);
}

static int sip_open(const struct fx_provider_env *env, struct fx_provider **ret,
		    struct fx_reason *reterr)
{
	struct fx_sip *p = fx_zalloc(sizeof(*p));
	struct fx_sip_event ev = {.type = FX_SIP_EV_LINES, .lines.trunk = ALL};
	int err;

	if (!p) {
		return fx_fail(reterr, FX_ENOMEM, "sip: out of memory");
	}
	p->base.ops = &fx_sip_provider_ops;
	p->loop = env->loop;
	p->sink = env->sink;
	p->arg = env->arg;
	p->tune = fx_sip_tuning;
	p->next_in = 2;
	p->next_port = (uint16_t)(fx_loop_wall_us(p->loop) / FX_SECOND);
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->changed, NULL);
	err = open_all(p, env->settings, reterr);
	if (err) {
		if (reterr && !reterr->text[0]) {
			fx_reason_set(reterr, "sip: %s", fx_error_str(err));
		}
		sip_close(&p->base);
		return err;
	}
	fx_sip_outbox_put(p->outbox, &ev);
	*ret = &p->base;
	return 0;
}

const struct fx_provider_ops fx_sip_provider_ops = {
	.abi = FX_PROVIDER_ABI,
	.name = "sip",
	.open = sip_open,
	.dial = sip_dial,
	.answer = sip_answer,
	.reject = sip_reject,
	.hangup = sip_hangup,
	.page_ack = sip_page_ack,
	.close = sip_close,
};
