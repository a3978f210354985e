/* SPDX-License-Identifier: Apache-2.0 */
/* JPEG, with the orientation that cameras write (Exif). */
#include "document/picture_priv.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jpeglib.h>

#include "base/bytes.h"
#include "base/list.h"
#include "base/mem.h"

#define SCANS_MAX 200 /* a progressive file of a few KB can ask for thousands of passes */

struct jpeg_pic {
	struct fx_picture_rd base;
	struct jpeg_decompress_struct j;
	struct jpeg_error_mgr err;
	struct jpeg_progress_mgr progress;
	struct jpeg_source_mgr src;
	jmp_buf jmp;
	int fd;
	bool started, created, ended;
	uint8_t *row;
	char words[JMSG_LENGTH_MAX];
	uint8_t in[16384];
};

static struct jpeg_pic *jp(struct fx_picture_rd *p)
{
	return FX_CONTAINER(p, struct jpeg_pic, base);
}

static struct jpeg_pic *of(j_common_ptr j)
{
	return j->client_data;
}

static void on_error(j_common_ptr j)
{
	j->err->format_message(j, of(j)->words);
	longjmp(of(j)->jmp, 1);
}

static void on_message(j_common_ptr j)
{
	(void)j;
}

static void on_progress(j_common_ptr j)
{
	if (j->is_decompressor && ((j_decompress_ptr)j)->input_scan_number > SCANS_MAX) {
		struct jpeg_pic *p = of(j);

		(void)snprintf(p->words, sizeof(p->words), "more than %d scans", SCANS_MAX);
		longjmp(p->jmp, 1);
	}
}

static void src_init(j_decompress_ptr j)
{
	(void)j;
}

static boolean src_fill(j_decompress_ptr j)
{
	struct jpeg_pic *p = j->client_data;
	ssize_t n;

	do {
		n = read(p->fd, p->in, sizeof(p->in));
	} while (n < 0 && errno == EINTR);
	if (n <= 0) {
		/* an end marker lets the decoder stop; the row counts tell that it came too early
		 */
		p->ended = true;
		p->in[0] = 0xff;
		p->in[1] = JPEG_EOI;
		n = 2;
	}
	j->src->next_input_byte = p->in;
	j->src->bytes_in_buffer = (size_t)n;
	return TRUE;
}

static void src_skip(j_decompress_ptr j, long n)
{
	while (n > (long)j->src->bytes_in_buffer) {
		n -= (long)j->src->bytes_in_buffer;
		(void)src_fill(j);
		if (((struct jpeg_pic *)j->client_data)->ended) {
			return;
		}
	}
	if (n > 0) {
		j->src->next_input_byte += n;
		j->src->bytes_in_buffer -= (size_t)n;
	}
}

static void jpeg_close(struct fx_picture_rd *base)
{
	struct jpeg_pic *p = jp(base);

	if (p->created) {
		jpeg_destroy_decompress(&p->j);
	}
	(void)fx_free(p->row);
	(void)fx_free(p);
}

static int jpeg_open(int fd, struct fx_picture_rd **ret, struct fx_reason *reterr)
{
	struct jpeg_pic *p = fx_zalloc(sizeof(*p));

	if (!p || lseek(fd, 0, SEEK_SET) != 0) {
		(void)fx_free(p);
		return fx_fail(reterr, FX_ENOMEM, "out of memory");
	}
	p->base.ops = &fx_picture_jpeg;
	p->fd = fd;
	*ret = &p->base;
	return 0;
}

/* Tag 0x0112 of the first directory in an Exif block; both byte orders. */
static unsigned exif_orientation(const uint8_t *p, size_t n)
{
	struct fx_rd r;
	bool big;
	unsigned count, i;

	if (n < 14 || memcmp(p, "Exif\0\0", 6) != 0) {
		return 1;
	}
	p += 6;
	n -= 6;
	big = p[0] == 'M';
	r = fx_rd_init(p, n);
	fx_rd_skip(&r, 4);
	i = fx_rd_u32(&r);
	r.pos = 0;
	fx_rd_skip(&r, big ? __builtin_bswap32(i) : i);
	count = fx_rd_u16(&r);
	count = big ? __builtin_bswap16((uint16_t)count) : count;
	for (i = 0; i < count && i < 200 && !r.err; i++) {
		uint16_t tag = fx_rd_u16(&r), value;

		fx_rd_skip(&r, 6);
		value = fx_rd_u16(&r);
		fx_rd_skip(&r, 2);
		tag = big ? __builtin_bswap16(tag) : tag;
		value = big ? __builtin_bswap16(value) : value;
		if (!r.err && tag == 0x0112) {
			return value >= 1 && value <= 8 ? value : 1;
		}
	}
	return 1;
}

static void describe(struct jpeg_pic *p, struct fx_picture *pic)
{
	struct jpeg_decompress_struct *j = &p->j;
	jpeg_saved_marker_ptr m;

	pic->orientation = 1;
	for (m = j->marker_list; m; m = m->next) {
		if (m->marker == JPEG_APP0 + 1 && m->data_length >= 14) {
			pic->orientation = exif_orientation(m->data, m->data_length);
			break;
		}
	}
	if (j->saw_JFIF_marker && j->density_unit && j->X_density && j->Y_density) {
		double k = j->density_unit == 2 ? 2.54 : 1;

		pic->x_dpi = j->X_density * k;
		pic->y_dpi = j->Y_density * k;
	}
}

static bool read_header(struct jpeg_pic *p)
{
	if (setjmp(p->jmp)) {
		return false;
	}
	p->j.err = jpeg_std_error(&p->err);
	p->err.error_exit = on_error;
	p->err.output_message = on_message;
	p->j.client_data = p;
	jpeg_create_decompress(&p->j);
	p->created = true;
	p->j.client_data = p;
	p->src = (struct jpeg_source_mgr){.init_source = src_init,
					  .fill_input_buffer = src_fill,
					  .skip_input_data = src_skip,
					  .resync_to_restart = jpeg_resync_to_restart,
					  .term_source = src_init};
	p->j.src = &p->src;
	p->progress.progress_monitor = on_progress;
	p->j.progress = &p->progress;
	p->j.mem->max_memory_to_use = 400L << 20;
	jpeg_save_markers(&p->j, JPEG_APP0 + 1, 0xffff);
	return jpeg_read_header(&p->j, TRUE) == JPEG_HEADER_OK;
}

static bool start(struct jpeg_pic *p)
{
	J_COLOR_SPACE cs = p->j.jpeg_color_space;

	if (setjmp(p->jmp)) {
		return false;
	}
	p->j.out_color_space = cs == JCS_CMYK || cs == JCS_YCCK ? JCS_CMYK :
			       cs == JCS_UNKNOWN                ? cs :
								  JCS_GRAYSCALE;
	return jpeg_start_decompress(&p->j);
}

static int jpeg_next(struct fx_picture_rd *base, struct fx_picture *ret, struct fx_reason *reterr)
{
	struct jpeg_pic *p = jp(base);
	struct fx_picture pic = {0};
	int err;

	if (p->started) {
		return FX_ENOENT;
	}
	p->started = true;
	if (!read_header(p)) {
		return fx_fail(reterr, FX_EDATA, "the JPEG picture is damaged: %s", p->words);
	}
	pic.width_px = p->j.image_width;
	pic.rows = p->j.image_height;
	err = fx_picture_check_size(pic.width_px, pic.rows, reterr);
	if (err) {
		return err;
	}
	describe(p, &pic);
	if (!start(p)) {
		return fx_fail(reterr, FX_EDATA, "the JPEG picture is damaged: %s", p->words);
	}
	p->row = fx_calloc(p->j.output_width, (size_t)p->j.output_components);
	if (!p->row) {
		return fx_fail(reterr, FX_ENOMEM, "out of memory");
	}
	*ret = pic;
	return 0;
}

static bool read_row(struct jpeg_pic *p)
{
	if (setjmp(p->jmp)) {
		return false;
	}
	return jpeg_read_scanlines(&p->j, &p->row, 1) == 1 && !p->ended;
}

static int jpeg_row(struct fx_picture_rd *base, uint8_t *grey, struct fx_reason *reterr)
{
	struct jpeg_pic *p = jp(base);
	uint32_t x, w = p->j.output_width;
	const uint8_t *s = p->row;

	if (p->j.output_scanline >= p->j.output_height) {
		return FX_EINVAL;
	}
	if (!read_row(p)) {
		return fx_fail(reterr, FX_EDATA, "the JPEG picture is damaged or cut off: %s",
			       p->ended ? "the file ends too early" : p->words);
	}
	if (p->j.out_color_space != JCS_CMYK) {
		for (x = 0; x < w; x++, s += p->j.output_components) {
			grey[x] = *s;
		}
		return 0;
	}
	for (x = 0; x < w; x++, s += 4) {
		/* Adobe writes CMYK upside down: 255 is no ink */
		unsigned c = s[0], m = s[1], y = s[2], k = s[3];

		if (!p->j.saw_Adobe_marker) {
			c = 255 - c, m = 255 - m, y = 255 - y, k = 255 - k;
		}
		grey[x] = fx_grey(c * k / 255, m * k / 255, y * k / 255, 255);
	}
	return 0;
}

const struct fx_picture_ops fx_picture_jpeg = {"jpeg", jpeg_open, jpeg_next, jpeg_row, jpeg_close};
