/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of a call, made ready to send. No state but its own: any thread. */
#include "t30/doc.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <fcntl.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "document/fax_tiff.h"

struct source {
	struct fx_tiff_rd *tiff;
	uint32_t first, pages; /* pages: in the whole document */
	int fd;
	uint32_t before, total; /* pages of the fax, for the header line */
};

struct fx_t30_doc {
	struct source src[FX_CALL_DOCS_MAX];
	uint32_t n_src;
	uint32_t pages;
	bool alike; /* all pages have one width and resolution */
	enum fx_resolution native_res, res;
	uint32_t native_width, width;
	bool banner;
	char left[32], middle[160];
	int fd; /* what is sent */
	uint32_t start;
	char path[32];
};

struct fx_t30_doc *fx_t30_doc_free(struct fx_t30_doc *f)
{
	if (!f) {
		return NULL;
	}
	for (uint32_t i = 0; i < f->n_src; i++) {
		(void)fx_tiff_close(f->src[i].tiff);
		if (f->src[i].fd >= 0) {
			(void)close(f->src[i].fd);
		}
	}
	if (f->fd >= 0) {
		(void)close(f->fd);
	}
	return fx_free(f);
}

/* The highest resolution wins: rows are doubled, nothing is lost, and a page of
 * another resolution would cost an EOM (12 s more than a page). */
static int survey(struct fx_t30_doc *f, struct fx_reason *reterr)
{
	f->alike = true;
	for (uint32_t i = 0; i < f->n_src; i++) {
		for (uint32_t p = f->src[i].first; p < f->src[i].pages; p++) {
			struct fx_tiff_page_info info;
			int err = fx_tiff_page_info(f->src[i].tiff, p, &info);

			if (err) {
				return fx_fail(reterr, err, "page %u of document %u cannot be read",
					       p + 1, i + 1);
			}
			if (f->pages && (info.resolution != f->native_res ||
					 info.width_px != f->native_width)) {
				f->alike = false;
			}
			if (f->pages && info.width_px != f->native_width) {
				f->native_width = 1728;
			} else {
				f->native_width = info.width_px;
			}
			if (info.resolution > f->native_res) {
				f->native_res = info.resolution;
			}
			f->pages++;
		}
	}
	if (!f->pages) {
		return fx_fail(reterr, FX_EINVAL, "there is no page to send");
	}
	return 0;
}

static int open_source(struct fx_t30_doc *f, const struct fx_call_doc *doc,
		       struct fx_reason *reterr)
{
	struct source *s = &f->src[f->n_src];
	int err;

	*s = (struct source){.first = doc->first_page, .fd = -1};
	f->n_src++;
	s->fd = fcntl(doc->fd, F_DUPFD_CLOEXEC, 3);
	if (s->fd < 0) {
		return fx_fail(reterr, fx_error_from_errno(errno),
			       "the document's file is not open");
	}
	err = fx_tiff_open(s->fd, &s->tiff, reterr);
	if (err) {
		return err;
	}
	s->pages = fx_tiff_pages(s->tiff);
	if (doc->pages && doc->pages < s->pages) {
		s->pages = doc->pages;
	}
	if (doc->pages > s->pages || doc->first_page >= s->pages) {
		return fx_fail(reterr, FX_EDATA, "the document has %u pages, not the %u expected",
			       s->pages, doc->pages > doc->first_page ? doc->pages
								      : doc->first_page + 1);
	}
	/* a cover page and its document are one fax */
	s->before = doc->before;
	s->total = doc->total ? doc->total : s->pages;
	return 0;
}

/* Sender's name or number, our identifier, the number called. */
static void banner_texts(struct fx_t30_doc *f, const struct fx_dial *d)
{
	const char *name = d->banner_from[0] ? d->banner_from : d->local_id;
	bool id = d->local_id[0] && strcmp(name, d->local_id) != 0;

	fx_strlcpy(f->left, d->banner_time, sizeof(f->left));
	(void)snprintf(f->middle, sizeof(f->middle), "%s%s%s%s%s", name, id ? " " : "",
		       id ? d->local_id : "", d->number[0] ? " to " : "", d->number);
}

static int add_page(struct fx_t30_doc *f, const struct source *s, uint32_t page,
		    enum fx_resolution res, uint32_t width_px, struct fx_tiff_wr *out)
{
	struct fx_bitmap a = {0}, b = {0};
	char right[48];
	int err = fx_tiff_read(s->tiff, page, &a);

	if (!err && a.width_px != width_px) {
		err = fx_bitmap_to_width(&a, width_px, &b);
		if (!err) {
			fx_bitmap_fini(&a);
			a = b;
			b = (struct fx_bitmap){0};
		}
	}
	if (!err && a.resolution != res) {
		err = fx_bitmap_to_resolution(&a, res, &b);
		if (!err) {
			fx_bitmap_fini(&a);
			a = b;
		}
	}
	if (!err && f->banner) {
		(void)snprintf(right, sizeof(right), "Page %u/%u", s->before + page + 1, s->total);
		fx_bitmap_banner(&a, f->left, f->middle, right);
	}
	if (!err) {
		err = fx_tiff_write(out, &a);
	}
	fx_bitmap_fini(&a);
	return err;
}

static int code_pages(struct fx_t30_doc *f, int fd, enum fx_resolution res, uint32_t width_px)
{
	const struct fx_tiff_tags tags = {0};
	struct fx_tiff_wr *out = NULL;
	int err = fx_tiff_create(fd, &tags, &out);

	for (uint32_t i = 0; !err && i < f->n_src; i++) {
		for (uint32_t p = f->src[i].first; !err && p < f->src[i].pages; p++) {
			err = add_page(f, &f->src[i], p, res, width_px, out);
		}
	}
	if (err) {
		(void)fx_tiff_abandon(out);
		return err;
	}
	return fx_tiff_finish(out);
}

static void take_fd(struct fx_t30_doc *f, int fd, uint32_t start, enum fx_resolution res,
		    uint32_t width_px)
{
	if (f->fd >= 0) {
		(void)close(f->fd);
	}
	f->fd = fd;
	f->start = start;
	f->res = res;
	f->width = width_px;
	(void)snprintf(f->path, sizeof(f->path), "/proc/self/fd/%d", fd);
}

static int build(struct fx_t30_doc *f, enum fx_resolution res, uint32_t width_px,
		 struct fx_reason *reterr)
{
	int fd, err;

	if (f->n_src == 1 && f->alike && !f->banner && res == f->native_res &&
	    width_px == f->native_width) {
		/* Nothing to change: the engine reads the document itself. */
		fd = fcntl(f->src[0].fd, F_DUPFD_CLOEXEC, 3);
		if (fd < 0) {
			return fx_fail(reterr, fx_error_from_errno(errno),
				       "no file descriptor left");
		}
		take_fd(f, fd, f->src[0].first, res, width_px);
		return 0;
	}
	fd = memfd_create("fax", MFD_CLOEXEC);
	if (fd < 0) {
		return fx_fail(reterr, fx_error_from_errno(errno),
			       "no memory for the pages to send");
	}
	err = code_pages(f, fd, res, width_px);
	if (err) {
		(void)close(fd);
		return fx_fail(reterr, err, "the pages cannot be prepared for sending: %s",
			       fx_error_str(err));
	}
	take_fd(f, fd, 0, res, width_px);
	return 0;
}

int fx_t30_prepare(const struct fx_dial *dial, struct fx_t30_doc **ret,
		     struct fx_reason *reterr)
{
	struct fx_t30_doc *f;
	int err = 0;

	if (!dial->n_docs || dial->n_docs > FX_CALL_DOCS_MAX) {
		return fx_fail(reterr, FX_EINVAL, "%u documents in one call; 1 to %u are possible",
			       dial->n_docs, FX_CALL_DOCS_MAX);
	}
	f = fx_zalloc(sizeof(*f));
	if (!f) {
		return FX_ENOMEM;
	}
	f->fd = -1;
	f->banner = dial->banner;
	banner_texts(f, dial);
	for (uint32_t i = 0; !err && i < dial->n_docs; i++) {
		err = open_source(f, &dial->docs[i], reterr);
	}
	if (!err) {
		err = survey(f, reterr);
	}
	if (!err) {
		err = build(f, f->native_res, f->native_width, reterr);
	}
	if (err) {
		(void)fx_t30_doc_free(f);
		return err;
	}
	*ret = f;
	return 0;
}

int fx_t30_doc_fit(struct fx_t30_doc *f, enum fx_resolution max_res, uint32_t max_width_px,
		     bool *ret_changed, struct fx_reason *reterr)
{
	enum fx_resolution res = f->native_res < max_res ? f->native_res : max_res;
	uint32_t width_px = f->native_width <= max_width_px ? f->native_width : 1728;
	int err;

	if (res == f->res && width_px == f->width) {
		*ret_changed = false;
		return 0;
	}
	err = build(f, res, width_px, reterr);
	if (!err) {
		*ret_changed = true;
	}
	return err;
}

const char *fx_t30_doc_path(const struct fx_t30_doc *f)
{
	return f->path;
}

uint32_t fx_t30_doc_start(const struct fx_t30_doc *f)
{
	return f->start;
}

uint32_t fx_t30_doc_pages(const struct fx_t30_doc *f)
{
	return f->pages;
}

enum fx_resolution fx_t30_doc_native(const struct fx_t30_doc *f)
{
	return f->native_res;
}

enum fx_resolution fx_t30_doc_resolution(const struct fx_t30_doc *f)
{
	return f->res;
}

uint32_t fx_t30_doc_width(const struct fx_t30_doc *f)
{
	return f->width;
}
