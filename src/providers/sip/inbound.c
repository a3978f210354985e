/* SPDX-License-Identifier: Apache-2.0 */
/* Sources, strangers and the map of numbers. */
#include "providers/sip/inbound.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "providers/sip/numbers.h"

#define ADDRS_MAX 32u /* of one trunk: as many as two look-ups give */
#define NETS_MAX 64u  /* of one trunk's accept_from */

struct source {
	struct fx_sip_net addrs[ADDRS_MAX], *nets;
	size_t n_addrs, n_nets;
};
struct fx_inbound {
	const struct fx_sip_settings *s;
	struct source *sources; /* one for each trunk */
	/* refusals left, in thousandths; filled by time */
	uint64_t tokens, filled_ms;
	struct fx_inbound_stats stats;
};

/* ---- addresses ---- */

static bool bytes_of(const struct sockaddr_storage *addr, uint8_t dst[16])
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (addr->ss_family == AF_INET) {
		memset(dst, 0, 10);
		memset(dst + 10, 0xff, 2);
		memcpy(&v4, addr, sizeof(v4));
		memcpy(dst + 12, &v4.sin_addr, 4);
		return true;
	}
	if (addr->ss_family == AF_INET6) {
		memcpy(&v6, addr, sizeof(v6));
		memcpy(dst, &v6.sin6_addr, 16);
		return true;
	}
	return false;
}

static bool has_bits(const struct fx_sip_net *net, const uint8_t a[16])
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;

	return !memcmp(net->addr, a, whole) &&
	       (!rest || !((net->addr[whole] ^ a[whole]) >> (8 - rest)));
}

bool fx_sip_net_has(const struct fx_sip_net *net, const struct sockaddr_storage *addr)
{
	uint8_t a[16];

	return bytes_of(addr, a) && has_bits(net, a);
}

int fx_sip_net_parse(const char *text, struct fx_sip_net *ret, struct fx_reason *reterr)
{
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	struct sockaddr_storage ss = {0};
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	char host[64];
	int64_t bits, most = 128;

	if (!n || n >= sizeof(host)) {
		return fx_fail(reterr, FX_EINVAL, "must be an address or a network");
	}
	memcpy(host, text, n);
	host[n] = 0;
	if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
		memcpy(&ss, &v4, sizeof(v4));
		most = 32;
	} else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
		memcpy(&ss, &v6, sizeof(v6));
	} else {
		return fx_fail(reterr, FX_EINVAL, "must be an address or a network, as 192.0.2.1, "
			       "192.0.2.0/24 or 2001:db8::/32");
	}
	bits = most;
	if (slash && fx_parse_i64(slash + 1, 0, most, &bits)) {
		return fx_fail(reterr, FX_EINVAL, "must have 0 to %lld behind the /",
			       (long long)most);
	}
	(void)bytes_of(&ss, ret->addr);
	ret->bits = (uint8_t)(bits + (most == 32 ? 96 : 0));
	return 0;
}

/* ---- the object ---- */

static int add_nets(struct source *src, const char *list, struct fx_reason *reterr)
{
	char part[64];

	src->nets = fx_calloc(NETS_MAX, sizeof(*src->nets));
	if (!src->nets) {
		return FX_ENOMEM;
	}
	while (*list) {
		size_t len = strcspn(list, ", ");
		int err;

		if (len >= sizeof(part) || src->n_nets == NETS_MAX) {
			return fx_fail(reterr, FX_EINVAL, "accept_from has more than %u parts",
				       NETS_MAX);
		}
		if (len) {
			memcpy(part, list, len);
			part[len] = 0;
			err = fx_sip_net_parse(part, &src->nets[src->n_nets++], reterr);
			if (err) {
				return err;
			}
		}
		list += len + strspn(list + len, ", ");
	}
	return 0;
}

int fx_inbound_new(const struct fx_sip_settings *s, struct fx_inbound **ret,
		   struct fx_reason *reterr)
{
	struct fx_inbound *in = fx_zalloc(sizeof(*in));
	int err = 0;

	if (!in) {
		return FX_ENOMEM;
	}
	in->s = s;
	in->tokens = (uint64_t)s->stranger_limit * 1000;
	in->sources = fx_calloc(s->n_trunks + 1, sizeof(*in->sources));
	if (!in->sources) {
		err = FX_ENOMEM;
	}
	for (size_t i = 0; !err && i < s->n_trunks; i++) {
		if (*s->trunks[i].accept_from) {
			err = add_nets(&in->sources[i], s->trunks[i].accept_from, reterr);
		}
	}
	if (err) {
		(void)fx_inbound_free(in);
		return err;
	}
	*ret = in;
	return 0;
}

struct fx_inbound *fx_inbound_free(struct fx_inbound *in)
{
	for (size_t i = 0; in && in->sources && i < in->s->n_trunks; i++) {
		(void)fx_free(in->sources[i].nets);
	}
	if (in) {
		(void)fx_free(in->sources);
	}
	return fx_free(in);
}

int fx_inbound_set_targets(struct fx_inbound *in, size_t trunk,
			   const struct sockaddr_storage *addr, size_t n)
{
	struct source *src = &in->sources[trunk];

	FX_ASSERT(trunk < in->s->n_trunks);
	src->n_addrs = 0;
	for (size_t i = 0; i < n; i++) {
		struct fx_sip_net *net = &src->addrs[src->n_addrs];

		if (src->n_addrs == ADDRS_MAX) {
			return FX_ELIMIT;
		}
		if (bytes_of(&addr[i], net->addr)) {
			net->bits = 128;
			src->n_addrs++;
		}
	}
	return 0;
}

static bool is_source(const struct source *src, const uint8_t a[16])
{
	for (size_t i = 0; i < src->n_addrs; i++) {
		if (has_bits(&src->addrs[i], a)) {
			return true;
		}
	}
	for (size_t i = 0; i < src->n_nets; i++) {
		if (has_bits(&src->nets[i], a)) {
			return true;
		}
	}
	return false;
}

/* ---- strangers ---- */

/* One refusal, if this second has one left. */
static bool take_token(struct fx_inbound *in, uint64_t now_ms)
{
	uint64_t limit = (uint64_t)in->s->stranger_limit;
	uint64_t passed = now_ms > in->filled_ms ? now_ms - in->filled_ms : 0;

	/* After a second the bucket is full, however long ago it was. */
	in->tokens += limit * (passed < 1000 ? passed : 1000);
	in->tokens = in->tokens < limit * 1000 ? in->tokens : limit * 1000;
	in->filled_ms = now_ms > in->filled_ms ? now_ms : in->filled_ms;
	if (in->tokens < 1000) {
		return false;
	}
	in->tokens -= 1000;
	return true;
}

int fx_inbound_check(struct fx_inbound *in, const struct sockaddr_storage *from, uint64_t now_ms)
{
	uint8_t a[16];

	if (bytes_of(from, a)) {
		for (size_t i = 0; i < in->s->n_trunks; i++) {
			if (is_source(&in->sources[i], a)) {
				in->stats.let_in++;
				return 0;
			}
		}
	}
	in->stats.strangers++;
	in->stats.last = *from;
	if (in->s->strangers == FX_SIP_DROP || !take_token(in, now_ms)) {
		return 1;
	}
	in->stats.answered++;
	return in->s->strangers == FX_SIP_403 ? 403 : 404;
}

size_t fx_inbound_trunk(const struct fx_inbound *in, const struct sockaddr_storage *from,
			const char *called)
{
	char data[FX_ROUTING_SIZE];
	size_t first = SIZE_MAX, any = SIZE_MAX;
	uint8_t a[16];

	for (size_t i = 0; bytes_of(from, a) && i < in->s->n_trunks; i++) {
		const struct fx_sip_trunk *t = &in->s->trunks[i];

		if (!is_source(&in->sources[i], a)) {
			continue;
		}
		if ((*t->numbers && !fx_sip_did(t, called, data)) ||
		    (*t->user && !strcmp(t->user, called))) {
			return i;
		}
		any = any == SIZE_MAX && !*t->numbers ? i : any;
		first = first == SIZE_MAX ? i : first;
	}
	return any != SIZE_MAX ? any : first;
}

void fx_inbound_stats(const struct fx_inbound *in, struct fx_inbound_stats *ret)
{
	*ret = in->stats;
}

/* ---- numbers ---- */

/* One entry of `numbers`, taken apart. */
struct entry {
	char first[FX_NUMBER_SIZE], last[FX_NUMBER_SIZE]; /* last "" = one number */
	bool prefix;
	char data[FX_ROUTING_SIZE]; /* "" = the number */
};

static bool digits_only(const char *s)
{
	s += *s == '+';
	return *s && strspn(s, "0123456789") == strlen(s);
}

static char *cut(char *s)
{
	size_t n;

	s += strspn(s, " \t");
	for (n = strlen(s); n && (s[n - 1] == ' ' || s[n - 1] == '\t'); n--) {
		s[n - 1] = 0;
	}
	return s;
}

static int parse_entry(const char *p, size_t len, struct entry *e, struct fx_reason *why)
{
	char text[256], *number, *eq, *dash;
	size_t n;

	memset(e, 0, sizeof(*e));
	if (len >= sizeof(text)) {
		return fx_fail(why, FX_EINVAL, "must be shorter");
	}
	memcpy(text, p, len);
	text[len] = 0;
	eq = strchr(text, '=');
	if (eq) {
		*eq++ = 0;
		eq = cut(eq);
		if (strlen(eq) >= sizeof(e->data)) {
			return fx_fail(why, FX_EINVAL, "must have less than %u characters of data",
				       FX_ROUTING_SIZE);
		}
		(void)fx_strlcpy(e->data, eq, sizeof(e->data));
	}
	number = cut(text);
	dash = strchr(number, '-');
	if (dash) {
		*dash++ = 0;
		dash = cut(dash);
		number = cut(number);
	}
	n = strlen(number);
	e->prefix = !dash && n && number[n - 1] == '*';
	if (e->prefix) {
		number[--n] = 0;
	}
	if (n >= sizeof(e->first) || (!digits_only(number) && !(e->prefix && !n)) ||
	    (dash && (!digits_only(dash) || strlen(dash) != n || strcmp(number, dash) > 0))) {
		return fx_fail(why, FX_EINVAL, "must be a number, a range of numbers of one length "
			       "(100-199) or a beginning (3012*), and =data if wanted");
	}
	(void)fx_strlcpy(e->first, number, sizeof(e->first));
	(void)fx_strlcpy(e->last, dash ? dash : "", sizeof(e->last));
	return 0;
}

/* The next entry of a list. @return what follows it */
static const char *next_entry(const char *p, size_t *ret_len)
{
	p += strspn(p, ", \t");
	*ret_len = strcspn(p, ",");
	return p;
}

int fx_sip_numbers_check(const char *text, struct fx_reason *reterr)
{
	struct entry e;
	size_t len;

	for (const char *p = next_entry(text, &len); len; p = next_entry(p + len, &len)) {
		int err = parse_entry(p, len, &e, reterr);

		if (err) {
			return err;
		}
	}
	return 0;
}

static const char *plain(const char *s)
{
	return s + (*s == '+');
}

/* How well an entry fits: -1 = not, else the digits it fixes; whole numbers before beginnings. */
static int fit_bare(const struct entry *e, const char *first, const char *last, const char *number)
{
	int n = (int)strlen(first);

	if (e->prefix) {
		return strncmp(first, number, (size_t)n) ? -1 : n;
	}
	if (strlen(number) != (size_t)n) {
		return -1;
	}
	if (*last) {
		return strcmp(number, first) >= 0 && strcmp(number, last) <= 0 ? 1000 : -1;
	}
	return strcmp(number, first) ? -1 : 2000;
}

/* As written on both sides, and both made canonical: a trunk says 30123, the settings +4930123. */
static int fit(const struct fx_sip_trunk *t, const struct entry *e, const char *called)
{
	char number[FX_NUMBER_SIZE], first[FX_NUMBER_SIZE], last[FX_NUMBER_SIZE];
	int a = fit_bare(e, plain(e->first), plain(e->last), plain(called)), b;

	if (!*t->country) {
		return a;
	}
	fx_sip_canonical(t, called, number);
	fx_sip_canonical(t, e->first, first);
	fx_sip_canonical(t, e->last, last);
	b = fit_bare(e, plain(first), plain(last), plain(number));
	return a > b ? a : b;
}

int fx_sip_did(const struct fx_sip_trunk *t, const char *called, char ret[FX_ROUTING_SIZE])
{
	int best = -1;
	struct entry e;
	size_t len;

	if (!*t->numbers) {
		(void)fx_strlcpy(ret, called, FX_ROUTING_SIZE);
		return 0;
	}
	for (const char *p = next_entry(t->numbers, &len); len; p = next_entry(p + len, &len)) {
		int n = parse_entry(p, len, &e, NULL) ? -1 : fit(t, &e, called);

		if (n > best) {
			best = n;
			(void)fx_strlcpy(ret, *e.data ? e.data : called, FX_ROUTING_SIZE);
		}
	}
	return best < 0 ? FX_ENOENT : 0;
}
