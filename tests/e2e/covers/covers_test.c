/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cover pages through the front door: common and personal ones, A and W, each error of the
 * documents, and the pages that arrive at the other end.
 *
 * usage: covers_test CASELLID
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <caselli.h>
#include "document/fax_tiff.h"
#include "tests/support/support.h"

#define DEADLINE_MS 30000
#define TO "102;transport=t38;t38_pacing=unpaced"
#define BLACK "caselli-cover 1\nbox 0 0 0 0 fill=black\n"

static const char *casellid;
static char *dir;
static char letter[300], state_dir[300], socket_path[300], conf[300];
static pid_t daemon_pid;
static HANDLE fax;

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Between two looks at a thing that has no event. */
static void breathe(void)
{
	struct timespec t = {0, 5 * 1000 * 1000};

	(void)nanosleep(&t, NULL);
}

static void put(char *path, size_t size, const char *name, const char *text)
{
	FILE *f;

	(void)snprintf(path, size, "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int start(void **state)
{
	int64_t end = now_ms() + DEADLINE_MS;
	char folder[320];

	(void)state;
	dir = fx_test_mkdir();
	(void)snprintf(state_dir, sizeof(state_dir), "%s/state", dir);
	(void)snprintf(socket_path, sizeof(socket_path), "%s/rpc", dir);
	put(letter, sizeof(letter), "letter.txt", "Dear friend,\n\nthis is a fax.\n");
	put(conf, sizeof(conf), "caselli.conf", "[service]\nmin_free_mb = 1\n");
	(void)setenv("CASELLI_SERVER", socket_path, 1);
	(void)setenv("XDG_CONFIG_HOME", dir, 1);
	(void)setenv("XDG_DATA_HOME", dir, 1);
	(void)snprintf(folder, sizeof(folder), "%s/caselli", dir);
	assert_int_equal(mkdir(folder, 0755), 0);
	(void)snprintf(folder, sizeof(folder), "%s/caselli/coverpages", dir);
	assert_int_equal(mkdir(folder, 0755), 0);
	daemon_pid = fork();
	if (daemon_pid == 0) {
		(void)execl(casellid, casellid, "--config", conf, "--state", state_dir, "--socket",
			    socket_path, "--log-level", "error", (char *)NULL);
		_exit(127);
	}
	while (!FaxConnectFaxServerA(NULL, &fax)) {
		if (now_ms() > end || waitpid(daemon_pid, NULL, WNOHANG) == daemon_pid) {
			(void)fprintf(stderr, "casellid: %s\n", CaselliLastReason());
			return -1;
		}
		breathe();
	}
	return 0;
}

static int stop(void **state)
{
	int status = -1;

	(void)state;
	if (fax) {
		(void)FaxClose(fax);
	}
	if (daemon_pid > 0) {
		(void)kill(daemon_pid, SIGTERM);
		(void)waitpid(daemon_pid, &status, 0);
	}
	fx_test_rmdir(dir);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void ok(BOOL good, const char *what)
{
	if (!good) {
		fail_msg("%s: %u %s", what, GetLastError(), CaselliLastReason());
	}
}
#define OK(call) ok(call, #call)

static void fails(BOOL good, DWORD code, const char *words)
{
	assert_false(good);
	if (GetLastError() != code || !strstr(CaselliLastReason(), words)) {
		fail_msg("%u \"%s\", not %u \"%s\"", GetLastError(), CaselliLastReason(), code,
			 words);
	}
}

/* The newest received fax, once there are n. */
static CASELLI_MESSAGE *received(DWORD n)
{
	int64_t end = now_ms() + DEADLINE_MS;
	CASELLI_MESSAGE *m = NULL;
	DWORD count = 0;

	for (;;) {
		OK(CaselliEnumNewestMessages(fax, CASELLI_FOLDER_INBOX, 0, 100, &m, &count));
		if (count >= n) {
			return m;
		}
		CaselliFree(m);
		if (now_ms() > end) {
			fail_msg("only %u faxes came", count);
		}
		breathe();
	}
}

/* Part of a page of a TIFF that is black. */
static double ink(const void *tiff, size_t n, uint32_t page)
{
	int fd = memfd_create("page", MFD_CLOEXEC);
	struct fx_bitmap b = {0};
	struct fx_tiff_rd *rd;
	uint64_t black = 0;

	assert_int_equal(write(fd, tiff, n), (ssize_t)n);
	assert_int_equal(fx_tiff_open(fd, &rd, NULL), 0);
	assert_int_equal(fx_tiff_read(rd, page, &b), 0);
	for (size_t i = 0; i < b.rows * fx_bitmap_stride(&b); i++) {
		black += (uint64_t)__builtin_popcount(b.bits[i]);
	}
	black = black * 1000 / (b.rows * (uint64_t)b.width_px);
	fx_bitmap_fini(&b);
	(void)fx_tiff_close(rd);
	(void)close(fd);
	return (double)black / 1000;
}

static double message_ink(uint64_t id, uint32_t page)
{
	BYTE *data = NULL;
	DWORD size = 0;
	double part;

	OK(CaselliView(fax, id, CASELLI_VIEW_TIFF, 0, &data, &size, NULL));
	part = ink(data, size, page);
	CaselliFree(data);
	return part;
}

/* All 27 members. */
static FAX_COVERPAGE_INFOA full_cover(const char *name, BOOL common)
{
	return (FAX_COVERPAGE_INFOA){
		.SizeOfStruct = sizeof(FAX_COVERPAGE_INFOA), .CoverPageName = name,
		.UseServerCoverPage = common, .RecName = "a", .RecFaxNumber = "b",
		.RecCompany = "c", .RecStreetAddress = "d", .RecCity = "e", .RecState = "f",
		.RecZip = "g", .RecCountry = "h", .RecTitle = "i", .RecDepartment = "j",
		.RecOfficeLocation = "k", .RecHomePhone = "l", .RecOfficePhone = "m",
		.SdrName = "n", .SdrFaxNumber = "o", .SdrCompany = "p", .SdrAddress = "q",
		.SdrTitle = "r", .SdrDepartment = "s", .SdrOfficeLocation = "t",
		.SdrHomePhone = "u", .SdrOfficePhone = "v", .Note = "w", .Subject = "x"};
}

static FAX_JOB_PARAMA params(void)
{
	return (FAX_JOB_PARAMA){.SizeOfStruct = sizeof(FAX_JOB_PARAMA), .RecipientNumber = TO};
}

static void common_pages(void **state)
{
	static const WCHAR file_w[] = {'G', 'E', 'N', 'E', 'R', 'I', 'C', '.', 'C', 'O', 'V', 0};
	FAX_JOB_PARAMA p = params();
	FAX_COVERPAGE_INFOA c = full_cover("\\\\SERVER\\fax$\\coverpg\\urgent.cov", TRUE);
	PFAX_JOB_PARAMW pw = NULL;
	PFAX_COVERPAGE_INFOW cw = NULL;
	CASELLI_MESSAGE *m;
	WCHAR to[64], path[300];
	DWORD job = 0;

	(void)state;
	OK(FaxSendDocumentA(fax, letter, &p, &c, &job));
	m = received(1);
	assert_int_equal(m->Pages, 2);
	assert_true(message_ink(m->Id, 0) > 0.1); /* urgent has a black band */
	assert_true(message_ink(m->Id, 1) < 0.05);
	CaselliFree(m);
	/* the wide form, as FaxCompleteJobParams begins it */
	for (size_t i = 0; i <= strlen(TO); i++) {
		to[i] = (unsigned char)TO[i];
	}
	for (size_t i = 0; i <= strlen(letter); i++) {
		path[i] = (unsigned char)letter[i];
	}
	OK(FaxCompleteJobParamsW(&pw, &cw));
	pw->RecipientNumber = to;
	cw->CoverPageName = file_w;
	cw->UseServerCoverPage = TRUE;
	OK(FaxSendDocumentW(fax, path, pw, cw, &job));
	FaxFreeBuffer(pw);
	FaxFreeBuffer(cw);
	m = received(2);
	assert_int_equal(m->Pages, 2);
	assert_true(message_ink(m->Id, 0) > 0.001);
	CaselliFree(m);
}

/* Each member of the structure stands on the page that arrives: without it the page is another. */
static void every_member_reaches_the_page(void **state)
{
	char path[320];
	FAX_JOB_PARAMA p = params();
	FAX_COVERPAGE_INFOA c;
	CASELLI_MESSAGE *m;
	double full;

	(void)state;
	/* a bar for each member that has text */
	put(path, sizeof(path), "bars.cover",
	    "caselli-cover 1\n"
#define BAR(n, f) "box " #n "0 40 6 200 fill=black if=" f "\n"
	    BAR(1, "recipient-name") BAR(2, "recipient-zip") BAR(3, "recipient-title")
	    BAR(4, "sender-name") BAR(5, "sender-fax") BAR(6, "sender-address")
	    BAR(7, "sender-office-phone") BAR(8, "note") BAR(9, "subject")
	    BAR(10, "recipient-home-phone") BAR(11, "recipient-country") BAR(12, "recipient-state")
	    BAR(13, "recipient-city") BAR(14, "recipient-address") BAR(15, "recipient-company")
	    BAR(16, "recipient-department") BAR(17, "recipient-office")
	    BAR(18, "recipient-office-phone") BAR(19, "time-sent"));
	c = full_cover(path, FALSE);
	OK(FaxSendDocumentA(fax, letter, &p, &c, NULL));
	m = received(3);
	full = message_ink(m->Id, 0);
	assert_true(full > 0.30); /* all 19 */
	CaselliFree(m);
	c.Note = NULL;
	c.RecZip = "";
	OK(FaxSendDocumentA(fax, letter, &p, &c, NULL));
	m = received(4);
	assert_true(message_ink(m->Id, 0) < full - 0.03);
	CaselliFree(m);
}

static void personal_pages(void **state)
{
	FAX_JOB_PARAMA p = params();
	FAX_COVERPAGE_INFOA c;
	CASELLI_MESSAGE *m;
	char path[320];

	(void)state;
	put(path, sizeof(path), "black.cover", BLACK);
	c = full_cover(path, FALSE);
	OK(FaxSendDocumentA(fax, letter, &p, &c, NULL));
	m = received(5);
	assert_int_equal(m->Pages, 2);
	assert_true(message_ink(m->Id, 0) > 0.9);
	assert_true(message_ink(m->Id, 1) < 0.1);
	CaselliFree(m);
	/* by its name, in the user's own folder */
	put(path, sizeof(path), "caselli/coverpages/My Page.cover", BLACK);
	c.CoverPageName = "my page.COV";
	OK(FaxSendDocumentA(fax, letter, &p, &c, NULL));
	m = received(6);
	assert_true(message_ink(m->Id, 0) > 0.9);
	CaselliFree(m);
}

static void errors(void **state)
{
	FAX_JOB_PARAMA p = params();
	FAX_COVERPAGE_INFOA c = full_cover("nothing.cov", TRUE);
	PFAX_CONFIGURATIONA config = NULL;
	char path[320];

	(void)state;
	fails(FaxSendDocumentA(fax, letter, &p, &c, NULL), ERROR_FILE_NOT_FOUND, "\"nothing.cov\"");
	c.CoverPageName = "../../../etc/passwd"; /* a common page has no folder */
	fails(FaxSendDocumentA(fax, letter, &p, &c, NULL), ERROR_FILE_NOT_FOUND, "no common");
	c.CoverPageName = "..";
	fails(FaxSendDocumentA(fax, letter, &p, &c, NULL), ERROR_INVALID_PARAMETER, "");
	c = full_cover("/nonexistent/x.cover", FALSE);
	fails(FaxSendDocumentA(fax, letter, &p, &c, NULL), ERROR_FILE_NOT_FOUND, "nonexistent");
	put(path, sizeof(path), "windows.cov", "FAXCOVER-VER003w");
	c.CoverPageName = path;
	fails(FaxSendDocumentA(fax, letter, &p, &c, NULL), ERROR_INVALID_DATA, "Windows");
	put(path, sizeof(path), "text.cover", "Dear friend");
	fails(FaxSendDocumentA(fax, letter, &p, &c, NULL), ERROR_INVALID_DATA, "caselli-cover(5)");
	put(path, sizeof(path), "empty.cover", "");
	fails(FaxSendDocumentA(fax, letter, &p, &c, NULL), ERROR_INVALID_DATA, "empty");
	/* ServerCoverpage: only common ones, at once */
	put(path, sizeof(path), "black.cover", BLACK);
	OK(FaxGetConfigurationA(fax, &config));
	config->ServerCp = TRUE;
	OK(FaxSetConfigurationA(fax, config));
	fails(FaxSendDocumentA(fax, letter, &p, &c, NULL), ERROR_ACCESS_DENIED, "ServerCoverpage");
	config->ServerCp = FALSE;
	OK(FaxSetConfigurationA(fax, config));
	FaxFreeBuffer(config);
}

static void pause_queue(BOOL on)
{
	PFAX_CONFIGURATIONA c = NULL;

	OK(FaxGetConfigurationA(fax, &c));
	c->PauseServerQueue = on;
	OK(FaxSetConfigurationA(fax, c));
	FaxFreeBuffer(c);
}

/* Another client looks at a job that waits: its first page is the cover, and it counts. */
static void seen_from_another_client(void **state)
{
	FAX_JOB_PARAMA p = params();
	FAX_COVERPAGE_INFOA c;
	CASELLI_JOB *j = NULL;
	HANDLE other;
	LPBYTE data = NULL;
	DWORD job = 0, size = 0, width = 0, height = 0, pages = 0;
	int64_t end = now_ms() + DEADLINE_MS;
	char path[320];

	(void)state;
	put(path, sizeof(path), "black.cover", BLACK);
	c = full_cover(path, FALSE);
	pause_queue(TRUE);
	OK(FaxSendDocumentA(fax, letter, &p, &c, &job));
	OK(FaxConnectFaxServerA(NULL, &other));
	while (CaselliFree(j),
	       !CaselliFindJob(other, job, &j) || strcmp(j->State, "pending") != 0) {
		assert_true(now_ms() < end);
		breathe();
	}
	assert_int_equal(j->Pages, 2);
	OK(FaxGetPageData(other, job, &data, &size, &width, &height));
	assert_true(ink(data, size, 0) > 0.9);
	FaxFreeBuffer(data);
	/* the whole as it will go */
	for (DWORD view = CASELLI_VIEW_TIFF; view <= CASELLI_VIEW_PDF; view++) {
		BYTE *whole = NULL;

		OK(CaselliView(other, j->Id, view, 0, &whole, &size, &pages));
		if (view == CASELLI_VIEW_TIFF) {
			assert_true(ink(whole, size, 0) > 0.9);
			assert_true(ink(whole, size, 1) < 0.1);
		} else {
			assert_int_equal(pages, 2);
		}
		CaselliFree(whole);
	}
	CaselliFree(j);
	OK(FaxClose(other));
	pause_queue(FALSE);
	CaselliFree(received(7));
}

static void a_page_for_all(void **state)
{
	CASELLI_COVERPAGE *v = NULL;
	BYTE *data = NULL;
	DWORD n = 0, size = 0, pages = 0;
	char path[320];
	CASELLI_SEND send = {.SizeOfStruct = sizeof(send)};
	FAX_JOB_PARAMA p = params();
	FAX_COVERPAGE_INFOA c = full_cover("house", TRUE);
	CASELLI_MESSAGE *m;

	(void)state;
	OK(CaselliEnumCoverPages(fax, &v, &n));
	assert_int_equal(n, 4);
	assert_string_equal(v[0].Name, "confdent");
	assert_true(strstr(v[2].Title, "every day") && !v[2].Own && !v[2].Windows);
	CaselliFree(v);
	for (size_t i = 0; i < 4; i++) {
		static const char *const names[] = {"generic.cov", "URGENT", "fyi", "confdent.cov"};

		OK(CaselliViewCoverPage(fax, names[i], TRUE, CASELLI_VIEW_PNG, 1, &data, &size,
					&pages));
		assert_memory_equal(data, "\x89PNG", 4);
		assert_int_equal(pages, 1);
		CaselliFree(data);
	}
	put(path, sizeof(path), "bad.cover", "caselli-cover 1\n\ntext 1\n");
	fails(CaselliInstallCoverPage(fax, path, "house"), ERROR_INVALID_DATA, "line 3");
	fails(CaselliViewCoverPage(fax, path, FALSE, CASELLI_VIEW_PDF, 0, &data, &size, &pages),
	      ERROR_INVALID_DATA, "line 3");
	fails(CaselliViewCoverPage(fax, "nothing", TRUE, CASELLI_VIEW_PDF, 0, &data, &size, &pages),
	      ERROR_FILE_NOT_FOUND, "nothing");
	put(path, sizeof(path), "good.cover", BLACK);
	fails(CaselliInstallCoverPage(fax, path, ".."), ERROR_INVALID_PARAMETER, "name");
	OK(CaselliInstallCoverPage(fax, path, "House.cover"));
	OK(CaselliSend(fax, &send, &p, &c, NULL, NULL)); /* a cover page alone */
	m = received(8);
	assert_int_equal(m->Pages, 1);
	assert_true(message_ink(m->Id, 0) > 0.9);
	CaselliFree(m);
	OK(CaselliRemoveCoverPage(fax, "house"));
	fails(CaselliRemoveCoverPage(fax, "generic"), ERROR_FILE_NOT_FOUND, "stay");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(common_pages),
		cmocka_unit_test(every_member_reaches_the_page),
		cmocka_unit_test(personal_pages),
		cmocka_unit_test(errors),
		cmocka_unit_test(seen_from_another_client),
		cmocka_unit_test(a_page_for_all),
	};

	if (argc < 2) {
		return 2;
	}
	casellid = argv[1];
	return cmocka_run_group_tests(tests, start, stop);
}
