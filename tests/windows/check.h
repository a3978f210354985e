/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/windows/check.h
 * Programs for Windows: CHECK() counts what failed, finish() prints END, the line that the
 * harness demands, when nothing did.
 */
#ifndef FX_TESTS_WINDOWS_CHECK_H
#define FX_TESTS_WINDOWS_CHECK_H

#include <stdio.h>
#include <windows.h>

static int check_failed;

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			check_failed++;                                                            \
			printf("%s:%d: %s (last error %lu)\n", __FILE__, __LINE__, #cond,          \
			       (unsigned long)GetLastError());                                     \
		}                                                                                  \
	} while (0)
/* A call that fails, with this last error. */
#define FAILS(code, call)                                                                          \
	do {                                                                                       \
		SetLastError(0xDEAD);                                                              \
		CHECK(!(call) && GetLastError() == (code));                                        \
	} while (0)

static inline int finish(void)
{
	if (!check_failed) {
		printf("END\n");
	}
	(void)fflush(stdout);
	return check_failed != 0;
}

#endif
