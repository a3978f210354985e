/* SPDX-License-Identifier: Apache-2.0 */
/* A provider against a far end that speaks SIP as a script says and no media at all: each shape
 * of offer and answer of sip-t38 flows, and what of it is spoken afterwards. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "providers/sip/leg.h"
#include "tests/sip/pair.h"

#define HEAD "v=0\r\no=x 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
#define AUDIO "m=audio 4000 RTP/AVP 8\r\n"
#define IMAGE "m=image 4002 udptl t38\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n"
#define NO_IMAGE "m=image 0 udptl t38\r\n"
#define KEEP "keepalive_s = 0\n"

#define MUST(x) ((x) ? (void)0 : fx_assert_failed(#x, __FILE__, __LINE__))

/* What it does with offers, and all it saw. Written on its thread, read under the lock. */
struct far {
	struct pair *p;
	struct fx_ua *ua;
	struct fx_ua_way *way;
	struct fx_leg *leg;
	pthread_mutex_t lock;
	const char *invite;   /* SDP of its own call or offer */
	const char *answer;   /* to our INVITE */
	int status;           /* to our re-INVITEs; 0 = accept with `reply` */
	const char *reply;
	const char *next_reply; /* to the one after */
	const char *counter;  /* offered by it right after a refusal; NULL = nothing */
	unsigned answers, offers, done, ends;
	int done_status;
	char sdp[2000];       /* the last of ours */
	struct fx_leg_end end;
};

static void keep(struct far *f, const uint8_t *sdp, size_t n)
{
	n = n < sizeof(f->sdp) - 1 ? n : sizeof(f->sdp) - 1;
	if (n) {
		memcpy(f->sdp, sdp, n);
	}
	f->sdp[n] = 0;
}

static void on_progress(void *arg, int status, const uint8_t *sdp, size_t n)
{
	(void)arg;
	(void)status;
	(void)sdp;
	(void)n;
}

static void on_answer(void *arg, const uint8_t *sdp, size_t n)
{
	struct far *f = arg;

	(void)pthread_mutex_lock(&f->lock);
	f->answers++;
	keep(f, sdp, n);
	(void)pthread_mutex_unlock(&f->lock);
}

static void on_offer(void *arg, const uint8_t *sdp, size_t n, bool refresh)
{
	struct far *f = arg;

	(void)refresh;
	(void)pthread_mutex_lock(&f->lock);
	f->offers++;
	keep(f, sdp, n);
	if (f->status || !f->reply) {
		fx_leg_refuse(f->leg, f->status ? f->status : 488);
		f->status = f->status == 491 ? 0 : f->status; /* glare is over then */
		if (f->counter) {
			MUST(!fx_leg_offer(f->leg, (const uint8_t *)f->counter,
					   strlen(f->counter)));
		}
	} else {
		MUST(!fx_leg_accept(f->leg, (const uint8_t *)f->reply, strlen(f->reply)));
	}
	f->reply = f->next_reply ? f->next_reply : f->reply;
	(void)pthread_mutex_unlock(&f->lock);
}

static void on_offer_done(void *arg, int status, const uint8_t *sdp, size_t n)
{
	struct far *f = arg;

	(void)pthread_mutex_lock(&f->lock);
	f->done++;
	f->done_status = status;
	keep(f, sdp, n);
	(void)pthread_mutex_unlock(&f->lock);
}

static void on_end(void *arg, const struct fx_leg_end *end)
{
	struct far *f = arg;

	(void)pthread_mutex_lock(&f->lock);
	f->leg = fx_leg_free(f->leg);
	f->end = *end;
	f->ends++;
	(void)pthread_mutex_unlock(&f->lock);
}

static const struct fx_leg_events leg_events = {on_progress, on_answer, on_offer, NULL,
						on_offer_done, NULL, on_end};

static int on_stranger(void *arg, const struct fx_ua_in *in)
{
	(void)arg;
	(void)in;
	return 0;
}

static int on_call(void *arg, struct fx_leg *leg, const struct fx_ua_in *in, const uint8_t *sdp,
		   size_t n)
{
	struct far *f = arg;

	(void)in;
	(void)pthread_mutex_lock(&f->lock);
	f->leg = leg;
	keep(f, sdp, n);
	(void)pthread_mutex_unlock(&f->lock);
	fx_leg_take(leg, &leg_events, f);
	MUST(!fx_leg_answer(leg, (const uint8_t *)f->answer, strlen(f->answer)));
	return 0;
}

static void on_message(void *arg, bool out, const struct sockaddr_storage *peer, const char *text,
		       size_t n)
{
	(void)arg;
	(void)out;
	(void)peer;
	(void)text;
	(void)n;
}

static const struct fx_ua_events ua_events = {on_stranger, on_call, on_message};

/* ---- its own acts, on its thread ---- */

static void open_way(void *arg)
{
	struct far *f = arg;
	struct fx_ua_way_prm prm = {.host = "127.0.0.1", .identity_user = "+49302"};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)f->p->a.port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_storage a = {0};

	memcpy(&a, &to, sizeof(to));
	MUST(!fx_ua_way_new(f->ua, &prm, &f->way, NULL));
	fx_ua_way_target(f->way, &a);
}

static void place_call(void *arg)
{
	struct far *f = arg;
	struct fx_leg_prm prm = {.user = "+49301", .sdp = (const uint8_t *)f->invite,
				 .n = strlen(f->invite), .events = &leg_events, .arg = f};

	MUST(!fx_leg_call(f->way, &prm, &f->leg, NULL));
}

static void make_offer(void *arg)
{
	struct far *f = arg;

	MUST(!fx_leg_offer(f->leg, (const uint8_t *)f->invite, strlen(f->invite)));
}

static void hang_up(void *arg)
{
	struct far *f = arg;

	if (f->leg) {
		fx_leg_hangup(f->leg, 16, NULL);
	}
}

static void close_way(void *arg)
{
	struct far *f = arg;

	f->leg = fx_leg_free(f->leg);
	f->way = fx_ua_way_free(f->way);
	(void)pthread_mutex_lock(&f->lock);
	f->ends = 99;
	(void)pthread_mutex_unlock(&f->lock);
}

/* ---- */

static void far_open(struct far *f, const char *settings)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct fx_ua_listen l = {.transport = FX_SIP_UDP};
	struct fx_ua_prm prm = {.listen = &l, .n_listen = 1, .user_agent = "far",
				.events = &ua_events, .dns = "127.0.0.1:9", .arg = f};
	fx_auto char *set = fx_asprintf(KEEP "%s", settings);

	memset(f, 0, sizeof(*f));
	(void)pthread_mutex_init(&f->lock, NULL);
	f->p = pair_half(set);
	fx_sip_tuning.t38_silence_ms = 6000; /* for the next one */
	at.sin_port = htons((uint16_t)f->p->b.port);
	memcpy(&l.addr, &at, sizeof(at));
	assert_int_equal(fx_ua_new(&prm, &f->ua, NULL), 0);
	fx_ua_post(f->ua, open_way, f);
}

static struct far *watched;
static unsigned wanted;
static const unsigned *counter;
static bool reached(void *arg)
{
	bool yes;

	(void)arg;
	(void)pthread_mutex_lock(&watched->lock);
	yes = *counter >= wanted;
	(void)pthread_mutex_unlock(&watched->lock);
	return yes;
}

static void reach(struct far *f, const unsigned *what, unsigned n)
{
	watched = f;
	counter = what;
	wanted = n;
	if (!pair_until(f->p, reached, NULL)) {
		for (unsigned i = 0; i < f->p->a.n_calls; i++) {
			pair_show(&f->p->a.calls[i]);
		}
		fail_msg("the far end saw %u of %u; last SDP:\n%s", *what, n, f->sdp);
	}
}

static void far_close(struct far *f)
{
	pair_close(&f->p->a);
	fx_ua_post(f->ua, close_way, f);
	reach(f, &f->ends, 99);
	f->ua = fx_ua_free(f->ua);
	(void)pthread_mutex_destroy(&f->lock);
	(void)pair_free(f->p);
}

static void saw(struct far *f, const char *text)
{
	(void)pthread_mutex_lock(&f->lock);
	if (!strstr(f->sdp, text)) {
		fail_msg("\"%s\" is not in\n%s", text, f->sdp);
	}
	(void)pthread_mutex_unlock(&f->lock);
}

static void offers(struct far *f, const char *sdp, int status)
{
	unsigned before = f->done;

	f->invite = sdp;
	fx_ua_post(f->ua, make_offer, f);
	reach(f, &f->done, before + 1);
	assert_int_equal(f->done_status, status);
}

static void calls(struct far *f, const char *sdp)
{
	f->invite = sdp;
	fx_ua_post(f->ua, place_call, f);
	reach(f, &f->answers, 1);
}

static const struct pair_call *log_line;
static const char *log_text;
static bool is_logged(void *arg)
{
	(void)arg;
	return pair_logged(log_line, log_text);
}

static void until_logged(struct far *f, const char *text)
{
	log_line = &f->p->a.calls[0];
	log_text = text;
	if (!pair_until(f->p, is_logged, NULL)) {
		pair_show(log_line);
		fail_msg("\"%s\" never came", text);
	}
}

static void ends(struct far *f)
{
	fx_ua_post(f->ua, hang_up, f);
	pair_wait(f->p, 1);
	if (!pair_logged(&f->p->a.calls[0], "ended by the far end")) {
		pair_show(&f->p->a.calls[0]);
		fail_msg("not ended by the far end");
	}
}

/* Two lines at once: audio now, T.38 later on its own line; a refresh touches nothing. */
static void audio_and_image(void **state)
{
	struct far f;
	char before[2000];

	(void)state;
	far_open(&f, "policy = g711-first\n");
	calls(&f, HEAD AUDIO IMAGE);
	saw(&f, "m=audio 2");
	saw(&f, "RTP/AVP 8\r\n");
	saw(&f, "m=image 0 udptl t38\r\n");
	offers(&f, HEAD "m=audio 0 RTP/AVP 8\r\n" IMAGE, 200);
	saw(&f, "m=audio 0 RTP/AVP 8\r\n");
	saw(&f, "m=image 2");
	saw(&f, "T38FaxUdpEC:t38UDPRedundancy");
	until_logged(&f, "switching to T.38");
	(void)snprintf(before, sizeof(before), "%s", f.sdp);
	offers(&f, HEAD "m=audio 0 RTP/AVP 8\r\n" IMAGE, 200);
	assert_string_equal(f.sdp, before); /* o= and all */
	ends(&f);
	far_close(&f);
}

static void image_at_once(void **state)
{
	struct far f;

	(void)state;
	far_open(&f, "image_at_once = yes\n");
	calls(&f, HEAD AUDIO IMAGE);
	saw(&f, "m=audio 0 RTP/AVP 8\r\n");
	saw(&f, "m=image 2");
	ends(&f);
	far_close(&f);
}

/* Hold, another port, another codec, back again: T.30 in audio goes on. */
static void audio_changes(void **state)
{
	struct far f;

	(void)state;
	far_open(&f, "policy = g711\n");
	calls(&f, HEAD AUDIO);
	offers(&f, HEAD AUDIO "a=inactive\r\n", 200);
	saw(&f, "a=inactive");
	offers(&f, HEAD "m=audio 4010 RTP/AVP 8\r\n", 200);
	saw(&f, "a=sendrecv");
	offers(&f, HEAD "m=audio 4010 RTP/AVP 0\r\n", 200);
	saw(&f, "RTP/AVP 0\r\n");
	/* T.38 is refused here, and the audio offer that follows gets a whole answer */
	offers(&f, HEAD IMAGE, 488);
	until_logged(&f, "> 488: T.38 is not allowed");
	offers(&f, HEAD "m=audio 4010 RTP/AVP 8 0\r\n", 200);
	saw(&f, "m=audio 2");
	/* nothing of ours in it, and nonsense */
	offers(&f, HEAD "m=audio 4010 RTP/AVP 96\r\n", 488);
	offers(&f, "v=1\r\n", 488);
	ends(&f);
	far_close(&f);
}

/* Our offer is refused in each way, and the audio goes on. */
static void our_offer_is_refused(void **state)
{
	static const int statuses[] = {488, 415, 606, 501};

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(statuses); i++) {
		struct far f;

		far_open(&f, "");
		f.status = statuses[i];
		calls(&f, HEAD AUDIO);
		reach(&f, &f.offers, 1);
		saw(&f, "m=image 2");
		until_logged(&f, "T.38 refused");
		assert_int_equal(f.ends, 0);
		offers(&f, HEAD "m=audio 4012 RTP/AVP 8\r\n", 200);
		ends(&f);
		far_close(&f);
	}
}

/* Glare: both asked. Ours comes again after its wait; when theirs comes first, it counts. */
static void glare(void **state)
{
	(void)state;
	for (int theirs = 0; theirs < 2; theirs++) {
		struct far f;

		far_open(&f, "");
		f.status = 491;
		f.reply = HEAD IMAGE;
		f.counter = theirs ? HEAD IMAGE : NULL;
		calls(&f, HEAD AUDIO);
		reach(&f, &f.offers, 1);
		if (theirs) {
			reach(&f, &f.done, 1);
			assert_int_equal(f.done_status, 200);
			saw(&f, "m=image 2");
			until_logged(&f, "both asked at once");
		} else {
			reach(&f, &f.offers, 2);
			saw(&f, "m=image 2");
			until_logged(&f, "< T.38 accepted");
		}
		until_logged(&f, "T.30 receives over T.38");
		ends(&f);
		assert_int_equal(f.p->a.calls[0].res.transport, FX_TRANSPORT_T38);
		far_close(&f);
	}
}

/* 200 whose only line has port 0: no medium is left, so audio at once. */
static void port_0_in_the_answer(void **state)
{
	struct far f;

	(void)state;
	far_open(&f, "");
	f.reply = HEAD NO_IMAGE;
	f.next_reply = HEAD AUDIO;
	calls(&f, HEAD AUDIO);
	reach(&f, &f.offers, 2);
	saw(&f, "m=audio 2");
	until_logged(&f, "back to audio");
	assert_int_equal(f.ends, 0);
	ends(&f);
	far_close(&f);
}

/* T.38 is agreed on and nothing comes: back to audio, once. */
static void no_udptl(void **state)
{
	struct far f;

	(void)state;
	fx_sip_tuning.t38_silence_ms = 400;
	far_open(&f, "");
	f.reply = HEAD IMAGE;
	f.next_reply = HEAD AUDIO;
	calls(&f, HEAD AUDIO);
	reach(&f, &f.offers, 2);
	saw(&f, "m=audio 2");
	until_logged(&f, "no T.38 came within");
	offers(&f, HEAD IMAGE, 488); /* not again */
	ends(&f);
	assert_int_not_equal(f.p->a.calls[0].res.outcome, FX_OUTCOME_SUCCESS);
	far_close(&f);
}

/* Answered, and no fax is heard: a person, or nobody; the port is free again. */
static void a_person(void **state)
{
	struct far f;

	(void)state;
	fx_sip_tuning.person_ms = 300;
	far_open(&f, "policy = g711\n");
	fx_sip_tuning.person_ms = 40000; /* for the next one */
	calls(&f, HEAD AUDIO);
	pair_wait(f.p, 1);
	assert_int_equal(f.p->a.calls[0].res.outcome, FX_OUTCOME_NOT_FAX);
	assert_non_null(strstr(f.p->a.calls[0].res.words, "a person"));
	reach(&f, &f.ends, 1);
	far_close(&f);
}

/* Nothing to go back to: a clear end. */
static void no_udptl_and_t38_only(void **state)
{
	struct far f;

	(void)state;
	fx_sip_tuning.t38_silence_ms = 400;
	far_open(&f, "policy = t38\n");
	calls(&f, HEAD IMAGE);
	pair_wait(f.p, 1);
	assert_int_equal(f.p->a.calls[0].res.outcome, FX_OUTCOME_TIMEOUT);
	assert_non_null(strstr(f.p->a.calls[0].res.words, "nothing came"));
	reach(&f, &f.ends, 1);
	far_close(&f);
}

/* We call: the answer is bare, as Cisco's is; defaults hold. */
static void bare_answer(void **state)
{
	struct pair_call *out;
	struct far f;

	(void)state;
	fx_sip_tuning.t38_silence_ms = 400;
	far_open(&f, "policy = t38\n");
	f.answer = HEAD "m=image 4002 UDPTL T38";
	assert_int_equal(pair_dial(&f.p->a, "far/1", "+49302", 1, &out), 0);
	until_logged(&f, "T.38 version 0, up to 14400 bit/s");
	saw(&f, "m=image 2");
	until_logged(&f, "nothing came from the far end");
	pair_wait(f.p, 1);
	far_close(&f);
}

static void answers_that_help_nobody(void **state)
{
	static const char *const answers[] = {"v=0\r\n", HEAD "m=audio 0 RTP/AVP 8\r\n",
					      HEAD "m=video 99 RTP/AVP 8\r\n",
					      "v=0\r\nc=IN IP4 nowhere\r\nm=audio 9 RTP/AVP 8\r\n"};

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(answers); i++) {
		struct pair_call *out;
		struct far f;

		far_open(&f, "");
		f.answer = answers[i];
		assert_int_equal(pair_dial(&f.p->a, "far/1", "+49302", 1, &out), 0);
		pair_wait(f.p, 1);
		assert_int_equal(out->res.outcome, FX_OUTCOME_INCOMPATIBLE);
		assert_true(out->res.answered_us >= 0);
		reach(&f, &f.ends, 1);
		far_close(&f);
	}
}

/* One message of the other side, by hand: what leg.h never sends. */
static void by_hand(int fd, const struct far *f, const char *method, const char *tag,
		    const char *body)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)f->p->a.port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in own = {0};
	socklen_t len = sizeof(own);
	char text[1500];
	int n;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &len), 0);
	n = snprintf(text, sizeof(text),
		     "%s sip:+49301@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%u;branch="
		     "z9hG4bK-%s\r\nMax-Forwards: 70\r\nFrom: <sip:+49302@127.0.0.1>;tag=x\r\n"
		     "To: <sip:+49301@127.0.0.1>%s%s\r\nCall-ID: by-hand\r\nCSeq: %d %s\r\n"
		     "Contact: <sip:x@127.0.0.1:%u>\r\n%sContent-Length: %zu\r\n\r\n%s",
		     method, ntohs(own.sin_port), method, *tag ? ";tag=" : "", tag,
		     strcmp(method, "BYE") ? 1 : 2, method, ntohs(own.sin_port),
		     *body ? "Content-Type: application/sdp\r\n" : "", strlen(body), body);
	assert_int_equal(sendto(fd, text, (size_t)n, 0, (struct sockaddr *)&to, sizeof(to)), n);
}

static int hand;
static char heard[4000];
static bool is_ok(void *arg)
{
	ssize_t n = recv(hand, heard, sizeof(heard) - 1, MSG_DONTWAIT);

	(void)arg;
	heard[n > 0 ? n : 0] = 0;
	return !strncmp(heard, "SIP/2.0 200", 11);
}

/* An INVITE without SDP: the offer is in our 200, their answer in the ACK. */
static void no_offer_at_all(void **state)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char tag[100] = "", *s;
	struct far f;

	(void)state;
	far_open(&f, "policy = g711\n");
	hand = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(hand, (struct sockaddr *)&at, sizeof(at)), 0);
	by_hand(hand, &f, "INVITE", "", "");
	assert_true(pair_until(f.p, is_ok, NULL));
	assert_non_null(strstr(heard, "m=audio 2"));
	assert_non_null(strstr(heard, "RTP/AVP 8 0 101"));
	s = strstr(heard, "\r\nTo:");
	s = s ? strstr(s, "tag=") : NULL;
	assert_non_null(s);
	(void)snprintf(tag, sizeof(tag), "%.*s", (int)strcspn(s + 4, "\r\n;"), s + 4);
	by_hand(hand, &f, "ACK", tag, HEAD "m=audio 4000 RTP/AVP 0\r\n");
	until_logged(&f, "T.30 receives over audio");
	by_hand(hand, &f, "BYE", tag, "");
	assert_true(pair_until(f.p, is_ok, NULL));
	pair_wait(f.p, 1);
	assert_true(f.p->a.calls[0].res.answered_us >= 0);
	(void)close(hand);
	far_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(audio_and_image),
		cmocka_unit_test(image_at_once),
		cmocka_unit_test(audio_changes),
		cmocka_unit_test(our_offer_is_refused),
		cmocka_unit_test(glare),
		cmocka_unit_test(port_0_in_the_answer),
		cmocka_unit_test(a_person),
		cmocka_unit_test(no_udptl),
		cmocka_unit_test(no_udptl_and_t38_only),
		cmocka_unit_test(bare_answer),
		cmocka_unit_test(answers_that_help_nobody),
		cmocka_unit_test(no_offer_at_all),
	};

	fx_sip_tuning.ring_ms = 200;
	fx_sip_tuning.ced_ms = 200;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
