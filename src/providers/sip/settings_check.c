/* SPDX-License-Identifier: Apache-2.0 */
/* What a single value of [sip] and [trunk NAME] must look like. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/str.h"
#include "providers/sip/inbound.h"
#include "providers/sip/settings_priv.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

int fx_sip_host_port(const char *v, char *host, size_t size, uint16_t *ret_port)
{
	const char *end, *port = NULL;
	int64_t n = 0;
	size_t len;

	if (v[0] == '[') {
		end = strchr(++v, ']');
		if (!end || (end[1] && end[1] != ':')) {
			return FX_EINVAL;
		}
		port = end[1] ? end + 2 : NULL;
	} else {
		end = strchr(v, ':');
		if (end && strchr(end + 1, ':')) { /* IPv6 without brackets */
			end = NULL;
		}
		port = end ? end + 1 : NULL;
		end = end ? end : v + strlen(v);
	}
	len = (size_t)(end - v);
	if (!len || len >= size || (port && fx_parse_i64(port, 1, 65535, &n))) {
		return FX_EINVAL;
	}
	memcpy(host, v, len);
	host[len] = 0;
	*ret_port = (uint16_t)n;
	return 0;
}

static bool is_address(const char *s)
{
	struct in6_addr v6;
	struct in_addr v4;

	return inet_pton(AF_INET, s, &v4) == 1 || inet_pton(AF_INET6, s, &v6) == 1;
}

static bool is_host(const char *s)
{
	size_t n = strlen(s);

	return is_address(s) || (n && n < FX_SIP_NAME_SIZE && s[0] != '.' && s[0] != '-' &&
				 strspn(s, LETTERS DIGITS "-._") == n);
}

int fx_sip_check_host(const char *v, struct fx_reason *why)
{
	return is_host(v) ? 0 : fx_fail(why, FX_EINVAL, "must be a name or an address, without "
					"port and without sip:");
}

int fx_sip_check_server_name(const char *v, struct fx_reason *why)
{
	char host[FX_SIP_NAME_SIZE];
	uint16_t port;

	return !fx_sip_host_port(v, host, sizeof(host), &port) && is_host(host) ? 0 :
		fx_fail(why, FX_EINVAL, "must be a name or an address, with or without :port");
}

int fx_sip_check_server(const char *v, struct fx_reason *why)
{
	char host[FX_SIP_NAME_SIZE];
	uint16_t port;

	return !fx_sip_host_port(v, host, sizeof(host), &port) && is_address(host) ? 0 :
		fx_fail(why, FX_EINVAL, "must be an address as 192.0.2.53, with or without :port");
}

int fx_sip_check_address(const char *v, struct fx_reason *why)
{
	return is_address(v) ? 0 : fx_fail(why, FX_EINVAL, "must be an address as 192.0.2.10, not "
					   "a name");
}

int fx_sip_check_word(const char *v, struct fx_reason *why)
{
	return strpbrk(v, " \t\"<>\\") ? fx_fail(why, FX_EINVAL, "must not have blanks, quotes or "
						 "angle brackets") : 0;
}

int fx_sip_check_number(const char *v, struct fx_reason *why)
{
	const char *digits = v + (v[0] == '+');

	return *digits && strspn(digits, DIGITS) == strlen(digits) ? 0 :
		fx_fail(why, FX_EINVAL, "must be digits, with or without + before them");
}

int fx_sip_check_digits(const char *v, struct fx_reason *why)
{
	return strspn(v, DIGITS) == strlen(v) ? 0 : fx_fail(why, FX_EINVAL, "must be digits");
}

int fx_sip_check_dial(const char *v, struct fx_reason *why)
{
	return strspn(v, DIGITS "+*#") == strlen(v) ? 0 :
		fx_fail(why, FX_EINVAL, "must be digits, +, * or #");
}

int fx_sip_check_net(const char *v, struct fx_reason *why)
{
	struct fx_sip_net net;

	return fx_sip_net_parse(v, &net, why);
}

int fx_sip_check_did(const char *v, struct fx_reason *why)
{
	return fx_sip_numbers_check(v, why);
}

/* "udp:0.0.0.0:5060", "tls:[::]:5061" */
static int listen_one(const char *v, struct fx_ua_listen *ret)
{
	static const struct {
		const char *word;
		enum fx_sip_transport t;
	} words[] = {{"udp:", FX_SIP_UDP}, {"tcp:", FX_SIP_TCP}, {"tls:", FX_SIP_TLS}};
	char host[FX_SIP_NAME_SIZE];
	uint16_t port;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < FX_ARRAY_LEN(words); i++) {
		struct sockaddr_in v4 = {.sin_family = AF_INET};
		struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

		if (strncmp(v, words[i].word, 4) != 0) {
			continue;
		}
		if (fx_sip_host_port(v + 4, host, sizeof(host), &port)) {
			return FX_EINVAL;
		}
		port = port ? port : words[i].t == FX_SIP_TLS ? 5061 : 5060;
		ret->transport = words[i].t;
		if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
			v4.sin_port = htons(port);
			memcpy(&ret->addr, &v4, sizeof(v4));
			return 0;
		}
		if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
			v6.sin6_port = htons(port);
			memcpy(&ret->addr, &v6, sizeof(v6));
			return 0;
		}
	}
	return FX_EINVAL;
}

int fx_sip_check_listen(const char *v, struct fx_reason *why)
{
	struct fx_ua_listen l;

	return listen_one(v, &l) ? fx_fail(why, FX_EINVAL, "must be transport:address:port, as "
					   "udp:0.0.0.0:5060 or tls:[::]:5061") : 0;
}

size_t fx_sip_settings_listen(const struct fx_sip_settings *s, struct fx_ua_listen *ret, size_t max)
{
	char part[64];
	size_t n = 0;

	for (const char *p = s->listen; *p && n < max; ) {
		size_t len = strcspn(p, ", \t");

		if (len && len < sizeof(part)) {
			memcpy(part, p, len);
			part[len] = 0;
			if (!listen_one(part, &ret[n])) {
				ret[n].cert_file = *s->cert ? s->cert : NULL;
				n++;
			}
		}
		p += len + strspn(p + len, ", \t");
	}
	return n;
}
