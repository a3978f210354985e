/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/str.h"
#include "core/config.h"
#include "core/job.h"
#include "tests/support/support.h"

static void names(void **state)
{
	enum fx_resolution r;

	(void)state;
	for (unsigned i = 0; i < FX_JOB_STATE_COUNT; i++) {
		assert_int_equal(fx_job_state_from_str(fx_job_state_str((enum fx_job_state)i)), i);
	}
	assert_int_equal(fx_job_state_from_str("x"), FX_JOB_STATE_COUNT);
	for (unsigned i = 0; i < FX_PORT_STATE_COUNT; i++) {
		assert_string_not_equal(fx_port_state_str((enum fx_port_state)i), "unknown");
		assert_string_not_equal(fx_fps_text(fx_port_state_fps((enum fx_port_state)i)),
					"Unknown");
	}
	assert_string_equal(fx_fps_text(0), "Unknown");
	assert_string_equal(fx_fps_text(0x20001000u), "Not a Fax Call");
	assert_string_equal(fx_coding_str(FX_CODING_MMR), "MMR");
	assert_string_equal(fx_transport_str(FX_TRANSPORT_T38), "T.38");
	assert_int_equal(fx_resolution_from_str("Fine", &r), 0);
	assert_int_equal(r, FX_RES_FINE);
	assert_int_equal(fx_resolution_from_str("coarse", &r), FX_EINVAL);
}

static void config_limits(void **state)
{
	struct fx_config c;
	struct fx_reason why = {0};

	(void)state;
	fx_config_defaults(&c);
	assert_int_equal(fx_config_check(&c, &why), 0);
	c.cheap_stop_hour = 24;
	assert_int_equal(fx_config_check(&c, &why), FX_EINVAL);
	assert_non_null(strstr(why.text, "24:00"));
	c.cheap_stop_hour = 23;
	c.cheap_start_minute = 60;
	assert_int_equal(fx_config_check(&c, &why), FX_EINVAL);
	c.cheap_start_minute = 59;
	c.dirty_days = FX_DIRTY_DAYS_NEVER;
	assert_int_equal(fx_config_check(&c, &why), 0);
	c.archive_directory = (char *)(uintptr_t)"relative";
	assert_int_equal(fx_config_check(&c, &why), FX_EINVAL);
	c.archive_directory = NULL;
	c.retries = 100000;
	assert_int_equal(fx_config_check(&c, &why), FX_EINVAL);
}

static int copy_all(void *arg)
{
	struct fx_message m = {.id = 1}, copy;
	struct fx_config c, c2;
	int err;

	(void)arg;
	fx_job_init(&m.job);
	m.job.number = (char *)(uintptr_t)"123";
	m.job.profile = (char *)(uintptr_t)"p";
	err = fx_message_copy(&copy, &m);
	if (err) {
		return err;
	}
	assert_string_equal(copy.job.number, "123");
	assert_null(copy.job.words);
	fx_message_fini(&copy);
	fx_config_defaults(&c);
	c.archive_directory = (char *)(uintptr_t)"/a";
	c.inbound_profile = (char *)(uintptr_t)"b";
	err = fx_config_copy(&c2, &c);
	if (err) {
		return err;
	}
	assert_string_equal(c2.archive_directory, "/a");
	fx_config_fini(&c2);
	return 0;
}

static void copies_survive_lack_of_memory(void **state)
{
	(void)state;
	fx_test_oom_sweep(copy_all, NULL);
}

static void only_changed_fields_are_merged(void **state)
{
	struct fx_config in_force, was, now;

	(void)state;
	fx_config_defaults(&in_force);
	fx_config_defaults(&was);
	fx_config_defaults(&now);
	in_force.retries = 9;
	in_force.cheap_stop_hour = 8;
	assert_int_equal(fx_str_replace(&in_force.inbound_profile, "profile"), 0);
	now.join_jobs = !was.join_jobs;
	now.cheap_start_hour = 20;
	assert_int_equal(fx_str_replace(&now.archive_directory, "/archive"), 0);
	assert_int_equal(fx_config_merge(&in_force, &was, &now), 0);
	assert_int_equal(in_force.retries, 9);
	assert_int_equal(in_force.cheap_stop_hour, 8);
	assert_string_equal(in_force.inbound_profile, "profile");
	assert_int_equal(in_force.join_jobs, now.join_jobs);
	assert_int_equal(in_force.cheap_start_hour, 20);
	assert_string_equal(in_force.archive_directory, "/archive");
	/* and a text that was taken away */
	assert_int_equal(fx_config_merge(&in_force, &now, &was), 0);
	assert_true(!in_force.archive_directory || !*in_force.archive_directory);
	fx_config_fini(&in_force);
	fx_config_fini(&was);
	fx_config_fini(&now);
}

static void kinds_of_changes(void **state)
{
	struct fx_config was, now;

	(void)state;
	fx_config_defaults(&was);
	fx_config_defaults(&now);
	assert_int_equal(fx_config_kinds(&was, &now), 0);
	now.retries++;
	assert_int_equal(fx_config_kinds(&was, &now),
			 1u << FX_CONFIG_OUTBOX | 1u << FX_CONFIG_GENERAL);
	now.retries--;
	assert_int_equal(fx_str_replace(&now.mail_password, "secret"), 0);
	assert_int_equal(fx_config_kinds(&was, &now), 1u << FX_CONFIG_RECEIPTS);
	now.log_incoming = true;
	assert_int_equal(fx_config_kinds(&was, &now),
			 1u << FX_CONFIG_RECEIPTS | 1u << FX_CONFIG_ACTIVITY);
	fx_config_fini(&now);
	/* every field that there is counts */
#define X(field)                                                                                   \
	fx_config_defaults(&now);                                                                  \
	now.field = !now.field;                                                                    \
	assert_int_not_equal(fx_config_kinds(&was, &now), 0);
	FX_CONFIG_PLAIN(X)
#undef X
#define X(field)                                                                                   \
	fx_config_defaults(&now);                                                                  \
	assert_int_equal(fx_str_replace(&now.field, "/x"), 0);                                     \
	assert_int_not_equal(fx_config_kinds(&was, &now), 0);                                      \
	fx_config_fini(&now);
	FX_CONFIG_TEXTS(X)
#undef X
}

static void mail_and_paths_are_checked(void **state)
{
	struct fx_config c;
	char path[FX_CONFIG_ACTIVITY_MAX + 3];

	(void)state;
	fx_config_defaults(&c);
	c.mail_set = c.mail_receipts = true;
	assert_int_equal(fx_config_check(&c, NULL), FX_EINVAL);
	assert_int_equal(fx_str_replace(&c.mail_server, "mail.example.org"), 0);
	assert_int_equal(fx_str_replace(&c.mail_from, "fax@example.org"), 0);
	assert_int_equal(fx_config_check(&c, NULL), FX_EINVAL); /* no port */
	c.mail_port = 25;
	assert_int_equal(fx_config_check(&c, NULL), 0);
	c.mail_auth = FX_MAIL_BASIC;
	assert_int_equal(fx_config_check(&c, NULL), FX_EINVAL); /* no user */
	assert_int_equal(fx_str_replace(&c.mail_user, "fax"), 0);
	assert_int_equal(fx_config_check(&c, NULL), 0);
	c.mail_auth = FX_MAIL_AUTHS;
	assert_int_equal(fx_config_check(&c, NULL), FX_EINVAL);
	c.mail_auth = FX_MAIL_NTLM;
	assert_int_equal(fx_str_replace(&c.activity_dir, "relative"), 0);
	assert_int_equal(fx_config_check(&c, NULL), FX_EINVAL);
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(fx_str_replace(&c.activity_dir, path), 0);
	assert_int_equal(fx_config_check(&c, NULL), FX_EOVERFLOW);
	fx_config_fini(&c);
	fx_config_defaults(&c);
	c.quota_warning = true;
	c.quota_low_mb = 2;
	c.quota_high_mb = 1;
	assert_int_equal(fx_config_check(&c, NULL), FX_EINVAL);
	c.quota_high_mb = 2;
	assert_int_equal(fx_config_check(&c, NULL), 0);
	fx_config_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(kinds_of_changes),
		cmocka_unit_test(mail_and_paths_are_checked),
		cmocka_unit_test(config_limits),
		cmocka_unit_test(only_changed_fields_are_merged),
		cmocka_unit_test(copies_survive_lack_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
