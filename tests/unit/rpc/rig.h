/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rig.h
 * A server with the fake service on a real loop in a thread of its own, so that
 * blocking clients can be tested. All access to the service goes by rig_do().
 */
#ifndef FX_TESTS_RPC_RIG_H
#define FX_TESTS_RPC_RIG_H

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include "clients/common/client.h"
#include "fake_service.h"
#include "rpc/server.h"
#include "support/support.h"

struct rig {
	char *dir;
	char path[108];
	struct fx_rpc_server_prm prm;
	uint32_t n_ports;
	struct fx_loop *loop;
	struct fx_service *s;
	struct fx_rpc_server *server;
	pthread_t thread;
	/* rig_do() */
	pthread_mutex_t lock;
	pthread_cond_t cond;
	void (*fn)(struct rig *r, void *arg);
	void *arg;
	bool done;
};
void rig_start(struct rig *r); /**< prm and n_ports may be set before; else zero */
void rig_stop(struct rig *r);
/** For cmocka: *state is a rig. Tests that set prm before have a setup of their own. */
int rig_setup(void **state);
int rig_teardown(void **state);
/** Run fn(r, arg) on the loop's thread and wait for it. */
void rig_do(struct rig *r, void (*fn)(struct rig *r, void *arg), void *arg);
struct fx_client *rig_client(struct rig *r);
/** Connections of the server, asked on its thread. */
size_t rig_connections(struct rig *r);
/** Until the server has n connections. */
void rig_wait_connections(struct rig *r, size_t n);

#endif
