/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tags for a finished fax, by rewriting its first directory. Not by libtiff: it writes the
 * header before the directory is on disk, and a received fax must survive a crash here.
 */
#include "document/fax_tiff_tags.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/list.h"
#include "base/str.h"

#define ENTRIES_MAX 512u
#define ENTRY_SIZE 12u
#define TYPE_ASCII 2
#define FILE_MAX ((int64_t)1 << 30) /* as everywhere in this room; offsets are 32 bits wide */

static const uint16_t own[] = {
#define X(NAME, name, number) number,
	FX_TIFF_TAG_TABLE(X)
#undef X
};
#define OWN FX_ARRAY_LEN(own)

struct edit {
	int fd;
	bool big; /* "MM" */
	uint32_t end;
	uint32_t n;        /* entries of the old directory */
	uint8_t old[ENTRIES_MAX * ENTRY_SIZE + 4]; /* they, and the offset of the next page */
	struct fx_buf out; /* what goes to the end of the file */
};

static uint32_t get(const struct edit *e, const uint8_t *p, unsigned n)
{
	uint32_t v = 0;
	unsigned i;

	for (i = 0; i < n; i++) {
		v = v << 8 | p[e->big ? i : n - 1 - i];
	}
	return v;
}

static void put(const struct edit *e, uint8_t *p, uint32_t v, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		p[e->big ? n - 1 - i : i] = (uint8_t)(v >> 8 * i);
	}
}

static int read_at(int fd, void *p, size_t n, off_t at)
{
	ssize_t got = pread(fd, p, n, at);

	return got < 0 ? fx_error_from_errno(errno) : (size_t)got == n ? 0 : FX_EDATA;
}

static int write_at(int fd, const uint8_t *p, size_t n, off_t at)
{
	while (n) {
		ssize_t put_n = pwrite(fd, p, n, at);

		if (put_n < 0 && errno == EINTR) {
			continue;
		}
		if (put_n <= 0) {
			return fx_error_from_errno(put_n < 0 ? errno : ENOSPC);
		}
		p += put_n;
		at += put_n;
		n -= (size_t)put_n;
	}
	return 0;
}

static int load(struct edit *e)
{
	uint8_t head[8], count[2];
	uint32_t at;
	struct stat st;
	int err;

	if (fstat(e->fd, &st)) {
		return fx_error_from_errno(errno);
	}
	err = st.st_size > FILE_MAX ? FX_ELIMIT : read_at(e->fd, head, sizeof(head), 0);
	if (err) {
		return err;
	}
	e->end = (uint32_t)st.st_size;
	e->big = head[0] == 'M';
	if (head[0] != head[1] || (head[0] != 'I' && head[0] != 'M') || get(e, head + 2, 2) != 42) {
		return FX_EDATA;
	}
	at = get(e, head + 4, 4);
	err = at < sizeof(head) ? FX_EDATA : read_at(e->fd, count, sizeof(count), at);
	e->n = err ? 0 : get(e, count, 2);
	if (err || e->n == 0 || e->n > ENTRIES_MAX) {
		return err ? err : FX_EDATA;
	}
	return read_at(e->fd, e->old, e->n * ENTRY_SIZE + 4, (off_t)at + 2);
}

/* Not in the middle of a character. */
static size_t cut(const char *s)
{
	size_t n = strlen(s);

	if (n > FX_TIFF_TEXT_MAX) {
		for (n = FX_TIFF_TEXT_MAX; n > 0 && (s[n] & 0xC0) == 0x80; n--) {
		}
	}
	return n;
}

static bool is_own(uint32_t tag)
{
	size_t i;

	for (i = 0; i < OWN; i++) {
		if (own[i] == tag) {
			return true;
		}
	}
	return false;
}

/* An entry of ours; its text goes into the entry or before the directory. */
static void make_entry(struct edit *e, uint8_t *p, uint16_t tag, const char *text)
{
	size_t n = cut(text);

	memset(p, 0, ENTRY_SIZE);
	put(e, p, tag, 2);
	put(e, p + 2, TYPE_ASCII, 2);
	put(e, p + 4, (uint32_t)n + 1, 4);
	if (n < 4) {
		memcpy(p + 8, text, n);
		return;
	}
	put(e, p + 8, e->end + (uint32_t)e->out.len, 4);
	fx_buf_put(&e->out, text, n);
	fx_buf_zero(&e->out, 1);
	fx_buf_align(&e->out, 0, 2); /* every value begins on a word (TIFF 6.0) */
}

/* The directory: old entries and ours, by number. @return where it stands in e->out */
static uint32_t merge(struct edit *e, const char *const *texts)
{
	uint8_t dir[2 + (ENTRIES_MAX + OWN) * ENTRY_SIZE + 4];
	size_t i = 0, k = 0, n = 0;
	uint32_t at;

	while (i < e->n || k < OWN) {
		uint32_t tag = i < e->n ? get(e, e->old + i * ENTRY_SIZE, 2) : UINT32_MAX;
		uint8_t *p = dir + 2 + n * ENTRY_SIZE;

		if (i < e->n && is_own(tag)) {
			i++;
		} else if (k < OWN && own[k] < tag) {
			if (texts[k] && *texts[k]) {
				make_entry(e, p, own[k], texts[k]);
				n++;
			}
			k++;
		} else {
			memcpy(p, e->old + i * ENTRY_SIZE, ENTRY_SIZE);
			i++;
			n++;
		}
	}
	put(e, dir, (uint32_t)n, 2);
	memcpy(dir + 2 + n * ENTRY_SIZE, e->old + e->n * ENTRY_SIZE, 4);
	at = (uint32_t)e->out.len;
	fx_buf_put(&e->out, dir, 2 + n * ENTRY_SIZE + 4);
	return at;
}

static int store(struct edit *e, uint32_t dir)
{
	uint8_t at[4];
	int err = e->out.err;

	if (!err && (int64_t)e->end + (int64_t)e->out.len > FILE_MAX) {
		err = FX_ELIMIT;
	}
	err = err ? err : write_at(e->fd, e->out.data, e->out.len, e->end);
	if (!err && fsync(e->fd)) {
		err = fx_error_from_errno(errno);
	}
	if (err) {
		return err;
	}
	put(e, at, e->end + dir, 4);
	err = write_at(e->fd, at, sizeof(at), 4);
	return err ? err : fsync(e->fd) ? fx_error_from_errno(errno) : 0;
}

int fx_tiff_tag(int fd, const struct fx_tiff_tags *tags)
{
	const char *const texts[] = {
#define X(NAME, name, number) tags->name,
		FX_TIFF_TAG_TABLE(X)
#undef X
	};
	struct edit e = {.fd = fd};
	int err = load(&e);

	if (!err) {
		fx_buf_zero(&e.out, e.end & 1);
		err = store(&e, merge(&e, texts));
	}
	fx_buf_fini(&e.out);
	return err;
}

void fx_tiff_tag_time(int64_t at, char ret[32])
{
	time_t t = (time_t)at;
	struct tm tm;

	ret[0] = 0;
	if (at && gmtime_r(&t, &tm) && !strftime(ret, 32, "%Y-%m-%dT%H:%M:%SZ", &tm)) {
		ret[0] = 0;
	}
}
