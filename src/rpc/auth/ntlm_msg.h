/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/ntlm_msg.h
 * The three messages of NTLM and what is inside them ([MS-NLMP] 2.2), bytes only. Unicode alone:
 * messages in an OEM character set are not written and not read.
 *
 * Fields point into the message that was read. Thread: any. Errors: FX_EPROTO, FX_ETRUNC.
 */
#ifndef FX_RPC_AUTH_NTLM_MSG_H
#define FX_RPC_AUTH_NTLM_MSG_H

#include "base/bytes.h"

/** NegotiateFlags ([MS-NLMP] 2.2.2.5), those that matter here. */
enum fx_ntlm_flag {
	FX_NTLM_UNICODE = 0x00000001,
	FX_NTLM_REQUEST_TARGET = 0x00000004,
	FX_NTLM_SIGN = 0x00000010,
	FX_NTLM_SEAL = 0x00000020,
	FX_NTLM_DATAGRAM = 0x00000040,
	FX_NTLM_NTLM = 0x00000200,
	FX_NTLM_ANONYMOUS = 0x00000800,
	FX_NTLM_ALWAYS_SIGN = 0x00008000,
	FX_NTLM_TARGET_DOMAIN = 0x00010000,
	FX_NTLM_TARGET_SERVER = 0x00020000,
	FX_NTLM_EXTENDED = 0x00080000, /* extended session security */
	FX_NTLM_TARGET_INFO = 0x00800000,
	FX_NTLM_VERSION = 0x02000000,
	FX_NTLM_128 = 0x20000000,
	FX_NTLM_KEY_EXCH = 0x40000000,
};
#define FX_NTLM_56 0x80000000u

/** AV_PAIR ids ([MS-NLMP] 2.2.2.1). */
enum fx_ntlm_av {
	FX_NTLM_AV_EOL = 0, FX_NTLM_AV_NB_COMPUTER = 1, FX_NTLM_AV_NB_DOMAIN = 2,
	FX_NTLM_AV_DNS_COMPUTER = 3, FX_NTLM_AV_DNS_DOMAIN = 4, FX_NTLM_AV_FLAGS = 6,
	FX_NTLM_AV_TIME = 7, FX_NTLM_AV_TARGET = 9,
};
#define FX_NTLM_AV_FLAG_MIC 2u /* bit of AV_FLAGS: the AUTHENTICATE has a MIC */

struct fx_ntlm_field {
	const uint8_t *p;
	size_t n;
};

/** Names of a server, UTF-8. */
struct fx_ntlm_names {
	const char *nb_computer, *nb_domain, *dns_computer, *dns_domain;
};
struct fx_ntlm_challenge {
	uint32_t flags;
	uint8_t nonce[8];
	struct fx_ntlm_field info; /**< AV_PAIRs, well-formed */
};
struct fx_ntlm_auth {
	uint32_t flags;
	struct fx_ntlm_field lm, nt, domain, user, host, key;
	bool has_mic; /**< there is room for one in front of the payload */
	uint8_t mic[16];
};
#define FX_NTLM_MIC_AT 72u /**< of the MIC in an AUTHENTICATE */

/** NTLMv2_RESPONSE ([MS-NLMP] 2.2.2.8). */
struct fx_ntlm_v2 {
	uint8_t proof[16];
	struct fx_ntlm_field temp; /**< all behind the proof */
	uint8_t time[8], nonce[8];
	struct fx_ntlm_field info; /**< AV_PAIRs, well-formed */
};

FX_MUST_CHECK int fx_ntlm_negotiate_get(const void *p, size_t n, uint32_t *ret_flags);
void fx_ntlm_negotiate_put(struct fx_buf *b, uint32_t flags);
FX_MUST_CHECK int fx_ntlm_challenge_get(const void *p, size_t n, struct fx_ntlm_challenge *ret);
/** @param filetime  100 ns since 1601 */
void fx_ntlm_challenge_put(struct fx_buf *b, uint32_t flags, const uint8_t nonce[8],
			   const struct fx_ntlm_names *names, uint64_t filetime);
FX_MUST_CHECK int fx_ntlm_auth_get(const void *p, size_t n, struct fx_ntlm_auth *ret);
/** With room for a MIC, zeros, when a->has_mic. */
void fx_ntlm_auth_put(struct fx_buf *b, const struct fx_ntlm_auth *a);
FX_MUST_CHECK int fx_ntlm_v2_get(struct fx_ntlm_field nt, struct fx_ntlm_v2 *ret);

/** @return 0, FX_ENOENT; the list has to be well-formed */
FX_MUST_CHECK int fx_ntlm_av_find(struct fx_ntlm_field info, enum fx_ntlm_av id,
				  struct fx_ntlm_field *ret);
void fx_ntlm_av_put(struct fx_buf *b, enum fx_ntlm_av id, const void *p, size_t n);
/** UTF-8 in, UTF-16LE on the wire. */
void fx_ntlm_av_put_text(struct fx_buf *b, enum fx_ntlm_av id, const char *s);
/** UTF-8 as UTF-16LE without NUL, appended. */
void fx_ntlm_put_text(struct fx_buf *b, const char *s);

#endif
