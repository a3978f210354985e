/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trunks against far ends on loopback: user agents of ours that answer OPTIONS, a registrar and a
 * name server of a few lines each, and sockets that never answer.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/str.h"
#include "providers/sip/trunk.h"
#include "tests/sip/servers.h"
#include "tests/support/support.h"

#define MUST(x)                                                                                    \
	do {                                                                                       \
		if (!(x)) {                                                                        \
			(void)fprintf(stderr, "line %d: %s\n", __LINE__, #x);                      \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* ---- user agents ---- */

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

static struct fx_ua *ua_open(uint16_t dns_port)
{
	struct sockaddr_in me = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct fx_ua_listen l = {.transport = FX_SIP_UDP};
	char dns[40];
	struct fx_ua_prm prm = {.listen = &l, .n_listen = 1, .user_agent = "caselli-test",
				.dns = dns, .events = &ua_events, .dns_timeout_ms = 300};
	struct fx_ua *ua = NULL;
	struct fx_reason why = {0};

	(void)snprintf(dns, sizeof(dns), "127.0.0.1:%u", dns_port ? dns_port : 9);
	memcpy(&l.addr, &me, sizeof(me));
	if (fx_ua_new(&prm, &ua, &why)) {
		fail_msg("%s", why.text);
	}
	return ua;
}

/* ---- our end ---- */

struct us {
	struct fx_ua *ua;
	struct fx_sip_settings settings;
	struct fx_trunks_prm prm;
	struct fx_trunks *trunks;
	pthread_mutex_t lock;
	pthread_cond_t change;
	struct told {
		unsigned n;
		bool online;
		char words[300];
	} told[4];
	bool closed, job_done;
	int result;
	struct sockaddr_storage target;
	uint32_t wait_ms;
	char why[320];
};

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
static bool wait_flag(struct us *u, const bool *flag)
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
static void on_thread(struct us *u, void (*fn)(struct us *u))
{
	struct job j = {u, fn};

	u->job_done = false;
	fx_ua_post(u->ua, run, &j);
	assert_true(wait_flag(u, &u->job_done));
}

/* Until a trunk is told to be so, with these words somewhere in it. */
static void reach(struct us *u, size_t trunk, bool online, const char *words)
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

static uint32_t refused_ms = 300;

static void begin(struct us *u, uint16_t dns_port, const char *text)
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
					.refused_ms = refused_ms};
	u->ua = ua_open(dns_port);
	on_thread(u, start);
}
static void finish(struct us *u)
{
	on_thread(u, stop);
	assert_true(wait_flag(u, &u->closed));
	on_thread(u, drop);
	u->ua = fx_ua_free(u->ua);
	fx_sip_settings_fini(&u->settings);
	(void)pthread_cond_destroy(&u->change);
	(void)pthread_mutex_destroy(&u->lock);
}

static char *trunk_text(uint16_t port, const char *more)
{
	return fx_asprintf("[trunk a]\nhost = 127.0.0.1\nport = %u\nkeepalive_s = 1\n%s", port,
			   more);
}

/* ---- is it there? ---- */

static void answers(void **state)
{
	struct fx_ua *far = ua_open(0);
	fx_auto char *text = trunk_text(fx_ua_port(far, FX_SIP_UDP), "");
	fx_auto char *words = fx_asprintf("at 127.0.0.1:%u over udp", fx_ua_port(far, FX_SIP_UDP));
	struct us u;

	(void)state;
	begin(&u, 0, text);
	reach(&u, 0, true, words);
	(void)fx_ua_free(far);
	reach(&u, 0, false, "127.0.0.1 does not answer: 127.0.0.1:");
	finish(&u);
}

static void nobody_there(void **state)
{
	struct server silent;
	fx_auto char *text = NULL;
	struct us u;

	(void)state;
	server_open(&silent, NULL);
	text = trunk_text(silent.port, "");
	begin(&u, 0, text);
	reach(&u, 0, false, "no answer");
	finish(&u);
	server_close(&silent);
}

/* The resolver takes the question and never answers: our own guard ends it. */
static void dns_hangs(void **state)
{
	struct server silent;
	struct us u;

	(void)state;
	server_open(&silent, NULL);
	begin(&u, silent.port, "[trunk a]\nhost = two.test\n");
	reach(&u, 0, false, "no address is known for \"two.test\" (no DNS server answered)");
	finish(&u);
	server_close(&silent);
}

/* 503 to OPTIONS: it is there, but takes no calls. */
static void out_of_service(void **state)
{
	struct server far;
	fx_auto char *text = NULL;
	struct us u;

	(void)state;
	server_open(&far, registrar);
	set_mode(&far, REG_OUT);
	text = trunk_text(far.port, "");
	begin(&u, 0, text);
	reach(&u, 0, false, "503 Service Unavailable");
	set_mode(&far, REG_OK);
	reach(&u, 0, true, "at 127.0.0.1:");
	finish(&u);
	server_close(&far);
}

/* A file that cannot be read is the matter of one trunk only. */
static void fault(void **state)
{
	struct fx_ua *far = ua_open(0);
	fx_auto char *text = trunk_text(fx_ua_port(far, FX_SIP_UDP),
					"[trunk b]\nhost = 127.0.0.1\nport = 9\n"
					"password_file = /nonexistent\n[trunk c]\n"
					"host = 127.0.0.1\nport = 9\ntransport = tls\n"
					"ca_file = /nonexistent\n");
	struct us u;

	(void)state;
	begin(&u, 0, text);
	reach(&u, 0, true, "at 127.0.0.1");
	reach(&u, 1, false, "/nonexistent cannot be read");
	reach(&u, 2, false, "/nonexistent cannot be read");
	finish(&u);
	(void)fx_ua_free(far);
}

/* ---- two targets ---- */

static void fail_target(struct us *u)
{
	u->result = fx_trunk_failed(fx_trunks_at(u->trunks, 0), 0, "test");
	MUST(fx_trunk_target(fx_trunks_at(u->trunks, 0), &u->target));
}

static uint16_t port_of(const struct sockaddr_storage *addr)
{
	struct sockaddr_in v4;

	memcpy(&v4, addr, sizeof(v4));
	return ntohs(v4.sin_port);
}

static void fail_over(void **state)
{
	struct fx_ua *far[2] = {ua_open(0), ua_open(0)};
	fx_auto char *first = fx_asprintf("at 127.0.0.1:%u", fx_ua_port(far[0], FX_SIP_UDP));
	fx_auto char *second = fx_asprintf("at 127.0.0.1:%u", fx_ua_port(far[1], FX_SIP_UDP));
	struct server dns;
	struct us u;

	(void)state;
	server_open(&dns, name_server);
	dns.targets[0] = fx_ua_port(far[0], FX_SIP_UDP);
	dns.targets[1] = fx_ua_port(far[1], FX_SIP_UDP);
	begin(&u, dns.port, "[trunk a]\nhost = two.test\nkeepalive_s = 1\n");
	reach(&u, 0, true, first);
	/* a call found it dead: the next one at once, and back when it answers again */
	on_thread(&u, fail_target);
	assert_int_equal(u.result, 1);
	assert_int_equal(port_of(&u.target), dns.targets[1]);
	reach(&u, 0, true, first);
	/* it goes away for good */
	far[0] = fx_ua_free(far[0]);
	reach(&u, 0, true, second);
	/* the only one that is left is not given up for one silence */
	on_thread(&u, fail_target);
	assert_int_equal(u.result, 0);
	assert_int_equal(port_of(&u.target), dns.targets[1]);
	far[1] = fx_ua_free(far[1]);
	reach(&u, 0, false, "two.test does not answer");
	finish(&u);
	server_close(&dns);
}

/* The first target was dead from the start. */
static void dead_first(void **state)
{
	struct fx_ua *far = ua_open(0);
	fx_auto char *second = fx_asprintf("at 127.0.0.1:%u", fx_ua_port(far, FX_SIP_UDP));
	struct server dns, silent;
	struct us u;

	(void)state;
	server_open(&silent, NULL);
	server_open(&dns, name_server);
	dns.targets[0] = silent.port;
	dns.targets[1] = fx_ua_port(far, FX_SIP_UDP);
	begin(&u, dns.port, "[trunk a]\nhost = two.test\n");
	reach(&u, 0, true, second);
	finish(&u);
	server_close(&dns);
	server_close(&silent);
	(void)fx_ua_free(far);
}

/* Without keepalive nobody is asked; a call that fails shows it. */
static void without_keepalive(void **state)
{
	struct server dns, silent[2];
	fx_auto char *first = NULL;
	struct us u;

	(void)state;
	server_open(&silent[0], NULL);
	server_open(&silent[1], NULL);
	server_open(&dns, name_server);
	dns.targets[0] = silent[0].port;
	dns.targets[1] = silent[1].port;
	first = fx_asprintf("at 127.0.0.1:%u", silent[0].port);
	begin(&u, dns.port, "[trunk a]\nhost = two.test\nkeepalive_s = 0\n");
	reach(&u, 0, true, first);
	on_thread(&u, fail_target);
	assert_int_equal(u.result, 1);
	assert_int_equal(port_of(&u.target), silent[1].port);
	reach(&u, 0, true, first); /* tried again after a while */
	finish(&u);
	server_close(&dns);
	server_close(&silent[0]);
	server_close(&silent[1]);
}

/* ---- registration ---- */

#define REGISTERS "register = yes\nuser = 4930100\npassword = wonderland\nexpires_s = 60\n"

static void registration(void **state)
{
	struct server far;
	fx_auto char *text = NULL;
	struct us u;

	(void)state;
	server_open(&far, registrar);
	text = trunk_text(far.port, REGISTERS);
	begin(&u, 0, text);
	reach(&u, 0, true, "registered as 4930100 for 60 s");
	finish(&u);
	assert_true(look_at(&far, &far.registers) >= 1);
	assert_int_equal(look_at(&far, &far.unregisters), 1); /* taken back at the end */
	server_close(&far);
}

static void wrong_password(void **state)
{
	struct server far;
	fx_auto char *text = NULL;
	struct us u;

	(void)state;
	server_open(&far, registrar);
	set_mode(&far, REG_DENIES);
	text = trunk_text(far.port, REGISTERS);
	begin(&u, 0, text);
	reach(&u, 0, false, "registration as 4930100 is refused (401 Unauthorized); check user, "
	      "auth_user and password; tried again in");
	set_mode(&far, REG_OK); /* somebody set it right over there */
	reach(&u, 0, true, "registered");
	finish(&u);
	server_close(&far);
}

/* One request without and one with the answer to the challenge; then a long rest, no storm. */
static void no_storm(void **state)
{
	struct server far;
	fx_auto char *text = NULL;
	struct us u;

	(void)state;
	server_open(&far, registrar);
	set_mode(&far, REG_DENIES);
	text = trunk_text(far.port, REGISTERS);
	refused_ms = 600000;
	begin(&u, 0, text);
	refused_ms = 300;
	reach(&u, 0, false, "tried again in 600 s");
	assert_int_equal(look_at(&far, &far.registers), 2);
	finish(&u);
	assert_int_equal(look_at(&far, &far.unregisters), 0); /* there was nothing to take back */
	server_close(&far);
}

static void too_brief(void **state)
{
	struct server far;
	fx_auto char *text = NULL;
	struct us u;

	(void)state;
	server_open(&far, registrar);
	set_mode(&far, REG_BRIEF);
	text = trunk_text(far.port, REGISTERS);
	begin(&u, 0, text);
	reach(&u, 0, true, "registered as 4930100 for 120 s");
	finish(&u);
	server_close(&far);
}

static void silent_registrar(void **state)
{
	struct server far;
	fx_auto char *text = NULL;
	struct us u;

	(void)state;
	server_open(&far, registrar);
	set_mode(&far, REG_SILENT);
	text = trunk_text(far.port, REGISTERS "keepalive_s = 0\n");
	begin(&u, 0, text);
	reach(&u, 0, false, "not registered: no answer");
	set_mode(&far, REG_OK);
	reach(&u, 0, true, "registered");
	finish(&u);
	server_close(&far);
}

/* ---- limits ---- */

static void try_begin(struct us *u)
{
	struct fx_reason why = {0};

	u->result = fx_trunk_begin(fx_trunks_of_line(u->trunks, "a/1"), true, &u->wait_ms, &why);
	(void)fx_strlcpy(u->why, why.text, sizeof(u->why));
}
static void try_end(struct us *u)
{
	fx_trunk_end(fx_trunks_of_line(u->trunks, "a/1"));
}

static void limits(void **state)
{
	struct fx_ua *far = ua_open(0);
	fx_auto char *text = trunk_text(fx_ua_port(far, FX_SIP_UDP),
					"ports = 3\nmax_calls_per_s = 3\n");
	struct us u;

	(void)state;
	begin(&u, 0, text);
	reach(&u, 0, true, "");
	for (int i = 0; i < 3; i++) {
		on_thread(&u, try_begin);
		assert_int_equal(u.result, 0);
	}
	on_thread(&u, try_begin);
	assert_int_equal(u.result, FX_EBUSY);
	on_thread(&u, try_end);
	on_thread(&u, try_begin); /* within the same second: unless this machine was very slow */
	if (u.result) {
		assert_int_equal(u.result, FX_EAGAIN);
		assert_true(u.wait_ms > 0 && u.wait_ms <= 334);
		assert_non_null(strstr(u.why, "3 calls in this second"));
	}
	(void)fx_ua_free(far);
	reach(&u, 0, false, "does not answer");
	on_thread(&u, try_begin);
	assert_int_equal(u.result, FX_ENODEV);
	assert_non_null(strstr(u.why, "trunk a is offline: 127.0.0.1 does not answer"));
	finish(&u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers), cmocka_unit_test(nobody_there),
		cmocka_unit_test(dns_hangs), cmocka_unit_test(out_of_service),
		cmocka_unit_test(fault), cmocka_unit_test(fail_over),
		cmocka_unit_test(dead_first), cmocka_unit_test(without_keepalive),
		cmocka_unit_test(registration), cmocka_unit_test(wrong_password),
		cmocka_unit_test(no_storm), cmocka_unit_test(too_brief),
		cmocka_unit_test(silent_registrar),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
