/* SPDX-License-Identifier: Apache-2.0 */
/* The C API against a server inside the test: forms, handles, errors, sending. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "clients/winfax/winfax_priv.h"
#include "tests/support/support.h"
#include "tests/unit/winfax/fake_client.h"

struct env {
	HANDLE h;
	char *dir;
	char path[256];
};

static int setup(void **state)
{
	struct env *e = fx_zalloc(sizeof(*e));
	FILE *f;

	fake_reset();
	e->dir = fx_test_mkdir();
	(void)snprintf(e->path, sizeof(e->path), "%s/letter.bin", e->dir);
	f = fopen(e->path, "w");
	(void)fputs("%PDF-1.4 letter", f);
	(void)fclose(f);
	*state = e;
	return FaxConnectFaxServerA("", &e->h) ? 0 : -1;
}

static int teardown(void **state)
{
	struct env *e = *state;

	if (e->h) {
		(void)FaxClose(e->h);
	}
	fx_test_rmdir(e->dir);
	(void)fx_free(e);
	return fake.connections == 0 && fake.handles == 0 ? 0 : -1;
}

static void assert_error(BOOL ok, DWORD code)
{
	assert_false(ok);
	assert_int_equal(GetLastError(), code);
	assert_true(strlen(CaselliLastReason()) > 10);
}

static void connecting(void **state)
{
	HANDLE h = NULL;

	(void)state;
	assert_true(FaxConnectFaxServerW(u"\\\\Z\u00FCrich\\Fax", &h));
	assert_string_equal(fake.connected_to, "\\\\Z\xC3\xBCrich\\Fax");
	assert_true(FaxClose(h));
	assert_error(FaxClose(h), ERROR_INVALID_HANDLE);
	assert_error(FaxClose(NULL), ERROR_INVALID_HANDLE);
	assert_error(FaxClose((HANDLE)(uintptr_t)0x12345678), ERROR_INVALID_HANDLE);
	assert_int_equal(fake.goodbyes, 1);
	assert_error(FaxConnectFaxServerA(NULL, NULL), ERROR_INVALID_PARAMETER);
	fake.fail_connect = 1722;
	assert_error(FaxConnectFaxServerA("x", &h), RPC_S_SERVER_UNAVAILABLE);
	assert_null(h);
	assert_string_equal(CaselliLastReason(), "Nobody there.");
	fake.fail_connect = 0;
}

static void handle_kinds(void **state)
{
	struct env *e = *state;
	PFAX_DEVICE_STATUSA st = NULL;
	PFAX_PORT_INFOA p = NULL;
	HANDLE first = NULL, port = NULL;
	DWORD n;

	assert_true(FaxOpenPort(e->h, 11, PORT_OPEN_QUERY, &first));
	assert_error(FaxEnumPortsA(first, &p, &n), ERROR_INVALID_HANDLE);
	assert_error(FaxGetDeviceStatusA(e->h, &st), ERROR_INVALID_HANDLE);
	assert_error(FaxGetDeviceStatusA(NULL, &st), ERROR_INVALID_PARAMETER);
	assert_error(FaxOpenPort(e->h, 99, PORT_OPEN_QUERY, &port), ERROR_BAD_UNIT);
	assert_null(port);
	assert_error(FaxOpenPort(e->h, 11, 8, &port), ERROR_INVALID_PARAMETER);
	assert_error(FaxOpenPort(e->h, 11, 1, NULL), ERROR_INVALID_PARAMETER);
	assert_int_equal(fake.handles, 1);
	assert_true(FaxOpenPort(e->h, 12, PORT_OPEN_QUERY, &port));
	assert_true(FaxClose(e->h));
	e->h = NULL;
	assert_int_equal(fake.goodbyes, 0); /* ports keep the connection */
	assert_true(FaxGetDeviceStatusA(port, &st));
	FaxFreeBuffer(st);
	assert_true(FaxClose(port));
	assert_true(FaxClose(first));
	assert_int_equal(fake.handles, 0);
	assert_int_equal(fake.goodbyes, 1);
}

static void ports_both_forms(void **state)
{
	struct env *e = *state;
	PFAX_PORT_INFOA a = NULL;
	PFAX_PORT_INFOW w = NULL;
	DWORD n = 0;

	assert_true(FaxEnumPortsA(e->h, &a, &n));
	assert_int_equal(n, 2);
	assert_int_equal(a[0].SizeOfStruct, sizeof(FAX_PORT_INFOA));
	assert_int_equal(a[1].DeviceId, 12);
	assert_string_equal(a[0].DeviceName, "Z\xC3\xBCrich 1");
	assert_null(a[1].Csid);
	FaxFreeBuffer(a);
	assert_true(FaxEnumPortsW(e->h, &w, &n));
	assert_memory_equal(w[0].DeviceName, u"Z\u00FCrich 1", 18);
	assert_memory_equal(w[1].Tsid, u"TSID 2", 14);
	FaxFreeBuffer(w);
	assert_error(FaxEnumPortsA(e->h, NULL, &n), ERROR_INVALID_PARAMETER);
	assert_error(FaxEnumPortsA(e->h, &a, NULL), ERROR_INVALID_PARAMETER);
	fake.fail = 5;
	assert_error(FaxEnumPortsA(e->h, &a, &n), ERROR_ACCESS_DENIED);
	fake.fail = 0;
}

static void set_port(void **state)
{
	struct env *e = *state;
	PFAX_PORT_INFOW p = NULL;
	HANDLE q, m, other;

	assert_true(FaxOpenPort(e->h, 11, PORT_OPEN_QUERY, &q));
	assert_true(FaxOpenPort(e->h, 11, PORT_OPEN_MODIFY, &m));
	assert_error(FaxOpenPort(e->h, 11, PORT_OPEN_MODIFY, &other), ERROR_INVALID_HANDLE);
	assert_true(FaxGetPortW(m, &p));
	p->Rings = 9;
	p->Csid = u"new";
	assert_true(FaxSetPortW(m, p));
	assert_int_equal(fake.ports[0].rings, 9);
	assert_string_equal(fake.ports[0].csid.u8, "new");
	assert_error(FaxSetPortW(q, p), ERROR_ACCESS_DENIED);
	p->Priority = 0;
	assert_error(FaxSetPortW(m, p), ERROR_INVALID_PARAMETER);
	p->Priority = 3; /* above the number of ports: the server says so */
	assert_error(FaxSetPortW(m, p), ERROR_INVALID_PARAMETER);
	p->Priority = 1;
	p->SizeOfStruct--;
	assert_error(FaxSetPortW(m, p), ERROR_INVALID_PARAMETER);
	assert_error(FaxSetPortW(m, NULL), ERROR_INVALID_PARAMETER);
	FaxFreeBuffer(p);
	assert_true(FaxClose(q));
	assert_true(FaxClose(m));
}

static void device_status(void **state)
{
	struct env *e = *state;
	PFAX_DEVICE_STATUSW s = NULL;
	HANDLE p;

	assert_true(FaxOpenPort(e->h, 11, PORT_OPEN_QUERY, &p));
	assert_true(FaxGetDeviceStatusW(p, &s));
	assert_int_equal(s->SizeOfStruct, sizeof(*s));
	assert_int_equal(s->CurrentPage, 2);
	assert_int_equal(s->TotalPages, 5);
	assert_int_equal(s->Size, 4711);
	assert_int_equal(s->Status, FPS_SENDING);
	assert_memory_equal(s->PhoneNumber, u"+41 44", 14);
	assert_memory_equal(s->UserName, u"user", 10);
	assert_null(s->StatusString);
	FaxFreeBuffer(s);
	assert_true(FaxClose(p));
}

static void jobs(void **state)
{
	struct env *e = *state;
	PFAX_JOB_ENTRYA j = NULL;
	DWORD n, size, w, h;
	BYTE *page;

	assert_true(FaxEnumJobsA(e->h, &j, &n));
	assert_int_equal(n, 2);
	assert_string_equal(j[0].SenderDept, "dept");
	assert_null(j[1].UserName);
	FaxFreeBuffer(j);
	fake.n_jobs = 0;
	assert_true(FaxEnumJobsA(e->h, &j, &n)); /* an empty queue is no failure */
	assert_int_equal(n, 0);
	FaxFreeBuffer(j);
	fake.n_jobs = 2;
	assert_error(FaxGetJobA(e->h, 99, &j), ERROR_INVALID_PARAMETER);
	assert_true(FaxGetJobA(e->h, 1, &j));
	assert_true(FaxSetJobA(e->h, 1, JC_PAUSE, j));
	assert_true(FaxSetJobW(e->h, 1, JC_RESTART, NULL));
	assert_int_equal(fake.last_command, 3);
	FaxFreeBuffer(j);
	assert_error(FaxSetJobA(e->h, 1, JC_UNKNOWN, NULL), ERROR_INVALID_PARAMETER);
	assert_error(FaxSetJobA(e->h, 1, 4, NULL), ERROR_INVALID_PARAMETER);
	assert_error(FaxAbort(e->h, 99), ERROR_INVALID_PARAMETER);
	assert_true(FaxAbort(e->h, 2));
	assert_true(FaxGetPageData(e->h, 1, &page, &size, &w, &h));
	assert_int_equal(size, 4);
	assert_int_equal(w, 1728);
	FaxFreeBuffer(page);
	assert_error(FaxGetPageData(e->h, 2, &page, &size, &w, &h), ERROR_INVALID_DATA);
	assert_error(FaxGetPageData(e->h, 1, &page, NULL, &w, &h), ERROR_INVALID_PARAMETER);
}

static void configuration(void **state)
{
	struct env *e = *state;
	PFAX_CONFIGURATIONW c = NULL;

	assert_true(FaxGetConfigurationW(e->h, &c));
	assert_int_equal(c->DirtyDays, 0xFFFFFFFF);
	assert_int_equal(c->StartCheapTime.Hour, 20);
	assert_int_equal(c->StopCheapTime.Minute, 5);
	assert_true(FaxSetConfigurationW(e->h, c)); /* what was read can be written */
	c->ArchiveDirectory = NULL;
	assert_error(FaxSetConfigurationW(e->h, c), ERROR_INVALID_PARAMETER);
	c->ArchiveOutgoingFaxes = FALSE;
	c->Retries = 5;
	assert_true(FaxSetConfigurationW(e->h, c));
	assert_int_equal(fake.config.retries, 5);
	c->SizeOfStruct = 4;
	assert_error(FaxSetConfigurationW(e->h, c), ERROR_INVALID_PARAMETER);
	FaxFreeBuffer(c);
}

static void rights(void **state)
{
	struct env *e = *state;

	assert_true(FaxAccessCheck(e->h, FAX_ALL_ACCESS));
	/* each single bit, of the seven and of the standard ones: held or not held alone */
	for (unsigned i = 0; i < 32; i++) {
		DWORD bit = 1u << i;

		fake.rights = FAX_ALL_ACCESS & ~bit;
		SetLastError(123);
		assert_false(FaxAccessCheck(e->h, bit));
		assert_int_equal(GetLastError(), ERROR_SUCCESS);
		assert_int_equal(FaxAccessCheck(e->h, FAX_ALL_ACCESS), !(FAX_ALL_ACCESS & bit));
		fake.rights = bit;
		assert_int_equal(FaxAccessCheck(e->h, bit), TRUE);
		assert_false(FaxAccessCheck(e->h, FAX_READ));
		assert_false(FaxAccessCheck(e->h, 0));
	}
	fake.rights = FAX_READ | FAX_WRITE;
	assert_true(FaxAccessCheck(e->h, FAX_READ));
	assert_true(FaxAccessCheck(e->h, FAX_WRITE));
	SetLastError(123);
	assert_false(FaxAccessCheck(e->h, FAX_PORT_SET | FAX_JOB_QUERY));
	assert_int_equal(GetLastError(), ERROR_SUCCESS);
	assert_false(FaxAccessCheck(e->h, 0));
	assert_int_equal(GetLastError(), ERROR_SUCCESS);
	assert_error(FaxAccessCheck(NULL, 1), ERROR_INVALID_PARAMETER);
}

static void accounts_and_owners(void **state)
{
	CASELLI_REASSIGN to = {.SizeOfStruct = sizeof(to), .HasCoverPage = TRUE,
			       .Users = "anna;bruno", .SenderName = "ACME", .Subject = "Invoice"};
	struct env *e = *state;
	CASELLI_ACCOUNT *a = NULL;
	DWORD n = 0;

	assert_true(CaselliEnumAccounts(e->h, &a, &n));
	assert_int_equal(n, 1);
	assert_string_equal(a->Name, "EXAMPLE\\alice");
	assert_int_equal(a->Kind, CASELLI_ACCOUNT_SERVICE);
	assert_int_equal(a->Uid, 0x80000001);
	assert_int_equal(a->Password, CASELLI_PASSWORD_IS_DISABLED);
	assert_int_equal(a->Connections, 2);
	assert_int_equal(a->CreatedAt, 10);
	assert_int_equal(a->SeenAt, 20);
	assert_int_equal(a->PasswordAt, 30);
	CaselliFree(a);
	assert_error(CaselliEnumAccounts(e->h, &a, NULL), ERROR_INVALID_PARAMETER);
	assert_error(CaselliEnumAccounts(e->h, NULL, &n), ERROR_INVALID_PARAMETER);
	assert_error(CaselliEnumAccounts(NULL, &a, &n), ERROR_INVALID_PARAMETER);
	assert_true(CaselliCreateAccount(e->h, "bruno"));
	assert_error(CaselliCreateAccount(e->h, "anna"), ERROR_ALREADY_EXISTS);
	assert_error(CaselliCreateAccount(e->h, NULL), ERROR_INVALID_PARAMETER);
	assert_error(CaselliCreateAccount(NULL, "bruno"), ERROR_INVALID_PARAMETER);
	assert_true(CaselliDeleteAccount(e->h, "bruno"));
	assert_error(CaselliDeleteAccount(e->h, "anna"), ERROR_INVALID_PARAMETER);
	assert_error(CaselliDeleteAccount(e->h, NULL), ERROR_INVALID_PARAMETER);
	assert_error(CaselliDeleteAccount(NULL, "bruno"), ERROR_INVALID_PARAMETER);
	assert_true(CaselliReassign(e->h, 0, &to));
	assert_error(CaselliReassign(e->h, FX_W_FILE_NOT_FOUND, &to), ERROR_FILE_NOT_FOUND);
	assert_error(CaselliReassign(e->h, ERROR_INVALID_OPERATION, &to), ERROR_INVALID_OPERATION);
	assert_non_null(strstr(CaselliLastReason(), "incoming-public"));
	assert_error(CaselliReassign(e->h, ERROR_ACCESS_DENIED, &to), ERROR_ACCESS_DENIED);
	assert_error(CaselliReassign(e->h, 0, NULL), ERROR_INVALID_PARAMETER);
	assert_error(CaselliReassign(NULL, 0, &to), ERROR_INVALID_PARAMETER);
	to.Users = NULL;
	assert_error(CaselliReassign(e->h, 0, &to), ERROR_INVALID_PARAMETER);
	to.Users = "anna;bruno";
	to.SizeOfStruct--;
	assert_error(CaselliReassign(e->h, 0, &to), ERROR_INVALID_PARAMETER);
}

static void access_of_users(void **state)
{
	struct env *e = *state;
	CASELLI_ACCESS *a = NULL;
	DWORD n = 0;

	assert_true(CaselliEnumAccess(e->h, &a, &n));
	assert_int_equal(n, 1);
	assert_string_equal(a->Name, "clerk");
	assert_int_equal(a->Source, CASELLI_ACCESS_FROM_STORE);
	assert_int_equal(a->FileRights, FAX_READ);
	assert_string_equal(a->FileText, "read");
	assert_string_equal(a->Why, "");
	CaselliFree(a);
	assert_true(CaselliGetAccess(e->h, NULL, &a));
	assert_string_equal(a->Name, "me");
	assert_string_equal(a->Why, "user clerk (settings file)");
	CaselliFree(a);
	assert_error(CaselliGetAccess(e->h, "nobody-here", &a), ERROR_FILE_NOT_FOUND);
	assert_error(CaselliGetAccess(e->h, NULL, NULL), ERROR_INVALID_PARAMETER);
	assert_error(CaselliEnumAccess(e->h, &a, NULL), ERROR_INVALID_PARAMETER);
	assert_error(CaselliEnumAccess(NULL, &a, &n), ERROR_INVALID_PARAMETER);
	assert_true(CaselliSetAccess(e->h, CASELLI_ACCESS_GRANT, CASELLI_ACCESS_USER, "clerk",
				     "job_submit"));
	assert_error(CaselliSetAccess(e->h, 0, CASELLI_ACCESS_USER, "clerk", "wirte"),
		     ERROR_INVALID_PARAMETER);
	assert_error(CaselliSetAccess(e->h, 0, CASELLI_ACCESS_USER, "nobody-here", "read"),
		     ERROR_FILE_NOT_FOUND);
	assert_error(CaselliSetAccess(e->h, 0, 3, NULL, NULL), ERROR_ACCESS_DENIED);
	assert_error(CaselliSetAccess(NULL, 0, 0, NULL, NULL), ERROR_INVALID_PARAMETER);
	assert_true(CaselliSetPassword(e->h, CASELLI_PASSWORD_SET, "clerk", "long enough"));
	assert_error(CaselliSetPassword(e->h, CASELLI_PASSWORD_SET, "clerk", "short"),
		     ERROR_INVALID_PARAMETER);
	assert_error(CaselliSetPassword(e->h, CASELLI_PASSWORD_SET, "clerk", NULL),
		     ERROR_INVALID_PARAMETER);
	assert_error(CaselliSetPassword(e->h, CASELLI_PASSWORD_REMOVE, "nobody", NULL),
		     ERROR_FILE_NOT_FOUND);
	assert_error(CaselliSetPassword(e->h, CASELLI_PASSWORD_REMOVE, NULL, NULL),
		     ERROR_INVALID_PARAMETER);
}

static void free_buffer(void **state)
{
	_Alignas(16) static char foreign[64];

	(void)state;
	FaxFreeBuffer(NULL);
	FaxFreeBuffer(foreign + 32); /* not ours: left alone */
	FaxFreeBuffer(foreign + 33);
}

static void send_both_forms(void **state)
{
	struct env *e = *state;
	FAX_JOB_PARAMA a = {.SizeOfStruct = sizeof(a), .RecipientNumber = "+41 (44) 1,2",
			    .SenderName = "J\xC3\xBCrg", .BillingCode = "b"};
	FAX_JOB_PARAMW w = {.SizeOfStruct = sizeof(w), .RecipientNumber = u"555",
			    .RecipientName = u"J\u00F6rg", .ScheduleAction = JSA_DISCOUNT_PERIOD,
			    .DocumentName = u"title"};
	uint16_t *wide = fx_utf16_from_utf8(e->path, NULL);
	DWORD id = 0;

	assert_true(FaxSendDocumentA(e->h, e->path, &a, NULL, &id));
	assert_int_equal(id, 7);
	assert_string_equal(fake.number, "+41 (44) 1,2");
	assert_string_equal(fake.sender, "J\xC3\xBCrg");
	assert_string_equal(fake.document, "letter.bin");
	assert_string_equal(fake.ext, ".pdf"); /* by its bytes, not its name */
	assert_memory_equal(fake.upload, "%PDF-1.4 letter", 15);
	assert_false(fake.options_given);
	assert_true(FaxSendDocumentW(e->h, wide, &w, NULL, NULL));
	assert_string_equal(fake.number, "555");
	assert_string_equal(fake.recipient, "J\xC3\xB6rg");
	assert_string_equal(fake.document, "title");
	assert_int_equal(fake.schedule_action, JSA_DISCOUNT_PERIOD);
	a.Reserved[0] = 0xFFFFFFFF;
	a.Reserved[1] = 12;
	assert_true(FaxSendDocumentA(e->h, e->path, &a, NULL, &id));
	assert_int_equal(fake.options.device_id, 12);
	(void)fx_free(wide);
}

static void send_errors(void **state)
{
	struct env *e = *state;
	FAX_JOB_PARAMA p = {.SizeOfStruct = sizeof(p), .RecipientNumber = "1"};
	FAX_COVERPAGE_INFOA c = {.SizeOfStruct = sizeof(c)};
	char empty[300];

	assert_error(FaxSendDocumentA(NULL, e->path, &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	assert_error(FaxSendDocumentA(e->h, NULL, &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	assert_error(FaxSendDocumentA(e->h, e->path, NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
	assert_error(FaxSendDocumentA(e->h, "/nonexistent/x", &p, NULL, NULL),
			ERROR_FILE_NOT_FOUND);
	assert_error(FaxSendDocumentA(e->h, e->dir, &p, NULL, NULL), ERROR_INVALID_DATA);
	(void)snprintf(empty, sizeof(empty), "%s/empty.pdf", e->dir);
	(void)fclose(fopen(empty, "w"));
	assert_error(FaxSendDocumentA(e->h, empty, &p, NULL, NULL), ERROR_INVALID_DATA);
	p.CallHandle = 1;
	assert_error(FaxSendDocumentA(e->h, e->path, &p, NULL, NULL), ERROR_NOT_SUPPORTED);
	p.CallHandle = 0;
	p.ScheduleAction = JSA_SPECIFIC_TIME; /* month 0 */
	assert_error(FaxSendDocumentA(e->h, e->path, &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	p.ScheduleTime = (SYSTEMTIME){.wYear = 2000, .wMonth = 2, .wDay = 29};
	assert_true(FaxSendDocumentA(e->h, e->path, &p, NULL, NULL)); /* past: like now */
	p.ScheduleAction = JSA_NOW;
	assert_error(FaxSendDocumentA(e->h, e->path, &p, &c, NULL), ERROR_INVALID_PARAMETER);
	c.CoverPageName = "/nonexistent/x.cov";
	assert_error(FaxSendDocumentA(e->h, e->path, &p, &c, NULL), ERROR_FILE_NOT_FOUND);
	c.UseServerCoverPage = TRUE;
	assert_true(FaxSendDocumentA(e->h, e->path, &p, &c, NULL));
	assert_string_equal(fake.cover, "x.cov"); /* the service's folder, not ours */
	c.SizeOfStruct = 1;
	assert_error(FaxSendDocumentA(e->h, e->path, &p, &c, NULL), ERROR_INVALID_PARAMETER);
	p.RecipientNumber = "";
	assert_error(FaxSendDocumentA(e->h, e->path, &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	p.RecipientNumber = "1";
	p.SizeOfStruct = 80;
	assert_error(FaxSendDocumentA(e->h, e->path, &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	p.SizeOfStruct = sizeof(p);
	fake.fail = 19;
	assert_error(FaxSendDocumentA(e->h, e->path, &p, NULL, NULL), ERROR_WRITE_PROTECT);
	fake.fail = 0;
}

static void file_types(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *name, *ext;
	} t[] = {{"%PDF-1.7", 8, "x.txt", ".pdf"}, {"%!PS", 4, "x", ".ps"}, {"II*\0xxxx", 8,
			"x", ".tif"},
		 {"MM\0*", 4, "x", ".tif"}, {"\x89PNG\r\n\x1A\n", 8, "x", ".png"},
		 {"\xFF\xD8\xFF\xE0", 4, "x", ".jpg"}, {"hello", 5, "x", ".txt"},
		 {"hello", 5, "a.b/readme", ".txt"}, {"<html>", 6, "x.HTM", ".htm"},
		 {"PK\3\4", 4, "x.docx", ".docx"}, {"\0\1\2", 3, "x", NULL}, {"", 0, "x.txt", NULL},
		 {"\xFF\xFEh\0i\0", 6, "x", ".txt"}};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(t); i++) {
		const char *ext = wf_file_type((const uint8_t *)t[i].bytes, t[i].n, t[i].name);

		if (!fx_str_eq(ext, t[i].ext)) {
			fail_msg("row %zu: %s", i, ext ? ext : "none");
		}
	}
}

static void profile(void **state)
{
	struct env *e = *state;
	PFAX_JOB_PARAMW jw = NULL;
	PFAX_COVERPAGE_INFOW cw = NULL;
	PFAX_JOB_PARAMA ja = NULL;
	PFAX_COVERPAGE_INFOA ca = NULL;
	char path[300];
	FILE *f;

	(void)setenv("XDG_CONFIG_HOME", e->dir, 1);
	assert_true(FaxCompleteJobParamsA(&ja, &ca)); /* without a file: the account */
	assert_non_null(ja->SenderName);
	FaxFreeBuffer(ja);
	FaxFreeBuffer(ca);
	(void)snprintf(path, sizeof(path), "mkdir -p %s/caselli", e->dir);
	assert_int_equal(system(path), 0);
	(void)snprintf(path, sizeof(path), "%s/caselli/profile", e->dir);
	f = fopen(path, "w");
	(void)fputs("# me\nName = J\xC3\xBCrg Muster\nfax_number=+41 44\ndepartment = D\n"
		    "billing_code = 12\nunknown = x\nbroken line\n", f);
	(void)fclose(f);
	assert_true(FaxCompleteJobParamsW(&jw, &cw));
	assert_int_equal(jw->SizeOfStruct, sizeof(*jw));
	assert_memory_equal(jw->SenderName, u"J\u00FCrg Muster", 24);
	assert_memory_equal(cw->SdrFaxNumber, u"+41 44", 14);
	assert_memory_equal(jw->BillingCode, u"12", 6);
	assert_memory_equal(cw->SdrDepartment, u"D", 4);
	assert_null(jw->RecipientNumber);
	assert_int_equal(jw->ScheduleAction, JSA_NOW);
	FaxFreeBuffer(jw);
	FaxFreeBuffer(cw);
	assert_error(FaxCompleteJobParamsA(NULL, &ca), ERROR_INVALID_PARAMETER);
	(void)unsetenv("XDG_CONFIG_HOME");
}

static void beyond_windows(void **state)
{
	uint64_t next = 9;
	struct env *e = *state;
	const char *files[] = {e->path, e->path, e->path};
	CASELLI_SEND s = {.SizeOfStruct = sizeof(s), .FileCount = 3, .Files = files,
			  .Resolution = CASELLI_RESOLUTION_FINE, .Priority = CASELLI_PRIORITY_HIGH};
	FAX_JOB_PARAMA p = {.SizeOfStruct = sizeof(p), .RecipientNumber = "1"};
	CASELLI_PORT_STATUS *ps = NULL;
	CASELLI_JOB *j = NULL;
	CASELLI_MESSAGE *m = NULL;
	CASELLI_ATTEMPT *a = NULL;
	CASELLI_HEALTH *hl = NULL;
	CASELLI_CONFIG *c = NULL;
	uint64_t id = 0, serial = 0, cursor = 0;
	char *text = NULL;
	BYTE *data = NULL;
	DWORD n = 0, changes = 0;

	assert_true(CaselliSend(e->h, &s, &p, NULL, &n, &id));
	assert_int_equal(id, 1001);
	assert_int_equal(fake.options.resolution, 196);
	assert_non_null(strchr(fake.file_names, ';'));
	s.Resolution = 5;
	assert_error(CaselliSend(e->h, &s, &p, NULL, &n, &id), ERROR_INVALID_PARAMETER);
	assert_true(CaselliGetPortStatus(e->h, 0, &ps, &n));
	assert_int_equal(ps->Resolution, 196);
	assert_string_equal(ps->Name, "one");
	assert_string_equal(ps->RemoteId, ""); /* never NULL */
	CaselliFree(ps);
	assert_true(CaselliFindJob(e->h, 7, &j));
	assert_int_equal(j->QueueStatus, JS_RETRYING | JS_PAUSED);
	assert_string_equal(j->Words, "The number is busy.");
	CaselliFree(j);
	assert_true(CaselliFindJob(e->h, 8, &j));
	assert_true(j->Finished);
	CaselliFree(j);
	assert_error(CaselliFindJob(e->h, 9, &j), FAX_ERR_MESSAGE_NOT_FOUND);
	assert_true(CaselliEnumJobs(e->h, &j, &n));
	assert_int_equal(n, 2);
	assert_int_equal(j[1].JobId, 8);
	assert_string_equal(j[1].Words, "The number is busy.");
	CaselliFree(j);
	assert_true(CaselliEnumJobsPage(e->h, 0, 1, &j, &n, &next));
	assert_int_equal(n, 1);
	assert_int_equal(next, 77);
	assert_int_equal(j->JobType, CASELLI_JT_BROADCAST);
	assert_int_equal(j->Recipients, 1);
	CaselliFree(j);
	assert_true(CaselliEnumJobsPage(e->h, next, 1000, &j, &n, &next));
	assert_int_equal(n, 1);
	assert_int_equal(next, 0);
	assert_int_equal(j->BroadcastId, 7);
	CaselliFree(j);
	assert_error(CaselliEnumJobsPage(e->h, 0, 0, &j, &n, &next), ERROR_INVALID_PARAMETER);
	assert_error(CaselliEnumJobsPage(e->h, 0, 1001, &j, &n, &next), ERROR_INVALID_PARAMETER);
	assert_error(CaselliEnumJobsPage(e->h, 0, 1, &j, &n, NULL), ERROR_INVALID_PARAMETER);
	assert_true(CaselliCancelBroadcast(e->h, 7));
	assert_error(CaselliCancelBroadcast(e->h, 8), ERROR_INVALID_PARAMETER);
	assert_true(CaselliEnumAttempts(e->h, 77, &a, &n));
	assert_int_equal(a->FirstPage, 1);
	CaselliFree(a);
	assert_true(CaselliGetCallLog(e->h, 77, 5, &text, &n));
	assert_string_equal(text, "log\n");
	CaselliFree(text);
	assert_true(CaselliEnumMessages(e->h, CASELLI_FOLDER_INBOX, 0, 0, &m, &n));
	assert_string_equal(m->Tsid, "far");
	CaselliFree(m);
	assert_true(CaselliEnumNewestMessages(e->h, CASELLI_FOLDER_INBOX, 0, 0, &m, &n));
	assert_int_equal(n, 1);
	assert_string_equal(m->Tsid, "far");
	CaselliFree(m);
	assert_error(CaselliEnumNewestMessages(e->h, 2, 0, 0, &m, &n), ERROR_INVALID_PARAMETER);
	assert_true(CaselliGetMessage(e->h, 78, &m));
	assert_string_equal(m->Csid, "far");
	CaselliFree(m);
	assert_true(CaselliRemoveMessage(e->h, 78));
	assert_true(CaselliSetMessageRead(e->h, 78, TRUE));
	assert_error(CaselliRemoveMessage(e->h, 1), FAX_ERR_MESSAGE_NOT_FOUND);
	assert_true(CaselliView(e->h, 78, CASELLI_VIEW_PDF, 0, &data, &n, NULL));
	assert_memory_equal(data, "%PDF", 5);
	CaselliFree(data);
	assert_true(CaselliGetHealth(e->h, &hl, &n));
	assert_string_equal(hl->Text, "nearly full");
	CaselliFree(hl);
	assert_true(CaselliGetConfig(e->h, &c));
	c->JoinJobs = TRUE;
	assert_true(CaselliSetConfig(e->h, c));
	CaselliFree(c);
	assert_error(CaselliSetTrace(e->h, "x", TRUE), ERROR_INVALID_PARAMETER);
	assert_true(CaselliReadTrace(e->h, &cursor, 10, &text));
	assert_string_equal(text, "01:02:03.004 t30: DIS\n");
	CaselliFree(text);
	assert_int_equal(fake.connections, 2); /* waits have their own */
	assert_true(CaselliWaitChange(e->h, 10, &serial, &changes));
	assert_int_equal(changes, CASELLI_CHANGE_PORT);
	assert_int_equal(fake.connections, 2);
}

static void *work(void *arg)
{
	struct env *e = arg;
	int i;

	for (i = 0; i < 200; i++) {
		PFAX_PORT_INFOW p = NULL;
		PFAX_DEVICE_STATUSA s = NULL;
		HANDLE h = NULL;
		DWORD n;

		if (!FaxEnumPortsW(e->h, &p, &n) || !FaxOpenPort(e->h, 11, PORT_OPEN_QUERY, &h) ||
		    !FaxGetDeviceStatusA(h, &s) || s->Size != 4711 || !FaxClose(h)) {
			return e;
		}
		FaxFreeBuffer(p);
		FaxFreeBuffer(s);
	}
	return NULL;
}

static void eight_threads(void **state)
{
	pthread_t t[8];
	void *bad;
	int i;

	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_create(&t[i], NULL, work, *state), 0);
	}
	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(t[i], &bad), 0);
		assert_null(bad);
	}
	assert_int_equal(fake.handles, 0);
}

static int send_once(void *arg)
{
	struct env *e = arg;
	FAX_JOB_PARAMW w = {.SizeOfStruct = sizeof(w), .RecipientNumber = u"555"};
	PFAX_PORT_INFOW p = NULL;
	PFAX_JOB_PARAMA ja = NULL;
	PFAX_COVERPAGE_INFOA ca = NULL;
	HANDLE h = NULL, port = NULL;
	WCHAR path[256];
	DWORD n;
	size_t i;
	BOOL ok;

	for (i = 0; i <= strlen(e->path); i++) {
		path[i] = (unsigned char)e->path[i];
	}
	ok = FaxConnectFaxServerA("", &h) && FaxEnumPortsW(h, &p, &n) &&
	     FaxOpenPort(h, 11, PORT_OPEN_QUERY, &port) && FaxCompleteJobParamsA(&ja, &ca) &&
	     FaxSendDocumentW(h, path, &w, NULL, &n);
	if (!ok && GetLastError() != ERROR_NOT_ENOUGH_MEMORY) {
		return -1;
	}
	FaxFreeBuffer(p);
	FaxFreeBuffer(ja);
	FaxFreeBuffer(ca);
	if (port) {
		(void)FaxClose(port);
	}
	if (h) {
		(void)FaxClose(h);
	}
	return ok ? 0 : FX_ENOMEM;
}

static void out_of_memory(void **state)
{
	fx_test_oom_sweep(send_once, *state);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(connecting), T(handle_kinds), T(ports_both_forms), T(set_port), T(device_status),
		T(jobs), T(configuration), T(rights), T(access_of_users),
		T(accounts_and_owners), T(free_buffer), T(send_both_forms),
		T(send_errors), T(file_types), T(profile), T(beyond_windows), T(eight_threads),
		T(out_of_memory)};

	return cmocka_run_group_tests_name("winfax", tests, NULL, NULL);
}
