/* SPDX-License-Identifier: Apache-2.0 */
/* Making a connection: where to, as whom, and what is said when it does not work. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "clients/common/conn.h"
#include "clients/common/epm.h"
#include "clients/common/login.h"

#define STUB_MAX       ((size_t)256 << 20) /* an answer: 100,000 jobs fit */
#define OP_GET_VERSION 37

/* All that one attempt needs. */
struct dial {
	struct fx_client_place place;
	char where[300]; /* for sentences */
	uint32_t timeout_ms;
	uint32_t assoc_group;
	struct fx_login login;
	struct fx_reason why; /* of the room below; behind a colon or in brackets */
};

static void name_place(struct dial *d)
{
	const struct fx_client_place *p = &d->place;

	if (!p->remote) {
		(void)snprintf(d->where, sizeof(d->where), "%s", p->path);
	} else if (!*p->port) {
		(void)snprintf(d->where, sizeof(d->where), "%s", p->host);
	} else {
		(void)snprintf(d->where, sizeof(d->where),
			       strchr(p->host, ':') ? "[%s]:%s" : "%s:%s", p->host, p->port);
	}
}

static const char *words(const struct dial *d, int err)
{
	return *d->why.text ? d->why.text : fx_error_str(err);
}

/* --- what is said --- */

static uint32_t unreachable(const struct dial *d, int err, struct fx_reason *reterr)
{
	fx_reason_set(
		reterr,
		d->place.remote ?
			"No fax service answers at %s (%s). Is casellid running there, and does it "
			"listen on the network?" :
			"No fax service answers at %s (%s). Start it with `casellid`, or name it "
			"with "
			"CASELLI_SERVER.",
		d->where, words(d, err));
	return FX_W_SERVER_UNAVAILABLE;
}

/* What `caselli login` is to be given: with the port, when no endpoint mapper was asked for it. */
static const char *login_at(const struct dial *d)
{
	return *d->place.port ? d->where : d->place.host;
}

static uint32_t refused(const struct dial *d, struct fx_reason *reterr)
{
	if (!d->place.remote) {
		fx_reason_set(reterr,
			      "You may not use the fax service at %s; its administrator can "
			      "permit it.",
			      d->where);
	} else if (*d->login.user && d->login.level < FX_AUTH_LEVEL_PRIVACY) {
		fx_reason_set(reterr,
			      "%s refuses the login of %s at level %s, which may be too low "
			      "(CASELLI_AUTH_LEVEL); or name or password is wrong, or this user "
			      "may not use the service.",
			      d->where, d->login.user, fx_auth_level_str(d->login.level));
	} else if (*d->login.user) {
		fx_reason_set(reterr,
			      "%s refuses the login of %s: name or password is wrong, or this user "
			      "may not use the service%s%s. To give another: caselli login %s",
			      d->where, d->login.user, *d->why.text ? "; " : "", d->why.text,
			      login_at(d));
	} else if (*d->why.text) {
		fx_reason_set(reterr,
			      "There is no login for %s (%s). To log in: caselli login %s, or "
			      "kinit",
			      d->where, d->why.text, login_at(d));
	} else {
		/* a ticket or a session was there */
		fx_reason_set(reterr,
			      "%s refuses the login of who is logged in here, at level %s: this "
			      "user may not use the service, the level is too low, or the service "
			      "has no key for host/%s; its log says which. To give another: "
			      "caselli login %s",
			      d->where, fx_auth_level_str(d->login.level), d->place.host,
			      login_at(d));
	}
	return FX_W_ACCESS_DENIED;
}

static uint32_t say(const struct dial *d, uint32_t code, int err, struct fx_reason *reterr)
{
	fx_reason_set(reterr, "Cannot connect to the fax service at %s: %s.", d->where,
		      words(d, err));
	return code;
}

static uint32_t link_code(const struct dial *d, const struct fx_channel *l, int err,
			  struct fx_reason *reterr)
{
	char type[16];

	switch (l->state) {
	case FX_CHANNEL_FORGED:
		fx_reason_set(reterr,
			      "The answers from %s do not come from the server that was "
			      "logged in to: they are forged or damaged.",
			      d->where);
		return FX_W_SEC_PKG_ERROR;
	case FX_CHANNEL_REFUSED:
		return err == FX_ENOMEM ? FX_W_NOT_ENOUGH_MEMORY :
		       err == FX_ENOSYS ? say(d, FX_W_UNKNOWN_AUTHN_SERVICE, err, reterr) :
					  refused(d, reterr);
	case FX_CHANNEL_AUTH_TYPE:
		fx_reason_set(reterr, "%s does not take a login by %s at level %s.", d->where,
			      fx_auth_type_str(d->login.type, type),
			      fx_auth_level_str(d->login.level));
		return FX_W_UNKNOWN_AUTHN_SERVICE;
	case FX_CHANNEL_BUSY:
		fx_reason_set(reterr,
			      "The fax service at %s has too many connections; try again "
			      "later.",
			      d->where);
		return FX_W_SERVER_TOO_BUSY;
	case FX_CHANNEL_IFACE:
		fx_reason_set(reterr, "What answers at %s is no fax service.", d->where);
		return FX_W_UNKNOWN_IF;
	case FX_CHANNEL_OK:
	case FX_CHANNEL_DEAD:
	case FX_CHANNEL_NAK:
		break;
	}
	if (err == FX_ENOMEM) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	/* it listened but did not answer in time, or hung up: nobody serves there */
	return err == FX_EPIPE || err == FX_ETIMEDOUT ? unreachable(d, err, reterr) :
							say(d, fx_client_code(err), err, reterr);
}

/* --- the endpoint mapper --- */

static const char *mapper_port(void)
{
	const char *port = getenv("CASELLI_ENDPOINT_MAPPER");
	int64_t n;

	return port && fx_parse_i64(port, 1, 65535, &n) == 0 ? port : FX_EPM_PORT;
}

static struct fx_pdu_syntax syntax_of(const struct fx_ms_iface *i)
{
	struct fx_pdu_syntax s = {.major = i->major, .minor = i->minor};

	memcpy(s.uuid, i->uuid.b, sizeof(s.uuid));
	return s;
}

static int ask_mapper(struct dial *d, uint16_t *ret_port)
{
	struct fx_channel_prm prm = {.ifaces = &fx_epm_iface, .n_ifaces = 1};
	const struct fx_pdu_syntax fax = syntax_of(&fx_ms_fax_iface);
	struct fx_transport *t = NULL;
	uint32_t accepted, fault = 0;
	struct fx_channel l;
	size_t at;
	int err = fx_transport_tcp(d->place.host, mapper_port(), d->timeout_ms, &t, &d->why);

	if (err) {
		return err;
	}
	err = fx_channel_init(&l, t, FX_EPM_STUB_MAX);
	if (err) {
		t->ops->close(t);
		return err;
	}
	err = fx_channel_bind(&l, &prm, &accepted, NULL);
	if (!err) {
		at = fx_channel_begin(&l);
		fx_epm_map_put(&l.out, &fax);
		err = fx_channel_call(&l, at, 0, FX_EPM_OP_MAP, &fault);
	}
	if (!err) {
		err = fault ? FX_EPROTO :
			      fx_epm_map_get(l.answer.stub.data, l.answer.stub.len, &fax, ret_port);
	}
	if (err == FX_ENOENT) {
		fx_reason_set(&d->why, "no fax service is registered there");
	}
	fx_channel_fini(&l);
	return err;
}

static uint32_t find_port(struct dial *d, struct fx_reason *reterr)
{
	uint16_t port = 0;
	int err = ask_mapper(d, &port);

	if (err == FX_ENOMEM) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	if (err) {
		fx_reason_set(reterr,
			      "%s does not say at which port its fax service is: its endpoint "
			      "mapper at port %s: %s. Name the port: %s:PORT",
			      d->where, mapper_port(), words(d, err), d->where);
		return FX_W_SERVER_UNAVAILABLE;
	}
	(void)snprintf(d->place.port, sizeof(d->place.port), "%u", port);
	name_place(d);
	return 0;
}

/* --- connecting --- */

static int new_auth(struct dial *d, struct fx_auth **ret)
{
	const struct fx_auth_client_prm prm = {.type = d->login.type,
					       .level = d->login.level,
					       .host = d->place.host,
					       .user = d->login.user,
					       .domain = d->login.domain,
					       .password = d->login.password};

	*ret = NULL;
	return d->place.remote ? fx_auth_initiate(&prm, ret, &d->why) : 0;
}

/*
 * The last token of NTLM has no answer of its own: whether the login holds shows in the first
 * call. FAX_GetVersion is one that every server answers, or refuses behind a signature.
 */
static int prove(struct fx_client *c)
{
	const struct fx_ms_val in[FX_MS_PARAMS_MAX] = {0};
	struct fx_channel *l = &c->channel;
	struct fx_ndr_wr w;
	uint32_t fault = 0;
	size_t at;
	int err;

	if (!l->asked_last) {
		return 0;
	}
	at = fx_channel_begin(l);
	w = fx_ndr_wr_init(&l->out);
	fx_ms_put_params(&w, fx_ms_fax_iface.ops[OP_GET_VERSION].in, in, FX_TEXT_UTF8);
	err = fx_channel_call(l, at, 0, OP_GET_VERSION, &fault);
	if (!err && fault && !l->proven &&
	    (fault == FX_FAULT_ACCESS_DENIED || fault == FX_W_SEC_PKG_ERROR)) {
		l->state = FX_CHANNEL_REFUSED;
		err = FX_EACCES;
	}
	if (err == FX_EPIPE && !l->proven) {
		/* some servers hang up on a wrong password */
		l->state = FX_CHANNEL_REFUSED;
		err = FX_EACCES;
	}
	return err;
}

static int bind_client(struct dial *d, struct fx_client *c, struct fx_transport *t)
{
	const struct fx_pdu_syntax ifaces[] = {syntax_of(&fx_ms_fax_iface),
					       syntax_of(&fx_ms_caselli_iface)};
	struct fx_channel_prm prm = {
		.ifaces = ifaces, .n_ifaces = 2, .assoc_group = d->assoc_group};
	uint32_t accepted = 0;
	int err = fx_channel_init(&c->channel, t, STUB_MAX);

	if (err) {
		t->ops->close(t);
		return err;
	}
	err = new_auth(d, &prm.take_auth);
	if (err) {
		c->channel.state = FX_CHANNEL_REFUSED;
		return err;
	}
	err = fx_channel_bind(&c->channel, &prm, &accepted, &d->why);
	c->has_caselli = accepted & 2;
	return err ? err : prove(c);
}

static struct fx_client *new_client(const struct dial *d)
{
	struct fx_client *c = fx_zalloc(sizeof(*c));

	if (c) {
		atomic_init(&c->refs, 1);
		fx_lock_init(&c->lock);
		c->place = d->place;
	}
	return c;
}

/* d->place and d->login are known. */
static uint32_t dial(struct dial *d, struct fx_client **ret, struct fx_reason *reterr)
{
	struct fx_transport *t = NULL;
	struct fx_client *c;
	uint32_t code = d->place.remote && !*d->place.port ? find_port(d, reterr) : 0;
	int err;

	if (code) {
		return code;
	}
	c = new_client(d);
	if (!c) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	err = d->place.remote ?
		      fx_transport_tcp(d->place.host, d->place.port, d->timeout_ms, &t, &d->why) :
		      fx_transport_unix(d->place.path, d->timeout_ms, &t);
	if (err) {
		code = err == FX_ENOMEM ? FX_W_NOT_ENOUGH_MEMORY :
		       !d->place.remote && err == FX_EACCES ?
					  refused(d, reterr) :
		       d->place.remote || fx_client_code(err) == FX_W_SERVER_UNAVAILABLE ||
				       err == FX_EPIPE || err == FX_ETIMEDOUT ?
					  unreachable(d, err, reterr) :
					  say(d, fx_client_code(err), err, reterr);
	} else {
		err = bind_client(d, c, t);
		code = err ? link_code(d, &c->channel, err, reterr) : 0;
	}
	if (code) {
		(void)fx_client_free(c);
		return code;
	}
	*ret = c;
	return 0;
}

static uint32_t find_login(struct dial *d, struct fx_reason *reterr)
{
	int err = d->place.remote ? fx_login_find(d->place.host, d->place.port, &d->login, reterr) :
				    0;

	return err == FX_EACCES ? FX_W_ACCESS_DENIED :
	       err == FX_ENOMEM ? FX_W_NOT_ENOUGH_MEMORY :
	       err              ? FX_W_INVALID_PARAMETER :
				  0;
}

static uint32_t resolve(const char *server, uint32_t timeout_ms, struct dial *ret,
			struct fx_reason *reterr)
{
	uint32_t code = fx_client_resolve(server, &ret->place);

	if (code) {
		fx_reason_set(reterr, "\"%s\" is not the name of a fax server.", fx_text(server));
		return code;
	}
	ret->timeout_ms = timeout_ms ? timeout_ms : FX_CLIENT_TIMEOUT_MS;
	name_place(ret);
	return 0;
}

uint32_t fx_client_connect(const char *server, uint32_t timeout_ms, struct fx_client **ret,
			   struct fx_reason *reterr)
{
	struct dial d = {0};
	uint32_t code = resolve(server, timeout_ms, &d, reterr);

	code = code ? code : find_login(&d, reterr);
	code = code ? code : dial(&d, ret, reterr);
	fx_login_wipe(&d.login);
	return code;
}

uint32_t fx_client_connect_again(struct fx_client *first, uint32_t timeout_ms,
				 struct fx_client **ret, struct fx_reason *reterr)
{
	struct dial d = {.place = first->place,
			 .timeout_ms = timeout_ms ? timeout_ms : FX_CLIENT_TIMEOUT_MS};
	uint32_t code;

	name_place(&d);
	d.assoc_group = d.place.remote && !fx_client_broken(first) ? first->channel.assoc_group : 0;
	code = find_login(&d, reterr);
	code = code ? code : dial(&d, ret, reterr);
	if (code == FX_W_RPC_PROTOCOL_ERROR && d.assoc_group) {
		/* the group may have ended between the two */
		d.assoc_group = 0;
		code = dial(&d, ret, reterr);
	}
	fx_login_wipe(&d.login);
	return code;
}

/* --- credentials that are kept --- */

#ifdef _WIN32
uint32_t fx_client_login(const char *server, const char *user, const char *password,
			 struct fx_reason *reterr)
{
	fx_reason_set(reterr, "Windows logs in as the user of the session; CASELLI_USER and "
			      "CASELLI_PASSWORD_FILE name another.");
	return FX_W_NOT_SUPPORTED;
}

uint32_t fx_client_logout(const char *server, struct fx_reason *reterr)
{
	return fx_client_login(server, NULL, NULL, reterr);
}
#else
/* The section of the file: HOST, or HOST:PORT when the port was named. */
static uint32_t keep(struct dial *d, const struct fx_login *l, struct fx_reason *reterr)
{
	char name[sizeof(d->where)];
	int err;

	if (!d->place.remote) {
		fx_reason_set(reterr,
			      "%s is on this machine: it knows who you are without a login.",
			      d->where);
		return FX_W_NOT_SUPPORTED;
	}
	(void)snprintf(name, sizeof(name), "%s", d->where);
	err = fx_login_file_put(name, l, reterr);
	if (err == FX_ENOENT) {
		fx_reason_set(reterr, "No login is kept for %s.", name);
		return FX_W_FILE_NOT_FOUND;
	}
	return fx_client_code(err);
}

uint32_t fx_client_login(const char *server, const char *user, const char *password,
			 struct fx_reason *reterr)
{
	struct fx_client *c = NULL;
	struct dial d = {0}, named;
	uint32_t code = resolve(server, 0, &d, reterr);

	named = d;
	if (!code && d.place.remote) {
		if (!fx_login_set_user(&d.login, fx_text(user)) ||
		    strlen(fx_text(password)) >= sizeof(d.login.password)) {
			fx_reason_set(reterr,
				      "\"%s\" is no user name, or the password is too long.",
				      fx_text(user));
			code = FX_W_INVALID_PARAMETER;
		} else {
			fx_strlcpy(d.login.password, fx_text(password), sizeof(d.login.password));
			code = fx_login_choices(&d.login, reterr) ? FX_W_INVALID_PARAMETER :
								    dial(&d, &c, reterr);
		}
	}
	code = code ? code : keep(&named, &d.login, reterr);
	(void)fx_client_unref(c);
	fx_login_wipe(&d.login);
	return code;
}

uint32_t fx_client_logout(const char *server, struct fx_reason *reterr)
{
	struct dial d = {0};
	uint32_t code = resolve(server, 0, &d, reterr);

	return code ? code : keep(&d, NULL, reterr);
}
#endif
