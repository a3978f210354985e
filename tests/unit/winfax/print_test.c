/* SPDX-License-Identifier: Apache-2.0 */
/* FaxStartPrintJob against a server inside the test: what is written comes to be a fax. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "clients/winfax/winfax_priv.h"
#include "tests/support/support.h"
#include "tests/unit/winfax/fake_client.h"

static char *dir;
static const FAX_PRINT_INFOA info_a = {.SizeOfStruct = sizeof(info_a),
				       .DocName = "Gr\xC3\xBC\xC3\x9F",
				       .RecipientNumber = "+41 44", .RecipientName = "R",
				       .SenderName = "J\xC3\xBCrg", .SenderBillingCode = "b"};

static int setup(void **state)
{
	(void)state;
	fake_reset();
	dir = fx_test_mkdir();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fx_test_rmdir(dir);
	return fake.connections == 0 ? 0 : -1;
}

static void assert_error(BOOL ok, DWORD code)
{
	assert_false(ok);
	assert_int_equal(GetLastError(), code);
	assert_true(strlen(CaselliLastReason()) > 10);
}

static HDC start(void)
{
	FAX_CONTEXT_INFOA c = {.SizeOfStruct = sizeof(c), .ServerName = "x"};
	DWORD job = 0;

	assert_true(FaxStartPrintJobA(NULL, &info_a, &job, &c));
	assert_true(job > 0);
	assert_string_equal(c.ServerName, "");
	return c.hDC;
}

static void put(HDC dc, const char *text)
{
	int fd = CaselliPrintFd(dc);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void printing(void **state)
{
	uint64_t id = 0;
	DWORD job = 0;
	HDC dc = start();

	(void)state;
	put(dc, "%PDF-1.4 ");
	assert_error(CaselliPrintResult(dc, &job, &id), ERROR_INVALID_OPERATION);
	put(dc, "printed");
	assert_true(EndDoc(dc) > 0);
	assert_string_equal(fake.number, "+41 44");
	assert_string_equal(fake.sender, "J\xC3\xBCrg");
	assert_string_equal(fake.document, "Gr\xC3\xBC\xC3\x9F");
	assert_string_equal(fake.billing, "b");
	assert_string_equal(fake.ext, ".pdf");
	assert_int_equal(fake.upload_len, 16);
	assert_memory_equal(fake.upload, "%PDF-1.4 printed", 16);
	assert_true(CaselliPrintResult(dc, &job, &id));
	assert_int_equal(job, 7);
	assert_int_equal(id, 1001);
	assert_error(EndDoc(dc) > 0, ERROR_INVALID_OPERATION);
	assert_error(CaselliPrintFd(dc) >= 0, ERROR_INVALID_OPERATION);
	assert_true(DeleteDC(dc));
	assert_error(DeleteDC(dc), ERROR_INVALID_HANDLE);
	assert_error(EndDoc(dc) > 0, ERROR_INVALID_HANDLE);
}

static void printing_wide(void **state)
{
	static const FAX_PRINT_INFOW info = {.SizeOfStruct = sizeof(info),
					     .DocName = u"Gr\u00FC\u00DF",
					     .RecipientNumber = u"12", .DrEmailAddress = u"a@b.ch"};
	static const FAX_COVERPAGE_INFOW cover = {.SizeOfStruct = sizeof(cover),
						  .CoverPageName = u"f\u00FCr dich",
						  .UseServerCoverPage = TRUE};
	FAX_CONTEXT_INFOW c = {.SizeOfStruct = sizeof(c), .ServerName = u"x"};
	FAX_CONTEXT_INFOA wrong = {.SizeOfStruct = sizeof(wrong)};
	DWORD job;

	(void)state;
	assert_true(FaxStartPrintJobW(u"fax", &info, &job, &c));
	assert_int_equal(c.ServerName[0], 0);
	assert_true(FaxPrintCoverPageW(&c, &cover));
	put(c.hDC, "hello");
	assert_true(EndDoc(c.hDC) > 0);
	assert_string_equal(fake.document, "Gr\xC3\xBC\xC3\x9F");
	assert_string_equal(fake.cover, "f\xC3\xBCr dich");
	assert_int_equal(fake.report_type, DRT_EMAIL);
	assert_error(FaxPrintCoverPageW(&c, &cover), ERROR_INVALID_OPERATION);
	wrong.hDC = c.hDC;
	assert_error(FaxPrintCoverPageW((const void *)&wrong, &cover), ERROR_INVALID_PARAMETER);
	assert_true(DeleteDC(c.hDC));
	assert_error(FaxPrintCoverPageW(&c, &cover), ERROR_INVALID_HANDLE);
}

static void pages(void **state)
{
	HDC dc = start();
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_true(StartPage(dc) > 0);
		put(dc, "\x89PNG\r\n\x1A\n");
		put(dc, "page");
		assert_true(EndPage(dc) > 0);
	}
	assert_true(StartPage(dc) > 0); /* nothing is on it: no page */
	assert_true(EndPage(dc) > 0);
	assert_true(EndDoc(dc) > 0);
	assert_int_equal(fake.upload_len, 12);
	assert_string_equal(fake.ext, ".png");
	assert_non_null(strchr(fake.file_names, ';')); /* two more than the first */
	assert_null(strchr(strchr(fake.file_names, ';') + 1, ';'));
	assert_true(DeleteDC(dc));
	dc = start();
	for (i = 0; i < 64; i++) {
		assert_true(StartPage(dc) > 0);
		put(dc, "x");
	}
	assert_error(StartPage(dc) > 0, ERROR_INVALID_OPERATION);
	assert_true(DeleteDC(dc)); /* gives up */
}

static void giving_up(void **state)
{
	HDC dc = start();

	(void)state;
	put(dc, "text");
	assert_true(AbortDoc(dc) > 0);
	assert_error(EndDoc(dc) > 0, ERROR_INVALID_OPERATION);
	assert_error(AbortDoc(dc) > 0, ERROR_INVALID_OPERATION);
	assert_error(StartPage(dc) > 0, ERROR_INVALID_OPERATION);
	assert_true(DeleteDC(dc));
	assert_int_equal(fake.upload_len, 0);
	dc = start();
	assert_error(EndDoc(dc) > 0, ERROR_INVALID_DATA); /* nothing was printed */
	put(dc, "text");
	fake.fail = 19;
	assert_error(EndDoc(dc) > 0, ERROR_WRITE_PROTECT);
	fake.fail = 0;
	assert_true(EndDoc(dc) > 0); /* still open: may be tried again */
	assert_int_equal(fake.upload_len, 4);
	assert_error(FaxClose(dc), ERROR_INVALID_HANDLE); /* not a fax handle */
	assert_true(DeleteDC(dc));
	assert_error(DeleteDC(NULL), ERROR_INVALID_HANDLE);
	assert_error(EndDoc(NULL) > 0, ERROR_INVALID_PARAMETER);
}

static void wrong_arguments(void **state)
{
	FAX_CONTEXT_INFOA c = {.SizeOfStruct = sizeof(c)};
	FAX_COVERPAGE_INFOA cp = {.SizeOfStruct = sizeof(cp), .CoverPageName = "/nonexistent/x"};
	FAX_PRINT_INFOA i = info_a;
	DWORD job = 0;

	(void)state;
	assert_error(FaxStartPrintJobA(NULL, NULL, &job, &c), ERROR_INVALID_PARAMETER);
	assert_error(FaxStartPrintJobA(NULL, &i, NULL, &c), ERROR_INVALID_PARAMETER);
	assert_error(FaxStartPrintJobA(NULL, &i, &job, NULL), ERROR_INVALID_PARAMETER);
	c.SizeOfStruct = sizeof(FAX_CONTEXT_INFOW);
	assert_error(FaxStartPrintJobA(NULL, &i, &job, &c), ERROR_INVALID_PARAMETER);
	c.SizeOfStruct = sizeof(c);
	i.SizeOfStruct--;
	assert_error(FaxStartPrintJobA(NULL, &i, &job, &c), ERROR_INVALID_PARAMETER);
	i.SizeOfStruct++;
	i.RecipientNumber = NULL;
	assert_error(FaxStartPrintJobA(NULL, &i, &job, &c), ERROR_INVALID_PARAMETER);
	i.RecipientNumber = "1";
	fake.fail_connect = 1722;
	assert_error(FaxStartPrintJobA("\\\\far\\fax", &i, &job, &c), ERROR_INVALID_PRINTER_NAME);
	fake.fail_connect = 0;
	fake.rights = FAX_JOB_QUERY;
	assert_error(FaxStartPrintJobA(NULL, &i, &job, &c), ERROR_ACCESS_DENIED);
	fake.rights = 0x7F;
	(void)setenv("TMPDIR", "/nonexistent", 1);
	assert_error(FaxStartPrintJobA(NULL, &i, &job, &c), ERROR_SPL_NO_STARTDOC);
	(void)unsetenv("TMPDIR");
	assert_true(FaxStartPrintJobA("", &i, &job, &c));
	assert_error(FaxPrintCoverPageA(&c, &cp), ERROR_FILE_NOT_FOUND);
	assert_error(FaxPrintCoverPageA(NULL, &cp), ERROR_INVALID_PARAMETER);
	assert_error(FaxPrintCoverPageA(&c, NULL), ERROR_INVALID_PARAMETER);
	cp.UseServerCoverPage = TRUE;
	assert_error(FaxPrintCoverPageA(&c, &cp), ERROR_FILE_NOT_FOUND);
	cp.SizeOfStruct++;
	assert_error(FaxPrintCoverPageA(&c, &cp), ERROR_INVALID_PARAMETER);
	assert_true(DeleteDC(c.hDC));
}

static void to_a_file(void **state)
{
	FAX_CONTEXT_INFOA c = {.SizeOfStruct = sizeof(c)};
	FAX_COVERPAGE_INFOA cp = {.SizeOfStruct = sizeof(cp), .CoverPageName = "x",
				  .UseServerCoverPage = TRUE};
	char path[300], buf[16] = "";
	FAX_PRINT_INFOA i = {.SizeOfStruct = sizeof(i), .OutputFileName = path};
	DWORD job = 0;
	int fd;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/out.txt", dir);
	assert_true(FaxStartPrintJobA(NULL, &i, &job, &c)); /* no number needed */
	assert_error(FaxPrintCoverPageA(&c, &cp), ERROR_NOT_SUPPORTED);
	put(c.hDC, "kept");
	assert_int_equal(access(path, F_OK), -1);
	assert_true(EndDoc(c.hDC) > 0);
	assert_error(CaselliPrintResult(c.hDC, &job, NULL), ERROR_INVALID_OPERATION);
	assert_true(DeleteDC(c.hDC));
	fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, buf, sizeof(buf)), 4);
	(void)close(fd);
	assert_string_equal(buf, "kept");
	assert_int_equal(fake.upload_len, 0);
	(void)snprintf(path, sizeof(path), "%s/none/out.txt", dir);
	assert_true(FaxStartPrintJobA(NULL, &i, &job, &c));
	put(c.hDC, "x");
	assert_error(EndDoc(c.hDC) > 0, ERROR_PATH_NOT_FOUND);
	assert_true(DeleteDC(c.hDC));
}

static int print_once(void *arg)
{
	FAX_CONTEXT_INFOA c = {.SizeOfStruct = sizeof(c)};
	FAX_COVERPAGE_INFOA cp = {.SizeOfStruct = sizeof(cp), .CoverPageName = "generic",
				  .UseServerCoverPage = TRUE};
	DWORD job = 0;
	BOOL ok = FaxStartPrintJobA(NULL, &info_a, &job, &c);
	int fd;

	(void)arg;
	ok = ok && FaxPrintCoverPageA(&c, &cp);
	fd = ok ? CaselliPrintFd(c.hDC) : -1;
	ok = ok && fd >= 0 && write(fd, "text", 4) == 4 && EndDoc(c.hDC) > 0;
	if (!ok && GetLastError() != ERROR_NOT_ENOUGH_MEMORY) {
		return -1;
	}
	if (c.hDC) {
		(void)DeleteDC(c.hDC);
	}
	return ok ? 0 : FX_ENOMEM;
}

static void out_of_memory(void **state)
{
	(void)state;
	fx_test_oom_sweep(print_once, NULL);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(printing), T(printing_wide), T(pages), T(giving_up),
					   T(wrong_arguments), T(to_a_file), T(out_of_memory)};

	return cmocka_run_group_tests_name("winfax-print", tests, NULL, NULL);
}
