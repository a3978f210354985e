/* SPDX-License-Identifier: Apache-2.0 */
/* The far end on a socket, as docs/far-end-socket.md says, by a fax machine that is not
 * ours: spandsp, driven here in a thread with nothing but the socket. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#pragma GCC diagnostic ignored "-Wundef"
#include <spandsp.h>
#pragma GCC diagnostic pop

#include "base/str.h"
#include "tests/conformance/provider_rig.h"

struct far_end {
	char path[108], file[256];
	bool calls;       /* it calls us, and sends; else it is called, and receives */
	bool t38;
	unsigned vanish_after; /* frames; 0 = never */
	const char *refuse;    /* say so instead of answering */
	pthread_t thread;
	int fd;
	uint16_t seq;
	char dialled[128]; /* what it was called with */
	int code;          /* of its T.30, -1 = not that far */
	bool done;
};

static void send_frame(struct far_end *f, char type, const void *p, size_t n)
{
	uint8_t b[2048] = {(uint8_t)type, (uint8_t)n, (uint8_t)(n >> 8)};

	if (n) {
		memcpy(b + 3, p, n);
	}
	if (send(f->fd, b, n + 3, MSG_NOSIGNAL) < 0) {
		f->done = true;
	}
}

/* @return type, 'X' at the end */
static char read_frame(struct far_end *f, uint8_t *p, size_t *n)
{
	uint8_t h[3];

	if (recv(f->fd, h, 3, MSG_WAITALL) != 3) {
		return 'X';
	}
	*n = (size_t)(h[1] | h[2] << 8);
	if (*n && recv(f->fd, p, *n, MSG_WAITALL) != (ssize_t)*n) {
		return 'X';
	}
	p[*n] = 0;
	return (char)h[0];
}

static void on_phase_e(t30_state_t *t30, void *arg, int code)
{
	struct far_end *f = arg;

	(void)t30;
	f->code = code;
	f->done = true;
}

static void set_up(struct far_end *f, t30_state_t *t30)
{
	t30_set_tx_ident(t30, "FAR END");
	t30_set_ecm_capability(t30, 1);
	t30_set_supported_compressions(t30, T30_SUPPORT_T4_1D_COMPRESSION |
						    T30_SUPPORT_T4_2D_COMPRESSION |
						    T30_SUPPORT_T6_COMPRESSION);
	t30_set_rx_encoding(t30, T4_COMPRESSION_ITU_T6);
	t30_set_phase_e_handler(t30, on_phase_e, f);
	if (f->calls) {
		t30_set_tx_file(t30, f->file, -1, -1);
	} else {
		t30_set_rx_file(t30, f->file, -1);
	}
}

static void talk_audio(struct far_end *f)
{
	fax_state_t *fax = fax_init(NULL, f->calls);
	uint8_t p[65536], le[320];
	int16_t amp[160];
	size_t n, i, frames = 0;
	char type = 0;

	fax_set_transmit_on_idle(fax, 1);
	set_up(f, fax_get_t30_state(fax));
	while (!f->done && type != 'X' && (!f->vanish_after || frames < f->vanish_after)) {
		frames++;
		(void)fax_tx(fax, amp, 160);
		for (i = 0; i < 160; i++) {
			le[2 * i] = (uint8_t)amp[i];
			le[2 * i + 1] = (uint8_t)(amp[i] >> 8);
		}
		send_frame(f, 'S', le, sizeof(le));
		do {
			type = read_frame(f, p, &n);
		} while (type != 'S' && type != 'X');
		for (i = 0; type == 'S' && i < 160; i++) {
			amp[i] = (int16_t)(p[2 * i] | p[2 * i + 1] << 8);
		}
		if (type == 'S') {
			(void)fax_rx(fax, amp, 160);
		}
	}
	t30_terminate(fax_get_t30_state(fax));
	(void)fax_free(fax);
}

static int on_ifp(t38_core_state_t *core, void *arg, const uint8_t *ifp, int len, int count)
{
	struct far_end *f = arg;
	uint8_t p[1024] = {(uint8_t)f->seq, (uint8_t)(f->seq >> 8)};

	(void)core, (void)count;
	f->seq++;
	memcpy(p + 2, ifp, (size_t)len);
	send_frame(f, 'P', p, (size_t)len + 2);
	return 0;
}

static void talk_t38(struct far_end *f)
{
	t38_terminal_state_t *term = t38_terminal_init(NULL, f->calls, on_ifp, f);
	uint8_t p[65536];
	size_t n;
	char type = 0;

	t38_terminal_set_config(term, 0);
	set_up(f, t38_terminal_get_t30_state(term));
	while (!f->done && type != 'X') {
		(void)t38_terminal_send_timeout(term, 160);
		send_frame(f, 'T', NULL, 0);
		do {
			type = read_frame(f, p, &n);
			if (type == 'P') {
				(void)t38_core_rx_ifp_packet(t38_terminal_get_t38_core_state(term),
							     p + 2, (int)n - 2,
							     (uint16_t)(p[0] | p[1] << 8));
			}
		} while (type != 'T' && type != 'X');
	}
	t30_terminate(t38_terminal_get_t30_state(term));
	(void)t38_terminal_free(term);
}

static void *run(void *arg)
{
	struct far_end *f = arg;
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	uint8_t p[65536];
	size_t n = 0;
	char type;

	memcpy(sa.sun_path, f->path, sizeof(sa.sun_path));
	f->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(f->fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    read_frame(f, p, &n) != 'H' || strcmp((char *)p, "caselli-line 1")) {
		return NULL;
	}
	send_frame(f, 'H', f->t38 ? "caselli-line 1 t38" : "caselli-line 1 audio",
		   f->t38 ? 18 : 20);
	if (f->calls) {
		send_frame(f, 'D', "0302\n0499", 9);
	}
	do {
		type = read_frame(f, p, &n);
		if (type == 'D') {
			fx_strlcpy(f->dialled, (char *)p, sizeof(f->dialled));
			send_frame(f, f->refuse ? 'B' : 'A', f->refuse ? f->refuse : "",
				   f->refuse ? strlen(f->refuse) : 0);
		}
	} while (type == 'R' || (type == 'D' && f->refuse));
	if (type == 'A' || type == 'D') {
		(f->t38 ? talk_t38 : talk_audio)(f);
	}
	(void)close(f->fd);
	return NULL;
}

static int open_loop(struct rig *r, const struct fx_provider_env *env, struct fx_provider **ret,
		     struct fx_reason *reterr)
{
	struct fx_provider_env e = *env;
	fx_auto char *settings = fx_asprintf("%ssocket.far = %s/line\n", env->settings, r->dir);

	e.settings = settings;
	return fx_loop_provider_ops.open(&e, ret, reterr);
}
static const struct rig_impl impl = {"loop", true, open_loop};

static struct rig *start(struct far_end *f, uint32_t pages)
{
	struct rig *r = rig_new(&impl, "ports = 0\nring_delay_ms = 0\n", 1);

	assert_string_equal(r->lines[0].line, "far");
	assert_false(r->lines[0].online);
	(void)snprintf(f->path, sizeof(f->path), "%s/line", r->dir);
	(void)snprintf(f->file, sizeof(f->file), "%s/far.tif", r->dir);
	f->code = -1;
	if (f->calls) {
		int fd = rig_document(r, pages);
		fx_auto char *doc = fx_asprintf("%s/%u", r->dir, r->n_files);

		(void)close(fd);
		assert_int_equal(rename(doc, f->file), 0);
	}
	assert_int_equal(pthread_create(&f->thread, NULL, run, f), 0);
	return r;
}

static bool is_online(void *arg)
{
	return ((const struct rig *)arg)->lines[0].online;
}
static bool is_offline(void *arg)
{
	return !is_online(arg);
}

static void it_calls(bool t38)
{
	struct far_end f = {.calls = true, .t38 = t38};
	struct rig *r = start(&f, 2);
	struct rig_call *in;
	int fd;

	rig_wait_end(r, 1);
	(void)pthread_join(f.thread, NULL);
	in = rig_incoming(r);
	assert_int_equal(in->result.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(in->result.pages_confirmed, 2);
	assert_string_equal(in->result.remote_id, "FAR END");
	assert_string_equal(in->caller_id, "0499");
	assert_string_equal(in->called, "0302");
	assert_int_equal(f.code, 0);
	/* Call time is the far end's: half a minute of it passed in no time. */
	assert_true(in->result.ended_us > 15 * FX_SECOND);
	fd = open(f.file, O_RDONLY | O_CLOEXEC);
	rig_same_pages(fd, in->rx_fd, 2);
	(void)close(fd);
	assert_true(rig_until(r, is_offline, FX_SECOND));
	rig_free(r);
}

static void it_calls_us(void **state)
{
	(void)state;
	it_calls(false);
	it_calls(true);
}

static void it_is_called(bool t38)
{
	struct far_end f = {.t38 = t38};
	struct rig *r = start(&f, 0);
	struct rig_call *out;
	int fd;

	assert_true(rig_until(r, is_online, 2 * FX_SECOND));
	assert_int_equal(rig_dial_pages(r, "far", "0499-7", 2, &out), 0);
	rig_wait_end(r, 1);
	(void)pthread_join(f.thread, NULL);
	assert_string_equal(f.dialled, "04997");
	assert_int_equal(out->result.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(out->result.pages_confirmed, 2);
	assert_string_equal(out->result.remote_id, "FAR END");
	assert_int_equal(out->result.transport, t38 ? FX_TRANSPORT_T38 : FX_TRANSPORT_AUDIO);
	fd = open(f.file, O_RDONLY | O_CLOEXEC);
	rig_same_pages(out->rx_fd, fd, 2);
	(void)close(fd);
	rig_free(r);
}

static void we_call_it(void **state)
{
	(void)state;
	it_is_called(false);
	it_is_called(true);
}

static void it_may_refuse_and_vanish(void **state)
{
	struct far_end f = {.refuse = "no_answer"}, g = {.vanish_after = 300};
	struct rig *r = start(&f, 0);
	struct rig_call *out;

	(void)state;
	assert_int_equal(rig_dial(r, "far", "1", 0, &out), FX_ENODEV); /* nobody is there */
	r->lines[0].online = false;
	assert_true(rig_until(r, is_online, 2 * FX_SECOND));
	assert_int_equal(rig_dial(r, "far", "1", 0, &out), 0);
	rig_wait_end(r, 1);
	assert_int_equal(out->result.outcome, FX_OUTCOME_NO_ANSWER);
	rig_free(r);
	(void)pthread_join(f.thread, NULL);

	r = start(&g, 0);
	assert_true(rig_until(r, is_online, 2 * FX_SECOND));
	assert_int_equal(rig_dial(r, "far", "1", 0, &out), 0);
	rig_wait_end(r, 1);
	(void)pthread_join(g.thread, NULL);
	assert_int_equal(out->result.outcome, FX_OUTCOME_DISCONNECTED);
	assert_true(rig_until(r, is_offline, FX_SECOND));
	rig_free(r);
}

static void a_call_to_us_may_be_refused(void **state)
{
	struct far_end f = {.calls = true};
	struct rig *r;

	(void)state;
	r = start(&f, 1);
	r->reject = true;
	rig_wait_end(r, 1);
	(void)pthread_join(f.thread, NULL);
	assert_int_equal(rig_incoming(r)->result.outcome, FX_OUTCOME_CANCELLED);
	assert_int_equal(f.code, -1);
	rig_free(r);
}

static bool sends(void *arg)
{
	const struct rig_call *c = &((const struct rig *)arg)->calls[0];

	return c->n_states && c->states[c->n_states - 1].state == FX_PORT_SENDING;
}

static void a_hang_up_reaches_it(void **state)
{
	struct far_end f = {0};
	struct rig *r = start(&f, 0);
	struct rig_call *out;

	(void)state;
	assert_true(rig_until(r, is_online, 2 * FX_SECOND));
	assert_int_equal(rig_dial_pages(r, "far", "1", 20, &out), 0);
	assert_true(rig_until(r, sends, 5 * FX_SECOND));
	rig_hangup(r, out);
	rig_wait_end(r, 1);
	assert_int_equal(out->result.outcome, FX_OUTCOME_CANCELLED);
	rig_close(r);
	(void)pthread_join(f.thread, NULL);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_calls_us),
		cmocka_unit_test(we_call_it),
		cmocka_unit_test(it_may_refuse_and_vanish),
		cmocka_unit_test(a_call_to_us_may_be_refused),
		cmocka_unit_test(a_hang_up_reaches_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
