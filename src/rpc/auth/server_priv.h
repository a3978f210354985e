/* SPDX-License-Identifier: Apache-2.0 */
/** @file rpc/auth/server_priv.h  The server side's memory. */
#ifndef FX_RPC_AUTH_SERVER_PRIV_H
#define FX_RPC_AUTH_SERVER_PRIV_H

#include "rpc/auth/auth.h"
#include "rpc/auth/ntlm.h"
#include "rpc/auth/throttle.h"
#include "rpc/auth/users.h"

struct fx_auth_server {
	struct fx_auth_server_prm prm; /* its texts are ours */
	char nb_computer[16], nb_domain[16];
	char dns_computer[256], dns_domain[256];
	struct fx_users *users; /* NULL = none */
	struct fx_throttle *throttle;
	struct fx_ntlm_issued *issued;
};

#endif
