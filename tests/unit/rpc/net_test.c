/* SPDX-License-Identifier: Apache-2.0 */
/* Connections over TCP, on the virtual loop and with a security of no worth (fake_auth.h): who is
 * served what, how a handshake goes, and what happens to those who mean no good. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "fake_auth.h"
#include "fake_service.h"
#include "rpc/address.h"
#include "rpc/auth/sec.h"
#include "rpc/msfax/caselli.h"
#include "rpc/plain.h"
#include "support/support.h"

struct net {
	struct fx_rpc_server_prm prm;
	struct fx_rpc_server *server;
	int alive; /* security contexts of the server */
};
/* One client. */
struct peer {
	struct net *net;
	int fd;
	struct fx_sec sec; /* auth NULL: none */
	struct fx_buf got; /* the last PDU */
	struct fx_pdu_hdr h;
	uint32_t group, call_id;
	uint8_t ack_flags;
};

static int setup(void **state)
{
	struct net *n = fx_zalloc(sizeof(*n));
	struct fx_reason why = {0};

	assert_non_null(n);
	assert_int_equal(fx_loop_new_virtual(INT64_C(1767225600000000), &n->prm.loop), 0);
	n->prm.service = fake_service_new(n->prm.loop, 2);
	n->prm.no_trace = true;
	n->prm.max_stub_bytes = 100000;
	n->prm.net.accept = fake_auth_accept;
	n->prm.net.accept_arg = &n->alive;
	n->prm.net.login = fx_service_login_name;
	n->prm.net.max_pending = 8;
	n->prm.net.max_address_pending = 4;
	n->prm.net.max_address_connections = 20;
	n->prm.net.max_user_connections = 10;
	n->prm.net.login_ms = 30000;
	n->prm.net.idle_ms = 3600000;
	n->prm.net.principal = "host/fax.example.org";
	fake_logouts = 0;
	assert_int_equal(fx_rpc_server_new(&n->prm, &n->server, &why), 0);
	*state = n;
	return 0;
}

static void settle(struct net *n)
{
	for (int i = 0; i < 12; i++) {
		/* the virtual clock stands still: only what is ready or posted */
		fx_loop_set_limit(n->prm.loop, fx_loop_now_us(n->prm.loop));
		fx_loop_step(n->prm.loop, 0);
	}
}

static bool never(void *arg)
{
	return false;
}

static void pass(struct net *n, int64_t ms)
{
	fx_loop_set_limit(n->prm.loop, FX_LOOP_NO_LIMIT);
	(void)fx_loop_run_until(n->prm.loop, never, NULL, ms * FX_MS);
}

static int teardown(void **state)
{
	struct net *n = *state;

	n->server = fx_rpc_server_free(n->server);
	settle(n);
	assert_int_equal(n->alive, 0);
	assert_int_equal(fake_logouts, n->prm.service->logins);
	fake_service_free(n->prm.service);
	(void)fx_loop_free(n->prm.loop);
	(void)fx_free(n);
	return 0;
}

static struct sockaddr_storage from(const char *address)
{
	struct sockaddr_storage sa = {0};
	struct sockaddr_in *in = (struct sockaddr_in *)(void *)&sa;

	in->sin_family = AF_INET;
	in->sin_port = htons(4711);
	assert_int_equal(inet_pton(AF_INET, address, &in->sin_addr), 1);
	return sa;
}

static int try_open(struct net *n, const char *address, bool mapper, struct peer *p)
{
	struct sockaddr_storage sa;
	int fds[2], err;

	memset(p, 0, sizeof(*p));
	p->net = n;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
				    fds), 0);
	p->fd = fds[0];
	if (address) {
		sa = from(address);
	}
	err = fx_rpc_server_serve_net(n->server, fds[1], mapper, address ? &sa : NULL);
	if (err) {
		(void)close(fds[1]);
		(void)close(fds[0]);
	}
	return err;
}

static struct peer open_at(struct net *n, const char *address)
{
	struct peer p;

	assert_int_equal(try_open(n, address, false, &p), 0);
	return p;
}

static void close_peer(struct peer *p)
{
	(void)close(p->fd);
	p->sec.auth = fx_auth_free(p->sec.auth);
	fx_buf_fini(&p->got);
	settle(p->net);
}

static void put(struct peer *p, struct fx_buf *b)
{
	assert_int_equal(b->err, 0);
	assert_int_equal(send(p->fd, b->data, b->len, MSG_NOSIGNAL), b->len);
	fx_buf_fini(b);
	settle(p->net);
}

static bool read_n(struct peer *p, size_t n)
{
	uint8_t *at = fx_buf_grow(&p->got, n);

	for (size_t got = 0; got < n;) {
		ssize_t rc = recv(p->fd, at + got, n - got, 0);

		if (rc <= 0) {
			return false;
		}
		got += (size_t)rc;
	}
	return true;
}

/* @return false: nothing came, or it hung up */
static bool get(struct peer *p)
{
	settle(p->net);
	fx_buf_reset(&p->got);
	if (!read_n(p, FX_PDU_HDR_SIZE)) {
		return false;
	}
	assert_int_equal(fx_pdu_hdr_get(p->got.data, &p->h), 0);
	assert_true(read_n(p, p->h.frag_len - FX_PDU_HDR_SIZE));
	return true;
}

static bool hung_up(struct peer *p)
{
	uint8_t byte;

	settle(p->net);
	return recv(p->fd, &byte, 1, 0) == 0;
}

static void put_bind(struct fx_buf *b, uint8_t type, uint32_t group, const char *iface)
{
	static const struct fx_pdu_syntax unknown = {{1, 2, 3}, 1, 0};
	struct fx_pdu_bind bind = {.max_xmit = 5840, .max_recv = 5840, .assoc_group = group,
				   .n_ctx = 1};
	const struct fx_rpc_iface *v;

	bind.ctx[0].abstract = unknown;
	for (int door = FX_DOOR_UNIX; door <= FX_DOOR_MAPPER; door++) {
		for (size_t i = 0; (v = fx_rpc_iface_at((enum fx_door)door, i)); i++) {
			if (!strcmp(v->name, iface)) {
				bind.ctx[0].abstract = fx_rpc_iface_syntax(v);
			}
		}
	}
	bind.ctx[0].id = type == FX_PDU_ALTER; /* 0, then 1 */
	fx_pdu_bind_put(b, type, 1, &bind);
}

static void put_token(struct fx_buf *b, size_t at, struct peer *p, const char *word)
{
	struct fx_sec_trailer t = {.type = (uint8_t)p->sec.auth->type,
				   .level = (uint8_t)p->sec.auth->level,
				   .context_id = p->sec.context_id};
	struct fx_buf token = {0};

	fx_buf_put(&token, word, strlen(word));
	fx_sec_append(b, at, &t, &token, p->sec.header_sign);
	fx_buf_fini(&token);
}

static void auth3(struct peer *p, const char *word)
{
	struct fx_sec_trailer t = {.type = (uint8_t)p->sec.auth->type,
				   .level = (uint8_t)p->sec.auth->level,
				   .context_id = p->sec.context_id};
	struct fx_buf token = {0}, b = {0};

	fx_buf_put(&token, word, strlen(word));
	fx_sec_auth3_put(&b, 1, &t, &token, false);
	fx_buf_fini(&token);
	put(p, &b);
}

static void alter(struct peer *p, const char *iface, const char *word)
{
	struct fx_buf b = {0};

	put_bind(&b, FX_PDU_ALTER, p->group, iface);
	if (word) {
		put_token(&b, 0, p, word);
	}
	put(p, &b);
}

/* Sends a bind; false: refused, the answer is in p->got. */
static bool bind_as(struct peer *p, const char *iface, const char *word, uint32_t group,
		    unsigned flags)
{
	struct fx_buf b = {0};
	struct fx_pdu_ack ack;

	put_bind(&b, FX_PDU_BIND, group, iface);
	if (word) {
		put_token(&b, 0, p, word);
	}
	b.data[3] |= (uint8_t)flags;
	put(p, &b);
	if (!get(p) || p->h.type != FX_PDU_BIND_ACK) {
		return false;
	}
	p->ack_flags = p->h.flags;
	assert_int_equal(fx_pdu_ack_get(p->got.data + 16, p->got.len - 16, &ack), 0);
	p->group = ack.assoc_group;
	assert_int_not_equal(p->group, 0);
	return ack.results[0].result == FX_CTX_ACCEPT;
}

static void use(struct peer *p, unsigned type, unsigned level, bool sign)
{
	p->sec.auth = fake_auth_client(type, level);
	p->sec.context_id = 77;
	p->sec.header_sign = sign;
}

/* A user at the fax interface, logged in. */
static struct peer user(struct net *n, const char *address, const char *name, unsigned level,
			uint32_t group)
{
	struct peer p = open_at(n, address);
	char word[64];

	use(&p, FX_AUTH_NTLM, level, true);
	(void)snprintf(word, sizeof(word), "user %s", name);
	assert_true(bind_as(&p, "fax", word, group, 0));
	auth3(&p, "password secret");
	return p;
}

static void request(struct peer *p, struct fx_buf *b, uint16_t ctx, uint16_t op, const void *stub,
		    size_t n)
{
	size_t at = fx_pdu_begin(b);

	fx_buf_put(b, stub, n);
	fx_sec_end(b, at, &p->sec, FX_PDU_REQUEST, 0, ++p->call_id, ctx, op, 1432);
}

/* The answer to the call: 0, or the status of its fault; UINT32_MAX: it hung up. */
static uint32_t answer(struct peer *p)
{
	struct fx_pdu_call call;
	size_t len = 0;

	if (!get(p)) {
		return UINT32_MAX;
	}
	assert_int_equal(fx_sec_open(&p->sec, &p->h, p->got.data, &len), 0);
	assert_int_equal(fx_pdu_call_get(&p->h, p->got.data + 16, len, &call), 0);
	return p->h.type == FX_PDU_FAULT ? call.status : 0;
}

static uint32_t ask(struct peer *p, uint16_t ctx, uint16_t op, const void *stub, size_t n)
{
	struct fx_buf b = {0};
	uint32_t rc;

	request(p, &b, ctx, op, stub, n);
	put(p, &b);
	rc = answer(p);
	assert_true(rc == UINT32_MAX || p->h.call_id == p->call_id);
	return rc;
}

static const uint8_t api[4] = {0, 0, 3, 0};
#define CONNECT 80, api, sizeof(api)

/* --- the cases --- */

static void without_authentication(void **state)
{
	struct peer p = open_at(*state, "192.0.2.7");

	assert_true(bind_as(&p, "fax", NULL, 0, 0));
	assert_int_equal(ask(&p, 0, CONNECT), FX_FAULT_ACCESS_DENIED);
	assert_int_equal(ask(&p, 7, CONNECT), FX_FAULT_ACCESS_DENIED);
	alter(&p, "mgmt", NULL);
	assert_true(get(&p));
	assert_int_equal(p.h.type, FX_PDU_ALTER_RESP);
	for (uint16_t op = 0; op < 8; op++) {
		assert_int_equal(ask(&p, 1, op, "", 0), op == 2 ? 0 : FX_FAULT_ACCESS_DENIED);
	}
	/* one may still log in, and then is served */
	use(&p, FX_AUTH_SPNEGO, FX_AUTH_LEVEL_PRIVACY, false);
	alter(&p, "fax", "user alice");
	assert_true(get(&p));
	alter(&p, "fax", "password secret");
	assert_true(get(&p));
	assert_int_equal(p.h.type, FX_PDU_ALTER_RESP);
	assert_memory_equal(p.got.data + p.got.len - 4, "done", 4);
	assert_int_equal(ask(&p, 1, CONNECT), 0);
	close_peer(&p);
}

static void every_level_and_kind(void **state)
{
	static const unsigned types[] = {FX_AUTH_NTLM, FX_AUTH_SPNEGO};

	for (size_t i = 0; i < 2; i++) {
		for (unsigned level = FX_AUTH_LEVEL_CONNECT; level <= FX_AUTH_LEVEL_PRIVACY;
		     level++) {
			for (int sign = 0; sign < 2; sign++) {
				struct peer p = open_at(*state, "127.0.0.1");
				uint8_t stub[5000] = {0, 0, 3};

				use(&p, types[i], level, sign);
				assert_true(bind_as(&p, "fax", "user alice", 0, 0));
				assert_int_equal(!!(p.ack_flags & FX_PDU_HEADER_SIGN), sign);
				assert_true(memmem(p.got.data, p.got.len, "challenge", 9));
				if (types[i] == FX_AUTH_NTLM) {
					auth3(&p, "password secret");
				} else {
					alter(&p, "caselli", "password secret");
					assert_true(get(&p));
				}
				assert_int_equal(ask(&p, 0, CONNECT), 0);
				/* fragments; what is too much is no fault */
				assert_int_equal(ask(&p, 0, 80, stub, sizeof(stub)), 0);
				/* a fault is understood, and what follows, too */
				assert_int_equal(ask(&p, 0, 79, "", 0), FX_FAULT_OP_RANGE);
				assert_int_equal(ask(&p, 0, 85, "", 0), 0);
				assert_string_equal(((struct net *)*state)->prm.service->last_login,
						    "alice@ tcp 127.0.0.1:4711 fake 127.0.0.1");
				close_peer(&p);
			}
		}
	}
}

static void levels_that_are_asked_for(void **state)
{
	for (unsigned level = FX_AUTH_LEVEL_CONNECT; level < FX_AUTH_LEVEL_PRIVACY; level++) {
		struct peer p = open_at(*state, "192.0.2.7");

		use(&p, FX_AUTH_NTLM, level, true);
		assert_false(bind_as(&p, "fax", "user alice", 0, 0));
		assert_int_equal(p.h.type, FX_PDU_BIND_NAK);
		assert_int_equal(p.got.data[16], FX_NAK_CHECKSUM);
		assert_true(hung_up(&p));
		close_peer(&p);
	}
}

static void refused(void **state)
{
	struct net *n = *state;
	struct peer p = open_at(n, "192.0.2.7");
	struct fx_buf b = {0};

	/* a kind that is not offered */
	use(&p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, true);
	p.sec.auth->type = FX_AUTH_KERBEROS;
	assert_false(bind_as(&p, "fax", "user alice", 0, 0));
	assert_int_equal(p.got.data[16], FX_NAK_AUTH_TYPE);
	assert_true(hung_up(&p));
	close_peer(&p);
	/* a first token that is none */
	p = open_at(n, "192.0.2.7");
	use(&p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, true);
	assert_false(bind_as(&p, "fax", "nonsense", 0, 0));
	assert_int_equal(p.got.data[16], FX_NAK_CHECKSUM);
	assert_true(hung_up(&p));
	close_peer(&p);
	/* a wrong password: auth3 has no answer, the request has */
	p = open_at(n, "192.0.2.7");
	use(&p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, true);
	assert_true(bind_as(&p, "fax", "user alice", 0, 0));
	auth3(&p, "password wrong");
	assert_int_equal(ask(&p, 0, CONNECT), FX_FAULT_ACCESS_DENIED);
	assert_true(hung_up(&p));
	close_peer(&p);
	/* the same in an alter_context */
	p = open_at(n, "192.0.2.7");
	use(&p, FX_AUTH_SPNEGO, FX_AUTH_LEVEL_PRIVACY, true);
	assert_true(bind_as(&p, "fax", "user alice", 0, 0));
	alter(&p, "fax", "password wrong");
	assert_int_equal(answer(&p), FX_FAULT_ACCESS_DENIED);
	assert_true(hung_up(&p));
	close_peer(&p);
	/* a good password of somebody whom the service does not let in */
	p = user(n, "192.0.2.7", "root", FX_AUTH_LEVEL_PRIVACY, 0);
	assert_int_equal(ask(&p, 0, CONNECT), FX_FAULT_ACCESS_DENIED);
	assert_true(hung_up(&p));
	close_peer(&p);
	/* a request while the handshake is not over, and an auth3 without a bind */
	p = open_at(n, "192.0.2.7");
	use(&p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, true);
	assert_true(bind_as(&p, "fax", "user alice", 0, 0));
	request(&p, &b, 0, CONNECT);
	put(&p, &b);
	assert_true(hung_up(&p));
	close_peer(&p);
	p = open_at(n, "192.0.2.7");
	use(&p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, true);
	auth3(&p, "password secret");
	assert_true(hung_up(&p));
	close_peer(&p);
}

/* One security context is all that a connection has. */
static void second_context(void **state)
{
	for (int i = 0; i < 3; i++) {
		struct peer p = open_at(*state, "192.0.2.7");

		use(&p, FX_AUTH_SPNEGO, FX_AUTH_LEVEL_PRIVACY, true);
		assert_true(bind_as(&p, "fax", "user alice", 0, 0));
		if (i == 2) { /* when the first is complete */
			alter(&p, "fax", "password secret");
			assert_true(get(&p));
			p.sec.context_id++;
			alter(&p, "caselli", "user bob");
		} else {
			p.sec.context_id += i == 0;
			p.sec.auth->level -= i == 1;
			alter(&p, "fax", "password secret");
		}
		assert_int_equal(answer(&p), FX_FAULT_ACCESS_DENIED);
		assert_true(hung_up(&p));
		close_peer(&p);
	}
}

/* What is forged, replayed, cut or not protected at all ends the connection, unanswered. */
static void forged(void **state)
{
	for (int i = 0; i < 7; i++) {
		struct peer p = user(*state, "192.0.2.7", "alice", FX_AUTH_LEVEL_PRIVACY, 0);
		struct fx_buf b = {0}, again = {0};
		struct fx_auth *auth = p.sec.auth;

		assert_int_equal(ask(&p, 0, CONNECT), 0);
		p.sec.auth = i == 5 ? NULL : auth;
		request(&p, &b, 0, 85, "abcdefghijklmnop", 16);
		p.sec.auth = auth;
		switch (i) {
		case 0: /* sealed bytes */
			b.data[30] ^= 1;
			break;
		case 1: /* the header: it is signed */
			b.data[22] ^= 1;
			break;
		case 2: /* the token */
			b.data[b.len - 1] ^= 0x80;
			break;
		case 3: /* the trailer says another level */
			b.data[b.len - FAKE_TOKEN_SIZE - 7]--;
			break;
		case 4: /* a token that reaches out of the fragment */
			b.data[10] = 0xF0;
			b.data[11] = 0xFF;
			break;
		case 5: /* not protected */
			break;
		default: /* twice the same */
			fx_buf_put(&again, b.data, b.len);
			put(&p, &b);
			assert_int_equal(answer(&p), 0);
			b = again;
			break;
		}
		put(&p, &b);
		assert_true(hung_up(&p));
		close_peer(&p);
	}
}

static void orphans_and_cancels(void **state)
{
	struct peer p = user(*state, "127.0.0.1", "alice", FX_AUTH_LEVEL_INTEGRITY, 0);
	struct {
		uint64_t since;
		uint32_t kinds, pad;
		uint64_t id;
		uint32_t timeout_ms;
	} wait = {.since = 1, .timeout_ms = 5000};
	struct fx_buf b = {0};

	alter(&p, "caselli", NULL);
	assert_true(get(&p));
	/* calls are answered as they end, also those that came later */
	request(&p, &b, 1, FX_CS_WAIT, &wait, 28);
	request(&p, &b, 1, FX_CS_INFO, "", 0);
	put(&p, &b);
	assert_int_equal(answer(&p), 0);
	assert_int_equal(p.h.call_id, p.call_id);
	pass(*state, 5001);
	assert_int_equal(answer(&p), 0);
	assert_int_equal(p.h.call_id, p.call_id - 1);
	/* a cancel is advice; an orphan without protection may be anybody's */
	for (int i = 0; i < 2; i++) {
		request(&p, &b, 1, FX_CS_WAIT, &wait, 28);
		put(&p, &b);
		fx_pdu_fault_put(&b, 0, p.call_id, 0, false, 0);
		b.data[2] = i ? FX_PDU_CANCEL : FX_PDU_ORPHANED;
		b.data[8] = FX_PDU_HDR_SIZE;
		b.len = FX_PDU_HDR_SIZE;
		put(&p, &b);
		pass(*state, 5001);
		assert_int_equal(answer(&p), 0);
		assert_int_equal(p.h.call_id, p.call_id);
	}
	assert_int_equal(ask(&p, 1, FX_CS_INFO, "", 0), 0);
	close_peer(&p);
	/* where nothing is protected, what is orphaned has no answer */
	p = user(*state, "127.0.0.1", "alice", FX_AUTH_LEVEL_CONNECT, 0);
	alter(&p, "caselli", NULL);
	assert_true(get(&p));
	request(&p, &b, 1, FX_CS_WAIT, &wait, 28);
	put(&p, &b);
	fx_pdu_fault_put(&b, 0, p.call_id, 0, false, 0);
	b.data[2] = FX_PDU_ORPHANED;
	b.data[8] = FX_PDU_HDR_SIZE;
	b.len = FX_PDU_HDR_SIZE;
	put(&p, &b);
	pass(*state, 5001);
	assert_false(get(&p));
	assert_int_equal(ask(&p, 1, FX_CS_INFO, "", 0), 0);
	close_peer(&p);
}

/* Result of the alter_context_resp that comes now, 0xFFFF: none. */
static unsigned altered(struct peer *p)
{
	struct fx_pdu_ack ack;

	if (!get(p) || p->h.type != FX_PDU_ALTER_RESP ||
	    fx_pdu_ack_get(p->got.data + 16, p->got.len - 16, &ack) != 0) {
		return 0xFFFF;
	}
	return ack.results[0].result;
}

/* An alter_context is not protected: it may add, but not turn the calls of a context into those
 * of another interface. */
static void contexts_keep_their_meaning(void **state)
{
	struct peer p = user(*state, "192.0.2.7", "alice", FX_AUTH_LEVEL_PRIVACY, 0);

	alter(&p, "caselli", NULL);
	assert_int_equal(altered(&p), FX_CTX_ACCEPT);
	alter(&p, "fax", NULL);
	assert_int_equal(altered(&p), FX_CTX_REJECT);
	alter(&p, "caselli", NULL);
	assert_int_equal(altered(&p), FX_CTX_ACCEPT);
	assert_int_equal(ask(&p, 1, FX_CS_INFO, "", 0), 0);
	close_peer(&p);
}

/* What nobody said is not the first half of what a user says. */
static void login_amid_a_request(void **state)
{
	static uint8_t stub[3000];
	struct peer p = open_at(*state, "192.0.2.7");
	struct fx_buf b = {0};

	assert_true(bind_as(&p, "fax", NULL, 0, 0));
	request(&p, &b, 0, 85, stub, sizeof(stub));
	b.len = 1432; /* its first fragment */
	put(&p, &b);
	use(&p, FX_AUTH_SPNEGO, FX_AUTH_LEVEL_PRIVACY, true);
	alter(&p, "fax", "user alice");
	assert_true(hung_up(&p));
	close_peer(&p);
}

/* Whom the service does not let in, by an auth3, which has no answer; then silence: it ends. */
static void refused_in_silence(void **state)
{
	struct peer a = user(*state, "192.0.2.7", "alice", FX_AUTH_LEVEL_PRIVACY, 0),
		    b = user(*state, "192.0.2.8", "root", FX_AUTH_LEVEL_PRIVACY, a.group);

	pass(*state, 29000);
	assert_false(hung_up(&b));
	pass(*state, 2000);
	assert_true(hung_up(&b));
	assert_int_equal(ask(&a, 0, CONNECT), 0);
	close_peer(&a);
	close_peer(&b);
}

/* More handshakes than may go on at once, some of whose clients are gone before their turn. */
static void crowd_of_handshakes(void **state)
{
	struct net *n = *state;
	struct peer v[7];

	for (int i = 0; i < 7; i++) {
		struct fx_buf b = {0};

		assert_int_equal(try_open(n, i < 4 ? "192.0.2.7" : "192.0.2.8", false, &v[i]), 0);
		use(&v[i], FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, true);
		put_bind(&b, FX_PDU_BIND, 0, "fax");
		put_token(&b, 0, &v[i], "user alice");
		assert_int_equal(send(v[i].fd, b.data, b.len, 0), b.len);
		fx_buf_fini(&b);
		if (i == 6) {
			assert_int_equal(shutdown(v[i].fd, SHUT_RDWR), 0);
		}
	}
	settle(n);
	for (int i = 0; i < 6; i++) {
		assert_true(get(&v[i]));
		assert_int_equal(v[i].h.type, FX_PDU_BIND_ACK);
		auth3(&v[i], "password secret");
		assert_int_equal(ask(&v[i], 0, CONNECT), 0);
	}
	for (int i = 0; i < 7; i++) {
		close_peer(&v[i]);
	}
}

/* Who has one address of a /64 has 2^64 of them; and an address that is not known is nobody's. */
static void addresses(void **state)
{
	struct sockaddr_storage none = {.ss_family = AF_UNSPEC}, six = {.ss_family = AF_INET6};
	struct sockaddr_in6 *in = (struct sockaddr_in6 *)(void *)&six;
	struct net *n = *state;
	int fds[2], err = 0, count = 0, keep[8];

	assert_false(fx_address_same_host(&none, &none));
	assert_false(fx_address_same_client(&none, &none));
	assert_false(fx_address_is_loopback(&none));
	assert_int_equal(inet_pton(AF_INET6, "2001:db8:1:2::", &in->sin6_addr), 1);
	while (count < 8) {
		in->sin6_addr.s6_addr[15]++;
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
		err = fx_rpc_server_serve_net(n->server, fds[1], false, &six);
		if (err) {
			(void)close(fds[0]);
			(void)close(fds[1]);
			break;
		}
		keep[count++] = fds[0];
	}
	assert_int_equal(err, FX_EBUSY);
	assert_int_equal(count, 4);
	in->sin6_addr.s6_addr[7]++; /* another network */
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	assert_int_equal(fx_rpc_server_serve_net(n->server, fds[1], false, &six), 0);
	(void)close(fds[0]);
	while (count) {
		(void)close(keep[--count]);
	}
	settle(n);
}

static void association(void **state)
{
	static const uint32_t port1_modify[2] = {1, 2};
	struct peer a = user(*state, "192.0.2.7", "alice", FX_AUTH_LEVEL_PRIVACY, 0), b, other,
		    third;
	uint8_t handle[20], theirs[20], release[24] = {0};

	assert_int_equal(ask(&a, 0, 2, port1_modify, 8), 0);
	memcpy(handle, a.got.data + 24, 20);
	b = user(*state, "192.0.2.7", "alice", FX_AUTH_LEVEL_PRIVACY, a.group);
	assert_int_equal(b.group, a.group);
	assert_int_equal(ask(&b, 0, 8, handle, 20), 0);
	/* not for others: a user who comes in the same group has handles of his own there */
	other = user(*state, "192.0.2.7", "bob", FX_AUTH_LEVEL_PRIVACY, a.group);
	assert_int_equal(other.group, a.group);
	assert_int_equal(ask(&other, 0, 8, handle, 20), FX_FAULT_CONTEXT);
	assert_int_equal(ask(&other, 0, CONNECT), 0);
	memcpy(theirs, other.got.data + 28, 20);
	assert_int_equal(ask(&b, 0, 3, theirs, 20), FX_FAULT_CONTEXT);
	third = user(*state, "192.0.2.7", "bob", FX_AUTH_LEVEL_PRIVACY, a.group);
	close_peer(&other);
	memcpy(release, theirs, 20);
	assert_int_equal(ask(&third, 0, 1, release, 24), 0); /* still his */
	close_peer(&third);
	other = user(*state, "192.0.2.7", "bob", FX_AUTH_LEVEL_PRIVACY, 0);
	assert_int_equal(ask(&other, 0, 8, handle, 20), FX_FAULT_CONTEXT);
	close_peer(&other);
	other = open_at(*state, "192.0.2.7");
	assert_false(bind_as(&other, "fax", NULL, a.group + 1000, 0));
	close_peer(&other);
	/* the last one runs it down */
	close_peer(&a);
	assert_int_equal(ask(&b, 0, 8, handle, 20), 0);
	close_peer(&b);
	b = user(*state, "192.0.2.7", "alice", FX_AUTH_LEVEL_PRIVACY, 0);
	assert_int_equal(ask(&b, 0, 8, handle, 20), FX_FAULT_CONTEXT);
	close_peer(&b);
}

/* The connection, or the server, goes while somebody else has the handshake. */
static void gone_meanwhile(void **state)
{
	struct net *n = *state;
	struct peer p = user(n, "192.0.2.7", "slow one", FX_AUTH_LEVEL_PRIVACY, 0), q;
	struct fx_buf b = {0};

	assert_int_equal(ask(&p, 0, CONNECT), 0);
	close_peer(&p);
	for (int i = 0; i < 3; i++) {
		p = open_at(n, "192.0.2.7");
		use(&p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, true);
		assert_true(bind_as(&p, "fax", "user slow two", 0, 0));
		fx_buf_reset(&b);
		{
			struct fx_sec_trailer t = {.type = FX_AUTH_NTLM, .level = 6,
						   .context_id = 77};
			struct fx_buf token = {0};

			fx_buf_put(&token, "password secret", 15);
			fx_sec_auth3_put(&b, 1, &t, &token, false);
			fx_buf_fini(&token);
		}
		assert_int_equal(send(p.fd, b.data, b.len, MSG_NOSIGNAL), b.len);
		(void)shutdown(p.fd, SHUT_RDWR);
		for (int k = 0; k < i; k++) {
			fx_loop_step(n->prm.loop, 0);
		}
		close_peer(&p);
	}
	fx_buf_fini(&b);
	/* what comes with the last token is served after it */
	q = open_at(n, "192.0.2.7");
	use(&q, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, true);
	assert_true(bind_as(&q, "fax", "user slow three", 0, FX_PDU_MULTIPLEX));
	assert_true(q.ack_flags & FX_PDU_MULTIPLEX);
	{
		struct fx_sec_trailer t = {.type = FX_AUTH_NTLM, .level = 6, .context_id = 77};
		struct fx_buf token = {0};

		fx_buf_put(&token, "password secret", 15);
		fx_sec_auth3_put(&b, 1, &t, &token, false);
		fx_buf_fini(&token);
		request(&q, &b, 0, CONNECT);
		request(&q, &b, 0, 85, "", 0);
	}
	put(&q, &b);
	assert_int_equal(answer(&q), 0);
	assert_int_equal(answer(&q), 0);
	(void)send(q.fd, "\5", 1, MSG_NOSIGNAL);
	close_peer(&q);
}

static void times(void **state)
{
	struct net *n = *state;
	struct peer silent = open_at(n, "192.0.2.1"), mgmt = open_at(n, "192.0.2.2"), p, half;
	struct fx_buf b = {0};

	assert_true(bind_as(&mgmt, "mgmt", NULL, 0, 0));
	p = user(n, "192.0.2.3", "alice", FX_AUTH_LEVEL_PRIVACY, 0);
	half = user(n, "192.0.2.3", "alice", FX_AUTH_LEVEL_PRIVACY, 0);
	request(&half, &b, 0, CONNECT);
	b.len = 20;
	put(&half, &b);
	/* whoever does not log in is closed, busy as he may be */
	for (int i = 0; i < 5; i++) {
		pass(n, 5500);
		assert_int_equal(ask(&mgmt, 0, 2, "", 0), 0);
	}
	pass(n, 5000);
	assert_true(hung_up(&silent));
	assert_true(hung_up(&mgmt));
	assert_true(hung_up(&half));
	/* an hour without a call is too long, by a setting; a call counts anew */
	pass(n, 3500000);
	assert_int_equal(ask(&p, 0, CONNECT), 0);
	pass(n, 3500000);
	assert_int_equal(ask(&p, 0, CONNECT), 0);
	pass(n, 3601000);
	assert_true(hung_up(&p));
	close_peer(&silent);
	close_peer(&mgmt);
	close_peer(&half);
	close_peer(&p);
}

static void numbers(void **state)
{
	struct net *n = *state;
	struct peer pending[8], p, many[12];
	char address[20];
	size_t known, waiting;

	/* four of one address that did not log in; eight in all, then the oldest goes */
	for (int i = 0; i < 4; i++) {
		pending[i] = open_at(n, "192.0.2.1");
	}
	assert_int_equal(try_open(n, "192.0.2.1", false, &p), FX_EBUSY);
	for (int i = 4; i < 8; i++) {
		(void)snprintf(address, sizeof(address), "198.51.100.%d", i);
		pending[i] = open_at(n, address);
	}
	p = user(n, "192.0.2.9", "alice", FX_AUTH_LEVEL_PRIVACY, 0);
	assert_int_equal(ask(&p, 0, CONNECT), 0);
	assert_true(hung_up(&pending[0]));
	assert_false(hung_up(&pending[1]));
	fx_rpc_server_net_counts(n->server, &known, &waiting);
	assert_int_equal(known, 1);
	assert_int_equal(waiting, 7);
	for (int i = 0; i < 8; i++) {
		close_peer(&pending[i]);
	}
	/* ten of one user */
	for (int i = 0; i < 12; i++) {
		many[i] = user(n, "192.0.2.9", i < 10 ? "alice" : "bob", FX_AUTH_LEVEL_PRIVACY, 0);
		assert_int_equal(ask(&many[i], 0, CONNECT), i == 9 ? FX_FAULT_ACCESS_DENIED : 0);
	}
	/* and twenty of one address */
	for (int i = 0; i < 12; i++) {
		close_peer(&many[i]);
	}
	close_peer(&p);
}

/* Memory of all connections together has an end; the one that asks for more is told. */
static void memory(void **state)
{
	static uint8_t big[90000];
	struct net *n = *state;
	struct peer p = user(n, "192.0.2.9", "alice", FX_AUTH_LEVEL_PRIVACY, 0);
	struct fx_buf b = {0};

	request(&p, &b, 0, 70, big, sizeof(big));
	put(&p, &b);
	pass(n, 1);
	assert_int_equal(answer(&p), FX_FAULT_CONTEXT); /* read whole: no such handle */
	request(&p, &b, 0, 70, big, sizeof(big));
	request(&p, &b, 0, 70, big, sizeof(big));
	b.len -= 2000; /* the second not to its end */
	put(&p, &b);
	assert_int_equal(answer(&p), FX_FAULT_CONTEXT);
	close_peer(&p);
	/* nobody yet: 8 KiB must do */
	p = open_at(n, "192.0.2.9");
	assert_true(bind_as(&p, "mgmt", NULL, 0, 0));
	assert_int_equal(ask(&p, 0, 2, big, 8000), 0);
	request(&p, &b, 0, 2, big, 9000);
	put(&p, &b);
	assert_int_equal(answer(&p), FX_FAULT_NO_MEMORY);
	close_peer(&p);
}

static void mgmt(void **state)
{
	static const uint8_t stats[4] = {4}, princ[8] = {10, 0, 0, 0, 64},
			     small[8] = {10, 0, 0, 0, 5}, other[8] = {99, 0, 0, 0, 64};
	struct peer p = user(*state, "127.0.0.1", "alice", FX_AUTH_LEVEL_CONNECT, 0);
	const uint8_t *stub;

	alter(&p, "mgmt", NULL);
	assert_true(get(&p));
	assert_int_equal(ask(&p, 1, 0, "", 0), 0);
	stub = p.got.data + 24;
	assert_int_equal(stub[4], 3); /* fax, ours, mgmt */
	assert_memory_equal(stub + 12 + 12, fx_ms_fax_iface.uuid.b, 16);
	assert_int_equal(ask(&p, 1, 1, stats, 4), 0);
	assert_int_equal(p.got.data[24], 4);
	assert_int_equal(p.got.data[24 + 8], 2); /* calls in */
	assert_int_equal(ask(&p, 1, 2, "", 0), 0);
	assert_int_equal(p.got.data[28], 1);
	assert_int_equal(ask(&p, 1, 3, "", 0), 0);
	assert_int_equal(p.got.data[24], FX_MGMT_ACCESS_DENIED);
	assert_int_equal(ask(&p, 1, 4, princ, 8), 0);
	assert_string_equal((char *)p.got.data + 36, "host/fax.example.org");
	assert_int_equal(ask(&p, 1, 4, small, 8), 0);
	assert_int_equal(p.got.data[p.got.len - 4], 0xCF);
	assert_int_equal(ask(&p, 1, 4, other, 8), 0);
	assert_int_equal(p.got.data[p.got.len - 4], 0xD3);
	assert_int_equal(ask(&p, 1, 4, princ, 3), FX_FAULT_BAD_STUB);
	assert_int_equal(ask(&p, 1, 5, "", 0), FX_FAULT_OP_RANGE);
	close_peer(&p);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(without_authentication), T(every_level_and_kind), T(levels_that_are_asked_for),
		T(refused), T(second_context), T(forged), T(orphans_and_cancels), T(association),
		T(contexts_keep_their_meaning), T(login_amid_a_request), T(refused_in_silence),
		T(crowd_of_handshakes), T(addresses),
		T(gone_meanwhile), T(times), T(numbers), T(memory), T(mgmt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
