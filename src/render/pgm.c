/* SPDX-License-Identifier: Apache-2.0 */
/* Raw PGM pictures (P5, 255 levels) one after the other, from a pipe. */
#include "render/render.h"

#include <string.h>

static int more(struct render_pgm *p)
{
	int n;

	if (p->pos < p->len) {
		return 1;
	}
	n = p->fill(p->arg, p->buf, sizeof(p->buf));
	p->pos = 0;
	p->len = n > 0 ? (size_t)n : 0;
	return n;
}

/* @return the byte, -1 at the end, < -1 FX_E* */
static int next_byte(struct render_pgm *p)
{
	int n = more(p);

	return n > 0 ? p->buf[p->pos++] : n ? n : -1;
}

/* A number after white space and comments; ends with the one byte after it. */
static int number(struct render_pgm *p, uint32_t *ret)
{
	uint64_t v = 0;
	int c, digits = 0, budget = 1024;

	do {
		c = next_byte(p);
		if (c == '#') {
			while (c >= 0 && c != '\n' && budget-- > 0) {
				c = next_byte(p);
			}
		}
	} while ((c == ' ' || c == '\n' || c == '\r' || c == '\t') && budget-- > 0);
	while (c >= '0' && c <= '9' && digits++ < 10) {
		v = v * 10 + (uint64_t)(c - '0');
		c = next_byte(p);
	}
	if (c < -1) {
		return c;
	}
	if (!digits || digits > 10 || v > UINT32_MAX ||
	    (c != ' ' && c != '\n' && c != '\r' && c != '\t')) {
		return FX_EDATA;
	}
	*ret = (uint32_t)v;
	return 0;
}

int render_pgm_next(struct render_pgm *p, uint32_t *ret_width, uint32_t *ret_rows,
		    struct fx_reason *reterr)
{
	uint32_t w = 0, h = 0, levels = 0;
	int c = next_byte(p), err;

	if (c == -1) {
		return FX_ENOENT;
	}
	if (c < -1) {
		return c;
	}
	if (c != 'P' || next_byte(p) != '5') {
		return fx_fail(reterr, FX_EDATA, "the document disturbs its own drawing");
	}
	err = number(p, &w);
	err = err ? err : number(p, &h);
	err = err ? err : number(p, &levels);
	if (err || levels != 255) {
		return fx_fail(reterr, err ? err : FX_EDATA,
			       "the document disturbs its own drawing");
	}
	err = fx_picture_check_size(w, h, reterr);
	if (err) {
		return err;
	}
	p->width_px = *ret_width = w;
	p->left = *ret_rows = h;
	return 0;
}

int render_pgm_row(struct render_pgm *p, uint8_t *grey, struct fx_reason *reterr)
{
	size_t done = 0;

	if (!p->left) {
		return FX_EINVAL;
	}
	while (done < p->width_px) {
		int n = more(p);
		size_t take = p->len - p->pos;

		if (n <= 0) {
			return n ? n :
				   fx_fail(reterr, FX_EDATA,
					   "the document ends in the middle of a page");
		}
		take = take < p->width_px - done ? take : p->width_px - done;
		memcpy(grey + done, p->buf + p->pos, take);
		p->pos += take;
		done += take;
	}
	p->left--;
	return 0;
}
