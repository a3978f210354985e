/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/sip/media.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/mem.h"

#define JITTER_MS 80
#define AUDIO_SILENCE_MS 10000
#define T38_SILENCE_MS 6000
#define REDUNDANCY 3
#define EARLY_MAX 8 /* UDPTL that came before its SWITCH: CED and DIS are in it */

enum speaks { NOTHING, AUDIO, T38 };

struct early {
	uint16_t len;
	uint8_t p[FX_UDPTL_DATAGRAM_MAX];
};

struct fx_media {
	bool caller;
	struct fx_dial dial;
	struct fx_answer answer;
	struct fx_t30_doc *doc; /* between two sessions */
	uint64_t call;
	int64_t start_us;
	uint64_t now;           /* samples since the answer */
	uint32_t jitter_ms, audio_silence_ms, t38_silence_ms;
	struct fx_media_events ev;
	void *arg;
	enum speaks speaks;
	struct fx_t30 *t30;
	bool pages_moved;
	struct fx_call_result result; /* of a session that could not be followed */
	/* audio */
	enum fx_g711 law;
	uint8_t peer_type;
	struct fx_jitter *jitter;
	struct fx_tones *tones;
	struct fx_rtp tx;
	struct fx_dtmf dtmf;
	uint8_t event_type;
	/* T.38 */
	struct fx_udptl *udptl;
	bool unpaced;
	struct early *early;
	unsigned n_early;
	/* silence */
	uint64_t heard_at;
	bool silence_told;
	struct fx_media_stats stats; /* of what is closed */
};

/* ---- events of the session ---- */

static void on_status(void *arg, const struct fx_call_status *st)
{
	struct fx_media *m = arg;

	m->pages_moved |= st->page > 0 || st->pages_confirmed > 0;
	m->ev.on_status(m->arg, st);
}

static void on_page(void *arg, const struct fx_page_report *page)
{
	struct fx_media *m = arg;

	m->pages_moved = true;
	m->ev.on_page(m->arg, page);
}

static void on_log(void *arg, int64_t t_us, const char *line)
{
	struct fx_media *m = arg;

	m->ev.on_log(m->arg, t_us, line);
}

static void send(struct fx_media *m, const uint8_t *p, size_t n)
{
	m->stats.sent++;
	m->ev.on_send(m->arg, p, n);
}

/* `seq` of the engine counts as UDPTL does: one each IFP, from 0. */
static void on_ifp_out(void *arg, const uint8_t *ifp, size_t len, uint16_t seq, unsigned repeat)
{
	struct fx_media *m = arg;
	uint8_t d[FX_UDPTL_DATAGRAM_MAX];
	size_t n = fx_udptl_send(m->udptl, ifp, len, d);

	(void)seq;
	for (unsigned i = 0; n && i < repeat; i++) {
		send(m, d, n);
	}
}

static void on_ifp_in(void *arg, const uint8_t *ifp, size_t len, uint16_t seq)
{
	struct fx_media *m = arg;

	if (m->t30) {
		fx_t30_ifp(m->t30, ifp, len, seq);
	}
}

static void on_tone(void *arg, enum fx_tone tone)
{
	struct fx_media *m = arg;

	m->ev.on_tone(m->arg, tone);
}

/* ---- begin and change ---- */

int fx_media_new(const struct fx_media_prm *prm, struct fx_media **ret)
{
	struct fx_media *m = fx_zalloc(sizeof(*m));

	if (!m) {
		return FX_ENOMEM;
	}
	m->caller = prm->caller;
	m->answer.rx_fd = -1;
	if (prm->caller) {
		m->dial = *prm->dial;
	} else {
		m->answer = *prm->answer;
		m->answer.rx_fd = fcntl(prm->answer->rx_fd, F_DUPFD_CLOEXEC, 3);
		if (m->answer.rx_fd < 0) {
			(void)fx_free(m);
			return FX_EBADF;
		}
	}
	m->answer.log_fd = m->dial.log_fd = -1;
	m->call = prm->call;
	m->start_us = prm->start_us;
	m->jitter_ms = prm->jitter_ms ? prm->jitter_ms : JITTER_MS;
	m->audio_silence_ms = prm->audio_silence_ms ? prm->audio_silence_ms : AUDIO_SILENCE_MS;
	m->t38_silence_ms = prm->t38_silence_ms ? prm->t38_silence_ms : T38_SILENCE_MS;
	m->tx.source = prm->source;
	m->tx.seq = (uint16_t)(prm->source * 2654435761u >> 16);
	m->tx.time = prm->source * 40503u;
	fx_dtmf_init(&m->dtmf, prm->dtmf, prm->dtmf_pause_ms);
	m->event_type = prm->event_type;
	m->ev = *prm->events;
	m->arg = prm->arg;
	m->result.engine_code = -1;
	m->doc = prm->take_doc;
	*ret = m;
	return 0;
}

static void add_udptl(struct fx_udptl_stats *to, const struct fx_udptl_stats *s)
{
	to->sent += s->sent;
	to->received += s->received;
	to->bad += s->bad;
	to->repeated += s->repeated;
	to->late += s->late;
	to->recovered += s->recovered;
	to->lost += s->lost;
	to->resyncs += s->resyncs;
}

static void add_rtp(struct fx_jitter_stats *to, const struct fx_jitter_stats *s)
{
	to->received += s->received;
	to->repeated += s->repeated;
	to->late += s->late;
	to->lost += s->lost;
	to->missing_samples += s->missing_samples;
	to->resyncs += s->resyncs;
	to->slips += s->slips;
	to->jitter = s->jitter;
}

void fx_media_stats(const struct fx_media *m, struct fx_media_stats *ret)
{
	*ret = m->stats;
	if (m->udptl) {
		add_udptl(&ret->udptl, fx_udptl_stats(m->udptl));
	}
	if (m->jitter) {
		add_rtp(&ret->rtp, fx_jitter_stats(m->jitter));
	}
}

/* What was spoken ends; the pages are kept for what follows. */
static void stop(struct fx_media *m)
{
	fx_media_stats(m, &m->stats);
	if (m->t30) {
		m->doc = fx_t30_replace(m->t30);
		m->t30 = NULL;
	}
	m->jitter = fx_jitter_free(m->jitter);
	m->tones = fx_tones_free(m->tones);
	m->udptl = fx_udptl_free(m->udptl);
	m->speaks = NOTHING;
	m->heard_at = m->now;
	m->silence_told = false;
}

struct fx_media *fx_media_free(struct fx_media *m)
{
	if (m) {
		stop(m);
		(void)fx_t30_doc_free(m->doc);
		(void)fx_free(m->early);
		if (m->answer.rx_fd >= 0) {
			(void)close(m->answer.rx_fd);
		}
	}
	return fx_free(m);
}

bool fx_media_may_switch(const struct fx_media *m)
{
	return !m->pages_moved && !fx_media_is_done(m);
}

/* T.38 without V.17 below 14400 bit/s and so on: the engine has no other limit (engine.md 2.3). */
static unsigned modems_up_to(unsigned modems, uint32_t rate)
{
	modems = modems & FX_MODEM_ALL ? modems & FX_MODEM_ALL : FX_MODEM_ALL;
	if (rate && rate < 14400) {
		modems &= ~(unsigned)FX_MODEM_V17;
	}
	if (rate && rate < 9600) {
		modems &= ~(unsigned)FX_MODEM_V29;
	}
	return modems ? modems : FX_MODEM_V27TER;
}

static int begin(struct fx_media *m, bool t38, const struct fx_media_t38 *p,
		 struct fx_reason *reterr)
{
	static const struct fx_t30_events events = {on_status, on_page, on_ifp_out, on_log};
	struct fx_dial *dial = m->caller ? fx_memdup(&m->dial, sizeof(m->dial)) : NULL;
	struct fx_answer answer = m->answer;
	struct fx_t30_prm prm = {
		.caller = m->caller,
		.t38 = t38,
		.t38_unpaced = t38 && p->unpaced,
		.answer = &answer,
		.take_doc = m->doc,
		.call = m->call,
		.start_us = m->start_us + (int64_t)m->now * 125,
		.events = &events,
		.arg = m,
	};
	uint32_t rate = t38 ? p->max_bit_rate : 0;
	int err = m->caller && !dial ? FX_ENOMEM : 0;

	if (!err) {
		if (dial) {
			dial->modems = modems_up_to(dial->modems, rate);
		}
		answer.modems = modems_up_to(answer.modems, rate);
		prm.dial = dial;
		err = fx_t30_new(&prm, &m->t30, reterr);
	}
	m->doc = err ? m->doc : NULL;
	(void)fx_free(dial);
	return err;
}

int fx_media_audio(struct fx_media *m, enum fx_g711 law, struct fx_reason *reterr)
{
	int err;

	if (m->speaks == AUDIO && m->law == law) {
		return 0;
	}
	if (m->speaks != NOTHING && !fx_media_may_switch(m)) {
		return fx_fail(reterr, FX_ESTATE, "a page is on its way: the codec stays");
	}
	stop(m);
	m->law = law;
	err = fx_jitter_new(m->jitter_ms, &m->jitter);
	if (!err) {
		err = fx_tones_new(FX_TONE_CNG | FX_TONE_CED | FX_TONE_V21, on_tone, m,
				   &m->tones);
	}
	if (!err) {
		err = begin(m, false, NULL, reterr);
	}
	if (err) {
		stop(m);
		return err;
	}
	m->speaks = AUDIO;
	m->tx.marker = true;
	return 0;
}

int fx_media_t38(struct fx_media *m, const struct fx_media_t38 *t38, struct fx_reason *reterr)
{
	struct fx_udptl_prm prm = {
		.ec = t38->ec,
		.redundancy = t38->ec == FX_UDPTL_EC_REDUNDANCY ?
				      t38->redundancy ? t38->redundancy : REDUNDANCY : 0,
		.fec_span = 3,
		.fec_entries = 3,
		.max_datagram = t38->max_datagram,
		.on_ifp = on_ifp_in,
		.arg = m,
	};
	int err;

	if (m->speaks != NOTHING && !fx_media_may_switch(m)) {
		return fx_fail(reterr, FX_ESTATE, "a page is on its way: no change to T.38");
	}
	stop(m);
	m->unpaced = t38->unpaced;
	err = fx_udptl_new(&prm, &m->udptl);
	if (!err) {
		err = begin(m, true, t38, reterr);
	}
	if (err) {
		stop(m);
		return err;
	}
	m->speaks = T38;
	for (unsigned i = 0; i < m->n_early; i++) {
		(void)fx_udptl_receive(m->udptl, m->early[i].p, m->early[i].len);
	}
	m->n_early = 0;
	return 0;
}

/* ---- what comes ---- */

/* Their first T.38 may overtake the SIP answer. */
static void keep_early(struct fx_media *m, const uint8_t *p, size_t n)
{
	if (n > FX_UDPTL_DATAGRAM_MAX || n < 5 || p[0] >= 0x80) {
		m->stats.alien++;
		return;
	}
	if (!m->early) {
		m->early = fx_calloc(EARLY_MAX, sizeof(*m->early));
	}
	if (m->early && m->n_early < EARLY_MAX) {
		m->early[m->n_early].len = (uint16_t)n;
		memcpy(m->early[m->n_early++].p, p, n);
	}
}

static void receive_rtp(struct fx_media *m, const uint8_t *p, size_t n)
{
	int16_t amp[FX_RTP_PAYLOAD_MAX];
	struct fx_rtp h;

	if (fx_rtp_read(p, n, &h)) {
		keep_early(m, p, n);
		return;
	}
	/* The law is that of the packet: a peer may use the other one that was agreed on. */
	if (h.type != 0 && h.type != 8) {
		return; /* telephone-event, comfort noise */
	}
	m->heard_at = m->now;
	fx_g711_decode(h.type == 8 ? FX_G711_ALAW : FX_G711_ULAW, amp, h.payload, h.len);
	fx_jitter_put(m->jitter, &h, amp, h.len, m->now);
}

void fx_media_receive(struct fx_media *m, const uint8_t *p, size_t n)
{
	m->stats.received++;
	switch (m->speaks) {
	case NOTHING:
		keep_early(m, p, n);
		break;
	case AUDIO:
		receive_rtp(m, p, n);
		break;
	case T38:
		/* Late RTP of before the change: version 2 and a payload of ours at full size. */
		if (n >= FX_RTP_HEAD + 80 && p[0] == 0x80 && (p[1] & 0x77) == 0 &&
		    fx_udptl_stats(m->udptl)->received < 0x8000 - 64) {
			m->stats.alien++;
		} else if (fx_udptl_receive(m->udptl, p, n)) {
			m->stats.alien++;
		} else {
			m->heard_at = m->now;
			if (m->unpaced) {
				fx_t30_tick(m->t30, 0);
			}
		}
		break;
	}
}

/* ---- time ---- */

static void on_samples(void *arg, const int16_t *amp, size_t n)
{
	static const int16_t none[FX_MEDIA_TICK];
	struct fx_media *m = arg;

	if (!fx_jitter_stats(m->jitter)->received) {
		amp = none; /* before the first packet the line is silent, not lost */
	}
	if (amp) {
		fx_tones_rx(m->tones, amp, n);
		fx_t30_rx(m->t30, amp, n);
	} else {
		fx_t30_rx_lost(m->t30, n);
	}
}

/* RFC 4733: an event goes under the time at which it began, its end three times. */
static void send_event(struct fx_media *m, const struct fx_dtmf_step *s)
{
	uint8_t d[FX_RTP_HEAD + 4];
	struct fx_rtp h = m->tx;

	h.type = m->event_type;
	h.marker = s->first;
	h.time -= s->duration - FX_MEDIA_TICK;
	for (int i = 0; i < (s->last ? 3 : 1); i++) {
		h.seq = m->tx.seq++;
		(void)fx_rtp_write(&h, d);
		h.marker = false;
		d[FX_RTP_HEAD] = s->event;
		d[FX_RTP_HEAD + 1] = (uint8_t)((s->last ? 0x80 : 0) | 10); /* -10 dBm0 */
		d[FX_RTP_HEAD + 2] = (uint8_t)(s->duration >> 8);
		d[FX_RTP_HEAD + 3] = (uint8_t)s->duration;
		send(m, d, sizeof(d));
	}
	m->tx.time += FX_MEDIA_TICK;
	m->tx.marker = true;
}

/* The digits go before all of T.30; its CNG waits. @return true when the 20 ms are used */
static bool tick_digits(struct fx_media *m, int16_t *amp)
{
	struct fx_dtmf_step s;

	if (!fx_dtmf_next(&m->dtmf, &s, amp)) {
		return false;
	}
	if (s.tone && m->event_type) {
		send_event(m, &s);
		(void)fx_jitter_get(m->jitter, on_samples, m);
		return true;
	}
	return false;
}

static void tick_audio(struct fx_media *m)
{
	uint8_t d[FX_RTP_HEAD + FX_MEDIA_TICK];
	int16_t amp[FX_MEDIA_TICK];

	fx_t30_tx(m->t30, amp, FX_MEDIA_TICK);
	if (fx_dtmf_busy(&m->dtmf) && tick_digits(m, amp)) {
		return;
	}
	m->tx.type = m->law == FX_G711_ALAW ? 8 : 0;
	(void)fx_rtp_write(&m->tx, d);
	fx_g711_encode(m->law, d + FX_RTP_HEAD, amp, FX_MEDIA_TICK);
	m->tx.seq++;
	m->tx.time += FX_MEDIA_TICK;
	m->tx.marker = false;
	send(m, d, sizeof(d));
	(void)fx_jitter_get(m->jitter, on_samples, m);
}

static void look_for_silence(struct fx_media *m)
{
	uint32_t limit = m->speaks == T38 ? m->t38_silence_ms : m->audio_silence_ms;
	uint64_t ms = (m->now - m->heard_at) / 8;

	if (m->speaks == T38 && fx_udptl_stats(m->udptl)->received) {
		return; /* who receives a page may say nothing; T.30 watches over the rest */
	}

	if (m->silence_told && ms < limit) {
		m->silence_told = false;
	} else if (!m->silence_told && ms >= limit) {
		m->silence_told = true;
		m->ev.on_silence(m->arg, (uint32_t)ms);
	}
}

void fx_media_tick(struct fx_media *m)
{
	m->now += FX_MEDIA_TICK;
	if (!m->t30 || fx_t30_is_done(m->t30)) {
		return;
	}
	if (m->speaks == AUDIO) {
		tick_audio(m);
	} else {
		fx_t30_tick(m->t30, FX_MEDIA_TICK);
	}
	if (!fx_t30_is_done(m->t30)) {
		look_for_silence(m);
	}
}

void fx_media_page_ack(struct fx_media *m, uint32_t page, bool ok)
{
	if (m->t30) {
		fx_t30_page_ack(m->t30, page, ok);
	}
}

void fx_media_line_lost(struct fx_media *m)
{
	if (m->t30) {
		fx_t30_line_lost(m->t30);
	}
}

void fx_media_hangup(struct fx_media *m)
{
	if (m->t30) {
		fx_t30_hangup(m->t30);
	}
}

bool fx_media_is_done(const struct fx_media *m)
{
	return m->t30 && fx_t30_is_done(m->t30);
}

void fx_media_result(const struct fx_media *m, struct fx_call_result *ret)
{
	*ret = m->result;
	if (m->t30) {
		fx_t30_result(m->t30, ret);
	}
}
