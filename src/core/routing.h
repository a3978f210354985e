/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/routing.h
 * Values of routing: what methods there are for a received fax, and where each stands
 * for each port (winfax.md 2.10, 2.11, 8; faxcom.md 5.6). Plain values.
 */
#ifndef FX_CORE_ROUTING_H
#define FX_CORE_ROUTING_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"

#define FX_GUID_SIZE 39 /**< "{8-4-4-4-12}" and NUL; compared without regard to case */
#define FX_ROUTING_NAME_SIZE 101
#define FX_ROUTING_IMAGE_SIZE 256
#define FX_ROUTING_DATA_MAX 65536u /**< bytes of a method's data for a port */

/* Methods of our own; the first four are Windows' (winfax.md 1.10). */
#define FX_ROUTING_EMAIL "{6bbf7bfe-9af2-11d0-abf7-00c04fd91a4e}"
#define FX_ROUTING_FOLDER "{92041a90-9af2-11d0-abf7-00c04fd91a4e}"
#define FX_ROUTING_PRINT "{aec1b37c-9af2-11d0-abf7-00c04fd91a4e}"
#define FX_ROUTING_INBOX "{9d3d0c32-9af2-11d0-abf7-00c04fd91a4e}"

/** One installed method. */
struct fx_routing_method {
	char guid[FX_GUID_SIZE];
	char friendly[FX_ROUTING_NAME_SIZE];  /**< display name */
	char function[FX_ROUTING_NAME_SIZE];  /**< exported function of the extension */
	char image[FX_ROUTING_IMAGE_SIZE];    /**< file of the extension; ours: "caselli" */
	char extension[FX_ROUTING_NAME_SIZE]; /**< display name of the extension */
	uint32_t priority;                    /**< 1 = first */
};

#endif
