/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/common/transport.h
 * How bytes of a connection travel: a Unix socket now; TCP and SSPI fit behind the
 * same table. Also the little of the platform that the client needs.
 * Thread: one at a time per connection.
 */
#ifndef FX_CLIENTS_COMMON_TRANSPORT_H
#define FX_CLIENTS_COMMON_TRANSPORT_H

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
/** @param timeout_ms  each send and receive waits no longer for the other side */
FX_MUST_CHECK int fx_transport_unix(const char *path, uint32_t timeout_ms,
				    struct fx_transport **ret);

/** Host name of this machine, "" when unknown. */
void fx_client_hostname(char *dst, size_t size);
/** Socket of a service that this user started, if one is there ($XDG_RUNTIME_DIR/caselli/rpc;
 * without that variable /tmp/caselli-UID/rpc, in a folder of the user's own). */
bool fx_client_user_socket(char *dst, size_t size);

#endif
