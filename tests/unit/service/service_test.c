/* SPDX-License-Identifier: Apache-2.0 */
/* Rights, uploads, jobs, messages, views, events and health through the one door. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "document/fax_tiff.h"
#include "service/service_priv.h"
#include "tests/unit/service/over_rig.h"

struct bench {
	struct rig r; /* first */
	struct fx_service *s;
	struct fx_caller root, alice, bob, nobody, visitor;
	bool done;
	int err;
	uint64_t id;
	uint32_t client_id;
	struct fx_buf view;
	unsigned events[2];
};

static struct fx_caller caller(uid_t uid, uint32_t rights, const char *name)
{
	struct fx_caller c = {.uid = uid, .rights = rights};

	(void)fx_strlcpy(c.user, name, sizeof(c.user));
	(void)fx_strlcpy(c.client, "test", sizeof(c.client));
	return c;
}

static int setup(void **state)
{
	struct bench *b = fx_zalloc(sizeof(*b));
	struct fx_service_prm prm = {.own_uid = 10, .user_rights = FX_RIGHTS_USER};

	rig_start(&b->r, "2");
	rig_settle(&b->r);
	prm.provider_text = "script";
	b->s = service_over(&b->r, prm);
	b->root = caller(0, FX_RIGHT_ALL, "root");
	b->alice = caller(1000, FX_RIGHTS_USER, "alice");
	b->bob = caller(1001, FX_RIGHT_JOB_SUBMIT, "bob");
	b->nobody = caller(1002, 0, "nobody");
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	b->s = fx_service_free(b->s);
	rig_stop(&b->r);
	fx_buf_fini(&b->view);
	(void)fx_free(b);
	return 0;
}

static void on_done(void *arg, int err, const struct fx_reason *why)
{
	struct bench *b = arg;

	(void)why;
	b->done = true;
	b->err = err;
}

static void on_job_done(void *arg, int err, uint64_t id, uint32_t client_id,
			const struct fx_reason *why)
{
	struct bench *b = arg;

	on_done(arg, err, why);
	b->id = id;
	b->client_id = client_id;
}

static bool is_done(void *arg)
{
	return ((struct bench *)arg)->done;
}

static int wait_for(struct bench *b, int err)
{
	if (err) {
		return err;
	}
	assert_true(fx_loop_run_until(b->r.loop, is_done, b, 5 * FX_SECOND));
	b->done = false;
	return b->err;
}

/* A fax TIFF as an upload of the caller. @return its name, static */
static const char *upload(struct bench *b, const struct fx_caller *c, uint32_t pages)
{
	static char name[64];
	fx_auto char *path = NULL;
	struct fx_upload *u;
	struct fx_buf file = {0};
	const char *made = rig_upload(&b->r, pages, FX_RES_FINE);

	path = fx_asprintf("%s/%s", fx_spool_path(b->r.spool, FX_SPOOL_QUEUE), made);
	fx_test_read_file(path, &file);
	(void)unlink(path);
	assert_int_equal(fx_service_upload_start(b->s, c, ".tif", &u), 0);
	(void)fx_strlcpy(name, fx_upload_name(u), sizeof(name));
	assert_int_equal(fx_upload_write(u, file.data, file.len), 0);
	assert_int_equal(fx_upload_end(u), 0);
	fx_buf_fini(&file);
	return name;
}

static int send_as(struct bench *b, const struct fx_caller *c, const char *number, uint32_t pages)
{
	struct fx_job j;
	struct fx_reason why = {0};

	fx_job_init(&j);
	j.number = (char *)(uintptr_t)number;
	j.upload_file = (char *)(uintptr_t)upload(b, c, pages);
	j.user = (char *)(uintptr_t)"somebody else"; /* not believed */
	j.uid = 0;
	return wait_for(b, fx_service_submit(b->s, c, &j, on_job_done, b, &why));
}

static int put_retries(void *arg, struct fx_config *c)
{
	c->retries = *(const uint32_t *)arg;
	return 0;
}

static int put_whole(void *arg, struct fx_config *c)
{
	fx_config_fini(c);
	return fx_config_copy(c, arg);
}

static int change(struct bench *b, const struct fx_caller *c, fx_service_config_fn *fn, void *arg,
		  struct fx_reason *why)
{
	return fx_service_change_config(b->s, c, fn, arg, on_done, b, why);
}

static void on_login(void *arg, int err, const struct fx_caller *c)
{
	struct bench *b = arg;

	b->done = true;
	b->err = err;
	if (!err) {
		b->visitor = *c;
	}
}

static int log_in(struct bench *b, uid_t uid, pid_t pid)
{
	fx_service_login(b->s, uid, 0, pid, on_login, b);
	return wait_for(b, 0);
}

static void login(void **state)
{
	struct bench *b = *state;

	assert_int_equal(log_in(b, 0, 1), 0);
	assert_int_equal(fx_service_rights(&b->visitor), FX_RIGHT_ALL);
	assert_int_equal(log_in(b, 10, 1), 0); /* the service's own */
	assert_int_equal(fx_service_rights(&b->visitor), FX_RIGHT_ALL);
	assert_int_equal(log_in(b, 1, 42), 0);
	assert_int_equal(fx_service_rights(&b->visitor), FX_RIGHTS_USER);
	assert_string_equal(b->visitor.client, "unix pid 42");
	assert_int_equal(log_in(b, 54321, 1), FX_EACCES);
	/* from the next call on, not from the next login */
	assert_int_equal(fx_service_set_access(b->s, FX_RIGHT_JOB_SUBMIT, NULL, 0), 0);
	assert_int_equal(fx_service_rights(&b->visitor), FX_RIGHT_JOB_SUBMIT);
	fx_service_logout(&b->visitor);
}

static void every_call_is_refused_without_right(void **state)
{
	struct bench *b = *state;
	const struct fx_caller *n = &b->nobody;
	struct fx_port_info *ports, port;
	struct fx_port_status st;
	struct fx_config config;
	struct fx_upload *u;
	struct fx_job job, *jobs = NULL;
	struct fx_health *health;
	struct fx_attempt *attempts;
	struct fx_message m;
	struct fx_buf buf = {0};
	uint32_t w, h;
	uint64_t id;
	size_t count = 1;
	int fd;

	assert_int_equal(send_as(b, &b->alice, "200", 1), 0);
	fx_job_init(&job);
	memset(&port, 0, sizeof(port));
	port.device_id = 1;
	assert_int_equal(fx_service_ports(b->s, n, &ports, &count), FX_EACCES);
	assert_int_equal(fx_service_port(b->s, n, 1, &port), FX_EACCES);
	assert_int_equal(fx_service_port_status(b->s, n, 1, &st), FX_EACCES);
	assert_int_equal(fx_service_set_port(b->s, &b->alice, &port, on_done, b, NULL), FX_EACCES);
	assert_int_equal(fx_service_config(b->s, n, &config), FX_EACCES);
	assert_int_equal(change(b, &b->alice, put_whole, &b->r.config, NULL), FX_EACCES);
	assert_int_equal(fx_service_upload_start(b->s, n, ".tif", &u), FX_EACCES);
	assert_int_equal(fx_service_submit(b->s, n, &job, on_job_done, b, NULL), FX_EACCES);
	assert_int_equal(fx_service_job(b->s, n, b->client_id, &job), FX_EACCES);
	assert_int_equal(fx_service_job_by_id(b->s, n, b->id, &job), FX_EACCES);
	assert_int_equal(fx_service_job_command(b->s, n, b->client_id, FX_JC_DELETE, on_done, b),
			 FX_EACCES);
	assert_int_equal(fx_service_page_data(b->s, n, b->client_id, &buf, &w, &h), FX_EACCES);
	assert_int_equal(fx_service_attempts(b->s, n, b->id, &attempts, &count), FX_EACCES);
	assert_int_equal(fx_service_call_log(b->s, n, b->id, 1, &buf), FX_EACCES);
	assert_int_equal(fx_service_resolve(b->s, n, b->client_id, &id), FX_EACCES);
	assert_int_equal(fx_service_message_file(b->s, n, b->id, &fd), FX_EACCES);
	assert_int_equal(fx_service_view(b->s, n, b->id, FX_VIEW_PDF, 1, NULL, b), FX_EACCES);
	assert_int_equal(fx_service_health(b->s, n, &health, &count), FX_EACCES);
	assert_int_equal(fx_service_jobs(b->s, n, &jobs, &count), FX_EACCES);
	rig_run(&b->r, 100);
	assert_int_equal(fx_service_message(b->s, n, b->id, &m), FX_EACCES);
	assert_int_equal(fx_service_remove_message(b->s, &b->bob, b->id, on_done, b), FX_EACCES);
	assert_int_equal(fx_service_set_message_read(b->s, n, b->id, true, on_done, b), FX_EACCES);
}

static void owner_may(void **state)
{
	struct bench *b = *state;
	struct fx_job job, *jobs;
	struct fx_buf page = {0};
	uint32_t w = 0, h = 0;
	size_t n;

	assert_int_equal(send_as(b, &b->bob, "200", 2), 0); /* bob may only submit */
	assert_int_equal(fx_service_job(b->s, &b->bob, b->client_id, &job), 0);
	assert_string_equal(job.user, "bob");
	assert_int_equal(job.uid, 1001);
	fx_job_fini(&job);
	assert_int_equal(fx_service_jobs(b->s, &b->bob, &jobs, &n), 0);
	assert_int_equal(n, 1);
	fx_service_jobs_free(jobs, n);
	rig_settle(&b->r);
	rig_run(&b->r, 5);
	assert_int_equal(fx_service_page_data(b->s, &b->bob, b->client_id, &page, &w, &h), 0);
	assert_int_equal(w, 1728);
	assert_true(page.len > 8);
	fx_buf_fini(&page);
	assert_int_equal(fx_service_job(b->s, &b->alice, b->client_id, &job), 0);
	assert_int_equal(fx_service_job_fps(b->s, &job), 0x20000002u); /* sending */
	fx_job_fini(&job);
	/* alice may look, not touch */
	assert_int_equal(fx_service_job_command(b->s, &b->alice, b->client_id, FX_JC_DELETE,
						on_done, b), FX_EACCES);
	assert_int_equal(wait_for(b, fx_service_job_command(b->s, &b->bob, b->client_id,
							    FX_JC_DELETE, on_done, b)), 0);
	assert_int_equal(fx_service_job(b->s, &b->root, 77, &job), FX_ENOMSG);
}

static void uploads(void **state)
{
	struct bench *b = *state;
	struct fx_job j;
	struct fx_upload *u, *many[FX_UPLOADS_PER_USER];
	fx_auto char *name = fx_strdup(upload(b, &b->alice, 1));
	struct fx_reason why = {0};

	assert_int_equal(fx_service_upload_start(b->s, &b->alice, ".exe", &u), FX_EINVAL);
	fx_job_init(&j);
	j.number = (char *)(uintptr_t)"200";
	j.upload_file = name;
	/* another user's upload, a path, a name that is not there */
	assert_int_equal(fx_service_submit(b->s, &b->bob, &j, on_job_done, b, &why), FX_ENOENT);
	j.upload_file = (char *)(uintptr_t)"../caselli.db";
	assert_int_equal(fx_service_submit(b->s, &b->alice, &j, on_job_done, b, &why), FX_ENOENT);
	j.upload_file = NULL;
	assert_int_equal(fx_service_submit(b->s, &b->alice, &j, on_job_done, b, &why), FX_EINVAL);
	/* a refused submit leaves it usable; a good one uses it up */
	j.upload_file = name;
	j.number = (char *)(uintptr_t)"";
	assert_int_equal(fx_service_submit(b->s, &b->alice, &j, on_job_done, b, &why), FX_EINVAL);
	j.number = (char *)(uintptr_t)"200";
	assert_int_equal(wait_for(b, fx_service_submit(b->s, &b->alice, &j, on_job_done, b, &why)),
			 0);
	assert_int_equal(fx_service_submit(b->s, &b->alice, &j, on_job_done, b, &why), FX_ENOENT);
	rig_run(&b->r, 100);
	/* limits, and what nobody submits goes after an hour */
	for (unsigned i = 0; i < FX_UPLOADS_PER_USER; i++) {
		assert_int_equal(fx_service_upload_start(b->s, &b->bob, ".pdf", &many[i]), 0);
	}
	assert_int_equal(fx_service_upload_start(b->s, &b->bob, ".pdf", &u), FX_ELIMIT);
	for (unsigned i = 1; i < FX_UPLOADS_PER_USER; i++) {
		fx_upload_abort(many[i]);
	}
	assert_int_equal(fx_upload_end(many[0]), 0);
	assert_int_equal(rig_files(&b->r, FX_SPOOL_QUEUE), 1);
	rig_run(&b->r, 2 * 3600);
	assert_int_equal(rig_files(&b->r, FX_SPOOL_QUEUE), 0);
}

static void text_limits(void **state)
{
	struct bench *b = *state;
	struct fx_job j;
	struct fx_reason why = {0};
	fx_auto char *longer = fx_zalloc(FX_TEXT_MAX + 10);

	memset(longer, 'x', FX_TEXT_MAX + 1);
	fx_job_init(&j);
	j.number = (char *)(uintptr_t)"200";
	j.upload_file = (char *)(uintptr_t)upload(b, &b->alice, 1);
	j.subject = longer;
	assert_int_equal(fx_service_submit(b->s, &b->alice, &j, on_job_done, b, &why),
			 FX_EOVERFLOW);
	j.subject = (char *)(uintptr_t)"\xff\xfe";
	assert_int_equal(fx_service_submit(b->s, &b->alice, &j, on_job_done, b, &why), FX_EINVAL);
}

static void on_view(void *arg, int err, const uint8_t *p, size_t n, uint32_t pages)
{
	struct bench *b = arg;

	b->done = true;
	b->err = err;
	fx_buf_reset(&b->view);
	if (!err) {
		fx_buf_put(&b->view, p, n);
		assert_true(pages > 0);
	}
}

static void messages(void **state)
{
	struct bench *b = *state;
	struct fx_message *v, m;
	struct fx_attempt *a;
	struct fx_buf log = {0};
	uint64_t id;
	size_t n;

	assert_int_equal(send_as(b, &b->bob, "200", 2), 0);
	rig_run(&b->r, 200);
	assert_int_equal(fx_service_messages(b->s, &b->bob, FX_FOLDER_SENT, 0, 0, &v, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].id, b->id);
	fx_service_messages_free(v, n);
	assert_int_equal(fx_service_messages(b->s, &b->nobody, FX_FOLDER_SENT, 0, 0, &v, &n),
			 FX_EACCES);
	assert_int_equal(fx_service_resolve(b->s, &b->bob, b->client_id, &id), 0);
	assert_int_equal(id, b->id);
	assert_int_equal(fx_service_attempts(b->s, &b->bob, id, &a, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(fx_service_call_log(b->s, &b->bob, id, a[0].id, &log), 0);
	assert_int_equal(fx_service_call_log(b->s, &b->bob, id, 12345, &log), FX_ENOENT);
	fx_buf_fini(&log);
	(void)fx_free(a);
	assert_int_equal(
		wait_for(b, fx_service_view(b->s, &b->bob, id, FX_VIEW_PDF, 0, on_view, b)), 0);
	assert_memory_equal(b->view.data, "%PDF", 4);
	assert_int_equal(
		wait_for(b, fx_service_view(b->s, &b->bob, id, FX_VIEW_PNG, 2, on_view, b)), 0);
	assert_memory_equal(b->view.data, "\x89PNG", 4);
	assert_int_equal(
		wait_for(b, fx_service_view(b->s, &b->bob, id, FX_VIEW_PNG, 3, on_view, b)),
		FX_EINVAL);
	assert_int_equal(wait_for(b, fx_service_view(b->s, &b->bob, id, FX_VIEW_TIFF, 0, on_view,
						     b)), 0);
	assert_memory_equal(b->view.data, "II", 2);
	assert_int_equal(wait_for(b, fx_service_set_message_read(b->s, &b->bob, id, false, on_done,
								 b)), 0);
	assert_int_equal(fx_service_message(b->s, &b->bob, id, &m), 0);
	assert_false(m.read);
	fx_message_fini(&m);
	assert_int_equal(wait_for(b, fx_service_remove_message(b->s, &b->bob, id, on_done, b)), 0);
	assert_int_equal(fx_service_message(b->s, &b->bob, id, &m), FX_ENOMSG);
	assert_int_equal(rig_files(&b->r, FX_SPOOL_SENT), 0);
	/* received ones: everybody reads, only a manager removes */
	fx_script_incoming("1", "555", 1, FX_OUTCOME_SUCCESS);
	rig_run(&b->r, 10);
	assert_int_equal(fx_service_messages(b->s, &b->bob, FX_FOLDER_INBOX, 0, 0, &v, &n), 0);
	assert_int_equal(n, 1);
	id = v[0].id;
	fx_service_messages_free(v, n);
	assert_int_equal(fx_service_newest_messages(b->s, &b->bob, FX_FOLDER_INBOX, 0, 1, &v, &n),
			 0);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].id, id);
	fx_service_messages_free(v, n);
	assert_int_equal(fx_service_newest_messages(b->s, &b->bob, FX_FOLDER_INBOX, id, 0, &v, &n),
			 0);
	assert_int_equal(n, 0);
	fx_service_messages_free(v, n);
	assert_int_equal(fx_service_remove_message(b->s, &b->bob, id, on_done, b), FX_EACCES);
	assert_int_equal(wait_for(b, fx_service_remove_message(b->s, &b->root, id, on_done, b)), 0);
}

static void ports_and_config(void **state)
{
	struct bench *b = *state;
	struct fx_port_info *ports, p;
	struct fx_config c;
	struct fx_reason why = {0};
	size_t n;

	assert_int_equal(fx_service_ports(b->s, &b->alice, &ports, &n), 0);
	assert_int_equal(n, 2);
	p = ports[1];
	(void)fx_free(ports);
	p.priority = 1;
	p.rings = 5;
	assert_int_equal(wait_for(b, fx_service_set_port(b->s, &b->root, &p, on_done, b, &why)), 0);
	assert_int_equal(fx_service_port(b->s, &b->alice, 1, &p), 0);
	assert_int_equal(p.priority, 2); /* the other moved */
	p.rings = 100;
	assert_int_equal(fx_service_set_port(b->s, &b->root, &p, on_done, b, &why), FX_EINVAL);
	p.device_id = 9;
	assert_int_equal(fx_service_set_port(b->s, &b->root, &p, on_done, b, &why), FX_ENODEV);

	assert_int_equal(fx_service_config(b->s, &b->alice, &c), 0);
	c.retries = 7;
	assert_int_equal(wait_for(b, change(b, &b->root, put_whole, &c, &why)), 0);
	assert_int_equal(fx_queue_config(b->r.queue)->retries, 7);
	c.cheap_start_hour = 25;
	assert_int_equal(change(b, &b->root, put_whole, &c, &why), FX_EINVAL);
	c.cheap_start_hour = 0;
	c.archive_directory = fx_strdup("/nonexistent/folder");
	assert_int_equal(change(b, &b->root, put_whole, &c, &why), FX_EINVAL);
	assert_non_null(strstr(why.text, "/nonexistent/folder"));
	fx_config_fini(&c);
	assert_int_equal(fx_store_get_config(b->r.store, &c), 0);
	assert_int_equal(c.retries, 7);
	fx_config_fini(&c);
}

static int put_pause(void *arg, struct fx_config *c)
{
	c->pause_queue = *(const bool *)arg;
	return 0;
}

static int put_nothing(void *arg, struct fx_config *c)
{
	(void)arg, (void)c;
	return FX_ENOSYS;
}

static void count_done(void *arg, int err, const struct fx_reason *why)
{
	((struct bench *)arg)->events[err ? 1 : 0]++;
}

/* Both read before the first one's is written; neither undoes the other's field. */
static void two_change_the_configuration_at_once(void **state)
{
	struct bench *b = *state;
	uint32_t seven = 7, eight = 8;
	bool yes = true;
	struct fx_config c;
	struct fx_caller setter = caller(5, FX_RIGHT_CONFIG_SET, "setter");

	assert_int_equal(fx_service_change_config(b->s, &setter, put_retries, &seven, count_done,
						  b, NULL), 0);
	assert_int_equal(fx_service_change_config(b->s, &setter, put_pause, &yes, count_done, b,
						  NULL), 0);
	assert_int_equal(fx_service_change_config(b->s, &setter, put_retries, &eight, count_done,
						  b, NULL), 0);
	assert_int_equal(fx_service_change_config(b->s, &setter, put_nothing, NULL, count_done, b,
						  NULL), FX_ENOSYS);
	rig_run(&b->r, 1);
	assert_int_equal(b->events[0], 3);
	assert_int_equal(b->events[1], 0);
	assert_int_equal(fx_service_config(b->s, &b->root, &c), 0);
	assert_int_equal(c.retries, 8); /* the last one wins */
	assert_true(c.pause_queue);
	fx_config_fini(&c);
	assert_int_equal(fx_store_get_config(b->r.store, &c), 0);
	assert_int_equal(c.retries, 8);
	assert_true(c.pause_queue);
	fx_config_fini(&c);
	/* one under way when the service goes */
	assert_int_equal(fx_service_change_config(b->s, &setter, put_retries, &seven, count_done,
						  b, NULL), 0);
	assert_int_equal(fx_service_change_config(b->s, &setter, put_retries, &seven, count_done,
						  b, NULL), 0);
}

/* Changes, without the fax events, from *since on. */
static size_t changes(struct bench *b, const struct fx_caller *c, uint64_t *since,
		      struct fx_event v[16])
{
	struct fx_event_query q = {c, (1u << FX_EVENT_FAX) - 1, 0};
	bool lost = true;
	size_t n = fx_event_log_read(fx_service_log(b->s), &q, since, v, 16, &lost);

	assert_false(lost);
	return n;
}

static void events(void **state)
{
	struct bench *b = *state;
	struct fx_job j = {.id = 5, .type = FX_JT_SEND, .uid = 1000};
	uint64_t root = fx_event_log_next(fx_service_log(b->s)), bob = root;
	struct fx_event v[16];

	fx_service_on_job(b->s, &j, false);
	fx_service_on_job(b->s, &j, true);
	fx_service_on_port(b->s, fx_ports_at(b->r.ports, 0));
	assert_int_equal(changes(b, &b->root, &root, v), 3);
	assert_int_equal(v[0].kind, FX_EVENT_JOB);
	assert_int_equal(v[0].id, 5);
	assert_int_equal(v[1].kind, FX_EVENT_JOB_REMOVED);
	assert_int_equal(v[2].kind, FX_EVENT_PORT);
	assert_int_equal(v[2].id, 1);
	assert_int_equal(changes(b, &b->root, &root, v), 0);
	fx_service_on_job(b->s, &j, false); /* alice's */
	fx_service_on_port(b->s, fx_ports_at(b->r.ports, 0));
	assert_int_equal(changes(b, &b->bob, &bob, v), 0);
	j.uid = 1001;
	fx_service_on_job(b->s, &j, false);
	assert_int_equal(changes(b, &b->bob, &bob, v), 1);
	assert_int_equal(v[0].kind, FX_EVENT_JOB);
}

static void health(void **state)
{
	struct bench *b = *state;
	struct fx_health *v;
	bool ports = false, store = false;
	size_t n;

	fx_script_lose();
	assert_int_equal(fx_service_health(b->s, &b->alice, &v, &n), 0);
	for (size_t i = 0; i < n; i++) {
		assert_true(v[i].name[0] && v[i].text[0] && v[i].level >= 0 && v[i].level <= 2);
		ports = ports || (!strcmp(v[i].name, "ports") && v[i].level == 2);
		store = store || (!strcmp(v[i].name, "store") && v[i].level == 0);
	}
	assert_true(ports && store);
	(void)fx_free(v);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(login),	  T(every_call_is_refused_without_right),
		T(owner_may),	  T(uploads),
		T(text_limits),	  T(messages),
		T(ports_and_config), T(two_change_the_configuration_at_once),
		T(events),	     T(health),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
