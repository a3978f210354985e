/* SPDX-License-Identifier: Apache-2.0 */
/* What both roles do: the session behind the handshake. */
#include "rpc/auth/ntlm_priv.h"

#include <string.h>

#include "base/mem.h"

void fx_ntlm_session(struct ntlm *c, const uint8_t exported[16], bool client)
{
	fx_ntlm_way_init(&c->out, exported, c->flags, client);
	fx_ntlm_way_init(&c->in, exported, c->flags, !client);
	c->state = NTLM_DONE;
}

int fx_ntlm_broken(struct ntlm *c, int err)
{
	c->state = NTLM_BROKEN;
	return err;
}

size_t fx_ntlm_token_size(const struct fx_auth *a, size_t n)
{
	return FX_NTLM_TOKEN_SIZE;
}

int fx_ntlm_protect_pdu(struct fx_auth *a, const struct fx_auth_pdu *p, uint8_t *token, size_t n)
{
	struct ntlm *c = (struct ntlm *)a;
	int err = FX_EACCES;

	if (c->state == NTLM_DONE && n == FX_NTLM_TOKEN_SIZE) {
		err = fx_ntlm_protect(&c->out, p, a->level == FX_AUTH_LEVEL_PRIVACY, token);
	}
	return err ? fx_ntlm_broken(c, err) : 0;
}

/*
 * NTLM as Windows has it signs the headers even when that was not agreed, and clients that know
 * this do so, too (impacket); others sign what was agreed (Wine). The first PDU shows which.
 */
static int unprotect_first(struct ntlm *c, const struct fx_auth_pdu *p, bool seal,
			   const uint8_t *token)
{
	struct fx_ntlm_way was = c->in;
	struct fx_auth_pdu whole = *p;
	int err = fx_ntlm_unprotect(&c->in, p, seal, token);

	if (err) {
		whole.head = p->maybe_head;
		whole.head_len = p->maybe_head_len;
		whole.tail = p->maybe_tail;
		whole.tail_len = p->maybe_tail_len;
		c->in = was;
		if (seal) { /* the data as they came */
			arcfour_crypt(&c->in.rc4, p->data_len, p->data, p->data);
			c->in = was;
		}
		err = fx_ntlm_unprotect(&c->in, &whole, seal, token);
		c->auth.whole_pdu = !err;
	}
	explicit_bzero(&was, sizeof(was));
	return err;
}

int fx_ntlm_unprotect_pdu(struct fx_auth *a, const struct fx_auth_pdu *p, const uint8_t *token,
			  size_t n)
{
	struct ntlm *c = (struct ntlm *)a;
	int err = FX_EACCES;

	if (c->state == NTLM_DONE && n == FX_NTLM_TOKEN_SIZE) {
		bool first = !c->came;

		c->came = true;
		err = first && p->maybe_head_len ?
			      unprotect_first(c, p, a->level == FX_AUTH_LEVEL_PRIVACY, token) :
			      fx_ntlm_unprotect(&c->in, p, a->level == FX_AUTH_LEVEL_PRIVACY,
						token);
	}
	return err ? fx_ntlm_broken(c, err) : 0;
}

void fx_ntlm_fini(struct ntlm *c)
{
	fx_buf_fini(&c->negotiate);
	fx_buf_fini(&c->challenge);
	explicit_bzero(&c->out, sizeof(c->out));
	explicit_bzero(&c->in, sizeof(c->in));
}

void fx_ntlm_list_mic(struct fx_auth *a, bool of_peer, const void *list, size_t n,
		      uint8_t ret[16])
{
	struct ntlm *c = (struct ntlm *)a;

	fx_ntlm_sign_aside(of_peer ? &c->in : &c->out, list, n, ret);
}

bool fx_ntlm_has_mic(const struct fx_auth *a)
{
	return ((const struct ntlm *)a)->mic;
}
