/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/address.h
 * Addresses to listen at, as the settings name them, and of peers. Numeric only: a name could
 * mean another machine tomorrow. Thread: any. Values.
 */
#ifndef FX_RPC_ADDRESS_H
#define FX_RPC_ADDRESS_H

#include <stdint.h>
#include <sys/socket.h>

#include "base/error.h"

#define FX_LISTEN_MAX 16u      /**< addresses; "*" counts as two */
#define FX_ADDRESS_STR_SIZE 64 /**< "[2001:db8::1%eth0]:49600" */

struct fx_address {
	struct sockaddr_storage sa; /**< AF_INET or AF_INET6 */
	bool any;                   /**< came from "*": a machine without IPv6 does without */
};
/**
 * "ADDRESS:PORT ...", divided by blanks or commas; an IPv6 address in brackets; * for all of both
 * families. @param ret FX_LISTEN_MAX of them
 * @return 0, FX_EINVAL with the reason, FX_ELIMIT (more than FX_LISTEN_MAX)
 */
FX_MUST_CHECK int fx_addresses_parse(const char *text, struct fx_address *ret, size_t *ret_n,
				     struct fx_reason *reterr);
/** "192.0.2.7:4711", "[::1]:4711". @return dst */
const char *fx_address_str(const struct sockaddr_storage *sa, char dst[FX_ADDRESS_STR_SIZE]);
/** The same without port and brackets. @return dst */
const char *fx_address_host(const struct sockaddr_storage *sa, char dst[FX_ADDRESS_STR_SIZE]);
uint16_t fx_address_port(const struct sockaddr_storage *sa);
void fx_address_set_port(struct sockaddr_storage *sa, uint16_t port);
socklen_t fx_address_len(const struct sockaddr_storage *sa);
/** Same host; ports do not count. */
bool fx_address_same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b);
/** Same client as far as limits go: the same IPv4 address, or /64 of IPv6. */
bool fx_address_same_client(const struct sockaddr_storage *a, const struct sockaddr_storage *b);
bool fx_address_is_loopback(const struct sockaddr_storage *sa);
/** 0.0.0.0 or :: */
bool fx_address_is_any(const struct sockaddr_storage *sa);

#endif
