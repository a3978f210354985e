/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking leave without the engine, which cannot be told to disconnect in the
 * middle: it is stopped, then we say DCN ourselves (T.30 5.3.6.1.8). A far end
 * that sends a page does not hear it; hanging up tells it the same.
 *
 *   silence 0.25 s -> preamble 1 s -> DCN -> signal off -> done, 1.65 s in all
 *
 * The silence lets the far end's page modem see that its carrier is gone.
 */
#include <string.h>
#include "t30/t30_priv.h"

#define SILENCE (SAMPLES_S / 4)
#define PREAMBLE (SILENCE + SAMPLES_S)
#define SIGNAL_END (SILENCE + SAMPLES_S * 13 / 10)
#define PART_END (SILENCE + SAMPLES_S * 14 / 10)
#define PREAMBLE_FLAGS 37 /* octets of 8 bits at 300 bit/s: 0.99 s */

enum { STEP_START, STEP_SILENCE, STEP_PREAMBLE, STEP_FRAME, STEP_END };

static void frame_of(const struct fx_t30 *s, uint8_t frame[3])
{
	frame[0] = 0xFF;
	frame[1] = 0x13;
	frame[2] = FX_FCF_DCN | (s->caller ? 1 : 0); /* X: we have received a DIS */
}

static void say_t38(struct fx_t30 *s)
{
	/* DCN with the first bit of the line in the highest bit, as T.38 wants it. */
	const uint8_t dcn[3] = {0xFF, 0xC8, s->caller ? 0xDF : 0x5F};
	uint64_t age = s->now - s->parting.since;
	bool at_once = s->unpaced;

	if (s->parting.step == STEP_START) {
		(void)t38_core_send_indicator(s->core, T38_IND_NO_SIGNAL);
		s->parting.step = STEP_SILENCE;
	}
	if (s->parting.step == STEP_SILENCE && (at_once || age >= SILENCE)) {
		(void)t38_core_send_indicator(s->core, T38_IND_V21_PREAMBLE);
		s->parting.step = STEP_PREAMBLE;
	}
	if (s->parting.step == STEP_PREAMBLE && (at_once || age >= PREAMBLE)) {
		(void)t38_core_send_data(s->core, T38_DATA_V21, T38_FIELD_HDLC_DATA, dcn,
					 sizeof(dcn), T38_PACKET_CATEGORY_CONTROL_DATA);
		(void)t38_core_send_data(s->core, T38_DATA_V21, T38_FIELD_HDLC_FCS_OK_SIG_END, NULL,
					 0, T38_PACKET_CATEGORY_CONTROL_DATA_END);
		s->parting.step = STEP_FRAME;
	}
	if (s->parting.step == STEP_FRAME && (at_once || age >= SIGNAL_END)) {
		(void)t38_core_send_indicator(s->core, T38_IND_NO_SIGNAL);
		s->parting.step = STEP_END;
	}
}

static void start_audio(struct fx_t30 *s)
{
	uint8_t frame[3];

	s->parting.hdlc = hdlc_tx_init(NULL, FALSE, 2, FALSE, NULL, NULL);
	if (!s->parting.hdlc) {
		return; /* silence then; the hang-up follows anyway */
	}
	s->parting.fsk = fsk_tx_init(NULL, &preset_fsk_specs[FSK_V21CH2],
				     (get_bit_func_t)hdlc_tx_get_bit, s->parting.hdlc);
	if (s->parting.fsk) {
		fsk_tx_power(s->parting.fsk, -14);
		frame_of(s, frame);
		(void)hdlc_tx_flags(s->parting.hdlc, PREAMBLE_FLAGS);
		(void)hdlc_tx_frame(s->parting.hdlc, frame, sizeof(frame));
	}
}

void fx_part(struct fx_t30 *s)
{
	uint8_t frame[3];
	char text[64];

	if (s->mode == MODE_PARTING || s->mode == MODE_DONE) {
		return;
	}
	fx_engine_terminate(s);
	s->mode = MODE_PARTING;
	s->want_part = false;
	s->parting.since = s->now;
	s->packets = 0;
	s->st.state = FX_PORT_ABORTING;
	frame_of(s, frame);
	fx_t30_log(s, "> %s", fx_frame_text(frame, sizeof(frame), text, sizeof(text)));
	if (s->t38) {
		say_t38(s);
	} else {
		start_audio(s);
	}
	fx_t30_report(s);
}

void fx_part_audio(struct fx_t30 *s, int16_t *amp, size_t n)
{
	int made = 0;

	uint64_t age = s->now - s->parting.since;

	if (s->parting.fsk && age >= SILENCE && age < SIGNAL_END) {
		made = fsk_tx(s->parting.fsk, amp, (int)n);
	}
	if (made < 0) {
		made = 0;
	}
	if ((size_t)made < n) {
		memset(amp + made, 0, (n - (size_t)made) * sizeof(*amp));
	}
}

void fx_part_tick(struct fx_t30 *s)
{
	if (s->t38) {
		s->packets = 0;
		say_t38(s);
	}
	if (s->now - s->parting.since >= PART_END) {
		fx_t30_finish(s);
	}
}

void fx_part_fini(struct fx_t30 *s)
{
	if (s->parting.fsk) {
		(void)fsk_tx_free(s->parting.fsk);
	}
	if (s->parting.hdlc) {
		(void)hdlc_tx_free(s->parting.hdlc);
	}
	s->parting.fsk = NULL;
	s->parting.hdlc = NULL;
}
