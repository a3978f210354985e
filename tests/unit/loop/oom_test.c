/* SPDX-License-Identifier: Apache-2.0 */
/* Memory fails at each place of a whole call, from opening to closing: nothing crashes, hangs
 * or leaks, and each call still ends exactly once on each side. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/str.h"
#include "document/fax_tiff.h"
#include "port/port.h"
#include "tests/support/support.h"

struct ctx {
	const char *settings;
	struct fx_loop *loop;
	struct fx_ports *t;
	int doc, rx;
	unsigned sent, received;
	bool done, ok;
};

static int page(void)
{
	int fd = memfd_create("doc", MFD_CLOEXEC);
	struct fx_tiff_wr *w = NULL;
	struct fx_bitmap b;

	assert_int_equal(fx_tiff_create(fd, NULL, &w), 0);
	assert_int_equal(fx_bitmap_init(&b, 1728, 60, FX_RES_FINE), 0);
	memset(b.bits + 216 * 20, 0x5A, 216 * 10);
	assert_int_equal(fx_tiff_write(w, &b), 0);
	fx_bitmap_fini(&b);
	assert_int_equal(fx_tiff_finish(w), 0);
	return fd;
}

static void on_page(void *arg, struct fx_port *port, const struct fx_page_report *p)
{
	struct fx_port_status st;

	(void)arg;
	fx_port_status(port, &st);
	if (!st.call.sender) {
		fx_port_page_ack(port, p->page, true);
	}
}

static void on_sent(void *arg, struct fx_port *port, const struct fx_call_result *r)
{
	struct ctx *c = arg;

	(void)port;
	c->sent++;
	c->ok = r->outcome == FX_OUTCOME_SUCCESS;
	c->done = true;
}

static void on_received(void *arg, struct fx_port *port, const struct fx_call_result *r)
{
	struct ctx *c = arg;

	(void)port, (void)r;
	c->received++;
}

static const struct fx_port_call_cb sender = {NULL, on_page, on_sent};
static const struct fx_port_call_cb receiver = {NULL, on_page, on_received};

static void on_offer(void *arg, struct fx_port *port, const char *caller_id, const char *called)
{
	struct ctx *c = arg;
	struct fx_answer a = {.local_id = "2", .rx_fd = c->rx, .ecm = true, .log_fd = -1};

	(void)caller_id, (void)called;
	if (fx_port_answer(port, &a, NULL, &receiver, c)) {
		fx_port_reject(port);
	}
}
static const struct fx_ports_cb ports_cb = {NULL, on_offer, NULL, NULL};

static bool has_ended(void *arg)
{
	return ((const struct ctx *)arg)->done;
}

static bool has_ports(void *arg)
{
	return fx_ports_count(((struct ctx *)arg)->t) == 2;
}

static int call(struct ctx *c, struct fx_loop *loop)
{
	struct fx_dial d = {.number = "102", .local_id = "1", .ecm = true, .n_docs = 1,
			    .log_fd = -1, .docs = {{.fd = c->doc, .pages = 1}}};
	int err;

	if (!fx_loop_run_until(loop, has_ports, c, FX_SECOND)) {
		return FX_ENOMEM; /* a line found no place */
	}
	err = fx_port_dial(fx_ports_at(c->t, 0), &d, NULL, &sender, c);
	if (err) {
		assert_int_equal(err, FX_ENOMEM);
		assert_int_equal(c->sent, 0);
		return err;
	}
	assert_true(fx_loop_run_until(loop, has_ended, c, 600 * FX_SECOND));
	fx_loop_step(loop, 30 * FX_SECOND);
	assert_int_equal(c->sent, 1);
	assert_true(c->received <= 1);
	return c->ok ? 0 : FX_ENOMEM;
}

static int whole(void *arg)
{
	struct ctx *c = arg;
	int err;

	c->sent = c->received = 0;
	c->done = c->ok = false;
	c->rx = memfd_create("rx", MFD_CLOEXEC);
	err = fx_ports_new(c->loop, &ports_cb, c, &c->t);
	if (!err) {
		err = fx_ports_add_provider(c->t, &fx_loop_provider_ops, c->settings, NULL);
	}
	if (!err) {
		err = call(c, c->loop);
	}
	c->t = fx_ports_free(c->t);
	(void)close(c->rx);
	return err;
}

static void nothing(void *arg)
{
	(void)arg;
}

static void a_call_survives_lack_of_memory_anywhere(void **state)
{
	struct ctx c = {.settings = "transport = t38\nt38_pacing = unpaced\n", .doc = page()};
	struct fx_timer *t = NULL;

	(void)state;
	/* The loop's own tables grow once; it is not on trial here. */
	c.loop = fx_test_vloop();
	assert_int_equal(fx_timer_new(c.loop, nothing, NULL, &t), 0);
	fx_timer_start(t, 0);
	t = fx_timer_free(t);
	fx_test_oom_sweep(whole, &c);
	c.settings = "delay_ms = 40\n";
	fx_test_oom_sweep(whole, &c);
	fx_loop_free(c.loop);
	(void)close(c.doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_survives_lack_of_memory_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
