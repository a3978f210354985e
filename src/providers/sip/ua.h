/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/ua.h
 * The one door to the SIP library (libre 1.1.0): its thread, its sockets, and calls as legs.
 * No other file than ua_*.c includes <re.h>; no type of it leaves them.
 *
 * libre allows one loop per thread and counts references without atomics, so it lives on a
 * thread of its own, the signalling thread. All functions here but fx_ua_post(), fx_ua_new() and
 * fx_ua_free() are called on it, and all callbacks come on it. Nothing there may block: no files,
 * no getaddrinfo(), no T.30.
 *
 * Errors: FX_EINVAL, FX_ENOMEM, FX_EIO (socket), FX_ENOENT (no such target).
 */
#ifndef FX_SIP_UA_H
#define FX_SIP_UA_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include "base/error.h"

#define FX_SIP_URI_SIZE 256u
#define FX_SIP_NAME_SIZE 128u

enum fx_sip_transport { FX_SIP_UDP, FX_SIP_TCP, FX_SIP_TLS };

struct fx_ua;
/** What the signalling thread listens on; one for each [sip] listen and each TLS trunk. */
struct fx_ua_listen {
	enum fx_sip_transport transport;
	struct sockaddr_storage addr; /**< port 0 = any */
	/* TLS, server side: what callers see */
	const char *cert_file;        /**< PEM with key; NULL = none is shown */
};
struct fx_ua_request;
struct fx_leg;

/** A request outside of any call of ours. Valid during the callback. */
struct fx_ua_in {
	const char *method;
	struct sockaddr_storage from; /**< whom it came from */
	enum fx_sip_transport transport;
	char user[FX_SIP_NAME_SIZE];  /**< of the request URI: the number called */
	char to_user[FX_SIP_NAME_SIZE], from_user[FX_SIP_NAME_SIZE], from_host[FX_SIP_NAME_SIZE];
	char from_name[FX_SIP_NAME_SIZE];
	char asserted_user[FX_SIP_NAME_SIZE]; /**< P-Asserted-Identity, "" = none */
	char diversion_user[FX_SIP_NAME_SIZE];/**< first Diversion, "" = none */
	char call_id[FX_SIP_NAME_SIZE], user_agent[FX_SIP_NAME_SIZE];
};

struct fx_ua_events {
	/**
	 * May a packet from there begin a call or anything else? Asked before any work is done
	 * for it. @return 0 = yes; 1 = drop it without a word; else the status to answer
	 */
	int (*on_stranger)(void *arg, const struct fx_ua_in *in);
	/**
	 * A call comes in; sdp is its offer, n 0 = none (we offer). Take it with fx_leg_take(),
	 * or return a status (486, 404 ...) with which it is refused.
	 * @return 0 when taken
	 */
	int (*on_call)(void *arg, struct fx_leg *leg, const struct fx_ua_in *in,
		       const uint8_t *sdp, size_t n);
	/** Each message, for traces; out = we send. Optional. */
	void (*on_message)(void *arg, bool out, const struct sockaddr_storage *peer,
			   const char *text, size_t n);
};
struct fx_ua_prm {
	const struct fx_ua_listen *listen;
	size_t n_listen;
	const char *user_agent;     /**< "caselli/0.1.0" */
	const char *dns;            /**< "address[:port],...", NULL = /etc/resolv.conf */
	uint32_t dns_timeout_ms;    /**< of one look-up; 0 = 4000 */
	const struct fx_ua_events *events;
	void *arg;
};
/** Starts the thread; returns when it listens. Any thread, one at a time in a process. */
FX_MUST_CHECK int fx_ua_new(const struct fx_ua_prm *prm, struct fx_ua **ret,
			    struct fx_reason *reterr);
/**
 * Ends all legs with BYE, CANCEL or a refusal where time allows (1 s), tells on_end() of each,
 * then ends the thread. Legs, ways and requests that are left may be freed after it, timers and
 * look-ups not. Any thread but the signalling thread.
 */
struct fx_ua *fx_ua_free(struct fx_ua *ua);
/** Run fn(arg) on the signalling thread, in order. Any thread. Aborts when out of memory. */
void fx_ua_post(struct fx_ua *ua, void (*fn)(void *arg), void *arg);
/** Port listened on (after port 0), 0 = that transport is not listened on. */
uint16_t fx_ua_port(const struct fx_ua *ua, enum fx_sip_transport transport);
/** Address that a peer sees of us, for Contact and SDP. */
FX_MUST_CHECK int fx_ua_local(struct fx_ua *ua, enum fx_sip_transport transport,
			      const struct sockaddr_storage *peer, struct sockaddr_storage *ret);

/* --- timers of the signalling thread --- */
struct fx_ua_timer;
FX_MUST_CHECK int fx_ua_timer_new(struct fx_ua *ua, void (*fn)(void *arg), void *arg,
				  struct fx_ua_timer **ret);
void fx_ua_timer_start(struct fx_ua_timer *t, uint32_t ms); /**< one shot, restarts */
void fx_ua_timer_stop(struct fx_ua_timer *t);
struct fx_ua_timer *fx_ua_timer_free(struct fx_ua_timer *t);
uint64_t fx_ua_now_ms(void);

/* --- where a trunk is (RFC 3263), with a guard: libre's own look-up may take 286 s --- */
struct fx_ua_target {
	struct sockaddr_storage addr;
	uint16_t priority, weight;
};
typedef void(fx_ua_resolve_fn)(void *arg, int err, const struct fx_ua_target *t, size_t n,
			       const char *why);
struct fx_ua_lookup;
/**
 * Addresses of a host in the order to be tried: a numeric address as it is; with port 0 SRV
 * (_sip._udp and so on), then A and AAAA. fn comes exactly once, later, also when it takes too
 * long. Freeing the look-up before: fn does not come.
 */
FX_MUST_CHECK int fx_ua_resolve(struct fx_ua *ua, const char *host, uint16_t port,
				enum fx_sip_transport transport, fx_ua_resolve_fn *fn, void *arg,
				struct fx_ua_lookup **ret);
struct fx_ua_lookup *fx_ua_lookup_free(struct fx_ua_lookup *l);

/* --- one trunk's way out --- */
struct fx_ua_way;
struct fx_ua_way_prm {
	enum fx_sip_transport transport;
	const char *host;        /**< of the provider: URI, TLS name */
	const char *identity_user, *identity_host, *display_name; /**< From; host NULL = host */
	const char *auth_user, *auth_password; /**< NULL = no digest */
	/* TLS */
	const char *ca_file;     /**< NULL = the system's */
	const char *verify_name; /**< NULL = host */
	bool verify_none;        /**< only for tests and by a setting that says so */
	const char *client_cert_file;
};
FX_MUST_CHECK int fx_ua_way_new(struct fx_ua *ua, const struct fx_ua_way_prm *prm,
				struct fx_ua_way **ret, struct fx_reason *reterr);
/** Its legs end at once (on_end() comes in this), its requests without a word. */
struct fx_ua_way *fx_ua_way_free(struct fx_ua_way *w);
/**
 * Numeric address that requests go to from now on (outbound proxy, or a live target). Without
 * one a way whose host is a name refuses with FX_ENOENT: libre's own look-up has no bound.
 */
void fx_ua_way_target(struct fx_ua_way *w, const struct sockaddr_storage *addr);

/** End of a request out of dialog: status, or 0 with words (no answer, no way). */
typedef void(fx_ua_reply_fn)(void *arg, int status, const char *reason, uint32_t expires_s);
/** OPTIONS to the way's target; ends after timeout_ms at the latest. */
FX_MUST_CHECK int fx_ua_options(struct fx_ua_way *w, uint32_t timeout_ms, fx_ua_reply_fn *fn,
				void *arg, struct fx_ua_request **ret);
/** REGISTER (expires 0 = un-register), digest done inside. */
FX_MUST_CHECK int fx_ua_register(struct fx_ua_way *w, uint32_t expires_s, uint32_t timeout_ms,
				 fx_ua_reply_fn *fn, void *arg, struct fx_ua_request **ret);
struct fx_ua_request *fx_ua_request_free(struct fx_ua_request *r); /**< fn does not come */

#endif
