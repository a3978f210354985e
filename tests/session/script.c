/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/session/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <spandsp.h>
#include "t30/frames.h"

static void mirror(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		p[i] = bit_reverse8(p[i]);
	}
}

static size_t unhex(const char *hex, uint8_t *dst, size_t room)
{
	size_t n = 0;
	unsigned v;

	for (; hex && hex[0] && hex[1] && n < room; hex += 2) {
		assert_int_equal(sscanf(hex, "%2x", &v), 1);
		dst[n++] = (uint8_t)v;
	}
	return n;
}

static int on_out(t38_core_state_t *core, void *arg, const uint8_t *buf, int len, int count)
{
	struct script *s = arg;

	(void)core, (void)count;
	line_send(s->line, s->dir, buf, (size_t)len, s->seq++, 1);
	return 0;
}

static int on_indicator(t38_core_state_t *core, void *arg, int indicator)
{
	struct script *s = arg;

	(void)core;
	if (s->signal && indicator == T38_IND_NO_SIGNAL) {
		s->ends_us = s->line->now_us;
	}
	s->signal = indicator != T38_IND_NO_SIGNAL;
	return 0;
}

static int on_data(t38_core_state_t *core, void *arg, int type, int field, const uint8_t *buf,
		   int len)
{
	struct script *s = arg;

	(void)core, (void)type;
	switch (field) {
	case T38_FIELD_HDLC_DATA:
		if (s->len + (unsigned)len <= sizeof(s->frame)) {
			memcpy(s->frame + s->len, buf, (size_t)len);
			s->len += (unsigned)len;
		}
		break;
	case T38_FIELD_T4_NON_ECM_DATA:
	case T38_FIELD_T4_NON_ECM_SIG_END:
		s->image += (unsigned)len;
		break;
	case T38_FIELD_HDLC_FCS_OK:
	case T38_FIELD_HDLC_FCS_OK_SIG_END:
		mirror(s->frame, s->len);
		if (s->len >= 3 && s->n_seen < sizeof(s->seen)) {
			uint8_t fcf = fx_frame_fcf(s->frame, s->len);

			if (fcf != FX_FCF_FCD && fcf != FX_FCF_RCP) {
				s->seen[s->n_seen++] = fcf;
			}
		}
		s->len = 0;
		break;
	default:
		s->len = 0;
		break;
	}
	return 0;
}

static int on_missing(t38_core_state_t *core, void *arg, int seq, int want)
{
	(void)core, (void)arg, (void)seq, (void)want;
	return 0;
}

static void say(struct script *s, int type, int field, uint8_t *p, size_t n)
{
	mirror(p, n);
	(void)t38_core_send_data(s->core, type, field, p, (int)n, T38_PACKET_CATEGORY_CONTROL_DATA);
}

static void hdlc(struct script *s, int type, uint8_t *p, size_t n, bool last)
{
	while (n) {
		size_t k = n < 200 ? n : 200;

		say(s, type, T38_FIELD_HDLC_DATA, p, k);
		p += k;
		n -= k;
	}
	say(s, type, last ? T38_FIELD_HDLC_FCS_OK_SIG_END : T38_FIELD_HDLC_FCS_OK, NULL, 0);
}

static void send_v21(struct script *s, const struct script_step *st)
{
	uint8_t f[300] = {0xFF, st->more ? 0x03 : 0x13, (uint8_t)st->n};
	size_t n = 3 + unhex(st->hex, f + 3, sizeof(f) - 3);

	if (!s->sending) {
		(void)t38_core_send_indicator(s->core, T38_IND_V21_PREAMBLE);
	}
	hdlc(s, T38_DATA_V21, f, n, !st->more);
	s->sending = st->more;
	if (!st->more) {
		(void)t38_core_send_indicator(s->core, T38_IND_NO_SIGNAL);
	}
}

static void send_tcf(struct script *s, unsigned ms)
{
	uint8_t zeros[180] = {0};

	(void)t38_core_send_indicator(s->core, T38_IND_V17_14400_LONG_TRAINING);
	for (unsigned i = 0; i < ms / 100; i++) { /* 180 octets are 100 ms */
		say(s, T38_DATA_V17_14400, T38_FIELD_T4_NON_ECM_DATA, zeros, sizeof(zeros));
	}
	say(s, T38_DATA_V17_14400, T38_FIELD_T4_NON_ECM_SIG_END, NULL, 0);
	(void)t38_core_send_indicator(s->core, T38_IND_NO_SIGNAL);
}

static void send_image(struct script *s, const struct script_step *st)
{
	uint8_t f[300], fill = 0;

	(void)t38_core_send_indicator(s->core, T38_IND_V17_14400_SHORT_TRAINING);
	if (st->op == S_RAW) {
		hdlc(s, T38_DATA_V17_14400, f, unhex(st->hex, f, sizeof(f)), false);
	} else {
		(void)unhex(st->hex, &fill, 1);
	}
	for (unsigned i = 0; st->op == S_PAGE && i < st->n; i++) {
		memset(f, fill, sizeof(f));
		memcpy(f, (uint8_t[]){0xFF, 0x03, 0x06, (uint8_t)i}, 4);
		hdlc(s, T38_DATA_V17_14400, f, 260, false);
	}
	if (st->more) {
		return; /* and the carrier stays on */
	}
	for (int i = 0; i < 3; i++) {
		memcpy(f, (uint8_t[]){0xFF, 0x03, 0x86}, 3);
		hdlc(s, T38_DATA_V17_14400, f, 3, i == 2);
	}
	(void)t38_core_send_indicator(s->core, T38_IND_NO_SIGNAL);
}

/* @return true when the step is done */
static bool run_step(struct script *s, const struct script_step *st)
{
	uint8_t ifp[1500];

	switch (st->op) {
	case S_END:
		return false;
	case S_WAIT:
		while (s->read < s->n_seen) {
			if (s->seen[s->read++] == (st->n & 0xFE)) {
				return true;
			}
		}
		return false;
	case S_QUIET:
		if (s->signal || s->ends_us + 100000 > s->line->now_us) {
			return false;
		}
		return true;
	case S_PAUSE:
		s->due_us = s->line->now_us + st->n * UINT64_C(1000);
		return true;
	case S_SEND:
		send_v21(s, st);
		break;
	case S_TCF:
		send_tcf(s, st->n);
		break;
	case S_PAGE:
	case S_RAW:
		send_image(s, st);
		break;
	case S_IFP:
		line_send(s->line, s->dir, ifp, unhex(st->hex, ifp, sizeof(ifp)), s->seq++, 1);
		break;
	}
	if (!st->more) { /* a machine turns round within 75 ms and more */
		s->due_us = s->line->now_us + 120000;
	}
	return true;
}

static void tick(void *arg, size_t n)
{
	struct script *s = arg;

	(void)n;
	while (s->step->op != S_END && s->line->now_us >= s->due_us && run_step(s, s->step)) {
		s->step++;
	}
}

static void take(void *arg, const uint8_t *ifp, size_t len, uint16_t seq)
{
	struct script *s = arg;

	(void)t38_core_rx_ifp_packet(s->core, ifp, (int)len, seq);
}

static bool done(void *arg)
{
	return ((struct script *)arg)->step->op == S_END;
}

void script_init(struct script *s, struct line *l, int dir, const struct script_step *steps)
{
	*s = (struct script){.line = l, .dir = dir, .step = steps};
	s->core = t38_core_init(NULL, on_indicator, on_data, on_missing, s, on_out, s);
	assert_non_null(s->core);
	l->t38 = true;
	l->end[dir] = (struct end){.tick = tick, .ifp = take, .done = done, .arg = s};
}

void script_fini(struct script *s)
{
	(void)t38_core_free(s->core);
}

unsigned script_heard(const struct script *s, uint8_t fcf)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->n_seen; i++) {
		n += s->seen[i] == fcf;
	}
	return n;
}

void send_to(struct sent *t, const struct script_step *steps, unsigned pages, unsigned max_s)
{
	line_init(&t->line, 3);
	t->line.t38 = true;
	t->doc = doc_new(pages, FX_RES_FINE, 1728, 600, 5);
	side_caller(&t->a, &t->line, t->doc, pages);
	script_init(&t->far, &t->line, 1, steps);
	side_start(&t->a);
	for (unsigned i = 0; i < max_s * LINE_S && !fx_t30_is_done(t->a.s); i++) {
		line_step(&t->line);
	}
	if (!fx_t30_is_done(t->a.s)) {
		fail_msg("the call did not end within %u s", max_s);
	}
	fx_t30_result(t->a.s, &t->a.res);
}

void sent_fini(struct sent *t)
{
	side_fini(&t->a);
	script_fini(&t->far);
	line_fini(&t->line);
	(void)close(t->doc);
}

void got_init(struct got *t, const struct script_step *steps)
{
	line_init(&t->line, 3);
	t->line.t38 = true;
	side_answerer(&t->b, &t->line);
	script_init(&t->far, &t->line, 0, steps);
	side_start(&t->b);
}

bool got_run(struct got *t, unsigned max_s)
{
	for (unsigned i = 0; i < max_s * LINE_S && !fx_t30_is_done(t->b.s); i++) {
		line_step(&t->line);
	}
	if (!fx_t30_is_done(t->b.s)) {
		return false;
	}
	fx_t30_result(t->b.s, &t->b.res);
	return true;
}

void got_fini(struct got *t)
{
	side_fini(&t->b);
	script_fini(&t->far);
	line_fini(&t->line);
}
