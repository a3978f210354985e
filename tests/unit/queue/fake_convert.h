/* SPDX-License-Identifier: Apache-2.0 */
/** @file tests/unit/queue/fake_convert.h  What the fake render does; one second each. */
#ifndef FX_TESTS_FAKE_CONVERT_H
#define FX_TESTS_FAKE_CONVERT_H

#include <stdint.h>

struct fake_plan {
	unsigned fail_times; /**< the next so many end with err and words */
	int err;
	const char *words;
	uint32_t pages;
	unsigned started, running, most;
};
extern struct fake_plan fake_plan;

#endif
