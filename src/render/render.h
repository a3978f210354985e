/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file render/render.h
 * The parts of caselli-render: one foreign document in on descriptor 3, a fax TIFF out on 4, one
 * result line out on 5. One thread, one document, then the process ends.
 */
#ifndef FX_RENDER_RENDER_H
#define FX_RENDER_RENDER_H

#include "core/job.h"
#include "document/fax_tiff.h"
#include "document/picture.h"

#define RENDER_IN_FD 3
#define RENDER_OUT_FD 4
#define RENDER_RESULT_FD 5
#define RENDER_READY_FD 6 /* one byte from inside: bubblewrap worked */

#define RENDER_WIDTH 1728u
#define RENDER_X_DPI 204

struct render_opts {
	enum fx_resolution resolution;
	enum fx_quality quality;
	bool letter;
	uint32_t max_pages;
	uint32_t timeout_s;
	const char *name;
	bool cover; /* the document is a cover page with its fields */
};

struct render {
	struct render_opts opts;
	struct fx_tiff_wr *wr;
	uint32_t pages;
	int64_t deadline_ms; /* of render_now_ms() */
	struct fx_reason why;
};

/** Monotonic milliseconds. */
int64_t render_now_ms(void);
/** FX_ETIMEDOUT with words once the deadline has passed. */
FX_MUST_CHECK int render_check_time(struct render *r);
/** Rows of a full page of the paper asked for. */
uint32_t render_paper_rows(const struct render_opts *o);

/**
 * Nobody here sends these, and no limit of ours ends in them: time is SIGXCPU, memory is a failed
 * allocation, size is SIGXFSZ. So it was an administrator, a shutdown, or the kernel being out of
 * memory, and another try may go well.
 */
bool render_killed_from_outside(int sig);
/** FX_EIO with the words for it. */
FX_MUST_CHECK int render_fail_killed(struct fx_reason *why);

/* page.c: a finished page goes to the file */
FX_MUST_CHECK int render_put_bitmap(struct render *r, const struct fx_bitmap *page);
/** @param grey rows of RENDER_WIDTH bytes, 0 = black */
FX_MUST_CHECK int render_put_grey(struct render *r, const uint8_t *grey, uint32_t rows);
/** @param ink a paper's rows of RENDER_WIDTH bytes, 0 = white, 255 = covered with ink */
FX_MUST_CHECK int render_put_ink(struct render *r, const uint8_t *ink, size_t stride);

/* tone.c */
/** Grey to black and white: text crisp, pictures screened with clustered dots. */
FX_MUST_CHECK int render_tone(const uint8_t *grey, uint32_t rows, enum fx_resolution res,
			      enum fx_quality quality, struct fx_bitmap *ret);

/* place.c */
typedef int(render_row_fn)(void *arg, uint8_t *grey, struct fx_reason *reterr);
/**
 * Put one picture or page on paper, and the paper into the file: natural size when it fits, else
 * smaller; turned when it lies on its side. `page`: it brings its own margins.
 */
FX_MUST_CHECK int render_place(struct render *r, const struct fx_picture *pic, bool page,
			       render_row_fn *row, void *arg);

/* the formats; each writes pages and sets r->why when it fails */
FX_MUST_CHECK int render_picture(struct render *r, const char *format, int fd);
FX_MUST_CHECK int render_text(struct render *r, int fd);
/** Bytes laid out at once: pango's time grows with the square. */
#define RENDER_PARAGRAPH_MAX 8192u
/** Where a part of at most so many bytes ends: at a space if there is one. */
size_t render_text_part(const char *p, size_t n);
/** A cover page: fields as core/cover.h has them, one NUL byte, then the page. */
FX_MUST_CHECK int render_cover(struct render *r, int fd);
FX_MUST_CHECK int render_ghostscript(struct render *r, int fd, bool pdf);
/** Finds out what it is and calls one of the above. */
FX_MUST_CHECK int render_document(struct render *r, int fd);

/* pgm.c: what ghostscript writes, picture after picture */
struct render_pgm {
	int (*fill)(void *arg, uint8_t *p, size_t room); /* > 0 bytes, 0 end, < 0 FX_E* */
	void *arg;
	uint8_t buf[262144];
	size_t pos, len;
	uint32_t width_px, left; /* rows left of this picture */
};
/** Header of the next picture. @return 0, FX_ENOENT = clean end, FX_EDATA, FX_ELIMIT, fill's */
FX_MUST_CHECK int render_pgm_next(struct render_pgm *p, uint32_t *ret_width, uint32_t *ret_rows,
				  struct fx_reason *reterr);
FX_MUST_CHECK int render_pgm_row(struct render_pgm *p, uint8_t *grey, struct fx_reason *reterr);

#endif
