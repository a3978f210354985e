/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After the call: the fax becomes a message. The file moves to inbox/ first, then
 * one transaction closes the attempt, adds the message and takes the job away; a
 * crash between the two finds the file there and goes on. Where routing methods
 * are to run, the job stays until they are done (pass.c).
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "route/route_priv.h"

#define AGAIN_US (5 * FX_SECOND)

static void try_later(struct fx_rx *rx, int err)
{
	if (!rx->told) {
		rx->told = true;
		fx_log(FX_LOG_ERROR,
		       "route: job=%u is received but cannot be filed: %s; trying again",
		       rx->job.client_id, fx_error_str(err));
	}
	fx_timer_start(rx->again, AGAIN_US);
}

void fx_rx_not_shown(struct fx_rx *rx)
{
	if (rx->shown) {
		fx_port_set_routing(rx->shown, false);
		rx->shown = NULL;
	}
}

void fx_rx_done_with(struct fx_rx *rx)
{
	fx_queue_drop(rx->r->queue, rx->job.id);
	fx_rx_not_shown(rx);
	fx_rx_free(rx);
}

static void on_message(void *arg, int err, const struct fx_reason *why)
{
	struct fx_rx *rx = arg;
	struct fx_route *r = rx->r;

	(void)err, (void)why; /* kept until written */
	rx->pending--;
	if (!r) {
		fx_rx_free(rx);
		return;
	}
	fx_log(FX_LOG_INFO, "route: job=%u from %s is filed, %u pages%s", rx->job.client_id,
	       *rx->job.remote_id ? rx->job.remote_id : rx->a.number, rx->pages,
	       rx->a.result.outcome == FX_OUTCOME_SUCCESS ? "" : ", incomplete");
	rx->filed = true;
	if (r->cb && r->cb->on_message) {
		r->cb->on_message(r->arg, rx->job.id, FX_FOLDER_INBOX);
	}
	if (rx->progress.n_steps) {
		fx_pass_go(rx);
	} else {
		fx_rx_done_with(rx);
	}
}

static void commit_message(struct fx_rx *rx)
{
	struct fx_group *g = fx_group_new(rx->r->journal);
	struct fx_message m = {
		.id = rx->job.id,
		.folder = FX_FOLDER_INBOX,
		.partial = rx->a.result.outcome != FX_OUTCOME_SUCCESS,
		.job = rx->job, /* borrowed texts */
		.result = rx->a.result,
	};
	int err;

	(void)fx_strlcpy(m.port_name, rx->a.port_name, sizeof(m.port_name));
	fx_group_put_attempt(g, &rx->a);
	fx_group_put_message(g, &m);
	if (!rx->progress.n_steps) {
		fx_group_del_job(g, rx->job.id);
	}
	err = fx_group_commit(g, FX_COMMIT_KEEP, on_message, rx);
	if (err) {
		try_later(rx, err);
		return;
	}
	rx->pending++;
}

/* Worker thread. */
static void move_work(void *arg)
{
	struct fx_rx *rx = arg;
	int fd;

	if (rx->tags) {
		fx_fax_tags_write(rx->tags, rx->spool, FX_SPOOL_QUEUE, rx->job.tiff_file);
	}
	rx->err = fx_spool_move(rx->spool, FX_SPOOL_QUEUE, FX_SPOOL_INBOX, rx->job.tiff_file);
	if (rx->err == FX_ENOENT &&
	    !fx_spool_openat(rx->spool, FX_SPOOL_INBOX, rx->job.tiff_file, O_RDONLY, &fd)) {
		(void)close(fd);
		rx->err = 0;
	}
}

static void move_done(void *arg)
{
	struct fx_rx *rx = arg;

	rx->pending--;
	if (!rx->r) {
		fx_rx_free(rx);
	} else if (rx->err == FX_ENOENT) {
		fx_log(FX_LOG_ERROR, "route: job=%u: its pages in %s are lost", rx->job.client_id,
		       rx->job.tiff_file);
		rx->job.tiff_file = fx_free(rx->job.tiff_file);
		commit_message(rx);
	} else if (rx->err) {
		try_later(rx, rx->err);
	} else {
		commit_message(rx);
	}
}

static void file_it(struct fx_rx *rx)
{
	int err;

	if (!rx->job.tiff_file) {
		commit_message(rx);
		return;
	}
	if (!rx->tags) {
		rx->tags = fx_fax_tags_new(&rx->job, &rx->a, NULL);
	}
	err = fx_loop_work(rx->r->loop, move_work, move_done, rx);
	if (err) {
		try_later(rx, err);
		return;
	}
	rx->pending++;
}

static void on_forgotten(void *arg, int err, const struct fx_reason *why)
{
	struct fx_rx *rx = arg;

	(void)err, (void)why;
	rx->pending--;
	if (!rx->r) {
		fx_rx_free(rx);
		return;
	}
	(void)fx_spool_remove(rx->spool, FX_SPOOL_QUEUE, rx->job.tiff_file);
	fx_rx_done_with(rx);
}

/* No page came: the attempt is the record, there is nothing to read. */
static void forget(struct fx_rx *rx)
{
	struct fx_group *g = fx_group_new(rx->r->journal);
	int err;

	fx_group_put_attempt(g, &rx->a);
	fx_group_del_job(g, rx->job.id);
	err = fx_group_commit(g, FX_COMMIT_KEEP, on_forgotten, rx);
	if (err) {
		try_later(rx, err);
		return;
	}
	rx->pending++;
}

void fx_rx_on_again(void *arg)
{
	struct fx_rx *rx = arg;

	if (rx->filed) {
		fx_pass_go(rx);
	} else if (rx->pages) {
		file_it(rx);
	} else {
		forget(rx);
	}
}

void fx_rx_conclude(struct fx_rx *rx)
{
	struct fx_group *g;
	struct stat st;

	rx->concluded = true;
	if (rx->fd >= 0 && !fstat(rx->fd, &st)) {
		rx->job.size_bytes = st.st_size > UINT32_MAX ? UINT32_MAX : (uint32_t)st.st_size;
	}
	rx->a.result.pages_confirmed = rx->pages;
	rx->job.ended_at = rx->a.ended_at;
	rx->job.outcome = rx->a.result.outcome;
	rx->job.pages = rx->job.confirmed = rx->pages;
	if (fx_str_replace(&rx->job.words, rx->a.result.words) ||
	    fx_str_replace(&rx->job.tsid, rx->job.remote_id)) {
		fx_log(FX_LOG_WARN, "route: no memory for a text job=%u", rx->job.client_id);
	}
	if (rx->r->cb && rx->r->cb->on_attempt) {
		rx->r->cb->on_attempt(rx->r->arg, &rx->job, &rx->a);
	}
	if (!rx->pages) {
		fx_log(FX_LOG_WARN, "route: job=%u port=%u brought no page: %s", rx->job.client_id,
		       rx->job.device_id, rx->a.result.words);
		fx_rx_not_shown(rx);
		forget(rx);
		return;
	}
	/* Only what arrived whole is routed (winfax.md 1.3, JT_FAIL_RECEIVE). */
	if (rx->a.result.outcome != FX_OUTCOME_SUCCESS) {
		rx->job.type = FX_JT_FAIL_RECEIVE;
	} else if (!rx->progress.n_steps && rx->job.type == FX_JT_RECEIVE) {
		fx_pass_plan(rx);
	}
	if (rx->job.type == FX_JT_RECEIVE) {
		rx->job.type = FX_JT_ROUTING;
	}
	rx->job.state = FX_JOB_ROUTING;
	g = fx_group_new(rx->r->journal);
	if (rx->fd >= 0) { /* at the end of the call each page's directory was written again */
		fx_group_sync_file(g, rx->fd);
	}
	fx_group_put_attempt(g, &rx->a);
	fx_group_put_job(g, &rx->job);
	fx_pass_put(rx, g);
	if (fx_group_commit(g, FX_COMMIT_KEEP, NULL, NULL)) {
		fx_log(FX_LOG_WARN, "route: no memory to record job=%u", rx->job.client_id);
	}
	fx_queue_update(rx->r->queue, &rx->job);
	file_it(rx);
}
