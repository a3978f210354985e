/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of jobs by a queue that is longer than a list may be: a whole service, over the wire. */
#include <stdio.h>
#include <string.h>
#include "service/service.h"
#include "tests/e2e/config/scene.h"

#define BATCHES (FX_SERVICE_LIST_MAX / FX_CLIENT_BROADCAST_MAX)

static void paused(struct fx_ms_configuration *w)
{
	w->pause_queue = 1;
}

static void add(struct scene *s, uint32_t parent, uint32_t n, uint32_t *jobs)
{
	static const struct fx_ms_profile from = {.name = {.u8 = "Giovanni Caselli"}},
					  to = {.fax_number = {.u8 = "102"}};
	static const struct fx_ms_job_param param = {.priority = 1};
	struct fx_client_recipient v[FX_CLIENT_BROADCAST_MAX];

	for (uint32_t i = 0; i < n; i++) {
		v[i] = (struct fx_client_recipient){.sender = &from, .recipient = &to,
						    .param = &param};
	}
	assert_int_equal(fx_client_broadcast_add(s->c, parent, FX_TEXT_UTF8, v, n, jobs), 0);
}

/* The four ways to ask for all: each says the same. @param all jobs, the parent included */
static void expect_lists(struct scene *s, uint32_t code, uint32_t all)
{
	struct fx_ms_job_entry_ex *ex = NULL;
	struct fx_ms_job_entry *jobs = NULL;
	struct fx_cs_job *own = NULL;
	uint32_t n = 0;

	assert_int_equal(fx_client_enum_jobs(s->other, FX_TEXT_UTF8, &jobs, &n), code);
	assert_true(code || n == all - 1);
	(void)fx_free(jobs);
	assert_int_equal(fx_client_enum_jobs_ex(s->other, 0x22, FX_TEXT_UTF8, &ex, &n), code);
	assert_true(code || n == all);
	(void)fx_free(ex);
	ex = NULL;
	assert_int_equal(fx_client_enum_jobs_ex2(s->other, true, 0x20, FX_TEXT_UTF8, &ex, &n),
			 code);
	assert_true(code || n == 1);
	(void)fx_free(ex);
	assert_int_equal(fx_client_cs_jobs(s->other, FX_TEXT_UTF8, &own, &n), code);
	assert_true(code || n == all);
	(void)fx_free(own);
}

static uint32_t count_by_pages(struct scene *s)
{
	uint64_t next = 0;
	uint32_t total = 0;

	do {
		struct fx_cs_job *page = NULL;
		uint32_t n = 0;

		assert_int_equal(fx_client_jobs_page(s->other, next, 1000, FX_TEXT_UTF8, &page, &n,
						     &next), 0);
		(void)fx_free(page);
		total += n;
	} while (next);
	return total;
}

static void a_list_too_long(void **state)
{
	struct scene *s = *state;
	uint32_t parent = 0, last[FX_CLIENT_BROADCAST_MAX];
	char name[256];

	scene_start(s);
	assert_int_equal(scene_configure(s, paused), 0);
	scene_upload(s, ".txt", "To all.\n", name);
	assert_int_equal(fx_client_broadcast_start(s->c, name, FX_TEXT_UTF8, "to all", &parent),
			 0);
	for (uint32_t i = 0; i < BATCHES - 1; i++) {
		add(s, parent, FX_CLIENT_BROADCAST_MAX, last);
	}
	add(s, parent, FX_CLIENT_BROADCAST_MAX - 1, last);
	expect_lists(s, 0, FX_SERVICE_LIST_MAX); /* with the parent */
	add(s, parent, 1, last);
	expect_lists(s, FX_W_NOT_ENOUGH_MEMORY, 0);
	assert_int_equal(count_by_pages(s), FX_SERVICE_LIST_MAX + 1);
	/* one goes: the list is there again */
	assert_int_equal(fx_client_set_job(s->c, last[0], 1), 0);
	expect_lists(s, 0, FX_SERVICE_LIST_MAX);
	assert_int_equal(fx_client_broadcast_cancel(s->c, parent), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_list_too_long, scene_setup, scene_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
