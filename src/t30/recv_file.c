/* SPDX-License-Identifier: Apache-2.0 */
#include "t30/recv_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"

#define TAG_STRIP_OFFSETS 273
#define TAG_STRIP_COUNTS 279
#define TAG_HOST_COMPUTER 316
#define TYPE_SHORT 3
#define PAGES_MAX 10000u /* the walk ends also in a file that runs in a circle */
#define STRIP_MAX (64u << 20)

/* One directory of a TIFF (II order: the engine writes that of the machine). */
struct dir {
	uint64_t next_at; /* where the offset of the next one stands */
	uint32_t strip, strip_len;
	uint32_t host, host_len;
	uint64_t host_entry; /* where the entry of that text stands */
};

int fx_recv_file_init(struct fx_recv_file *f, int fd)
{
	*f = (struct fx_recv_file){.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3), .next = 4};
	if (f->fd < 0) {
		return FX_EBADF;
	}
	(void)snprintf(f->path, sizeof(f->path), "/proc/self/fd/%d", f->fd);
	return 0;
}

void fx_recv_file_fini(struct fx_recv_file *f)
{
	if (f->fd >= 0) {
		(void)close(f->fd);
	}
	f->fd = -1;
}

static bool get(int fd, uint64_t at, void *dst, size_t n)
{
	return pread(fd, dst, n, (off_t)at) == (ssize_t)n;
}

static uint32_t le(const uint8_t *p, unsigned n)
{
	uint32_t v = 0;

	while (n--) {
		v = v << 8 | p[n];
	}
	return v;
}

/* Follow the offset that stands at `at`. @return 1 found, 0 there is none, -1 damaged */
static int read_dir(int fd, uint64_t at, struct dir *ret)
{
	uint8_t b[12];
	uint64_t pos;
	unsigned n;

	*ret = (struct dir){0};
	if (!get(fd, at, b, 4)) {
		return -1;
	}
	pos = le(b, 4);
	if (!pos) {
		return 0;
	}
	if (!get(fd, pos, b, 2)) {
		return -1;
	}
	n = le(b, 2);
	pos += 2;
	for (unsigned i = 0; i < n; i++, pos += 12) {
		uint32_t count, value;
		unsigned tag;

		if (!get(fd, pos, b, 12)) {
			return -1;
		}
		tag = le(b, 2);
		count = le(b + 4, 4);
		value = le(b + 8, le(b + 2, 2) == TYPE_SHORT ? 2 : 4);
		if (tag == TAG_STRIP_OFFSETS) {
			ret->strip = value;
		} else if (tag == TAG_STRIP_COUNTS) {
			ret->strip_len = value;
		} else if (tag == TAG_HOST_COMPUTER) {
			ret->host = count > 4 ? value : (uint32_t)pos + 8;
			ret->host_len = count;
			ret->host_entry = pos;
		}
	}
	ret->next_at = pos;
	return get(fd, pos, b, 4) ? 1 : -1;
}

/* The page's data is there to its end: a write that failed leaves a hole or nothing. */
static bool has_data(int fd, const struct dir *d, uint64_t size)
{
	uint8_t tail[4];
	off_t hole;

	if (!d->strip || d->strip_len < sizeof(tail) || d->strip_len > STRIP_MAX ||
	    (uint64_t)d->strip + d->strip_len > size ||
	    !get(fd, (uint64_t)d->strip + d->strip_len - sizeof(tail), tail, sizeof(tail))) {
		return false;
	}
	hole = lseek(fd, (off_t)d->strip, SEEK_HOLE);
	if (hole >= 0 && (uint64_t)hole < (uint64_t)d->strip + d->strip_len) {
		return false;
	}
	/* EOFB (T.6 2.4.1.1) is in the last octets of every page. */
	return tail[0] || tail[1] || tail[2] || tail[3];
}

int fx_recv_file_page(struct fx_recv_file *f, struct fx_reason *reterr)
{
	struct stat st;
	struct dir d;

	if (fstat(f->fd, &st) < 0 || (uint64_t)st.st_size <= f->size) {
		return fx_fail(reterr, FX_ENOSPC, "page %u was not written; the disk may be full",
			       f->pages + 1);
	}
	if (read_dir(f->fd, f->next, &d) != 1 || !has_data(f->fd, &d, (uint64_t)st.st_size)) {
		return fx_fail(reterr, FX_ENOSPC,
			       "page %u was written incompletely; the disk may be full",
			       f->pages + 1);
	}
	f->size = (uint64_t)st.st_size;
	f->next = d.next_at;
	f->pages++;
	return 0;
}

void fx_recv_file_scrub(struct fx_recv_file *f)
{
	static const char blank[256];
	static const uint8_t empty[8] = {1}; /* one octet, in the entry itself: NUL */
	uint64_t at = 4;
	struct dir d;
	struct stat st;

	if (f->fd < 0 || fstat(f->fd, &st) < 0) {
		return;
	}
	for (uint32_t n = 0; n < PAGES_MAX && read_dir(f->fd, at, &d) == 1; n++) {
		uint32_t len = d.host_len < sizeof(blank) ? d.host_len : sizeof(blank);

		/* Within the file only: a page that was cut may name any place. */
		if (len && (uint64_t)d.host + len <= (uint64_t)st.st_size) {
			(void)!pwrite(f->fd, blank, len, (off_t)d.host);
			(void)!pwrite(f->fd, empty, sizeof(empty), (off_t)d.host_entry + 4);
		}
		at = d.next_at;
	}
}
