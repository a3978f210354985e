/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/general.c  caselli.h: archive, accounts, activity log, the mail server. */
#include <string.h>

#include "base/str.h"
#include "clients/common/client_config.h"
#include "clients/winfax/extra.h"

/** Both halves of CASELLI_GENERAL as the server has them. */
struct general {
	struct fx_ms_general_config *all; /* 97 */
	struct fx_ms_activity_config *log; /* 43 */
};

static uint32_t load(struct fx_client *c, struct general *g)
{
	uint32_t code = fx_client_get_general_configuration(c, FX_TEXT_UTF8, &g->all);

	return code ? code : fx_client_get_activity_log(c, FX_TEXT_UTF8, &g->log);
}

static void drop(struct general *g)
{
	(void)fx_free(g->all);
	(void)fx_free(g->log);
}

static BOOL end(struct wf_server *s, uint32_t code)
{
	wf_unref(s);
	return wf_code(code);
}

BOOL WINAPI CaselliGetGeneral(HANDLE Server, CASELLI_GENERAL **General)
{
	static const uint16_t text[] = {offsetof(CASELLI_GENERAL, ActivityDirectory)};
	static const struct wf_shape shape = {sizeof(CASELLI_GENERAL), text, 1};
	struct general g = {0};
	struct wf_server *s;
	BOOL ok;

	if (!General) {
		return wf_fail(ERROR_INVALID_PARAMETER, "General is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	ok = end(s, load(s->client, &g));
	if (ok) {
		CASELLI_GENERAL out = {
			.SizeOfStruct = sizeof(out), .ArchiveAgeDays = g.all->archive_age_limit,
			.QuotaWarning = g.all->quota_warning != 0,
			.QuotaHighMb = g.all->quota_high, .QuotaLowMb = g.all->quota_low,
			.ArchiveBytes = g.all->archive_size,
			.BlockIncoming = (g.all->queue_state & FX_MS_QUEUE_IN_BLOCKED) != 0,
			.BlockOutgoing = (g.all->queue_state & FX_MS_QUEUE_OUT_BLOCKED) != 0,
			.LogIncoming = g.log->incoming != 0, .LogOutgoing = g.log->outgoing != 0,
			.ActivityDirectory = g.log->path.u8,
		};

		ok = wf_give_own(&shape, &out, 1, (void **)General, NULL);
	}
	drop(&g);
	return ok;
}

static uint32_t put_all(struct fx_client *c, const struct fx_ms_general_config *was,
			const CASELLI_GENERAL *g)
{
	struct fx_ms_general_config now = *was;

	now.archive_age_limit = g->ArchiveAgeDays;
	now.quota_warning = g->QuotaWarning != 0;
	now.quota_high = g->QuotaHighMb;
	now.quota_low = g->QuotaLowMb;
	now.queue_state &= ~(uint32_t)(FX_MS_QUEUE_IN_BLOCKED | FX_MS_QUEUE_OUT_BLOCKED);
	now.queue_state |= (g->BlockIncoming ? FX_MS_QUEUE_IN_BLOCKED : 0u) |
			   (g->BlockOutgoing ? FX_MS_QUEUE_OUT_BLOCKED : 0u);
	return memcmp(&now, was, sizeof(now)) == 0 ?
		       0 :
		       fx_client_set_general_configuration(c, FX_TEXT_UTF8, &now);
}

static uint32_t put_log(struct fx_client *c, const struct fx_ms_activity_config *was,
			const CASELLI_GENERAL *g)
{
	struct fx_ms_activity_config now = {
		.size = was->size, .incoming = g->LogIncoming != 0,
		.outgoing = g->LogOutgoing != 0, .path = {.u8 = g->ActivityDirectory}};

	return now.incoming == (was->incoming != 0) && now.outgoing == (was->outgoing != 0) &&
			       !strcmp(fx_text(now.path.u8), fx_text(was->path.u8)) ?
		       0 :
		       fx_client_set_activity_log(c, FX_TEXT_UTF8, &now);
}

BOOL WINAPI CaselliSetGeneral(HANDLE Server, const CASELLI_GENERAL *General)
{
	struct general g = {0};
	struct wf_server *s;
	uint32_t code;

	if (!General || General->SizeOfStruct != sizeof(*General)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "General is NULL or its SizeOfStruct is wrong.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = load(s->client, &g);
	code = code ? code : put_log(s->client, g.log, General);
	code = code ? code : put_all(s->client, g.all, General);
	drop(&g);
	wf_unref(s);
	return code == ERROR_INVALID_PARAMETER ?
		       wf_fail(code,
			       "The low mark is above the high one, or the folder is not one "
			       "that the service can write to.") :
		       wf_code(code);
}

BOOL WINAPI CaselliGetMail(HANDLE Server, CASELLI_MAIL **Mail)
{
	static const uint16_t text[] = {offsetof(CASELLI_MAIL, Server),
					offsetof(CASELLI_MAIL, From), offsetof(CASELLI_MAIL, User)};
	static const struct wf_shape shape = {sizeof(CASELLI_MAIL), text, FX_ARRAY_LEN(text)};
	struct fx_cs_extra_config own = {.size = sizeof(own)};
	struct fx_ms_receipts_config *r = NULL;
	struct wf_server *s;
	uint32_t code;
	BOOL ok;

	if (!Mail) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Mail is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_get_receipts(s->client, FX_TEXT_UTF8, &r);
	ok = end(s, code ? code : fx_client_get_extra_config(s->client, &own));
	if (ok) {
		CASELLI_MAIL out = {
			.SetByClient = own.mail_by_client != 0,
			.Receipts = (r->allowed & FX_MS_DRT_EMAIL) != 0,
			.Routing = r->for_routing != 0, .Login = r->auth, .Port = r->port,
			.Server = r->server.u8, .From = r->from.u8, .User = r->user.u8,
		};

		ok = wf_give_own(&shape, &out, 1, (void **)Mail, NULL);
	}
	(void)fx_free(r);
	return ok;
}

BOOL WINAPI CaselliResetMail(HANDLE Server)
{
	const struct fx_ms_receipts_config none = {.size = sizeof(none)};
	struct wf_server *s = wf_server_get(Server);

	return s && end(s, fx_client_set_receipts(s->client, FX_TEXT_UTF8, &none));
}
