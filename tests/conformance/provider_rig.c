/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/conformance/provider_rig.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

#define OP(r, x) ((r)->in_op = true, err = (x), (r)->in_op = false, err)

static void check_moment(const struct rig *r)
{
	assert_false(r->in_op);
	assert_false(r->closed);
}

struct rig_call *rig_call(struct rig *r, uint64_t id)
{
	size_t i;

	for (i = 0; i < r->n_calls; i++) {
		if (r->calls[i].id == id) {
			return &r->calls[i];
		}
	}
	return NULL;
}

struct rig_call *rig_incoming(struct rig *r)
{
	size_t i = r->n_calls;

	while (i--) {
		if (!(r->calls[i].id & 1)) {
			return &r->calls[i];
		}
	}
	return NULL;
}

static struct rig_call *new_call(struct rig *r, uint64_t id)
{
	struct rig_call *c;

	assert_null(rig_call(r, id));
	assert_true(r->n_calls < RIG_CALLS);
	c = &r->calls[r->n_calls++];
	c->id = id;
	c->rx_fd = -1;
	return c;
}

/* One that still may speak. */
static struct rig_call *open_call(struct rig *r, uint64_t id)
{
	struct rig_call *c = rig_call(r, id);

	check_moment(r);
	assert_non_null(c);
	assert_int_equal(c->ends, 0);
	return c;
}

static void on_line(void *arg, const struct fx_line *line)
{
	struct rig *r = arg;
	size_t i;

	check_moment(r);
	for (i = 0; i < r->n_lines && strcmp(r->lines[i].line, line->line); i++) {
	}
	assert_true(i < FX_ARRAY_LEN(r->lines));
	r->lines[i] = *line;
	r->n_lines += i == r->n_lines;
}

static void on_incoming(void *arg, uint64_t call, const char *line, const char *caller_id,
			const char *called)
{
	struct rig *r = arg;
	struct rig_call *c;
	int err;

	check_moment(r);
	assert_int_equal(call & 1, 0);
	c = new_call(r, call);
	c->came_us = fx_loop_now_us(r->loop);
	fx_strlcpy(c->line, line, sizeof(c->line));
	fx_strlcpy(c->caller_id, caller_id, sizeof(c->caller_id));
	fx_strlcpy(c->called, called, sizeof(c->called));
	if (r->reject) {
		assert_int_equal(OP(r, r->p->ops->reject(r->p, call)), 0);
	}
}

static int new_file(struct rig *r)
{
	fx_auto char *path = fx_asprintf("%s/%u", r->dir, ++r->n_files);
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	return fd;
}

static void on_ring(void *arg, uint64_t call, uint32_t n)
{
	struct rig *r = arg;
	struct rig_call *c = open_call(r, call);
	struct fx_answer a = {.local_id = "+49 30 102", .ecm = true, .log_fd = -1};
	int err;

	assert_int_equal(n, ++c->rings);
	c->rang_us = n == 1 ? fx_loop_now_us(r->loop) : c->rang_us;
	if (r->no_answer || r->reject || n > 1) {
		return;
	}
	c->answered = true;
	c->rx_fd = a.rx_fd = new_file(r);
	assert_int_equal(OP(r, r->p->ops->answer(r->p, call, &a)), 0);
}

static void on_status(void *arg, uint64_t call, const struct fx_call_status *st)
{
	struct rig *r = arg;
	struct rig_call *c = open_call(r, call);

	if (c->n_states < RIG_STATES) {
		c->states[c->n_states++] = *st;
	}
}

static void on_page(void *arg, uint64_t call, const struct fx_page_report *page)
{
	struct rig *r = arg;
	struct rig_call *c = open_call(r, call);
	int err;

	assert_true(c->n_pages < FX_ARRAY_LEN(c->pages));
	c->pages[c->n_pages++] = *page;
	if (!(call & 1) && !r->no_ack) {
		(void)OP(r, r->p->ops->page_ack(r->p, call, page->page, !r->nack));
	}
}

static void on_end(void *arg, uint64_t call, const struct fx_call_result *result)
{
	struct rig *r = arg;
	struct rig_call *c = open_call(r, call);

	c->ends++;
	c->result = *result;
	r->ended++;
	assert_int_not_equal(result->outcome, FX_OUTCOME_NONE);
	assert_true(result->words[0]);
}

static void on_lost(void *arg, const char *why)
{
	struct rig *r = arg;
	size_t i;

	check_moment(r);
	assert_non_null(why);
	for (i = 0; i < r->n_calls; i++) {
		assert_int_equal(r->calls[i].ends, 1);
	}
	r->lost++;
}

static const struct fx_provider_sink sink = {
	.on_line = on_line, .on_incoming = on_incoming, .on_ring = on_ring,
	.on_status = on_status, .on_page = on_page, .on_end = on_end, .on_lost = on_lost,
};

static size_t want_lines;

static bool has_lines(void *arg)
{
	const struct rig *r = arg;

	return r->n_lines == want_lines;
}

struct rig *rig_new(const struct rig_impl *impl, const char *settings, size_t n_lines)
{
	struct rig *r = fx_zalloc(sizeof(*r));
	struct fx_reason why = {{0}};
	struct fx_provider_env env = {.sink = &sink, .settings = settings};
	int err;

	assert_non_null(r);
	r->next_call = 1;
	r->dir = fx_test_mkdir();
	if (impl->is_real) {
		assert_int_equal(fx_loop_new_real(&r->loop), 0);
	} else {
		r->loop = fx_test_vloop();
	}
	env.loop = r->loop;
	env.arg = r;
	if (OP(r, impl->open(r, &env, &r->p, &why))) {
		fail_msg("open: %s", why.text);
	}
	assert_int_equal(r->n_lines, 0);
	want_lines = n_lines;
	assert_true(rig_until(r, has_lines, 5 * FX_SECOND));
	return r;
}

void rig_close(struct rig *r)
{
	if (r->p) {
		r->p->ops->close(r->p);
	}
	r->p = NULL;
	r->closed = true;
}

void rig_free(struct rig *r)
{
	size_t i;

	rig_close(r);
	for (i = 0; i < r->n_calls; i++) {
		if (r->calls[i].rx_fd >= 0) {
			(void)close(r->calls[i].rx_fd);
		}
	}
	fx_loop_free(r->loop);
	fx_test_rmdir(r->dir);
	(void)fx_free(r);
}

/* Rows of bars that differ from page to page and row to row. */
static void draw(struct fx_bitmap *b, uint32_t page)
{
	size_t stride = fx_bitmap_stride(b), x;
	uint32_t y;

	for (y = 0; y < b->rows; y++) {
		for (x = 20; x + 20 < stride; x++) {
			b->bits[y * stride + x] =
				(uint8_t)((x + page * 3) % 13 < y / 8 % 7 ? 0xC3 + y % 3 : 0);
		}
	}
}

int rig_document(struct rig *r, uint32_t pages)
{
	int fd = new_file(r);
	struct fx_tiff_wr *w = NULL;
	uint32_t i;

	assert_int_equal(fx_tiff_create(fd, NULL, &w), 0);
	for (i = 0; i < pages; i++) {
		struct fx_bitmap b;

		assert_int_equal(fx_bitmap_init(&b, 1728, 400, FX_RES_FINE), 0);
		draw(&b, i);
		assert_int_equal(fx_tiff_write(w, &b), 0);
		fx_bitmap_fini(&b);
	}
	assert_int_equal(fx_tiff_finish(w), 0);
	return fd;
}

static int dial(struct rig *r, const char *line, const char *number, uint32_t timeout_s,
		uint32_t pages, struct rig_call **ret)
{
	struct fx_dial d = {.ecm = true, .log_fd = -1, .n_docs = 1};
	struct rig_call *c;
	uint64_t id = r->next_call;
	int err;

	fx_strlcpy(d.number, number, sizeof(d.number));
	fx_strlcpy(d.local_id, "+49 30 101", sizeof(d.local_id));
	d.answer_timeout_s = timeout_s;
	d.docs[0].fd = rig_document(r, pages);
	d.docs[0].pages = pages;
	err = OP(r, r->p->ops->dial(r->p, line, id, &d));
	if (err) {
		(void)close(d.docs[0].fd);
		return err;
	}
	r->next_call += 2;
	c = new_call(r, id);
	c->rx_fd = d.docs[0].fd; /* what was sent, to compare */
	fx_strlcpy(c->line, line, sizeof(c->line));
	*ret = c;
	return 0;
}

int rig_dial(struct rig *r, const char *line, const char *number, uint32_t timeout_s,
	     struct rig_call **ret)
{
	return dial(r, line, number, timeout_s, 1, ret);
}

int rig_dial_pages(struct rig *r, const char *line, const char *number, uint32_t pages,
		   struct rig_call **ret)
{
	return dial(r, line, number, 0, pages, ret);
}

bool rig_until(struct rig *r, bool (*done)(void *arg), int64_t max_us)
{
	return fx_loop_run_until(r->loop, done, r, max_us);
}

static unsigned want_ended;

static bool all_ended(void *arg)
{
	return ((const struct rig *)arg)->ended >= want_ended;
}

void rig_wait_end(struct rig *r, unsigned n_ended)
{
	int64_t max = fx_loop_is_virtual(r->loop) ? 7200 * FX_SECOND : 15 * FX_SECOND;

	want_ended = n_ended;
	if (!rig_until(r, all_ended, max)) {
		fail_msg("%u of %u calls ended", r->ended, n_ended);
	}
}

void rig_hangup(struct rig *r, struct rig_call *c)
{
	int err;

	assert_int_equal(OP(r, r->p->ops->hangup(r->p, c->id)), 0);
}

void rig_same_pages(int fd_sent, int fd_got, uint32_t pages)
{
	struct fx_tiff_rd *a = NULL, *b = NULL;
	uint32_t i;

	assert_int_equal(fx_tiff_open(fd_sent, &a, NULL), 0);
	assert_int_equal(fx_tiff_open(fd_got, &b, NULL), 0);
	assert_int_equal(fx_tiff_pages(a), pages);
	assert_int_equal(fx_tiff_pages(b), pages);
	for (i = 0; i < pages; i++) {
		struct fx_bitmap x = {0}, y = {0};

		assert_int_equal(fx_tiff_read(a, i, &x), 0);
		assert_int_equal(fx_tiff_read(b, i, &y), 0);
		assert_int_equal(x.width_px, y.width_px);
		assert_int_equal(x.rows, y.rows);
		assert_memory_equal(x.bits, y.bits, x.rows * fx_bitmap_stride(&x));
		fx_bitmap_fini(&x);
		fx_bitmap_fini(&y);
	}
	fx_tiff_close(a);
	fx_tiff_close(b);
}
