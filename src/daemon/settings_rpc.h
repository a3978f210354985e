/* SPDX-License-Identifier: Apache-2.0 */
/** @file daemon/settings_rpc.h  Values of [rpc] that are more than words and numbers. */
#ifndef FX_DAEMON_SETTINGS_RPC_H
#define FX_DAEMON_SETTINGS_RPC_H

#include "daemon/settings.h"

/** Choices of min_level: enum fx_auth_level from FX_AUTH_LEVEL_CONNECT on. */
#define FX_RPC_LEVELS "connect|call|packet|integrity|privacy"

/* Each: @return 0, FX_EINVAL with the reason, FX_ENOMEM */
FX_MUST_CHECK int fx_settings_rpc_listen(char **field, const char *key, const char *value,
					 struct fx_reason *reterr);
/** "off" is 0. */
FX_MUST_CHECK int fx_settings_rpc_port(int64_t *field, const char *key, const char *value,
				       struct fx_reason *reterr);
FX_MUST_CHECK int fx_settings_rpc_mechs(uint32_t *field, const char *key, const char *value,
					struct fx_reason *reterr);

#endif
