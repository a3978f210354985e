/* SPDX-License-Identifier: Apache-2.0 */
#include "core/report.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "tests/support/support.h"

static int job_up(struct fx_job *j)
{
	fx_job_init(j);
	j->id = 77;
	j->client_id = 5;
	j->type = FX_JT_SEND;
	j->report_type = FX_REPORT_EMAIL;
	j->pages = 3;
	j->confirmed = 1;
	j->ended_at = 1767225600;
	(void)fx_strlcpy(j->remote_id, "+49 30 1", sizeof(j->remote_id));
	j->number = fx_strdup("0301");
	j->recipient_name = fx_strdup("Zoe\nBcc: x");
	j->report_address = fx_strdup("clerk@example.org");
	j->words = fx_strdup("Nobody answers.");
	return j->number && j->recipient_name && j->report_address && j->words ? 0 : FX_ENOMEM;
}

static void who_wants_one(void **state)
{
	struct fx_job j;

	(void)state;
	if (job_up(&j) == 0) {
		assert_true(fx_report_wanted(&j));
		j.report_type = 2;
		assert_false(fx_report_wanted(&j));
		j.report_type = FX_REPORT_EMAIL;
		j.type = FX_JT_BROADCAST;
		assert_false(fx_report_wanted(&j));
		j.type = FX_JT_SEND;
		j.report_address[0] = '\0';
		assert_false(fx_report_wanted(&j));
	}
	fx_job_fini(&j);
}

static void what_it_says(void **state)
{
	struct fx_report r;
	struct fx_job j;

	(void)state;
	if (job_up(&j) == 0 && fx_report_of_job(&j, false, "2026-01-01", &r) == 0) {
		assert_string_equal(r.address, "clerk@example.org");
		assert_string_equal(r.subject, "Fax to Zoe?Bcc: x not sent");
		assert_non_null(strstr(r.text, "Zoe?Bcc: x\n"));
		assert_non_null(strstr(r.text, "1 of 3\n"));
		assert_non_null(strstr(r.text, "Nobody answers.\n"));
		assert_null(strstr(r.text, "+49"));
		fx_report_fini(&r);
	}
	if (j.recipient_name && fx_str_replace(&j.recipient_name, NULL) == 0 &&
	    j.words && fx_report_of_job(&j, true, "2026-01-01", &r) == 0) {
		assert_string_equal(r.subject, "Fax to 0301 sent");
		assert_non_null(strstr(r.text, "3 of 3\n"));
		assert_non_null(strstr(r.text, "+49 30 1\n"));
		assert_null(strstr(r.text, "Nobody"));
		fx_report_fini(&r);
	}
	fx_job_fini(&j);
}

static void kept_as_text(void **state)
{
	struct fx_report r = {.job_id = UINT64_MAX, .ended_at = -5, .tries = 3, .next_at = 99}, got;
	fx_auto char *text = NULL;
	char a[FX_REPORT_KEY_SIZE], b[FX_REPORT_KEY_SIZE];

	(void)state;
	r.address = fx_strdup("a@b");
	r.subject = fx_strdup("");
	r.text = fx_strdup("one\ntwo\n");
	text = r.address && r.subject && r.text ? fx_report_write(&r) : NULL;
	if (text && fx_report_read(text, &got) == 0) {
		assert_true(got.job_id == UINT64_MAX && got.ended_at == -5);
		assert_true(got.tries == 3 && got.next_at == 99);
		assert_string_equal(got.address, "a@b");
		assert_string_equal(got.subject, "");
		assert_string_equal(got.text, "one\ntwo\n");
		fx_report_fini(&got);
	}
	fx_report_fini(&r);
	fx_report_key(9, a);
	fx_report_key(10, b);
	assert_true(strcmp(a, b) < 0);
	fx_report_key(UINT64_MAX, b);
	assert_true(strcmp(a, b) < 0);
}

static void what_is_no_report(void **state)
{
	static const char *const bad[] = {"", "\n", "1 2 3 4 5", "1 2 3 4 5\n", "1 2 3 4 5\na\n",
					  "2 2 3 4 5\na\nb\nc", "1 2 3 4 5x\na\nb\nc",
					  "1 x 3 4 5\na\nb\nc"};
	struct fx_report r = {.tries = 7};

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(bad); i++) {
		int err = fx_report_read(bad[i], &r);

		assert_true(err == FX_ECORRUPT || err == FX_ENOMEM);
		assert_int_equal(r.tries, 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_wants_one),
		cmocka_unit_test(what_it_says),
		cmocka_unit_test(kept_as_text),
		cmocka_unit_test(what_is_no_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
