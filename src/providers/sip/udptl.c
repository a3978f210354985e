/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wire form (aligned PER, T.38 annex on UDPTL):
 *   sequence number, 2 octets, big endian
 *   primary IFP:  length, octets
 *   0x00 redundancy: count, then that many older IFPs (seq - 1, seq - 2 ...): length, octets
 *   0x80 FEC:        length octet 1, span, count n, then n entries: length, octets
 * FEC entry i of n is the XOR of the IFPs seq - span*n + i + k*n, k = 0..span-1, each padded
 * with zeros to the longest.
 *
 * Receiver: a number that is missing is waited for until the datagram that could still rebuild
 * it has come: with redundancy that is the very next one, with FEC span*n later. Without any, one
 * later datagram is let overtake, so that a mere swap of two costs nothing.
 */
#include "providers/sip/udptl.h"

#include <string.h>
#include "base/bytes.h"
#include "base/mem.h"

#define SLOTS 64u /* a power of two: the window, and as much of what was delivered, for FEC */
_Static_assert(SLOTS == 2 * FX_UDPTL_WINDOW, "half of the slots is the past");

struct slot {
	uint8_t *p; /* NULL = never used */
	size_t cap;
	uint16_t len, seq;
	bool have;
};

/* One FEC entry that may rebuild a packet later, when its others have come. */
struct fec {
	bool used;
	uint16_t first, step, span, len;
	uint8_t data[FX_UDPTL_IFP_MAX];
};
#define FECS 64u

struct fx_udptl {
	struct fx_udptl_prm prm;
	struct fx_udptl_stats stats;
	/* sending */
	uint16_t next_tx;
	struct slot sent[FX_UDPTL_WINDOW];
	/* receiving */
	bool started, in_order;
	uint16_t want;    /* next number to deliver */
	uint16_t newest;
	unsigned patience; /* later datagrams after which a hole is given up */
	struct slot in[SLOTS];
	struct fec *fecs;
	unsigned fec_pos;
};

static int put_slot(struct slot *s, uint16_t seq, const uint8_t *p, size_t len)
{
	if (len > s->cap) {
		size_t cap = len < 64 ? 64 : len < 128 ? 128 : FX_UDPTL_IFP_MAX;
		uint8_t *q = fx_realloc(s->p, cap);

		if (!q) {
			return FX_ENOMEM;
		}
		s->p = q;
		s->cap = cap;
	}
	memcpy(s->p, p, len);
	s->len = (uint16_t)len;
	s->seq = seq;
	s->have = true;
	return 0;
}

int fx_udptl_new(const struct fx_udptl_prm *prm, struct fx_udptl **ret)
{
	struct fx_udptl *u;

	if (prm->redundancy > FX_UDPTL_REDUNDANCY_MAX || !prm->on_ifp ||
	    (prm->ec == FX_UDPTL_EC_FEC &&
	     (prm->fec_span < 1 || prm->fec_span > 8 || prm->fec_entries < 1 ||
	      prm->fec_entries > 8 || prm->fec_span * prm->fec_entries > FX_UDPTL_WINDOW / 2))) {
		return FX_EINVAL;
	}
	u = fx_zalloc(sizeof(*u));
	if (!u) {
		return FX_ENOMEM;
	}
	u->prm = *prm;
	if (!u->prm.max_datagram) {
		u->prm.max_datagram = FX_UDPTL_DATAGRAM_DEFAULT;
	}
	if (u->prm.max_datagram > FX_UDPTL_DATAGRAM_MAX) {
		u->prm.max_datagram = FX_UDPTL_DATAGRAM_MAX;
	}
	u->patience = 2;
	*ret = u;
	return 0;
}

struct fx_udptl *fx_udptl_free(struct fx_udptl *u)
{
	if (u) {
		for (unsigned i = 0; i < FX_ARRAY_LEN(u->sent); i++) {
			(void)fx_free(u->sent[i].p);
		}
		for (unsigned i = 0; i < SLOTS; i++) {
			(void)fx_free(u->in[i].p);
		}
		(void)fx_free(u->fecs);
	}
	return fx_free(u);
}

const struct fx_udptl_stats *fx_udptl_stats(const struct fx_udptl *u)
{
	return &u->stats;
}

/* ---- sending ---- */

/* PER length determinant: one octet below 128, two below 16384. */
static size_t put_field(uint8_t *dst, const uint8_t *p, size_t len)
{
	size_t head = len < 128 ? 1 : 2;

	if (head == 1) {
		dst[0] = (uint8_t)len;
	} else {
		dst[0] = (uint8_t)(0x80 | len >> 8);
		dst[1] = (uint8_t)len;
	}
	memcpy(dst + head, p, len);
	return head + len;
}

static size_t field_size(size_t len)
{
	return len + (len < 128 ? 1 : 2);
}

static const struct slot *sent_slot(const struct fx_udptl *u, uint16_t seq)
{
	const struct slot *s = &u->sent[seq % FX_UDPTL_WINDOW];

	return s->have && s->seq == seq ? s : NULL;
}

static size_t put_redundancy(struct fx_udptl *u, uint16_t seq, uint8_t *dst, size_t at)
{
	size_t n_at = at + 1, pos = at + 2;
	unsigned n = 0;

	dst[at] = 0x00;
	while (u->prm.ec == FX_UDPTL_EC_REDUNDANCY && n < u->prm.redundancy) {
		const struct slot *s = sent_slot(u, (uint16_t)(seq - 1 - n));

		if (!s || pos + field_size(s->len) > u->prm.max_datagram) {
			break;
		}
		pos += put_field(dst + pos, s->p, s->len);
		n++;
	}
	dst[n_at] = (uint8_t)n;
	return pos;
}

/* One entry; length 0 when not all of its packets were sent (at the start of a call). */
static size_t fec_entry(const struct fx_udptl *u, uint16_t first, uint8_t x[FX_UDPTL_IFP_MAX])
{
	size_t len = 0;

	memset(x, 0, FX_UDPTL_IFP_MAX);
	for (unsigned k = 0; k < u->prm.fec_span; k++) {
		const struct slot *s = sent_slot(u, (uint16_t)(first + k * u->prm.fec_entries));

		if (!s) {
			return 0;
		}
		for (size_t i = 0; i < s->len; i++) {
			x[i] ^= s->p[i];
		}
		len = s->len > len ? s->len : len;
	}
	return len;
}

/* @return position behind, or `at` when it does not fit: then no entries at all */
static size_t put_fec(struct fx_udptl *u, uint16_t seq, uint8_t *dst, size_t at)
{
	unsigned n = u->prm.fec_entries, span = u->prm.fec_span;
	size_t pos = at + 4;
	uint8_t x[FX_UDPTL_IFP_MAX];

	dst[at] = 0x80;
	dst[at + 1] = 1;
	dst[at + 2] = (uint8_t)span;
	dst[at + 3] = (uint8_t)n;
	for (unsigned i = 0; i < n; i++) {
		size_t len = fec_entry(u, (uint16_t)(seq - span * n + i), x);

		if (!len || pos + field_size(len) > u->prm.max_datagram) {
			return at;
		}
		pos += put_field(dst + pos, x, len);
	}
	return pos;
}

size_t fx_udptl_send(struct fx_udptl *u, const uint8_t *ifp, size_t len,
		     uint8_t dst[FX_UDPTL_DATAGRAM_MAX])
{
	uint16_t seq = u->next_tx;
	size_t pos, at;

	if (len == 0 || len > FX_UDPTL_IFP_MAX ||
	    put_slot(&u->sent[seq % FX_UDPTL_WINDOW], seq, ifp, len)) {
		return 0;
	}
	u->next_tx++;
	dst[0] = (uint8_t)(seq >> 8);
	dst[1] = (uint8_t)seq;
	pos = at = 2 + put_field(dst + 2, ifp, len);
	if (u->prm.ec == FX_UDPTL_EC_FEC) {
		pos = put_fec(u, seq, dst, at);
	}
	if (pos == at) {
		pos = put_redundancy(u, seq, dst, at);
	}
	u->stats.sent++;
	return pos;
}

/* ---- receiving ---- */

static struct slot *in_slot(struct fx_udptl *u, uint16_t seq)
{
	return &u->in[seq % SLOTS];
}

static bool has(const struct fx_udptl *u, uint16_t seq)
{
	const struct slot *s = &u->in[seq % SLOTS];

	return s->have && s->seq == seq;
}

/* How far b is behind a, -32768..32767. */
static int distance(uint16_t a, uint16_t b)
{
	return (int16_t)(uint16_t)(a - b);
}

static void deliver(struct fx_udptl *u, uint16_t seq)
{
	const struct slot *s = in_slot(u, seq);

	u->prm.on_ifp(u->prm.arg, s->p, s->len, seq);
}

static void deliver_ready(struct fx_udptl *u, unsigned patience)
{
	for (;;) {
		if (has(u, u->want)) {
			deliver(u, u->want++);
		} else if (distance(u->newest, u->want) >= (int)patience &&
			   distance(u->newest, u->want) > 0) {
			u->stats.lost++;
			u->want++;
		} else {
			return;
		}
	}
}

/* Keep an IFP that is not delivered yet. */
static void take(struct fx_udptl *u, uint16_t seq, const uint8_t *p, size_t len, bool primary)
{
	int ahead = distance(seq, u->want);

	if (len == 0 || len > FX_UDPTL_IFP_MAX) {
		return;
	}
	if (ahead < 0 || has(u, seq)) {
		if (primary) {
			*(has(u, seq) ? &u->stats.repeated : &u->stats.late) += 1;
		}
		return;
	}
	if (ahead >= (int)FX_UDPTL_WINDOW || put_slot(in_slot(u, seq), seq, p, len)) {
		return;
	}
	u->stats.recovered += !primary;
}

/* Rebuild what this entry can, when exactly one of its packets is missing. */
static bool fec_try(struct fx_udptl *u, struct fec *f)
{
	uint8_t x[FX_UDPTL_IFP_MAX];
	uint16_t missing = 0;
	unsigned n = 0;

	memcpy(x, f->data, f->len);
	for (unsigned k = 0; k < f->span; k++) {
		uint16_t seq = (uint16_t)(f->first + k * f->step);
		const struct slot *s = in_slot(u, seq);

		if (!has(u, seq)) {
			missing = seq;
			n++;
			continue;
		}
		for (size_t i = 0; i < s->len && i < f->len; i++) {
			x[i] ^= s->p[i];
		}
	}
	if (n > 1 && distance(u->want, (uint16_t)(f->first + (f->span - 1u) * f->step)) <= 0) {
		return false; /* others may still come */
	}
	f->used = false;
	if (n != 1 || distance(missing, u->want) < 0) {
		return false;
	}
	take(u, missing, x, f->len, false);
	return true;
}

static void fec_all(struct fx_udptl *u)
{
	bool again = u->fecs != NULL;

	while (again) {
		again = false;
		for (unsigned i = 0; i < FECS && !again; i++) {
			again = u->fecs[i].used && fec_try(u, &u->fecs[i]);
		}
	}
}

static void fec_keep(struct fx_udptl *u, uint16_t first, unsigned step, unsigned span,
		     const uint8_t *p, size_t len)
{
	struct fec *f;

	if (!u->fecs) {
		u->fecs = fx_calloc(FECS, sizeof(*u->fecs));
		if (!u->fecs) {
			return;
		}
	}
	f = &u->fecs[u->fec_pos++ % (FECS)];
	f->used = true;
	f->first = first;
	f->step = (uint16_t)step;
	f->span = (uint16_t)span;
	f->len = (uint16_t)len;
	memcpy(f->data, p, len);
}

static const uint8_t *get_field(struct fx_rd *r, size_t *ret_len)
{
	size_t len = fx_rd_u8(r);

	if (len & 0x80) {
		if (len & 0x40) {
			fx_rd_fail(r, FX_EPROTO); /* fragmented: nobody sends it */
			return NULL;
		}
		len = (len & 0x3f) << 8 | fx_rd_u8(r);
	}
	*ret_len = len;
	return fx_rd_bytes(r, len);
}

/* What follows the primary; an error in it costs only what is behind the error. */
static void get_redundancy(struct fx_udptl *u, struct fx_rd *r, uint16_t seq)
{
	unsigned n = fx_rd_u8(r);

	if (n) {
		u->patience = 1;
	}
	for (unsigned i = 1; i <= n && i < FX_UDPTL_WINDOW && !r->err; i++) {
		size_t len = 0;
		const uint8_t *p = get_field(r, &len);

		if (p) {
			take(u, (uint16_t)(seq - i), p, len, false);
		}
	}
}

static void get_fec(struct fx_udptl *u, struct fx_rd *r, uint16_t seq)
{
	unsigned one = fx_rd_u8(r), span = fx_rd_u8(r), n = fx_rd_u8(r);

	if (r->err || one != 1 || span < 1 || n < 1 || span * n >= FX_UDPTL_WINDOW) {
		return;
	}
	u->patience = span * n;
	for (unsigned i = 0; i < n && !r->err; i++) {
		size_t len = 0;
		const uint8_t *p = get_field(r, &len);

		if (p && len && len <= FX_UDPTL_IFP_MAX) {
			fec_keep(u, (uint16_t)(seq - span * n + i), n, span, p, len);
		}
	}
}

static void start_at(struct fx_udptl *u, uint16_t seq)
{
	for (unsigned i = 0; i < SLOTS; i++) {
		u->in[i].have = false;
	}
	for (unsigned i = 0; u->fecs && i < FECS; i++) {
		u->fecs[i].used = false;
	}
	u->started = true;
	u->want = u->newest = seq;
}

int fx_udptl_receive(struct fx_udptl *u, const uint8_t *p, size_t n)
{
	struct fx_rd r = fx_rd_init(p, n);
	uint16_t seq = (uint16_t)(fx_rd_u8(&r) << 8);
	size_t len = 0;
	const uint8_t *ifp;
	uint8_t kind;

	seq |= fx_rd_u8(&r);
	ifp = get_field(&r, &len);
	if (!ifp || len == 0 || len > FX_UDPTL_IFP_MAX) {
		u->stats.bad++;
		return FX_EPROTO;
	}
	u->stats.received++;
	if (!u->started) {
		start_at(u, seq);
	} else if (distance(seq, u->want) >= (int)FX_UDPTL_WINDOW ||
		   distance(seq, u->want) <= -(int)FX_UDPTL_WINDOW) {
		u->stats.resyncs++;
		fx_udptl_flush(u);
		start_at(u, seq);
	}
	kind = fx_rd_left(&r) ? fx_rd_u8(&r) : 0;
	if (fx_rd_left(&r) && kind == 0x80) {
		get_fec(u, &r, seq);
	} else if (fx_rd_left(&r) && kind == 0x00) {
		get_redundancy(u, &r, seq);
	}
	take(u, seq, ifp, len, true);
	if (distance(seq, u->newest) > 0) {
		u->newest = seq;
	}
	fec_all(u);
	deliver_ready(u, u->patience);
	return 0;
}

void fx_udptl_flush(struct fx_udptl *u)
{
	if (u->started) {
		deliver_ready(u, 0);
	}
}
