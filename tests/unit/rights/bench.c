/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/rights/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"

#define NOBODY 65534u
#define OWN_UID 4711u /* whom the service says it belongs to, and whose the job is */

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned refusals;
static char newest_line[400];

static void on_line(void *arg, enum fx_log_level level, int facility, const char *line)
{
	(void)arg, (void)level, (void)facility;
	if (strstr(line, "service: refused: ")) {
		(void)pthread_mutex_lock(&log_lock);
		refusals++;
		(void)fx_strlcpy(newest_line, line, sizeof(newest_line));
		(void)pthread_mutex_unlock(&log_lock);
	}
}

unsigned bench_refusals(char *newest, size_t size)
{
	unsigned n;

	(void)pthread_mutex_lock(&log_lock);
	n = refusals;
	refusals = 0;
	(void)fx_strlcpy(newest, newest_line, size);
	newest_line[0] = '\0';
	(void)pthread_mutex_unlock(&log_lock);
	return n;
}

/* ---- the thread of the service ---- */

static void *serve(void *arg)
{
	struct bench *b = arg;

	fx_loop_run(b->r.loop);
	return NULL;
}

static void do_on_loop(void *arg)
{
	struct bench *b = arg;

	b->fn(b, b->arg);
	(void)pthread_mutex_lock(&b->lock);
	b->done = true;
	(void)pthread_cond_signal(&b->cond);
	(void)pthread_mutex_unlock(&b->lock);
}

void bench_do(struct bench *b, void (*fn)(struct bench *b, void *arg), void *arg)
{
	b->fn = fn;
	b->arg = arg;
	b->done = false;
	fx_loop_post(b->r.loop, do_on_loop, b);
	(void)pthread_mutex_lock(&b->lock);
	while (!b->done) {
		(void)pthread_cond_wait(&b->cond, &b->lock);
	}
	(void)pthread_mutex_unlock(&b->lock);
}

static void set_rights(struct bench *b, void *arg)
{
	if (fx_service_set_access(b->s, *(uint32_t *)arg, NULL, 0)) {
		abort();
	}
}

void bench_rights(struct bench *b, uint32_t rights)
{
	bench_do(b, set_rights, &rights);
}

/* Credentials are a thread's own for the kernel; only libc spreads them over all. */
void bench_become(const struct bench *b)
{
	if (getuid() == 0 && syscall(SYS_setresuid, -1, b->uid, -1) != 0) {
		abort();
	}
}

void bench_return(void)
{
	if (getuid() == 0 && syscall(SYS_setresuid, -1, 0, -1) != 0) {
		abort();
	}
}

/* ---- what is there ---- */

static bool first_attempt(void *arg, const struct fx_attempt *a)
{
	*(uint64_t *)arg = a->id;
	return false;
}

static bool first_message(void *arg, const struct fx_message *m)
{
	*(uint64_t *)arg = m->id;
	return false;
}

static void fill(struct bench *b)
{
	struct fx_job job = rig_job(&b->r, "200", 1);
	char path[400];

	job.uid = OWN_UID;
	assert_int_not_equal(rig_submit(&b->r, &job), 0);
	rig_run(&b->r, 100);
	b->sent = b->r.last_message;
	assert_int_not_equal(b->sent, 0);
	assert_int_equal(fx_store_each_attempt(b->r.store, b->sent, first_attempt, &b->attempt), 0);
	fx_script_incoming("1", "555", 1, FX_OUTCOME_SUCCESS);
	rig_run(&b->r, 10);
	assert_int_equal(fx_store_each_message(b->r.store, FX_FOLDER_INBOX, 0, first_message,
					       &b->inbox), 0);
	assert_int_not_equal(b->inbox, 0);
	(void)snprintf(path, sizeof(path), "%s/%s", fx_spool_path(b->r.spool, FX_SPOOL_QUEUE),
		       rig_upload(&b->r, 1, FX_RES_FINE));
	fx_test_read_file(path, &b->tiff);
	(void)unlink(path);
	/* one that waits for its time */
	job = rig_job(&b->r, "200", 1);
	job.uid = OWN_UID;
	job.schedule = FX_SCHEDULE_TIME;
	job.schedule_at = FX_TEST_EPOCH_US / FX_SECOND + 86400;
	b->job = rig_submit(&b->r, &job);
	b->job_id = b->r.id;
	rig_settle(&b->r);
	assert_int_equal(rig_state(&b->r, b->job), FX_JOB_PENDING);
}

void bench_start(struct bench *b)
{
	struct fx_service_prm prm = {.own_uid = OWN_UID, .user_rights = FX_RIGHT_ALL};
	struct fx_rpc_server_prm rp = {.socket_path = b->path, .no_trace = false};
	struct fx_reason why = {0};

	rig_start(&b->r, "2");
	rig_settle(&b->r);
	fill(b);
	b->uid = getuid() == 0 ? NOBODY : getuid();
	prm.loop = rp.loop = b->r.loop;
	prm.store = b->r.store;
	prm.spool = b->r.spool;
	prm.ports = b->r.ports;
	prm.queue = b->r.queue;
	prm.route = b->r.route;
	assert_int_equal(fx_service_new(&prm, &b->r.config, &b->s, &why), 0);
	(void)snprintf(b->path, sizeof(b->path), "%s/rpc", b->r.dir);
	assert_int_equal(chmod(b->r.dir, 0711), 0);
	rp.service = b->s;
	if (fx_rpc_server_new(&rp, &b->server, &why)) {
		fail_msg("%s", why.text);
	}
	fx_log_set_level(FX_LOG_WARN);
	fx_log_set_stderr(false);
	fx_log_set_sink(on_line, NULL); /* in place of the trace's */
	fx_loop_set_limit(b->r.loop, fx_loop_now_us(b->r.loop));
	(void)pthread_mutex_init(&b->lock, NULL);
	(void)pthread_cond_init(&b->cond, NULL);
	assert_int_equal(pthread_create(&b->thread, NULL, serve, b), 0);
}

void bench_stop(struct bench *b)
{
	(void)fx_client_unref(b->c);
	fx_buf_fini(&b->tiff);
	fx_loop_stop(b->r.loop);
	(void)pthread_join(b->thread, NULL);
	fx_loop_set_limit(b->r.loop, FX_LOOP_NO_LIMIT);
	b->server = fx_rpc_server_free(b->server);
	fx_log_set_stderr(true);
	fx_log_set_level(FX_LOG_ERROR);
	fx_log_set_sink(NULL, NULL);
	for (unsigned i = 0; i < FX_LOG_CATEGORIES; i++) {
		fx_log_set_depth((enum fx_log_category)i, FX_LOG_MAX);
	}
	b->s = fx_service_free(b->s);
	(void)pthread_mutex_destroy(&b->lock);
	(void)pthread_cond_destroy(&b->cond);
	rig_stop(&b->r);
}

static void ok(uint32_t code, const char *what)
{
	if (code) {
		fail_msg("%s: %u", what, code);
	}
}

static uint32_t open_view(struct bench *b, struct fx_ctx *ret)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(
		b->c, FX_CLIENT_CASELLI, FX_CS_VIEW_START,
		(const struct fx_ms_val[FX_MS_PARAMS_MAX]){{.u = b->sent}, {.u = 0}, {.u = 0}},
		FX_TEXT_UTF8, out);

	if (!code) {
		memcpy(ret->b, out[0].p, sizeof(ret->b));
	}
	fx_client_end(b->c);
	return code;
}

static void upload(struct bench *b, char name[256])
{
	struct fx_ctx h;

	ok(fx_client_start_copy(b->c, ".tif", name, &h), "upload");
	ok(fx_client_write_file(b->c, &h, b->tiff.data, b->tiff.len), "write");
	ok(fx_client_end_copy(b->c, &h), "end of upload");
}

void bench_open_handles(struct bench *b)
{
	struct fx_ms_global_routing *methods = NULL;
	struct fx_reason why = {0};
	uint32_t api = 0, n = 0;
	char name[256];

	bench_become(b);
	if (fx_client_connect(b->path, 10000, &b->c, &why)) {
		bench_return();
		fail_msg("%s", why.text);
	}
	bench_return();
	ok(fx_client_connect_server(b->c, FX_MS_API_3, &api, &b->svc), "connect");
	ok(fx_client_open_port(b->c, PORT, FX_MS_PORT_MODIFY, &b->port), "port");
	upload(b, b->upload);
	upload(b, name);
	ok(fx_client_broadcast_start(b->c, name, FX_TEXT_UTF8, NULL, &b->broadcast), "broadcast");
	ok(fx_client_start_copy(b->c, ".tif", name, &b->up), "open upload");
	ok(fx_client_start_copy_message(b->c, b->sent, FX_MS_SENT, &b->down), "copy");
	ok(fx_client_start_messages(b->c, FX_MS_SENT, &b->list), "list");
	ok(fx_client_start_messages_ex(b->c, FX_MS_SENT, &b->list_ex), "list ex");
	ok(open_view(b, &b->view), "view");
	ok(fx_client_enum_global_routing(b->c, FX_TEXT_UTF8, &methods, &n), "methods");
	assert_true(n > 0);
	ok(fx_client_add_outbound_group(b->c, "there"), "group");
	(void)fx_strlcpy(b->guid, methods[0].guid.u8, sizeof(b->guid));
	(void)fx_free(methods);
}

/* ---- what must not change ---- */

static uint64_t hash; /* loop thread */

static void mix(const void *p, size_t n)
{
	const uint8_t *c = p;

	for (size_t i = 0; i < n; i++) {
		hash = (hash ^ c[i]) * UINT64_C(0x100000001b3);
	}
}

static void mix_text(const char *s)
{
	mix(fx_text(s), strlen(fx_text(s)) + 1);
}

static bool mix_job(void *arg, const struct fx_job *j)
{
	uint64_t v[] = {j->id, j->state, j->paused, (uint64_t)j->priority, j->uid};

	(void)arg;
	mix(v, sizeof(v));
	return true;
}

static bool mix_message(void *arg, const struct fx_message *m)
{
	uint64_t v[] = {m->id, m->read, (uint64_t)m->folder};

	(void)arg;
	mix(v, sizeof(v));
	return true;
}

static bool mix_port(void *arg, const struct fx_port_info *p)
{
	uint64_t v[] = {p->device_id, p->rings, p->priority, p->send, p->receive};

	(void)arg;
	mix(v, sizeof(v));
	mix_text(p->tsid);
	mix_text(p->csid);
	return true;
}

static void mix_config(const struct fx_config *c)
{
#define X(field) c->field,
	uint64_t v[] = {FX_CONFIG_PLAIN(X)};
#undef X

	mix(v, sizeof(v));
#define X(field) mix_text(fx_text(c->field));
	FX_CONFIG_TEXTS(X)
#undef X
}

static void mix_outbound(const struct fx_outbound *o)
{
	for (size_t i = 0; i < o->n_groups; i++) {
		mix_text(o->groups[i].name);
		mix(o->groups[i].ids, o->groups[i].n * sizeof(*o->groups[i].ids));
	}
	for (size_t i = 0; i < o->n_rules; i++) {
		uint32_t v[] = {o->rules[i].country, o->rules[i].area, o->rules[i].device_id};

		mix(v, sizeof(v));
		mix_text(o->rules[i].group);
	}
}

static void mix_all(struct bench *b, void *arg)
{
	const struct fx_caller admin = {.user = "admin", .rights = FX_RIGHT_ALL};
	struct fx_access_row *rows = NULL;
	struct fx_config c;
	size_t n = 0;
	uint32_t trace = fx_trace_mask();

	hash = UINT64_C(0xcbf29ce484222325);
	mix_outbound(fx_queue_outbound(b->r.queue));
	if (fx_service_config(b->s, &admin, &c) ||
	    fx_service_access_list(b->s, &admin, &rows, &n) ||
	    fx_store_each_message(b->r.store, FX_FOLDER_INBOX, 0, mix_message, NULL) ||
	    fx_store_each_message(b->r.store, FX_FOLDER_SENT, 0, mix_message, NULL)) {
		abort();
	}
	mix_config(&c);
	fx_config_fini(&c);
	/* the default is what the test itself changes */
	for (size_t i = 1; i < n; i++) {
		mix(&rows[i], sizeof(rows[i]));
	}
	(void)fx_free(rows);
	fx_queue_each(b->r.queue, mix_job, NULL);
	for (size_t i = 0; i < fx_ports_count(b->r.ports); i++) {
		(void)mix_port(NULL, fx_port_info(fx_ports_at(b->r.ports, i)));
	}
	for (unsigned i = 0; i < FX_LOG_CATEGORIES; i++) {
		enum fx_log_depth d = fx_log_get_depth((enum fx_log_category)i);

		mix(&d, sizeof(d));
	}
	mix(&trace, sizeof(trace));
	n = rig_files(&b->r, FX_SPOOL_QUEUE) + 100 * rig_files(&b->r, FX_SPOOL_SENT) +
	    10000 * rig_files(&b->r, FX_SPOOL_INBOX);
	mix(&n, sizeof(n));
	*(uint64_t *)arg = hash;
}

uint64_t bench_state(struct bench *b)
{
	uint64_t ret = 0;

	bench_do(b, mix_all, &ret);
	return ret;
}
