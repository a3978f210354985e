/* SPDX-License-Identifier: Apache-2.0 */
/* Broadcasts over the wire: opnum 27 with many recipients, and our own operations. */
#include "rig.h"

#include <stdlib.h>

static const struct fx_ms_profile from = {.name = {.u8 = "Ada"}};
static const struct fx_ms_job_param param = {.priority = 1, .document_name = {.u8 = "to many"}};

static uint32_t send_many(struct fx_client *c, uint32_t n, uint32_t *job, uint64_t *id,
			  uint64_t *ids)
{
	struct fx_ms_profile *to = calloc(n ? n : 1, sizeof(*to));
	char (*numbers)[16] = calloc(n ? n : 1, 16);
	struct fx_client_send send = {.file_name = "00.tif", .sender = &from, .recipients = to,
		.n_recipients = n, .param = &param, .form = FX_TEXT_UTF8};
	uint32_t code;

	for (uint32_t i = 0; i < n; i++) {
		(void)snprintf(numbers[i], 16, "1%03u", i);
		to[i].fax_number.u8 = numbers[i];
	}
	code = fx_client_send_document(c, &send, job, id, ids);
	free(to);
	free(numbers);
	return code;
}

static void test_send_to_many(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_job_entry *jobs = NULL, *one = NULL;
	struct fx_ms_job_entry_ex *ex = NULL;
	uint32_t job = 0, n = 0;
	uint64_t id = 0, ids[20] = {0};

	assert_int_equal(send_many(c, 0, &job, &id, ids), FX_W_INVALID_PARAMETER);
	assert_int_equal(send_many(c, 20, &job, &id, ids), 0);
	assert_int_equal(job, 1); /* the broadcast's, as the id is */
	assert_int_equal(id, 1000);
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(ids[i], 1001 + i); /* in order of recipients */
	}
	/* ms-fax.md 9.4: the parent is not there for winfax.h, by its bit for the later API */
	assert_int_equal(fx_client_enum_jobs(c, FX_TEXT_UTF8, &jobs, &n), 0);
	assert_int_equal(n, 20);
	assert_string_equal(jobs[19].recipient_number.u8, "1019");
	(void)fx_free(jobs);
	assert_int_equal(fx_client_get_job(c, job, FX_TEXT_UTF8, &one), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_enum_jobs_ex(c, 2, FX_TEXT_UTF8, &ex, &n), 0);
	assert_int_equal(n, 20);
	assert_int_equal(ex[0].broadcast_id, id);
	assert_int_equal(ex[0].valid & 0x100000, 0x100000);
	(void)fx_free(ex);
	assert_int_equal(fx_client_enum_jobs_ex(c, 0x20, FX_TEXT_UTF8, &ex, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(ex[0].message_id, id);
	assert_int_equal(ex[0].broadcast_id, 0);
	(void)fx_free(ex);
	fx_client_unref(c);
}

/* A recipient as full as an address book has it. */
static struct fx_ms_profile full_profile(const char *number)
{
	return (struct fx_ms_profile){
		.name = {.u8 = "Dott.ssa Maria Francesca Bianchi-Colonna"},
		.fax_number = {.u8 = number},
		.company = {.u8 = "Officine Meccaniche Fratelli Rossi & C. S.p.A."},
		.street = {.u8 = "Via Alessandro Manzoni 12/B, scala C"},
		.city = {.u8 = "San Benedetto del Tronto"}, .state = {.u8 = "Ascoli Piceno"},
		.zip = {.u8 = "63074"}, .country = {.u8 = "Italia"},
		.title = {.u8 = "Responsabile Ufficio Acquisti"},
		.department = {.u8 = "Ufficio Acquisti e Logistica"},
		.office_location = {.u8 = "Palazzina 3, secondo piano"},
		.home_phone = {.u8 = "+39 0735 123 4567"},
		.office_phone = {.u8 = "+39 0735 765 4321"},
		.email = {.u8 = "maria.francesca.bianchi@officine-rossi.example"}};
}

/* The most that GetRecipientsLimit allows, each with all there is to say, in one request. */
static void test_longest_list(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_profile *to = calloc(FX_MS_RECIPIENTS_MAX + 1, sizeof(*to));
	char (*numbers)[24] = calloc(FX_MS_RECIPIENTS_MAX, sizeof(*numbers));
	uint64_t id = 0, *ids = calloc(FX_MS_RECIPIENTS_MAX, sizeof(*ids));
	struct fx_client_send send = {.file_name = "00.tif", .sender = &from, .recipients = to,
		.n_recipients = FX_MS_RECIPIENTS_MAX, .param = &param, .form = FX_TEXT_UTF8};
	uint32_t job = 0, limit = 0;

	assert_int_equal(fx_client_get_recipients_limit(c, &limit), 0);
	assert_int_equal(limit, FX_MS_RECIPIENTS_MAX);
	for (uint32_t i = 0; i < FX_MS_RECIPIENTS_MAX; i++) {
		(void)snprintf(numbers[i], sizeof(numbers[i]), "+39 0735 %07u", i);
		to[i] = full_profile(numbers[i]);
	}
	assert_int_equal(fx_client_send_document(c, &send, &job, &id, ids), 0);
	assert_int_equal(ids[FX_MS_RECIPIENTS_MAX - 1], id + FX_MS_RECIPIENTS_MAX);
	free(to);
	free(numbers);
	free(ids);
	fx_client_unref(c);
}

/* Longer than any request may be: an error, and the connection goes on. */
static void test_too_long(void **state)
{
	struct fx_client *c = rig_client(*state);
	char *note = fx_zalloc(20001);
	struct fx_ms_coverpage cover = {.file_name = {.u8 = "generic"}, .server_based = 1,
					.note = {.u8 = note}};
	struct fx_ms_profile to = {.fax_number = {.u8 = "100"}};
	struct fx_client_recipient v[FX_CLIENT_BROADCAST_MAX];
	uint32_t parent = 0;

	memset(note, 'n', 20000);
	for (uint32_t i = 0; i < FX_CLIENT_BROADCAST_MAX; i++) {
		v[i] = (struct fx_client_recipient){.cover = &cover, .sender = &from,
						    .recipient = &to, .param = &param};
	}
	assert_int_equal(fx_client_broadcast_start(c, "00.tif", FX_TEXT_UTF8, "doc", &parent), 0);
	assert_int_equal(fx_client_broadcast_add(c, parent, FX_TEXT_UTF8, v,
						 FX_CLIENT_BROADCAST_MAX, NULL),
			 FX_W_NOT_ENOUGH_MEMORY);
	assert_int_equal(fx_client_broadcast_add(c, parent, FX_TEXT_UTF8, v, 50, NULL), 0);
	assert_int_equal(fx_client_broadcast_end(c, parent), 0);
	(void)fx_free(note);
	fx_client_unref(c);
}

/* A cover page and no document: one for each. */
static void test_covers_alone(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r);
	struct fx_ms_coverpage cover = {.file_name = {.u8 = "generic"}, .server_based = 1};
	struct fx_ms_profile to[2] = {{.fax_number = {.u8 = "100"}}, {.fax_number = {.u8 = "101"}}};
	struct fx_client_send send = {.cover = &cover, .sender = &from, .recipients = to,
		.n_recipients = 2, .param = &param, .form = FX_TEXT_UTF8};
	uint64_t id = 0, ids[2] = {0};
	uint32_t job = 0;

	assert_int_equal(fx_client_send_document(c, &send, &job, &id, ids), 0);
	assert_int_equal(ids[1], id + 2);
	send.cover = NULL;
	assert_int_equal(fx_client_send_document(c, &send, &job, &id, ids),
			 FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
}

static uint32_t add(struct fx_client *c, uint32_t parent, const char *number, uint32_t n,
		    uint32_t *ret)
{
	struct fx_ms_profile to = {.fax_number = {.u8 = number}};
	struct fx_client_recipient recipients[FX_CLIENT_BROADCAST_MAX + 1];

	for (uint32_t i = 0; i < n && i < FX_CLIENT_BROADCAST_MAX; i++) {
		recipients[i] = (struct fx_client_recipient){
			.sender = &from, .recipient = &to, .param = &param};
	}
	return fx_client_broadcast_add(c, parent, FX_TEXT_UTF8, recipients, n, ret);
}

static void test_built_up(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r);
	uint32_t parent = 0, jobs[3] = {0}, n = 0;
	struct fx_cs_job *page = NULL;
	uint64_t next = 9;

	assert_int_equal(fx_client_broadcast_start(c, "../x.tif", FX_TEXT_UTF8, "doc", &parent),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_broadcast_start(c, "00.tif", FX_TEXT_UTF8, "doc", &parent), 0);
	assert_int_equal(parent, 1);
	assert_string_equal(r->s->last_files, "00.tif");
	assert_int_equal(add(c, parent, "100", 0, jobs), FX_W_INVALID_PARAMETER);
	assert_int_equal(add(c, parent, "100", FX_CLIENT_BROADCAST_MAX + 1, jobs),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(add(c, parent, "", 2, jobs), FX_W_INVALID_PARAMETER);
	assert_int_equal(add(c, 77, "100", 2, jobs), FX_W_INVALID_PARAMETER);
	assert_int_equal(add(c, parent, "100", 3, jobs), 0);
	assert_int_equal(jobs[0], 2);
	assert_int_equal(jobs[2], 4);
	assert_int_equal(add(c, parent, "101", 1, NULL), 0);
	/* pages of the list: the parent says how many there are, each child whose it is */
	assert_int_equal(fx_client_jobs_page(c, 0, 2, FX_TEXT_UTF8, &page, &n, &next), 0);
	assert_int_equal(n, 2);
	assert_int_equal(page[0].type, 0x20);
	assert_int_equal(page[0].recipients, 4);
	assert_int_equal(page[1].parent, parent);
	assert_int_equal(next, page[1].id);
	(void)fx_free(page);
	assert_int_equal(fx_client_jobs_page(c, next, 10, FX_TEXT_UTF8, &page, &n, &next), 0);
	assert_int_equal(n, 3);
	assert_int_equal(next, 0);
	(void)fx_free(page);
	assert_int_equal(fx_client_jobs_page(c, 99999, 10, FX_TEXT_UTF8, &page, &n, &next), 0);
	assert_int_equal(n, 0);
	assert_int_equal(fx_client_jobs_page(c, 0, 0, FX_TEXT_UTF8, &page, &n, &next),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(r->s->broadcasts_ended, 0);
	assert_int_equal(fx_client_broadcast_end(c, parent), 0);
	assert_int_equal(r->s->broadcasts_ended, 1);
	assert_int_equal(fx_client_broadcast_end(c, parent), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_broadcast_cancel(c, jobs[0]), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_broadcast_cancel(c, parent), 0);
	fx_client_unref(c);
}

/* Whoever started one and goes away leaves it closed; another's cannot be ended. */
static void test_lost_connection(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r), *d = rig_client(r);
	uint32_t parent = 0, second = 0;

	assert_int_equal(fx_client_broadcast_start(c, "00.tif", FX_TEXT_UTF8, NULL, &parent), 0);
	assert_int_equal(fx_client_broadcast_start(c, "01.tif", FX_TEXT_UTF8, NULL, &second), 0);
	assert_int_equal(fx_client_broadcast_end(d, parent), FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
	rig_wait_connections(r, 1);
	assert_int_equal(r->s->broadcasts_ended, 2);
	assert_int_equal(r->s->last_ended, 1001);
	fx_client_unref(d);
}

static void no_submit(struct rig *r, void *arg)
{
	(void)arg;
	r->s->rights = FX_RIGHT_ALL & ~(unsigned)FX_RIGHT_JOB_SUBMIT;
}

static void test_missing_right(void **state)
{
	struct fx_client *c;
	uint32_t job = 0;
	uint64_t id, ids[2];

	rig_do(*state, no_submit, NULL);
	c = rig_client(*state);
	assert_int_equal(fx_client_broadcast_start(c, "00.tif", FX_TEXT_UTF8, NULL, &job),
			 FX_W_ACCESS_DENIED);
	assert_int_equal(add(c, 1, "100", 1, NULL), FX_W_ACCESS_DENIED);
	assert_int_equal(send_many(c, 2, &job, &id, ids), FX_W_ACCESS_DENIED);
	fx_client_unref(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(test_##name, rig_setup, rig_teardown)
		T(send_to_many),
		T(longest_list), T(too_long), T(covers_alone), T(built_up), T(lost_connection), T(missing_right)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
