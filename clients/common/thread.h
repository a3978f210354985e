/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/common/thread.h  A thread of ours in a program, and the wall clock. */
#ifndef FX_CLIENTS_COMMON_THREAD_H
#define FX_CLIENTS_COMMON_THREAD_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"

struct fx_thread;
/**
 * Run fn(arg) on a new thread. On Linux it takes none of the program's signals; on Windows
 * the library stays loaded until fn has returned, whatever FreeLibrary() says.
 * @return NULL: no thread or memory; else fx_thread_join() follows exactly once
 */
FX_MUST_CHECK struct fx_thread *fx_thread_start(void (*fn)(void *arg), void *arg);
/** Wait for the end of fn. Not from DllMain or a destructor on Windows. */
void fx_thread_join(struct fx_thread *t);

/** Microseconds since 1970-01-01 UTC. */
int64_t fx_client_now_us(void);

#endif
