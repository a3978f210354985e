/* SPDX-License-Identifier: Apache-2.0 */
/* Completion queues, heaps, handles: what is promised in caselli/winbase.h; also under TSan. */
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <caselli/winbase.h>
#include "clients/win/win.h"
#include "tests/support/support.h"

#define N_POSTS 2000
#define N_THREADS 4

static HANDLE new_queue(void)
{
	HANDLE q = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);

	assert_non_null(q);
	return q;
}

static bool readable(HANDLE q)
{
	struct pollfd p = {.fd = CaselliQueueFd(q), .events = POLLIN};

	assert_true(p.fd >= 0);
	return poll(&p, 1, 0) == 1;
}

static void packets_in_order(void **state)
{
	HANDLE q = new_queue();
	OVERLAPPED a, b, *o;
	ULONG_PTR key;
	DWORD n;

	(void)state;
	assert_false(readable(q));
	assert_true(PostQueuedCompletionStatus(q, 1, 0x11, &a));
	assert_true(PostQueuedCompletionStatus(q, 2, UINTPTR_MAX, &b));
	assert_true(PostQueuedCompletionStatus(q, UINT32_MAX, 0, NULL));
	assert_true(readable(q));
	assert_true(GetQueuedCompletionStatus(q, &n, &key, &o, 0));
	assert_true(n == 1 && key == 0x11 && o == &a);
	assert_true(GetQueuedCompletionStatus(q, &n, &key, &o, INFINITE));
	assert_true(n == 2 && key == UINTPTR_MAX && o == &b);
	assert_true(readable(q));
	assert_true(GetQueuedCompletionStatus(q, &n, &key, &o, 1));
	assert_true(n == UINT32_MAX && !key && !o);
	assert_false(readable(q));
	o = &a;
	assert_false(GetQueuedCompletionStatus(q, &n, &key, &o, 1));
	assert_int_equal(GetLastError(), WAIT_TIMEOUT);
	assert_null(o);
	assert_true(PostQueuedCompletionStatus(q, 1, 1, &a)); /* dropped with the queue */
	assert_true(CloseHandle(q));
}

static void wrong_handles(void **state)
{
	HANDLE q = new_queue(), heap = HeapCreate(0, 0, 0), again;
	LPOVERLAPPED o;
	ULONG_PTR key;
	DWORD n;
	int on_stack;

	(void)state;
	assert_null(CreateIoCompletionPort(INVALID_HANDLE_VALUE, q, 0, 0));
	assert_int_equal(GetLastError(), ERROR_NOT_SUPPORTED);
	assert_null(CreateIoCompletionPort(q, NULL, 0, 0));
	assert_false(GetQueuedCompletionStatus(q, NULL, &key, &o, 0));
	assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
	assert_false(GetQueuedCompletionStatus(q, &n, NULL, &o, 0));
	assert_false(GetQueuedCompletionStatus(q, &n, &key, NULL, 0));
	SetLastError(0);
	assert_false(PostQueuedCompletionStatus(heap, 0, 0, NULL));
	assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
	assert_false(CloseHandle(heap));
	assert_false(HeapDestroy(q));
	assert_false(PostQueuedCompletionStatus(NULL, 0, 0, NULL));
	assert_false(CloseHandle(INVALID_HANDLE_VALUE));
	assert_false(CloseHandle(&on_stack));
	assert_int_equal(CaselliQueueFd(&on_stack), -1);
	assert_true(CloseHandle(q));
	assert_false(CloseHandle(q));
	assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
	again = new_queue(); /* in the same place, but another handle */
	assert_ptr_not_equal(again, q);
	assert_false(GetQueuedCompletionStatus(q, &n, &key, &o, 0));
	assert_true(CloseHandle(again));
	assert_true(HeapDestroy(heap));
	assert_false(HeapDestroy(heap));
	assert_false(HeapDestroy(GetProcessHeap()));
}

static void limit_of_a_queue(void **state)
{
	HANDLE q = new_queue();
	int i;

	(void)state;
	for (i = 0; i < CASELLI_QUEUE_MAX; i++) {
		assert_true(PostQueuedCompletionStatus(q, 0, (ULONG_PTR)i, NULL));
	}
	assert_false(PostQueuedCompletionStatus(q, 0, 0, NULL));
	assert_int_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
	assert_true(CloseHandle(q));
}

static void many_handles(void **state)
{
	static HANDLE h[FX_WIN_HANDLES_MAX];
	size_t i, n = 0;

	(void)state;
	while (n < FX_WIN_HANDLES_MAX && (h[n] = HeapCreate(0, 0, 0))) {
		n++;
	}
	assert_in_range(n, 60000, FX_WIN_HANDLES_MAX - 1);
	assert_int_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
	for (i = 0; i < n; i++) {
		assert_true(HeapDestroy(h[i]));
	}
}

static void heaps_know_their_blocks(void **state)
{
	HANDLE h = HeapCreate(0, 4096, 0), other = HeapCreate(0, 0, 100);
	unsigned char *p = HeapAlloc(h, HEAP_ZERO_MEMORY, 100), *q;
	static void *many[1000];
	size_t i;

	(void)state;
	assert_non_null(p);
	assert_int_equal((uintptr_t)p % 16, 0);
	for (i = 0; i < 100; i++) {
		assert_int_equal(p[i], 0);
	}
	p[99] = 7;
	assert_int_equal(HeapSize(h, 0, p), 100);
	assert_true(HeapSize(h, 0, p + 1) == (SIZE_T)-1);
	q = HeapReAlloc(h, 0, p, 5000);
	assert_non_null(q);
	assert_int_equal(q[99], 7);
	assert_false(HeapFree(other, 0, q)); /* not of that heap */
	assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
	assert_true(HeapFree(h, 0, q));
	assert_false(HeapFree(h, 0, q)); /* twice */
	assert_false(HeapFree(h, 0, &i));
	assert_true(HeapFree(h, 0, NULL));
	assert_null(HeapReAlloc(h, 0, q, 5));
	assert_null(HeapAlloc(other, 0, 101));
	assert_int_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
	assert_null(HeapAlloc(h, 0, SIZE_MAX));
	p = HeapAlloc(other, 0, 100);
	assert_non_null(p);
	assert_null(HeapAlloc(other, 0, 1));
	assert_true(HeapFree(other, 0, p));
	for (i = 0; i < 1000; i++) {
		many[i] = HeapAlloc(h, 0, i);
		assert_non_null(many[i]);
	}
	for (i = 0; i < 1000; i += 2) {
		assert_true(HeapFree(h, 0, many[i]));
		assert_int_equal(HeapSize(h, 0, many[i + 1]), i + 1);
	}
	assert_true(HeapDestroy(h)); /* with all that is left */
	assert_true(HeapDestroy(other));
	assert_null(HeapAlloc(h, 0, 1));
	assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
	assert_true(HeapFree(GetProcessHeap(), 0, HeapAlloc(GetProcessHeap(), 0, 9)));
}

static void local_blocks(void **state)
{
	char *p = LocalAlloc(LPTR, 40), *q;

	(void)state;
	assert_non_null(p);
	assert_int_equal(p[39], 0);
	assert_int_equal(LocalSize(p), 40);
	q = HeapAlloc(GetProcessHeap(), 0, 8);
	assert_ptr_equal(LocalFree(q), q);
	assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
	assert_true(HeapFree(GetProcessHeap(), 0, q));
	assert_null(LocalFree(p));
	assert_ptr_equal(LocalFree(p), p);
	assert_int_equal(LocalSize(p), 0);
	assert_null(LocalFree(NULL));
	assert_null(LocalAlloc(0x8000, 4));
	assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
}

static void words_go_with_the_code(void **state)
{
	(void)state;
	SetLastError(5);
	fx_win_set_words("why");
	assert_string_equal(fx_win_words(), "why");
	SetLastError(6);
	assert_string_equal(fx_win_words(), "");
	assert_int_equal(GetLastError(), 6);
}

struct crowd {
	HANDLE q;
	pthread_mutex_t lock;
	bool seen[N_THREADS * N_POSTS]; /* under the lock */
	unsigned taken;
};

static void *poster(void *arg)
{
	struct crowd *c = *(struct crowd **)arg;
	size_t first = (size_t)(((void **)arg)[1]), i;

	for (i = 0; i < N_POSTS; i++) {
		char *block = LocalAlloc(LPTR, 24);

		if (!block || !PostQueuedCompletionStatus(c->q, 24, first + i, (void *)block)) {
			return "refused";
		}
	}
	return NULL;
}

static void *taker(void *arg)
{
	struct crowd *c = arg;
	LPOVERLAPPED o;
	ULONG_PTR key;
	DWORD n;

	while (GetQueuedCompletionStatus(c->q, &n, &key, &o, INFINITE)) {
		(void)pthread_mutex_lock(&c->lock);
		c->seen[key] = true;
		c->taken++;
		(void)pthread_mutex_unlock(&c->lock);
		if (LocalFree(o)) {
			return "freed by another";
		}
	}
	/* closed while this waited, or between two calls */
	return GetLastError() == ERROR_ABANDONED_WAIT_0 ||
		GetLastError() == ERROR_INVALID_HANDLE ? NULL : "wrong code";
}

static void many_threads(void **state)
{
	static struct crowd c;
	pthread_t posters[N_THREADS], takers[N_THREADS];
	void *args[N_THREADS][2], *ret;
	size_t i, first;
	bool all = false;

	(void)state;
	c.q = new_queue();
	(void)pthread_mutex_init(&c.lock, NULL);
	for (i = 0; i < N_THREADS; i++) {
		first = i * N_POSTS;
		args[i][0] = &c;
		args[i][1] = (void *)first;
		assert_int_equal(pthread_create(&takers[i], NULL, taker, &c), 0);
		assert_int_equal(pthread_create(&posters[i], NULL, poster, args[i]), 0);
	}
	for (i = 0; i < N_THREADS; i++) {
		assert_int_equal(pthread_join(posters[i], &ret), 0);
		assert_null(ret);
	}
	while (!all) {
		(void)pthread_mutex_lock(&c.lock);
		all = c.taken == N_THREADS * N_POSTS;
		(void)pthread_mutex_unlock(&c.lock);
	}
	assert_true(CloseHandle(c.q)); /* wakes all four */
	for (i = 0; i < N_THREADS; i++) {
		assert_int_equal(pthread_join(takers[i], &ret), 0);
		assert_null(ret);
	}
	for (i = 0; i < N_THREADS * N_POSTS; i++) {
		assert_true(c.seen[i]);
	}
	(void)pthread_mutex_destroy(&c.lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_in_order), cmocka_unit_test(wrong_handles),
		cmocka_unit_test(limit_of_a_queue), cmocka_unit_test(many_handles),
		cmocka_unit_test(heaps_know_their_blocks), cmocka_unit_test(local_blocks),
		cmocka_unit_test(words_go_with_the_code), cmocka_unit_test(many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
