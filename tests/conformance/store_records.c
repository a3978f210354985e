/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/conformance/store_records.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/support.h"

enum kind { K_BOOL, K_U16, K_U32, K_I32, K_64, K_CHARS, K_TEXT, K_STATE, K_OUTCOME, K_FOLDER,
	    K_STRUCT };

struct field {
	const char *name;
	enum kind kind;
	size_t at, size;
	const struct list *in; /* K_STRUCT */
};

struct list {
	const char *name;
	const struct field *fields;
	size_t n, size;
};

#define F(kind, field) {#field, K_##kind, offsetof(struct REC, field),                             \
			sizeof(((struct REC *)0)->field), NULL},
#define N(list, field) {#field, K_STRUCT, offsetof(struct REC, field),                             \
			sizeof(((struct REC *)0)->field), &list},
#define LIST(var, type) static const struct list var = {#type, var##_f, FX_ARRAY_LEN(var##_f),     \
							sizeof(struct type)}

#define REC fx_config
static const struct field config_f[] = {
	F(U32, retries) F(U32, retry_delay_min) F(U32, dirty_days) F(BOOL, branding)
	F(BOOL, use_device_tsid) F(BOOL, server_cover) F(BOOL, pause_queue)
	F(BOOL, block_outgoing) F(BOOL, block_incoming)
	F(U16, cheap_start_hour) F(U16, cheap_start_minute) F(U16, cheap_stop_hour)
	F(U16, cheap_stop_minute) F(BOOL, archive_outgoing) F(TEXT, archive_directory)
	F(TEXT, inbound_profile) F(BOOL, resume_at_unconfirmed) F(BOOL, join_jobs)
	F(U32, archive_age_days) F(BOOL, quota_warning) F(U32, quota_high_mb) F(U32, quota_low_mb)
	F(BOOL, auto_accounts) F(BOOL, incoming_public) F(BOOL, log_incoming)
	F(BOOL, log_outgoing) F(TEXT, activity_dir) F(BOOL, wizard_used) F(BOOL, mail_set)
	F(BOOL, mail_receipts) F(BOOL, mail_routing) F(U32, mail_auth) F(U32, mail_port)
	F(TEXT, mail_server) F(TEXT, mail_from) F(TEXT, mail_user) F(TEXT, mail_password)
};
LIST(config, fx_config);
#undef REC
#define REC fx_port_info
static const struct field port_f[] = {
	F(U32, device_id) F(CHARS, provider) F(CHARS, line) F(CHARS, name) F(CHARS, tsid)
	F(CHARS, csid) F(U32, rings) F(U32, priority) F(BOOL, send) F(BOOL, receive)
	F(BOOL, is_virtual) F(BOOL, manual_answer) F(CHARS, description)
};
LIST(port, fx_port_info);
#undef REC
#define REC fx_job
static const struct field job_f[] = {
	F(64, id) F(64, parent_id) F(U32, client_id) F(U32, type) F(STATE, state) F(BOOL, paused) F(BOOL, no_line)
	F(U32, priority) F(U32, schedule) F(U32, resolution) F(U32, quality) F(U32, uid)
	F(U32, report_type) F(U32, device_id) F(BOOL, fixed_port) F(64, submitted_at)
	F(64, schedule_at) F(64, next_try_at) F(64, started_at) F(64, ended_at) F(U32, tries)
	F(BOOL, quick_used) F(U32, pages) F(U32, confirmed) F(U32, size_bytes)
	F(OUTCOME, outcome) F(CHARS, remote_id) F(CHARS, caller_id) F(CHARS, routing)
	F(TEXT, user) F(TEXT, number) F(TEXT, recipient_name) F(TEXT, recipient_company)
	F(TEXT, tsid) F(TEXT, sender_name) F(TEXT, sender_company) F(TEXT, sender_dept)
	F(TEXT, sender_number) F(TEXT, billing_code) F(TEXT, document_name)
	F(TEXT, report_address) F(TEXT, subject) F(TEXT, upload_file) F(TEXT, tiff_file)
	F(TEXT, words) F(TEXT, profile) F(TEXT, cover_page) F(TEXT, cover_note) F(TEXT, cover_file)
};
LIST(job, fx_job);
#undef REC
#define REC fx_call_result
static const struct field result_f[] = {
	F(OUTCOME, outcome) F(I32, engine_code) F(U32, pages_confirmed) F(U32, pages_total)
	F(U32, rate_bps) F(BOOL, ecm) F(U32, coding) F(U32, transport) F(U32, ecm_retries)
	F(CHARS, remote_id) F(64, answered_us) F(64, ended_us) F(CHARS, words)
};
LIST(result, fx_call_result);
#undef REC
#define REC fx_attempt
static const struct field attempt_f[] = {
	F(64, id) F(64, job_id) F(U32, device_id) F(U32, first_page) F(64, started_at)
	F(64, answered_at) F(64, ended_at) N(result, result) F(CHARS, number) F(CHARS, port_name)
	F(CHARS, log_file)
};
LIST(attempt, fx_attempt);
#undef REC
#define REC fx_page_report
static const struct field report_f[] = {
	F(U32, page) F(U32, resolution) F(U32, width_px) F(U32, rows) F(U32, bad_rows)
	F(U32, bytes) F(U32, rate_bps) F(BOOL, ecm) F(U32, coding) F(BOOL, confirmed) F(64, at_us)
};
LIST(report, fx_page_report);
#undef REC
#define REC fx_page
static const struct field page_f[] = {
	F(64, job_id) F(64, attempt_id) F(U32, page) F(64, at) N(report, report)
};
LIST(page, fx_page);
#undef REC
#define REC fx_message
static const struct field message_f[] = {
	F(64, id) F(FOLDER, folder) F(BOOL, read) F(BOOL, partial)
	F(BOOL, has_cover) F(TEXT, owners) F(CHARS, port_name) N(job, job) N(result, result)
};
LIST(message, fx_message);
#undef REC

static const struct list *const lists[REC_COUNT] = {&config,  &port, &job,
						    &attempt, &page, &message};

static void fill(const struct list *l, char *rec, unsigned *n, unsigned seed)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct field *f = &l->fields[i];
		char *p = rec + f->at;
		uint32_t v = (++*n) * 1009u + seed * 31u;

		switch (f->kind) {
		case K_BOOL:
			/* Half of them, then the other half with the next seed. */
			*(bool *)p = (*n + seed) % 2;
			break;
		case K_U16:
			*(uint16_t *)p = (uint16_t)(v | 0x8000);
			break;
		case K_U32:
			*(uint32_t *)p = v | 0x80000000u;
			break;
		case K_I32:
			*(int32_t *)p = -(int32_t)v;
			break;
		case K_64:
			*(int64_t *)p = (int64_t)v << 20 | 5;
			break;
		case K_CHARS: /* full: the last byte before NUL counts as well */
			memset(p, 'a' + (int)(v % 26), f->size - 1);
			p[f->size - 1] = 0;
			(void)snprintf(p, f->size, "%u%s", v, f->name);
			memset(p + strlen(p), 'z', f->size - 1 - strlen(p));
			break;
		case K_TEXT:
			*(char **)p = fx_asprintf("%s %u \xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa0",
						  f->name, v);
			break;
		case K_STATE:
			*(enum fx_job_state *)p = (enum fx_job_state)(v % FX_JOB_STATE_COUNT);
			break;
		case K_OUTCOME:
			*(enum fx_outcome *)p = (enum fx_outcome)(v % FX_OUTCOME_COUNT);
			break;
		case K_FOLDER:
			*(enum fx_folder *)p = seed % 2 ? FX_FOLDER_SENT : FX_FOLDER_INBOX;
			break;
		case K_STRUCT:
			fill(f->in, p, n, seed);
			break;
		}
	}
}

void record_fill(enum record kind, void *rec, unsigned seed)
{
	unsigned n = 0;

	memset(rec, 0xa5, lists[kind]->size); /* what no list names is found by its garbage */
	fill(lists[kind], rec, &n, seed);
}

static void differs(const struct list *l, const struct field *f)
{
	fail_msg("%s.%s is not what was stored", l->name, f->name);
}

static void same(const struct list *l, const char *a, const char *b)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct field *f = &l->fields[i];

		if (f->kind == K_STRUCT) {
			same(f->in, a + f->at, b + f->at);
		} else if (f->kind == K_TEXT) {
			const char *x = *(char *const *)(a + f->at);
			const char *y = *(char *const *)(b + f->at);

			if (!x != !y || (x && strcmp(x, y) != 0)) {
				differs(l, f);
			}
		} else if (f->kind == K_CHARS) {
			if (strcmp(a + f->at, b + f->at) != 0) {
				differs(l, f);
			}
		} else if (memcmp(a + f->at, b + f->at, f->size) != 0) {
			differs(l, f);
		}
	}
}

void record_same(enum record kind, const void *a, const void *b)
{
	same(lists[kind], a, b);
}

static void fini(const struct list *l, char *rec)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct field *f = &l->fields[i];

		if (f->kind == K_STRUCT) {
			fini(f->in, rec + f->at);
		} else if (f->kind == K_TEXT) {
			*(char **)(rec + f->at) = fx_free(*(char **)(rec + f->at));
		}
	}
}

void record_fini(enum record kind, void *rec)
{
	fini(lists[kind], rec);
}

static size_t align_of(const struct field *f)
{
	switch (f->kind) {
	case K_BOOL:
	case K_CHARS:
		return 1;
	case K_STRUCT:
	case K_TEXT:
		return 8;
	case K_U16:
	case K_U32:
	case K_I32:
	case K_64:
	case K_STATE:
	case K_OUTCOME:
	case K_FOLDER:
		break;
	}
	return f->size;
}

static void check_list(const struct list *l)
{
	size_t end = 0, align = 1;

	/* The lists stand in the order of the struct. */
	for (size_t i = 0; i < l->n; i++) {
		const struct field *f = &l->fields[i];
		size_t a = align_of(f), start = (end + a - 1) / a * a;

		if (f->at != start) {
			fail_msg("before %s.%s is a field that no list names", l->name, f->name);
		}
		end = f->at + f->size;
		align = a > align ? a : align;
		if (f->kind == K_STRUCT) {
			check_list(f->in);
		}
	}
	if ((end + align - 1) / align * align != l->size) {
		fail_msg("at the end of %s is a field that no list names", l->name);
	}
}

void record_check_lists(void)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(lists); i++) {
		check_list(lists[i]);
	}
}
