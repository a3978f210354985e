/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/iface/subscribe.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "service/accounts.h"

#define NAME_MAX_CHARS     256u /* machine name, ms-fax.md 6.1 */
#define ENDPOINT_MAX_CHARS 10u

struct fx_subscription {
	struct fx_link link; /* fx_rpc_env.subscriptions */
	struct fx_rpc_env *env;
	struct fx_caller caller;
	struct fx_event_wish wish;
	struct fx_icall *opening; /* the call that waits for the way to the client */
	struct fx_callout *out;   /* NULL: it failed, nothing is sent any more */
	bool idle;                /* it may take an event */
	uint64_t since;
	struct fx_event_watch watch;
	struct fx_event last;     /* CONFIG: the kinds in `last.what` are still to be told */
	bool in_last;
};

static struct fx_event_log *log_of(const struct fx_subscription *s)
{
	return fx_service_log(s->env->service);
}

void fx_subscription_free(struct fx_subscription *s)
{
	if (s) {
		fx_event_log_unwatch(&s->watch);
		s->out = fx_callout_free(s->out);
		fx_list_remove(&s->link);
		(void)fx_free(s);
	}
}

/* ---- events on their way ---- */

/* The next of the log, a kind of configuration at a time. @return false: there is none now */
static bool next_event(struct fx_subscription *s, unsigned *config)
{
	struct fx_event_query q = {.caller = &s->caller, .kinds = fx_event_kinds(&s->wish)};
	bool lost = false;

	if (!s->in_last) {
		s->in_last = fx_event_log_read(log_of(s), &q, &s->since, &s->last, 1, &lost) == 1;
	}
	if (lost) {
		fx_log(FX_LOG_WARN, "rpc: events for %s are lost: it takes them too slowly",
		       s->caller.client);
	}
	if (!s->in_last) {
		return false;
	}
	*config = 0;
	if (s->last.kind == FX_EVENT_CONFIG && s->last.what) {
		while (!(s->last.what & 1u << *config)) {
			++*config;
		}
		s->last.what &= ~(1u << *config);
		s->in_last = s->last.what != 0;
	} else {
		s->in_last = false;
	}
	return true;
}

/* @return 0 on its way, FX_ENOENT: nothing that this client wants, or why not */
static int send_event(struct fx_subscription *s, const struct fx_event *e, unsigned config)
{
	struct fx_ms_event legacy;
	struct fx_buf b = {0};
	int err = FX_ENOENT;

	if (!s->wish.mask) {
		return fx_event_legacy(e, &legacy) ? fx_callout_event(s->out, &legacy) : FX_ENOENT;
	}
	if (fx_event_extended(s->env->service, &s->wish, e, config, &b)) {
		err = fx_callout_event_ex(s->out, b.data, (uint32_t)b.len);
	}
	fx_buf_fini(&b);
	return err;
}

static void pump(struct fx_subscription *s)
{
	unsigned config;

	while (s->idle && next_event(s, &config)) {
		struct fx_event e = s->last;

		s->idle = send_event(s, &e, config) != 0;
	}
	if (s->idle && s->out) {
		fx_event_log_watch(log_of(s), &s->watch);
	}
}

static void on_event(void *arg)
{
	pump(arg);
}

/* ---- the way to the client ---- */

static void opened(struct fx_subscription *s, int err, const struct fx_reason *why)
{
	struct fx_icall *call = s->opening;
	struct fx_handle *h = NULL;

	s->opening = NULL;
	call->cancel = NULL;
	if (!err) {
		err = fx_icall_new_handle(call, 0, FX_P_CTX_EVTX, &h);
	}
	if (err) {
		fx_log(FX_LOG_WARN, "rpc: client=\"%s\" cannot be told of events: %s",
		       s->caller.client, why->text[0] ? why->text : fx_error_str(err));
		fx_subscription_free(s);
		fx_icall_finish(call, err == FX_EACCES  ? FX_W_ACCESS_DENIED :
				      err == FX_ENOMEM ? FX_W_OUTOFMEMORY :
							 FX_W_SERVER_UNAVAILABLE);
		return;
	}
	h->subscription = s;
	s->idle = true;
	fx_icall_finish(call, FX_W_SUCCESS);
	pump(s);
}

static void on_ready(void *arg, int err, const struct fx_reason *why)
{
	struct fx_subscription *s = arg;

	if (s->opening) {
		opened(s, err, why);
	} else if (!err) {
		s->idle = true;
		pump(s);
	} else {
		fx_log(FX_LOG_INFO, "rpc: client=\"%s\" is told of events no more: %s",
		       s->caller.client, why->text);
		s->out = fx_callout_free(s->out);
		s->idle = false;
		fx_event_log_unwatch(&s->watch);
	}
}

static struct fx_subscription *of_call(struct fx_icall *call)
{
	FX_LIST_EACH(&call->assoc->env->subscriptions, it) {
		struct fx_subscription *s = FX_CONTAINER(it, struct fx_subscription, link);

		if (s->opening == call) {
			return s;
		}
	}
	return NULL;
}

static void on_cancel(struct fx_icall *call)
{
	fx_subscription_free(of_call(call));
}

/* ---- the operations ---- */

struct request {
	const char *machine, *endpoint;
	uint64_t context;
	struct fx_event_wish wish;
};

static bool may_have_another(const struct fx_assoc *a)
{
	size_t all = 0, own = 0;

	FX_LIST_EACH(&a->env->subscriptions, it) {
		all++;
		own += FX_CONTAINER(it, struct fx_subscription, link)->caller.uid == a->caller.uid;
	}
	return all < FX_SUBSCRIPTIONS_MAX && own < FX_SUBSCRIPTIONS_USER_MAX;
}

/* ms-fax.md 9.5, rights EV */
static uint32_t check_rights(const struct fx_assoc *a, uint32_t mask)
{
	const uint32_t config = FX_MS_EVENT_CONFIG | FX_MS_EVENT_ACTIVITY;
	const uint32_t incoming = FX_MS_EVENT_IN_QUEUE | FX_MS_EVENT_NEW_CALL;
	int err = fx_service_check_any(&a->caller, "events");

	if (!err && mask & config) {
		err = fx_service_check(&a->caller, FX_RIGHT_CONFIG_QUERY, "events");
	}
	if (!err && mask & FX_MS_EVENT_DEVICE_STATUS) {
		err = fx_service_check(&a->caller, FX_RIGHT_PORT_QUERY, "events");
	}
	if (!err && mask & incoming && !fx_service_hears_incoming(a->env->service, &a->caller)) {
		err = fx_service_check(&a->caller, FX_RIGHT_JOB_QUERY, "events");
	}
	return err ? fx_win32(err) : FX_W_SUCCESS;
}

static size_t chars(const char *text)
{
	size_t n = 0;

	for (; *text; text++) {
		n += (*text & 0xC0) != 0x80;
	}
	return n;
}

/* @return the port, 0 = it is none */
static uint16_t port_of(const char *endpoint)
{
	char *end;
	unsigned long v = strtoul(endpoint, &end, 10);

	return *endpoint >= '0' && *endpoint <= '9' && !*end && v >= FX_CALLBACK_PORT_MIN &&
	       v <= UINT16_MAX ? (uint16_t)v : 0;
}

static int start(struct fx_icall *call, const struct request *r)
{
	const struct fx_assoc *a = call->assoc;
	const struct fx_rpc_callback *how = &a->env->callback;
	struct fx_subscription *s = fx_zalloc(sizeof(*s));
	struct fx_callout_prm prm = {
		.address = *a->caller.address ? a->caller.address : "127.0.0.1",
		.port = port_of(r->endpoint), .name = r->machine, .context = r->context,
		.login = how->login, .timeout_ms = how->timeout_ms,
		.ready = on_ready, .arg = s};
	int err;

	if (!s) {
		return FX_ENOMEM;
	}
	s->env = a->env;
	s->caller = a->caller;
	s->wish = r->wish;
	s->wish.caller = &s->caller;
	s->since = fx_event_log_next(log_of(s));
	s->watch = (struct fx_event_watch){.fn = on_event, .arg = s};
	fx_list_append(&a->env->subscriptions, &s->link);
	err = fx_callout_new(a->env->callouts, &prm, &s->out);
	if (err) {
		fx_subscription_free(s);
		return err;
	}
	s->opening = call;
	call->cancel = on_cancel;
	return 0;
}

static uint32_t subscribe(struct fx_icall *call, const struct request *r)
{
	const struct fx_assoc *a = call->assoc;
	uint32_t code = check_rights(a, r->wish.mask);
	int err;

	if (code) {
		return code;
	}
	if (chars(r->machine) > NAME_MAX_CHARS || chars(r->endpoint) > ENDPOINT_MAX_CHARS) {
		return FX_W_BAD_FORMAT;
	}
	if (!*r->machine || !port_of(r->endpoint)) {
		return FX_W_INVALID_PARAMETER;
	}
	if (a->env->callback.off) {
		return FX_W_ACCESS_DENIED;
	}
	err = may_have_another(a) ? start(call, r) : FX_ENOMEM;
	return err == FX_ENOMEM ? FX_W_OUTOFMEMORY : err ? fx_win32(err) : FX_LATER;
}

uint32_t fx_fax_subscribe(struct fx_icall *call)
{
	uint32_t extended = (uint32_t)call->in[4].u, mask = (uint32_t)call->in[5].u;
	struct request r = {.machine = fx_text(call->in[0].s.u8),
			    .endpoint = fx_text(call->in[1].s.u8),
			    .context = call->in[2].u, .wish = {.mask = extended ? mask : 0}};

	/* Extended events need at least one type that there is. */
	if (extended && (!mask || mask & ~FX_MS_EVENT_ALL)) {
		uint32_t code = check_rights(call->assoc, 0);

		return code ? code : FX_W_INVALID_PARAMETER;
	}
	return subscribe(call, &r);
}

/* An account is the caller's own: "user", "HOST\user" or NULL. */
uint32_t fx_fax_subscribe_account(struct fx_icall *call)
{
	uint32_t mask = (uint32_t)call->in[5].u, level = (uint32_t)call->in[6].u;
	struct request r = {.machine = fx_text(call->in[1].s.u8),
			    .endpoint = fx_text(call->in[2].s.u8),
			    .context = call->in[3].u,
			    .wish = {.mask = mask, .ex1 = true, .own_only = true}};

	if (level != 1 || !mask || mask & ~FX_MS_EVENT_ALL ||
	    !fx_service_account_is(call->assoc->env->service, &call->assoc->caller,
				   call->in[0].s.u8)) {
		uint32_t code = check_rights(call->assoc, 0);

		return code ? code : FX_W_INVALID_PARAMETER;
	}
	return subscribe(call, &r);
}

uint32_t fx_fax_unsubscribe(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_EVTX);

	if (h) {
		fx_icall_close_handle(call, h);
	}
	return h ? FX_W_SUCCESS : FX_W_INVALID_PARAMETER;
}
