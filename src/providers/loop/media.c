/* SPDX-License-Identifier: Apache-2.0 */
/* From the answer to the end: two T.30 sessions coupled by a line in memory,
 * clocked by one timer for all calls. */
#include "providers/loop/loop_priv.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

#define UNPACED_US FX_MS          /* engine.md 4.3: a fine tick halves the time of a page */
#define UNPACED_SAMPLES 8u
#define STEPS_AT_ONCE 25          /* then the other calls have their turn */
#define TIME_LOST_US (5 * FX_SECOND) /* the machine slept: nobody waits for that time */
#define PLAYOUT_MS 40             /* audio that comes later than this is lost */
#define HANGUP_MAX_US (4500 * FX_MS)
#define PUMP_MAX 64

/* ---- sessions ---- */

static void on_status(void *arg, const struct fx_call_status *st)
{
	struct fx_loop_event ev = {.type = FX_EV_STATUS, .status = *st};

	fx_loop_queue(arg, &ev);
}

static void on_page(void *arg, const struct fx_page_report *page)
{
	struct fx_loop_event ev = {.type = FX_EV_PAGE, .page = *page};

	fx_loop_queue(arg, &ev);
}

static void on_log(void *arg, int64_t t_us, const char *line)
{
	struct fx_loop_end *e = arg;
	char text[512];
	size_t n;

	if (e->log_fd >= 0) {
		n = fx_t30_log_format(text, sizeof(text), t_us, line);
		(void)!write(e->log_fd, text, n);
	}
}

/* A datagram as UDPTL (T.38 annex D) makes it: this packet and the last few. */
static struct fx_loop_packet *datagram(struct fx_loop_rx *rx, const uint8_t *ifp, size_t len,
				       uint16_t seq, unsigned redundancy)
{
	unsigned i, n = redundancy < rx->n_old ? redundancy : rx->n_old;
	size_t size = len;
	struct fx_loop_packet *p;

	for (i = 0; i < n; i++) {
		size += rx->old_len[i];
	}
	p = fx_zalloc(sizeof(*p) + size);
	if (!p) {
		return NULL; /* as lost as on any network */
	}
	p->seq = seq;
	p->n = (uint16_t)(n + 1);
	p->len[0] = (uint16_t)len;
	memcpy(p->data, ifp, len);
	for (size = len, i = 0; i < n; i++) {
		p->len[i + 1] = rx->old_len[i];
		memcpy(p->data + size, rx->old[i], rx->old_len[i]);
		size += rx->old_len[i];
	}
	return p;
}

static void remember(struct fx_loop_rx *rx, const uint8_t *ifp, size_t len, unsigned redundancy)
{
	unsigned keep = redundancy < 7 ? redundancy : 7, i;

	if (!keep) {
		return;
	}
	if (len > sizeof(rx->old[0])) {
		rx->n_old = 0; /* too long to be repeated */
		return;
	}
	for (i = rx->n_old < keep ? rx->n_old : keep - 1; i > 0; i--) {
		memcpy(rx->old[i], rx->old[i - 1], rx->old_len[i - 1]);
		rx->old_len[i] = rx->old_len[i - 1];
	}
	memcpy(rx->old[0], ifp, len);
	rx->old_len[0] = (uint16_t)len;
	rx->n_old = rx->n_old < keep ? rx->n_old + 1 : keep;
}

/* Into the queue by due time; nearly always it is the last one. */
static void enqueue(struct fx_loop_rx *rx, struct fx_loop_packet *p)
{
	struct fx_loop_packet **at = &rx->head;

	if (rx->last && rx->last->due_us <= p->due_us) {
		at = &rx->last->next;
	}
	while (*at && (*at)->due_us <= p->due_us) {
		at = &(*at)->next;
	}
	p->next = *at;
	*at = p;
	if (!p->next) {
		rx->last = p;
	}
}

static bool is_clean(const struct fx_loop_opts *o)
{
	return o->loss_percent <= 0 && o->reorder_percent <= 0 && o->duplicate_percent <= 0 &&
	       !o->jitter_ms && o->bit_error_rate <= 0;
}

/* One datagram sets out: lost, late, twice, or as it should be. */
static void set_out(struct fx_loop_conn *c, struct fx_loop_rx *rx, const struct fx_loop_packet *p,
		    size_t size, int64_t due_us)
{
	const struct fx_loop_opts *o = &c->opts;
	struct fx_loop_packet *copy;
	size_t octets = size - sizeof(*p);

	if (fx_chance(&c->rng, o->loss_percent)) {
		return;
	}
	copy = fx_memdup(p, size);
	if (!copy) {
		return;
	}
	copy->due_us = due_us;
	if (o->jitter_ms) {
		copy->due_us += (int64_t)(fx_rng(&c->rng) % (uint64_t)(o->jitter_ms * FX_MS));
	}
	if (fx_chance(&c->rng, o->reorder_percent)) {
		copy->due_us += 2 * (c->unpaced ? FX_MS : 40 * FX_MS);
	}
	fx_impair_bits(c, copy->data, octets);
	enqueue(rx, copy);
}

static void on_ifp(void *arg, const uint8_t *ifp, size_t len, uint16_t seq, unsigned repeat)
{
	struct fx_loop_end *e = arg;
	struct fx_loop_conn *c = e->conn;
	struct fx_loop_rx *rx = &fx_loop_other(e)->rx;
	int64_t due = fx_loop_now_us(c->x->loop) + c->opts.delay_ms * FX_MS;
	bool clean = is_clean(&c->opts) || c->far == FX_FAR_SOCKET;
	unsigned redundancy = clean ? 0 : (unsigned)c->opts.t38_redundancy, i;
	struct fx_loop_packet *p = datagram(rx, ifp, len, seq, redundancy);
	size_t size = sizeof(*p);

	if (!p) {
		return;
	}
	if (clean) {
		/* Nothing can happen to it: repeats would only be dropped. */
		p->due_us = due;
		enqueue(rx, p);
		return;
	}
	for (i = 0; i < p->n; i++) {
		size += p->len[i];
	}
	for (i = 0; i < repeat; i++) {
		set_out(c, rx, p, size, due);
		if (fx_chance(&c->rng, c->opts.duplicate_percent)) {
			set_out(c, rx, p, size, due);
		}
	}
	remember(rx, ifp, len, redundancy);
	(void)fx_free(p);
}

static const struct fx_t30_events session_events = {
	.on_status = on_status,
	.on_page = on_page,
	.on_ifp = on_ifp,
	.on_log = on_log,
};

static void close_fd(int *fd)
{
	if (*fd >= 0) {
		(void)close(*fd);
	}
	*fd = -1;
}

static void drop_copies(struct fx_loop_end *e)
{
	if (e->answer) {
		close_fd(&e->answer->rx_fd);
	}
	e->dial = fx_free(e->dial);
	e->answer = fx_free(e->answer);
}

void fx_media_end_fini(struct fx_loop_end *e)
{
	struct fx_loop_packet *p, *next;

	fx_prep_drop(e);
	e->t30 = fx_t30_free(e->t30);
	drop_copies(e);
	close_fd(&e->log_fd);
	for (p = e->rx.head; p; p = next) {
		next = p->next;
		(void)fx_free(p);
	}
	(void)fx_free(e->rx.frames);
	(void)fx_free(e->rx.lost);
	memset(&e->rx, 0, sizeof(e->rx));
}

enum fx_outcome fx_media_start_failure(int err, bool caller)
{
	if (err == FX_ENOMEM) {
		return FX_OUTCOME_LINE_UNAVAILABLE;
	}
	return caller ? FX_OUTCOME_DOCUMENT : FX_OUTCOME_STORAGE;
}

static void start_session(struct fx_loop_end *e)
{
	struct fx_loop_conn *c = e->conn;
	struct fx_reason why = {{0}};
	struct fx_t30_prm prm = {
		.caller = e->caller,
		.t38 = c->t38,
		.t38_unpaced = c->unpaced,
		.dial = e->dial,
		.answer = e->answer,
		.call = e->id,
		.start_us = c->connected_at - e->start_us,
		.events = &session_events,
		.arg = e,
	};
	size_t frames = (size_t)(c->opts.delay_ms + 19) / 20 + 1;
	int err = 0;

	if (!c->t38) {
		e->rx.size = frames;
		e->rx.frames = fx_calloc(frames * FX_FRAME, sizeof(int16_t));
		e->rx.lost = fx_calloc(frames, sizeof(bool));
		err = e->rx.frames && e->rx.lost ? 0 : FX_ENOMEM;
	}
	if (!err) {
		prm.take_doc = fx_prep_take(e);
		err = fx_t30_new(&prm, &e->t30, &why);
	}
	if (err) {
		(void)fx_t30_doc_free(prm.take_doc);
		fx_loop_end_with(e, fx_media_start_failure(err, e->caller),
				 why.text[0] ? why.text : NULL);
		return;
	}
	drop_copies(e);
}

/* ---- the line ---- */

static int16_t *codec_of(struct fx_exchange *x, enum fx_loop_codec codec)
{
	if (!x->codec[codec]) {
		x->codec[codec] = fx_codec_table(codec);
	}
	return x->codec[codec];
}

void fx_media_connect(struct fx_loop_conn *c)
{
	struct fx_exchange *x = c->x;
	int64_t now = fx_loop_now_us(x->loop);
	bool far_fax = c->far == FX_FAR_LINE;

	fx_timer_stop(c->timer);
	c->state = FX_LOOP_CONNECTED;
	c->connected_at = now;
	c->cut_at = c->opts.cut_after_s ? now + c->opts.cut_after_s * FX_SECOND : -1;
	c->t38 = c->far == FX_FAR_SOCKET ? fx_sock_t38(c->sock) : c->opts.transport && far_fax;
	c->unpaced = c->t38 && far_fax && c->opts.t38_pacing && c->a.dial->ecm && c->b.answer->ecm;
	if (!codec_of(x, (enum fx_loop_codec)c->opts.codec)) {
		c->a.lost_at = c->b.lost_at = now;
	}
	if (c->a.live) {
		fx_loop_log(&c->a, "- answered");
		start_session(&c->a);
	}
	if (c->b.live) {
		fx_loop_queue_status(&c->b, FX_PORT_ANSWERED);
		start_session(&c->b);
	}
	if (c->far == FX_FAR_SOCKET) {
		if (c->b.t30) {
			fx_sock_answered(c);
		}
		if (!c->a.live && !c->b.live) {
			fx_loop_conn_over(c);
		}
		return;
	}
	if (!c->a.t30) {
		c->b.lost_at = now;
	}
	if (far_fax && !c->b.t30) {
		c->a.lost_at = now;
	}
	fx_list_append(&x->active, &c->active);
	/* All calls of one pace move together: the timer wakes once for them. */
	c->next_step = (now / FX_FRAME_US + 1) * FX_FRAME_US;
	if (c->unpaced) {
		c->next_step = now + UNPACED_US;
	}
	if (!fx_timer_running(x->step_timer)) {
		fx_timer_start_at(x->step_timer, c->next_step);
	} else {
		fx_timer_start(x->step_timer, 0); /* finds the next one itself */
	}
}

void fx_media_end_hangup(struct fx_loop_end *e)
{
	if (e->t30) {
		fx_t30_hangup(e->t30);
		e->force_at = fx_loop_now_us(e->conn->x->loop) + HANGUP_MAX_US;
		if (e->conn->far == FX_FAR_SOCKET) { /* it may send no frames any more */
			fx_sock_go_on(e->conn);
			fx_timer_start_at(e->conn->timer, e->force_at);
		}
	}
}

/* One frame from src (NULL: whatever else is there) towards dst. */
static void move_audio(struct fx_loop_conn *c, struct fx_loop_end *src, struct fx_loop_end *dst)
{
	struct fx_loop_rx *rx = &dst->rx;
	int16_t *frame;

	if (!dst->t30) {
		int16_t unheard[FX_FRAME];

		if (src->t30) {
			fx_t30_tx(src->t30, unheard, FX_FRAME);
		}
		return;
	}
	frame = rx->frames + rx->pos * FX_FRAME;
	if (src->t30) {
		fx_t30_tx(src->t30, frame, FX_FRAME);
	} else if (c->far == FX_FAR_PERSON) {
		fx_voice(c, frame, FX_FRAME);
	} else {
		memset(frame, 0, FX_FRAME * sizeof(*frame));
	}
	fx_impair_audio(c, frame, FX_FRAME);
	rx->lost[rx->pos] = fx_chance(&c->rng, c->opts.loss_percent);
	if (c->opts.jitter_ms > PLAYOUT_MS &&
	    fx_rng(&c->rng) % (uint64_t)c->opts.jitter_ms > PLAYOUT_MS) {
		rx->lost[rx->pos] = true;
	}
	rx->pos = (rx->pos + 1) % rx->size;
	if (rx->lost[rx->pos]) {
		fx_t30_rx_lost(dst->t30, FX_FRAME);
	} else {
		fx_t30_rx(dst->t30, rx->frames + rx->pos * FX_FRAME, FX_FRAME);
	}
}

/* What UDPTL does with a datagram: older packets it repeats fill the gaps, in order. */
static void take_packet(struct fx_loop_end *e, const struct fx_loop_packet *p)
{
	const uint8_t *data[8];
	size_t at = 0;
	int i;

	for (i = 0; i < p->n; i++) {
		data[i] = p->data + at;
		at += p->len[i];
	}
	for (i = p->n - 1; i >= 0; i--) {
		uint16_t seq = (uint16_t)(p->seq - i);

		if ((int16_t)(seq - e->rx.want_seq) >= 0) {
			fx_t30_ifp(e->t30, data[i], p->len[i], seq);
			e->rx.want_seq = (uint16_t)(seq + 1);
		}
	}
}

static bool deliver(struct fx_loop_end *e, int64_t now)
{
	struct fx_loop_rx *rx = &e->rx;
	bool any = false;

	while (e->t30 && rx->head && rx->head->due_us <= now && e->n_ev < FX_LOOP_EVENTS / 2) {
		struct fx_loop_packet *p = rx->head;

		rx->head = p->next;
		if (!rx->head) {
			rx->last = NULL;
		}
		take_packet(e, p);
		(void)fx_free(p);
		any = true;
	}
	return any;
}

static void tick(struct fx_loop_end *e, size_t n)
{
	if (e->t30) {
		fx_t30_tick(e->t30, n);
	}
}

static void move_t38(struct fx_loop_conn *c, int64_t now)
{
	size_t n = c->unpaced ? UNPACED_SAMPLES : FX_FRAME;
	int i;

	(void)deliver(&c->a, now);
	(void)deliver(&c->b, now);
	tick(&c->a, n);
	tick(&c->b, n);
	/* Unpaced, an answer may leave in the moment its question came. */
	for (i = 0; c->unpaced && i < PUMP_MAX; i++) {
		bool a = c->a.n_ev < FX_LOOP_EVENTS / 2 && deliver(&c->a, now);
		bool b = c->b.n_ev < FX_LOOP_EVENTS / 2 && deliver(&c->b, now);

		if (a) {
			tick(&c->a, 0);
		}
		if (b) {
			tick(&c->b, 0);
		}
		if (!a && !b) {
			break;
		}
	}
}

static void check_end(struct fx_loop_end *e, int64_t now)
{
	struct fx_loop_conn *c = e->conn;
	struct fx_loop_end *other = fx_loop_other(e);
	struct fx_call_result r;

	if (!e->t30) {
		return;
	}
	if (!fx_t30_is_done(e->t30) && ((e->lost_at >= 0 && now >= e->lost_at) ||
					(e->force_at >= 0 && now >= e->force_at))) {
		fx_t30_line_lost(e->t30);
	}
	if (!fx_t30_is_done(e->t30)) {
		return;
	}
	fx_t30_result(e->t30, &r);
	fx_loop_end_result(e, &r);
	if (other->lost_at < 0) {
		/* What is on its way still arrives before the hang-up does. */
		other->lost_at = now + c->opts.delay_ms * FX_MS + 2 * FX_FRAME_US;
	}
}

void fx_media_check(struct fx_loop_conn *c, int64_t now)
{
	check_end(&c->a, now);
	check_end(&c->b, now);
	if (!c->a.live && !c->b.live) {
		fx_loop_conn_over(c);
	}
}

static void step(struct fx_loop_conn *c)
{
	int64_t now = c->next_step;

	if (c->cut_at >= 0 && now >= c->cut_at) {
		c->cut_at = -1;
		fx_loop_log(&c->a, "! the line is cut");
		c->a.lost_at = c->b.lost_at = now;
	}
	if (c->t38) {
		move_t38(c, fx_loop_now_us(c->x->loop));
	} else {
		move_audio(c, &c->a, &c->b);
		move_audio(c, &c->b, &c->a);
	}
	c->next_step += c->unpaced ? UNPACED_US : FX_FRAME_US;
	fx_media_check(c, now);
}

/* Catch up with the clock, but not for ever. */
static void catch_up(struct fx_loop_conn *c, int64_t now)
{
	int n;

	if (now - c->next_step > TIME_LOST_US) {
		c->next_step = now;
	}
	for (n = 0; n < STEPS_AT_ONCE && c->state == FX_LOOP_CONNECTED && c->next_step <= now;
	     n++) {
		if (c->a.n_ev >= FX_LOOP_EVENTS / 2 || c->b.n_ev >= FX_LOOP_EVENTS / 2) {
			return;
		}
		step(c);
	}
}

void fx_media_step_timer(void *arg)
{
	struct fx_exchange *x = arg;
	int64_t now = fx_loop_now_us(x->loop), next = INT64_MAX;

	FX_LIST_EACH_SAFE(&x->active, it) {
		catch_up(FX_CONTAINER(it, struct fx_loop_conn, active), now);
	}
	fx_loop_flush(x);
	FX_LIST_EACH(&x->active, it) {
		struct fx_loop_conn *c = FX_CONTAINER(it, struct fx_loop_conn, active);

		next = c->next_step < next ? c->next_step : next;
	}
	if (next != INT64_MAX) {
		fx_timer_start_at(x->step_timer, next);
	}
}
