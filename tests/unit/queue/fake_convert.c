/* SPDX-License-Identifier: Apache-2.0 */
/* The render program's place in these tests: copies a TIFF, or fails as told. */
#include "tests/unit/queue/fake_convert.h"

#include <string.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "document/convert.h"

struct fake_plan fake_plan;

struct fx_convert {
	struct fx_timer *timer;
	fx_convert_fn *fn;
	void *arg;
	int in_fd, out_fd;
};

static void finish(struct fx_convert *c)
{
	(void)fx_timer_free(c->timer);
	(void)close(c->in_fd);
	(void)close(c->out_fd);
	(void)fx_free(c);
	fake_plan.running--;
}

static void on_timer(void *arg)
{
	struct fx_convert *c = arg;
	struct fx_convert_result r = {.pages = fake_plan.pages};
	fx_convert_fn *fn = c->fn;
	void *fn_arg = c->arg;
	char buf[65536];
	ssize_t n;

	if (fake_plan.fail_times) {
		fake_plan.fail_times--;
		r.err = fake_plan.err;
		(void)fx_strlcpy(r.words, fake_plan.words ? fake_plan.words : "", sizeof(r.words));
	} else {
		off_t off = 0;

		while ((n = pread(c->in_fd, buf, sizeof(buf), off)) > 0) {
			FX_ASSERT(pwrite(c->out_fd, buf, (size_t)n, off) == n);
			off += n;
		}
	}
	finish(c);
	fn(fn_arg, &r);
}

int fx_convert_start(struct fx_loop *loop, const struct fx_convert_prm *prm, fx_convert_fn *fn,
		     void *arg, struct fx_convert **ret)
{
	struct fx_convert *c = fx_zalloc(sizeof(*c));

	FX_ASSERT(c && !fx_timer_new(loop, on_timer, c, &c->timer));
	c->fn = fn;
	c->arg = arg;
	c->in_fd = dup(prm->in_fd);
	c->out_fd = dup(prm->out_fd);
	fx_timer_start(c->timer, FX_SECOND);
	fake_plan.started++;
	fake_plan.running++;
	if (fake_plan.running > fake_plan.most) {
		fake_plan.most = fake_plan.running;
	}
	*ret = c;
	return 0;
}

void fx_convert_cancel(struct fx_convert *c)
{
	finish(c);
}
