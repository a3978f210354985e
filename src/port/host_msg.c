/* SPDX-License-Identifier: Apache-2.0 */
/* One layout for both directions: each field is named once, and either written
 * or read, so the two can not differ. */
#include "port/host_msg.h"

#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

struct coder {
	struct fx_buf *b; /* writes when set */
	struct fx_rd *r;  /* reads else */
	int err;          /* of writing */
};

const char *fx_host_type_str(enum fx_host_type t)
{
	switch (t) {
#define X(name, number)                                                                            \
	case FX_HOST_##name:                                                                       \
		return #name;
		FX_HOST_TYPE_TABLE(X)
#undef X
	}
	return "?";
}

static void u32(struct coder *c, uint32_t *v)
{
	if (c->b) {
		fx_buf_u32(c->b, *v);
	} else {
		*v = fx_rd_u32(c->r);
	}
}

static void u64(struct coder *c, uint64_t *v)
{
	if (c->b) {
		fx_buf_u64(c->b, *v);
	} else {
		*v = fx_rd_u64(c->r);
	}
}

static void i64(struct coder *c, int64_t *v)
{
	uint64_t u = (uint64_t)*v;

	u64(c, &u);
	*v = (int64_t)u;
}

static void flag(struct coder *c, bool *v)
{
	uint8_t u;

	if (c->b) {
		fx_buf_u8(c->b, *v);
		return;
	}
	u = fx_rd_u8(c->r);
	if (u > 1) {
		fx_rd_fail(c->r, FX_EPROTO);
	}
	*v = u == 1;
}

/* A value below `end`. */
static uint32_t choice(struct coder *c, uint32_t v, uint32_t end)
{
	u32(c, &v);
	if (c->r && v >= end) {
		fx_rd_fail(c->r, FX_EPROTO);
		return 0;
	}
	return v;
}

static enum fx_resolution resolution(struct coder *c, enum fx_resolution res)
{
	uint32_t v = (uint32_t)res;

	u32(c, &v);
	if (c->r && v && v != FX_RES_STANDARD && v != FX_RES_FINE && v != FX_RES_SUPERFINE) {
		fx_rd_fail(c->r, FX_EPROTO);
		return (enum fx_resolution)0;
	}
	return (enum fx_resolution)v;
}

static void text(struct coder *c, char *s, size_t size)
{
	if (c->b) {
		fx_buf_text(c->b, s);
	} else {
		fx_rd_text_into(c->r, s, size);
		fx_str_clean(s); /* parts of it come from strangers */
	}
}
#define TEXT(c, field) text(c, field, sizeof(field))

static void dial(struct coder *c, struct fx_dial *d, bool *has_log)
{
	uint32_t i, modems = d->modems;

	TEXT(c, d->number);
	TEXT(c, d->local_id);
	flag(c, &d->banner);
	TEXT(c, d->banner_from);
	TEXT(c, d->banner_time);
	flag(c, &d->ecm);
	u32(c, &modems);
	d->modems = modems;
	u32(c, &d->max_call_s);
	u32(c, &d->answer_timeout_s);
	flag(c, has_log);
	d->n_docs = choice(c, d->n_docs, FX_CALL_DOCS_MAX + 1);
	for (i = 0; i < d->n_docs && !(c->r && c->r->err); i++) {
		u32(c, &d->docs[i].first_page);
		u32(c, &d->docs[i].pages);
		u32(c, &d->docs[i].before);
		u32(c, &d->docs[i].total);
		TEXT(c, d->docs[i].name);
	}
}

static void answer(struct coder *c, struct fx_answer *a, bool *has_log)
{
	uint32_t modems = a->modems;

	TEXT(c, a->local_id);
	flag(c, &a->ecm);
	u32(c, &modems);
	a->modems = modems;
	u32(c, &a->max_call_s);
	flag(c, has_log);
}

static void status(struct coder *c, struct fx_call_status *s)
{
	s->state = (enum fx_port_state)choice(c, s->state, FX_PORT_STATE_COUNT);
	flag(c, &s->sender);
	s->transport = (enum fx_transport)choice(c, s->transport, FX_TRANSPORT_T38 + 1);
	u32(c, &s->page);
	u32(c, &s->pages_total);
	u32(c, &s->pages_confirmed);
	u32(c, &s->rate_bps);
	flag(c, &s->ecm);
	s->coding = (enum fx_coding)choice(c, s->coding, FX_CODING_MMR + 1);
	s->resolution = resolution(c, s->resolution);
	u32(c, &s->page_bytes);
	u32(c, &s->page_bytes_total);
	u32(c, &s->ecm_retries);
	TEXT(c, s->remote_id);
	TEXT(c, s->local_id);
	TEXT(c, s->caller_id);
	TEXT(c, s->routing);
	i64(c, &s->elapsed_us);
}

static void page(struct coder *c, struct fx_page_report *p)
{
	u32(c, &p->page);
	p->resolution = resolution(c, p->resolution);
	u32(c, &p->width_px);
	u32(c, &p->rows);
	u32(c, &p->bad_rows);
	u32(c, &p->bytes);
	u32(c, &p->rate_bps);
	flag(c, &p->ecm);
	p->coding = (enum fx_coding)choice(c, p->coding, FX_CODING_MMR + 1);
	flag(c, &p->confirmed);
	i64(c, &p->at_us);
}

static void result(struct coder *c, struct fx_call_result *r)
{
	uint32_t code = (uint32_t)r->engine_code;

	r->outcome = (enum fx_outcome)choice(c, r->outcome, FX_OUTCOME_COUNT);
	u32(c, &code);
	r->engine_code = (int)(int32_t)code;
	u32(c, &r->pages_confirmed);
	u32(c, &r->pages_total);
	u32(c, &r->rate_bps);
	flag(c, &r->ecm);
	r->coding = (enum fx_coding)choice(c, r->coding, FX_CODING_MMR + 1);
	r->transport = (enum fx_transport)choice(c, r->transport, FX_TRANSPORT_T38 + 1);
	u32(c, &r->ecm_retries);
	TEXT(c, r->remote_id);
	i64(c, &r->answered_us);
	i64(c, &r->ended_us);
	TEXT(c, r->words);
}

static void settings(struct coder *c, struct fx_host_msg *m)
{
	if (c->b) {
		if (strlen(fx_text(m->settings)) > FX_HOST_SETTINGS_MAX) {
			c->err = FX_ELIMIT;
		}
		fx_buf_text(c->b, fx_text(m->settings));
	} else {
		m->settings = fx_rd_text(c->r, FX_HOST_SETTINGS_MAX);
	}
}

static void ready(struct coder *c, struct fx_host_msg *m)
{
	uint32_t err = (uint32_t)m->ready.err;

	u32(c, &err);
	m->ready.err = (int32_t)err;
	TEXT(c, m->ready.why.text);
}

static void about(struct coder *c, struct fx_line *l)
{
	TEXT(c, l->line);
	TEXT(c, l->name);
	TEXT(c, l->number);
	flag(c, &l->online);
	flag(c, &l->is_virtual);
	TEXT(c, l->why);
}

static void trace(struct coder *c, struct fx_host_msg *m)
{
	m->trace.level = (enum fx_log_level)choice(c, m->trace.level, FX_LOG_DEBUG + 1);
	m->trace.facility = choice(c, m->trace.facility, FX_TRACE_COUNT + 1);
	TEXT(c, m->trace.text);
}

/* The fields after the type. */
static void fields(struct coder *c, struct fx_host_msg *m, bool *has_log)
{
	switch (m->type) {
	case FX_HOST_HELLO:
		u32(c, &m->hello.version);
		u32(c, &m->hello.abi);
		TEXT(c, m->hello.provider);
		return;
	case FX_HOST_OPEN:
		settings(c, m);
		return;
	case FX_HOST_READY:
	case FX_HOST_LOST:
		ready(c, m);
		return;
	case FX_HOST_LINE:
		about(c, &m->about);
		return;
	case FX_HOST_PING:
	case FX_HOST_PONG:
		return;
	case FX_HOST_TRACE:
		u32(c, &m->trace_mask);
		return;
	case FX_HOST_TRACE_LINE:
		trace(c, m);
		return;
	case FX_HOST_DIAL:
		u64(c, &m->call);
		TEXT(c, m->line);
		dial(c, &m->dial, has_log);
		return;
	case FX_HOST_INCOMING:
		u64(c, &m->call);
		TEXT(c, m->line);
		TEXT(c, m->incoming.caller_id);
		TEXT(c, m->incoming.called);
		return;
	case FX_HOST_ANSWER:
		u64(c, &m->call);
		answer(c, &m->answer, has_log);
		return;
	case FX_HOST_PAGE_ACK:
		u64(c, &m->call);
		u32(c, &m->ack.page);
		flag(c, &m->ack.ok);
		return;
	case FX_HOST_REJECT:
	case FX_HOST_HANGUP:
		u64(c, &m->call);
		return;
	case FX_HOST_RING:
		u64(c, &m->call);
		u32(c, &m->ring);
		return;
	case FX_HOST_STATUS:
		u64(c, &m->call);
		status(c, &m->status);
		return;
	case FX_HOST_PAGE:
		u64(c, &m->call);
		page(c, &m->page);
		return;
	case FX_HOST_END:
		u64(c, &m->call);
		result(c, &m->result);
		return;
	}
	if (c->r) {
		fx_rd_fail(c->r, FX_EPROTO);
	} else {
		c->err = FX_EINVAL;
	}
}

size_t fx_host_msg_fds(const struct fx_host_msg *m, int fds[FX_HOST_FDS_MAX])
{
	size_t n = 0;
	uint32_t i;
	int log_fd = -1;

	if (m->type == FX_HOST_DIAL) {
		for (i = 0; i < m->dial.n_docs && i < FX_CALL_DOCS_MAX; i++) {
			fds[n++] = m->dial.docs[i].fd;
		}
		log_fd = m->dial.log_fd;
	} else if (m->type == FX_HOST_ANSWER) {
		fds[n++] = m->answer.rx_fd;
		log_fd = m->answer.log_fd;
	}
	if (log_fd >= 0) {
		fds[n++] = log_fd;
	}
	return n;
}

int fx_host_msg_encode(const struct fx_host_msg *m, struct fx_buf *b)
{
	struct fx_host_msg *w = (struct fx_host_msg *)(uintptr_t)m; /* writing changes nothing */
	struct coder c = {.b = b};
	int fds[FX_HOST_FDS_MAX];
	size_t i, n, base = b->len;
	bool has_log = false;

	if (m->type == FX_HOST_DIAL) {
		has_log = m->dial.log_fd >= 0;
		c.err = m->dial.n_docs > FX_CALL_DOCS_MAX ? FX_EINVAL : 0;
	} else if (m->type == FX_HOST_ANSWER) {
		has_log = m->answer.log_fd >= 0;
	}
	n = fx_host_msg_fds(m, fds);
	for (i = 0; i < n; i++) {
		c.err = fds[i] < 0 ? FX_EINVAL : c.err;
	}
	fx_buf_u8(b, (uint8_t)m->type);
	if (!c.err) {
		fields(&c, w, &has_log);
	}
	if (!c.err && b->len - base > FX_HOST_MSG_MAX) {
		c.err = FX_ELIMIT;
	}
	return c.err ? c.err : b->err;
}

/* The descriptors in the order of fx_host_msg_fds(). */
static int set_fds(struct fx_host_msg *m, const int *fds, size_t n_fds, bool has_log)
{
	size_t want = has_log, i;

	if (m->type == FX_HOST_DIAL) {
		want += m->dial.n_docs;
	} else if (m->type == FX_HOST_ANSWER) {
		want++;
	}
	if (n_fds != want) {
		return FX_EPROTO;
	}
	if (m->type == FX_HOST_DIAL) {
		for (i = 0; i < m->dial.n_docs; i++) {
			m->dial.docs[i].fd = fds[i];
		}
		m->dial.log_fd = has_log ? fds[n_fds - 1] : -1;
	} else if (m->type == FX_HOST_ANSWER) {
		m->answer.rx_fd = fds[0];
		m->answer.log_fd = has_log ? fds[1] : -1;
	}
	return 0;
}

static void close_fds(const int *fds, size_t n)
{
	while (n--) {
		if (fds[n] >= 0) {
			(void)close(fds[n]);
		}
	}
}

int fx_host_msg_decode(struct fx_host_msg *m, const uint8_t *p, size_t len, const int *fds,
		       size_t n_fds)
{
	struct fx_rd r = fx_rd_init(p, len);
	struct coder c = {.r = &r};
	bool has_log = false;

	memset(m, 0, sizeof(*m));
	m->type = (enum fx_host_type)fx_rd_u8(&r);
	if (len > FX_HOST_MSG_MAX) {
		fx_rd_fail(&r, FX_ELIMIT);
	}
	fields(&c, m, &has_log);
	if (fx_rd_left(&r)) {
		fx_rd_fail(&r, FX_EPROTO);
	}
	if (!r.err) {
		fx_rd_fail(&r, set_fds(m, fds, n_fds, has_log));
	}
	if (r.err) {
		close_fds(fds, n_fds);
		if (m->type == FX_HOST_OPEN) {
			(void)fx_free(m->settings);
		}
		memset(m, 0, sizeof(*m));
	}
	return r.err;
}

void fx_host_msg_fini(struct fx_host_msg *m)
{
	int fds[FX_HOST_FDS_MAX];

	close_fds(fds, fx_host_msg_fds(m, fds));
	if (m->type == FX_HOST_OPEN) {
		(void)fx_free(m->settings);
	}
	memset(m, 0, sizeof(*m));
}
