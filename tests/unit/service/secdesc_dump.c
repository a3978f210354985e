/* SPDX-License-Identifier: Apache-2.0 */
/* For secdesc_judge.py: writes the descriptor of golden/, or reads one and writes it again. */
#include <stdio.h>
#include <string.h>
#include "service/secdesc.h"

static int out(const struct fx_secdesc *d)
{
	struct fx_buf b = {0};
	int err = fx_secdesc_put(&b, d, 7);

	if (!err && fwrite(b.data, 1, b.len, stdout) != b.len) {
		err = FX_EIO;
	}
	fx_buf_fini(&b);
	return err ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct fx_ace aces[] = {
		{.mask = 0x1F03FF, .sid = fx_sid_make(5, 2, 32, 544)},
		{.mask = 7, .sid = fx_sid_make(22, 2, 1, 1000)},
		{.deny = true, .mask = 0x1F03F8, .sid = fx_sid_make(22, 2, 1, 1000)},
		{.mask = 0x200AF, .sid = fx_sid_make(1, 1, 0, 0)},
	};
	struct fx_secdesc d = {.owner = fx_sid_make(5, 2, 32, 544),
			       .group = fx_sid_make(5, 2, 32, 544), .has_dacl = true,
			       .aces = aces, .n_aces = 4};
	struct fx_reason why = {0};
	static char bytes[4096];
	size_t n;
	int code;

	if (argc < 2) {
		return out(&d);
	}
	(void)argv;
	n = fread(bytes, 1, sizeof(bytes), stdin);
	if (fx_secdesc_get(bytes, n, &d, &why)) {
		(void)fprintf(stderr, "%s\n", why.text);
		return 1;
	}
	code = out(&d);
	fx_secdesc_fini(&d);
	return code;
}
