/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/events.c
 * FaxInitializeEventQueue: a thread that reads the service's events over a connection of its own
 * and puts them into the program's queue, until the queue is closed or the service ends.
 *
 *   starting --connected--> reading --FAXSVC_ENDED, connection lost, events lost--> done
 *       '-- refused: gone      '--------------- queue closed ----------------> gone
 *   done is gone with its queue, or with the next registration.
 */
#include <string.h>
#include <unistd.h>
#include "clients/common/thread.h"
#include "clients/win/win.h"
#include "clients/winfax/winfax_priv.h"

struct reg {
	struct reg *next;
	HANDLE queue;
	ULONG_PTR key;
	HWND window;                  /* on Windows, instead of a queue; then: */
	UINT first_message;
	struct fx_win_closer closer;
	struct fx_client_place place; /* of the service */
	struct fx_client *client;
	uint64_t since;
	FAX_EVENT *last;              /* FAXSVC_ENDED, kept ready: it comes in any case */
	struct fx_thread *thread;
	pid_t pid;                    /* a child after fork() has no such thread */
	bool stop;                    /* atomic */
	bool done;                    /* under regs_lock, as client and next */
};
static fx_lock regs_lock = FX_LOCK_INIT;
static struct reg *regs;

/* ---- the thread ---- */

static void drop(LPOVERLAPPED block)
{
	(void)LocalFree(block);
}

static BOOL post(const struct reg *r, FAX_EVENT *take_block)
{
#ifdef _WIN32
	if (r->window) {
		BOOL ok = PostMessageW(r->window, r->first_message + take_block->EventId,
				       take_block->DeviceId, (LPARAM)take_block->JobId);

		(void)LocalFree(take_block);
		return ok;
	}
#endif
	return fx_win_post(r->queue, sizeof(*take_block), r->key, (LPOVERLAPPED)(void *)take_block,
			   drop);
}

static BOOL deliver(const struct reg *r, const struct fx_ms_event *e)
{
	FAX_EVENT *block = LocalAlloc(LMEM_FIXED, sizeof(*block));

	if (!block) {
		return FALSE;
	}
	*block = (FAX_EVENT){sizeof(*block), {e->time.low, e->time.high}, e->device_id, e->event_id,
			     e->job_id};
	return post(r, block);
}

/* The session is over for the program: it registers again when it wants to (winfax.md 6.2). */
static void deliver_end(struct reg *r)
{
	struct fx_ms_filetime now = fx_ms_filetime_from_us(fx_client_now_us());

	*r->last = (FAX_EVENT){.SizeOfStruct = sizeof(*r->last),
			       .TimeStamp = {now.low, now.high},
			       .EventId = FEI_FAXSVC_ENDED,
			       .JobId = 0xFFFFFFFF};
	(void)post(r, r->last);
	r->last = NULL;
}

/* @return false: this was the last batch */
static bool next_batch(struct reg *r)
{
	struct fx_ms_event *e = NULL;
	uint32_t n = 0, i;
	bool lost = false, more = true;

	if (fx_client_events(r->client, &r->since, FX_CS_WAIT_MAX_MS, &e, &n, &lost) || lost) {
		more = false;
	}
	for (i = 0; more && i < n; i++) {
		more = e[i].event_id != FEI_FAXSVC_ENDED && deliver(r, &e[i]);
	}
	(void)fx_free(e);
	return more;
}

static void read_events(void *arg)
{
	struct reg *r = arg;
	struct fx_client *c = r->client;

	while (next_batch(r)) {
	}
	if (!__atomic_load_n(&r->stop, __ATOMIC_SEQ_CST)) {
		deliver_end(r);
	}
	fx_lock_take(&regs_lock);
	r->client = NULL;
	r->done = true;
	fx_lock_drop(&regs_lock);
	(void)fx_client_unref(c);
}

/* ---- registrations ---- */

/* Under regs_lock. */
static void unlink_reg(struct reg *r)
{
	struct reg **p;

	for (p = &regs; *p && *p != r; p = &(*p)->next) {
	}
	if (*p) {
		*p = r->next;
	}
}

static void free_reg(struct reg *r)
{
	(void)fx_client_unref(r->client);
	(void)LocalFree(r->last);
	(void)fx_free(r);
}

/* With its thread; nobody else is about to do the same. */
static void end_reg(struct reg *r)
{
	if (r->pid != getpid()) {
		return; /* thread and connection are the parent's */
	}
	__atomic_store_n(&r->stop, true, __ATOMIC_SEQ_CST);
	fx_lock_take(&regs_lock);
	unlink_reg(r);
	if (r->client) {
		fx_client_shut(r->client);
	}
	fx_lock_drop(&regs_lock);
	fx_thread_join(r->thread);
	free_reg(r);
}

static void on_closed(void *arg)
{
	end_reg(arg);
}

/* One whose session is over, and whose queue nobody is closing now; it is the caller's then. */
static struct reg *take_done(void)
{
	struct reg *r;

	fx_lock_take(&regs_lock);
	for (r = regs; r; r = r->next) {
		if (r->done && r->pid == getpid() && fx_win_off_close(r->queue, &r->closer)) {
			break;
		}
	}
	fx_lock_drop(&regs_lock);
	return r;
}

static bool same_service(const struct fx_client_place *a, const struct fx_client_place *b)
{
	return a->remote == b->remote && !strcmp(a->path, b->path) && !strcmp(a->host, b->host) &&
	       !strcmp(a->port, b->port);
}

/* @return false: this process has a session with the service already */
static bool add_reg(struct reg *new_reg)
{
	struct reg *r;

	while ((r = take_done())) {
		end_reg(r);
	}
	fx_lock_take(&regs_lock);
	for (r = regs; r; r = r->next) {
		if (r->pid == new_reg->pid && !r->done &&
		    same_service(&r->place, &new_reg->place)) {
			break;
		}
	}
	if (!r) {
		new_reg->next = regs;
		regs = new_reg;
	}
	fx_lock_drop(&regs_lock);
	return !r;
}

/* From here on no event is missed. @return 0 or a code */
static uint32_t connect_reg(struct reg *r, struct fx_client *first, struct fx_reason *why)
{
	struct fx_ms_event *none = NULL;
	struct fx_client *c = NULL;
	uint32_t n, code = fx_client_connect_again(first, 0, &c, why);
	bool lost;

	if (!code) {
		code = fx_client_events(c, &r->since, 0, &none, &n, &lost);
		(void)fx_free(none);
	}
	r->last = LocalAlloc(LMEM_FIXED, sizeof(*r->last));
	if (!code && !r->last) {
		code = ERROR_NOT_ENOUGH_MEMORY;
	}
	r->client = c;
	return code;
}

static BOOL run_reg(struct reg *r, struct fx_client *first)
{
	struct fx_reason why = {.text = ""};
	uint32_t code = connect_reg(r, first, &why);

	if (!code) {
		r->thread = fx_thread_start(read_events, r);
		code = r->thread ? 0 : ERROR_NOT_ENOUGH_MEMORY;
	}
	if (code) {
		fx_lock_take(&regs_lock);
		unlink_reg(r);
		fx_lock_drop(&regs_lock);
		free_reg(r);
		return wf_result(code, &why);
	}
	r->closer = (struct fx_win_closer){NULL, on_closed, r};
	if (!r->window && !fx_win_on_close(r->queue, &r->closer)) {
		end_reg(r);
		return wf_fail(ERROR_INVALID_HANDLE, "The queue was closed meanwhile.");
	}
	return TRUE;
}

#ifdef _WIN32
/* Exactly one of queue and window (winfax.md 4.11). */
static BOOL check_target(HANDLE queue, HWND window, UINT first_message)
{
	if (!queue == !window || (window && first_message < WM_USER)) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Either CompletionPort or hWnd is wanted, "
			       "and messages start at WM_USER.");
	}
	return window ? IsWindow(window) || wf_fail(ERROR_INVALID_PARAMETER, "hWnd is no window.") :
			fx_win_is_queue(queue) ||
				wf_fail(ERROR_INVALID_HANDLE, "CompletionPort is no queue.");
}

/* A program that logs off asks with its window and key 1 for no more messages (6.3). */
static BOOL no_more(HWND window)
{
	struct reg *r;

	fx_lock_take(&regs_lock);
	for (r = regs; r && r->window != window; r = r->next) {
	}
	if (r) {
		unlink_reg(r);
	}
	fx_lock_drop(&regs_lock);
	if (r) {
		end_reg(r);
	}
	return TRUE;
}
#else
static BOOL check_target(HANDLE queue, HWND window, UINT first_message)
{
	(void)first_message; /* goes with the window */
	if (window) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "There are no windows here; give a queue of "
			       "CreateIoCompletionPort().");
	}
	if (!queue) {
		return wf_fail(ERROR_INVALID_PARAMETER, "CompletionPort is NULL.");
	}
	return fx_win_is_queue(queue) ||
	       wf_fail(ERROR_INVALID_HANDLE, "CompletionPort is no queue.");
}

static BOOL no_more(HWND window)
{
	(void)window;
	return FALSE;
}
#endif

BOOL WINAPI FaxInitializeEventQueue(HANDLE FaxHandle, HANDLE CompletionPort,
				    ULONG_PTR CompletionKey, HWND hWnd, UINT MessageStart)
{
	struct wf_server *s = wf_server_get(FaxHandle);
	struct reg *r;
	BOOL ok;

	if (!s) {
		return FALSE;
	}
	if (!check_target(CompletionPort, hWnd, MessageStart)) {
		wf_unref(s);
		return FALSE;
	}
	if (hWnd && CompletionKey == 1) {
		wf_unref(s);
		return no_more(hWnd);
	}
	r = fx_zalloc(sizeof(*r));
	if (!r) {
		wf_unref(s);
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	r->queue = CompletionPort;
	r->key = CompletionKey;
	r->window = hWnd;
	r->first_message = MessageStart;
	r->pid = getpid();
	(void)fx_client_resolve(s->name, &r->place);
	if (add_reg(r)) {
		ok = run_reg(r, s->client);
	} else {
		free_reg(r);
		ok = wf_fail(ERROR_INVALID_DATA, "This program gets the events of this service "
						 "already; it may ask again when they have ended.");
	}
	wf_unref(s);
	return ok;
}

#ifndef _WIN32
/* The library goes, with its code: no thread may be left in it. On Windows a thread keeps it. */
__attribute__((destructor)) static void at_exit(void)
{
	struct reg *r;

	while ((r = regs)) {
		if (r->pid != getpid()) {
			regs = r->next; /* the parent's */
			continue;
		}
		(void)fx_win_off_close(r->queue, &r->closer);
		end_reg(r);
	}
}
#endif
