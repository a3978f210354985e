/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/auth.h
 * Security contexts of DCE/RPC connections, one interface over NTLM (ours), Kerberos and
 * SPNEGO (GSSAPI), and, in the Windows build of the clients, SSPI; server and client side.
 *
 *   accept/initiate --step ... step--> complete --protect, unprotect (any number)--> free
 *
 * What is wrong with a token is told in words for the log, never to the other side.
 * Thread: one at a time for each context; a step may wait for a directory or a KDC, so the
 * server runs it in a worker. Everything else is quick. Owner: whoever made it.
 * Sources: [MS-RPCE] 2.2.2.11, 3.3.1.5.2, [MS-NLMP], [MS-SPNG], RFC 4121, [MS-KILE] 3.4.5.4.
 */
#ifndef FX_RPC_AUTH_AUTH_H
#define FX_RPC_AUTH_AUTH_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/** auth_type of a sec_trailer ([MS-RPCE] 2.2.1.1.7). */
enum fx_auth_type {
	FX_AUTH_NONE = 0,
	FX_AUTH_SPNEGO = 9,
	FX_AUTH_NTLM = 10,
	FX_AUTH_KERBEROS = 16,
};
/** auth_level ([MS-RPCE] 2.2.1.1.8). */
enum fx_auth_level {
	FX_AUTH_LEVEL_NONE = 1,
	FX_AUTH_LEVEL_CONNECT = 2,
	FX_AUTH_LEVEL_CALL = 3,
	FX_AUTH_LEVEL_PKT = 4,
	FX_AUTH_LEVEL_INTEGRITY = 5,
	FX_AUTH_LEVEL_PRIVACY = 6,
};
#define FX_AUTH_TOKEN_MAX 16384u /**< of one step, either way; a PAC may be some KiB */
#define FX_AUTH_TRAILER_SIZE 8u  /**< sec_trailer in front of the token */

/** Who the other side proved to be. */
struct fx_auth_peer {
	char user[128];   /**< UTF-8: account name without domain or realm */
	char domain[128]; /**< NetBIOS or DNS domain, or Kerberos realm; "" = this machine's file */
	char mech[16];    /**< for the log: "ntlm", "kerberos", "spnego/ntlm", "winbind" ... */
};

/** The parts of a PDU that protection covers, in the order of the wire. */
struct fx_auth_pdu {
	const uint8_t *head;  /**< header in front of the stub, with the final lengths; signed only
			       *   when header signing was agreed, else length 0 */
	size_t head_len;
	uint8_t *data;        /**< stub and padding: signed; sealed in place at level privacy */
	size_t data_len;
	const uint8_t *tail;  /**< sec_trailer without the token; as head */
	size_t tail_len;
	/** Unprotect, when header signing was not agreed: the same two, for a mechanism that must
	 * take signatures over them all the same (NTLM); others do not look. */
	const uint8_t *maybe_head, *maybe_tail;
	size_t maybe_head_len, maybe_tail_len;
};

struct fx_auth;
struct fx_auth_ops {
	/** As fx_auth_step(). */
	int (*step)(struct fx_auth *a, const void *in, size_t n, struct fx_buf *out,
		    struct fx_reason *reterr);
	/** Length of the token that protects data of n bytes (a multiple of 16). */
	size_t (*token_size)(const struct fx_auth *a, size_t n);
	int (*protect)(struct fx_auth *a, const struct fx_auth_pdu *p, uint8_t *token,
		       size_t token_len);
	int (*unprotect)(struct fx_auth *a, const struct fx_auth_pdu *p, const uint8_t *token,
			 size_t token_len);
	void (*free)(struct fx_auth *a);
};
struct fx_auth {
	const struct fx_auth_ops *ops;
	enum fx_auth_type type;
	enum fx_auth_level level;
	bool complete;
	bool whole_pdu; /**< its peer signs headers without having said so; so do we */
	struct fx_auth_peer peer; /**< server side, once complete */
};

/**
 * Next token of the handshake.
 * @param in   what came, NULL at the client's first step
 * @param out  receives the answer, which may be empty
 * @return 0 complete, 1 the other side must go on, FX_EACCES (wrong password, unknown user,
 *         expired ticket, a mechanism that is not allowed), FX_EPROTO (malformed, replayed),
 *         FX_EIO (a directory or KDC cannot be asked), FX_ENOMEM, FX_ENOSYS
 */
FX_MUST_CHECK int fx_auth_step(struct fx_auth *a, const void *in, size_t n, struct fx_buf *out,
			       struct fx_reason *reterr);
/** Only when complete and the level is PKT or above (CALL counts as PKT). */
size_t fx_auth_token_size(const struct fx_auth *a, size_t n);
FX_MUST_CHECK int fx_auth_protect(struct fx_auth *a, const struct fx_auth_pdu *p, uint8_t *token,
				  size_t token_len);
/** @return 0, or FX_EACCES: forged, replayed, out of order; the connection has to go */
FX_MUST_CHECK int fx_auth_unprotect(struct fx_auth *a, const struct fx_auth_pdu *p,
				    const uint8_t *token, size_t token_len);
struct fx_auth *fx_auth_free(struct fx_auth *a);
/** "ntlm", "spnego", "kerberos"; "type 77" of others. Static or in dst. */
const char *fx_auth_type_str(unsigned type, char dst[16]);
const char *fx_auth_level_str(unsigned level); /**< "privacy" ...; "level" of others */
/** Does each PDU carry a token at this level? */
static inline bool fx_auth_protects(const struct fx_auth *a)
{
	return a && a->level >= FX_AUTH_LEVEL_CALL;
}

/* --- server side (not in the Windows build) --- */

/** What proves who somebody is; shared by all contexts, safe for several workers at once. */
struct fx_auth_server;
struct fx_auth_server_prm {
	const char *users_file; /**< names and NT hashes (rpc/auth/users.h); NULL = none */
	const char *host;       /**< name of this machine in challenges and SPNs; NULL = its own */
	const char *domain;     /**< NetBIOS domain in challenges; NULL = host */
	const char *keytab;     /**< for Kerberos; NULL = the system's */
	bool kerberos;          /**< offer types 9 and 16 with Kerberos */
	bool winbind;           /**< ask winbind for users that the file does not have */
	/** Unix time in microseconds (fx_loop_wall_us()), asked in whatever thread a step runs;
	 * for the dates in challenges and the patience with wrong passwords. Mandatory. */
	int64_t (*wall_us)(void *arg);
	void *wall_arg;
};
/**
 * The texts of prm are copied. A file of users that is not there yet has none.
 * @return 0, FX_ENOMEM, FX_EINVAL (no clock), or what is wrong with the file, in words
 */
FX_MUST_CHECK int fx_auth_server_new(const struct fx_auth_server_prm *prm,
				     struct fx_auth_server **ret, struct fx_reason *reterr);
/** When the last context is gone, too. */
struct fx_auth_server *fx_auth_server_free(struct fx_auth_server *s);
/** Does an NTLM challenge with this nonce wait for its answer here? Any thread. */
bool fx_auth_server_issued(struct fx_auth_server *s, const uint8_t nonce[8]);
/** @return 0, FX_ENOSYS (type or level not offered), FX_ENOMEM */
FX_MUST_CHECK int fx_auth_accept(struct fx_auth_server *s, unsigned type, unsigned level,
				 struct fx_auth **ret);

/* --- client side --- */

struct fx_auth_client_prm {
	enum fx_auth_type type;
	enum fx_auth_level level;
	const char *host;     /**< of the server as the user named it, for the SPN host/HOST */
	const char *user;     /**< NULL or "": credentials of who is logged in (Kerberos, SSPI) */
	const char *domain;   /**< "" = none */
	const char *password; /**< UTF-8; borrowed, copied as long as needed and wiped */
	/** NULL, or: is this NTLM challenge one of the caller's own server, which somebody hands
	 * back to it (reflection)? Then FX_EACCES. Asked in whatever thread a step runs. */
	bool (*is_own)(void *arg, const uint8_t nonce[8]);
	void *is_own_arg;
};
/** @return 0, FX_ENOSYS (not in this build), FX_EACCES (no credentials), FX_ENOMEM */
FX_MUST_CHECK int fx_auth_initiate(const struct fx_auth_client_prm *prm, struct fx_auth **ret,
				   struct fx_reason *reterr);

#endif
