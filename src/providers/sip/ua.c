/* SPDX-License-Identifier: Apache-2.0 */
/* The signalling thread: libre's loop, its sockets, and the way into it. */
#include "providers/sip/leg_priv.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "base/mem.h"
#include "base/str.h"

#define FDS_MAX 8192u
#define FDS_SPARE 2048u /* sockets of calls, files */
#define END_MS 1000

struct post {
	struct fx_link link;
	void (*fn)(void *arg);
	void *arg;
};
struct fx_ua_timer {
	struct tmr tmr;
	void (*fn)(void *arg);
	void *arg;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init_library(void)
{
	(void)libre_init();
	fx_noise_init();
}

/* ---- small conversions ---- */

void fx_sa_to(struct sockaddr_storage *dst, const struct sa *src)
{
	memset(dst, 0, sizeof(*dst));
	memcpy(dst, &src->u, src->len < sizeof(src->u) ? src->len : sizeof(src->u));
}

void fx_sa_from(struct sa *dst, const struct sockaddr_storage *src)
{
	if (sa_set_sa(dst, (const struct sockaddr *)src)) {
		sa_init(dst, AF_INET);
	}
}

enum sip_transp fx_transp(enum fx_sip_transport t)
{
	return t == FX_SIP_TLS ? SIP_TRANSP_TLS : t == FX_SIP_TCP ? SIP_TRANSP_TCP :
								   SIP_TRANSP_UDP;
}

int fx_err_of(int e)
{
	return !e ? 0 : e == ENOMEM ? FX_ENOMEM : e == EINVAL || e == EBADMSG ? FX_EINVAL : FX_EIO;
}

int fx_contact_print(struct re_printf *pf, const struct fx_contact *c)
{
	char user[FX_SIP_NAME_SIZE * 3];

	fx_sip_escape(user, sizeof(user), c->user);
	return re_hprintf(pf, "Contact: <sip:%s@%J%s>\r\n", user, c->addr,
			  sip_transp_param(c->tp));
}

uint64_t fx_ua_now_ms(void)
{
	return tmr_jiffies();
}

/* ---- into the thread ---- */

void fx_ua_post(struct fx_ua *ua, void (*fn)(void *arg), void *arg)
{
	struct post *p = fx_zalloc(sizeof(*p));
	bool wake;

	if (!p) {
		abort();
	}
	p->fn = fn;
	p->arg = arg;
	(void)pthread_mutex_lock(&ua->lock);
	fx_list_append(&ua->posts, &p->link);
	wake = !ua->woken && ua->wake;
	ua->woken |= wake;
	if (wake) {
		/* One is enough for all that wait: so its pipe can not be full. */
		(void)mqueue_push(ua->wake, 0, NULL);
	}
	(void)pthread_mutex_unlock(&ua->lock);
}

static void end_all(struct fx_ua *ua);

static void on_wake(int id, void *data, void *arg)
{
	struct fx_ua *ua = arg;
	struct fx_link todo;
	bool quit;

	(void)id;
	(void)data;
	fx_list_init(&todo);
	(void)pthread_mutex_lock(&ua->lock);
	ua->woken = false;
	quit = ua->quit;
	while (!fx_list_empty(&ua->posts)) {
		struct fx_link *it = ua->posts.next;

		fx_list_remove(it);
		fx_list_append(&todo, it);
	}
	(void)pthread_mutex_unlock(&ua->lock);
	while (!fx_list_empty(&todo)) {
		struct post *p = FX_CONTAINER(todo.next, struct post, link);

		fx_list_remove(&p->link);
		p->fn(p->arg);
		(void)fx_free(p);
	}
	if (quit) {
		end_all(ua);
	}
}

/* ---- timers ---- */

static void on_timer(void *arg)
{
	struct fx_ua_timer *t = arg;

	t->fn(t->arg);
}

int fx_ua_timer_new(struct fx_ua *ua, void (*fn)(void *arg), void *arg, struct fx_ua_timer **ret)
{
	struct fx_ua_timer *t = fx_zalloc(sizeof(*t));

	(void)ua;
	if (!t) {
		return FX_ENOMEM;
	}
	tmr_init(&t->tmr);
	t->fn = fn;
	t->arg = arg;
	*ret = t;
	return 0;
}

void fx_ua_timer_start(struct fx_ua_timer *t, uint32_t ms)
{
	tmr_start(&t->tmr, ms, on_timer, t);
}

void fx_ua_timer_stop(struct fx_ua_timer *t)
{
	tmr_cancel(&t->tmr);
}

struct fx_ua_timer *fx_ua_timer_free(struct fx_ua_timer *t)
{
	if (t) {
		tmr_cancel(&t->tmr);
	}
	return fx_free(t);
}

/* ---- stacks ---- */

static bool on_request(const struct sip_msg *msg, void *arg)
{
	return fx_leg_request(arg, msg);
}

static bool on_response(const struct sip_msg *msg, void *arg)
{
	return fx_leg_response(arg, msg);
}

static void on_trace(bool tx, enum sip_transp tp, const struct sa *src, const struct sa *dst,
		     const uint8_t *pkt, size_t len, void *arg)
{
	struct fx_ua *ua = arg;
	struct sockaddr_storage peer;

	(void)tp;
	fx_sa_to(&peer, tx ? dst : src);
	ua->ev.on_message(ua->arg, tx, &peer, (const char *)pkt, len);
}

int fx_stack_open(struct fx_stack *s, struct fx_ua *ua, uint32_t buckets)
{
	int e = sip_alloc(&s->sip, ua->dnsc, buckets, buckets, buckets / 4, ua->user_agent, NULL,
			  ua);

	s->ua = ua;
	if (!e) {
		e = sip_listen(&s->requests, s->sip, true, on_request, s);
	}
	if (!e) {
		e = sip_listen(&s->responses, s->sip, false, on_response, s);
	}
	if (!e && ua->ev.on_message) {
		sip_set_trace_handler(s->sip, on_trace);
	}
	return fx_err_of(e);
}

void fx_stack_close(struct fx_stack *s)
{
	s->requests = mem_deref(s->requests);
	s->responses = mem_deref(s->responses);
	if (s->ua) {
		fx_orphans_free(s->ua, s);
	}
	if (s->sip) {
		sip_close(s->sip, true);
	}
	s->sip = mem_deref(s->sip);
	s->tls = mem_deref(s->tls);
	s->tls_name = fx_free(s->tls_name);
}

static void bury_all(void *arg)
{
	struct fx_ua *ua = arg;

	tmr_cancel(&ua->dead_timer);
	while (!fx_list_empty(&ua->dead)) {
		struct fx_stack *s = FX_CONTAINER(ua->dead.next, struct fx_stack, link);

		fx_list_remove(&s->link);
		fx_stack_close(s);
		(void)fx_free(s);
	}
}

void fx_stack_bury(struct fx_stack *s)
{
	if (s) {
		fx_list_append(&s->ua->dead, &s->link);
		tmr_start(&s->ua->dead_timer, 0, bury_all, s->ua);
	}
}

static int listen_at(struct fx_stack *s, enum sip_transp tp, const struct sa *addr)
{
	return tp == SIP_TRANSP_TLS ? sip_transp_add(s->sip, tp, addr, s->tls) :
				      sip_transp_add(s->sip, tp, addr);
}

/*
 * libre writes the address it is bound to into Via and Contact, so "all addresses" become one
 * socket for each address that this machine has now.
 */
static int listen_all(struct fx_stack *s, enum sip_transp tp, const struct sa *any, unsigned *n)
{
	struct ifaddrs *all = NULL;
	int e = 0;

	*n = 0;
	if (getifaddrs(&all)) {
		return errno;
	}
	for (struct ifaddrs *i = all; i; i = i->ifa_next) {
		struct sa addr;

		if (!i->ifa_addr || !(i->ifa_flags & IFF_UP) || sa_set_sa(&addr, i->ifa_addr) ||
		    sa_af(&addr) != sa_af(any) || sa_is_linklocal(&addr)) {
			continue;
		}
		sa_set_port(&addr, sa_port(any));
		e = listen_at(s, tp, &addr);
		*n += !e;
	}
	freeifaddrs(all);
	return *n ? 0 : e ? e : EADDRNOTAVAIL;
}

int fx_stack_bind(struct fx_stack *s, enum sip_transp tp, const struct sa *addr)
{
	unsigned n;

	return sa_is_any(addr) ? listen_all(s, tp, addr, &n) : listen_at(s, tp, addr);
}

static uint16_t port_of(struct sip *sip, const struct sa *addr, enum sip_transp tp)
{
	struct sa peer = *addr, local;

	if (sa_is_any(addr)) {
		(void)sa_set_str(&peer, sa_af(addr) == AF_INET6 ? "::1" : "127.0.0.1", 5060);
	}
	return sip_transp_laddr(sip, &local, tp, &peer) ? 0 : sa_port(&local);
}

static int listen_one(struct fx_ua *ua, const struct fx_ua_listen *l, struct fx_reason *why)
{
	enum sip_transp tp = fx_transp(l->transport);
	struct sa addr;
	char text[64] = "";
	int e;

	fx_sa_from(&addr, &l->addr);
	(void)re_snprintf(text, sizeof(text), "%J", &addr);
	if (l->transport == FX_SIP_TLS && !ua->stack.tls) {
		int err = fx_tls_server(&ua->stack.tls, l->cert_file, why);

		if (err) {
			return err;
		}
	}
	e = fx_stack_bind(&ua->stack, tp, &addr);
	if (e) {
		return fx_fail(why, FX_EIO, "SIP cannot listen on %s %s: %s",
			       sip_transp_name(tp), text, strerror(e));
	}
	ua->ports[l->transport] = port_of(ua->stack.sip, &addr, tp);
	return 0;
}

static int open_dns(struct fx_ua *ua, const char *list, struct fx_reason *why)
{
	struct sa servers[8];
	uint32_t n = FX_ARRAY_LEN(servers);
	char domain[64];
	int e = 0;

	if (!list || !*list) {
		if (dns_srv_get(domain, sizeof(domain), servers, &n)) {
			n = 0;
		}
	} else {
		n = 0;
		while (*list && n < FX_ARRAY_LEN(servers)) {
			size_t len = strcspn(list, ", ");

			if (len && sa_decode(&servers[n], list, len)) {
				struct pl host = {list, len};

				e = sa_set(&servers[n], &host, DNS_PORT);
			}
			if (e) {
				return fx_fail(why, FX_EINVAL, "\"%.*s\" is no address of a DNS "
					       "server", (int)len, list);
			}
			n += len > 0;
			list += len + strspn(list + len, ", ");
		}
	}
	/* Without a server only addresses work, no names; libre wants a client all the same. */
	return n ? fx_err_of(dnsc_alloc(&ua->dnsc, NULL, servers, n)) : 0;
}

static int open_all(struct fx_ua *ua)
{
	const struct fx_ua_prm *p = ua->prm;
	int err = open_dns(ua, p->dns, &ua->why);

	if (!err) {
		err = fx_err_of(mqueue_alloc(&ua->wake, on_wake, ua));
	}
	if (!err) {
		err = fx_stack_open(&ua->stack, ua, 1024);
	}
	for (size_t i = 0; !err && i < p->n_listen; i++) {
		err = listen_one(ua, &p->listen[i], &ua->why);
	}
	return err;
}

/*
 * libre turns connections away when its table is full, but spins when the process has no
 * descriptor left for them: so its table is the smaller of the two.
 */
static void limit_fds(void)
{
	struct rlimit l;
	rlim_t n = FDS_MAX;

	if (!getrlimit(RLIMIT_NOFILE, &l)) {
		if (l.rlim_cur < l.rlim_max && l.rlim_cur < FDS_MAX + FDS_SPARE) {
			l.rlim_cur = l.rlim_max < FDS_MAX + FDS_SPARE ? l.rlim_max :
									FDS_MAX + FDS_SPARE;
			(void)setrlimit(RLIMIT_NOFILE, &l);
		}
		(void)getrlimit(RLIMIT_NOFILE, &l);
		n = l.rlim_cur - l.rlim_cur / 8 < n ? l.rlim_cur - l.rlim_cur / 8 : n;
	}
	(void)fd_setsize((int)n);
}

/* ---- the thread ---- */

static void stop_loop(void *arg)
{
	struct fx_ua *ua = arg;

	fx_legs_drop(ua, NULL, "this end was shut down");
	fx_requests_end(ua, NULL);
	re_cancel();
}

void fx_ua_leg_gone(struct fx_ua *ua)
{
	if (ua->ending && fx_list_empty(&ua->legs)) {
		tmr_start(&ua->end_timer, 0, stop_loop, ua);
	}
}

/* Polite for a second, then gone. */
static void end_all(struct fx_ua *ua)
{
	if (ua->ending) {
		return;
	}
	ua->ending = true;
	tmr_start(&ua->end_timer, fx_list_empty(&ua->legs) ? 0 : END_MS, stop_loop, ua);
	FX_LIST_EACH_SAFE(&ua->legs, it) {
		/* No call tells its end in this, so none is freed by it. */
		fx_leg_hangup(FX_CONTAINER(it, struct fx_leg, link), 0, NULL);
	}
}

static void *ua_main(void *arg)
{
	struct fx_ua *ua = arg;
	int err = fx_err_of(re_thread_init());
	bool up = !err;

	if (!err) {
		limit_fds();
		err = open_all(ua);
	}
	(void)pthread_mutex_lock(&ua->lock);
	ua->err = err;
	ua->is_up = true;
	ua->prm = NULL;
	(void)pthread_cond_signal(&ua->started);
	(void)pthread_mutex_unlock(&ua->lock);
	if (!err) {
		(void)re_main(NULL);
	}
	tmr_cancel(&ua->end_timer);
	fx_ways_close(ua);
	bury_all(ua);
	fx_stack_close(&ua->stack);
	fx_orphans_free(ua, NULL);
	(void)pthread_mutex_lock(&ua->lock);
	ua->wake = mem_deref(ua->wake);
	(void)pthread_mutex_unlock(&ua->lock);
	ua->dnsc = mem_deref(ua->dnsc);
	if (up) {
		tmr_debug();
		re_thread_close();
	}
	return NULL;
}

int fx_ua_new(const struct fx_ua_prm *prm, struct fx_ua **ret, struct fx_reason *reterr)
{
	struct fx_ua *ua = fx_zalloc(sizeof(*ua));
	int err;

	if (!ua) {
		return FX_ENOMEM;
	}
	(void)pthread_once(&once, init_library);
	ua->ev = *prm->events;
	ua->arg = prm->arg;
	ua->prm = prm;
	ua->dns_timeout_ms = prm->dns_timeout_ms ? prm->dns_timeout_ms : 4000;
	fx_list_init(&ua->posts);
	fx_list_init(&ua->legs);
	fx_list_init(&ua->ways);
	fx_list_init(&ua->requests);
	fx_list_init(&ua->orphans);
	fx_list_init(&ua->dead);
	tmr_init(&ua->orphan_timer);
	tmr_init(&ua->dead_timer);
	tmr_init(&ua->end_timer);
	(void)pthread_mutex_init(&ua->lock, NULL);
	(void)pthread_cond_init(&ua->started, NULL);
	ua->user_agent = fx_strdup(prm->user_agent);
	if (pthread_create(&ua->thread, NULL, ua_main, ua)) {
		ua->err = FX_EIO;
	} else {
		ua->running = true;
		(void)pthread_mutex_lock(&ua->lock);
		while (!ua->is_up) {
			(void)pthread_cond_wait(&ua->started, &ua->lock);
		}
		(void)pthread_mutex_unlock(&ua->lock);
	}
	err = ua->err;
	if (err) {
		if (reterr) {
			*reterr = ua->why;
		}
		(void)fx_ua_free(ua);
		return err;
	}
	*ret = ua;
	return 0;
}

struct fx_ua *fx_ua_free(struct fx_ua *ua)
{
	if (!ua) {
		return NULL;
	}
	if (ua->running) {
		(void)pthread_mutex_lock(&ua->lock);
		ua->quit = true;
		if (ua->wake) {
			(void)mqueue_push(ua->wake, 0, NULL);
		}
		(void)pthread_mutex_unlock(&ua->lock);
		(void)pthread_join(ua->thread, NULL);
	}
	while (!fx_list_empty(&ua->posts)) {
		struct post *p = FX_CONTAINER(ua->posts.next, struct post, link);

		fx_list_remove(&p->link);
		(void)fx_free(p);
	}
	(void)pthread_mutex_destroy(&ua->lock);
	(void)pthread_cond_destroy(&ua->started);
	(void)fx_free(ua->user_agent);
	return fx_free(ua);
}

uint16_t fx_ua_port(const struct fx_ua *ua, enum fx_sip_transport transport)
{
	return ua->ports[transport];
}

int fx_ua_local(struct fx_ua *ua, enum fx_sip_transport transport,
		const struct sockaddr_storage *peer, struct sockaddr_storage *ret)
{
	struct sa to, local;
	int e;

	fx_sa_from(&to, peer);
	e = sip_transp_laddr(ua->stack.sip, &local, fx_transp(transport), &to);
	if (!e) {
		fx_sa_to(ret, &local);
	}
	return fx_err_of(e);
}
