/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/common/lock.h  A mutex on both platforms, not recursive. */
#ifndef FX_CLIENTS_COMMON_LOCK_H
#define FX_CLIENTS_COMMON_LOCK_H

#ifdef _WIN32
#include <windows.h>
typedef SRWLOCK fx_lock;
#define FX_LOCK_INIT    SRWLOCK_INIT
#define fx_lock_init(l) InitializeSRWLock(l)
#define fx_lock_fini(l) ((void)(l))
#define fx_lock_take(l) AcquireSRWLockExclusive(l)
#define fx_lock_drop(l) ReleaseSRWLockExclusive(l)
#else
#include <pthread.h>
typedef pthread_mutex_t fx_lock;
#define FX_LOCK_INIT    PTHREAD_MUTEX_INITIALIZER
#define fx_lock_init(l) ((void)pthread_mutex_init(l, NULL))
#define fx_lock_fini(l) ((void)pthread_mutex_destroy(l))
#define fx_lock_take(l) ((void)pthread_mutex_lock(l))
#define fx_lock_drop(l) ((void)pthread_mutex_unlock(l))
#endif

#endif
