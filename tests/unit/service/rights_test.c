/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of rights (winfax.md 0.4): each function without its right is refused and logged with
 * who, what and which right; with that right alone it is not.
 */
#include <string.h>
#include "base/str.h"
#include "service/service_priv.h"
#include "tests/unit/service/over_rig.h"

struct bench {
	struct rig r; /* first */
	struct fx_service *s;
	uint32_t client_id;
	uint64_t id, message;
	unsigned answers;
	char log[512];
};

static void on_line(void *arg, enum fx_log_level level, int facility, const char *line)
{
	struct bench *b = arg;

	if (level == FX_LOG_WARN && facility < 0) {
		(void)fx_strlcpy(b->log, line, sizeof(b->log));
	}
}

static int setup(void **state)
{
	struct bench *b = fx_zalloc(sizeof(*b));
	struct fx_service_prm prm = {.own_uid = 10, .user_rights = FX_RIGHTS_USER};

	rig_start(&b->r, "2");
	rig_settle(&b->r);
	b->s = service_over(&b->r, prm);
	rig_send(&b->r, "200", 1);
	rig_run(&b->r, 100);
	b->message = b->r.last_message; /* one that was sent, and one that waits */
	assert_int_not_equal(b->message, 0);
	fx_script_lose();
	b->client_id = rig_send(&b->r, "200", 1);
	b->id = b->r.id;
	rig_settle(&b->r);
	fx_log_set_level(FX_LOG_WARN);
	fx_log_set_sink(on_line, b);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	fx_log_set_sink(NULL, NULL);
	fx_log_set_level(FX_LOG_ERROR);
	b->s = fx_service_free(b->s);
	rig_stop(&b->r);
	(void)fx_free(b);
	return 0;
}

static void on_done(void *arg, int err, const struct fx_reason *why)
{
	(void)err, (void)why;
	((struct bench *)arg)->answers++;
}

static void on_view(void *arg, int err, const uint8_t *p, size_t n, uint32_t pages)
{
	(void)err, (void)p, (void)n, (void)pages;
	((struct bench *)arg)->answers++;
}

static void on_job(void *arg, int err, uint64_t id, uint32_t client_id, const struct fx_reason *why)
{
	(void)err, (void)id, (void)client_id, (void)why;
	((struct bench *)arg)->answers++;
}

typedef int(call_fn)(struct bench *b, const struct fx_caller *c);

static int get_ports(struct bench *b, const struct fx_caller *c)
{
	struct fx_port_info *v = NULL;
	size_t n;
	int err = fx_service_ports(b->s, c, &v, &n);

	(void)fx_free(v);
	return err;
}

static int get_port(struct bench *b, const struct fx_caller *c)
{
	struct fx_port_info info;

	return fx_service_port(b->s, c, 1, &info);
}

static int get_status(struct bench *b, const struct fx_caller *c)
{
	struct fx_port_status st;

	return fx_service_port_status(b->s, c, 1, &st);
}

static int set_port(struct bench *b, const struct fx_caller *c)
{
	struct fx_port_info info = {.device_id = 1, .rings = 2, .priority = 1};

	return fx_service_set_port(b->s, c, &info, on_done, b, NULL);
}

static int get_config(struct bench *b, const struct fx_caller *c)
{
	struct fx_config config;
	int err = fx_service_config(b->s, c, &config);

	if (!err) {
		fx_config_fini(&config);
	}
	return err;
}

static int seven(void *arg, struct fx_config *c)
{
	(void)arg;
	c->retries = 7;
	return 0;
}

static int set_config(struct bench *b, const struct fx_caller *c)
{
	return fx_service_change_config(b->s, c, seven, NULL, on_done, b, NULL);
}

static int paused(struct bench *b, const struct fx_caller *c)
{
	struct fx_queue_states is;

	return fx_service_queue_states(b->s, c, &is);
}

static int activity(struct bench *b, const struct fx_caller *c)
{
	struct fx_activity a;

	return fx_service_activity(b->s, c, &a);
}

static int upload(struct bench *b, const struct fx_caller *c)
{
	struct fx_upload *u = NULL;
	int err = fx_service_upload_start(b->s, c, ".tif", &u);

	if (!err) {
		fx_upload_abort(u);
	}
	return err;
}

static int submit(struct bench *b, const struct fx_caller *c)
{
	struct fx_job job;

	fx_job_init(&job);
	return fx_service_submit(b->s, c, &job, on_job, b, NULL);
}

static int all_jobs(struct bench *b, const struct fx_caller *c)
{
	struct fx_job *v = NULL;
	size_t n = 0;
	int err = fx_service_all_jobs(b->s, c, &v, &n);

	fx_service_jobs_free(v, n);
	return err;
}

static int own_jobs(struct bench *b, const struct fx_caller *c)
{
	struct fx_job *v = NULL;
	size_t n = 0;
	int err = fx_service_jobs(b->s, c, &v, &n);

	if (!err) {
		assert_int_equal(n, fx_service_has(c, FX_RIGHT_JOB_QUERY) ? 1 : 0);
	}
	fx_service_jobs_free(v, n);
	return err;
}

static int get_job(struct bench *b, const struct fx_caller *c)
{
	struct fx_job job;
	int err = fx_service_job(b->s, c, b->client_id, &job);

	if (!err) {
		fx_job_fini(&job);
	}
	return err;
}

static int get_job_by_id(struct bench *b, const struct fx_caller *c)
{
	struct fx_job job;
	int err = fx_service_job_by_id(b->s, c, b->id, &job);

	if (!err) {
		fx_job_fini(&job);
	}
	return err;
}

static int set_job(struct bench *b, const struct fx_caller *c)
{
	return fx_service_job_command(b->s, c, b->client_id, FX_JC_PAUSE, on_done, b);
}

static int abort_job(struct bench *b, const struct fx_caller *c)
{
	return fx_service_job_command(b->s, c, b->client_id, FX_JC_DELETE, on_done, b);
}

static int page_data(struct bench *b, const struct fx_caller *c)
{
	struct fx_buf buf = {0};
	uint32_t w, h;
	int err = fx_service_page_data(b->s, c, b->client_id, &buf, &w, &h);

	fx_buf_fini(&buf);
	return err;
}

static int attempts(struct bench *b, const struct fx_caller *c)
{
	struct fx_attempt *v = NULL;
	size_t n;
	int err = fx_service_attempts(b->s, c, b->message, &v, &n);

	(void)fx_free(v);
	return err;
}

static int call_log(struct bench *b, const struct fx_caller *c)
{
	struct fx_buf buf = {0};
	int err = fx_service_call_log(b->s, c, b->message, 1, &buf);

	fx_buf_fini(&buf);
	return err;
}

static int resolve(struct bench *b, const struct fx_caller *c)
{
	uint64_t id;

	return fx_service_resolve(b->s, c, b->client_id, &id);
}

static int get_message(struct bench *b, const struct fx_caller *c)
{
	struct fx_message m;
	int err = fx_service_message(b->s, c, b->message, &m);

	if (!err) {
		fx_message_fini(&m);
	}
	return err;
}

static int view(struct bench *b, const struct fx_caller *c)
{
	return fx_service_view(b->s, c, b->message, FX_VIEW_PDF, 1, on_view, b);
}

static int set_read(struct bench *b, const struct fx_caller *c)
{
	return fx_service_set_message_read(b->s, c, b->message, true, on_done, b);
}

static int health(struct bench *b, const struct fx_caller *c)
{
	struct fx_health *v = NULL;
	size_t n;
	int err = fx_service_health(b->s, c, &v, &n);

	(void)fx_free(v);
	return err;
}

static const struct row {
	const char *function; /* of winfax.md, or of ours */
	call_fn *call;
	const char *right; /* as the log names it */
	uint32_t needs;    /* enum fx_right; FX_RIGHT_ALL = any of them */
} rows[] = {
	{"FaxOpenPort", get_port, "FAX_PORT_QUERY", FX_RIGHT_PORT_QUERY},
	{"FaxEnumPorts", get_ports, "FAX_PORT_QUERY", FX_RIGHT_PORT_QUERY},
	{"FaxGetPort", get_port, "FAX_PORT_QUERY", FX_RIGHT_PORT_QUERY},
	{"FaxGetDeviceStatus", get_status, "FAX_PORT_QUERY", FX_RIGHT_PORT_QUERY},
	{"FaxSetPort", set_port, "FAX_PORT_SET", FX_RIGHT_PORT_SET},
	{"FaxGetConfiguration", get_config, "FAX_CONFIG_QUERY", FX_RIGHT_CONFIG_QUERY},
	{"FaxSetConfiguration", set_config, "FAX_CONFIG_SET", FX_RIGHT_CONFIG_SET},
	{"FaxSendDocument: file", upload, "FAX_JOB_SUBMIT", FX_RIGHT_JOB_SUBMIT},
	{"FaxSendDocument: job", submit, "FAX_JOB_SUBMIT", FX_RIGHT_JOB_SUBMIT},
	{"FaxEnumJobs", all_jobs, "FAX_JOB_QUERY", FX_RIGHT_JOB_QUERY},
	{"FaxGetJob", get_job, "FAX_JOB_QUERY", FX_RIGHT_JOB_QUERY},
	{"FaxGetPageData", page_data, "FAX_JOB_QUERY", FX_RIGHT_JOB_QUERY},
	{"FaxSetJob", set_job, "FAX_JOB_MANAGE", FX_RIGHT_JOB_MANAGE},
	{"FAX_GetQueueStates", paused, "any right", FX_RIGHT_ALL},
	{"FAX_EnumJobsEx", own_jobs, "any right", FX_RIGHT_ALL},
	{"FAX_GetServerActivity", activity, "FAX_CONFIG_QUERY", FX_RIGHT_CONFIG_QUERY},
	{"FAX_GetJobEx", get_job_by_id, "FAX_JOB_QUERY", FX_RIGHT_JOB_QUERY},
	{"attempts", attempts, "FAX_JOB_QUERY", FX_RIGHT_JOB_QUERY},
	{"call log", call_log, "FAX_JOB_QUERY", FX_RIGHT_JOB_QUERY},
	{"resolve", resolve, "FAX_JOB_QUERY", FX_RIGHT_JOB_QUERY},
	{"message", get_message, "FAX_JOB_QUERY", FX_RIGHT_JOB_QUERY},
	{"view", view, "FAX_JOB_QUERY", FX_RIGHT_JOB_QUERY},
	{"read mark", set_read, "FAX_JOB_QUERY", FX_RIGHT_JOB_QUERY},
	{"health", health, "FAX_PORT_QUERY", FX_RIGHT_PORT_QUERY},
	{"FaxAbort", abort_job, "FAX_JOB_MANAGE", FX_RIGHT_JOB_MANAGE}, /* last: the job goes */
};

static struct fx_caller mallory(uint32_t rights)
{
	struct fx_caller c = {.uid = 4242, .rights = rights};

	(void)fx_strlcpy(c.user, "mallory", sizeof(c.user));
	(void)fx_strlcpy(c.client, "unix pid 77", sizeof(c.client));
	return c;
}

static void refused_and_logged_without_the_right(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		struct fx_caller c = mallory(FX_RIGHT_ALL & ~rows[i].needs);
		int err;

		b->log[0] = '\0';
		err = rows[i].call(b, &c);
		if (err != FX_EACCES || !strstr(b->log, "refused: ") ||
		    !strstr(b->log, "mallory (uid 4242)") || !strstr(b->log, "unix pid 77") ||
		    !strstr(b->log, rows[i].right)) {
			fail_msg("%s: %d, log \"%s\"", rows[i].function, err, b->log);
		}
	}
	rig_settle(&b->r);
	assert_int_equal(b->answers, 0);
}

static void that_right_alone_is_enough(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		uint32_t rights = rows[i].needs == FX_RIGHT_ALL ? FX_RIGHT_PORT_SET : rows[i].needs;
		struct fx_caller c = mallory(rights);

		b->log[0] = '\0';
		if (rows[i].call(b, &c) == FX_EACCES || *b->log) {
			fail_msg("%s: log \"%s\"", rows[i].function, b->log);
		}
		rig_settle(&b->r);
	}
	assert_int_equal(b->answers, 6); /* set port, set config, view, read mark, pause, delete */
}

static void the_check_alone(void **state)
{
	struct bench *b = *state;
	struct fx_caller none = mallory(0), some = mallory(FX_RIGHT_JOB_QUERY);

	assert_int_equal(fx_service_check(&none, FX_RIGHT_JOB_SUBMIT, "sending"), FX_EACCES);
	assert_non_null(strstr(b->log, "refused: sending of user mallory"));
	assert_non_null(strstr(b->log, "FAX_JOB_SUBMIT"));
	assert_int_equal(fx_service_check_any(&none, "greeting"), FX_EACCES);
	assert_int_equal(fx_service_check_any(&some, "greeting"), 0);
	assert_int_equal(fx_service_check(&some, FX_RIGHT_JOB_QUERY, "looking"), 0);
	assert_int_equal(fx_service_rights(&some), FX_RIGHT_JOB_QUERY);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(refused_and_logged_without_the_right),
		T(that_right_alone_is_enough),
		T(the_check_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
