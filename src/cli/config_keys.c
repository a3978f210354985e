/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/config_keys.h"

#include <stdio.h>
#include <string.h>
#include "base/str.h"

#define NEVER UINT32_MAX /* DirtyDays: jobs stay for ever */

#define FAX(member)          offsetof(struct fx_config_values, fax.member), 0, FX_KEY_FAX
#define FAX_MAX(member, max) offsetof(struct fx_config_values, fax.member), max, FX_KEY_FAX
#define LOG(category)                                                                            \
	offsetof(struct fx_config_values, log) + ((category) - 1) * sizeof(DWORD), 0,            \
		FX_KEY_LOGGING
#define OWN(member)          offsetof(struct fx_config_values, own.member), 0, FX_KEY_OWN
#define GENERAL(member, max)                                                                     \
	offsetof(struct fx_config_values, general.member), max, FX_KEY_GENERAL
#define SHOWN(member) offsetof(struct fx_config_values, member), 0, FX_KEY_SHOWN

const struct fx_config_key fx_config_keys[] = {
	{"retries", "Retries", FX_CONFIG_NUMBER, FAX_MAX(Retries, 1000),
	 "further tries of a fax that failed"},
	{"retry-delay", "RetryDelay", FX_CONFIG_NUMBER, FAX_MAX(RetryDelay, 10080),
	 "minutes between two tries"},
	{"dirty-days", "DirtyDays", FX_CONFIG_DAYS, FAX_MAX(DirtyDays, NEVER - 1),
	 "days that an unsent job stays in the queue, or never"},
	{"branding", "Branding", FX_CONFIG_YES, FAX(Branding), "header line on sent pages"},
	{"use-device-tsid", "UseDeviceTsid", FX_CONFIG_YES, FAX(UseDeviceTsid),
	 "the port's identifier, not the job's"},
	{"server-cover", "ServerCp", FX_CONFIG_YES, FAX(ServerCp),
	 "only the service's own cover pages"},
	{"pause-queue", "PauseServerQueue", FX_CONFIG_YES, FAX(PauseServerQueue),
	 "nothing is sent while yes"},
	{"discount-start", "StartCheapTime", FX_CONFIG_CLOCK, FAX(StartCheapTime),
	 "start of the cheap hours"},
	{"discount-stop", "StopCheapTime", FX_CONFIG_CLOCK, FAX(StopCheapTime),
	 "their end; may be past midnight"},
	{"archive", "ArchiveOutgoingFaxes", FX_CONFIG_YES, FAX(ArchiveOutgoingFaxes),
	 "keep sent faxes"},
	{"archive-directory", "ArchiveDirectory", FX_CONFIG_TEXT, FAX(ArchiveDirectory),
	 "folder for copies of sent faxes"},
	{"inbound-profile", "Reserved", FX_CONFIG_TEXT, FAX(Reserved),
	 "kept for Windows 2000 programs"},
	{"resume-at-unconfirmed", "ResumeAtUnconfirmed", FX_CONFIG_YES, OWN(ResumeAtUnconfirmed),
	 "a retry starts at the first page not confirmed"},
	{"join-jobs", "JoinJobs", FX_CONFIG_YES, OWN(JoinJobs), "jobs for one number share a call"},
	{"incoming-public", "IncomingPublic", FX_CONFIG_YES, OWN(IncomingPublic),
	 "received faxes are everybody's, not their owners'"},
	{"auto-accounts", "AutoAccounts", FX_CONFIG_YES, OWN(AutoAccounts),
	 "who comes for the first time gets a fax account"},
	{"log-start", "FAXLOG_CATEGORY_INIT", FX_CONFIG_LEVEL, LOG(FAXLOG_CATEGORY_INIT),
	 "log of start and stop: none, min, med, max"},
	{"log-outbound", "FAXLOG_CATEGORY_OUTBOUND", FX_CONFIG_LEVEL, LOG(FAXLOG_CATEGORY_OUTBOUND),
	 "log of sending"},
	{"log-inbound", "FAXLOG_CATEGORY_INBOUND", FX_CONFIG_LEVEL, LOG(FAXLOG_CATEGORY_INBOUND),
	 "log of receiving and routing"},
	{"log-other", "FAXLOG_CATEGORY_UNKNOWN", FX_CONFIG_LEVEL, LOG(FAXLOG_CATEGORY_UNKNOWN),
	 "log of everything else"},
	{"archive-age", "ArchiveAgeDays", FX_CONFIG_AGE, GENERAL(ArchiveAgeDays, UINT32_MAX),
	 "days that sent and received faxes are kept, or never: for ever"},
	{"archive-warning", "QuotaWarning", FX_CONFIG_YES, GENERAL(QuotaWarning, 0),
	 "warn when sent and received faxes take more than archive-high-mb"},
	{"archive-high-mb", "QuotaHighMb", FX_CONFIG_NUMBER, GENERAL(QuotaHighMb, UINT32_MAX),
	 "size to warn at, MB"},
	{"archive-low-mb", "QuotaLowMb", FX_CONFIG_NUMBER, GENERAL(QuotaLowMb, UINT32_MAX),
	 "size below which the next warning may come, MB"},
	{"archive-bytes", "ArchiveBytes", FX_CONFIG_BYTES, SHOWN(general.ArchiveBytes),
	 "what sent and received faxes take (only shown)"},
	{"block-incoming", "BlockIncoming", FX_CONFIG_YES, GENERAL(BlockIncoming, 0),
	 "calls that come in are refused"},
	{"block-outgoing", "BlockOutgoing", FX_CONFIG_YES, GENERAL(BlockOutgoing, 0),
	 "new faxes are refused; those queued go out"},
	{"activity-incoming", "LogIncoming", FX_CONFIG_YES, GENERAL(LogIncoming, 0),
	 "a line in the activity log for each fax received"},
	{"activity-outgoing", "LogOutgoing", FX_CONFIG_YES, GENERAL(LogOutgoing, 0),
	 "a line in the activity log for each try to send"},
	{"activity-directory", "ActivityDirectory", FX_CONFIG_TEXT, GENERAL(ActivityDirectory, 0),
	 "folder of the activity log, on the service's machine"},
	{"mail-by-client", "SetByClient", FX_CONFIG_YES, SHOWN(mail.SetByClient),
	 "a client's mail server stands over [mail] (config reset mail)"},
	{"mail-receipts", "Receipts", FX_CONFIG_YES, SHOWN(mail.Receipts),
	 "delivery reports by mail are offered (only shown)"},
	{"mail-routing", "Routing", FX_CONFIG_YES, SHOWN(mail.Routing),
	 "received faxes go over this server, too (only shown)"},
	{"mail-server", "Server", FX_CONFIG_TEXT, SHOWN(mail.Server), "host (only shown)"},
	{"mail-port", "Port", FX_CONFIG_NUMBER, SHOWN(mail.Port), "its port (only shown)"},
	{"mail-login", "Login", FX_CONFIG_LOGIN, SHOWN(mail.Login),
	 "none, basic or ntlm (only shown)"},
	{"mail-from", "From", FX_CONFIG_TEXT, SHOWN(mail.From), "sender of mails (only shown)"},
	{"mail-user", "User", FX_CONFIG_TEXT, SHOWN(mail.User), "as whom (only shown)"},
	{NULL, NULL, FX_CONFIG_TEXT, 0, 0, FX_KEY_SHOWN, NULL},
};

static const char *const levels[] = {"none", "min", "med", "max"}; /* FAXLOG_LEVEL_* */
static const char *const logins[] = {"none", "basic", "ntlm"};     /* CASELLI_MAIL */

const struct fx_config_key *fx_config_key_find(const char *key)
{
	const struct fx_config_key *k;

	for (k = fx_config_keys; k->key; k++) {
		if (fx_str_ieq(k->key, key) || fx_str_ieq(k->api, key)) {
			return k;
		}
	}
	return NULL;
}

char *fx_config_key_get(const struct fx_config_key *k, const struct fx_config_values *v, char *dst,
			size_t size)
{
	const void *at = (const char *)v + k->offset;

	switch (k->kind) {
	case FX_CONFIG_NUMBER:
		snprintf(dst, size, "%u", *(const DWORD *)at);
		break;
	case FX_CONFIG_DAYS:
		if (*(const DWORD *)at == NEVER) {
			fx_strlcpy(dst, "never", size);
		} else {
			snprintf(dst, size, "%u", *(const DWORD *)at);
		}
		break;
	case FX_CONFIG_AGE:
		if (*(const DWORD *)at == 0) {
			fx_strlcpy(dst, "never", size);
		} else {
			snprintf(dst, size, "%u", *(const DWORD *)at);
		}
		break;
	case FX_CONFIG_BYTES:
		snprintf(dst, size, "%llu", (unsigned long long)*(const uint64_t *)at);
		break;
	case FX_CONFIG_LOGIN:
		fx_strlcpy(dst, *(const DWORD *)at < FX_ARRAY_LEN(logins) ?
					logins[*(const DWORD *)at] : "?", size);
		break;
	case FX_CONFIG_YES:
		fx_strlcpy(dst, *(const BOOL *)at ? "yes" : "no", size);
		break;
	case FX_CONFIG_CLOCK:
		snprintf(dst, size, "%02u:%02u", ((const FAX_TIME *)at)->Hour,
			 ((const FAX_TIME *)at)->Minute);
		break;
	case FX_CONFIG_TEXT:
		fx_strlcpy(dst, fx_text(*(const LPCSTR *)at), size);
		break;
	case FX_CONFIG_LEVEL:
		fx_strlcpy(dst, *(const DWORD *)at < FX_ARRAY_LEN(levels) ?
					levels[*(const DWORD *)at] : "?", size);
		break;
	}
	return dst;
}

static int parse_yes(const char *value, BOOL *ret)
{
	static const char *const words[] = {"no", "yes", "off", "on", "false", "true", "0", "1"};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(words); i++) {
		if (fx_str_ieq(value, words[i])) {
			*ret = i % 2 ? TRUE : FALSE;
			return 0;
		}
	}
	return FX_EINVAL;
}

static int parse_level(const char *value, DWORD *ret)
{
	for (DWORD i = 0; i < FX_ARRAY_LEN(levels); i++) {
		if (fx_str_ieq(value, levels[i])) {
			*ret = i;
			return 0;
		}
	}
	return FX_EINVAL;
}

static int parse_clock(const char *value, FAX_TIME *ret)
{
	unsigned hour, minute;
	char rest;

	if (sscanf(value, "%2u:%2u%c", &hour, &minute, &rest) != 2 || hour > 23 || minute > 59) {
		return FX_EINVAL;
	}
	*ret = (FAX_TIME){(WORD)hour, (WORD)minute};
	return 0;
}

int fx_config_key_set(const struct fx_config_key *k, struct fx_config_values *v, const char *value,
		      struct fx_reason *reterr)
{
	void *at = (char *)v + k->offset;
	int64_t n;

	if (k->part == FX_KEY_SHOWN) {
		return fx_fail(reterr, FX_EINVAL, "%s is only shown%s", k->key,
			       !strncmp(k->key, "mail-", 5) ?
				       "; the settings file's [mail], or a client's "
				       "configuration, has it (caselli config reset mail)" : "");
	}
	switch (k->kind) {
	case FX_CONFIG_DAYS:
	case FX_CONFIG_AGE:
		if (fx_str_ieq(value, "never")) {
			*(DWORD *)at = k->kind == FX_CONFIG_AGE ? 0 : NEVER;
			return 0;
		}
		/* fall through */
	case FX_CONFIG_NUMBER:
		if (fx_parse_i64(value, 0, k->max, &n)) {
			return fx_fail(reterr, FX_EINVAL,
				       "%s cannot be \"%s\": a number from 0 to %u%s", k->key,
				       value, k->max,
				       k->kind == FX_CONFIG_NUMBER ? "" : ", or never");
		}
		*(DWORD *)at = (DWORD)n;
		return 0;
	case FX_CONFIG_YES:
		if (parse_yes(value, at)) {
			return fx_fail(reterr, FX_EINVAL, "%s cannot be \"%s\": yes or no", k->key,
				       value);
		}
		return 0;
	case FX_CONFIG_CLOCK:
		if (parse_clock(value, at)) {
			return fx_fail(reterr, FX_EINVAL,
				       "%s cannot be \"%s\": a time of day such as "
				       "22:00",
				       k->key, value);
		}
		return 0;
	case FX_CONFIG_TEXT:
		*(LPCSTR *)at = *value ? value : NULL;
		return 0;
	case FX_CONFIG_BYTES:
	case FX_CONFIG_LOGIN:
		break; /* only shown */
	case FX_CONFIG_LEVEL:
		if (parse_level(value, at)) {
			return fx_fail(reterr, FX_EINVAL,
				       "%s cannot be \"%s\": none, min, med or max", k->key, value);
		}
		return 0;
	}
	return 0;
}
