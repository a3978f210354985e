/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/fsp/packets.c
 * What comes through the completion queue. A packet is a stranger's address: it counts only when
 * the heap it should be from knows it and it is as large as it must be; then it is freed here.
 */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "plugin/plugin.h"
#include "providers/fsp/fsp_priv.h"

void fx_fsp_inbox_unref(struct fx_fsp_inbox *in)
{
	struct fx_fsp_msg *m;
	bool last;

	(void)pthread_mutex_lock(&in->lock);
	last = --in->refs == 0;
	(void)pthread_mutex_unlock(&in->lock);
	if (!last) {
		return;
	}
	while ((m = in->first)) {
		in->first = m->next;
		(void)fx_free(m);
	}
	(void)pthread_mutex_destroy(&in->lock);
	(void)fx_free(in);
}

void fx_fsp_tell(struct fx_fsp_inbox *in, struct fx_fsp_msg *m)
{
	bool drop;

	if (!m) {
		return;
	}
	(void)pthread_mutex_lock(&in->lock);
	drop = in->n >= FX_FSP_INBOX_MAX &&
	       (m->type == FX_FSP_STATUS || m->type == FX_FSP_RINGS);
	if (!drop) {
		m->next = NULL;
		*in->last = m;
		in->last = &m->next;
		in->n++;
		in->refs++;
	}
	(void)pthread_mutex_unlock(&in->lock);
	if (drop) {
		(void)fx_free(m);
		return;
	}
	fx_loop_post(in->loop, fx_fsp_on_inbox, in);
}

struct fx_fsp_msg *fx_fsp_take(struct fx_fsp_inbox *in)
{
	struct fx_fsp_msg *m;

	(void)pthread_mutex_lock(&in->lock);
	m = in->first;
	if (m) {
		in->first = m->next;
		if (!in->first) {
			in->last = &in->first;
		}
		in->n--;
	}
	(void)pthread_mutex_unlock(&in->lock);
	return m;
}

void fx_fsp_read_status(struct fx_fsp_msg *m, const FAX_DEV_STATUS *st, size_t size)
{
	char text[FX_ROUTING_SIZE];

	m->status = st->StatusId;
	m->page = st->PageCount <= 100000 ? st->PageCount : 0;
	fx_plugin_text(text, sizeof(text), st->CSI, st, size);
	fx_station_id(m->csi, text);
	fx_plugin_text(m->caller_id, sizeof(m->caller_id), st->CallerId, st, size);
	fx_plugin_text(m->routing, sizeof(m->routing), st->RoutingInfo, st, size);
}

static struct fx_fsp_msg *status_msg(struct fx_fsp *f, ULONG_PTR key, void *p)
{
	size_t size = HeapSize(f->heap, 0, p);
	struct fx_fsp_msg *m;

	if (size == (size_t)-1) {
		fx_log(FX_LOG_WARN, "a status packet is not from the provider's heap: dropped");
		return NULL;
	}
	m = size >= sizeof(FAX_DEV_STATUS) ? fx_zalloc(sizeof(*m)) : NULL;
	if (m) {
		m->type = FX_FSP_STATUS;
		m->key = key;
		fx_fsp_read_status(m, p, size);
	} else {
		fx_log(FX_LOG_WARN, "a status packet of %zu octets is too small", size);
	}
	(void)HeapFree(f->heap, 0, p);
	return m;
}

static struct fx_fsp_msg *ring_msg(void *p)
{
	LINEMESSAGE line;
	struct fx_fsp_msg *m;

	if (LocalSize(p) < sizeof(line)) {
		fx_log(FX_LOG_WARN, "a line message is no block of LocalAlloc: dropped");
		return NULL;
	}
	(void)memcpy(&line, p, sizeof(line));
	(void)LocalFree(p);
	if (line.dwMessageID || line.dwParam1 != LINEDEVSTATE_RINGING) {
		return NULL; /* only ringing means something on virtual devices */
	}
	m = fx_zalloc(sizeof(*m));
	if (m) {
		m->type = FX_FSP_RINGS;
		m->device = line.hDevice;
	}
	return m;
}

void *fx_fsp_packets(void *arg)
{
	struct fx_fsp *f = arg;
	struct fx_fsp_msg *m;
	LPOVERLAPPED p;
	ULONG_PTR key;
	DWORD bytes;

	while (GetQueuedCompletionStatus(f->queue, &bytes, &key, &p, INFINITE)) {
		m = NULL;
		if (key == FX_FSP_KEY_LINES) {
			m = ring_msg(p);
		} else if (p) {
			m = status_msg(f, key, p);
		} else if (bytes == FX_FSP_DONE) {
			m = fx_zalloc(sizeof(*m));
			if (m) {
				m->type = FX_FSP_FINISHED;
				m->key = key;
			}
		}
		fx_fsp_tell(f->inbox, m);
	}
	return NULL;
}
