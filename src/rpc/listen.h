/* SPDX-License-Identifier: Apache-2.0 */
/** @file rpc/listen.h  One listening TCP socket. Private to the room; thread: the loop thread. */
#ifndef FX_RPC_LISTEN_H
#define FX_RPC_LISTEN_H

#include "rpc/conn.h"

struct fx_listener {
	struct fx_rpc_server *s;
	enum fx_door door;
	struct sockaddr_storage addr; /**< with the port that it got */
	uint16_t service_port;        /**< of a mapper: what it tells */
	int fd;
	struct fx_io *io;
	bool paused; /**< no descriptor was left */
};

#endif
