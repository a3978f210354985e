/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 23 functions that exist in two forms. Included by rows_a.c and rows_w.c, where
 * F(name) is name##A or name##W and T("text") is the text in that form.
 */
#include "rig.h"

static size_t text_bytes(const void *s)
{
	size_t n = 0;

	while (((const F(CASELLI_CH) *)s)[n]) {
		n++;
	}
	return (n + 1) * sizeof(F(CASELLI_CH));
}

static void same(const void *a, const void *b)
{
	assert_non_null(a);
	assert_int_equal(text_bytes(a), text_bytes(b));
	assert_memory_equal(a, b, text_bytes(b));
}

/* ---- Connecting ---- */

static void connect_good(void)
{
	HANDLE h = NULL, local = NULL;
	F(CASELLI_CH) path[300];
	size_t i;

	for (i = 0; i <= strlen(rig_socket()); i++) {
		path[i] = (F(CASELLI_CH))rig_socket()[i];
	}
	OK(F(FaxConnectFaxServer)(NULL, &local));
	OK(FaxAccessCheck(local, FAX_JOB_QUERY));
	OK(FaxClose(local));
	OK(F(FaxConnectFaxServer)(T(""), &local));
	OK(FaxClose(local));
	OK(F(FaxConnectFaxServer)(path, &h));
	OK(FaxAbort(h, waiting_job())); /* the job of another connection */
	OK(FaxClose(h));
}

static void connect_bad(void)
{
	HANDLE h = fax;

	ERR(F(FaxConnectFaxServer)(NULL, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxConnectFaxServer)(T("/nonexistent/rpc"), &h), RPC_S_SERVER_UNAVAILABLE);
	assert_null(h);
	ERR(F(FaxConnectFaxServer)(T("\\\\far.example"), &h), RPC_S_SERVER_UNAVAILABLE);
	ERR(F(FaxConnectFaxServer)(T("host:"), &h), 1707); /* a malformed name */
}

/* ---- FaxCompleteJobParams ---- */

static void complete_good(void)
{
	F(PFAX_JOB_PARAM) p = NULL;
	F(PFAX_COVERPAGE_INFO) c = NULL;
	char path[400];
	FILE *f;

	(void)snprintf(path, sizeof(path), "mkdir -p %s/caselli", dir);
	assert_int_equal(system(path), 0);
	(void)snprintf(path, sizeof(path), "%s/caselli/profile", dir);
	f = fopen(path, "w");
	(void)fputs("name = J\u00FCrg Muster\nfax_number = +41 44\ncompany = \u682A\u5F0F\n", f);
	(void)fclose(f);
	OK(F(FaxCompleteJobParams)(&p, &c));
	assert_int_equal(p->SizeOfStruct, sizeof(*p));
	assert_int_equal(c->SizeOfStruct, sizeof(*c));
	same(p->SenderName, T("J\u00FCrg Muster"));
	same(c->SdrName, T("J\u00FCrg Muster"));
	same(c->SdrFaxNumber, T("+41 44"));
	same(c->SdrCompany, T("\u682A\u5F0F"));
	assert_null(p->RecipientNumber);
	assert_int_equal(p->ScheduleAction, JSA_NOW);
	p->RecipientNumber = T("1"); /* a member may be replaced */
	FaxFreeBuffer(p);
	FaxFreeBuffer(c);
	(void)remove(path);
}

static void complete_bad(void)
{
	F(PFAX_JOB_PARAM) p = NULL;
	F(PFAX_COVERPAGE_INFO) c = NULL;

	ERR(F(FaxCompleteJobParams)(NULL, &c), ERROR_INVALID_PARAMETER);
	ERR(F(FaxCompleteJobParams)(&p, NULL), ERROR_INVALID_PARAMETER);
}

/* ---- FaxSendDocument ---- */

static void params(F(FAX_JOB_PARAM) *p)
{
	memset(p, 0, sizeof(*p));
	p->SizeOfStruct = sizeof(*p);
	p->RecipientNumber = T("102");
	p->RecipientName = T("Jos\u00E9");
	p->SenderName = T("\u0391\u03B8\u03AE\u03BD\u03B1");
	p->BillingCode = T("B-1");
	p->DocumentName = T("Gr\u00FC\u00DFe \u2713");
}

static void send_good(void)
{
	F(FAX_JOB_PARAM) p;
	F(PFAX_JOB_ENTRY) j = NULL;
	DWORD id = 0;

	params(&p);
	p.ScheduleAction = JSA_SPECIFIC_TIME;
	p.ScheduleTime = (SYSTEMTIME){.wYear = 2099, .wMonth = 12, .wDay = 31, .wHour = 23};
	OK(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, NULL, &id));
	assert_in_range(id, 1, 32767);
	OK(F(FaxGetJob)(other, id, &j));
	same(j->RecipientNumber, T("102"));
	same(j->RecipientName, T("Jos\u00E9"));
	same(j->SenderName, T("\u0391\u03B8\u03AE\u03BD\u03B1"));
	same(j->BillingCode, T("B-1"));
	same(j->DocumentName, T("Gr\u00FC\u00DFe \u2713"));
	assert_int_equal(j->JobType, JT_SEND);
	assert_int_equal(j->ScheduleAction, JSA_SPECIFIC_TIME);
	assert_int_equal(j->ScheduleTime.wYear, 2099);
	assert_int_equal(j->ScheduleTime.wHour, 23);
	FaxFreeBuffer(j);
	cancel(id);
	p.ScheduleTime.wYear = 2001; /* a time that has passed is now */
	OK(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, NULL, NULL));
	cancel_rest();
}

static void send_bad(void)
{
	F(FAX_COVERPAGE_INFO) c = {.SizeOfStruct = sizeof(c)};
	F(FAX_JOB_PARAM) p;

	params(&p);
	ERR(F(FaxSendDocument)(NULL, F(FILE_)(letter), &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSendDocument)(port, F(FILE_)(letter), &p, NULL, NULL), ERROR_INVALID_HANDLE);
	ERR(F(FaxSendDocument)(fax, NULL, &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSendDocument)(fax, F(FILE_)(missing), &p, NULL, NULL), ERROR_FILE_NOT_FOUND);
	ERR(F(FaxSendDocument)(fax, F(FILE_)(empty), &p, NULL, NULL), ERROR_INVALID_DATA);
	ERR(F(FaxSendDocument)(fax, T("/dev/null"), &p, NULL, NULL), ERROR_INVALID_DATA);
	p.RecipientNumber = NULL;
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	params(&p);
	p.CallHandle = 1;
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, NULL, NULL), ERROR_NOT_SUPPORTED);
	params(&p);
	p.ScheduleAction = 3;
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	p.ScheduleAction = JSA_SPECIFIC_TIME; /* without one */
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	params(&p);
	p.SizeOfStruct = sizeof(p) + 4;
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	params(&p);
	p.Reserved[0] = 1;
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, NULL, NULL), ERROR_INVALID_PARAMETER);
	params(&p);
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, &c, NULL), ERROR_INVALID_PARAMETER);
	c.CoverPageName = F(FILE_)(missing);
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, &c, NULL), ERROR_FILE_NOT_FOUND);
	c.UseServerCoverPage = TRUE;
	c.CoverPageName = T("no such page");
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, &c, NULL), ERROR_FILE_NOT_FOUND);
	c.SizeOfStruct = 0;
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, &c, NULL), ERROR_INVALID_PARAMETER);
	block_queue(true);
	ERR(F(FaxSendDocument)(fax, F(FILE_)(letter), &p, NULL, NULL), ERROR_WRITE_PROTECT);
	block_queue(false);
}

static BOOL send_denied(HANDLE h)
{
	F(FAX_JOB_PARAM) p;

	params(&p);
	return F(FaxSendDocument)(h, F(FILE_)(letter), &p, NULL, NULL);
}

/* ---- FaxSendDocumentForBroadcast ---- */

#define MANY 260u /* more than a batch */
struct list {
	DWORD n, calls;
	BOOL numberless;
};

static BOOL CALLBACK next(HANDLE h, DWORD i, LPVOID context, F(PFAX_JOB_PARAM) p,
			  F(PFAX_COVERPAGE_INFO) c)
{
	static F(CASELLI_CH) number[4]; /* the same memory each time */
	struct list *l = context;

	assert_ptr_equal(h, fax);
	assert_int_equal(i, ++l->calls);
	assert_int_equal(c->SizeOfStruct, sizeof(*c));
	number[0] = (F(CASELLI_CH))('0' + i / 100);
	number[1] = (F(CASELLI_CH))('0' + i / 10 % 10);
	number[2] = (F(CASELLI_CH))('0' + i % 10);
	p->RecipientNumber = l->numberless ? NULL : number;
	p->RecipientName = T("Jos\u00E9");
	return i <= l->n;
}

static void broadcast_good(void)
{
	struct list l = {.n = MANY};
	F(PFAX_JOB_ENTRY) j = NULL;
	DWORD parent = 0, n = 0, i, found = 0;

	OK(F(FaxSendDocumentForBroadcast)(fax, F(FILE_)(letter), &parent, next, &l));
	assert_true(parent > 0);
	assert_int_equal(l.calls, MANY + 1);
	/* the parent is no job to look at or to cancel */
	ERR(FaxAbort(other, parent), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetJob)(other, parent, JC_DELETE, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetJob)(other, parent, &j), ERROR_INVALID_PARAMETER);
	OK(F(FaxEnumJobs)(other, &j, &n));
	for (i = 0; i < n; i++) {
		if (j[i].JobId == foreign_job) {
			continue;
		}
		assert_int_not_equal(j[i].JobId, parent);
		same(j[i].RecipientName, T("Jos\u00E9"));
		assert_true(text_bytes(j[i].RecipientNumber) == 4 * sizeof(F(CASELLI_CH)));
		OK(FaxAbort(other, j[i].JobId));
		found++;
	}
	assert_int_equal(found, MANY);
	FaxFreeBuffer(j);
}

static void broadcast_bad(void)
{
	struct list l = {.n = 1, .numberless = TRUE}, nobody = {.n = 0};
	DWORD id = 0;

	ERR(F(FaxSendDocumentForBroadcast)(fax, F(FILE_)(letter), &id, next, &l),
	    ERROR_INVALID_PARAMETER);
	l = (struct list){.n = 1};
	ERR(F(FaxSendDocumentForBroadcast)(NULL, F(FILE_)(letter), &id, next, &l),
	    ERROR_INVALID_PARAMETER);
	ERR(F(FaxSendDocumentForBroadcast)(port, F(FILE_)(letter), &id, next, &l),
	    ERROR_INVALID_HANDLE);
	ERR(F(FaxSendDocumentForBroadcast)(fax, NULL, &id, next, &l), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSendDocumentForBroadcast)(fax, F(FILE_)(letter), NULL, next, &l),
	    ERROR_INVALID_PARAMETER);
	ERR(F(FaxSendDocumentForBroadcast)(fax, F(FILE_)(letter), &id, NULL, &l),
	    ERROR_INVALID_PARAMETER);
	ERR(F(FaxSendDocumentForBroadcast)(fax, F(FILE_)(missing), &id, next, &l),
	    ERROR_FILE_NOT_FOUND);
	ERR(F(FaxSendDocumentForBroadcast)(fax, F(FILE_)(empty), &id, next, &l),
	    ERROR_INVALID_DATA);
	assert_int_equal(l.calls, 0); /* nobody was asked */
	OK(F(FaxSendDocumentForBroadcast)(fax, F(FILE_)(letter), &id, next, &nobody));
}

static BOOL broadcast_denied(HANDLE h)
{
	struct list l = {.n = 0};
	DWORD id = 0;

	return F(FaxSendDocumentForBroadcast)(h, F(FILE_)(letter), &id, next, &l);
}

/* ---- Jobs ---- */

static void enum_jobs_good(void)
{
	DWORD id = waiting_job(), n = 0, i, seen = 0;
	F(PFAX_JOB_ENTRY) j = NULL;

	OK(F(FaxEnumJobs)(fax, &j, &n));
	for (i = 0; i < n; i++) {
		assert_int_equal(j[i].SizeOfStruct, sizeof(*j));
		if (j[i].JobId == id) {
			same(j[i].DocumentName, T("Gr\u00FC\u00DFe"));
			seen++;
		}
	}
	assert_int_equal(seen, 1);
	FaxFreeBuffer(j);
	cancel(id);
}

static void enum_jobs_bad(void)
{
	F(PFAX_JOB_ENTRY) j = NULL;
	DWORD n = 0;

	ERR(F(FaxEnumJobs)(NULL, &j, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxEnumJobs)(port, &j, &n), ERROR_INVALID_HANDLE);
	ERR(F(FaxEnumJobs)(fax, NULL, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxEnumJobs)(fax, &j, NULL), ERROR_INVALID_PARAMETER);
}

static BOOL enum_jobs_denied(HANDLE h)
{
	F(PFAX_JOB_ENTRY) j = NULL;
	DWORD n = 0;

	return F(FaxEnumJobs)(h, &j, &n);
}

static void get_job_good(void)
{
	DWORD id = waiting_job();
	F(PFAX_JOB_ENTRY) j = NULL;

	OK(F(FaxGetJob)(fax, id, &j));
	assert_int_equal(j->SizeOfStruct, sizeof(*j));
	assert_int_equal(j->JobId, id);
	assert_int_equal(j->Status, 0); /* on no device */
	same(j->RecipientName, T("Jos\u00E9"));
	assert_non_null(j->UserName);
	assert_null(j->DeliveryReportAddress);
	FaxFreeBuffer(j);
	cancel(id);
}

static void get_job_bad(void)
{
	F(PFAX_JOB_ENTRY) j = NULL;

	ERR(F(FaxGetJob)(NULL, foreign_job, &j), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetJob)(port, foreign_job, &j), ERROR_INVALID_HANDLE);
	ERR(F(FaxGetJob)(fax, foreign_job, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetJob)(fax, 31999, &j), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetJob)(fax, 0, &j), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetJob)(fax, 0xFFFFFFFF, &j), ERROR_INVALID_PARAMETER);
}

static BOOL get_job_denied(HANDLE h)
{
	F(PFAX_JOB_ENTRY) j = NULL;

	return F(FaxGetJob)(h, foreign_job, &j);
}

static DWORD queue_status(DWORD id)
{
	F(PFAX_JOB_ENTRY) j = NULL;
	DWORD status;

	OK(F(FaxGetJob)(other, id, &j));
	status = j->QueueStatus;
	FaxFreeBuffer(j);
	return status;
}

static void set_job_good(void)
{
	DWORD id = waiting_job();
	F(FAX_JOB_ENTRY) e = {.SizeOfStruct = sizeof(e), .JobId = id};
	F(PFAX_JOB_ENTRY) j = NULL;

	OK(F(FaxSetJob)(fax, id, JC_PAUSE, NULL));
	assert_true(queue_status(id) & JS_PAUSED);
	OK(F(FaxSetJob)(fax, id, JC_RESUME, &e));
	assert_false(queue_status(id) & JS_PAUSED);
	OK(F(FaxSetJob)(fax, id, JC_RESTART, NULL)); /* the same number */
	OK(F(FaxSetJob)(fax, id, JC_DELETE, NULL));
	ERR(F(FaxGetJob)(other, id, &j), ERROR_INVALID_PARAMETER);
}

static void set_job_bad(void)
{
	ERR(F(FaxSetJob)(NULL, foreign_job, JC_PAUSE, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetJob)(port, foreign_job, JC_PAUSE, NULL), ERROR_INVALID_HANDLE);
	ERR(F(FaxSetJob)(fax, foreign_job, JC_UNKNOWN, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetJob)(fax, foreign_job, 4, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetJob)(fax, 31999, JC_PAUSE, NULL), ERROR_INVALID_PARAMETER);
}

static BOOL set_job_denied(HANDLE h)
{
	return F(FaxSetJob)(h, foreign_job, JC_PAUSE, NULL);
}

/* ---- Configuration, logging ---- */

static void get_config_good(void)
{
	F(PFAX_CONFIGURATION) c = NULL;

	OK(F(FaxGetConfiguration)(fax, &c));
	assert_int_equal(c->SizeOfStruct, sizeof(*c));
	assert_true(c->PauseServerQueue);
	FaxFreeBuffer(c);
}

static void get_config_bad(void)
{
	F(PFAX_CONFIGURATION) c = NULL;

	ERR(F(FaxGetConfiguration)(NULL, &c), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetConfiguration)(port, &c), ERROR_INVALID_HANDLE);
	ERR(F(FaxGetConfiguration)(fax, NULL), ERROR_INVALID_PARAMETER);
}

static BOOL get_config_denied(HANDLE h)
{
	F(PFAX_CONFIGURATION) c = NULL;

	return F(FaxGetConfiguration)(h, &c);
}

static void set_config_good(void)
{
	F(PFAX_CONFIGURATION) c = NULL, seen = NULL;

	OK(F(FaxGetConfiguration)(fax, &c));
	OK(F(FaxSetConfiguration)(fax, c)); /* what was read can be written */
	c->Retries = c->Retries == 4 ? 5 : 4;
	c->DirtyDays = 0xFFFFFFFF;
	c->StopCheapTime = (FAX_TIME){23, 59};
	c->Branding = !c->Branding;
	OK(F(FaxSetConfiguration)(fax, c));
	OK(F(FaxGetConfiguration)(other, &seen));
	assert_int_equal(seen->Retries, c->Retries);
	assert_int_equal(seen->DirtyDays, 0xFFFFFFFF);
	assert_int_equal(seen->StopCheapTime.Minute, 59);
	assert_int_equal(seen->Branding, c->Branding);
	FaxFreeBuffer(seen);
	FaxFreeBuffer(c);
}

static void set_config_bad(void)
{
	F(PFAX_CONFIGURATION) c = NULL;

	OK(F(FaxGetConfiguration)(fax, &c));
	ERR(F(FaxSetConfiguration)(NULL, c), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetConfiguration)(port, c), ERROR_INVALID_HANDLE);
	ERR(F(FaxSetConfiguration)(fax, NULL), ERROR_INVALID_PARAMETER);
	c->ArchiveOutgoingFaxes = TRUE;
	c->ArchiveDirectory = NULL;
	ERR(F(FaxSetConfiguration)(fax, c), ERROR_INVALID_PARAMETER);
	c->ArchiveOutgoingFaxes = FALSE;
	c->StartCheapTime = (FAX_TIME){24, 0};
	ERR(F(FaxSetConfiguration)(fax, c), ERROR_INVALID_PARAMETER);
	c->StartCheapTime = (FAX_TIME){0, 0};
	c->SizeOfStruct = 52; /* of 32-bit programs */
	ERR(F(FaxSetConfiguration)(fax, c), ERROR_INVALID_PARAMETER);
	FaxFreeBuffer(c);
}

static BOOL set_config_denied(HANDLE h)
{
	F(FAX_CONFIGURATION) c = {.SizeOfStruct = sizeof(c)};

	return F(FaxSetConfiguration)(h, &c);
}

static void get_logging_good(void)
{
	F(PFAX_LOG_CATEGORY) l = NULL;
	DWORD n = 0, i;

	OK(F(FaxGetLoggingCategories)(fax, &l, &n));
	assert_int_equal(n, 4);
	for (i = 0; i < n; i++) {
		assert_int_equal(l[i].Category, i + 1);
		assert_true(l[i].Level <= FAXLOG_LEVEL_MAX);
		assert_true(text_bytes(l[i].Name) > sizeof(F(CASELLI_CH)));
	}
	FaxFreeBuffer(l);
}

static void get_logging_bad(void)
{
	F(PFAX_LOG_CATEGORY) l = NULL;
	DWORD n = 0;

	ERR(F(FaxGetLoggingCategories)(NULL, &l, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetLoggingCategories)(port, &l, &n), ERROR_INVALID_HANDLE);
	ERR(F(FaxGetLoggingCategories)(fax, NULL, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetLoggingCategories)(fax, &l, NULL), ERROR_INVALID_PARAMETER);
}

static BOOL get_logging_denied(HANDLE h)
{
	F(PFAX_LOG_CATEGORY) l = NULL;
	DWORD n = 0;

	return F(FaxGetLoggingCategories)(h, &l, &n);
}

static void set_logging_good(void)
{
	F(PFAX_LOG_CATEGORY) l = NULL, seen = NULL;
	DWORD n = 0, want;

	OK(F(FaxGetLoggingCategories)(fax, &l, &n));
	want = l[1].Level == FAXLOG_LEVEL_NONE ? FAXLOG_LEVEL_MIN : FAXLOG_LEVEL_NONE;
	l[1].Level = want;
	OK(F(FaxSetLoggingCategories)(fax, &l[1], 1)); /* the others stay */
	OK(F(FaxGetLoggingCategories)(other, &seen, &n));
	assert_int_equal(seen[0].Level, l[0].Level);
	assert_int_equal(seen[1].Level, want);
	FaxFreeBuffer(seen);
	FaxFreeBuffer(l);
}

static void set_logging_bad(void)
{
	F(FAX_LOG_CATEGORY) l = {T("x"), FAXLOG_CATEGORY_INIT, FAXLOG_LEVEL_MIN};

	ERR(F(FaxSetLoggingCategories)(NULL, &l, 1), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetLoggingCategories)(port, &l, 1), ERROR_INVALID_HANDLE);
	ERR(F(FaxSetLoggingCategories)(fax, NULL, 1), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetLoggingCategories)(fax, &l, 0), ERROR_INVALID_PARAMETER);
	l.Level = 4;
	ERR(F(FaxSetLoggingCategories)(fax, &l, 1), ERROR_INVALID_PARAMETER);
	l = (F(FAX_LOG_CATEGORY)){NULL, 5, 0};
	ERR(F(FaxSetLoggingCategories)(fax, &l, 1), ERROR_INVALID_PARAMETER);
}

static BOOL set_logging_denied(HANDLE h)
{
	F(FAX_LOG_CATEGORY) l = {NULL, FAXLOG_CATEGORY_INIT, FAXLOG_LEVEL_MIN};

	return F(FaxSetLoggingCategories)(h, &l, 1);
}

/* ---- Ports ---- */

static void enum_ports_good(void)
{
	F(PFAX_PORT_INFO) p = NULL;
	DWORD n = 0;

	OK(F(FaxEnumPorts)(fax, &p, &n));
	assert_int_equal(n, 2);
	assert_int_equal(p[0].SizeOfStruct, sizeof(*p));
	assert_int_equal(p[0].DeviceId, ids[0]);
	assert_int_equal(p[1].DeviceId, ids[1]);
	same(p[0].DeviceName, T("Loop 1"));
	assert_int_equal(p[0].Priority + p[1].Priority, 3);
	FaxFreeBuffer(p);
}

static void enum_ports_bad(void)
{
	F(PFAX_PORT_INFO) p = NULL;
	DWORD n = 0;

	ERR(F(FaxEnumPorts)(NULL, &p, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxEnumPorts)(port, &p, &n), ERROR_INVALID_HANDLE);
	ERR(F(FaxEnumPorts)(fax, NULL, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxEnumPorts)(fax, &p, NULL), ERROR_INVALID_PARAMETER);
}

static BOOL enum_ports_denied(HANDLE h)
{
	F(PFAX_PORT_INFO) p = NULL;
	DWORD n = 0;

	return F(FaxEnumPorts)(h, &p, &n);
}

static void get_port_good(void)
{
	F(PFAX_PORT_INFO) p = NULL;

	OK(F(FaxGetPort)(port, &p));
	assert_int_equal(p->SizeOfStruct, sizeof(*p));
	assert_int_equal(p->DeviceId, ids[0]);
	assert_int_equal(p->State, FPS_AVAILABLE);
	assert_true(p->Flags & FPF_VIRTUAL);
	same(p->DeviceName, T("Loop 1"));
	FaxFreeBuffer(p);
}

static void get_port_bad(void)
{
	F(PFAX_PORT_INFO) p = NULL;

	ERR(F(FaxGetPort)(NULL, &p), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetPort)(fax, &p), ERROR_INVALID_HANDLE);
	ERR(F(FaxGetPort)(port, NULL), ERROR_INVALID_PARAMETER);
}

/* Without the right to look at ports there is no handle to ask with. */
static BOOL open_for(HANDLE h, DWORD flags, HANDLE *out)
{
	return FaxOpenPort(h, ids[0], flags, out);
}

static BOOL and_close(HANDLE q, BOOL done)
{
	DWORD code = GetLastError();

	(void)FaxClose(q);
	SetLastError(code);
	return done;
}

static BOOL get_port_denied(HANDLE h)
{
	F(PFAX_PORT_INFO) p = NULL;
	HANDLE q = NULL;

	return open_for(h, PORT_OPEN_QUERY, &q) &&
	       and_close(q, F(FaxGetPort)(q, &p));
}

static void set_port_good(void)
{
	F(PFAX_PORT_INFO) p = NULL, list = NULL;
	HANDLE m = modify();
	DWORD n = 0;

	OK(F(FaxGetPort)(m, &p));
	p->Rings = p->Rings == 7 ? 8 : 7;
	p->Priority = 2;
	p->Csid = T("Caf\u00E9 +41 44 123456789 0"); /* cut at 20, non-ASCII dropped */
	p->Tsid = T("TSID ~");
	OK(F(FaxSetPort)(m, p));
	OK(F(FaxEnumPorts)(other, &list, &n));
	assert_int_equal(list[0].Rings, p->Rings);
	assert_int_equal(list[0].Priority, 2);
	assert_int_equal(list[1].Priority, 1); /* moved up */
	same(list[0].Tsid, T("TSID ~"));
	same(list[0].Csid, T("Caf +41 44 123456789"));
	FaxFreeBuffer(list);
	p->Priority = 1;
	OK(F(FaxSetPort)(m, p));
	FaxFreeBuffer(p);
	OK(FaxClose(m));
}

/* While a call is on the port it cannot be changed. */
static void set_port_in_use(HANDLE m, const F(FAX_PORT_INFO) *p)
{
	int64_t end = now_ms() + DEADLINE_MS;
	F(FAX_JOB_PARAM) jp;
	DWORD id = 0, state = FPS_AVAILABLE;

	params(&jp);
	OK(F(FaxSendDocument)(fax, F(FILE_)(letter), &jp, NULL, &id));
	pause_queue(FALSE);
	while (state == FPS_AVAILABLE) {
		F(PFAX_DEVICE_STATUS) s = NULL;

		OK(F(FaxGetDeviceStatus)(port, &s));
		state = s->Status;
		FaxFreeBuffer(s);
		assert_true(now_ms() < end);
		breathe();
	}
	pause_queue(TRUE);
	ERR(F(FaxSetPort)(m, p), ERROR_DEVICE_IN_USE);
	cancel(id);
	while (state != FPS_AVAILABLE) {
		F(PFAX_DEVICE_STATUS) s = NULL;

		OK(F(FaxGetDeviceStatus)(port, &s));
		state = s->Status;
		FaxFreeBuffer(s);
		assert_true(now_ms() < end);
		breathe();
	}
}

static void set_port_bad(void)
{
	F(PFAX_PORT_INFO) p = NULL;
	HANDLE m = modify();

	OK(F(FaxGetPort)(m, &p));
	ERR(F(FaxSetPort)(NULL, p), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetPort)(fax, p), ERROR_INVALID_HANDLE);
	ERR(F(FaxSetPort)(m, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetPort)(port, p), ERROR_ACCESS_DENIED); /* opened to be looked at */
	p->Priority = 3;                                  /* of two */
	ERR(F(FaxSetPort)(m, p), ERROR_INVALID_PARAMETER);
	p->Priority = 0;
	ERR(F(FaxSetPort)(m, p), ERROR_INVALID_PARAMETER);
	p->Priority = 1;
	p->Rings = 100;
	ERR(F(FaxSetPort)(m, p), ERROR_INVALID_PARAMETER);
	p->Rings = 1;
	p->SizeOfStruct = 36;
	ERR(F(FaxSetPort)(m, p), ERROR_INVALID_PARAMETER);
	p->SizeOfStruct = sizeof(*p);
	set_port_in_use(m, p);
	FaxFreeBuffer(p);
	OK(FaxClose(m));
}

static BOOL set_port_denied(HANDLE h)
{
	F(FAX_PORT_INFO) p = {.SizeOfStruct = sizeof(p), .Priority = 1};
	HANDLE m = NULL;

	return open_for(h, PORT_OPEN_MODIFY, &m) &&
	       and_close(m, F(FaxSetPort)(m, &p));
}

static void status_good(void)
{
	F(PFAX_DEVICE_STATUS) s = NULL;

	OK(F(FaxGetDeviceStatus)(port, &s));
	assert_int_equal(s->SizeOfStruct, sizeof(*s));
	assert_int_equal(s->DeviceId, ids[0]);
	assert_int_equal(s->Status, FPS_AVAILABLE);
	assert_int_equal(s->JobType, JT_UNKNOWN);
	assert_int_equal(s->CurrentPage, 0);
	assert_null(s->StatusString);
	same(s->DeviceName, T("Loop 1"));
	FaxFreeBuffer(s);
}

static void status_bad(void)
{
	F(PFAX_DEVICE_STATUS) s = NULL;

	ERR(F(FaxGetDeviceStatus)(NULL, &s), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetDeviceStatus)(fax, &s), ERROR_INVALID_HANDLE);
	ERR(F(FaxGetDeviceStatus)(port, NULL), ERROR_INVALID_PARAMETER);
}

static BOOL status_denied(HANDLE h)
{
	F(PFAX_DEVICE_STATUS) s = NULL;
	HANDLE q = NULL;

	return open_for(h, PORT_OPEN_QUERY, &q) &&
	       and_close(q, F(FaxGetDeviceStatus)(q, &s));
}

#include "rows_aw_more.h"
