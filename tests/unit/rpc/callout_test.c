/* SPDX-License-Identifier: Apache-2.0 */
/* The service calls a client that takes events: with NTLM, without, forged, mute, gone. */
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rpc/auth/sec.h"
#include "rpc/auth/users.h"
#include "rpc/callout/callout.h"
#include "rpc/msfax/ops.h"
#include "support/support.h"

#define CONTEXT UINT64_C(0x0123456789abcdef)
#define USER    "caselli"
#define SECRET  "Pantelegraph 1865"

enum manner { GOOD, FORGES, MUTE, REFUSES, UNSIGNED, HOLDS_ON };

/* The client's program: one connection, blocking, in a thread. */
struct taker {
	enum manner manner;
	bool reflects; /* the service is to know its own challenges */
	int listener;
	uint16_t port;
	struct fx_auth_server *auth;
	struct fx_sec sec;
	pthread_t thread;
	/* what it saw */
	unsigned opened, events, extended, closed;
	bool sealed; /* the last request could not be read on the wire */
	char user[128];
	int err;
};

static int64_t now(void *arg)
{
	return FX_TEST_EPOCH_US;
}

static bool recv_all(int fd, uint8_t *p, size_t n)
{
	while (n) {
		ssize_t k = recv(fd, p, n, 0);

		if (k <= 0) {
			return false;
		}
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static void send_all(int fd, const struct fx_buf *b)
{
	assert_int_equal(b->err, 0);
	(void)!send(fd, b->data, b->len, MSG_NOSIGNAL);
}

static void on_bind(struct taker *t, int fd, const struct fx_pdu_hdr *h, const uint8_t *pdu)
{
	struct fx_pdu_ack ack = {.max_xmit = 4280, .max_recv = 4280, .assoc_group = 1,
				 .n_results = 1};
	struct fx_buf out = {0}, token = {0};
	struct fx_sec_trailer tr = {0};

	fx_pdu_ack_put(&out, h->type == FX_PDU_BIND ? FX_PDU_BIND_ACK : FX_PDU_ALTER_RESP, 0,
		       h->call_id, NULL, &ack);
	if (h->auth_len) {
		t->err = fx_sec_trailer_get(h, pdu, &tr);
		if (!t->err && !t->sec.auth) {
			t->err = fx_auth_accept(t->auth, tr.type, tr.level, &t->sec.auth);
			t->sec.context_id = tr.context_id;
			t->sec.header_sign = h->flags & FX_PDU_HEADER_SIGN;
		}
		if (!t->err) {
			t->err = fx_auth_step(t->sec.auth, tr.token, h->auth_len, &token, NULL) < 0;
		}
		if (token.len) {
			fx_sec_append(&out, 0, &tr, &token, t->sec.header_sign);
		}
	}
	send_all(fd, &out);
	fx_buf_fini(&out);
	fx_buf_fini(&token);
}

static bool holds(const uint8_t *p, size_t n, uint64_t v)
{
	for (size_t i = 0; i + 8 <= n; i++) {
		if (memcmp(p + i, &v, 8) == 0) {
			return true;
		}
	}
	return false;
}

static void count(struct taker *t, unsigned opnum, const uint8_t *stub)
{
	uint64_t context = CONTEXT;

	switch (opnum) {
	case 0:
		t->opened += memcmp(stub, &context, 8) == 0;
		break;
	case 1:
		t->events++;
		break;
	case 2:
		t->closed++;
		break;
	default:
		t->extended++;
	}
}

static void on_request(struct taker *t, int fd, const struct fx_pdu_hdr *h, uint8_t *pdu)
{
	static const uint8_t handle[20] = {0, 0, 0, 0, 7, 7, 7};
	struct fx_buf out = {0};
	struct fx_pdu_call v = {0};
	bool clear = holds(pdu, h->frag_len, CONTEXT);
	struct fx_sec none = {0};
	size_t len = 0, at;

	t->err = fx_sec_open(&t->sec, h, pdu, &len);
	t->err = t->err ? t->err : fx_pdu_call_get(h, pdu + FX_PDU_HDR_SIZE, len, &v);
	if (t->err || t->manner == MUTE || (t->manner == HOLDS_ON && v.opnum == 2)) {
		return;
	}
	t->sealed = t->sealed || (v.opnum == 0 && !clear);
	count(t, v.opnum, v.stub);
	at = fx_pdu_begin(&out);
	if (v.opnum == 0 || v.opnum == 2) {
		fx_buf_put(&out, handle, sizeof(handle));
	}
	fx_buf_u32(&out, t->manner == REFUSES ? 5 : 0);
	fx_sec_end(&out, at, t->manner == UNSIGNED ? &none : &t->sec, FX_PDU_RESPONSE, 0,
		   h->call_id, 0, 0, 4280);
	if (t->manner == FORGES) {
		out.data[30] ^= 1;
	}
	send_all(fd, &out);
	fx_buf_fini(&out);
}

static void *serve(void *arg)
{
	struct taker *t = arg;
	uint8_t pdu[8192];
	struct fx_pdu_hdr h;
	int fd = accept(t->listener, NULL, NULL);

	while (!t->err && recv_all(fd, pdu, FX_PDU_HDR_SIZE) && fx_pdu_hdr_get(pdu, &h) == 0 &&
	       h.frag_len <= sizeof(pdu) &&
	       recv_all(fd, pdu + FX_PDU_HDR_SIZE, h.frag_len - FX_PDU_HDR_SIZE)) {
		struct fx_sec_trailer tr;
		struct fx_buf token = {0};

		if (h.type == FX_PDU_REQUEST) {
			on_request(t, fd, &h, pdu);
		} else if (h.type == FX_PDU_AUTH3) {
			t->err = fx_sec_trailer_get(&h, pdu, &tr);
			t->err = t->err ? t->err : fx_auth_step(t->sec.auth, tr.token, h.auth_len,
								&token, NULL);
			if (!t->err) {
				memcpy(t->user, t->sec.auth->peer.user, sizeof(t->user));
			}
		} else {
			on_bind(t, fd, &h, pdu);
		}
		fx_buf_fini(&token);
	}
	(void)close(fd);
	t->sec.auth = fx_auth_free(t->sec.auth);
	return NULL;
}

struct world {
	struct fx_loop *loop;
	struct fx_callouts *all;
	char *dir, *path;
	struct taker t;
	bool called;
	int err;
	struct fx_reason why;
};

static void on_ready(void *arg, int err, const struct fx_reason *why)
{
	struct world *w = arg;

	w->called = true;
	w->err = err;
	w->why = *why;
}

static int setup(void **state)
{
	struct world *w = fx_zalloc(sizeof(*w));
	struct fx_auth_server_prm prm = {.host = "client", .wall_us = now};
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	struct fx_users *u;

	assert_int_equal(fx_loop_new_real(&w->loop), 0);
	assert_int_equal(fx_callouts_new(w->loop, &w->all), 0);
	w->dir = fx_test_mkdir();
	w->path = fx_asprintf("%s/users", w->dir);
	assert_int_equal(fx_users_open(w->path, &u), 0);
	assert_int_equal(fx_users_set_password(u, USER, SECRET, 1, NULL), 0);
	(void)fx_users_close(u);
	prm.users_file = w->path;
	assert_int_equal(fx_auth_server_new(&prm, &w->t.auth, NULL), 0);
	w->t.listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(w->t.listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(w->t.listener, 4), 0);
	assert_int_equal(getsockname(w->t.listener, (struct sockaddr *)&a, &len), 0);
	w->t.port = ntohs(a.sin_port);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	(void)close(w->t.listener);
	w->all = fx_callouts_free(w->all);
	w->loop = fx_loop_free(w->loop);
	(void)fx_auth_server_free(w->t.auth);
	(void)fx_free(w->path);
	fx_test_rmdir(w->dir);
	(void)fx_free(w);
	return 0;
}

static void wait_for(struct world *w, int err)
{
	fx_test_wait(w->loop, &w->called, 30 * FX_SECOND);
	w->called = false;
	if (w->err != err) {
		print_error("%s\n", w->why.text);
	}
	assert_int_equal(w->err, err);
}

static struct fx_callout *start(struct world *w, enum manner manner, enum fx_auth_type type,
				const char *password, uint32_t timeout_ms)
{
	struct fx_callout_prm prm = {
		.address = "127.0.0.1", .port = w->t.port, .name = "client", .context = CONTEXT,
		.login = {.type = type, .user = USER, .domain = "", .password = password},
		.timeout_ms = timeout_ms,
		.ready = on_ready, .arg = w};
	struct fx_callout *c = NULL;

	prm.login.own = w->t.reflects ? w->t.auth : NULL;
	w->t.manner = manner;
	assert_int_equal(pthread_create(&w->t.thread, NULL, serve, &w->t), 0);
	assert_int_equal(fx_callout_new(w->all, &prm, &c), 0);
	assert_int_equal(fx_callout_event(c, &(struct fx_ms_event){.event_id = 1}), FX_ESTATE);
	return c;
}

/* Until the thread has seen the end. */
static void finish(struct world *w)
{
	for (int i = 0; i < 20; i++) {
		fx_loop_step(w->loop, 10 * FX_MS);
	}
	w->all = fx_callouts_free(w->all);
	assert_int_equal(pthread_join(w->t.thread, NULL), 0);
	assert_int_equal(fx_callouts_new(w->loop, &w->all), 0);
}

static void deliver(struct world *w, enum fx_auth_type type)
{
	struct fx_callout *c = start(w, GOOD, type, SECRET, 30000);

	wait_for(w, 0);
	assert_int_equal(fx_callout_event(c, &(struct fx_ms_event){.event_id = 1}), 0);
	assert_int_equal(fx_callout_event(c, &(struct fx_ms_event){.event_id = 2}), FX_ESTATE);
	wait_for(w, 0);
	assert_int_equal(fx_callout_event_ex(c, "12345678", 8), 0);
	wait_for(w, 0);
	c = fx_callout_free(c);
	finish(w);
	assert_int_equal(w->t.err, 0);
	assert_int_equal(w->t.opened, 1);
	assert_int_equal(w->t.events, 1);
	assert_int_equal(w->t.extended, 1);
	assert_int_equal(w->t.closed, 1);
}

static void without_authentication(void **state)
{
	struct world *w = *state;

	deliver(w, FX_AUTH_NONE);
	assert_false(w->t.sealed);
}

static void with_ntlm(void **state)
{
	struct world *w = *state;

	deliver(w, FX_AUTH_NTLM);
	assert_true(w->t.sealed);
	assert_string_equal(w->t.user, USER);
}

static void with_spnego(void **state)
{
	struct world *w = *state;

	deliver(w, FX_AUTH_SPNEGO);
	assert_true(w->t.sealed);
}

/* An event on its way when the subscription ends: its answer is awaited, then good-bye said. */
static void freed_while_sending(void **state)
{
	struct world *w = *state;
	struct fx_callout *c = start(w, GOOD, FX_AUTH_NTLM, SECRET, 30000);

	wait_for(w, 0);
	assert_int_equal(fx_callout_event(c, &(struct fx_ms_event){.event_id = 1}), 0);
	c = fx_callout_free(c);
	finish(w);
	assert_int_equal(w->t.events, 1);
	assert_int_equal(w->t.closed, 1);
	assert_false(w->called);
}

static void fails(struct world *w, enum manner manner, enum fx_auth_type type,
		  const char *password, uint32_t timeout_ms, int err)
{
	struct fx_callout *c = start(w, manner, type, password, timeout_ms);

	wait_for(w, err);
	assert_non_null(strstr(w->why.text, "127.0.0.1"));
	c = fx_callout_free(c);
	finish(w);
	assert_false(w->called);
}

static void forged_answer(void **state)
{
	fails(*state, FORGES, FX_AUTH_NTLM, SECRET, 30000, FX_EACCES);
}

static void unsigned_answer(void **state)
{
	fails(*state, UNSIGNED, FX_AUTH_NTLM, SECRET, 30000, FX_EPROTO);
}

static void mute_client(void **state)
{
	fails(*state, MUTE, FX_AUTH_NONE, "", 100, FX_ETIMEDOUT);
}

/* A client that hands our own server's challenge to us would be the service's user there. */
static void reflected(void **state)
{
	struct world *w = *state;

	w->t.reflects = true;
	fails(w, GOOD, FX_AUTH_NTLM, SECRET, 30000, FX_EACCES);
	assert_non_null(strstr(w->why.text, "our own"));
	assert_string_equal(w->t.user, "");
}

#define MANY 70

/* Who subscribes and goes, again and again, and never takes the good-bye: not without end. */
static void good_byes_without_end(void **state)
{
	struct world *w = *state;
	static struct taker v[MANY];
	struct fx_callout_prm prm = {
		.address = "127.0.0.1", .port = w->t.port, .name = "client", .context = CONTEXT,
		.timeout_ms = 60000, .ready = on_ready, .arg = w};
	struct fx_callout *c = NULL;

	for (int i = 0; i < MANY; i++) {
		v[i] = (struct taker){.manner = HOLDS_ON, .listener = w->t.listener};
		assert_int_equal(pthread_create(&v[i].thread, NULL, serve, &v[i]), 0);
		assert_int_equal(fx_callout_new(w->all, &prm, &c), 0);
		wait_for(w, 0);
		c = fx_callout_free(c);
	}
	for (int i = 0; i < 20; i++) {
		fx_loop_step(w->loop, FX_MS);
	}
	/* the first ones are let go, long before their time; which thread has which is open */
	assert_true(fx_callouts_closing(w->all) <= 64);
	w->all = fx_callouts_free(w->all);
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(pthread_join(v[i].thread, NULL), 0);
		assert_int_equal(v[i].opened, 1);
	}
	assert_int_equal(fx_callouts_new(w->loop, &w->all), 0);
}

static void client_refuses(void **state)
{
	fails(*state, REFUSES, FX_AUTH_NTLM, SECRET, 30000, FX_EACCES);
}

static void wrong_password(void **state)
{
	struct world *w = *state;

	/* auth3 has no answer: the client hangs up, and the first call finds out */
	fails(w, GOOD, FX_AUTH_NTLM, "not the password", 30000, FX_EPIPE);
	assert_int_equal(w->t.opened, 0);
}

static void freed_before_it_is_open(void **state)
{
	struct world *w = *state;
	struct fx_callout *c = start(w, GOOD, FX_AUTH_NTLM, SECRET, 30000);

	fx_loop_step(w->loop, FX_MS);
	c = fx_callout_free(c);
	finish(w);
	assert_false(w->called);
	assert_int_equal(w->t.events, 0);
}

static void bad_addresses(void **state)
{
	struct world *w = *state;
	struct fx_callout_prm prm = {.address = "fax.example.org", .port = 1, .name = "x",
				     .timeout_ms = 1000, .ready = on_ready, .arg = w};
	struct fx_callout *c = NULL;

	assert_int_equal(fx_callout_new(w->all, &prm, &c), FX_EINVAL);
	(void)close(w->t.listener);
	prm.address = "127.0.0.1";
	prm.port = w->t.port;
	assert_int_equal(fx_callout_new(w->all, &prm, &c), 0);
	wait_for(w, FX_ECONNREFUSED);
	c = fx_callout_free(c);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(without_authentication), T(with_ntlm), T(with_spnego), T(freed_while_sending),
		T(forged_answer),
		T(unsigned_answer), T(mute_client), T(reflected), T(good_byes_without_end),
		T(client_refuses), T(wrong_password),
		T(freed_before_it_is_open), T(bad_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
