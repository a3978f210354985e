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

#define FX_UA_BODY_MAX 16384u

/** One struct sip of libre: the ua's own, or that of a TLS way (its certificates). */
struct fx_stack {
	struct fx_ua *ua;
	struct sip *sip;
	struct sip_lsnr *requests, *responses;
	struct tls *tls;
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
	struct fx_link legs; /* fx_leg.link */
	struct fx_link ways; /* fx_ua_way.link */
	uint16_t ports[3];
	struct tmr end_timer;
};

struct fx_ua_way {
	struct fx_link link;
	struct fx_ua *ua;
	struct fx_stack *stack; /* the ua's, or own */
	struct fx_stack own;
	enum fx_sip_transport transport;
	char *host, *identity_user, *identity_host, *display_name, *auth_user, *auth_password;
	struct sa target;
	bool has_target;
	void *tls_name; /* of the verification, freed with the way */
};

/* ua.c */
void fx_sa_to(struct sockaddr_storage *dst, const struct sa *src);
void fx_sa_from(struct sa *dst, const struct sockaddr_storage *src);
enum sip_transp fx_transp(enum fx_sip_transport t);
/** Text of a pl, cut, made harmless. */
void fx_pl_copy(char *dst, size_t size, const struct pl *pl);
FX_MUST_CHECK int fx_stack_listen(struct fx_stack *s, struct fx_ua *ua, struct sip *sip);
void fx_stack_close(struct fx_stack *s);
int fx_err_of(int errno_code); /**< errno of libre to FX_E* */
/** Listen there; an unspecified address: on each of this machine's. @return errno */
int fx_stack_bind(struct fx_stack *s, enum sip_transp tp, const struct sa *addr);
struct fx_contact {
	const char *user;
	const struct sa *addr;
	enum sip_transp tp;
};
/** The user part of a URI, %xx for what must not stand there. */
void fx_sip_escape(char *dst, size_t size, const char *user);
/** "Contact: <sip:...>" for what is sent from addr. */
int fx_contact_print(struct re_printf *pf, const struct fx_contact *c);
/** Route to the way's target for sip_dialog_alloc(), which adds brackets and ;lr; "" = none. */
void fx_way_route(const struct fx_ua_way *w, char *dst, size_t size);
void fx_way_uri(const struct fx_ua_way *w, const char *user, bool identity, char *dst,
		size_t size);

/* ua_auth.c: digest (RFC 7616, RFC 8760), MD5 and SHA-256, since libre stumbles over the latter */
struct fx_auth {
	char realm[128], nonce[256], opaque[256];
	bool sha256, qop, proxy, has;
	uint32_t nc;
	unsigned tries; /* challenges answered for this request */
};
/** Take the best challenge of a 401 or 407. @return 0 = send again, FX_EACCES = no use */
FX_MUST_CHECK int fx_auth_challenge(struct fx_auth *a, const struct sip_msg *msg,
				    const struct fx_ua_way *w);
/** "Authorization: ...\r\n", or "" without a challenge. */
void fx_auth_header(struct fx_auth *a, const struct fx_ua_way *w, const char *method,
		    const char *uri, char *dst, size_t size);

/* leg_in.c */
/** A request for our legs or a new one. Answers each. */
bool fx_leg_request(struct fx_stack *s, const struct sip_msg *msg);
/** A response that no transaction waits for: repeated 2xx. */
bool fx_leg_response(struct fx_stack *s, const struct sip_msg *msg);
void fx_in_fill(struct fx_ua_in *in, const struct sip_msg *msg);

#endif
