/* SPDX-License-Identifier: Apache-2.0 */
/* The door of the room: making, ending and asking a session. */
#include "t30/session.h"

#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "t30/t30_priv.h"

/* Status once per second of call time while pages move; hold and parting have limits. */
void fx_t30_advanced(struct fx_t30 *s)
{
	switch (s->mode) {
	case MODE_RUNNING:
		fx_watchdog(s);
		break;
	case MODE_HELD:
		if (s->now - s->held_at > FX_HOLD_MAX_S * SAMPLES_S) {
			fx_t30_log(s, "! the page was not recorded within %u s", FX_HOLD_MAX_S);
			fx_t30_page_ack(s, s->st.pages_confirmed, false);
		}
		break;
	case MODE_PARTING:
		fx_part_tick(s);
		break;
	case MODE_DONE:
		return;
	}
	if (s->mode == MODE_RUNNING && s->page_open && s->now - s->status_at >= SAMPLES_S) {
		fx_t30_report(s);
	}
}

/* Octets of this page so far. The engine does not say; see each line for the source. */
static void count_bytes(struct fx_t30 *s)
{
	t30_stats_t t;
	uint64_t n;

	if (!s->page_open || !s->t30) {
		return;
	}
	t30_get_transfer_statistics(s->t30, &t);
	if (!s->caller) {
		/* ECM: frames of 256 octets that came; else what the decoder was given. */
		n = s->st.ecm ? (uint64_t)s->frames * 256 : t.image_size > 0 ? t.image_size : 0;
		s->st.page_bytes = (uint32_t)n;
		return;
	}
	s->st.page_bytes_total = t.image_size > 0 ? (uint32_t)t.image_size : 0;
	if (s->st.ecm) {
		n = (uint64_t)s->frames * 256;
	} else { /* the modem's pace since the page began */
		n = (s->now - s->page_at) * s->st.rate_bps / 8 / SAMPLES_S;
		s->grace = s->st.rate_bps ? (uint64_t)s->st.page_bytes_total * 8 * SAMPLES_S /
						    s->st.rate_bps
					  : 0;
	}
	s->st.page_bytes = n < s->st.page_bytes_total ? (uint32_t)n : s->st.page_bytes_total;
}

void fx_t30_report(struct fx_t30 *s)
{
	count_bytes(s);
	s->status_at = s->now;
	s->st.elapsed_us = call_us(s);
	s->ev.on_status(s->arg, &s->st);
}

static void fill_end(struct fx_t30 *s)
{
	struct fx_t30_end *e = &s->end;

	e->sender = s->caller;
	e->pages_confirmed = s->st.pages_confirmed;
	if (s->caller) {
		e->pages_expected = s->st.pages_total;
		/* Two counts must agree: ours of MCF and RTP, and the engine's. */
		if ((uint32_t)s->stats.pages_tx < e->pages_confirmed) {
			e->pages_confirmed = (uint32_t)s->stats.pages_tx;
		}
		if (!guard(s, FX_GUARD_G6) && e->code == 0) {
			e->pages_confirmed = e->pages_expected;
		}
	}
}

static void fill_words(struct fx_t30 *s, struct fx_call_result *r)
{
	char pages[64] = "";

	if (s->caller && r->outcome != FX_OUTCOME_SUCCESS) {
		(void)snprintf(pages, sizeof(pages), " %u of %u pages were confirmed.",
			       r->pages_confirmed, r->pages_total);
	} else if (!s->caller) {
		(void)snprintf(pages, sizeof(pages), " %u page%s arrived.", r->pages_confirmed,
			       r->pages_confirmed == 1 ? "" : "s");
	}
	if (r->outcome == FX_OUTCOME_SUCCESS || s->end.code == 0 || s->end.by_us ||
	    s->end.storage_failed) {
		(void)snprintf(r->words, sizeof(r->words), "%s%s", fx_outcome_words(r->outcome),
			       pages);
	} else {
		(void)snprintf(r->words, sizeof(r->words), "%s%s (%s)",
			       fx_outcome_words(r->outcome), pages,
			       fx_t30_code_words(s->end.code));
	}
}

void fx_t30_finish(struct fx_t30 *s)
{
	struct fx_call_result *r = &s->res;

	if (s->mode == MODE_DONE) {
		return;
	}
	if (s->mode == MODE_HELD) { /* the owner had not taken the page yet */
		s->st.pages_confirmed--;
	}
	s->mode = MODE_DONE;
	fx_engine_free(s); /* closes the file; its memory is of no use any more */
	fx_part_fini(s);
	fx_t38_held_drop(s);
	fx_recv_file_scrub(&s->recv);
	fill_end(s);
	*r = (struct fx_call_result){
		.outcome = fx_outcome_from_t30(&s->end),
		.engine_code = s->end.code,
		.pages_confirmed = s->end.pages_confirmed,
		.pages_total = s->caller ? s->st.pages_total : s->end.pages_confirmed,
		.rate_bps = s->st.rate_bps,
		.ecm = s->st.ecm,
		.coding = s->st.coding,
		.transport = s->st.transport,
		.ecm_retries = s->st.ecm_retries,
		.answered_us = s->start_us,
		.ended_us = call_us(s),
	};
	fx_strlcpy(r->remote_id, s->st.remote_id, sizeof(r->remote_id));
	fill_words(s, r);
	s->page_open = false;
	s->st.state = r->outcome == FX_OUTCOME_SUCCESS     ? FX_PORT_COMPLETED
		      : r->outcome == FX_OUTCOME_CANCELLED ? FX_PORT_ABORTING
							   : FX_PORT_FAILED;
	fx_t30_log(s, "= %s: %s [engine code %d: %s]", fx_outcome_str(r->outcome), r->words,
		   r->engine_code, fx_t30_code_words(r->engine_code));
	fx_t30_report(s);
}

/* Texts, limits and files of either side. */
static int take_prm(struct fx_t30 *s, const struct fx_t30_prm *p, struct fx_reason *reterr)
{
	int err;

	if (p->caller) {
		fx_station_id(s->local_id, p->dial->local_id);
		s->ecm = p->dial->ecm;
		s->modems = p->dial->modems;
		s->max_call_s = p->dial->max_call_s;
		s->send = p->take_doc;
		err = s->send ? 0 : fx_t30_prepare(p->dial, &s->send, reterr);
		if (err) {
			return err;
		}
		s->st.pages_total = fx_t30_doc_pages(s->send);
		s->st.resolution = fx_t30_doc_resolution(s->send);
		s->st.state = FX_PORT_DIALING;
	} else {
		fx_station_id(s->local_id, p->answer->local_id);
		s->ecm = p->answer->ecm;
		s->modems = p->answer->modems;
		s->max_call_s = p->answer->max_call_s;
		err = fx_recv_file_init(&s->recv, p->answer->rx_fd);
		if (err) {
			return fx_fail(reterr, err, "the file for received pages is not open");
		}
		s->st.state = FX_PORT_ANSWERED;
	}
	fx_strlcpy(s->st.local_id, s->local_id, sizeof(s->st.local_id));
	s->modems = s->modems & FX_MODEM_ALL ? s->modems & FX_MODEM_ALL : FX_MODEM_ALL;
	s->max_call_s = s->max_call_s ? s->max_call_s : FX_CALL_MAX_S;
	s->unpaced = p->t38 && p->t38_unpaced && s->ecm;
	return 0;
}

int fx_t30_new(const struct fx_t30_prm *p, struct fx_t30 **ret, struct fx_reason *reterr)
{
	struct fx_t30 *s;
	int err;

	if (!p->events || !p->events->on_status || !p->events->on_page || !p->events->on_log ||
	    (p->t38 && !p->events->on_ifp) || (p->caller ? !p->dial : !p->answer)) {
		return fx_fail(reterr, FX_EINVAL, "a T.30 session needs events and a call");
	}
	s = fx_zalloc(sizeof(*s));
	if (!s) {
		return FX_ENOMEM;
	}
	s->caller = p->caller;
	s->t38 = p->t38;
	s->redundancy = p->t38_redundancy;
	s->rx_resolutions = p->caller ? 0 : p->rx_resolutions;
	s->codings = p->codings;
	s->ev = *p->events;
	s->arg = p->arg;
	s->start_us = p->start_us;
	s->call = p->call;
	s->off = fx_t30_test_disabled();
	s->recv.fd = -1;
	s->level = FX_LEVEL_START;
	s->end.code = -1;
	fx_list_init(&s->held);
	s->st.sender = p->caller;
	s->st.transport = p->t38 ? FX_TRANSPORT_T38 : FX_TRANSPORT_AUDIO;
	err = take_prm(s, p, reterr);
	if (!err) {
		err = fx_engine_new(s);
	}
	if (err) {
		s->send = s->send == p->take_doc ? NULL : s->send; /* still the caller's */
		(void)fx_t30_free(s);
		return err;
	}
	fx_t30_log(s, "- T.30 %s over %s%s, id \"%s\", ECM %s, %u pages",
		   s->caller ? "sends" : "receives", fx_transport_str(s->st.transport),
		   s->unpaced ? " (unpaced)" : "", s->local_id, s->ecm ? "on" : "off",
		   s->st.pages_total);
	*ret = s;
	return 0;
}

struct fx_t30 *fx_t30_free(struct fx_t30 *s)
{
	if (!s) {
		return NULL;
	}
	s->mode = MODE_DONE;
	fx_engine_free(s);
	fx_part_fini(s);
	fx_t38_held_drop(s);
	(void)fx_t30_doc_free(s->send);
	fx_recv_file_fini(&s->recv);
	return fx_free(s);
}

struct fx_t30_doc *fx_t30_replace(struct fx_t30 *s)
{
	struct fx_t30_doc *doc = s->send;

	if (s->mode != MODE_DONE) {
		fx_t30_log(s, "- the session over %s ends, another follows",
			   fx_transport_str(s->st.transport));
	}
	s->send = NULL;
	(void)fx_t30_free(s);
	return doc;
}

void fx_t30_page_ack(struct fx_t30 *s, uint32_t page, bool ok)
{
	if (s->mode != MODE_HELD || page != s->st.pages_confirmed) {
		return; /* late: the session ended, or gave up on it */
	}
	if (ok) {
		s->mode = MODE_RUNNING;
		s->progress_at = s->now;
		s->ifp_at = s->now;
		if (s->eop_held) {
			fx_eop_confirmed(s);
		}
		if (!s->depth) {
			fx_t38_held_replay(s);
		}
		return;
	}
	fx_t30_log(s, "! page %u could not be recorded: it is not confirmed", page);
	s->st.pages_confirmed--;
	s->end.storage_failed = true;
	s->want_part = true;
	if (!s->depth) {
		fx_part(s);
	}
}

void fx_t30_line_lost(struct fx_t30 *s)
{
	if (s->mode == MODE_DONE) {
		return;
	}
	fx_t30_log(s, "! the line is gone");
	s->end.line_lost = !s->end.by_us;
	if (s->mode == MODE_PARTING) {
		fx_t30_finish(s);
		return;
	}
	fx_engine_terminate(s);
	if (!s->depth) {
		fx_t30_finish(s);
	}
}

void fx_t30_hangup(struct fx_t30 *s)
{
	if (s->mode == MODE_DONE || s->mode == MODE_PARTING) {
		return;
	}
	fx_t30_log(s, "! cancelled by us");
	s->end.by_us = true;
	s->want_part = true;
	if (!s->depth) {
		fx_part(s);
	}
}

bool fx_t30_is_done(const struct fx_t30 *s)
{
	return s->mode == MODE_DONE;
}

bool fx_t30_is_held(const struct fx_t30 *s)
{
	return s->mode == MODE_HELD;
}

void fx_t30_result(const struct fx_t30 *s, struct fx_call_result *ret)
{
	*ret = s->res;
}

void fx_t30_status(const struct fx_t30 *s, struct fx_call_status *ret)
{
	*ret = s->st;
	ret->elapsed_us = call_us(s);
}
