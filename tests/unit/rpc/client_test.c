/* SPDX-License-Identifier: Apache-2.0 */
/* Client and server against each other: every typed call. */
#include "rig.h"

#include <stdlib.h>
#include <unistd.h>

#include "rpc/iface/assoc.h"

static void mails_reports(struct rig *r, void *arg)
{
	r->s->offers_reports = arg != NULL;
}

static void only_common_covers(struct rig *r, void *arg)
{
	(void)arg;
	r->s->config.server_cover = true;
}

static void test_connection(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_version v;
	struct fx_ctx h;
	uint32_t api = 0, share = 1, n = 9;

	assert_int_equal(fx_client_connect_server(c, FX_MS_API_3, &api, &h), 0);
	assert_int_equal(api, FX_MS_API_3);
	assert_int_equal(fx_client_get_version(c, &v), 0);
	assert_int_equal(v.valid, 1);
	assert_int_equal(v.size, 20);
	assert_int_equal(fx_client_get_recipients_limit(c, &n), 0);
	assert_int_equal(n, 10000);
	assert_int_equal(fx_client_get_sku(c, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(fx_client_get_receipts_options(c, &n), 0);
	assert_int_equal(n, 0);
	rig_do(*state, mails_reports, *state);
	assert_int_equal(fx_client_get_receipts_options(c, &n), 0);
	assert_int_equal(n, 1); /* DRT_EMAIL */
	assert_int_equal(fx_client_get_config_option(c, 2, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(fx_client_get_personal_cp(c, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(fx_client_get_config_option(c, 0, &n), 0);
	assert_int_equal(n, 1);
	rig_do(*state, only_common_covers, NULL);
	assert_int_equal(fx_client_get_personal_cp(c, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(fx_client_get_config_option(c, 0, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(fx_client_get_config_option(c, 3, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(fx_client_get_config_option(c, 4, &n), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_ref_count(c, &h, 2, &share), 0);
	assert_int_equal(share, 0);
	assert_int_equal(fx_client_ref_count(c, &h, 0, NULL), 0);
	assert_memory_equal(h.b, ((struct fx_ctx){{0}}).b, 20);
	assert_int_equal(fx_client_ref_count(c, &h, 0, NULL), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_ref_count(c, &h, 1, NULL), 0);
	fx_client_unref(c);
}

static void fewer_rights(struct rig *r, void *arg)
{
	r->s->rights = *(uint32_t *)arg;
}

static void test_rights(void **state)
{
	uint32_t rights = FX_RIGHT_JOB_SUBMIT | FX_RIGHT_PORT_QUERY, held = 0;
	struct fx_ms_configuration *config = NULL;
	struct fx_client *c;
	bool granted = false;

	rig_do(*state, fewer_rights, &rights);
	c = rig_client(*state);
	assert_int_equal(fx_client_access_check(c, FX_MS_SUBMIT_NORMAL, &granted, NULL), 0);
	assert_true(granted);
	assert_int_equal(fx_client_access_check(c, FX_MS_QUERY_CONFIG, &granted, NULL), 0);
	assert_false(granted);
	assert_int_equal(fx_client_access_check(c, 0, &granted, NULL), 0);
	assert_false(granted);
	assert_int_equal(fx_client_access_check_ex2(c, FX_MS_MAXIMUM_ALLOWED, &granted, &held), 0);
	assert_true(granted);
	assert_int_equal(held, 7);
	assert_int_equal(fx_client_get_configuration(c, FX_TEXT_UTF8, &config), FX_W_ACCESS_DENIED);
	assert_null(config);
	assert_int_equal(fx_client_set_queue(c, 0), FX_W_ACCESS_DENIED);
	fx_client_unref(c);
	/* the standard rights are the same bits in both sets; each alone */
	for (rights = 0x10000; rights <= 0x100000; rights <<= 1) {
		rig_do(*state, fewer_rights, &rights);
		c = rig_client(*state);
		for (uint32_t bit = 1; bit; bit <<= 1) {
			assert_int_equal(fx_client_access_check(c, bit, &granted, &held), 0);
			assert_int_equal(granted, bit == rights || bit == FX_MS_MAXIMUM_ALLOWED);
			assert_int_equal(held, granted ? rights : 0);
			assert_int_equal(fx_client_access_check_ex2(c, bit, &granted, NULL), 0);
			assert_int_equal(granted, bit == rights || bit == FX_MS_MAXIMUM_ALLOWED);
		}
		fx_client_unref(c);
	}
}

static void test_ports(void **state)
{
	struct fx_client *c = rig_client(*state), *d = rig_client(*state);
	struct fx_ms_port_info *ports = NULL, *one = NULL;
	struct fx_ms_port_info_ex *ex = NULL;
	struct fx_ms_device_status *st = NULL;
	struct fx_ctx h, q, other;
	uint32_t n = 0;

	assert_int_equal(fx_client_enum_ports(c, FX_TEXT_UTF8, &ports, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(ports[1].name.u8, "Line 2");
	assert_int_equal(ports[1].size, sizeof(*ports));
	assert_int_equal(ports[0].flags, 7);
	assert_int_equal(fx_client_enum_ports_ex(c, FX_TEXT_UTF8, &ex, &n), 0);
	assert_string_equal(ex[0].provider_name.u8, "loop");
	(void)fx_free(ex);
	assert_int_equal(fx_client_get_port_ex(c, 2, FX_TEXT_UTF8, &ex), 0);
	(void)fx_free(ex);
	assert_int_equal(fx_client_get_port_ex(c, 3, FX_TEXT_UTF8, &ex), FX_W_BAD_UNIT);
	assert_int_equal(fx_client_open_port(c, 3, 1, &h), FX_W_BAD_UNIT);
	assert_int_equal(fx_client_open_port(c, 1, FX_MS_PORT_MODIFY, &h), 0);
	/* one MODIFY holder, of any connection; any number that only query */
	assert_int_equal(fx_client_open_port(d, 1, FX_MS_PORT_MODIFY, &other), FX_W_INVALID_HANDLE);
	assert_int_equal(fx_client_open_port(d, 1, FX_MS_PORT_QUERY, &q), 0);
	assert_int_equal(fx_client_get_device_status(c, &h, FX_TEXT_UTF8, &st), 0);
	assert_int_equal(st->status, 0x20100000);
	assert_string_equal(st->csid.u8, "CS1");
	(void)fx_free(st);
	assert_int_equal(fx_client_get_device_status(d, &q, FX_TEXT_UTF16, &st), 0);
	assert_int_equal(st->device_name.w[0], 'L');
	(void)fx_free(st);
	/* the handle of another association */
	assert_int_equal(fx_client_get_device_status(d, &h, FX_TEXT_UTF8, &st),
			 FX_W_INVALID_HANDLE);
	assert_int_equal(fx_client_get_port(c, &h, FX_TEXT_UTF8, &one), 0);
	one->rings = 7;
	one->tsid.u8 = "New TSID";
	assert_int_equal(fx_client_set_port(c, &h, FX_TEXT_UTF8, one), 0);
	one->priority = 3;
	assert_int_equal(fx_client_set_port(c, &h, FX_TEXT_UTF8, one), FX_W_INVALID_PARAMETER);
	(void)fx_free(one);
	assert_int_equal(fx_client_get_port(d, &q, FX_TEXT_UTF8, &one), 0);
	assert_int_equal(one->rings, 7);
	assert_string_equal(one->tsid.u8, "New TSID");
	(void)fx_free(one);
	(void)fx_free(ports);
	/* the association ends: MODIFY is free again */
	fx_client_unref(c);
	rig_wait_connections(*state, 1);
	assert_int_equal(fx_client_open_port(d, 1, FX_MS_PORT_MODIFY, &other), 0);
	assert_int_equal(fx_client_close_port(d, &other), 0);
	assert_int_equal(fx_client_close_port(d, &other), FX_W_INVALID_HANDLE);
	fx_client_unref(d);
}

static void make_busy(struct rig *r, void *arg)
{
	struct fx_port_status *s = &r->s->status[0];

	s->active = true;
	s->fps = 0x20000002;
	s->call = (struct fx_call_status){.state = FX_PORT_SENDING, .sender = true, .page = 1,
		.pages_total = 2, .rate_bps = 14400, .ecm = true, .coding = FX_CODING_MMR,
		.transport = FX_TRANSPORT_T38, .remote_id = "FAR", .local_id = "NEAR",
		.elapsed_us = 5 * FX_SECOND};
	s->size_bytes = 1234;
	s->started_at = s->submitted_at = 1767225600;
	(void)snprintf(s->number, sizeof(s->number), "102");
	(void)snprintf(s->document_name, sizeof(s->document_name), "letter");
	(void)snprintf(s->user, sizeof(s->user), "ada");
}

static void test_logging(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_log_category *v = NULL, w[3] = {
		{.category = 2, .level = 1}, {.category = 4, .level = 3}, {.category = 2, .level = 0}};
	uint32_t n = 0;

	assert_int_equal(fx_client_set_logging(c, FX_TEXT_UTF8, w, 3), 0);
	assert_int_equal(fx_client_get_logging(c, FX_TEXT_UTF8, &v, &n), 0);
	assert_int_equal(n, 4);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(v[i].category, i + 1);
		assert_int_equal(v[i].level, i == 3 ? 3 : 0);
	}
	assert_string_equal(v[1].name.u8, "Outbound");
	/* what was read can be written back; nothing, and what there is not, cannot (7.1) */
	assert_int_equal(fx_client_set_logging(c, FX_TEXT_UTF8, v, n), 0);
	(void)fx_free(v);
	assert_int_equal(fx_client_set_logging(c, FX_TEXT_UTF8, w, 0), FX_W_INVALID_PARAMETER);
	w[0].category = 0;
	assert_int_equal(fx_client_set_logging(c, FX_TEXT_UTF8, w, 1), FX_W_INVALID_PARAMETER);
	w[0].category = 5;
	assert_int_equal(fx_client_set_logging(c, FX_TEXT_UTF8, w, 1), FX_W_INVALID_PARAMETER);
	w[0] = (struct fx_ms_log_category){.category = 1, .level = 4};
	assert_int_equal(fx_client_set_logging(c, FX_TEXT_UTF8, w, 1), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_broken(c), 0);
	fx_client_unref(c);
}

static void test_access(void **state)
{
	struct fx_client *c = rig_client(*state);
	uint32_t fewer = FX_RIGHTS_USER, n = 0;
	struct fx_cs_access *v = NULL;

	assert_int_equal(fx_client_access_set(c, 1, 1, "alice", "job_submit fax-job-query"), 0);
	assert_int_equal(fx_client_access_list(c, FX_TEXT_UTF8, &v, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].kind, 1);
	assert_int_equal(v[0].mask, 3);
	assert_int_equal(v[0].source, 2);
	assert_string_equal(v[0].name.u8, "alice");
	assert_string_equal(v[0].words.u8, "job_submit job_query");
	assert_string_equal(v[0].file_words.u8, "port_set");
	(void)fx_free(v);
	assert_int_equal(fx_client_access_show(c, NULL, FX_TEXT_UTF8, &v), 0);
	assert_int_equal(v->mask, FX_RIGHT_ALL);
	assert_string_equal(v->words.u8, "all");
	assert_string_equal(v->why.u8, "the test");
	(void)fx_free(v);
	assert_int_equal(fx_client_access_show(c, "nobody-here", FX_TEXT_UTF8, &v),
			 FX_W_FILE_NOT_FOUND);
	assert_int_equal(fx_client_access_set(c, 0, 0, NULL, NULL), 0);
	assert_int_equal(fx_client_access_set(c, 5, 0, NULL, NULL), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_access_set(c, 0, 3, NULL, NULL), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_access_set(c, 0, 1, "a", "wirte"), FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
	rig_do(*state, fewer_rights, &fewer);
	c = rig_client(*state);
	assert_int_equal(fx_client_access_set(c, 0, 1, "a", "wirte"), FX_W_ACCESS_DENIED);
	fx_client_unref(c);
}

static void test_status_of_a_call(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_device_status *st = NULL;
	struct fx_cs_port *p = NULL;
	struct fx_ctx h;
	uint32_t n = 0;

	rig_do(*state, make_busy, NULL);
	assert_int_equal(fx_client_open_port(c, 1, 1, &h), 0);
	assert_int_equal(fx_client_get_device_status(c, &h, FX_TEXT_UTF8, &st), 0);
	assert_int_equal(st->job_type, 1);
	assert_int_equal(st->current_page, 1);
	assert_int_equal(st->total_pages, 2);
	assert_string_equal(st->phone_number.u8, "102");
	assert_string_equal(st->csid.u8, "FAR");
	assert_string_equal(st->tsid.u8, "NEAR");
	assert_string_equal(st->user_name.u8, "ada");
	assert_null(st->caller_id.u8);
	assert_int_equal(fx_ms_filetime_to(st->start_time), 1767225600);
	(void)fx_free(st);
	assert_int_equal(fx_client_cs_port(c, 1, FX_TEXT_UTF8, &p), 0);
	assert_int_equal(p->rate_bps, 14400);
	assert_string_equal(p->transport.u8, fx_transport_str(FX_TRANSPORT_T38));
	assert_int_equal(p->elapsed_ms, 5000);
	(void)fx_free(p);
	assert_int_equal(fx_client_cs_ports(c, FX_TEXT_UTF8, &p, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(p[1].name.u8, "Line 2");
	(void)fx_free(p);
	fx_client_unref(c);
}

static uint32_t send_one(struct fx_client *c, const char *number, const char *name, uint32_t *job)
{
	struct fx_ms_profile from = {.name = {.u8 = "Ada"}}, to = {.fax_number = {.u8 = number}};
	struct fx_ms_job_param param = {.priority = 1, .document_name = {.u8 = "doc"}};
	struct fx_client_send send = {.file_name = name, .sender = &from, .recipients = &to,
		.n_recipients = 1, .param = &param, .form = FX_TEXT_UTF8};

	return fx_client_send_document(c, &send, job, NULL, NULL);
}

/* Every text of FAX_COVERPAGE_INFO_EX and of both profiles reaches the service. */
static void test_send_cover(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r);
	struct fx_ms_coverpage cover = {.format = 1, .file_name = {.u8 = "0123456789abcdef.cov"},
		.note = {.u8 = "first\nsecond"}, .subject = {.u8 = "Subj"}};
	struct fx_ms_profile from = {.name = {.u8 = "Ada"}, .city = {.u8 = "Paris"},
		.email = {.u8 = "a@b"}}, to = {.fax_number = {.u8 = "5"}, .zip = {.u8 = "20121"}};
	struct fx_ms_job_param param = {.priority = 1};
	struct fx_client_send send = {.file_name = "0123456789abcdef.tif", .sender = &from,
		.recipients = &to, .n_recipients = 1, .param = &param, .form = FX_TEXT_UTF8,
		.cover = &cover};
	uint32_t job = 0;

	assert_int_equal(fx_client_send_document(c, &send, &job, NULL, NULL), 0);
	assert_string_equal(r->s->last_cover, "0123456789abcdef.cov");
	assert_string_equal(r->s->last_note, "first\nsecond");
	assert_string_equal(r->s->last_profile,
			    "sender-name=Ada\nsender-city=Paris\nsender-email=a@b\n"
			    "recipient-fax=5\nrecipient-zip=20121\n");
	cover.server_based = 1;
	cover.file_name.u8 = "Generic.COV";
	send.file_name = NULL; /* a cover page alone */
	assert_int_equal(fx_client_send_document(c, &send, &job, NULL, NULL), 0);
	assert_string_equal(r->s->last_cover, "common:Generic.COV");
	assert_string_equal(r->s->last_files, "");
	/* names are the server's own: no folder leads out of them */
	cover.file_name.u8 = "../generic.cov";
	assert_int_equal(fx_client_send_document(c, &send, &job, NULL, NULL),
			 FX_W_INVALID_PARAMETER);
	cover.file_name.u8 = "\\\\server\\fax$\\generic.cov";
	assert_int_equal(fx_client_send_document(c, &send, &job, NULL, NULL),
			 FX_W_INVALID_PARAMETER);
	cover.file_name.u8 = NULL;
	assert_int_equal(fx_client_send_document(c, &send, &job, NULL, NULL),
			 FX_W_INVALID_PARAMETER); /* neither document nor cover page */
	fx_client_unref(c);
}

static void test_reports(void **state)
{
	static const struct {
		uint32_t type;
		const char *address;
		uint32_t without, with; /* a mail server */
	} rows[] = {
		{0, NULL, 0, 0},
		{1, "a@b", FX_W_UNSUPPORTED_TYPE, 0},
		{1, "nobody", FX_W_UNSUPPORTED_TYPE, FX_W_INVALID_PARAMETER},
		{1, NULL, FX_W_UNSUPPORTED_TYPE, FX_W_INVALID_PARAMETER},
		{2, "a@b", FX_W_UNSUPPORTED_TYPE, FX_W_UNSUPPORTED_TYPE},
		{4, "a@b", FX_W_UNSUPPORTED_TYPE, FX_W_UNSUPPORTED_TYPE},
		{8, NULL, 0, 0},
		{9, "a@b", FX_W_UNSUPPORTED_TYPE, FX_W_UNSUPPORTED_TYPE},
		{0x11, "a@b", FX_W_UNSUPPORTED_TYPE, FX_W_UNSUPPORTED_TYPE},
		{0x20, "a@b", FX_W_INVALID_PARAMETER, FX_W_INVALID_PARAMETER},
	};
	struct fx_client *c = rig_client(*state);
	struct fx_ms_coverpage cover = {.format = 1};
	struct fx_ms_profile from = {.name = {.u8 = "Ada"}}, to = {.fax_number = {.u8 = "5"}};
	struct fx_ms_job_param param = {.priority = 1};
	struct fx_client_send send = {.file_name = "0123456789abcdef.tif", .sender = &from,
		.recipients = &to, .n_recipients = 1, .param = &param, .form = FX_TEXT_UTF8,
		.cover = &cover};
	uint32_t job = 0;

	for (size_t i = 0; i < 2 * FX_ARRAY_LEN(rows); i++) {
		size_t k = i / 2;

		rig_do(*state, mails_reports, i % 2 ? *state : NULL);
		param.report_type = rows[k].type;
		param.report_address.u8 = rows[k].address;
		assert_int_equal(fx_client_send_document(c, &send, &job, NULL, NULL),
				 i % 2 ? rows[k].with : rows[k].without);
	}
	fx_client_unref(c);
}

static void test_covers(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_cs_cover *list = NULL;
	uint32_t n = 0, pages = 0;
	uint8_t *p = NULL;
	size_t size = 0;
	char *words = NULL;

	assert_int_equal(fx_client_covers(c, FX_TEXT_UTF8, &list, &n), 0);
	assert_int_equal(n, 1);
	assert_string_equal(list->name.u8, "generic");
	assert_string_equal(list->title.u8, "for every day");
	assert_int_equal(list->bytes, 100);
	(void)fx_free(list);
	assert_int_equal(fx_client_cover_view(c, "generic", true, FX_CLIENT_VIEW_PNG, 1, &p, &size,
					      &pages, &words), 0);
	assert_int_equal(size, 4);
	assert_memory_equal(p, "PAGE", 4);
	assert_int_equal(pages, 1);
	(void)fx_free(p);
	(void)fx_free(words);
	words = NULL;
	assert_int_equal(fx_client_cover_view(c, "bad", true, FX_CLIENT_VIEW_PDF, 0, &p, &size,
					      &pages, &words), FX_W_INVALID_DATA);
	assert_string_equal(words, "wrong in line 3");
	(void)fx_free(words);
	words = NULL;
	assert_int_equal(fx_client_cover_view(c, "nothing", true, FX_CLIENT_VIEW_PDF, 0, &p, &size,
					      &pages, &words), FX_W_FILE_NOT_FOUND);
	assert_int_equal(fx_client_cover_view(c, "generic", true, FX_CLIENT_VIEW_PNG, 0, &p, &size,
					      &pages, &words), FX_W_INVALID_PARAMETER);
	assert_null(words);
	assert_int_equal(fx_client_cover_put(c, "mine", "0123456789abcdef.cov"), 0);
	assert_int_equal(fx_client_cover_put(c, "yours", NULL), FX_W_FILE_NOT_FOUND);
	assert_int_equal(fx_client_cover_put(c, "mine", NULL), 0);
	fx_client_unref(c);
}

static void test_send(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r);
	struct fx_cs_send_options options = {.resolution = 391, .priority = 2, .quality = 1,
		.more_files = {.u8 = "00.pdf"}};
	struct fx_ctx copy;
	char name[256];
	uint8_t *big = malloc(100000);
	uint32_t job = 0;

	memset(big, 'x', 100000);
	assert_int_equal(fx_client_start_copy(c, ".exe", name, &copy), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_start_copy(c, ".tif", name, &copy), 0);
	assert_string_equal(name, "0123456789abcdef.tif");
	assert_int_equal(fx_client_write_file(c, &copy, big, 100000), 0);
	assert_int_equal(fx_client_end_copy(c, &copy), 0);
	assert_int_equal(fx_client_end_copy(c, &copy), FX_W_INVALID_HANDLE);
	assert_int_equal(r->s->uploaded_len, 100000);
	assert_memory_equal(r->s->uploaded, big, 100000);
	assert_int_equal(send_one(c, "", name, &job), FX_W_INVALID_PARAMETER);
	assert_int_equal(send_one(c, "102", "../x.tif", &job), FX_W_INVALID_PARAMETER);
	assert_int_equal(send_one(c, "102", name, &job), 0);
	assert_int_equal(job, 1);
	assert_string_equal(r->s->last_number, "102");
	assert_string_equal(r->s->last_files, name);
	assert_int_equal(fx_client_send_options(c, FX_TEXT_UTF8, &options), 0);
	assert_int_equal(send_one(c, "103", name, &job), 0);
	assert_string_equal(r->s->last_files, "0123456789abcdef.tif\n00.pdf");
	assert_int_equal(r->s->jobs[1].resolution, 391);
	assert_int_equal(r->s->jobs[1].priority, 2);
	assert_int_equal(send_one(c, "104", name, &job), 0);
	assert_int_equal(r->s->jobs[2].resolution, 196); /* options count once */
	options.quality = 9;
	assert_int_equal(fx_client_send_options(c, FX_TEXT_UTF8, &options), FX_W_INVALID_PARAMETER);
	/* an upload that is not ended dies with its association */
	assert_int_equal(fx_client_start_copy(c, ".tif", name, &copy), 0);
	fx_client_unref(c);
	rig_wait_connections(r, 0);
	assert_int_equal(r->s->uploads_aborted, 1);
	assert_int_equal(r->s->uploads_open, 0);
	free(big);
}

static void add_jobs(struct rig *r, void *arg)
{
	uint32_t i;

	for (i = 0; i < 3; i++) {
		(void)fake_service_add_job(r->s, i ? "200" : "100");
	}
	r->s->jobs[1].state = FX_JOB_RETRYING;
	r->s->jobs[1].paused = true;
	r->s->jobs[2].state = FX_JOB_DELETING;
}

static void test_jobs(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r);
	struct fx_ms_job_entry *jobs = NULL;
	struct fx_ms_job_entry_ex *ex = NULL;
	struct fx_cs_job *cs = NULL;
	struct fx_cs_attempt *attempts = NULL;
	uint32_t n = 0, size = 0, w = 0, h = 0;
	uint8_t *page = NULL;
	uint64_t id = 0;
	bool message = true;
	char *log = NULL;

	rig_do(r, add_jobs, NULL);
	assert_int_equal(fx_client_enum_jobs(c, FX_TEXT_UTF8, &jobs, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(jobs[0].queue_status, FX_JS_PENDING);
	assert_int_equal(jobs[1].queue_status, FX_JS_RETRYING | FX_JS_PAUSED);
	assert_string_equal(jobs[1].recipient_number.u8, "200");
	(void)fx_free(jobs);
	assert_int_equal(fx_client_get_job(c, 1, FX_TEXT_UTF8, &jobs), 0);
	(void)fx_free(jobs);
	assert_int_equal(fx_client_get_job(c, 3, FX_TEXT_UTF8, &jobs), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_get_job(c, 77, FX_TEXT_UTF8, &jobs), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_enum_jobs_ex(c, FX_JTX_SEND, FX_TEXT_UTF8, &ex, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(ex[1].status->queue_status, FX_JSX_RETRYING | FX_JSX_PAUSED);
	assert_int_equal(ex[0].status->queue_status, FX_JSX_PENDING);
	assert_int_equal(ex[0].status->job_type, FX_JTX_SEND);
	id = ex[0].message_id;
	(void)fx_free(ex);
	assert_int_equal(fx_client_enum_jobs_ex(c, 0, FX_TEXT_UTF8, &ex, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(fx_client_enum_jobs_ex2(c, true, 0x3F, FX_TEXT_UTF8, &ex, &n), 0);
	assert_int_equal(n, 3);
	(void)fx_free(ex);
	assert_int_equal(fx_client_get_job_ex(c, id, FX_TEXT_UTF8, &ex), 0);
	(void)fx_free(ex);
	assert_int_equal(fx_client_get_job_ex2(c, id, FX_TEXT_UTF8, &ex), 0);
	(void)fx_free(ex);
	assert_int_equal(fx_client_get_job_ex(c, 5, FX_TEXT_UTF8, &ex), FX_W_FAX_MESSAGE_NOT_FOUND);
	assert_int_equal(fx_client_set_job(c, 1, 2), 0);
	assert_true(r->s->jobs[0].paused);
	assert_int_equal(fx_client_set_job(c, 1, 4), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_abort(c, 1), 0);
	assert_int_equal(fx_client_abort(c, 99), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_get_page_data(c, 2, &page, &size, &w, &h), 0);
	assert_int_equal(size, 8);
	assert_int_equal(w, 1728);
	(void)fx_free(page);
	assert_int_equal(fx_client_cs_jobs(c, FX_TEXT_UTF8, &cs, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(cs[1].state.u8, "retrying");
	(void)fx_free(cs);
	assert_int_equal(fx_client_resolve_job(c, 2, &id, &message), 0);
	assert_false(message);
	assert_int_equal(fx_client_cs_job(c, id, FX_TEXT_UTF8, &cs), 0);
	assert_string_equal(cs->to_number.u8, "200");
	(void)fx_free(cs);
	assert_int_equal(fx_client_attempts(c, id, FX_TEXT_UTF8, &attempts, &n), 0);
	assert_string_equal(attempts[0].outcome.u8, "busy");
	(void)fx_free(attempts);
	assert_int_equal(fx_client_call_log(c, id, 1, &log), 0);
	assert_int_equal(strlen(log), 20000 * 22);
	assert_memory_equal(log + 19999 * 22, "19999 line", 10);
	(void)fx_free(log);
	fx_client_unref(c);
}

static void test_config(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_configuration *config = NULL;
	struct fx_ms_outbox_config *outbox = NULL;
	struct fx_ms_general_config *general = NULL;
	struct fx_cs_extra_config extra;
	struct fx_ms_activity activity;
	uint32_t states = 9;

	assert_int_equal(fx_client_get_configuration(c, FX_TEXT_UTF8, &config), 0);
	assert_int_equal(config->retries, 3);
	config->retries = 5;
	config->start_cheap = (struct fx_ms_time){22, 30};
	config->archive_directory.u8 = "/srv/faxes \xc3\xa9";
	assert_int_equal(fx_client_set_configuration(c, FX_TEXT_UTF8, config), 0);
	config->start_cheap.hour = 24;
	assert_int_equal(fx_client_set_configuration(c, FX_TEXT_UTF8, config),
			 FX_W_INVALID_PARAMETER);
	(void)fx_free(config);
	assert_int_equal(fx_client_get_configuration(c, FX_TEXT_UTF8, &config), 0);
	assert_int_equal(config->retries, 5);
	assert_int_equal(config->start_cheap.minute, 30);
	assert_string_equal(config->archive_directory.u8, "/srv/faxes \xc3\xa9");
	(void)fx_free(config);
	assert_int_equal(fx_client_get_queue_states(c, &states), 0);
	assert_int_equal(states, 0);
	assert_int_equal(fx_client_set_queue(c, FX_MS_QUEUE_OUT_PAUSED), 0);
	assert_int_equal(fx_client_get_queue_states(c, &states), 0);
	assert_int_equal(states, FX_MS_QUEUE_OUT_PAUSED);
	assert_int_equal(fx_client_set_queue(c, 3), 0);
	assert_int_equal(fx_client_get_queue_states(c, &states), 0);
	assert_int_equal(states, FX_MS_QUEUE_IN_BLOCKED | FX_MS_QUEUE_OUT_BLOCKED);
	assert_int_equal(fx_client_set_queue(c, 8), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_get_outbox_configuration(c, &outbox), 0);
	assert_int_equal(outbox->retries, 5);
	(void)fx_free(outbox);
	assert_int_equal(fx_client_get_general_configuration(c, FX_TEXT_UTF8, &general), 0);
	assert_int_equal(general->queue_state, 3);
	(void)fx_free(general);
	assert_int_equal(fx_client_get_activity(c, &activity), FX_W_SUCCESS);
	assert_int_equal(fx_client_get_extra_config(c, &extra), 0);
	extra.join_jobs = !extra.join_jobs;
	assert_int_equal(fx_client_set_extra_config(c, &extra), 0);
	fx_client_unref(c);
}

/* One user may not take all descriptors of the service, over however many connections. */
static void test_documents_held_open(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r), *other = rig_client(r);
	struct fx_ctx h[FX_HOLD_MAX + 1];
	uint8_t *view = NULL;
	size_t size = 0;
	uint32_t i;

	for (i = 0; i < FX_HOLD_MAX; i++) {
		assert_int_equal(fx_client_start_copy_message(i & 1 ? c : other, 900, FX_MS_INBOX,
							      &h[i]), 0);
	}
	assert_int_not_equal(fx_client_start_copy_message(c, 900, FX_MS_INBOX, &h[i]), 0);
	assert_int_not_equal(fx_client_view(other, 900, FX_CLIENT_VIEW_PDF, 1, &view, &size, NULL),
			     0);
	assert_int_equal(fx_client_end_copy(c, &h[1]), 0);
	assert_int_equal(fx_client_view(other, 900, FX_CLIENT_VIEW_TIFF, 1, &view, &size, NULL), 0);
	(void)fx_free(view);
	(void)fx_client_unref(other); /* and a connection that ends gives all back */
	for (i = 0; i < FX_HOLD_MAX / 4; i++) {
		assert_int_equal(fx_client_start_copy_message(c, 900, FX_MS_INBOX, &h[i]), 0);
	}
	(void)fx_client_unref(c);
}

static void test_messages(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r);
	struct fx_ms_message *m = NULL;
	struct fx_cs_message *cs = NULL;
	uint8_t *view = NULL, piece[FX_MS_COPY_CHUNK];
	struct fx_ctx h;
	uint32_t n = 0, pages = 0;
	size_t size = 0, total = 0;

	assert_int_equal(fx_client_start_messages(c, FX_MS_SENT, &h), FX_W_NO_MORE_ITEMS);
	assert_int_equal(fx_client_start_messages(c, FX_MS_INBOX, &h), 0);
	assert_int_equal(fx_client_enum_messages(c, &h, 0, FX_TEXT_UTF8, &m, &n),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_enum_messages(c, &h, 5, FX_TEXT_UTF8, &m, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(m->message_id, 900);
	assert_string_equal(m->caller_id.u8, "+33 1 5555");
	(void)fx_free(m);
	assert_int_equal(fx_client_enum_messages(c, &h, 5, FX_TEXT_UTF8, &m, &n),
			 FX_W_NO_MORE_ITEMS);
	assert_int_equal(fx_client_end_messages(c, &h), 0);
	assert_int_equal(fx_client_start_messages_ex(c, FX_MS_INBOX, &h), 0);
	assert_int_equal(fx_client_enum_messages_ex(c, &h, 5, FX_TEXT_UTF8, &m, &n), 0);
	assert_int_equal(m->page_count, 3);
	(void)fx_free(m);
	assert_int_equal(fx_client_get_message(c, 900, FX_MS_SENT, FX_TEXT_UTF8, &m),
			 FX_W_FAX_MESSAGE_NOT_FOUND);
	assert_int_equal(fx_client_get_message(c, 900, FX_MS_INBOX, FX_TEXT_UTF8, &m), 0);
	(void)fx_free(m);
	assert_int_equal(fx_client_set_message_read(c, 900, FX_MS_INBOX, true), 0);
	assert_int_equal(fx_client_get_message_ex(c, 900, FX_MS_INBOX, FX_TEXT_UTF8, &m), 0);
	assert_int_equal(m->flags, 1);
	(void)fx_free(m);
	assert_int_equal(fx_client_start_copy_message(c, 900, FX_MS_INBOX, &h), 0);
	do {
		assert_int_equal(fx_client_read_file(c, &h, piece, sizeof(piece), &n), 0);
		total += n;
	} while (n);
	assert_int_equal(total, 40000);
	assert_int_equal(fx_client_end_copy(c, &h), 0);
	assert_int_equal(fx_client_view(c, 900, FX_CLIENT_VIEW_PDF, 1, &view, &size, &pages), 0);
	assert_int_equal(size, 9);
	assert_int_equal(pages, 3);
	(void)fx_free(view);
	assert_int_equal(fx_client_view(c, 900, FX_CLIENT_VIEW_TIFF, 1, &view, &size, NULL), 0);
	assert_int_equal(size, 40000);
	(void)fx_free(view);
	assert_int_equal(fx_client_view(c, 1, FX_CLIENT_VIEW_PNG, 1, &view, &size, NULL),
			 FX_W_FAX_MESSAGE_NOT_FOUND);
	assert_int_equal(fx_client_cs_messages(c, FX_MS_INBOX, 0, 10, FX_TEXT_UTF8, &cs, &n), 0);
	assert_int_equal(cs->job->pages, 3);
	(void)fx_free(cs);
	assert_int_equal(fx_client_cs_newest_messages(c, FX_MS_INBOX, 0, 10, FX_TEXT_UTF8, &cs, &n),
			 0);
	assert_int_equal(n, 1);
	assert_int_equal(cs->id, 900);
	(void)fx_free(cs);
	assert_int_equal(
		fx_client_cs_newest_messages(c, FX_MS_INBOX, 900, 10, FX_TEXT_UTF8, &cs, &n), 0);
	assert_int_equal(n, 0);
	(void)fx_free(cs);
	assert_int_equal(fx_client_cs_newest_messages(c, FX_MS_INBOX, 0, 0, FX_TEXT_UTF8, &cs, &n),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_cs_message(c, 900, FX_TEXT_UTF16, &cs), 0);
	(void)fx_free(cs);
	assert_int_equal(fx_client_remove_message(c, 900, FX_MS_INBOX), 0);
	assert_int_equal(fx_client_remove_message(c, 900, FX_MS_INBOX), FX_W_FAX_MESSAGE_NOT_FOUND);
	fx_client_unref(c);
}

static void job_event(struct rig *r, void *arg)
{
	fake_service_event(r->s, FX_EVENT_JOB, *(uint64_t *)arg);
}

struct waiter {
	struct rig *r;
	uint64_t since;
	uint32_t n, code;
	struct fx_cs_event event;
};

static void *wait_in_thread(void *arg)
{
	struct waiter *w = arg;
	struct fx_client *c = rig_client(w->r);
	struct fx_cs_event *e = NULL;
	bool lost;

	w->code = fx_client_wait(c, &w->since, 0, 0, 0, &e, &w->n, &lost);
	w->code |= fx_client_wait(c, &w->since, 0, 42, 9000, &e, &w->n, &lost);
	if (!w->code && w->n) {
		w->event = *e;
	}
	(void)fx_free(e);
	fx_client_unref(c);
	return NULL;
}

static void test_wait(void **state)
{
	struct waiter w = {.r = *state};
	uint64_t other = 41, wanted = 42;
	pthread_t t;
	int i;

	assert_int_equal(pthread_create(&t, NULL, wait_in_thread, &w), 0);
	rig_wait_connections(*state, 1);
	/* Until it waits, events pass by it; so they are repeated. Others do not wake it. */
	for (i = 0; i < 200 && rig_connections(*state); i++) {
		rig_do(*state, job_event, &other);
		rig_do(*state, job_event, &wanted);
	}
	(void)pthread_join(t, NULL);
	assert_int_equal(w.code, 0);
	assert_true(w.n >= 1);
	assert_int_equal(w.event.id, 42);
	assert_int_equal(w.event.kind, FX_CS_EVENT_JOB);
}

static void test_trace_and_health(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_cs_trace *list = NULL;
	struct fx_cs_trace_line *lines = NULL;
	struct fx_cs_health *health = NULL;
	struct fx_cs_info *info = NULL;
	uint64_t since = 0;
	uint32_t n = 0, lost = 0, sku;

	assert_int_equal(fx_client_info(c, FX_TEXT_UTF8, &info), 0);
	assert_int_equal(info->ports, 2);
	assert_int_equal(info->rights, FX_RIGHT_ALL);
	(void)fx_free(info);
	assert_int_equal(fx_client_trace_read(c, &since, 0, FX_TEXT_UTF8, &lines, &n, &lost), 0);
	assert_int_equal(n, 0);
	assert_int_equal(fx_client_trace_set(c, "nonsense", true), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_trace_set(c, "rpc", true), 0);
	assert_int_equal(fx_client_get_sku(c, &sku), 0);
	assert_int_equal(fx_client_trace_read(c, &since, 5000, FX_TEXT_UTF8, &lines, &n, &lost), 0);
	assert_true(n >= 1);
	assert_string_equal(lines[0].facility.u8, "rpc");
	(void)fx_free(lines);
	assert_int_equal(fx_client_trace_list(c, FX_TEXT_UTF8, &list, &n), 0);
	assert_true(n > 5);
	(void)fx_free(list);
	assert_int_equal(fx_client_trace_set(c, "rpc", false), 0);
	assert_int_equal(fx_client_health(c, FX_TEXT_UTF8, &health, &n), 0);
	assert_string_equal(health[0].name.u8, "disk");
	(void)fx_free(health);
	fx_client_unref(c);
}

/* 8 threads on one connection: each sees its own answers. */
static void *hammer(void *arg)
{
	struct fx_client *c = arg;
	uintptr_t bad = 0;
	int i;

	for (i = 0; i < 100; i++) {
		struct fx_ms_device_status *st = NULL;
		uint32_t id = 1 + (uint32_t)i % 2;
		struct fx_ctx h;

		bad += fx_client_open_port(c, id, 1, &h) != 0;
		bad += fx_client_get_device_status(c, &h, FX_TEXT_UTF8, &st) != 0;
		bad += !st || st->device_id != id;
		(void)fx_free(st);
		bad += fx_client_close_port(c, &h) != 0;
	}
	return (void *)bad;
}

static void test_threads(void **state)
{
	struct fx_client *c = rig_client(*state);
	pthread_t t[8];
	void *bad;
	int i;

	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_create(&t[i], NULL, hammer, c), 0);
	}
	for (i = 0; i < 8; i++) {
		(void)pthread_join(t[i], &bad);
		assert_null(bad);
	}
	fx_client_unref(c);
}

static void test_places(void **state)
{
	static const struct {
		const char *name, *host, *port;
	} remote[] = {
		{"FAXHOST", "FAXHOST", ""},
		{"\\\\FAXHOST", "FAXHOST", ""},
		{"\\\\FAXHOST\\Fax", "FAXHOST", ""},
		{"fax.example.org:4711", "fax.example.org", "4711"},
		{"[fe80::1]:99", "fe80::1", "99"},
		{"fe80::1", "fe80::1", ""},
		{"192.0.2.7", "192.0.2.7", ""},
	};
	static const char *const local[] = {NULL,
					    "",
					    ".",
					    "localhost",
					    "LOCALHOST",
					    "\\\\localhost",
					    "\\\\localhost\\Fax",
					    "127.0.0.1"};
	static const char *const bad[] = {"host:", "host:x", "[::1", ":5"};
	struct fx_client_place p;
	struct fx_client *c = NULL;
	char host[300];
	size_t i;

	(void)unsetenv("CASELLI_SERVER");
	(void)unsetenv("XDG_RUNTIME_DIR");
	for (i = 0; i < FX_ARRAY_LEN(remote); i++) {
		assert_int_equal(fx_client_resolve(remote[i].name, &p), 0);
		assert_true(p.remote);
		assert_string_equal(p.host, remote[i].host);
		assert_string_equal(p.port, remote[i].port);
	}
	for (i = 0; i < FX_ARRAY_LEN(local); i++) {
		assert_int_equal(fx_client_resolve(local[i], &p), 0);
		assert_false(p.remote);
		assert_string_equal(p.path, "/run/caselli/rpc");
	}
	for (i = 0; i < FX_ARRAY_LEN(bad); i++) {
		assert_int_equal(fx_client_resolve(bad[i], &p), FX_W_INVALID_NET_ADDR);
	}
	assert_int_equal(gethostname(host, 256), 0);
	assert_int_equal(fx_client_resolve(host, &p), 0);
	assert_false(p.remote);
	(void)setenv("CASELLI_SERVER", "/tmp/x/rpc", 1);
	assert_int_equal(fx_client_resolve("", &p), 0);
	assert_string_equal(p.path, "/tmp/x/rpc");
	(void)setenv("CASELLI_SERVER", "other:99", 1);
	assert_int_equal(fx_client_resolve(NULL, &p), 0);
	assert_true(p.remote);
	(void)unsetenv("CASELLI_SERVER");
	assert_int_equal(fx_client_connect("/nonexistent/rpc", 100, &c, NULL),
			 FX_W_SERVER_UNAVAILABLE);
}

/* An answer beyond what a connection may keep is an error of that call alone. */
static int setup_small(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	assert_non_null(r);
	r->prm.max_output_bytes = 4096;
	r->n_ports = 200;
	rig_start(r);
	*state = r;
	return 0;
}

static void test_answer_too_long(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_port_info *ports = NULL;
	struct fx_ms_version v = {0};
	uint32_t n = 0;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(fx_client_enum_ports(c, FX_TEXT_UTF8, &ports, &n),
				 FX_W_NOT_ENOUGH_MEMORY);
		assert_null(ports);
		assert_int_equal(fx_client_get_version(c, &v), 0);
	}
	assert_int_equal(rig_connections(*state), 1);
	fx_client_unref(c);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		T(test_connection), T(test_rights), T(test_ports), T(test_logging), T(test_access),
		T(test_status_of_a_call), T(test_send), T(test_send_cover), T(test_reports),
		T(test_covers), T(test_jobs), T(test_config), T(test_documents_held_open),
		T(test_messages), T(test_wait),
		T(test_trace_and_health), T(test_threads), cmocka_unit_test(test_places),
		cmocka_unit_test_setup_teardown(test_answer_too_long, setup_small, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
