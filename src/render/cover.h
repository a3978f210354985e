/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file render/cover.h
 * Cover pages of ours (docs/cover-pages.md): the parsed page, and texts with fields filled in.
 * Values; thread: any. Used inside the sandbox and by tests.
 */
#ifndef FX_RENDER_COVER_H
#define FX_RENDER_COVER_H

#include "core/cover.h"

#define COVER_MAGIC      "caselli-cover 1"
#define COVER_LINES_MAX  2000u
#define COVER_ITEMS_MAX  400u
#define COVER_WORDS_MAX  24u
#define COVER_FONT_SIZE  96u
#define COVER_MM_MAX     500.0
#define COVER_POINTS_MAX 200.0
#define COVER_PAGES_MAX  20u /* of a note that goes on and on */

enum cover_kind { COVER_TEXT, COVER_ROWS, COVER_ROW, COVER_NOTE, COVER_LINE, COVER_BOX };
enum cover_align { COVER_LEFT, COVER_CENTER, COVER_RIGHT };
enum cover_fill { COVER_NONE, COVER_BLACK, COVER_WHITE };

struct cover_style {
	char font[COVER_FONT_SIZE];  /* families, the first that is installed */
	double size_pt, spacing, lines; /* spacing: extra points between letters; lines: factor */
	bool bold, italic, white;
	enum cover_align align;
};

struct cover_item {
	enum cover_kind kind;
	unsigned line;          /* in the file, for messages */
	double v[4];            /* mm: x y w h of a block; x1 y1 x2 y2 of a line */
	bool has_h;
	struct cover_style style;
	double width, radius, label, gap; /* mm */
	bool rules;             /* a hairline below each row */
	enum cover_fill fill;
	enum fx_cover_field only_if; /* COUNT = always */
	char *label_text, *text; /* owned; with {fields} */
};

struct cover {
	char title[96];
	struct cover_item *items; /* owned; rows follow their COVER_ROWS */
	size_t n, cap;
	size_t n_first;           /* items of the first page; the others are of further ones */
};
/** @return 0, FX_EDATA, FX_ELIMIT with a sentence that names the line, FX_ENOMEM */
FX_MUST_CHECK int cover_parse(const char *text, size_t n, struct cover *ret,
			      struct fx_reason *reterr);
void cover_fini(struct cover *c);

/**
 * Fill the fields in: {name}, and [parts] that stay only when a field in them has text. Blanks at
 * both ends go. @return FX_ENOMEM; *ret is the caller's, "" when nothing is left
 * @param ret_any optional: some field had text, or there is none in it
 */
FX_MUST_CHECK int cover_expand(const char *text, const struct fx_cover_fields *f, char **ret,
			       bool *ret_any);
/** @return NULL, or what is wrong with a text: static */
const char *cover_check_text(const char *text);

#endif
