/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/support/support.h
 * A thin layer over cmocka: temp folders, loops, the allocation failure sweep.
 */
#ifndef FX_TESTS_SUPPORT_H
#define FX_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/bytes.h"
#include "base/loop.h"
#include "base/mem.h"

#define FX_TEST_EPOCH_US INT64_C(1767225600000000) /* 2026-01-01 00:00 UTC */

/** New folder below $TMPDIR; removed with all in it by fx_test_rmdir(). Static per call: copy it.
 */
char *fx_test_mkdir(void);
void fx_test_rmdir(char *path); /**< frees path too */
/** Virtual loop at FX_TEST_EPOCH_US. */
struct fx_loop *fx_test_vloop(void);
/** Fail the 1st, 2nd ... allocation in turn until fn() passes; fn returns 0 or FX_ENOMEM and
 * must leak nothing when it fails. */
void fx_test_oom_sweep(int (*fn)(void *arg), void *arg);
/** Whole file in memory; fails the test when it can not. Caller frees ->data (fx_buf_fini). */
void fx_test_read_file(const char *path, struct fx_buf *ret);
/** Run the loop (real or virtual) until *flag; fails the test after max_us. */
void fx_test_wait(struct fx_loop *loop, const bool *flag, int64_t max_us);

#endif
