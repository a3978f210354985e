/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

static struct sockaddr_in *v4(struct sockaddr_storage *sa)
{
	return (struct sockaddr_in *)(void *)sa;
}

static struct sockaddr_in6 *v6(struct sockaddr_storage *sa)
{
	return (struct sockaddr_in6 *)(void *)sa;
}

static const struct sockaddr_in *v4c(const struct sockaddr_storage *sa)
{
	return (const struct sockaddr_in *)(const void *)sa;
}

static const struct sockaddr_in6 *v6c(const struct sockaddr_storage *sa)
{
	return (const struct sockaddr_in6 *)(const void *)sa;
}

uint16_t fx_address_port(const struct sockaddr_storage *sa)
{
	return ntohs(sa->ss_family == AF_INET6 ? v6c(sa)->sin6_port : v4c(sa)->sin_port);
}

void fx_address_set_port(struct sockaddr_storage *sa, uint16_t port)
{
	if (sa->ss_family == AF_INET6) {
		v6(sa)->sin6_port = htons(port);
	} else {
		v4(sa)->sin_port = htons(port);
	}
}

socklen_t fx_address_len(const struct sockaddr_storage *sa)
{
	return sa->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

const char *fx_address_host(const struct sockaddr_storage *sa, char dst[FX_ADDRESS_STR_SIZE])
{
	const void *p = sa->ss_family == AF_INET6 ? (const void *)&v6c(sa)->sin6_addr :
						    (const void *)&v4c(sa)->sin_addr;

	if (!inet_ntop(sa->ss_family, p, dst, FX_ADDRESS_STR_SIZE)) {
		(void)fx_strlcpy(dst, "?", FX_ADDRESS_STR_SIZE);
	}
	return dst;
}

const char *fx_address_str(const struct sockaddr_storage *sa, char dst[FX_ADDRESS_STR_SIZE])
{
	char host[FX_ADDRESS_STR_SIZE];
	bool six = sa->ss_family == AF_INET6;

	(void)snprintf(dst, FX_ADDRESS_STR_SIZE, "%s%.48s%s:%u", six ? "[" : "",
		       fx_address_host(sa, host), six ? "]" : "", fx_address_port(sa));
	return dst;
}

bool fx_address_same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	if (a->ss_family != b->ss_family) {
		return false;
	}
	if (a->ss_family == AF_INET6) {
		return !memcmp(&v6c(a)->sin6_addr, &v6c(b)->sin6_addr, sizeof(struct in6_addr));
	}
	/* addresses that are not known are nobody's */
	return a->ss_family == AF_INET && v4c(a)->sin_addr.s_addr == v4c(b)->sin_addr.s_addr;
}

bool fx_address_same_client(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	/* whoever has one address of a /64 has them all */
	return a->ss_family == AF_INET6 && b->ss_family == AF_INET6 ?
		       !memcmp(&v6c(a)->sin6_addr, &v6c(b)->sin6_addr, 8) :
		       fx_address_same_host(a, b);
}

bool fx_address_is_loopback(const struct sockaddr_storage *sa)
{
	return sa->ss_family == AF_INET6 ? IN6_IS_ADDR_LOOPBACK(&v6c(sa)->sin6_addr) :
	       sa->ss_family == AF_INET && ntohl(v4c(sa)->sin_addr.s_addr) >> 24 == 127;
}

bool fx_address_is_any(const struct sockaddr_storage *sa)
{
	return sa->ss_family == AF_INET6 ? IN6_IS_ADDR_UNSPECIFIED(&v6c(sa)->sin6_addr) :
					   v4c(sa)->sin_addr.s_addr == INADDR_ANY;
}

static int bad(const char *word, struct fx_reason *reterr)
{
	return fx_fail(reterr, FX_EINVAL, "\"%.80s\" is no ADDRESS:PORT: 192.0.2.1:49600, "
		       "[2001:db8::1]:49600, or *:49600 for all addresses", word);
}

/* One word, which is changed. */
static int parse_one(char *word, struct fx_address *ret, struct fx_reason *reterr)
{
	char copy[100];
	char *colon = strrchr(word, ':'), *host = word;
	bool bracket = *word == '[';
	int64_t port;
	int ok;

	(void)fx_strlcpy(copy, word, sizeof(copy));
	if (!colon || fx_parse_i64(colon + 1, 0, 65535, &port)) {
		return bad(copy, reterr);
	}
	*colon = '\0';
	memset(ret, 0, sizeof(*ret));
	if (bracket && colon[-1] == ']') {
		colon[-1] = '\0';
		host++;
	} else if (bracket) {
		return bad(copy, reterr);
	}
	ret->any = !bracket && !strcmp(host, "*");
	ret->sa.ss_family = bracket ? AF_INET6 : AF_INET;
	if (bracket && strchr(host, '%')) { /* a link-local address needs its interface */
		char *zone = strchr(host, '%');

		*zone = '\0';
		v6(&ret->sa)->sin6_scope_id = if_nametoindex(zone + 1);
	}
	ok = ret->any ? 1 : bracket ? inet_pton(AF_INET6, host, &v6(&ret->sa)->sin6_addr) :
				      inet_pton(AF_INET, host, &v4(&ret->sa)->sin_addr);
	fx_address_set_port(&ret->sa, (uint16_t)port);
	return ok == 1 ? 0 : bad(copy, reterr);
}

int fx_addresses_parse(const char *text, struct fx_address *ret, size_t *ret_n,
		       struct fx_reason *reterr)
{
	static const char between[] = " \t,";
	char word[100];
	size_t n = 0;

	for (const char *p = text + strspn(text, between); *p; p += strspn(p, between)) {
		size_t len = strcspn(p, between);
		int err;

		(void)snprintf(word, sizeof(word), "%.*s", (int)(len < 99 ? len : 99), p);
		if (n + 1 >= FX_LISTEN_MAX) {
			return fx_fail(reterr, FX_ELIMIT, "more than %u addresses",
				       FX_LISTEN_MAX - 1);
		}
		err = parse_one(word, &ret[n], reterr);
		if (err) {
			return err;
		}
		n++;
		if (ret[n - 1].any) {
			ret[n] = ret[n - 1];
			ret[n].sa.ss_family = AF_INET6;
			fx_address_set_port(&ret[n].sa, fx_address_port(&ret[n - 1].sa));
			n++;
		}
		p += len;
	}
	*ret_n = n;
	return 0;
}
