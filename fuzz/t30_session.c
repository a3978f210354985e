/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/t30_session.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "document/fax_tiff.h"

struct peer {
	struct fx_t30 *s;
	bool caller;
};

static void on_status(void *arg, const struct fx_call_status *st)
{
	(void)arg, (void)st;
}

static void on_page(void *arg, const struct fx_page_report *page)
{
	struct peer *p = arg;

	if (!p->caller) {
		fx_t30_page_ack(p->s, page->page, true);
	}
}

static void on_ifp(void *arg, const uint8_t *ifp, size_t len, uint16_t seq, unsigned repeat)
{
	(void)arg, (void)ifp, (void)len, (void)seq, (void)repeat;
}

static void on_log(void *arg, int64_t t_us, const char *line)
{
	(void)arg, (void)t_us, (void)line;
}

static int small_doc(void)
{
	const struct fx_tiff_tags tags = {0};
	struct fx_tiff_wr *out;
	struct fx_bitmap b;
	int fd = memfd_create("doc", MFD_CLOEXEC);

	if (fx_tiff_create(fd, &tags, &out)) {
		return -1;
	}
	for (int i = 0; i < 2; i++) {
		if (fx_bitmap_init(&b, 1728, 64, FX_RES_STANDARD)) {
			return -1;
		}
		memset(b.bits + 1000, 0x3C, 5000);
		if (fx_tiff_write(out, &b)) {
			return -1;
		}
		fx_bitmap_fini(&b);
	}
	return fx_tiff_finish(out) ? -1 : fd;
}

int fx_fuzz_t30(const uint8_t *data, size_t size, fx_fuzz_feed_fn *feed)
{
	static const struct fx_t30_events events = {on_status, on_page, on_ifp, on_log};
	static int doc = -1;
	struct peer p = {.caller = size && data[0] & 1};
	struct fx_dial dial = {.number = "1", .n_docs = 1, .modems = FX_MODEM_ALL};
	struct fx_answer answer = {.rx_fd = memfd_create("rx", MFD_CLOEXEC),
				   .modems = FX_MODEM_ALL};
	struct fx_t30_prm prm = {.caller = p.caller, .t38 = true, .dial = &dial,
				 .answer = &answer, .events = &events, .arg = &p};

	doc = doc >= 0 ? doc : small_doc();
	if (size && doc >= 0) {
		prm.t38_unpaced = data[0] & 2;
		dial.ecm = answer.ecm = !(data[0] & 4);
		dial.docs[0] = (struct fx_call_doc){.fd = doc, .pages = 2};
		if (!fx_t30_new(&prm, &p.s, NULL)) {
			feed(p.s, data + 1, size - 1);
			p.s = fx_t30_free(p.s);
		}
	}
	(void)close(answer.rx_fd);
	return 0;
}
