/* SPDX-License-Identifier: Apache-2.0 */
/* A fax to look at: TIFF, PDF or PNG, made in a worker from our own TIFF. */
#include <sys/mman.h>
#include <unistd.h>
#include "base/mem.h"
#include "document/fax_tiff.h"
#include "service/service_priv.h"

#define PNG_SCALE 1
#define VIEW_MAX (UINT64_C(512) << 20)

struct view {
	struct fx_link link;
	struct fx_service *s; /* NULL: the service is gone, nobody is told */
	int fd, cover;
	enum fx_view view;
	uint32_t page, pages;
	struct fx_buf out;
	int err;
	fx_service_view_fn *done;
	void *arg;
};

static int copy_pages(int fd, struct fx_tiff_wr *wr)
{
	struct fx_tiff_rd *rd = NULL;
	int err = fx_tiff_open(fd, &rd, NULL);

	for (uint32_t i = 0; !err && i < fx_tiff_pages(rd); i++) {
		struct fx_bitmap page = {0};

		err = fx_tiff_read(rd, i, &page);
		err = err ? err : fx_tiff_write(wr, &page);
		fx_bitmap_fini(&page);
	}
	(void)fx_tiff_close(rd);
	return err;
}

/* Cover page and document as the one fax that they are. */
static int join(struct view *v)
{
	int fd = memfd_create("fax", MFD_CLOEXEC);
	struct fx_tiff_wr *wr = NULL;
	int err = fd < 0 ? fx_error_from_errno(errno) : fx_tiff_create(fd, NULL, &wr);

	err = err ? err : copy_pages(v->cover, wr);
	err = err ? err : copy_pages(v->fd, wr);
	if (err) {
		(void)fx_tiff_abandon(wr);
		if (fd >= 0) {
			(void)close(fd);
		}
		return err;
	}
	(void)close(v->fd);
	v->fd = fd;
	return fx_tiff_finish(wr);
}

static int whole_file(struct view *v)
{
	ssize_t n;
	uint8_t *p;
	off_t off = 0;

	do {
		p = fx_buf_grow(&v->out, 65536);
		if (!p) {
			return v->out.err;
		}
		n = pread(v->fd, p, 65536, off);
		v->out.len -= 65536 - (size_t)(n > 0 ? n : 0);
		off += n > 0 ? n : 0;
	} while (n > 0);
	return n < 0 ? fx_error_from_errno(errno) : 0;
}

static int one_png(struct view *v, struct fx_tiff_rd *rd)
{
	struct fx_bitmap page = {0};
	int err;

	if (!v->page || v->page > v->pages) {
		return FX_EINVAL;
	}
	err = fx_tiff_read(rd, v->page - 1, &page);
	if (!err) {
		err = fx_bitmap_to_png(&page, PNG_SCALE, &v->out);
	}
	fx_bitmap_fini(&page);
	return err;
}

/* Worker thread: touches v only. */
static void work(void *arg)
{
	struct view *v = arg;
	struct fx_tiff_rd *rd = NULL;

	v->err = v->cover >= 0 ? join(v) : 0;
	v->err = v->err ? v->err : fx_tiff_open(v->fd, &rd, NULL);
	if (v->err) {
		return;
	}
	v->pages = fx_tiff_pages(rd);
	switch (v->view) {
	case FX_VIEW_TIFF:
		v->err = whole_file(v);
		break;
	case FX_VIEW_PDF:
		v->err = fx_tiff_to_pdf(rd, &v->out);
		break;
	case FX_VIEW_PNG:
		v->err = one_png(v, rd);
		break;
	}
	if (!v->err) {
		v->err = v->out.err;
	}
	(void)fx_tiff_close(rd);
}

static void done(void *arg)
{
	struct view *v = arg;

	if (v->s) {
		v->done(v->arg, v->err, v->err ? NULL : v->out.data, v->err ? 0 : v->out.len,
			v->pages);
	}
	fx_list_remove(&v->link);
	(void)close(v->fd);
	if (v->cover >= 0) {
		(void)close(v->cover);
	}
	fx_buf_fini(&v->out);
	(void)fx_free(v);
}

int fx_service_view_file(struct fx_service *s, int take_fd, int take_cover, enum fx_view view,
			 uint32_t page, fx_service_view_fn *fn, void *arg)
{
	struct view *v = fx_zalloc(sizeof(*v));
	int err = FX_ENOMEM;

	if (v) {
		*v = (struct view){.s = s, .fd = take_fd, .cover = take_cover, .view = view,
				   .page = page, .done = fn, .arg = arg, .out = {.max = VIEW_MAX}};
		fx_list_append(&s->views, &v->link);
		err = fx_loop_work(s->loop, work, done, v);
	}
	if (err) {
		if (v) {
			fx_list_remove(&v->link);
		}
		(void)close(take_fd);
		if (take_cover >= 0) {
			(void)close(take_cover);
		}
		(void)fx_free(v);
	}
	return err;
}

int fx_service_view(struct fx_service *s, const struct fx_caller *c, uint64_t id, enum fx_view view,
		    uint32_t page, fx_service_view_fn *fn, void *arg)
{
	int fd = -1, cover = -1, err = fx_service_message_files(s, c, id, &fd, &cover);

	return err ? err : fx_service_view_file(s, fd, cover, view, page, fn, arg);
}

void fx_service_views_free(struct fx_service *s)
{
	FX_LIST_EACH_SAFE(&s->views, it) {
		fx_list_remove(it);
		FX_CONTAINER(it, struct view, link)->s = NULL; /* freed by done() */
	}
}
