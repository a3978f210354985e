/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/support/script_provider.h
 * A provider without media: each call goes as a script for its number says, in
 * virtual time. One instance at a time; what was dialled is kept for checks.
 */
#ifndef FX_TESTS_SCRIPT_PROVIDER_H
#define FX_TESTS_SCRIPT_PROVIDER_H

#include <stddef.h>
#include "port/provider.h"

#define FX_SCRIPT_ALL UINT32_MAX

/** What happens to one call. Zeroed: answered after 1 s, all pages confirmed, 30 s each. */
struct fx_script_step {
	enum fx_outcome outcome; /**< NONE = SUCCESS */
	uint32_t pages;          /**< confirmed before the outcome; with NONE all */
	bool not_answered;       /**< busy and such: ends before the answer */
	bool hangs;              /**< never ends by itself */
};
/** Calls to `number` go by these steps in turn, the last one for ever. Copied. */
void fx_script_set(const char *number, const struct fx_script_step *steps, size_t n);

struct fx_script_dial {
	char number[FX_NUMBER_SIZE], line[32], local_id[FX_ID_SIZE];
	uint32_t n_docs, first_page[4], pages[4], before[4], total[4];
	unsigned modems;
	bool ecm, banner;
	int64_t at_us; /**< loop time */
};
size_t fx_script_dials(void); /**< since fx_script_reset() */
const struct fx_script_dial *fx_script_dial_at(size_t i);
/** Pages confirmed so far to a number, over all calls. */
uint32_t fx_script_confirmed(const char *number);
/** A call comes in; the far end sends `pages` pages (one a second) and then `outcome`. The
 * pages are written as TIFFs by write_page() of the test, NULL = one byte each. */
void fx_script_incoming(const char *line, const char *caller_id, uint32_t pages,
			enum fx_outcome outcome);
extern void (*fx_script_write_page)(int fd, uint32_t page);
uint32_t fx_script_acked(void); /**< received pages that were confirmed to the far end */
uint32_t fx_script_refused(void); /**< incoming calls that were rejected or not acked */
/** The program behind the provider dies: calls end HOST_LOST, lines are offline. */
void fx_script_lose(void);
void fx_script_back(void);
void fx_script_reset(void); /**< scripts and records */

/** settings: the number of lines in decimal. */
extern const struct fx_provider_ops fx_script_provider_ops;

#endif
