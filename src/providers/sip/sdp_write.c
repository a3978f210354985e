/* SPDX-License-Identifier: Apache-2.0 */
/* What we say about media: T.38 attributes agreed on, bodies written (T.38 annex D.2.3). */
#include "providers/sip/sdp.h"

#include <inttypes.h>

#define RATE_UNSAID 14400u

static uint32_t lower(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void fx_sdp_t38_offer(const struct fx_sdp_t38_own *own, struct fx_sdp_t38 *ret)
{
	*ret = (struct fx_sdp_t38){
		.version = own->version,
		.max_bit_rate = own->max_bit_rate,
		.max_datagram = own->max_datagram,
		.ec = own->ec & FX_SDP_EC_REDUNDANCY ? FX_SDP_EC_REDUNDANCY :
		      own->ec & FX_SDP_EC_FEC ? FX_SDP_EC_FEC : FX_SDP_EC_NONE,
	};
}

int fx_sdp_t38_answer(const struct fx_sdp_t38 *offer, const struct fx_sdp_t38_own *own,
		      struct fx_sdp_t38 *ret, struct fx_reason *reterr)
{
	unsigned offered = offer->ec ? offer->ec : FX_SDP_EC_NONE;
	unsigned common = offered & (own->ec | FX_SDP_EC_NONE);

	if (offer->local_tcf) {
		return fx_fail(reterr, FX_ENOSYS,
			       "T.38 with localTCF belongs to TCP; over UDPTL it is refused");
	}
	if (!common) {
		return fx_fail(reterr, FX_ENOSYS,
			       "no common error correction for T.38: they offer %s",
			       offered & FX_SDP_EC_FEC ? "FEC" : "redundancy");
	}
	*ret = (struct fx_sdp_t38){
		.version = lower(offer->version, own->version),
		.max_bit_rate = lower(offer->max_bit_rate ? offer->max_bit_rate : RATE_UNSAID,
				      own->max_bit_rate),
		.colon_form = offer->colon_form,
		.max_datagram = own->max_datagram,
		.ec = !offer->ec ? 0u : common & FX_SDP_EC_REDUNDANCY ? FX_SDP_EC_REDUNDANCY :
		      common & FX_SDP_EC_FEC ? FX_SDP_EC_FEC : FX_SDP_EC_NONE,
	};
	return 0;
}

int fx_sdp_t38_agree(const struct fx_sdp_t38 *offer, const struct fx_sdp_t38 *answer,
		     struct fx_sdp_t38 *ret, struct fx_reason *reterr)
{
	unsigned ec = answer->ec ? answer->ec & offer->ec : offer->ec;

	if (answer->local_tcf) {
		return fx_fail(reterr, FX_ENOSYS, "their answer asks for localTCF over UDPTL");
	}
	if (answer->ec && !ec && !(answer->ec & FX_SDP_EC_NONE)) {
		return fx_fail(reterr, FX_ENOSYS,
			       "their answer has an error correction that was not offered");
	}
	*ret = (struct fx_sdp_t38){
		.version = lower(offer->version, answer->version),
		.max_bit_rate = lower(offer->max_bit_rate, answer->max_bit_rate ?
							     answer->max_bit_rate : RATE_UNSAID),
		.max_datagram = answer->max_datagram,
		.max_ifp = answer->max_ifp,
		.max_buffer = answer->max_buffer,
		.ec = ec ? ec : FX_SDP_EC_NONE,
	};
	return 0;
}

static void write_t38(struct fx_buf *b, const struct fx_sdp_t38 *t)
{
	const char *yes = t->colon_form ? ":1" : "";

	fx_buf_printf(b, "a=T38FaxVersion:%" PRIu32 "\r\n", t->version);
	fx_buf_printf(b, "a=T38MaxBitRate:%" PRIu32 "\r\n",
		      t->max_bit_rate ? t->max_bit_rate : RATE_UNSAID);
	/* False is said by silence: some take any presence for true. */
	if (t->fill_bit_removal) {
		fx_buf_printf(b, "a=T38FaxFillBitRemoval%s\r\n", yes);
	}
	if (t->mmr) {
		fx_buf_printf(b, "a=T38FaxTranscodingMMR%s\r\n", yes);
	}
	if (t->jbig) {
		fx_buf_printf(b, "a=T38FaxTranscodingJBIG%s\r\n", yes);
	}
	fx_buf_printf(b, "a=T38FaxRateManagement:transferredTCF\r\n");
	if (t->max_datagram) {
		fx_buf_printf(b, "a=T38FaxMaxDatagram:%" PRIu32 "\r\n", t->max_datagram);
	}
	if (t->ec) {
		fx_buf_printf(b, "a=T38FaxUdpEC:%s\r\n",
			      t->ec & FX_SDP_EC_REDUNDANCY ? "t38UDPRedundancy" :
			      t->ec & FX_SDP_EC_FEC ? "t38UDPFEC" : "t38UDPNoEC");
	}
	if (t->unpaced) {
		fx_buf_printf(b, "a=X-caselli-unpaced\r\n");
	}
}

static void write_audio(struct fx_buf *b, const struct fx_sdp_line *l)
{
	static const char *const dirs[] = {"sendrecv", "sendonly", "recvonly", "inactive"};
	bool a_first = l->first == FX_SDP_PCMA && l->codecs & FX_SDP_PCMA;

	fx_buf_printf(b, "m=audio %u RTP/AVP", l->port);
	for (int i = 0; i < 2; i++) {
		enum fx_sdp_codec c = (i == 0) == a_first ? FX_SDP_PCMA : FX_SDP_PCMU;

		if (l->codecs & c) {
			fx_buf_printf(b, " %d", c == FX_SDP_PCMA ? 8 : 0);
		}
	}
	if (l->event_type) {
		fx_buf_printf(b, " %u", l->event_type);
	}
	fx_buf_printf(b, "\r\n");
	if (l->codecs & FX_SDP_PCMU) {
		fx_buf_printf(b, "a=rtpmap:0 PCMU/8000\r\n");
	}
	if (l->codecs & FX_SDP_PCMA) {
		fx_buf_printf(b, "a=rtpmap:8 PCMA/8000\r\n");
	}
	if (l->event_type) {
		fx_buf_printf(b, "a=rtpmap:%u telephone-event/8000\r\na=fmtp:%u 0-15\r\n",
			      l->event_type, l->event_type);
	}
	/* Fax does not bear what is cut out between the tones. */
	fx_buf_printf(b, "a=ptime:20\r\na=silenceSupp:off - - - -\r\na=%s\r\n", dirs[l->dir]);
}

void fx_sdp_write(struct fx_buf *b, const struct fx_sdp_origin *o, const struct fx_sdp_line *lines,
		  unsigned n)
{
	const char *type = o->v6 ? "IP6" : "IP4";

	fx_buf_printf(b,
		      "v=0\r\no=- %" PRIu64 " %" PRIu64 " IN %s %s\r\ns=-\r\nc=IN %s %s\r\n"
		      "t=0 0\r\n",
		      o->id, o->version, type, o->host, type, o->host);
	for (unsigned i = 0; i < n; i++) {
		const struct fx_sdp_line *l = &lines[i];

		if (l->refuse) {
			fx_buf_printf(b, "m=%s 0 %s %s\r\n", l->refuse->media, l->refuse->proto,
				      l->refuse->fmt);
		} else if (l->kind == FX_SDP_IMAGE) {
			fx_buf_printf(b, "m=image %u udptl t38\r\n", l->port);
			write_t38(b, &l->t38);
		} else {
			write_audio(b, l);
		}
	}
}
