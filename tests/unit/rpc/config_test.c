/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration and catalogues over the wire: opnums 0, 26, 30, 31, 34, 35, 38, 39, 41 to 44, 47,
 * 49, 50, 77, 82, 83, 86, 97, 98, and what a later client asks at connect; ours on both sides. */
#include "base/mem.h"
#include "base/str.h"
#include "clients/common/client_config.h"
#include "clients/common/client_priv.h"
#include "rig.h"

#define GUID "{5e0b3c52-6a57-4c44-9d57-52a2a0c5f0d1}"
#define IN(...) ((const struct fx_ms_val[FX_MS_PARAMS_MAX]){__VA_ARGS__})

static uint32_t ask(struct fx_client *c, uint32_t op, const struct fx_ms_val *in)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_FAX, op, in, FX_TEXT_UTF8, out);

	fx_client_end(c);
	return code;
}

static void test_printers(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_printer_info *p = NULL;
	uint32_t n = 0;

	assert_int_equal(fx_client_get_printers(c, FX_TEXT_UTF8, &p, &n), 0);
	assert_int_equal(n, 1);
	assert_string_equal(p->printer.u8, "lp");
	assert_string_equal(p->server.u8, "print.example.org");
	assert_string_equal(p->driver.u8, "Generic");
	(void)fx_free(p);
	fx_client_unref(c);
}

static void test_countries(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_country *v = NULL;
	uint32_t n = 0, i, found = 0;

	assert_int_equal(fx_client_get_countries(c, FX_TEXT_UTF8, &v, &n), 0);
	assert_true(n > 200);
	for (i = 0; i < n; i++) {
		assert_non_null(v[i].name.u8);
		assert_string_equal(v[i].long_distance_rule.u8, "");
		found += v[i].code == 39 && !strcmp(v[i].name.u8, "Italy");
	}
	assert_int_equal(found, 1);
	assert_int_equal(v[0].code, 1);
	(void)fx_free(v);
	assert_int_equal(fx_client_get_countries(c, FX_TEXT_UTF16, &v, &n), 0);
	assert_int_equal(v[0].name.w[0], 'U'); /* United States */
	(void)fx_free(v);
	fx_client_unref(c);
}

/* Two entries as the rules of ms-fax.md 4 have them, and back; then cut and bent. */
static void test_country_bytes(void **state)
{
	static const struct fx_ms_country in[] = {
		{.id = 1, .code = 1, .name = {.u8 = "AB"}, .long_distance_rule = {.u8 = ""}},
		{.id = 39, .code = 39, .name = {.u8 = "C"}},
	};
	static const uint8_t head[] = {2, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0};
	static const uint8_t second[] = {39, 0, 0, 0, 39, 0, 0, 0};
	struct fx_ms_country *out = NULL;
	struct fx_buf b = {0};
	size_t n = 0;

	(void)state;
	fx_ms_put_countries(&b, in, 2, FX_TEXT_UTF8);
	assert_int_equal(b.err, 0);
	assert_int_equal(b.len % 8, 0);
	assert_memory_equal(b.data, head, sizeof(head));
	assert_memory_equal(b.data + 24, second, sizeof(second));
	/* the first name from offset 40 of the whole buffer, the missing rule is 0 */
	assert_int_equal(b.data[16], 40);
	assert_memory_equal(b.data + 40, "A\0B\0\0", 6);
	assert_int_equal(b.data[36] | b.data[37] | b.data[38] | b.data[39], 0);
	assert_int_equal(fx_ms_get_countries(b.data, b.len, FX_TEXT_UTF8, (void **)&out, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(out[0].name.u8, "AB");
	assert_string_equal(out[1].name.u8, "C");
	assert_null(out[1].long_distance_rule.u8);
	(void)fx_free(out);
	for (size_t len = 0; len < 40; len++) {
		assert_int_not_equal(fx_ms_get_countries(b.data, len, FX_TEXT_UTF8,
							 (void **)&out, &n), 0);
	}
	for (size_t i = 0; i < 40; i++) {
		uint8_t was = b.data[i];

		b.data[i] = 0xff;
		if (!fx_ms_get_countries(b.data, b.len, FX_TEXT_UTF8, (void **)&out, &n)) {
			(void)fx_free(out); /* an id or a code: fine */
		}
		b.data[i] = was;
	}
	fx_buf_fini(&b);
}

static void add_job(struct rig *r, void *arg)
{
	struct fx_job *j;

	*(uint64_t *)arg = fake_service_add_job(r->s, "+39 06 1");
	j = &r->s->jobs[r->s->n_jobs - 1];
	assert_int_equal(fx_str_replace(&j->sender_name, "Giovanni"), 0);
	assert_int_equal(fx_str_replace(&j->billing_code, "B7"), 0);
	assert_int_equal(fx_str_replace(&j->profile, "recipient-name=Paris\n"
					"recipient-city=Paris\nsender-city=Siena\n"
					"sender-name=Caselli\nsender-email=g@example.org\n"), 0);
}

static void test_profile(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_profile *p = NULL;
	uint64_t id = 0;

	rig_do(*state, add_job, &id);
	assert_int_equal(fx_client_get_profile(c, id, FX_MS_QUEUE, 2, FX_TEXT_UTF8, &p), 0);
	assert_string_equal(p->name.u8, "Caselli");
	assert_string_equal(p->city.u8, "Siena");
	assert_string_equal(p->email.u8, "g@example.org");
	assert_string_equal(p->billing_code.u8, "B7");
	(void)fx_free(p);
	assert_int_equal(fx_client_get_profile(c, id, FX_MS_QUEUE, 1, FX_TEXT_UTF8, &p), 0);
	assert_string_equal(p->name.u8, "Paris");
	assert_string_equal(p->fax_number.u8, "+39 06 1"); /* of the job itself */
	assert_null(p->billing_code.u8);
	(void)fx_free(p);
	assert_int_equal(fx_client_get_profile(c, id, FX_MS_QUEUE, 3, FX_TEXT_UTF8, &p),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_get_profile(c, id, FX_MS_INBOX, 1, FX_TEXT_UTF8, &p),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_get_profile(c, 0, FX_MS_QUEUE, 1, FX_TEXT_UTF8, &p),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_get_profile(c, 900, FX_MS_SENT, 1, FX_TEXT_UTF8, &p),
			 FX_W_FAX_MESSAGE_NOT_FOUND); /* it is in the inbox */
	fx_client_unref(c);
}

static void check_password(struct rig *r, void *arg)
{
	assert_string_equal(fx_text(r->s->config.mail_password), (const char *)arg);
}

static void check_from_file(struct rig *r, void *arg)
{
	(void)arg;
	assert_false(r->s->config.mail_set);
}

static void test_receipts(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_receipts_config *got = NULL, w = {
		.allowed = FX_MS_DRT_EMAIL, .auth = FX_MAIL_BASIC, .port = 587, .for_routing = 1,
		.server = {.u8 = "mail.example.org"}, .from = {.u8 = "fax@example.org"},
		.user = {.u8 = "fax"}, .password = {.u8 = "secret"},
	};

	assert_int_equal(fx_client_set_receipts(c, FX_TEXT_UTF8, &w), 0);
	rig_do(*state, check_password, (void *)"secret");
	assert_int_equal(fx_client_get_receipts(c, FX_TEXT_UTF8, &got), 0);
	assert_int_equal(got->allowed, FX_MS_DRT_EMAIL);
	assert_int_equal(got->auth, FX_MAIL_BASIC);
	assert_int_equal(got->port, 587);
	assert_int_equal(got->for_routing, 1);
	assert_string_equal(got->server.u8, "mail.example.org");
	assert_string_equal(got->from.u8, "fax@example.org");
	assert_string_equal(got->user.u8, "fax");
	assert_null(got->password.u8);
	/* what was read goes back: the password stays */
	got->for_routing = 0;
	assert_int_equal(fx_client_set_receipts(c, FX_TEXT_UTF8, got), 0);
	rig_do(*state, check_password, (void *)"secret");
	/* but not for another server: who changes it shall not learn it */
	got->server.u8 = "mail.example.net";
	assert_int_equal(fx_client_set_receipts(c, FX_TEXT_UTF8, got), 0);
	rig_do(*state, check_password, (void *)"");
	(void)fx_free(got);
	w.allowed = FX_MS_DRT_EMAIL | FX_MS_DRT_MSGBOX;
	assert_int_equal(fx_client_set_receipts(c, FX_TEXT_UTF8, &w), FX_W_NOT_SUPPORTED);
	w.allowed = FX_MS_DRT_INBOX;
	assert_int_equal(fx_client_set_receipts(c, FX_TEXT_UTF8, &w), FX_W_INVALID_PARAMETER);
	w.allowed = FX_MS_DRT_EMAIL;
	w.server.u8 = "mail.example.org/x";
	assert_int_equal(fx_client_set_receipts(c, FX_TEXT_UTF8, &w), FX_W_INVALID_PARAMETER);
	w.server.u8 = "mail.example.org";
	w.from.u8 = "not an address";
	assert_int_equal(fx_client_set_receipts(c, FX_TEXT_UTF8, &w), FX_W_INVALID_PARAMETER);
	w.from.u8 = "fax@example.org";
	w.auth = 3;
	assert_int_equal(fx_client_set_receipts(c, FX_TEXT_UTF8, &w), FX_W_INVALID_PARAMETER);
	w.auth = FX_MAIL_ANONYMOUS;
	assert_int_equal(fx_client_set_receipts(c, FX_TEXT_UTF8, &w), 0);
	rig_do(*state, check_password, (void *)"");
	assert_int_equal(fx_client_set_receipts(c, FX_TEXT_UTF8,
						&(struct fx_ms_receipts_config){.port = 25}), 0);
	rig_do(*state, check_from_file, NULL);
	w.port = 65536;
	assert_int_equal(fx_client_set_receipts(c, FX_TEXT_UTF8, &w), FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
}

static void test_outbox(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_outbox_config *got = NULL, w = {
		.allow_personal_cp = 0, .use_device_tsid = 1, .retries = 7, .retry_delay = 3,
		.discount_start = {22, 30}, .discount_end = {6, 15}, .age_limit = 12,
	};
	struct fx_ms_configuration *old = NULL;

	assert_int_equal(fx_client_set_outbox_configuration(c, &w), 0);
	assert_int_equal(fx_client_get_outbox_configuration(c, &got), 0);
	assert_int_equal(got->size, sizeof(*got));
	got->size = 0;
	assert_memory_equal(got, &w, sizeof(w));
	(void)fx_free(got);
	assert_int_equal(fx_client_get_configuration(c, FX_TEXT_UTF8, &old), 0);
	assert_int_equal(old->server_cp, 1);
	assert_int_equal(old->dirty_days, 12);
	assert_int_equal(old->branding, 0);
	(void)fx_free(old);
	w.age_limit = 0;
	assert_int_equal(fx_client_set_outbox_configuration(c, &w), 0);
	assert_int_equal(fx_client_get_configuration(c, FX_TEXT_UTF8, &old), 0);
	assert_int_equal(old->dirty_days, UINT32_MAX);
	(void)fx_free(old);
	w.discount_end.hour = 24;
	assert_int_equal(fx_client_set_outbox_configuration(c, &w), FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
}

static void test_activity_log(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_activity_config *got = NULL, w = {.outgoing = 1, .path = {.u8 = "/good"}};
	char path[260];

	assert_int_equal(fx_client_get_activity_log(c, FX_TEXT_UTF8, &got), 0);
	assert_int_equal(got->incoming | got->outgoing, 0);
	assert_string_equal(got->path.u8, "/own");
	got->incoming = 1; /* back with the path that was told, though it is not there yet */
	assert_int_equal(fx_client_set_activity_log(c, FX_TEXT_UTF8, got), 0);
	(void)fx_free(got);
	assert_int_equal(fx_client_set_activity_log(c, FX_TEXT_UTF8, &w), 0);
	assert_int_equal(fx_client_get_activity_log(c, FX_TEXT_UTF8, &got), 0);
	assert_int_equal(got->incoming, 0);
	assert_int_equal(got->outgoing, 1);
	assert_string_equal(got->path.u8, "/good");
	(void)fx_free(got);
	w.path.u8 = "/closed";
	assert_int_equal(fx_client_set_activity_log(c, FX_TEXT_UTF8, &w),
			 FX_W_FAX_FILE_ACCESS_DENIED);
	w.path.u8 = "/missing";
	assert_int_equal(fx_client_set_activity_log(c, FX_TEXT_UTF8, &w), FX_W_INVALID_PARAMETER);
	w.path.u8 = NULL;
	assert_int_equal(fx_client_set_activity_log(c, FX_TEXT_UTF8, &w), FX_W_INVALID_PARAMETER);
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[249] = '\0';
	w.path.u8 = path;
	assert_int_equal(fx_client_set_activity_log(c, FX_TEXT_UTF8, &w), FX_W_BUFFER_OVERFLOW);
	fx_client_unref(c);
}

static void test_port_ex(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_port_info_ex *got = NULL, w = {
		.send = 0, .receive_mode = 1, .rings = 4, .csid = {.u8 = "+39 06 2"},
		.tsid = {.u8 = "+39 06 3"}, .description = {.u8 = "by the d\xc3\xb6" "or"},
	};
	char words[300];

	assert_int_equal(fx_client_set_port_ex(c, 2, FX_TEXT_UTF8, &w), 0);
	assert_int_equal(fx_client_get_port_ex(c, 2, FX_TEXT_UTF8, &got), 0);
	assert_int_equal(got->send, 0);
	assert_int_equal(got->receive_mode, 1);
	assert_int_equal(got->rings, 4);
	assert_string_equal(got->csid.u8, "+39 06 2");
	assert_string_equal(got->tsid.u8, "+39 06 3");
	assert_string_equal(got->description.u8, "by the d\xc3\xb6" "or");
	(void)fx_free(got);
	assert_int_equal(fx_client_set_port_ex(c, 0, FX_TEXT_UTF8, &w), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_set_port_ex(c, 9, FX_TEXT_UTF8, &w), FX_W_BAD_UNIT);
	w.receive_mode = 2; /* the line is virtual */
	assert_int_equal(fx_client_set_port_ex(c, 2, FX_TEXT_UTF8, &w), FX_W_INVALID_PARAMETER);
	w.receive_mode = 3;
	assert_int_equal(fx_client_set_port_ex(c, 2, FX_TEXT_UTF8, &w), FX_W_INVALID_PARAMETER);
	w.receive_mode = 0;
	memset(words, 'a', sizeof(words));
	words[FX_MS_STRING_LEN + 1] = '\0';
	w.description.u8 = words;
	assert_int_equal(fx_client_set_port_ex(c, 2, FX_TEXT_UTF8, &w), FX_W_BUFFER_OVERFLOW);
	words[FX_MS_STRING_LEN] = '\0';
	assert_int_equal(fx_client_set_port_ex(c, 2, FX_TEXT_UTF8, &w), 0);
	fx_client_unref(c);
}

static void test_ext_data(void **state)
{
	static const uint8_t bytes[] = {0, 1, 0xff, 0, 7};
	struct fx_client *c = rig_client(*state);
	uint8_t *got = NULL;
	uint32_t n = 0;

	assert_int_equal(fx_client_get_extension_data(c, 0, GUID, &got, &n), FX_W_FILE_NOT_FOUND);
	assert_int_equal(fx_client_set_extension_data(c, 0, GUID, bytes, sizeof(bytes)), 0);
	assert_int_equal(fx_client_get_extension_data(c, 0, GUID, &got, &n), 0);
	assert_int_equal(n, sizeof(bytes));
	assert_memory_equal(got, bytes, n);
	(void)fx_free(got);
	assert_int_equal(fx_client_set_extension_data(c, 0, GUID, NULL, 0), 0);
	assert_int_equal(fx_client_get_extension_data(c, 0, GUID, &got, &n), FX_W_FILE_NOT_FOUND);
	assert_int_equal(fx_client_set_extension_data(c, 0, "guid", bytes, 1),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_set_extension_data(c, 77, GUID, bytes, 1),
			 FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
}

static void test_folders(void **state)
{
	static const struct {
		const char *path;
		uint32_t code;
	} rows[] = {
		{"/good", 0}, {"/missing", FX_W_FILE_NOT_FOUND}, {"/no/way", FX_W_PATH_NOT_FOUND},
		{"/closed", FX_W_ACCESS_DENIED}, {"/ours", FX_W_FAX_DIRECTORY_IN_USE},
		{"relative", FX_W_INVALID_PARAMETER}, {"", FX_W_INVALID_PARAMETER},
		{"\\\\host\\share", FX_W_INVALID_PARAMETER},
	};
	struct fx_client *c = rig_client(*state);
	char path[FX_CONFIG_PATH_MAX + 2];

	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		assert_int_equal(fx_client_check_folder(c, (union fx_wtext){.u8 = rows[i].path},
							FX_TEXT_UTF8), rows[i].code);
	}
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(fx_client_check_folder(c, (union fx_wtext){.u8 = path}, FX_TEXT_UTF8),
			 FX_W_BUFFER_OVERFLOW);
	fx_client_unref(c);
}

static void check_refreshed(struct rig *r, void *arg)
{
	assert_int_equal(r->s->refreshed, *(unsigned *)arg);
}

static void test_general(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_general_config *got = NULL, w = {
		.use_archive = 1, .archive_location = {.u8 = "/good"}, .quota_warning = 1,
		.quota_high = 100, .quota_low = 90, .archive_age_limit = 365,
		.queue_age_limit = 14, .retries = 2, .retry_delay = 5, .use_device_tsid = 1,
		.discount_start = {20, 0}, .discount_end = {7, 30}, .branding = 1,
		.allow_personal_cp = 0, .queue_state = FX_MS_QUEUE_OUT_PAUSED,
		.auto_create_account = 0, .incoming_public = 0,
	};
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	unsigned one = 1;

	assert_int_equal(fx_client_set_general_configuration(c, FX_TEXT_UTF8, &w), 0);
	assert_int_equal(fx_client_get_general_configuration(c, FX_TEXT_UTF8, &got), 0);
	assert_string_equal(got->archive_location.u8, "/good");
	assert_int_equal(got->archive_size, UINT64_C(0x123456789));
	got->archive_location = w.archive_location;
	got->archive_size = got->size = 0;
	assert_memory_equal(got, &w, sizeof(w));
	(void)fx_free(got);
	/* options of 104 follow */
	assert_int_equal(fx_client_begin(c, FX_CLIENT_FAX, 104, IN({.u = 3}), FX_TEXT_UTF8, out),
			 0);
	assert_int_equal(out[0].u, 0);
	fx_client_end(c);
	assert_int_equal(fx_client_begin(c, FX_CLIENT_FAX, 104, IN({.u = 0}), FX_TEXT_UTF8, out),
			 0);
	assert_int_equal(out[0].u, 0);
	fx_client_end(c);
	w.archive_location.u8 = "/missing";
	assert_int_equal(fx_client_set_general_configuration(c, FX_TEXT_UTF8, &w),
			 FX_W_INVALID_PARAMETER);
	w.archive_location.u8 = "/good";
	w.queue_state = 8;
	assert_int_equal(fx_client_set_general_configuration(c, FX_TEXT_UTF8, &w),
			 FX_W_INVALID_PARAMETER);
	w.queue_state = 0;
	w.quota_low = 101;
	assert_int_equal(fx_client_set_general_configuration(c, FX_TEXT_UTF8, &w),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(ask(c, 98, IN({.u = 1}, {.p = "x", .n = 1}, {0})),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(ask(c, 98, IN({.u = 0}, {.p = "x", .n = 1}, {0})), FX_W_INVALID_DATA);
	assert_int_equal(fx_client_refresh_archive(c, FX_MS_SENT), 0);
	rig_do(*state, check_refreshed, &one);
	assert_int_equal(fx_client_refresh_archive(c, FX_MS_QUEUE), FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
}

static void test_other_versions(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_archive_config w = {.use_archive = 1, .folder = {.u8 = "/good"}};

	assert_int_equal(ask(c, 26, IN({.u = 1})), FX_W_NOT_SUPPORTED);
	assert_int_equal(ask(c, 26, IN({.null = true})), FX_W_NOT_SUPPORTED);
	assert_int_equal(ask(c, 41, IN({.u = FX_MS_SENT})), FX_W_NOT_SUPPORTED);
	assert_int_equal(ask(c, 42, IN({.u = FX_MS_SENT}, {.p = &w})), FX_W_NOT_SUPPORTED);
	assert_int_equal(ask(c, 83, IN({.u = 5})), FX_W_NOT_SUPPORTED);
	assert_int_equal(fx_client_set_wizard_used(c, true), 0);
	fx_client_unref(c);
}

/* What a later client asks to enable its user interface (ms-fax.md 11, end): no fault,
 * no refusal. */
static void test_connect_sequence(void **state)
{
	static const struct {
		uint32_t op;
		struct fx_ms_val in[3];
		bool u32;
		uint64_t want;
	} rows[] = {
		{101, {{.u = FX_MS_MAXIMUM_ALLOWED}, {.u = 0}}, false, 0},
		{25, {{.u = FX_MS_MAXIMUM_ALLOWED}, {.u = 0}}, false, 0},
		{85, {{0}}, true, 4}, {32, {{0}}, true, 0}, {104, {{.u = 1}}, true, 0},
		{36, {{0}}, true, 0}, {104, {{.u = 2}}, true, 0}, {40, {{0}}, true, 1},
		{104, {{.u = 0}}, true, 1}, {104, {{.u = 3}}, true, 1},
		{84, {{0}}, true, FX_MS_RECIPIENTS_MAX}, {10, {{0}}, false, 0},
		{48, {{0}}, false, 0}, {30, {{0}}, false, 0}, {38, {{0}}, false, 0},
		{97, {{.u = 0}}, false, 0}, {34, {{0}}, false, 0}, {43, {{0}}, false, 0},
		{17, {{0}}, false, 0}, {45, {{0}}, false, 0}, {78, {{0}}, false, 0},
		{0, {{0}}, false, 0}, {19, {{0}}, false, 0}, {21, {{0}}, false, 0},
		{88, {{.u = 0}, {0}, {.u = 0x3f}}, false, 0},
	};
	struct fx_client *c = rig_client(*state);
	struct fx_ms_version version;
	struct fx_ms_activity activity;
	struct fx_ctx svc;
	uint32_t api = 0;

	assert_int_equal(fx_client_connect_server(c, 0x00040000, &api, &svc), 0);
	assert_int_equal(api, FX_MS_API_3);
	assert_int_equal(fx_client_get_version(c, &version), 0);
	assert_true(version.major > 5 || (version.major == 5 && version.minor >= 1));
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		struct fx_ms_val in[FX_MS_PARAMS_MAX] = {0}, out[FX_MS_PARAMS_MAX] = {0};
		uint32_t code;

		memcpy(in, rows[i].in, sizeof(rows[i].in));
		in[3].u = rows[i].op == 88; /* level */
		code = fx_client_begin(c, FX_CLIENT_FAX, rows[i].op, in, FX_TEXT_UTF8, out);
		if (code || (rows[i].u32 && out[0].u != rows[i].want)) {
			fail_msg("opnum %u: code %u, value %llu", rows[i].op, code,
				 (unsigned long long)out[0].u);
		}
		fx_client_end(c);
	}
	assert_int_equal(fx_client_get_activity(c, &activity), 0);
	assert_int_equal(fx_client_ref_count(c, &svc, 0, NULL), 0);
	fx_client_unref(c);
}

/* Fixed portions as ms-fax.md 4.2 lists them. */
static void test_golden_layouts(void **state)
{
	struct fx_ms_receipts_config r = {
		.allowed = 1, .auth = 1, .server = {.u8 = "s"}, .port = 25, .from = {.u8 = "f"},
		.user = {.u8 = "u"}, .for_routing = 1,
	};
	static const uint8_t want[] = {
		40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 25, 0, 0, 0,
		44, 0, 0, 0, 48, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
		's', 0, 0, 0, 'f', 0, 0, 0, 'u', 0, 0, 0, 0, 0, 0, 0,
	};
	struct fx_buf b = {0};

	(void)state;
	fx_ms_put(&b, &fx_ms_receipts_config_layout, &r, 1, FX_TEXT_UTF8);
	assert_int_equal(b.len, sizeof(want));
	assert_memory_equal(b.data, want, sizeof(want));
	fx_buf_fini(&b);
	assert_int_equal(fx_ms_activity_config_layout.wire_size, 16);
	assert_int_equal(fx_ms_archive_config_layout.wire_size, 40);
	assert_int_equal(fx_ms_printer_info_layout.wire_size, 16);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		T(test_printers), T(test_countries), cmocka_unit_test(test_country_bytes),
		T(test_profile), T(test_receipts), T(test_outbox), T(test_activity_log),
		T(test_port_ex), T(test_ext_data), T(test_folders), T(test_general),
		T(test_other_versions), T(test_connect_sequence),
		cmocka_unit_test(test_golden_layouts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
