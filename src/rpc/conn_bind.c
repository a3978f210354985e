/* SPDX-License-Identifier: Apache-2.0 */
/* Bind, alter_context and auth3: which interfaces, which association, and who it is. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/address.h"
#include "rpc/plain.h"

/* A PDU whose answer waits for a worker, then for the service. */
struct fx_conn_step {
	struct fx_conn *conn; /* NULL: it is gone */
	struct fx_rpc_server *s;
	struct fx_auth *auth;
	struct fx_gate_job job;
	uint8_t *in;
	size_t in_len;
	struct fx_buf out;
	int rc;
	struct fx_reason why;
	struct fx_pdu_hdr hdr;
	struct fx_pdu_ack ack;
};

/* --- contexts --- */

/*
 * No PDU that makes contexts is protected, but calls are: whoever sits between could say that a
 * context, and with it the numbers of its calls, now means another interface. So once it is known
 * who calls, an id keeps what it meant (decision 0666).
 */
static bool add_ctx(struct fx_conn *c, uint16_t id, const struct fx_rpc_iface *iface)
{
	unsigned i;

	for (i = 0; i < c->n_ctx && c->ctx[i].id != id; i++) {
	}
	if (i == FX_PDU_CTX_MAX ||
	    (i < c->n_ctx && fx_auth_protects(c->sec.auth) && c->ctx[i].iface != iface)) {
		return false;
	}
	c->ctx[i].id = id;
	c->ctx[i].iface = iface;
	c->n_ctx += i == c->n_ctx;
	return true;
}

static void negotiate(struct fx_conn *c, const struct fx_pdu_bind *b, struct fx_pdu_ack *ack)
{
	unsigned i;

	ack->n_results = b->n_ctx;
	for (i = 0; i < b->n_ctx; i++) {
		const struct fx_rpc_iface *iface = fx_rpc_iface_find(c->door, &b->ctx[i].abstract);

		ack->results[i].result = FX_CTX_REJECT;
		if (b->ctx[i].features) {
			ack->results[i].result = FX_CTX_NEGOTIATE; /* reason: no feature bits */
		} else if (!iface) {
			ack->results[i].reason = FX_CTX_NO_ABSTRACT;
		} else if (!b->ctx[i].ndr20) {
			ack->results[i].reason = FX_CTX_NO_TRANSFER;
		} else if (!add_ctx(c, b->ctx[i].id, iface)) {
			ack->results[i].reason = FX_CTX_LIMIT;
		} else {
			ack->results[i].result = FX_CTX_ACCEPT;
		}
	}
}

/* --- associations --- */

static bool member(const struct fx_rpc_server *s, const struct fx_conn *but, uint32_t group)
{
	FX_LIST_EACH(&s->conns, it) {
		const struct fx_conn *c = FX_CONTAINER(it, struct fx_conn, link);

		if (c != but && c->bound && c->group == group) {
			return true;
		}
	}
	return false;
}

/* Group 0 starts one; another must exist. Who asks may not be known yet. */
static int choose_group(struct fx_conn *c, uint32_t group)
{
	struct fx_rpc_server *s = c->s;

	if (group && !member(s, c, group)) {
		return FX_ENOENT;
	}
	if (!group) {
		do {
			s->last_group = s->last_group + 1 ? s->last_group + 1 : 1;
		} while (member(s, c, s->last_group));
		group = s->last_group;
	}
	c->group = group;
	return 0;
}

/* The caller is known: his association. A program that acts for several users has one group with
 * a server, so each user of a group has an association of his own. */
static int join(struct fx_conn *c)
{
	int err;

	FX_LIST_EACH(&c->s->conns, it) {
		const struct fx_conn *other = FX_CONTAINER(it, struct fx_conn, link);

		if (other != c && other->bound && other->assoc && other->group == c->group &&
		    other->assoc->caller.uid == c->caller.uid) {
			c->assoc = fx_assoc_ref(other->assoc);
			c->assoc->connections++;
			return 0;
		}
	}
	err = fx_assoc_new(&c->s->env, &c->caller, c->group, &c->assoc);
	if (!err) {
		c->assoc->connections = 1;
	}
	return err;
}

/* --- answers --- */

static void put_nak(struct fx_conn *c, const struct fx_pdu_hdr *h, enum fx_bind_nak reason)
{
	fx_pdu_nak_put(&c->out, h->call_id, reason);
	if (c->door != FX_DOOR_UNIX) {
		fx_conn_close(c, "its bind was refused");
	}
}

/* BIND_ACK or ALTER_RESP, with the security's token if there is one. */
static void put_ack(struct fx_conn *c, const struct fx_pdu_hdr *h, const struct fx_pdu_ack *ack,
		    const struct fx_buf *token)
{
	bool bind = h->type == FX_PDU_BIND, sign = token && c->sec.header_sign;
	size_t at = c->out.len;
	char port[8];

	(void)snprintf(port, sizeof(port), "%u", fx_address_port(&c->here));
	fx_pdu_ack_put(&c->out, bind ? FX_PDU_BIND_ACK : FX_PDU_ALTER_RESP, h->minor, h->call_id,
		       !bind ? NULL : c->door == FX_DOOR_UNIX ? FX_MS_PIPE : port, ack);
	if (token && token->len) {
		struct fx_sec_trailer t = {.type = (uint8_t)c->sec.auth->type,
					   .level = (uint8_t)c->sec.auth->level,
					   .context_id = c->sec.context_id};

		fx_sec_append(&c->out, at, &t, token, sign);
	} else if (sign && !c->out.err) {
		c->out.data[at + 3] |= FX_PDU_HEADER_SIGN;
	}
	if (h->flags & FX_PDU_MULTIPLEX && bind && !c->out.err) {
		c->out.data[at + 3] |= FX_PDU_MULTIPLEX; /* calls are answered as they end */
	}
}

/* --- the handshake --- */

static struct fx_conn_step *step_free(struct fx_conn_step *st)
{
	if (st->in) {
		explicit_bzero(st->in, st->in_len);
	}
	(void)fx_free(st->in);
	fx_buf_fini(&st->out);
	return fx_free(st);
}

void fx_conn_drop_step(struct fx_conn *c)
{
	struct fx_conn_step *st = c->step;

	c->step = NULL;
	st->conn = NULL; /* whoever has it now ends it, and the context with it */
	if (fx_gate_cancel(&st->job)) {
		(void)fx_auth_free(st->auth);
		(void)step_free(st);
	}
}

/* No word about why goes to the other side; the log has it. */
static void refuse(struct fx_conn *c, const struct fx_pdu_hdr *h)
{
	c->who = FX_WHO_REFUSED;
	c->caller.uid = FX_UID_NONE;
	c->caller.account = NULL;
	if (h->type == FX_PDU_BIND) {
		put_nak(c, h, FX_NAK_CHECKSUM);
	} else if (h->type == FX_PDU_ALTER) {
		fx_conn_fault(c, h->minor, h->call_id, 0, true, FX_FAULT_ACCESS_DENIED);
		fx_conn_close(c, "it could not log in");
	}
}

static void accepted(struct fx_conn *c, const struct fx_conn_step *st)
{
	uint32_t lost;

	if (fx_log_may(&c->s->logins, fx_loop_now_us(c->s->prm.loop), &lost)) {
		fx_log(FX_LOG_INFO, "rpc: user %s logged in, client=\"%s\", level %s%s",
		       c->caller.user, c->caller.client, fx_auth_level_str(st->auth->level),
		       lost ? " (more were not listed)" : "");
	}
	if (st->hdr.type != FX_PDU_AUTH3) {
		put_ack(c, &st->hdr, &st->ack, &st->out);
	}
}

/* Back on the connection: bytes may have come meanwhile. */
static void go_on(struct fx_conn *c)
{
	c->resume = c->in.len > 0;
	if (c->out.err) {
		fx_conn_doom(c, "out of memory");
	}
	if (!c->doomed) {
		fx_conn_flush(c);
	}
	if (c->resume && !c->doomed) {
		fx_rpc_server_tick(c->s);
	}
}

static size_t of_user(const struct fx_rpc_server *s, uid_t uid)
{
	size_t n = 0;

	FX_LIST_EACH(&s->conns, it) {
		const struct fx_conn *c = FX_CONTAINER(it, struct fx_conn, link);

		n += c->door == FX_DOOR_TCP && c->caller.uid == uid;
	}
	return n;
}

static void on_login(void *arg, int err, const struct fx_caller *caller)
{
	struct fx_conn_step *st = arg;
	struct fx_conn *c = st->conn;

	if (!c) {
		if (!err) {
			fx_service_logout(caller);
		}
		(void)fx_auth_free(st->auth);
		(void)step_free(st);
		return;
	}
	if (!err && of_user(c->s, caller->uid) >= c->s->prm.net.max_user_connections) {
		fx_service_logout(caller);
		err = FX_EBUSY;
	}
	if (err) {
		const struct fx_auth_peer *p = &st->auth->peer;

		fx_conn_refused(c, "user %s%s%s: %s; %s", p->user, *p->domain ? " of " : "",
				p->domain, fx_error_str(err), err == FX_EBUSY ?
				"too many connections of one user, or too many users are being "
				"looked up" : "see caselli access, and docs/network.md");
	} else {
		c->caller = *caller;
		err = join(c);
		if (err) {
			fx_conn_refused(c, "%s", fx_error_str(err));
			fx_service_logout(&c->caller);
		}
	}
	if (err) {
		refuse(c, &st->hdr); /* its patience runs on: after an auth3 nothing else ends it */
	} else {
		fx_conn_known(c);
		accepted(c, st);
	}
	c->step = NULL;
	(void)step_free(st);
	go_on(c);
}

static void log_in(struct fx_conn *c, struct fx_conn_step *st)
{
	char client[sizeof(c->caller.client)], host[FX_ADDRESS_STR_SIZE];
	const struct fx_auth_peer *p = &st->auth->peer;
	struct fx_login_name name = {.user = p->user, .domain = p->domain, .client = client,
				     .address = fx_address_host(&c->peer, host)};

	(void)snprintf(client, sizeof(client), "%.46s %.16s", c->caller.client, p->mech);
	c->s->prm.net.login(c->s->prm.service, &name, on_login, st);
}

static void work(void *arg)
{
	struct fx_conn_step *st = arg;

	st->rc = fx_auth_step(st->auth, st->in, st->in_len, &st->out, &st->why);
}

static void worked(void *arg)
{
	struct fx_conn_step *st = arg;
	struct fx_conn *c = st->conn;
	bool more;

	if (!c) {
		(void)fx_auth_free(st->auth);
		(void)step_free(st);
		return;
	}
	st->rc = st->job.err ? st->job.err : st->rc;
	more = st->rc > 0;
	if (more && st->hdr.type == FX_PDU_AUTH3) {
		st->rc = fx_fail(&st->why, FX_EPROTO, "the last token is not the last");
	}
	if (st->rc == 0) {
		log_in(c, st);
		return;
	}
	if (more && st->rc > 0) {
		c->who = FX_WHO_WAITING;
		put_ack(c, &st->hdr, &st->ack, &st->out);
	} else {
		char type[16];

		fx_conn_refused(c, "%s: %s", fx_auth_type_str(st->auth->type, type),
				*st->why.text ? st->why.text : fx_error_str(st->rc));
		refuse(c, &st->hdr);
	}
	c->step = NULL;
	(void)step_free(st);
	go_on(c);
}

static int start_step(struct fx_conn *c, const struct fx_pdu_hdr *h,
		      const struct fx_sec_trailer *t, const struct fx_pdu_ack *ack)
{
	struct fx_conn_step *st = fx_zalloc(sizeof(*st));
	int err;

	if (!st) {
		return FX_ENOMEM;
	}
	st->conn = c;
	st->auth = c->sec.auth;
	st->hdr = *h;
	st->ack = *ack;
	st->in = fx_memdup(t->token, h->auth_len);
	st->in_len = h->auth_len;
	st->out.max = FX_AUTH_TOKEN_MAX;
	err = st->in ? fx_gate_work(c->s->handshakes, &st->job, work, worked, st) : FX_ENOMEM;
	if (err) {
		(void)step_free(st);
		return err;
	}
	c->step = st;
	c->who = FX_WHO_ASKED;
	return 0;
}

/* --- what comes in --- */

/* The first token: is its kind offered, and its level enough? */
static bool accept_kind(struct fx_conn *c, const struct fx_pdu_hdr *h,
			const struct fx_sec_trailer *t)
{
	const struct fx_rpc_net_prm *prm = &c->s->prm.net;
	unsigned least = c->local ? prm->local_min_level : prm->min_level;
	char type[16];
	int err;

	if (t->level < least) {
		fx_conn_refused(c, "level %s, but [rpc] %s = %s; let the client use %s, or lower "
				"that setting", fx_auth_level_str(t->level), c->local ?
				"local_min_level" : "min_level", fx_auth_level_str(least),
				fx_auth_level_str(least));
		refuse(c, h);
		return false;
	}
	err = c->door == FX_DOOR_TCP && prm->accept && prm->login ?
		      prm->accept(prm->accept_arg, t->type, t->level, &c->sec.auth) : FX_ENOSYS;
	if (err) {
		fx_conn_refused(c, "authentication by %s at level %u: %s; see [rpc] auth",
				fx_auth_type_str(t->type, type), t->level, fx_error_str(err));
		if (h->type == FX_PDU_BIND) {
			c->who = FX_WHO_REFUSED;
			put_nak(c, h, FX_NAK_AUTH_TYPE);
		} else {
			refuse(c, h);
		}
		return false;
	}
	c->sec.context_id = t->context_id;
	c->sec.header_sign = h->flags & FX_PDU_HEADER_SIGN;
	return true;
}

/* A token belongs to the one security context of this connection, or begins it. */
static void on_token(struct fx_conn *c, const struct fx_pdu_hdr *h,
		     const struct fx_sec_trailer *t, const struct fx_pdu_ack *ack)
{
	bool begins = c->who == FX_WHO_NOBODY && h->type != FX_PDU_AUTH3;
	bool goes_on = c->who == FX_WHO_WAITING && h->type != FX_PDU_BIND;

	if (begins ? !accept_kind(c, h, t) : false) {
		return;
	}
	if (!begins && (!goes_on || t->type != (uint8_t)c->sec.auth->type ||
			t->level != (uint8_t)c->sec.auth->level ||
			t->context_id != c->sec.context_id)) {
		fx_conn_refused(c, "a second security context, or a token out of turn");
		fx_conn_fault(c, h->minor, h->call_id, 0, true, FX_FAULT_ACCESS_DENIED);
		fx_conn_close(c, "a token out of turn");
		return;
	}
	if (c->request.active || c->over.active) {
		/* what was said before the login is not part of what is said after it */
		fx_conn_doom(c, "a token amid a request");
		return;
	}
	if (start_step(c, h, t, ack)) {
		fx_conn_doom(c, "out of memory");
	}
}

static void answer_bind(struct fx_conn *c, const struct fx_pdu_hdr *h,
			const struct fx_sec_trailer *t, const struct fx_pdu_bind *b)
{
	struct fx_pdu_ack ack = {0};
	bool bind = h->type == FX_PDU_BIND;

	if (bind && (b->max_recv < FX_PDU_FRAG_MIN || choose_group(c, b->assoc_group) != 0)) {
		put_nak(c, h, FX_NAK_REASON_NONE);
		return;
	}
	if (bind) {
		c->max_frag = b->max_recv < FX_PDU_FRAG_MAX ? b->max_recv : FX_PDU_FRAG_MAX;
		if (c->who == FX_WHO_KNOWN && join(c) != 0) {
			put_nak(c, h, FX_NAK_REASON_NONE);
			return;
		}
		c->bound = true;
	}
	negotiate(c, b, &ack);
	ack.max_xmit = c->max_frag;
	ack.max_recv = b->max_xmit >= FX_PDU_FRAG_MIN && b->max_xmit < FX_PDU_FRAG_MAX
			       ? b->max_xmit : FX_PDU_FRAG_MAX;
	ack.assoc_group = c->group;
	if (t) {
		on_token(c, h, t, &ack);
	} else {
		put_ack(c, h, &ack, NULL);
	}
}

static void on_auth3(struct fx_conn *c, const struct fx_pdu_hdr *h,
		     const struct fx_sec_trailer *t)
{
	static const struct fx_pdu_ack none;

	if (c->door == FX_DOOR_UNIX) {
		return; /* nothing was negotiated that it could complete */
	}
	if (c->who == FX_WHO_REFUSED) {
		return;
	}
	if (!t || c->who != FX_WHO_WAITING) {
		fx_conn_doom(c, "auth3 out of turn");
		return;
	}
	on_token(c, h, t, &none);
}

void fx_conn_bind(struct fx_conn *c, const struct fx_pdu_hdr *h, const uint8_t *pdu)
{
	size_t len = h->frag_len - FX_PDU_HDR_SIZE;
	struct fx_sec_trailer t;
	struct fx_pdu_bind b;
	int err = 0;

	if (h->auth_len && c->door == FX_DOOR_UNIX && h->type != FX_PDU_AUTH3) {
		/* Who calls is known from the socket; there is nothing to negotiate. */
		fx_pdu_nak_put(&c->out, h->call_id, FX_NAK_AUTH_TYPE);
		return;
	}
	if (h->auth_len) {
		err = fx_sec_trailer_get(h, pdu, &t);
		len = err ? 0 : t.at - t.pad - FX_PDU_HDR_SIZE;
	}
	if (err) {
		fx_conn_doom(c, "malformed security trailer");
	} else if (h->type == FX_PDU_AUTH3) {
		on_auth3(c, h, h->auth_len ? &t : NULL);
	} else if ((h->type == FX_PDU_BIND) != !c->bound ||
		   fx_pdu_bind_get(pdu + FX_PDU_HDR_SIZE, len, &b) != 0) {
		fx_conn_doom(c, "malformed bind");
	} else {
		answer_bind(c, h, h->auth_len ? &t : NULL, &b);
	}
}
