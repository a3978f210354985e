/* SPDX-License-Identifier: Apache-2.0 */
/* A client's connection against whatever a server may send: bind, then calls until it ends. The
 * first byte says whether there is a security (tests/support/fake_auth.h) and at which level. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "clients/common/channel.h"
#include "tests/support/fake_auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct tape {
	struct fx_transport t; /* first */
	const uint8_t *p;
	size_t left;
};

static int tape_send(struct fx_transport *t, const void *p, size_t n)
{
	(void)t, (void)p, (void)n;
	return 0;
}

static int tape_recv(struct fx_transport *t, void *p, size_t size)
{
	struct tape *s = (struct tape *)(void *)t;
	size_t n = s->left < size ? s->left : size;

	if (!n) {
		return FX_EPIPE;
	}
	memcpy(p, s->p, n);
	s->p += n;
	s->left -= n;
	return (int)n;
}

static void tape_close(struct fx_transport *t)
{
	(void)t;
}

static const struct fx_transport_ops tape_ops = {tape_send, tape_recv, tape_close, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fx_pdu_syntax ifaces[] = {{{1}, 4, 0}, {{2}, 1, 0}};
	struct fx_channel_prm prm = {.ifaces = ifaces, .n_ifaces = 2};
	struct tape s = {.t.ops = &tape_ops, .p = data + 1, .left = size - 1};
	struct fx_channel c;
	uint32_t accepted, fault;

	if (!size || fx_channel_init(&c, &s.t, 4096) != 0) {
		return 0;
	}
	if (data[0] & 7) {
		prm.take_auth = fake_auth_client(data[0] & 8 ? FX_AUTH_SPNEGO : FX_AUTH_NTLM,
						 data[0] % 7 < 2 ? 6u : data[0] % 7);
	}
	if (fx_channel_bind(&c, &prm, &accepted, NULL) == 0) {
		for (int i = 0; i < 8; i++) {
			size_t at = fx_channel_begin(&c);
			int rc = fx_channel_call(&c, at, 0, 10, &fault);

			if (rc) {
				if (c.state == FX_CHANNEL_OK) {
					abort(); /* an answer that failed and a channel that works
						  */
				}
				break;
			}
		}
	}
	fx_channel_fini(&c);
	return 0;
}
