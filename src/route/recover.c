/* SPDX-License-Identifier: Apache-2.0 */
/* After a start: faxes that were coming in or being routed when the service ended. */
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "route/route_priv.h"

struct loading {
	struct fx_route *r;
	int err;
};

static bool load_one(void *arg, const struct fx_job *job)
{
	struct loading *l = arg;
	struct fx_rx *rx;

	if (job->type != FX_JT_RECEIVE && job->type != FX_JT_ROUTING &&
	    job->type != FX_JT_FAIL_RECEIVE) {
		return true; /* the queue's */
	}
	rx = fx_rx_new(l->r);
	if (!rx) {
		l->err = FX_ENOMEM;
		return false;
	}
	fx_job_fini(&rx->job);
	l->err = fx_job_copy(&rx->job, job);
	if (l->err) {
		fx_job_init(&rx->job);
	}
	return !l->err;
}

static bool load_attempt(void *arg, const struct fx_attempt *a)
{
	((struct fx_rx *)arg)->a = *a;
	return true;
}

static bool load_page(void *arg, const struct fx_page *p)
{
	struct fx_rx *rx = arg;

	if (p->page == rx->pages + 1) {
		rx->pages++;
	}
	return true;
}

static void close_attempt(struct fx_rx *rx)
{
	if (rx->a.ended_at) {
		return; /* routing was under way */
	}
	rx->a.ended_at = fx_loop_wall_us(rx->r->loop) / FX_SECOND;
	rx->a.result.engine_code = -1;
	rx->a.result.outcome = rx->pages ? FX_OUTCOME_PARTIAL : FX_OUTCOME_HOST_LOST;
	(void)fx_strlcpy(rx->a.result.words, "The service was interrupted during the call.",
			 sizeof(rx->a.result.words));
}

/* Its message is there: only methods are left. */
static int resume(struct fx_rx *rx)
{
	fx_log(FX_LOG_INFO, "route: job=%u was being routed", rx->job.client_id);
	rx->concluded = rx->filed = true;
	/* A moment later: methods of extensions are added meanwhile. */
	fx_timer_start(rx->again, 0);
	return 0;
}

static int settle(struct fx_rx *rx)
{
	struct fx_message m;
	struct fx_route *r = rx->r;
	int err = fx_store_each_attempt(r->store, rx->job.id, load_attempt, rx);

	if (!err) {
		err = fx_store_each_page(r->store, rx->job.id, load_page, rx);
	}
	if (!err) {
		err = fx_timer_new(r->loop, fx_rx_on_again, rx, &rx->again);
	}
	if (!err) {
		err = fx_pass_load(rx);
	}
	if (!err) {
		err = fx_queue_adopt(r->queue, &rx->job);
	}
	if (err) {
		return err;
	}
	rx->ended = true;
	err = fx_store_get_message(r->store, rx->job.id, &m);
	if (!err) {
		fx_message_fini(&m);
		return resume(rx);
	}
	if (err != FX_ENOENT) {
		return err;
	}
	close_attempt(rx);
	fx_log(FX_LOG_INFO, "route: job=%u was being received; %u pages are stored",
	       rx->job.client_id, rx->pages);
	fx_rx_conclude(rx);
	return 0;
}

int fx_route_recover(struct fx_route *r, struct fx_reason *reterr)
{
	struct loading l = {.r = r};
	int err = fx_store_each_job(r->store, load_one, &l);

	err = err ? err : l.err;
	FX_LIST_EACH_SAFE(&r->faxes, it) {
		if (!err) {
			err = settle(FX_CONTAINER(it, struct fx_rx, link));
		}
	}
	return err ? fx_fail(reterr, err, "the faxes that were coming in cannot be read: %s",
			     fx_error_str(err)) : 0;
}
