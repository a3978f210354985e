/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/upcase.h
 * Capitals of UTF-16 as NTLM wants them ([MS-NLMP] 3.3.2, UpperCase()): the same in every locale.
 * Outside the basic plane nothing changes, as on Windows.
 * Thread: any.
 */
#ifndef FX_RPC_AUTH_UPCASE_H
#define FX_RPC_AUTH_UPCASE_H

#include <stddef.h>
#include <stdint.h>

uint16_t fx_upcase16(uint16_t c);
/** UTF-16LE in place; any alignment. */
void fx_upcase16le(uint8_t *p, size_t units);

#endif
