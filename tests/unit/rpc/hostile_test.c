/* SPDX-License-Identifier: Apache-2.0 */
/* Clients that mean no good, by hand-made bytes: none of them may hurt another. */
#include "rig.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "rpc/iface/iface.h"
#include "rpc/pdu/pdu.h"

static int setup(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	r->prm.stall_ms = 300;
	r->prm.max_stub_bytes = 100000;
	r->prm.max_send_bytes = 250000;
	r->prm.max_connections = 200;
	r->prm.max_user_connections = 200;
	rig_start(r);
	*state = r;
	return 0;
}

static int raw_connect(struct rig *r)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", r->path);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	return fd;
}

static void raw_send(int fd, const struct fx_buf *b)
{
	assert_int_equal(b->err, 0);
	assert_int_equal(send(fd, b->data, b->len, MSG_NOSIGNAL), b->len);
}

/* One PDU into b (emptied first); false: the server hung up. */
static bool raw_recv(int fd, struct fx_buf *b, struct fx_pdu_hdr *h)
{
	size_t need = FX_PDU_HDR_SIZE;

	fx_buf_reset(b);
	while (b->len < need) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		uint8_t bytes[4096];
		size_t want = need - b->len;
		ssize_t n;

		assert_int_equal(poll(&p, 1, 5000), 1);
		n = recv(fd, bytes, want < sizeof(bytes) ? want : sizeof(bytes), 0);
		if (n <= 0) {
			return false;
		}
		fx_buf_put(b, bytes, (size_t)n);
		if (b->len == FX_PDU_HDR_SIZE) {
			assert_int_equal(fx_pdu_hdr_get(b->data, h), 0);
			need = h->frag_len;
		}
	}
	return true;
}

static void put_bind(struct fx_buf *b, uint32_t group, uint8_t n_ctx)
{
	struct fx_pdu_bind bind = {.max_xmit = 5840, .max_recv = 5840, .assoc_group = group,
		.n_ctx = n_ctx};
	uint8_t i;

	for (i = 0; i < n_ctx; i++) {
		bind.ctx[i].id = i;
		memcpy(bind.ctx[i].abstract.uuid, fx_ms_fax_iface.uuid.b, 16);
		bind.ctx[i].abstract.major = 4;
	}
	fx_pdu_bind_put(b, FX_PDU_BIND, 1, &bind);
}

static uint32_t raw_bind(int fd, uint32_t group)
{
	struct fx_buf b = {0};
	struct fx_pdu_hdr h;
	struct fx_pdu_ack ack;
	uint32_t got = 0;

	put_bind(&b, group, 1);
	raw_send(fd, &b);
	assert_true(raw_recv(fd, &b, &h));
	if (h.type == FX_PDU_BIND_ACK) {
		assert_int_equal(fx_pdu_ack_get(b.data + 16, b.len - 16, &ack), 0);
		assert_int_equal(ack.results[0].result, FX_CTX_ACCEPT);
		got = ack.assoc_group;
	} else {
		assert_int_equal(h.type, FX_PDU_BIND_NAK);
	}
	fx_buf_fini(&b);
	return got;
}

static void put_request(struct fx_buf *b, uint32_t call_id, uint16_t ctx, uint16_t op,
			const void *stub, size_t n)
{
	size_t at = fx_pdu_begin(b);

	fx_buf_put(b, stub, n);
	fx_pdu_end(b, at, FX_PDU_REQUEST, 0, call_id, ctx, op, 5840);
}

/* Status of the fault that answers this request, 0 for a response. */
static uint32_t ask(int fd, uint16_t ctx, uint16_t op, const void *stub, size_t n)
{
	struct fx_buf b = {0};
	struct fx_pdu_hdr h;
	struct fx_pdu_call call;

	put_request(&b, 9, ctx, op, stub, n);
	raw_send(fd, &b);
	assert_true(raw_recv(fd, &b, &h));
	assert_int_equal(h.call_id, 9);
	assert_int_equal(fx_pdu_call_get(&h, b.data + 16, b.len - 16, &call), 0);
	fx_buf_fini(&b);
	return h.type == FX_PDU_FAULT ? call.status : 0;
}

static void still_serves(struct rig *r)
{
	struct fx_client *c = rig_client(r);
	uint32_t sku;

	assert_int_equal(fx_client_get_sku(c, &sku), 0);
	fx_client_unref(c);
}

static void test_faults(void **state)
{
	uint8_t stub[64] = {0};
	int fd = raw_connect(*state);

	assert_int_not_equal(raw_bind(fd, 0), 0);
	assert_int_equal(ask(fd, 0, 79, NULL, 0), FX_FAULT_OP_RANGE);
	assert_int_equal(ask(fd, 0, 105, NULL, 0), FX_FAULT_OP_RANGE);
	assert_int_equal(ask(fd, 0, 65535, NULL, 0), FX_FAULT_OP_RANGE);
	assert_int_equal(ask(fd, 5, 80, stub, 4), FX_FAULT_UNKNOWN_IF);
	assert_int_equal(ask(fd, 0, 80, stub, 3), FX_FAULT_BAD_STUB);
	assert_int_equal(ask(fd, 0, 8, stub, 20), FX_FAULT_CONTEXT); /* NULL handle */
	memset(stub, 0xFF, sizeof(stub));
	assert_int_equal(ask(fd, 0, 8, stub, 20), FX_FAULT_CONTEXT);
	assert_int_equal(ask(fd, 0, 68, stub, 60), FX_FAULT_BAD_STUB);
	assert_int_equal(ask(fd, 0, 80, stub, 64), 0); /* surplus bytes are no fault */
	(void)close(fd);
}

/* Of other versions: a server of version 3 says so (ms-fax.md 3.1). */
static bool is_of_other_versions(unsigned op)
{
	return op == 26 || op == 41 || op == 42 || op == 83;
}

/* Every other operation of the interface is answered, with its out parameters. */
static void test_unserved_operations(void **state)
{
	struct fx_ms_val none[FX_MS_PARAMS_MAX] = {0};
	int fd = raw_connect(*state);
	struct fx_pdu_hdr h;
	unsigned op;

	assert_int_not_equal(raw_bind(fd, 0), 0);
	for (op = 0; op < fx_ms_fax_iface.n_ops; op++) {
		const struct fx_ms_op *row = &fx_ms_fax_iface.ops[op];
		struct fx_ms_val out[FX_MS_PARAMS_MAX];
		struct fx_arena a = {0};
		struct fx_buf b = {0}, answer = {0};
		struct fx_ndr_wr w;
		struct fx_rd r;
		size_t at;

		if (!row->name) {
			continue;
		}
		at = fx_pdu_begin(&b);
		w = fx_ndr_wr_init(&b);
		fx_ms_put_params(&w, row->in, none, FX_TEXT_UTF8);
		fx_pdu_end(&b, at, FX_PDU_REQUEST, 0, op, 0, (uint16_t)op, 5840);
		raw_send(fd, &b);
		assert_true(raw_recv(fd, &answer, &h));
		assert_int_equal(h.call_id, op);
		if (h.type == FX_PDU_RESPONSE) {
			struct fx_buf stub = {0};
			uint32_t status;

			fx_buf_put(&stub, answer.data + 24, answer.len - 24);
			while (!(h.flags & FX_PDU_LAST)) { /* the list of countries */
				assert_true(raw_recv(fd, &answer, &h));
				fx_buf_put(&stub, answer.data + 24, answer.len - 24);
			}
			r = fx_rd_init(stub.data, stub.len);
			fx_ms_get_params(&r, row->out, out, &a, FX_TEXT_UTF8);
			status = fx_ndr_get_u32(&r);
			assert_int_equal(r.err, 0);
			assert_int_equal(fx_rd_left(&r), 0);
			assert_int_equal(status == FX_W_NOT_SUPPORTED,
					 !fx_iface_serves(&fx_ms_fax_iface, op) ||
						 is_of_other_versions(op));
			fx_buf_fini(&stub);
		} else {
			/* only operations that take a handle; NULL is none */
			assert_in_range(row->in[0], FX_P_CTX_SVC, FX_P_CTX_VIEW);
		}
		fx_arena_fini(&a);
		fx_buf_fini(&b);
		fx_buf_fini(&answer);
	}
	(void)close(fd);
}

static void test_wrong_type_of_handle(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_device_status *st = NULL;
	struct fx_ctx svc, copy;
	uint32_t api, n;
	char name[256];
	uint8_t byte;

	assert_int_equal(fx_client_connect_server(c, 0, &api, &svc), 0);
	assert_int_equal(fx_client_get_device_status(c, &svc, FX_TEXT_UTF8, &st),
			 FX_W_INVALID_HANDLE);
	assert_int_equal(fx_client_close_port(c, &svc), FX_W_INVALID_HANDLE);
	/* the right type, the wrong direction */
	assert_int_equal(fx_client_start_copy(c, ".tif", name, &copy), 0);
	assert_int_equal(fx_client_read_file(c, &copy, &byte, 1, &n), FX_W_INVALID_HANDLE);
	fx_client_unref(c);
}

/* Two connections of one association share handles; the last one runs them down. */
static void test_association(void **state)
{
	static const uint32_t port1_modify[2] = {1, 2};
	int a = raw_connect(*state), b = raw_connect(*state), other = raw_connect(*state);
	uint32_t group = raw_bind(a, 0);
	struct fx_buf buf = {0};
	struct fx_pdu_hdr h;
	uint8_t handle[20];

	assert_int_not_equal(group, 0);
	assert_int_equal(raw_bind(b, group), group);
	assert_int_equal(raw_bind(other, group + 100), 0);
	put_request(&buf, 1, 0, 2, port1_modify, 8);
	raw_send(a, &buf);
	assert_true(raw_recv(a, &buf, &h));
	memcpy(handle, buf.data + 24, 20);
	(void)close(a);
	rig_wait_connections(*state, 2);
	assert_int_equal(ask(b, 0, 8, handle, 20), 0);
	(void)close(b);
	(void)close(other);
	rig_wait_connections(*state, 0);
	b = raw_connect(*state);
	assert_int_not_equal(raw_bind(b, 0), 0);
	assert_int_equal(ask(b, 0, 8, handle, 20), FX_FAULT_CONTEXT);
	(void)close(b);
	fx_buf_fini(&buf);
}

/* Each of these is cut off, and no one else notices. */
static void test_malformed(void **state)
{
	struct fx_buf b = {0}, answer = {0};
	struct fx_pdu_hdr h;
	int i;

	for (i = 0; i < 8; i++) {
		int fd = raw_connect(*state);

		fx_buf_reset(&b);
		if (i >= 4) {
			assert_int_not_equal(raw_bind(fd, 0), 0);
		}
		switch (i) {
		case 0: /* no RPC at all */
			fx_buf_printf(&b, "GET / HTTP/1.0\r\n\r\n");
			break;
		case 1: /* a request before a bind */
		case 4: /* fragments that begin twice */
			put_request(&b, 1, 0, 80, "\0\0\3", 4);
			b.data[3] &= (uint8_t)(i == 4 ? ~FX_PDU_LAST : 0xFF);
			if (i == 4) {
				fx_buf_put(&b, b.data, b.len);
			}
			break;
		case 2: /* a bind that ends too early */
			put_bind(&b, 0, 2);
			b.data[8] = 40;
			b.len = 40;
			break;
		case 3: /* a PDU of the server's */
			fx_pdu_fault_put(&b, 0, 1, 0, false, 5);
			break;
		case 5: /* a middle without a beginning */
			put_request(&b, 1, 0, 80, "\0\0\3", 4);
			b.data[3] = 0;
			break;
		default: /* a fragment longer than agreed */
			put_request(&b, 1, 0, 80, "\0\0\3", 4);
			b.data[8] = 0xFF;
			b.data[9] = 0xFF;
			break;
		}
		(void)send(fd, b.data, b.len, MSG_NOSIGNAL);
		assert_false(raw_recv(fd, &answer, &h));
		(void)close(fd);
	}
	rig_wait_connections(*state, 0);
	still_serves(*state);
	fx_buf_fini(&b);
	fx_buf_fini(&answer);
}

/* A request beyond the limit costs no memory and is answered, in its turn, by a fault. */
static void test_too_long(void **state)
{
	static uint8_t big[300000];
	int fd = raw_connect(*state);
	struct fx_buf b = {0}, answer = {0};
	struct fx_pdu_hdr h;

	(void)raw_bind(fd, 0);
	/* SendDocumentEx may be longer than the others: this one is read */
	assert_int_equal(ask(fd, 0, 27, big, 200000), 0);
	assert_int_equal(ask(fd, 0, 70, big, 100001), FX_FAULT_NO_MEMORY);
	assert_int_equal(ask(fd, 0, 27, big, sizeof(big)), FX_FAULT_NO_MEMORY);
	assert_int_equal(ask(fd, 0, 80, big, 64), 0);
	/* one that is given up in its middle is not answered */
	put_request(&b, 7, 0, 70, big, 200000);
	b.len -= b.len % 5840; /* all but the last fragment */
	raw_send(fd, &b);
	fx_buf_reset(&b);
	fx_pdu_fault_put(&b, 0, 7, 0, false, 0);
	b.data[2] = FX_PDU_ORPHANED;
	b.data[8] = FX_PDU_HDR_SIZE;
	b.len = FX_PDU_HDR_SIZE;
	raw_send(fd, &b);
	assert_int_equal(ask(fd, 0, 80, big, 64), 0);
	/* another call in its middle */
	fx_buf_reset(&b);
	put_request(&b, 8, 0, 70, big, 200000);
	b.len -= b.len % 5840;
	put_request(&b, 9, 0, 80, big, 64);
	(void)send(fd, b.data, b.len, MSG_NOSIGNAL);
	assert_false(raw_recv(fd, &answer, &h));
	(void)close(fd);
	still_serves(*state);
	fx_buf_fini(&b);
	fx_buf_fini(&answer);
}

/* It binds and says nothing more: welcome. It says half a word: not for long. */
static void test_slow(void **state)
{
	int silent = raw_connect(*state), half = raw_connect(*state), idle = raw_connect(*state);
	struct fx_buf b = {0};
	struct fx_pdu_hdr h;

	assert_int_not_equal(raw_bind(idle, 0), 0);
	assert_int_not_equal(raw_bind(half, 0), 0);
	put_request(&b, 1, 0, 80, "\0\0\3", 4);
	b.len = 10;
	raw_send(half, &b);
	assert_false(raw_recv(half, &b, &h));
	assert_false(raw_recv(silent, &b, &h));
	rig_wait_connections(*state, 1);
	assert_int_equal(ask(idle, 0, 85, NULL, 0), 0);
	(void)close(idle);
	(void)close(half);
	(void)close(silent);
	fx_buf_fini(&b);
}

/* Requests without end, answers never read: the server stops reading, then lets go. */
static void test_never_reads(void **state)
{
	int fd = raw_connect(*state), i;
	struct fx_buf b = {0};
	size_t sent = 0;

	assert_int_not_equal(raw_bind(fd, 0), 0);
	for (i = 0; i < 1000; i++) {
		put_request(&b, (uint32_t)i, 0, 10, NULL, 0);
	}
	for (i = 0; i < 2000; i++) {
		struct pollfd p = {.fd = fd, .events = POLLOUT};
		ssize_t n;

		if (poll(&p, 1, 100) != 1) {
			break; /* it does not read any more */
		}
		n = send(fd, b.data, b.len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0) {
			break;
		}
		sent += (size_t)n;
		if (i % 50 == 0) {
			still_serves(*state);
		}
	}
	assert_true(sent < 40u * 1000 * 1000);
	rig_wait_connections(*state, 0);
	(void)close(fd);
	fx_buf_fini(&b);
}

static void test_200_connections(void **state)
{
	static int fds[201];
	struct fx_buf b = {0};
	struct fx_pdu_hdr h;
	int i;

	for (i = 0; i < 200; i++) {
		fds[i] = raw_connect(*state);
		assert_int_not_equal(raw_bind(fds[i], 0), 0);
	}
	/* one more is one too many, and the others keep working */
	fds[200] = raw_connect(*state);
	assert_false(raw_recv(fds[200], &b, &h));
	for (i = 0; i < 200; i += 20) {
		assert_int_equal(ask(fds[i], 0, 85, NULL, 0), 0);
	}
	for (i = 0; i <= 200; i++) {
		(void)close(fds[i]);
	}
	rig_wait_connections(*state, 0);
	still_serves(*state);
	fx_buf_fini(&b);
}

/* Contexts are judged one by one, as Samba's two in one bind need. */
static void test_contexts(void **state)
{
	static const uint8_t features[16] = {0x2c, 0x1c, 0xb7, 0x6c, 0x12, 0x98, 0x40, 0x45, 3};
	static const uint8_t ndr64[16] = {0x33, 0x05, 0x71, 0x71, 0xba, 0xbe, 0x37, 0x49,
					  0x83, 0x19, 0xb5, 0xdb, 0xef, 0x9c, 0xcc, 0x36};
	int fd = raw_connect(*state);
	struct fx_buf b = {0};
	struct fx_pdu_hdr h;
	struct fx_pdu_ack ack;

	put_bind(&b, 0, 4);
	/* a context is 44 bytes from offset 28; its transfer syntax lies 24 in */
	memcpy(b.data + 28 + 44 + 24, ndr64, 16);
	memcpy(b.data + 28 + 88 + 24, features, 16);
	b.data[28 + 132 + 4] ^= 1; /* another interface */
	raw_send(fd, &b);
	assert_true(raw_recv(fd, &b, &h));
	assert_int_equal(fx_pdu_ack_get(b.data + 16, b.len - 16, &ack), 0);
	assert_int_equal(ack.n_results, 4);
	assert_int_equal(ack.results[0].result, FX_CTX_ACCEPT);
	assert_int_equal(ack.results[1].result, FX_CTX_REJECT);
	assert_int_equal(ack.results[1].reason, FX_CTX_NO_TRANSFER);
	assert_int_equal(ack.results[2].result, FX_CTX_NEGOTIATE);
	assert_int_equal(ack.results[3].reason, FX_CTX_NO_ABSTRACT);
	(void)close(fd);
	fx_buf_fini(&b);
}

/* Several calls at once: a wait does not hold up what comes after it. */
static void test_order_of_completion(void **state)
{
	struct fx_pdu_bind bind = {.max_xmit = 5840, .max_recv = 5840, .n_ctx = 1};
	struct fx_buf b = {0};
	struct fx_pdu_hdr h;
	int fd = raw_connect(*state);
	struct {
		uint64_t since;
		uint32_t kinds, pad;
		uint64_t id;
		uint32_t timeout_ms;
	} wait = {.since = 1, .timeout_ms = 200};

	memcpy(bind.ctx[0].abstract.uuid, fx_ms_caselli_iface.uuid.b, 16);
	bind.ctx[0].abstract.major = 1;
	fx_pdu_bind_put(&b, FX_PDU_BIND, 1, &bind);
	raw_send(fd, &b);
	assert_true(raw_recv(fd, &b, &h));
	fx_buf_reset(&b);
	put_request(&b, 10, 0, FX_CS_WAIT, &wait, 28);
	put_request(&b, 11, 0, FX_CS_INFO, NULL, 0);
	raw_send(fd, &b);
	assert_true(raw_recv(fd, &b, &h));
	assert_int_equal(h.call_id, 11);
	assert_true(raw_recv(fd, &b, &h));
	assert_int_equal(h.call_id, 10);
	/* and one that waits when its connection goes */
	fx_buf_reset(&b);
	wait.timeout_ms = 20000;
	put_request(&b, 12, 0, FX_CS_WAIT, &wait, 28);
	raw_send(fd, &b);
	(void)close(fd);
	rig_wait_connections(*state, 0);
	fx_buf_fini(&b);
}

/* More calls than may go on at once wait their turn in the socket, and all are answered. */
static void test_too_many_calls(void **state)
{
	struct fx_pdu_bind bind = {.max_xmit = 5840, .max_recv = 5840, .n_ctx = 1};
	struct {
		uint64_t since;
		uint32_t kinds, pad;
		uint64_t id;
		uint32_t timeout_ms;
	} wait = {.since = 1, .timeout_ms = 20};
	struct fx_buf b = {0};
	struct fx_pdu_hdr h;
	int fd = raw_connect(*state);
	uint32_t i;

	memcpy(bind.ctx[0].abstract.uuid, fx_ms_caselli_iface.uuid.b, 16);
	bind.ctx[0].abstract.major = 1;
	fx_pdu_bind_put(&b, FX_PDU_BIND, 1, &bind);
	raw_send(fd, &b);
	assert_true(raw_recv(fd, &b, &h));
	fx_buf_reset(&b);
	for (i = 0; i < 100; i++) {
		put_request(&b, i, 0, FX_CS_WAIT, &wait, 28);
	}
	raw_send(fd, &b);
	for (i = 0; i < 100; i++) {
		assert_true(raw_recv(fd, &b, &h));
		assert_int_equal(h.type, FX_PDU_RESPONSE);
	}
	(void)close(fd);
	fx_buf_fini(&b);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		T(test_too_long), T(test_faults), T(test_unserved_operations), T(test_wrong_type_of_handle),
		T(test_association), T(test_malformed), T(test_slow), T(test_never_reads),
		T(test_200_connections), T(test_contexts), T(test_order_of_completion),
		T(test_too_many_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
