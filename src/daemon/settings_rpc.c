/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/settings_rpc.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "rpc/address.h"

int fx_settings_rpc_listen(char **field, const char *key, const char *value,
			   struct fx_reason *reterr)
{
	struct fx_address v[FX_LISTEN_MAX];
	struct fx_reason why = {0};
	size_t n;
	int err = fx_addresses_parse(value, v, &n, &why);

	return err ? fx_fail(reterr, FX_EINVAL, "%s: %.200s", key, why.text) :
		     fx_str_replace(field, value);
}

int fx_settings_rpc_port(int64_t *field, const char *key, const char *value,
			 struct fx_reason *reterr)
{
	int64_t port = 0;

	if (!fx_str_ieq(value, "off") && fx_parse_i64(value, 1, 65535, &port)) {
		return fx_fail(reterr, FX_EINVAL, "%s is off or a port from 1 to 65535, not "
			       "\"%.100s\"", key, value);
	}
	*field = port;
	return 0;
}

int fx_settings_rpc_mechs(uint32_t *field, const char *key, const char *value,
			  struct fx_reason *reterr)
{
	static const char between[] = " \t,";
	uint32_t mechs = 0;
	char word[16];

	for (const char *p = value + strspn(value, between); *p; p += strspn(p, between)) {
		size_t n = strcspn(p, between);

		(void)snprintf(word, sizeof(word), "%.*s", n < 15 ? (int)n : 15, p);
		if (fx_str_ieq(word, "ntlm")) {
			mechs |= FX_MECH_NTLM;
		} else if (fx_str_ieq(word, "kerberos")) {
			mechs |= FX_MECH_KERBEROS;
		} else {
			return fx_fail(reterr, FX_EINVAL, "%s is ntlm, kerberos or both, not "
				       "\"%.100s\"; without a user nobody is served", key, value);
		}
		p += n;
	}
	if (!mechs) {
		return fx_fail(reterr, FX_EINVAL, "%s is ntlm, kerberos or both, and not empty: "
			       "without a user nobody is served", key);
	}
	*field = mechs;
	return 0;
}
