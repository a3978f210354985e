/* SPDX-License-Identifier: Apache-2.0 */
/* A call's media between two ends of ours: G.711, T.38, the change between them, faults. */
#include <string.h>
#include "tests/sip/net.h"

static const struct fx_media_t38 t38 = {.ec = FX_UDPTL_EC_REDUNDANCY, .max_datagram = 400};

static int setup(void **state)
{
	struct net *n = fx_zalloc(sizeof(*n));

	assert_non_null(n);
	net_init(n, 2, 7);
	*state = n;
	return 0;
}

static int teardown(void **state)
{
	net_fini(*state);
	(void)fx_free(*state);
	return 0;
}

static void g711(void **state)
{
	struct net *n = *state;
	struct fx_media_stats st;

	n->jitter_ms = 40;
	net_start(n);
	net_audio(n, FX_G711_ALAW);
	assert_true(net_run(n, 180));
	net_assert_delivered(n);
	assert_int_equal(n->a.res.transport, FX_TRANSPORT_AUDIO);
	/* The callee hears the caller's CNG, the caller the answer tone and the flags. */
	assert_true(n->b.tones & FX_TONE_CNG);
	assert_int_equal(n->a.tones, FX_TONE_CED | FX_TONE_V21);
	fx_media_stats(n->b.m, &st);
	assert_int_equal(st.rtp.missing_samples, 0);
	assert_int_equal(st.rtp.lost, 0);
	assert_int_equal(st.alien, 0);
}

static void ulaw(void **state)
{
	struct net *n = *state;

	net_start(n);
	net_audio(n, FX_G711_ULAW);
	assert_true(net_run(n, 180));
	net_assert_delivered(n);
}

static void over_t38(void **state)
{
	struct net *n = *state;
	struct fx_media_stats st;

	net_start(n);
	net_t38(n, &t38);
	assert_true(net_run(n, 180));
	net_assert_delivered(n);
	assert_int_equal(n->a.res.transport, FX_TRANSPORT_T38);
	fx_media_stats(n->b.m, &st);
	assert_int_equal(st.udptl.lost, 0);
	assert_int_equal(st.udptl.bad, 0);
}

static void fec(void **state)
{
	static const struct fx_media_t38 with = {.ec = FX_UDPTL_EC_FEC, .max_datagram = 400};
	struct net *n = *state;
	struct fx_media_stats st;

	n->loss = 500;
	net_start(n);
	net_t38(n, &with);
	assert_true(net_run(n, 240));
	net_assert_delivered(n);
	fx_media_stats(n->b.m, &st);
	assert_true(st.udptl.recovered > 5);
}

/* The usual course: answered in audio, then T.38; pages and settings go along. */
static void audio_then_t38(void **state)
{
	struct net *n = *state;

	net_start(n);
	net_audio(n, FX_G711_ALAW);
	for (int i = 0; i < 3 * 50; i++) {
		net_step(n);
	}
	assert_true(fx_media_may_switch(n->a.m));
	net_t38(n, &t38);
	assert_true(net_run(n, 180));
	net_assert_delivered(n);
	assert_int_equal(n->a.res.transport, FX_TRANSPORT_T38);
}

/* The far end changes first: its packets come before we know, and are not lost. */
static void t38_overtakes(void **state)
{
	struct net *n = *state;

	net_start(n);
	net_audio(n, FX_G711_ALAW);
	for (int i = 0; i < 2 * 50; i++) {
		net_step(n);
	}
	assert_int_equal(fx_media_t38(n->b.m, &t38, NULL), 0);
	for (int i = 0; i < 10; i++) {
		net_step(n);
	}
	assert_int_equal(fx_media_t38(n->a.m, &t38, NULL), 0);
	assert_true(net_run(n, 180));
	net_assert_delivered(n);
}

/* And back to audio, when nothing comes after the change. */
static void back_to_audio(void **state)
{
	struct net *n = *state;

	n->prm.t38_silence_ms = 5000;
	net_start(n);
	net_audio(n, FX_G711_ULAW);
	for (int i = 0; i < 3 * 50; i++) {
		net_step(n);
	}
	assert_int_equal(fx_media_t38(n->a.m, &t38, NULL), 0);
	while (!n->a.silences) {
		net_step(n);
		assert_true(n->now_us < 30 * UINT64_C(1000000));
	}
	assert_int_equal(fx_media_audio(n->a.m, FX_G711_ULAW, NULL), 0);
	assert_true(net_run(n, 180));
	net_assert_delivered(n);
	assert_int_equal(n->a.res.transport, FX_TRANSPORT_AUDIO);
}

/* Once a page moves there is no way to the other side that loses nothing. */
static void no_change_in_a_page(void **state)
{
	struct net *n = *state;
	struct fx_reason why = {0};

	net_start(n);
	net_audio(n, FX_G711_ALAW);
	while (fx_media_may_switch(n->a.m)) {
		net_step(n);
		assert_true(n->now_us < 60 * UINT64_C(1000000));
	}
	assert_int_equal(fx_media_t38(n->a.m, &t38, &why), FX_ESTATE);
	assert_non_null(strstr(why.text, "page"));
	assert_int_equal(fx_media_audio(n->a.m, FX_G711_ALAW, NULL), 0); /* a refresh: nothing */
	assert_true(net_run(n, 180));
	net_assert_delivered(n);
}

static void rate_of_sdp(void **state)
{
	static const struct {
		uint32_t rate, got;
	} cases[] = {{0, 14400}, {14400, 14400}, {9600, 9600}, {7200, 4800}, {2400, 4800}};

	for (size_t i = 0; i < FX_ARRAY_LEN(cases); i++) {
		struct fx_media_t38 p = t38;
		struct net n;

		p.max_bit_rate = cases[i].rate;
		net_init(&n, 1, 3);
		net_start(&n);
		net_t38(&n, &p);
		assert_true(net_run(&n, 240));
		net_assert_delivered(&n);
		assert_int_equal(n.a.res.rate_bps, cases[i].got);
		net_fini(&n);
	}
}

static bool garble(struct net_end *e, uint8_t *p, size_t *n)
{
	if (e->sent % 3 == 0) { /* a stranger's datagram beside each third */
		uint8_t junk[64];

		for (size_t i = 0; i < sizeof(junk); i++) {
			junk[i] = (uint8_t)(e->sent * 7 + i * 13);
		}
		fx_media_receive(e->dir ? e->net->a.m : e->net->b.m, junk, e->sent % 60);
	}
	return true;
}

/* Rubbish between the packets (on audio: what is not RTP of ours) harms nothing. */
static void rubbish_beside(void **state)
{
	struct net *n = *state;

	n->a.on_packet = garble;
	net_start(n);
	net_audio(n, FX_G711_ALAW);
	assert_true(net_run(n, 180));
	net_assert_delivered(n);
}

/* The far end is gone: told once, then the session ends by itself. */
static void silence(void **state)
{
	struct net *n = *state;

	n->loss = 10000;
	n->prm.audio_silence_ms = 4000;
	net_start(n);
	net_audio(n, FX_G711_ALAW);
	for (int i = 0; i < 5 * 50; i++) {
		net_step(n);
	}
	assert_int_equal(n->a.silences, 1);
	assert_true(net_run(n, 120));
	assert_int_equal(n->a.silences, 1);
	assert_int_not_equal(n->a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(n->b.pages, 0);
}

static void hangup(void **state)
{
	struct net *n = *state;

	net_start(n);
	net_t38(n, &t38);
	for (int i = 0; i < 15 * 50; i++) {
		net_step(n);
	}
	fx_media_hangup(n->a.m);
	assert_true(net_run(n, 30));
	assert_int_equal(n->a.res.outcome, FX_OUTCOME_CANCELLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		CASE(g711), CASE(ulaw), CASE(over_t38), CASE(fec), CASE(audio_then_t38),
		CASE(t38_overtakes), CASE(back_to_audio), CASE(no_change_in_a_page),
		CASE(rate_of_sdp), CASE(rubbish_beside), CASE(silence), CASE(hangup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
