/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/text.h"

#include <stdarg.h>
#include <string.h>
#include <wchar.h>
#include "base/mem.h"
#include "base/str.h"

/* One code point; bad bytes are taken one by one as U+FFFD. @return bytes taken */
static size_t code_point(const char *s, uint32_t *ret)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = p[0] < 0x80           ? 1 :
		   (p[0] & 0xe0) == 0xc0 ? 2 :
		   (p[0] & 0xf0) == 0xe0 ? 3 :
		   (p[0] & 0xf8) == 0xf0 ? 4 :
					   0;
	size_t i;

	*ret = 0xfffd;
	if (n < 2) {
		*ret = n ? p[0] : 0xfffd;
		return 1;
	}
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			return 1;
		}
	}
	*ret = p[0] & (0xffu >> (n + 1));
	for (i = 1; i < n; i++) {
		*ret = *ret << 6 | (p[i] & 0x3fu);
	}
	return n;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static size_t cell_width(uint32_t c)
{
	int w;

	if (is_control(c)) {
		return 0;
	}
	w = wcwidth((wchar_t)c);
	return w < 0 ? 1 : (size_t)w; /* a locale that does not know it */
}

size_t fx_text_width(const char *s)
{
	size_t width = 0;

	while (s && *s) {
		uint32_t c;

		s += code_point(s, &c);
		width += cell_width(c);
	}
	return width;
}

char *fx_text_fit(char *dst, size_t size, const char *s, size_t columns)
{
	static const char ellipsis[] = "\xe2\x80\xa6";
	size_t used = 0, width = 0;
	bool cut = fx_text_width(s) > columns;
	size_t room = cut && columns ? columns - 1 : columns;

	while (s && *s) {
		uint32_t c;
		size_t n = code_point(s, &c), w = cell_width(c);

		if (width + w > room || used + n + sizeof(ellipsis) > size) {
			cut = true;
			break;
		}
		if (!is_control(c)) {
			if (c == 0xfffd && n == 1) {
				dst[used++] = '?';
			} else {
				memcpy(dst + used, s, n);
				used += n;
			}
			width += w;
		}
		s += n;
	}
	dst[used] = '\0';
	if (cut && columns && used + sizeof(ellipsis) <= size) {
		memcpy(dst + used, ellipsis, sizeof(ellipsis));
	}
	return dst;
}

/* s[0..n) may have no NUL: a code point that is cut at its end is taken byte by byte. */
static size_t next_of(const char *s, size_t n, uint32_t *ret)
{
	char last[5] = "";

	memcpy(last, s, n < 4 ? n : 4);
	if (!last[0]) {
		*ret = 0;
		return 1;
	}
	return code_point(last, ret);
}

bool fx_text_print(FILE *f, const char *s, size_t n)
{
	while (n) {
		uint32_t c;
		size_t k = next_of(s, n, &c);

		if (c == 0xfffd && k == 1) {
			(void)fputc('?', f);
		} else if (!is_control(c) || c == '\n' || c == '\t') {
			(void)fwrite(s, 1, k, f);
		}
		s += k;
		n -= k;
	}
	return !ferror(f);
}

bool fx_text_print_json(FILE *f, const char *s, size_t n)
{
	while (n) {
		uint32_t c;
		size_t k = next_of(s, n, &c);

		if (c >= 0x7f && is_control(c)) {
			(void)fprintf(f, "\\u%04x", (unsigned)c);
		} else {
			(void)fwrite(s, 1, k, f);
		}
		s += k;
		n -= k;
	}
	return !ferror(f);
}

char *fx_text_bytes(char *dst, size_t size, uint64_t n)
{
	if (n < 1000) {
		snprintf(dst, size, "%llu B", (unsigned long long)n);
	} else if (n < 1000 * 1000) {
		snprintf(dst, size, "%.1f kB", (double)n / 1000);
	} else {
		snprintf(dst, size, "%.1f MB", (double)n / 1000000);
	}
	return dst;
}

char *fx_text_pages(char *dst, size_t size, uint32_t n)
{
	if (!n) {
		snprintf(dst, size, "? pages");
	} else {
		snprintf(dst, size, "%u page%s", n, n == 1 ? "" : "s");
	}
	return dst;
}

struct fx_table {
	const struct fx_column *columns;
	size_t n_columns;
	char **cells;
	size_t n_cells, room;
};

int fx_table_new(const struct fx_column *columns, struct fx_table **ret)
{
	struct fx_table *t = fx_zalloc(sizeof(*t));

	if (!t) {
		return FX_ENOMEM;
	}
	t->columns = columns;
	while (columns[t->n_columns].head) {
		t->n_columns++;
	}
	FX_ASSERT(t->n_columns && t->n_columns <= FX_TABLE_COLUMNS_MAX);
	*ret = t;
	return 0;
}

struct fx_table *fx_table_free(struct fx_table *t)
{
	size_t i;

	if (t) {
		for (i = 0; i < t->n_cells; i++) {
			(void)fx_free(t->cells[i]);
		}
		(void)fx_free(t->cells);
	}
	return fx_free(t);
}

int fx_table_cell(struct fx_table *t, const char *text)
{
	char *copy;

	if (t->n_cells == t->room) {
		size_t room = t->room ? 2 * t->room : 64;
		char **cells = fx_realloc(t->cells, room * sizeof(*cells));

		if (!cells) {
			return FX_ENOMEM;
		}
		t->cells = cells;
		t->room = room;
	}
	copy = fx_strdup(fx_text(text));
	if (!copy) {
		return FX_ENOMEM;
	}
	t->cells[t->n_cells++] = copy;
	return 0;
}

int fx_table_cellf(struct fx_table *t, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return fx_table_cell(t, text);
}

size_t fx_table_rows(const struct fx_table *t)
{
	return t->n_cells / t->n_columns;
}

/* Where room is scarce, columns at the end that are empty in every row are left out. */
static size_t shown_columns(const struct fx_table *t, size_t limit)
{
	size_t n = t->n_columns, i;

	while (limit && t->n_cells && n > 1) {
		for (i = n - 1; i < t->n_cells && !*t->cells[i]; i += t->n_columns) {
		}
		if (i < t->n_cells) {
			break;
		}
		n--;
	}
	return n;
}

/* Widths that the content asks for, then the cuttable columns shrunk, widest first. */
static void fit_widths(const struct fx_table *t, size_t shown, size_t limit, size_t *width)
{
	size_t total = 2 * (shown - 1), i;

	for (i = 0; i < t->n_columns; i++) {
		width[i] = fx_text_width(t->columns[i].head);
	}
	for (i = 0; i < t->n_cells; i++) {
		size_t w = fx_text_width(t->cells[i]);

		if (w > width[i % t->n_columns]) {
			width[i % t->n_columns] = w;
		}
	}
	for (i = 0; i < shown; i++) {
		total += width[i];
	}
	while (limit && total > limit) {
		size_t widest = t->n_columns;

		for (i = 0; i < shown; i++) {
			if (t->columns[i].min_width && width[i] > t->columns[i].min_width &&
			    (widest == t->n_columns || width[i] > width[widest])) {
				widest = i;
			}
		}
		if (widest == t->n_columns) {
			return;
		}
		width[widest]--;
		total--;
	}
}

static void print_cell(FILE *f, const char *text, size_t width, enum fx_align align, bool last)
{
	char cell[1024];
	size_t pad;

	fx_text_fit(cell, sizeof(cell), text, width);
	pad = width - fx_text_width(cell);
	if (align == FX_RIGHT) {
		fprintf(f, "%*s%s", (int)pad, "", cell);
	} else {
		fprintf(f, "%s%*s", cell, last ? 0 : (int)pad, "");
	}
	if (!last) {
		fputs("  ", f);
	}
}

void fx_table_print(const struct fx_table *t, FILE *f, size_t limit, bool bold)
{
	size_t width[FX_TABLE_COLUMNS_MAX];
	size_t shown = shown_columns(t, limit), i;

	fit_widths(t, shown, limit, width);
	if (bold) {
		fputs("\033[1m", f);
	}
	for (i = 0; i < shown; i++) {
		print_cell(f, t->columns[i].head, width[i], t->columns[i].align, i + 1 == shown);
	}
	fputs(bold ? "\033[0m\n" : "\n", f);
	for (i = 0; i < t->n_cells; i++) {
		size_t c = i % t->n_columns;

		if (c < shown) {
			print_cell(f, t->cells[i], width[c], t->columns[c].align, c + 1 == shown);
		}
		if (c + 1 == shown) {
			fputc('\n', f);
		}
	}
}
