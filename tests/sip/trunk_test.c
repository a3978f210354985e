/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trunks against far ends on loopback: user agents of ours that answer OPTIONS, a registrar and a
 * name server of a few lines each, and sockets that never answer.
 */
#include <arpa/inet.h>
#include <string.h>
#include "base/str.h"
#include "tests/sip/servers.h"
#include "tests/sip/us.h"
#include "tests/support/support.h"

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
	do { /* until the second has answered, too */
		on_thread(&u, fail_target);
	} while (!u.result);
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
	us_refused_ms = 600000;
	begin(&u, 0, text);
	us_refused_ms = 300;
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
