/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages from anybody, through the library's reader and our handling of calls, without a
 * thread and without packets that come in. Several messages in one input stand apart by a line
 * "%%"; our tag is always 0000000000001234, so that later ones may belong to the call.
 */
#include <stdlib.h>
#include <string.h>
#include "providers/sip/leg_priv.h"

#define LEGS 16u
#define FRESH 500u /* inputs until transactions and timers begin anew */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct fx_ua ua;
static struct fx_leg *legs[LEGS];
static unsigned n_legs, n_inputs;

static void on_body(void *arg, const uint8_t *sdp, size_t n)
{
	uint8_t sum = 0;

	(void)arg;
	for (size_t i = 0; i < n; i++) {
		sum ^= sdp[i]; /* read it all: a sanitizer sees what is too long */
	}
	(void)sum;
}
static void on_status(void *arg, int status, const uint8_t *sdp, size_t n)
{
	(void)status;
	on_body(arg, sdp, n);
}
static void on_offer(void *arg, const uint8_t *sdp, size_t n, bool refresh)
{
	struct fx_leg **l = arg;

	(void)refresh;
	on_body(arg, sdp, n);
	if (n % 2) {
		(void)!fx_leg_accept(*l, (const uint8_t *)"v=0", 3);
	} else {
		fx_leg_refuse(*l, 488);
	}
}
static void on_info(void *arg, const char *type, const uint8_t *body, size_t n)
{
	(void)type;
	on_body(arg, body, n);
}
static void on_end(void *arg, const struct fx_leg_end *end)
{
	struct fx_leg **l = arg;

	if (!*end->words) {
		abort(); /* leg.h: never empty */
	}
	*l = fx_leg_free(*l);
}
static const struct fx_leg_events leg_events = {on_status, on_body, on_offer, on_body, on_status,
						on_info, on_end};

static int on_stranger(void *arg, const struct fx_ua_in *in)
{
	(void)arg;
	(void)in;
	return 0;
}
static int on_call(void *arg, struct fx_leg *l, const struct fx_ua_in *in, const uint8_t *sdp,
		   size_t n)
{
	struct fx_leg **mine = &legs[n_legs];

	(void)in;
	on_body(arg, sdp, n);
	if (n_legs == LEGS) {
		return 503;
	}
	*mine = l;
	n_legs++;
	fx_leg_take(l, &leg_events, mine);
	(void)fx_leg_progress(l, 180, NULL, 0);
	if (n % 3) {
		(void)!fx_leg_answer(l, (const uint8_t *)"v=0", 3);
		(void)!fx_leg_running(l, (const uint8_t *)"v=0", 3);
	}
	return 0;
}

static void begin(void)
{
	struct sa lo;

	memset(&ua, 0, sizeof(ua));
	ua.ev = (struct fx_ua_events){on_stranger, on_call, NULL};
	fx_list_init(&ua.legs);
	fx_list_init(&ua.ways);
	fx_list_init(&ua.requests);
	fx_list_init(&ua.orphans);
	fx_list_init(&ua.dead);
	(void)sa_set_str(&lo, "127.0.0.1", 0);
	if (fx_stack_open(&ua.stack, &ua, 64) || fx_stack_bind(&ua.stack, SIP_TRANSP_UDP, &lo)) {
		abort();
	}
	ua.ports[FX_SIP_UDP] = 5060;
}

static void one(const uint8_t *p, size_t n)
{
	struct mbuf *mb = mbuf_alloc(n ? n : 1);
	struct sip_msg *msg = NULL;

	if (!mb || mbuf_write_mem(mb, p, n)) {
		abort();
	}
	mb->pos = 0;
	if (!sip_msg_decode(&msg, mb)) {
		(void)sa_set_str(&msg->src, "127.0.0.1", 9);
		(void)sa_set_str(&msg->dst, "127.0.0.1", 5060);
		msg->tp = SIP_TRANSP_UDP;
		msg->tag = 0x1234;
		(void)(msg->req ? fx_leg_request(&ua.stack, msg) :
				  fx_leg_response(&ua.stack, msg));
	}
	mem_deref(msg);
	mem_deref(mb);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (n_inputs == 0) {
		if (libre_init()) {
			abort();
		}
		fx_noise_init();
	}
	if (n_inputs++ % FRESH == 0) {
		if (n_inputs > 1) {
			fx_stack_close(&ua.stack);
		}
		begin();
	}
	while (size) {
		const uint8_t *cut = memmem(data, size, "\n%%\n", 4);
		size_t n = cut ? (size_t)(cut - data) : size;

		one(data, n);
		data += cut ? n + 4 : n;
		size -= cut ? n + 4 : n;
	}
	for (unsigned i = 0; i < n_legs; i++) {
		legs[i] = fx_leg_free(legs[i]);
	}
	n_legs = 0;
	fx_orphans_free(&ua, NULL);
	return 0;
}
