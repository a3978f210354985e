/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/conformance/store_records.h
 * Every field of every stored record, listed a second time and on purpose: a
 * field that a store forgets shows as a difference, and one that these lists
 * forget shows as a hole in the struct.
 */
#ifndef FX_TESTS_STORE_RECORDS_H
#define FX_TESTS_STORE_RECORDS_H

#include <stddef.h>
#include "store/store.h"

enum record { REC_CONFIG, REC_PORT, REC_JOB, REC_ATTEMPT, REC_PAGE, REC_MESSAGE, REC_COUNT };

/** Give each field its own value, made from seed; *rec is overwritten, texts are new. */
void record_fill(enum record kind, void *rec, unsigned seed);
/** Fails the test at the first field that differs. */
void record_same(enum record kind, const void *a, const void *b);
/** Free the texts. */
void record_fini(enum record kind, void *rec);
/** Fails the test when a struct has bytes that no listed field covers. */
void record_check_lists(void);

#endif
