/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sip/us.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/str.h"
#include "tests/support/support.h"

static int let_in(void *arg, const struct fx_ua_in *in)
{
	(void)arg;
	(void)in;
	return 0;
}
static int no_calls(void *arg, struct fx_leg *leg, const struct fx_ua_in *in, const uint8_t *sdp,
		    size_t n)
{
	(void)arg;
	(void)leg;
	(void)in;
	(void)sdp;
	(void)n;
	return 486;
}
static void no_trace(void *arg, bool out, const struct sockaddr_storage *peer, const char *text,
		     size_t n)
{
	(void)arg;
	(void)out;
	(void)peer;
	(void)text;
	(void)n;
}
static const struct fx_ua_events ua_events = {let_in, no_calls, no_trace};

struct fx_ua *ua_open_at(enum fx_sip_transport transport, const struct fx_ua_events *events,
			 void *arg, uint16_t dns_port)
{
	struct sockaddr_in me = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct fx_ua_listen l = {.transport = transport};
	char dns[40];
	struct fx_ua_prm prm = {.listen = &l, .n_listen = 1, .user_agent = "caselli-test",
				.dns = dns, .events = events, .arg = arg, .dns_timeout_ms = 300};
	struct fx_ua *ua = NULL;
	struct fx_reason why = {0};

	(void)snprintf(dns, sizeof(dns), "127.0.0.1:%u", dns_port ? dns_port : 9);
	memcpy(&l.addr, &me, sizeof(me));
	if (fx_ua_new(&prm, &ua, &why)) {
		fail_msg("%s", why.text);
	}
	return ua;
}

struct fx_ua *ua_open(uint16_t dns_port)
{
	return ua_open_at(FX_SIP_UDP, &ua_events, NULL, dns_port);
}

/* ---- our end ---- */

static void on_state(void *arg, struct fx_trunk *t, bool online, const char *words)
{
	struct us *u = arg;
	struct told *told = &u->told[fx_trunk_settings(t) - u->settings.trunks];

	(void)pthread_mutex_lock(&u->lock);
	told->n++;
	told->online = online;
	(void)fx_strlcpy(told->words, words, sizeof(told->words));
	(void)pthread_cond_broadcast(&u->change);
	(void)pthread_mutex_unlock(&u->lock);
}

struct job {
	struct us *u;
	void (*fn)(struct us *u);
};
static void run(void *arg)
{
	struct job *j = arg;

	j->fn(j->u);
	(void)pthread_mutex_lock(&j->u->lock);
	j->u->job_done = true;
	(void)pthread_cond_broadcast(&j->u->change);
	(void)pthread_mutex_unlock(&j->u->lock);
}

/* Until *flag; how long it takes is not judged. */
bool wait_flag(struct us *u, const bool *flag)
{
	struct timespec end;
	int err = 0;

	(void)clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 60;
	(void)pthread_mutex_lock(&u->lock);
	while (!*flag && !err) {
		err = pthread_cond_timedwait(&u->change, &u->lock, &end);
	}
	(void)pthread_mutex_unlock(&u->lock);
	return !err;
}
void on_thread(struct us *u, void (*fn)(struct us *u))
{
	struct job j = {u, fn};

	u->job_done = false;
	fx_ua_post(u->ua, run, &j);
	assert_true(wait_flag(u, &u->job_done));
}

/* Until a trunk is told to be so, with these words somewhere in it. */
void reach(struct us *u, size_t trunk, bool online, const char *words)
{
	struct timespec end;
	struct told *t = &u->told[trunk];
	int err = 0;
	char last[300];

	(void)clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 60;
	(void)pthread_mutex_lock(&u->lock);
	while (!(t->n && t->online == online && strstr(t->words, words)) && !err) {
		err = pthread_cond_timedwait(&u->change, &u->lock, &end);
	}
	(void)fx_strlcpy(last, t->words, sizeof(last));
	(void)pthread_mutex_unlock(&u->lock);
	if (err) {
		fail_msg("waited in vain for \"%s\"; last was \"%s\"", words, last);
	}
}

static void start(struct us *u)
{
	u->prm.ua = u->ua;
	u->prm.settings = &u->settings;
	u->prm.on_state = on_state;
	u->prm.arg = u;
	MUST(!fx_trunks_new(&u->prm, &u->trunks, NULL));
}
static void on_closed(void *arg)
{
	struct us *u = arg;

	(void)pthread_mutex_lock(&u->lock);
	u->closed = true;
	(void)pthread_cond_broadcast(&u->change);
	(void)pthread_mutex_unlock(&u->lock);
}
static void stop(struct us *u)
{
	fx_trunks_close(u->trunks, on_closed, u);
}
static void drop(struct us *u)
{
	u->trunks = fx_trunks_free(u->trunks);
}

uint32_t us_refused_ms = 300;

void begin_at(struct us *u, enum fx_sip_transport transport, const struct fx_ua_events *events,
	      void *arg, uint16_t dns_port, const char *text)
{
	struct fx_reason why = {0};

	memset(u, 0, sizeof(*u));
	(void)pthread_mutex_init(&u->lock, NULL);
	(void)pthread_cond_init(&u->change, NULL);
	if (fx_sip_settings_parse(&u->settings, text, &why)) {
		fail_msg("%s", why.text);
	}
	fx_sip_settings_secrets(&u->settings);
	u->prm = (struct fx_trunks_prm){.probe_timeout_ms = 400, .probe_dead_ms = 200,
					.retry_ms = 100, .retry_max_ms = 400,
					.refused_ms = us_refused_ms};
	u->ua = ua_open_at(transport, events, arg, dns_port);
	on_thread(u, start);
}

void begin(struct us *u, uint16_t dns_port, const char *text)
{
	begin_at(u, FX_SIP_UDP, &ua_events, NULL, dns_port, text);
}

void finish(struct us *u)
{
	on_thread(u, stop);
	assert_true(wait_flag(u, &u->closed));
	on_thread(u, drop);
	u->ua = fx_ua_free(u->ua);
	fx_sip_settings_fini(&u->settings);
	(void)pthread_cond_destroy(&u->change);
	(void)pthread_mutex_destroy(&u->lock);
}
