/* SPDX-License-Identifier: Apache-2.0 */
/* FAX_TAPI_LINECOUNTRY_LIST: a structure that points to an array of others (ms-fax.md 4.2). */
#include <string.h>
#include "base/mem.h"
#include "rpc/msfax/msfax.h"

#define HEAD 8u
#define ENTRY 16u
#define NAME_AT 8u /* the two offsets of an entry */
#define COUNTRIES_MAX 4096u

/*
 * Offsets count from the start of the buffer (13, no. 15), also those of the entries. So they are
 * made as a buffer of their own, and moved by what stands before it.
 */
void fx_ms_put_countries(struct fx_buf *b, const struct fx_ms_country *v, size_t n,
			 enum fx_text_form form)
{
	size_t at = b->len;

	fx_buf_u32(b, (uint32_t)n);
	fx_buf_u32(b, n ? HEAD : 0);
	if (!n) {
		return;
	}
	fx_ms_put(b, &fx_ms_country_layout, v, n, form);
	for (size_t i = 0; !b->err && i < n; i++) {
		uint8_t *p = b->data + at + HEAD + i * ENTRY + NAME_AT;

		for (size_t k = 0; k < 2; k++, p += 4) {
			uint32_t off = fx_load32(p);

			fx_store32(p, off ? off + HEAD : 0);
		}
	}
}

int fx_ms_get_countries(const void *p, size_t len, enum fx_text_form form, void **ret_block,
			size_t *ret_n)
{
	uint8_t *moved;
	uint32_t n, at;
	int err = 0;

	if (len < HEAD) {
		return FX_ETRUNC;
	}
	n = fx_load32(p);
	at = fx_load32((const uint8_t *)p + 4);
	if (n > COUNTRIES_MAX || at > len || (n && (at < HEAD || n > (len - at) / ENTRY))) {
		return FX_EPROTO;
	}
	/* the entries to the front, with offsets that count from there */
	moved = fx_memdup((const uint8_t *)p + at, len - at);
	if (!moved) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; !err && i < 2u * n; i++) {
		uint8_t *q = moved + i / 2 * ENTRY + NAME_AT + i % 2 * 4;
		uint32_t off = fx_load32(q);

		if (off && off < at) {
			err = FX_EPROTO;
		}
		off -= off ? at : 0;
		q[0] = (uint8_t)off;
		q[1] = (uint8_t)(off >> 8);
		q[2] = (uint8_t)(off >> 16);
		q[3] = (uint8_t)(off >> 24);
	}
	err = err ? err : fx_ms_get(&fx_ms_country_layout, moved, len - at, n, form, ret_block);
	(void)fx_free(moved);
	if (!err) {
		*ret_n = n;
	}
	return err;
}
