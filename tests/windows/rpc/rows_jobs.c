/* SPDX-License-Identifier: Apache-2.0 */
/* Sending and jobs: opnums 4 to 7, 9, 27 to 29, 31, 68, 70, 72, 84, 87, 88. */
#include "stubs.h"

#include <string.h>
#include <wchar.h>

#define NUMBER L"5551234"
#define ROWS   64u /* of the page; its columns are 1728 */

/* A white page, no compression, fill order 1: what any reader of TIFF takes. */
static ULONG make_tiff(byte *p)
{
	static const uint16_t tags[][2] = {/* tag, value; LONGs, or RATIONALs behind */
		{256, 1728}, {257, ROWS}, {258, 1}, {259, 1}, {262, 0}, {273, 0}, {277, 1},
		{278, ROWS}, {279, 216 * ROWS}, {282, 0}, {283, 0}, {296, 2}};
	const unsigned n = sizeof(tags) / sizeof(tags[0]);
	ULONG at = 10, behind = 10 + 12 * n + 4;

	memset(p, 0, behind + 16 + 216 * ROWS);
	memcpy(p, "II*\0\10\0\0\0", 8);
	p[8] = (byte)n;
	for (unsigned i = 0; i < n; i++, at += 12) {
		uint32_t rational = tags[i][0] == 282 || tags[i][0] == 283;
		uint32_t v[3] = {tags[i][0] | (rational ? 5u : 4u) << 16, 1, tags[i][1]};

		if (tags[i][0] == 273) {
			v[2] = behind + 16;
		} else if (rational) {
			v[2] = behind + (tags[i][0] == 283 ? 8 : 0);
		}
		memcpy(p + at, v, 12);
	}
	memcpy(p + behind, (uint32_t[]){204, 1, 196, 1}, 16);
	return behind + 16 + 216 * ROWS;
}

/* As much text as there is room: the server writes over it. */
static void fill(wchar_t name[256])
{
	wmemset(name, L'x', 254);
	name[254] = 0;
}

static void upload(wchar_t *name)
{
	static byte tiff[20000];
	ULONG size = make_tiff(tiff), done = 0;
	FAX_COPY_HANDLE copy = NULL;

	fill(name);
	GOOD(68, FAX_StartCopyToServer(w.rich, (wchar_t *)L".tif", name, &copy));
	CHECK(copy && wcslen(name) > 4 && !wcscmp(name + wcslen(name) - 4, L".tif"));
	while (done < size) {
		ULONG n = size - done < 16384 ? size - done : 16384;

		GOOD(70, FAX_WriteFile(copy, tiff + done, n));
		done += n;
	}
	GOOD(72, FAX_EndCopy(&copy));
	CHECK(!copy);
}

struct letter {
	FAX_COVERPAGE cover;
	FAX_PROFILE sender, to[3];
	FAX_JOB_PARAMS params;
	ULONG job;
	MIDL_uhyper message, ids[3];
};

static void compose(struct letter *l, const wchar_t *number)
{
	memset(l, 0, sizeof(*l));
	l->cover = (FAX_COVERPAGE){.Size = 40, .Subject = (wchar_t *)L"Subject \x20ac"};
	l->sender = (FAX_PROFILE){.Size = 136, .Name = (wchar_t *)L"Sender", .Tsid = NULL,
				  .FaxNumber = (wchar_t *)L"100"};
	for (int i = 0; i < 3; i++) {
		l->to[i] = (FAX_PROFILE){.Size = 136, .Name = (wchar_t *)L"Rcpt",
					 .City = (wchar_t *)L"Lyon",
					 .FaxNumber = (wchar_t *)(uintptr_t)number};
	}
	l->params = (FAX_JOB_PARAMS){.Size = 96, .Priority = PRIO_NORMAL, .PageCount = 1,
				     .DocumentName = (wchar_t *)L"letter"};
}

uint64_t send_fax(const wchar_t *number, uint32_t recipients, uint32_t *ret_job)
{
	wchar_t name[256];
	struct letter l;

	upload(name);
	compose(&l, number);
	GOOD(27, FAX_SendDocumentEx(w.rich, name, &l.cover, &l.sender, recipients, l.to, &l.params,
				    &l.job, &l.message, l.ids));
	CHECK(l.job && l.message && l.ids[0]);
	*ret_job = l.job;
	return l.ids[0];
}

/* A job that waits: the queue is paused. */
static void send_document(void)
{
	wchar_t name[256];
	struct letter l;
	uint32_t job;

	GOOD(33, FAX_SetQueue(w.rich, 4));
	w.queued = send_fax(NUMBER, 1, &w.job);
	upload(name);
	compose(&l, NUMBER);
	GOOD(27, FAX_SendDocumentEx(w.rich, name, &l.cover, &l.sender, 3, l.to, &l.params, NULL,
				    &l.message, l.ids));
	CHECK(l.ids[0] && l.ids[1] && l.ids[2] && l.ids[0] != l.ids[1] && l.ids[1] != l.ids[2]);
	BAD(27, ERROR_INVALID_PARAMETER,
	    FAX_SendDocumentEx(w.rich, name, &l.cover, &l.sender, 0, l.to, &l.params, &l.job,
			       &l.message, l.ids));
	BAD(27, ERROR_INVALID_PARAMETER,
	    FAX_SendDocumentEx(w.rich, (wchar_t *)L"../passwd", &l.cover, &l.sender, 1, l.to,
			       &l.params, &l.job, &l.message, l.ids));
	NEMO(27, FAX_SendDocumentEx(w.nemo, name, &l.cover, &l.sender, 1, l.to, &l.params, &l.job,
				    &l.message, l.ids));
	(void)job;
}

static void copying(void)
{
	wchar_t name[256] = L"no room";
	FAX_COPY_HANDLE copy = NULL;
	byte p[4] = "II*";

	BAD(68, ERROR_BUFFER_OVERFLOW,
	    FAX_StartCopyToServer(w.rich, (wchar_t *)L".tif", name, &copy));
	fill(name);
	BAD(68, ERROR_INVALID_PARAMETER,
	    FAX_StartCopyToServer(w.rich, (wchar_t *)L".exe", name, &copy));
	fill(name);
	GOOD(68, FAX_StartCopyToServer(w.rich, (wchar_t *)L".tif", name, &copy));
	BAD(70, ERROR_INVALID_PARAMETER, FAX_WriteFile(copy, p, 0));
	GOOD(70, FAX_WriteFile(copy, p, 3));
	BAD(72, CONTEXT_MISMATCH, FAX_EndCopy((FAX_COPY_HANDLE *)&w.any));
	GOOD(72, FAX_EndCopy(&copy));
}

static bool entry_of(ULONG at)
{
	return u32(at) == 92 && u32(at + 4) == w.job && own(text(at + 8)) && u32(at + 12) == 1 &&
	       is(at + 32, NUMBER) && is(at + 36, L"Rcpt") && is(at + 88, L"letter");
}

static void enum_jobs(void)
{
	GOOD(4, FAX_EnumJobs(w.rich, BUFN));
	CHECK(o.count == 4 && entry_of(0));
	POOR(4, FAX_EnumJobs(w.poor, BUFN));
}

/* Its pages are made ready in a process of their own. */
static void get_job(void)
{
	ULONGLONG end = GetTickCount64() + 60000;

	do {
		Sleep(10);
		GOOD(5, FAX_GetJob(w.rich, w.job, BUF));
	} while (!u32(28) && GetTickCount64() < end);
	CHECK(entry_of(0) && u32(28) == 1);
	BAD(5, ERROR_INVALID_PARAMETER, FAX_GetJob(w.rich, 999999, BUF));
}

static void set_job(void)
{
	GOOD(6, FAX_SetJob(w.rich, w.job, 2));
	GOOD(5, FAX_GetJob(w.rich, w.job, BUF));
	CHECK(u32(16) == 8); /* JS_PAUSED of winfax.h */
	GOOD(6, FAX_SetJob(w.rich, w.job, 3));
	BAD(6, ERROR_INVALID_PARAMETER, FAX_SetJob(w.rich, w.job, 99));
	BAD(6, ERROR_INVALID_PARAMETER, FAX_SetJob(w.rich, 999999, 2));
}

static void page_data(void)
{
	ULONG width = 0, height = 0;

	GOOD(7, FAX_GetPageData(w.rich, w.job, BUF, &width, &height));
	CHECK(width == 1728 && height && o.n > 8 && !memcmp(o.p, "II*", 4));
	BAD(7, ERROR_INVALID_PARAMETER, FAX_GetPageData(w.rich, 999999, BUF, &width, &height));
}

static void jobs_ex(void)
{
	ULONG status;

	GOOD(28, FAX_EnumJobsEx(w.rich, 2, BUFN));
	status = u32(88);
	CHECK(o.count == 4 && u32(0) == 96 && u64(8) == w.queued && is(24, NUMBER) &&
	      u32(status) == 120 && u32(status + 8) == w.job && u32(status + 12) == 2);
	NEMO(28, FAX_EnumJobsEx(w.nemo, 2, BUFN));
	GOOD(29, FAX_GetJobEx(w.rich, w.queued, BUF));
	status = u32(88);
	CHECK(u32(0) == 96 && u64(8) == w.queued && is(84, L"Subject \x20ac") &&
	      u32(status + 8) == w.job);
	BAD(29, MESSAGE_NOT_FOUND, FAX_GetJobEx(w.rich, 0x123456789abc, BUF));
	GOOD(87, FAX_GetJobEx2(w.rich, w.queued, 1, BUF));
	CHECK(u32(0) == 104 && u64(8) == w.queued && u32(92) == 0);
	BAD(87, ERROR_INVALID_PARAMETER, FAX_GetJobEx2(w.rich, w.queued, 2, BUF));
	BAD(87, MESSAGE_NOT_FOUND, FAX_GetJobEx2(w.rich, 0x123456789abc, 1, BUF));
	GOOD(88, FAX_EnumJobsEx2(w.rich, TRUE, NULL, 2, 1, BUFN));
	CHECK(o.count == 4 && u32(0) == 104);
	BAD(88, ERROR_INVALID_PARAMETER, FAX_EnumJobsEx2(w.rich, TRUE, NULL, 2, 2, BUFN));
	BAD(88, ERROR_INVALID_PARAMETER,
	    FAX_EnumJobsEx2(w.poor, FALSE, (wchar_t *)L"somebody-else", 2, 1, BUFN));
}

static void profile(void)
{
	GOOD(31, FAX_GetPersonalProfileInfo(w.rich, w.queued, FOLDER_QUEUE, PROF_RECIPIENT, BUF));
	CHECK(u32(0) == 68 && is(4, L"Rcpt") && is(8, NUMBER) && is(20, L"Lyon"));
	GOOD(31, FAX_GetPersonalProfileInfo(w.rich, w.queued, FOLDER_QUEUE, PROF_SENDER, BUF));
	CHECK(is(4, L"Sender") && is(8, L"100"));
	BAD(31, MESSAGE_NOT_FOUND,
	    FAX_GetPersonalProfileInfo(w.rich, 0x1234, FOLDER_QUEUE, PROF_SENDER, BUF));
}

static void recipients_limit(void)
{
	ULONG limit = 0;

	GOOD(84, FAX_GetRecipientsLimit(w.rich, &limit));
	CHECK(limit == 10000);
	NEMO(84, FAX_GetRecipientsLimit(w.nemo, &limit));
}

static void abort_job(void)
{
	GOOD(9, FAX_Abort(w.rich, w.job));
	BAD(9, ERROR_INVALID_PARAMETER, FAX_Abort(w.rich, w.job));
	BAD(5, ERROR_INVALID_PARAMETER, FAX_GetJob(w.rich, w.job, BUF));
}

const struct row job_rows[] = {
	{68, "StartCopyToServer", copying},
	{70, "WriteFile", NULL},
	{72, "EndCopy", NULL},
	{27, "SendDocumentEx", send_document},
	{4, "EnumJobs", enum_jobs},
	{5, "GetJob", get_job},
	{6, "SetJob", set_job},
	{7, "GetPageData", page_data},
	{28, "EnumJobsEx", jobs_ex},
	{29, "GetJobEx", NULL},
	{31, "GetPersonalProfileInfo", profile},
	{84, "GetRecipientsLimit", recipients_limit},
	{87, "GetJobEx2", NULL},
	{88, "EnumJobsEx2", NULL},
	{9, "Abort", abort_job},
	{0, NULL, NULL},
};
