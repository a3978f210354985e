/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file caselli/winbase.h
 * The few Windows calls beside the fax functions themselves that a fax program, a fax service
 * provider or a routing extension needs: completion queues, heaps, LocalAlloc, GUID.
 * libwinfax exports them, and so do the processes that load plug-ins: a plug-in shared object
 * that leaves them undefined finds the one instance of whoever loaded it.
 *
 * Any thread may call anything. A wrong handle or block is an error (ERROR_INVALID_HANDLE,
 * ERROR_INVALID_PARAMETER), never a crash: handles are numbers that are looked up, and heaps
 * know their blocks.
 *
 * On Windows this header only includes <windows.h>.
 */
#ifndef CASELLI_WINBASE_H
#define CASELLI_WINBASE_H

#include <caselli/wintypes.h>

#ifndef _WIN32

#ifdef __cplusplus
extern "C" {
#endif

#define INVALID_HANDLE_VALUE ((HANDLE)(intptr_t)-1)
#define INFINITE             0xFFFFFFFFu
#define WAIT_TIMEOUT         258u /* GetLastError() when no packet came in time */
#define ERROR_ABANDONED_WAIT_0 735u /* the queue was closed during the wait */
#define NO_ERROR             0u

typedef size_t SIZE_T;
typedef void *HLOCAL;
typedef void *HINSTANCE;
typedef void *PVOID;
typedef int32_t HRESULT;
#define S_OK    ((HRESULT)0)
#define NOERROR ((HRESULT)0)
#define E_FAIL  ((HRESULT)0x80004005u)

#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
	uint32_t Data1;
	uint16_t Data2;
	uint16_t Data3;
	uint8_t Data4[8];
} GUID;
#endif

/** Travels through a queue untouched; only its address counts. */
typedef struct _OVERLAPPED {
	ULONG_PTR Internal;
	ULONG_PTR InternalHigh;
	DWORD Offset;
	DWORD OffsetHigh;
	HANDLE hEvent;
} OVERLAPPED, *LPOVERLAPPED;

/* ---- Completion queues ("I/O completion ports" without files) ---- */

/**
 * A new queue. Only this form exists: FileHandle INVALID_HANDLE_VALUE and
 * ExistingCompletionPort NULL; CompletionKey and NumberOfConcurrentThreads are ignored.
 * @return the queue, to be closed with CloseHandle(); NULL on failure:
 *         ERROR_NOT_SUPPORTED (a file, an existing queue), ERROR_NOT_ENOUGH_MEMORY
 */
HANDLE WINAPI CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort,
				     ULONG_PTR CompletionKey, DWORD NumberOfConcurrentThreads);
/**
 * Take the oldest packet; several threads may wait, each packet goes to one.
 * @param Milliseconds how long to wait; 0: not at all, INFINITE: until one comes
 * @return FALSE, *Overlapped NULL, and in GetLastError() WAIT_TIMEOUT,
 *         ERROR_ABANDONED_WAIT_0 (closed meanwhile), ERROR_INVALID_HANDLE,
 *         ERROR_INVALID_PARAMETER (a NULL pointer)
 */
BOOL WINAPI GetQueuedCompletionStatus(HANDLE CompletionPort, LPDWORD NumberOfBytes,
				      ULONG_PTR *CompletionKey, LPOVERLAPPED *Overlapped,
				      DWORD Milliseconds);
/**
 * Put a packet behind the others; the three values arrive as they are.
 * @return FALSE: ERROR_INVALID_HANDLE, ERROR_NOT_ENOUGH_MEMORY (also when
 *         CASELLI_QUEUE_MAX packets wait and nobody takes them)
 */
BOOL WINAPI PostQueuedCompletionStatus(HANDLE CompletionPort, DWORD NumberOfBytes,
				       ULONG_PTR CompletionKey, LPOVERLAPPED Overlapped);
#define CASELLI_QUEUE_MAX 65536
/** Close a queue (fax handles want FaxClose). Packets of the program that wait in it are dropped,
 * not freed; fax events are freed, and their delivery has ended when this returns. */
BOOL WINAPI CloseHandle(HANDLE Object);
/**
 * Linux only: a descriptor that is readable (poll, select, epoll) while a packet waits. It
 * belongs to the queue: do not read or close it.
 * @return -1 and ERROR_INVALID_HANDLE when it is no queue
 */
int WINAPI CaselliQueueFd(HANDLE CompletionPort);

/* ---- Memory ---- */

#define LMEM_FIXED    0x0000
#define LMEM_ZEROINIT 0x0040
#define LPTR          (LMEM_FIXED | LMEM_ZEROINIT)
/** @return NULL and ERROR_NOT_ENOUGH_MEMORY; ERROR_INVALID_PARAMETER for unknown flags */
HLOCAL WINAPI LocalAlloc(UINT Flags, SIZE_T Bytes);
/** NULL is fine. @return NULL; the block itself and ERROR_INVALID_HANDLE when it is none of
 * LocalAlloc's (any more) */
HLOCAL WINAPI LocalFree(HLOCAL Mem);
/** Bytes asked for, 0 and ERROR_INVALID_HANDLE when it is no block. */
SIZE_T WINAPI LocalSize(HLOCAL Mem);

#define HEAP_NO_SERIALIZE 0x00000001 /* accepted, without effect: heaps always lock */
#define HEAP_ZERO_MEMORY  0x00000008
/** @param MaximumSize bytes of all its blocks together, 0 = no limit
 * @return NULL and ERROR_NOT_ENOUGH_MEMORY */
HANDLE WINAPI HeapCreate(DWORD Options, SIZE_T InitialSize, SIZE_T MaximumSize);
/** Frees the heap with every block of it. */
BOOL WINAPI HeapDestroy(HANDLE Heap);
/** @return NULL: ERROR_NOT_ENOUGH_MEMORY, ERROR_INVALID_HANDLE */
LPVOID WINAPI HeapAlloc(HANDLE Heap, DWORD Flags, SIZE_T Bytes);
/** @return NULL, the old block stays: as HeapAlloc, ERROR_INVALID_PARAMETER (not a block of it) */
LPVOID WINAPI HeapReAlloc(HANDLE Heap, DWORD Flags, LPVOID Mem, SIZE_T Bytes);
/** NULL is fine. @return FALSE and ERROR_INVALID_PARAMETER when it is no block of this heap */
BOOL WINAPI HeapFree(HANDLE Heap, DWORD Flags, LPVOID Mem);
/** Bytes asked for; (SIZE_T)-1 when it is no block of this heap. */
SIZE_T WINAPI HeapSize(HANDLE Heap, DWORD Flags, const void *Mem);
/** One heap for the whole process; cannot be destroyed. */
HANDLE WINAPI GetProcessHeap(void);

#ifdef __cplusplus
}
#endif

#endif /* _WIN32 */
#endif
