/* SPDX-License-Identifier: Apache-2.0 */
/* What the service's log says of trunks and strangers; on the signalling thread. */
#include <netdb.h>
#include <stdio.h>

#include "base/log.h"
#include "providers/sip/sip_priv.h"

#define STRANGERS_MS 30000u /* a flood is a line each half minute, not one a packet */

void fx_sip_notice_trunk(const struct fx_trunk *t, bool online, const char *words)
{
	fx_log(online ? FX_LOG_INFO : FX_LOG_WARN, "sip: trunk %s is %s: %s",
	       fx_trunk_settings(t)->name, online ? "online" : "offline", words);
}

static void on_strangers(void *arg)
{
	struct fx_sip *p = arg;
	struct fx_inbound_stats st;
	char host[64] = "?";

	fx_inbound_stats(fx_trunks_inbound(p->trunks), &st);
	if (st.strangers != p->strangers) {
		(void)getnameinfo((struct sockaddr *)&st.last, sizeof(st.last), host, sizeof(host),
				  NULL, 0, NI_NUMERICHOST);
		fx_log(FX_LOG_WARN, "sip: %llu requests from strangers in %u s, the last from %s; "
		       "%llu so far, %llu of them answered",
		       (unsigned long long)(st.strangers - p->strangers), STRANGERS_MS / 1000, host,
		       (unsigned long long)st.strangers, (unsigned long long)st.answered);
		p->strangers = st.strangers;
	}
	fx_ua_timer_start(p->strangers_timer, STRANGERS_MS);
}

int fx_sip_notice_begin(struct fx_sip *p)
{
	int err = fx_ua_timer_new(p->ua, on_strangers, p, &p->strangers_timer);

	if (!err) {
		fx_ua_timer_start(p->strangers_timer, STRANGERS_MS);
	}
	return err;
}

void fx_sip_notice_end(struct fx_sip *p)
{
	p->strangers_timer = fx_ua_timer_free(p->strangers_timer);
}
