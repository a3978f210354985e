/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/common/client_priv.h
 * One call: fx_client_begin() locks the connection and brings the answer, whose bytes
 * stay valid until fx_client_end() unlocks it. end() follows begin() in any case.
 */
#ifndef FX_CLIENTS_COMMON_CLIENT_PRIV_H
#define FX_CLIENTS_COMMON_CLIENT_PRIV_H

#include "clients/common/client.h"

enum fx_client_iface { FX_CLIENT_FAX, FX_CLIENT_CASELLI };

/** @return the operation's status, or an RPC error; out is filled only when it is 0 */
uint32_t fx_client_begin(struct fx_client *c, enum fx_client_iface iface, uint32_t op,
			 const struct fx_ms_val *in, enum fx_text_form form,
			 struct fx_ms_val out[FX_MS_PARAMS_MAX]);
void fx_client_end(struct fx_client *c);

/** A call whose answer is a buffer of n structures: buffer at out[at], count at out[count_at]
 * (count_at 0: one structure). */
struct fx_client_array {
	enum fx_client_iface iface;
	uint32_t op;
	const struct fx_ms_layout *layout;
	unsigned at, count_at;
};
uint32_t fx_client_get_array(struct fx_client *c, const struct fx_client_array *call,
			     const struct fx_ms_val *in, enum fx_text_form form, void **ret,
			     uint32_t *ret_n, struct fx_ms_val *ret_out);
/** A call whose only result is a buffer of bytes, copied: fx_free(*ret). Empty is NULL and 0. */
uint32_t fx_client_get_bytes(struct fx_client *c, uint32_t op, const struct fx_ms_val *in,
			     uint8_t **ret, uint32_t *ret_size);
/** A call of the fax interface whose parameters are level 0 and one structure as a buffer. */
uint32_t fx_client_put_level0(struct fx_client *c, uint32_t op, const struct fx_ms_layout *layout,
			      const void *elem, enum fx_text_form form);
/** A call without results. */
uint32_t fx_client_do(struct fx_client *c, enum fx_client_iface iface, uint32_t op,
		      const struct fx_ms_val *in, enum fx_text_form form);
/** A call whose only result is a u32 (or e16), or a u32 first. */
uint32_t fx_client_get_u32(struct fx_client *c, uint32_t op, uint32_t *ret);
/** A call that opens a handle, the first and only result; in as given. */
uint32_t fx_client_open(struct fx_client *c, enum fx_client_iface iface, uint32_t op,
			const struct fx_ms_val *in, struct fx_ctx *ret);
/** A call that takes a handle and returns it (closed). */
uint32_t fx_client_close(struct fx_client *c, enum fx_client_iface iface, uint32_t op,
			 struct fx_ctx *h);
uint32_t fx_client_code(int err);
/** All of a view of `size` bytes, which is closed. fx_free(*ret) */
uint32_t fx_client_read_view(struct fx_client *c, struct fx_ctx *h, uint64_t size, uint8_t **ret,
			     size_t *ret_size);

#endif
