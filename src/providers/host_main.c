/* SPDX-License-Identifier: Apache-2.0 */
/* caselli-host --provider NAME: one provider in a process of its own. Started by
 * casellid, which is on descriptor 3; of no use by hand. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "port/host.h"
#include "port/host_msg.h"
#include "providers/fsp/fsp.h"
#include "providers/sip/sip.h"

static const struct fx_provider_ops *const providers[] = {&fx_loop_provider_ops,
							 &fx_sip_provider_ops};

static const struct fx_provider_ops *find(const char *name)
{
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(providers); i++) {
		if (!strcmp(providers[i]->name, name)) {
			return providers[i];
		}
	}
	if (!strncmp(name, "fsp:", 4) && name[4]) { /* of others: known by what they are called */
		fx_fsp_provider_ops.name = name;
		return &fx_fsp_provider_ops;
	}
	return NULL;
}

static const char usage[] = "usage: caselli-host --provider loop|sip|fsp:NAME | --help | "
			    "--version\n"
			    "One provider in a process of its own; casellid starts it by itself.\n";

int main(int argc, char **argv)
{
	const struct fx_provider_ops *ops = argc == 3 && !strcmp(argv[1], "--provider") ?
						    find(argv[2]) : NULL;
	int type = 0;
	socklen_t len = sizeof(type);

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		(void)printf("%s", usage);
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "--version")) {
		(void)printf("caselli-host %s\n", FX_VERSION);
		return 0;
	}
	if (!ops) {
		(void)fprintf(stderr, "%s", usage);
		return 2;
	}
	if (getsockopt(FX_HOST_FD, SOL_SOCKET, SO_TYPE, &type, &len) < 0 ||
	    type != SOCK_SEQPACKET) {
		(void)fprintf(stderr, "%s: casellid is not on descriptor %d\n", argv[0],
			      FX_HOST_FD);
		return 2;
	}
	return fx_host_main(ops, FX_HOST_FD);
}
