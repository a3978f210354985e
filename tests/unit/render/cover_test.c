/* SPDX-License-Identifier: Apache-2.0 */
/* Cover pages on paper: where there is ink and where not, whatever fonts there are. */
#include "tests/support/support.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/str.h"
#include "document/fax_tiff.h"
#include "render/cover.h"
#include "render/render.h"

#define HEAD COVER_MAGIC "\n"

/* What fontconfig keeps until the process ends is its own affair. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

struct made {
	int err;
	struct fx_reason why;
	struct fx_bitmap page[8];
	uint32_t pages;
	double dpmm_x, dpmm_y, left;
};

/* In this process: the sandbox has its own tests (render_test.c). */
static void make(const char *fields, const char *page, size_t n, bool letter,
		 enum fx_resolution res, struct made *m)
{
	struct render r = {.opts = {.resolution = res, .letter = letter, .max_pages = 100,
				    .timeout_s = 100}};
	int in = memfd_create("in", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC);
	struct fx_tiff_rd *rd = NULL;
	size_t nf = strlen(fields) + 1;

	memset(m, 0, sizeof(*m));
	r.deadline_ms = render_now_ms() + 100000;
	assert_int_equal(write(in, fields, nf), (ssize_t)nf);
	assert_int_equal(write(in, page, n), (ssize_t)n);
	assert_int_equal(fx_tiff_create(out, NULL, &r.wr), 0);
	m->err = render_cover(&r, in);
	assert_int_equal(fx_tiff_finish(r.wr), 0);
	m->why = r.why;
	m->dpmm_x = RENDER_X_DPI / 25.4;
	m->dpmm_y = (double)res / 25.4;
	m->left = (RENDER_WIDTH / m->dpmm_x - (letter ? 215.9 : 210)) / 2;
	if (!m->err) {
		assert_int_equal(fx_tiff_open(out, &rd, NULL), 0);
		m->pages = fx_tiff_pages(rd);
		assert_int_equal(m->pages, r.pages);
		for (uint32_t i = 0; i < m->pages && i < FX_ARRAY_LEN(m->page); i++) {
			assert_int_equal(fx_tiff_read(rd, i, &m->page[i]), 0);
		}
		(void)fx_tiff_close(rd);
	}
	(void)close(in);
	(void)close(out);
}

static void done(struct made *m)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(m->page); i++) {
		fx_bitmap_fini(&m->page[i]);
	}
}

static bool dot(const struct fx_bitmap *b, uint32_t x, uint32_t y)
{
	return b->bits[y * fx_bitmap_stride(b) + (x >> 3)] >> (7 - (x & 7)) & 1;
}

/* Part of a rectangle in mm that is black, 0 to 1. */
static double ink(const struct made *m, uint32_t page, double x, double y, double w, double h)
{
	const struct fx_bitmap *b = &m->page[page];
	double x0 = (m->left + x) * m->dpmm_x, y0 = y * m->dpmm_y;
	double x1 = x0 + w * m->dpmm_x, y1 = y0 + h * m->dpmm_y;
	size_t black = 0, all = 0;

	x0 = x0 < 0 ? 0 : x0;
	x1 = x1 > b->width_px ? b->width_px : x1;
	y1 = y1 > b->rows ? b->rows : y1;
	for (uint32_t py = (uint32_t)y0; py < (uint32_t)y1; py++) {
		for (uint32_t px = (uint32_t)x0; px < (uint32_t)x1; px++) {
			black += dot(b, px, py);
			all++;
		}
	}
	return all ? (double)black / (double)all : 0;
}

static void things_are_where_they_are_put(void **state)
{
	static const char page[] = HEAD
		"box 40 40 30 20 fill=black\nbox -50 -40 20 20 fill=black\n"
		"line 20 100 -20 100 width=1\n"
		"text 40 120 60 12 size=30 bold \"H\"\ntext 40 150 60 size=20 align=right \"HHH\"\n"
		"box 100 40 40 20 fill=black\ntext 102 44 36 size=24 bold color=white \"HHH\"\n"
		"box 150 120 40 20 width=1\n";
	static const enum fx_resolution res[] = {FX_RES_STANDARD, FX_RES_FINE, FX_RES_SUPERFINE};

	(void)state;
	for (int i = 0; i < 6; i++) {
		bool letter = i % 2;
		double w = letter ? 215.9 : 210, h = letter ? 279.4 : 297;
		struct made m;

		make("", page, sizeof(page) - 1, letter, res[i / 2], &m);
		assert_int_equal(m.err, 0);
		assert_int_equal(m.pages, 1);
		assert_true(m.page[0].rows + 2 > (uint32_t)(h * m.dpmm_y));
		assert_true(ink(&m, 0, 41, 41, 28, 18) > 0.99);
		assert_true(ink(&m, 0, w - 49, h - 39, 18, 18) > 0.99);
		assert_true(ink(&m, 0, 21, 99.75, w - 42, 0.5) > 0.9);
		assert_true(ink(&m, 0, 40, 120, 12, 12) > 0.1);   /* one letter at the left */
		assert_true(ink(&m, 0, 60, 115, 40, 20) < 0.0001);
		assert_true(ink(&m, 0, 70, 150, 30, 10) > 0.05);  /* at the right of its area */
		assert_true(ink(&m, 0, 40, 150, 20, 10) < 0.0001);
		assert_true(ink(&m, 0, 101, 41, 38, 18) < 0.98);  /* white on black */
		assert_true(ink(&m, 0, 101, 41, 38, 18) > 0.5);
		assert_true(ink(&m, 0, 152, 122, 36, 16) < 0.0001); /* a box is empty */
		assert_true(ink(&m, 0, 149.6, 122, 0.8, 16) > 0.9);
		assert_true(ink(&m, 0, 10, 200, 120, 40) < 0.0001);
		done(&m);
	}
}

static void every_field_can_be_shown(void **state)
{
	char page[200], fields[100];
	struct made m;

	(void)state;
	for (int i = 0; i < FX_COVER_FIELD_COUNT; i++) {
		const char *name = fx_cover_field_str((enum fx_cover_field)i);
		bool own = i == FX_COVER_PAGE_COUNT || i == FX_COVER_PAGE_NUMBER;
		int n = snprintf(page, sizeof(page), HEAD "text 20 20 100 size=20 \"{%s}\"\n",
				 name);

		(void)snprintf(fields, sizeof(fields), "%s=%s\n", name,
			       i == FX_COVER_BODY_PAGES ? "9" : "Hannah");
		make(fields, page, (size_t)n, false, FX_RES_STANDARD, &m);
		assert_int_equal(m.err, 0);
		assert_true(ink(&m, 0, 20, 20, 30, 12) > 0.001);
		done(&m);
		make("", page, (size_t)n, false, FX_RES_STANDARD, &m);
		assert_int_equal(ink(&m, 0, 0, 0, 210, 290) > 0, own);
		done(&m);
	}
}

/* A row without a value leaves no gap, its label neither; what has no room is left out. */
static void rows_move_up(void **state)
{
	static const char page[] = HEAD
		"rows 20 20 100 20 label=30 size=12 gap=2\nrow \"One\" \"{sender-name}\"\n"
		"row \"Two\" \"{recipient-name}\"\nrow \"Three\" \"{subject}\"\nend\n";
	struct made one, both, tall;

	(void)state;
	make("recipient-name=HHH\n", page, sizeof(page) - 1, false, FX_RES_FINE, &one);
	make("recipient-name=HHH\nsender-name=HHH\n", page, sizeof(page) - 1, false, FX_RES_FINE,
	     &both);
	make("recipient-name=H\\nH\\nH\\nH\nsender-name=HHH\nsubject=HHH\n", page,
	     sizeof(page) - 1, false, FX_RES_FINE, &tall);
	assert_true(ink(&one, 0, 50, 20, 60, 6) > 0.001);
	assert_true(ink(&one, 0, 20, 20, 25, 6) > 0.001);
	assert_true(ink(&one, 0, 20, 27, 120, 30) < 0.0001);
	assert_true(ink(&both, 0, 50, 27, 60, 7) > 0.001);
	assert_true(ink(&tall, 0, 50, 20, 60, 6) > 0.001);
	assert_true(ink(&tall, 0, 20, 27, 120, 40) < 0.0001);
	done(&one);
	done(&both);
	done(&tall);
}

static void writing_from_right_to_left(void **state)
{
	static const char page[] = HEAD "note 20 20 150 size=16\n";
	struct made m;

	(void)state;
	make("note=\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d\n", page, sizeof(page) - 1, false, FX_RES_FINE,
	     &m);
	assert_true(ink(&m, 0, 140, 20, 30, 10) > 0.005);
	assert_true(ink(&m, 0, 20, 20, 100, 10) < 0.0001);
	done(&m);
	make("note=abc\n", page, sizeof(page) - 1, false, FX_RES_FINE, &m);
	assert_true(ink(&m, 0, 20, 20, 30, 10) > 0.005);
	assert_true(ink(&m, 0, 60, 20, 110, 10) < 0.0001);
	done(&m);
}

static char *long_note(size_t words)
{
	struct fx_buf b = {0};

	fx_buf_printf(&b, "body-pages=3\nnote=");
	for (size_t i = 0; i < words; i++) {
		fx_buf_printf(&b, "pendulum %s", i % 60 == 59 ? "\\n\\n" : "");
	}
	fx_buf_printf(&b, "\n");
	fx_buf_u8(&b, 0);
	return (char *)b.data;
}

static void a_long_note_goes_on(void **state)
{
	static const char with[] = HEAD "text 20 20 50 10 size=20 \"{page-count}\"\n"
					"note 20 200 -20 -50\nnext\nbox 20 20 10 10 fill=black\n"
					"note 100 40 -20 -50 size=11\n";
	static const char without[] = HEAD "note 20 200 -20 -50\n";
	static const char none[] = HEAD "text 20 20 50 \"{subject}\"\n";
	char *note = long_note(900);
	struct made m;

	(void)state;
	make(note, with, sizeof(with) - 1, false, FX_RES_STANDARD, &m);
	assert_int_equal(m.err, 0);
	assert_in_range(m.pages, 3, 7);
	assert_true(ink(&m, 0, 20, 200, 170, 40) > 0.01);
	assert_true(ink(&m, 0, 20, 250, 170, 40) < 0.0001); /* nothing past its area */
	assert_true(ink(&m, 1, 21, 21, 8, 8) > 0.99);
	assert_true(ink(&m, 1, 100, 40, 80, 200) > 0.01);
	assert_true(ink(&m, 1, 20, 40, 75, 200) < 0.0001);
	assert_true(ink(&m, m.pages - 1, 100, 40, 80, 10) > 0.001);
	done(&m);
	make(note, without, sizeof(without) - 1, true, FX_RES_STANDARD, &m);
	assert_int_equal(m.err, 0); /* plain further pages: no word is lost */
	assert_in_range(m.pages, 2, 4);
	done(&m);
	make(note, none, sizeof(none) - 1, false, FX_RES_STANDARD, &m);
	assert_int_equal(m.err, 0);
	assert_int_equal(m.pages, 1); /* a page that shows no note */
	done(&m);
	(void)fx_free(note);
	note = long_note(7000);
	make(note, with, sizeof(with) - 1, false, FX_RES_STANDARD, &m);
	assert_int_equal(m.err, FX_ELIMIT);
	assert_non_null(strstr(m.why.text, "more than 20 cover pages"));
	(void)fx_free(note);
}

static void no_room_for_a_line(void **state)
{
	static const char page[] = HEAD "note 20 200 -20 1\nnext\nnote 20 20 -20 1\n";
	struct made m;

	(void)state;
	make("note=abc\n", page, sizeof(page) - 1, false, FX_RES_STANDARD, &m);
	assert_int_equal(m.err, FX_EDATA);
	assert_non_null(strstr(m.why.text, "no room for a line"));
}

static void what_is_no_page_is_refused(void **state)
{
	static const char cov[] = "FAXCOVER-VER003w\0\1\2\3";
	struct made m;

	(void)state;
	make("", cov, sizeof(cov) - 1, false, FX_RES_FINE, &m);
	assert_int_equal(m.err, FX_EDATA);
	assert_non_null(strstr(m.why.text, "Windows"));
	assert_non_null(strstr(m.why.text, "caselli covers"));
	make("", HEAD "text 1 2\n", 25, false, FX_RES_FINE, &m);
	assert_int_equal(m.err, FX_EDATA);
	assert_non_null(strstr(m.why.text, "line 2"));
	make("note\n", HEAD, strlen(HEAD), false, FX_RES_FINE, &m);
	assert_int_equal(m.err, FX_EDATA);
	make("body-pages=many\n", HEAD, strlen(HEAD), false, FX_RES_FINE, &m);
	assert_int_equal(m.err, FX_EDATA);
	make("", HEAD, strlen(HEAD), false, FX_RES_FINE, &m);
	assert_int_equal(m.err, 0); /* an empty page is one */
	assert_int_equal(m.pages, 1);
	done(&m);
}

/* Fields of FAX_COVERPAGE_INFO: each leaves ink of its own on each page that we ship. */
static const enum fx_cover_field shown[] = {
	FX_COVER_RECIPIENT_NAME, FX_COVER_RECIPIENT_FAX, FX_COVER_RECIPIENT_COMPANY,
	FX_COVER_RECIPIENT_ADDRESS, FX_COVER_RECIPIENT_CITY, FX_COVER_RECIPIENT_STATE,
	FX_COVER_RECIPIENT_ZIP, FX_COVER_RECIPIENT_COUNTRY, FX_COVER_RECIPIENT_TITLE,
	FX_COVER_RECIPIENT_DEPARTMENT, FX_COVER_RECIPIENT_OFFICE, FX_COVER_RECIPIENT_HOME_PHONE,
	FX_COVER_RECIPIENT_OFFICE_PHONE, FX_COVER_SENDER_NAME, FX_COVER_SENDER_FAX,
	FX_COVER_SENDER_COMPANY, FX_COVER_SENDER_ADDRESS, FX_COVER_SENDER_TITLE,
	FX_COVER_SENDER_DEPARTMENT, FX_COVER_SENDER_OFFICE, FX_COVER_SENDER_HOME_PHONE,
	FX_COVER_SENDER_OFFICE_PHONE, FX_COVER_NOTE, FX_COVER_SUBJECT, FX_COVER_TIME_SENT,
	FX_COVER_BODY_PAGES};

static struct fx_buf fields_but(size_t without)
{
	struct fx_buf f = {0};

	for (size_t n = 0; n < FX_ARRAY_LEN(shown); n++) {
		if (n != without) {
			fx_cover_put(&f, shown[n], shown[n] == FX_COVER_BODY_PAGES ? "17" : "Wm");
		}
	}
	fx_buf_u8(&f, 0);
	return f;
}

static bool same(const struct fx_bitmap *a, const struct fx_bitmap *b)
{
	return a->rows == b->rows && !memcmp(a->bits, b->bits, a->rows * fx_bitmap_stride(a));
}

/* Without one field the page is another: so the field is on it. */
static void every_field_is_on(const struct fx_buf *page, const char *name, bool letter)
{
	struct made whole, m;

	for (size_t k = FX_ARRAY_LEN(shown) + 1; k-- > 0;) {
		struct fx_buf f = fields_but(k);

		make((const char *)f.data, (const char *)page->data, page->len, letter,
		     FX_RES_STANDARD, &m);
		fx_buf_fini(&f);
		if (m.err || m.pages != 1) {
			fail_msg("%s: %d %s, %u pages", name, m.err, m.why.text, m.pages);
		}
		if (k == FX_ARRAY_LEN(shown)) {
			whole = m;
			continue;
		}
		if (same(&whole.page[0], &m.page[0])) {
			fail_msg("%s does not show %s", name, fx_cover_field_str(shown[k]));
		}
		done(&m);
	}
	done(&whole);
}

static void pages_that_we_ship(void **state)
{
	static const char *const names[] = {"generic", "urgent", "confdent", "fyi"};

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(names); i++) {
		struct fx_buf page = {0};
		char path[300];

		(void)snprintf(path, sizeof(path), COVERPAGES "/%s.cover", names[i]);
		fx_test_read_file(path, &page);
		every_field_is_on(&page, names[i], i % 2);
		fx_buf_fini(&page);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(things_are_where_they_are_put),
		cmocka_unit_test(every_field_can_be_shown),
		cmocka_unit_test(rows_move_up),
		cmocka_unit_test(writing_from_right_to_left),
		cmocka_unit_test(a_long_note_goes_on),
		cmocka_unit_test(no_room_for_a_line),
		cmocka_unit_test(what_is_no_page_is_refused),
		cmocka_unit_test(pages_that_we_ship),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
