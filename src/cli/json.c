/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/json.h"

#include <caselli.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/text.h"
#include "cli/when.h"

const char *fx_word_fps(uint32_t fps)
{
	static const struct {
		uint32_t fps;
		const char *text;
	} words[] = {
		{FPS_DIALING, "Dialing"},
		{FPS_SENDING, "Sending"},
		{FPS_RECEIVING, "Receiving"},
		{FPS_COMPLETED, "Completed"},
		{FPS_HANDLED, "Handled"},
		{FPS_UNAVAILABLE, "Unavailable"},
		{FPS_BUSY, "Busy"},
		{FPS_NO_ANSWER, "No answer"},
		{FPS_BAD_ADDRESS, "Bad address"},
		{FPS_NO_DIAL_TONE, "No dial tone"},
		{FPS_DISCONNECTED, "Disconnected"},
		{FPS_FATAL_ERROR, "Fatal error"},
		{FPS_NOT_FAX_CALL, "Not a fax call"},
		{FPS_CALL_DELAYED, "Call delayed"},
		{FPS_CALL_BLACKLISTED, "Call blacklisted"},
		{FPS_INITIALIZING, "Initializing"},
		{FPS_OFFLINE, "Offline"},
		{FPS_RINGING, "Ringing"},
		{FPS_AVAILABLE, "Available"},
		{FPS_ABORTING, "Aborting"},
		{FPS_ROUTING, "Routing"},
		{FPS_ANSWERED, "Answered"},
	};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(words); i++) {
		if (words[i].fps == fps) {
			return words[i].text;
		}
	}
	return fps ? "Unknown" : "";
}

static const char *word(const char *const *words, size_t n, uint32_t value)
{
	return value < n ? words[value] : "unknown";
}

const char *fx_word_job_type(uint32_t type)
{
	if (type == CASELLI_JT_BROADCAST) {
		return "broadcast";
	}
	static const char *const words[] = {"unknown", "send", "receive", "routing",
					    "fail_receive"};

	return word(words, FX_ARRAY_LEN(words), type);
}

const char *fx_word_resolution(uint32_t lines)
{
	return lines == CASELLI_RESOLUTION_STANDARD  ? "standard" :
	       lines == CASELLI_RESOLUTION_FINE      ? "fine" :
	       lines == CASELLI_RESOLUTION_SUPERFINE ? "superfine" :
						       "";
}

const char *fx_word_priority(uint32_t p)
{
	static const char *const words[] = {"low", "normal", "high"};

	return word(words, FX_ARRAY_LEN(words), p);
}

const char *fx_word_quality(uint32_t q)
{
	static const char *const words[] = {"auto", "text", "photo"};

	return word(words, FX_ARRAY_LEN(words), q);
}

const char *fx_word_schedule(uint32_t action)
{
	static const char *const words[] = {"now", "time", "discount"};

	return word(words, FX_ARRAY_LEN(words), action);
}

const char *fx_word_level(uint32_t level)
{
	static const char *const words[] = {"good", "warning", "broken"};

	return word(words, FX_ARRAY_LEN(words), level);
}

/* The bits in the order in which they matter to a person. */
const char *fx_word_queue_status(uint32_t js)
{
	return js & JS_DELETING         ? "deleting" :
	       js & JS_RETRIES_EXCEEDED ? "retries_exceeded" :
	       js & JS_FAILED           ? "failed" :
	       js & JS_INPROGRESS       ? "in_progress" :
	       js & JS_PAUSED           ? "paused" :
	       js & JS_RETRYING         ? "retrying" :
	       js & JS_NOLINE           ? "no_line" :
					  "pending";
}

#define F(type, member, key_, kind_)                                                               \
	{                                                                                          \
		key_, FX_FIELD_##kind_, offsetof(type, member), NULL                               \
	}
#define N(type, member, key_, fn)                                                                  \
	{                                                                                          \
		key_, FX_FIELD_NAME, offsetof(type, member), fn                                    \
	}
#define END                                                                                        \
	{                                                                                          \
		NULL, FX_FIELD_TEXT, 0, NULL                                                       \
	}

const struct fx_field fx_fields_port[] = {
	F(FAX_PORT_INFOA, DeviceId, "port", U32),
	F(FAX_PORT_INFOA, DeviceName, "name", TEXT),
	N(FAX_PORT_INFOA, State, "state", fx_word_fps),
	F(FAX_PORT_INFOA, State, "state_code", U32),
	F(FAX_PORT_INFOA, Tsid, "tsid", TEXT),
	F(FAX_PORT_INFOA, Csid, "csid", TEXT),
	F(FAX_PORT_INFOA, Rings, "rings", U32),
	F(FAX_PORT_INFOA, Priority, "priority", U32),
	END,
};

#define S CASELLI_PORT_STATUS
const struct fx_field fx_fields_status[] = {
	F(S, DeviceId, "port", U32),
	F(S, Name, "name", TEXT),
	N(S, Status, "state", fx_word_fps),
	F(S, Status, "state_code", U32),
	F(S, Active, "active", BOOL),
	F(S, Sending, "sending", BOOL),
	F(S, JobId, "job", U32),
	F(S, Id, "job_id", U64),
	F(S, Page, "page", U32),
	F(S, PagesTotal, "pages_total", U32),
	F(S, PagesConfirmed, "pages_confirmed", U32),
	F(S, PageBytes, "page_bytes", U32),
	F(S, PageBytesTotal, "page_bytes_total", U32),
	F(S, RateBps, "rate_bps", U32),
	N(S, Resolution, "resolution", fx_word_resolution),
	F(S, Coding, "coding", TEXT),
	F(S, Transport, "transport", TEXT),
	F(S, Ecm, "ecm", BOOL),
	F(S, EcmRetries, "ecm_retries", U32),
	F(S, SizeBytes, "size_bytes", U32),
	F(S, Number, "number", TEXT),
	F(S, RemoteId, "remote_id", TEXT),
	F(S, LocalId, "local_id", TEXT),
	F(S, CallerId, "caller_id", TEXT),
	F(S, Routing, "routing", TEXT),
	F(S, DocumentName, "document", TEXT),
	F(S, SenderName, "sender", TEXT),
	F(S, RecipientName, "recipient", TEXT),
	F(S, UserName, "user", TEXT),
	F(S, SubmittedAt, "submitted_at", TIME),
	F(S, StartedAt, "started_at", TIME),
	F(S, ElapsedMs, "elapsed_ms", I64),
	END,
};
#undef S

#define J CASELLI_JOB
const struct fx_field fx_fields_job[] = {
	F(J, JobId, "job", U32),
	F(J, Id, "id", U64),
	N(J, JobType, "type", fx_word_job_type),
	F(J, State, "state", TEXT),
	F(J, Finished, "finished", BOOL),
	F(J, Paused, "paused", BOOL),
	F(J, Words, "words", TEXT),
	F(J, Outcome, "outcome", TEXT),
	F(J, Number, "number", TEXT),
	F(J, RecipientName, "recipient", TEXT),
	F(J, SenderName, "sender", TEXT),
	F(J, UserName, "user", TEXT),
	F(J, DocumentName, "document", TEXT),
	F(J, Tsid, "tsid", TEXT),
	F(J, BillingCode, "billing_code", TEXT),
	N(J, Priority, "priority", fx_word_priority),
	N(J, Resolution, "resolution", fx_word_resolution),
	N(J, Quality, "quality", fx_word_quality),
	N(J, ScheduleAction, "schedule", fx_word_schedule),
	F(J, DeviceId, "port", U32),
	F(J, Tries, "retries", U32),
	F(J, Pages, "pages", U32),
	F(J, PagesConfirmed, "pages_confirmed", U32),
	F(J, BroadcastId, "broadcast", U32),
	F(J, Recipients, "recipients", U32),
	F(J, SizeBytes, "size_bytes", U32),
	F(J, SubmittedAt, "submitted_at", TIME),
	F(J, ScheduleAt, "schedule_at", TIME),
	F(J, NextTryAt, "next_try_at", TIME),
	F(J, StartedAt, "started_at", TIME),
	F(J, EndedAt, "ended_at", TIME),
	END,
};
#undef J

#define A CASELLI_ATTEMPT
const struct fx_field fx_fields_attempt[] = {
	F(A, Id, "id", U64),
	F(A, JobId, "job_id", U64),
	F(A, DeviceId, "port", U32),
	F(A, PortName, "port_name", TEXT),
	F(A, Number, "number", TEXT),
	F(A, Outcome, "outcome", TEXT),
	F(A, Words, "words", TEXT),
	F(A, FirstPage, "first_page", U32),
	F(A, PagesConfirmed, "pages_confirmed", U32),
	F(A, PagesTotal, "pages_total", U32),
	F(A, RateBps, "rate_bps", U32),
	F(A, Ecm, "ecm", BOOL),
	F(A, EcmRetries, "ecm_retries", U32),
	F(A, Coding, "coding", TEXT),
	F(A, Transport, "transport", TEXT),
	F(A, RemoteId, "remote_id", TEXT),
	F(A, StartedAt, "started_at", TIME),
	F(A, AnsweredAt, "answered_at", TIME),
	F(A, EndedAt, "ended_at", TIME),
	END,
};
#undef A

static const char *word_folder(uint32_t folder)
{
	return folder == CASELLI_FOLDER_INBOX ? "inbox" : "sent";
}

#define M CASELLI_MESSAGE
const struct fx_field fx_fields_message[] = {
	F(M, Id, "message", U64),
	F(M, JobId, "job", U32),
	N(M, Folder, "folder", word_folder),
	F(M, Read, "read", BOOL),
	F(M, Partial, "partial", BOOL),
	F(M, DeviceId, "port", U32),
	F(M, PortName, "port_name", TEXT),
	F(M, Pages, "pages", U32),
	N(M, Resolution, "resolution", fx_word_resolution),
	F(M, SizeBytes, "size_bytes", U32),
	F(M, RateBps, "rate_bps", U32),
	F(M, Ecm, "ecm", BOOL),
	F(M, Tries, "retries", U32),
	F(M, Number, "number", TEXT),
	F(M, RecipientName, "recipient", TEXT),
	F(M, SenderName, "sender", TEXT),
	F(M, UserName, "user", TEXT),
	F(M, DocumentName, "document", TEXT),
	F(M, Tsid, "tsid", TEXT),
	F(M, Csid, "csid", TEXT),
	F(M, CallerId, "caller_id", TEXT),
	F(M, Routing, "routing", TEXT),
	F(M, Words, "words", TEXT),
	F(M, SenderNumber, "sender_number", TEXT),
	F(M, Subject, "subject", TEXT),
	F(M, Owners, "owners", TEXT),
	F(M, ReadBy, "read_by", TEXT),
	F(M, SubmittedAt, "submitted_at", TIME),
	F(M, StartedAt, "started_at", TIME),
	F(M, EndedAt, "ended_at", TIME),
	END,
};
#undef M

const struct fx_field fx_fields_health[] = {
	F(CASELLI_HEALTH, Name, "check", TEXT),
	N(CASELLI_HEALTH, Level, "level", fx_word_level),
	F(CASELLI_HEALTH, Text, "text", TEXT),
	END,
};

static const char *word_account(uint32_t kind)
{
	static const char *const words[] = {"machine", "service", "none"};

	return kind < FX_ARRAY_LEN(words) ? words[kind] : "?";
}

const char *fx_word_password(uint32_t state)
{
	static const char *const words[] = {"unknown", "none", "set", "disabled"};

	return state < FX_ARRAY_LEN(words) ? words[state] : "?";
}

#define C CASELLI_ACCOUNT
const struct fx_field fx_fields_account[] = {
	F(C, Name, "user", TEXT),
	N(C, Kind, "account", word_account),
	F(C, Uid, "uid", U32),
	F(C, Connections, "connections", U32),
	N(C, Password, "password", fx_word_password),
	F(C, CreatedAt, "created_at", TIME),
	F(C, SeenAt, "seen_at", TIME),
	F(C, PasswordAt, "password_at", TIME),
	END,
};
#undef C

static json_t *own(struct fx_json *j)
{
	return (json_t *)(void *)j;
}

static struct fx_json *checked(json_t *j)
{
	if (!j) {
		fputs("caselli: out of memory\n", stderr);
		exit(1);
	}
	return (struct fx_json *)(void *)j;
}

/* What a far machine or a document says may be no UTF-8; JSON must be. */
struct fx_json *fx_json_text(const char *text)
{
	uint16_t *units;
	char *clean;
	size_t n;
	struct fx_json *ret;

	text = fx_text(text);
	if (fx_utf8_valid(text, strlen(text))) {
		return checked(json_string(text));
	}
	units = fx_utf16_from_utf8(text, &n);
	clean = units ? fx_utf8_from_utf16(units, n) : NULL;
	ret = checked(clean ? json_string(clean) : NULL);
	(void)fx_free(units);
	(void)fx_free(clean);
	return ret;
}

struct fx_json *fx_json_object(void)
{
	return checked(json_object());
}

struct fx_json *fx_json_list(void)
{
	return checked(json_array());
}

void fx_json_add(struct fx_json *list, struct fx_json *take_value)
{
	if (json_array_append_new(own(list), own(take_value))) {
		(void)checked(NULL);
	}
}

void fx_json_set(struct fx_json *object, const char *key, struct fx_json *take_value)
{
	if (json_object_set_new(own(object), key, own(take_value))) {
		(void)checked(NULL);
	}
}

void fx_json_set_text(struct fx_json *object, const char *key, const char *text)
{
	fx_json_set(object, key, fx_json_text(text));
}

void fx_json_set_int(struct fx_json *object, const char *key, int64_t n)
{
	fx_json_set(object, key, checked(json_integer(n)));
}

void fx_json_set_bool(struct fx_json *object, const char *key, bool on)
{
	fx_json_set(object, key, checked(json_boolean(on)));
}

static uint32_t u32_at(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static int64_t i64_at(const void *p)
{
	int64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static struct fx_json *field_value(const struct fx_field *field, const char *at)
{
	char text[40];

	switch (field->kind) {
	case FX_FIELD_TEXT:
		return fx_json_text(*(const char *const *)(const void *)at);
	case FX_FIELD_U32:
		return checked(json_integer(u32_at(at)));
	case FX_FIELD_U64:
	case FX_FIELD_I64:
		return checked(json_integer(i64_at(at)));
	case FX_FIELD_BOOL:
		return checked(json_boolean(u32_at(at) != 0));
	case FX_FIELD_TIME:
		if (!i64_at(at)) {
			return checked(json_null());
		}
		return fx_json_text(fx_when_iso(text, sizeof(text), i64_at(at)));
	case FX_FIELD_NAME:
		return fx_json_text(field->name(u32_at(at)));
	}
	return checked(json_null());
}

struct fx_json *fx_json_of(const struct fx_field *fields, const void *structure)
{
	struct fx_json *object = fx_json_object();

	for (; fields->key; fields++) {
		fx_json_set(object, fields->key,
			    field_value(fields, (const char *)structure + fields->offset));
	}
	return object;
}

struct fx_json *fx_json_of_all(const struct fx_field *fields, const void *first, size_t n,
			       size_t size)
{
	struct fx_json *list = fx_json_list();
	size_t i;

	for (i = 0; i < n; i++) {
		fx_json_add(list, fx_json_of(fields, (const char *)first + i * size));
	}
	return list;
}

void fx_json_print(struct fx_json *take_value, FILE *f, bool one_line)
{
	size_t flags = (one_line ? JSON_COMPACT : JSON_INDENT(2)) | JSON_ENCODE_ANY;
	char *text = json_dumps(own(take_value), flags);

	if (!text) {
		(void)checked(NULL);
	}
	(void)fx_text_print_json(f, text, strlen(text));
	fputc('\n', f);
	(void)fflush(f);
	free(text);
	json_decref(own(take_value));
}
