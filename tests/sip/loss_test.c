/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of so many calls, how many end well when packets are lost, late, swapped or repeated: our table
 * beside the one of the engine measured alone (docs/figures.md). One page of about 145 kbit in
 * MMR with ECM, both directions impaired, fixed seeds, so the same table each time.
 *
 * usage: sip_loss_test [--table]   the whole table; without it, the cells that the tests hold
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "tests/sip/net.h"

#define CALLS 40u

struct cell {
	const char *what;
	int redundancy; /* -1 = G.711 */
	unsigned loss;  /* in 10,000 */
	unsigned jitter_ms, swap, repeat;
	unsigned engine; /* calls of 40 that the engine's own table has; 0 = not measured */
};

static const struct cell cells[] = {
	{"G.711", -1, 0, 0, 0, 0, 40},
	{"G.711", -1, 5, 0, 0, 0, 40},
	{"G.711", -1, 10, 0, 0, 0, 39},
	{"G.711", -1, 20, 0, 0, 0, 38},
	{"G.711", -1, 50, 0, 0, 0, 30},
	{"G.711", -1, 100, 0, 0, 0, 26},
	{"G.711, jitter 60 ms", -1, 0, 60, 0, 0, 0},
	{"G.711, 5 % swapped, 5 % twice", -1, 0, 0, 500, 500, 0},
	{"G.711, 10 % swapped, 10 % twice", -1, 0, 0, 1000, 1000, 0},
	{"T.38, redundancy 1", 1, 100, 0, 0, 0, 40},
	{"T.38, redundancy 1", 1, 500, 0, 0, 0, 39},
	{"T.38, redundancy 1", 1, 1000, 0, 0, 0, 37},
	{"T.38, redundancy 2", 2, 500, 0, 0, 0, 40},
	{"T.38, redundancy 2", 2, 1000, 0, 0, 0, 40},
	{"T.38, redundancy 3", 3, 200, 0, 0, 0, 40},
	{"T.38, redundancy 3", 3, 500, 0, 0, 0, 40},
	{"T.38, redundancy 3", 3, 1000, 0, 0, 0, 40},
	{"T.38, redundancy 3, jitter 100 ms", 3, 0, 100, 0, 0, 0},
	{"T.38, redundancy 3, 10 % each", 3, 1000, 60, 1000, 1000, 0},
};

static bool one_call(const struct cell *c, unsigned seed)
{
	struct fx_media_t38 t38 = {.ec = FX_UDPTL_EC_REDUNDANCY, .max_datagram = 1400};
	struct net n;
	bool good;

	net_init_rows(&n, 1, 1000, seed);
	n.loss = c->loss;
	n.jitter_ms = c->jitter_ms;
	n.swap = c->swap;
	n.repeat = c->repeat;
	net_start(&n);
	if (c->redundancy < 0) {
		net_audio(&n, FX_G711_ALAW);
	} else {
		t38.redundancy = (unsigned)c->redundancy;
		net_t38(&n, &t38);
	}
	good = net_run(&n, 600) && net_good(&n);
	if (good) {
		assert_same_page_fd(n.doc, 0, n.rx_fd, 0);
	}
	net_fini(&n);
	return good;
}

static unsigned well(const struct cell *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < CALLS; i++) {
		n += one_call(c, i + 1);
	}
	return n;
}

/*
 * What is still "no worse": both tables are of 40 calls by chance, so they may differ by two
 * standard deviations of such a difference (for 26 of 40 that is 9 calls). Where nothing is
 * lost, every call must end well.
 */
static unsigned least_of(const struct cell *c)
{
	double p = (c->engine + 1.0) / (CALLS + 2.0); /* 40 of 40 is not yet certainty */

	if (!c->engine || !c->loss) {
		return CALLS;
	}
	return (unsigned)ceil(CALLS * (p - 2 * sqrt(2 * p * (1 - p) / CALLS)));
}

static void no_worse(void **state)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(cells); i++) {
		const struct cell *c = &cells[i];
		unsigned n = well(c), least = least_of(c);

		(void)printf("%-34s loss %5.2f %%: %2u of %u, engine alone %2u\n", c->what,
			     c->loss / 100.0, n, CALLS, c->engine);
		if (n < least) {
			fail_msg("%s at %.2f %% loss: %u of %u end well, at least %u", c->what,
				 c->loss / 100.0, n, CALLS, least);
		}
	}
}

static int table(void)
{
	(void)printf("| line | packets lost | ended well, of %u | engine alone |\n"
		     "|---|---|---|---|\n", CALLS);
	for (size_t i = 0; i < FX_ARRAY_LEN(cells); i++) {
		const struct cell *c = &cells[i];

		(void)printf("| %s | %.2f %% | %u | ", c->what, c->loss / 100.0, well(c));
		(void)(c->engine ? printf("%u |\n", c->engine) : printf("not measured |\n"));
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(no_worse)};

	if (argc == 2 && !strcmp(argv[1], "--table")) {
		return table();
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
