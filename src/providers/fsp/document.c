/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/fsp/document.c  The TIFF that a provider sends, and the one that it received. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "document/fax_tiff.h"
#include "providers/fsp/fsp_priv.h"

/* The header line is ours, Branding is FALSE: each page has exactly one (decision 0431). */
static int write_page(const struct fx_dial *d, const struct fx_call_doc *doc,
		      struct fx_tiff_rd *in, uint32_t page, uint32_t pages, struct fx_tiff_wr *out)
{
	struct fx_bitmap b = {0};
	char right[40];
	int err = fx_tiff_read(in, page, &b);

	if (!err && d->banner) {
		(void)snprintf(right, sizeof(right), "Page %u/%u", doc->before + page + 1,
			       doc->total ? doc->total : pages);
		fx_bitmap_banner(&b, d->banner_time,
				 d->banner_from[0] ? d->banner_from : d->local_id, right);
	}
	err = err ? err : fx_tiff_write(out, &b);
	fx_bitmap_fini(&b);
	return err;
}

static int write_doc(const struct fx_dial *d, const struct fx_call_doc *doc,
		     struct fx_tiff_wr *out, uint32_t *pages, struct fx_reason *reterr)
{
	struct fx_tiff_rd *in = NULL;
	int err = fx_tiff_open(doc->fd, &in, reterr);
	uint32_t i, n;

	if (err) {
		return err;
	}
	n = fx_tiff_pages(in);
	n = doc->pages && doc->pages < n ? doc->pages : n;
	for (i = doc->first_page; i < n && !err; i++) {
		err = write_page(d, doc, in, i, n, out);
		*pages += !err;
	}
	(void)fx_tiff_close(in);
	return err;
}

int fx_fsp_write_document(const struct fx_dial *d, const char *path, uint32_t *ret_pages,
			  struct fx_reason *reterr)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), err;
	struct fx_tiff_wr *out = NULL;
	uint32_t i, pages = 0;

	if (fd < 0) {
		return fx_fail(reterr, fx_error_from_errno(errno), "no file for the pages");
	}
	err = fx_tiff_create(fd, NULL, &out);
	for (i = 0; i < d->n_docs && !err; i++) {
		err = write_doc(d, &d->docs[i], out, &pages, reterr);
	}
	if (err) {
		(void)fx_tiff_abandon(out);
	} else {
		err = fx_tiff_finish(out);
	}
	(void)close(fd);
	if (!err && !pages) {
		return fx_fail(reterr, FX_EDATA, "there is no page to send");
	}
	if (!err) {
		*ret_pages = pages;
	}
	return err;
}

static int read_page(struct fx_tiff_rd *in, uint32_t page, struct fx_tiff_wr *out,
		     struct fx_page_report *rep)
{
	struct fx_tiff_page_info info;
	struct fx_bitmap b = {0};
	int err = fx_tiff_page_info(in, page, &info);

	err = err ? err : fx_tiff_read(in, page, &b);
	err = err ? err : fx_tiff_write(out, &b);
	if (!err) {
		*rep = (struct fx_page_report){
			.page = page + 1, .resolution = b.resolution, .width_px = b.width_px,
			.rows = b.rows, .bytes = info.bytes, .coding = FX_CODING_MMR,
			.confirmed = true};
	}
	fx_bitmap_fini(&b);
	return err;
}

/* Only what reading says is the provider's fault; a full disk is not. */
static int copy_pages(struct fx_tiff_rd *in, int rx_fd, struct fx_page_report *reports,
		      uint32_t n, uint32_t *ret_pages)
{
	struct fx_tiff_wr *out = NULL;
	int err = fx_tiff_create(rx_fd, NULL, &out);
	uint32_t i;

	if (err) {
		return err;
	}
	for (i = 0; i < n && !err; i++) {
		err = read_page(in, i, out, &reports[i]);
	}
	i -= err ? 1 : 0;
	if (!i || err == FX_ENOSPC || err == FX_EIO || err == FX_ENOMEM) {
		(void)fx_tiff_abandon(out);
		return err ? err : FX_EDATA;
	}
	*ret_pages = i;
	return fx_tiff_finish(out);
}

int fx_fsp_read_document(const char *path, int rx_fd, struct fx_page_report **ret,
			 uint32_t *ret_pages, struct fx_reason *reterr)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), err;
	struct fx_page_report *reports;
	struct fx_tiff_rd *in = NULL;
	uint32_t n;

	if (fd < 0) {
		return fx_fail(reterr, FX_EDATA, "the provider left no file");
	}
	err = fx_tiff_open(fd, &in, reterr);
	(void)close(fd);
	if (err) {
		return err;
	}
	n = fx_tiff_pages(in);
	n = n < FX_DOC_PAGES_MAX ? n : FX_DOC_PAGES_MAX;
	reports = fx_calloc(n ? n : 1, sizeof(*reports));
	err = reports ? copy_pages(in, rx_fd, reports, n, ret_pages) : FX_ENOMEM;
	(void)fx_tiff_close(in);
	if (err) {
		(void)fx_free(reports);
		return err;
	}
	*ret = reports;
	return 0;
}
