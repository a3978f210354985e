/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/common/thread.h"

#include "base/mem.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <pthread.h>
#include <signal.h>
#include <time.h>
#endif

struct fx_thread {
	void (*fn)(void *arg);
	void *arg;
#ifdef _WIN32
	HANDLE handle;
	HMODULE library;
#else
	pthread_t id;
#endif
};

#ifdef _WIN32
static DWORD WINAPI run(LPVOID p)
{
	struct fx_thread *t = p;
	HMODULE library = t->library;

	t->fn(t->arg);
	/* t may be gone from here on; so may the code, if this was the last use of the library */
	FreeLibraryAndExitThread(library, 0);
}

/* A reference of the thread's own on the module that holds this code. */
static HMODULE own_module(void)
{
	HMODULE m = NULL;

	return GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
				  (LPCWSTR)(ULONG_PTR)own_module, &m) ? m : NULL;
}

struct fx_thread *fx_thread_start(void (*fn)(void *arg), void *arg)
{
	struct fx_thread *t = fx_zalloc(sizeof(*t));

	if (!t) {
		return NULL;
	}
	*t = (struct fx_thread){.fn = fn, .arg = arg, .library = own_module()};
	t->handle = t->library ? CreateThread(NULL, 0, run, t, 0, NULL) : NULL;
	if (!t->handle) {
		if (t->library) {
			(void)FreeLibrary(t->library);
		}
		(void)fx_free(t);
		return NULL;
	}
	return t;
}

void fx_thread_join(struct fx_thread *t)
{
	(void)WaitForSingleObject(t->handle, INFINITE);
	(void)CloseHandle(t->handle);
	(void)fx_free(t);
}

int64_t fx_client_now_us(void)
{
	FILETIME ft;

	GetSystemTimeAsFileTime(&ft);
	/* 100 ns units since 1601 */
	return (int64_t)(((uint64_t)ft.dwHighDateTime << 32 | ft.dwLowDateTime) / 10) -
	       INT64_C(11644473600000000);
}

#else
static void *run(void *p)
{
	struct fx_thread *t = p;

	t->fn(t->arg);
	return NULL;
}

struct fx_thread *fx_thread_start(void (*fn)(void *arg), void *arg)
{
	struct fx_thread *t = fx_zalloc(sizeof(*t));
	sigset_t all, before;
	bool ok;

	if (!t) {
		return NULL;
	}
	*t = (struct fx_thread){.fn = fn, .arg = arg};
	/* the program's signals are for its own threads */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	ok = pthread_create(&t->id, NULL, run, t) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ok ? t : fx_free(t);
}

void fx_thread_join(struct fx_thread *t)
{
	(void)pthread_join(t->id, NULL);
	(void)fx_free(t);
}

int64_t fx_client_now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}
#endif
