/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file store/sqlite/columns.h
 * Which field of a record stands in which column: one table per record, from
 * which the statements are made, values bound and rows read back. The schema
 * itself is migrations/; a column that is in one and not in the other fails at
 * the first use, and so in the tests.
 * Thread: any.
 */
#ifndef FX_STORE_SQLITE_COLUMNS_H
#define FX_STORE_SQLITE_COLUMNS_H

#include <sqlite3.h>
#include "store/backend.h"

enum fx_col_type {
	FX_COL_BOOL,
	FX_COL_U16,
	FX_COL_U32,     /**< also enums, whose numbers are part of the schema */
	FX_COL_I32,
	FX_COL_U64,
	FX_COL_I64,
	FX_COL_CHARS,   /**< char[]; never NULL */
	FX_COL_TEXT,    /**< char *; NULL = unset */
	FX_COL_STATE,   /**< enum fx_job_state by name */
	FX_COL_OUTCOME  /**< enum fx_outcome by name */
};

struct fx_col {
	const char *name;
	enum fx_col_type type;
	size_t at, size;
};

/** Columns of one struct inside a record, with a common prefix of their names. */
struct fx_col_part {
	const struct fx_col *cols;
	size_t n;
	const char *prefix;
	size_t at;
};

struct fx_record {
	const char *table;
	size_t n_parts;
	struct fx_col_part parts[3];
};

extern const struct fx_record fx_record_config, fx_record_port, fx_record_job, fx_record_attempt,
	fx_record_page, fx_record_message;

/** "INSERT OR REPLACE INTO t(...) VALUES(?,...)"; the caller's, NULL when out of memory. */
char *fx_record_insert_sql(const struct fx_record *r);
/** "SELECT ... FROM t <tail>"; the caller's, NULL when out of memory. */
char *fx_record_select_sql(const struct fx_record *r, const char *tail);
/** Bind all columns from parameter 1 on; the row must outlive the step. @return SQLite's code */
FX_MUST_CHECK int fx_record_bind(const struct fx_record *r, sqlite3_stmt *st, const void *row);
/**
 * Read the present row into zeroed *row; texts are the caller's.
 * @return 0, FX_ENOMEM or FX_ECORRUPT; the row is then to be freed as far as it got
 */
FX_MUST_CHECK int fx_record_read(const struct fx_record *r, sqlite3_stmt *st, void *row);

#endif
