/* SPDX-License-Identifier: Apache-2.0 */
/* SDP as it is seen in the wild, what is refused, and what we write, octet by octet. */
#include <stdio.h>
#include <string.h>
#include "providers/sip/sdp.h"
#include "tests/support/support.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define PLAIN "m=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"

static const struct fx_sdp_t38_own own = {
	.version = 0, .max_bit_rate = 14400, .max_datagram = 1400,
	.ec = FX_SDP_EC_REDUNDANCY | FX_SDP_EC_FEC};

static struct fx_sdp parse(const char *text)
{
	struct fx_reason why = {0};
	struct fx_sdp s;
	/* A copy without NUL, so that reading past the end is seen. */
	char *p = fx_memdup(text, strlen(text));

	assert_non_null(p);
	if (fx_sdp_parse(p, strlen(text), &s, &why)) {
		fail_msg("%s: %s", text, why.text);
	}
	(void)fx_free(p);
	return s;
}

static void refused(const char *text, int want, const char *words)
{
	struct fx_reason why = {0};
	struct fx_sdp s;

	assert_int_equal(fx_sdp_parse(text, strlen(text), &s, &why), want);
	assert_non_null(strstr(why.text, words));
}

static void audio(void **state)
{
	struct fx_sdp s = parse(HEAD PLAIN "a=ptime:30\r\na=sendrecv");
	const struct fx_sdp_media *m = fx_sdp_find(&s, FX_SDP_AUDIO);

	assert_non_null(m);
	assert_int_equal(m->port, 4000);
	assert_string_equal(m->host, "192.0.2.1");
	assert_int_equal(m->codecs, FX_SDP_PCMU | FX_SDP_PCMA);
	assert_int_equal(m->first, FX_SDP_PCMA);
	assert_int_equal(m->event_type, 101);
	assert_int_equal(m->ptime, 30);
	assert_false(m->hold);
	assert_null(fx_sdp_find(&s, FX_SDP_IMAGE));
}

static void hold(void **state)
{
	static const char *const held[] = {
		HEAD PLAIN "a=inactive\r\n",
		HEAD PLAIN "a=sendonly\r\n",
		HEAD PLAIN "c=IN IP4 0.0.0.0\r\n",
		HEAD "a=inactive\r\n" PLAIN,
	};

	for (size_t i = 0; i < FX_ARRAY_LEN(held); i++) {
		struct fx_sdp s = parse(held[i]);

		assert_true(s.media[0].hold);
	}
	assert_false(parse(HEAD "a=inactive\r\n" PLAIN "a=sendrecv\r\n").media[0].hold);
}

/* Spellings that were seen (sip-t38.md 7). */
static void odd_t38(void **state)
{
	struct fx_sdp s = parse(
		"v=0\no=x 1 1 IN IP4 a\ns=\nm=image 5000/2 UDPTL T38\nc=IN IP4 gw.example/127\n"
		"a=T38FaxVersion:3\na=t38faxmaxrate:9600\na=T38FaxFillBitRemoval:0\n"
		"a=T38FaxTranscodingMMR:1\na=T38FaxTranscodingJBIG\n"
		"a=T38FaxRateManagement: transferedTCF\na=T38MaxDatagram:173\n"
		"a=T38FaxUdpEC: T38udpRedundancy \na=T38FaxUdpEC:t38UDPFEC\na=\na=T38FaxMaxBuffer\n"
		"a=T38FaxMaxIFP:99999999999\na=T38VendorInfo:0 0 0");
	const struct fx_sdp_media *m = fx_sdp_find(&s, FX_SDP_IMAGE);

	assert_non_null(m);
	assert_int_equal(m->port, 5000);
	assert_string_equal(m->host, "gw.example");
	assert_int_equal(m->t38.version, 3);
	assert_int_equal(m->t38.max_bit_rate, 9600);
	assert_false(m->t38.fill_bit_removal);
	assert_true(m->t38.mmr);
	assert_true(m->t38.jbig);
	assert_true(m->t38.colon_form);
	assert_false(m->t38.local_tcf);
	assert_int_equal(m->t38.max_datagram, 173);
	assert_int_equal(m->t38.ec, FX_SDP_EC_REDUNDANCY | FX_SDP_EC_FEC);
	assert_int_equal(m->t38.max_buffer, 0);
	assert_int_equal(m->t38.max_ifp, UINT32_MAX);
}

static void shapes(void **state)
{
	struct fx_sdp s = parse(HEAD "m=audio 0 RTP/AVP 0\r\nm=image 5000 udptl t38\r\n");

	assert_null(fx_sdp_find(&s, FX_SDP_AUDIO));
	assert_non_null(fx_sdp_find(&s, FX_SDP_IMAGE));
	s = parse(HEAD "m=image 5000 udptl t38\r\na=direction:both\r\na=ptime:20\r\n" PLAIN);
	assert_non_null(fx_sdp_find(&s, FX_SDP_AUDIO));
	assert_non_null(fx_sdp_find(&s, FX_SDP_IMAGE));
	s = parse(HEAD "m=image 0 UDPTL T38\r\n"); /* refused */
	assert_null(fx_sdp_find(&s, FX_SDP_IMAGE));
	s = parse(HEAD "m=image 0 udptl 19\r\n");
	assert_null(fx_sdp_find(&s, FX_SDP_IMAGE));
	/* What is not ours: TCP, T.38 over RTP, SRTP, no codec of ours, no address. */
	s = parse(HEAD "m=image 5000 tcp t38\r\nm=audio 4000 RTP/SAVP 0\r\n"
		       "m=audio 4000 RTP/AVP 18\r\nm=audio 4000 RTP/AVP 96\r\n"
		       "a=rtpmap:96 t38/8000\r\nm=video 1 RTP/AVP 34\r\n");
	assert_null(fx_sdp_find(&s, FX_SDP_AUDIO));
	assert_null(fx_sdp_find(&s, FX_SDP_IMAGE));
	assert_int_equal(s.n, 5);
	s = parse("v=0\r\nm=audio 4000 RTP/AVP 0\r\n");
	assert_null(fx_sdp_find(&s, FX_SDP_AUDIO));
	s = parse("v=0\r\nc=IN IP6 2001:db8::1\r\n" PLAIN "a=rtpmap:0 PCMU\r\n");
	assert_true(fx_sdp_find(&s, FX_SDP_AUDIO)->v6);
}

static void what_is_refused(void **state)
{
	char many[4000] = HEAD;

	refused("", FX_EPROTO, "v=0");
	refused("\r\n\r\n", FX_EPROTO, "v=0");
	refused("o=- 1 1 IN IP4 x\r\nv=0\r\n", FX_EPROTO, "line 1");
	refused("v=1\r\n", FX_EPROTO, "v=0");
	refused(HEAD "m=audio 70000 RTP/AVP 0\r\n", FX_EPROTO, "line 6");
	refused(HEAD "m=audio -1 RTP/AVP 0\r\n", FX_EPROTO, "m=");
	refused(HEAD "m=audio\r\n", FX_EPROTO, "m=");
	refused(HEAD "m=audio 4000\r\n", FX_EPROTO, "m=");
	refused("v=0\r\nc=IN IP4\r\n", FX_EPROTO, "c=");
	refused("v=0\r\nc=IN ATM x\r\n", FX_EPROTO, "c=");
	refused("v=0\r\nc=IN IP4 "
		"0123456789012345678901234567890123456789012345678901234567890123456789\r\n",
		FX_EPROTO, "c=");
	for (int i = 0; i < 9; i++) {
		strcat(many, "m=audio 1 RTP/AVP 0\r\n");
	}
	refused(many, FX_ELIMIT, "more than 8");
	{
		struct fx_reason why = {0};
		struct fx_sdp s;
		char *big = fx_zalloc(FX_SDP_MAX + 1);

		assert_int_equal(fx_sdp_parse(big, FX_SDP_MAX + 1, &s, &why), FX_ELIMIT);
		(void)fx_free(big);
	}
}

static void multipart(void **state)
{
	static const char body[] = "preamble\r\n--x-1\r\nContent-Type: text/plain\r\n\r\nv=0\r\n"
				   "--x-1\r\nContent-Length: 9\r\ncontent-type:application/SDP;a=b"
				   "\r\n\r\n" HEAD PLAIN "\r\n--x-1--\r\n";
	const uint8_t *p = NULL;
	struct fx_sdp s;
	size_t n = 0;

	assert_int_equal(fx_sdp_part("multipart/mixed;boundary=\"x-1\"", body, strlen(body), &p,
				     &n), 0);
	assert_int_equal(fx_sdp_parse(p, n, &s, NULL), 0);
	assert_non_null(fx_sdp_find(&s, FX_SDP_AUDIO));
	assert_int_equal(fx_sdp_part("Multipart/Mixed; charset=x; boundary=x-1", body,
				     strlen(body), &p, &n), 0);
	assert_int_equal(fx_sdp_part("multipart/mixed; boundary=y", body, strlen(body), &p, &n),
			 FX_ENOENT);
	assert_int_equal(fx_sdp_part("multipart/mixed", body, strlen(body), &p, &n), FX_ENOENT);
	assert_int_equal(fx_sdp_part("text/plain", body, strlen(body), &p, &n), FX_ENOENT);
	assert_int_equal(fx_sdp_part(" application/SDP ;x=y", body, 5, &p, &n), 0);
	assert_int_equal(n, 5);
}

static void t38_answer(void **state)
{
	static const struct {
		struct fx_sdp_t38 offer;
		int err;
		struct fx_sdp_t38 want;
	} cases[] = {
		/* absent: version 0, 14400, no error correction asked for: none answered */
		{{0}, 0, {.max_bit_rate = 14400, .max_datagram = 1400}},
		{{.version = 3, .max_bit_rate = 9600, .mmr = true, .fill_bit_removal = true,
		  .colon_form = true, .max_datagram = 72,
		  .ec = FX_SDP_EC_FEC | FX_SDP_EC_REDUNDANCY}, 0,
		 {.max_bit_rate = 9600, .colon_form = true, .max_datagram = 1400,
		  .ec = FX_SDP_EC_REDUNDANCY}},
		{{.ec = FX_SDP_EC_FEC}, 0,
		 {.max_bit_rate = 14400, .max_datagram = 1400, .ec = FX_SDP_EC_FEC}},
		{{.ec = FX_SDP_EC_NONE, .max_bit_rate = 33600}, 0,
		 {.max_bit_rate = 14400, .max_datagram = 1400, .ec = FX_SDP_EC_NONE}},
		{{.local_tcf = true}, FX_ENOSYS, {0}},
	};
	struct fx_reason why = {0};

	for (size_t i = 0; i < FX_ARRAY_LEN(cases); i++) {
		struct fx_sdp_t38 t = {0};

		assert_int_equal(fx_sdp_t38_answer(&cases[i].offer, &own, &t, &why), cases[i].err);
		assert_int_equal(t.version, cases[i].want.version);
		assert_int_equal(t.max_bit_rate, cases[i].want.max_bit_rate);
		assert_int_equal(t.max_datagram, cases[i].want.max_datagram);
		assert_int_equal(t.ec, cases[i].want.ec);
		assert_int_equal(t.colon_form, cases[i].want.colon_form);
		assert_false(t.mmr || t.jbig || t.fill_bit_removal);
	}
}

static void t38_agree(void **state)
{
	struct fx_sdp_t38 offer, t, bare = {0};
	struct fx_reason why = {0};

	fx_sdp_t38_offer(&own, &offer);
	assert_int_equal(offer.ec, FX_SDP_EC_REDUNDANCY);
	assert_int_equal(fx_sdp_t38_agree(&offer, &bare, &t, &why), 0);
	assert_int_equal(t.max_bit_rate, 14400);
	assert_int_equal(t.ec, FX_SDP_EC_REDUNDANCY);
	assert_int_equal(t.max_datagram, 0);
	bare.ec = FX_SDP_EC_NONE;
	bare.max_bit_rate = 7200;
	assert_int_equal(fx_sdp_t38_agree(&offer, &bare, &t, &why), 0);
	assert_int_equal(t.ec, FX_SDP_EC_NONE);
	assert_int_equal(t.max_bit_rate, 7200);
	bare.ec = FX_SDP_EC_FEC;
	assert_int_equal(fx_sdp_t38_agree(&offer, &bare, &t, &why), FX_ENOSYS);
	bare = (struct fx_sdp_t38){.local_tcf = true};
	assert_int_equal(fx_sdp_t38_agree(&offer, &bare, &t, &why), FX_ENOSYS);
}

static void written(void **state)
{
	static const char want[] =
		"v=0\r\no=- 7 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
		"m=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
		"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
		"a=ptime:20\r\na=silenceSupp:off - - - -\r\na=sendrecv\r\n"
		"m=image 4000 udptl t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\n"
		"a=T38FaxRateManagement:transferredTCF\r\na=T38FaxMaxDatagram:1400\r\n"
		"a=T38FaxUdpEC:t38UDPRedundancy\r\n"
		"m=video 0 RTP/AVP 34 96\r\n";
	struct fx_sdp in = parse(HEAD "m=video 99 RTP/AVP 34 96\r\n"), back;
	struct fx_sdp_line l[3] = {
		{.kind = FX_SDP_AUDIO, .port = 4000, .codecs = 3, .first = FX_SDP_PCMA,
		 .event_type = 101},
		{.kind = FX_SDP_IMAGE, .port = 4000},
		{.kind = FX_SDP_OTHER, .refuse = &in.media[0]},
	};
	struct fx_sdp_origin o = {.id = 7, .version = 2, .host = "192.0.2.9"};
	struct fx_buf b = {0};

	fx_sdp_t38_offer(&own, &l[1].t38);
	fx_sdp_write(&b, &o, l, 3);
	assert_int_equal(b.err, 0);
	assert_int_equal(b.len, strlen(want));
	assert_memory_equal(b.data, want, b.len);
	assert_int_equal(fx_sdp_parse(b.data, b.len, &back, NULL), 0);
	assert_int_equal(back.n, 3);
	assert_false(back.media[1].t38.unpaced);
	fx_buf_reset(&b);
	l[1].t38.unpaced = true;
	fx_sdp_write(&b, &o, l, 3);
	assert_int_equal(fx_sdp_parse(b.data, b.len, &back, NULL), 0);
	assert_true(back.media[1].t38.unpaced);
	fx_buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(audio),      cmocka_unit_test(hold),
		cmocka_unit_test(odd_t38),    cmocka_unit_test(shapes),
		cmocka_unit_test(what_is_refused), cmocka_unit_test(multipart),
		cmocka_unit_test(t38_answer), cmocka_unit_test(t38_agree),
		cmocka_unit_test(written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
