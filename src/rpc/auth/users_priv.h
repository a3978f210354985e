/* SPDX-License-Identifier: Apache-2.0 */
/** @file rpc/auth/users_priv.h  What reads and what writes the file of users share. */
#ifndef FX_RPC_AUTH_USERS_PRIV_H
#define FX_RPC_AUTH_USERS_PRIV_H

#include <pthread.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "rpc/auth/users.h"

struct users_row {
	struct fx_user user;
	char key[3 * FX_USERS_NAME_MAX + 1]; /* the name in capitals; a capital may be longer */
};
struct users_table {
	struct users_row *rows; /* sorted by key */
	size_t n, cap;
	struct fx_buf notes; /* comment lines, kept when the file is written */
};
struct fx_users {
	char *path;
	pthread_mutex_t lock; /* all below */
	bool read;
	struct stat seen; /* of the file that `table` was read from */
	struct users_table table;
};

void fx_users_table_fini(struct users_table *t);
/* The name in capitals. */
void fx_users_key(char dst[3 * FX_USERS_NAME_MAX + 1], const char *name);
/* @return where the key is, or where it would be; *ret_found tells */
size_t fx_users_find(const struct users_table *t, const char *key, bool *ret_found);
/* Room for a row at `at`, zeroed. @return NULL when out of memory */
struct users_row *fx_users_insert(struct users_table *t, size_t at);
/* Read the file into u->table if it changed; lock held. */
int fx_users_load(struct fx_users *u, struct fx_reason *reterr);

#endif
