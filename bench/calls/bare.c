/* SPDX-License-Identifier: Apache-2.0 */
/* The reference: spandsp alone, both ends of one call crossed with each other. */
#include "bench/calls/bare.h"

#include <string.h>
#include <stdint.h>
#include <stdio.h>

#include <spandsp.h>

#define BLOCK 160
#define QUEUE 4096

struct packet {
	uint8_t data[512];
	int len;
	uint16_t seq;
};

struct end {
	t30_state_t *t30;
	t38_terminal_state_t *t38;
	fax_state_t *fax;
	struct packet *out;
	int n_out;
	uint16_t seq;
	int pages;
	int done;
};

static int on_ifp(t38_core_state_t *core, void *arg, const uint8_t *ifp, int len, int count)
{
	struct end *e = arg;
	struct packet *p;

	(void)core, (void)count;
	if (e->n_out == QUEUE || len > (int)sizeof(p->data)) {
		return -1;
	}
	p = &e->out[e->n_out++];
	memcpy(p->data, ifp, (size_t)len);
	p->len = len;
	p->seq = e->seq++;
	return 0;
}

static void on_phase_e(t30_state_t *t30, void *arg, int code)
{
	struct end *e = arg;
	t30_stats_t t;

	(void)code;
	t30_get_transfer_statistics(t30, &t);
	e->pages = t.pages_tx + t.pages_rx;
	e->done = 1;
}

static void set_up(struct end *e, int calling, int t38, const char *tx, const char *rx)
{
	if (t38) {
		e->t38 = t38_terminal_init(NULL, calling, on_ifp, e);
		e->t30 = t38_terminal_get_t30_state(e->t38);
		t38_terminal_set_config(e->t38, 0);
		t38_terminal_set_tep_mode(e->t38, 0);
		t38_set_t38_version(t38_terminal_get_t38_core_state(e->t38), 0);
	} else {
		e->fax = fax_init(NULL, calling);
		fax_set_transmit_on_idle(e->fax, 1);
		fax_set_tep_mode(e->fax, 0);
		e->t30 = fax_get_t30_state(e->fax);
	}
	t30_set_tx_ident(e->t30, calling ? "101" : "102");
	t30_set_ecm_capability(e->t30, 1);
	t30_set_supported_modems(e->t30, T30_SUPPORT_V27TER | T30_SUPPORT_V29 | T30_SUPPORT_V17);
	t30_set_supported_compressions(e->t30, T30_SUPPORT_T4_1D_COMPRESSION |
						       T30_SUPPORT_T4_2D_COMPRESSION |
						       T30_SUPPORT_T6_COMPRESSION);
	t30_set_rx_encoding(e->t30, T4_COMPRESSION_ITU_T6);
	t30_set_phase_e_handler(e->t30, on_phase_e, e);
	if (calling) {
		t30_set_tx_file(e->t30, tx, -1, -1);
	} else {
		t30_set_rx_file(e->t30, rx, -1);
	}
}

static void tear_down(struct end *e)
{
	if (e->t38) {
		t38_terminal_free(e->t38);
	} else {
		fax_free(e->fax);
	}
}

static void deliver(struct end *to, struct end *from)
{
	int i;

	for (i = 0; i < from->n_out; i++) {
		(void)t38_core_rx_ifp_packet(t38_terminal_get_t38_core_state(to->t38),
					     from->out[i].data, from->out[i].len, from->out[i].seq);
	}
	from->n_out = 0;
}

static void audio(struct end *to, struct end *from)
{
	int16_t amp[BLOCK];
	uint8_t law[BLOCK];
	int i, n = fax_tx(from->fax, amp, BLOCK);

	for (i = 0; i < n; i++) {
		law[i] = linear_to_alaw(amp[i]);
	}
	for (i = 0; i < n; i++) {
		amp[i] = alaw_to_linear(law[i]);
	}
	(void)fax_rx(to->fax, amp, n);
}

double bench_bare_call(int t38, const char *tx_path, const char *rx_path)
{
	static struct packet a[QUEUE], b[QUEUE];
	struct end caller = {.out = a}, answerer = {.out = b};
	long blocks = 0;

	set_up(&caller, 1, t38, tx_path, rx_path);
	set_up(&answerer, 0, t38, tx_path, rx_path);
	while (!(caller.done && answerer.done) && ++blocks < 50L * 1200) {
		if (t38) {
			(void)t38_terminal_send_timeout(caller.t38, BLOCK);
			(void)t38_terminal_send_timeout(answerer.t38, BLOCK);
			deliver(&answerer, &caller);
			deliver(&caller, &answerer);
		} else {
			audio(&answerer, &caller);
			audio(&caller, &answerer);
		}
	}
	tear_down(&caller);
	tear_down(&answerer);
	return caller.pages && answerer.pages ? (double)blocks / 50 : 0;
}
