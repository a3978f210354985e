/* SPDX-License-Identifier: Apache-2.0 */
/* fx_t30_prepare(): in any thread, several at once, and its result moves into a session. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "document/fax_tiff.h"
#include "t30/doc.h"
#include "tests/support/support.h"

#define PAGES 5u
#define THREADS 4u

static int document(void)
{
	int fd = memfd_create("doc", MFD_CLOEXEC);
	struct fx_tiff_wr *w = NULL;

	assert_int_equal(fx_tiff_create(fd, NULL, &w), 0);
	for (unsigned i = 0; i < PAGES; i++) {
		struct fx_bitmap b;

		assert_int_equal(fx_bitmap_init(&b, 1728, 400, FX_RES_FINE), 0);
		memset(b.bits + 216 * (100 + i), 0x5A, 216 * 50);
		assert_int_equal(fx_tiff_write(w, &b), 0);
		fx_bitmap_fini(&b);
	}
	assert_int_equal(fx_tiff_finish(w), 0);
	return fd;
}

static struct fx_dial dial_of(int fd)
{
	struct fx_dial d = {.number = "2", .local_id = "1", .banner = true, .n_docs = 1,
			    .ecm = true, .log_fd = -1};

	d.docs[0] = (struct fx_call_doc){.fd = fd, .pages = PAGES};
	return d;
}

struct work {
	struct fx_dial dial;
	struct fx_t30_doc *doc;
	int err;
	pthread_t thread;
};

static void *run(void *arg)
{
	struct work *w = arg;

	w->err = fx_t30_prepare(&w->dial, &w->doc, NULL);
	return NULL;
}

/* The same document goes to several numbers at the same time. */
static void several_threads_prepare_one_document(void **state)
{
	static struct work w[THREADS];
	int fd = document();
	struct fx_tiff_rd *rd[THREADS] = {0};

	(void)state;
	for (unsigned i = 0; i < THREADS; i++) {
		w[i] = (struct work){.dial = dial_of(fd)};
		assert_int_equal(pthread_create(&w[i].thread, NULL, run, &w[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		(void)pthread_join(w[i].thread, NULL);
		assert_int_equal(w[i].err, 0);
		assert_int_equal(fx_t30_doc_pages(w[i].doc), PAGES);
	}
	for (unsigned p = 0; p < PAGES; p++) {
		struct fx_bitmap a = {0}, b = {0};

		for (unsigned i = 0; i < THREADS; i++) {
			FILE *f = fopen(fx_t30_doc_path(w[i].doc), "rbe");

			assert_non_null(f);
			rd[i] = NULL;
			assert_int_equal(fx_tiff_open(fileno(f), &rd[i], NULL), 0);
			assert_int_equal(fx_tiff_read(rd[i], p, i ? &b : &a), 0);
			if (i) {
				assert_memory_equal(a.bits, b.bits, a.rows * fx_bitmap_stride(&a));
				fx_bitmap_fini(&b);
			}
			(void)fx_tiff_close(rd[i]);
			(void)fclose(f);
		}
		fx_bitmap_fini(&a);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		w[i].doc = fx_t30_doc_free(w[i].doc);
		assert_null(w[i].doc);
	}
	(void)close(fd);
}

static void on_status(void *arg, const struct fx_call_status *st)
{
	(void)arg, (void)st;
}
static void on_page(void *arg, const struct fx_page_report *p)
{
	(void)arg, (void)p;
}
static void on_log(void *arg, int64_t t_us, const char *line)
{
	(void)arg, (void)t_us, (void)line;
}

static int session(void *arg)
{
	static const struct fx_t30_events ev = {.on_status = on_status, .on_page = on_page,
						.on_log = on_log};
	const struct fx_dial *d = arg;
	struct fx_t30_prm prm = {.caller = true, .dial = d, .events = &ev};
	struct fx_t30 *s = NULL;
	int err = fx_t30_prepare(d, &prm.take_doc, NULL);

	if (err) {
		return err;
	}
	err = fx_t30_new(&prm, &s, NULL);
	if (err) {
		(void)fx_t30_doc_free(prm.take_doc); /* still ours */
		return err;
	}
	(void)fx_t30_free(s);
	return 0;
}

/* No leak, nothing freed twice, wherever memory ends. */
static void a_session_takes_it_or_leaves_it(void **state)
{
	int fd = document();
	struct fx_dial d = dial_of(fd);

	(void)state;
	fx_test_oom_sweep(session, &d);
	assert_int_equal(session(&d), 0);
	(void)close(fd);
}

static void what_cannot_be_sent_is_said(void **state)
{
	int fd = memfd_create("bad", MFD_CLOEXEC);
	struct fx_dial d = dial_of(fd);
	struct fx_t30_doc *doc = NULL;
	struct fx_reason why = {{0}};

	(void)state;
	assert_int_equal(write(fd, "not a fax", 9), 9);
	assert_int_equal(fx_t30_prepare(&d, &doc, &why), FX_EDATA);
	assert_null(doc);
	assert_true(why.text[0]);
	d.n_docs = 0;
	assert_int_equal(fx_t30_prepare(&d, &doc, &why), FX_EINVAL);
	assert_null(fx_t30_doc_free(NULL));
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_threads_prepare_one_document),
		cmocka_unit_test(a_session_takes_it_or_leaves_it),
		cmocka_unit_test(what_cannot_be_sent_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
