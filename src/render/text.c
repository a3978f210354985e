/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 text on pages: lines wrapped at words, form feeds honoured, tabs every eight columns, a
 * line with name and page number at the foot. Pango chooses fonts, so every script the installed
 * fonts cover can be read, in its own direction.
 */
#include "render/render.h"

#include <pango/pangocairo.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

#define TEXT_MAX      (8u << 20) /* bytes: more than a thousand pages */
#define PARAGRAPH_MAX RENDER_PARAGRAPH_MAX
#define POINT         (1.0 / 72)
#define MARGIN_X      0.79 /* inch: 20 mm */
#define MARGIN_TOP    0.70
#define MARGIN_BOTTOM 0.75
#define FONT          "DejaVu Sans Mono, monospace 10"
#define FOOT_FONT     "DejaVu Sans, sans-serif 8"

struct sheet {
	struct render *r;
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoLayout *layout;
	double y; /* inch from the top, where the next line begins */
	double height;
	bool used;
};

/* User units are inches: the axes have different resolutions. Pango counts in points. */
static int sheet_open(struct sheet *s)
{
	const struct render_opts *o = &s->r->opts;
	uint32_t rows = render_paper_rows(o);
	cairo_font_options_t *fo = cairo_font_options_create();
	PangoFontDescription *fd = pango_font_description_from_string(FONT);
	PangoTabArray *tabs;
	int width = 0;

	s->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, RENDER_WIDTH, (int)rows);
	s->cr = cairo_create(s->surface);
	s->height = rows / (double)o->resolution;
	cairo_scale(s->cr, RENDER_X_DPI * POINT, (double)o->resolution * POINT);
	cairo_font_options_set_antialias(fo, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(fo, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(fo, CAIRO_HINT_METRICS_OFF);
	cairo_set_font_options(s->cr, fo);
	s->layout = pango_cairo_create_layout(s->cr);
	pango_cairo_context_set_resolution(pango_layout_get_context(s->layout), 72);
	pango_layout_set_font_description(s->layout, fd);
	pango_layout_set_text(s->layout, "00000000", 8);
	pango_layout_get_size(s->layout, &width, NULL);
	tabs = pango_tab_array_new(1, FALSE);
	pango_tab_array_set_tab(tabs, 0, PANGO_TAB_LEFT, width);
	pango_layout_set_tabs(s->layout, tabs);
	pango_layout_set_wrap(s->layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_auto_dir(s->layout, TRUE);
	pango_layout_set_width(
		s->layout,
		(int)((RENDER_WIDTH / (double)RENDER_X_DPI - 2 * MARGIN_X) * 72 * PANGO_SCALE));
	pango_tab_array_free(tabs);
	pango_font_description_free(fd);
	cairo_font_options_destroy(fo);
	s->y = MARGIN_TOP;
	return cairo_status(s->cr) ? FX_ENOMEM : 0;
}

static void sheet_close(struct sheet *s)
{
	g_object_unref(s->layout);
	cairo_destroy(s->cr);
	cairo_surface_destroy(s->surface);
}

static void draw_foot(struct sheet *s)
{
	PangoLayout *l = pango_cairo_create_layout(s->cr);
	PangoFontDescription *fd = pango_font_description_from_string(FOOT_FONT);
	char text[160], name[96];

	(void)fx_strlcpy(name, fx_text(s->r->opts.name), sizeof(name));
	if (!fx_utf8_valid(name, strlen(name))) {
		name[0] = '\0';
	}
	(void)snprintf(text, sizeof(text), "%s%sPage %u", name, *name ? "  \xc2\xb7  " : "",
		       s->r->pages + 1);
	pango_cairo_context_set_resolution(pango_layout_get_context(l), 72);
	pango_layout_set_font_description(l, fd);
	pango_layout_set_width(
		l, (int)((RENDER_WIDTH / (double)RENDER_X_DPI - 2 * MARGIN_X) * 72 * PANGO_SCALE));
	pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_START);
	pango_layout_set_alignment(l, PANGO_ALIGN_CENTER);
	pango_layout_set_text(l, text, -1);
	cairo_move_to(s->cr, MARGIN_X * 72, (s->height - MARGIN_BOTTOM + 0.2) * 72);
	pango_cairo_show_layout(s->cr, l);
	pango_font_description_free(fd);
	g_object_unref(l);
}

static int sheet_to_page(struct sheet *s)
{
	cairo_surface_flush(s->surface);
	return render_put_ink(s->r, cairo_image_surface_get_data(s->surface),
			      (size_t)cairo_image_surface_get_stride(s->surface));
}

static int end_page(struct sheet *s)
{
	int err;

	draw_foot(s);
	err = sheet_to_page(s);
	cairo_save(s->cr);
	cairo_set_operator(s->cr, CAIRO_OPERATOR_CLEAR);
	cairo_paint(s->cr);
	cairo_restore(s->cr);
	s->y = MARGIN_TOP;
	s->used = false;
	return err;
}

/* All lines of a paragraph (or of a part of one). */
static int put_paragraph(struct sheet *s, const char *text, size_t n)
{
	PangoLayoutIter *it;
	int err = 0;

	pango_layout_set_text(s->layout, text, (int)n);
	it = pango_layout_get_iter(s->layout);
	do {
		PangoLayoutLine *line = pango_layout_iter_get_line_readonly(it);
		PangoRectangle ink, box;
		double h, base;

		pango_layout_iter_get_line_extents(it, &ink, &box);
		h = box.height / (double)PANGO_SCALE * POINT;
		base = (pango_layout_iter_get_baseline(it) - box.y) / (double)PANGO_SCALE * POINT;
		if (s->y + h > s->height - MARGIN_BOTTOM) {
			err = end_page(s);
		}
		if (!err) {
			cairo_move_to(s->cr, MARGIN_X * 72 + box.x / (double)PANGO_SCALE,
				      (s->y + base) * 72);
			pango_cairo_show_layout_line(s->cr, line);
			s->y += h;
			s->used = true;
		}
	} while (!err && pango_layout_iter_next_line(it));
	pango_layout_iter_free(it);
	return err ? err : render_check_time(s->r);
}

size_t render_text_part(const char *p, size_t n)
{
	size_t i = PARAGRAPH_MAX;

	if (n <= PARAGRAPH_MAX) {
		return n;
	}
	while (i > PARAGRAPH_MAX / 2 && p[i - 1] != ' ') {
		i--;
	}
	if (i == PARAGRAPH_MAX / 2) {
		i = PARAGRAPH_MAX;
		while (i > 1 && ((unsigned char)p[i] & 0xc0) == 0x80) {
			i--;
		}
	}
	return i;
}

static int put_text(struct sheet *s, const char *text, size_t n)
{
	size_t at = 0;
	int err = 0;

	while (at < n && !err) {
		size_t len = strcspn(text + at, "\n\f");
		size_t end = at + len;
		bool feed = end < n && text[end] == '\f';

		if (!feed || len) {
			do {
				size_t part = render_text_part(text + at, end - at);

				err = put_paragraph(s, text + at, part);
				at += part;
			} while (at < end && !err);
		}
		if (!err && feed) {
			err = end_page(s);
		}
		at = end + 1;
	}
	if (!err && (s->used || !s->r->pages)) {
		err = end_page(s);
	}
	return err;
}

/* Line ends of every kind become \n, control characters go, so does a byte order mark. */
static size_t clean(char *p, size_t n)
{
	size_t i = n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, out = 0;

	for (; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c == '\r') {
			if (i + 1 < n && p[i + 1] == '\n') {
				continue;
			}
			c = '\n';
		}
		if (c >= 0x20 || c == '\n' || c == '\f' || c == '\t') {
			p[out++] = c == 0x7f ? ' ' : (char)c;
		}
	}
	p[out] = '\0';
	return out;
}

static int read_all(struct render *r, int fd, char **ret, size_t *ret_n)
{
	struct stat st;
	size_t n = 0;
	char *p;

	if (fstat(fd, &st) < 0 || st.st_size > TEXT_MAX) {
		return fx_fail(&r->why, FX_ELIMIT,
			       "the text has %lld bytes, more than %u; send it in "
			       "parts",
			       (long long)st.st_size, TEXT_MAX);
	}
	p = fx_zalloc((size_t)st.st_size + 1);
	if (!p) {
		return fx_fail(&r->why, FX_ENOMEM, "out of memory");
	}
	while (n < (size_t)st.st_size) {
		ssize_t got = pread(fd, p + n, (size_t)st.st_size - n, (off_t)n);

		if (got <= 0) {
			break;
		}
		n += (size_t)got;
	}
	*ret = p;
	*ret_n = n;
	return 0;
}

int render_text(struct render *r, int fd)
{
	struct sheet s = {.r = r};
	fx_auto char *text = NULL;
	size_t n = 0;
	int err = read_all(r, fd, &text, &n);

	if (err) {
		return err;
	}
	if (!fx_utf8_valid(text, n)) {
		return fx_fail(&r->why, FX_EDATA, "the text is not UTF-8; save it as UTF-8");
	}
	n = clean(text, n);
	err = sheet_open(&s);
	if (err) {
		fx_reason_set(&r->why, "out of memory");
	} else {
		err = put_text(&s, text, n);
	}
	sheet_close(&s);
	return err;
}
