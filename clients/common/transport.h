/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/common/transport.h
 * How bytes of a connection travel: a Unix socket (Linux alone) or TCP. Also the little of
 * the platform that the client needs.
 * Thread: one at a time per connection.
 */
#ifndef FX_CLIENTS_COMMON_TRANSPORT_H
#define FX_CLIENTS_COMMON_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

struct fx_transport;
struct fx_transport_ops {
	/** All n bytes. @return 0, FX_EPIPE, FX_ETIMEDOUT, FX_EIO */
	int (*send)(struct fx_transport *t, const void *p, size_t n);
	/** Some bytes, at least one. @return count, or an error as above */
	int (*recv)(struct fx_transport *t, void *p, size_t size);
	void (*close)(struct fx_transport *t); /**< frees t */
	/** Any thread: send and recv under way, and later ones, fail at once. */
	void (*shut)(struct fx_transport *t);
};
struct fx_transport {
	const struct fx_transport_ops *ops;
};
#ifdef _WIN32
static inline int fx_transport_unix(const char *path, uint32_t timeout_ms,
				    struct fx_transport **ret)
{
	(void)path, (void)timeout_ms, (void)ret;
	return FX_ENOSYS;
}
#else
/** @param timeout_ms  each send and receive waits no longer for the other side */
FX_MUST_CHECK int fx_transport_unix(const char *path, uint32_t timeout_ms,
				    struct fx_transport **ret);
#endif
/**
 * Connect by TCP; each address of the host is tried in turn. Looking up the name may take
 * as long as the system's resolver permits.
 * @param host        name, IPv4 or IPv6 address without brackets
 * @param port        decimal
 * @param timeout_ms  of connecting, over all addresses, yet 2 s for each at least; then as above
 * @param reterr      optional; without the name of the host, to stand behind a colon
 * @return 0, FX_ENOENT (no such name), FX_ECONNREFUSED, FX_ETIMEDOUT, FX_EIO, FX_ENOMEM
 */
FX_MUST_CHECK int fx_transport_tcp(const char *host, const char *port, uint32_t timeout_ms,
				   struct fx_transport **ret, struct fx_reason *reterr);

/** Host name of this machine, "" when unknown. */
void fx_client_hostname(char *dst, size_t size);
/**
 * Where the local server is when CASELLI_SERVER does not say it, in the form of that variable:
 * on Linux the socket of a service that this user started, if one is there
 * ($XDG_RUNTIME_DIR/caselli/rpc; without that variable /tmp/caselli-UID/rpc, in a folder of the
 * user's own), else /run/caselli/rpc; on Windows what the registry says, else "localhost".
 * @return false if it does not fit
 */
bool fx_client_default_server(char *dst, size_t size);

#endif
