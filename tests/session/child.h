/* SPDX-License-Identifier: Apache-2.0 */
/** @file tests/session/child.h  Run what may crash or hang in a child process. */
#ifndef FX_TESTS_SESSION_CHILD_H
#define FX_TESTS_SESSION_CHILD_H

#include <stdbool.h>

#define CHILD_CRASHED (-1) /**< died of a signal, or of a sanitizer's finding */
#define CHILD_HUNG (-2)    /**< used up its CPU time */

/**
 * Run fn(arg) in a fork with a limit of CPU time.
 * @return what fn() returned (0..100), or CHILD_*
 */
int child_run(int (*fn)(void *arg), void *arg, unsigned cpu_s);

#endif
