/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file daemon/net.h
 * Clients on the network: who vouches for their users, and what the RPC server is told of
 * [rpc]. Thread: the loop thread. Owner: the daemon; the RPC server, and what it still has on
 * the loop, goes before.
 */
#ifndef FX_DAEMON_NET_H
#define FX_DAEMON_NET_H

#include "service/access.h"
#include "daemon/net_callback.h"
#include "daemon/settings.h"
#include "rpc/server.h"

struct fx_net;
/** Without [rpc] listen it is there and does nothing. The settings are copied as far as needed.
 * @return 0, FX_ENOMEM, what is wrong with the file of users or with the password for
 *         callbacks, in words */
FX_MUST_CHECK int fx_net_new(struct fx_loop *loop, const struct fx_settings *s,
			     const char *state_dir, struct fx_net **ret,
			     struct fx_reason *reterr);
struct fx_net *fx_net_free(struct fx_net *n);
/** What the server needs; texts are the settings' and live as long as they and n do. */
void fx_net_prm(struct fx_net *n, const struct fx_settings *s, struct fx_rpc_net_prm *ret);
/** arg is the fx_net, which may be gone before done() is called. */
extern const struct fx_password_ops fx_net_passwords;
/** How clients are called back. The texts are n's, until the next fx_net_reload(). */
const struct fx_rpc_callback *fx_net_callback(const struct fx_net *n);
/** SIGHUP: what of [rpc] changes then, into the server. After an error nothing has changed. */
FX_MUST_CHECK int fx_net_reload(struct fx_net *n, const struct fx_settings *s,
				struct fx_rpc_server *server, struct fx_reason *reterr);
/** The file of users: [rpc] users_file, or `users` below the state folder. Borrowed. */
const char *fx_net_users_file(const struct fx_net *n);
/** For `caselli doctor`: tell the service about this server. */
void fx_net_watch(struct fx_net *n, struct fx_service *service, struct fx_rpc_server *server);

#endif
