/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each function of winfax.h without its right (winfax.md 0.4), and with that right alone, through
 * libwinfax. A function that the header declares and no table here names fails the run.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <winfax.h>
#include "base/mem.h"
#include "base/str.h"
#include "tests/unit/rights/bench.h"

#define ANY 0x80000000u

struct wbench {
	struct bench b; /* first */
	HANDLE h, port;
	char *pathA, *fileA, *guidA;
	uint16_t *pathW, *fileW, *guidW;
};
struct row {
	const char *name; /* without A or W */
	BOOL (*call)(struct wbench *w);
	uint32_t needs;
};

#define F(name) name##A
#define T(type) type##A
#define S(text) text
#include "tests/unit/rights/winfax_calls.h"
#undef F
#undef T
#undef S
#define F(name) name##W
#define T(type) type##W
#define S(text) u##text
#include "tests/unit/rights/winfax_calls.h"
#undef F
#undef T
#undef S

static BOOL open_port(struct wbench *w)
{
	HANDLE h = NULL;
	BOOL ok = FaxOpenPort(w->h, PORT, PORT_OPEN_QUERY, &h);

	return ok ? FaxClose(h) : FALSE;
}

static BOOL abort_job(struct wbench *w)
{
	return FaxAbort(w->h, w->b.job);
}

static BOOL page_data(struct wbench *w)
{
	LPBYTE p = NULL;
	DWORD n = 0, width = 0, height = 0;
	BOOL ok = FaxGetPageData(w->h, w->b.job, &p, &n, &width, &height);

	FaxFreeBuffer(p);
	return ok;
}

static const struct row rows_plain[] = {
	{"FaxOpenPort", open_port, FAX_PORT_QUERY},
	{"FaxAbort", abort_job, FAX_JOB_MANAGE},
	{"FaxGetPageData", page_data, FAX_JOB_QUERY},
};

/* Those that ask the service for nothing, and why. */
static const char *const no_right[][2] = {
	{"FaxClose", "what is open may always be closed"},
	{"FaxCompleteJobParamsA", "in the process alone"},
	{"FaxCompleteJobParamsW", "in the process alone"},
	{"FaxFreeBuffer", "in the process alone"},
	{"FaxAccessCheck", "open to any account: it asks what one may do"},
	{"FaxInitializeEventQueue", "its events: Events and Wait in matrix_test.c"},
	{"FaxStartPrintJobA", "a file; the document is sent by EndDoc as by FaxSendDocument"},
	{"FaxStartPrintJobW", "a file; the document is sent by EndDoc as by FaxSendDocument"},
	{"FaxPrintCoverPageA", "writes into that file"},
	{"FaxPrintCoverPageW", "writes into that file"},
	{"FaxRegisterServiceProviderW", "opnum 60 in matrix_test.c, once it is served"},
	{"FaxUnregisterServiceProviderW", "opnum 61 in matrix_test.c, once it is served"},
	{"FaxRegisterRoutingExtensionW", "an operation of ours in matrix_test.c, once served"},
	{"FaxUnregisterRoutingExtensionA", "not in the library, as in Windows"},
	{"FaxUnregisterRoutingExtensionW", "not in the library, as in Windows"},
};

static void start(struct wbench *w)
{
	FILE *f;

	bench_start(&w->b);
	bench_open_handles(&w->b); /* for the method's GUID */
	fx_client_unref(w->b.c);
	w->b.c = NULL;
	w->pathA = fx_strdup(w->b.path);
	w->fileA = fx_asprintf("%s/doc.tif", w->b.r.dir);
	w->guidA = fx_strdup(w->b.guid);
	w->pathW = fx_utf16_from_utf8(w->pathA, &(size_t){0});
	w->fileW = fx_utf16_from_utf8(w->fileA, &(size_t){0});
	w->guidW = fx_utf16_from_utf8(w->guidA, &(size_t){0});
	f = fopen(w->fileA, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(w->b.tiff.data, w->b.tiff.len, 1, f), 1);
	(void)fclose(f);
	assert_int_equal(chmod(w->fileA, 0644), 0);
	bench_become(&w->b);
	if (!FaxConnectFaxServerA(w->pathA, &w->h) ||
	    !FaxOpenPort(w->h, PORT, PORT_OPEN_QUERY | PORT_OPEN_MODIFY, &w->port)) {
		bench_return();
		fail_msg("cannot connect: %u", GetLastError());
	}
	bench_return();
}

static void stop(struct wbench *w)
{
	(void)FaxClose(w->port);
	(void)FaxClose(w->h);
	(void)fx_free(w->pathA);
	(void)fx_free(w->fileA);
	(void)fx_free(w->guidA);
	(void)fx_free(w->pathW);
	(void)fx_free(w->fileW);
	(void)fx_free(w->guidW);
	bench_stop(&w->b);
}

/* @return the last error, 0 = it worked */
static DWORD call(struct wbench *w, const struct row *r)
{
	BOOL ok;

	bench_become(&w->b);
	SetLastError(0);
	ok = r->call(w);
	bench_return();
	return ok ? 0 : GetLastError() ? GetLastError() : UINT32_MAX;
}

static void check(const struct row *r, const char *form)
{
	struct wbench w = {0};
	char line[400];
	uint64_t before;
	DWORD code;

	start(&w);
	bench_rights(&w.b, r->needs == ANY ? 0 : FX_RIGHT_ALL & ~r->needs);
	before = bench_state(&w.b);
	(void)bench_refusals(line, sizeof(line));
	code = call(&w, r);
	if (code != ERROR_ACCESS_DENIED || !bench_refusals(line, sizeof(line)) ||
	    bench_state(&w.b) != before) {
		fail_msg("%s%s without right 0x%x: error %u, \"%s\"", r->name, form, r->needs, code,
			 line);
	}
	bench_rights(&w.b, r->needs == ANY ? FX_RIGHT_WRITE_OWNER : r->needs);
	code = call(&w, r);
	if (code) {
		fail_msg("%s%s with right 0x%x alone: error %u", r->name, form, r->needs, code);
	}
	stop(&w);
}

static void each_function(void **state)
{
	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(rows_plain); i++) {
		check(&rows_plain[i], "");
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(rows_A); i++) {
		check(&rows_A[i], "A");
		check(&rows_W[i], "W");
	}
}

static bool is_named(const char *name, size_t n)
{
	size_t stem = n - (name[n - 1] == 'A' || name[n - 1] == 'W');

	for (size_t i = 0; i < FX_ARRAY_LEN(no_right); i++) {
		if (strlen(no_right[i][0]) == n && !strncmp(no_right[i][0], name, n)) {
			return true;
		}
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(rows_plain); i++) {
		if (strlen(rows_plain[i].name) == n && !strncmp(rows_plain[i].name, name, n)) {
			return true;
		}
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(rows_A); i++) {
		if (stem != n && strlen(rows_A[i].name) == stem &&
		    !strncmp(rows_A[i].name, name, stem)) {
			return true;
		}
	}
	return false;
}

/* What winfax.h declares is all there is. */
static void every_function_has_a_row(void **state)
{
	static const char mark[] = "WINAPI Fax";
	struct fx_buf header = {0};
	unsigned found = 0, missing = 0;

	(void)state;
	fx_test_read_file(WINFAX_H, &header);
	fx_buf_u8(&header, 0);
	for (const char *p = (char *)header.data; (p = strstr(p, mark)) != NULL;) {
		const char *name = p + sizeof("WINAPI ") - 1;
		size_t n = strcspn(name, "( \n");

		found++;
		if (!is_named(name, n)) {
			print_error("%.*s has no row\n", (int)n, name);
			missing++;
		}
		p = name;
	}
	fx_buf_fini(&header);
	print_message("%u functions\n", found);
	assert_true(found >= 56);
	assert_int_equal(missing, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_function_has_a_row),
		cmocka_unit_test(each_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
