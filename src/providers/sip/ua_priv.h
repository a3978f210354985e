/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/ua_priv.h
 * Insides of ua.h and leg.h. Only ua_*.c and leg_*.c include this, and with it <re.h>.
 */
#ifndef FX_SIP_UA_PRIV_H
#define FX_SIP_UA_PRIV_H

#include <pthread.h>
#include <re.h>

#include "base/list.h"
#include "providers/sip/leg.h"

_Static_assert(sizeof(struct sa) == 32, "libre ABI: built against another version's struct sa");

#define FX_UA_AUTH_SIZE 2048u /* both credentials of a request, as headers */

/** One struct sip of libre: the ua's own, or that of a TLS way (its certificates). */
struct fx_stack {
	struct fx_link link; /* ua->dead */
	struct fx_ua *ua;
	struct sip *sip;
	struct sip_lsnr *requests, *responses;
	struct tls *tls;
	char *tls_name; /* of the verification */
};

struct fx_ua {
	struct fx_ua_events ev;
	void *arg;
	char *user_agent;
	uint32_t dns_timeout_ms;
	pthread_t thread;
	bool running;
	/* to the thread */
	pthread_mutex_t lock;
	pthread_cond_t started;
	struct fx_link posts;
	bool woken, is_up, quit;
	int err;
	struct fx_reason why;
	const struct fx_ua_prm *prm; /* while fx_ua_new() runs */
	/* the thread's own */
	struct mqueue *wake;
	struct fx_stack stack;
	struct dnsc *dnsc;
	struct fx_link legs;     /* fx_leg.link */
	struct fx_link ways;     /* fx_ua_way.link */
	struct fx_link requests; /* fx_ua_request.link */
	struct fx_link orphans;  /* leg_out.c: INVITEs of ours whose leg is gone, oldest first */
	unsigned n_orphans;
	struct tmr orphan_timer;
	struct fx_link dead; /* stacks of ways that were freed, perhaps in a callback of theirs */
	struct tmr dead_timer;
	uint16_t ports[3];
	bool ending;
	struct tmr end_timer;
};

struct fx_ua_way {
	struct fx_link link;
	struct fx_ua *ua;
	struct fx_stack *stack; /* the ua's, or own */
	struct fx_stack *own;   /* NULL, or TLS */
	enum fx_sip_transport transport;
	char *host, *identity_user, *identity_host, *display_name, *auth_user, *auth_password;
	struct sa target;
	bool has_target;
};

/* ua.c */
/** While the ua ends: the last leg is gone, so nothing is left to wait for. */
void fx_ua_leg_gone(struct fx_ua *ua);
void fx_sa_to(struct sockaddr_storage *dst, const struct sa *src);
void fx_sa_from(struct sa *dst, const struct sockaddr_storage *src);
enum sip_transp fx_transp(enum fx_sip_transport t);
FX_MUST_CHECK int fx_stack_open(struct fx_stack *s, struct fx_ua *ua, uint32_t buckets);
void fx_stack_close(struct fx_stack *s);
/** Close and free a stack of its own, later: this may be a callback of it. */
void fx_stack_bury(struct fx_stack *s);
int fx_err_of(int errno_code); /**< errno of libre to FX_E* */
/** Listen there; an unspecified address: on each of this machine's. @return errno */
int fx_stack_bind(struct fx_stack *s, enum sip_transp tp, const struct sa *addr);
struct fx_contact {
	const char *user;
	const struct sa *addr;
	enum sip_transp tp;
};
/** "Contact: <sip:...>" for what is sent from addr. */
int fx_contact_print(struct re_printf *pf, const struct fx_contact *c);
/** Route to the way's target for sip_dialog_alloc(), which adds brackets and ;lr; "" = none. */
void fx_way_route(const struct fx_ua_way *w, char *dst, size_t size);
/** Is there an address to send to? A name would be looked up by libre, without a guard. */
bool fx_way_is_known(const struct fx_ua_way *w);
void fx_way_uri(const struct fx_ua_way *w, const char *user, bool identity, char *dst,
		size_t size);

/* ua_text.c: pieces of headers */
/** Text of a pl, cut, made harmless. */
void fx_pl_copy(char *dst, size_t size, const struct pl *pl);
/** The user part of a URI, %xx for what must not stand there. */
void fx_sip_escape(char *dst, size_t size, const char *user);
/** What may stand between the quotes of a quoted-string. */
void fx_hdr_quoted(char *dst, size_t size, const char *text);
/**
 * The digits at the beginning; libre's pl_u32() makes 0 of "1800;refresher=uac" and wraps.
 * @return false when there are none; more than 32 bits stay at UINT32_MAX
 */
bool fx_hdr_number(const struct pl *p, uint32_t *ret);
/** A header's number, 0 = no such header, or no number in it. */
uint32_t fx_hdr_value(const struct sip_msg *msg, enum sip_hdrid id);
/** ";name=value" of a header, quotes taken off; names without case. */
bool fx_hdr_param(const struct pl *header, const char *name, struct pl *ret);
const char *fx_hdr_reason(int status);
/** Where a reply to msg goes (RFC 3261 18.2.2, RFC 3581). */
void fx_reply_addr(struct sa *dst, const struct sip_msg *msg);
/** Is Contact an address that libre can send to? On TLS alone sips: is made sip:, in place. */
bool fx_contact_usable(const struct fx_stack *s, const struct sip_msg *msg);

/* ua_noise.c */
void fx_noise_init(void); /**< libre's lines on stderr are limited from now on */

/* ua_tls.c */
FX_MUST_CHECK int fx_tls_server(struct tls **ret, const char *cert_file, struct fx_reason *why);
FX_MUST_CHECK int fx_tls_client(struct fx_ua_way *w, const struct fx_ua_way_prm *p,
				struct fx_reason *why);

/* ua_auth.c: digest (RFC 7616, RFC 8760), MD5 and SHA-256, since libre stumbles over the latter */
struct fx_auth_realm {
	char realm[128], nonce[256], opaque[256];
	bool sha256, qop, has;
	uint32_t nc;
	bool answered; /* for this request; again is no use, but for a stale nonce */
};
struct fx_auth {
	struct fx_auth_realm www, proxy; /* a call may have to pass both */
	unsigned tries;                  /* challenges answered for this request */
};
/** A new request begins: a challenge may come again, since nonces grow old. */
void fx_auth_begin(struct fx_auth *a);
/** Take the best challenge of a 401 or 407. @return 0 = send again, FX_EACCES = no use */
FX_MUST_CHECK int fx_auth_challenge(struct fx_auth *a, const struct sip_msg *msg,
				    const struct fx_ua_way *w);
/** "Authorization: ...\r\n" and its kin, "" without a challenge. dst of FX_UA_AUTH_SIZE. */
void fx_auth_header(struct fx_auth *a, const struct fx_ua_way *w, const char *method,
		    const char *uri, char *dst);

/* ua_way.c */
/** The ua ends: what of libre is in its ways. They stay their owner's to free. */
void fx_ways_close(struct fx_ua *ua);
/** The way is going, NULL = the ua: its requests end without a word. */
void fx_requests_end(struct fx_ua *ua, const struct fx_ua_way *w);

/* leg_out.c */
/** End the legs on this stack or way at once; their owners are told. NULL = any. */
void fx_legs_drop(struct fx_ua *ua, const struct fx_ua_way *w, const char *words);
/** Nobody waits for them any more. s NULL = any */
void fx_orphans_free(struct fx_ua *ua, const struct fx_stack *s);

/* leg_in.c */
/** A request for our legs or a new one. Answers each. */
bool fx_leg_request(struct fx_stack *s, const struct sip_msg *msg);
/** A response that no transaction waits for: repeated 2xx. */
bool fx_leg_response(struct fx_stack *s, const struct sip_msg *msg);
void fx_in_fill(struct fx_ua_in *in, const struct sip_msg *msg);

#endif
