/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/sip/trunk_priv.h  Insides of trunk.h: targets (trunk.c), registration. */
#ifndef FX_SIP_TRUNK_PRIV_H
#define FX_SIP_TRUNK_PRIV_H

#include "providers/sip/trunk.h"

#define FX_TRUNK_TARGETS 16u

enum fx_target_state { FX_TARGET_UNKNOWN, FX_TARGET_LIVE, FX_TARGET_DEAD };
struct fx_target {
	struct fx_trunk *t;
	struct sockaddr_storage addr;
	enum fx_target_state state;
	uint64_t dead_until_ms;      /* not believed before, whatever it answers */
	struct fx_ua_request *probe; /* OPTIONS under way */
	struct fx_ua_timer *timer;   /* next one */
	char why[80];                /* why it is dead */
};

struct fx_trunk {
	struct fx_trunks *ts;
	size_t index;
	const struct fx_sip_trunk *s;
	struct fx_ua_way *way; /* NULL: fault */
	char fault[240];
	/* where it is: [0] targets, [1] with a proxy also the host itself, as a source of calls */
	struct fx_look {
		struct fx_trunk *t;
		char host[FX_SIP_NAME_SIZE];
		uint16_t port;
		struct fx_ua_lookup *lookup;
		struct fx_ua_timer *timer;
		uint32_t wait_ms;
		bool asked;          /* had an answer, of whatever kind */
		char why[200];       /* of the last failure, "" after a success */
		struct sockaddr_storage addrs[FX_TRUNK_TARGETS];
		size_t n_addrs;
	} looks[2];
	struct fx_target *targets[FX_TRUNK_TARGETS]; /* best first */
	size_t n_targets;
	struct fx_target *current;
	/* registration */
	struct fx_ua_request *reg;
	struct fx_ua_timer *reg_timer;
	uint64_t reg_until_ms;       /* holds so long; 0 = does not */
	uint32_t reg_expires_s, reg_granted_s, reg_wait_ms;
	bool reg_asked;              /* had an answer, of whatever kind */
	char reg_why[200];
	/* limits */
	int64_t calls;
	uint64_t tokens, filled_ms;  /* thousandths of a call */
	/* told */
	bool told, online;
	char words[240];
};

struct fx_trunks {
	struct fx_trunks_prm prm;
	struct fx_trunk *trunks;
	size_t n;
	struct fx_inbound *inbound;
	struct fx_ua_timer *later;   /* first words, end of closing */
	bool closing;
	size_t closing_open;         /* un-registrations under way */
	void (*closed)(void *arg);
	void *closed_arg;
};

/** Look whether online, words or both changed, and tell. */
void fx_trunk_update(struct fx_trunk *t);
/** "192.0.2.1:5060" */
void fx_trunk_addr_text(const struct sockaddr_storage *addr, char *dst, size_t size);

/* trunk_register.c */
FX_MUST_CHECK int fx_trunk_register_new(struct fx_trunk *t);
void fx_trunk_register_free(struct fx_trunk *t);
/** Begin, or again at another target: at once. */
void fx_trunk_register_now(struct fx_trunk *t);
/** @return true when an un-registration is under way; fx_trunks_one_closed() follows */
bool fx_trunk_unregister(struct fx_trunk *t);
void fx_trunks_one_closed(struct fx_trunks *ts);

#endif
