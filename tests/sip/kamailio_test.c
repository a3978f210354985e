/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trunks against kamailio: registration with digest over UDP and TCP, a wrong password, and calls
 * through a proxy that challenges and stays in the dialog. The program is the first argument.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/str.h"
#include "providers/sip/leg.h"
#include "tests/sip/us.h"
#include "tests/support/support.h"

static const char *kamailio;

static const char config[] =
	"#!KAMAILIO\n"
	"debug=0\nlog_stderror=yes\nchildren=2\ntcp_children=1\ndns=no\nrev_dns=no\n"
	"auto_aliases=no\nuse_dns_cache=no\n"
	"listen=udp:127.0.0.1:%u\nlisten=tcp:127.0.0.1:%u\n"
	"loadmodule \"tm.so\"\nloadmodule \"sl.so\"\nloadmodule \"rr.so\"\n"
	"loadmodule \"pv.so\"\nloadmodule \"textops.so\"\nloadmodule \"siputils.so\"\n"
	"loadmodule \"usrloc.so\"\nloadmodule \"registrar.so\"\nloadmodule \"auth.so\"\n"
	"modparam(\"usrloc\", \"db_mode\", 0)\n"
	"modparam(\"registrar\", \"max_expires\", 300)\n"
	"request_route {\n"
	"	if (is_method(\"OPTIONS\")) { sl_send_reply(\"200\", \"OK\"); exit; }\n"
	"	if (has_totag()) {\n"
	"		if (loose_route()) { t_relay(); exit; }\n"
	"		if (is_method(\"ACK\")) { if (t_check_trans()) { t_relay(); } exit; }\n"
	"		sl_send_reply(\"404\", \"Not Here\"); exit;\n"
	"	}\n"
	"	if (is_method(\"CANCEL\")) { if (t_check_trans()) { t_relay(); } exit; }\n"
	"	if (is_method(\"REGISTER\")) {\n"
	"		if (!pv_www_authenticate(\"$td\", \"wonderland\", \"0\")) {\n"
	"			www_challenge(\"$td\", \"1\"); exit;\n"
	"		}\n"
	"		save(\"location\"); exit;\n"
	"	}\n"
	"	if (is_method(\"INVITE\")) {\n"
	"		if (!pv_proxy_authenticate(\"$fd\", \"wonderland\", \"0\")) {\n"
	"			proxy_challenge(\"$fd\", \"1\"); exit;\n"
	"		}\n"
	"		consume_credentials();\n"
	"		record_route();\n"
	"		if (!lookup(\"location\")) {\n"
	"			sl_send_reply(\"404\", \"Not Found\"); exit;\n"
	"		}\n"
	"		t_relay(); exit;\n"
	"	}\n"
	"	sl_send_reply(\"405\", \"Method Not Allowed\");\n"
	"}\n";

/* ---- the program ---- */

struct proxy {
	char *dir;
	uint16_t port;
	pid_t pid;
};

/* A port that is free for both now. */
static uint16_t free_port(void)
{
	struct sockaddr_in me = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(me);

	for (int i = 0; i < 20; i++) {
		int u = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		int t = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		bool ok;

		me.sin_port = 0;
		assert_int_equal(bind(t, (struct sockaddr *)&me, sizeof(me)), 0);
		assert_int_equal(getsockname(t, (struct sockaddr *)&me, &len), 0);
		ok = !bind(u, (struct sockaddr *)&me, sizeof(me));
		(void)close(u);
		(void)close(t);
		if (ok) {
			return ntohs(me.sin_port);
		}
	}
	fail_msg("no free port");
	return 0;
}

/* port 0: a free one */
static void proxy_open(struct proxy *p, uint16_t port)
{
	fx_auto char *conf = NULL, *pid = NULL;
	FILE *f;

	p->dir = fx_test_mkdir();
	p->port = port ? port : free_port();
	conf = fx_asprintf("%s/kamailio.cfg", p->dir);
	pid = fx_asprintf("%s/pid", p->dir);
	f = fopen(conf, "we");
	assert_non_null(f);
	assert_true(fprintf(f, config, p->port, p->port) > 0);
	assert_int_equal(fclose(f), 0);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (!p->pid) {
		fx_auto char *log = fx_asprintf("%s/log", p->dir);

		if (!freopen(log, "we", stderr) || !freopen("/dev/null", "we", stdout) ||
		    !freopen("/dev/null", "re", stdin)) {
			_exit(126);
		}
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* also when a check fails */
		(void)execl(kamailio, kamailio, "-f", conf, "-P", pid, "-Y", p->dir, "-w", p->dir,
			    "-DD", "-E", "-m", "32", "-M", "8", (char *)NULL);
		_exit(127);
	}
}

static void proxy_close(struct proxy *p)
{
	int status = 0;

	assert_int_equal(kill(p->pid, SIGTERM), 0);
	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	fx_test_rmdir(p->dir);
	/* 0, or ended by our signal before its own handling was set up */
	assert_true(WIFSIGNALED(status) || !WEXITSTATUS(status));
}

/* ---- calls ---- */

struct end {
	struct us u;
	struct fx_leg *leg;
	bool answered, offered, offer_done, ended;
	int offer_status;
	char sdp[40], called[FX_SIP_NAME_SIZE];
	struct fx_leg_end why;
};

static void set(struct end *e, bool *flag)
{
	(void)pthread_mutex_lock(&e->u.lock);
	*flag = true;
	(void)pthread_cond_broadcast(&e->u.change);
	(void)pthread_mutex_unlock(&e->u.lock);
}
static void keep(struct end *e, const uint8_t *sdp, size_t n)
{
	(void)snprintf(e->sdp, sizeof(e->sdp), "%.*s", (int)n, n ? (const char *)sdp : "");
}
static void on_progress(void *arg, int status, const uint8_t *sdp, size_t n)
{
	(void)arg;
	(void)status;
	(void)sdp;
	(void)n;
}
static void on_answer(void *arg, const uint8_t *sdp, size_t n)
{
	keep(arg, sdp, n);
	set(arg, &((struct end *)arg)->answered);
}
static void on_offer(void *arg, const uint8_t *sdp, size_t n, bool refresh)
{
	struct end *e = arg;

	(void)refresh;
	keep(e, sdp, n);
	MUST(!fx_leg_accept(e->leg, (const uint8_t *)"second-answer", 13));
	set(e, &e->offered);
}
static void on_ack(void *arg, const uint8_t *sdp, size_t n)
{
	(void)arg;
	(void)sdp;
	(void)n;
}
static void on_offer_done(void *arg, int status, const uint8_t *sdp, size_t n)
{
	struct end *e = arg;

	e->offer_status = status;
	keep(e, sdp, n);
	set(e, &e->offer_done);
}
static void on_end(void *arg, const struct fx_leg_end *why)
{
	struct end *e = arg;

	e->why = *why;
	e->leg = fx_leg_free(e->leg);
	set(e, &e->ended);
}
static const struct fx_leg_events leg_events = {on_progress, on_answer, on_offer, on_ack,
						on_offer_done, NULL, on_end};

static int only_trunk(void *arg, const struct fx_ua_in *in)
{
	struct end *e = arg;

	return e->u.trunks ? fx_inbound_check(fx_trunks_inbound(e->u.trunks), &in->from,
					      fx_ua_now_ms()) : 1;
}
static int take_call(void *arg, struct fx_leg *leg, const struct fx_ua_in *in, const uint8_t *sdp,
		     size_t n)
{
	struct end *e = arg;

	MUST(fx_trunks_of_call(e->u.trunks, in) == fx_trunks_at(e->u.trunks, 0));
	e->leg = leg;
	keep(e, sdp, n);
	(void)fx_strlcpy(e->called, in->user, sizeof(e->called));
	fx_leg_take(leg, &leg_events, e);
	(void)fx_leg_progress(leg, 180, NULL, 0);
	MUST(!fx_leg_answer(leg, (const uint8_t *)"first-answer", 12));
	return 0;
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
static const struct fx_ua_events events = {only_trunk, take_call, no_trace};

static void end_begin(struct end *e, enum fx_sip_transport transport, const struct proxy *p,
		      const char *user, const char *password)
{
	fx_auto char *text = fx_asprintf("[trunk a]\nhost = 127.0.0.1\nport = %u\nregister = yes\n"
					 "transport = %s\nuser = %s\npassword = %s\n"
					 "keepalive_s = 1\n", p->port,
					 transport == FX_SIP_TCP ? "tcp" : "udp", user, password);

	memset(e, 0, sizeof(*e));
	begin_at(&e->u, transport, &events, e, 0, text);
}

static void call(struct us *u)
{
	struct end *e = (struct end *)(void *)u;
	struct fx_leg_prm prm = {.user = "4930200", .sdp = (const uint8_t *)"first-offer", .n = 11,
				 .events = &leg_events, .arg = e};

	MUST(!fx_leg_call(fx_trunk_way(fx_trunks_at(u->trunks, 0)), &prm, &e->leg, NULL));
}
static void call_nobody(struct us *u)
{
	struct end *e = (struct end *)(void *)u;
	struct fx_leg_prm prm = {.user = "4711", .sdp = (const uint8_t *)"x", .n = 1,
				 .events = &leg_events, .arg = e};

	MUST(!fx_leg_call(fx_trunk_way(fx_trunks_at(u->trunks, 0)), &prm, &e->leg, NULL));
}
static void offer(struct us *u)
{
	struct end *e = (struct end *)(void *)u;

	MUST(!fx_leg_offer(e->leg, (const uint8_t *)"second-offer", 12));
}
static void hang_up(struct us *u)
{
	struct end *e = (struct end *)(void *)u;

	fx_leg_hangup(e->leg, 16, "done");
}

static void through(enum fx_sip_transport transport)
{
	struct proxy p;
	struct end a, b;

	proxy_open(&p, 0);
	end_begin(&a, transport, &p, "4930100", "wonderland");
	end_begin(&b, transport, &p, "4930200", "wonderland");
	reach(&a.u, 0, true, "registered as 4930100 for 300 s"); /* what kamailio granted */
	reach(&b.u, 0, true, "registered as 4930200 for 300 s");
	on_thread(&a.u, call);
	assert_true(wait_flag(&a.u, &a.answered));
	assert_string_equal(a.sdp, "first-answer");
	assert_string_equal(b.called, "4930200");
	/* within the dialog the requests go by the proxy's Record-Route, both ways */
	on_thread(&b.u, offer);
	assert_true(wait_flag(&b.u, &b.offer_done));
	assert_int_equal(b.offer_status, 200);
	assert_string_equal(b.sdp, "second-answer");
	assert_string_equal(a.sdp, "second-offer");
	on_thread(&a.u, hang_up);
	assert_true(wait_flag(&b.u, &b.ended));
	assert_true(wait_flag(&a.u, &a.ended));
	assert_int_equal(b.why.q850, 16);
	/* a number that the proxy does not know */
	a.ended = false;
	on_thread(&a.u, call_nobody);
	assert_true(wait_flag(&a.u, &a.ended));
	assert_int_equal(a.why.status, 404);
	finish(&a.u);
	finish(&b.u);
	proxy_close(&p);
}

static void over_udp(void **state)
{
	(void)state;
	through(FX_SIP_UDP);
}

static void over_tcp(void **state)
{
	(void)state;
	through(FX_SIP_TCP);
}

static void wrong_password(void **state)
{
	struct proxy p;
	struct end a;

	(void)state;
	proxy_open(&p, 0);
	end_begin(&a, FX_SIP_UDP, &p, "4930100", "sesame");
	reach(&a.u, 0, false, "registration as 4930100 is refused (401 Unauthorized); check user, "
	      "auth_user and password");
	finish(&a.u);
	proxy_close(&p);
}

/* kamailio ends and comes back: offline, then registered again. */
static void proxy_restarts(void **state)
{
	struct proxy p;
	struct end a;

	(void)state;
	proxy_open(&p, 0);
	end_begin(&a, FX_SIP_UDP, &p, "4930100", "wonderland");
	reach(&a.u, 0, true, "registered");
	proxy_close(&p);
	reach(&a.u, 0, false, "does not answer");
	proxy_open(&p, p.port);
	reach(&a.u, 0, true, "registered");
	finish(&a.u);
	proxy_close(&p);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(over_udp), cmocka_unit_test(over_tcp),
		cmocka_unit_test(wrong_password), cmocka_unit_test(proxy_restarts),
	};

	if (argc < 2 || access(argv[1], X_OK)) {
		(void)printf("skipped: kamailio is not installed (Debian package kamailio)\n");
		return 77;
	}
	kamailio = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
