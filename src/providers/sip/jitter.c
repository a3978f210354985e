/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of samples by RTP time. `play` is the time of the next sample to give; packets land
 * ahead of it. Delay is fixed: a packet that comes later than that is missing, never stretched.
 *
 *   empty --first packet--> filling --delay has passed--> playing --1 s of nothing--> empty
 *
 * Clocks differ by some 50 ppm, 30 ms in ten minutes: when the level has drifted by 20 ms and
 * nothing but silence is due, 20 ms are dropped or waited (between T.30 signals, never in one).
 */
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "providers/sip/rtp.h"

#define RING 8192u  /* samples, a power of two: 1 s */
#define BLOCK 160u  /* 20 ms */
#define BITS (RING / 8)
#define QUIET 64    /* peak of what counts as silence: below -50 dBm0 */
#define AVERAGE 256 /* blocks over which the level is looked at: 5 s */

struct fx_jitter {
	int16_t ring[RING];
	uint8_t have[BITS]; /* a bit for each sample */
	uint32_t delay;     /* samples */
	bool started, playing;
	uint32_t source;
	uint32_t play, newest_end; /* RTP time */
	uint16_t high_seq;
	uint32_t waited, starved;
	int32_t level_sum;
	unsigned level_n;
	/* RFC 3550 A.8 */
	bool has_transit;
	int64_t transit;
	uint32_t jitter16;
	struct fx_jitter_stats stats;
};

int fx_jitter_new(uint32_t delay_ms, struct fx_jitter **ret)
{
	struct fx_jitter *j;

	if (delay_ms < 20 || delay_ms > 500) {
		return FX_EINVAL;
	}
	j = fx_zalloc(sizeof(*j));
	if (!j) {
		return FX_ENOMEM;
	}
	j->delay = delay_ms * 8;
	*ret = j;
	return 0;
}

struct fx_jitter *fx_jitter_free(struct fx_jitter *j)
{
	return fx_free(j);
}

const struct fx_jitter_stats *fx_jitter_stats(const struct fx_jitter *j)
{
	return &j->stats;
}

static bool has(const struct fx_jitter *j, uint32_t t)
{
	return j->have[t % RING / 8] >> (t % 8) & 1;
}

static void clear(struct fx_jitter *j, uint32_t t)
{
	j->have[t % RING / 8] &= (uint8_t)~(1u << (t % 8));
}

static void restart(struct fx_jitter *j, const struct fx_rtp *h)
{
	j->stats.resyncs += j->started;
	memset(j->have, 0, sizeof(j->have));
	j->started = true;
	j->playing = false;
	j->source = h->source;
	j->play = j->newest_end = h->time;
	j->high_seq = (uint16_t)(h->seq - 1);
	j->waited = j->starved = 0;
	j->has_transit = false;
	j->level_sum = 0;
	j->level_n = 0;
}

static void count(struct fx_jitter *j, const struct fx_rtp *h, uint64_t now)
{
	int16_t step = (int16_t)(uint16_t)(h->seq - j->high_seq);
	int64_t transit = (int64_t)now - (int64_t)h->time, d;

	if (step > 1) {
		j->stats.lost += (uint64_t)step - 1;
	} else if (step <= 0 && j->stats.lost) {
		j->stats.lost--; /* it was only late */
	}
	if (step > 0) {
		j->high_seq = h->seq;
	}
	d = j->has_transit ? llabs(transit - j->transit) : 0;
	d = d < 8000 ? d : 8000;
	j->has_transit = true;
	j->transit = transit;
	j->jitter16 += (uint32_t)d - ((j->jitter16 + 8) >> 4);
	j->stats.jitter = j->jitter16 >> 4;
}

void fx_jitter_put(struct fx_jitter *j, const struct fx_rtp *h, const int16_t *amp, size_t n,
		   uint64_t now)
{
	int32_t ahead;

	if (n == 0 || n > RING / 4) {
		return;
	}
	ahead = (int32_t)(h->time - j->play);
	if (!j->started || h->source != j->source || ahead > (int32_t)(RING - 2 * n) ||
	    ahead < -(int32_t)RING) {
		restart(j, h);
		ahead = 0;
	}
	if (ahead >= 0 && has(j, h->time)) {
		j->stats.repeated++;
		return;
	}
	j->stats.received++;
	count(j, h, now);
	if (ahead + (int32_t)n <= 0) {
		j->stats.late++;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t t = h->time + (uint32_t)i;

		if ((int32_t)(t - j->play) >= 0) {
			j->ring[t % RING] = amp[i];
			j->have[t % RING / 8] |= (uint8_t)(1u << (t % 8));
		}
	}
	if ((int32_t)(h->time + (uint32_t)n - j->newest_end) > 0) {
		j->newest_end = h->time + (uint32_t)n;
	}
}

/* Is the block that is due whole and silent? */
static bool quiet(const struct fx_jitter *j)
{
	for (uint32_t i = 0; i < BLOCK; i++) {
		uint32_t t = j->play + i;

		if (!has(j, t) || abs(j->ring[t % RING]) > QUIET) {
			return false;
		}
	}
	return true;
}

static void skip(struct fx_jitter *j, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		clear(j, j->play++);
	}
}

/* @return true when this block is only waited */
static bool follow_drift(struct fx_jitter *j)
{
	int32_t level = (int32_t)(j->newest_end - j->play), drift;

	j->level_sum += level;
	if (++j->level_n < AVERAGE) {
		return false;
	}
	drift = j->level_sum / (int32_t)j->level_n - (int32_t)j->delay;
	if (drift > -(int32_t)BLOCK && drift < (int32_t)(2 * BLOCK)) {
		j->level_sum = 0;
		j->level_n = 0;
		return false;
	}
	if (!quiet(j)) {
		j->level_sum -= level; /* ask again at the next block */
		j->level_n--;
		return false;
	}
	j->level_sum = 0;
	j->level_n = 0;
	j->stats.slips++;
	if (drift > 0) {
		skip(j, BLOCK);
		return false;
	}
	return true;
}

static void give(struct fx_jitter *j, void (*fn)(void *, const int16_t *, size_t), void *arg)
{
	int16_t out[BLOCK];
	uint32_t done = 0, missing = 0;

	while (done < BLOCK) {
		bool there = has(j, j->play);
		uint32_t n = 0;

		while (done + n < BLOCK && has(j, j->play + n) == there) {
			out[n] = j->ring[(j->play + n) % RING];
			n++;
		}
		fn(arg, there ? out : NULL, n);
		missing += there ? 0 : n;
		skip(j, n);
		done += n;
	}
	j->stats.missing_samples += missing;
	j->starved = missing == BLOCK ? j->starved + BLOCK : 0;
	if (j->starved >= RING) {
		j->started = j->playing = false; /* whatever comes next begins anew */
		j->starved = 0;
	}
}

bool fx_jitter_get(struct fx_jitter *j, void (*fn)(void *arg, const int16_t *amp, size_t n),
		   void *arg)
{
	if (j->started && !j->playing) {
		j->playing = j->waited >= j->delay;
		j->waited += BLOCK;
	}
	if (!j->playing || follow_drift(j)) {
		fn(arg, NULL, BLOCK);
		return j->playing;
	}
	give(j, fn, arg);
	return true;
}
