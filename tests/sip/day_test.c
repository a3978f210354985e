/* SPDX-License-Identifier: Apache-2.0 */
/*
 * So many hours' worth of calls, one after another on the virtual clock: audio, T.38 of each kind,
 * changes between them, losses, calls cut off at any moment. Afterwards the process is as large
 * as it was after the first of them, and of ours nothing is left after each.
 *
 * usage: sip_day_test [HOURS]   default 1
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/sip/net.h"

static double hours = 1;

static double anon_kb(void)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "r");
	char line[128];
	double kb = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		(void)sscanf(line, "Pss_Anon: %lf", &kb);
	}
	assert_int_equal(fclose(f), 0);
	return kb;
}

/* What differs between calls: a small choice for each question, all taken from the number. */
struct kind {
	bool t38, changes, cut;
	unsigned loss; /* in 10,000 */
};

static struct kind kind_of(uint64_t i)
{
	struct kind k = {.t38 = i % 2, .changes = i % 3 == 2, .cut = i % 7 == 6};

	k.loss = i % 5 != 4 ? 0 : k.t38 ? 500 : 20;
	return k;
}

static void steps(struct net *n, unsigned count)
{
	for (unsigned i = 0; i < count && !fx_media_is_done(n->a.m); i++) {
		net_step(n);
	}
}

static void one_call(struct net *n, uint64_t i)
{
	const struct fx_media_t38 t38 = {.ec = i % 8 == 1 ? FX_UDPTL_EC_FEC
							  : FX_UDPTL_EC_REDUNDANCY,
					 .max_datagram = i % 8 == 3 ? 72 : 400};
	struct kind k = kind_of(i);

	net_init(n, 1 + (i % 11 == 10), i);
	n->loss = k.loss;
	n->jitter_ms = i % 13 == 12 ? 40 : 0;
	net_start(n);
	if (k.t38 && !k.changes) {
		net_t38(n, &t38);
	} else {
		net_audio(n, i % 4 ? FX_G711_ALAW : FX_G711_ULAW);
	}
	if (k.changes) {
		steps(n, 100 + (unsigned)(i % 60));
		net_t38(n, &t38);
		if (!k.t38) { /* and back, as a gateway does that thinks better of it */
			steps(n, 50);
			net_audio(n, FX_G711_ALAW);
		}
	}
	if (k.cut) {
		steps(n, (unsigned)(i * 7919 % 1500));
		fx_media_line_lost(n->a.m);
		fx_media_line_lost(n->b.m);
	}
	assert_true(net_run(n, 900));
}

static void no_growth(void **state)
{
	uint64_t calls = 0, well = 0, clean = 0, clean_well = 0;
	double at_s = 0, kb = 0, kb_end;
	int64_t live = fx_mem_live();
	struct net n;

	while (at_s < hours * 3600) {
		struct kind k = kind_of(calls);

		one_call(&n, calls);
		well += net_good(&n);
		if (!k.loss && !k.cut) {
			clean++;
			clean_well += net_good(&n);
		}
		at_s += (double)n.now_us / 1e6;
		net_fini(&n);
		assert_int_equal(fx_mem_live(), live);
		if (++calls == 60) { /* each kind has been there */
			kb = anon_kb();
		}
	}
	kb_end = anon_kb();
	(void)printf("%llu calls in %.1f h, %llu delivered; of %llu without loss or cut %llu; "
		     "%.0f KB after 60 calls, %.0f KB at the end\n", (unsigned long long)calls,
		     at_s / 3600, (unsigned long long)well, (unsigned long long)clean,
		     (unsigned long long)clean_well, kb, kb_end);
	assert_int_equal(clean_well, clean);
	assert_true(well * 10 >= calls * 8); /* one in seven is cut off */
	if (kb_end > kb + 512) {
		fail_msg("%.0f KB after 60 calls, %.0f KB after %llu", kb, kb_end,
			 (unsigned long long)calls);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(no_growth)};

	hours = argc == 2 ? atof(argv[1]) : 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
