/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text format of cover pages, docs/cover-pages.md. One statement a line, words divided by
 * blanks, texts in quotes; every complaint names the line.
 */
#include "render/cover.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

struct parser {
	struct cover *c;
	struct cover_style style;      /* in force: font, size ... statements */
	unsigned line;
	bool in_rows, next, has_note;
	char *words[COVER_WORDS_MAX];
	bool quoted[COVER_WORDS_MAX];
	size_t n;
	struct fx_reason *why;
};

static int bad(struct parser *p, const char *fmt, ...) FX_PRINTF(2, 3);
static int bad(struct parser *p, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return fx_fail(p->why, FX_EDATA, "the cover page is wrong in line %u: %s; see "
		       "caselli-cover(5)", p->line, text);
}

/* ---- words ---- */

/* In place: "..." becomes one word; escapes in it stay for cover_expand(), but \" is made plain. */
static int split(struct parser *p, char *s)
{
	p->n = 0;
	for (;;) {
		char *d;

		s += strspn(s, " \t");
		if (!*s || *s == '#') {
			return 0;
		}
		if (p->n == COVER_WORDS_MAX) {
			return bad(p, "more than %u words", COVER_WORDS_MAX);
		}
		p->quoted[p->n] = *s == '"';
		if (*s != '"') {
			p->words[p->n++] = s;
			/* key="two words" is one word */
			while (*s && *s != ' ' && *s != '\t' && *s != '"') {
				s++;
			}
			if (*s != '"') {
				if (*s) {
					*s++ = '\0';
				}
				continue;
			}
			d = s++;
		} else {
			p->words[p->n++] = d = ++s;
		}
		while (*s && *s != '"') {
			if (*s == '\\' && s[1] == '"') {
				s++;
			} else if (*s == '\\' && s[1]) {
				*d++ = *s++;
			}
			*d++ = *s++;
		}
		if (!*s) {
			return bad(p, "a text without its closing \"");
		}
		s++;
		*d = '\0';
		if (*s && *s != ' ' && *s != '\t' && *s != '#') {
			return bad(p, "something directly behind a closing \"");
		}
	}
}

/* Plain decimals only: no exponent, hex, inf, nan, and no locale. */
static bool number(const char *s, double *ret)
{
	size_t i = *s == '-', digits = 0;
	double v = 0, unit = 1;
	bool point = false;

	for (; s[i]; i++) {
		if (s[i] == '.' && !point) {
			point = true;
		} else if (s[i] >= '0' && s[i] <= '9' && digits < 9) {
			v = v * 10 + (s[i] - '0');
			unit *= point ? 10 : 1;
			digits++;
		} else {
			return false;
		}
	}
	*ret = (*s == '-' ? -v : v) / unit;
	return digits > 0;
}

static int get_mm(struct parser *p, const char *s, double *ret)
{
	if (!number(s, ret) || fabs(*ret) > COVER_MM_MAX) {
		return bad(p, "\"%.40s\" is no length in mm from -%d to %d", s, (int)COVER_MM_MAX,
			   (int)COVER_MM_MAX);
	}
	return 0;
}

static int get_range(struct parser *p, const char *key, const char *s, double min, double max,
		     double *ret)
{
	if (!number(s, ret) || *ret < min || *ret > max) {
		return bad(p, "%s is a number from %g to %g, not \"%.40s\"", key, min, max, s);
	}
	return 0;
}

static int get_choice(struct parser *p, const char *key, const char *s, const char *const *of,
		      size_t n, int *ret)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(s, of[i])) {
			*ret = (int)i;
			return 0;
		}
	}
	return bad(p, "%s cannot be \"%.40s\"", key, s);
}

static int get_font(struct parser *p, const char *s, struct cover_style *st)
{
	if (!*s || strlen(s) >= sizeof(st->font)) {
		return bad(p, "a font has a name of at most %zu bytes", sizeof(st->font) - 1);
	}
	(void)fx_strlcpy(st->font, s, sizeof(st->font));
	return 0;
}

/* ---- options ---- */

static int style_option(struct parser *p, const char *key, const char *v, struct cover_style *st,
			bool *ret_known)
{
	static const char *const aligns[] = {"left", "center", "right"};
	static const char *const colors[] = {"black", "white"};
	int i = 0, err = 0;

	*ret_known = true;
	if (!v) {
		st->bold = st->bold || !strcmp(key, "bold");
		st->italic = st->italic || !strcmp(key, "italic");
		*ret_known = !strcmp(key, "bold") || !strcmp(key, "italic");
	} else if (!strcmp(key, "size")) {
		err = get_range(p, key, v, 4, COVER_POINTS_MAX, &st->size_pt);
	} else if (!strcmp(key, "spacing")) {
		err = get_range(p, key, v, -2, 20, &st->spacing);
	} else if (!strcmp(key, "lines")) {
		err = get_range(p, key, v, 0.8, 4, &st->lines);
	} else if (!strcmp(key, "font")) {
		err = get_font(p, v, st);
	} else if (!strcmp(key, "align")) {
		err = get_choice(p, key, v, aligns, FX_ARRAY_LEN(aligns), &i);
		st->align = (enum cover_align)i;
	} else if (!strcmp(key, "color")) {
		err = get_choice(p, key, v, colors, FX_ARRAY_LEN(colors), &i);
		st->white = i == 1;
	} else {
		*ret_known = false;
	}
	return err;
}

static int item_option(struct parser *p, const char *key, const char *v, struct cover_item *it)
{
	static const char *const fills[] = {"none", "black", "white"};
	bool shape = it->kind == COVER_LINE || it->kind == COVER_BOX, known = false;
	int i = 0, err;

	if (v && !strcmp(key, "if")) {
		it->only_if = fx_cover_field_from_str(v, strlen(v));
		return it->only_if == FX_COVER_FIELD_COUNT ?
			       bad(p, "if=%.40s: there is no such field", v) : 0;
	}
	if (v && shape && !strcmp(key, "width")) {
		return get_range(p, key, v, 0.05, 20, &it->width);
	}
	if (v && it->kind == COVER_BOX && !strcmp(key, "radius")) {
		return get_range(p, key, v, 0, 100, &it->radius);
	}
	if (v && it->kind == COVER_BOX && !strcmp(key, "fill")) {
		err = get_choice(p, key, v, fills, FX_ARRAY_LEN(fills), &i);
		it->fill = (enum cover_fill)i;
		return err;
	}
	if (v && it->kind == COVER_ROWS && !strcmp(key, "label")) {
		return get_range(p, key, v, 0, 200, &it->label);
	}
	if (v && it->kind == COVER_ROWS && !strcmp(key, "gap")) {
		return get_range(p, key, v, 0, 50, &it->gap);
	}
	if (!v && it->kind == COVER_ROWS && !strcmp(key, "rules")) {
		it->rules = true;
		return 0;
	}
	if (!shape) {
		err = style_option(p, key, v, &it->style, &known);
		if (err) {
			return err;
		}
	}
	return known ? 0 : bad(p, "unknown option \"%.40s\"", key);
}

static int options(struct parser *p, size_t from, struct cover_item *it)
{
	int err = 0;

	for (size_t i = from; i < p->n && !err; i++) {
		char *eq = p->quoted[i] ? NULL : strchr(p->words[i], '=');

		if (p->quoted[i]) {
			return bad(p, "a text where an option was expected");
		}
		if (eq) {
			*eq = '\0';
		}
		err = item_option(p, p->words[i], eq ? eq + 1 : NULL, it);
	}
	return err;
}

/* ---- statements ---- */

static struct cover_item *add(struct parser *p, enum cover_kind kind)
{
	struct cover *c = p->c;
	struct cover_item *it;

	if (c->n == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 32;
		struct cover_item *v = fx_realloc(c->items, cap * sizeof(*v));

		if (!v) {
			return NULL;
		}
		c->items = v;
		c->cap = cap;
	}
	it = &c->items[c->n++];
	*it = (struct cover_item){.kind = kind, .line = p->line, .style = p->style, .width = 0.3,
				  .label = 30, .gap = 1.5, .only_if = FX_COVER_FIELD_COUNT};
	if (!p->next) {
		c->n_first = c->n;
	}
	return it;
}

static int take_text(struct parser *p, const char *s, char **ret)
{
	const char *wrong = cover_check_text(s);

	if (wrong) {
		return bad(p, "%s", wrong);
	}
	*ret = fx_strdup(s);
	return *ret ? 0 : FX_ENOMEM;
}

/* text X Y W [H] [OPTION...] "TEXT"; rows, note, box and line alike, without the text */
static int block(struct parser *p, enum cover_kind kind)
{
	struct cover_item *it;
	size_t i = 1, k = 0, need = kind == COVER_LINE || kind == COVER_BOX ? 4 : 3;
	double unused;
	int err = 0;

	if (p->c->n == COVER_ITEMS_MAX) {
		return bad(p, "more than %u things on a page", COVER_ITEMS_MAX);
	}
	it = add(p, kind);
	if (!it) {
		return FX_ENOMEM;
	}
	for (; i < p->n && k < 4 && !p->quoted[i] && !err; i++, k++) {
		if (k >= need && !number(p->words[i], &unused)) {
			break;
		}
		err = get_mm(p, p->words[i], &it->v[k]);
	}
	if (err) {
		return err;
	}
	if (k < need) {
		return bad(p, "%s needs %s", p->words[0], kind == COVER_LINE ?
			   "X1 Y1 X2 Y2 in mm" : need == 4 ? "X Y W H in mm" : "X Y W in mm");
	}
	it->has_h = k == 4;
	if (kind == COVER_TEXT) {
		if (p->n <= i || !p->quoted[p->n - 1]) {
			return bad(p, "text ends with what it says, in quotes");
		}
		err = take_text(p, p->words[--p->n], &it->text);
	}
	return err ? err : options(p, i, it);
}

static int row(struct parser *p)
{
	struct cover_item *it;
	int err;

	if (!p->in_rows) {
		return bad(p, "a row outside of rows ... end");
	}
	if (p->c->n == COVER_ITEMS_MAX) {
		return bad(p, "more than %u things on a page", COVER_ITEMS_MAX);
	}
	if (p->n != 3 || !p->quoted[1] || !p->quoted[2]) {
		return bad(p, "a row is: row \"LABEL\" \"TEXT\"");
	}
	it = add(p, COVER_ROW);
	if (!it) {
		return FX_ENOMEM;
	}
	err = take_text(p, p->words[1], &it->label_text);
	return err ? err : take_text(p, p->words[2], &it->text);
}

static int one_word(struct parser *p)
{
	if (p->n != 2) {
		return bad(p, "%s needs one value", p->words[0]);
	}
	return 0;
}

static int setting(struct parser *p, bool *ret_known)
{
	const char *key = p->words[0];
	int err = 0;

	*ret_known = true;
	if (!strcmp(key, "title")) {
		err = one_word(p);
		if (!err) {
			(void)fx_strlcpy(p->c->title, p->words[1], sizeof(p->c->title));
		}
	} else if (!strcmp(key, "font")) {
		err = one_word(p);
		err = err ? err : get_font(p, p->words[1], &p->style);
	} else if (!strcmp(key, "size")) {
		err = one_word(p);
		err = err ? err : get_range(p, key, p->words[1], 4, COVER_POINTS_MAX,
					    &p->style.size_pt);
	} else if (!strcmp(key, "lines")) {
		err = one_word(p);
		err = err ? err : get_range(p, key, p->words[1], 0.8, 4, &p->style.lines);
	} else {
		*ret_known = false;
	}
	return err;
}

static int statement(struct parser *p)
{
	static const struct {
		const char *word;
		enum cover_kind kind;
	} kinds[] = {{"text", COVER_TEXT}, {"rows", COVER_ROWS}, {"note", COVER_NOTE},
		     {"line", COVER_LINE}, {"box", COVER_BOX}};
	const char *word = p->words[0];
	bool known = false;
	int err;

	if (p->in_rows && strcmp(word, "row") != 0 && strcmp(word, "end") != 0) {
		return bad(p, "only row and end may stand in rows");
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(kinds); i++) {
		if (!strcmp(word, kinds[i].word)) {
			p->in_rows = kinds[i].kind == COVER_ROWS;
			p->has_note = p->has_note || kinds[i].kind == COVER_NOTE;
			return block(p, kinds[i].kind);
		}
	}
	if (!strcmp(word, "row")) {
		return row(p);
	}
	if (!strcmp(word, "end")) {
		known = p->in_rows;
		p->in_rows = false;
		return known ? 0 : bad(p, "end without rows");
	}
	if (!strcmp(word, "next")) {
		if (p->next || p->n > 1) {
			return bad(p, "next stands alone, and once");
		}
		if (!p->has_note) {
			return bad(p, "next needs a note on the first page, which goes on there");
		}
		p->next = true;
		p->has_note = false;
		return 0;
	}
	err = setting(p, &known);
	return known ? err : bad(p, "unknown statement \"%.40s\"", word);
}

static int whole(struct parser *p, char *s)
{
	int err = 0;

	for (p->line = 1; s && !err; p->line++) {
		char *nl = strchr(s, '\n');
		size_t n;

		if (nl) {
			*nl = '\0';
		}
		n = strlen(s);
		if (n && s[n - 1] == '\r') {
			s[--n] = '\0';
		}
		if (p->line > COVER_LINES_MAX) {
			return bad(p, "more than %u lines", COVER_LINES_MAX);
		}
		if (p->line == 1) {
			s[strcspn(s, "\t#")] = '\0';
			n = strlen(s);
			while (n && s[n - 1] == ' ') {
				s[--n] = '\0';
			}
			if (strcmp(s, COVER_MAGIC) != 0) {
				return bad(p, "version \"%.30s\" is not known, only \"%s\"", s,
					   COVER_MAGIC);
			}
		} else {
			err = split(p, s);
			err = err || !p->n ? err : statement(p);
		}
		s = nl ? nl + 1 : NULL;
	}
	p->line--;
	if (!err && p->in_rows) {
		err = bad(p, "rows without its end");
	}
	if (!err && p->next && !p->has_note) {
		err = bad(p, "behind next a note is missing: where it goes on");
	}
	return err;
}

static int check_kind(const char *text, size_t n, struct fx_reason *why)
{
	if (fx_cover_is_windows(text, n)) {
		return fx_fail(why, FX_EDATA, "this is a cover page of Windows (.cov), which "
			       "cannot be read; use one of Caselli's (\"caselli covers\" lists "
			       "them) or write one, see caselli-cover(5)");
	}
	if (n > FX_COVER_FILE_MAX) {
		return fx_fail(why, FX_ELIMIT, "the cover page has %zu bytes, more than %u", n,
			       FX_COVER_FILE_MAX);
	}
	if (n < 13 || memcmp(text, COVER_MAGIC, 13) != 0) {
		return fx_fail(why, FX_EDATA, "this is no cover page: the first line is not \"%s\""
			       "; see caselli-cover(5)", COVER_MAGIC);
	}
	if (!fx_utf8_valid(text, n) || memchr(text, 0, n)) {
		return fx_fail(why, FX_EDATA, "the cover page is not UTF-8; save it as UTF-8");
	}
	return 0;
}

int cover_parse(const char *text, size_t n, struct cover *ret, struct fx_reason *reterr)
{
	struct parser p = {.c = ret, .why = reterr,
			   .style = {.font = "DejaVu Sans, sans-serif", .size_pt = 11, .lines = 1}};
	fx_auto char *copy = NULL;
	int err;

	memset(ret, 0, sizeof(*ret));
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* some editors put it there */
		text += 3;
		n -= 3;
	}
	err = check_kind(text, n, reterr);
	if (err) {
		return err;
	}
	copy = fx_zalloc(n + 1);
	if (!copy) {
		return FX_ENOMEM;
	}
	memcpy(copy, text, n);
	err = whole(&p, copy);
	if (err) {
		cover_fini(ret);
	}
	return err;
}

void cover_fini(struct cover *c)
{
	for (size_t i = 0; i < c->n; i++) {
		(void)fx_free(c->items[i].label_text);
		(void)fx_free(c->items[i].text);
	}
	(void)fx_free(c->items);
	memset(c, 0, sizeof(*c));
}
