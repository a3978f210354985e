/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/job.c  Jobs: list, read, command, first page. */
#include "clients/winfax/copy.h"
#include "clients/winfax/winfax_priv.h"

static BOOL enum_jobs(HANDLE h, enum fx_text_form form, void **out, LPDWORD n)
{
	struct fx_ms_job_entry *list = NULL;
	struct wf_server *s;
	uint32_t code, count = 0;

	if (!out || !n) {
		return wf_fail(ERROR_INVALID_PARAMETER, "JobEntry or JobsReturned is NULL.");
	}
	s = wf_server_get(h);
	if (!s) {
		return FALSE;
	}
	code = fx_client_enum_jobs(s->client, form, &list, &count);
	wf_unref(s);
	return wf_give_list(&fx_ms_job_entry_layout, code, list, count, form, out, n);
}

BOOL WINAPI FaxEnumJobsA(HANDLE FaxHandle, PFAX_JOB_ENTRYA *JobEntry, LPDWORD JobsReturned)
{
	return enum_jobs(FaxHandle, WF_TEXT_A, (void **)JobEntry, JobsReturned);
}

BOOL WINAPI FaxEnumJobsW(HANDLE FaxHandle, PFAX_JOB_ENTRYW *JobEntry, LPDWORD JobsReturned)
{
	return enum_jobs(FaxHandle, FX_TEXT_UTF16, (void **)JobEntry, JobsReturned);
}

/* The later protocol has its own code for it; winfax.h promises ERROR_INVALID_PARAMETER. */
static BOOL job_result(uint32_t code, DWORD job_id)
{
	if (code == FX_W_FAX_MESSAGE_NOT_FOUND || code == ERROR_INVALID_PARAMETER) {
		return wf_fail(ERROR_INVALID_PARAMETER, "There is no job %u in the queue.", job_id);
	}
	return wf_code(code);
}

static BOOL get_job(HANDLE h, DWORD job_id, enum fx_text_form form, void **out)
{
	struct fx_ms_job_entry *job = NULL;
	struct wf_server *s;
	uint32_t code;

	if (!out) {
		return wf_fail(ERROR_INVALID_PARAMETER, "JobEntry is NULL.");
	}
	s = wf_server_get(h);
	if (!s) {
		return FALSE;
	}
	code = fx_client_get_job(s->client, job_id, form, &job);
	wf_unref(s);
	return code ? job_result(code, job_id) :
		      wf_give(&fx_ms_job_entry_layout, job, 1, form, out);
}

BOOL WINAPI FaxGetJobA(HANDLE FaxHandle, DWORD JobId, PFAX_JOB_ENTRYA *JobEntry)
{
	return get_job(FaxHandle, JobId, WF_TEXT_A, (void **)JobEntry);
}

BOOL WINAPI FaxGetJobW(HANDLE FaxHandle, DWORD JobId, PFAX_JOB_ENTRYW *JobEntry)
{
	return get_job(FaxHandle, JobId, FX_TEXT_UTF16, (void **)JobEntry);
}

static BOOL set_job(HANDLE h, DWORD job_id, DWORD command)
{
	struct wf_server *s;
	uint32_t code;

	if (command < JC_DELETE || command > JC_RESUME) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "%u is no job command: 1 deletes, 2 pauses, 3 resumes or restarts.",
			       command);
	}
	s = wf_server_get(h);
	if (!s) {
		return FALSE;
	}
	code = fx_client_set_job(s->client, job_id, command);
	wf_unref(s);
	return job_result(code, job_id);
}

BOOL WINAPI FaxSetJobA(HANDLE FaxHandle, DWORD JobId, DWORD Command, const FAX_JOB_ENTRYA *JobEntry)
{
	return set_job(FaxHandle, JobId, Command);
}

BOOL WINAPI FaxSetJobW(HANDLE FaxHandle, DWORD JobId, DWORD Command, const FAX_JOB_ENTRYW *JobEntry)
{
	return set_job(FaxHandle, JobId, Command);
}

BOOL WINAPI FaxAbort(HANDLE FaxHandle, DWORD JobId)
{
	struct wf_server *s = wf_server_get(FaxHandle);
	uint32_t code;

	if (!s) {
		return FALSE;
	}
	code = fx_client_abort(s->client, JobId);
	wf_unref(s);
	return job_result(code, JobId);
}

BOOL WINAPI FaxGetPageData(HANDLE FaxHandle, DWORD JobId, LPBYTE *Buffer, LPDWORD BufferSize,
			   LPDWORD ImageWidth, LPDWORD ImageHeight)
{
	uint32_t code, size = 0, width = 0, height = 0;
	struct wf_server *s;
	uint8_t *p = NULL;
	void *block;

	if (!Buffer || !BufferSize || !ImageWidth || !ImageHeight) {
		return wf_fail(ERROR_INVALID_PARAMETER, "A result pointer is NULL.");
	}
	s = wf_server_get(FaxHandle);
	if (!s) {
		return FALSE;
	}
	code = fx_client_get_page_data(s->client, JobId, &p, &size, &width, &height);
	wf_unref(s);
	if (code) {
		return job_result(code, JobId);
	}
	block = wf_pack_bytes(p, size);
	(void)fx_free(p);
	if (!block) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	*Buffer = block;
	*BufferSize = size;
	*ImageWidth = width;
	*ImageHeight = height;
	return TRUE;
}

PFAX_JOB_ENTRYW wf_copy_job(const FAX_JOB_ENTRYW *job)
{
	uint16_t off[WF_TEXT_MAX];
	struct wf_shape shape = wf_shape_of(&fx_ms_job_entry_layout, off);

	return wf_pack(&shape, job, 1, FX_TEXT_UTF16, FX_TEXT_UTF16, false);
}
