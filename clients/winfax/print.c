/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/print.c
 * FaxStartPrintJob and FaxPrintCoverPage (winfax.md 4.12). Here no driver draws pages:
 * the hDC stands for files that the program writes, and EndDoc sends them as one fax.
 *
 *   open --EndDoc--> sent     DeleteDC is due in each state
 *     '----AbortDoc--> dropped
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "clients/winfax/send.h"

struct print {
	struct wf_object o;
	fx_lock lock;     /* all below */
	struct wf_server *server;
	FAX_JOB_PARAMA *params;   /* UTF-8 blocks of our own */
	FAX_COVERPAGE_INFOA *cover;
	char *output;             /* print to this file; NULL: send */
	int fds[WF_FILES_MAX];    /* the parts of the document */
	size_t n_fds;
	bool page_ended;          /* what comes next is a new part */
	enum { PRINT_OPEN, PRINT_SENT, PRINT_DROPPED } state;
	DWORD job;
	uint64_t id;
};

static void drop_parts(struct print *p)
{
	while (p->n_fds > 0) {
		(void)close(p->fds[--p->n_fds]);
	}
}

static void print_free(void *obj)
{
	struct print *p = obj;

	drop_parts(p);
	FaxFreeBuffer(p->params);
	FaxFreeBuffer(p->cover);
	(void)fx_free(p->output);
	wf_unref(p->server);
	fx_lock_fini(&p->lock);
	(void)fx_free(p);
}

/* A file without a name. @return descriptor, -1 with errno */
static int spool_file(void)
{
	const char *dir = getenv("TMPDIR");
	char *path;
	int fd;

	dir = dir && dir[0] == '/' ? dir : "/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) {
		return fd;
	}
	path = fx_asprintf("%s/faxprintXXXXXX", dir); /* a file system without O_TMPFILE */
	if (!path) {
		errno = ENOMEM;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0) {
		(void)unlink(path);
	}
	(void)fx_free(path);
	return fd;
}

static bool part_used(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_size > 0;
}

/* The part that is written now; a page ended: a new one, unless nothing was written yet. */
static int part(struct print *p)
{
	size_t n = p->n_fds;
	int fd;

	if (n > 0 && !(p->page_ended && part_used(p->fds[n - 1]))) {
		p->page_ended = false;
		return p->fds[n - 1];
	}
	if (n == WF_FILES_MAX) {
		(void)wf_fail(ERROR_INVALID_OPERATION, "A print job has %u pages at most.",
			      WF_FILES_MAX);
		return -1;
	}
	fd = spool_file();
	if (fd < 0) {
		(void)wf_fail(ERROR_WRITE_FAULT, "No file for the print job: %s.",
			      strerror(errno));
		return -1;
	}
	p->page_ended = false;
	p->fds[p->n_fds++] = fd;
	return fd;
}

/* ---- FaxStartPrintJob ---- */

static BOOL check_info(const FAX_PRINT_INFOA *info, enum fx_text_form form)
{
	if (!info || info->SizeOfStruct != sizeof(*info)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "PrintInfo is NULL or its SizeOfStruct is not %u.",
			       (unsigned)sizeof(*info));
	}
	return !wf_no_text(info->RecipientNumber, form) ||
	       !wf_no_text(info->OutputFileName, form) ||
	       wf_fail(ERROR_INVALID_PARAMETER, "The fax number (RecipientNumber) is missing.");
}

/* What FaxSendDocument would be given. */
static BOOL keep_info(struct print *p, const FAX_PRINT_INFOA *i, enum fx_text_form form)
{
	FAX_JOB_PARAMA jp = {
		.SizeOfStruct = sizeof(jp), .RecipientNumber = i->RecipientNumber,
		.RecipientName = i->RecipientName, .SenderName = i->SenderName,
		.SenderCompany = i->SenderCompany, .SenderDept = i->SenderDept,
		.BillingCode = i->SenderBillingCode, .DocumentName = i->DocName};

	if (!wf_no_text(i->DrEmailAddress, form)) {
		jp.DeliveryReportType = DRT_EMAIL;
		jp.DeliveryReportAddress = i->DrEmailAddress;
	}
	p->params = wf_pack(&wf_param_shape, &jp, 1, form, FX_TEXT_UTF8, false);
	if (!wf_no_text(i->OutputFileName, form)) {
		p->output = wf_to_utf8(i->OutputFileName, form);
	}
	return (p->params && (p->output || wf_no_text(i->OutputFileName, form))) ||
	       wf_code(ERROR_NOT_ENOUGH_MEMORY);
}

/* "Fax" is what the one fax printer of a machine is called; any other name is a server's. */
static BOOL reach(struct print *p, const char *printer)
{
	struct fx_reason why = {.text = ""};
	bool granted = false;
	uint32_t code;

	printer = fx_str_ieq(printer, "Fax") ? NULL : printer;
	code = wf_server_new(printer, &p->server, &why);
	if (code == ERROR_NOT_ENOUGH_MEMORY || code == ERROR_ACCESS_DENIED) {
		return wf_code(code);
	}
	if (code) {
		return wf_fail(ERROR_INVALID_PRINTER_NAME, "There is no fax printer \"%s\". %s",
			       printer ? printer : "Fax", why.text);
	}
	code = wf_check_access(p->server, FAX_JOB_SUBMIT, &granted);
	return code ? wf_code(code) : granted || wf_code(ERROR_ACCESS_DENIED);
}

static BOOL open_job(struct print *p, const void *printer, const FAX_PRINT_INFOA *info,
		     enum fx_text_form form)
{
	static const uint16_t none = 0;
	char *name = wf_to_utf8(printer ? printer : &none, form);
	BOOL ok = name ? keep_info(p, info, form) : wf_code(ERROR_NOT_ENOUGH_MEMORY);

	ok = ok && reach(p, name);
	(void)fx_free(name);
	if (ok && part(p) < 0) {
		return wf_fail(ERROR_SPL_NO_STARTDOC, "No file for the print job: %s.",
			       strerror(errno));
	}
	return ok;
}

/* @return the hDC, or NULL with the last error */
static HDC start(const void *printer, const FAX_PRINT_INFOA *info, enum fx_text_form form,
		 LPDWORD job_id, char host[16])
{
	static DWORD jobs;
	struct fx_client_place place = {.remote = false};
	struct print *p;
	HDC dc = NULL;

	if (!check_info(info, form)) {
		return NULL;
	}
	p = fx_zalloc(sizeof(*p));
	if (!p) {
		(void)wf_code(ERROR_NOT_ENOUGH_MEMORY);
		return NULL;
	}
	p->o = (struct wf_object){WF_PRINT, 1, print_free};
	fx_lock_init(&p->lock);
	if (open_job(p, printer, info, form)) {
		dc = wf_handle_new(p);
		(void)(dc || wf_code(ERROR_NOT_ENOUGH_MEMORY));
	}
	if (!dc) {
		wf_unref(p);
		return NULL;
	}
	(void)fx_client_resolve(p->server->name, &place);
	(void)fx_strlcpy(host, place.remote ? place.host : "", 16);
	*job_id = __atomic_add_fetch(&jobs, 1, __ATOMIC_SEQ_CST);
	return dc;
}

static BOOL check_context(const void *context, size_t size, LPDWORD job_id)
{
	return (context && *(const DWORD *)context == size && job_id) ||
	       wf_fail(ERROR_INVALID_PARAMETER,
		       "FaxContextInfo or FaxJobId is NULL, or SizeOfStruct is not %u.",
		       (unsigned)size);
}

BOOL WINAPI FaxStartPrintJobA(LPCSTR PrinterName, const FAX_PRINT_INFOA *PrintInfo,
			      LPDWORD FaxJobId, PFAX_CONTEXT_INFOA FaxContextInfo)
{
	HDC dc;

	if (!check_context(FaxContextInfo, sizeof(*FaxContextInfo), FaxJobId)) {
		return FALSE;
	}
	dc = start(PrinterName, PrintInfo, FX_TEXT_UTF8, FaxJobId, FaxContextInfo->ServerName);
	FaxContextInfo->hDC = dc;
	return dc != NULL;
}

BOOL WINAPI FaxStartPrintJobW(LPCWSTR PrinterName, const FAX_PRINT_INFOW *PrintInfo,
			      LPDWORD FaxJobId, PFAX_CONTEXT_INFOW FaxContextInfo)
{
	char host[16] = "";
	size_t i;
	HDC dc;

	if (!check_context(FaxContextInfo, sizeof(*FaxContextInfo), FaxJobId)) {
		return FALSE;
	}
	dc = start(PrinterName, (const void *)PrintInfo, FX_TEXT_UTF16, FaxJobId, host);
	for (i = 0; dc && i < sizeof(host); i++) { /* a host name is ASCII */
		FaxContextInfo->ServerName[i] = (unsigned char)host[i];
	}
	FaxContextInfo->hDC = dc;
	return dc != NULL;
}

/* ---- FaxPrintCoverPage ---- */

/* Is there such a page? What is in it the service says at EndDoc. */
static BOOL check_cover_page(struct wf_server *s, const FAX_COVERPAGE_INFOA *cp)
{
	fx_auto char *path = cp->UseServerCoverPage ? wf_cover_common(cp->CoverPageName)
						    : wf_cover_personal(cp->CoverPageName);

	if (!path) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	if (cp->UseServerCoverPage) {
		return wf_cover_there(s, path);
	}
	if (access(path, R_OK) == 0) {
		return TRUE;
	}
	if (errno == EACCES) {
		return wf_fail(ERROR_ACCESS_DENIED, "You may not read the file %s.", path);
	}
	return wf_fail(ERROR_FILE_NOT_FOUND, "The file %s does not exist.", path);
}

static BOOL take_cover(struct print *p, const void *cover, enum fx_text_form form)
{
	FAX_COVERPAGE_INFOA *mine;

	if (p->state != PRINT_OPEN) {
		return wf_fail(ERROR_INVALID_OPERATION, "The print job has ended.");
	}
	if (p->output) {
		return wf_fail(ERROR_NOT_SUPPORTED,
			       "A document that goes to a file has no cover page.");
	}
	mine = wf_pack(&wf_cover_shape, cover, 1, form, FX_TEXT_UTF8, false);
	if (!mine) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	if (!check_cover_page(p->server, mine)) {
		FaxFreeBuffer(mine);
		return FALSE;
	}
	FaxFreeBuffer(p->cover);
	p->cover = mine;
	return TRUE;
}

static BOOL print_cover(const void *context, size_t size, const void *cover, enum fx_text_form form)
{
	const FAX_COVERPAGE_INFOA *cp = cover;
	const FAX_CONTEXT_INFOA *ci = context;
	struct print *p;
	BOOL ok;

	if (!ci || ci->SizeOfStruct != size || !cp || cp->SizeOfStruct != sizeof(*cp) ||
	    wf_no_text(cp->CoverPageName, form)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "A structure is NULL, its SizeOfStruct is wrong, or CoverPageName "
			       "is missing.");
	}
	p = wf_handle_get(ci->hDC, WF_PRINT);
	if (!p) {
		return FALSE;
	}
	fx_lock_take(&p->lock);
	ok = take_cover(p, cover, form);
	fx_lock_drop(&p->lock);
	wf_unref(p);
	return ok;
}

BOOL WINAPI FaxPrintCoverPageA(const FAX_CONTEXT_INFOA *FaxContextInfo,
			       const FAX_COVERPAGE_INFOA *CoverPageInfo)
{
	return print_cover(FaxContextInfo, sizeof(*FaxContextInfo), CoverPageInfo, FX_TEXT_UTF8);
}

BOOL WINAPI FaxPrintCoverPageW(const FAX_CONTEXT_INFOW *FaxContextInfo,
			       const FAX_COVERPAGE_INFOW *CoverPageInfo)
{
	return print_cover(FaxContextInfo, sizeof(*FaxContextInfo), CoverPageInfo, FX_TEXT_UTF16);
}

/* ---- The hDC ---- */

/* The locked print job, which is open; NULL with the last error. */
static struct print *lock_open(HDC dc)
{
	struct print *p = wf_handle_get(dc, WF_PRINT);

	if (!p) {
		return NULL;
	}
	fx_lock_take(&p->lock);
	if (p->state != PRINT_OPEN) {
		fx_lock_drop(&p->lock);
		wf_unref(p);
		(void)wf_fail(ERROR_INVALID_OPERATION, "The print job has ended.");
		return NULL;
	}
	return p;
}

static void unlock(struct print *p)
{
	fx_lock_drop(&p->lock);
	wf_unref(p);
}

int WINAPI CaselliPrintFd(HDC hDC)
{
	struct print *p = lock_open(hDC);
	int fd;

	if (!p) {
		return -1;
	}
	fd = part(p);
	unlock(p);
	return fd;
}

int StartPage(HDC hDC)
{
	struct print *p = lock_open(hDC);
	int fd;

	if (!p) {
		return -1;
	}
	p->page_ended = true;
	fd = part(p);
	unlock(p);
	return fd < 0 ? -1 : 1;
}

int EndPage(HDC hDC)
{
	struct print *p = lock_open(hDC);

	if (!p) {
		return -1;
	}
	p->page_ended = true;
	unlock(p);
	return 1;
}

static BOOL copy_to(int from, int to, const char *path)
{
	char buf[16384];
	ssize_t n = 0;
	off_t at = 0;

	while ((n = pread(from, buf, sizeof(buf), at)) > 0) {
		ssize_t done = 0, k;

		for (; done < n; done += k) {
			k = write(to, buf + done, (size_t)(n - done));
			if (k < 0 && errno == EINTR) {
				k = 0;
			} else if (k < 0) {
				return wf_fail(errno == ENOSPC ? ERROR_DISK_FULL
							       : ERROR_WRITE_FAULT,
					       "%s cannot be written: %s.", path, strerror(errno));
			}
		}
		at += n;
	}
	return n == 0 || wf_fail(ERROR_READ_FAULT, "The document cannot be read again: %s.",
				 strerror(errno));
}

static BOOL to_file(struct print *p)
{
	BOOL ok;
	int fd;

	if (p->n_fds > 1) {
		return wf_fail(ERROR_NOT_SUPPORTED,
			       "Several documents do not go to one file; leave out StartPage.");
	}
	fd = open(p->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0) {
		return wf_fail(errno == ENOENT ? ERROR_PATH_NOT_FOUND : ERROR_ACCESS_DENIED,
			       "%s cannot be written: %s.", p->output, strerror(errno));
	}
	ok = copy_to(p->fds[0], fd, p->output);
	return (close(fd) == 0 || !ok || wf_code(ERROR_WRITE_FAULT)) && ok;
}

static BOOL end_doc(struct print *p)
{
	const char *names[WF_FILES_MAX];
	struct wf_order o = {.form = FX_TEXT_UTF8, .p = p->params, .cp = p->cover, .files = names,
			     .fds = p->fds, .priority = CASELLI_PRIORITY_NORMAL};
	size_t i;

	if (p->n_fds > 0 && !part_used(p->fds[p->n_fds - 1])) {
		(void)close(p->fds[--p->n_fds]);
		p->page_ended = true;
	}
	if (p->n_fds == 0 && (!p->cover || p->output)) {
		return wf_fail(ERROR_INVALID_DATA, "Nothing was printed.");
	}
	if (p->output) {
		return to_file(p);
	}
	for (i = 0; i < p->n_fds; i++) {
		names[i] = "print job";
		if (lseek(p->fds[i], 0, SEEK_SET) < 0) {
			return wf_fail(ERROR_READ_FAULT, "The document cannot be read again: %s.",
				       strerror(errno));
		}
	}
	o.n_files = p->n_fds;
	return wf_order_check(&o) && wf_send(p->server, &o, &p->job, &p->id);
}

int EndDoc(HDC hDC)
{
	struct print *p = lock_open(hDC);
	BOOL ok;

	if (!p) {
		return -1;
	}
	ok = end_doc(p);
	if (ok) {
		p->state = PRINT_SENT;
		drop_parts(p);
	}
	unlock(p);
	return ok ? 1 : -1;
}

int AbortDoc(HDC hDC)
{
	struct print *p = lock_open(hDC);

	if (!p) {
		return -1;
	}
	p->state = PRINT_DROPPED;
	drop_parts(p);
	unlock(p);
	return 1;
}

BOOL DeleteDC(HDC hDC)
{
	void *p = wf_handle_take(hDC, WF_PRINT);

	wf_unref(p);
	return p != NULL;
}

BOOL WINAPI CaselliPrintResult(HDC hDC, DWORD *JobId, uint64_t *Id)
{
	struct print *p;
	BOOL ok;

	if (!JobId && !Id) {
		return wf_fail(ERROR_INVALID_PARAMETER, "JobId and Id are NULL.");
	}
	p = wf_handle_get(hDC, WF_PRINT);
	if (!p) {
		return FALSE;
	}
	fx_lock_take(&p->lock);
	ok = (p->state == PRINT_SENT && !p->output) ||
	     wf_fail(ERROR_INVALID_OPERATION, "The print job has made no fax.");
	if (ok && JobId) {
		*JobId = p->job;
	}
	if (ok && Id) {
		*Id = p->id;
	}
	unlock(p);
	return ok;
}
