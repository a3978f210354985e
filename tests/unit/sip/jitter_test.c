/* SPDX-License-Identifier: Apache-2.0 */
/* RTP headers and the even pace of samples. */
#include <string.h>
#include "providers/sip/rtp.h"
#include "tests/support/support.h"

struct out {
	int16_t amp[100000];
	size_t n, missing;
};

static void on_piece(void *arg, const int16_t *amp, size_t n)
{
	struct out *o = arg;

	assert_true(o->n + n <= FX_ARRAY_LEN(o->amp));
	for (size_t i = 0; i < n; i++) {
		o->amp[o->n++] = amp ? amp[i] : -1;
	}
	o->missing += amp ? 0 : n;
}

/* Packet k of 20 ms holds the samples k*160+1 ..., so that each can be told. */
static void put(struct fx_jitter *j, unsigned k, uint32_t start)
{
	struct fx_rtp h = {.seq = (uint16_t)(65500 + k), .time = start + k * 160, .source = 5};
	int16_t amp[160];

	for (unsigned i = 0; i < 160; i++) {
		amp[i] = (int16_t)(1000 + (k * 160 + i) % 20000);
	}
	fx_jitter_put(j, &h, amp, 160, k * 160);
}

static void expect(const struct out *o, size_t at, unsigned k)
{
	for (unsigned i = 0; i < 160; i++) {
		assert_int_equal(o->amp[at + i], 1000 + (k * 160 + i) % 20000);
	}
}

static void headers(void **state)
{
	struct fx_rtp h = {.type = 8, .marker = true, .seq = 0xABCD, .time = 0x01020304,
			   .source = 0xF0E0D0C0}, back;
	static const uint8_t want[] = {0x80, 0x88, 0xAB, 0xCD, 1, 2, 3, 4, 0xF0, 0xE0, 0xD0, 0xC0};
	static const uint8_t full[] = {0xB1, 0x08, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3,
				       9, 9, 9, 9,             /* one contributing source */
				       0xBE, 0xDE, 0, 1, 1, 2, 3, 4, /* an extension */
				       'a', 'b', 'c', 0, 0, 3};      /* three octets of padding */
	uint8_t d[64];

	assert_int_equal(fx_rtp_write(&h, d), sizeof(want));
	assert_memory_equal(d, want, sizeof(want));
	assert_int_equal(fx_rtp_read(d, 12, &back), 0);
	assert_int_equal(back.time, h.time);
	assert_true(back.marker);
	assert_int_equal(back.len, 0);
	assert_int_equal(fx_rtp_read(full, sizeof(full), &back), 0);
	assert_int_equal(back.len, 3);
	assert_memory_equal(back.payload, "abc", 3);
	for (size_t n = 0; n < sizeof(full); n++) {
		/* cut anywhere: either refused, or within what is there */
		if (!fx_rtp_read(full, n, &back)) {
			assert_true(back.payload + back.len <= full + n);
		}
	}
	assert_int_equal(fx_rtp_read(full, 20, &back), FX_EPROTO);
	memset(d, 0xFF, sizeof(d));
	assert_int_equal(fx_rtp_read(d, sizeof(d), &back), FX_EPROTO); /* version 3 */
	memcpy(d, want, 12);
	d[0] |= 0x20;
	assert_int_equal(fx_rtp_read(d, 13, &back), FX_EPROTO); /* more padding than packet */
}

/* Through the wrap of sequence numbers and of time. */
static void even_pace(void **state)
{
	struct fx_jitter *j = NULL;
	struct out *o = fx_zalloc(sizeof(*o));

	assert_int_equal(fx_jitter_new(60, &j), 0);
	for (unsigned k = 0; k < 200; k++) {
		put(j, k, UINT32_MAX - 16000);
		(void)fx_jitter_get(j, on_piece, o);
	}
	assert_int_equal(o->missing, 3 * 160); /* the delay, at the beginning */
	for (unsigned k = 0; k < 197; k++) {
		expect(o, (k + 3) * 160, k);
	}
	assert_int_equal(fx_jitter_stats(j)->lost, 0);
	assert_int_equal(fx_jitter_stats(j)->jitter, 0);
	(void)fx_jitter_free(j);
	(void)fx_free(o);
}

static void swapped_lost_twice_late(void **state)
{
	struct fx_jitter *j = NULL;
	struct out *o = fx_zalloc(sizeof(*o));

	assert_int_equal(fx_jitter_new(60, &j), 0);
	for (unsigned k = 0; k < 100; k++) {
		if (k % 10 == 4) {
			put(j, k + 1, 0); /* 5 before 4 */
		} else if (k % 10 == 5) {
			put(j, k - 1, 0);
		} else if (k == 57) {
			; /* lost */
		} else {
			put(j, k, 0);
		}
		if (k == 80) {
			put(j, k, 0);      /* twice */
			put(j, k - 20, 0); /* long ago: played already */
		}
		(void)fx_jitter_get(j, on_piece, o);
	}
	for (unsigned k = 0; k < 97; k++) {
		if (k != 57) {
			expect(o, (k + 3) * 160, k);
		}
	}
	assert_int_equal(o->missing, 3 * 160 + 160);
	assert_int_equal(fx_jitter_stats(j)->missing_samples, 160);
	assert_int_equal(fx_jitter_stats(j)->repeated, 1);
	assert_int_equal(fx_jitter_stats(j)->late, 1);
	(void)fx_jitter_free(j);
	(void)fx_free(o);
}

/* A peer that starts again with other numbers is followed. */
static void new_source(void **state)
{
	struct fx_rtp h = {.seq = 1, .time = 99999999, .source = 6};
	struct fx_jitter *j = NULL;
	struct out *o = fx_zalloc(sizeof(*o));
	int16_t amp[240];

	assert_int_equal(fx_jitter_new(20, &j), 0);
	for (unsigned k = 0; k < 10; k++) {
		put(j, k, 0);
		(void)fx_jitter_get(j, on_piece, o);
	}
	for (unsigned i = 0; i < 240; i++) {
		amp[i] = 77;
	}
	for (unsigned k = 0; k < 8; k++) { /* 30 ms each */
		fx_jitter_put(j, &h, amp, 240, 0);
		h.seq++;
		h.time += 240;
	}
	for (unsigned k = 0; k < 12; k++) {
		(void)fx_jitter_get(j, on_piece, o);
	}
	assert_int_equal(fx_jitter_stats(j)->resyncs, 1);
	assert_int_equal(o->amp[o->n - 1], 77);
	(void)fx_jitter_free(j);
	(void)fx_free(o);
}

/* Their clock is 0.5 % fast or slow: in silence 20 ms go or come, in a signal nothing does. */
static void drift(void **state)
{
	for (int faster = 0; faster < 2; faster++) {
		for (int loud = 0; loud < 2; loud++) {
			struct fx_jitter *j = NULL;
			struct out *o = fx_zalloc(sizeof(*o));
			struct fx_rtp h = {.source = 1};
			int16_t amp[160];

			for (int i = 0; i < 160; i++) {
				amp[i] = loud ? 8000 : 2;
			}
			assert_int_equal(fx_jitter_new(100, &j), 0);
			for (unsigned k = 0; k < 4000; k++) {
				unsigned n = k % 200 ? 1 : faster ? 2 : 0;

				while (n--) {
					fx_jitter_put(j, &h, amp, 160, 0);
					h.seq++;
					h.time += 160;
				}
				o->n = 0;
				(void)fx_jitter_get(j, on_piece, o);
			}
			if (loud) {
				assert_int_equal(fx_jitter_stats(j)->slips, 0);
			} else {
				assert_in_range(fx_jitter_stats(j)->slips, 5, 20);
			}
			assert_int_equal(fx_jitter_stats(j)->resyncs, 0);
			(void)fx_jitter_free(j);
			(void)fx_free(o);
		}
	}
}

static void limits(void **state)
{
	struct fx_jitter *j = NULL;
	struct out *o = fx_zalloc(sizeof(*o));
	struct fx_rtp h = {.source = 1};
	static int16_t amp[4096];

	assert_int_equal(fx_jitter_new(19, &j), FX_EINVAL);
	assert_int_equal(fx_jitter_new(501, &j), FX_EINVAL);
	assert_int_equal(fx_jitter_new(500, &j), 0);
	fx_jitter_put(j, &h, amp, 0, 0);
	fx_jitter_put(j, &h, amp, 4096, 0);
	assert_int_equal(fx_jitter_stats(j)->received, 0);
	for (uint32_t k = 0; k < 3000; k++) { /* any time, any number */
		h.time = k * 2654435761u;
		h.seq = (uint16_t)(k * 40503u);
		fx_jitter_put(j, &h, amp, 1 + k % 2000, k);
		o->n = 0;
		(void)fx_jitter_get(j, on_piece, o);
		assert_int_equal(o->n, 160);
	}
	(void)fx_jitter_free(j);
	(void)fx_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers), cmocka_unit_test(even_pace),
		cmocka_unit_test(swapped_lost_twice_late), cmocka_unit_test(new_source),
		cmocka_unit_test(drift), cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
