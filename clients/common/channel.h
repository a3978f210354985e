/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/common/channel.h
 * One DCE/RPC connection of a client: bind with or without security, one call at a time,
 * answers checked. Knows nothing of fax.
 *
 *   init --bind--> bound --call, call, ...--> fini        (an error ends it: fini)
 *
 * Thread: one at a time, fx_channel_shut() apart. Owner: the caller's memory.
 */
#ifndef FX_CLIENTS_COMMON_CHANNEL_H
#define FX_CLIENTS_COMMON_CHANNEL_H

#include "clients/common/transport.h"
#include "rpc/auth/sec.h"
#include "rpc/pdu/pdu.h"

/** What went wrong, beyond an fx_error, so that it can be said in words. */
enum fx_channel_state {
	FX_CHANNEL_OK,
	FX_CHANNEL_DEAD,      /**< the stream ended, stalled, or made no sense */
	FX_CHANNEL_FORGED,    /**< an answer without its protection, or a wrong one */
	FX_CHANNEL_REFUSED,   /**< the login was refused */
	FX_CHANNEL_AUTH_TYPE, /**< the server does not know the kind of authentication */
	FX_CHANNEL_BUSY,      /**< bind_nak: too many connections */
	FX_CHANNEL_NAK,       /**< bind_nak: another reason */
	FX_CHANNEL_IFACE,     /**< the server does not have the first interface */
};
struct fx_channel {
	struct fx_transport *t;
	struct fx_sec sec; /**< auth NULL: no security; owned */
	enum fx_channel_state state;
	bool proven;       /**< an answer came whose protection was right */
	bool asked_last;   /**< the server has not answered the last token (auth3) */
	uint16_t max_frag; /**< what the server takes */
	uint32_t call_id, assoc_group;
	struct fx_buf out;
	uint8_t *in; /**< received, not yet used: in[in_pos .. in_len) */
	size_t in_pos, in_len;
	struct fx_pdu_asm answer;
};
struct fx_channel_prm {
	const struct fx_pdu_syntax *ifaces; /**< context i is ifaces[i]; the first is needed */
	uint8_t n_ifaces;
	uint32_t assoc_group;      /**< 0 = a new one */
	struct fx_auth *take_auth; /**< NULL = none; taken in any case */
};

/** @param take_t  taken on success @param max_answer bytes of one answer @return 0, FX_ENOMEM */
FX_MUST_CHECK int fx_channel_init(struct fx_channel *l, struct fx_transport *take_t,
				  size_t max_answer);
void fx_channel_fini(struct fx_channel *l);
/**
 * Bind and log in. On failure the link is of no more use than to be ended.
 * @param ret_accepted  bit i: the server has interface i
 * @return 0; else FX_EACCES, FX_EBUSY, FX_EPROTO ..., with more in l->state
 */
FX_MUST_CHECK int fx_channel_bind(struct fx_channel *l, const struct fx_channel_prm *prm,
				  uint32_t *ret_accepted, struct fx_reason *reterr);

/** Begin a request: the stub is appended to l->out. @return for fx_channel_call() */
size_t fx_channel_begin(struct fx_channel *l);
/**
 * Send it, wait for the answer, whose stub is in l->answer.stub until the next call.
 * @param ret_fault  status of a fault (0: none)
 * @return 0, or an error; unless it is about the request (FX_ENOMEM, FX_ELIMIT before a byte was
 *         sent) l->state is set and the link is dead
 */
FX_MUST_CHECK int fx_channel_call(struct fx_channel *l, size_t at, uint16_t ctx_id, uint16_t opnum,
				  uint32_t *ret_fault);
/** Any thread: a call under way and all later ones fail. */
void fx_channel_shut(struct fx_channel *l);

#endif
