/* SPDX-License-Identifier: Apache-2.0 */
/** @file rpc/iface/win32.h  The one map from our errors to Win32 codes (ms-fax.md 7). Pure. */
#ifndef FX_RPC_IFACE_WIN32_H
#define FX_RPC_IFACE_WIN32_H

#include <stdint.h>
#include "base/error.h"

/** For most operations; 0 gives 0. */
uint32_t fx_win32(int err);
/** Legacy job operations 5, 6, 7, 9: an unknown job is ERROR_INVALID_PARAMETER. */
uint32_t fx_win32_job(int err);
/** SetPort: a port that is busy is ERROR_DEVICE_IN_USE. */
uint32_t fx_win32_port(int err);
/** SetConfiguration and the like: what cannot be stored is ERROR_REGISTRY_CORRUPT. */
uint32_t fx_win32_config(int err);

#endif
