/* SPDX-License-Identifier: Apache-2.0 */
/* A message of a provider host, or to one: what decodes must encode to the same again.
 * The first octet says how many descriptors come with it. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "port/host_msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fds[FX_HOST_FDS_MAX];
	struct fx_host_msg m, again;
	struct fx_buf b = {0};
	size_t n, i;

	if (!size) {
		return 0;
	}
	n = data[0] % 5;
	for (i = 0; i < n; i++) {
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	if (fx_host_msg_decode(&m, data + 1, size - 1, fds, n)) {
		return 0;
	}
	if (fx_host_msg_encode(&m, &b)) {
		abort();
	}
	/* Texts are cleaned on the way in, and only once. */
	n = fx_host_msg_fds(&m, fds);
	for (i = 0; i < n; i++) {
		fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
	}
	if (fx_host_msg_decode(&again, b.data, b.len, fds, n)) {
		abort();
	}
	fx_host_msg_fini(&again);
	fx_host_msg_fini(&m);
	fx_buf_fini(&b);
	return 0;
}
