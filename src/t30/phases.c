/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine reports while it runs: frames, and the phases B, D and E of
 * T.30. All of it is called from inside the engine and must not block.
 */
#include "t30/t30_priv.h"

#include <stdio.h>
#include <string.h>
#include "base/str.h"

static enum fx_resolution resolution_of(int y_per_metre)
{
	return y_per_metre > 11000 ? FX_RES_SUPERFINE
	       : y_per_metre > 5500 ? FX_RES_FINE
				    : FX_RES_STANDARD;
}

static void take_remote_id(struct fx_t30 *s)
{
	const char *id = t30_get_rx_ident(s->t30);

	if (id && id[0]) {
		fx_station_id(s->st.remote_id, id);
	}
}

static void page_begins(struct fx_t30 *s)
{
	t30_stats_t t;

	s->page_open = true;
	s->page_at = s->now;
	s->frames = 0;
	s->st.page_bytes = 0;
	s->st.page_bytes_total = 0;
	s->st.page = s->st.pages_confirmed + 1;
	if (s->caller) {
		t30_get_transfer_statistics(s->t30, &t);
		s->st.page_bytes_total = t.image_size > 0 ? (uint32_t)t.image_size : 0;
		s->st.resolution = resolution_of(t.y_resolution);
		/* Without ECM a page goes out in one piece, however long that takes. */
		s->grace = s->st.ecm || !s->st.rate_bps
				   ? 0
				   : (uint64_t)s->st.page_bytes_total * 8 * SAMPLES_S /
					     s->st.rate_bps;
	}
	fx_t30_log(s, "- page %u begins: %s %s at %u bit/s%s", s->st.page,
		   fx_resolution_str(s->st.resolution), fx_coding_str(s->st.coding), s->st.rate_bps,
		   s->st.ecm ? ", ECM" : "");
	fx_t30_report(s);
}

static void take_dcs(struct fx_t30 *s, const uint8_t *msg, size_t len)
{
	struct fx_dcs dcs;

	fx_frame_read_dcs(msg, len, &dcs);
	s->st.rate_bps = dcs.rate_bps;
	s->st.ecm = dcs.ecm;
	s->st.coding = dcs.coding;
	s->st.resolution = dcs.resolution;
	fx_t30_log(s, "- training: %s %u bit/s, %s %s%s", dcs.modem, dcs.rate_bps,
		   fx_resolution_str(dcs.resolution), fx_coding_str(dcs.coding),
		   dcs.ecm ? ", ECM" : "");
	s->st.state = s->caller ? FX_PORT_SENDING : FX_PORT_RECEIVING;
	if (!s->caller) {
		take_remote_id(s);
	}
	fx_t30_report(s);
}

/* Frames that the sender sends. */
static void sender_frame(struct fx_t30 *s, uint8_t fcf, const uint8_t *msg, size_t len)
{
	s->page_open = s->page_open && fcf != FX_FCF_DCS;
	if (fcf == FX_FCF_DCS) {
		take_dcs(s, msg, len);
	} else if (fcf == FX_FCF_FCD) {
		s->frames++;
	} else if (fcf == FX_FCF_MPS || fcf == FX_FCF_EOM || fcf == FX_FCF_EOP) {
		s->eom_fcf = fcf;
	} else if ((fcf == FX_FCF_PPS || fcf == FX_FCF_EOR) && len > 3 && msg[3]) {
		s->eom_fcf = msg[3] & 0xFE;
	}
}

void fx_eop_confirmed(struct fx_t30 *s)
{
	s->eop_held = false;
	s->eop_at = s->now;
	s->end.eop_seen = true;
}

/* Frames that the receiver sends. */
static void receiver_frame(struct fx_t30 *s, uint8_t fcf, const uint8_t *msg, size_t len)
{
	if (fcf == FX_FCF_DIS && s->caller) {
		fx_frame_read_dis(msg, len, &s->dis);
		s->dis_seen = true;
	} else if (fcf == FX_FCF_CFR) {
		page_begins(s);
	} else if (fcf == FX_FCF_PPR) {
		s->st.ecm_retries++;
	} else if (fcf == FX_FCF_MCF && !s->caller && !s->want_part) {
		/* Queued only: it leaves when the engine is clocked on, after page_ack(). */
		if (s->eom_fcf == FX_FCF_EOP) {
			s->page_open = false;
			s->eop_held = s->mode == MODE_HELD;
			if (!s->eop_held) {
				fx_eop_confirmed(s);
			}
		} else if (s->eom_fcf == FX_FCF_MPS) {
			page_begins(s);
		}
		s->eom_fcf = 0;
	}
}

/* What would crash the engine, seen before it parses the frame. @return true = ended */
static bool is_deadly(struct fx_t30 *s, uint8_t fcf, const uint8_t *msg, size_t len)
{
	struct fx_dcs dcs;

	/* G1: its length less four is taken as an unsigned size. */
	if (guard(s, FX_GUARD_G1) && len < 4 && (fcf == FX_FCF_FCD || len < 3)) {
		fx_t30_log(s, "! a data frame without data came: the call ends (guard G1)");
		return true;
	}
	/* G15, ours (docs/decisions/0303): the page's width stays unset and sizes a memset(). */
	if (guard(s, FX_GUARD_G15) && fcf == FX_FCF_DCS) {
		fx_frame_read_dcs(msg, len, &dcs);
		if (dcs.impossible) {
			fx_t30_log(s, "! DCS with an impossible width: the call ends (guard G15)");
			return true;
		}
	}
	return false;
}

static void on_frame(t30_state_t *t30, void *arg, int incoming, const uint8_t *msg, int n)
{
	struct fx_t30 *s = arg;
	size_t len = n > 0 ? (size_t)n : 0;
	uint8_t fcf = fx_frame_fcf(msg, len);
	char text[160];

	s->progress_at = s->now;
	s->grace = incoming || fcf != FX_FCF_FCD ? 0 : s->grace;
	if (fcf != FX_FCF_FCD && fcf != FX_FCF_RCP) {
		fx_t30_log(s, "%c %s", incoming ? '<' : '>',
			   fx_frame_text(msg, len, text, sizeof(text)));
	}
	if (incoming && is_deadly(s, fcf, msg, len)) {
		s->end.malformed = true;
		t30_terminate(t30);
		return;
	}
	if ((incoming != 0) == s->caller) {
		receiver_frame(s, fcf, msg, len);
	} else {
		sender_frame(s, fcf, msg, len);
	}
}

/* The far end's DIS is known: make the pages fit before the engine opens them. */
static int fit_pages(struct fx_t30 *s)
{
	enum fx_resolution res = fx_dis_resolution(&s->dis, fx_t30_doc_native(s->send));
	struct fx_reason why = {0};
	bool changed = false;
	int err = fx_t30_doc_fit(s->send, res, s->dis.width_max_px, &changed, &why);

	if (err) {
		fx_t30_log(s, "! the pages cannot be made to fit the far end: %s", why.text);
		return T30_ERR_FILEERROR;
	}
	if (changed) {
		fx_t30_log(s, "- the far end takes %s, %u pixels: pages coded anew",
			   fx_resolution_str(fx_t30_doc_resolution(s->send)),
			   fx_t30_doc_width(s->send));
		t30_set_tx_file(s->t30, fx_t30_doc_path(s->send),
				(int)(fx_t30_doc_start(s->send) + s->st.pages_confirmed), -1);
	}
	return T30_ERR_OK;
}

/* Unpaced, a page without ECM would leave in one call of thousands of packets. */
static void slow_down(struct fx_t30 *s)
{
	if (s->unpaced && s->dis_seen && !(s->ecm && s->dis.ecm)) {
		t38_terminal_set_config(s->term, 0);
		s->unpaced = false;
		fx_t30_log(s, "- the far end has no ECM: sending at the modem's pace");
	}
}

static int on_phase_b(t30_state_t *t30, void *arg, int fcf)
{
	struct fx_t30 *s = arg;
	int code = T30_ERR_OK;

	(void)t30, (void)fcf;
	take_remote_id(s);
	if (s->caller && s->dis_seen) {
		code = fit_pages(s);
		slow_down(s);
		s->st.state = FX_PORT_SENDING;
		s->st.page = s->st.page ? s->st.page : 1;
		fx_t30_report(s);
	}
	return code;
}

static void fill_report(struct fx_t30 *s, const t30_stats_t *t, struct fx_page_report *p)
{
	*p = (struct fx_page_report){
		.page = s->st.pages_confirmed + 1,
		.resolution = resolution_of(t->y_resolution),
		.width_px = (uint32_t)t->width,
		.rows = (uint32_t)t->length,
		.bad_rows = t->bad_rows > 0 ? (uint32_t)t->bad_rows : 0,
		.bytes = t->image_size > 0 ? (uint32_t)t->image_size : 0,
		.rate_bps = s->st.rate_bps,
		.ecm = s->st.ecm,
		.coding = s->st.coding,
		.at_us = call_us(s),
	};
}

static void log_page(struct fx_t30 *s, const struct fx_page_report *p, const char *how)
{
	fx_t30_log(s, "- page %u %s: %ux%u %s %s, %u octets at %u bit/s%s, %u bad rows, "
		   "%u retransmissions so far", p->page, how, p->width_px, p->rows,
		   fx_resolution_str(p->resolution), fx_coding_str(p->coding), p->bytes,
		   p->rate_bps, p->ecm ? ", ECM" : "", p->bad_rows, s->st.ecm_retries);
}

/* G4, G6: only these answers count, and only they are counted. */
static void page_answered(struct fx_t30 *s, uint8_t fcf, const t30_stats_t *t)
{
	struct fx_page_report p;

	fill_report(s, t, &p);
	p.confirmed = fcf == FX_FCF_MCF || fcf == FX_FCF_RTP || fcf == FX_FCF_PIP;
	s->end.rtn = !p.confirmed;
	s->page_open = false;
	log_page(s, &p, p.confirmed ? "confirmed" : "rejected");
	if (p.confirmed) {
		s->st.pages_confirmed++;
		s->st.page_bytes = s->st.page_bytes_total;
	}
	s->ev.on_page(s->arg, &p);
	if (fcf == FX_FCF_MCF && s->eom_fcf == FX_FCF_MPS) {
		page_begins(s);
	} else {
		fx_t30_report(s);
	}
}

static void page_arrived(struct fx_t30 *s, const t30_stats_t *t)
{
	struct fx_page_report p;
	struct fx_reason why = {0};

	fill_report(s, t, &p);
	s->page_open = false;
	if ((uint32_t)t->pages_rx <= s->st.pages_confirmed) {
		log_page(s, &p, "bad, asked for again");
		return;
	}
	p.confirmed = true;
	if (guard(s, FX_GUARD_G5) && p.rows > FX_G5_ROWS_MAX) { /* all in the last block */
		fx_t30_log(s, "! page %u has %u rows: the call ends (guard G5)", p.page, p.rows);
		s->end.malformed = true;
		s->want_part = true;
		return;
	}
	if (guard(s, FX_GUARD_G7) && fx_recv_file_page(&s->recv, &why)) {
		fx_t30_log(s, "! %s (guard G7)", why.text);
		s->end.storage_failed = true;
		s->want_part = true;
		return;
	}
	s->st.pages_confirmed++;
	s->st.page_bytes = p.bytes;
	log_page(s, &p, "stored");
	/* From here the far end waits: nothing is clocked until page_ack(). */
	s->mode = MODE_HELD;
	s->held_at = s->now;
	s->ev.on_page(s->arg, &p);
	fx_t30_report(s);
}

static int on_phase_d(t30_state_t *t30, void *arg, int code)
{
	struct fx_t30 *s = arg;
	uint8_t fcf = (uint8_t)(code & 0xFE);
	t30_stats_t t;

	t30_get_transfer_statistics(t30, &t);
	if (s->caller) {
		page_answered(s, fcf, &t);
	} else if (s->mode == MODE_RUNNING && !s->want_part) {
		s->eom_fcf = fcf;
		page_arrived(s, &t);
	}
	return T30_ERR_OK;
}

static void on_phase_e(t30_state_t *t30, void *arg, int code)
{
	struct fx_t30 *s = arg;

	if (s->phase_e) {
		return;
	}
	s->phase_e = true;
	s->end.code = code;
	take_remote_id(s);
	t30_get_transfer_statistics(t30, &s->stats);
}

void fx_phases_attach(struct fx_t30 *s)
{
	t30_set_phase_b_handler(s->t30, on_phase_b, s);
	t30_set_phase_d_handler(s->t30, on_phase_d, s);
	t30_set_phase_e_handler(s->t30, on_phase_e, s);
	t30_set_real_time_frame_handler(s->t30, on_frame, s);
}
