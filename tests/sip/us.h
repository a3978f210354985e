/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/sip/us.h
 * Our end of the trunk tests: a user agent on loopback with the trunks of a settings text, and what
 * they told. Functions are called on the test's thread.
 */
#ifndef FX_TESTS_SIP_US_H
#define FX_TESTS_SIP_US_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include "providers/sip/trunk.h"

/** On a thread of a user agent, where a test cannot fail by jumping out. */
#define MUST(x)                                                                                    \
	do {                                                                                       \
		if (!(x)) {                                                                        \
			(void)fprintf(stderr, "line %d: %s\n", __LINE__, #x);                      \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

struct us {
	struct fx_ua *ua;
	struct fx_sip_settings settings;
	struct fx_trunks_prm prm;
	struct fx_trunks *trunks;
	pthread_mutex_t lock;
	pthread_cond_t change;
	struct told {
		unsigned n;
		bool online;
		char words[300];
	} told[4];
	bool closed, job_done;
	/* results of what a test ran on the thread */
	int result;
	struct sockaddr_storage target;
	uint32_t wait_ms;
	char why[320];
};

extern uint32_t us_refused_ms; /**< of the next begin() */
/** A user agent that lets all in and refuses calls; dns_port 0: no name server. */
struct fx_ua *ua_open(uint16_t dns_port);
struct fx_ua *ua_open_at(enum fx_sip_transport transport, const struct fx_ua_events *events,
			 void *arg, uint16_t dns_port);
void begin(struct us *u, uint16_t dns_port, const char *text);
void begin_at(struct us *u, enum fx_sip_transport transport, const struct fx_ua_events *events,
	      void *arg, uint16_t dns_port, const char *text);
void finish(struct us *u);
/** Run fn on the signalling thread and wait for it. */
void on_thread(struct us *u, void (*fn)(struct us *u));
/** Until *flag, set under u->lock; @return false after a minute */
bool wait_flag(struct us *u, const bool *flag);
/** Until a trunk is told to be so, with these words somewhere in it. */
void reach(struct us *u, size_t trunk, bool online, const char *words);

#endif
