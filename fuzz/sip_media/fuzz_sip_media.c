/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Anything may arrive at the media port of a call. First octet: 1 = T.38, 2 = A-law. Then
 * datagrams, each behind an octet of length; a length of 0 is a tick, 255 a change of transport.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "providers/sip/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_send(void *arg, const uint8_t *p, size_t n)
{
	(void)arg;
	(void)p;
	(void)n;
}
static void on_status(void *arg, const struct fx_call_status *st)
{
	(void)arg;
	(void)st;
}
static void on_page(void *arg, const struct fx_page_report *page)
{
	fx_media_page_ack(*(struct fx_media **)arg, page->page, true);
}
static void on_log(void *arg, int64_t t_us, const char *line)
{
	(void)arg;
	(void)t_us;
	(void)line;
}
static void on_tone(void *arg, enum fx_tone tone)
{
	(void)arg;
	(void)tone;
}
static void on_silence(void *arg, uint32_t ms)
{
	(void)arg;
	(void)ms;
}

static int speak(struct fx_media *m, bool t38)
{
	static const struct fx_media_t38 p = {.ec = FX_UDPTL_EC_REDUNDANCY};

	return t38 ? fx_media_t38(m, &p, NULL) : fx_media_audio(m, FX_G711_ALAW, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fx_media_events events = {on_send, on_status, on_page, on_log,
						      on_tone, on_silence};
	struct fx_answer answer = {.local_id = "1", .ecm = true, .modems = FX_MODEM_ALL,
				   .log_fd = -1};
	struct fx_media *m = NULL;
	struct fx_media_prm prm = {.answer = &answer, .events = &events, .arg = &m};
	bool t38;

	if (size < 2) {
		return 0;
	}
	t38 = data[0] & 1;
	answer.rx_fd = memfd_create("rx", MFD_CLOEXEC);
	if (answer.rx_fd >= 0 && !fx_media_new(&prm, &m) && !speak(m, t38)) {
		for (size_t at = 1; at < size;) {
			size_t n = data[at++];

			if (n == 0) {
				fx_media_tick(m);
			} else if (n == 255) {
				t38 = speak(m, !t38) ? t38 : !t38;
			} else {
				n = n < size - at ? n : size - at;
				fx_media_receive(m, data + at, n);
				at += n;
			}
		}
	}
	(void)fx_media_free(m);
	if (answer.rx_fd >= 0) {
		(void)close(answer.rx_fd);
	}
	return 0;
}
