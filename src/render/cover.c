/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Draws a cover page: once on nothing, to learn how many pages the note takes (the page count
 * stands on the first one), then on paper. Units: millimetres in the file, points for cairo.
 */
#include "render/cover.h"

#include <pango/pangocairo.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "render/render.h"

#define MM           (72 / 25.4) /* points */
#define INPUT_MAX    (FX_COVER_TEXT_MAX + 1 + FX_COVER_FILE_MAX)
#define LABEL_SCALE  0.8
#define NOTE_BOTTOM  20.0        /* mm below a note without height */
#define RULE_MM      0.2

struct paper {
	struct render *r;
	const struct cover *cover;
	struct fx_cover_fields fields;
	cairo_surface_t *surface;
	cairo_t *cr;
	double w, h;       /* mm */
	double left;       /* mm from the scan line's left end to the paper's */
	bool dry;          /* nothing is drawn, only measured */
	const char *note;  /* what is left of it */
	uint32_t pages;    /* drawn or counted */
};
struct area {
	double x, y, w, h; /* mm from left and top */
};

/* ---- the paper ---- */

static int paper_open(struct paper *p)
{
	const struct render_opts *o = &p->r->opts;
	cairo_font_options_t *fo = cairo_font_options_create();
	double line_mm = RENDER_WIDTH / (double)RENDER_X_DPI * 25.4;

	p->w = o->letter ? 215.9 : 210;
	p->h = o->letter ? 279.4 : 297;
	p->left = (line_mm - p->w) / 2;
	p->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, RENDER_WIDTH,
						(int)render_paper_rows(o));
	p->cr = cairo_create(p->surface);
	cairo_scale(p->cr, RENDER_X_DPI / 72.0, (double)o->resolution / 72.0);
	cairo_translate(p->cr, p->left * MM, 0);
	cairo_font_options_set_antialias(fo, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(fo, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(fo, CAIRO_HINT_METRICS_OFF);
	cairo_set_font_options(p->cr, fo);
	cairo_font_options_destroy(fo);
	return cairo_status(p->cr) ? fx_fail(&p->r->why, FX_ENOMEM, "out of memory") : 0;
}

static void paper_close(struct paper *p)
{
	cairo_destroy(p->cr);
	cairo_surface_destroy(p->surface);
}

static void ink(struct paper *p, bool white)
{
	cairo_set_operator(p->cr, white ? CAIRO_OPERATOR_DEST_OUT : CAIRO_OPERATOR_OVER);
	cairo_set_source_rgba(p->cr, 0, 0, 0, 1);
}

/* Negative: from the right or bottom edge. */
static double from_edge(double v, double edge)
{
	return v < 0 ? edge + v : v;
}

static struct area area_of(const struct paper *p, const struct cover_item *it, double bottom)
{
	struct area a = {.x = from_edge(it->v[0], p->w), .y = from_edge(it->v[1], p->h)};
	double h = it->has_h ? it->v[3] : -bottom;

	a.w = it->v[2] > 0 ? it->v[2] : p->w + it->v[2] - a.x;
	a.h = h > 0 ? h : p->h + h - a.y;
	a.w = a.w > 1 ? a.w : 1;
	a.h = a.h > 0 ? a.h : 0;
	return a;
}

/* ---- text ---- */

static PangoLayout *layout_new(const struct paper *p, const struct cover_style *st, double size_pt,
			       double w_mm)
{
	static const PangoAlignment aligns[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER,
						PANGO_ALIGN_RIGHT};
	PangoLayout *l = pango_cairo_create_layout(p->cr);
	PangoFontDescription *fd = pango_font_description_new();

	pango_cairo_context_set_resolution(pango_layout_get_context(l), 72);
	pango_font_description_set_family(fd, st->font);
	pango_font_description_set_size(fd, (int)(size_pt * PANGO_SCALE));
	pango_font_description_set_weight(fd, st->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(fd, st->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_layout_set_font_description(l, fd);
	pango_font_description_free(fd);
	pango_layout_set_width(l, (int)(w_mm * MM * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_auto_dir(l, TRUE);
	pango_layout_set_alignment(l, aligns[st->align]);
	if (st->lines > 1.0001 || st->lines < 0.9999) {
		pango_layout_set_line_spacing(l, (float)st->lines);
	}
	if (st->spacing > 0.001 || st->spacing < -0.001) {
		PangoAttrList *attrs = pango_attr_list_new();

		pango_attr_list_insert(
			attrs, pango_attr_letter_spacing_new((int)(st->spacing * PANGO_SCALE)));
		pango_layout_set_attributes(l, attrs);
		pango_attr_list_unref(attrs);
	}
	return l;
}

static void layout_text(PangoLayout *l, const char *text)
{
	size_t n = strlen(text);

	pango_layout_set_text(l, text, (int)render_text_part(text, n));
}

static double layout_height(PangoLayout *l)
{
	int h = 0;

	pango_layout_get_size(l, NULL, &h);
	return h / (double)PANGO_SCALE / MM;
}

static void show(struct paper *p, PangoLayout *l, double x, double y, bool white)
{
	if (!p->dry) {
		ink(p, white);
		cairo_move_to(p->cr, x * MM, y * MM);
		pango_cairo_show_layout(p->cr, l);
	}
}

static int expand(struct paper *p, const char *text, char **ret, bool *ret_any)
{
	int err = cover_expand(text, &p->fields, ret, ret_any);

	return err == FX_ELIMIT ? fx_fail(&p->r->why, err, "a text of the cover page has more than "
					  "%u bytes", FX_COVER_TEXT_MAX) : err;
}

static int draw_text(struct paper *p, const struct cover_item *it)
{
	struct area a = area_of(p, it, 0);
	fx_auto char *text = NULL;
	PangoLayout *l;
	int err = expand(p, it->text, &text, NULL);

	if (err || !*text) {
		return err;
	}
	l = layout_new(p, &it->style, it->style.size_pt, a.w);
	if (it->has_h) {
		/* what does not fit ends in an ellipsis */
		pango_layout_set_height(l, (int)(a.h * MM * PANGO_SCALE));
		pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
	}
	layout_text(l, text);
	show(p, l, a.x, a.y, it->style.white);
	g_object_unref(l);
	return render_check_time(p->r);
}

/* ---- rows: label and value; what has no value is left out, what follows moves up ---- */

static void rule(struct paper *p, const struct area *a, double y, bool white)
{
	if (!p->dry) {
		ink(p, white);
		cairo_rectangle(p->cr, a->x * MM, y * MM, a->w * MM, RULE_MM * MM);
		cairo_fill(p->cr);
	}
}

/* @param y mm, moved on; @return FX_ELIMIT: no room left, so this row and those behind it go */
static int draw_row(struct paper *p, const struct cover_item *rows, const struct cover_item *row,
		    const struct area *a, double *y)
{
	fx_auto char *label = NULL, *value = NULL;
	struct cover_style small = rows->style;
	PangoLayout *l, *v;
	bool any = false;
	double h;
	int err = expand(p, row->text, &value, &any);

	err = err ? err : expand(p, row->label_text, &label, NULL);
	if (err || !any || !*value) {
		return err;
	}
	small.bold = small.italic = false;
	small.align = COVER_LEFT;
	l = layout_new(p, &small, small.size_pt * LABEL_SCALE, rows->label > 1 ? rows->label : 1);
	v = layout_new(p, &rows->style, rows->style.size_pt,
		       a->w - rows->label > 1 ? a->w - rows->label : 1);
	layout_text(l, label);
	layout_text(v, value);
	h = layout_height(v);
	if (*y + h > a->y + a->h) {
		h = -1;
	} else {
		double base = (pango_layout_get_baseline(v) - pango_layout_get_baseline(l)) /
			      (double)PANGO_SCALE / MM;

		show(p, l, a->x, *y + base, small.white);
		show(p, v, a->x + rows->label, *y, small.white);
		*y += h;
		if (rows->rules) {
			rule(p, a, *y + rows->gap / 2, small.white);
		}
		*y += rows->gap;
	}
	g_object_unref(l);
	g_object_unref(v);
	return h < 0 ? FX_ELIMIT : 0;
}

static int draw_rows(struct paper *p, const struct cover_item *rows, const struct cover_item *end)
{
	struct area a = area_of(p, rows, 0);
	const struct cover_item *row;
	double y = a.y;
	int err = 0;

	for (row = rows + 1; row < end && row->kind == COVER_ROW && !err; row++) {
		err = draw_row(p, rows, row, &a, &y);
	}
	return err == FX_ELIMIT ? 0 : err ? err : render_check_time(p->r);
}

/* ---- the note ---- */

/* Lines of one paragraph that fit. @return bytes of text that are done; all = it fitted */
static size_t note_lines(struct paper *p, const struct cover_item *it, PangoLayout *l,
			 const struct area *a, double *y)
{
	PangoLayoutIter *iter = pango_layout_get_iter(l);
	double factor = it->style.lines;
	size_t done = SIZE_MAX;

	do {
		PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
		PangoRectangle box;
		double h, base;

		pango_layout_iter_get_line_extents(iter, NULL, &box);
		base = (pango_layout_iter_get_baseline(iter) - box.y) / (double)PANGO_SCALE / MM;
		h = box.height / (double)PANGO_SCALE / MM;
		if (*y + h > a->y + a->h) {
			done = (size_t)line->start_index;
			break;
		}
		if (!p->dry) {
			ink(p, it->style.white);
			cairo_move_to(p->cr, a->x * MM + box.x / (double)PANGO_SCALE,
				      (*y + base) * MM);
			pango_cairo_show_layout_line(p->cr, line);
		}
		*y += h * factor;
	} while (pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
	return done;
}

/* As much of the note as there is room for; p->note moves on to the rest. */
static int draw_note(struct paper *p, const struct cover_item *it)
{
	struct area a = area_of(p, it, NOTE_BOTTOM);
	struct cover_style plain = it->style;
	PangoLayout *l;
	double y = a.y;
	bool full = false;
	int err = 0;

	plain.lines = 1; /* the distance of lines is counted here */
	l = layout_new(p, &plain, plain.size_pt, a.w);
	while (*p->note && !full && !err) {
		size_t n = strcspn(p->note, "\n"), part = render_text_part(p->note, n), done;

		/* an empty line is as high as the others */
		pango_layout_set_text(l, n ? p->note : " ", n ? (int)part : 1);
		done = note_lines(p, it, l, &a, &y);
		full = done != SIZE_MAX;
		p->note += full ? done : part;
		p->note += !full && part == n && *p->note == '\n';
		err = render_check_time(p->r);
	}
	g_object_unref(l);
	return err;
}

/* ---- shapes ---- */

static void round_rectangle(cairo_t *cr, double x, double y, double w, double h, double r)
{
	const double quarter = G_PI / 2;

	r = r > w / 2 ? w / 2 : r;
	r = r > h / 2 ? h / 2 : r;
	cairo_new_sub_path(cr);
	cairo_arc(cr, x + w - r, y + r, r, -quarter, 0);
	cairo_arc(cr, x + w - r, y + h - r, r, 0, quarter);
	cairo_arc(cr, x + r, y + h - r, r, quarter, 2 * quarter);
	cairo_arc(cr, x + r, y + r, r, 2 * quarter, 3 * quarter);
	cairo_close_path(cr);
}

static void draw_box(struct paper *p, const struct cover_item *it)
{
	struct area a = area_of(p, it, 0);

	if (p->dry) {
		return;
	}
	round_rectangle(p->cr, a.x * MM, a.y * MM, a.w * MM, a.h * MM, it->radius * MM);
	if (it->fill != COVER_NONE) {
		ink(p, it->fill == COVER_WHITE);
		cairo_fill_preserve(p->cr);
	}
	ink(p, false);
	cairo_set_line_width(p->cr, it->width * MM);
	if (it->fill == COVER_NONE) {
		cairo_stroke_preserve(p->cr);
	}
	cairo_new_path(p->cr);
}

static void draw_line(struct paper *p, const struct cover_item *it)
{
	if (p->dry) {
		return;
	}
	ink(p, false);
	cairo_set_line_width(p->cr, it->width * MM);
	cairo_move_to(p->cr, from_edge(it->v[0], p->w) * MM, from_edge(it->v[1], p->h) * MM);
	cairo_line_to(p->cr, from_edge(it->v[2], p->w) * MM, from_edge(it->v[3], p->h) * MM);
	cairo_stroke(p->cr);
}

/* ---- pages ---- */

static int draw_item(struct paper *p, const struct cover_item *it, const struct cover_item *end)
{
	if (it->only_if != FX_COVER_FIELD_COUNT && !*fx_text(p->fields.v[it->only_if])) {
		return 0;
	}
	switch (it->kind) {
	case COVER_TEXT:
		return draw_text(p, it);
	case COVER_ROWS:
		return draw_rows(p, it, end);
	case COVER_NOTE:
		return draw_note(p, it);
	case COVER_LINE:
		draw_line(p, it);
		return 0;
	case COVER_BOX:
		draw_box(p, it);
		return 0;
	case COVER_ROW: /* drawn with its rows */
		return 0;
	}
	return 0;
}

static int set_number(struct paper *p, enum fx_cover_field f, uint32_t n)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", n);
	return fx_str_replace(&p->fields.v[f], text);
}

static int draw_page(struct paper *p, const struct cover_item *from, size_t n)
{
	const char *before = p->note;
	int err = set_number(p, FX_COVER_PAGE_NUMBER, p->pages + 1);

	for (size_t i = 0; i < n && !err; i++) {
		err = draw_item(p, &from[i], from + n);
	}
	if (!err && p->pages && p->note == before) {
		err = fx_fail(&p->r->why, FX_EDATA, "the cover page has no room for a line of the "
			      "note behind next (line %u); make its note larger", from->line);
	}
	p->pages++;
	if (!err && !p->dry) {
		cairo_surface_flush(p->surface);
		err = render_put_ink(p->r, cairo_image_surface_get_data(p->surface),
				     (size_t)cairo_image_surface_get_stride(p->surface));
		cairo_set_operator(p->cr, CAIRO_OPERATOR_CLEAR);
		cairo_paint(p->cr);
	}
	return err;
}

/* A page that says nothing of further ones gets plain ones, so that no word of a note is lost. */
static int plain_next(struct cover *c)
{
	static const char words[] =
		COVER_MAGIC "\nfont \"DejaVu Sans, sans-serif\"\nsize 11\n"
			    "note 25 30 -25 -30\nnext\n"
			    "text 25 18 -25 size=9 \"[{subject}, ]page {page-number}\"\n"
			    "note 25 30 -25 -25\n";
	struct cover plain;
	int err = cover_parse(words, sizeof(words) - 1, &plain, NULL);
	struct cover_item *v;
	size_t k = 2, i;

	if (err) {
		return err;
	}
	v = fx_realloc(c->items, (c->n + k) * sizeof(*v));
	if (!v) {
		cover_fini(&plain);
		return FX_ENOMEM;
	}
	c->items = v;
	for (i = 0; i < k; i++) {
		c->items[c->n] = plain.items[plain.n_first + i];
		plain.items[plain.n_first + i].text = NULL; /* moved */
		if (c->items[c->n].kind == COVER_NOTE) {
			for (size_t n = 0; n < c->n_first; n++) {
				c->items[c->n].style = c->items[n].kind == COVER_NOTE ?
							       c->items[n].style :
							       c->items[c->n].style;
			}
		}
		c->n++;
	}
	c->cap = c->n;
	cover_fini(&plain);
	return 0;
}

static bool has_note(const struct cover *c)
{
	for (size_t i = 0; i < c->n_first; i++) {
		if (c->items[i].kind == COVER_NOTE) {
			return true;
		}
	}
	return false;
}

static int all_pages(struct paper *p)
{
	const struct cover *c = p->cover;
	int err;

	p->note = has_note(c) ? fx_text(p->fields.v[FX_COVER_NOTE]) : "";
	p->pages = 0;
	err = draw_page(p, c->items, c->n_first);
	while (!err && *p->note) {
		if (p->pages == COVER_PAGES_MAX) {
			return fx_fail(&p->r->why, FX_ELIMIT, "the note needs more than %u cover "
				       "pages; send it as a document", COVER_PAGES_MAX);
		}
		err = draw_page(p, c->items + c->n_first, c->n - c->n_first);
	}
	return err;
}

static int draw(struct render *r, struct cover *c, struct fx_cover_fields *fields)
{
	struct paper p = {.r = r, .cover = c, .fields = *fields, .dry = true};
	const char *body = fx_text(fields->v[FX_COVER_BODY_PAGES]);
	int64_t n = 0;
	int err = *body && fx_parse_i64(body, 0, FX_DOC_PAGES_MAX, &n) ? FX_EDATA : 0;

	if (!err && c->n == c->n_first) {
		err = plain_next(c);
	}
	err = err ? err : paper_open(&p);
	/* places are fixed: what stands for it while measuring does not move the note */
	err = err ? err : set_number(&p, FX_COVER_PAGE_COUNT, (uint32_t)n + 1);
	err = err ? err : all_pages(&p);
	err = err ? err : set_number(&p, FX_COVER_PAGE_COUNT, (uint32_t)n + p.pages);
	p.dry = false;
	err = err ? err : all_pages(&p);
	if (p.surface) {
		paper_close(&p);
	}
	*fields = p.fields;
	return err;
}

static int read_all(struct render *r, int fd, char *buf, size_t *ret_n)
{
	size_t n = 0;

	while (n <= INPUT_MAX) {
		ssize_t got = pread(fd, buf + n, INPUT_MAX + 1 - n, (off_t)n);

		if (got < 0) {
			return fx_fail(&r->why, FX_EIO, "the cover page cannot be read");
		}
		if (got == 0) {
			break;
		}
		n += (size_t)got;
	}
	*ret_n = n;
	return n > INPUT_MAX ? fx_fail(&r->why, FX_ELIMIT, "the cover page has more than %u bytes",
				       FX_COVER_FILE_MAX) : 0;
}

int render_cover(struct render *r, int fd)
{
	struct fx_cover_fields fields = {{0}};
	struct cover cover = {.n = 0};
	fx_auto char *buf = fx_zalloc(INPUT_MAX + 2);
	size_t n = 0;
	char *nul = NULL;
	int err = buf ? read_all(r, fd, buf, &n) : FX_ENOMEM;

	if (!err) {
		nul = memchr(buf, 0, n);
		err = nul ? fx_cover_fields_parse(buf, (size_t)(nul - buf), &fields) : FX_EINVAL;
		if (err) {
			(void)fx_fail(&r->why, err, "the fields of the cover page cannot be used");
		}
	}
	if (!err) {
		err = cover_parse(nul + 1, n - (size_t)(nul + 1 - buf), &cover, &r->why);
	}
	if (!err) {
		err = draw(r, &cover, &fields);
	}
	cover_fini(&cover);
	fx_cover_fields_fini(&fields);
	return err;
}
