/* SPDX-License-Identifier: Apache-2.0 */
/* Providers of others in their hosts: the example, and a deliberately bad one at each of its
 * calls, beside which the example's calls go on. Real time and real processes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <faxdev.h>
#include "base/log.h"
#include "base/str.h"
#include "document/fax_tiff.h"
#include "plugin/plugin.h"
#include "port/host.h"
#include "providers/fsp/fsp.h"
#include "tests/support/support.h"

#define FAST "start_s = 1\nstep_s = 1\ncall_s = 30\nsilence_s = 1\ngrace_s = 1\n"

struct rig {
	struct fx_loop *loop;
	struct fx_provider *p;
	char *dir, *net; /* of the host, of the example's network */
	char line[32], name[64];
	uint64_t incoming;
	bool online, lost, ended, ack;
	unsigned n_lines, statuses, pages, rings;
	struct fx_call_result result;
	struct fx_call_status st;
	char why[300];
	int rx, log; /* log: session log of the next call */
};

static void on_line(void *arg, const struct fx_line *line)
{
	struct rig *r = arg;

	if (!r->n_lines++) {
		(void)fx_strlcpy(r->line, line->line, sizeof(r->line));
		(void)fx_strlcpy(r->name, line->name, sizeof(r->name));
	}
	if (!strcmp(line->line, r->line)) {
		r->online = line->online;
	}
}
static void on_incoming(void *arg, uint64_t call, const char *line, const char *from,
			const char *to)
{
	struct rig *r = arg;

	(void)line, (void)from, (void)to;
	r->incoming = call;
}
static void on_ring(void *arg, uint64_t call, uint32_t n)
{
	(void)call, (void)n;
	((struct rig *)arg)->rings++;
}
static void on_status(void *arg, uint64_t call, const struct fx_call_status *st)
{
	struct rig *r = arg;

	(void)call;
	r->statuses++;
	r->st = *st;
}
static void on_page(void *arg, uint64_t call, const struct fx_page_report *page)
{
	struct rig *r = arg;

	assert_int_equal(page->page, ++r->pages);
	if (!(call & 1)) {
		(void)r->p->ops->page_ack(r->p, call, page->page, r->ack);
	}
}
static void on_end(void *arg, uint64_t call, const struct fx_call_result *result)
{
	struct rig *r = arg;

	(void)call;
	assert_false(r->ended); /* exactly one */
	r->ended = true;
	r->result = *result;
}
static void on_lost(void *arg, const char *why)
{
	struct rig *r = arg;

	r->lost = true;
	(void)fx_strlcpy(r->why, why, sizeof(r->why));
}
static const struct fx_provider_sink sink = {on_line, on_incoming, on_ring, on_status,
					     on_page, on_end, on_lost};

static void open_host(struct rig *r, struct fx_loop *loop, const char *image, const char *more)
{
	char *argv[] = {FX_TEST_HOST, "--provider", "fsp:t", NULL};
	struct fx_provider_env env = {.loop = loop, .sink = &sink, .arg = r};
	fx_auto char *settings = NULL;

	*r = (struct rig){.loop = loop, .ack = true, .rx = -1, .log = -1, .dir = fx_test_mkdir()};
	settings = fx_asprintf("image = %s\nfolder = %s/plugin\n%s", image, r->dir, more);
	env.settings = settings;
	assert_int_equal(fx_host_open(&env, "fsp:t", argv, &r->p, NULL), 0);
}

static void close_host(struct rig *r)
{
	r->p->ops->close(r->p);
	if (r->rx >= 0) {
		(void)close(r->rx);
	}
	fx_test_rmdir(r->dir);
	if (r->net) {
		fx_test_rmdir(r->net);
	}
}

static int document(unsigned pages)
{
	int fd = memfd_create("doc", MFD_CLOEXEC);
	struct fx_tiff_wr *w = NULL;
	struct fx_bitmap b;

	assert_int_equal(fx_tiff_create(fd, NULL, &w), 0);
	for (unsigned i = 0; i < pages; i++) {
		assert_int_equal(fx_bitmap_init(&b, 1728, 60 + i, FX_RES_FINE), 0);
		b.bits[500] = 0x55;
		assert_int_equal(fx_tiff_write(w, &b), 0);
		fx_bitmap_fini(&b);
	}
	assert_int_equal(fx_tiff_finish(w), 0);
	return fd;
}

static unsigned pages_of(int fd, uint32_t *ret_rows_of_first)
{
	struct fx_tiff_page_info info;
	struct fx_tiff_rd *t = NULL;
	unsigned n;

	assert_int_equal(fx_tiff_open(fd, &t, NULL), 0);
	n = fx_tiff_pages(t);
	assert_int_equal(fx_tiff_page_info(t, 0, &info), 0);
	*ret_rows_of_first = info.rows;
	(void)fx_tiff_close(t);
	return n;
}

static void dial(struct rig *r, const char *number, unsigned pages, unsigned first)
{
	struct fx_dial d = {.n_docs = 1, .log_fd = -1, .local_id = "OURS", .ecm = true};

	(void)fx_strlcpy(d.number, number, sizeof(d.number));
	d.log_fd = r->log;
	d.docs[0] = (struct fx_call_doc){.fd = document(pages), .pages = pages,
					 .first_page = first};
	r->ended = false;
	r->pages = 0;
	assert_int_equal(r->p->ops->dial(r->p, r->line, 1, &d), 0);
	(void)close(d.docs[0].fd);
}

static void answer(struct rig *r)
{
	struct fx_answer a = {.local_id = "US", .log_fd = r->log};

	r->rx = a.rx_fd = memfd_create("rx", MFD_CLOEXEC);
	r->ended = false;
	r->pages = 0;
	assert_int_equal(r->p->ops->answer(r->p, r->incoming, &a), 0);
}

static bool is_online(void *arg)
{
	return ((struct rig *)arg)->online;
}
static bool has_ended(void *arg)
{
	return ((struct rig *)arg)->ended;
}
static bool has_status(void *arg)
{
	return ((struct rig *)arg)->statuses > 0;
}
static bool rings(void *arg)
{
	return ((struct rig *)arg)->incoming != 0;
}
static bool is_lost(void *arg)
{
	return ((struct rig *)arg)->lost;
}

static void wait_for(struct rig *r, bool (*what)(void *))
{
	if (!fx_loop_run_until(r->loop, what, r, 20 * FX_SECOND)) {
		const char *bad = getenv("BAD_FSP");

		fail_msg("nothing came of \"%s\": %s", bad ? bad : "good", r->why);
	}
}

static int setup(void **state)
{
	struct fx_loop *loop = NULL;

	assert_int_equal(fx_loop_new_real(&loop), 0);
	fx_log_set_stderr(getenv("FX_TEST_LOG") != NULL);
	*state = loop;
	return 0;
}
static int teardown(void **state)
{
	fx_loop_free(*state);
	fx_log_set_stderr(true);
	return 0;
}

static void open_example(struct rig *r, struct fx_loop *loop)
{
	char *dir = fx_test_mkdir(), path[600];

	(void)snprintf(path, sizeof(path), "%s/out", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/in", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(setenv("CASELLI_EXAMPLE_FSP", dir, 1), 0);
	open_host(r, loop, FX_TEST_FSP, "");
	r->net = dir;
	wait_for(r, is_online);
}

static void sends(void **state)
{
	struct rig r;
	uint32_t rows;
	char path[600];
	int fd;

	open_example(&r, *state);
	assert_string_equal(r.line, "7001");
	assert_string_equal(r.name, "Folder 7001");
	dial(&r, "0301234", 3, 1); /* the first page was confirmed in an earlier call */
	wait_for(&r, has_ended);
	assert_int_equal(r.result.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(r.result.pages_confirmed, 2);
	assert_string_equal(r.result.remote_id, "FOLDER");
	assert_int_equal(r.pages, 2);
	assert_int_equal(r.st.state, FX_PORT_COMPLETED);
	assert_true(r.statuses >= 4 && r.result.answered_us >= 0);
	(void)snprintf(path, sizeof(path), "%s/out/0301234-7001-1.tif", r.net);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(pages_of(fd, &rows), 2);
	assert_int_equal(rows, 61);
	(void)close(fd);
	dial(&r, "99", 1, 0);
	wait_for(&r, has_ended);
	assert_int_equal(r.result.outcome, FX_OUTCOME_BUSY);
	assert_int_equal(r.result.pages_confirmed, 0);
	assert_int_equal(r.pages, 0);
	dial(&r, "/etc", 1, 0);
	wait_for(&r, has_ended);
	assert_int_equal(r.result.outcome, FX_OUTCOME_BAD_NUMBER);
	close_host(&r);
}

static void drop_in(struct rig *r, unsigned pages)
{
	int fd = document(pages), to;
	char path[600], temp[700];
	struct fx_buf b = {0};

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fx_test_read_file(path, &b);
	(void)snprintf(path, sizeof(path), "%s/in/x.tif", r->net);
	(void)snprintf(temp, sizeof(temp), "%s.part", path);
	to = open(temp, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(to, b.data, b.len), b.len);
	(void)close(to);
	r->incoming = 0;
	r->rings = 0;
	assert_int_equal(rename(temp, path), 0);
	fx_buf_fini(&b);
	(void)close(fd);
}

static void receives(void **state)
{
	struct rig r;
	uint32_t rows;

	open_example(&r, *state);
	drop_in(&r, 3);
	wait_for(&r, rings);
	assert_int_equal(r.incoming & 1, 0);
	answer(&r);
	wait_for(&r, has_ended);
	assert_int_equal(r.result.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(r.result.pages_confirmed, 3);
	assert_int_equal(r.pages, 3);
	assert_string_equal(r.result.remote_id, "FOLDER");
	assert_int_equal(pages_of(r.rx, &rows), 3);
	(void)close(r.rx);
	/* a page that cannot be recorded: none after it, and it is said */
	drop_in(&r, 2);
	wait_for(&r, rings);
	r.ack = false;
	answer(&r);
	wait_for(&r, has_ended);
	assert_int_equal(r.result.outcome, FX_OUTCOME_STORAGE);
	assert_int_equal(r.result.pages_confirmed, 0);
	assert_int_equal(r.pages, 1);
	/* refused */
	drop_in(&r, 1);
	wait_for(&r, rings);
	r.ended = false;
	assert_int_equal(r.p->ops->reject(r.p, r.incoming), 0);
	assert_false(r.ended);
	wait_for(&r, has_ended);
	close_host(&r);
}

/* The session log says in order what the provider told, in plain words. */
static void check_log(struct rig *r, const char *const want[], size_t n)
{
	char path[64], *at;
	struct fx_buf b = {0};

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", r->log);
	fx_test_read_file(path, &b);
	fx_buf_u8(&b, 0);
	at = (char *)b.data;
	for (size_t i = 0; i < n; i++) {
		char *found = strstr(at, want[i]);

		if (!found) {
			fail_msg("\"%s\" is not there, or not in its place:\n%s", want[i], b.data);
		}
		at = found + 1;
	}
	assert_null(strchr(strchr(at, '\n') + 1, '\n')); /* the end is the last line */
	fx_buf_fini(&b);
	(void)close(r->log);
	r->log = memfd_create("log", MFD_CLOEXEC);
}

static void session_logs(void **state)
{
	static const char *const sent[] = {
		" - dial 5 on Folder 7001: 2 pages", "- status: dialing (0x20000001)",
		"- status: transmitting", "- status: transmitting (0x20000002), page 2", "- FaxDevSend returned TRUE",
		"FaxDevReportStatus: completed", "= call ended: success", "(2 of 2 pages)"};
	static const char *const busy[] = {" - dial 99", "! FaxDevSend returned FALSE",
					   "busy (0x20000040)", "= call ended: busy"};
	static const char *const received[] = {
		" - answer on Folder 7001 after", "- status: receiving", "- FaxDevReceive returned TRUE",
		"- page 1 of the provider's file", "- page 2 of", "= call ended: success"};
	static const char *const hung_up[] = {" - dial 1", "! hang-up: FaxDevAbortOperation",
					      "= call ended: cancelled"};
	struct rig r;

	open_example(&r, *state);
	r.log = memfd_create("log", MFD_CLOEXEC);
	dial(&r, "5", 2, 0);
	wait_for(&r, has_ended);
	check_log(&r, sent, FX_ARRAY_LEN(sent));
	dial(&r, "99", 1, 0);
	wait_for(&r, has_ended);
	check_log(&r, busy, FX_ARRAY_LEN(busy));
	drop_in(&r, 2);
	wait_for(&r, rings);
	answer(&r);
	wait_for(&r, has_ended);
	check_log(&r, received, FX_ARRAY_LEN(received));
	dial(&r, "1", 200, 0);
	assert_int_equal(r.p->ops->hangup(r.p, 1), 0);
	wait_for(&r, has_ended);
	check_log(&r, hung_up, FX_ARRAY_LEN(hung_up));
	(void)close(r.log);
	close_host(&r);
}

static void hangs_up(void **state)
{
	struct rig r;

	open_example(&r, *state);
	dial(&r, "1", 200, 0);
	assert_int_equal(r.p->ops->hangup(r.p, 1), 0);
	wait_for(&r, has_ended);
	assert_int_equal(r.result.outcome, FX_OUTCOME_CANCELLED);
	r.online = true;
	dial(&r, "2", 1, 0); /* the line is free again */
	wait_for(&r, has_ended);
	assert_int_equal(r.result.outcome, FX_OUTCOME_SUCCESS);
	close_host(&r);
}

/* What no provider is: refused in words. */
static void refused(void **state)
{
	static const struct {
		const char *image, *more, *words;
	} cases[] = {
		{FX_TEST_FSP, "tsp = Unimodem", "virtual devices"},
		{"/nonexistent/x.so", "", "cannot be loaded"},
		{"x.so", "", "not a full path"},
		{"%NO_SUCH_VARIABLE%/x.so", "", "no variable NO_SUCH_VARIABLE"},
		{FX_TEST_ROUTE_EXT, "", "FaxDevVirtualDeviceCreation"},
		{FX_TEST_FSP, "step_s = 0", "step_s"},
		{FX_TEST_FSP, "nothing = 1", "no setting 'nothing'"},
	};
	struct rig r;

	for (size_t i = 0; i < FX_ARRAY_LEN(cases); i++) {
		open_host(&r, *state, cases[i].image, cases[i].more);
		wait_for(&r, is_lost);
		if (!strstr(r.why, cases[i].words)) {
			fail_msg("%s: \"%s\" does not say \"%s\"", cases[i].image, r.why,
				 cases[i].words);
		}
		close_host(&r);
	}
}

struct bad_case {
	const char *bad;
	enum { AT_START, AT_SEND, AT_RECEIVE, AT_ABORT, AT_CLOSE } at;
	enum fx_outcome outcome; /* NONE: the host is lost before a call */
	const char *words;       /* of the loss; NULL: none, or as it is */
};

/* While the bad one does what it does, a fax goes through the good one. */
static void one_bad(struct fx_loop *loop, const struct bad_case *c)
{
	struct rig good, r;

	open_example(&good, loop);
	assert_int_equal(setenv("BAD_FSP", c->bad, 1), 0);
	open_host(&r, loop, FX_TEST_BAD_FSP, FAST);
	dial(&good, "5", 20, 0);
	if (c->at == AT_START) {
		wait_for(&r, is_lost);
	} else {
		wait_for(&r, is_online);
	}
	if (c->at == AT_SEND || c->at == AT_ABORT) {
		dial(&r, "1", 1, 0);
		if (c->at == AT_ABORT) {
			wait_for(&r, has_status); /* it is in FaxDevSend */
			assert_int_equal(r.p->ops->hangup(r.p, 1), 0);
		}
	} else if (c->at == AT_RECEIVE) {
		wait_for(&r, rings);
		answer(&r);
	}
	if (c->at == AT_SEND || c->at == AT_RECEIVE || c->at == AT_ABORT) {
		wait_for(&r, has_ended);
		if (r.result.outcome != c->outcome) {
			fail_msg("%s: %s (%s)", c->bad, fx_outcome_str(r.result.outcome),
				 r.result.words);
		}
	}
	if (c->words) { /* told before its calls end, or right behind */
		wait_for(&r, is_lost);
		if (!strstr(r.why, c->words)) {
			fail_msg("%s: \"%s\" does not say \"%s\"", c->bad, r.why, c->words);
		}
	}
	wait_for(&good, has_ended);
	assert_int_equal(good.result.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(good.pages, 20);
	assert_false(good.lost);
	close_host(&r);
	close_host(&good);
	(void)unsetenv("BAD_FSP");
}

static void run_cases(struct fx_loop *loop, const struct bad_case *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		one_bad(loop, &c[i]);
	}
	print_message("%zu bad providers\n", n);
}

static void crashes_at_each_call(void **state)
{
	static const struct bad_case cases[] = {
		{"create crash", AT_START, FX_OUTCOME_NONE, NULL},
		{"config crash", AT_START, FX_OUTCOME_NONE, NULL},
		{"init crash", AT_START, FX_OUTCOME_NONE, NULL},
		{"start crash", AT_SEND, FX_OUTCOME_HOST_LOST, NULL},
		{"send crash", AT_SEND, FX_OUTCOME_HOST_LOST, NULL},
		{"report crash", AT_SEND, FX_OUTCOME_HOST_LOST, NULL},
		{"end crash", AT_SEND, FX_OUTCOME_HOST_LOST, NULL},
		{"receive crash", AT_RECEIVE, FX_OUTCOME_HOST_LOST, NULL},
		{"abort crash", AT_ABORT, FX_OUTCOME_HOST_LOST, "ended"},
		{"shutdown crash", AT_CLOSE, FX_OUTCOME_NONE, NULL},
	};

	run_cases(*state, cases, FX_ARRAY_LEN(cases));
}

static void fails_at_each_call(void **state)
{
	static const struct bad_case cases[] = {
		{"create fail", AT_START, FX_OUTCOME_NONE, "FaxDevVirtualDeviceCreation failed"},
		{"config fail", AT_START, FX_OUTCOME_NONE, "FaxExtInitializeConfig"},
		{"init fail", AT_START, FX_OUTCOME_NONE, "FaxDevInitialize failed: error 12345"},
		{"start fail", AT_SEND, FX_OUTCOME_LINE_UNAVAILABLE, NULL},
		{"send fail", AT_SEND, FX_OUTCOME_PROTOCOL, NULL},
		{"report fail", AT_SEND, FX_OUTCOME_SUCCESS, NULL},
		{"end fail", AT_SEND, FX_OUTCOME_SUCCESS, NULL},
		{"receive fail", AT_RECEIVE, FX_OUTCOME_PROTOCOL, NULL},
		{"abort fail", AT_ABORT, FX_OUTCOME_HOST_LOST, "FaxDevSend"}, /* it goes on */
		{"shutdown fail", AT_CLOSE, FX_OUTCOME_NONE, NULL},
	};

	run_cases(*state, cases, FX_ARRAY_LEN(cases));
}

static void nonsense_at_each_call(void **state)
{
	static const struct bad_case cases[] = {
		{"create nonsense", AT_START, FX_OUTCOME_NONE, NULL},
		{"config nonsense", AT_SEND, FX_OUTCOME_SUCCESS, NULL},
		{"init nonsense", AT_SEND, FX_OUTCOME_SUCCESS, NULL},
		{"start nonsense", AT_SEND, FX_OUTCOME_SUCCESS, NULL},
		{"send nonsense", AT_SEND, FX_OUTCOME_SUCCESS, NULL},
		{"report nonsense", AT_SEND, FX_OUTCOME_SUCCESS, NULL},
		{"receive nonsense", AT_RECEIVE, FX_OUTCOME_PROTOCOL, NULL},
		{"abort nonsense", AT_ABORT, FX_OUTCOME_CANCELLED, NULL},
		{"shutdown nonsense", AT_CLOSE, FX_OUTCOME_NONE, NULL},
	};

	run_cases(*state, cases, FX_ARRAY_LEN(cases));
}

static void hangs_at_each_call(void **state)
{
	static const struct bad_case cases[] = {
		{"create hang", AT_START, FX_OUTCOME_NONE, "FaxDevVirtualDeviceCreation"},
		{"config hang", AT_START, FX_OUTCOME_NONE, "FaxExtInitializeConfig"},
		{"init hang", AT_START, FX_OUTCOME_NONE, "FaxDevInitialize"},
		{"start hang", AT_SEND, FX_OUTCOME_HOST_LOST, "FaxDevStartJob"},
		{"send hang", AT_SEND, FX_OUTCOME_HOST_LOST, "FaxDevSend"},
		{"report hang", AT_SEND, FX_OUTCOME_HOST_LOST, "FaxDevReportStatus"},
		{"end hang", AT_SEND, FX_OUTCOME_HOST_LOST, "FaxDevEndJob"},
		{"abort hang", AT_ABORT, FX_OUTCOME_HOST_LOST, "FaxDevAbortOperation"},
		{"receive hang", AT_RECEIVE, FX_OUTCOME_HOST_LOST, "FaxDevReceive"},
		{"shutdown hang", AT_CLOSE, FX_OUTCOME_NONE, NULL},
	};

	run_cases(*state, cases, FX_ARRAY_LEN(cases));
}

/* The call is told as cancelled in time, the host of one that does not stop is ended, and
 * another one serves. */
static void hangs_when_hung_up(void **state)
{
	struct rig r;

	assert_int_equal(setenv("BAD_FSP", "send hang", 1), 0);
	open_host(&r, *state, FX_TEST_BAD_FSP, "grace_s = 7\n");
	wait_for(&r, is_online);
	dial(&r, "1", 1, 0);
	wait_for(&r, has_status); /* it is in FaxDevSend */
	assert_int_equal(r.p->ops->hangup(r.p, 1), 0);
	wait_for(&r, has_ended);
	assert_int_equal(r.result.outcome, FX_OUTCOME_CANCELLED);
	assert_false(r.online);
	assert_false(r.lost);
	wait_for(&r, is_lost);
	assert_int_equal(setenv("BAD_FSP", "none at all", 1), 0);
	wait_for(&r, is_online);
	dial(&r, "1", 1, 0);
	wait_for(&r, has_ended);
	assert_int_equal(r.result.outcome, FX_OUTCOME_SUCCESS);
	(void)unsetenv("BAD_FSP");
	close_host(&r);
}

static void outcomes(void **state)
{
	(void)state;
	assert_int_equal(fx_fsp_outcome(true, FS_COMPLETED), FX_OUTCOME_SUCCESS);
	assert_int_equal(fx_fsp_outcome(true, FS_HANDLED), FX_OUTCOME_SUCCESS);
	assert_int_equal(fx_fsp_outcome(true, FS_BUSY), FX_OUTCOME_BUSY);
	assert_int_equal(fx_fsp_outcome(false, FS_LINE_UNAVAILABLE), FX_OUTCOME_LINE_UNAVAILABLE);
	assert_int_equal(fx_fsp_outcome(false, FS_NO_ANSWER), FX_OUTCOME_NO_ANSWER);
	assert_int_equal(fx_fsp_outcome(false, FS_NO_DIAL_TONE), FX_OUTCOME_NO_DIALTONE);
	assert_int_equal(fx_fsp_outcome(false, FS_DISCONNECTED), FX_OUTCOME_DISCONNECTED);
	assert_int_equal(fx_fsp_outcome(false, FS_NOT_FAX_CALL), FX_OUTCOME_NOT_FAX);
	assert_int_equal(fx_fsp_outcome(false, FS_FATAL_ERROR), FX_OUTCOME_PROTOCOL);
	assert_int_equal(fx_fsp_outcome(false, FS_BAD_ADDRESS), FX_OUTCOME_BAD_NUMBER);
	assert_int_equal(fx_fsp_outcome(false, FS_CALL_BLACKLISTED), FX_OUTCOME_BLACKLISTED);
	assert_int_equal(fx_fsp_outcome(false, FS_USER_ABORT), FX_OUTCOME_CANCELLED);
	assert_int_equal(fx_fsp_outcome(false, FS_CALL_DELAYED), FX_OUTCOME_BUSY);
	assert_int_equal(fx_outcome_retry(fx_fsp_outcome(false, FS_TRANSMITTING)), FX_RETRY_QUICK);
	assert_int_equal(fx_outcome_retry(fx_fsp_outcome(false, 0x4711)), FX_RETRY_NONE);
}

/* Nothing is read outside of the block. */
static void texts(void **state)
{
	static const uint16_t block[] = {'a', 'b', 0, 'c', 7, 0, 'd', 'e'};
	char s[8];

	(void)state;
	fx_plugin_text(s, sizeof(s), block, block, sizeof(block));
	assert_string_equal(s, "ab");
	fx_plugin_text(s, sizeof(s), block + 3, block, sizeof(block));
	assert_string_equal(s, "c?");
	fx_plugin_text(s, sizeof(s), block + 6, block, sizeof(block)); /* without end */
	assert_string_equal(s, "");
	fx_plugin_text(s, sizeof(s), block + 8, block, sizeof(block));
	assert_string_equal(s, "");
	fx_plugin_text(s, sizeof(s), NULL, block, sizeof(block));
	assert_string_equal(s, "");
	fx_plugin_text(s, 2, block, block, sizeof(block));
	assert_string_equal(s, "a");
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest quick[] = {
		T(outcomes), T(texts), T(sends), T(receives), T(session_logs), T(hangs_up),
		T(nonsense_at_each_call),
	};
	const struct CMUnitTest full[] = {
		T(hangs_when_hung_up), T(refused), T(crashes_at_each_call), T(fails_at_each_call), T(hangs_at_each_call),
	};

	(void)argv;
	return argc > 1 ? cmocka_run_group_tests(full, NULL, NULL) :
			  cmocka_run_group_tests(quick, NULL, NULL);
}
