/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/support.h"

#include <caselli.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cli/json.h"

static char *printed(struct fx_json *j)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	fx_json_print(j, f, true);
	assert_int_equal(fclose(f), 0);
	return text;
}

static void has(const char *json, const char *part)
{
	if (!strstr(json, part)) {
		fail_msg("%s is not in %s", part, json);
	}
}

static void a_status_has_all_its_members(void **state)
{
	CASELLI_PORT_STATUS s = {.DeviceId = 2,
				 .Status = FPS_SENDING,
				 .Name = "loop 2",
				 .Active = TRUE,
				 .Id = UINT64_C(1) << 40,
				 .Page = 1,
				 .PagesTotal = 2,
				 .Resolution = 196,
				 .RemoteId = "bad \xff id",
				 .ElapsedMs = 34000,
				 .StartedAt = 1795353600};
	char *text;

	(void)state;
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	tzset();
	text = printed(fx_json_of(fx_fields_status, &s));
	has(text, "\"port\":2");
	has(text, "\"state\":\"Sending\"");
	has(text, "\"state_code\":536870914");
	has(text, "\"active\":true");
	has(text, "\"job_id\":1099511627776");
	has(text, "\"resolution\":\"fine\"");
	has(text, "\"remote_id\":\"bad \xef\xbf\xbd id\"");
	has(text, "\"started_at\":\"2026-11-22T13:20:00+00:00\"");
	has(text, "\"submitted_at\":null");
	has(text, "\"elapsed_ms\":34000");
	has(text, "\"caller_id\":\"\"");
	free(text);
}

static void lists_keep_their_order(void **state)
{
	CASELLI_HEALTH h[] = {{"disk", 0, "fine"}, {"store", 2, "gone"}};
	char *text = printed(fx_json_of_all(fx_fields_health, h, 2, sizeof(h[0])));

	(void)state;
	assert_string_equal(text,
			    "[{\"check\":\"disk\",\"level\":\"good\",\"text\":\"fine\"},"
			    "{\"check\":\"store\",\"level\":\"broken\",\"text\":\"gone\"}]\n");
	free(text);
	text = printed(fx_json_of_all(fx_fields_job, NULL, 0, sizeof(CASELLI_JOB)));
	assert_string_equal(text, "[]\n");
	free(text);
}

static void numbers_of_the_api_have_words(void **state)
{
	(void)state;
	assert_string_equal(fx_word_fps(FPS_NO_ANSWER), "No answer");
	assert_string_equal(fx_word_fps(0), "");
	assert_string_equal(fx_word_fps(12345), "Unknown");
	assert_string_equal(fx_word_queue_status(JS_PENDING), "pending");
	assert_string_equal(fx_word_queue_status(JS_PAUSED | JS_RETRYING), "paused");
	assert_string_equal(fx_word_queue_status(JS_DELETING | JS_INPROGRESS), "deleting");
	assert_string_equal(fx_word_job_type(JT_RECEIVE), "receive");
	assert_string_equal(fx_word_job_type(99), "unknown");
	assert_string_equal(fx_word_resolution(0), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_status_has_all_its_members),
		cmocka_unit_test(lists_keep_their_order),
		cmocka_unit_test(numbers_of_the_api_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
