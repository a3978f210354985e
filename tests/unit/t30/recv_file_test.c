/* SPDX-License-Identifier: Apache-2.0 */
/* What is looked at in a received page (G7), and that nothing waits for the disk here. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "document/fax_tiff.h"
#include "t30/recv_file.h"
#include "tests/support/support.h"

static unsigned syncs;

/* In place of the C library's. */
int fdatasync(int fd)
{
	(void)fd;
	syncs++;
	return 0;
}
int fsync(int fd)
{
	(void)fd;
	syncs++;
	return 0;
}

struct ctx {
	int fd;
	struct fx_recv_file f;
	struct fx_tiff_wr *w;
};

static int setup(void **state)
{
	struct ctx *c = fx_zalloc(sizeof(*c));
	struct fx_tiff_wr *w = NULL;

	c->fd = memfd_create("rx", MFD_CLOEXEC);
	assert_int_equal(fx_recv_file_init(&c->f, c->fd), 0);
	assert_int_equal(fx_tiff_create(c->fd, NULL, &w), 0);
	for (unsigned i = 0; i < 2; i++) {
		struct fx_bitmap b;

		assert_int_equal(fx_bitmap_init(&b, 1728, 300, FX_RES_FINE), 0);
		memset(b.bits + 216 * 100, 0x5A, 216 * 50);
		assert_int_equal(fx_tiff_write(w, &b), 0);
		fx_bitmap_fini(&b);
	}
	assert_int_equal(fx_tiff_finish(w), 0);
	syncs = 0;
	*state = c;
	return 0;
}

static int teardown(void **state)
{
	struct ctx *c = *state;

	fx_recv_file_fini(&c->f);
	(void)close(c->fd);
	(void)fx_free(c);
	return 0;
}

static void whole_pages_are_good(void **state)
{
	struct ctx *c = *state;

	assert_int_equal(fx_recv_file_page(&c->f, NULL), 0);
	c->f.size = 0; /* the file came at once, and grows no more */
	assert_int_equal(fx_recv_file_page(&c->f, NULL), 0);
	assert_int_equal(c->f.pages, 2);
	fx_recv_file_scrub(&c->f);
	assert_int_equal(syncs, 0); /* who owns the file does it */
}

static void a_page_that_is_not_there_is_missed(void **state)
{
	struct ctx *c = *state;
	struct fx_reason why = {{0}};

	assert_int_equal(fx_recv_file_page(&c->f, NULL), 0);
	assert_int_equal(fx_recv_file_page(&c->f, &why), FX_ENOSPC); /* it did not grow */
	assert_non_null(strstr(why.text, "page 2 was not written"));
}

static void a_page_that_was_cut_is_missed(void **state)
{
	struct ctx *c = *state;
	off_t size = lseek(c->fd, 0, SEEK_END), n;
	unsigned good = 0;

	/* Cut anywhere: never a fault, and not before the page's own end is it good. */
	for (n = 0; n < size; n += 7) {
		struct ctx d = {.fd = memfd_create("cut", MFD_CLOEXEC)};
		off_t from = 0;

		while (from < n) {
			uint8_t b[4096];
			ssize_t k = pread(c->fd, b, sizeof(b) < (size_t)(n - from) ? sizeof(b)
							     : (size_t)(n - from), from);

			assert_int_equal(pwrite(d.fd, b, (size_t)k, from), k);
			from += k;
		}
		assert_int_equal(fx_recv_file_init(&d.f, d.fd), 0);
		good += fx_recv_file_page(&d.f, NULL) == 0;
		assert_true(good == 0 || n > size / 3);
		fx_recv_file_scrub(&d.f);
		fx_recv_file_fini(&d.f);
		(void)close(d.fd);
	}
	assert_true(good > 0);
}

static void a_hole_is_seen(void **state)
{
	struct ctx *c = *state;
	uint8_t p[4];
	uint32_t dir;

	/* The page's data stands before its directory; zeros are what a failed write leaves. */
	assert_int_equal(pread(c->fd, p, 4, 4), 4);
	dir = (uint32_t)(p[0] | p[1] << 8);
	assert_true(dir > 16);
	for (uint32_t at = 8; at < dir; at++) {
		assert_int_equal(pwrite(c->fd, "", 1, at), 1);
	}
	assert_int_equal(fx_recv_file_page(&c->f, NULL), FX_ENOSPC);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(whole_pages_are_good),
		T(a_page_that_is_not_there_is_missed),
		T(a_page_that_was_cut_is_missed),
		T(a_hole_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
