/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes and frees the engine's contexts, in the order of engine.md 2.1, and
 * stands around each call into it. With spandsp 3 the names in this file and in
 * phases.c change (engine.md 2.9), nothing else.
 */
#include "t30/t30_priv.h"

static _Thread_local struct fx_t30 *current;
static _Thread_local struct fx_t30 *outer[8]; /* a test may couple sessions directly */
static _Thread_local unsigned n_outer;

struct fx_t30 *fx_engine_current(void)
{
	return current;
}

static void set_capabilities(struct fx_t30 *s)
{
	int codings = 0, res = T30_SUPPORT_STANDARD_RESOLUTION | T30_SUPPORT_R8_RESOLUTION;
	unsigned want = s->codings ? s->codings : ~0u;

	codings |= want & 1u << FX_CODING_MH ? T30_SUPPORT_T4_1D_COMPRESSION : 0;
	codings |= want & 1u << FX_CODING_MR ? T30_SUPPORT_T4_2D_COMPRESSION : 0;
	codings |= want & 1u << FX_CODING_MMR ? T30_SUPPORT_T6_COMPRESSION : 0;
	if (!s->rx_resolutions || s->rx_resolutions >= FX_RES_FINE) {
		res |= T30_SUPPORT_FINE_RESOLUTION;
	}
	if (!s->rx_resolutions || s->rx_resolutions >= FX_RES_SUPERFINE) {
		res |= T30_SUPPORT_SUPERFINE_RESOLUTION;
	}
	(void)t30_set_ecm_capability(s->t30, s->ecm);
	(void)t30_set_supported_modems(s->t30, (int)s->modems);
	(void)t30_set_supported_compressions(s->t30, codings);
	(void)t30_set_supported_resolutions(s->t30, res);
	(void)t30_set_supported_image_sizes(
		s->t30, T30_SUPPORT_215MM_WIDTH | T30_SUPPORT_255MM_WIDTH |
				T30_SUPPORT_303MM_WIDTH | T30_SUPPORT_A4_LENGTH |
				T30_SUPPORT_B4_LENGTH | T30_SUPPORT_US_LETTER_LENGTH |
				T30_SUPPORT_US_LEGAL_LENGTH | T30_SUPPORT_UNLIMITED_LENGTH);
	(void)t30_set_minimum_scan_line_time(s->t30, 0);
	(void)t30_set_rx_encoding(s->t30, T4_COMPRESSION_ITU_T6);
}

static int new_t38(struct fx_t30 *s)
{
	s->term = t38_terminal_init(NULL, s->caller, fx_t38_out, s);
	if (!s->term) {
		return FX_ENOMEM;
	}
	s->t30 = t38_terminal_get_t30_state(s->term);
	s->core = t38_terminal_get_t38_core_state(s->term);
	/* First: it resets the pacing and every repeat count. */
	t38_terminal_set_config(s->term, s->unpaced ? T38_TERMINAL_OPTION_NO_PACING : 0);
	t38_terminal_set_tep_mode(s->term, 0);
	t38_set_t38_version(s->core, 0);
	if (s->redundancy) {
		int n = (int)s->redundancy;

		for (int c = T38_PACKET_CATEGORY_CONTROL_DATA;
		     c <= T38_PACKET_CATEGORY_IMAGE_DATA_END; c++) {
			t38_set_redundancy_control(s->core, c, n);
		}
		t38_set_redundancy_control(s->core, T38_PACKET_CATEGORY_INDICATOR,
					   n > 3 || s->unpaced ? n : 3);
	}
	return 0;
}

static int new_audio(struct fx_t30 *s)
{
	s->fax = fax_init(NULL, s->caller);
	if (!s->fax) {
		return FX_ENOMEM;
	}
	fax_set_transmit_on_idle(s->fax, 1);
	fax_set_tep_mode(s->fax, 0);
	s->t30 = fax_get_t30_state(s->fax);
	return 0;
}

int fx_engine_new(struct fx_t30 *s)
{
	int err = s->t38 ? new_t38(s) : new_audio(s);

	if (err) {
		return err;
	}
	fx_t30_log_engine(s);
	(void)t30_set_tx_ident(s->t30, s->local_id);
	set_capabilities(s);
	fx_phases_attach(s);
	if (s->caller) {
		t30_set_tx_file(s->t30, fx_t30_doc_path(s->send),
				(int)fx_t30_doc_start(s->send), -1);
	} else {
		t30_set_rx_file(s->t30, s->recv.path, -1);
	}
	return 0;
}

void fx_engine_free(struct fx_t30 *s)
{
	FX_ASSERT(!s->depth);
	if (s->t30) {
		/* Without it what the far end named is leaked. No effect after phase E. */
		fx_engine_terminate(s);
	}
	if (s->fax) {
		(void)fax_free(s->fax);
	}
	if (s->term) {
		(void)t38_terminal_free(s->term);
	}
	s->fax = NULL;
	s->term = NULL;
	s->core = NULL;
	s->t30 = NULL;
}

void fx_engine_enter(struct fx_t30 *s)
{
	FX_ASSERT(n_outer < FX_ARRAY_LEN(outer));
	outer[n_outer++] = current;
	current = s;
	s->depth++;
	s->packets = 0;
}

void fx_engine_leave(struct fx_t30 *s)
{
	current = outer[--n_outer];
	s->depth--;
	if (s->depth || s->mode == MODE_DONE) {
		return;
	}
	if (s->phase_e && s->mode != MODE_PARTING) {
		fx_t30_finish(s);
	} else if (s->want_part) {
		fx_part(s);
	}
}

void fx_engine_terminate(struct fx_t30 *s)
{
	bool nested = s->depth > 0;

	if (nested) {
		t30_terminate(s->t30);
		return;
	}
	/* Phase E comes from inside: be the current session, but end nothing here. */
	outer[n_outer++] = current;
	current = s;
	s->depth++;
	t30_terminate(s->t30);
	s->depth--;
	current = outer[--n_outer];
}
