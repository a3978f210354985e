/* SPDX-License-Identifier: Apache-2.0 */
/* A body from anybody: read, answered, and what we write in answer reads as what we meant. */
#include <stdlib.h>
#include <string.h>
#include "providers/sip/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(const struct fx_sdp *in)
{
	static const struct fx_sdp_t38_own own = {.max_bit_rate = 14400, .max_datagram = 400,
						  .ec = FX_SDP_EC_REDUNDANCY | FX_SDP_EC_FEC};
	struct fx_sdp_origin o = {.id = 1, .version = 1, .host = "127.0.0.1"};
	struct fx_sdp_line lines[FX_SDP_MEDIA_MAX];
	struct fx_buf b = {0};
	struct fx_sdp out;

	memset(lines, 0, sizeof(lines));
	for (unsigned i = 0; i < in->n; i++) {
		struct fx_sdp_line *l = &lines[i];

		l->kind = in->media[i].kind;
		l->port = 4000;
		if (l->kind == FX_SDP_AUDIO && in->media[i].codecs) {
			l->codecs = in->media[i].codecs;
		} else if (l->kind != FX_SDP_IMAGE || !in->media[i].udptl ||
			   fx_sdp_t38_answer(&in->media[i].t38, &own, &l->t38, NULL)) {
			l->refuse = &in->media[i];
		}
	}
	fx_sdp_write(&b, &o, lines, in->n);
	if (b.err || b.len > FX_SDP_MAX || fx_sdp_parse(b.data, b.len, &out, NULL) ||
	    out.n != in->n) {
		abort(); /* a refused line must not become two, or none */
	}
	for (unsigned i = 0; i < in->n; i++) {
		if (out.media[i].kind != in->media[i].kind || (lines[i].refuse != NULL) !=
		    (out.media[i].port == 0)) {
			abort();
		}
	}
	fx_buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_reason why = {0};
	struct fx_sdp sdp;
	const uint8_t *part;
	size_t n;

	if (size && data[0] == '-' && !fx_sdp_part("multipart/mixed; boundary=b", data, size, &part,
						   &n)) {
		data = part;
		size = n;
	}
	if (!fx_sdp_parse(data, size, &sdp, &why)) {
		(void)fx_sdp_find(&sdp, FX_SDP_AUDIO);
		(void)fx_sdp_find(&sdp, FX_SDP_IMAGE);
		answer(&sdp);
	}
	return 0;
}
