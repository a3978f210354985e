/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One fax coming in.
 *
 *   offered --room, answered--> receiving --page: synced, recorded--> acked --+
 *      '-- no room: refused        ^                                          |
 *                                  '------------------------------------------'
 *   call ends --no page--> attempt recorded, gone
 *             --pages----> routing --filed in inbox/, message durable--> gone, or pass.c
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "route/route_priv.h"

struct page_ctx {
	struct fx_rx *rx;
	uint32_t page;
};

static int64_t now_s(const struct fx_route *r)
{
	return fx_loop_wall_us(r->loop) / FX_SECOND;
}

struct fx_rx *fx_rx_new(struct fx_route *r)
{
	struct fx_rx *rx = fx_zalloc(sizeof(*rx));

	if (rx) {
		rx->r = r;
		rx->spool = r->spool;
		rx->fd = rx->log_fd = -1;
		fx_job_init(&rx->job);
		rx->job.type = FX_JT_RECEIVE;
		rx->job.state = FX_JOB_IN_PROGRESS;
		fx_list_append(&r->faxes, &rx->link);
	}
	return rx;
}

void fx_rx_free(struct fx_rx *rx)
{
	fx_list_remove(&rx->link);
	rx->again = fx_timer_free(rx->again);
	rx->r = NULL;
	rx->port = rx->shown = NULL;
	if (rx->pending) {
		return;
	}
	if (rx->fd >= 0) {
		(void)close(rx->fd);
	}
	if (rx->log_fd >= 0) {
		(void)close(rx->log_fd);
	}
	rx->tags = fx_fax_tags_free(rx->tags);
	fx_progress_fini(&rx->progress);
	(void)fx_free(rx->run.data);
	fx_job_fini(&rx->job);
	(void)fx_free(rx);
}

static void on_status(void *arg, struct fx_port *port)
{
	struct fx_rx *rx = arg;
	struct fx_port_status st;

	fx_port_status(port, &st);
	if (strcmp(rx->job.remote_id, st.call.remote_id) != 0) {
		(void)fx_strlcpy(rx->job.remote_id, st.call.remote_id, FX_ID_SIZE);
		if (!fx_str_replace(&rx->job.tsid, st.call.remote_id)) {
			fx_queue_update(rx->r->queue, &rx->job);
		}
	}
}

/* The record is durable, or it failed: only now does the far end hear (invariant 2). */
static void on_page_recorded(void *arg, int err, const struct fx_reason *why)
{
	struct page_ctx *ctx = arg;
	struct fx_rx *rx = ctx->rx;
	uint32_t page = ctx->page;

	(void)fx_free(ctx);
	rx->pending--;
	if (!rx->r) {
		fx_rx_free(rx);
		return;
	}
	rx->asked = 0;
	if (err) {
		fx_log(FX_LOG_ERROR,
		       "route: job=%u page %u is not confirmed, it cannot be stored: %s",
		       rx->job.client_id, page, why && *why->text ? why->text : fx_error_str(err));
	} else {
		rx->pages = page;
		rx->job.pages = rx->job.confirmed = page;
		fx_queue_update(rx->r->queue, &rx->job);
	}
	if (rx->port) {
		fx_port_page_ack(rx->port, page, !err);
	}
	if (rx->ended && !rx->concluded) {
		fx_rx_conclude(rx);
	}
}

static int record_page(struct fx_rx *rx, const struct fx_page_report *report)
{
	struct fx_page page = {.job_id = rx->job.id,
			       .attempt_id = rx->a.id,
			       .page = report->page,
			       .at = now_s(rx->r),
			       .report = *report};
	struct page_ctx *ctx = fx_zalloc(sizeof(*ctx));
	struct fx_group *g = ctx ? fx_group_new(rx->r->journal) : NULL;
	uint32_t before = rx->job.pages;
	int err;

	if (!g) {
		(void)fx_free(ctx);
		return FX_ENOMEM;
	}
	*ctx = (struct page_ctx){rx, report->page};
	rx->job.pages = rx->job.confirmed = report->page;
	rx->job.resolution = report->resolution;
	fx_group_sync_file(g, rx->fd);
	fx_group_put_page(g, &page);
	fx_group_put_job(g, &rx->job);
	rx->job.pages = rx->job.confirmed = before; /* until it is durable */
	err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, on_page_recorded, ctx);
	if (err) {
		(void)fx_free(ctx);
		return err;
	}
	rx->pending++;
	rx->asked = report->page;
	return 0;
}

static void on_page(void *arg, struct fx_port *port, const struct fx_page_report *report)
{
	struct fx_rx *rx = arg;
	int err = report->page == rx->pages + 1 && !rx->asked ? record_page(rx, report) :
								FX_EPROTO;

	if (err) {
		fx_log(FX_LOG_ERROR, "route: job=%u page %u is not confirmed: %s",
		       rx->job.client_id, report->page, fx_error_str(err));
		fx_port_page_ack(port, report->page, false);
	}
}

static void on_end(void *arg, struct fx_port *port, const struct fx_call_result *result)
{
	struct fx_rx *rx = arg;

	rx->ended = true;
	rx->port = NULL;
	rx->a.result = *result;
	rx->a.ended_at = now_s(rx->r);
	if (result->answered_us >= 0) {
		rx->a.answered_at = rx->a.started_at + result->answered_us / FX_SECOND;
	}
	if (*result->remote_id) {
		(void)fx_strlcpy(rx->job.remote_id, result->remote_id, FX_ID_SIZE);
	}
	if (rx->pages || rx->asked) {
		rx->shown = port;
		fx_port_set_routing(port, true);
	}
	if (!rx->asked) {
		fx_rx_conclude(rx);
	}
}

static const struct fx_port_call_cb call_cb = {on_status, on_page, on_end};

/* ---- the offer ---- */

static int open_files(struct fx_rx *rx)
{
	char name[64];
	int err = fx_spool_create(rx->spool, FX_SPOOL_QUEUE, ".tif", name, &rx->fd);

	if (!err) {
		err = fx_str_replace(&rx->job.tiff_file, name);
	}
	if (!err && fx_spool_create(rx->spool, FX_SPOOL_LOG, ".log", rx->a.log_file, &rx->log_fd)) {
		rx->log_fd = -1; /* better received without a log than not at all */
		rx->a.log_file[0] = '\0';
	}
	return err;
}

static int record_call(struct fx_rx *rx)
{
	struct fx_group *g = fx_group_new(rx->r->journal);

	/* The first page's record comes after this one, so before any confirmation. */
	fx_group_sync_dir(g, fx_spool_path(rx->spool, FX_SPOOL_QUEUE));
	fx_group_put_job(g, &rx->job);
	fx_group_put_attempt(g, &rx->a);
	fx_queue_put_cursor(rx->r->queue, g);
	return fx_group_commit(g, FX_COMMIT_KEEP, NULL, NULL);
}

static int begin(struct fx_rx *rx, struct fx_port *port, const char *caller_id, const char *called)
{
	const struct fx_port_info *info = fx_port_info(port);
	struct fx_route *r = rx->r;
	int err;

	rx->port = port;
	rx->job.id = fx_store_new_id(r->store);
	rx->job.client_id = fx_queue_new_client_id(r->queue);
	rx->job.device_id = info->device_id;
	rx->job.submitted_at = rx->job.started_at = now_s(r);
	(void)fx_strlcpy(rx->job.caller_id, fx_text(caller_id), sizeof(rx->job.caller_id));
	(void)fx_strlcpy(rx->job.routing, fx_text(called), sizeof(rx->job.routing));
	rx->a.id = fx_store_new_id(r->store);
	rx->a.job_id = rx->job.id;
	rx->a.device_id = info->device_id;
	rx->a.started_at = rx->job.started_at;
	rx->a.result.engine_code = -1;
	rx->a.result.answered_us = -1;
	(void)fx_strlcpy(rx->a.result.words, fx_outcome_words(FX_OUTCOME_NONE),
			 sizeof(rx->a.result.words));
	(void)fx_strlcpy(rx->a.number, *fx_text(caller_id) ? caller_id : "unknown",
			 sizeof(rx->a.number));
	(void)fx_strlcpy(rx->a.port_name, info->name, sizeof(rx->a.port_name));
	/* For a received fax the number it was sent to is our CSID (IFaxTiff RecipientNumber). */
	err = fx_str_replace(&rx->job.number, info->csid);
	if (!err) {
		err = open_files(rx);
	}
	if (!err) {
		err = fx_timer_new(r->loop, fx_rx_on_again, rx, &rx->again);
	}
	if (!err) {
		err = fx_queue_adopt(r->queue, &rx->job);
	}
	return err;
}

static int answer(struct fx_rx *rx)
{
	const struct fx_port_info *info = fx_port_info(rx->port);
	struct fx_answer answer = {
		.rx_fd = rx->fd,
		.ecm = true,
		.modems = FX_MODEM_ALL,
		.log_fd = rx->log_fd,
	};
	struct fx_port_job shown = {
		.job_id = rx->job.id,
		.client_id = rx->job.client_id,
		.uid = FX_UID_NONE,
		.submitted_at = rx->job.submitted_at,
	};

	fx_station_id(answer.local_id, info->csid);
	return fx_port_answer(rx->port, &answer, &shown, &call_cb, rx);
}

static void refuse(struct fx_port *port, struct fx_rx *rx, const char *why)
{
	fx_log(FX_LOG_ERROR, "route: a call on port=%u is refused: %s",
	       fx_port_info(port)->device_id, why);
	if (rx) {
		fx_queue_drop(rx->r->queue, rx->job.id);
		if (rx->job.tiff_file) {
			(void)fx_spool_remove(rx->spool, FX_SPOOL_QUEUE, rx->job.tiff_file);
		}
		fx_rx_free(rx);
	}
	fx_port_reject(port);
}

void fx_route_offer(struct fx_route *r, struct fx_port *port, const char *caller_id,
		    const char *called)
{
	struct fx_rx *rx;
	int err;

	FX_ON_LOOP(r->loop);
	if (fx_queue_config(r->queue)->block_incoming) {
		refuse(port, NULL, "the administrator has closed the incoming queue to new faxes");
		return;
	}
	if (r->stopping || fx_journal_error(r->journal) ||
	    fx_spool_room(r->spool, r->min_free_bytes)) {
		refuse(port, NULL, r->stopping ? "the service is stopping" :
						 "no room to store a fax; free some disk space");
		return;
	}
	rx = fx_rx_new(r);
	err = rx ? begin(rx, port, caller_id, called) : FX_ENOMEM;
	if (!err) {
		err = answer(rx);
	}
	if (err) {
		refuse(port, rx, fx_error_str(err));
		return;
	}
	err = record_call(rx);
	if (err) {
		fx_log(FX_LOG_ERROR, "route: job=%u: no memory to record it", rx->job.client_id);
		fx_port_hangup(port);
	}
	fx_log_detail(FX_LOG_INFO, "route: job=%u port=%u answers a call from %s",
		      rx->job.client_id, rx->job.device_id, rx->a.number);
}

/* ---- the object ---- */

int fx_route_new(const struct fx_route_prm *prm, struct fx_route **ret, struct fx_reason *reterr)
{
	struct fx_route *r = fx_zalloc(sizeof(*r));
	int err;

	if (!r) {
		return FX_ENOMEM;
	}
	r->loop = prm->loop;
	r->store = prm->store;
	r->spool = prm->spool;
	r->queue = prm->queue;
	r->journal = fx_queue_journal(prm->queue);
	r->min_free_bytes = prm->min_free_bytes ? prm->min_free_bytes : FX_ROUTE_ROOM_BYTES;
	r->cb = prm->cb;
	r->arg = prm->arg;
	fx_list_init(&r->faxes);
	err = fx_route_methods_init(r);
	err = err ? err : fx_route_set_settings(r, prm->settings);
	err = err ? err : fx_route_add_own_methods(r);
	err = err ? err : fx_route_recover(r, reterr);
	err = err ? err : fx_reports_new(r, &r->reports);
	if (err) {
		(void)fx_route_free(r);
		return err;
	}
	*ret = r;
	return 0;
}

struct fx_route *fx_route_free(struct fx_route *r)
{
	if (r) {
		r->checkup = fx_checkup_free(r->checkup);
		fx_route_methods_free(r); /* what runs is dropped */
		r->reports = fx_reports_free(r->reports);
		FX_LIST_EACH_SAFE(&r->faxes, it) {
			fx_rx_free(FX_CONTAINER(it, struct fx_rx, link));
		}
		fx_route_settings_fini(&r->settings);
	}
	return fx_free(r);
}

void fx_route_stop(struct fx_route *r)
{
	r->stopping = true;
	FX_LIST_EACH_SAFE(&r->faxes, it) {
		struct fx_rx *rx = FX_CONTAINER(it, struct fx_rx, link);

		if (rx->port) {
			fx_port_hangup(rx->port);
		}
		fx_pass_stop(rx);
	}
	fx_reports_stop(r->reports);
}

bool fx_route_is_idle(const struct fx_route *r)
{
	FX_LIST_EACH(&r->faxes, it) {
		if (!fx_pass_waits(FX_CONTAINER(it, struct fx_rx, link))) {
			return false;
		}
	}
	return !fx_reports_busy(r->reports);
}

int fx_route_set_settings(struct fx_route *r, const struct fx_route_settings *s)
{
	struct fx_route_settings copy;
	int err;

	if (!s) {
		return fx_route_settings_defaults(&r->settings);
	}
	err = fx_route_settings_copy(&copy, s);
	if (!err) {
		fx_route_settings_fini(&r->settings);
		r->settings = copy;
	}
	return err;
}

const struct fx_route_settings *fx_route_settings(const struct fx_route *r)
{
	return &r->settings;
}

int fx_route_cancel(struct fx_route *r, uint64_t job_id)
{
	FX_LIST_EACH(&r->faxes, it) {
		struct fx_rx *rx = FX_CONTAINER(it, struct fx_rx, link);

		if (rx->job.id == job_id) {
			if (!rx->port) {
				return fx_pass_cancel(rx);
			}
			fx_port_hangup(rx->port);
			return 0;
		}
	}
	return FX_ENOMSG;
}
