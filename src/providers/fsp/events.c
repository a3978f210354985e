/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/fsp/events.c  What threads and provider say becomes callbacks of the owner. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "providers/fsp/fsp_priv.h"

static struct fx_fsp_op *find_key(struct fx_fsp *f, ULONG_PTR key)
{
	FX_LIST_EACH(&f->ops, it) {
		struct fx_fsp_op *op = FX_CONTAINER(it, struct fx_fsp_op, link);

		if (op->key == key) {
			return op;
		}
	}
	return NULL;
}

/* ---- to the owner ---- */

void fx_fsp_set_online(struct fx_fsp *f, struct fx_fsp_line *line, bool online)
{
	if (line->info.online != online) {
		line->info.online = online;
		f->sink->on_line(f->arg, &line->info);
	}
}

static void tell_status(struct fx_fsp_op *op, enum fx_port_state state)
{
	op->st.state = state;
	op->st.sender = op->sender;
	op->st.elapsed_us = fx_loop_now_us(op->f->loop) - op->start_us;
	if (op->sender && op->dial) {
		(void)fx_strlcpy(op->st.local_id, op->dial->local_id, FX_ID_SIZE);
	} else {
		(void)fx_strlcpy(op->st.local_id, op->answer.local_id, FX_ID_SIZE);
	}
	op->f->sink->on_status(op->f->arg, op->call, &op->st);
}

void fx_fsp_tell_end(struct fx_fsp_op *op, enum fx_outcome outcome, const char *words)
{
	struct fx_call_result r = {.outcome = outcome, .engine_code = -1,
				   .answered_us = op->answered_us, .coding = FX_CODING_MMR};

	op->told = true;
	r.pages_total = op->sender ? op->pages : op->acked;
	r.pages_confirmed = op->sender ? (outcome == FX_OUTCOME_SUCCESS ? op->pages : 0) :
					 op->acked;
	r.ended_us = fx_loop_now_us(op->f->loop) - op->start_us;
	(void)fx_strlcpy(r.remote_id, op->csi[0] ? op->csi : op->st.remote_id, FX_ID_SIZE);
	(void)fx_strlcpy(r.words, words && *words ? words : fx_outcome_words(outcome),
			 sizeof(r.words));
	fx_fsp_log(op, "= call ended: %s: %s (%u of %u pages)", fx_outcome_str(outcome), r.words,
		   r.pages_confirmed, r.pages_total);
	op->f->sink->on_end(op->f->arg, op->call, &r);
}

void fx_fsp_drop(struct fx_fsp_op *op)
{
	struct fx_fsp *f = op->f;
	struct fx_fsp_line *line = op->line;

	fx_fsp_op_free(op);
	fx_fsp_set_online(f, line, true);
}

/* ---- the end of an operation ---- */

static void next_page(struct fx_fsp_op *op)
{
	struct fx_page_report *rep;

	if (op->acked < op->pages) {
		rep = &op->reports[op->acked];
		rep->at_us = fx_loop_now_us(op->f->loop) - op->start_us;
		op->st.page = rep->page;
		fx_fsp_log(op, "- page %u of the provider's file: %ux%u, %u octets there",
			   rep->page, rep->width_px, rep->rows, rep->bytes);
		op->f->sink->on_page(op->f->arg, op->call, rep);
		return;
	}
	fx_fsp_tell_end(op, op->outcome, op->words);
	fx_fsp_drop(op);
}

static void end_sent(struct fx_fsp_op *op)
{
	struct fx_page_report rep = {.confirmed = true, .coding = FX_CODING_MMR};

	for (; op->outcome == FX_OUTCOME_SUCCESS && rep.page < op->pages;) {
		rep.page++;
		rep.at_us = fx_loop_now_us(op->f->loop) - op->start_us;
		op->f->sink->on_page(op->f->arg, op->call, &rep);
	}
	fx_fsp_tell_end(op, op->outcome, op->words);
	fx_fsp_drop(op);
}

/* After the end only a line that was hung up remains, and its log has its last line. */
static void log_finished(const struct fx_fsp_op *op)
{
	if (op->told) {
		return;
	}
	if (op->stages & 1u << FX_FSP_CALL) {
		fx_fsp_log(op, "%s %s returned %s; FaxDevReportStatus: %s (0x%08x)",
			   op->ok ? "-" : "!", op->sender ? "FaxDevSend" : "FaxDevReceive",
			   op->ok ? "TRUE" : "FALSE", fx_fsp_status_str(op->status), op->status);
	}
	if (op->words[0]) {
		fx_fsp_log(op, "! %s", op->words);
	}
}

static void take_finished(struct fx_fsp *f, ULONG_PTR key)
{
	struct fx_fsp_op *op = find_key(f, key);
	bool finished;

	if (!op || !op->running) {
		return;
	}
	(void)pthread_mutex_lock(&op->lock);
	finished = op->finished;
	(void)pthread_mutex_unlock(&op->lock);
	if (!finished) {
		return; /* a packet that only looks like ours */
	}
	(void)pthread_join(op->thread, NULL);
	op->running = false;
	log_finished(op);
	if (op->outcome == FX_OUTCOME_NONE) {
		op->outcome = fx_fsp_outcome(op->ok, op->status);
		if (op->outcome == FX_OUTCOME_DOCUMENT) {
			(void)snprintf(op->words, sizeof(op->words),
				       "The provider failed with status 0x%08x.", op->status);
		}
	}
	if (op->cancelled && op->outcome != FX_OUTCOME_SUCCESS) {
		op->outcome = FX_OUTCOME_CANCELLED;
		op->words[0] = '\0';
	}
	if (op->told) {
		fx_fsp_drop(op);
	} else if (op->sender) {
		end_sent(op);
	} else {
		op->delivering = true;
		(void)fx_strlcpy(op->st.remote_id, op->csi, FX_ID_SIZE);
		if (op->caller_id[0]) {
			(void)fx_strlcpy(op->st.caller_id, op->caller_id, FX_NUMBER_SIZE);
		}
		if (op->routing[0]) {
			(void)fx_strlcpy(op->st.routing, op->routing, FX_ROUTING_SIZE);
		}
		tell_status(op, FX_PORT_RECEIVING);
		next_page(op);
	}
}

static void take_next(struct fx_fsp *f, ULONG_PTR key)
{
	struct fx_fsp_op *op = find_key(f, key);

	if (op && op->delivering && !op->told) {
		next_page(op);
	}
}

/* Rejected, or hung up before it was answered. */
static void take_refused(struct fx_fsp *f, ULONG_PTR key)
{
	struct fx_fsp_op *op = find_key(f, key);

	if (op && !op->running && !op->told) {
		fx_fsp_tell_end(op, FX_OUTCOME_CANCELLED, NULL);
		fx_fsp_drop(op);
	}
}

/* ---- what the provider tells ---- */

static bool to_state(uint32_t status, enum fx_port_state *ret)
{
	static const struct {
		uint32_t status;
		enum fx_port_state state;
	} map[] = {
		{FS_INITIALIZING, FX_PORT_INITIALIZING}, {FS_DIALING, FX_PORT_DIALING},
		{FS_TRANSMITTING, FX_PORT_SENDING}, {FS_RECEIVING, FX_PORT_RECEIVING},
		{FS_COMPLETED, FX_PORT_COMPLETED}, {FS_HANDLED, FX_PORT_COMPLETED},
		{FS_ANSWERED, FX_PORT_ANSWERED}, {FS_USER_ABORT, FX_PORT_ABORTING},
	};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(map); i++) {
		if (map[i].status == status) {
			*ret = map[i].state;
			return true;
		}
	}
	return false; /* the end says it, or a value of its own */
}

/* Changes only: a provider may tell the same many times a second. "%.0u" of 0 is nothing. */
static void log_status(struct fx_fsp_op *op, const struct fx_fsp_msg *m)
{
	if (m->status == op->last_status && m->page == op->last_page) {
		return;
	}
	op->last_status = m->status;
	op->last_page = m->page;
	fx_fsp_log(op, "- status: %s (0x%08x)%s%.0u%s%s%s%s", fx_fsp_status_str(m->status),
		   m->status, m->page ? ", page " : "", m->page, m->csi[0] ? ", far machine " : "",
		   m->csi, m->caller_id[0] ? ", caller " : "", m->caller_id);
}

static void take_status(struct fx_fsp *f, const struct fx_fsp_msg *m)
{
	struct fx_fsp_op *op = find_key(f, m->key);
	enum fx_port_state state;

	if (!op || op->told || !op->running) {
		return;
	}
	state = op->st.state;
	op->heard_us = fx_loop_now_us(f->loop);
	if (op->answered_us < 0 && (m->status == FS_TRANSMITTING || m->status == FS_RECEIVING ||
				    m->status == FS_ANSWERED)) {
		op->answered_us = op->heard_us - op->start_us;
	}
	op->st.page = m->page;
	op->st.pages_total = op->sender ? op->st.pages_total : 0;
	if (m->csi[0]) {
		(void)fx_strlcpy(op->st.remote_id, m->csi, FX_ID_SIZE);
	}
	if (m->caller_id[0]) {
		(void)fx_strlcpy(op->st.caller_id, m->caller_id, FX_NUMBER_SIZE);
	}
	if (m->routing[0]) {
		(void)fx_strlcpy(op->st.routing, m->routing, FX_ROUTING_SIZE);
	}
	log_status(op, m);
	(void)to_state(m->status, &state);
	tell_status(op, op->cancelled ? FX_PORT_ABORTING : state);
}

static void take_ring(struct fx_fsp *f, DWORD device)
{
	struct fx_fsp_line *line;
	struct fx_fsp_op *op;

	if (!f->started && !f->lost) { /* within FaxDevInitialize: it overtook the start */
		if (f->n_early < FX_FSP_EARLY_MAX) {
			f->early[f->n_early++] = device;
		}
		return;
	}
	if (!f->started || device < f->first_id || device - f->first_id >= f->count) {
		fx_log(FX_LOG_WARN, "it rings on device %u, which does not exist", device);
		return;
	}
	line = &f->lines[device - f->first_id];
	if (line->op) {
		return; /* busy, or it rings on */
	}
	f->next_call += 2;
	op = fx_fsp_op_new(f, line, f->next_call);
	if (!op) {
		return;
	}
	op->ring = 1;
	f->sink->on_incoming(f->arg, op->call, line->info.line, "", "");
	f->sink->on_ring(f->arg, op->call, op->ring);
}

static int make_lines(struct fx_fsp *f)
{
	DWORD i;

	f->lines = fx_calloc(f->count, sizeof(*f->lines));
	for (i = 0; f->lines && i < f->count; i++) {
		struct fx_fsp_line *l = &f->lines[i];

		l->id = f->first_id + i;
		(void)snprintf(l->info.line, sizeof(l->info.line), "%u", l->id);
		(void)snprintf(l->info.name, sizeof(l->info.name), "%.50s%u", f->prefix, l->id);
		l->info.online = l->info.is_virtual = true;
	}
	return f->lines ? 0 : FX_ENOMEM;
}

/* "For every virtual device" (7.5): it may send and receive from now on. */
static void *enable(void *arg)
{
	struct fx_fsp *f = arg;
	DWORD i;

	for (i = 0; i < f->count; i++) {
		f->mod.line_callback(NULL, f->first_id + i, LINE_DEVSPECIFIC, 0, TRUE, TRUE, 0);
	}
	return NULL;
}

static void take_started(struct fx_fsp *f, const struct fx_reason *why)
{
	pthread_t t;
	DWORD i;

	(void)pthread_join(f->starter, NULL);
	f->starter_joined = true;
	if (why->text[0] || make_lines(f)) {
		f->lost = true;
		f->sink->on_lost(f->arg, why->text[0] ? why->text : "out of memory");
		return;
	}
	f->started = true;
	if (f->mod.line_callback && !pthread_create(&t, NULL, enable, f)) {
		(void)pthread_detach(t);
	}
	for (i = 0; i < f->count; i++) {
		f->sink->on_line(f->arg, &f->lines[i].info);
	}
	for (i = 0; i < f->n_early; i++) {
		take_ring(f, f->early[i]);
	}
}

void fx_fsp_on_inbox(void *arg)
{
	struct fx_fsp_inbox *in = arg;
	struct fx_fsp *f = in->f;
	struct fx_fsp_msg *m = f ? fx_fsp_take(in) : NULL;

	if (m) {
		switch (m->type) {
		case FX_FSP_STARTED:
			take_started(f, &m->why);
			break;
		case FX_FSP_RINGS:
			take_ring(f, m->device);
			break;
		case FX_FSP_STATUS:
			take_status(f, m);
			break;
		case FX_FSP_FINISHED:
			take_finished(f, m->key);
			break;
		case FX_FSP_NEXT:
			take_next(f, m->key);
			break;
		case FX_FSP_REFUSED:
			take_refused(f, m->key);
			break;
		}
	}
	(void)fx_free(m);
	fx_fsp_inbox_unref(in);
}
