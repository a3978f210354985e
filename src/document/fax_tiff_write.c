/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a fax TIFF: Class F as RFC 2306 describes it (little-endian, least significant bit
 * first, one strip per page), but coded in MMR; see docs/decisions/0200-fax-tiff.md.
 */
#include "document/document_priv.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"

struct fx_tiff_wr {
	struct fx_tiff_io io;
	TIFF *tif;
	uint16_t pages;
	bool tagged;
	struct fx_tiff_tags tags; /* owned texts, as strings of their own */
};

static int copy_tags(struct fx_tiff_wr *t, const struct fx_tiff_tags *tags)
{
	if (!tags) {
		return 0;
	}
#define X(NAME, name, number)                                                                      \
	if (tags->name && *tags->name) {                                                           \
		t->tags.name = fx_strdup(tags->name);                                              \
		t->tagged = true;                                                                  \
		if (!t->tags.name) {                                                               \
			return FX_ENOMEM;                                                          \
		}                                                                                  \
	}
	FX_TIFF_TAG_TABLE(X)
#undef X
	return 0;
}

static int open_writer(struct fx_tiff_wr *t, const struct fx_tiff_tags *tags,
		       struct fx_tiff_wr **ret)
{
	int err = copy_tags(t, tags);

	if (!err) {
		t->tif = fx_tiff_io_open(&t->io, "wl");
		err = t->tif ? 0 : t->io.err ? t->io.err : FX_ENOMEM;
	}
	if (err) {
		(void)fx_tiff_abandon(t);
		return err;
	}
	*ret = t;
	return 0;
}

int fx_tiff_create(int fd, const struct fx_tiff_tags *tags, struct fx_tiff_wr **ret)
{
	struct fx_tiff_wr *t = fx_zalloc(sizeof(*t));

	if (!t) {
		return FX_ENOMEM;
	}
	t->io.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (t->io.fd < 0) {
		(void)fx_tiff_abandon(t);
		return FX_EIO;
	}
	return open_writer(t, tags, ret);
}

int fx_tiff_create_mem(struct fx_buf *mem, const struct fx_tiff_tags *tags, struct fx_tiff_wr **ret)
{
	struct fx_tiff_wr *t = fx_zalloc(sizeof(*t));

	if (!t) {
		return FX_ENOMEM;
	}
	t->io.fd = -1;
	t->io.mem = mem;
	return open_writer(t, tags, ret);
}

struct fx_tiff_wr *fx_tiff_abandon(struct fx_tiff_wr *t)
{
	if (t) {
		if (t->tif) {
			TIFFClose(t->tif);
		}
		if (t->io.fd >= 0) {
			(void)close(t->io.fd);
		}
#define X(NAME, name, number) (void)fx_free((char *)(uintptr_t)t->tags.name);
		FX_TIFF_TAG_TABLE(X)
#undef X
		(void)fx_free(t);
	}
	return NULL;
}

static void page_tags(struct fx_tiff_wr *t, const struct fx_bitmap *page)
{
	TIFF *tif = t->tif;

	(void)TIFFSetField(tif, TIFFTAG_SUBFILETYPE, FILETYPE_PAGE);
	(void)TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, page->width_px);
	(void)TIFFSetField(tif, TIFFTAG_IMAGELENGTH, page->rows);
	(void)TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, 1);
	(void)TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, 1);
	(void)TIFFSetField(tif, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
	(void)TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
	(void)TIFFSetField(tif, TIFFTAG_FILLORDER, FILLORDER_LSB2MSB);
	(void)TIFFSetField(tif, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
	(void)TIFFSetField(tif, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
	(void)TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP, page->rows);
	(void)TIFFSetField(tif, TIFFTAG_XRESOLUTION, 204.0);
	(void)TIFFSetField(tif, TIFFTAG_YRESOLUTION, (double)page->resolution);
	(void)TIFFSetField(tif, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
	(void)TIFFSetField(tif, TIFFTAG_SOFTWARE, "Caselli");
	/* the total is not known while pages are still coming: 0, as RFC 2306 allows */
	(void)TIFFSetField(tif, TIFFTAG_PAGENUMBER, t->pages, 0);
}

int fx_tiff_write(struct fx_tiff_wr *t, const struct fx_bitmap *page)
{
	struct fx_buf data = {0};
	int err;

	if (t->pages >= FX_DOC_PAGES_MAX) {
		return FX_ELIMIT;
	}
	err = fx_t6_encode(page, &data);
	if (err) {
		fx_buf_fini(&data);
		return err;
	}
	fx_bits_reverse(data.data, data.len);
	page_tags(t, page);
	if (TIFFWriteRawStrip(t->tif, 0, data.data, (tmsize_t)data.len) < 0 ||
	    !TIFFWriteDirectory(t->tif) || t->io.err) {
		err = t->io.err ? t->io.err : FX_EIO;
	}
	fx_buf_fini(&data);
	if (!err) {
		t->pages++;
	}
	return err;
}

int fx_tiff_finish(struct fx_tiff_wr *t)
{
	int err;

	/* after TIFFWriteDirectory() closing writes nothing more but what failed before */
	TIFFClose(t->tif);
	t->tif = NULL;
	err = t->io.err;
	if (!err && t->tagged && t->pages) {
		err = fx_tiff_tag(t->io.fd, &t->tags);
	}
	(void)fx_tiff_abandon(t);
	return err;
}
