/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/common/epm.h
 * Asking an endpoint mapper for a TCP port: the bytes of ept_map (C706 appendix O, appendix L
 * for towers; [MS-RPCE] 2.2.1.2). Thread: any. Owner: buffers are the caller's.
 */
#ifndef FX_CLIENTS_COMMON_EPM_H
#define FX_CLIENTS_COMMON_EPM_H

#include "rpc/pdu/pdu.h"

#define FX_EPM_PORT       "135"
#define FX_EPM_OP_MAP     3u
#define FX_EPM_TOWERS_MAX 8u    /**< asked for, and taken */
#define FX_EPM_TOWER_MAX  512u  /**< bytes of one tower */
#define FX_EPM_STUB_MAX   8192u /**< bytes of an answer */
extern const struct fx_pdu_syntax fx_epm_iface;

/** Append the request's stub: where is `iface` by NDR over TCP? */
void fx_epm_map_put(struct fx_buf *b, const struct fx_pdu_syntax *iface);
/**
 * The answer's stub.
 * @param ret_port  of the first tower that is what was asked for
 * @return 0, FX_ENOENT (nobody registered it), FX_ETRUNC, FX_EPROTO, FX_ELIMIT (malformed)
 */
FX_MUST_CHECK int fx_epm_map_get(const void *p, size_t len, const struct fx_pdu_syntax *iface,
				 uint16_t *ret_port);

#endif
