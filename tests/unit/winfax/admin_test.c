/* SPDX-License-Identifier: Apache-2.0 */
/* Broadcasts, routing, logging, registration against a server inside the test. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "clients/winfax/winfax_priv.h"
#include "tests/support/support.h"
#include "tests/unit/winfax/fake_admin.h"
#include "tests/unit/winfax/fake_client.h"

struct env {
	HANDLE h, port;
	char *dir;
	char path[256];
};

static int setup(void **state)
{
	struct env *e = fx_zalloc(sizeof(*e));
	FILE *f;

	fake_reset();
	fake_admin_reset();
	e->dir = fx_test_mkdir();
	(void)snprintf(e->path, sizeof(e->path), "%s/letter.pdf", e->dir);
	f = fopen(e->path, "w");
	(void)fputs("%PDF-1.4 letter", f);
	(void)fclose(f);
	*state = e;
	return FaxConnectFaxServerA("", &e->h) &&
	       FaxOpenPort(e->h, 11, PORT_OPEN_MODIFY, &e->port) ? 0 : -1;
}

static int teardown(void **state)
{
	struct env *e = *state;

	(void)FaxClose(e->port);
	(void)FaxClose(e->h);
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

static void logging(void **state)
{
	struct env *e = *state;
	FAX_LOG_CATEGORYA set[2] = {{NULL, FAXLOG_CATEGORY_INBOUND, FAXLOG_LEVEL_MAX},
				    {"x", FAXLOG_CATEGORY_INIT, FAXLOG_LEVEL_NONE}};
	PFAX_LOG_CATEGORYA a = NULL;
	PFAX_LOG_CATEGORYW w = NULL;
	DWORD n = 0;

	assert_true(FaxGetLoggingCategoriesA(e->h, &a, &n));
	assert_int_equal(n, 4);
	assert_string_equal(a[3].Name, "Unkn\xC3\xB6wn");
	assert_int_equal(a[3].Category, FAXLOG_CATEGORY_UNKNOWN);
	FaxFreeBuffer(a);
	assert_true(FaxSetLoggingCategoriesA(e->h, set, 2));
	assert_true(FaxGetLoggingCategoriesW(e->h, &w, &n));
	assert_memory_equal(w[3].Name, u"Unkn\u00F6wn", 16);
	assert_int_equal(w[0].Level, FAXLOG_LEVEL_NONE);
	assert_int_equal(w[1].Level, FAXLOG_LEVEL_MIN);
	assert_int_equal(w[2].Level, FAXLOG_LEVEL_MAX);
	assert_true(FaxSetLoggingCategoriesW(e->h, w, n)); /* what was read can be written */
	FaxFreeBuffer(w);
	assert_error(FaxSetLoggingCategoriesA(e->h, NULL, 1), ERROR_INVALID_PARAMETER);
	assert_error(FaxSetLoggingCategoriesA(e->h, set, 0), ERROR_INVALID_PARAMETER);
	set[0].Level = 4;
	assert_error(FaxSetLoggingCategoriesA(e->h, set, 2), ERROR_INVALID_PARAMETER);
	set[0].Level = 0;
	set[1].Category = 5;
	assert_error(FaxSetLoggingCategoriesA(e->h, set, 2), ERROR_INVALID_PARAMETER);
	assert_error(FaxGetLoggingCategoriesA(e->h, NULL, &n), ERROR_INVALID_PARAMETER);
	assert_error(FaxGetLoggingCategoriesA(e->h, &a, NULL), ERROR_INVALID_PARAMETER);
	assert_error(FaxGetLoggingCategoriesA(e->port, &a, &n), ERROR_INVALID_HANDLE);
}

static void routing_methods(void **state)
{
	struct env *e = *state;
	PFAX_ROUTING_METHODA a = NULL;
	PFAX_ROUTING_METHODW w = NULL;
	LPBYTE data = NULL;
	DWORD n = 0;

	assert_true(FaxEnumRoutingMethodsA(e->port, &a, &n));
	assert_int_equal(n, 3);
	assert_int_equal(a[0].SizeOfStruct, sizeof(*a));
	assert_string_equal(a[1].DeviceName, "Z\xC3\xBCrich 1");
	assert_string_equal(a[1].Guid, MS_FAXROUTE_FOLDER_GUID);
	assert_true(a[1].Enabled);
	FaxFreeBuffer(a);
	assert_true(FaxEnableRoutingMethodW(e->port, u"{6BBF7BFE-9AF2-11D0-ABF7-00C04FD91A4E}",
					    2)); /* any nonzero is TRUE */
	assert_true(FaxEnableRoutingMethodA(e->port, MS_FAXROUTE_FOLDER_GUID, FALSE));
	assert_true(FaxEnumRoutingMethodsW(e->port, &w, &n));
	assert_int_equal(w[0].Enabled, TRUE);
	assert_int_equal(w[1].Enabled, FALSE);
	assert_memory_equal(w[2].FriendlyName, u"Stor\u00E9", 12);
	FaxFreeBuffer(w);
	assert_error(FaxEnableRoutingMethodA(e->port, NULL, TRUE), ERROR_INVALID_PARAMETER);
	assert_error(FaxEnableRoutingMethodA(e->port, "{}", TRUE), ERROR_INVALID_DATA);
	assert_error(FaxEnableRoutingMethodA(e->h, "{}", TRUE), ERROR_INVALID_HANDLE);
	assert_error(FaxEnumRoutingMethodsA(e->h, &a, &n), ERROR_INVALID_HANDLE);
	assert_error(FaxEnumRoutingMethodsA(e->port, NULL, &n), ERROR_INVALID_PARAMETER);
	admin.n_methods = 0;
	assert_error(FaxEnumRoutingMethodsA(e->port, &a, &n), ERROR_INVALID_FUNCTION);
	/* data */
	assert_true(FaxGetRoutingInfoA(e->port, MS_FAXROUTE_EMAIL_GUID, &data, &n));
	assert_int_equal(n, 0); /* none yet; a block all the same */
	FaxFreeBuffer(data);
	assert_true(FaxSetRoutingInfoA(e->port, MS_FAXROUTE_EMAIL_GUID, (const BYTE *)u"a@b", 8));
	assert_true(FaxGetRoutingInfoW(e->port, u"{6bbf7bfe-9af2-11d0-abf7-00c04fd91a4e}", &data,
				       &n));
	assert_int_equal(n, 8);
	assert_memory_equal(data, u"a@b", 8);
	FaxFreeBuffer(data);
	assert_error(FaxGetRoutingInfoA(e->port, "{}", &data, &n), ERROR_INVALID_DATA);
	assert_error(FaxGetRoutingInfoA(e->port, NULL, &data, &n), ERROR_INVALID_PARAMETER);
	assert_error(FaxGetRoutingInfoA(e->port, "{}", NULL, &n), ERROR_INVALID_PARAMETER);
	assert_error(FaxGetRoutingInfoA(e->port, "{}", &data, NULL), ERROR_INVALID_PARAMETER);
	assert_error(FaxSetRoutingInfoW(e->port, u"{}", (const BYTE *)"", 1), ERROR_INVALID_DATA);
	assert_error(FaxSetRoutingInfoW(e->port, u"{}", NULL, 1), ERROR_INVALID_PARAMETER);
	assert_error(FaxSetRoutingInfoW(e->port, u"{}", (const BYTE *)"", 0x100001),
		     ERROR_INVALID_PARAMETER);
	assert_error(FaxSetRoutingInfoW(NULL, u"{}", (const BYTE *)"", 1),
		     ERROR_INVALID_PARAMETER);
}

static void global_routing(void **state)
{
	struct env *e = *state;
	FAX_GLOBAL_ROUTING_INFOW set = {.SizeOfStruct = sizeof(set), .Priority = 3,
					.Guid = u"{92041a90-9af2-11d0-abf7-00c04fd91a4e}",
					.FriendlyName = (LPCWSTR)(uintptr_t)1}; /* not looked at */
	PFAX_GLOBAL_ROUTING_INFOA a = NULL;
	PFAX_GLOBAL_ROUTING_INFOW w = NULL;
	DWORD n = 0;

	assert_true(FaxEnumGlobalRoutingInfoA(e->h, &a, &n));
	assert_int_equal(n, 3);
	assert_int_equal(a[2].Priority, 3);
	assert_string_equal(a[2].Guid, MS_FAXROUTE_PRINTING_GUID);
	a[0].Priority = 2;
	assert_true(FaxSetGlobalRoutingInfoA(e->h, &a[0]));
	FaxFreeBuffer(a);
	assert_true(FaxSetGlobalRoutingInfoW(e->h, &set));
	assert_true(FaxEnumGlobalRoutingInfoW(e->h, &w, &n));
	assert_int_equal(w[0].Priority, 2);
	assert_int_equal(w[1].Priority, 3);
	assert_memory_equal(w[1].ExtensionFriendlyName, u"Extension", 20);
	FaxFreeBuffer(w);
	set.Priority = 4;
	assert_error(FaxSetGlobalRoutingInfoW(e->h, &set), ERROR_INVALID_PARAMETER);
	set.Priority = 0;
	assert_error(FaxSetGlobalRoutingInfoW(e->h, &set), ERROR_INVALID_PARAMETER);
	set.Priority = 1;
	set.Guid = u"{00000000-9af2-11d0-abf7-00c04fd91a4e}";
	assert_error(FaxSetGlobalRoutingInfoW(e->h, &set), ERROR_INVALID_DATA);
	set.Guid = NULL;
	assert_error(FaxSetGlobalRoutingInfoW(e->h, &set), ERROR_INVALID_PARAMETER);
	set.SizeOfStruct = 28;
	assert_error(FaxSetGlobalRoutingInfoW(e->h, &set), ERROR_INVALID_PARAMETER);
	assert_error(FaxSetGlobalRoutingInfoW(e->h, NULL), ERROR_INVALID_PARAMETER);
	assert_error(FaxEnumGlobalRoutingInfoW(e->port, &w, &n), ERROR_INVALID_HANDLE);
	assert_error(FaxEnumGlobalRoutingInfoW(e->h, &w, NULL), ERROR_INVALID_PARAMETER);
}

/* ---- broadcasts ---- */

struct list {
	DWORD n, bad_at, calls;
	HANDLE h;
	const char *cover;
	char number[32], name[32]; /* used again for each recipient */
};

static BOOL CALLBACK next_a(HANDLE h, DWORD i, LPVOID context, PFAX_JOB_PARAMA p,
			    PFAX_COVERPAGE_INFOA c)
{
	struct list *l = context;

	assert_ptr_equal(h, l->h);
	assert_int_equal(i, ++l->calls);
	assert_int_equal(p->SizeOfStruct, sizeof(*p));
	assert_int_equal(c->SizeOfStruct, sizeof(*c));
	assert_null(p->RecipientName);
	if (i > l->n) {
		p->RecipientNumber = "nobody"; /* not queued: there are no more */
		return FALSE;
	}
	(void)snprintf(l->number, sizeof(l->number), "0%u", i);
	(void)snprintf(l->name, sizeof(l->name), "J\xC3\xBCrg %u", i);
	p->RecipientNumber = i == l->bad_at ? NULL : l->number;
	p->RecipientName = l->name;
	c->CoverPageName = l->cover;
	c->UseServerCoverPage = l->cover && l->cover[0] != '/';
	return 5;
}

static BOOL CALLBACK next_w(HANDLE h, DWORD i, LPVOID context, PFAX_JOB_PARAMW p,
			    PFAX_COVERPAGE_INFOW c)
{
	/* as programs do that keep one structure: everything is overwritten */
	*p = (FAX_JOB_PARAMW){.SizeOfStruct = sizeof(*p), .RecipientNumber = u"77",
			      .RecipientName = u"J\u00FCrg", .DocumentName = u"\u20AC",
			      .Reserved = {i == 3 ? 0xFFFFFFFFu : 0, 12}};
	return i <= *(DWORD *)context;
}

static void broadcast(void **state)
{
	struct env *e = *state;
	struct list l = {.n = 1000, .h = e->h};
	uint16_t *wide = fx_utf16_from_utf8(e->path, NULL);
	DWORD id = 0, n = 2;

	assert_true(FaxSendDocumentForBroadcastA(e->h, e->path, &id, next_a, &l));
	assert_int_equal(id, 40);
	assert_int_equal(admin.added, 1000);
	assert_int_equal(admin.most, FX_CLIENT_BROADCAST_MAX);
	assert_int_equal(admin.batches, 4);
	assert_int_equal(admin.ended, 40);
	assert_int_equal(l.calls, 1001);
	assert_int_equal(admin.with_cover, 0);
	assert_string_equal(admin.first_number, "01");
	assert_string_equal(admin.last_number, "01000");
	assert_string_equal(admin.last_recipient, "J\xC3\xBCrg 1000");
	assert_string_equal(admin.document, "letter.pdf");
	assert_string_equal(admin.last_name, "letter.pdf");
	assert_int_equal(fake.upload_len, 15);
	fake_admin_reset();
	assert_true(FaxSendDocumentForBroadcastW(e->h, wide, &id, next_w, &n));
	assert_int_equal(admin.added, 2);
	assert_string_equal(admin.last_recipient, "J\xC3\xBCrg");
	assert_string_equal(admin.last_name, "\xE2\x82\xAC");
	n = 3; /* the third wants a port of its own */
	assert_error(FaxSendDocumentForBroadcastW(e->h, wide, &id, next_w, &n),
		     ERROR_INVALID_PARAMETER);
	(void)fx_free(wide);
	fake_admin_reset();
	l = (struct list){.h = e->h};
	assert_true(FaxSendDocumentForBroadcastA(e->h, e->path, &id, next_a, &l)); /* nobody */
	assert_int_equal(admin.batches, 0);
	assert_int_equal(admin.ended, 40);
}

static BOOL CALLBACK next_counted(HANDLE h, DWORD i, LPVOID context, PFAX_JOB_PARAMA p,
				  PFAX_COVERPAGE_INFOA c)
{
	int64_t *most = context, live = fx_mem_live();

	*most = live > *most ? live : *most;
	p->RecipientNumber = "0123456789";
	return i <= 100000;
}

/* 100,000 recipients: no more blocks are alive at any time than one batch has. */
static void broadcast_of_100000(void **state)
{
	struct env *e = *state;
	int64_t before = fx_mem_live(), most = 0;
	DWORD id = 0;

	assert_true(FaxSendDocumentForBroadcastA(e->h, e->path, &id, next_counted, &most));
	assert_int_equal(admin.added, 100000);
	assert_int_equal(admin.batches, 400);
	assert_true(most <= before + FX_CLIENT_BROADCAST_MAX + 10);
	assert_int_equal(fx_mem_live(), before);
}

static void broadcast_covers(void **state)
{
	struct env *e = *state;
	struct list l = {.n = 40, .h = e->h, .cover = "common"};
	DWORD id = 0;

	assert_true(FaxSendDocumentForBroadcastA(e->h, e->path, &id, next_a, &l));
	assert_int_equal(admin.with_cover, 40);
	assert_string_equal(admin.last_cover, "common");
	l = (struct list){.n = 40, .h = e->h, .cover = e->path}; /* a personal page, uploaded */
	assert_true(FaxSendDocumentForBroadcastA(e->h, e->path, &id, next_a, &l));
	assert_int_equal(admin.with_cover, 80);
	assert_non_null(strstr(admin.last_cover, ".cov"));
	l = (struct list){.n = 1, .h = e->h, .cover = "/nonexistent/c"};
	assert_error(FaxSendDocumentForBroadcastA(e->h, e->path, &id, next_a, &l),
		     ERROR_FILE_NOT_FOUND);
}

static void broadcast_errors(void **state)
{
	struct env *e = *state;
	struct list l = {.n = 300, .bad_at = 270, .h = e->h};
	DWORD id = 0;

	/* the 269 before the bad one were accepted, and stay */
	assert_error(FaxSendDocumentForBroadcastA(e->h, e->path, &id, next_a, &l),
		     ERROR_INVALID_PARAMETER);
	assert_int_equal(l.calls, 270);
	assert_int_equal(admin.added, 269);
	assert_int_equal(admin.ended, 40);
	assert_int_equal(id, 40);
	l = (struct list){.n = 300, .h = e->h};
	admin.fail_add = 112;
	assert_error(FaxSendDocumentForBroadcastA(e->h, e->path, &id, next_a, &l),
		     ERROR_DISK_FULL);
	assert_int_equal(l.calls, 250); /* nobody is asked in vain */
	assert_error(FaxSendDocumentForBroadcastA(NULL, e->path, &id, next_a, &l),
		     ERROR_INVALID_PARAMETER);
	assert_error(FaxSendDocumentForBroadcastA(e->h, NULL, &id, next_a, &l),
		     ERROR_INVALID_PARAMETER);
	assert_error(FaxSendDocumentForBroadcastA(e->h, e->path, NULL, next_a, &l),
		     ERROR_INVALID_PARAMETER);
	assert_error(FaxSendDocumentForBroadcastA(e->h, e->path, &id, NULL, &l),
		     ERROR_INVALID_PARAMETER);
	assert_error(FaxSendDocumentForBroadcastA(e->port, e->path, &id, next_a, &l),
		     ERROR_INVALID_HANDLE);
	assert_error(FaxSendDocumentForBroadcastA(e->h, "/nonexistent/x", &id, next_a, &l),
		     ERROR_FILE_NOT_FOUND);
	assert_error(FaxSendDocumentForBroadcastA(e->h, e->dir, &id, next_a, &l),
		     ERROR_INVALID_DATA);
}

/* ---- registration ---- */

static BOOL CALLBACK method(HANDLE h, LPVOID context, LPWSTR name, LPWSTR friendly, LPWSTR function,
			    LPWSTR guid)
{
	DWORD *left = context;
	size_t i;

	assert_non_null(h);
	if ((*left)-- == 0) {
		return FALSE;
	}
	for (i = 0; i < 100; i++) { /* 100 characters, and nobody wrote a NUL */
		name[i] = friendly[i] = 'x';
	}
	for (i = 0; i < 8; i++) {
		function[i] = (WCHAR)"Function"[i];
		guid[i] = (WCHAR)"{G\xFCid 1}"[i] & 0xFF;
	}
	return TRUE;
}

static BOOL CALLBACK nameless(HANDLE h, LPVOID context, LPWSTR name, LPWSTR friendly,
			      LPWSTR function, LPWSTR guid)
{
	return TRUE;
}

static void registration(void **state)
{
	struct env *e = *state;
	DWORD n = 2;

	assert_true(FaxRegisterServiceProviderW(u"{1}", u"Fr\u00FC", u"/lib/x.so", u""));
	assert_string_equal(admin.name, "{1}");
	assert_string_equal(admin.friendly, "Fr\xC3\xBC");
	assert_string_equal(admin.image, "/lib/x.so");
	assert_string_equal(admin.tsp, "");
	assert_int_equal(fake.connections, 1); /* its own is closed again */
	assert_true(FaxUnregisterServiceProviderW(u"{1}"));
	assert_error(FaxUnregisterServiceProviderW(u"{2}"), ERROR_NOT_FOUND);
	assert_error(FaxUnregisterServiceProviderW(NULL), ERROR_INVALID_PARAMETER);
	assert_error(FaxRegisterServiceProviderW(u"a", u"b", u"c", NULL), ERROR_INVALID_PARAMETER);
	assert_error(FaxRegisterServiceProviderW(NULL, u"b", u"c", u"d"), ERROR_INVALID_PARAMETER);
	fake.fail = 183;
	assert_error(FaxRegisterServiceProviderW(u"a", u"b", u"c", u""), ERROR_ALREADY_EXISTS);
	fake.fail = 0;
	fake.fail_connect = 1722;
	assert_error(FaxRegisterServiceProviderW(u"a", u"b", u"c", u""), RPC_S_SERVER_UNAVAILABLE);
	fake.fail_connect = 0;
	assert_true(FaxRegisterRoutingExtensionW(e->h, u"ext", u"Ext", u"/x.so", method, &n));
	assert_int_equal(admin.n_ext_methods, 2);
	assert_string_equal(admin.ext_function, "Function");
	assert_string_equal(admin.ext_guid, "{G\xC3\xBCid 1}");
	assert_true(CaselliUnregisterRoutingExtension(e->h, "ext"));
	assert_error(CaselliUnregisterRoutingExtension(e->h, "other"), ERROR_NOT_FOUND);
	assert_error(CaselliUnregisterRoutingExtension(e->h, NULL), ERROR_INVALID_PARAMETER);
	n = 0;
	assert_error(FaxRegisterRoutingExtensionW(e->h, u"e", u"E", u"/x", method, &n),
		     ERROR_INVALID_PARAMETER);
	n = 65;
	assert_error(FaxRegisterRoutingExtensionW(e->h, u"e", u"E", u"/x", method, &n),
		     ERROR_BUFFER_OVERFLOW);
	assert_error(FaxRegisterRoutingExtensionW(e->h, u"e", u"E", u"/x", nameless, &n),
		     ERROR_INVALID_PARAMETER);
	assert_error(FaxRegisterRoutingExtensionW(e->h, u"e", u"E", u"/x", NULL, &n),
		     ERROR_INVALID_PARAMETER);
	assert_error(FaxRegisterRoutingExtensionW(e->h, NULL, u"E", u"/x", method, &n),
		     ERROR_INVALID_PARAMETER);
	assert_error(FaxRegisterRoutingExtensionW(e->port, u"e", u"E", u"/x", method, &n),
		     ERROR_INVALID_HANDLE);
}

static int all_once(void *arg)
{
	struct env *e = arg;
	struct list l = {.n = 3, .h = e->h, .cover = "common"};
	PFAX_ROUTING_METHODW m = NULL;
	PFAX_LOG_CATEGORYA c = NULL;
	LPBYTE data = NULL;
	DWORD id, n;
	BOOL ok = FaxSendDocumentForBroadcastA(e->h, e->path, &id, next_a, &l) &&
		  FaxEnumRoutingMethodsW(e->port, &m, &n) &&
		  FaxGetRoutingInfoW(e->port, m[0].Guid, &data, &n) &&
		  FaxSetRoutingInfoW(e->port, m[0].Guid, (const BYTE *)"x", 1) &&
		  FaxGetLoggingCategoriesA(e->h, &c, &n);
	BOOL more;

	n = 2;
	more = ok && FaxRegisterRoutingExtensionW(e->h, u"e", u"E", u"/x", method, &n) &&
	       FaxRegisterServiceProviderW(u"{1}", u"F", u"/x", u"");
	FaxFreeBuffer(m);
	FaxFreeBuffer(c);
	FaxFreeBuffer(data);
	if (!more && GetLastError() != ERROR_NOT_ENOUGH_MEMORY) {
		return -1;
	}
	return more ? 0 : FX_ENOMEM;
}

static void out_of_memory(void **state)
{
	fx_test_oom_sweep(all_once, *state);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(logging), T(routing_methods), T(global_routing), T(broadcast), T(broadcast_of_100000),
		T(broadcast_covers), T(broadcast_errors), T(registration), T(out_of_memory)};

	return cmocka_run_group_tests_name("winfax-admin", tests, NULL, NULL);
}
