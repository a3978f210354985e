/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file daemon/net_callback.h
 * How clients are called back with events: [rpc] callbacks, callback_auth, callback_user and
 * callback_password_file. Value with owned texts. Thread: the loop thread.
 */
#ifndef FX_DAEMON_NET_CALLBACK_H
#define FX_DAEMON_NET_CALLBACK_H

#include "daemon/settings.h"
#include "rpc/iface/assoc.h"

#define FX_CALLBACK_AUTHS "none|ntlm|spnego|kerberos" /**< choices of callback_auth */

struct fx_net_callback {
	struct fx_rpc_callback how; /**< its texts are those below; login.own is left to others */
	char *user, *domain, *password;
};
/**
 * Reads the password, too.
 * @return 0, FX_EINVAL (what is missing), FX_EACCES (a file that others may read), FX_EIO,
 *         FX_ENOENT, FX_ENOMEM; *ret is untouched then
 */
FX_MUST_CHECK int fx_net_callback_init(struct fx_net_callback *ret,
				       const struct fx_rpc_settings *r, struct fx_reason *reterr);
void fx_net_callback_fini(struct fx_net_callback *c);

#endif
