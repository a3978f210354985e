/* SPDX-License-Identifier: Apache-2.0 */
/** @file store/sqlite/migrations.h  The files of migrations/, embedded at build time. */
#ifndef FX_STORE_SQLITE_MIGRATIONS_H
#define FX_STORE_SQLITE_MIGRATIONS_H

/** fx_migrations[n] leads from schema version n to n + 1. */
extern const char *const fx_migrations[];
extern const int fx_migrations_count;

#endif
