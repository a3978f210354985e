/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/queue/rig.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "document/fax_tiff.h"

static int on_new_line(void *arg, const char *provider, const struct fx_line *line,
		       struct fx_port_info *info)
{
	(void)arg;
	(void)fx_strlcpy(info->provider, provider, sizeof(info->provider));
	(void)fx_strlcpy(info->line, line->line, sizeof(info->line));
	(void)fx_strlcpy(info->name, line->name, sizeof(info->name));
	(void)fx_strlcpy(info->tsid, line->number, sizeof(info->tsid));
	(void)fx_strlcpy(info->csid, line->number, sizeof(info->csid));
	info->device_id = (uint32_t)atoi(line->line);
	info->priority = info->device_id;
	info->rings = 1;
	info->send = info->receive = true;
	return 0;
}

static void on_offer(void *arg, struct fx_port *port, const char *caller_id, const char *called)
{
	fx_route_offer(((struct rig *)arg)->route, port, caller_id, called);
}

static void on_change(void *arg, struct fx_port *port)
{
	struct rig *r = arg;

	(void)port;
	if (r->queue) {
		fx_queue_kick(r->queue);
	}
}

static void on_job(void *arg, const struct fx_job *job, bool removed)
{
	struct rig *r = arg;

	assert_true(job->client_id > 0);
	r->n_removed += removed;
	if (r->tell_job) {
		r->tell_job(r->tell_arg, job, removed);
	}
}

static void on_event(void *arg, const struct fx_fax_event *e)
{
	const struct rig *r = arg;

	if (r->tell_event) {
		r->tell_event(r->tell_arg, e);
	}
}

static void on_message(void *arg, uint64_t id, enum fx_folder folder)
{
	struct rig *r = arg;

	r->last_message = id;
	r->n_messages += folder == FX_FOLDER_SENT;
	r->n_received += folder == FX_FOLDER_INBOX;
}

static const struct fx_ports_cb ports_cb = {on_new_line, on_offer, on_change, on_event};
static void on_report(void *arg)
{
	((struct rig *)arg)->n_reports++;
}

static const struct fx_queue_cb queue_cb = {.on_job = on_job, .on_message = on_message,
					    .on_event = on_event, .on_report = on_report};

void rig_up(struct rig *r)
{
	struct fx_reason why = {0};
	struct fx_queue_prm prm = {
		.loop = r->loop,
		.store = r->store,
		.spool = r->spool,
		.render_program = r->render,
		.covers = r->covers,
		.cb = &queue_cb,
		.arg = r,
	};
	struct fx_route_prm rp = {
		.loop = r->loop,
		.store = r->store,
		.spool = r->spool,
		.min_free_bytes = 1,
		.cb = &queue_cb,
		.arg = r,
	};

	assert_int_equal(fx_ports_new(r->loop, &ports_cb, r, &r->ports), 0);
	prm.ports = r->ports;
	if (fx_queue_new(&prm, &r->config, &r->queue, &why)) {
		fail_msg("%s", why.text);
	}
	rp.queue = r->queue;
	if (fx_route_new(&rp, &r->route, &why)) {
		fail_msg("%s", why.text);
	}
	assert_int_equal(fx_ports_add_provider(r->ports, &fx_script_provider_ops, r->lines, &why),
			 0);
}

void rig_down(struct rig *r, bool crash)
{
	r->ports = fx_ports_free(r->ports);
	r->route = fx_route_free(r->route);
	r->queue = crash ? fx_queue_abandon(r->queue) : fx_queue_free(r->queue);
}

void rig_start(struct rig *r, const char *lines)
{
	struct fx_reason why = {0};

	setenv("TZ", "UTC", 1);
	fx_script_reset();
	fx_log_set_level(FX_LOG_ERROR);
	if (!r->config.retries && !r->config.branding) {
		fx_config_defaults(&r->config);
	}
	r->lines = lines;
	r->loop = fx_test_vloop();
	r->dir = fx_test_mkdir();
	assert_int_equal(fx_spool_open(r->dir, &r->spool, &why), 0);
	assert_int_equal(fx_store_open_memory(r->loop, &r->store), 0);
	rig_up(r);
}

void rig_stop(struct rig *r)
{
	rig_down(r, false);
	r->store = fx_store_close(r->store);
	r->spool = fx_spool_close(r->spool);
	fx_config_fini(&r->config);
	r->loop = fx_loop_free(r->loop);
	fx_test_rmdir(r->dir);
	fx_script_reset();
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

static bool is_done(void *arg)
{
	return ((struct rig *)arg)->done;
}

void rig_run(struct rig *r, int64_t seconds)
{
	(void)fx_loop_run_until(r->loop, never, NULL, seconds * FX_SECOND);
}

void rig_settle(struct rig *r)
{
	(void)fx_loop_run_until(r->loop, never, NULL, FX_MS);
}

const char *rig_upload(struct rig *r, uint32_t pages, enum fx_resolution res)
{
	static char name[64];
	struct fx_tiff_wr *wr;
	struct fx_bitmap page;
	int fd;

	assert_int_equal(fx_spool_create(r->spool, FX_SPOOL_QUEUE, ".tif", name, &fd), 0);
	assert_int_equal(fx_tiff_create(fd, NULL, &wr), 0);
	assert_int_equal(fx_bitmap_init(&page, 1728, 16, res), 0);
	for (uint32_t i = 0; i < pages; i++) {
		page.bits[i] = 0xff;
		assert_int_equal(fx_tiff_write(wr, &page), 0);
	}
	fx_bitmap_fini(&page);
	assert_int_equal(fx_tiff_finish(wr), 0);
	(void)close(fd);
	return name;
}

struct fx_job rig_job(struct rig *r, const char *number, uint32_t pages)
{
	struct fx_job j;

	fx_job_init(&j);
	j.number = (char *)(uintptr_t)number;
	j.user = (char *)(uintptr_t)"tester";
	j.upload_file = (char *)(uintptr_t)rig_upload(r, pages, FX_RES_FINE);
	return j;
}

static void on_done(void *arg, int err, uint64_t id, uint32_t client_id,
		    const struct fx_reason *why)
{
	struct rig *r = arg;

	(void)why;
	assert_false(r->done);
	r->done = true;
	r->err = err;
	r->id = id;
	r->client_id = client_id;
}

uint32_t rig_submit(struct rig *r, const struct fx_job *job)
{
	struct fx_reason why = {0};

	r->done = false;
	r->client_id = 0;
	r->err = fx_queue_submit(r->queue, job, on_done, r, &why);
	if (r->err) {
		return 0;
	}
	assert_true(fx_loop_run_until(r->loop, is_done, r, FX_SECOND));
	return r->err ? 0 : r->client_id;
}

uint32_t rig_send(struct rig *r, const char *number, uint32_t pages)
{
	struct fx_job j = rig_job(r, number, pages);

	return rig_submit(r, &j);
}

int rig_command(struct rig *r, uint32_t client_id, enum fx_job_command cmd)
{
	const struct fx_job *j = fx_queue_find_client(r->queue, client_id);

	r->done = false;
	r->err = fx_queue_command(r->queue, j ? j->id : 0, cmd, on_done, r);
	if (!r->err) {
		assert_true(fx_loop_run_until(r->loop, is_done, r, FX_SECOND));
	}
	return r->err;
}

const struct fx_job *rig_find(struct rig *r, uint32_t client_id)
{
	return fx_queue_find_client(r->queue, client_id);
}

enum fx_job_state rig_state(struct rig *r, uint32_t client_id)
{
	const struct fx_job *j = rig_find(r, client_id);

	return j ? j->state : FX_JOB_STATE_COUNT;
}

static bool count_message(void *arg, const struct fx_message *m)
{
	assert_true(m->id > 0);
	++*(size_t *)arg;
	return true;
}

size_t rig_messages(struct rig *r, enum fx_folder folder)
{
	size_t n = 0;

	assert_int_equal(fx_store_each_message(r->store, folder, 0, count_message, &n), 0);
	return n;
}

struct count_attempts {
	size_t n;
	struct fx_attempt *last;
};

static bool count_attempt(void *arg, const struct fx_attempt *a)
{
	struct count_attempts *c = arg;

	c->n++;
	assert_true(a->started_at > 0 && a->number[0] && a->port_name[0]);
	assert_true(a->result.words[0]);
	if (c->last) {
		*c->last = *a;
	}
	return true;
}

size_t rig_attempts(struct rig *r, uint64_t id, struct fx_attempt *last)
{
	struct count_attempts c = {.last = last};

	assert_int_equal(fx_store_each_attempt(r->store, id, count_attempt, &c), 0);
	return c.n;
}

static bool count_file(void *arg, const char *name)
{
	(void)name;
	++*(size_t *)arg;
	return true;
}

size_t rig_files(struct rig *r, enum fx_spool_dir dir)
{
	size_t n = 0;

	assert_int_equal(fx_spool_each(r->spool, dir, count_file, &n), 0);
	return n;
}
