/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header line of a fax page (time, identifiers, page i of n), drawn over the top margin so
 * that the page keeps its length. Glyphs are strokes; distances are measured in 1/204 inch on
 * both axes, so that the line looks the same at each resolution.
 */
#include "document/fax_tiff.h"

#include <string.h>

#include "document/banner_font.h"

#define CELL_W 15    /* dots across per character: 115 on a line of 1728 */
#define CELL_H 34    /* height of the line, in 1/204 inch */
#define TOP    10    /* distance from the edge, in 1/204 inch */
#define UNIT   2     /* size of a glyph's unit, in 1/204 inch */
#define BASE   7     /* left bearing and room below the descender */
#define PEN_SQ 1.75F /* square of half the pen's width */
#define MARGIN 40    /* dots left and right: 5 mm, which printers may not reach */

struct strip {
	struct fx_bitmap *page;
	uint32_t first, rows; /* of the line, in rows of the page */
	float row_units;      /* 1/204 inch per row */
};

static float seg_dist_sq(float px, float py, float ax, float ay, float bx, float by)
{
	float dx = bx - ax, dy = by - ay, len = dx * dx + dy * dy;
	float t = len > 0 ? ((px - ax) * dx + (py - ay) * dy) / len : 0;

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	dx = ax + t * dx - px;
	dy = ay + t * dy - py;
	return dx * dx + dy * dy;
}

static float digit(char c)
{
	return (float)(c <= '9' ? c - '0' : c - 'a' + 10) * UNIT;
}

static bool inked(const char *glyph, float x, float y)
{
	const char *p = glyph;

	while (*p) {
		float ax = digit(p[0]), ay = digit(p[1]);

		p += 2;
		if (!*p || *p == ' ') { /* a dot alone, drawn a little larger */
			if (seg_dist_sq(x, y, ax, ay, ax, ay) < 2 * PEN_SQ) {
				return true;
			}
		}
		while (*p && *p != ' ') {
			float bx = digit(p[0]), by = digit(p[1]);

			if (seg_dist_sq(x, y, ax, ay, bx, by) < PEN_SQ) {
				return true;
			}
			ax = bx;
			ay = by;
			p += 2;
		}
		p += *p == ' ';
	}
	return false;
}

static void draw_char(const struct strip *s, uint32_t x0, char c)
{
	size_t stride = fx_bitmap_stride(s->page);
	const char *glyph = banner_font[c >= 0x20 && c <= 0x7e ? c - 0x20 : '?' - 0x20];
	uint32_t row, col;

	for (row = 0; *glyph && row < s->rows; row++) {
		uint8_t *bits = s->page->bits + (s->first + row) * stride;
		float y = (float)CELL_H - BASE + 2 - ((float)row + 0.5F) * s->row_units;

		for (col = 0; col < CELL_W; col++) {
			if (inked(glyph, (float)col + 0.5F - 2, y)) {
				bits[(x0 + col) >> 3] |= (uint8_t)(0x80 >> ((x0 + col) & 7));
			}
		}
	}
}

static void draw_text(const struct strip *s, uint32_t x, const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < n && x + CELL_W <= s->page->width_px; i++) {
		draw_char(s, x, text[i]);
		x += CELL_W;
	}
}

/* White paper below the line; what was there would make it unreadable. */
static void clear_strip(const struct strip *s)
{
	size_t stride = fx_bitmap_stride(s->page);
	uint32_t end = s->first + s->rows;

	memset(s->page->bits, 0, end * stride);
}

void fx_bitmap_banner(struct fx_bitmap *page, const char *left, const char *middle,
		      const char *right)
{
	struct strip s = {.page = page};
	size_t room, nl, nm, nr;
	uint32_t res = (uint32_t)page->resolution;

	if (page->width_px < 2 * MARGIN + 3 * CELL_W || !res) {
		return;
	}
	s.row_units = 204.0F / (float)res;
	s.first = (TOP * res + 102) / 204;
	s.rows = (CELL_H * res + 102) / 204;
	if (page->rows < s.first + s.rows) {
		return; /* a strip of paper too short for a line */
	}
	clear_strip(&s);
	room = (page->width_px - 2 * MARGIN) / CELL_W;
	nr = right ? strlen(right) : 0;
	nr = nr > room ? room : nr;
	nl = left ? strlen(left) : 0;
	nl = nl + nr > room ? room - nr : nl;
	nm = middle ? strlen(middle) : 0;
	nm = nl + nm + nr + 2 > room ? (room > nl + nr + 2 ? room - nl - nr - 2 : 0) : nm;
	draw_text(&s, MARGIN, left, nl);
	if (nm) {
		/* centred if it can be, else between the others */
		uint32_t lo = MARGIN + (uint32_t)(nl + 1) * CELL_W;
		uint32_t hi = page->width_px - MARGIN - (uint32_t)(nr + 1 + nm) * CELL_W;
		uint32_t x = (page->width_px - (uint32_t)nm * CELL_W) / 2;

		draw_text(&s, x < lo ? lo : x > hi ? hi : x, middle, nm);
	}
	draw_text(&s, page->width_px - MARGIN - (uint32_t)nr * CELL_W, right, nr);
}
