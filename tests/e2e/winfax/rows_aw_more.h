/* SPDX-License-Identifier: Apache-2.0 */
/* The second half of rows_aw.h: routing, printing, and the table. */

#define FOLDER T("{92041a90-9af2-11d0-abf7-00c04fd91a4e}")
#define NO_METHOD T("{00000000-9af2-11d0-abf7-00c04fd91a4e}")

static void enum_methods_good(void)
{
	F(PFAX_ROUTING_METHOD) m = NULL;
	DWORD n = 0, i, seen = 0;

	OK(F(FaxEnumRoutingMethods)(port, &m, &n));
	assert_true(n >= 4); /* e-mail, folder, print, inbox */
	for (i = 0; i < n; i++) {
		assert_int_equal(m[i].SizeOfStruct, sizeof(*m));
		assert_int_equal(m[i].DeviceId, ids[0]);
		same(m[i].DeviceName, T("Loop 1"));
		assert_non_null(m[i].FriendlyName);
		assert_non_null(m[i].ExtensionFriendlyName);
		seen += text_bytes(m[i].Guid) == text_bytes(FOLDER) &&
			memcmp(m[i].Guid, FOLDER, text_bytes(FOLDER)) == 0;
	}
	assert_int_equal(seen, 1);
	FaxFreeBuffer(m);
}

static void enum_methods_bad(void)
{
	F(PFAX_ROUTING_METHOD) m = NULL;
	DWORD n = 0;

	ERR(F(FaxEnumRoutingMethods)(NULL, &m, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxEnumRoutingMethods)(fax, &m, &n), ERROR_INVALID_HANDLE);
	ERR(F(FaxEnumRoutingMethods)(port, NULL, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxEnumRoutingMethods)(port, &m, NULL), ERROR_INVALID_PARAMETER);
}

static BOOL enum_methods_denied(HANDLE h)
{
	F(PFAX_ROUTING_METHOD) m = NULL;
	HANDLE q = NULL;
	DWORD n = 0;

	return open_for(h, PORT_OPEN_QUERY, &q) &&
	       and_close(q, F(FaxEnumRoutingMethods)(q, &m, &n));
}

/* The test's folder as the data of the folder method: UTF-16 with NUL in both forms. */
static void folder_data(WCHAR data[300], DWORD *size)
{
	size_t i;

	for (i = 0; i <= strlen(dir); i++) {
		data[i] = (unsigned char)dir[i];
	}
	*size = (DWORD)(i * 2);
}

static BOOL enabled(HANDLE connection)
{
	F(PFAX_ROUTING_METHOD) m = NULL;
	HANDLE q = NULL;
	BOOL on = FALSE;
	DWORD n = 0, i;

	OK(FaxOpenPort(connection, ids[0], PORT_OPEN_QUERY, &q));
	OK(F(FaxEnumRoutingMethods)(q, &m, &n));
	for (i = 0; i < n; i++) {
		if (memcmp(m[i].Guid, FOLDER, text_bytes(FOLDER)) == 0) {
			on = m[i].Enabled;
		}
	}
	FaxFreeBuffer(m);
	OK(FaxClose(q));
	return on;
}

static void enable_good(void)
{
	WCHAR data[300];
	DWORD size;

	folder_data(data, &size);
	OK(F(FaxSetRoutingInfo)(port, FOLDER, (const BYTE *)data, size));
	OK(F(FaxEnableRoutingMethod)(port, T("{92041A90-9AF2-11D0-ABF7-00C04FD91A4E}"), TRUE));
	assert_true(enabled(other));
	OK(F(FaxEnableRoutingMethod)(port, FOLDER, FALSE));
	assert_false(enabled(other));
}

static void enable_bad(void)
{
	ERR(F(FaxEnableRoutingMethod)(NULL, FOLDER, TRUE), ERROR_INVALID_PARAMETER);
	ERR(F(FaxEnableRoutingMethod)(fax, FOLDER, TRUE), ERROR_INVALID_HANDLE);
	ERR(F(FaxEnableRoutingMethod)(port, NULL, TRUE), ERROR_INVALID_PARAMETER);
	ERR(F(FaxEnableRoutingMethod)(port, NO_METHOD, TRUE), ERROR_INVALID_DATA);
	ERR(F(FaxEnableRoutingMethod)(port, T("not a GUID"), TRUE), ERROR_INVALID_DATA);
}

static BOOL enable_denied(HANDLE h)
{
	HANDLE q = NULL;

	return open_for(h, PORT_OPEN_QUERY, &q) &&
	       and_close(q, F(FaxEnableRoutingMethod)(q, FOLDER, FALSE));
}

static void enum_global_good(void)
{
	F(PFAX_GLOBAL_ROUTING_INFO) g = NULL;
	DWORD n = 0, i;

	OK(F(FaxEnumGlobalRoutingInfo)(fax, &g, &n));
	assert_true(n >= 4);
	for (i = 0; i < n; i++) {
		assert_int_equal(g[i].SizeOfStruct, sizeof(*g));
		assert_int_equal(g[i].Priority, i + 1);
		assert_non_null(g[i].FunctionName);
	}
	FaxFreeBuffer(g);
}

static void enum_global_bad(void)
{
	F(PFAX_GLOBAL_ROUTING_INFO) g = NULL;
	DWORD n = 0;

	ERR(F(FaxEnumGlobalRoutingInfo)(NULL, &g, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxEnumGlobalRoutingInfo)(port, &g, &n), ERROR_INVALID_HANDLE);
	ERR(F(FaxEnumGlobalRoutingInfo)(fax, NULL, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxEnumGlobalRoutingInfo)(fax, &g, NULL), ERROR_INVALID_PARAMETER);
}

static BOOL enum_global_denied(HANDLE h)
{
	F(PFAX_GLOBAL_ROUTING_INFO) g = NULL;
	DWORD n = 0;

	return F(FaxEnumGlobalRoutingInfo)(h, &g, &n);
}

static void set_global_good(void)
{
	F(PFAX_GLOBAL_ROUTING_INFO) g = NULL, seen = NULL;
	DWORD n = 0;

	OK(F(FaxEnumGlobalRoutingInfo)(fax, &g, &n));
	g[0].Priority = n; /* the first comes last */
	OK(F(FaxSetGlobalRoutingInfo)(fax, &g[0]));
	OK(F(FaxEnumGlobalRoutingInfo)(other, &seen, &n));
	same(seen[n - 1].Guid, g[0].Guid);
	same(seen[0].Guid, g[1].Guid);
	assert_int_equal(seen[0].Priority, 1);
	FaxFreeBuffer(seen);
	g[0].Priority = 1;
	OK(F(FaxSetGlobalRoutingInfo)(fax, &g[0]));
	FaxFreeBuffer(g);
}

static void set_global_bad(void)
{
	F(FAX_GLOBAL_ROUTING_INFO) g = {.SizeOfStruct = sizeof(g), .Priority = 1, .Guid = FOLDER};

	ERR(F(FaxSetGlobalRoutingInfo)(NULL, &g), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetGlobalRoutingInfo)(port, &g), ERROR_INVALID_HANDLE);
	ERR(F(FaxSetGlobalRoutingInfo)(fax, NULL), ERROR_INVALID_PARAMETER);
	g.Priority = 0;
	ERR(F(FaxSetGlobalRoutingInfo)(fax, &g), ERROR_INVALID_PARAMETER);
	g.Priority = 1000;
	ERR(F(FaxSetGlobalRoutingInfo)(fax, &g), ERROR_INVALID_PARAMETER);
	g.Priority = 1;
	g.Guid = NULL;
	ERR(F(FaxSetGlobalRoutingInfo)(fax, &g), ERROR_INVALID_PARAMETER);
	g.Guid = NO_METHOD;
	ERR(F(FaxSetGlobalRoutingInfo)(fax, &g), ERROR_INVALID_DATA);
	g.SizeOfStruct = 28;
	ERR(F(FaxSetGlobalRoutingInfo)(fax, &g), ERROR_INVALID_PARAMETER);
}

static BOOL set_global_denied(HANDLE h)
{
	F(FAX_GLOBAL_ROUTING_INFO) g = {.SizeOfStruct = sizeof(g), .Priority = 1, .Guid = FOLDER};

	return F(FaxSetGlobalRoutingInfo)(h, &g);
}

static void get_info_good(void)
{
	LPBYTE data = NULL;
	WCHAR want[300];
	DWORD size = 0, n = 0;

	folder_data(want, &size);
	OK(F(FaxSetRoutingInfo)(port, FOLDER, (const BYTE *)want, size));
	OK(F(FaxGetRoutingInfo)(port, FOLDER, &data, &n));
	assert_int_equal(n, size);
	assert_memory_equal(data, want, size);
	FaxFreeBuffer(data);
}

static void get_info_bad(void)
{
	LPBYTE data = NULL;
	DWORD n = 0;

	ERR(F(FaxGetRoutingInfo)(NULL, FOLDER, &data, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetRoutingInfo)(fax, FOLDER, &data, &n), ERROR_INVALID_HANDLE);
	ERR(F(FaxGetRoutingInfo)(port, NULL, &data, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetRoutingInfo)(port, FOLDER, NULL, &n), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetRoutingInfo)(port, FOLDER, &data, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxGetRoutingInfo)(port, NO_METHOD, &data, &n), ERROR_INVALID_DATA);
}

static BOOL get_info_denied(HANDLE h)
{
	LPBYTE data = NULL;
	HANDLE q = NULL;
	DWORD n = 0;

	return open_for(h, PORT_OPEN_QUERY, &q) &&
	       and_close(q, F(FaxGetRoutingInfo)(q, FOLDER, &data, &n));
}

static void set_info_good(void)
{
	WCHAR want[300] = u"/tmp", *seen = NULL;
	HANDLE q = NULL;
	DWORD n = 0;

	OK(F(FaxSetRoutingInfo)(port, FOLDER, (const BYTE *)want, 10));
	OK(FaxOpenPort(other, ids[0], PORT_OPEN_QUERY, &q));
	OK(F(FaxGetRoutingInfo)(q, FOLDER, (LPBYTE *)&seen, &n));
	assert_int_equal(n, 10);
	assert_memory_equal(seen, want, 10);
	FaxFreeBuffer(seen);
	OK(FaxClose(q));
}

static void set_info_bad(void)
{
	const BYTE *data = (const BYTE *)u"/tmp";

	ERR(F(FaxSetRoutingInfo)(NULL, FOLDER, data, 10), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetRoutingInfo)(fax, FOLDER, data, 10), ERROR_INVALID_HANDLE);
	ERR(F(FaxSetRoutingInfo)(port, NULL, data, 10), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetRoutingInfo)(port, FOLDER, NULL, 10), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetRoutingInfo)(port, FOLDER, data, 0xFFFFFFFF), ERROR_INVALID_PARAMETER);
	ERR(F(FaxSetRoutingInfo)(port, NO_METHOD, data, 10), ERROR_INVALID_DATA);
}

static BOOL set_info_denied(HANDLE h)
{
	HANDLE q = NULL;

	return open_for(h, PORT_OPEN_QUERY, &q) &&
	       and_close(q, F(FaxSetRoutingInfo)(q, FOLDER, (const BYTE *)u"/tmp", 10));
}

/* ---- Printing ---- */

static void print_info(F(FAX_PRINT_INFO) *i)
{
	memset(i, 0, sizeof(*i));
	i->SizeOfStruct = sizeof(*i);
	i->DocName = T("Gr\u00FC\u00DFe \u2713");
	i->RecipientNumber = T("102");
	i->RecipientName = T("Jos\u00E9");
	i->SenderName = T("J\u00FCrg");
}

static HDC print_start_on(const F(CASELLI_CH) *printer, F(FAX_CONTEXT_INFO) *c)
{
	F(FAX_PRINT_INFO) i;
	DWORD spool = 0;

	memset(c, 0, sizeof(*c));
	c->SizeOfStruct = sizeof(*c);
	print_info(&i);
	OK(F(FaxStartPrintJob)(printer, &i, &spool, c));
	assert_true(spool > 0);
	assert_int_equal(c->ServerName[0], 0);
	return c->hDC;
}

static HDC print_start(F(FAX_CONTEXT_INFO) *c)
{
	return print_start_on(NULL, c);
}

static void print_text(HDC dc, const char *text)
{
	FILE *f = fdopen(dup(CaselliPrintFd(dc)), "w");

	assert_non_null(f);
	(void)fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void print_good(void)
{
	F(FAX_CONTEXT_INFO) c;
	F(PFAX_JOB_ENTRY) j = NULL;
	HDC dc = print_start(&c);
	DWORD id = 0;

	OK(StartPage(dc) > 0);
	print_text(dc, "one page\n");
	OK(EndPage(dc) > 0);
	OK(EndDoc(dc) > 0);
	OK(CaselliPrintResult(dc, &id, NULL));
	OK(F(FaxGetJob)(other, id, &j));
	same(j->DocumentName, T("Gr\u00FC\u00DFe \u2713"));
	same(j->RecipientName, T("Jos\u00E9"));
	same(j->SenderName, T("J\u00FCrg"));
	FaxFreeBuffer(j);
	OK(DeleteDC(dc));
	cancel(id);
	OK(DeleteDC(print_start_on(T("Fax"), &c)));
	OK(DeleteDC(print_start_on(T(""), &c)));
	dc = print_start_on(T("\\\\localhost\\Fax"), &c);
	print_text(dc, "never sent\n");
	OK(AbortDoc(dc) > 0);
	OK(DeleteDC(dc));
	ERR(F(FaxGetJob)(other, id, &j), ERROR_INVALID_PARAMETER);
}

static void print_bad(void)
{
	F(FAX_CONTEXT_INFO) c = {.SizeOfStruct = sizeof(c)};
	F(FAX_PRINT_INFO) i;
	DWORD id = 0;

	print_info(&i);
	ERR(F(FaxStartPrintJob)(NULL, NULL, &id, &c), ERROR_INVALID_PARAMETER);
	ERR(F(FaxStartPrintJob)(NULL, &i, NULL, &c), ERROR_INVALID_PARAMETER);
	ERR(F(FaxStartPrintJob)(NULL, &i, &id, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxStartPrintJob)(T("/nonexistent/rpc"), &i, &id, &c), ERROR_INVALID_PRINTER_NAME);
	ERR(F(FaxStartPrintJob)(T("\\\\far.example\\fax"), &i, &id, &c),
	    ERROR_INVALID_PRINTER_NAME);
	(void)setenv("TMPDIR", "/nonexistent", 1);
	ERR(F(FaxStartPrintJob)(NULL, &i, &id, &c), ERROR_SPL_NO_STARTDOC);
	(void)setenv("TMPDIR", dir, 1);
	i.RecipientNumber = NULL;
	ERR(F(FaxStartPrintJob)(NULL, &i, &id, &c), ERROR_INVALID_PARAMETER);
	print_info(&i);
	i.SizeOfStruct = 44;
	ERR(F(FaxStartPrintJob)(NULL, &i, &id, &c), ERROR_INVALID_PARAMETER);
	print_info(&i);
	c.SizeOfStruct = sizeof(FAX_CONTEXT_INFOA) + sizeof(FAX_CONTEXT_INFOW) - sizeof(c);
	ERR(F(FaxStartPrintJob)(NULL, &i, &id, &c), ERROR_INVALID_PARAMETER);
}

static BOOL print_denied(HANDLE h)
{
	F(FAX_CONTEXT_INFO) c = {.SizeOfStruct = sizeof(c)};
	F(FAX_PRINT_INFO) i;
	DWORD id = 0;

	(void)h; /* it connects by itself */
	print_info(&i);
	return F(FaxStartPrintJob)(NULL, &i, &id, &c);
}

static void cover_good(void)
{
	F(FAX_COVERPAGE_INFO) p = {.SizeOfStruct = sizeof(p), .CoverPageName = F(FILE_)(cover),
				   .Note = T("Gr\u00FC\u00DFe"), .RecName = T("Jos\u00E9")};
	int64_t end = now_ms() + DEADLINE_MS;
	F(FAX_CONTEXT_INFO) c;
	HDC dc = print_start(&c);
	DWORD id = 0, pages = 0;

	OK(F(FaxPrintCoverPage)(&c, &p));
	print_text(dc, "one page\n");
	OK(EndDoc(dc) > 0);
	OK(CaselliPrintResult(dc, &id, NULL));
	OK(DeleteDC(dc));
	while (pages == 0) { /* not rendered yet */
		F(PFAX_JOB_ENTRY) j = NULL;

		OK(F(FaxGetJob)(other, id, &j));
		pages = j->PageCount;
		assert_false(j->QueueStatus & JS_FAILED);
		FaxFreeBuffer(j);
		assert_true(now_ms() < end);
		breathe();
	}
	assert_int_equal(pages, 2); /* the cover page came first */
	cancel(id);
}

static void cover_bad(void)
{
	F(FAX_COVERPAGE_INFO) p = {.SizeOfStruct = sizeof(p), .CoverPageName = F(FILE_)(missing)};
	F(FAX_CONTEXT_INFO) c, stale;
	HDC dc = print_start(&c);

	stale = c;
	ERR(F(FaxPrintCoverPage)(NULL, &p), ERROR_INVALID_PARAMETER);
	ERR(F(FaxPrintCoverPage)(&c, NULL), ERROR_INVALID_PARAMETER);
	ERR(F(FaxPrintCoverPage)(&c, &p), ERROR_FILE_NOT_FOUND);
	p.UseServerCoverPage = TRUE;
	p.CoverPageName = T("no such page");
	ERR(F(FaxPrintCoverPage)(&c, &p), ERROR_FILE_NOT_FOUND);
	p.CoverPageName = T("Generic.COV"); /* one of those that come with the service */
	OK(F(FaxPrintCoverPage)(&c, &p));
	p.UseServerCoverPage = FALSE;
	p.CoverPageName = NULL;
	ERR(F(FaxPrintCoverPage)(&c, &p), ERROR_INVALID_PARAMETER);
	p.CoverPageName = F(FILE_)(cover);
	p.SizeOfStruct = 128;
	ERR(F(FaxPrintCoverPage)(&c, &p), ERROR_INVALID_PARAMETER);
	p.SizeOfStruct = sizeof(p);
	c.SizeOfStruct--;
	ERR(F(FaxPrintCoverPage)(&c, &p), ERROR_INVALID_PARAMETER);
	OK(DeleteDC(dc));
	ERR(F(FaxPrintCoverPage)(&stale, &p), ERROR_INVALID_HANDLE);
	stale.hDC = fax; /* another kind of handle */
	ERR(F(FaxPrintCoverPage)(&stale, &p), ERROR_INVALID_HANDLE);
}

/* #name as it stands: by itself it is a macro, too */
#define ROW(name, fn, right) {#name FORM, fn##_good, fn##_bad, right, fn##_denied}
const struct row ROWS[] = {
	{"FaxConnectFaxServer" FORM, connect_good, connect_bad, 0, NULL},
	{"FaxCompleteJobParams" FORM, complete_good, complete_bad, 0, NULL},
	ROW(FaxSendDocument, send, FAX_JOB_SUBMIT),
	ROW(FaxSendDocumentForBroadcast, broadcast, FAX_JOB_SUBMIT),
	ROW(FaxEnumJobs, enum_jobs, FAX_JOB_QUERY),
	ROW(FaxGetJob, get_job, FAX_JOB_QUERY),
	ROW(FaxSetJob, set_job, FAX_JOB_MANAGE),
	ROW(FaxGetConfiguration, get_config, FAX_CONFIG_QUERY),
	ROW(FaxSetConfiguration, set_config, FAX_CONFIG_SET),
	ROW(FaxGetLoggingCategories, get_logging, FAX_CONFIG_QUERY),
	ROW(FaxSetLoggingCategories, set_logging, FAX_CONFIG_SET),
	ROW(FaxEnumPorts, enum_ports, FAX_PORT_QUERY),
	ROW(FaxGetPort, get_port, FAX_PORT_QUERY),
	ROW(FaxSetPort, set_port, FAX_PORT_SET),
	ROW(FaxGetDeviceStatus, status, FAX_PORT_QUERY),
	ROW(FaxEnumRoutingMethods, enum_methods, FAX_PORT_QUERY),
	ROW(FaxEnableRoutingMethod, enable, FAX_PORT_SET),
	ROW(FaxEnumGlobalRoutingInfo, enum_global, FAX_CONFIG_QUERY),
	ROW(FaxSetGlobalRoutingInfo, set_global, FAX_CONFIG_SET),
	ROW(FaxGetRoutingInfo, get_info, FAX_PORT_QUERY),
	ROW(FaxSetRoutingInfo, set_info, FAX_PORT_SET),
	ROW(FaxStartPrintJob, print, FAX_JOB_SUBMIT),
	{"FaxPrintCoverPage" FORM, cover_good, cover_bad, 0, NULL},
};
const size_t N_ROWS = sizeof(ROWS) / sizeof(ROWS[0]);
