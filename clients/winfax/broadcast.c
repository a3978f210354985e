/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/broadcast.c
 * FaxSendDocumentForBroadcast (winfax.md 4.5): the document goes up once, then the
 * program is asked for one recipient after the other. They are queued in batches, so
 * that neither their number nor the length of their texts makes this process grow.
 */
#include <string.h>
#include "clients/common/files.h"
#include "clients/winfax/send.h"

/* Reserved of a recipient (winfax.md 4.4): the program's structure says whose it is. */
#define RESERVED_BROADCAST 0xFFFFFFFEu
#define RESERVED_RECIPIENT 2u
/* One request stays far below FX_MS_RPC_BUFFER_MAX, also when UTF-16 doubles it. */
#define BATCH_BYTES 0x20000u
/* Personal cover pages are files that wait on the server until their job takes them. */
#define BATCH_COVERS 32u

typedef BOOL(ask_fn)(HANDLE h, DWORD number, void *context, FAX_JOB_PARAMA *p,
		     FAX_COVERPAGE_INFOA *cp, const void *callback);

struct batch {
	struct wf_server *server;
	const char *file;                 /* names the jobs that have no DocumentName */
	enum fx_text_form form;
	uint32_t parent, n, n_covers;
	size_t bytes;
	struct wf_order orders[FX_CLIENT_BROADCAST_MAX]; /* p and cp are blocks of our own */
	struct wf_parcel parcels[FX_CLIENT_BROADCAST_MAX];
	struct fx_client_recipient recipients[FX_CLIENT_BROADCAST_MAX];
};

static void order_free(const struct wf_order *o)
{
	FaxFreeBuffer((void *)(uintptr_t)o->p);
	FaxFreeBuffer((void *)(uintptr_t)o->cp);
}

static void batch_clear(struct batch *b)
{
	uint32_t i;

	for (i = 0; i < b->n; i++) {
		order_free(&b->orders[i]);
		wf_parcel_fini(&b->parcels[i]);
		b->parcels[i].n_wide = 0;
	}
	b->n = b->n_covers = 0;
	b->bytes = 0;
}

/* Of a batch with cover pages the words are those of the last; most programs have one for all. */
static BOOL add_result(struct batch *b, const struct wf_order *with_cover, uint32_t code)
{
	return code && with_cover ? wf_cover_result(b->server, with_cover, code)
				  : wf_send_result(code);
}

/* Queue what was collected, all or none. */
static BOOL batch_send(struct batch *b)
{
	const struct wf_order *with_cover = NULL;
	BOOL ok = TRUE;
	uint32_t i;

	for (i = 0; i < b->n && ok; i++) {
		struct wf_parcel *pc = &b->parcels[i];

		ok = wf_parcel_make(b->server, &b->orders[i], pc);
		with_cover = b->orders[i].cp ? &b->orders[i] : with_cover;
		b->recipients[i] = (struct fx_client_recipient){
			.cover = b->orders[i].cp ? &pc->cover : NULL, .sender = &pc->from,
			.recipient = &pc->to, .param = &pc->param};
	}
	if (ok && b->n > 0) {
		ok = add_result(b, with_cover,
				fx_client_broadcast_add(b->server->client, b->parent, b->form,
							b->recipients, b->n, NULL));
	}
	batch_clear(b);
	return ok;
}

/* The program may use its texts again for the next recipient. */
static BOOL batch_add(struct batch *b, const struct wf_order *o)
{
	enum fx_text_form f = b->form;
	struct wf_order *mine = &b->orders[b->n];

	*mine = *o;
	mine->p = wf_pack(&wf_param_shape, o->p, 1, f, f, false);
	mine->cp = o->cp ? wf_pack(&wf_cover_shape, o->cp, 1, f, f, false) : NULL;
	if (!mine->p || (o->cp && !mine->cp)) {
		order_free(mine);
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	b->n++;
	b->bytes += wf_text_bytes(&wf_param_shape, o->p, f);
	b->bytes += o->cp ? wf_text_bytes(&wf_cover_shape, o->cp, f) : 0;
	b->n_covers += o->cp && !o->cp->UseServerCoverPage;
	if (b->n == FX_CLIENT_BROADCAST_MAX || b->bytes >= BATCH_BYTES ||
	    b->n_covers == BATCH_COVERS) {
		return batch_send(b);
	}
	return TRUE;
}

/* What the program left of Reserved: nothing, or what it was given. */
static BOOL check_reserved(struct batch *b, FAX_JOB_PARAMA *p)
{
	if ((uint32_t)p->Reserved[0] == RESERVED_BROADCAST &&
	    (uint32_t)p->Reserved[1] == RESERVED_RECIPIENT &&
	    (uint32_t)p->Reserved[2] == b->parent) {
		memset(p->Reserved, 0, sizeof(p->Reserved));
	}
	return !p->Reserved[0] || wf_fail(ERROR_INVALID_PARAMETER,
					  "JobParams: Reserved is to be left as it is; the ports "
					  "of a broadcast cannot be chosen.");
}

static BOOL ask_all(struct batch *b, HANDLE h, ask_fn *ask, const void *callback, void *context)
{
	DWORD number = 0;

	for (;;) {
		FAX_JOB_PARAMA p = {
			.SizeOfStruct = sizeof(p),
			.Reserved = {RESERVED_BROADCAST, RESERVED_RECIPIENT, b->parent}};
		FAX_COVERPAGE_INFOA cp = {.SizeOfStruct = sizeof(cp)};
		struct wf_order o = {.form = b->form, .p = &p, .files = &b->file, .n_files = 1};

		if (!ask(h, ++number, context, &p, &cp, callback)) {
			return TRUE;
		}
		o.cp = wf_no_text(cp.CoverPageName, b->form) ? NULL : &cp;
		if (!check_reserved(b, &p) || !wf_order_check(&o)) {
			return FALSE;
		}
		if (!batch_add(b, &o)) {
			return FALSE;
		}
	}
}

static BOOL broadcast(struct batch *b, HANDLE h, LPDWORD job_id, ask_fn *ask, const void *callback,
		      void *context)
{
	char name[256];
	uint32_t code;
	BOOL ok;

	if (!wf_upload(b->server, b->file, NULL, name)) {
		return FALSE;
	}
	code = fx_client_broadcast_start(b->server->client, name, FX_TEXT_UTF8,
					 fx_path_name(b->file), &b->parent);
	if (code) {
		return wf_code(code);
	}
	*job_id = b->parent;
	ok = ask_all(b, h, ask, callback, context);
	if (ok) {
		ok = batch_send(b);
	} else {
		/* Those before the bad one were accepted; the error stays the one to report. */
		DWORD first = GetLastError();
		struct fx_reason why;

		(void)fx_strlcpy(why.text, CaselliLastReason(), sizeof(why.text));
		(void)batch_send(b);
		(void)wf_result(first, &why);
	}
	code = fx_client_broadcast_end(b->server->client, b->parent);
	return ok ? wf_code(code) : FALSE;
}

static BOOL start(HANDLE h, const char *file, enum fx_text_form form, LPDWORD job_id, ask_fn *ask,
		  const void *callback, void *context)
{
	struct batch *b;
	char *path;
	BOOL ok;

	if (wf_no_text(file, form) || !job_id || !callback) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "FileName, FaxJobId or FaxRecipientCallback is missing.");
	}
	path = wf_to_utf8(file, form);
	b = fx_zalloc(sizeof(*b));
	ok = path && b ? TRUE : wf_code(ERROR_NOT_ENOUGH_MEMORY);
	if (ok) {
		b->server = wf_server_get(h);
		b->file = path;
		b->form = form;
		ok = b->server && broadcast(b, h, job_id, ask, callback, context);
		wf_unref(b->server);
		batch_clear(b);
	}
	(void)fx_free(b);
	(void)fx_free(path);
	return ok;
}

static BOOL ask_a(HANDLE h, DWORD number, void *context, FAX_JOB_PARAMA *p,
		  FAX_COVERPAGE_INFOA *cp, const void *callback)
{
	return (*(const PFAX_RECIPIENT_CALLBACKA *)callback)(h, number, context, p, cp);
}

static BOOL ask_w(HANDLE h, DWORD number, void *context, FAX_JOB_PARAMA *p,
		  FAX_COVERPAGE_INFOA *cp, const void *callback)
{
	return (*(const PFAX_RECIPIENT_CALLBACKW *)callback)(h, number, context, (void *)p,
							     (void *)cp);
}

BOOL WINAPI FaxSendDocumentForBroadcastA(HANDLE FaxHandle, LPCSTR FileName, LPDWORD FaxJobId,
					 PFAX_RECIPIENT_CALLBACKA FaxRecipientCallback,
					 LPVOID Context)
{
	return start(FaxHandle, FileName, WF_TEXT_A, FaxJobId, ask_a,
		     FaxRecipientCallback ? &FaxRecipientCallback : NULL, Context);
}

BOOL WINAPI FaxSendDocumentForBroadcastW(HANDLE FaxHandle, LPCWSTR FileName, LPDWORD FaxJobId,
					 PFAX_RECIPIENT_CALLBACKW FaxRecipientCallback,
					 LPVOID Context)
{
	return start(FaxHandle, (const void *)FileName, FX_TEXT_UTF16, FaxJobId, ask_w,
		     FaxRecipientCallback ? &FaxRecipientCallback : NULL, Context);
}
