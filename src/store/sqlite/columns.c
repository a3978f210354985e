/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite/columns.h"

#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/str.h"

_Static_assert(sizeof(enum fx_priority) == 4, "enums are stored through uint32_t");

/* Each list: X(type, field). The column has the name of the field. */
#define COLUMN(type, field)                                                                        \
	{#field, FX_COL_##type, offsetof(struct RECORD, field),                                    \
	 sizeof(((struct RECORD *)0)->field)},

static const struct fx_col config_cols[] = {
#define RECORD fx_config
	COLUMN(U32, retries) COLUMN(U32, retry_delay_min) COLUMN(U32, dirty_days)
	COLUMN(BOOL, branding) COLUMN(BOOL, use_device_tsid) COLUMN(BOOL, server_cover)
	COLUMN(BOOL, pause_queue) COLUMN(BOOL, block_outgoing) COLUMN(BOOL, block_incoming)
	COLUMN(U16, cheap_start_hour) COLUMN(U16, cheap_start_minute)
	COLUMN(U16, cheap_stop_hour) COLUMN(U16, cheap_stop_minute)
	COLUMN(BOOL, archive_outgoing) COLUMN(TEXT, archive_directory)
	COLUMN(TEXT, inbound_profile) COLUMN(BOOL, resume_at_unconfirmed)
	COLUMN(BOOL, join_jobs) COLUMN(U32, archive_age_days) COLUMN(BOOL, quota_warning)
	COLUMN(U32, quota_high_mb) COLUMN(U32, quota_low_mb) COLUMN(BOOL, auto_accounts)
	COLUMN(BOOL, incoming_public) COLUMN(BOOL, log_incoming) COLUMN(BOOL, log_outgoing)
	COLUMN(BOOL, wizard_used) COLUMN(BOOL, mail_set) COLUMN(BOOL, mail_receipts)
	COLUMN(BOOL, mail_routing) COLUMN(U32, mail_auth) COLUMN(U32, mail_port)
	COLUMN(TEXT, activity_dir) COLUMN(TEXT, mail_server) COLUMN(TEXT, mail_from)
	COLUMN(TEXT, mail_user) COLUMN(TEXT, mail_password)
#undef RECORD
};

static const struct fx_col port_cols[] = {
#define RECORD fx_port_info
	COLUMN(U32, device_id) COLUMN(CHARS, provider) COLUMN(CHARS, line) COLUMN(CHARS, name)
	COLUMN(CHARS, tsid) COLUMN(CHARS, csid) COLUMN(U32, rings) COLUMN(U32, priority)
	COLUMN(BOOL, send) COLUMN(BOOL, receive) COLUMN(BOOL, is_virtual)
	COLUMN(BOOL, manual_answer) COLUMN(CHARS, description)
#undef RECORD
};

static const struct fx_col job_cols[] = {
#define RECORD fx_job
	COLUMN(U64, id) COLUMN(U64, parent_id) COLUMN(U32, client_id) COLUMN(U32, type) COLUMN(STATE, state)
	COLUMN(BOOL, paused) COLUMN(BOOL, no_line) COLUMN(U32, priority) COLUMN(U32, schedule)
	COLUMN(U32, resolution) COLUMN(U32, quality) COLUMN(U32, uid) COLUMN(U32, report_type)
	COLUMN(U32, device_id) COLUMN(BOOL, fixed_port)
	COLUMN(I64, submitted_at) COLUMN(I64, schedule_at) COLUMN(I64, next_try_at)
	COLUMN(I64, started_at) COLUMN(I64, ended_at)
	COLUMN(U32, tries) COLUMN(BOOL, quick_used) COLUMN(U32, pages) COLUMN(U32, confirmed)
	COLUMN(U32, size_bytes) COLUMN(OUTCOME, outcome)
	COLUMN(CHARS, remote_id) COLUMN(CHARS, caller_id) COLUMN(CHARS, routing)
#define X(name) COLUMN(TEXT, name)
	FX_JOB_TEXTS(X)
#undef X
#undef RECORD
};

static const struct fx_col result_cols[] = {
#define RECORD fx_call_result
	COLUMN(OUTCOME, outcome) COLUMN(I32, engine_code) COLUMN(U32, pages_confirmed)
	COLUMN(U32, pages_total) COLUMN(U32, rate_bps) COLUMN(BOOL, ecm) COLUMN(U32, coding)
	COLUMN(U32, transport) COLUMN(U32, ecm_retries) COLUMN(CHARS, remote_id)
	COLUMN(I64, answered_us) COLUMN(I64, ended_us) COLUMN(CHARS, words)
#undef RECORD
};

static const struct fx_col attempt_cols[] = {
#define RECORD fx_attempt
	COLUMN(U64, id) COLUMN(U64, job_id) COLUMN(U32, device_id) COLUMN(U32, first_page)
	COLUMN(I64, started_at) COLUMN(I64, answered_at) COLUMN(I64, ended_at)
	COLUMN(CHARS, number) COLUMN(CHARS, port_name) COLUMN(CHARS, log_file)
#undef RECORD
};

static const struct fx_col page_cols[] = {
#define RECORD fx_page
	COLUMN(U64, job_id) COLUMN(U64, attempt_id) COLUMN(U32, page) COLUMN(I64, at)
#undef RECORD
};

static const struct fx_col report_cols[] = {
#define RECORD fx_page_report
	COLUMN(U32, page) COLUMN(U32, resolution) COLUMN(U32, width_px) COLUMN(U32, rows)
	COLUMN(U32, bad_rows) COLUMN(U32, bytes) COLUMN(U32, rate_bps) COLUMN(BOOL, ecm)
	COLUMN(U32, coding) COLUMN(BOOL, confirmed) COLUMN(I64, at_us)
#undef RECORD
};

static const struct fx_col message_cols[] = {
#define RECORD fx_message
	COLUMN(U64, id) COLUMN(U32, folder) COLUMN(BOOL, read) COLUMN(BOOL, partial)
	COLUMN(CHARS, port_name) COLUMN(TEXT, owners) COLUMN(BOOL, has_cover)
#undef RECORD
};

#define PART(cols, prefix, at) {cols, FX_ARRAY_LEN(cols), prefix, at}

const struct fx_record fx_record_config = {"config", 1, {PART(config_cols, "", 0)}};
const struct fx_record fx_record_port = {"port", 1, {PART(port_cols, "", 0)}};
const struct fx_record fx_record_job = {"job", 1, {PART(job_cols, "", 0)}};
const struct fx_record fx_record_attempt = {
	"attempt", 2,
	{PART(attempt_cols, "", 0),
	 PART(result_cols, "result_", offsetof(struct fx_attempt, result))}};
const struct fx_record fx_record_page = {
	"page", 2,
	{PART(page_cols, "", 0), PART(report_cols, "report_", offsetof(struct fx_page, report))}};
const struct fx_record fx_record_message = {
	"message", 3,
	{PART(message_cols, "", 0), PART(job_cols, "job_", offsetof(struct fx_message, job)),
	 PART(result_cols, "result_", offsetof(struct fx_message, result))}};

static void column_list(struct fx_buf *b, const struct fx_record *r)
{
	const char *comma = "";

	for (size_t p = 0; p < r->n_parts; p++) {
		for (size_t i = 0; i < r->parts[p].n; i++) {
			fx_buf_printf(b, "%s\"%s%s\"", comma, r->parts[p].prefix,
				      r->parts[p].cols[i].name);
			comma = ",";
		}
	}
}

static char *finish(struct fx_buf *b)
{
	fx_buf_u8(b, 0);
	if (b->err) {
		fx_buf_fini(b);
		return NULL;
	}
	return (char *)b->data;
}

char *fx_record_insert_sql(const struct fx_record *r)
{
	struct fx_buf b = {0};

	fx_buf_printf(&b, "INSERT OR REPLACE INTO %s(", r->table);
	column_list(&b, r);
	fx_buf_printf(&b, ") VALUES(?");
	for (size_t p = 0; p < r->n_parts; p++) {
		for (size_t i = p ? 0 : 1; i < r->parts[p].n; i++) {
			fx_buf_printf(&b, ",?");
		}
	}
	fx_buf_printf(&b, ")");
	return finish(&b);
}

char *fx_record_select_sql(const struct fx_record *r, const char *tail)
{
	struct fx_buf b = {0};

	fx_buf_printf(&b, "SELECT ");
	column_list(&b, r);
	fx_buf_printf(&b, " FROM %s %s", r->table, tail);
	return finish(&b);
}

static int bind_col(const struct fx_col *c, sqlite3_stmt *st, int n, const void *field)
{
	const char *text;

	switch (c->type) {
	case FX_COL_BOOL:
		return sqlite3_bind_int(st, n, *(const bool *)field);
	case FX_COL_U16:
		return sqlite3_bind_int(st, n, *(const uint16_t *)field);
	case FX_COL_U32:
		return sqlite3_bind_int64(st, n, *(const uint32_t *)field);
	case FX_COL_I32:
		return sqlite3_bind_int(st, n, *(const int32_t *)field);
	case FX_COL_U64:
	case FX_COL_I64:
		return sqlite3_bind_int64(st, n, *(const int64_t *)field);
	case FX_COL_CHARS:
		return sqlite3_bind_text(st, n, field, (int)strnlen(field, c->size), SQLITE_STATIC);
	case FX_COL_TEXT:
		text = *(char *const *)field;
		return text ? sqlite3_bind_text64(st, n, text, strlen(text), SQLITE_STATIC,
						  SQLITE_UTF8)
			    : sqlite3_bind_null(st, n);
	case FX_COL_STATE:
		text = fx_job_state_str(*(const enum fx_job_state *)field);
		return sqlite3_bind_text(st, n, text, -1, SQLITE_STATIC);
	case FX_COL_OUTCOME:
		text = fx_outcome_str(*(const enum fx_outcome *)field);
		return sqlite3_bind_text(st, n, text, -1, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

int fx_record_bind(const struct fx_record *r, sqlite3_stmt *st, const void *row)
{
	int n = 0, rc = SQLITE_OK;

	for (size_t p = 0; p < r->n_parts && rc == SQLITE_OK; p++) {
		const struct fx_col_part *part = &r->parts[p];

		for (size_t i = 0; i < part->n && rc == SQLITE_OK; i++) {
			rc = bind_col(&part->cols[i], st, ++n,
				      (const char *)row + part->at + part->cols[i].at);
		}
	}
	return rc;
}

static const char *text_of(sqlite3_stmt *st, int n)
{
	return fx_text((const char *)sqlite3_column_text(st, n));
}

static int read_text(sqlite3_stmt *st, int n, char **field)
{
	const char *text;

	if (sqlite3_column_type(st, n) == SQLITE_NULL) {
		return 0;
	}
	text = (const char *)sqlite3_column_text(st, n);
	*field = fx_strdup(text); /* NULL from SQLite: it ran out of memory */
	return *field ? 0 : FX_ENOMEM;
}

static int read_name(const struct fx_col *c, const char *text, void *field)
{
	if (c->type == FX_COL_STATE) {
		enum fx_job_state state = fx_job_state_from_str(text);

		*(enum fx_job_state *)field = state;
		return state == FX_JOB_STATE_COUNT ? FX_ECORRUPT : 0;
	}
	*(enum fx_outcome *)field = fx_outcome_from_str(text);
	return 0;
}

static int read_col(const struct fx_col *c, sqlite3_stmt *st, int n, void *field)
{
	switch (c->type) {
	case FX_COL_BOOL:
		*(bool *)field = sqlite3_column_int(st, n) != 0;
		break;
	case FX_COL_U16:
		*(uint16_t *)field = (uint16_t)sqlite3_column_int(st, n);
		break;
	case FX_COL_U32:
		*(uint32_t *)field = (uint32_t)sqlite3_column_int64(st, n);
		break;
	case FX_COL_I32:
		*(int32_t *)field = sqlite3_column_int(st, n);
		break;
	case FX_COL_U64:
	case FX_COL_I64:
		*(int64_t *)field = sqlite3_column_int64(st, n);
		break;
	case FX_COL_CHARS:
		(void)fx_strlcpy(field, text_of(st, n), c->size);
		break;
	case FX_COL_TEXT:
		return read_text(st, n, field);
	case FX_COL_STATE:
	case FX_COL_OUTCOME:
		return read_name(c, text_of(st, n), field);
	}
	return 0;
}

int fx_record_read(const struct fx_record *r, sqlite3_stmt *st, void *row)
{
	int n = 0, err = 0;

	for (size_t p = 0; p < r->n_parts && !err; p++) {
		const struct fx_col_part *part = &r->parts[p];

		for (size_t i = 0; i < part->n && !err; i++) {
			err = read_col(&part->cols[i], st, n++,
				       (char *)row + part->at + part->cols[i].at);
		}
	}
	return err;
}
