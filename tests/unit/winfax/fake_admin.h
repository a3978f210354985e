/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/unit/winfax/fake_admin.h
 * The rest of the server inside the test: broadcasts, routing, logging, registration.
 */
#ifndef FX_TESTS_FAKE_ADMIN_H
#define FX_TESTS_FAKE_ADMIN_H

#include "clients/common/client.h"

#define FAKE_METHODS 3
struct fake_admin {
	struct fx_ms_log_category log[4];
	struct fx_ms_routing_method methods[FAKE_METHODS]; /* of port 11; texts static */
	uint32_t n_methods;
	uint32_t order[FAKE_METHODS];                      /* places of the methods, from 1 */
	uint8_t data[64];                                  /* of method 0 */
	uint32_t n_data;
	/* broadcasts: what came, and how */
	uint32_t parent, added, batches, most, ended, fail_add;
	char document[64], first_number[64], last_number[64], last_recipient[64], last_name[64],
		last_cover[256];
	uint32_t with_cover;
	/* registration: the last call */
	char name[64], friendly[64], image[64], tsp[64];
	uint32_t n_ext_methods;
	char ext_function[64], ext_guid[64];
};
extern struct fake_admin admin;
void fake_admin_reset(void);

#endif
