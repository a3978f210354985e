/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/spnego.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/auth/ntlm.h"
#include "rpc/auth/ntlm_crypt.h"
#include "rpc/auth/spnego_msg.h"

/*  server: FIRST --init--> TALK --resp ...--> DONE      not our choice first: the list must be
 * signed FIRST --init with Kerberos--> PASS: GSSAPI has it from here FIRST --raw NTLM--> PASS
 *  client: FIRST --(nothing)--> TALK --resp, challenge--> LAST --resp, completed--> DONE */
enum state { FIRST, TALK, LAST, DONE, PASS, BROKEN };

struct spnego {
	struct fx_auth auth;
	enum state state;
	struct fx_spnego_server_prm prm;
	struct fx_auth *inner;
	struct fx_buf list; /* MechTypeList, for the signature */
	bool must_sign;     /* NTLM was not the client's first choice */
};

static int fail(struct spnego *c, int err)
{
	c->state = BROKEN;
	return err;
}

static size_t token_size(const struct fx_auth *a, size_t n)
{
	return fx_auth_token_size(((const struct spnego *)a)->inner, n);
}

static int protect(struct fx_auth *a, const struct fx_auth_pdu *p, uint8_t *token, size_t n)
{
	return fx_auth_protect(((struct spnego *)a)->inner, p, token, n);
}

static int unprotect(struct fx_auth *a, const struct fx_auth_pdu *p, const uint8_t *token,
		     size_t n)
{
	struct fx_auth *inner = ((struct spnego *)a)->inner;
	int err = fx_auth_unprotect(inner, p, token, n);

	a->whole_pdu = inner->whole_pdu;
	return err;
}

static void spnego_free(struct fx_auth *a)
{
	struct spnego *c = (struct spnego *)a;

	(void)fx_auth_free(c->inner);
	fx_buf_fini(&c->list);
	(void)fx_free(c);
}

/* --- server --- */

static void take_peer(struct spnego *c)
{
	struct fx_auth_peer *p = &c->auth.peer;
	const char *mech = c->inner->peer.mech;

	*p = c->inner->peer;
	if (strncmp(mech, "spnego", 6) != 0) {
		(void)fx_strlcpy(p->mech, "spnego/", sizeof(p->mech));
		(void)fx_strlcpy(p->mech + 7, mech, sizeof(p->mech) - 7);
	}
}

/* Everything goes to the context inside, as it is. */
static int pass(struct spnego *c, const void *in, size_t n, struct fx_buf *out,
		struct fx_reason *reterr)
{
	int rc = fx_auth_step(c->inner, in, n, out, reterr);

	if (rc == 0) {
		take_peer(c);
	}
	return rc;
}

static int pass_from_now(struct spnego *c, fx_spnego_make_fn *make, const void *in, size_t n,
			 struct fx_buf *out, struct fx_reason *reterr)
{
	int err = make(c->prm.arg, c->auth.level, &c->inner);

	c->state = PASS;
	return err ? err : pass(c, in, n, out, reterr);
}

/* One token of NTLM in, one out, in a NegTokenResp. */
static int carry(struct spnego *c, struct fx_ntlm_field token, struct fx_spnego_resp *answer,
		 struct fx_buf *out, struct fx_reason *reterr)
{
	struct fx_buf inner = {0};
	int rc = fx_auth_step(c->inner, token.p, token.n, &inner, reterr);

	if (rc == 1) {
		answer->state = FX_SPNEGO_INCOMPLETE;
		answer->token = (struct fx_ntlm_field){inner.data, inner.len};
		fx_spnego_resp_put(out, answer);
	}
	fx_buf_fini(&inner);
	return rc;
}

static int on_init(struct spnego *c, const void *in, size_t n, struct fx_buf *out,
		   struct fx_reason *reterr)
{
	static const char raw[8] = "NTLMSSP";
	struct fx_spnego_resp answer = {.state = FX_SPNEGO_REQUEST_MIC, .has_mech = true};
	struct fx_spnego_init init;
	unsigned at = 0;
	int err;

	if (n >= sizeof(raw) && memcmp(in, raw, sizeof(raw)) == 0) {
		return pass_from_now(c, c->prm.ntlm, in, n, out,
				     reterr); /* Windows takes that, too */
	}
	if (fx_spnego_init_get(in, n, &init)) {
		return fx_fail(reterr, FX_EPROTO, "not an SPNEGO token");
	}
	for (unsigned i = 0; i < init.n_mechs && c->prm.kerberos; i++) {
		if (init.mechs[i] == FX_SPNEGO_KRB5 || init.mechs[i] == FX_SPNEGO_MS_KRB5) {
			return pass_from_now(c, c->prm.kerberos, in, n, out, reterr);
		}
	}
	while (at < init.n_mechs && init.mechs[at] != FX_SPNEGO_NTLM) {
		at++;
	}
	if (at == init.n_mechs) {
		return fx_fail(reterr, FX_EACCES,
			       "the client offers no mechanism that is spoken here");
	}
	fx_buf_put(&c->list, init.list.p, init.list.n);
	err = c->list.err ? c->list.err : c->prm.ntlm(c->prm.arg, c->auth.level, &c->inner);
	if (err) {
		return err;
	}
	c->state = TALK;
	if (at == 0 && init.token.n) {
		return carry(c, init.token, &answer, out, reterr);
	}
	c->must_sign = at > 0;
	fx_spnego_resp_put(out, &answer);
	return 1;
}

/* The signature of the list: theirs, when there is one or has to be, answered by ours. */
static int check_list(struct spnego *c, struct fx_ntlm_field mic, uint8_t ours[16],
		      struct fx_reason *reterr)
{
	uint8_t want[16];

	if (mic.n == 0 && !c->must_sign) {
		return 0;
	}
	fx_ntlm_list_mic(c->inner, true, c->list.data, c->list.len, want);
	if (mic.n != sizeof(want) || !fx_ntlm_same(mic.p, want, sizeof(want))) {
		return fx_fail(reterr, FX_EACCES,
			       "the list of mechanisms was changed on its way (mechListMIC)");
	}
	fx_ntlm_list_mic(c->inner, false, c->list.data, c->list.len, ours);
	return 0;
}

static int on_resp(struct spnego *c, const void *in, size_t n, struct fx_buf *out,
		   struct fx_reason *reterr)
{
	struct fx_spnego_resp got, answer = {.state = FX_SPNEGO_COMPLETED};
	uint8_t mic[16];
	int rc;

	if (fx_spnego_resp_get(in, n, &got) || got.token.n == 0) {
		return fx_fail(reterr, FX_EPROTO, "not an SPNEGO answer with a token");
	}
	rc = carry(c, got.token, &answer, out, reterr);
	if (rc != 0) {
		return rc;
	}
	rc = check_list(c, got.mic, mic, reterr);
	if (rc) {
		return rc;
	}
	answer.mic = (struct fx_ntlm_field){mic, got.mic.n ? sizeof(mic) : 0};
	fx_spnego_resp_put(out, &answer);
	take_peer(c);
	c->state = DONE;
	return 0;
}

static int server_step(struct fx_auth *a, const void *in, size_t n, struct fx_buf *out,
		       struct fx_reason *reterr)
{
	struct spnego *c = (struct spnego *)a;
	int rc = FX_EPROTO;

	switch (c->state) {
	case FIRST:
		rc = on_init(c, in, n, out, reterr);
		break;
	case TALK:
		rc = on_resp(c, in, n, out, reterr);
		break;
	case PASS:
		rc = pass(c, in, n, out, reterr);
		break;
	case LAST:
	case DONE:
	case BROKEN:
		fx_reason_set(reterr, "an SPNEGO token after the end of the handshake");
		break;
	}
	return rc < 0 ? fail(c, rc) : rc;
}

static const struct fx_auth_ops server_ops = {
	.step = server_step, .token_size = token_size, .protect = protect, .unprotect = unprotect,
	.free = spnego_free,
};

static struct spnego *make(const struct fx_auth_ops *ops, enum fx_auth_level level)
{
	struct spnego *c = fx_zalloc(sizeof(*c));

	if (c) {
		c->auth.ops = ops;
		c->auth.type = FX_AUTH_SPNEGO;
		c->auth.level = level;
	}
	return c;
}

int fx_spnego_accept(const struct fx_spnego_server_prm *prm, struct fx_auth **ret)
{
	struct spnego *c = make(&server_ops, prm->level);

	if (!c) {
		return FX_ENOMEM;
	}
	c->prm = *prm;
	*ret = &c->auth;
	return 0;
}

/* --- client --- */

static int client_start(struct spnego *c, struct fx_buf *out, struct fx_reason *reterr)
{
	struct fx_buf inner = {0};
	int rc = fx_auth_step(c->inner, NULL, 0, &inner, reterr);

	if (rc == 1) {
		fx_spnego_init_put(out, (struct fx_ntlm_field){inner.data, inner.len});
		c->state = TALK;
	}
	fx_buf_fini(&inner);
	return rc;
}

static int client_answer(struct spnego *c, struct fx_ntlm_field challenge, bool asked,
			 struct fx_buf *out, struct fx_reason *reterr)
{
	struct fx_spnego_resp answer = {.state = FX_SPNEGO_NO_STATE};
	struct fx_ntlm_field list = fx_spnego_our_list();
	struct fx_buf inner = {0};
	uint8_t mic[16];
	int rc = fx_auth_step(c->inner, challenge.p, challenge.n, &inner, reterr);

	if (rc == 0) {
		answer.token = (struct fx_ntlm_field){inner.data, inner.len};
		if (asked || fx_ntlm_has_mic(c->inner)) {
			fx_ntlm_list_mic(c->inner, false, list.p, list.n, mic);
			answer.mic = (struct fx_ntlm_field){mic, sizeof(mic)};
		}
		fx_spnego_resp_put(out, &answer);
		c->state = LAST;
		rc = 1;
	}
	fx_buf_fini(&inner);
	return rc;
}

/* One mechanism was offered, so there was nothing to talk us out of: no signature is no harm. */
static int client_last(struct spnego *c, const struct fx_spnego_resp *got, struct fx_reason *reterr)
{
	struct fx_ntlm_field list = fx_spnego_our_list();
	uint8_t want[16];

	if (got->state != FX_SPNEGO_COMPLETED || got->token.n) {
		return fx_fail(reterr, FX_EPROTO, "the server does not end the SPNEGO handshake");
	}
	if (got->mic.n) {
		fx_ntlm_list_mic(c->inner, true, list.p, list.n, want);
	}
	if (got->mic.n && (got->mic.n != sizeof(want) ||
			   !fx_ntlm_same(got->mic.p, want, sizeof(want)))) {
		return fx_fail(reterr, FX_EACCES, "the server's signature of SPNEGO is wrong");
	}
	c->state = DONE;
	return 0;
}

static int client_step(struct fx_auth *a, const void *in, size_t n, struct fx_buf *out,
		       struct fx_reason *reterr)
{
	struct spnego *c = (struct spnego *)a;
	struct fx_spnego_resp got = {0};
	int rc = FX_EPROTO;

	if (c->state == FIRST) {
		rc = client_start(c, out, reterr);
		return rc < 0 ? fail(c, rc) : rc;
	}
	if ((c->state != TALK && c->state != LAST) || fx_spnego_resp_get(in, n, &got)) {
		return fail(c,
			    fx_fail(reterr, FX_EPROTO, "the server's SPNEGO token is malformed"));
	}
	if (got.state == FX_SPNEGO_REJECT || (got.has_mech && got.mech != FX_SPNEGO_NTLM)) {
		return fail(c, fx_fail(reterr, FX_EACCES, "the server does not take NTLM"));
	}
	rc = c->state == LAST ? client_last(c, &got, reterr) :
	     client_answer(c, got.token, got.state == FX_SPNEGO_REQUEST_MIC, out, reterr);
	return rc < 0 ? fail(c, rc) : rc;
}

static const struct fx_auth_ops client_ops = {
	.step = client_step, .token_size = token_size, .protect = protect, .unprotect = unprotect,
	.free = spnego_free,
};

int fx_spnego_initiate(const struct fx_auth_client_prm *prm, struct fx_auth **ret,
		       struct fx_reason *reterr)
{
	struct spnego *c = make(&client_ops, prm->level);
	int err;

	if (!c) {
		return FX_ENOMEM;
	}
	err = fx_ntlm_initiate(prm, &c->inner, reterr);
	if (err) {
		spnego_free(&c->auth);
		return err;
	}
	*ret = &c->auth;
	return 0;
}
