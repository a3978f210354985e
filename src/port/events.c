/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a port as events (winfax.md 6.4): each change once, for each document. */
#include "base/mem.h"
#include "port/port_priv.h"

int fx_port_set_docs(struct fx_port_live *live, const struct fx_port_job *job)
{
	if (!job) {
		return 0;
	}
	live->one = (struct fx_port_doc){job->job_id, job->client_id, job->uid, job->pages};
	if (job->n_docs > 1) {
		live->docs = fx_memdup(job->docs, job->n_docs * sizeof(*job->docs));
		if (!live->docs) {
			return FX_ENOMEM;
		}
	}
	live->n_docs = job->n_docs > 1 ? job->n_docs : 1;
	return 0;
}

static const struct fx_port_doc *doc_at(const struct fx_port_live *live, size_t i)
{
	return live->docs ? &live->docs[i] : &live->one;
}

/* doc NULL: the event names no job; whose call it was is known all the same. */
static void emit(struct fx_port *port, enum fx_fei fei, const struct fx_port_doc *doc)
{
	const struct fx_ports *t = port->slot->t;
	const struct fx_port_live *live = port->live;
	struct fx_fax_event e = {.fei = fei, .device_id = port->info.device_id, .uid = FX_UID_NONE};

	if (!t->cb.on_event) {
		return;
	}
	if (doc) {
		e.job_id = doc->job_id;
		e.client_id = doc->client_id;
	}
	if (live) {
		e.uid = doc ? doc->uid : live->n_docs ? doc_at(live, 0)->uid : FX_UID_NONE;
		e.incoming = !live->outgoing;
	}
	t->cb.on_event(t->arg, &e);
}

void fx_port_tell(struct fx_port *port, enum fx_fei fei)
{
	struct fx_port_live *live = port->live;

	live->told = fei;
	if (!live->n_docs) {
		emit(port, fei, NULL);
	}
	for (size_t i = 0; i < live->n_docs; i++) {
		emit(port, fei, doc_at(live, i));
	}
}

/* The document that a page of the call belongs to. */
static const struct fx_port_doc *doc_of_page(const struct fx_port_live *live, uint32_t page)
{
	uint64_t end = 0;

	for (size_t i = 0; i + 1 < live->n_docs; i++) {
		end += doc_at(live, i)->pages;
		if (page <= end) {
			return doc_at(live, i);
		}
	}
	return live->n_docs ? doc_at(live, live->n_docs - 1) : NULL;
}

/* The page that is told already, or the first one, which now has its number, or none: behind the
 * last page there is no other. */
static bool same_page(const struct fx_port_live *live, uint32_t page)
{
	uint32_t total = live->st.call.pages_total;

	return !page || page == live->told_page || !live->told_page || (total && page > total);
}

void fx_port_tell_status(struct fx_port *port)
{
	struct fx_port_live *live = port->live;
	enum fx_fei fei = fx_fei_from_fps(fx_port_state_fps(live->st.call.state));
	uint32_t page = live->st.call.page;

	switch (live->st.call.state) {
	case FX_PORT_SENDING:
	case FX_PORT_RECEIVING:
		if (fei != live->told || !same_page(live, page)) {
			live->told = fei;
			live->told_page = page;
			emit(port, fei, doc_of_page(live, page ? page : live->confirmed + 1));
		} else if (!live->told_page) {
			live->told_page = page;
		}
		return;
	case FX_PORT_INITIALIZING:
	case FX_PORT_DIALING:
	case FX_PORT_RINGING:
	case FX_PORT_ANSWERED:
	case FX_PORT_ABORTING:
		if (fei != live->told) {
			fx_port_tell(port, fei);
		}
		return;
	case FX_PORT_OFFLINE:
	case FX_PORT_AVAILABLE:
	case FX_PORT_COMPLETED: /* how it ended is told at the end */
	case FX_PORT_FAILED:
	case FX_PORT_ROUTING:
	case FX_PORT_STATE_COUNT:
		return;
	}
}

void fx_port_tell_page(struct fx_port *port, const struct fx_page_report *page)
{
	if (page->confirmed && page->page == port->live->confirmed + 1) {
		port->live->confirmed++;
	}
}

void fx_port_tell_end(struct fx_port *port, enum fx_outcome outcome)
{
	struct fx_port_live *live = port->live;
	enum fx_fei told = live->told, fei = fx_fei_from_fps(fx_outcome_fps(outcome));
	uint64_t end = 0;

	live->idle_owed = true;
	if (!live->n_docs) {
		return; /* it rang, and nobody took it */
	}
	if (!fei || (live->outgoing && fei == FX_FEI_COMPLETED)) {
		fei = FX_FEI_FATAL_ERROR; /* judged by pages, never by the engine's word */
	}
	for (size_t i = 0; i < live->n_docs; i++) {
		const struct fx_port_doc *doc = doc_at(live, i);
		bool whole;

		end += doc->pages;
		whole = live->outgoing && live->confirmed >= end;
		live->told = whole ? FX_FEI_COMPLETED : fei;
		if (live->told != told) {
			emit(port, live->told, doc);
		}
	}
}

void fx_port_tell_idle(struct fx_port *port)
{
	if (port->live && port->live->idle_owed) {
		port->live->idle_owed = false;
		emit(port, FX_FEI_IDLE, NULL);
	}
}

void fx_port_tell_line(struct fx_port *port, enum fx_fei fei)
{
	const struct fx_ports *t = port->slot->t;
	struct fx_fax_event e = {.fei = fei, .device_id = port->info.device_id, .uid = FX_UID_NONE};

	if (t->cb.on_event) {
		t->cb.on_event(t->arg, &e);
	}
}
