/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sip/net.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "document/fax_tiff.h"

static uint32_t rnd(struct net *n, uint32_t below)
{
	n->rnd = n->rnd * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(n->rnd >> 33) % below;
}

static void on_send(void *arg, const uint8_t *p, size_t len)
{
	struct net_end *e = arg;
	struct net *n = e->net;
	unsigned copies = 1 + (rnd(n, 10000) < n->repeat);
	uint8_t copy[1500];

	e->sent++;
	assert_true(len <= sizeof(copy));
	memcpy(copy, p, len);
	if (e->on_packet && !e->on_packet(e, copy, &len)) {
		return;
	}
	for (; copies; copies--) {
		struct datagram *d, **at = &n->queue[e->dir];

		if (rnd(n, 10000) < n->loss) {
			continue;
		}
		d = fx_zalloc(sizeof(*d));
		assert_non_null(d);
		d->n = len;
		memcpy(d->p, copy, len);
		d->due_us = n->now_us + n->delay_ms * 1000u +
			    (n->jitter_ms ? rnd(n, n->jitter_ms * 1000u) : 0) +
			    (rnd(n, 10000) < n->swap ? 25000 : 0);
		while (*at && (*at)->due_us <= d->due_us) {
			at = &(*at)->next;
		}
		d->next = *at;
		*at = d;
	}
}

static void on_status(void *arg, const struct fx_call_status *st)
{
	(void)arg;
	(void)st;
}

static void on_page(void *arg, const struct fx_page_report *page)
{
	struct net_end *e = arg;

	if (e->dir == 1) {
		e->pages++;
		fx_media_page_ack(e->m, page->page, true);
	}
}

static void on_log(void *arg, int64_t t_us, const char *line)
{
	struct net_end *e = arg;

	fx_buf_printf(&e->log, "%8.3f %s\n", (double)t_us / 1e6, line);
}

static void on_tone(void *arg, enum fx_tone tone)
{
	((struct net_end *)arg)->tones |= (unsigned)tone;
}

static void on_silence(void *arg, uint32_t ms)
{
	(void)ms;
	((struct net_end *)arg)->silences++;
}

static const struct fx_media_events events = {on_send, on_status, on_page, on_log, on_tone,
					      on_silence};

void net_init_rows(struct net *n, unsigned pages, uint32_t rows, uint64_t seed)
{
	memset(n, 0, sizeof(*n));
	n->a = (struct net_end){.net = n, .dir = 0};
	n->b = (struct net_end){.net = n, .dir = 1};
	n->rnd = seed;
	n->delay_ms = 20;
	n->n_pages = pages;
	n->doc = doc_new(pages, FX_RES_STANDARD, 1728, rows, seed);
	n->rx_fd = memfd_create("rx", MFD_CLOEXEC);
	assert_true(n->rx_fd >= 0);
	n->dial = (struct fx_dial){.number = "100", .local_id = "+49 1", .ecm = true,
				   .modems = FX_MODEM_ALL, .n_docs = 1, .log_fd = -1};
	n->dial.docs[0] = (struct fx_call_doc){.fd = n->doc, .pages = pages, .name = "doc"};
	n->answer = (struct fx_answer){.local_id = "+49 2", .rx_fd = n->rx_fd, .ecm = true,
				       .modems = FX_MODEM_ALL, .log_fd = -1};
}

void net_init(struct net *n, unsigned pages, uint64_t seed)
{
	net_init_rows(n, pages, 400, seed);
}

void net_start(struct net *n)
{
	struct fx_media_prm prm = n->prm;

	prm.events = &events;
	prm.caller = true;
	prm.dial = &n->dial;
	prm.arg = &n->a;
	prm.source = 0x1234567;
	assert_int_equal(fx_t30_prepare(&n->dial, &prm.take_doc, NULL), 0);
	assert_int_equal(fx_media_new(&prm, &n->a.m), 0);
	prm.caller = false;
	prm.take_doc = NULL;
	prm.answer = &n->answer;
	prm.arg = &n->b;
	prm.source = 0xfedcba9;
	assert_int_equal(fx_media_new(&prm, &n->b.m), 0);
}

void net_audio(struct net *n, enum fx_g711 law)
{
	assert_int_equal(fx_media_audio(n->a.m, law, NULL), 0);
	assert_int_equal(fx_media_audio(n->b.m, law, NULL), 0);
}

void net_t38(struct net *n, const struct fx_media_t38 *t38)
{
	assert_int_equal(fx_media_t38(n->a.m, t38, NULL), 0);
	assert_int_equal(fx_media_t38(n->b.m, t38, NULL), 0);
}

static void deliver(struct net *n, struct net_end *to, int dir)
{
	while (n->queue[dir] && n->queue[dir]->due_us <= n->now_us) {
		struct datagram *d = n->queue[dir];

		n->queue[dir] = d->next;
		if (to->m) {
			fx_media_receive(to->m, d->p, d->n);
		}
		(void)fx_free(d);
	}
}

void net_step(struct net *n)
{
	/* The two clocks tick half a tick apart. */
	for (int half = 0; half < 2; half++) {
		n->now_us += 10000;
		deliver(n, &n->b, 0);
		deliver(n, &n->a, 1);
		if (half == 0 && n->a.m) {
			fx_media_tick(n->a.m);
		} else if (n->b.m) {
			fx_media_tick(n->b.m);
		}
	}
}

bool net_run(struct net *n, unsigned max_s)
{
	uint64_t end = n->now_us + max_s * UINT64_C(1000000);
	bool told = false;

	while (n->now_us < end && !(fx_media_is_done(n->a.m) && fx_media_is_done(n->b.m))) {
		net_step(n);
		if (fx_media_is_done(n->a.m) && !told) {
			fx_media_line_lost(n->b.m); /* the caller hangs up */
			told = true;
		}
	}
	fx_media_result(n->a.m, &n->a.res);
	fx_media_result(n->b.m, &n->b.res);
	return fx_media_is_done(n->a.m) && fx_media_is_done(n->b.m);
}

bool net_good(struct net *n)
{
	return n->a.res.outcome == FX_OUTCOME_SUCCESS && n->a.res.pages_confirmed == n->n_pages &&
	       n->b.pages == n->n_pages;
}

void net_assert_delivered(struct net *n)
{
	if (!net_good(n)) {
		fail_msg("sender: %s (%u of %u pages), receiver: %s (%u pages)\n%.*s\n%.*s",
			 n->a.res.words, n->a.res.pages_confirmed, n->n_pages, n->b.res.words,
			 n->b.pages, (int)n->a.log.len, (char *)n->a.log.data, (int)n->b.log.len,
			 (char *)n->b.log.data);
	}
	for (unsigned i = 0; i < n->n_pages; i++) {
		assert_same_page_fd(n->doc, i, n->rx_fd, i);
	}
}

void net_fini(struct net *n)
{
	n->a.m = fx_media_free(n->a.m);
	n->b.m = fx_media_free(n->b.m);
	for (int dir = 0; dir < 2; dir++) {
		while (n->queue[dir]) {
			struct datagram *d = n->queue[dir];

			n->queue[dir] = d->next;
			(void)fx_free(d);
		}
	}
	fx_buf_fini(&n->a.log);
	fx_buf_fini(&n->b.log);
	(void)close(n->doc);
	(void)close(n->rx_fd);
}
