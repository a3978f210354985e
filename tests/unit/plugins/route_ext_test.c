/* SPDX-License-Identifier: Apache-2.0 */
/* A routing extension in its host: the example, and a deliberately bad one at each of its calls.
 * Route itself is played here. Real time and real processes. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "route/ext.h"
#include "tests/support/support.h"

#define GUID_TEXT "{5E0B3C52-6a57-4c44-9d57-52a2a0c5f0d1}"

/* ---- route, played ---- */

struct fx_route_run {
	struct fx_route_fax fax;
	char files[4][600], guids[4][64];
	size_t n;
	uint8_t failure[64];
	struct fx_route_bytes fail, over;
};
struct fx_route {
	struct fx_route_method *m;
};

const struct fx_route_fax *fx_route_run_fax(const struct fx_route_run *run)
{
	return &run->fax;
}
struct fx_route_bytes fx_route_run_override(const struct fx_route_run *run)
{
	return run->over;
}
struct fx_route_bytes fx_route_run_failure(const struct fx_route_run *run)
{
	return run->fail;
}
size_t fx_route_run_n_files(const struct fx_route_run *run)
{
	return run->n;
}
const char *fx_route_run_file(const struct fx_route_run *run, size_t i, const char **ret_guid)
{
	*ret_guid = run->guids[i];
	return run->files[i];
}
int fx_route_run_add_file(struct fx_route_run *run, const char *path, const char *guid)
{
	if (run->n == 4) {
		return FX_ELIMIT;
	}
	(void)fx_strlcpy(run->files[run->n], path, sizeof(run->files[0]));
	(void)fx_strlcpy(run->guids[run->n], guid, sizeof(run->guids[0]));
	return (int)run->n++;
}
int fx_route_run_delete_file(struct fx_route_run *run, const char *path)
{
	(void)run, (void)path;
	return FX_ENOENT;
}
int fx_route_run_set_override(struct fx_route_run *run, const char *guid, const uint8_t *p,
			      size_t n)
{
	(void)run, (void)guid, (void)p, (void)n;
	return FX_ENOENT;
}
int fx_route_add_method(struct fx_route *r, struct fx_route_method *m)
{
	r->m = m;
	return 0;
}
void fx_route_remove_method(struct fx_route *r, const char *guid)
{
	(void)guid;
	r->m->ops->close(r->m);
	r->m = NULL;
}

/* ---- the rig ---- */

struct rig {
	struct fx_loop *loop;
	struct fx_route route;
	struct fx_ext *x;
	char *dir;
	struct fx_route_run run;
	bool done, answered;
	enum fx_route_end end;
	char words[300];
	int err;
	uint8_t data[200];
	size_t n;
};

static bool serves(void *arg)
{
	bool yes;

	(void)fx_ext_state(((struct rig *)arg)->x, &yes);
	return yes;
}
static bool says_why(void *arg)
{
	bool yes;

	return strcmp(fx_ext_state(((struct rig *)arg)->x, &yes), "starting") != 0;
}
static bool has_words(void *arg)
{
	bool yes;
	const char *s = fx_ext_state(((struct rig *)arg)->x, &yes);

	return strcmp(s, "starting") != 0 && strcmp(s, "ok") != 0;
}
static bool is_done(void *arg)
{
	return ((struct rig *)arg)->done;
}
static bool is_answered(void *arg)
{
	return ((struct rig *)arg)->answered;
}

static void wait_for(struct rig *r, bool (*what)(void *))
{
	bool yes;

	if (!fx_loop_run_until(r->loop, what, r, 20 * FX_SECOND)) {
		fail_msg("nothing came; the extension: %s", fx_ext_state(r->x, &yes));
	}
}

static void on_done(void *arg, const struct fx_route_result *result)
{
	struct rig *r = arg;

	assert_false(r->done);
	r->done = true;
	r->end = result->end;
	(void)fx_strlcpy(r->words, fx_text(result->words), sizeof(r->words));
	r->run.fail.n = result->failure.n < sizeof(r->run.failure) ? result->failure.n : 0;
	if (result->failure.p) {
		(void)memmove(r->run.failure, result->failure.p, r->run.fail.n);
	}
	r->run.fail.p = result->failure.p ? r->run.failure : NULL;
}

static void on_answer(void *arg, int err, const uint8_t *p, size_t n, const struct fx_reason *why)
{
	struct rig *r = arg;

	(void)why;
	r->answered = true;
	r->err = err;
	r->n = n < sizeof(r->data) ? n : 0;
	if (p) {
		(void)memcpy(r->data, p, r->n);
	}
}

static void put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
}

static void open_ext(struct rig *r, const char *image, const char *function)
{
	struct fx_plugin p = {.kind = FX_PLUGIN_EXTENSION, .name = "t", .friendly = "Test",
			      .n_methods = 1};
	struct fx_ext_prm prm = {.plugin = &p, .route = &r->route, .program = FX_TEST_ROUTE_HOST,
				 .step_s = 1, .run_s = 1};
	struct fx_reason why = {0};
	char folder[600];

	(void)memset(r, 0, sizeof(*r));
	assert_int_equal(fx_loop_new_real(&r->loop), 0);
	fx_log_set_stderr(getenv("FX_TEST_LOG") != NULL);
	r->dir = fx_test_mkdir();
	(void)snprintf(folder, sizeof(folder), "%s/ext", r->dir);
	(void)fx_strlcpy(p.image, image, sizeof(p.image));
	(void)fx_strlcpy(p.methods[0].guid, GUID_TEXT, FX_GUID_SIZE);
	(void)fx_strlcpy(p.methods[0].function, function, sizeof(p.methods[0].function));
	assert_int_equal(fx_plugin_check(&p, &why), 0);
	prm.loop = r->loop;
	prm.folder = folder;
	assert_int_equal(fx_ext_new(&prm, &r->x, &why), 0);
	fx_ext_device(r->x, 7, true);
	r->run.fax = (struct fx_route_fax){.client_id = 12, .pages = 3, .device_id = 7,
					   .device_name = "Loop 1", .csid = "US",
					   .tsid = "THEM", .caller_id = "", .routing = "",
					   .receiver_name = "", .receiver_number = ""};
	(void)snprintf(r->run.files[0], sizeof(r->run.files[0]), "%s/fax.tif", r->dir);
	put_file(r->run.files[0], "the fax");
	r->run.fax.tiff_path = r->run.files[0];
	r->run.n = 1;
}

static void close_ext(struct rig *r)
{
	fx_route_remove_method(&r->route, GUID_TEXT);
	r->x = fx_ext_free(r->x);
	fx_loop_free(r->loop);
	fx_test_rmdir(r->dir);
	fx_log_set_stderr(true);
}

static void run(struct rig *r)
{
	struct fx_route_method *m = r->route.m;

	r->done = false;
	assert_int_equal(m->ops->start(m, &r->run, on_done, r), 0);
	assert_false(r->done);
	wait_for(r, is_done);
}

static int ask(struct rig *r)
{
	wait_for(r, is_answered);
	r->answered = false;
	return r->err;
}

static void example_routes(void **state)
{
	struct fx_route_method *m;
	struct rig r;
	char path[600];
	uint8_t wide[1300];
	struct fx_buf b = {0};
	size_t n;

	(void)state;
	open_ext(&r, FX_TEST_ROUTE, "CsvRoute");
	m = r.route.m;
	assert_int_equal(m->ops->start(m, &r.run, on_done, &r), FX_EAGAIN); /* not yet */
	assert_true(m->ops->is_enabled(m, 7));
	wait_for(&r, serves);
	run(&r);
	assert_int_equal(r.end, FX_ROUTE_DISABLED);
	assert_false(m->ops->is_enabled(m, 7)); /* asked when the device was told of */
	m->ops->enable(m, 7, true, on_answer, &r);
	assert_int_equal(ask(&r), FX_ESTATE); /* no path yet */
	m->ops->set_data(m, 7, (const uint8_t *)"x", 1, on_answer, &r);
	assert_int_equal(ask(&r), FX_EINVAL);
	(void)snprintf(path, sizeof(path), "%s/log/faxes.csv", r.dir);
	n = fx_utf16le_put(wide, path) * 2;
	wide[n] = wide[n + 1] = 0;
	m->ops->set_data(m, 7, wide, n + 2, on_answer, &r);
	assert_int_equal(ask(&r), 0);
	m->ops->get_data(m, 7, on_answer, &r);
	assert_int_equal(ask(&r), 0);
	assert_int_equal(r.n, n + 2);
	assert_memory_equal(r.data, wide, n + 2);
	m->ops->enable(m, 7, true, on_answer, &r);
	assert_int_equal(ask(&r), 0);
	assert_true(m->ops->is_enabled(m, 7));
	assert_true(m->ops->is_enabled(m, 8)); /* unknown: the run will tell */
	run(&r); /* there is no folder "log" */
	assert_int_equal(r.end, FX_ROUTE_RETRY);
	assert_int_equal(r.run.fail.n, 4);
	run(&r);
	assert_int_equal(r.end, FX_ROUTE_RETRY);
	assert_int_equal(r.run.failure[0], 2); /* its block came back to it */
	(void)snprintf(path, sizeof(path), "%s/log", r.dir);
	assert_int_equal(mkdir(path, 0700), 0);
	run(&r);
	assert_int_equal(r.end, FX_ROUTE_DONE);
	assert_int_equal(r.run.n, 2); /* it added its note */
	assert_string_equal(r.run.guids[1], "{5e0b3c52-6a57-4c44-9d57-52a2a0c5f0d1}");
	fx_test_read_file(r.run.files[1], &b);
	assert_memory_equal(b.data, "12;Loop 1;THEM;US;3\n", b.len);
	fx_buf_fini(&b);
	close_ext(&r);
}

/* Data and switch are there again in another process. */
static void comes_back(void **state)
{
	struct fx_route_method *m;
	struct rig r;
	static const uint8_t path[] = {'/', 0, 'x', 0, 0, 0};
	int pid;

	(void)state;
	open_ext(&r, FX_TEST_ROUTE, "CsvRoute");
	m = r.route.m;
	wait_for(&r, serves);
	m->ops->set_data(m, 7, path, sizeof(path), on_answer, &r);
	assert_int_equal(ask(&r), 0);
	pid = fx_ext_pid(r.x);
	assert_true(pid > 0);
	assert_int_equal(kill(pid, 9), 0);
	m->ops->get_data(m, 7, on_answer, &r);
	assert_int_equal(ask(&r), FX_EIO);
	wait_for(&r, serves);
	assert_int_not_equal(fx_ext_pid(r.x), pid);
	m->ops->get_data(m, 7, on_answer, &r);
	assert_int_equal(ask(&r), 0);
	assert_int_equal(r.n, sizeof(path));
	close_ext(&r);
}

static void one_bad(const char *bad, enum fx_route_end end)
{
	struct rig r;
	struct fx_buf b = {0};

	assert_int_equal(setenv("BAD_ROUTE", bad, 1), 0);
	open_ext(&r, FX_TEST_BAD_ROUTE, "BadMethod");
	wait_for(&r, serves);
	run(&r);
	if (r.end != end) {
		fail_msg("%s: %d (%s)", bad, (int)r.end, r.words);
	}
	assert_true(end == FX_ROUTE_DONE || end == FX_ROUTE_DISABLED || r.words[0]);
	fx_test_read_file(r.run.files[0], &b); /* whatever it did */
	assert_memory_equal(b.data, "the fax", 7);
	fx_buf_fini(&b);
	close_ext(&r);
	(void)unsetenv("BAD_ROUTE");
}

static void bad_in_a_run(void **state)
{
	(void)state;
	one_bad("method crash", FX_ROUTE_RETRY);
	one_bad("method hang", FX_ROUTE_RETRY);
	one_bad("method fail", FX_ROUTE_FAILED);
	one_bad("method nonsense", FX_ROUTE_FAILED);
	one_bad("retry fail", FX_ROUTE_RETRY);
	one_bad("retry nonsense", FX_ROUTE_DONE);
	one_bad("enable fail", FX_ROUTE_DISABLED);
	one_bad("enable nonsense", FX_ROUTE_DONE);
	one_bad("init nonsense", FX_ROUTE_DONE);
	one_bad("config nonsense", FX_ROUTE_DONE);
	one_bad("device fail", FX_ROUTE_DONE);
}

/* Answers that fail, in time, and then another process serves. */
static void bad_in_questions(void **state)
{
	static const char *const bad[] = {"get crash", "get hang", "get fail", "get nonsense",
					  "set crash", "set hang", "set fail"};
	struct rig r;
	bool yes;

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(bad); i++) {
		struct fx_route_method *m;

		assert_int_equal(setenv("BAD_ROUTE", bad[i], 1), 0);
		open_ext(&r, FX_TEST_BAD_ROUTE, "BadMethod");
		m = r.route.m;
		wait_for(&r, serves);
		assert_int_equal(setenv("BAD_ROUTE", "none at all", 1), 0);
		if (bad[i][0] == 'g') {
			m->ops->get_data(m, 7, on_answer, &r);
		} else {
			m->ops->set_data(m, 7, (const uint8_t *)"x", 1, on_answer, &r);
		}
		assert_int_equal(ask(&r), FX_EIO);
		if (!strstr(bad[i], "fail") && !strstr(bad[i], "nonsense")) {
			const char *call = bad[i][0] == 'g' ? "FaxRouteGetRoutingInfo" :
							      "FaxRouteSetRoutingInfo";

			assert_non_null(strstr(fx_ext_state(r.x, &yes), call));
			assert_false(yes);
		}
		wait_for(&r, serves);
		run(&r);
		assert_int_equal(r.end, FX_ROUTE_DONE);
		close_ext(&r);
	}
	(void)unsetenv("BAD_ROUTE");
}

/* It says why in words, and never serves. */
static void bad_at_the_start(void **state)
{
	static const struct {
		const char *bad, *image, *function, *words;
	} cases[] = {
		{"config crash", FX_TEST_BAD_ROUTE, "BadMethod", "ended in its start"},
		{"config hang", FX_TEST_BAD_ROUTE, "BadMethod",
		 "does not come back from its start"},
		{"config fail", FX_TEST_BAD_ROUTE, "BadMethod", "FaxExtInitializeConfig"},
		{"init crash", FX_TEST_BAD_ROUTE, "BadMethod", "ended in its start"},
		{"init hang", FX_TEST_BAD_ROUTE, "BadMethod", "FaxRouteInitialize"},
		{"init fail", FX_TEST_BAD_ROUTE, "BadMethod", "FaxRouteInitialize failed: error 12345"},
		{"none at all", FX_TEST_BAD_ROUTE, "Other", "does not export Other"},
		{"none at all", FX_TEST_FSP, "FaxDevSend", "lacks an export"},
		{"none at all", "/nonexistent.so", "x", "cannot be loaded"},
	};
	struct rig r;
	bool yes;

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(cases); i++) {
		assert_int_equal(setenv("BAD_ROUTE", cases[i].bad, 1), 0);
		open_ext(&r, cases[i].image, cases[i].function);
		wait_for(&r, says_why);
		if (!strstr(fx_ext_state(r.x, &yes), cases[i].words)) {
			fail_msg("%s: %s", cases[i].words, fx_ext_state(r.x, &yes));
		}
		assert_false(yes);
		assert_int_equal(r.route.m->ops->start(r.route.m, &r.run, on_done, &r), FX_EAGAIN);
		close_ext(&r);
	}
	(void)unsetenv("BAD_ROUTE");
}

/* It starts, and is bad when it hears of a port: the words name the call, a good extension beside
 * it goes on, and the next process serves. */
static void bad_with_devices(void **state)
{
	static const struct {
		const char *bad, *words;
	} cases[] = {
		{"device crash", "ended in FaxRouteDeviceChangeNotification"},
		{"device hang", "come back from FaxRouteDeviceChangeNotification"},
		{"enable crash", "ended in FaxRouteDeviceEnable"},
		{"enable hang", "come back from FaxRouteDeviceEnable"},
	};
	struct rig r, good;
	bool yes;

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(cases); i++) {
		assert_int_equal(unsetenv("BAD_ROUTE"), 0);
		open_ext(&good, FX_TEST_BAD_ROUTE, "BadMethod");
		wait_for(&good, serves);
		assert_int_equal(setenv("BAD_ROUTE", cases[i].bad, 1), 0);
		open_ext(&r, FX_TEST_BAD_ROUTE, "BadMethod");
		wait_for(&r, has_words);
		if (!strstr(fx_ext_state(r.x, &yes), cases[i].words)) {
			fail_msg("%s: %s", cases[i].bad, fx_ext_state(r.x, &yes));
		}
		assert_int_equal(r.route.m->ops->start(r.route.m, &r.run, on_done, &r), FX_EAGAIN);
		run(&good);
		assert_int_equal(good.end, FX_ROUTE_DONE);
		assert_int_equal(unsetenv("BAD_ROUTE"), 0);
		wait_for(&r, serves);
		run(&r);
		assert_int_equal(r.end, FX_ROUTE_DONE);
		close_ext(&r);
		close_ext(&good);
	}
}

static void registrations(void **state)
{
	struct fx_plugin p[2] = {
		{.kind = FX_PLUGIN_PROVIDER, .name = "folder", .friendly = "Folder \xC3\xBC",
		 .image = "/x/y.so"},
		{.kind = FX_PLUGIN_EXTENSION, .name = "csv", .friendly = "CSV", .image = "%X%/z",
		 .n_methods = 1,
		 .methods = {{"m", "Method", "CsvRoute", GUID_TEXT}}}}, *got = NULL;
	fx_auto char *text = fx_plugins_format(p, 2);
	char slot[16];
	size_t n = 0;

	(void)state;
	assert_int_equal(fx_plugins_parse(text, &got, &n), 0);
	assert_int_equal(n, 2);
	assert_memory_equal(got, p, sizeof(p));
	(void)fx_free(got);
	assert_int_equal(fx_plugins_parse("provider\tx\n", &got, &n), FX_ECORRUPT);
	assert_int_equal(fx_plugins_parse("other\ta\tb\t/c\t\n", &got, &n), FX_ECORRUPT);
	fx_plugin_slot(&p[0], slot);
	assert_string_equal(slot, "fsp:folder");
	(void)fx_strlcpy(p[0].name, GUID_TEXT, sizeof(p[0].name));
	fx_plugin_slot(&p[0], slot);
	assert_int_equal(strlen(slot), 12);
	(void)fx_strlcpy(p[0].tsp, "Unimodem", sizeof(p[0].tsp));
	assert_int_equal(fx_plugin_check(&p[0], NULL), FX_EINVAL);
	(void)fx_strlcpy(p[1].methods[0].guid, "x", FX_GUID_SIZE);
	assert_int_equal(fx_plugin_check(&p[1], NULL), FX_EINVAL);
	(void)fx_strlcpy(p[1].name, "../x", sizeof(p[1].name));
	assert_int_equal(fx_plugin_check(&p[1], NULL), FX_EINVAL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest quick[] = {
		cmocka_unit_test(registrations),
		cmocka_unit_test(example_routes), cmocka_unit_test(comes_back),
	};
	const struct CMUnitTest full[] = {
		cmocka_unit_test(bad_in_a_run), cmocka_unit_test(bad_in_questions),
		cmocka_unit_test(bad_at_the_start), cmocka_unit_test(bad_with_devices),
	};

	(void)argv;
	return argc > 1 ? cmocka_run_group_tests(full, NULL, NULL) :
			  cmocka_run_group_tests(quick, NULL, NULL);
}
