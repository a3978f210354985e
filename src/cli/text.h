/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cli/text.h
 * Text for people on a terminal: display width, cutting, tables.
 * Thread: any. All text is UTF-8.
 */
#ifndef FX_CLI_TEXT_H
#define FX_CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/error.h"

/** Columns that a text takes on a terminal; control characters count 0. */
size_t fx_text_width(const char *s);
/**
 * Copy without control characters (a far machine's identifier must not steer the
 * terminal), cut to `columns` with an ellipsis when it is wider. @return dst
 */
char *fx_text_fit(char *dst, size_t size, const char *s, size_t columns);
/**
 * Print lines that others wrote (logs, traces): line ends and tabs stay, other control
 * characters go, bad UTF-8 becomes '?'.
 * @return false when f is broken
 */
bool fx_text_print(FILE *f, const char *s, size_t n);
/** The same for JSON, where such characters (above ASCII; jansson does the others) stand inside
 * strings: they become \uXXXX, so that nothing is lost. */
bool fx_text_print_json(FILE *f, const char *s, size_t n);
/** "812 B", "23.4 kB", "1.2 MB". @return dst */
char *fx_text_bytes(char *dst, size_t size, uint64_t n);
/** "1 page", "2 pages", "? pages" (0). @return dst */
char *fx_text_pages(char *dst, size_t size, uint32_t n);

enum fx_align { FX_LEFT, FX_RIGHT };
struct fx_column {
	const char *head;
	enum fx_align align;
	size_t min_width; /**< > 0: may be cut down to this when the table is too wide */
};

#define FX_TABLE_COLUMNS_MAX 12
struct fx_table;
/** @param columns  Ends with head NULL; borrowed for the life of the table */
FX_MUST_CHECK int fx_table_new(const struct fx_column *columns, struct fx_table **ret);
struct fx_table *fx_table_free(struct fx_table *t);
/** One cell after the other, row by row; copied. NULL is an empty cell. */
FX_MUST_CHECK int fx_table_cell(struct fx_table *t, const char *text);
FX_MUST_CHECK int fx_table_cellf(struct fx_table *t, const char *fmt, ...) FX_PRINTF(2, 3);
size_t fx_table_rows(const struct fx_table *t);
/** Within a width, columns at the end that are empty in every row are left out.
 * @param width  Columns to keep within, 0 = no limit;  @param bold  head line in bold */
void fx_table_print(const struct fx_table *t, FILE *f, size_t width, bool bold);

#endif
