/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/win/queue.c  Completion queues: packets in a list, an eventfd that counts them. */
#include "clients/win/win.h"

#ifndef _WIN32
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct packet {
	struct packet *next;
	DWORD bytes;
	ULONG_PTR key;
	LPOVERLAPPED overlapped;
	void (*drop)(LPOVERLAPPED overlapped); /* NULL: not ours */
};

struct queue {
	struct fx_win_object object;
	pthread_mutex_t lock;
	pthread_cond_t room;           /* there is some, or closed */
	struct fx_win_closer *closers; /* under the lock */
	struct packet *head, **tail;
	unsigned n;
	pid_t pid;  /* who made it */
	int closed; /* bool, under the lock */
	int fd;     /* EFD_SEMAPHORE: its count is n, and for ever more once closed */
};

static void destroy(struct fx_win_object *o)
{
	struct queue *q = (struct queue *)o;
	struct packet *p;

	while ((p = q->head)) {
		q->head = p->next;
		if (p->drop) {
			p->drop(p->overlapped);
		}
		free(p);
	}
	(void)close(q->fd);
	(void)pthread_cond_destroy(&q->room);
	(void)pthread_mutex_destroy(&q->lock);
	free(q);
}

static void add(int fd, uint64_t n)
{
	/* Cannot block or fail: the count stays far below its limit. */
	ssize_t done = write(fd, &n, sizeof(n));

	(void)done;
}

HANDLE CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort,
			      ULONG_PTR CompletionKey, DWORD NumberOfConcurrentThreads)
{
	struct queue *q;
	HANDLE h;

	(void)CompletionKey;
	(void)NumberOfConcurrentThreads;
	if (FileHandle != INVALID_HANDLE_VALUE || ExistingCompletionPort) {
		SetLastError(ERROR_NOT_SUPPORTED);
		return NULL;
	}
	q = calloc(1, sizeof(*q));
	if (!q || (q->fd = eventfd(0, EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC)) < 0) {
		free(q);
		SetLastError(ERROR_NOT_ENOUGH_MEMORY);
		return NULL;
	}
	q->pid = getpid();
	q->object.kind = FX_WIN_QUEUE;
	q->object.destroy = destroy;
	q->tail = &q->head;
	(void)pthread_mutex_init(&q->lock, NULL);
	(void)pthread_cond_init(&q->room, NULL);
	h = fx_win_handle_new(&q->object);
	if (!h) {
		destroy(&q->object);
		SetLastError(ERROR_NOT_ENOUGH_MEMORY);
	}
	return h;
}

/* @return ERROR_SUCCESS, ERROR_NOT_ENOUGH_MEMORY (also: full), ERROR_INVALID_HANDLE (closed) */
static DWORD put(struct queue *q, const struct packet *packet, int wait)
{
	struct packet *p = malloc(sizeof(*p));
	DWORD code = ERROR_SUCCESS;

	(void)pthread_mutex_lock(&q->lock);
	while (p && wait && q->n >= CASELLI_QUEUE_MAX && !q->closed) {
		(void)pthread_cond_wait(&q->room, &q->lock);
	}
	if (q->closed) {
		code = ERROR_INVALID_HANDLE;
	} else if (!p || q->n >= CASELLI_QUEUE_MAX) {
		code = ERROR_NOT_ENOUGH_MEMORY;
	} else {
		*p = *packet;
		*q->tail = p;
		q->tail = &p->next;
		q->n++;
		add(q->fd, 1);
	}
	(void)pthread_mutex_unlock(&q->lock);
	if (code != ERROR_SUCCESS) {
		free(p);
	}
	return code;
}

static BOOL post(HANDLE queue, const struct packet *packet, int wait)
{
	struct queue *q = (struct queue *)fx_win_get(queue, FX_WIN_QUEUE);
	DWORD code = ERROR_INVALID_HANDLE;

	if (q) {
		code = put(q, packet, wait);
		fx_win_put(&q->object);
	}
	if (code != ERROR_SUCCESS) {
		SetLastError(code);
	}
	return code == ERROR_SUCCESS;
}

BOOL PostQueuedCompletionStatus(HANDLE CompletionPort, DWORD NumberOfBytes,
				ULONG_PTR CompletionKey, LPOVERLAPPED Overlapped)
{
	return post(CompletionPort,
		    &(struct packet){NULL, NumberOfBytes, CompletionKey, Overlapped, NULL}, 0);
}

BOOL fx_win_post(HANDLE queue, DWORD bytes, ULONG_PTR key, LPOVERLAPPED overlapped,
		 void (*drop)(LPOVERLAPPED overlapped))
{
	BOOL ok = post(queue, &(struct packet){NULL, bytes, key, overlapped, drop}, 1);

	if (!ok) {
		drop(overlapped);
	}
	return ok;
}

BOOL fx_win_on_close(HANDLE queue, struct fx_win_closer *c)
{
	struct queue *q = (struct queue *)fx_win_get(queue, FX_WIN_QUEUE);
	BOOL ok;

	if (!q) {
		return FALSE;
	}
	(void)pthread_mutex_lock(&q->lock);
	ok = !q->closed;
	if (ok) {
		c->next = q->closers;
		q->closers = c;
	}
	(void)pthread_mutex_unlock(&q->lock);
	fx_win_put(&q->object);
	if (!ok) {
		SetLastError(ERROR_INVALID_HANDLE);
	}
	return ok;
}

BOOL fx_win_off_close(HANDLE queue, struct fx_win_closer *c)
{
	struct queue *q = (struct queue *)fx_win_get(queue, FX_WIN_QUEUE);
	struct fx_win_closer **p;
	BOOL found = FALSE;

	if (!q) {
		return FALSE;
	}
	(void)pthread_mutex_lock(&q->lock);
	for (p = &q->closers; *p && *p != c; p = &(*p)->next) {
	}
	if (*p) {
		*p = c->next;
		found = TRUE;
	}
	(void)pthread_mutex_unlock(&q->lock);
	fx_win_put(&q->object);
	return found;
}

/* @return ERROR_SUCCESS, ERROR_ABANDONED_WAIT_0, or WAIT_TIMEOUT: nothing there */
static DWORD take(struct queue *q, struct packet *ret)
{
	struct packet *p;
	uint64_t one;
	DWORD code = q->closed ? ERROR_ABANDONED_WAIT_0 : WAIT_TIMEOUT;
	ssize_t n;

	p = q->closed ? NULL : q->head;
	if (!p) {
		return code;
	}
	q->head = p->next;
	if (!q->head) {
		q->tail = &q->head;
	}
	q->n--;
	(void)pthread_cond_signal(&q->room);
	n = read(q->fd, &one, sizeof(one));
	(void)n;
	*ret = *p;
	free(p);
	return ERROR_SUCCESS;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static DWORD wait_for(struct queue *q, DWORD ms, struct packet *ret)
{
	int64_t end = ms && ms != INFINITE ? now_ms() + ms : 0, left = 0;
	struct pollfd p = {.fd = q->fd, .events = POLLIN};
	DWORD code;

	for (;;) {
		(void)pthread_mutex_lock(&q->lock);
		code = take(q, ret);
		(void)pthread_mutex_unlock(&q->lock);
		if (code != WAIT_TIMEOUT || ms == 0) {
			return code;
		}
		left = ms == INFINITE ? -1 : end - now_ms();
		if (ms != INFINITE && left <= 0) {
			return code;
		}
		/* Another thread may be quicker: then we come here again. */
		(void)poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left);
	}
}

BOOL GetQueuedCompletionStatus(HANDLE CompletionPort, LPDWORD NumberOfBytes,
			       ULONG_PTR *CompletionKey, LPOVERLAPPED *Overlapped,
			       DWORD Milliseconds)
{
	struct packet got = {0};
	struct queue *q;
	DWORD code;

	if (Overlapped) {
		*Overlapped = NULL;
	}
	if (!NumberOfBytes || !CompletionKey || !Overlapped) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return FALSE;
	}
	q = (struct queue *)fx_win_get(CompletionPort, FX_WIN_QUEUE);
	if (!q) {
		return FALSE;
	}
	code = wait_for(q, Milliseconds, &got);
	fx_win_put(&q->object);
	if (code != ERROR_SUCCESS) {
		SetLastError(code);
		return FALSE;
	}
	*NumberOfBytes = got.bytes;
	*CompletionKey = got.key;
	*Overlapped = got.overlapped;
	return TRUE;
}

BOOL CloseHandle(HANDLE Object)
{
	struct queue *q = (struct queue *)fx_win_remove(Object, FX_WIN_QUEUE);
	struct fx_win_closer *c, *next;

	if (!q) {
		return FALSE;
	}
	(void)pthread_mutex_lock(&q->lock);
	q->closed = 1;
	c = q->closers;
	q->closers = NULL;
	if (q->pid == getpid()) { /* after fork() the descriptor is still shared with the parent */
		add(q->fd, UINT32_MAX); /* wakes all that wait, however many */
	}
	(void)pthread_cond_broadcast(&q->room);
	(void)pthread_mutex_unlock(&q->lock);
	for (; c; c = next) {
		next = c->next; /* it may free itself */
		c->closed(c->arg);
	}
	fx_win_put(&q->object);
	return TRUE;
}

BOOL fx_win_is_queue(HANDLE queue)
{
	return CaselliQueueFd(queue) >= 0;
}

int CaselliQueueFd(HANDLE CompletionPort)
{
	struct queue *q = (struct queue *)fx_win_get(CompletionPort, FX_WIN_QUEUE);
	int fd;

	if (!q) {
		return -1;
	}
	fd = q->fd;
	fx_win_put(&q->object);
	return fd;
}
#endif
