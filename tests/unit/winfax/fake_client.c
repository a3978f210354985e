/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "clients/common/client_accounts.h"
#include "tests/unit/winfax/fake_client.h"

struct fake_server fake;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t shut_down = PTHREAD_COND_INITIALIZER;
struct fx_client {
	int refs;
	bool shut;
};

static union fx_wtext T(const char *s)
{
	return (union fx_wtext){.u8 = s};
}

void fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.rights = 0x1F007F;
	fake.ports[0] = (struct fx_ms_port_info){0, 11, 0x20100000, 3, 2, 1, T("Z\xC3\xBCrich 1"),
						 T("TSID 1"), T("CSID 1")};
	fake.ports[1] = (struct fx_ms_port_info){0, 12, 0x20010000, 1, 5, 2, T("Two"),
			T("TSID 2"), {0}};
	fake.status = (struct fx_ms_device_status){
		.caller_id = T("caller"), .csid = T("csid"), .current_page = 2, .device_id = 11,
		.device_name = T("Z\xC3\xBCrich 1"), .document_name = T("document"), .job_type = 1,
		.phone_number = T("+41 44"), .routing_string = T("routing"),
		.sender_name = T("sender"), .recipient_name = T("recipient"), .size_bytes = 4711,
		.start_time = fx_ms_filetime_from(1767225600), .status = 0x20000002,
		.submitted_time = fx_ms_filetime_from(1767225540), .total_pages = 5,
		.tsid = T("tsid"), .user_name = T("user")};
	fake.n_jobs = 2;
	fake.jobs[0] = (struct fx_ms_job_entry){
		.job_id = 1, .user_name = T("user"), .job_type = 1, .queue_status = 0x28,
		.status = 0, .size_bytes = 99, .page_count = 3, .recipient_number = T("123"),
		.recipient_name = T("rcpt"), .tsid = T("tsid"), .sender_name = T("sender"),
		.sender_company = T("company"), .sender_dept = T("dept"), .billing_code = T("bill"),
		.schedule_action = 2, .document_name = T("doc")};
	fake.jobs[1] = (struct fx_ms_job_entry){.job_id = 2, .job_type = 2, .queue_status = 1,
						.status = 0x20000004};
	fake.config = (struct fx_ms_configuration){
		.retries = 3, .retry_delay = 10, .dirty_days = 0xFFFFFFFF, .branding = 1,
		.start_cheap = {20, 30}, .stop_cheap = {7, 5}, .archive_outgoing = 1};
}

/* Through the wire form, into one block of the form asked for. */
uint32_t fake_block(const struct fx_ms_layout *l, const void *src, size_t n,
		    enum fx_text_form form, void *ret)
{
	struct fx_buf b = {0};
	void *p = NULL;
	int err;

	if (fake.fail) {
		return fake.fail;
	}
	fx_ms_put(&b, l, src, n, FX_TEXT_UTF8);
	err = b.err ? b.err : fx_ms_get(l, b.data, b.len, n, form, &p);
	fx_buf_fini(&b);
	if (err) {
		return 8;
	}
	memcpy(ret, &p, sizeof(p));
	return 0;
}

void fake_utf8(char *dst, size_t size, union fx_wtext s, enum fx_text_form form)
{
	size_t n = 0;
	char *u;

	dst[0] = 0;
	if (!s.u8) {
		return;
	}
	if (form == FX_TEXT_UTF8) {
		(void)fx_strlcpy(dst, s.u8, size);
		return;
	}
	while (s.w[n]) {
		n++;
	}
	u = fx_utf8_from_utf16(s.w, n);
	(void)fx_strlcpy(dst, fx_text(u), size);
	(void)fx_free(u);
}

static uint32_t take(bool ok)
{
	return fake.fail ? fake.fail : ok ? 0 : 87;
}

uint32_t fx_client_connect(const char *server, uint32_t timeout_ms, struct fx_client **ret,
			   struct fx_reason *reterr)
{
	struct fx_client *c;

	if (fake.fail_connect) {
		fx_reason_set(reterr, "Nobody there.");
		return fake.fail_connect;
	}
	c = fx_zalloc(sizeof(*c));
	if (!c) {
		return 8;
	}
	c->refs = 1;
	(void)pthread_mutex_lock(&lock);
	fake.connections++;
	(void)fx_strlcpy(fake.connected_to, fx_text(server), sizeof(fake.connected_to));
	(void)pthread_mutex_unlock(&lock);
	*ret = c;
	return 0;
}

uint32_t fx_client_connect_again(struct fx_client *first, uint32_t timeout_ms,
				 struct fx_client **ret, struct fx_reason *reterr)
{
	(void)first;
	return fx_client_connect(fake.connected_to, timeout_ms, ret, reterr);
}

uint32_t fx_client_login(const char *server, const char *user, const char *password,
			 struct fx_reason *reterr)
{
	(void)snprintf(fake.login, sizeof(fake.login), "%s %s %s", server, user, password);
	if (fake.fail_connect) {
		fx_reason_set(reterr, "Not you.");
	}
	return fake.fail_connect;
}

uint32_t fx_client_logout(const char *server, struct fx_reason *reterr)
{
	(void)snprintf(fake.login, sizeof(fake.login), "%s", server);
	if (fake.fail_connect) {
		fx_reason_set(reterr, "Nothing is kept.");
	}
	return fake.fail_connect;
}

struct fx_client *fx_client_ref(struct fx_client *c)
{
	(void)__atomic_add_fetch(&c->refs, 1, __ATOMIC_SEQ_CST);
	return c;
}

struct fx_client *fx_client_unref(struct fx_client *c)
{
	if (c && __atomic_sub_fetch(&c->refs, 1, __ATOMIC_SEQ_CST) == 0) {
		(void)__atomic_sub_fetch(&fake.connections, 1, __ATOMIC_SEQ_CST);
		(void)fx_free(c);
	}
	return NULL;
}

void fx_client_shut(struct fx_client *c)
{
	(void)pthread_mutex_lock(&lock);
	c->shut = true;
	(void)pthread_cond_broadcast(&shut_down);
	(void)pthread_mutex_unlock(&lock);
}

uint32_t fx_client_broken(struct fx_client *c)
{
	return 0;
}

uint32_t fx_client_connect_server(struct fx_client *c, uint32_t client_api, uint32_t *ret_api,
				  struct fx_ctx *ret)
{
	ret->b[4] = 1;
	*ret_api = client_api;
	return take(true);
}

uint32_t fx_client_ref_count(struct fx_client *c, struct fx_ctx *h, uint32_t connect,
			     uint32_t *ret_can_share)
{
	(void)__atomic_add_fetch(&fake.goodbyes, connect == 0, __ATOMIC_SEQ_CST);
	return 0;
}

uint32_t fx_client_access_check(struct fx_client *c, uint32_t mask, bool *ret_granted,
				uint32_t *ret_rights)
{
	*ret_granted = true;
	return 0;
}

uint32_t fx_client_info(struct fx_client *c, enum fx_text_form form, struct fx_cs_info **ret)
{
	struct fx_cs_info info = {.version = 1, .product = T("fake"), .user = T("me"),
				  .rights = fake.rights, .ports = FAKE_PORTS};

	return fake_block(&fx_cs_info_layout, &info, 1, form, ret);
}

uint32_t fx_client_enum_ports(struct fx_client *c, enum fx_text_form form,
			      struct fx_ms_port_info **ret, uint32_t *ret_n)
{
	uint32_t code;

	(void)pthread_mutex_lock(&lock);
	code = fake_block(&fx_ms_port_info_layout, fake.ports, FAKE_PORTS, form, ret);
	(void)pthread_mutex_unlock(&lock);
	*ret_n = FAKE_PORTS;
	return code;
}

uint32_t fx_client_open_port(struct fx_client *c, uint32_t device_id, uint32_t flags,
			     struct fx_ctx *ret)
{
	uint32_t code = 0;

	(void)pthread_mutex_lock(&lock);
	if (fake.fail) {
		code = fake.fail;
	} else if (device_id < 11 || device_id > 12) {
		code = 20;
	} else if (flags & 2 && fake.modify_held) {
		code = 6;
	} else {
		fake.modify_held |= flags & 2;
		fake.handles++;
		ret->b[4] = (uint8_t)device_id;
		ret->b[5] = (uint8_t)flags;
	}
	(void)pthread_mutex_unlock(&lock);
	return code;
}

uint32_t fx_client_close_port(struct fx_client *c, struct fx_ctx *h)
{
	(void)pthread_mutex_lock(&lock);
	if (h->b[5] & 2) {
		fake.modify_held = false;
	}
	fake.handles--;
	(void)pthread_mutex_unlock(&lock);
	memset(h, 0, sizeof(*h));
	return 0;
}

uint32_t fx_client_get_device_status(struct fx_client *c, const struct fx_ctx *port,
				     enum fx_text_form form, struct fx_ms_device_status **ret)
{
	return fake_block(&fx_ms_device_status_layout, &fake.status, 1, form, ret);
}

uint32_t fx_client_get_port(struct fx_client *c, const struct fx_ctx *port, enum fx_text_form form,
			    struct fx_ms_port_info **ret)
{
	uint32_t code;

	(void)pthread_mutex_lock(&lock);
	code = fake_block(&fx_ms_port_info_layout, &fake.ports[port->b[4] - 11], 1, form, ret);
	(void)pthread_mutex_unlock(&lock);
	return code;
}

uint32_t fx_client_set_port(struct fx_client *c, const struct fx_ctx *port, enum fx_text_form form,
			    const struct fx_ms_port_info *info)
{
	struct fx_ms_port_info *p = &fake.ports[port->b[4] - 11];
	char(*text)[64] = fake.port_text[port->b[4] - 11];

	if (info->priority > FAKE_PORTS || fake.fail) {
		return fake.fail ? fake.fail : 87;
	}
	(void)pthread_mutex_lock(&lock);
	p->rings = info->rings;
	p->priority = info->priority;
	p->flags = (p->flags & 4) | (info->flags & 3);
	fake_utf8(text[0], 64, info->tsid, form);
	fake_utf8(text[1], 64, info->csid, form);
	p->tsid = T(text[0]);
	p->csid = T(text[1]);
	(void)pthread_mutex_unlock(&lock);
	return 0;
}

uint32_t fx_client_enum_jobs(struct fx_client *c, enum fx_text_form form,
			     struct fx_ms_job_entry **ret, uint32_t *ret_n)
{
	*ret_n = fake.n_jobs;
	return fake_block(&fx_ms_job_entry_layout, fake.jobs, fake.n_jobs, form, ret);
}

static const struct fx_ms_job_entry *job(uint32_t id)
{
	uint32_t i;

	for (i = 0; i < fake.n_jobs; i++) {
		if (fake.jobs[i].job_id == id) {
			return &fake.jobs[i];
		}
	}
	return NULL;
}

uint32_t fx_client_get_job(struct fx_client *c, uint32_t job_id, enum fx_text_form form,
			   struct fx_ms_job_entry **ret)
{
	const struct fx_ms_job_entry *j = job(job_id);

	return j ? fake_block(&fx_ms_job_entry_layout, j, 1, form, ret) : 87;
}

uint32_t fx_client_set_job(struct fx_client *c, uint32_t job_id, uint32_t command)
{
	fake.last_command = command;
	fake.last_command_job = job_id;
	return take(job(job_id) != NULL);
}

uint32_t fx_client_abort(struct fx_client *c, uint32_t job_id)
{
	return fx_client_set_job(c, job_id, 1);
}

uint32_t fx_client_get_page_data(struct fx_client *c, uint32_t job_id, uint8_t **ret,
				 uint32_t *ret_size, uint32_t *ret_width, uint32_t *ret_height)
{
	const struct fx_ms_job_entry *j = job(job_id);

	if (!j || j->job_type != 1) {
		return j ? 13 : 87;
	}
	*ret = fx_memdup("II*", 4);
	*ret_size = 4;
	*ret_width = 1728;
	*ret_height = 2200;
	return *ret ? 0 : 8;
}

uint32_t fx_client_get_configuration(struct fx_client *c, enum fx_text_form form,
				     struct fx_ms_configuration **ret)
{
	uint32_t code;

	(void)pthread_mutex_lock(&lock);
	code = fake_block(&fx_ms_configuration_layout, &fake.config, 1, form, ret);
	(void)pthread_mutex_unlock(&lock);
	return code;
}

uint32_t fx_client_set_configuration(struct fx_client *c, enum fx_text_form form,
				     const struct fx_ms_configuration *config)
{
	if (fake.fail) {
		return fake.fail;
	}
	(void)pthread_mutex_lock(&lock);
	fake.config = *config;
	fake_utf8(fake.archive, sizeof(fake.archive), config->archive_directory, form);
	fake_utf8(fake.profile, sizeof(fake.profile), config->profile_name, form);
	fake.config.archive_directory = T(fake.archive[0] ? fake.archive : NULL);
	fake.config.profile_name = T(fake.profile[0] ? fake.profile : NULL);
	(void)pthread_mutex_unlock(&lock);
	return 0;
}

uint32_t fx_client_start_copy(struct fx_client *c, const char *ext, char ret_name[256],
			      struct fx_ctx *ret)
{
	static int serial;

	if (fake.fail || fx_str_eq(ext, ".xls")) {
		return fake.fail ? fake.fail : 87;
	}
	(void)fx_strlcpy(fake.ext, ext, sizeof(fake.ext));
	(void)snprintf(ret_name, 256, "%08x%s", ++serial, ext);
	fake.upload_len = 0;
	return 0;
}

uint32_t fx_client_write_file(struct fx_client *c, const struct fx_ctx *copy, const void *p,
		size_t n)
{
	size_t room = sizeof(fake.upload) - fake.upload_len;

	memcpy(fake.upload + fake.upload_len, p, n < room ? n : room);
	fake.upload_len += n < room ? n : room;
	return 0;
}

uint32_t fx_client_end_copy(struct fx_client *c, struct fx_ctx *copy)
{
	return 0;
}

uint32_t fx_client_send_options(struct fx_client *c, enum fx_text_form form,
				const struct fx_cs_send_options *options)
{
	fake.options = *options;
	fake.options_given = true;
	(void)fx_strlcpy(fake.file_names, fx_text(options->more_files.u8), sizeof(fake.file_names));
	return 0;
}

static void take_profile(struct fake_profile *dst, const struct fx_ms_profile *p,
			 enum fx_text_form form)
{
#define X(f) fake_utf8(dst->f, sizeof(dst->f), p->f, form);
	FAKE_PROFILE_TABLE(X)
#undef X
}

uint32_t fx_client_send_document(struct fx_client *c, const struct fx_client_send *s,
				 uint32_t *ret_job_id, uint64_t *ret_message_id,
				 uint64_t *ret_recipient_ids)
{
	if (fake.fail) {
		return fake.fail;
	}
	fake_utf8(fake.number, 64, s->recipients[0].fax_number, s->form);
	fake_utf8(fake.recipient, 64, s->recipients[0].name, s->form);
	fake_utf8(fake.sender, 64, s->sender->name, s->form);
	fake_utf8(fake.billing, 64, s->sender->billing_code, s->form);
	fake_utf8(fake.document, 64, s->param->document_name, s->form);
	fake_utf8(fake.cover, 64, s->cover->file_name, s->form);
	fake_utf8(fake.note, 64, s->cover->note, s->form);
	fake_utf8(fake.subject, 64, s->cover->subject, s->form);
	fake.server_cover = s->cover->server_based;
	take_profile(&fake.from, s->sender, s->form);
	take_profile(&fake.to, s->recipients, s->form);
	fake.schedule_action = s->param->schedule_action;
	fake.report_type = s->param->report_type;
	*ret_job_id = 7;
	*ret_message_id = 1000;
	ret_recipient_ids[0] = 1001;
	return 0;
}

uint32_t fx_client_covers(struct fx_client *c, enum fx_text_form form, struct fx_cs_cover **ret,
			  uint32_t *ret_n)
{
	struct fx_cs_cover p[] = {
		{.own = 1, .bytes = 9, .name = T("generic"), .title = T("plain")},
		{.bytes = 9, .name = T("f\xC3\xBCr dich"), .title = T("plain")}};

	*ret_n = 2;
	return fake.fail ? fake.fail : fake_block(&fx_cs_cover_layout, p, 2, form, ret);
}

uint32_t fx_client_cover_view(struct fx_client *c, const char *name, bool common,
			      enum fx_client_view view, uint32_t page, uint8_t **ret,
			      size_t *ret_size, uint32_t *ret_pages, char **ret_words)
{
	(void)fx_strlcpy(fake.cover, name, sizeof(fake.cover));
	if (fake.fail == FX_W_INVALID_DATA) {
		*ret_words = fx_strdup("wrong in line 3");
	}
	if (fake.fail) {
		return fake.fail;
	}
	*ret = fx_memdup("PAGE", 4);
	*ret_size = 4;
	*ret_pages = 2;
	return *ret ? 0 : FX_W_NOT_ENOUGH_MEMORY;
}

uint32_t fx_client_cover_put(struct fx_client *c, const char *name, const char *upload)
{
	(void)snprintf(fake.cover, sizeof(fake.cover), "%s=%s", name, fx_text(upload));
	return fake.fail;
}

uint32_t fx_client_get_personal_cp(struct fx_client *c, uint32_t *ret)
{
	*ret = fake.personal;
	return 0;
}

uint32_t fx_client_cs_port(struct fx_client *c, uint32_t device_id, enum fx_text_form form,
			   struct fx_cs_port **ret)
{
	struct fx_cs_port p = {.device_id = device_id, .name = T("one"), .fps = 0x20000002,
			       .state_text = T("Sending"), .active = 1, .sender = 1, .page = 1,
			       .pages_total = 2, .rate_bps = 14400, .resolution = T("fine"),
			       .elapsed_ms = 1500, .job_id = 77, .job_number = 7};

	return fake_block(&fx_cs_port_layout, &p, 1, form, ret);
}

uint32_t fx_client_cs_ports(struct fx_client *c, enum fx_text_form form, struct fx_cs_port **ret,
			    uint32_t *ret_n)
{
	*ret_n = 1;
	return fx_client_cs_port(c, 11, form, ret);
}

static const struct fx_cs_job cs_job = {
	.number = 7, .id = 77, .type = 1, .state = {.u8 = "retrying"}, .paused = 1, .tries = 2,
	.resolution = {.u8 = "standard"}, .words = {.u8 = "The number is busy."},
	.to_number = {.u8 = "123"}, .remote_id = {.u8 = "far"}, .tsid = {.u8 = "own"}};

uint32_t fx_client_cs_job(struct fx_client *c, uint64_t id, enum fx_text_form form,
			  struct fx_cs_job **ret)
{
	return id == 77 ? fake_block(&fx_cs_job_layout, &cs_job, 1, form, ret) : 7009;
}

uint32_t fx_client_resolve_job(struct fx_client *c, uint32_t number, uint64_t *ret_id,
			       bool *ret_message)
{
	*ret_id = number == 7 ? 77 : 78;
	*ret_message = number == 8;
	return number == 7 || number == 8 ? 0 : 7009;
}

uint32_t fx_client_attempts(struct fx_client *c, uint64_t id, enum fx_text_form form,
			    struct fx_cs_attempt **ret, uint32_t *ret_n)
{
	struct fx_cs_attempt a = {.id = 5, .job_id = id, .outcome = T("busy"), .started_at = 10};

	*ret_n = 1;
	return fake_block(&fx_cs_attempt_layout, &a, 1, form, ret);
}

uint32_t fx_client_call_log(struct fx_client *c, uint64_t id, uint64_t attempt_id, char **ret)
{
	*ret = fx_strdup("log\n");
	return *ret ? 0 : 8;
}

uint32_t fx_client_cs_messages(struct fx_client *c, uint32_t folder, uint64_t after_id,
			       uint32_t max, enum fx_text_form form, struct fx_cs_message **ret,
			       uint32_t *ret_n)
{
	struct fx_cs_job j = cs_job;
	struct fx_cs_message m = {.folder = folder, .id = 78, .port_name = T("one"), .job = &j};

	*ret_n = 1;
	return fake_block(&fx_cs_message_layout, &m, 1, form, ret);
}

uint32_t fx_client_cs_newest_messages(struct fx_client *c, uint32_t folder, uint64_t before_id,
				      uint32_t max, enum fx_text_form form,
				      struct fx_cs_message **ret, uint32_t *ret_n)
{
	return max == 100 ? fx_client_cs_messages(c, folder, before_id, max, form, ret, ret_n) : 87;
}

uint32_t fx_client_cs_jobs(struct fx_client *c, enum fx_text_form form, struct fx_cs_job **ret,
			   uint32_t *ret_n)
{
	struct fx_cs_job two[] = {cs_job, cs_job};

	two[1].number = 8;
	*ret_n = 2;
	return fake_block(&fx_cs_job_layout, two, 2, form, ret);
}

/* Two jobs, 77 and 78: a broadcast and one of its recipients. */
uint32_t fx_client_jobs_page(struct fx_client *c, uint64_t after_id, uint32_t max,
			     enum fx_text_form form, struct fx_cs_job **ret, uint32_t *ret_n,
			     uint64_t *ret_next)
{
	struct fx_cs_job two[] = {cs_job, cs_job};
	uint32_t first = after_id < 77 ? 0 : after_id == 77 ? 1 : 2, n = 2 - first;

	two[0].id = 77;
	two[0].type = 0x20;
	two[0].recipients = 1;
	two[1].id = 78;
	two[1].number = 8;
	two[1].parent = two[0].number;
	n = n < max ? n : max;
	*ret_n = n;
	*ret_next = first + n < 2 ? two[first + n - 1].id : 0;
	return fake_block(&fx_cs_job_layout, two + first, n, form, ret);
}

uint32_t fx_client_broadcast_cancel(struct fx_client *c, uint32_t parent)
{
	return parent == 7 ? 0 : FX_W_INVALID_PARAMETER;
}

uint32_t fx_client_cs_message(struct fx_client *c, uint64_t id, enum fx_text_form form,
			      struct fx_cs_message **ret)
{
	uint32_t n;

	return id == 78 ? fx_client_cs_messages(c, FX_MS_SENT, 0, 1, form, ret, &n) : 7009;
}

uint32_t fx_client_remove_message(struct fx_client *c, uint64_t id, uint32_t folder)
{
	return take(folder == FX_MS_SENT);
}

uint32_t fx_client_set_message_read(struct fx_client *c, uint64_t id, uint32_t folder, bool read)
{
	return take(folder == FX_MS_SENT);
}

uint32_t fx_client_view(struct fx_client *c, uint64_t id, enum fx_client_view view, uint32_t page,
			uint8_t **ret, size_t *ret_size, uint32_t *ret_pages)
{
	*ret = fx_memdup("%PDF", 4);
	*ret_size = 4;
	*ret_pages = 2;
	return *ret ? 0 : 8;
}

uint32_t fx_client_trace_set(struct fx_client *c, const char *facility, bool on)
{
	return take(fx_str_eq(facility, "t30"));
}

uint32_t fx_client_trace_read(struct fx_client *c, uint64_t *since, uint32_t timeout_ms,
			      enum fx_text_form form, struct fx_cs_trace_line **ret,
			      uint32_t *ret_n, uint32_t *ret_lost)
{
	struct fx_cs_trace_line l = {.at_ms = 3723004, .facility = T("t30"), .text = T("DIS")};

	*since += 1;
	*ret_n = 1;
	*ret_lost = 0;
	return fake_block(&fx_cs_trace_line_layout, &l, 1, form, ret);
}

uint32_t fx_client_health(struct fx_client *c, enum fx_text_form form, struct fx_cs_health **ret,
			  uint32_t *ret_n)
{
	struct fx_cs_health h = {.level = 1, .name = T("disk"), .text = T("nearly full")};

	*ret_n = 1;
	return fake_block(&fx_cs_health_layout, &h, 1, form, ret);
}

uint32_t fx_client_wait(struct fx_client *c, uint64_t *since, uint32_t kinds, uint64_t id,
			uint32_t timeout_ms, struct fx_cs_event **ret, uint32_t *ret_n,
					bool *ret_lost)
{
	struct fx_cs_event e = {.kind = FX_CS_EVENT_PORT, .id = 11};

	*ret = NULL;
	*ret_lost = false;
	*ret_n = *since ? 1 : 0;
	*since += 1;
	return *ret_n ? fake_block(&fx_cs_event_layout, &e, 1, FX_TEXT_UTF8, ret) : 0;
}

/* Nothing ever happens here; events_test.c has a server that does more. */
uint32_t fx_client_events(struct fx_client *c, uint64_t *since, uint32_t timeout_ms,
			  struct fx_ms_event **ret, uint32_t *ret_n, bool *ret_lost)
{
	*ret = NULL;
	*ret_n = 0;
	*ret_lost = false;
	*since = 1;
	if (fake.fail || !timeout_ms) {
		return fake.fail;
	}
	(void)pthread_mutex_lock(&lock);
	while (!c->shut) {
		(void)pthread_cond_wait(&shut_down, &lock);
	}
	(void)pthread_mutex_unlock(&lock);
	return FX_W_CALL_FAILED;
}

uint32_t fx_client_access_list(struct fx_client *c, enum fx_text_form form,
			       struct fx_cs_access **ret, uint32_t *ret_n)
{
	struct fx_cs_access a = {.kind = 1, .source = 2, .mask = 1, .in_file = 1,
				 .file_mask = 0x20016, .name = T("clerk"), .words = T("job_submit"),
				 .file_words = T("read")};

	*ret_n = 1;
	return fake_block(&fx_cs_access_layout, &a, 1, form, ret);
}

uint32_t fx_client_access_show(struct fx_client *c, const char *user, enum fx_text_form form,
			       struct fx_cs_access **ret)
{
	struct fx_cs_access a = {.kind = 1, .mask = 1, .name = {.u8 = user ? user : "me"},
				 .words = T("job_submit"), .why = T("user clerk (settings file)")};

	if (fx_str_eq(user, "nobody-here")) {
		return FX_W_FILE_NOT_FOUND;
	}
	return fake_block(&fx_cs_access_layout, &a, 1, form, ret);
}

uint32_t fx_client_password(struct fx_client *c, uint32_t how, const char *name,
			    const char *password)
{
	(void)c;
	return strcmp(name, "clerk") != 0 ? FX_W_FILE_NOT_FOUND :
	       how == 0 && strlen(password) < 8 ? FX_W_INVALID_PARAMETER : FX_W_SUCCESS;
}

uint32_t fx_client_accounts(struct fx_client *c, enum fx_text_form form,
			    struct fx_cs_account **ret, uint32_t *ret_n)
{
	struct fx_cs_account a = {.kind = 1, .uid = 0x80000001, .password = 3, .connections = 2,
				  .created_at = 10, .seen_at = 20, .password_at = 30,
				  .name = T("EXAMPLE\\alice")};

	(void)c;
	*ret_n = 1;
	return fake_block(&fx_cs_account_layout, &a, 1, form, ret);
}

uint32_t fx_client_create_account(struct fx_client *c, enum fx_text_form form,
				  const struct fx_ms_account_info *info)
{
	(void)c, (void)form;
	return !*info->name.u8 ? FX_W_INVALID_PARAMETER :
	       !strcmp(info->name.u8, "bruno") ? FX_W_SUCCESS : FX_W_ALREADY_EXISTS;
}

uint32_t fx_client_delete_account(struct fx_client *c, union fx_wtext name, enum fx_text_form form)
{
	(void)c, (void)form;
	return strcmp(name.u8, "bruno") != 0 ? FX_W_INVALID_PARAMETER : FX_W_SUCCESS;
}

/* The code that the fax's number asks for; a good one wants all texts. */
uint32_t fx_client_reassign(struct fx_client *c, uint64_t id, enum fx_text_form form,
			    const struct fx_ms_reassign_info *to)
{
	(void)c, (void)form;
	return id ? (uint32_t)id :
	       fx_str_eq(to->recipients.u8, "anna;bruno") && !to->sender_number.u8 &&
			       fx_str_eq(to->sender_name.u8, "ACME") &&
			       fx_str_eq(to->subject.u8, "Invoice") && to->has_cover == 1 ?
		       FX_W_SUCCESS : FX_W_INVALID_DATA;
}

uint32_t fx_client_access_set(struct fx_client *c, uint32_t how, uint32_t kind, const char *name,
			      const char *rights)
{
	return fx_str_eq(rights, "wirte") ? FX_W_INVALID_PARAMETER :
	       fx_str_eq(name, "nobody-here") ? FX_W_FILE_NOT_FOUND : how > 4 || kind > 2 ?
						FX_W_ACCESS_DENIED : 0;
}

uint32_t fx_client_get_extra_config(struct fx_client *c, struct fx_cs_extra_config *ret)
{
	*ret = (struct fx_cs_extra_config){.size = sizeof(*ret), .resume_at_unconfirmed = 1};
	return take(true);
}

uint32_t fx_client_set_extra_config(struct fx_client *c, const struct fx_cs_extra_config *config)
{
	return take(config->join_jobs == 1);
}
