/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a session costs against the engine alone: seconds of call for a dense page,
 * use of the line, a second document, T.38 without pacing, and CPU. Virtual time.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <spandsp.h>

#include "base/mem.h"
#include "bench/calls/bare.h"
#include "bench/common/bench.h"
#include "document/fax_tiff.h"
#include "t30/session.h"

#define BLOCK 160
#define RATE 14400.0
#define CPU_CALLS 12

struct packet {
	struct packet *next;
	uint64_t due_us;
	uint16_t seq;
	size_t len;
	uint8_t data[1500];
};

struct end {
	struct fx_t30 *s;
	struct packet *head, **tail; /* towards this end */
	struct end *far;
	bool caller;
};

static uint64_t now_us, delay_us;
static uint32_t page_bits;
static double page_s;

static void on_status(void *arg, const struct fx_call_status *st)
{
	(void)arg, (void)st;
}

static void on_page(void *arg, const struct fx_page_report *page)
{
	struct end *e = arg;

	if (!e->caller) {
		fx_t30_page_ack(e->s, page->page, true);
	} else {
		page_bits = page->bytes * 8 > page_bits ? page->bytes * 8 : page_bits;
	}
}

/* Seconds from CFR to the end of the page's signal: the page itself. */
static void on_log(void *arg, int64_t t_us, const char *line)
{
	static int64_t from_us;

	if (((struct end *)arg)->caller && !strncmp(line, "- page 1 begins", 15)) {
		from_us = t_us;
		page_s = 0;
	} else if (((struct end *)arg)->caller && page_s == 0 && !strncmp(line, "> PPS", 5)) {
		page_s = (double)(t_us - from_us) / 1e6;
	}
}

static void on_ifp(void *arg, const uint8_t *ifp, size_t len, uint16_t seq, unsigned repeat)
{
	struct end *to = ((struct end *)arg)->far;
	struct packet *p = fx_zalloc(sizeof(*p));

	(void)repeat;
	if (!p || len > sizeof(p->data)) {
		(void)fx_free(p);
		return;
	}
	p->due_us = now_us + delay_us;
	p->seq = seq;
	p->len = len;
	memcpy(p->data, ifp, len);
	*to->tail = p;
	to->tail = &p->next;
}

static bool deliver(struct end *e)
{
	bool any = false;

	while (e->head && e->head->due_us <= now_us) {
		struct packet *p = e->head;

		e->head = p->next;
		if (!e->head) {
			e->tail = &e->head;
		}
		fx_t30_ifp(e->s, p->data, p->len, p->seq);
		(void)fx_free(p);
		any = true;
	}
	return any;
}

static void audio(struct end *from)
{
	int16_t amp[BLOCK];

	fx_t30_tx(from->s, amp, BLOCK);
	for (int i = 0; i < BLOCK; i++) {
		amp[i] = alaw_to_linear(linear_to_alaw(amp[i]));
	}
	fx_t30_rx(from->far->s, amp, BLOCK);
}

static void step(struct end *a, struct end *b, bool t38, bool unpaced)
{
	size_t n = unpaced ? 8 : BLOCK; /* 1 ms, 20 ms */

	now_us += n * 125;
	if (!t38) {
		audio(a);
		audio(b);
		return;
	}
	if (deliver(a) && unpaced) {
		fx_t30_tick(a->s, 0);
	}
	if (deliver(b) && unpaced) {
		fx_t30_tick(b->s, 0);
	}
	fx_t30_tick(a->s, n);
	fx_t30_tick(b->s, n);
}

/* @return seconds of call, 0 = it failed */
static double call(const struct fx_dial *dial, bool t38, bool unpaced)
{
	static const struct fx_t30_events events = {on_status, on_page, on_ifp, on_log};
	struct fx_answer answer = {.rx_fd = memfd_create("rx", 0), .ecm = true,
				   .modems = FX_MODEM_ALL, .log_fd = -1};
	struct end a = {.caller = true}, b = {.caller = false};
	struct fx_t30_prm pa = {.caller = true, .t38 = t38, .t38_unpaced = unpaced, .dial = dial,
				.events = &events, .arg = &a};
	struct fx_t30_prm pb = {.t38 = t38, .t38_unpaced = unpaced, .answer = &answer,
				.events = &events, .arg = &b};
	struct fx_call_result r = {0};
	double seconds = 0;

	a.far = &b;
	b.far = &a;
	a.tail = &a.head;
	b.tail = &b.head;
	now_us = 0;
	if (fx_t30_new(&pa, &a.s, NULL) || fx_t30_new(&pb, &b.s, NULL)) {
		(void)fx_t30_free(a.s);
		return 0;
	}
	while (now_us < 3600 * UINT64_C(1000000) &&
	       !(fx_t30_is_done(a.s) && fx_t30_is_done(b.s))) {
		step(&a, &b, t38, unpaced);
	}
	fx_t30_result(a.s, &r);
	if (r.outcome == FX_OUTCOME_SUCCESS) {
		seconds = (double)now_us / 1e6;
	}
	(void)fx_t30_free(a.s);
	(void)fx_t30_free(b.s);
	now_us = UINT64_MAX;
	for (struct end *e = &a; e; e = e == &a ? &b : NULL) {
		while (e->head) {
			struct packet *p = e->head;

			e->head = p->next;
			(void)fx_free(p);
		}
	}
	(void)close(answer.rx_fd);
	return seconds;
}

static void stroke(struct fx_bitmap *b, uint32_t y, uint32_t from, uint32_t w)
{
	for (uint32_t i = from; i < from + w; i++) {
		b->bits[y * fx_bitmap_stride(b) + i / 8] |= (uint8_t)(0x80 >> (i % 8));
	}
}

/* Like a full page of small print: about 480 kbit in MMR. */
static int make_doc(unsigned pages)
{
	const struct fx_tiff_tags tags = {0};
	struct fx_tiff_wr *out;
	uint32_t x = 12345;
	int fd = memfd_create("doc", 0);

	if (fx_tiff_create(fd, &tags, &out)) {
		return -1;
	}
	for (unsigned p = 0; p < pages; p++) {
		struct fx_bitmap b;

		if (fx_bitmap_init(&b, 1728, 2292, FX_RES_FINE)) {
			return -1;
		}
		x = 12345; /* every page the same, so that pages compare */
		for (uint32_t top = 40; top + 26 < b.rows; top += 30) {
			for (uint32_t left = 100; left + 130 < b.width_px;) {
				uint32_t w, h, y0;

				x = x * 1664525 + 1013904223;
				w = 3 + (x >> 24) % 5;
				y0 = (x >> 16) % 12;
				h = 3 + (x >> 8) % (22 - y0);
				for (uint32_t y = top + y0; y < top + y0 + h; y++) {
					uint32_t lean = (y - top) / 4 * (x >> 30) / 2;

					stroke(&b, y, left + lean, w);
				}
				left += w + 3 + (x >> 20) % 5;
			}
		}
		if (fx_tiff_write(out, &b)) {
			return -1;
		}
		fx_bitmap_fini(&b);
	}
	return fx_tiff_finish(out) ? -1 : fd;
}

static void row(const char *name, double value, double reference, const char *unit, double aim)
{
	double ratio = reference > 0 ? value / reference : 99;

	printf("%s\t%.4g %s\t%.4g %s\t%.3f\t<= %g\t%s\n", name, value, unit, reference, unit, ratio,
	       aim, value > 0 && ratio <= aim ? "ok" : "MISSED");
}

static double bare(bool t38, int fd)
{
	int rx = memfd_create("rx", 0);
	char tx_path[64], rx_path[64];
	double s;

	(void)snprintf(tx_path, sizeof(tx_path), "/proc/self/fd/%d", fd);
	(void)snprintf(rx_path, sizeof(rx_path), "/proc/self/fd/%d", rx);
	s = bench_bare_call(t38, tx_path, rx_path);
	(void)close(rx);
	return s;
}

static double cpu_ms_per_minute(const struct fx_dial *dial, bool t38, int fd)
{
	double ms[CPU_CALLS];

	for (int i = 0; i < CPU_CALLS; i++) {
		double from = bench_now(CLOCK_PROCESS_CPUTIME_ID), s;

		s = fd >= 0 ? bare(t38, fd) : call(dial, t38, false);
		ms[i] = (bench_now(CLOCK_PROCESS_CPUTIME_ID) - from) * 1000 /
			(s > 0 ? s / 60 : 1e-9);
	}
	return bench_median(ms, CPU_CALLS);
}

int main(void)
{
	struct fx_dial d = {.number = "2", .n_docs = 1, .ecm = true, .modems = FX_MODEM_ALL};
	int one = make_doc(1), three = make_doc(3);
	char name[120];

	d.docs[0] = (struct fx_call_doc){.fd = one, .pages = 1};
	for (int t38 = 0; t38 < 2; t38++) {
		const char *how = t38 ? "T.38" : "audio";
		double b1 = bare(t38, one), b3 = bare(t38, three), s1, s3, s2;

		d.docs[0] = (struct fx_call_doc){.fd = one, .pages = 1};
		d.n_docs = 1;
		s1 = call(&d, t38, false);
		d.docs[1] = d.docs[0];
		d.n_docs = 2;
		s2 = call(&d, t38, false);
		d.docs[0] = (struct fx_call_doc){.fd = three, .pages = 3};
		d.n_docs = 1;
		s3 = call(&d, t38, false);
		(void)snprintf(name, sizeof(name), "%s, page of %u kbit: whole call", how,
			       page_bits / 1000);
		row(name, s1, b1, "s", 1.005);
		(void)snprintf(name, sizeof(name), "%s: each further page", how);
		row(name, (s3 - s1) / 2, (b3 - b1) / 2, "s", 1.005);
		(void)snprintf(name, sizeof(name), "%s: engine's use of the line / ours", how);
		row(name, page_bits / RATE / ((b3 - b1) / 2) * 100,
		    page_bits / RATE / ((s3 - s1) / 2) * 100, "%", 1.005);
		(void)snprintf(name, sizeof(name),
			       "%s: a second document adds, besides the page itself", how);
		row(name, s2 - s1 - page_s, 3, "s", 1);
	}
	delay_us = 20000;
	d.docs[0] = (struct fx_call_doc){.fd = one, .pages = 1};
	row("T.38 unpaced, 20 ms one way: whole call", call(&d, true, true), 0.2, "s", 1);
	delay_us = 0;
	for (int t38 = 0; t38 < 2; t38++) {
		double ref = cpu_ms_per_minute(&d, t38, one);

		(void)snprintf(name, sizeof(name), "CPU of a minute of call, %s, both ends",
			       t38 ? "T.38" : "audio");
		row(name, cpu_ms_per_minute(&d, t38, -1), ref, "ms", 1.15);
	}
	(void)close(one);
	(void)close(three);
	return 0;
}
