/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file port/host.h
 * A provider in a process of its own. casellid's side is a provider like any
 * other (fx_host_ops_new); the process's side is fx_host_main(). Between them a
 * small versioned message protocol over a SOCK_SEQPACKET pair; page files and
 * logs travel as descriptors. docs/host-protocol.md has the layouts.
 */
#ifndef FX_PORT_HOST_H
#define FX_PORT_HOST_H

#include "port/port.h"

/**
 * Run `argv` (…, "--provider", name) as a provider host and add its lines to the
 * table. When it ends, its calls end as HOST_LOST, its ports read Offline, and it
 * is started again after 1, 2, 4 ... 60 s.
 */
FX_MUST_CHECK int fx_ports_add_host(struct fx_ports *t, const char *provider, char *const argv[],
				    const char *settings, struct fx_reason *reterr);
/**
 * The engine loses a little with each call, and crashes in ways nobody knows yet
 * (engine.md G12): after `n` calls a host is replaced by a new one as soon as no call
 * was going on for 2 s; its ports are offline for a moment. After 4 n calls it takes no
 * new ones until then. 0 = never; FX_HOST_CALLS at first.
 */
void fx_ports_set_host_calls(struct fx_ports *t, const char *provider, uint32_t n);
#define FX_HOST_CALLS 500u
/** "ok" (it has told of lines), "starting", or why it is gone; borrowed until the loop goes on. */
const char *fx_ports_provider_state(struct fx_ports *t, const char *provider, bool *ret_works);
/** Process id of a provider's host, 0 = not running (tests kill it). */
int fx_ports_host_pid(struct fx_ports *t, const char *provider);

/** The same as a provider of its own, without a table. @return as fx_provider_ops.open */
FX_MUST_CHECK int fx_host_open(const struct fx_provider_env *env, const char *provider,
			       char *const argv[], struct fx_provider **ret,
			       struct fx_reason *reterr);
void fx_host_set_calls(struct fx_provider *p, uint32_t n); /**< as fx_ports_set_host_calls() */
int fx_host_pid(struct fx_provider *p); /**< of fx_host_open(); 0 = not running */

/** The host process: serve `ops` on the socket fd until it closes. @return exit code */
int fx_host_main(const struct fx_provider_ops *ops, int fd);

#endif
