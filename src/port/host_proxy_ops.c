/* SPDX-License-Identifier: Apache-2.0 */
/* A provider host as a provider: what the port table asks goes out as messages. */
#include "port/host_proxy_priv.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "port/host_spawn.h"

#define END_WAIT_MS 500

static const struct fx_provider_ops proxy_ops;

static struct fx_proxy *proxy_of(struct fx_provider *p)
{
	FX_ASSERT(p->ops == &proxy_ops);
	return FX_CONTAINER(p, struct fx_proxy, base);
}

static int op_dial(struct fx_provider *base, const char *line, uint64_t call,
		   const struct fx_dial *d)
{
	struct fx_proxy *p = proxy_of(base);
	struct fx_proxy_line *l = fx_proxy_find_line(p, line);
	struct fx_host_msg *m;
	struct fx_proxy_call *c;
	int err;

	if (!p->chan || !p->serving || !l || !l->info.online) {
		return FX_ENODEV;
	}
	if (l->call) {
		return FX_EBUSY;
	}
	if (!(call & 1) || fx_proxy_find_call(p, call) || !d->n_docs ||
	    d->n_docs > FX_CALL_DOCS_MAX) {
		return FX_EINVAL;
	}
	m = fx_zalloc(sizeof(*m)); /* 5 KB: not on the stack of whoever calls */
	c = m ? fx_proxy_add_call(p, l, call) : NULL;
	if (!c) {
		(void)fx_free(m);
		return FX_ENOMEM;
	}
	m->type = FX_HOST_DIAL;
	m->call = call;
	(void)fx_strlcpy(m->line, line, sizeof(m->line));
	m->dial = *d;
	err = fx_chan_send(p->chan, m);
	if (err) {
		fx_proxy_drop_call(p, c);
	}
	(void)fx_free(m);
	return err == FX_EPIPE ? FX_ENODEV : err;
}

/* A broken channel ends all calls soon: to the caller the message is on its way. */
static int send_op(struct fx_proxy *p, const struct fx_host_msg *m)
{
	int err = p->chan ? fx_chan_send(p->chan, m) : FX_ENOENT;

	return err == FX_EPIPE ? 0 : err;
}

static int op_answer(struct fx_provider *base, uint64_t call, const struct fx_answer *a)
{
	struct fx_proxy *p = proxy_of(base);
	struct fx_proxy_call *c = fx_proxy_find_call(p, call);
	struct fx_host_msg m = {.type = FX_HOST_ANSWER, .call = fx_proxy_inside(call)};
	int err;

	if (!c) {
		return FX_ENOENT;
	}
	if (call & 1 || c->decided) {
		return FX_ESTATE;
	}
	m.answer = *a;
	err = send_op(p, &m);
	c->decided = !err;
	return err;
}

static int op_simple(struct fx_provider *base, enum fx_host_type type, uint64_t call)
{
	struct fx_proxy *p = proxy_of(base);
	struct fx_proxy_call *c = fx_proxy_find_call(p, call);
	struct fx_host_msg m = {.type = type, .call = fx_proxy_inside(call)};

	if (!c) {
		return FX_ENOENT;
	}
	if (type == FX_HOST_REJECT && (call & 1 || c->decided)) {
		return FX_ESTATE;
	}
	c->decided = true;
	return send_op(p, &m);
}

static int op_reject(struct fx_provider *base, uint64_t call)
{
	return op_simple(base, FX_HOST_REJECT, call);
}

static int op_hangup(struct fx_provider *base, uint64_t call)
{
	return op_simple(base, FX_HOST_HANGUP, call);
}

static int op_page_ack(struct fx_provider *base, uint64_t call, uint32_t page, bool ok)
{
	struct fx_proxy *p = proxy_of(base);
	struct fx_host_msg m = {.type = FX_HOST_PAGE_ACK, .call = fx_proxy_inside(call),
				.ack = {.page = page, .ok = ok}};

	return fx_proxy_find_call(p, call) ? send_op(p, &m) : FX_ENOENT;
}

static void op_close(struct fx_provider *base)
{
	struct fx_proxy *p = proxy_of(base);
	size_t i;

	fx_trace_unwatch(&p->watch);
	/* A closed socket is the sign to hang up and end. */
	p->chan = fx_chan_free(p->chan);
	if (p->pid) {
		fx_host_end(p->pid, p->serving ? END_WAIT_MS : 0);
	}
	p->restart = fx_timer_free(p->restart);
	p->ping = fx_timer_free(p->ping);
	p->retire = fx_timer_free(p->retire);
	FX_LIST_EACH_SAFE(&p->calls, it) {
		fx_proxy_drop_call(p, FX_CONTAINER(it, struct fx_proxy_call, link));
	}
	for (i = 0; p->argv && p->argv[i]; i++) {
		(void)fx_free(p->argv[i]);
	}
	(void)fx_free(p->argv);
	(void)fx_free(p->lines);
	(void)fx_free(p->name);
	(void)fx_free(p->settings);
	(void)fx_free(p);
}

static int op_open(const struct fx_provider_env *env, struct fx_provider **ret,
		   struct fx_reason *reterr)
{
	(void)env, (void)ret;
	return fx_fail(reterr, FX_ENOSYS, "a provider host needs a program");
}

static const struct fx_provider_ops proxy_ops = {
	.abi = FX_PROVIDER_ABI,
	.name = "host",
	.open = op_open,
	.dial = op_dial,
	.answer = op_answer,
	.reject = op_reject,
	.hangup = op_hangup,
	.page_ack = op_page_ack,
	.close = op_close,
};

static int copy_argv(struct fx_proxy *p, char *const argv[])
{
	size_t n = 0, i;

	while (argv[n]) {
		n++;
	}
	p->argv = fx_calloc(n + 1, sizeof(char *));
	if (!p->argv) {
		return FX_ENOMEM;
	}
	for (i = 0; i < n; i++) {
		p->argv[i] = fx_strdup(argv[i]);
		if (!p->argv[i]) {
			return FX_ENOMEM;
		}
	}
	return 0;
}

int fx_host_open(const struct fx_provider_env *env, const char *provider, char *const argv[],
		 struct fx_provider **ret, struct fx_reason *reterr)
{
	struct fx_proxy *p = fx_zalloc(sizeof(*p));
	int err = p ? 0 : FX_ENOMEM;

	if (p) {
		p->base.ops = &proxy_ops;
		p->env = *env;
		p->max_calls = FX_HOST_CALLS;
		fx_list_init(&p->calls);
		p->watch.fn = fx_proxy_send_trace;
		p->watch.arg = p;
		fx_trace_watch(&p->watch);
		p->name = fx_strdup(provider);
		p->settings = fx_strdup(fx_text(env->settings));
		err = p->name && p->settings ? copy_argv(p, argv) : FX_ENOMEM;
		p->env.settings = NULL;
	}
	err = err ? err : fx_proxy_init(p);
	if (err) {
		fx_reason_set(reterr, "provider host: %s", fx_error_str(err));
	} else {
		err = fx_proxy_start(p, reterr);
	}
	if (err) {
		if (p) {
			op_close(&p->base);
		}
		return err;
	}
	*ret = &p->base;
	return 0;
}

int fx_host_pid(struct fx_provider *base)
{
	return base->ops == &proxy_ops ? (int)proxy_of(base)->pid : 0;
}

void fx_host_set_calls(struct fx_provider *base, uint32_t n)
{
	if (base->ops == &proxy_ops) {
		proxy_of(base)->max_calls = n;
	}
}

struct open_ctx {
	const char *provider;
	char *const *argv;
};

static int open_slot(void *arg, const struct fx_provider_env *env, struct fx_provider **ret,
		     struct fx_reason *reterr)
{
	const struct open_ctx *c = arg;

	return fx_host_open(env, c->provider, c->argv, ret, reterr);
}

int fx_ports_add_host(struct fx_ports *t, const char *provider, char *const argv[],
		      const char *settings, struct fx_reason *reterr)
{
	struct open_ctx c = {provider, argv};

	return fx_ports_add_slot(t, provider, settings, open_slot, &c, reterr);
}

int fx_ports_host_pid(struct fx_ports *t, const char *provider)
{
	struct fx_provider_slot *slot = fx_ports_slot(t, provider);

	return slot ? fx_host_pid(slot->p) : 0;
}

void fx_ports_set_host_calls(struct fx_ports *t, const char *provider, uint32_t n)
{
	struct fx_provider_slot *slot = fx_ports_slot(t, provider);

	if (slot) {
		fx_host_set_calls(slot->p, n);
	}
}
