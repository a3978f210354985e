/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T.30 frames from a stranger, whole and with a good check sum, so that the
 * engine's state machine is reached and not only its packet parser.
 *
 * Input: octet 0: bit 0 our session calls, bit 1 unpaced, bit 2 no ECM. Then
 * records: octet r >= 0x80: (r & 0x7F) + 1 ticks of 20 ms; r = 0..0x3F: a V.21
 * signal of one frame of r octets; 0x40..0x7F: a V.17 image frame of r & 0x3F octets
 * (0x7F: end of the image signal, 0x7E: 0.2 s of training check).
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "document/fax_tiff.h"
#include "t30/session.h"

#define TICKS_MAX 3000u /* one minute of call */

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

/* IFP packets by hand (T.38 7.3, version 0): what a session of another maker would send. */
struct sender {
	struct fx_t30 *s;
	uint16_t seq;
};

static void indicator(struct sender *o, uint8_t n)
{
	uint8_t ifp = (uint8_t)(n << 1);

	fx_t30_ifp(o->s, &ifp, 1, o->seq++);
}

enum { FIELD_HDLC_DATA, FIELD_SIG_END, FIELD_FCS_OK, FIELD_FCS_OK_SIG_END = 4,
       FIELD_NON_ECM = 6, FIELD_NON_ECM_END = 7 };
#define DATA_V21 0u
#define DATA_V17_14400 8u
#define IND_NONE 0u
#define IND_V21 3u
#define IND_V17_14400 14u

/* One field: type in 4 bits after its "has data" bit, then a length less one in 16. */
static void data_field(struct sender *o, unsigned type, unsigned field, const uint8_t *p, size_t n)
{
	uint8_t ifp[300] = {(uint8_t)(0xC0 | type << 1), 1};
	size_t at = 3;

	ifp[2] = (uint8_t)((n ? 0x80 : 0) | field << 4);
	if (n) {
		ifp[at++] = (uint8_t)((n - 1) >> 8);
		ifp[at++] = (uint8_t)(n - 1);
		memcpy(ifp + at, p, n);
		at += n;
	}
	fx_t30_ifp(o->s, ifp, at, o->seq++);
}

static void record(struct sender *o, uint8_t r, const uint8_t *p, size_t n, bool *image)
{
	static const uint8_t zeros[250];

	if (r < 0x40) {
		*image = false;
		indicator(o, IND_V21);
		data_field(o, DATA_V21, FIELD_HDLC_DATA, p, n);
		data_field(o, DATA_V21, FIELD_FCS_OK_SIG_END, NULL, 0);
		indicator(o, IND_NONE);
		return;
	}
	if (!*image) {
		indicator(o, IND_V17_14400);
		*image = true;
	}
	if (r == 0x7E) {
		data_field(o, DATA_V17_14400, FIELD_NON_ECM, zeros, sizeof(zeros));
		data_field(o, DATA_V17_14400, FIELD_NON_ECM, zeros, 110);
	} else if (r == 0x7F) {
		data_field(o, DATA_V17_14400, FIELD_NON_ECM_END, NULL, 0);
		indicator(o, IND_NONE);
		*image = false;
	} else {
		data_field(o, DATA_V17_14400, FIELD_HDLC_DATA, p, n);
		data_field(o, DATA_V17_14400, FIELD_FCS_OK, NULL, 0);
	}
}

static void feed(struct fx_t30 *s, const uint8_t *data, size_t size)
{
	struct sender o = {.s = s};
	unsigned ticks = 0;
	bool image = false;

	for (size_t i = 0; i < size && !fx_t30_is_done(s) && ticks < TICKS_MAX;) {
		uint8_t r = data[i++];
		size_t n = r >= 0x7E ? 0 : r & 0x3F;

		if (r & 0x80) {
			for (unsigned k = (r & 0x7F) + 1u; k; k--, ticks++) {
				fx_t30_tick(s, 160);
			}
			continue;
		}
		n = n < size - i ? n : size - i;
		record(&o, r, data + i, n, &image);
		fx_t30_tick(s, 0);
		i += n;
	}
	for (unsigned n = 0; n < 400 && !fx_t30_is_done(s); n++) {
		fx_t30_tick(s, 160);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
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
