/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connection, rights and configuration: opnums 1, 19 to 26, 30, 32 to 44, 76, 77, 79 to 83, 85,
 * 86, 97 to 101, 104.
 */
#include "stubs.h"

#include <string.h>
#include <wchar.h>

static wchar_t folder[256];

static void connection(void)
{
	FAX_SVC_HANDLE svc = NULL;
	ULONG share = 9;

	GOOD(1, FAX_ConnectionRefCount(w.rich, &svc, 1, &share));
	CHECK(svc && !share);
	BAD(1, ERROR_INVALID_PARAMETER, FAX_ConnectionRefCount(w.rich, &svc, 7, &share));
	svc = NULL;
	GOOD(80, FAX_ConnectFaxServer(w.rich, 0x10000, &share, &svc));
	GOOD(1, FAX_ConnectionRefCount(w.rich, &svc, 0, &share));
	CHECK(!svc);
	BAD(1, CONTEXT_MISMATCH, FAX_ConnectionRefCount(w.rich, (FAX_SVC_HANDLE *)&w.any, 0, &share));
}

static void configuration(void)
{
	FAX_CONFIG c = {.Size = 64, .Retries = 5, .RetryDelay = 2, .DirtyDays = 6, .Branding = 1,
			.PauseServerQueue = 1, .StopCheapTime = {7, 30}};

	GOOD(20, FAX_SetConfiguration(w.rich, &c));
	GOOD(19, FAX_GetConfiguration(w.rich, BUF));
	CHECK(u32(0) == 52 && u32(4) == 5 && u32(8) == 2 && u32(12) == 6 && u32(16) == 1 &&
	      u32(28) == 1 && u32(36) == (7 | 30 << 16));
	POOR(19, FAX_GetConfiguration(w.poor, BUF));
	c.StopCheapTime.Hour = 25;
	BAD(20, ERROR_INVALID_PARAMETER, FAX_SetConfiguration(w.rich, &c));
	POOR(20, FAX_SetConfiguration(w.poor, &c));
}

static void logging(void)
{
	uint32_t one[3] = {0, 2, 3};

	GOOD(21, FAX_GetLoggingCategories(w.rich, BUFN));
	CHECK(o.count == 4 && u32(4) == 1 && u32(16) == 2 && *text(0));
	POOR(21, FAX_GetLoggingCategories(w.poor, BUFN));
	GOOD(22, FAX_SetLoggingCategories(w.rich, (byte *)one, sizeof(one), 1));
	GOOD(21, FAX_GetLoggingCategories(w.rich, BUFN));
	CHECK(u32(16) == 2 && u32(20) == 3);
	BAD(22, ERROR_INVALID_PARAMETER, FAX_SetLoggingCategories(w.rich, (byte *)one, 8, 1));
	BAD(22, ERROR_INVALID_PARAMETER, FAX_SetLoggingCategories(w.rich, NULL, 0, 1));
}

/* Of other versions, or of none (ms-fax.md 3.1). */
static void not_in_version_3(void)
{
	FAX_ARCHIVE archive = {.Size = 56, .Folder = (wchar_t *)L"/"};
	FAX_EVENT_HANDLE event = NULL;
	ULONG protseq = 1;
	byte sd[20] = {1};

	NEVER(23, ERROR_NOT_SUPPORTED, FAX_GetSecurity(w.rich, BUF));
	NEVER(24, ERROR_NOT_SUPPORTED, FAX_SetSecurity(w.rich, 4, sd, sizeof(sd)));
	NEVER(26, ERROR_NOT_SUPPORTED, FAX_CheckServerProtSeq(w.rich, &protseq));
	NEVER(41, ERROR_NOT_SUPPORTED, FAX_GetArchiveConfiguration(w.rich, FOLDER_SENT, BUF));
	NEVER(42, ERROR_NOT_SUPPORTED, FAX_SetArchiveConfiguration(w.rich, FOLDER_SENT, &archive));
	NEVER(73, ERROR_NOT_SUPPORTED,
	      FAX_StartServerNotification(w.rich, (wchar_t *)L"h", (wchar_t *)L"2000", 1,
					  (wchar_t *)L"ncacn_ip_tcp", 0, 0, &event));
	NEVER(79, FAULT(RPC_S_PROCNUM_OUT_OF_RANGE), FAX_Reserved79(w.rich));
	NEVER(81, ERROR_NOT_SUPPORTED, FAX_GetSecurityEx(w.rich, 4, BUF));
	NEVER(83, ERROR_NOT_SUPPORTED, FAX_SetRecipientsLimit(w.rich, 5));
}

static void access_checks(void)
{
	ULONG yes = 9, rights = 0;

	GOOD(25, FAX_AccessCheck(w.rich, 1, &yes, &rights));
	CHECK(yes == 1 && rights == 1);
	GOOD(25, FAX_AccessCheck(w.rich, 1, &yes, NULL));
	GOOD(101, FAX_AccessCheckEx2(w.rich, 0x02000000, &yes, &rights));
	CHECK(yes == 1 && (rights & 0x3ff) == 0x3ff);
	/* nobody is refused the question: the answer is no */
	verdict(25, false, 0, CALL(25, FAX_AccessCheck(w.poor, 0x20, &yes, &rights)), __LINE__);
	CHECK(yes == 0 && rights == 0);
	yes = 9;
	verdict(101, false, 0, CALL(101, FAX_AccessCheckEx2(w.poor, 0x20, &yes, &rights)),
		__LINE__);
	CHECK(yes == 0 && rights == 0);
}

static void countries(void)
{
	ULONG entries;

	GOOD(30, FAX_GetCountryList(w.rich, BUF));
	entries = u32(4);
	CHECK(u32(0) > 200 && u32(entries + 4) && *text(entries + 8));
	NEMO(30, FAX_GetCountryList(w.nemo, BUF));
}

static void queue_states(void)
{
	ULONG states = 0;

	GOOD(33, FAX_SetQueue(w.rich, 5));
	GOOD(32, FAX_GetQueueStates(w.rich, &states));
	CHECK(states == 5);
	BAD(33, ERROR_INVALID_PARAMETER, FAX_SetQueue(w.rich, 8));
	GOOD(33, FAX_SetQueue(w.rich, 0));
	NEMO(32, FAX_GetQueueStates(w.nemo, &states));
}

static void receipts(void)
{
	FAX_RECEIPTS r = {.Size = 72, .AllowedReceipts = 1, .Auth = SMTP_BASIC, .Port = 2525,
			  .Server = (wchar_t *)L"mail.example.test",
			  .From = (wchar_t *)L"fax@example.test",
			  .UserName = (wchar_t *)L"fax", .Password = (wchar_t *)L"hush"};
	ULONG options = 0;

	GOOD(35, FAX_SetReceiptsConfiguration(w.rich, &r));
	GOOD(34, FAX_GetReceiptsConfiguration(w.rich, BUF));
	CHECK(u32(0) == 40 && u32(4) == 1 && u32(8) == SMTP_BASIC && is(16, r.Server) &&
	      u32(20) == 2525 && is(24, r.From) && is(28, r.UserName) && !*text(32));
	GOOD(36, FAX_GetReceiptsOptions(w.rich, &options));
	CHECK(options == 1);
	NEMO(36, FAX_GetReceiptsOptions(w.nemo, &options));
	POOR(34, FAX_GetReceiptsConfiguration(w.poor, BUF));
	r.AllowedReceipts = 4;
	BAD(35, ERROR_NOT_SUPPORTED, FAX_SetReceiptsConfiguration(w.rich, &r));
}

static void version(void)
{
	FAX_SERVER_VERSION v = {.Size = 20};
	FAX_SKU sku = SKU_UNKNOWN;

	GOOD(37, FAX_GetVersion(w.rich, &v));
	CHECK(v.Size == 20 && v.Valid == 1 && v.Major * 100 + v.Minor >= 501);
	NEMO(37, FAX_GetVersion(w.nemo, &v));
	GOOD(85, FAX_GetServerSKU(w.rich, &sku));
	CHECK(sku == SKU_SERVER);
	NEMO(85, FAX_GetServerSKU(w.nemo, &sku));
}

static void outbox(void)
{
	FAX_OUTBOX out = {.Size = 36, .AllowPersonalCp = 1, .UseDeviceTsid = 1, .Retries = 4,
			  .RetryDelay = 3, .DiscountStart = {20, 15}, .AgeLimit = 9, .Branding = 1};
	ULONG allowed = 0;

	GOOD(39, FAX_SetOutboxConfiguration(w.rich, &out));
	GOOD(38, FAX_GetOutboxConfiguration(w.rich, BUF));
	CHECK(u32(0) == 36 && u32(4) == 1 && u32(12) == 4 && u32(16) == 3 &&
	      u32(20) == (20 | 15 << 16) && u32(28) == 9);
	GOOD(40, FAX_GetPersonalCoverPagesOption(w.rich, &allowed));
	CHECK(allowed == 1);
	out.DiscountStart.Minute = 61;
	BAD(39, ERROR_INVALID_PARAMETER, FAX_SetOutboxConfiguration(w.rich, &out));
	POOR(38, FAX_GetOutboxConfiguration(w.poor, BUF));
	NEMO(40, FAX_GetPersonalCoverPagesOption(w.nemo, &allowed));
}

static void activity_log(void)
{
	FAX_ACTIVITY_LOGGING log = {.Size = 24, .LogIncoming = 1, .Path = folder};

	(void)swprintf(folder, 256, L"%hs", w.folder);
	GOOD(44, FAX_SetActivityLoggingConfiguration(w.rich, &log));
	GOOD(43, FAX_GetActivityLoggingConfiguration(w.rich, BUF));
	CHECK(u32(0) == 16 && u32(4) == 1 && u32(8) == 0 && is(12, folder));
	POOR(43, FAX_GetActivityLoggingConfiguration(w.poor, BUF));
	log.Path = (wchar_t *)L"/nowhere/at/all";
	BAD(44, ERROR_INVALID_PARAMETER, FAX_SetActivityLoggingConfiguration(w.rich, &log));
}

static void activity(void)
{
	FAX_ACTIVITY a = {.Size = 36, .Incoming = 77};

	GOOD(76, FAX_GetServerActivity(w.rich, &a));
	CHECK(a.Size == 36 && a.Incoming == 0);
	a.Size = 1;
	BAD(76, ERROR_INVALID_PARAMETER, FAX_GetServerActivity(w.rich, &a));
	GOOD(77, FAX_SetConfigWizardUsed(w.rich, TRUE));
	POOR(77, FAX_SetConfigWizardUsed(w.poor, TRUE));
}

static void folders(void)
{
	GOOD(86, FAX_CheckValidFaxFolder(w.rich, folder));
	BAD(86, ERROR_INVALID_PARAMETER,
	    FAX_CheckValidFaxFolder(w.rich, (wchar_t *)L"\\\\host\\share"));
	BAD(86, ERROR_FILE_NOT_FOUND, FAX_CheckValidFaxFolder(w.rich, (wchar_t *)L"/nowhere"));
}

static void general(void)
{
	byte was[4096];
	ULONG n;

	GOOD(97, FAX_GetGeneralConfiguration(w.rich, 0, BUF));
	CHECK(u32(0) == 88 && u32(44) == 4 && u32(68) == 1 && u32(80) == 1 && o.n <= sizeof(was));
	n = o.n <= sizeof(was) ? o.n : 0;
	memcpy(was, o.p, n);
	BAD(97, ERROR_INVALID_PARAMETER, FAX_GetGeneralConfiguration(w.rich, 1, BUF));
	memset(was + 80, 0, 4); /* received faxes are not public any more: opnum 102 wants that */
	was[44] = 7;            /* retries */
	GOOD(98, FAX_SetGeneralConfiguration(w.rich, 0, was, n));
	GOOD(97, FAX_GetGeneralConfiguration(w.rich, 0, BUF));
	CHECK(u32(44) == 7 && u32(80) == 0);
	BAD(98, ERROR_INVALID_PARAMETER, FAX_SetGeneralConfiguration(w.rich, 1, was, n));
	GOOD(82, FAX_RefreshArchive(w.rich, FOLDER_SENT));
	BAD(82, ERROR_INVALID_PARAMETER, FAX_RefreshArchive(w.rich, FOLDER_QUEUE));
}

static void security(void)
{
	byte sd[4096];
	ULONG n;

	GOOD(99, FAX_GetSecurityEx2(w.rich, 4, BUF));
	/* SECURITY_DESCRIPTOR, self-relative, with a DACL ([MS-DTYP] 2.4.6) */
	CHECK(o.n >= 28 && o.n <= sizeof(sd) && o.p[0] == 1 && (u32(0) >> 16 & 0x8004) == 0x8004 &&
	      u32(16) >= 20 && o.p[u32(16)] == 2);
	n = o.n <= sizeof(sd) ? o.n : 0;
	memcpy(sd, o.p, n);
	POOR(99, FAX_GetSecurityEx2(w.poor, 4, BUF));
	GOOD(100, FAX_SetSecurityEx2(w.rich, 4, sd, n));
	POOR(100, FAX_SetSecurityEx2(w.poor, 4, sd, n));
	sd[0] = 77;
	BAD(100, ERROR_INVALID_DATA, FAX_SetSecurityEx2(w.rich, 4, sd, n));
}

static void options(void)
{
	ULONG v = 9;

	GOOD(104, FAX_GetConfigOption(w.rich, OPTION_PUBLIC, &v));
	CHECK(v == 0);
	GOOD(104, FAX_GetConfigOption(w.rich, OPTION_PERSONAL_COVERS, &v));
	CHECK(v == 1);
	BAD(104, ERROR_INVALID_PARAMETER, FAX_GetConfigOption(w.rich, OPTION_NONE, &v));
}

const struct row config_rows[] = {
	{1, "ConnectionRefCount", connection},
	{80, "ConnectFaxServer", NULL},
	{19, "GetConfiguration", configuration},
	{20, "SetConfiguration", NULL},
	{21, "GetLoggingCategories", logging},
	{22, "SetLoggingCategories", NULL},
	{23, "GetSecurity", not_in_version_3},
	{24, "SetSecurity", NULL},
	{25, "AccessCheck", access_checks},
	{26, "CheckServerProtSeq", NULL},
	{30, "GetCountryList", countries},
	{32, "GetQueueStates", queue_states},
	{33, "SetQueue", NULL},
	{34, "GetReceiptsConfiguration", receipts},
	{35, "SetReceiptsConfiguration", NULL},
	{36, "GetReceiptsOptions", NULL},
	{37, "GetVersion", version},
	{38, "GetOutboxConfiguration", outbox},
	{39, "SetOutboxConfiguration", NULL},
	{40, "GetPersonalCoverPagesOption", NULL},
	{41, "GetArchiveConfiguration", NULL},
	{42, "SetArchiveConfiguration", NULL},
	{43, "GetActivityLoggingConfiguration", activity_log},
	{44, "SetActivityLoggingConfiguration", NULL},
	{76, "GetServerActivity", activity},
	{77, "SetConfigWizardUsed", NULL},
	{79, "reserved", NULL},
	{81, "GetSecurityEx", NULL},
	{83, "SetRecipientsLimit", NULL},
	{85, "GetServerSKU", NULL},
	{86, "CheckValidFaxFolder", folders},
	{97, "GetGeneralConfiguration", general},
	{98, "SetGeneralConfiguration", NULL},
	{82, "RefreshArchive", NULL},
	{99, "GetSecurityEx2", security},
	{100, "SetSecurityEx2", NULL},
	{101, "AccessCheckEx2", NULL},
	{104, "GetConfigOption", options},
	{0, NULL, NULL},
};
