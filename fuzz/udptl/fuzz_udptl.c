/* SPDX-License-Identifier: Apache-2.0 */
/* Datagrams from anybody: each begins with a length octet in the input. */
#include <stdlib.h>
#include "providers/sip/udptl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* What comes out is never empty or too long, and readable. */
static void on_ifp(void *arg, const uint8_t *ifp, size_t len, uint16_t seq)
{
	volatile uint8_t sum = 0;

	if (len == 0 || len > FX_UDPTL_IFP_MAX) {
		abort();
	}
	for (size_t i = 0; i < len; i++) {
		sum = (uint8_t)(sum + ifp[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_udptl_prm prm = {.on_ifp = on_ifp};
	struct fx_udptl *u = NULL;

	if (fx_udptl_new(&prm, &u)) {
		return 0;
	}
	while (size > 0) {
		size_t n = data[0];

		data++;
		size--;
		n = n < size ? n : size;
		(void)fx_udptl_receive(u, data, n);
		data += n;
		size -= n;
	}
	fx_udptl_flush(u);
	(void)fx_udptl_free(u);
	return 0;
}
