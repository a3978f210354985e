/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/watch.c  caselli.h: health, settings, traces, waiting for changes. */
#include <string.h>
#include "base/bytes.h"
#include "clients/winfax/extra.h"

BOOL WINAPI CaselliGetHealth(HANDLE Server, CASELLI_HEALTH **Checks, DWORD *Count)
{
	static const uint16_t text[] = {offsetof(CASELLI_HEALTH, Name),
					offsetof(CASELLI_HEALTH, Text)};
	static const struct wf_shape shape = {sizeof(CASELLI_HEALTH), text, FX_ARRAY_LEN(text)};
	struct fx_cs_health *list = NULL;
	CASELLI_HEALTH *a;
	struct wf_server *s;
	uint32_t code, i, n = 0;
	BOOL ok;

	if (!Checks || !Count) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Checks or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_health(s->client, FX_TEXT_UTF8, &list, &n);
	wf_unref(s);
	if (code) {
		return wf_code(code);
	}
	a = fx_calloc(n ? n : 1, sizeof(*a));
	for (i = 0; a && i < n; i++) {
		a[i] = (CASELLI_HEALTH){list[i].name.u8, list[i].level, list[i].text.u8};
	}
	ok = wf_give_own(&shape, a, n, (void **)Checks, Count);
	(void)fx_free(a);
	(void)fx_free(list);
	return ok;
}

BOOL WINAPI CaselliGetConfig(HANDLE Server, CASELLI_CONFIG **Config)
{
	static const struct wf_shape shape = {sizeof(CASELLI_CONFIG), NULL, 0};
	struct fx_cs_extra_config c = {.size = sizeof(c)};
	CASELLI_CONFIG out = {.SizeOfStruct = sizeof(out)};
	struct wf_server *s;
	uint32_t code;

	if (!Config) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Config is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_get_extra_config(s->client, &c);
	wf_unref(s);
	if (code) {
		return wf_code(code);
	}
	out.ResumeAtUnconfirmed = c.resume_at_unconfirmed != 0;
	out.JoinJobs = c.join_jobs != 0;
	out.IncomingPublic = c.incoming_public != 0;
	out.AutoAccounts = c.auto_accounts != 0;
	return wf_give_own(&shape, &out, 1, (void **)Config, NULL);
}

BOOL WINAPI CaselliSetConfig(HANDLE Server, const CASELLI_CONFIG *Config)
{
	struct fx_cs_extra_config c = {.size = sizeof(c)};
	struct wf_server *s;
	uint32_t code;

	if (!Config || Config->SizeOfStruct != sizeof(*Config)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "Config is NULL or its SizeOfStruct is wrong.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	c.resume_at_unconfirmed = Config->ResumeAtUnconfirmed != 0;
	c.join_jobs = Config->JoinJobs != 0;
	c.incoming_public = Config->IncomingPublic != 0;
	c.auto_accounts = Config->AutoAccounts != 0;
	code = fx_client_set_extra_config(s->client, &c);
	wf_unref(s);
	return wf_code(code);
}

/*
 * A call that waits holds up every other call of its connection, so waits go over
 * a second one, opened at the first wait. Two threads that wait on one handle take turns.
 */
static uint32_t waiter_of(struct wf_server *s, struct fx_client **ret, struct fx_reason *why)
{
	uint32_t code = 0;

	fx_lock_take(&s->lock);
	if (s->waiter && fx_client_broken(s->waiter)) {
		s->waiter = fx_client_unref(s->waiter);
	}
	if (!s->waiter) {
		code = fx_client_connect_again(s->client, 0, &s->waiter, why);
	}
	if (!code) {
		*ret = fx_client_ref(s->waiter);
	}
	fx_lock_drop(&s->lock);
	return code;
}

BOOL WINAPI CaselliSetTrace(HANDLE Server, const char *Facility, BOOL On)
{
	struct wf_server *s;
	uint32_t code;

	if (!Facility) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Facility is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_trace_set(s->client, Facility, On != 0);
	wf_unref(s);
	return code == ERROR_INVALID_PARAMETER ?
		       wf_fail(code, "There is no trace \"%s\".", Facility) :
		       wf_code(code);
}

static char *trace_text(const struct fx_cs_trace_line *l, uint32_t n, uint32_t lost)
{
	struct fx_buf b = {0};
	char *block;
	uint32_t i;

	if (lost) {
		fx_buf_printf(&b, "(%u lines were lost)\n", lost);
	}
	for (i = 0; i < n; i++) {
		uint64_t s = l[i].at_ms / 1000 % 86400;

		fx_buf_printf(&b, "%02u:%02u:%02u.%03u %s: %s\n", (unsigned)(s / 3600),
			      (unsigned)(s / 60 % 60), (unsigned)(s % 60),
			      (unsigned)(l[i].at_ms % 1000),
			      l[i].facility.u8 ? l[i].facility.u8 : "log", fx_text(l[i].text.u8));
	}
	block = b.err ? NULL : wf_pack_bytes(b.data, b.len);
	fx_buf_fini(&b);
	return block;
}

BOOL WINAPI CaselliReadTrace(HANDLE Server, uint64_t *Cursor, DWORD TimeoutMs, char **Lines)
{
	struct fx_cs_trace_line *l = NULL;
	struct fx_reason why = {.text = ""};
	struct fx_client *c = NULL;
	struct wf_server *s;
	uint32_t code, n = 0, lost = 0;
	char *block;

	if (!Cursor || !Lines) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Cursor or Lines is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = waiter_of(s, &c, &why);
	wf_unref(s);
	if (!code) {
		uint32_t ms = TimeoutMs < FX_CS_WAIT_MAX_MS ? TimeoutMs : FX_CS_WAIT_MAX_MS;

		code = fx_client_trace_read(c, Cursor, ms, FX_TEXT_UTF8, &l, &n, &lost);
		(void)fx_client_unref(c);
	}
	if (code) {
		return wf_result(code, &why);
	}
	block = trace_text(l, n, lost);
	(void)fx_free(l);
	if (!block) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	*Lines = block;
	return TRUE;
}

static DWORD change_bits(const struct fx_cs_event *e, uint32_t n, bool lost)
{
	static const DWORD bit[] = {
		[FX_CS_EVENT_JOB] = CASELLI_CHANGE_JOB,
		[FX_CS_EVENT_JOB_REMOVED] = CASELLI_CHANGE_JOB,
		[FX_CS_EVENT_MESSAGE] = CASELLI_CHANGE_MESSAGE,
		[FX_CS_EVENT_CONFIG] = CASELLI_CHANGE_CONFIG,
		[FX_CS_EVENT_PORT] = CASELLI_CHANGE_PORT};
	DWORD bits = lost ? CASELLI_CHANGE_JOB | CASELLI_CHANGE_MESSAGE | CASELLI_CHANGE_CONFIG |
				    CASELLI_CHANGE_PORT : 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		bits |= e[i].kind < FX_ARRAY_LEN(bit) ? bit[e[i].kind] : 0;
	}
	return bits;
}

BOOL WINAPI CaselliWaitChange(HANDLE Server, DWORD TimeoutMs, uint64_t *Serial, DWORD *Changes)
{
	struct fx_reason why = {.text = ""};
	struct fx_cs_event *e = NULL;
	struct fx_client *c = NULL;
	struct wf_server *s;
	uint32_t code, n = 0;
	bool lost = false;

	if (!Serial || !Changes) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Serial or Changes is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = waiter_of(s, &c, &why);
	wf_unref(s);
	if (!code) {
		uint32_t ms = TimeoutMs < FX_CS_WAIT_MAX_MS ? TimeoutMs : FX_CS_WAIT_MAX_MS;

		/* Serial 0 only tells where we are; with time left, wait from there. */
		if (*Serial == 0) {
			code = fx_client_wait(c, Serial, 0, 0, 0, &e, &n, &lost);
			e = fx_free(e);
		}
		if (!code && ms) {
			code = fx_client_wait(c, Serial, 0, 0, ms, &e, &n, &lost);
		}
		(void)fx_client_unref(c);
	}
	if (code) {
		return wf_result(code, &why);
	}
	*Changes = change_bits(e, n, lost);
	(void)fx_free(e);
	return TRUE;
}
