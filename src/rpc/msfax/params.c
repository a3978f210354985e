/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/msfax/ops.h"

#include <string.h>

#include "base/mem.h"
#include "rpc/msfax/caselli.h"
#include "rpc/msfax/msfax.h"

static const struct fx_ms_layout *layout_of(uint8_t param)
{
	static const struct fx_ms_layout *const layouts[FX_P_COUNT] = {
		[FX_P_PORT_INFO] = &fx_ms_port_info_layout,
		[FX_P_CONFIGURATION] = &fx_ms_configuration_layout,
		[FX_P_COVERPAGE] = &fx_ms_coverpage_layout,
		[FX_P_JOB_PARAM] = &fx_ms_job_param_layout,
		[FX_P_VERSION] = &fx_ms_version_layout,
		[FX_P_ACTIVITY] = &fx_ms_activity_layout,
		[FX_P_OUTBOX_CONFIG] = &fx_ms_outbox_config_layout,
		[FX_P_PORT_INFO_EX] = &fx_ms_port_info_ex_layout,
		[FX_P_MESSAGE_PROPS] = &fx_ms_message_props_layout,
		[FX_P_REASSIGN] = &fx_ms_reassign_info_layout,
		[FX_P_SEND_OPTIONS] = &fx_cs_send_options_layout,
		[FX_P_EXTRA_CONFIG] = &fx_cs_extra_config_layout,
		[FX_P_GLOBAL_ROUTING] = &fx_ms_global_routing_layout,
		[FX_P_EVENT] = &fx_ms_event_layout,
		[FX_P_OUTBOUND_GROUP] = &fx_ms_outbound_group_layout,
		[FX_P_OUTBOUND_RULE] = &fx_ms_outbound_rule_layout,
		[FX_P_RECEIPTS_CONFIG] = &fx_ms_receipts_config_layout,
		[FX_P_ACTIVITY_CONFIG] = &fx_ms_activity_config_layout,
		[FX_P_ARCHIVE_CONFIG] = &fx_ms_archive_config_layout,
		[FX_P_SENDER] = &fx_ms_profile_layout,
		[FX_P_RECIPIENTS] = &fx_ms_profile_layout,
	};

	return layouts[param];
}

static void put_struct(struct fx_ndr_wr *w, const struct fx_ms_layout *l, const void *p,
		       enum fx_text_form form)
{
	/* Absent structures are zeros: out parameters are present on error too. */
	static const uint64_t zero[40];

	FX_ASSERT(l && l->c_size <= sizeof(zero));
	fx_ms_put_ndr(w, l, p ? p : zero, form);
}

static void put_batch(struct fx_ndr_wr *w, const struct fx_cs_batch *b, enum fx_text_form form)
{
	static const struct fx_cs_batch none;

	b = b ? b : &none;
	fx_ndr_put_u32(w, b->n);
	fx_ms_put_ndr_array(w, &fx_ms_coverpage_layout, b->covers, b->n, form);
	fx_ms_put_ndr_array(w, &fx_ms_profile_layout, b->senders, b->n, form);
	fx_ms_put_ndr_array(w, &fx_ms_profile_layout, b->recipients, b->n, form);
	fx_ms_put_ndr_array(w, &fx_ms_job_param_layout, b->params, b->n, form);
}

static void put_one(struct fx_ndr_wr *w, uint8_t param, const struct fx_ms_val *v,
		    const struct fx_ms_val *prev, enum fx_text_form form)
{
	uint32_t i;

	switch ((enum fx_ms_param)param) {
	case FX_P_U32:
	case FX_P_NREC:
		fx_ndr_put_u32(w, (uint32_t)v->u);
		break;
	case FX_P_U64:
		fx_ndr_put_u64(w, v->u);
		break;
	case FX_P_E16:
		fx_ndr_put_u16(w, (uint16_t)v->u);
		break;
	case FX_P_U32P:
		fx_ndr_put_ref(w, !v->null);
		if (!v->null) {
			fx_ndr_put_u32(w, (uint32_t)v->u);
		}
		break;
	case FX_P_STR:
		fx_ndr_put_string(w, v->s, form);
		break;
	case FX_P_STRP:
		fx_ndr_put_ref(w, v->s.u8 != NULL);
		if (v->s.u8) {
			fx_ndr_put_string(w, v->s, form);
		}
		break;
	case FX_P_BYTES:
		fx_ndr_put_bytes(w, v->p, v->n);
		break;
	case FX_P_BYTESP:
	case FX_P_BUF:
		fx_ndr_put_ref(w, v->p != NULL);
		if (v->p) {
			fx_ndr_put_bytes(w, v->p, v->n);
		}
		break;
	case FX_P_N:
	case FX_P_NCHUNK:
		fx_ndr_put_u32(w, prev->n);
		break;
	case FX_P_U64A:
		fx_ndr_put_u32(w, v->n);
		fx_ndr_put_align(w, 8);
		for (i = 0; i < v->n; i++) {
			fx_ndr_put_u64(w, ((const uint64_t *)v->p)[i]);
		}
		break;
	case FX_P_RECIPIENTS:
		fx_ndr_put_u32(w, v->n);
		fx_ms_put_ndr_array(w, &fx_ms_profile_layout, v->p, v->n, form);
		break;
	case FX_P_BATCH:
		put_batch(w, v->p, form);
		break;
	case FX_P_CTX_SVC:
	case FX_P_CTX_PORT:
	case FX_P_CTX_ENUM:
	case FX_P_CTX_COPY:
	case FX_P_CTX_EVT:
	case FX_P_CTX_EVTX:
	case FX_P_CTX_VIEW:
	case FX_P_CTX_CLI:
		fx_ndr_put_align(w, 4);
		if (v->p) {
			fx_buf_put(w->b, v->p, 20);
		} else {
			fx_buf_zero(w->b, 20);
		}
		break;
	case FX_P_SENDER:
	case FX_P_PORT_INFO:
	case FX_P_CONFIGURATION:
	case FX_P_COVERPAGE:
	case FX_P_JOB_PARAM:
	case FX_P_VERSION:
	case FX_P_ACTIVITY:
	case FX_P_OUTBOX_CONFIG:
	case FX_P_PORT_INFO_EX:
	case FX_P_MESSAGE_PROPS:
	case FX_P_REASSIGN:
	case FX_P_SEND_OPTIONS:
	case FX_P_EXTRA_CONFIG:
	case FX_P_GLOBAL_ROUTING:
	case FX_P_OUTBOUND_GROUP:
	case FX_P_OUTBOUND_RULE:
	case FX_P_EVENT:
	case FX_P_RECEIPTS_CONFIG:
	case FX_P_ACTIVITY_CONFIG:
	case FX_P_ARCHIVE_CONFIG:
		put_struct(w, layout_of(param), v->p, form);
		break;
	case FX_P_END:
	case FX_P_REST:
	case FX_P_COUNT:
		break;
	}
}

void fx_ms_put_params(struct fx_ndr_wr *w, const uint8_t *sig, const struct fx_ms_val *v,
		      enum fx_text_form form)
{
	static const struct fx_ms_val none;
	size_t i;

	for (i = 0; i < FX_MS_PARAMS_MAX && sig[i] != FX_P_END; i++) {
		put_one(w, sig[i], &v[i], i ? &v[i - 1] : &none, form);
	}
}

/* --- reading --- */

struct reader {
	struct fx_rd *r;
	struct fx_arena *a;
	enum fx_text_form form;
	bool form_a; /* profiles are custom-marshalled, ms-fax.md 3.2 */
};

static void *make(struct reader *d, size_t n, size_t size)
{
	void *p = d->r->err ? NULL : fx_arena_calloc(d->a, n, size);

	if (!p) {
		fx_rd_fail(d->r, FX_ENOMEM);
	}
	return p;
}

static const void *get_struct(struct reader *d, const struct fx_ms_layout *l, size_t n)
{
	void *p;

	/* The fixed parts must be there before memory is spent on them. */
	if (d->r->err || n > fx_rd_left(d->r) / 8) {
		fx_rd_fail(d->r, FX_ETRUNC);
		return NULL;
	}
	p = make(d, n, l->c_size);
	if (p) {
		fx_ms_get_ndr(d->r, l, p, n, d->a, d->form);
	}
	return p;
}

/* Custom-marshalled profile in a conformant byte array, copied into the arena. */
static void get_profile_a(struct reader *d, struct fx_ms_profile *ret)
{
	const struct fx_ms_layout *l = &fx_ms_profile_layout;
	uint32_t n = 0;
	size_t i;
	const uint8_t *p = fx_ndr_get_bytes(d->r, FX_MS_RPC_BUFFER_MAX, &n);
	void *block = NULL;
	int err;

	if (!p) {
		return;
	}
	err = fx_ms_get(l, p, n, 1, d->form, &block);
	if (err) {
		fx_rd_fail(d->r, err == FX_ENOMEM ? err : FX_EPROTO);
		return;
	}
	*ret = *(const struct fx_ms_profile *)block;
	for (i = 0; i < l->n_fields; i++) {
		union fx_wtext *t = (union fx_wtext *)(void *)((char *)ret + l->fields[i].c_off);
		size_t size = 0;
		void *copy;

		if (l->fields[i].kind != FX_MS_TEXT || !t->u8) {
			continue;
		}
		if (d->form != FX_TEXT_UTF16) {
			size = strlen(t->u8) + 1;
		} else {
			while (t->w[size++]) {
			}
			size *= 2;
		}
		copy = make(d, 1, size);
		if (copy) {
			memcpy(copy, t->u8, size);
		}
		t->u8 = copy;
	}
	(void)fx_free(block);
}

static const void *get_sender(struct reader *d)
{
	struct fx_rd ahead = *d->r;
	uint32_t first = fx_ndr_get_u32(&ahead), second = fx_rd_u32(&ahead);
	struct fx_ms_profile *p;

	if (!ahead.err && second == fx_ms_profile_layout.wire_size && first >= second) {
		d->form_a = true;
		p = make(d, 1, sizeof(*p));
		if (p) {
			get_profile_a(d, p);
		}
		return p;
	}
	return get_struct(d, &fx_ms_profile_layout, 1);
}

static void get_recipients(struct reader *d, uint32_t expected, struct fx_ms_val *v)
{
	uint32_t n = fx_ndr_get_u32(d->r), i;
	struct fx_ms_profile *p;

	if (!d->r->err && n != expected) {
		fx_rd_fail(d->r, FX_EPROTO);
	}
	if (d->r->err) {
		return;
	}
	if (!d->form_a) {
		v->p = get_struct(d, &fx_ms_profile_layout, n);
		v->n = d->r->err ? 0 : n;
		return;
	}
	for (i = 0; i < n; i++) {
		if (fx_ndr_get_u32(d->r) == 0) {
			fx_rd_fail(d->r, FX_EPROTO);
		}
	}
	p = make(d, n, sizeof(*p));
	for (i = 0; p && i < n && !d->r->err; i++) {
		get_profile_a(d, &p[i]);
	}
	v->p = p;
	v->n = d->r->err ? 0 : n;
}

static const void *get_batch(struct reader *d)
{
	uint32_t n = fx_ndr_get_u32(d->r);
	struct fx_cs_batch *b;

	if (!d->r->err && (n == 0 || n > FX_CS_BATCH_MAX)) {
		fx_rd_fail(d->r, FX_EPROTO);
	}
	b = make(d, 1, sizeof(*b));
	if (b) {
		b->covers = get_struct(d, &fx_ms_coverpage_layout, n);
		b->senders = get_struct(d, &fx_ms_profile_layout, n);
		b->recipients = get_struct(d, &fx_ms_profile_layout, n);
		b->params = get_struct(d, &fx_ms_job_param_layout, n);
		b->n = n;
	}
	return b;
}

static void get_u64a(struct reader *d, struct fx_ms_val *v)
{
	uint32_t n = fx_ndr_get_u32(d->r), i;
	uint64_t *q;

	fx_rd_align(d->r, 8);
	if (!d->r->err && n > fx_rd_left(d->r) / 8) {
		fx_rd_fail(d->r, FX_ETRUNC);
	}
	q = make(d, n, sizeof(*q));
	for (i = 0; q && i < n; i++) {
		q[i] = fx_rd_u64(d->r);
	}
	v->p = q;
	v->n = q ? n : 0;
}

static void get_n(struct reader *d, uint32_t max, struct fx_ms_val *v, const struct fx_ms_val *prev)
{
	v->u = fx_ndr_get_u32(d->r);
	if (d->r->err) {
		return;
	}
	if (v->u > max) {
		fx_rd_fail(d->r, FX_EPROTO);
	} else if (v->u != prev->n && prev->p) {
		fx_rd_fail(d->r, FX_EPROTO);
	}
}

static void get_bytes(struct reader *d, uint8_t param, struct fx_ms_val *v)
{
	if (param != FX_P_BYTES && fx_ndr_get_u32(d->r) == 0) {
		return;
	}
	/* borrowed from the stub, whose size is limited: by far less in a request */
	v->p = fx_ndr_get_bytes(d->r, FX_MS_ANSWER_MAX, &v->n);
}

static void get_one(struct reader *d, uint8_t param, struct fx_ms_val *v,
		    const struct fx_ms_val *prev)
{
	uint32_t max = 0;

	switch ((enum fx_ms_param)param) {
	case FX_P_U32:
		v->u = fx_ndr_get_u32(d->r);
		break;
	case FX_P_NREC:
		v->u = fx_ndr_get_u32(d->r);
		if (v->u > FX_MS_RECIPIENTS_MAX) {
			fx_rd_fail(d->r, FX_EPROTO);
		}
		break;
	case FX_P_U64:
		v->u = fx_ndr_get_u64(d->r);
		break;
	case FX_P_E16:
		v->u = fx_ndr_get_e16(d->r);
		break;
	case FX_P_U32P:
		v->null = fx_ndr_get_u32(d->r) == 0;
		v->u = v->null ? 0 : fx_ndr_get_u32(d->r);
		break;
	case FX_P_STR:
		v->s = fx_ndr_get_string(d->r, d->a, d->form, &max);
		v->u = max;
		break;
	case FX_P_STRP:
		if (fx_ndr_get_u32(d->r)) {
			v->s = fx_ndr_get_string(d->r, d->a, d->form, NULL);
		}
		break;
	case FX_P_BYTES:
	case FX_P_BYTESP:
	case FX_P_BUF:
		get_bytes(d, param, v);
		break;
	case FX_P_N:
		get_n(d, FX_MS_ANSWER_MAX, v, prev);
		break;
	case FX_P_NCHUNK:
		get_n(d, FX_MS_COPY_CHUNK, v, prev);
		break;
	case FX_P_U64A:
		get_u64a(d, v);
		break;
	case FX_P_SENDER:
		v->p = get_sender(d);
		break;
	case FX_P_RECIPIENTS:
		get_recipients(d, (uint32_t)prev->u, v);
		break;
	case FX_P_BATCH:
		v->p = get_batch(d);
		break;
	case FX_P_CTX_SVC:
	case FX_P_CTX_PORT:
	case FX_P_CTX_ENUM:
	case FX_P_CTX_COPY:
	case FX_P_CTX_EVT:
	case FX_P_CTX_EVTX:
	case FX_P_CTX_VIEW:
	case FX_P_CTX_CLI:
		fx_rd_align(d->r, 4);
		v->p = fx_rd_bytes(d->r, 20);
		break;
	case FX_P_PORT_INFO:
	case FX_P_CONFIGURATION:
	case FX_P_COVERPAGE:
	case FX_P_JOB_PARAM:
	case FX_P_VERSION:
	case FX_P_ACTIVITY:
	case FX_P_OUTBOX_CONFIG:
	case FX_P_PORT_INFO_EX:
	case FX_P_MESSAGE_PROPS:
	case FX_P_REASSIGN:
	case FX_P_SEND_OPTIONS:
	case FX_P_EXTRA_CONFIG:
	case FX_P_GLOBAL_ROUTING:
	case FX_P_OUTBOUND_GROUP:
	case FX_P_OUTBOUND_RULE:
	case FX_P_EVENT:
	case FX_P_RECEIPTS_CONFIG:
	case FX_P_ACTIVITY_CONFIG:
	case FX_P_ARCHIVE_CONFIG:
		v->p = get_struct(d, layout_of(param), 1);
		break;
	case FX_P_REST:
		fx_rd_skip(d->r, fx_rd_left(d->r));
		break;
	case FX_P_END:
	case FX_P_COUNT:
		break;
	}
}

void fx_ms_get_params(struct fx_rd *r, const uint8_t *sig, struct fx_ms_val *v,
		      struct fx_arena *a, enum fx_text_form form)
{
	static const struct fx_ms_val none;
	struct reader d = {.r = r, .a = a, .form = form};
	size_t i;

	for (i = 0; i < FX_MS_PARAMS_MAX && sig[i] != FX_P_END && !r->err; i++) {
		v[i] = none;
		get_one(&d, sig[i], &v[i], i ? &v[i - 1] : &none);
	}
}
