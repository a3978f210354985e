/* SPDX-License-Identifier: Apache-2.0 */
/* UDPTL: the wire form octet by octet, order, loss, repeats, wrap, FEC. */
#include <string.h>
#include "providers/sip/udptl.h"
#include "tests/support/support.h"

#define N 60000u

struct rx {
	unsigned n, wrong;
	uint16_t last;
	bool first;
	bool trailing; /* rebuilt FEC packets may carry zeros at the end */
	uint8_t bytes[64];
	size_t len;
	uint16_t seqs[64];
};

static size_t make(uint32_t i, uint8_t *p)
{
	size_t len = 1 + (i * 7919u) % 45;

	for (size_t k = 0; k < len; k++) {
		p[k] = (uint8_t)(i * 31u + k * 17u + 1);
	}
	p[len - 1] |= 1; /* not zero: what FEC adds is told apart */
	return len;
}

static void on_ifp(void *arg, const uint8_t *ifp, size_t len, uint16_t seq)
{
	struct rx *rx = arg;

	if (rx->n < 64) {
		rx->seqs[rx->n] = seq;
	}
	if (!rx->first && (uint16_t)(seq - rx->last) >= 0x8000) {
		rx->wrong++;
	}
	rx->first = false;
	rx->last = seq;
	rx->n++;
	if (len <= sizeof(rx->bytes)) {
		memcpy(rx->bytes, ifp, len);
		rx->len = len;
	}
}

/* The same with a look at what came: it must be what make() gives for the number. */
static void on_made(void *arg, const uint8_t *ifp, size_t len, uint16_t seq)
{
	struct rx *rx = arg;
	uint8_t want[64];
	size_t want_len;

	on_ifp(arg, ifp, len, seq);
	want_len = make(seq, want);
	while (rx->trailing && len > want_len && ifp[len - 1] == 0) {
		len--;
	}
	if (len != want_len || memcmp(ifp, want, len) != 0) {
		rx->wrong++;
	}
}

static struct fx_udptl *udptl(enum fx_udptl_ec ec, unsigned n, uint32_t max,
			      void (*fn)(void *, const uint8_t *, size_t, uint16_t),
			      struct rx *rx)
{
	struct fx_udptl_prm prm = {.ec = ec,
				   .redundancy = ec == FX_UDPTL_EC_REDUNDANCY ? n : 0,
				   .fec_span = 3,
				   .fec_entries = n,
				   .max_datagram = max,
				   .on_ifp = fn,
				   .arg = rx};
	struct fx_udptl *u = NULL;

	memset(rx, 0, sizeof(*rx));
	rx->first = true;
	rx->trailing = ec == FX_UDPTL_EC_FEC;
	assert_int_equal(fx_udptl_new(&prm, &u), 0);
	return u;
}

/* T.38 clause 9.1.4: each octet by hand. */
static void wire_form(void **state)
{
	static const uint8_t want0[] = {0, 0, 1, 0x11, 0, 0};
	static const uint8_t want1[] = {0, 1, 2, 0x21, 0x22, 0, 1, 1, 0x11};
	static const uint8_t want2[] = {0, 2, 1, 0x31, 0, 2, 2, 0x21, 0x22, 1, 0x11};
	uint8_t d[FX_UDPTL_DATAGRAM_MAX], big[200];
	struct rx rx;
	struct fx_udptl *u = udptl(FX_UDPTL_EC_REDUNDANCY, 3, 0, on_ifp, &rx);
	size_t n;

	n = fx_udptl_send(u, (const uint8_t *)"\x11", 1, d);
	assert_int_equal(n, sizeof(want0));
	assert_memory_equal(d, want0, n);
	n = fx_udptl_send(u, (const uint8_t *)"\x21\x22", 2, d);
	assert_int_equal(n, sizeof(want1));
	assert_memory_equal(d, want1, n);
	n = fx_udptl_send(u, (const uint8_t *)"\x31", 1, d);
	assert_int_equal(n, sizeof(want2));
	assert_memory_equal(d, want2, n);
	memset(big, 0x55, sizeof(big));
	n = fx_udptl_send(u, big, sizeof(big), d);
	assert_int_equal(d[2], 0x80); /* two octets of length from 128 on */
	assert_int_equal(d[3], 200);
	assert_int_equal(n, 2 + 2 + 200 + 2 + 2 + 3 + 2);
	assert_int_equal(fx_udptl_send(u, big, 0, d), 0);
	(void)fx_udptl_free(u);
}

static void fec_wire_form(void **state)
{
	struct fx_udptl_prm prm = {.ec = FX_UDPTL_EC_FEC, .fec_span = 2, .fec_entries = 1,
				   .on_ifp = on_ifp};
	static const uint8_t want[] = {0, 2, 1, 7, 0x80, 1, 2, 1, 2, 0x11 ^ 0x22, 0x33};
	uint8_t d[FX_UDPTL_DATAGRAM_MAX];
	struct fx_udptl *u = NULL;
	struct rx rx = {.first = true};

	prm.arg = &rx;
	assert_int_equal(fx_udptl_new(&prm, &u), 0);
	(void)fx_udptl_send(u, (const uint8_t *)"\x11", 1, d);
	(void)fx_udptl_send(u, (const uint8_t *)"\x22\x33", 2, d);
	assert_int_equal(fx_udptl_send(u, (const uint8_t *)"\x07", 1, d), sizeof(want));
	assert_memory_equal(d, want, sizeof(want));
	(void)fx_udptl_free(u);
}

/* A peer with a small limit gets fewer copies, never a cut packet. */
static void peers_limit(void **state)
{
	uint8_t d[FX_UDPTL_DATAGRAM_MAX], p[54];
	struct rx rx;
	struct fx_udptl *u = udptl(FX_UDPTL_EC_REDUNDANCY, 3, 72, on_ifp, &rx);

	memset(p, 9, sizeof(p));
	for (int i = 0; i < 5; i++) {
		assert_int_equal(fx_udptl_send(u, p, sizeof(p), d), 2 + 1 + 54 + 2);
	}
	(void)fx_udptl_free(u);
	u = udptl(FX_UDPTL_EC_REDUNDANCY, 3, 173, on_ifp, &rx);
	for (int i = 0; i < 5; i++) {
		assert_true(fx_udptl_send(u, p, sizeof(p), d) <= 173);
	}
	assert_int_equal(d[2 + 1 + 54 + 1], 2);
	(void)fx_udptl_free(u);
}

static uint32_t lottery;
static bool chance(unsigned per_10000)
{
	lottery = lottery * 1664525u + 1013904223u;
	return (lottery >> 8) % 10000 < per_10000;
}

/* N packets with independent loss. @return how many in 100,000 were not delivered */
static unsigned lose(enum fx_udptl_ec ec, unsigned n, unsigned per_10000)
{
	uint8_t p[64], d[FX_UDPTL_DATAGRAM_MAX];
	struct rx none, rx;
	struct fx_udptl *tx = udptl(ec, n, 1400, on_ifp, &none);
	struct fx_udptl *to = udptl(ec, n, 1400, on_made, &rx);
	unsigned lost;

	lottery = 1;
	for (uint32_t i = 0; i < N; i++) {
		size_t len = make((uint16_t)i, p), dn = fx_udptl_send(tx, p, len, d);

		assert_true(dn > len);
		if (i == 0 || i > N - 40 || !chance(per_10000)) {
			assert_int_equal(fx_udptl_receive(to, d, dn), 0);
		}
	}
	fx_udptl_flush(to);
	assert_int_equal(rx.wrong, 0);
	assert_int_equal(rx.n + fx_udptl_stats(to)->lost, N);
	lost = (unsigned)((uint64_t)(N - rx.n) * 100000 / N);
	(void)fx_udptl_free(tx);
	(void)fx_udptl_free(to);
	return lost;
}

/* The table of the engine's notes: share lost after correction, with its theory p^(n+1). */
static void loss(void **state)
{
	assert_int_equal(lose(FX_UDPTL_EC_NONE, 0, 0), 0);
	assert_in_range(lose(FX_UDPTL_EC_NONE, 0, 500), 4500, 5500);
	assert_in_range(lose(FX_UDPTL_EC_REDUNDANCY, 1, 500), 150, 350);
	assert_in_range(lose(FX_UDPTL_EC_REDUNDANCY, 3, 500), 0, 5);
	assert_in_range(lose(FX_UDPTL_EC_REDUNDANCY, 3, 1000), 1, 25);
	assert_in_range(lose(FX_UDPTL_EC_FEC, 3, 500), 0, 15);
	assert_in_range(lose(FX_UDPTL_EC_FEC, 3, 1000), 1, 60);
	assert_in_range(lose(FX_UDPTL_EC_FEC, 3, 2000), 100, 500);
}

/* One datagram of two overtakes the other, each is sent three times: nothing is lost. */
static void swapped_and_repeated(void **state)
{
	for (unsigned ec = 0; ec < 3; ec++) {
		uint8_t p[64], d[2][FX_UDPTL_DATAGRAM_MAX];
		struct rx none, rx;
		struct fx_udptl *tx = udptl((enum fx_udptl_ec)ec, 3, 1400, on_ifp, &none);
		struct fx_udptl *to = udptl((enum fx_udptl_ec)ec, 3, 1400, on_made, &rx);

		p[0] = 0;
		for (uint32_t i = 0; i < 70002; i += 2) {
			size_t n[2];

			n[0] = fx_udptl_send(tx, p, make((uint16_t)i, p), d[0]);
			n[1] = fx_udptl_send(tx, p, make((uint16_t)(i + 1), p), d[1]);
			for (int k = 0; k < 3; k++) {
				int a = i == 0 ? 0 : 1; /* the very first one tells where we are */

				assert_int_equal(fx_udptl_receive(to, d[a], n[a]), 0);
				assert_int_equal(fx_udptl_receive(to, d[!a], n[!a]), 0);
			}
		}
		fx_udptl_flush(to);
		assert_int_equal(rx.n, 70002); /* and the numbers wrapped once */
		assert_int_equal(rx.wrong, 0);
		assert_int_equal(fx_udptl_stats(to)->lost, 0);
		(void)fx_udptl_free(tx);
		(void)fx_udptl_free(to);
	}
}

static void jumps(void **state)
{
	static const uint8_t a[] = {0x12, 0x34, 1, 5, 0, 0}, b[] = {0x92, 0x34, 1, 6, 0, 0},
			     c[] = {0x92, 0x33, 1, 7, 0, 0};
	struct rx rx;
	struct fx_udptl *u = udptl(FX_UDPTL_EC_REDUNDANCY, 3, 0, on_ifp, &rx);

	assert_int_equal(fx_udptl_receive(u, a, sizeof(a)), 0); /* any first number */
	assert_int_equal(rx.seqs[0], 0x1234);
	assert_int_equal(fx_udptl_receive(u, b, sizeof(b)), 0);
	assert_int_equal(rx.n, 2);
	assert_int_equal(fx_udptl_stats(u)->resyncs, 1);
	assert_int_equal(fx_udptl_receive(u, c, sizeof(c)), 0); /* just before: late */
	assert_int_equal(rx.n, 2);
	assert_int_equal(fx_udptl_stats(u)->late, 1);
	(void)fx_udptl_free(u);
}

static void rubbish(void **state)
{
	static const struct {
		const char *p;
		size_t n;
		bool good;
	} cases[] = {
		{"", 0, false},
		{"\0", 1, false},
		{"\0\1", 2, false},
		{"\0\1\0", 3, false},             /* an IFP is never empty */
		{"\0\1\5ab", 5, false},           /* cut */
		{"\0\1\xC1xx", 5, false},         /* fragmented */
		{"\0\1\x82\x01xx", 6, false},     /* 513 octets */
		{"\0\1\1a", 4, true},             /* nothing behind: taken */
		{"\0\2\1b\0\xFF\5", 7, true},     /* a broken second part costs not the first */
		{"\0\3\1c\x80\1\x40\x40", 8, true},
		{"\0\4\1d\x42zz", 7, true},       /* unknown kind of second part */
	};
	struct rx rx;
	struct fx_udptl *u = udptl(FX_UDPTL_EC_REDUNDANCY, 3, 0, on_ifp, &rx);
	unsigned n = 0;

	for (size_t i = 0; i < FX_ARRAY_LEN(cases); i++) {
		int err = fx_udptl_receive(u, (const uint8_t *)cases[i].p, cases[i].n);

		assert_int_equal(err, cases[i].good ? 0 : FX_EPROTO);
		n += cases[i].good;
		assert_int_equal(rx.n, n);
	}
	assert_int_equal(fx_udptl_stats(u)->bad, FX_ARRAY_LEN(cases) - n);
	(void)fx_udptl_free(u);
}

static int make_one(void *arg)
{
	static const uint8_t in[] = {0, 1, 1, 5, 0x80, 1, 1, 1, 1, 7};
	struct fx_udptl_prm prm = {.ec = FX_UDPTL_EC_REDUNDANCY, .redundancy = 3, .on_ifp = on_ifp};
	struct rx rx = {.first = true};
	uint8_t d[FX_UDPTL_DATAGRAM_MAX];
	struct fx_udptl *u = NULL;
	int err;

	prm.arg = &rx;
	err = fx_udptl_new(&prm, &u);
	if (!err) {
		size_t n = fx_udptl_send(u, (const uint8_t *)"a", 1, d);

		err = n && !fx_udptl_receive(u, in, sizeof(in)) && rx.n && !fx_mem_failed() ?
			      0 : FX_ENOMEM;
	}
	(void)fx_udptl_free(u);
	return err;
}

static void out_of_memory(void **state)
{
	fx_test_oom_sweep(make_one, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wire_form), cmocka_unit_test(fec_wire_form),
		cmocka_unit_test(peers_limit), cmocka_unit_test(loss),
		cmocka_unit_test(swapped_and_repeated), cmocka_unit_test(jumps),
		cmocka_unit_test(rubbish), cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
