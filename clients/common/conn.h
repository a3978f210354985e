/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/common/conn.h
 * What a connection is made of, for connect.c, which makes it, and client.c, which calls.
 */
#ifndef FX_CLIENTS_COMMON_CONN_H
#define FX_CLIENTS_COMMON_CONN_H

#include <stdatomic.h>

#include "clients/common/channel.h"
#include "clients/common/client_priv.h"
#include "clients/common/lock.h"

struct fx_client {
	_Atomic unsigned refs;
	fx_lock lock;                 /* all below */
	struct fx_client_place place; /* as it was connected to: the port is the service's */
	struct fx_channel channel;
	uint32_t broken; /* Win32 code, 0 = works */
	bool has_caselli;
	struct fx_arena arena;
};
/** Half-built ones, too. @return NULL */
struct fx_client *fx_client_free(struct fx_client *c);

#endif
