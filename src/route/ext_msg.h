/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file route/ext_msg.h
 * The messages between casellid and the host of a routing extension, one a datagram of a
 * SOCK_SEQPACKET pair; docs/route-host-protocol.md says which fields each type uses. Neither
 * side trusts the other. Thread: any. Owner: see each function.
 */
#ifndef FX_ROUTE_EXT_MSG_H
#define FX_ROUTE_EXT_MSG_H

#include "base/bytes.h"
#include "core/routing.h"

#define FX_EXT_VERSION 1u
#define FX_EXT_FD 3 /**< where the host finds its socket */
#define FX_EXT_MSG_MAX (200u * 1024)
#define FX_EXT_NUMBERS 4
#define FX_EXT_WIDES 2
#define FX_EXT_TEXTS 10
#define FX_EXT_ITEMS_MAX 128u
#define FX_EXT_TEXT_MAX 4096u

#define FX_EXT_TYPE_TABLE(X)                                                                       \
	X(OPEN, 1)     /* to the host */                                                           \
	X(RUN, 2)                                                                                  \
	X(ENABLE, 3)                                                                               \
	X(GET, 4)                                                                                  \
	X(SET, 5)                                                                                  \
	X(DEVICE, 6)                                                                               \
	X(ANSWER, 16)  /* from the host: to all but RUN */                                         \
	X(RESULT, 17)  /* to RUN */
enum fx_ext_type {
#define X(name, number) FX_EXT_##name = number,
	FX_EXT_TYPE_TABLE(X)
#undef X
};

struct fx_ext_data {
	uint8_t *p; /**< NULL = none, which is not the same as n = 0 */
	uint32_t n;
};
/** A method (OPEN), a file of the list (RUN), a change of list or data (RESULT). */
struct fx_ext_item {
	uint32_t kind; /**< RESULT: enum fx_ext_change */
	char *a, *b;
	struct fx_ext_data data;
};
enum fx_ext_change { FX_EXT_ADD, FX_EXT_DELETE, FX_EXT_MODIFY };

struct fx_ext_msg {
	enum fx_ext_type type;
	uint32_t serial; /**< an answer has its question's */
	uint32_t number[FX_EXT_NUMBERS];
	uint64_t wide[FX_EXT_WIDES];
	char *text[FX_EXT_TEXTS]; /**< NULL is sent as "" */
	struct fx_ext_data data[2];
	struct fx_ext_item *items;
	uint32_t n_items;
};

/** Append to b. Texts and data of m are borrowed. @return 0, FX_ELIMIT, FX_ENOMEM */
FX_MUST_CHECK int fx_ext_msg_encode(const struct fx_ext_msg *m, struct fx_buf *b);
/** Read one; texts are cleaned and never NULL. *m needs fini in any case.
 * @return 0, FX_EPROTO, FX_ETRUNC, FX_ELIMIT, FX_ENOMEM */
FX_MUST_CHECK int fx_ext_msg_decode(struct fx_ext_msg *m, const uint8_t *p, size_t len);
/** Of a decoded message. */
void fx_ext_msg_fini(struct fx_ext_msg *m);

#endif
