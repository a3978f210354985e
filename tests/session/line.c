/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/session/line.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <spandsp.h>

static uint32_t next_rnd(uint64_t *x)
{
	*x ^= *x >> 12;
	*x ^= *x << 25;
	*x ^= *x >> 27;
	return (uint32_t)((*x * UINT64_C(2685821657736338717)) >> 32);
}

uint32_t line_rnd(struct line *l, uint32_t below)
{
	return next_rnd(&l->rnd) % (below ? below : 1);
}

void line_init(struct line *l, uint64_t seed)
{
	*l = (struct line){.rnd = seed * UINT64_C(0x9E3779B97F4A7C15) + 1, .delay_ms = 20};
}

void line_fini(struct line *l)
{
	for (int d = 0; d < 2; d++) {
		while (l->queue[d]) {
			struct packet *p = l->queue[d];

			l->queue[d] = p->next;
			free(p);
		}
	}
}

static bool is_lost(struct line *l)
{
	return l->loss_permille && line_rnd(l, 1000) < l->loss_permille;
}

void line_send(struct line *l, int dir, const uint8_t *ifp, size_t len, uint16_t seq,
	       unsigned repeat)
{
	struct packet **at = &l->queue[dir], *p;
	unsigned left = 0;

	l->packets[dir]++;
	l->octets[dir] += len;
	for (unsigned i = 0; i < repeat; i++) {
		left += !is_lost(l);
	}
	if (!left || l->mute[dir]) {
		return;
	}
	assert_true(len <= sizeof(p->data));
	p = malloc(sizeof(*p));
	assert_non_null(p);
	p->due_us = l->now_us + (l->delay_ms + (l->jitter_ms ? line_rnd(l, l->jitter_ms) : 0)) *
					UINT64_C(1000);
	p->seq = seq;
	p->len = len;
	memcpy(p->data, ifp, len);
	if (l->on_packet && !l->on_packet(l->arg, dir, p->data, &p->len)) {
		free(p);
		return;
	}
	while (*at && (*at)->due_us <= p->due_us) {
		at = &(*at)->next;
	}
	p->next = *at;
	*at = p;
}

static void deliver(struct line *l, int dir)
{
	struct end *to = &l->end[!dir];
	bool any = false;

	while (l->queue[dir] && l->queue[dir]->due_us <= l->now_us) {
		struct packet *p = l->queue[dir];

		l->queue[dir] = p->next;
		to->ifp(to->arg, p->data, p->len, p->seq);
		free(p);
		any = true;
	}
	if (any && l->unpaced) {
		to->tick(to->arg, 0);
	}
}

static double gauss(struct line *l)
{
	double sum = 0;

	for (int i = 0; i < 12; i++) {
		sum += line_rnd(l, 1u << 24) / (double)(1u << 24);
	}
	return sum - 6;
}

static void carry(struct line *l, int dir)
{
	struct end *from = &l->end[dir], *to = &l->end[!dir];
	int16_t amp[LINE_BLOCK];
	double noise = l->noise_dbm0[dir] ? pow(10, (l->noise_dbm0[dir] + 84.16) / 20) : 0;

	from->tx(from->arg, amp, LINE_BLOCK);
	if (l->on_block) {
		l->on_block(l->arg, dir, amp, LINE_BLOCK);
	}
	for (unsigned i = 0; i < LINE_BLOCK; i++) {
		double v = l->mute[dir] ? 0 : amp[i] * (l->gain[dir] ? l->gain[dir] : 1);

		v += noise ? noise * gauss(l) : 0;
		amp[i] = (int16_t)fmin(fmax(v, -32768), 32767);
		if (!l->linear) {
			amp[i] = alaw_to_linear(linear_to_alaw(amp[i]));
		}
	}
	if (is_lost(l)) {
		if (!l->lost_as_zeros) {
			to->lost(to->arg, LINE_BLOCK);
			return;
		}
		memset(amp, 0, sizeof(amp));
	}
	to->rx(to->arg, amp, LINE_BLOCK);
}

void line_step(struct line *l)
{
	unsigned step = l->t38 && l->step_us ? l->step_us : 20000;

	l->now_us += step;
	if (!l->t38) {
		carry(l, 0);
		carry(l, 1);
		return;
	}
	deliver(l, 0);
	deliver(l, 1);
	for (int d = 0; d < 2; d++) {
		l->end[d].tick(l->end[d].arg, step / 125);
	}
}

bool line_run(struct line *l, unsigned max_s)
{
	uint64_t end_us = l->now_us + max_s * UINT64_C(1000000);

	while (l->now_us < end_us) {
		if (l->end[0].done(l->end[0].arg) && l->end[1].done(l->end[1].arg)) {
			return true;
		}
		line_step(l);
	}
	return l->end[0].done(l->end[0].arg) && l->end[1].done(l->end[1].arg);
}

/* Lines of words of small strokes: transitions as in text, every row its own. */
void page_draw(struct fx_bitmap *b, uint64_t seed)
{
	uint64_t x = seed * UINT64_C(0x9E3779B97F4A7C15) + 7;
	unsigned scale = (unsigned)b->resolution / 98 ? (unsigned)b->resolution / 98 : 1;
	uint32_t line_h = 16 * scale, glyph_h = 10 * scale;

	for (uint32_t top = 20; top + line_h < b->rows; top += line_h) {
		for (uint32_t left = 100; left + 130 < b->width_px;) {
			uint32_t w = 4 + next_rnd(&x) % 20, y0 = next_rnd(&x) % glyph_h;
			uint32_t h = 1 + next_rnd(&x) % (glyph_h - y0);

			for (uint32_t y = top + y0; y < top + y0 + h; y++) {
				for (uint32_t i = left; i < left + w; i++) {
					b->bits[y * fx_bitmap_stride(b) + i / 8] |=
						(uint8_t)(0x80 >> (i % 8));
				}
			}
			left += w + 3 + next_rnd(&x) % 24;
		}
	}
}

int doc_new(unsigned pages, enum fx_resolution res, uint32_t width_px, uint32_t rows,
	    uint64_t seed)
{
	const struct fx_tiff_tags tags = {0};
	struct fx_tiff_wr *out = NULL;
	int fd = memfd_create("doc", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(fx_tiff_create(fd, &tags, &out), 0);
	for (unsigned p = 0; p < pages; p++) {
		struct fx_bitmap b;

		assert_int_equal(fx_bitmap_init(&b, width_px, rows, res), 0);
		page_draw(&b, seed + p);
		assert_int_equal(fx_tiff_write(out, &b), 0);
		fx_bitmap_fini(&b);
	}
	assert_int_equal(fx_tiff_finish(out), 0);
	return fd;
}

static bool session_done(void *arg)
{
	return fx_t30_is_done(((struct side *)arg)->s);
}
static void session_tx(void *arg, int16_t *amp, size_t n)
{
	fx_t30_tx(((struct side *)arg)->s, amp, n);
}
static void session_rx(void *arg, const int16_t *amp, size_t n)
{
	fx_t30_rx(((struct side *)arg)->s, amp, n);
}
static void session_lost(void *arg, size_t n)
{
	fx_t30_rx_lost(((struct side *)arg)->s, n);
}
static void session_tick(void *arg, size_t n)
{
	fx_t30_tick(((struct side *)arg)->s, n);
}
static void session_ifp(void *arg, const uint8_t *ifp, size_t len, uint16_t seq)
{
	fx_t30_ifp(((struct side *)arg)->s, ifp, len, seq);
}

static void on_status(void *arg, const struct fx_call_status *st)
{
	struct side *d = arg;

	d->st = *st;
	d->reports++;
	if ((!d->n_states || d->states[d->n_states - 1] != st->state) &&
	    d->n_states < FX_ARRAY_LEN(d->states)) {
		d->states[d->n_states++] = st->state;
	}
}

static void on_page(void *arg, const struct fx_page_report *page)
{
	struct side *d = arg;

	if (d->pages < SIDE_PAGES_MAX) {
		d->page[d->pages] = *page;
	}
	d->pages++;
	if (!d->prm.caller && !d->acks_by_hand) {
		fx_t30_page_ack(d->s, page->page, !d->nack);
	}
}

static void on_ifp(void *arg, const uint8_t *ifp, size_t len, uint16_t seq, unsigned repeat)
{
	struct side *d = arg;

	line_send(d->line, d->dir, ifp, len, seq, repeat);
}

static void on_log(void *arg, int64_t t_us, const char *line)
{
	struct side *d = arg;
	char text[512];
	size_t n = fx_t30_log_format(text, sizeof(text), t_us, line);

	fx_buf_put(&d->log, text, n);
	if (d->on_line) {
		d->on_line(d->line_arg, d, line);
	}
	if (getenv("T30_LOG")) {
		printf("%s %s", d->prm.caller ? "caller  " : "answerer", text);
	}
}

static void side_init(struct side *d, struct line *l, bool caller)
{
	*d = (struct side){.line = l, .dir = caller ? 0 : 1};
	d->events = (struct fx_t30_events){on_status, on_page, on_ifp, on_log};
	d->prm = (struct fx_t30_prm){.caller = caller,
				     .t38 = l->t38,
				     .t38_unpaced = l->unpaced,
				     .events = &d->events,
				     .arg = d};
	l->end[d->dir] = (struct end){session_tx, session_rx, session_lost, session_tick,
				      session_ifp, session_done, d};
}

void side_caller(struct side *d, struct line *l, int doc_fd, unsigned pages)
{
	side_init(d, l, true);
	d->dial = (struct fx_dial){.number = "1002",
				   .local_id = "+39 02 1001",
				   .n_docs = 1,
				   .ecm = true,
				   .modems = FX_MODEM_ALL,
				   .log_fd = -1};
	d->dial.docs[0] = (struct fx_call_doc){.fd = doc_fd, .pages = pages, .name = "test"};
	d->prm.dial = &d->dial;
}

void side_answerer(struct side *d, struct line *l)
{
	side_init(d, l, false);
	d->answer = (struct fx_answer){.local_id = "+33 4 1002",
				       .rx_fd = memfd_create("rx", MFD_CLOEXEC),
				       .ecm = true,
				       .modems = FX_MODEM_ALL,
				       .log_fd = -1};
	d->prm.answer = &d->answer;
}

void side_start(struct side *d)
{
	struct fx_reason why = {0};
	int err = fx_t30_new(&d->prm, &d->s, &why);

	if (err) {
		fail_msg("fx_t30_new: %d %s", err, why.text);
	}
}

void side_fini(struct side *d)
{
	if (d->s && fx_t30_is_done(d->s)) {
		fx_t30_result(d->s, &d->res);
	}
	d->s = fx_t30_free(d->s);
	if (!d->prm.caller && d->answer.rx_fd >= 0) {
		(void)close(d->answer.rx_fd);
	}
	fx_buf_fini(&d->log);
}

bool side_logged(const struct side *d, const char *text)
{
	return d->log.len && memmem(d->log.data, d->log.len, text, strlen(text));
}

uint32_t rx_pages(const struct side *rx)
{
	struct fx_tiff_rd *t = NULL;
	uint32_t n;

	if (fx_tiff_open(rx->answer.rx_fd, &t, NULL)) {
		return 0;
	}
	n = fx_tiff_pages(t);
	(void)fx_tiff_close(t);
	return n;
}

void assert_same_page(int doc_fd, uint32_t doc_page, const struct side *rx, uint32_t page)
{
	assert_same_page_fd(doc_fd, doc_page, rx->answer.rx_fd, page);
}

void assert_same_page_fd(int doc_fd, uint32_t doc_page, int rx_fd, uint32_t page)
{
	struct fx_tiff_rd *a = NULL, *b = NULL;
	struct fx_bitmap pa = {0}, pb = {0};

	assert_int_equal(fx_tiff_open(doc_fd, &a, NULL), 0);
	assert_int_equal(fx_tiff_open(rx_fd, &b, NULL), 0);
	assert_int_equal(fx_tiff_read(a, doc_page, &pa), 0);
	assert_int_equal(fx_tiff_read(b, page, &pb), 0);
	assert_int_equal(pa.resolution, pb.resolution);
	assert_int_equal(pa.width_px, pb.width_px);
	assert_int_equal(pa.rows, pb.rows);
	assert_memory_equal(pa.bits, pb.bits, fx_bitmap_stride(&pa) * pa.rows);
	fx_bitmap_fini(&pa);
	fx_bitmap_fini(&pb);
	(void)fx_tiff_close(a);
	(void)fx_tiff_close(b);
}

void call_init(struct call *c, bool t38, unsigned pages, enum fx_resolution res)
{
	line_init(&c->line, 1);
	c->line.t38 = t38;
	c->n_pages = pages;
	c->doc = doc_new(pages, res, 1728, (uint32_t)res * 4, 42);
	side_caller(&c->a, &c->line, c->doc, pages);
	side_answerer(&c->b, &c->line);
}

void call_start(struct call *c)
{
	side_start(&c->a);
	side_start(&c->b);
}

void call_results(struct call *c)
{
	fx_t30_result(c->a.s, &c->a.res);
	fx_t30_result(c->b.s, &c->b.res);
}

void call_run(struct call *c, unsigned max_s)
{
	call_start(c);
	if (!line_run(&c->line, max_s)) {
		fail_msg("the call did not end within %u s", max_s);
	}
	call_results(c);
}

void call_fini(struct call *c)
{
	side_fini(&c->a);
	side_fini(&c->b);
	line_fini(&c->line);
	(void)close(c->doc);
}

void assert_delivered(struct call *c)
{
	assert_int_equal(c->a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(c->b.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(c->a.res.pages_confirmed, c->n_pages);
	assert_int_equal(c->b.res.pages_confirmed, c->n_pages);
	assert_int_equal(rx_pages(&c->b), c->n_pages);
	for (uint32_t i = 0; i < c->n_pages; i++) {
		assert_same_page(c->doc, i, &c->b, i);
	}
}
