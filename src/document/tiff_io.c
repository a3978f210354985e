/* SPDX-License-Identifier: Apache-2.0 */
/* libtiff over pread/pwrite or memory, with its error texts kept per file. */
#include "document/document_priv.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static tmsize_t io_read(thandle_t h, void *buf, tmsize_t n)
{
	struct fx_tiff_io *io = h;
	ssize_t got;

	if (n < 0 || io->pos < 0) {
		return 0;
	}
	if (io->fd < 0) {
		size_t left = (size_t)io->pos < io->mem->len ? io->mem->len - (size_t)io->pos : 0;

		got = (ssize_t)((size_t)n < left ? (size_t)n : left);
		if (got) {
			memcpy(buf, io->mem->data + io->pos, (size_t)got);
		}
	} else {
		size_t done = 0;

		do {
			got = pread(io->fd, (char *)buf + done, (size_t)n - done,
				    io->pos + (off_t)done);
			done += got > 0 ? (size_t)got : 0;
		} while ((got > 0 && done < (size_t)n) || (got < 0 && errno == EINTR));
		if (got < 0 && !io->err) {
			io->err = fx_error_from_errno(errno);
		}
		got = (ssize_t)done;
	}
	io->pos += got;
	return got;
}

static bool mem_write(struct fx_tiff_io *io, const void *buf, size_t n)
{
	size_t end = (size_t)io->pos + n;

	if (end > io->mem->len) {
		fx_buf_zero(io->mem, end - io->mem->len);
	}
	if (io->mem->err) {
		io->err = io->err ? io->err : io->mem->err;
		return false;
	}
	memcpy(io->mem->data + io->pos, buf, n);
	return true;
}

static tmsize_t io_write(thandle_t h, void *buf, tmsize_t n)
{
	struct fx_tiff_io *io = h;
	size_t done = 0;

	if (n < 0 || io->pos < 0) {
		return -1;
	}
	if (io->fd < 0) {
		done = mem_write(io, buf, (size_t)n) ? (size_t)n : 0;
	}
	while (io->fd >= 0 && done < (size_t)n) {
		ssize_t put =
			pwrite(io->fd, (char *)buf + done, (size_t)n - done, io->pos + (off_t)done);

		if (put < 0 && errno == EINTR) {
			continue;
		}
		if (put <= 0) {
			io->err = io->err ? io->err : fx_error_from_errno(put < 0 ? errno : ENOSPC);
			break;
		}
		done += (size_t)put;
	}
	io->pos += (off_t)done;
	return done == (size_t)n ? n : -1;
}

static toff_t io_size(thandle_t h)
{
	struct fx_tiff_io *io = h;

	if (io->fd < 0) {
		return io->mem->len;
	}
	return (toff_t)io->size;
}

static toff_t io_seek(thandle_t h, toff_t off, int whence)
{
	struct fx_tiff_io *io = h;
	off_t base = whence == SEEK_CUR ? io->pos : 0;

	if (whence == SEEK_END) {
		base = io->fd < 0 ? (off_t)io->mem->len : lseek(io->fd, 0, SEEK_END);
	}
	/* libtiff passes negative distances as large unsigned numbers */
	io->pos = (off_t)((toff_t)base + off);
	if (io->pos < 0 || io->pos > (off_t)FX_TIFF_SIZE_MAX) {
		io->pos = -1;
		return (toff_t)-1;
	}
	return (toff_t)io->pos;
}

static int io_close(thandle_t h)
{
	(void)h;
	return 0;
}

static int on_error(TIFF *tif, void *arg, const char *module, const char *fmt, va_list ap)
{
	struct fx_tiff_io *io = arg;

	(void)tif, (void)module;
	(void)vsnprintf(io->words, sizeof(io->words), fmt, ap);
	return 1;
}

static int on_warning(TIFF *tif, void *arg, const char *module, const char *fmt, va_list ap)
{
	(void)tif, (void)arg, (void)module, (void)fmt, (void)ap;
	return 1;
}

static void silence(void)
{
	/* the T.30 engine opens files too, without handlers of its own */
	(void)TIFFSetErrorHandler(NULL);
	(void)TIFFSetWarningHandler(NULL);
}

TIFF *fx_tiff_io_open(struct fx_tiff_io *io, const char *mode)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	TIFFOpenOptions *opts;
	TIFF *tif;

	(void)pthread_once(&once, silence);
	opts = TIFFOpenOptionsAlloc();
	if (!opts) {
		return NULL;
	}
	TIFFOpenOptionsSetErrorHandlerExtR(opts, on_error, io);
	TIFFOpenOptionsSetWarningHandlerExtR(opts, on_warning, io);
	TIFFOpenOptionsSetMaxSingleMemAlloc(opts, 256 << 20);
	tif = TIFFClientOpenExt("fax", mode, io, io_read, io_write, io_seek, io_close, io_size,
				NULL, NULL, opts);
	TIFFOpenOptionsFree(opts);
	return tif;
}

void fx_bits_reverse(uint8_t *p, size_t n)
{
	TIFFReverseBits(p, (tmsize_t)n);
}
