/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cli/fake_api.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOB_ID 700

struct fake_api fake;
static DWORD last_error;
static char number[64];
static bool connected;

void fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.end_state = "finished";
	last_error = 0;
	connected = false;
}

void fake_disconnect(void)
{
	connected = false;
}

DWORD WINAPI GetLastError(void)
{
	return last_error;
}

void WINAPI SetLastError(DWORD code)
{
	last_error = code;
}

const char *WINAPI CaselliLastReason(void)
{
	return fake.reason ? fake.reason : "";
}

const char *WINAPI CaselliErrorText(DWORD code)
{
	return code == ERROR_ACCESS_DENIED ? "access denied" : "some error";
}

static bool ok(const char *function)
{
	if (!connected) { /* a command that asks before it connects */
		last_error = ERROR_INVALID_HANDLE;
		return false;
	}
	if (fake.fail && !strcmp(fake.fail, function)) {
		last_error = fake.error;
		return false;
	}
	return true;
}

static void *block(const void *p, size_t size)
{
	void *copy = malloc(size);

	if (!copy) {
		abort();
	}
	memcpy(copy, p, size);
	return copy;
}

void WINAPI CaselliFree(void *p)
{
	free(p);
}

void WINAPI FaxFreeBuffer(LPVOID p)
{
	free(p);
}

BOOL WINAPI FaxConnectFaxServerA(LPCSTR name, LPHANDLE handle)
{
	(void)name;
	last_error = fake.connect_error;
	connected = !fake.connect_error;
	if (connected) {
		*handle = &fake;
	}
	return !fake.connect_error;
}

BOOL WINAPI FaxClose(HANDLE handle)
{
	return handle != NULL;
}

BOOL WINAPI FaxAccessCheck(HANDLE handle, DWORD mask)
{
	(void)handle;
	return mask != FAX_CONFIG_SET;
}

BOOL WINAPI FaxCompleteJobParamsA(PFAX_JOB_PARAMA *params, PFAX_COVERPAGE_INFOA *cover)
{
	FAX_JOB_PARAMA p = {.SizeOfStruct = sizeof(p), .SenderName = "Profile"};
	FAX_COVERPAGE_INFOA c = {.SizeOfStruct = sizeof(c)};

	*params = block(&p, sizeof(p));
	*cover = block(&c, sizeof(c));
	return TRUE;
}

BOOL WINAPI CaselliSend(HANDLE handle, const CASELLI_SEND *send, const FAX_JOB_PARAMA *params,
			const FAX_COVERPAGE_INFOA *cover, DWORD *job, uint64_t *id)
{
	(void)handle;
	if (!ok("CaselliSend")) {
		return FALSE;
	}
	if (cover) {
		snprintf(fake.cover, sizeof(fake.cover), "%s|%u|%s|%s|%s", cover->CoverPageName,
			 cover->UseServerCoverPage, cover->Note ? cover->Note : "-",
			 cover->Subject ? cover->Subject : "-",
			 cover->RecCompany ? cover->RecCompany : "-");
	}
	fake.send = *send;
	fake.params = *params;
	snprintf(number, sizeof(number), "%s", params->RecipientNumber);
	fake.number = number;
	*job = 7;
	*id = JOB_ID;
	return TRUE;
}

BOOL WINAPI FaxSendDocumentForBroadcastA(HANDLE handle, LPCSTR file, LPDWORD job,
					 PFAX_RECIPIENT_CALLBACKA callback, LPVOID context)
{
	DWORD n = 0;

	snprintf(fake.broadcast, sizeof(fake.broadcast), "%s", file);
	*job = 41;
	for (;;) {
		FAX_JOB_PARAMA p = {.SizeOfStruct = sizeof(p)};
		FAX_COVERPAGE_INFOA c = {.SizeOfStruct = sizeof(c)};
		size_t at = strlen(fake.broadcast);

		if (fake.stop_after && n == fake.stop_after) {
			raise(SIGINT);
		}
		if (!callback(handle, ++n, context, &p, &c)) {
			return TRUE;
		}
		if (n > 1 && !ok("FaxSendDocumentForBroadcastA")) {
			return FALSE;
		}
		fake.recipients++;
		snprintf(fake.broadcast + at, sizeof(fake.broadcast) - at, " %s|%s|%s|%s",
			 p.RecipientNumber,
			 p.RecipientName ? p.RecipientName : "-",
			 c.CoverPageName ? c.CoverPageName : "-",
			 c.RecCompany ? c.RecCompany : "-");
	}
}

BOOL WINAPI CaselliGetJob(HANDLE handle, uint64_t id, CASELLI_JOB **job)
{
	bool preparing = fake.preparing > 0;
	CASELLI_JOB j = {
		.Id = id,
		.JobId = 7,
		.JobType = JT_SEND,
		.State = "in_progress",
		.Words = "",
		.Outcome = "none",
		.UserName = "anna",
		.Number = "102",
		.RecipientName = "Rossi",
		.SenderName = "",
		.DocumentName = "letter.pdf",
		.Tsid = "",
		.BillingCode = "",
		.Priority = 1,
		.Resolution = 196,
		.Tries = 1,
		.Pages = 2,
		.PagesConfirmed = 1,
		.SizeBytes = 23400,
	};

	(void)handle;
	if (!ok("CaselliGetJob")) {
		return FALSE;
	}
	if (preparing) {
		fake.preparing--;
		j.State = "preparing";
	} else if (!strcmp(fake.end_state, "finished")) {
		j.Finished = TRUE;
	} else {
		j.State = fake.end_state;
		j.Words = "The document is encrypted.";
	}
	*job = block(&j, sizeof(j));
	return TRUE;
}

BOOL WINAPI CaselliFindJob(HANDLE handle, DWORD job, CASELLI_JOB **ret)
{
	if (job == 41) { /* a broadcast */
		if (!CaselliGetJob(handle, JOB_ID, ret)) {
			return FALSE;
		}
		(*ret)->Id = JOB_ID + 1;
		(*ret)->JobId = 41;
		(*ret)->JobType = CASELLI_JT_BROADCAST;
		(*ret)->Recipients = fake.recipients ? fake.recipients : 2;
		return TRUE;
	}
	if (job != 7) {
		last_error = FAX_ERR_MESSAGE_NOT_FOUND;
		return FALSE;
	}
	return CaselliGetJob(handle, JOB_ID, ret);
}

/* Three pages' worth of broadcast: 42 and 43 belong to 41. */
BOOL WINAPI CaselliEnumJobsPage(HANDLE handle, uint64_t after, DWORD max, CASELLI_JOB **ret,
				DWORD *count, uint64_t *next)
{
	CASELLI_JOB *jobs = NULL, *one = NULL;
	DWORD n = 0;

	(void)handle;
	if (!CaselliGetJob(NULL, JOB_ID, &one)) {
		return FALSE;
	}
	jobs = calloc(4, sizeof(*jobs));
	for (uint64_t id = after < JOB_ID ? JOB_ID : after + 1; n < max && id < JOB_ID + 4; id++) {
		jobs[n] = *one;
		jobs[n].Id = id;
		if (id > JOB_ID) {
			jobs[n].JobId = (DWORD)(40 + id - JOB_ID);
			jobs[n].BroadcastId = id > JOB_ID + 1 ? 41 : 0;
			jobs[n].JobType = id > JOB_ID + 1 ? JT_SEND : CASELLI_JT_BROADCAST;
			jobs[n].Recipients = id > JOB_ID + 1 ? 0 : 2;
		}
		n++;
	}
	*next = n && jobs[n - 1].Id < JOB_ID + 3 ? jobs[n - 1].Id : 0;
	*ret = jobs;
	*count = n;
	CaselliFree(one);
	return TRUE;
}

BOOL WINAPI CaselliCancelBroadcast(HANDLE handle, DWORD job)
{
	(void)handle;
	fake.cancelled_broadcast = job;
	return TRUE;
}

BOOL WINAPI CaselliEnumAttempts(HANDLE handle, uint64_t id, CASELLI_ATTEMPT **ret, DWORD *count)
{
	CASELLI_ATTEMPT a[2] = {
		{.Id = 1,
		 .JobId = id,
		 .DeviceId = 1,
		 .FirstPage = 1,
		 .PagesTotal = 2,
		 .StartedAt = 1795353600,
		 .EndedAt = 1795353630,
		 .Outcome = "busy",
		 .Words = "The number is busy.",
		 .Number = "102",
		 .PortName = "Loop 1",
		 .RemoteId = "",
		 .Coding = "",
		 .Transport = ""},
		{.Id = 2,
		 .JobId = id,
		 .DeviceId = 1,
		 .FirstPage = 1,
		 .PagesConfirmed = 2,
		 .PagesTotal = 2,
		 .RateBps = 14400,
		 .Ecm = TRUE,
		 .StartedAt = 1795354200,
		 .AnsweredAt = 1795354205,
		 .EndedAt = 1795354261,
		 .Outcome = "success",
		 .Words = "All pages were confirmed.",
		 .Number = "102",
		 .PortName = "Loop 1",
		 .RemoteId = "Caselli 102",
		 .Coding = "MMR",
		 .Transport = "T.38"},
	};

	(void)handle;
	*ret = block(a, sizeof(a));
	*count = 2;
	return TRUE;
}

BOOL WINAPI CaselliGetCallLog(HANDLE handle, uint64_t id, uint64_t attempt, char **text,
			      DWORD *size)
{
	char line[64];

	(void)handle, (void)id;
	*size = (DWORD)snprintf(line, sizeof(line), "0.000 log of attempt %d\n", (int)attempt);
	*text = block(line, *size + 1);
	return TRUE;
}

BOOL WINAPI FaxEnumPortsA(HANDLE handle, PFAX_PORT_INFOA *ports, LPDWORD count)
{
	FAX_PORT_INFOA p[2] = {
		{.DeviceId = 1,
		 .State = FPS_AVAILABLE,
		 .Flags = FPF_SEND | FPF_RECEIVE,
		 .Rings = 2,
		 .Priority = 1,
		 .DeviceName = "Loop 1",
		 .Tsid = "T1",
		 .Csid = "C1"},
		{.DeviceId = 2,
		 .State = FPS_OFFLINE,
		 .Flags = FPF_RECEIVE,
		 .Priority = 2,
		 .DeviceName = "Loop 2"},
	};

	(void)handle;
	if (!ok("FaxEnumPortsA")) {
		return FALSE;
	}
	*ports = block(p, sizeof(p));
	*count = 2;
	return TRUE;
}

BOOL WINAPI FaxOpenPort(HANDLE handle, DWORD device_id, DWORD flags, LPHANDLE port)
{
	(void)handle, (void)flags;
	*port = &fake.port;
	return device_id == 1;
}

BOOL WINAPI FaxGetPortA(HANDLE port, PFAX_PORT_INFOA *info)
{
	FAX_PORT_INFOA p = {.DeviceId = 1, .Flags = FPF_SEND | FPF_RECEIVE, .Priority = 1};

	(void)port;
	*info = block(&p, sizeof(p));
	return TRUE;
}

BOOL WINAPI FaxSetPortA(HANDLE port, const FAX_PORT_INFOA *info)
{
	(void)port;
	fake.port = *info;
	return TRUE;
}

BOOL WINAPI CaselliGetPortStatus(HANDLE handle, DWORD device_id, CASELLI_PORT_STATUS **ret,
				 DWORD *count)
{
	CASELLI_PORT_STATUS s = {
		.DeviceId = device_id ? device_id : 1, .Status = FPS_AVAILABLE, .Name = "Loop 1"};

	(void)handle;
	*ret = block(&s, sizeof(s));
	*count = 1;
	return TRUE;
}

BOOL WINAPI FaxSetJobA(HANDLE handle, DWORD job, DWORD command, const FAX_JOB_ENTRYA *entry)
{
	(void)handle, (void)entry;
	if (job != 7) {
		last_error = ERROR_INVALID_PARAMETER;
		return FALSE;
	}
	fake.command = command;
	fake.command_job = job;
	return ok("FaxSetJobA");
}

static CASELLI_MESSAGE message(uint64_t id)
{
	return (CASELLI_MESSAGE){
		.Id = id,
		.JobId = 7,
		.Pages = 2,
		.Resolution = 196,
		.SizeBytes = 40000,
		.EndedAt = 1795354261,
		.PortName = "Loop 2",
		.UserName = "anna",
		.Number = "102",
		.RecipientName = "",
		.SenderName = "",
		.DocumentName = "letter.pdf",
		.Tsid = "T1",
		.Csid = "C2",
		.CallerId = "101",
		.Routing = "",
		.Words = "",
		.SenderNumber = "",
		.Subject = id == 3 ? "Invoice" : "",
		.Owners = id == 3 ? "anna;OFFICE\\bruno" : "",
		.ReadBy = id == 3 ? "OFFICE\\bruno" : "",
	};
}

BOOL WINAPI CaselliEnumNewestMessages(HANDLE handle, DWORD folder, uint64_t before, DWORD max,
				      CASELLI_MESSAGE **ret, DWORD *count)
{
	/* 120 messages, newest first: ids 120 to 1 */
	CASELLI_MESSAGE m[128];
	uint64_t id = before ? before - 1 : 120;
	DWORD n = 0;

	(void)handle, (void)folder;
	while (id >= 1 && n < max) {
		m[n++] = message(id--);
	}
	*ret = block(m, n ? n * sizeof(m[0]) : 1);
	*count = n;
	return TRUE;
}

BOOL WINAPI CaselliGetMessage(HANDLE handle, uint64_t id, CASELLI_MESSAGE **ret)
{
	CASELLI_MESSAGE m = message(id);

	(void)handle;
	if (id > 120) {
		last_error = FAX_ERR_MESSAGE_NOT_FOUND;
		return FALSE;
	}
	*ret = block(&m, sizeof(m));
	return TRUE;
}

BOOL WINAPI CaselliRemoveMessage(HANDLE handle, uint64_t id)
{
	(void)handle;
	return id <= 120;
}

BOOL WINAPI CaselliSetMessageRead(HANDLE handle, uint64_t id, BOOL read)
{
	(void)handle;
	return id && read;
}

BOOL WINAPI CaselliView(HANDLE handle, uint64_t id, DWORD view, DWORD page, BYTE **data,
			DWORD *size, DWORD *pages)
{
	char text[64];

	(void)handle;
	*size = (DWORD)snprintf(text, sizeof(text), "view %u of %d page %u", view, (int)id, page);
	*data = block(text, *size);
	*pages = 2;
	return TRUE;
}

BOOL WINAPI CaselliGetHealth(HANDLE handle, CASELLI_HEALTH **ret, DWORD *count)
{
	CASELLI_HEALTH h = {"disk", 1, "only 60 MB are free: remove old faxes"};

	(void)handle;
	*ret = block(&h, sizeof(h));
	*count = 1;
	return TRUE;
}

BOOL WINAPI FaxGetConfigurationA(HANDLE handle, PFAX_CONFIGURATIONA *config)
{
	FAX_CONFIGURATIONA c = {.Retries = 3, .RetryDelay = 10, .DirtyDays = 30, .Branding = TRUE};

	(void)handle;
	*config = block(&c, sizeof(c));
	return TRUE;
}

BOOL WINAPI FaxSetConfigurationA(HANDLE handle, const FAX_CONFIGURATIONA *config)
{
	(void)handle;
	fake.config = *config;
	return ok("FaxSetConfigurationA");
}

BOOL WINAPI FaxGetLoggingCategoriesA(HANDLE handle, PFAX_LOG_CATEGORYA *ret, LPDWORD count)
{
	FAX_LOG_CATEGORYA v[4];

	(void)handle;
	for (DWORD i = 0; i < 4; i++) {
		v[i] = (FAX_LOG_CATEGORYA){.Category = i + 1, .Level = fake.log[i]};
	}
	*ret = block(v, sizeof(v));
	*count = 4;
	return TRUE;
}

BOOL WINAPI FaxSetLoggingCategoriesA(HANDLE handle, const FAX_LOG_CATEGORYA *v, DWORD n)
{
	(void)handle;
	for (DWORD i = 0; i < n; i++) {
		fake.log[v[i].Category - 1] = v[i].Level;
	}
	return ok("FaxSetLoggingCategoriesA");
}

BOOL WINAPI CaselliEnumAccess(HANDLE handle, CASELLI_ACCESS **ret, DWORD *count)
{
	CASELLI_ACCESS v[2] = {
		{.Source = CASELLI_ACCESS_FROM_FILE, .InFile = TRUE, .Name = "", .Rights = 0x20017,
		 .RightsText = "read write", .FileText = "read write", .Why = ""},
		{.Kind = CASELLI_ACCESS_USER, .Source = CASELLI_ACCESS_FROM_STORE, .InFile = TRUE,
		 .Name = "clerk", .Rights = 1, .RightsText = "job_submit", .FileText = "none",
		 .Why = ""}};

	(void)handle;
	if (!ok("CaselliEnumAccess")) {
		return FALSE;
	}
	*ret = block(v, sizeof(v));
	*count = 2;
	return TRUE;
}

BOOL WINAPI CaselliEnumPlugins(HANDLE handle, CASELLI_PLUGIN **ret, DWORD *count)
{
	CASELLI_PLUGIN v[2] = {{0, TRUE, 0, "folder", "Folder", "/lib/f.so", "ok"},
			       {1, FALSE, 1, "csv", "CSV", "/lib/c.so", "its process ended"}};

	(void)handle;
	if (!ok("CaselliEnumPlugins")) {
		return FALSE;
	}
	*ret = block(v, sizeof(v));
	*count = 2;
	return TRUE;
}

static void note_plugin(const char *how, const WCHAR *const *texts, size_t n)
{
	size_t at = strlen(how);

	snprintf(fake.plugin, sizeof(fake.plugin), "%s", how);
	for (size_t i = 0; i < n; i++) {
		fake.plugin[at++] = i ? '|' : ' ';
		for (const WCHAR *c = texts[i]; *c; c++) {
			fake.plugin[at++] = *c < 0x80 ? (char)*c : '?';
		}
	}
	fake.plugin[at] = '\0';
}

BOOL WINAPI FaxRegisterServiceProviderW(LPCWSTR name, LPCWSTR friendly, LPCWSTR image, LPCWSTR tsp)
{
	const WCHAR *const texts[] = {name, friendly, image, tsp};

	note_plugin("provider", texts, 4);
	return ok("FaxRegisterServiceProviderW");
}

BOOL WINAPI FaxUnregisterServiceProviderW(LPCWSTR name)
{
	note_plugin("no provider", &name, 1);
	return ok("FaxUnregisterServiceProviderW");
}

BOOL WINAPI FaxRegisterRoutingExtensionW(HANDLE handle, LPCWSTR name, LPCWSTR friendly,
					 LPCWSTR image, PFAX_ROUTING_INSTALLATION_CALLBACKW ask,
					 LPVOID context)
{
	WCHAR method[4][101] = {{0}};
	const WCHAR *const texts[] = {name, friendly, image, method[0], method[1], method[2],
				      method[3]};

	while (ask(handle, context, method[0], method[1], method[2], method[3])) {
		note_plugin("extension", texts, 7);
	}
	return ok("FaxRegisterRoutingExtensionW");
}

BOOL WINAPI CaselliUnregisterRoutingExtension(HANDLE handle, const char *name)
{
	(void)handle;
	snprintf(fake.plugin, sizeof(fake.plugin), "no extension %s", name);
	return ok("CaselliUnregisterRoutingExtension");
}

BOOL WINAPI CaselliEnumCoverPages(HANDLE handle, CASELLI_COVERPAGE **ret, DWORD *count)
{
	CASELLI_COVERPAGE p[2] = {{.Name = "generic", .Title = "For every day", .SizeBytes = 2000},
				  {.Name = "old", .Title = "", .Own = TRUE, .Windows = TRUE}};

	(void)handle;
	if (!ok("CaselliEnumCoverPages")) {
		return FALSE;
	}
	*ret = block(p, sizeof(p));
	*count = 2;
	return TRUE;
}

BOOL WINAPI CaselliViewCoverPage(HANDLE handle, const char *name, BOOL common, DWORD view,
				 DWORD page, BYTE **data, DWORD *size, DWORD *pages)
{
	(void)handle, (void)page;
	snprintf(fake.access, sizeof(fake.access), "%s %u %u", name, common, view);
	if (!ok("CaselliViewCoverPage")) {
		return FALSE;
	}
	*data = block("PAGE", 4);
	*size = 4;
	if (pages) {
		*pages = 1;
	}
	return TRUE;
}

BOOL WINAPI CaselliInstallCoverPage(HANDLE handle, const char *file, const char *name)
{
	(void)handle;
	snprintf(fake.access, sizeof(fake.access), "%s as %s", file, name ? name : "-");
	return ok("CaselliInstallCoverPage");
}

BOOL WINAPI CaselliRemoveCoverPage(HANDLE handle, const char *name)
{
	(void)handle;
	snprintf(fake.access, sizeof(fake.access), "remove %s", name);
	return ok("CaselliRemoveCoverPage");
}

BOOL WINAPI CaselliGetAccess(HANDLE handle, const char *user, CASELLI_ACCESS **ret)
{
	CASELLI_ACCESS a = {.Kind = CASELLI_ACCESS_USER, .Name = user ? user : "me",
			    .Rights = 1, .RightsText = "job_submit", .FileText = "",
			    .Why = "group fax (settings file)"};

	(void)handle;
	*ret = block(&a, sizeof(a));
	return ok("CaselliGetAccess");
}

BOOL WINAPI CaselliSetPassword(HANDLE handle, DWORD change, const char *user,
			       const char *password)
{
	(void)handle;
	snprintf(fake.access, sizeof(fake.access), "password %u %s %s", change, user,
		 password ? password : "-");
	return ok("CaselliSetPassword");
}

BOOL WINAPI CaselliEnumAccounts(HANDLE handle, CASELLI_ACCOUNT **ret, DWORD *count)
{
	CASELLI_ACCOUNT v[3] = {
		{.Password = CASELLI_PASSWORD_THERE, .Connections = 2, .Uid = 1000,
		 .Name = "clerk", .CreatedAt = 1795354261, .SeenAt = 1795354261,
		 .PasswordAt = 1795354261},
		{.Kind = CASELLI_ACCOUNT_SERVICE, .Password = CASELLI_PASSWORD_NONE,
		 .Uid = 0x80000001, .Name = "OFFICE\\bruno", .CreatedAt = 1795354261},
		{.Kind = CASELLI_ACCOUNT_PASSWORD, .Password = CASELLI_PASSWORD_IS_DISABLED,
		 .Uid = UINT32_MAX, .Name = "zoe"}};

	(void)handle;
	if (!ok("CaselliEnumAccounts")) {
		return FALSE;
	}
	*ret = block(v, sizeof(v));
	*count = 3;
	return TRUE;
}

BOOL WINAPI CaselliCreateAccount(HANDLE handle, const char *name)
{
	(void)handle;
	snprintf(fake.access, sizeof(fake.access), "create %s", name);
	return ok("CaselliCreateAccount");
}

BOOL WINAPI CaselliDeleteAccount(HANDLE handle, const char *name)
{
	(void)handle;
	snprintf(fake.access, sizeof(fake.access), "delete %s", name);
	return ok("CaselliDeleteAccount");
}

BOOL WINAPI CaselliReassign(HANDLE handle, uint64_t id, const CASELLI_REASSIGN *to)
{
	(void)handle;
	snprintf(fake.access, sizeof(fake.access), "%u %s %s %s %s %d", (unsigned)id, to->Users,
		 to->SenderName ? to->SenderName : "-", to->SenderNumber ? to->SenderNumber : "-",
		 to->Subject ? to->Subject : "-", to->HasCoverPage);
	return ok("CaselliReassign");
}

BOOL WINAPI CaselliSetAccess(HANDLE handle, DWORD change, DWORD kind, const char *name,
			     const char *rights)
{
	(void)handle;
	snprintf(fake.access, sizeof(fake.access), "%u %u %s %s", change, kind,
		 name ? name : "-", rights);
	return ok("CaselliSetAccess");
}

BOOL WINAPI CaselliGetConfig(HANDLE handle, CASELLI_CONFIG **config)
{
	CASELLI_CONFIG c = {.ResumeAtUnconfirmed = TRUE};

	(void)handle;
	*config = block(&c, sizeof(c));
	return TRUE;
}

BOOL WINAPI CaselliSetConfig(HANDLE handle, const CASELLI_CONFIG *config)
{
	(void)handle;
	return config->SizeOfStruct == sizeof(*config);
}

BOOL WINAPI CaselliGetGeneral(HANDLE handle, CASELLI_GENERAL **general)
{
	(void)handle;
	*general = block(&fake.general, sizeof(fake.general));
	return ok("CaselliGetGeneral");
}

BOOL WINAPI CaselliSetGeneral(HANDLE handle, const CASELLI_GENERAL *general)
{
	(void)handle;
	fake.general = *general;
	fake.general.ActivityDirectory = "/var/lib/caselli/activity";
	snprintf(fake.directory, sizeof(fake.directory), "%s",
		 general->ActivityDirectory ? general->ActivityDirectory : "");
	return ok("CaselliSetGeneral");
}

BOOL WINAPI CaselliGetMail(HANDLE handle, CASELLI_MAIL **mail)
{
	CASELLI_MAIL m = {.SetByClient = !fake.mail_reset, .Receipts = TRUE, .Login = 1,
			  .Port = 587, .Server = "smtp.example.org", .From = "fax@example.org"};

	(void)handle;
	*mail = block(&m, sizeof(m));
	return TRUE;
}

BOOL WINAPI CaselliResetMail(HANDLE handle)
{
	(void)handle;
	fake.mail_reset = ok("CaselliResetMail");
	return fake.mail_reset;
}

BOOL WINAPI CaselliSetTrace(HANDLE handle, const char *facility, BOOL on)
{
	size_t used = strlen(fake.traces);

	(void)handle;
	snprintf(fake.traces + used, sizeof(fake.traces) - used, "%s%s ", on ? "+" : "-", facility);
	return TRUE;
}

BOOL WINAPI CaselliReadTrace(HANDLE handle, uint64_t *cursor, DWORD timeout_ms, char **lines)
{
	(void)handle, (void)timeout_ms;
	if (++*cursor > 2) {
		last_error = RPC_S_CALL_FAILED;
		return FALSE;
	}
	*lines = block("t30: DIS\n", 10);
	return TRUE;
}

BOOL WINAPI CaselliWaitChange(HANDLE handle, DWORD timeout_ms, uint64_t *serial, DWORD *changes)
{
	(void)handle, (void)timeout_ms;
	(*serial)++;
	*changes = CASELLI_CHANGE_JOB;
	return TRUE;
}

BOOL WINAPI CaselliLogin(const char *server, const char *user, const char *password)
{
	snprintf(fake.login, sizeof(fake.login), "%s|%s|%s", server, user, password);
	last_error = fake.fail && !strcmp(fake.fail, "CaselliLogin") ? fake.error : 0;
	return last_error == 0;
}

BOOL WINAPI CaselliLogout(const char *server)
{
	snprintf(fake.login, sizeof(fake.login), "out|%s", server);
	last_error = fake.fail && !strcmp(fake.fail, "CaselliLogout") ? fake.error : 0;
	return last_error == 0;
}
