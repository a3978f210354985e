/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/win/win.h
 * The Windows shim behind caselli/winbase.h, for our own code. On Windows the system's calls
 * stand behind it. Thread: any.
 */
#ifndef FX_CLIENTS_WIN_WIN_H
#define FX_CLIENTS_WIN_WIN_H

#include <caselli/winbase.h>

/** The sentence that goes with the last error of this thread; SetLastError() removes it. */
void fx_win_set_words(const char *words);
/** "" when there is none. Until the next call of this thread. */
const char *fx_win_words(void);

#ifndef _WIN32
/** What a handle stands for. A handle is a number: index and generation, never an address. */
enum fx_win_kind { FX_WIN_QUEUE = 1, FX_WIN_HEAP };
struct fx_win_object {
	enum fx_win_kind kind;
	unsigned users; /**< the table's own and those that use it now; under the table's lock */
	void (*destroy)(struct fx_win_object *o); /**< when the last user is gone */
};
/** @return NULL when out of memory or FX_WIN_HANDLES_MAX are open; o is then the caller's */
HANDLE fx_win_handle_new(struct fx_win_object *o);
#define FX_WIN_HANDLES_MAX 65536u
/** Borrow; give back with fx_win_put(). NULL and ERROR_INVALID_HANDLE: no such handle. */
struct fx_win_object *fx_win_get(HANDLE h, enum fx_win_kind kind);
void fx_win_put(struct fx_win_object *o);
/** Take it out of the table. @return borrowed as by fx_win_get(), or NULL */
struct fx_win_object *fx_win_remove(HANDLE h, enum fx_win_kind kind);
#endif

/** FALSE and ERROR_INVALID_HANDLE: no queue. On Windows: no handle at all. */
BOOL fx_win_is_queue(HANDLE queue);
/**
 * PostQueuedCompletionStatus() for a thread of ours: waits while the queue is full, and a packet
 * that nobody takes before the queue is closed is given to drop(), also when this fails.
 * @return FALSE: ERROR_INVALID_HANDLE (also closed meanwhile), ERROR_NOT_ENOUGH_MEMORY
 */
BOOL fx_win_post(HANDLE queue, DWORD bytes, ULONG_PTR key, LPOVERLAPPED overlapped,
		 void (*drop)(LPOVERLAPPED overlapped));
/** Who wants to know that a queue is closed; memory of the one who asks. Windows never tells:
 * there the next fx_win_post() fails. */
struct fx_win_closer {
	struct fx_win_closer *next;
	void (*closed)(void *arg); /**< once, by the thread inside CloseHandle() */
	void *arg;
};
/** @return FALSE and ERROR_INVALID_HANDLE when it is no queue (any more) */
BOOL fx_win_on_close(HANDLE queue, struct fx_win_closer *c);
/** @return FALSE: too late, closed() was called or is going to be */
BOOL fx_win_off_close(HANDLE queue, struct fx_win_closer *c);

#endif
