/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a host is (RFC 3263, without NAPTR: the transport is a setting). libre's own look-up may
 * take minutes and cannot be told otherwise, so each has a guard.
 *
 *   numeric ------------------------------------------------> told
 *   port 0:  SRV --names, each A and AAAA--> sorted --------> told
 *   else, or no SRV: A and AAAA ----------------------------> told
 */
#include "providers/sip/ua_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

#define TARGETS_MAX 16u
#define QUERIES_MAX 32u

struct name {
	char host[FX_SIP_NAME_SIZE];
	uint16_t port, priority, weight;
};
struct query {
	struct fx_ua_lookup *l;
	struct dns_query *q;
	unsigned name;
};
struct fx_ua_lookup {
	struct fx_ua *ua;
	char host[FX_SIP_NAME_SIZE];
	uint16_t default_port;
	struct name names[TARGETS_MAX];
	unsigned n_names;
	struct query queries[QUERIES_MAX];
	unsigned n_queries, open;
	struct fx_ua_target targets[TARGETS_MAX];
	unsigned n_targets;
	bool refused;
	struct tmr guard, later;
	fx_ua_resolve_fn *fn;
	void *arg;
};

struct fx_ua_lookup *fx_ua_lookup_free(struct fx_ua_lookup *l)
{
	if (l) {
		tmr_cancel(&l->guard);
		tmr_cancel(&l->later);
		for (unsigned i = 0; i < l->n_queries; i++) {
			l->queries[i].q = mem_deref(l->queries[i].q);
		}
	}
	return fx_free(l);
}

static int by_rank(const void *a, const void *b)
{
	const struct fx_ua_target *x = a, *y = b;

	if (x->priority != y->priority) {
		return x->priority < y->priority ? -1 : 1;
	}
	return x->weight == y->weight ? 0 : x->weight > y->weight ? -1 : 1;
}

static void tell(void *arg)
{
	struct fx_ua_lookup *l = arg;
	char why[200];

	tmr_cancel(&l->guard);
	tmr_cancel(&l->later);
	for (unsigned i = 0; i < l->n_queries; i++) {
		l->queries[i].q = mem_deref(l->queries[i].q);
	}
	l->open = 0;
	if (l->n_targets) {
		qsort(l->targets, l->n_targets, sizeof(l->targets[0]), by_rank);
		l->fn(l->arg, 0, l->targets, l->n_targets, "");
		return;
	}
	(void)snprintf(why, sizeof(why), "no address is known for \"%s\"%s", l->host,
		       l->refused ? "" : " (no DNS server answered)");
	l->fn(l->arg, FX_ENOENT, NULL, 0, why);
}

static void add_target(struct fx_ua_lookup *l, const struct sa *addr, const struct name *n)
{
	struct fx_ua_target *t;

	if (l->n_targets < TARGETS_MAX) {
		t = &l->targets[l->n_targets++];
		fx_sa_to(&t->addr, addr);
		t->priority = n->priority;
		t->weight = n->weight;
	}
}

struct answer {
	struct fx_ua_lookup *l;
	const struct name *name;
};

static bool on_address(struct dnsrr *rr, void *arg)
{
	struct answer *a = arg;
	struct sa sa;

	if (rr->type == DNS_TYPE_A) {
		sa_set_in(&sa, rr->rdata.a.addr, a->name->port);
	} else if (rr->type == DNS_TYPE_AAAA) {
		sa_set_in6(&sa, rr->rdata.aaaa.addr, a->name->port);
	} else {
		return false;
	}
	add_target(a->l, &sa, a->name);
	return false;
}

static void one_less(struct fx_ua_lookup *l)
{
	if (--l->open == 0) {
		tmr_start(&l->later, 0, tell, l);
	}
}

static void on_a(int err, const struct dnshdr *hdr, struct list *ansl, struct list *authl,
		 struct list *addl, void *arg)
{
	struct query *q = arg;
	struct answer a = {q->l, &q->l->names[q->name]};

	(void)authl;
	(void)addl;
	q->l->refused |= !err;
	if (!err && hdr->rcode == 0) {
		(void)dns_rrlist_apply2(ansl, a.name->host, DNS_TYPE_A, DNS_TYPE_AAAA,
					DNS_CLASS_IN, true, on_address, &a);
	}
	one_less(q->l);
}

static bool ask(struct fx_ua_lookup *l, const char *name, uint16_t type, dns_query_h *fn,
		unsigned index)
{
	struct query *q = &l->queries[l->n_queries];

	if (l->n_queries == QUERIES_MAX || !l->ua->dnsc) {
		return false;
	}
	q->l = l;
	q->name = index;
	if (dnsc_query(&q->q, l->ua->dnsc, name, type, DNS_CLASS_IN, true, fn, q)) {
		return false; /* no network: no callback follows */
	}
	l->n_queries++;
	l->open++;
	return true;
}

static void ask_addresses(struct fx_ua_lookup *l, unsigned index)
{
	struct sa sa;

	if (!sa_set_str(&sa, l->names[index].host, l->names[index].port)) {
		add_target(l, &sa, &l->names[index]);
		return;
	}
	(void)ask(l, l->names[index].host, DNS_TYPE_A, on_a, index);
	(void)ask(l, l->names[index].host, DNS_TYPE_AAAA, on_a, index);
}

static bool on_srv_record(struct dnsrr *rr, void *arg)
{
	struct fx_ua_lookup *l = arg;

	if (l->n_names < TARGETS_MAX && rr->rdata.srv.target) {
		struct name *n = &l->names[l->n_names++];

		(void)fx_strlcpy(n->host, rr->rdata.srv.target, sizeof(n->host));
		n->port = rr->rdata.srv.port;
		n->priority = rr->rdata.srv.pri;
		n->weight = rr->rdata.srv.weight;
	}
	return false;
}

static void ask_names(struct fx_ua_lookup *l)
{
	if (!l->n_names) {
		(void)fx_strlcpy(l->names[0].host, l->host, sizeof(l->names[0].host));
		l->names[0].port = l->default_port;
		l->n_names = 1;
	}
	for (unsigned i = 0; i < l->n_names; i++) {
		ask_addresses(l, i);
	}
}

static void on_srv(int err, const struct dnshdr *hdr, struct list *ansl, struct list *authl,
		   struct list *addl, void *arg)
{
	struct query *q = arg;
	struct fx_ua_lookup *l = q->l;

	(void)authl;
	(void)addl;
	l->refused |= !err;
	if (!err && hdr->rcode == 0) {
		(void)dns_rrlist_apply(ansl, NULL, DNS_TYPE_SRV, DNS_CLASS_IN, false,
				       on_srv_record, l);
	}
	ask_names(l);
	one_less(l);
}

int fx_ua_resolve(struct fx_ua *ua, const char *host, uint16_t port,
		  enum fx_sip_transport transport, fx_ua_resolve_fn *fn, void *arg,
		  struct fx_ua_lookup **ret)
{
	static const char *const srv[] = {"_sip._udp.", "_sip._tcp.", "_sips._tcp."};
	struct fx_ua_lookup *l = fx_zalloc(sizeof(*l));
	char name[FX_SIP_NAME_SIZE + 16];
	struct sa sa;

	if (!l) {
		return FX_ENOMEM;
	}
	l->ua = ua;
	l->fn = fn;
	l->arg = arg;
	tmr_init(&l->guard);
	tmr_init(&l->later);
	(void)fx_strlcpy(l->host, host, sizeof(l->host));
	l->default_port = port ? port : transport == FX_SIP_TLS ? SIP_PORT_TLS : SIP_PORT;
	if (!sa_set_str(&sa, host, l->default_port)) {
		add_target(l, &sa, &l->names[0]);
	} else {
		(void)snprintf(name, sizeof(name), "%s%s", srv[transport], host);
		if (port || !ask(l, name, DNS_TYPE_SRV, on_srv, 0)) {
			ask_names(l);
		}
	}
	tmr_start(&l->guard, ua->dns_timeout_ms, tell, l);
	if (!l->open) {
		tmr_start(&l->later, 0, tell, l);
	}
	*ret = l;
	return 0;
}
