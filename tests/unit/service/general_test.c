/* SPDX-License-Identifier: Apache-2.0 */
/* Age and size of the archive, the activity log, folders, data of extensions, the mail server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/str.h"
#include "core/route_rules.h"
#include "service/general.h"
#include "service/service_priv.h"
#include "tests/unit/service/over_rig.h"

#define DAY 86400
#define GUID "{5E0B3C52-6a57-4c44-9d57-52a2a0c5f0d1}"

struct bench {
	struct rig r; /* first */
	struct fx_service *s;
	struct fx_caller admin, clerk;
	unsigned warnings;
	struct answer got;
	uint8_t data[16];
	size_t n;
};

static void on_line(void *arg, enum fx_log_level level, int facility, const char *line)
{
	struct bench *b = arg;

	(void)facility;
	b->warnings += level == FX_LOG_WARN && strstr(line, "the archive takes ") != NULL;
}

static int setup(void **state)
{
	struct bench *b = fx_zalloc(sizeof(*b));
	struct fx_service_prm prm = {.own_uid = 10};

	rig_start(&b->r, "2");
	rig_settle(&b->r);
	b->s = service_over(&b->r, prm);
	b->admin = (struct fx_caller){.uid = 5, .user = "admin",
				      .rights = FX_RIGHT_CONFIG_QUERY | FX_RIGHT_CONFIG_SET};
	b->clerk = (struct fx_caller){.uid = 6, .user = "clerk", .rights = FX_RIGHT_JOB_SUBMIT};
	fx_log_set_level(FX_LOG_WARN);
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

static int wait_for(struct bench *b, int err)
{
	return answer_of(&b->r, &b->got, err);
}

static int take(void *arg, struct fx_config *c)
{
	fx_config_fini(c);
	return fx_config_copy(c, arg);
}

static int configure(struct bench *b, const struct fx_config *c)
{
	return wait_for(b, fx_service_change_config(b->s, &b->admin, take, (void *)(uintptr_t)c,
						    on_answer, &b->got, NULL));
}

static void old_messages_go(void **state)
{
	struct bench *b = *state;
	struct fx_config c;
	uint64_t size = 0;

	fx_config_defaults(&c);
	assert_int_not_equal(rig_send(&b->r, "200", 1), 0);
	rig_run(&b->r, 600);
	assert_int_equal(rig_messages(&b->r, FX_FOLDER_SENT), 1);
	rig_run(&b->r, 40 * DAY);
	assert_int_equal(rig_messages(&b->r, FX_FOLDER_SENT), 1); /* no limit, no end */
	assert_int_equal(fx_service_archive_size(b->s, &b->admin, &size), 0);
	assert_true(size > 0);
	assert_int_equal(fx_service_archive_size(b->s, &b->clerk, &size), FX_EACCES);
	assert_int_not_equal(rig_send(&b->r, "200", 1), 0);
	rig_run(&b->r, 600);
	assert_int_equal(rig_messages(&b->r, FX_FOLDER_SENT), 2);
	c.archive_age_days = 30;
	assert_int_equal(configure(b, &c), 0);
	rig_run(&b->r, 5);
	assert_int_equal(rig_messages(&b->r, FX_FOLDER_SENT), 1);
	assert_int_equal(rig_files(&b->r, FX_SPOOL_SENT), 1); /* its pages, too */
	rig_run(&b->r, 31 * DAY);
	assert_int_equal(rig_messages(&b->r, FX_FOLDER_SENT), 0);
	assert_int_equal(rig_files(&b->r, FX_SPOOL_SENT), 0);
	assert_int_equal(fx_service_archive_size(b->s, &b->admin, &size), 0);
	assert_int_equal(size, 0);
	fx_config_fini(&c);
}

/* A file that takes room on paper alone. */
static void grow(struct bench *b, off_t bytes)
{
	fx_auto char *cmd = fx_asprintf("truncate -s %lld %s/*.tif", (long long)bytes,
					fx_spool_path(b->r.spool, FX_SPOOL_SENT));

	assert_int_equal(system(cmd), 0);
	assert_int_equal(fx_service_refresh_archive(b->s, &b->admin), 0);
	rig_run(&b->r, 5);
}

static void quota_warns_once(void **state)
{
	struct bench *b = *state;
	struct fx_config c;
	uint64_t size;

	fx_config_defaults(&c);
	assert_int_not_equal(rig_send(&b->r, "200", 1), 0);
	rig_run(&b->r, 600);
	c.quota_warning = true;
	c.quota_high_mb = 10;
	c.quota_low_mb = 5;
	assert_int_equal(configure(b, &c), 0);
	rig_run(&b->r, 5);
	assert_int_equal(b->warnings, 0);
	grow(b, 11 << 20);
	assert_int_equal(b->warnings, 1);
	assert_int_equal(fx_service_archive_size(b->s, &b->admin, &size), 0);
	assert_int_equal(size, 11 << 20);
	grow(b, 7 << 20); /* between the marks */
	grow(b, 12 << 20);
	assert_int_equal(b->warnings, 1);
	grow(b, 4 << 20);
	grow(b, 12 << 20);
	assert_int_equal(b->warnings, 2);
	assert_int_equal(fx_service_refresh_archive(b->s, &b->clerk), FX_EACCES);
	fx_config_fini(&c);
}

static char *content(const char *path)
{
	static char text[8192];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[n] = '\0';
	if (f) {
		(void)fclose(f);
	}
	return text;
}

static void a_line_for_each_attempt(void **state)
{
	struct bench *b = *state;
	struct fx_job j;
	struct fx_attempt a = {.started_at = 1000, .ended_at = 1060, .port_name = "Line 1",
			       .number = "+39 06 1", .result = {.outcome = FX_OUTCOME_BUSY}};
	struct fx_config c;
	const char *dir = NULL;
	fx_auto char *out = NULL, *in = NULL;

	fx_job_init(&j);
	j.type = FX_JT_SEND;
	j.client_id = 7;
	j.tries = 1;
	j.subject = (char *)(uintptr_t)"a\tb\nc";
	assert_int_equal(fx_service_activity_dir(b->s, &b->admin, &dir), 0);
	out = fx_asprintf("%s/OutboxLOG.txt", dir);
	in = fx_asprintf("%s/InboxLOG.txt", dir);
	fx_service_on_attempt(b->s, &j, &a);
	rig_run(&b->r, 1);
	assert_int_not_equal(access(out, F_OK), 0); /* off */
	fx_config_defaults(&c);
	c.log_outgoing = c.log_incoming = true;
	assert_int_equal(configure(b, &c), 0);
	fx_service_on_attempt(b->s, &j, &a);
	rig_run(&b->r, 1);
	a.result.outcome = FX_OUTCOME_SUCCESS;
	a.result.pages_confirmed = 3;
	fx_service_on_attempt(b->s, &j, &a);
	rig_run(&b->r, 1);
	assert_true(fx_service_activity_idle(b->s));
	assert_int_equal(strncmp(content(out), "Start\tEnd\tStatus\t", 17), 0);
	assert_non_null(strstr(content(out), "\tbusy\t0\t+39 06 1\t"));
	assert_non_null(strstr(content(out), "\tsuccess\t3\t+39 06 1\t"));
	assert_non_null(strstr(content(out), "\ta b c\t"));
	assert_non_null(strstr(content(out), "\tLine 1\t2\t7\n"));
	assert_null(strstr(content(out) + 10, "Start\t")); /* one head */
	j.type = FX_JT_RECEIVE;
	(void)fx_strlcpy(j.caller_id, "555", sizeof(j.caller_id));
	fx_service_on_attempt(b->s, &j, &a);
	rig_run(&b->r, 1);
	assert_non_null(strstr(content(in), "\tsuccess\t3\t"));
	assert_non_null(strstr(content(in), "\t555\t"));
	/* a link is not followed */
	assert_int_equal(unlink(in), 0);
	assert_int_equal(symlink(out, in), 0);
	fx_service_on_attempt(b->s, &j, &a);
	rig_run(&b->r, 1);
	assert_null(strstr(content(out), "\t555\t"));
	fx_config_fini(&c);
}

static void folders_are_looked_at(void **state)
{
	struct bench *b = *state;
	char top[] = "/tmp/fxgeneralXXXXXX";
	fx_auto char *file = NULL, *below = NULL, *deep = NULL;

	assert_non_null(mkdtemp(top));
	file = fx_asprintf("%s/file", top);
	below = fx_asprintf("%s/missing", top);
	deep = fx_asprintf("%s/missing/more", top);
	assert_int_equal(fx_service_check_folder(b->s, &b->clerk, top), FX_EACCES);
	assert_int_equal(fx_service_check_folder(b->s, &b->admin, top), 0);
	assert_int_equal(fx_service_check_folder(b->s, &b->admin, below), FX_ENOENT);
	assert_int_equal(fx_service_check_folder(b->s, &b->admin, deep), FX_ENODEV);
	(void)fclose(fopen(file, "w"));
	assert_int_equal(fx_service_check_folder(b->s, &b->admin, file), FX_ENODEV);
	assert_int_equal(fx_service_check_folder(b->s, &b->admin, ""), FX_EINVAL);
	assert_int_equal(fx_service_check_folder(b->s, &b->admin, "tmp"), FX_EINVAL);
	assert_int_equal(fx_service_check_folder(b->s, &b->admin, "//host/share"), FX_EINVAL);
	assert_int_equal(fx_service_check_folder(b->s, &b->admin, "\\\\host\\share"), FX_EINVAL);
	assert_int_equal(fx_service_check_folder(b->s, &b->admin, "/tmp/../etc"), FX_EINVAL);
	assert_int_equal(fx_service_check_folder(b->s, &b->admin,
						 fx_spool_path(b->r.spool, FX_SPOOL_INBOX)),
			 FX_EBUSY);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(top), 0);
}

static void on_data(void *arg, int err, const uint8_t *p, size_t n)
{
	struct bench *b = arg;

	on_answer(&b->got, err, NULL);
	b->n = err ? 0 : n;
	assert_true(b->n <= sizeof(b->data));
	if (b->n) {
		memcpy(b->data, p, b->n);
	}
}

static void extension_data(void **state)
{
	static const uint8_t bytes[] = {0, 0x7f, 0xff};
	struct bench *b = *state;
	struct fx_caller c = b->admin;

	c.rights = FX_RIGHT_ALL;
	assert_int_equal(fx_service_set_ext_data(b->s, &b->clerk, 0, GUID, bytes, 3,
			on_answer, &b->got),
			 FX_EACCES);
	assert_int_equal(fx_service_set_ext_data(b->s, &c, 0, "x", bytes, 3, on_answer, &b->got),
			 FX_EINVAL);
	assert_int_equal(fx_service_set_ext_data(b->s, &c, 99, GUID, bytes, 3, on_answer, &b->got),
			 FX_ENODEV);
	assert_int_equal(fx_service_set_ext_data(b->s, &c, 0, GUID, bytes, FX_EXT_DATA_MAX + 1,
						 on_answer, &b->got), FX_ELIMIT);
	assert_int_equal(wait_for(b, fx_service_set_ext_data(b->s, &c, 0, GUID, bytes, 3, on_answer,
							     &b->got)), 0);
	assert_int_equal(wait_for(b, fx_service_ext_data(b->s, &c, 0, GUID, on_data, b)), 0);
	assert_int_equal(b->n, 3);
	assert_memory_equal(b->data, bytes, 3);
	assert_int_equal(wait_for(b, fx_service_ext_data(b->s, &c, 1, GUID, on_data, b)),
			 FX_ENOENT);
	assert_int_equal(wait_for(b, fx_service_set_ext_data(b->s, &c, 0, GUID, NULL, 0, on_answer,
							     &b->got)), 0);
	assert_int_equal(wait_for(b, fx_service_ext_data(b->s, &c, 0, GUID, on_data, b)),
			 FX_ENOENT);
}

static void the_mail_server_in_force(void **state)
{
	struct bench *b = *state;
	struct fx_route_settings s = {0};
	struct fx_receipts r;
	struct fx_config c;

	assert_int_equal(fx_service_receipts(b->s, &b->clerk, &r), FX_EACCES);
	assert_int_equal(fx_service_receipts(b->s, &b->admin, &r), 0);
	assert_true(r.from_file && !r.receipts && !r.server);
	assert_false(fx_service_offers_reports(b->s));
	fx_config_defaults(&c);
	c.mail_set = c.mail_receipts = true;
	c.mail_port = 2525;
	c.mail_auth = FX_MAIL_BASIC;
	assert_int_equal(fx_str_replace(&c.mail_server, "mail.example.org"), 0);
	assert_int_equal(fx_str_replace(&c.mail_from, "fax@example.org"), 0);
	assert_int_equal(fx_str_replace(&c.mail_user, "fax"), 0);
	assert_int_equal(configure(b, &c), 0);
	assert_true(fx_service_offers_reports(b->s));
	assert_int_equal(fx_service_receipts(b->s, &b->admin, &r), 0);
	assert_false(r.from_file);
	assert_string_equal(r.server, "mail.example.org");
	assert_int_equal(r.port, 2525);
	/* for reports, not for routing; the file's password is for the file's login alone */
	assert_int_equal(fx_route_settings_defaults(&s), 0);
	assert_int_equal(fx_str_replace(&s.mail_server, "other.example.org"), 0);
	assert_int_equal(fx_str_replace(&s.mail_user, "fax"), 0);
	assert_int_equal(fx_str_replace(&s.mail_password, "old"), 0);
	assert_int_equal(fx_route_settings_mail(&s, &c, false), 0);
	assert_string_equal(s.mail_server, "other.example.org");
	assert_int_equal(fx_route_settings_mail(&s, &c, true), 0);
	assert_string_equal(s.mail_server, "mail.example.org:2525");
	assert_string_equal(s.mail_user, "fax");
	assert_string_equal(s.mail_from, "fax@example.org");
	assert_string_equal(fx_text(s.mail_password), "");
	assert_false(s.mail_ntlm);
	assert_int_equal(fx_str_replace(&s.mail_password, "file"), 0);
	assert_int_equal(fx_route_settings_mail(&s, &c, true), 0); /* the same login now */
	assert_string_equal(fx_text(s.mail_password), "file");
	c.mail_auth = FX_MAIL_NTLM;
	assert_int_equal(fx_str_replace(&c.mail_password, "new"), 0);
	assert_int_equal(fx_route_settings_mail(&s, &c, true), 0);
	assert_string_equal(s.mail_password, "new");
	assert_true(s.mail_ntlm);
	c.mail_auth = FX_MAIL_ANONYMOUS;
	assert_int_equal(fx_route_settings_mail(&s, &c, true), 0);
	assert_string_equal(fx_text(s.mail_user), "");
	assert_string_equal(fx_text(s.mail_password), "");
	fx_route_settings_fini(&s);
	fx_config_fini(&c);
}

static void changes_say_their_kind(void **state)
{
	struct bench *b = *state;
	struct fx_event v[8];
	struct fx_event_query q = {.caller = &b->admin,
				   .kinds = 1u << FX_EVENT_CONFIG | 1u << FX_EVENT_QUEUE_STATE};
	uint64_t since = fx_event_log_next(fx_service_log(b->s));
	struct fx_config c;
	bool lost;

	fx_config_defaults(&c);
	c.log_incoming = true;
	assert_int_equal(configure(b, &c), 0);
	assert_int_equal(fx_event_log_read(fx_service_log(b->s), &q, &since, v, 8, &lost), 1);
	assert_int_equal(v[0].what, 1u << FX_CONFIG_ACTIVITY);
	c.pause_queue = true;
	assert_int_equal(configure(b, &c), 0);
	assert_int_equal(fx_event_log_read(fx_service_log(b->s), &q, &since, v, 8, &lost), 2);
	assert_int_equal(v[0].what, 1u << FX_CONFIG_GENERAL);
	assert_int_equal(v[1].kind, FX_EVENT_QUEUE_STATE);
	assert_int_equal(v[1].what, FX_QUEUE_OUT_PAUSED);
	fx_config_fini(&c);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(old_messages_go), T(quota_warns_once), T(a_line_for_each_attempt),
		T(folders_are_looked_at), T(extension_data), T(the_mail_server_in_force),
		T(changes_say_their_kind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
