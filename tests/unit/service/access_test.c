/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what: words, precedence of file, store, users and groups, changes that count at once,
 * restarts, and a log that nobody can fill. Users are those that every machine has. */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "service/access.h"
#include "service/service_priv.h"
#include "tests/unit/service/over_rig.h"

#define DAEMON 1 /* uid of "daemon", in group "daemon" */

struct bench {
	struct rig r; /* first */
	struct fx_service_prm prm;
	struct fx_service *s;
	struct fx_caller root, daemon, bin;
	struct fx_access_shown shown;
	struct answer got;
	unsigned lines;
	char log[300];
	char group[FX_ACCESS_NAME_SIZE]; /* the one that daemon is in */
};

static void on_line(void *arg, enum fx_log_level level, int facility, const char *line)
{
	struct bench *b = arg;

	(void)level, (void)facility;
	b->lines++;
	(void)fx_strlcpy(b->log, line, sizeof(b->log));
}

static void on_login(void *arg, int err, const struct fx_caller *c)
{
	assert_int_equal(err, 0);
	*(struct fx_caller *)arg = *c;
}

static struct fx_caller log_in(struct bench *b, uid_t uid)
{
	struct fx_caller c = {0};

	fx_service_login(b->s, uid, 0, 77, on_login, &c);
	rig_settle(&b->r);
	assert_int_equal(c.uid, uid);
	assert_non_null(c.account);
	return c;
}

static void start(struct bench *b)
{
	struct fx_reason why = {0};

	assert_int_equal(fx_service_new(&b->prm, &b->r.config, &b->s, &why), 0);
	b->root = log_in(b, 0);
	b->daemon = log_in(b, DAEMON);
	b->bin = log_in(b, 2);
}

static int setup(void **state)
{
	struct bench *b = fx_zalloc(sizeof(*b));
	struct passwd *pw = getpwuid(DAEMON);
	struct group *g = pw ? getgrgid(pw->pw_gid) : NULL;

	assert_non_null(g);
	(void)fx_strlcpy(b->group, g->gr_name, sizeof(b->group));
	rig_start(&b->r, "2");
	rig_settle(&b->r);
	b->prm = (struct fx_service_prm){
		.own_uid = 10, .user_rights = FX_RIGHTS_USER, .loop = b->r.loop,
		.store = b->r.store, .spool = b->r.spool, .ports = b->r.ports,
		.queue = b->r.queue, .route = b->r.route};
	start(b);
	fx_log_set_level(FX_LOG_INFO);
	fx_log_set_stderr(false);
	fx_log_set_sink(on_line, b);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	fx_log_set_sink(NULL, NULL);
	fx_log_set_stderr(true);
	fx_log_set_level(FX_LOG_ERROR);
	b->s = fx_service_free(b->s);
	rig_stop(&b->r);
	(void)fx_free(b);
	return 0;
}

static int change(struct bench *b, const struct fx_caller *c, enum fx_access_change how,
		  enum fx_access_kind kind, const char *name, uint32_t mask)
{
	struct fx_access_entry e = {.kind = kind, .mask = mask};
	int err;

	(void)fx_strlcpy(e.name, name, sizeof(e.name));
	b->got.done = false;
	err = fx_service_access_change(b->s, c, &e, how, on_answer, &b->got, NULL);
	return answer_of(&b->r, &b->got, err);
}

static uint32_t held(const struct fx_caller *c)
{
	return fx_service_rights(c);
}

/* ---- words ---- */

static void words(void **state)
{
	static const struct {
		const char *text;
		uint32_t mask;
		const char *back;
	} rows[] = {
		{"", 0, "none"},
		{"none", 0, "none"},
		{"all", 0x1F007F, "all"},
		{"FAX_ALL_ACCESS", 0x1F007F, "all"},
		{"read", 0x20016, "read"},
		{"Write,read", 0x20017, "read write"},
		{" job-submit , FAX_JOB_QUERY ", 3, "job_submit job_query"},
		{"job_submit read_control", 0x20001, "write"},
		{"config_query config_set port_query port_set job_manage", 0x7C,
		 "config_query config_set port_query port_set job_manage"},
		{"delete read_control write_dac write_owner synchronize", 0x1F0000,
		 "delete read_control write_dac write_owner synchronize"},
	};
	char text[FX_RIGHTS_TEXT_SIZE];
	struct fx_reason why = {0};
	uint32_t mask = 99;

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		assert_int_equal(fx_rights_parse(rows[i].text, &mask, &why), 0);
		assert_int_equal(mask, rows[i].mask);
		assert_string_equal(fx_rights_str(mask, text), rows[i].back);
	}
	mask = 99;
	assert_int_equal(fx_rights_parse("read job_summit", &mask, &why), FX_EINVAL);
	assert_non_null(strstr(why.text, "job_summit"));
	assert_int_equal(mask, 99);
	assert_int_equal(fx_rights_parse("0123456789012345678901234567890123456789", &mask, &why),
			 FX_EINVAL);
	/* any mask comes back as it was, in the room that there is */
	for (uint32_t bits = 0; bits < 0x1000; bits++) {
		uint32_t m = (bits & 0x7F) | (bits >> 7) << 16;

		assert_true(strlen(fx_rights_str(m, text)) < FX_RIGHTS_TEXT_SIZE - 1);
		assert_int_equal(fx_rights_parse(text, &mask, &why), 0);
		assert_int_equal(mask, m);
	}
}

/* ---- who decides ---- */

static void file_and_store(void **state)
{
	struct bench *b = *state;
	struct fx_access_entry file[2] = {{FX_ACCESS_USER, "daemon", FX_RIGHT_JOB_SUBMIT},
					  {FX_ACCESS_GROUP, "", FX_RIGHT_PORT_SET}};

	(void)fx_strlcpy(file[1].name, b->group, sizeof(file[1].name));
	assert_int_equal(held(&b->root), FX_RIGHT_ALL);
	assert_int_equal(held(&b->daemon), FX_RIGHTS_USER);
	/* the file: the user's own line decides alone; without it the group's; else the default */
	assert_int_equal(fx_service_set_access(b->s, FX_RIGHTS_READ, file, 2), 0);
	assert_int_equal(held(&b->daemon), FX_RIGHT_JOB_SUBMIT);
	assert_int_equal(held(&b->bin), FX_RIGHTS_READ);
	assert_int_equal(fx_service_set_access(b->s, FX_RIGHTS_READ, &file[1], 1), 0);
	assert_int_equal(held(&b->daemon), FX_RIGHT_PORT_SET);
	/* the store stands before the file, name by name */
	assert_int_equal(fx_service_set_access(b->s, FX_RIGHTS_READ, file, 2), 0);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_GROUP, b->group,
				FX_RIGHT_CONFIG_SET), 0);
	assert_int_equal(held(&b->daemon), FX_RIGHT_JOB_SUBMIT);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "daemon",
				FX_RIGHT_JOB_QUERY), 0);
	assert_int_equal(held(&b->daemon), FX_RIGHT_JOB_QUERY);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_DEFAULT, "", 0), 0);
	assert_int_equal(held(&b->bin), 0);
	/* reset: what the file says */
	assert_int_equal(change(b, &b->root, FX_ACCESS_RESET, FX_ACCESS_USER, "daemon", 0), 0);
	assert_int_equal(held(&b->daemon), FX_RIGHT_JOB_SUBMIT);
	assert_int_equal(change(b, &b->root, FX_ACCESS_RESET_ALL, FX_ACCESS_DEFAULT, "", 0), 0);
	assert_int_equal(held(&b->bin), FX_RIGHTS_READ);
	assert_int_equal(fx_service_set_access(b->s, 0, NULL, 0), 0);
	assert_int_equal(held(&b->daemon), 0);
}

static void grant_and_revoke(void **state)
{
	struct bench *b = *state;

	/* from what is held now, also when that came from the default */
	assert_int_equal(change(b, &b->root, FX_ACCESS_GRANT, FX_ACCESS_USER, "daemon",
				FX_RIGHT_JOB_MANAGE), 0);
	assert_int_equal(held(&b->daemon), FX_RIGHTS_USER | FX_RIGHT_JOB_MANAGE);
	assert_int_equal(change(b, &b->root, FX_ACCESS_REVOKE, FX_ACCESS_USER, "daemon",
				FX_RIGHTS_READ), 0);
	assert_int_equal(held(&b->daemon), FX_RIGHT_JOB_SUBMIT | FX_RIGHT_JOB_MANAGE);
	assert_int_equal(change(b, &b->root, FX_ACCESS_REVOKE, FX_ACCESS_DEFAULT, "",
				FX_RIGHT_JOB_SUBMIT), 0);
	assert_int_equal(held(&b->bin), FX_RIGHTS_READ);
	/* a user without entry, from his groups' */
	assert_int_equal(change(b, &b->root, FX_ACCESS_RESET, FX_ACCESS_USER, "daemon", 0), 0);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_GROUP, b->group,
				FX_RIGHT_PORT_SET), 0);
	assert_int_equal(change(b, &b->root, FX_ACCESS_GRANT, FX_ACCESS_USER, "daemon",
				FX_RIGHT_PORT_QUERY), 0);
	assert_int_equal(held(&b->daemon), FX_RIGHT_PORT_SET | FX_RIGHT_PORT_QUERY);
	/* names that nobody has, those that hold all anyway, and no names */
	assert_int_equal(change(b, &b->root, FX_ACCESS_GRANT, FX_ACCESS_USER, "no-such-user", 1),
			 FX_ENOENT);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_GROUP, "no-such-group", 1),
			 FX_ENOENT);
	assert_int_equal(change(b, &b->root, FX_ACCESS_REVOKE, FX_ACCESS_USER, "no-such-user", 1),
			 0);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "root", 0), FX_EINVAL);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "", 0), FX_EINVAL);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "a\nuser 1 b", 0),
			 FX_EINVAL);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "daemon", 0x80),
			 FX_EINVAL);
	assert_int_equal(held(&b->root), FX_RIGHT_ALL);
}

static void who_may_change_it(void **state)
{
	struct bench *b = *state;
	struct fx_access_row *v = NULL;
	size_t n = 0;

	assert_int_equal(change(b, &b->daemon, FX_ACCESS_GRANT, FX_ACCESS_USER, "daemon",
				FX_RIGHT_ALL), FX_EACCES);
	assert_non_null(strstr(b->log, "WRITE_DAC"));
	assert_int_equal(held(&b->daemon), FX_RIGHTS_USER);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "daemon",
				FX_RIGHT_WRITE_DAC), 0);
	assert_non_null(strstr(b->log, "rights of user daemon are write_dac, by user root"));
	assert_int_equal(fx_service_access_list(b->s, &b->daemon, &v, &n), FX_EACCES);
	assert_int_equal(change(b, &b->daemon, FX_ACCESS_SET, FX_ACCESS_USER, "daemon",
				FX_RIGHT_READ_CONTROL), 0);
	assert_int_equal(change(b, &b->daemon, FX_ACCESS_SET, FX_ACCESS_USER, "daemon", 1),
			 FX_EACCES);
	assert_int_equal(fx_service_access_list(b->s, &b->daemon, &v, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(v[0].entry.kind, FX_ACCESS_DEFAULT);
	assert_int_equal(v[0].source, FX_ACCESS_FILE);
	assert_string_equal(v[1].entry.name, "daemon");
	assert_int_equal(v[1].source, FX_ACCESS_STORE);
	assert_false(v[1].in_file);
	(void)fx_free(v);
}

static void on_shown(void *arg, int err, const struct fx_access_shown *shown)
{
	struct bench *b = arg;

	on_answer(&b->got, err, NULL);
	if (!err) {
		b->shown = *shown;
	}
}

static int show(struct bench *b, const struct fx_caller *c, const char *user)
{
	int err = fx_service_access_show(b->s, c, user, on_shown, b);

	b->got.done = false;
	return answer_of(&b->r, &b->got, err);
}

static void shown_with_the_reason(void **state)
{
	struct bench *b = *state;
	struct fx_access_entry file = {FX_ACCESS_GROUP, "", FX_RIGHT_PORT_SET};

	(void)fx_strlcpy(file.name, b->group, sizeof(file.name));
	assert_int_equal(show(b, &b->daemon, NULL), 0);
	assert_string_equal(b->shown.user, "daemon");
	assert_int_equal(b->shown.mask, FX_RIGHTS_USER);
	assert_string_equal(b->shown.why, "default (settings file)");
	assert_int_equal(fx_service_set_access(b->s, 0, &file, 1), 0);
	assert_int_equal(show(b, &b->root, "daemon"), 0);
	assert_int_equal(b->shown.mask, FX_RIGHT_PORT_SET);
	assert_non_null(strstr(b->shown.why, "group "));
	assert_int_equal(show(b, &b->root, "root"), 0);
	assert_string_equal(b->shown.why, "root");
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "daemon", 0), 0);
	assert_int_equal(show(b, &b->root, "daemon"), 0);
	assert_string_equal(b->shown.why, "user daemon (caselli access)");
	assert_int_equal(show(b, &b->root, "no-such-user"), FX_ENOENT);
	assert_int_equal(show(b, &b->root, "a\nb"), FX_EINVAL);
	/* of oneself one may always ask, of others with READ_CONTROL */
	assert_int_equal(show(b, &b->daemon, "daemon"), 0);
	assert_int_equal(show(b, &b->daemon, "bin"), FX_EACCES);
}

static void nothing_survives_on_an_open_connection(void **state)
{
	struct bench *b = *state;
	struct fx_caller copy = b->daemon;
	struct fx_port_info info;

	assert_int_equal(fx_service_port(b->s, &copy, 1, &info), 0);
	assert_int_equal(change(b, &b->root, FX_ACCESS_REVOKE, FX_ACCESS_USER, "daemon",
				FX_RIGHT_PORT_QUERY), 0);
	assert_int_equal(fx_service_port(b->s, &copy, 1, &info), FX_EACCES);
	fx_service_logout(&b->daemon);
	assert_int_equal(fx_service_port(b->s, &copy, 1, &info), FX_EACCES);
	assert_int_equal(change(b, &b->root, FX_ACCESS_GRANT, FX_ACCESS_USER, "daemon",
				FX_RIGHT_PORT_QUERY), 0);
	assert_int_equal(fx_service_port(b->s, &copy, 1, &info), 0);
	/* connected users are looked up again: nothing changes, nothing is lost */
	rig_run(&b->r, 300);
	assert_int_equal(fx_service_port(b->s, &b->bin, 1, &info), 0);
}

static void kept_over_a_restart(void **state)
{
	struct bench *b = *state;

	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "daemon",
				FX_RIGHT_JOB_SUBMIT), 0);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_DEFAULT, "", 0), 0);
	b->s = fx_service_free(b->s);
	start(b);
	assert_int_equal(held(&b->daemon), FX_RIGHT_JOB_SUBMIT);
	assert_int_equal(held(&b->bin), 0);
	/* the service goes while a change, a question and a login wait */
	b->got.done = false;
	assert_int_equal(fx_service_access_change(b->s, &b->root, &(struct fx_access_entry){0},
						  FX_ACCESS_SET, on_answer, &b->got, NULL), 0);
	assert_int_equal(fx_service_access_change(b->s, &b->root, &(struct fx_access_entry){0},
						  FX_ACCESS_RESET, on_answer, &b->got, NULL), 0);
	assert_int_equal(fx_service_access_show(b->s, &b->root, "bin", on_shown, b), 0);
	b->s = fx_service_free(b->s);
	rig_settle(&b->r);
	assert_false(b->got.done);
	start(b);
}

static void none_is_nothing_at_all(void **state)
{
	struct bench *b = *state;
	struct fx_job *v = NULL;
	struct fx_message *m = NULL;
	size_t n;

	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "daemon", 0), 0);
	assert_int_equal(fx_service_check_any(&b->daemon, "x"), FX_EACCES);
	assert_int_equal(fx_service_allow(&b->daemon, FX_RIGHT_JOB_QUERY, true, "x"), FX_EACCES);
	assert_int_equal(fx_service_jobs(b->s, &b->daemon, &v, &n), FX_EACCES);
	assert_int_equal(fx_service_messages(b->s, &b->daemon, FX_FOLDER_INBOX, 0, 1, &m, &n),
			 FX_EACCES);
	/* DELETE and SYNCHRONIZE are no rights of the fax API */
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "daemon",
				FX_RIGHT_DELETE | FX_RIGHT_SYNCHRONIZE), 0);
	assert_int_equal(fx_service_check_any(&b->daemon, "x"), FX_EACCES);
	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "daemon",
				FX_RIGHT_WRITE_OWNER), 0);
	assert_int_equal(fx_service_check_any(&b->daemon, "x"), 0);
}

static void on_stranger(void *arg, int err, const struct fx_caller *c)
{
	assert_null(c);
	((struct bench *)arg)->got.err = err;
}

static void nobody_fills_the_log(void **state)
{
	struct bench *b = *state;
	struct fx_config c;

	assert_int_equal(change(b, &b->root, FX_ACCESS_SET, FX_ACCESS_USER, "daemon", 1), 0);
	b->lines = 0;
	for (unsigned i = 0; i < 10000; i++) {
		assert_int_equal(fx_service_config(b->s, &b->daemon, &c), FX_EACCES);
		if (i < FX_LOG_BOUND) {
			assert_string_equal(b->log, "service: refused: reading the configuration "
					    "of user daemon (uid 1) needs FAX_CONFIG_QUERY "
					    "client=unix pid 77");
			assert_int_equal(b->lines, i + 1);
		}
	}
	assert_int_equal(b->lines, FX_LOG_BOUND);
	rig_run(&b->r, 200); /* the number of the others is told, asked or not */
	assert_int_equal(b->lines, FX_LOG_BOUND + 1);
	assert_non_null(strstr(b->log, "9980 more calls of user daemon (uid 1)"));
	assert_int_equal(fx_service_config(b->s, &b->daemon, &c), FX_EACCES);
	assert_int_equal(b->lines, FX_LOG_BOUND + 2);
	b->lines = 0;
	for (unsigned i = 0; i < 100; i++) { /* users that nobody knows share a bound */
		fx_service_login(b->s, 70000 + i, 0, 1, on_stranger, b);
		rig_settle(&b->r);
		assert_int_equal(b->got.err, FX_EACCES);
		b->got.err = 0;
	}
	assert_int_equal(b->lines, FX_LOG_BOUND);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		T(file_and_store),
		T(grant_and_revoke),
		T(who_may_change_it),
		T(shown_with_the_reason),
		T(nothing_survives_on_an_open_connection),
		T(kept_over_a_restart),
		T(none_is_nothing_at_all),
		T(nobody_fills_the_log),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
