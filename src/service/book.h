/* SPDX-License-Identifier: Apache-2.0 */
/** @file service/book.h  The accounts as rows in memory and store. Of this room alone. */
#ifndef FX_SERVICE_BOOK_H
#define FX_SERVICE_BOOK_H

#include "service/accounts.h"

struct fx_book {
	struct fx_account_row *v;
	size_t n, cap;
	uint32_t last; /* the highest uid of ours that was ever given */
};
FX_MUST_CHECK int fx_book_load(struct fx_service *s);
void fx_book_free(struct fx_service *s);
struct fx_account_row *fx_book_by_uid(const struct fx_service *s, uint32_t uid);
/** By its name alone, as it stands there; a user of the machine stands before one of ours. */
struct fx_account_row *fx_book_by_name(const struct fx_service *s, const char *name);
/** Only accounts of ours. */
struct fx_account_row *fx_book_own(const struct fx_service *s, const char *name);
/** A row in memory, not durable yet. @param uid 0 = the next of ours @return 0, FX_ELIMIT,
 * FX_ENOMEM; rows move */
FX_MUST_CHECK int fx_book_add(struct fx_service *s, uint32_t uid, const char *name);
/** Write the row of this uid. done() as fx_service_done_fn, not called once the service goes. */
FX_MUST_CHECK int fx_book_write(struct fx_service *s, uint32_t uid, fx_service_done_fn *done,
				void *arg);
/** Take it out, in memory at once. */
FX_MUST_CHECK int fx_book_delete(struct fx_service *s, uint32_t uid, fx_service_done_fn *done,
				 void *arg);
/** Something that can be a name? Room for `size` with its NUL. */
bool fx_book_name_good(const char *name, size_t size);

#endif
