/* SPDX-License-Identifier: Apache-2.0 */
/* Settings text, then behind a NUL a number: dialled on each trunk, and called from outside. */
#include <string.h>
#include "base/mem.h"
#include "providers/sip/causes.h"
#include "providers/sip/inbound.h"
#include "providers/sip/numbers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void with_trunk(const struct fx_sip_trunk *t, const char *number)
{
	char text[FX_NUMBER_SIZE], routing[FX_ROUTING_SIZE];
	struct fx_sip_number n;
	struct fx_reason why = {0};

	if (!fx_sip_number(t, number, &n, &why)) {
		FX_ASSERT(*n.wire && *n.canonical && !strpbrk(n.wire, "@;\r\n "));
		FX_ASSERT(fx_sip_route_of(t, n.canonical)->max_rate >= 2400);
	} else {
		FX_ASSERT(*why.text);
	}
	fx_sip_canonical(t, number, text);
	(void)!fx_sip_did(t, number, routing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fx_zalloc(size + 2);
	struct fx_sip_settings s;
	struct fx_reason why = {0};
	struct fx_inbound *in = NULL;
	struct fx_leg_end end = {.who = FX_LEG_THEM, .status = 404};
	struct fx_sip_cause cause;
	struct sockaddr_storage from = {.ss_family = AF_INET};
	const char *number;

	if (!text) {
		return 0;
	}
	if (size) {
		memcpy(text, data, size);
	}
	number = text + strlen(text) + (strlen(text) < size);
	if (!fx_sip_settings_parse(&s, text, &why)) {
		for (size_t i = 0; i < s.n_trunks; i++) {
			with_trunk(&s.trunks[i], number);
		}
		if (!fx_inbound_new(&s, &in, NULL)) {
			(void)fx_inbound_check(in, &from, size);
			(void)fx_inbound_trunk(in, &from, number);
		}
		(void)fx_inbound_free(in);
	} else {
		FX_ASSERT(*why.text);
	}
	fx_sip_settings_fini(&s);
	memcpy(end.words, number, strnlen(number, sizeof(end.words) - 1));
	fx_sip_cause_of(&end, false, &cause);
	FX_ASSERT(*cause.words);
	(void)fx_free(text);
	return 0;
}
