/* SPDX-License-Identifier: Apache-2.0 */
/* The RPC server with the service in memory, for judges written by others.
 * usage: rpc_test_server SOCKET; it serves until its standard input ends. */
#include <stdio.h>
#include <unistd.h>

#include "fake_service.h"
#include "rpc/server.h"

static void on_stdin(void *arg, unsigned events)
{
	char byte;

	if (read(STDIN_FILENO, &byte, 1) <= 0) {
		fx_loop_stop(arg);
	}
}

int main(int argc, char **argv)
{
	struct fx_rpc_server_prm prm = {0};
	struct fx_rpc_server *server = NULL;
	struct fx_reason why = {0};
	struct fx_io *io = NULL;

	if (argc != 2 || fx_loop_new_real(&prm.loop) != 0) {
		return 2;
	}
	prm.service = fake_service_new(prm.loop, 2);
	prm.socket_path = argv[1];
	if (fx_rpc_server_new(&prm, &server, &why) != 0 ||
	    fx_io_new(prm.loop, STDIN_FILENO, on_stdin, prm.loop, &io) != 0) {
		(void)fprintf(stderr, "%s\n", why.text);
		return 1;
	}
	fx_io_want(io, FX_IO_READ);
	(void)puts("ready");
	(void)fflush(stdout);
	fx_loop_run(prm.loop);
	io = fx_io_free(io);
	server = fx_rpc_server_free(server);
	fx_loop_step(prm.loop, 0);
	fake_service_free(prm.service);
	(void)fx_loop_free(prm.loop);
	return 0;
}
