/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/npa.h
 * What smbd says on the socket of a named pipe that it forwards, before the bytes of the pipe: who
 * the SMB client is; and our answer. Learned by looking at what Samba 4.17 sends (decision 0651).
 *
 *   u32 length (big-endian), "NPAM", u32 level, then NDR: names and addresses of both ends, the
 *   session: SIDs, Unix uid and groups, account, Unix name. Offsets count from the length.
 *
 * Thread: any. Values.
 */
#ifndef FX_RPC_NPA_H
#define FX_RPC_NPA_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define FX_NPA_LEVEL 7u     /**< the one of Samba 4.16 to 4.17 */
#define FX_NPA_MAX   65536u /**< bytes of the message; one with 1,000 groups has 40,000 */

struct fx_npa {
	char address[64];      /**< of the SMB client, numeric */
	uint16_t port;
	char account[128], domain[128]; /**< as the SMB client logged in */
	char unix_name[128];   /**< the user of this machine that Samba made of it */
	uint64_t uid;
	bool authenticated;    /**< neither anonymous nor a guest */
};
/**
 * @param p  the whole message with its length
 * @return 0, FX_ETRUNC, FX_EPROTO, FX_ELIMIT, FX_ENOSYS (another level), with the reason
 */
FX_MUST_CHECK int fx_npa_get(const void *p, size_t n, struct fx_npa *ret,
			     struct fx_reason *reterr);
/** "A pipe of messages, open." */
void fx_npa_answer(struct fx_buf *b);

#endif
