/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/unit/rights/bench.h
 * A service in a thread of this process, on a clock that stands still, with things of others in
 * it, and a client who is an ordinary user with rights that the test chooses. As root the client
 * connects as nobody; without root as ourselves, since the service is said to be somebody else's.
 */
#ifndef FX_TESTS_RIGHTS_BENCH_H
#define FX_TESTS_RIGHTS_BENCH_H

#include <pthread.h>
#include "clients/common/client_priv.h"
#include "rpc/server.h"
#include "service/access.h"
#include "service/logging.h"
#include "tests/unit/queue/rig.h"

#define PORT 1

struct bench {
	struct rig r; /* first */
	struct fx_service *s;
	struct fx_rpc_server *server;
	char path[108];
	uid_t uid; /* the client's */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	void (*fn)(struct bench *b, void *arg);
	void *arg;
	bool done;
	/* what is there: a job and a sent fax of another user, a received fax */
	uint32_t job;
	uint64_t job_id, sent, inbox, attempt;
	/* the client's: made while it held all rights */
	struct fx_client *c;
	struct fx_ctx svc, port, up, down, list, view, list_ex;
	struct fx_buf tiff; /* a fax of one page */
	char upload[256];
	uint32_t broadcast; /* the client's own */
	char guid[64];
};

void bench_start(struct bench *b);
void bench_stop(struct bench *b);
/** Run fn on the loop's thread and wait for it. */
void bench_do(struct bench *b, void (*fn)(struct bench *b, void *arg), void *arg);
/** From the next call on. */
void bench_rights(struct bench *b, uint32_t rights);
/** Become the ordinary user, and ourselves again; this thread only. Does nothing without root. */
void bench_become(const struct bench *b);
void bench_return(void);
/** All that a refused call must not change, as one number. */
uint64_t bench_state(struct bench *b);
/** Lines of the log about refused calls since the last question, and the newest of them. */
unsigned bench_refusals(char *newest, size_t size);
/** What the client needs for handles, of the connection b->c. */
void bench_open_handles(struct bench *b);

#endif
