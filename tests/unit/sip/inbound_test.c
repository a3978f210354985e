/* SPDX-License-Identifier: Apache-2.0 */
/* Who may call, strangers and floods, and what called numbers mean. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include "providers/sip/inbound.h"
#include "tests/support/support.h"

static struct sockaddr_storage addr(const char *text)
{
	struct sockaddr_storage ss = {0};
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(4711)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
		memcpy(&ss, &v4, sizeof(v4));
	} else {
		assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
		memcpy(&ss, &v6, sizeof(v6));
	}
	return ss;
}

static const struct {
	const char *net, *addr;
	int has; /* -1 = the net is none */
} nets[] = {
	{"192.0.2.0/24", "192.0.2.255", 1}, {"192.0.2.0/24", "192.0.3.0", 0},
	{"192.0.2.7", "192.0.2.7", 1}, {"192.0.2.7", "192.0.2.6", 0},
	{"192.0.2.128/25", "192.0.2.127", 0}, {"192.0.2.128/25", "192.0.2.129", 1},
	{"0.0.0.0/0", "203.0.113.9", 1}, {"0.0.0.0/0", "2001:db8::1", 0},
	{"192.0.2.0/24", "::ffff:192.0.2.9", 1}, {"2001:db8::/32", "2001:db8:1::9", 1},
	{"2001:db8::/33", "2001:db8:8000::9", 0}, {"::/0", "192.0.2.1", 1},
	{"192.0.2.0/33", "", -1}, {"192.0.2.0/", "", -1}, {"192.0.2.0/-1", "", -1},
	{"192.0.2", "", -1}, {"example.org", "", -1}, {"", "", -1}, {"/8", "", -1},
};

static void networks(void **state)
{
	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(nets); i++) {
		struct fx_reason why = {0};
		struct fx_sip_net net;
		int err = fx_sip_net_parse(nets[i].net, &net, &why);

		assert_int_equal(err < 0, nets[i].has < 0);
		if (err) {
			assert_string_not_equal(why.text, "");
		} else {
			struct sockaddr_storage ss = addr(nets[i].addr);

			assert_int_equal(fx_sip_net_has(&net, &ss), nets[i].has);
		}
	}
}

static struct fx_inbound *begin(struct fx_sip_settings *s, const char *text)
{
	struct fx_reason why = {0};
	struct fx_inbound *in = NULL;

	if (fx_sip_settings_parse(s, text, &why) || fx_inbound_new(s, &in, &why)) {
		fail_msg("%s", why.text);
	}
	return in;
}

static int check(struct fx_inbound *in, const char *from, uint64_t now_ms)
{
	struct sockaddr_storage ss = addr(from);

	return fx_inbound_check(in, &ss, now_ms);
}

static void end(struct fx_inbound *in, struct fx_sip_settings *s)
{
	(void)fx_inbound_free(in);
	fx_sip_settings_fini(s);
}

static void sources(void **state)
{
	struct fx_sip_settings s;
	struct fx_inbound *in = begin(&s, "[trunk a]\nhost=a.example.org\n"
				      "accept_from=198.51.100.0/24, 2001:db8::/64\n"
				      "[trunk b]\nhost=b.example.org\n");
	struct sockaddr_storage now[2] = {addr("192.0.2.1"), addr("2001:db8:1::1")};

	(void)state;
	assert_int_equal(check(in, "192.0.2.1", 1), 1); /* not resolved yet */
	assert_int_equal(check(in, "198.51.100.77", 1), 0);
	assert_int_equal(check(in, "2001:db8::77", 1), 0);
	assert_int_equal(fx_inbound_set_targets(in, 1, now, 2), 0);
	assert_int_equal(check(in, "192.0.2.1", 1), 0);
	assert_int_equal(check(in, "2001:db8:1::1", 1), 0);
	assert_int_equal(check(in, "192.0.2.2", 1), 1);
	assert_int_equal(fx_inbound_set_targets(in, 1, now + 1, 1), 0);
	assert_int_equal(check(in, "192.0.2.1", 1), 1); /* moved away */
	end(in, &s);
}

/* A flood: all counted, of the answers no more than the limit in any second. */
static void flood(void **state)
{
	struct fx_sip_settings s;
	struct fx_inbound *in = begin(&s, "[sip]\nstrangers=403\nstranger_limit=10\n"
				      "[trunk a]\nhost=192.0.2.1\n");
	struct fx_inbound_stats st;
	unsigned answered = 0, in_second[10] = {0};

	(void)state;
	for (uint64_t ms = 5000; ms < 15000; ms++) {
		for (int i = 0; i < 100; i++) {
			int r = check(in, "203.0.113.5", ms);

			assert_true(r == 1 || r == 403);
			answered += r == 403;
			in_second[(ms - 5000) / 1000] += r == 403;
		}
	}
	for (int i = 0; i < 10; i++) {
		assert_true(in_second[i] >= 9 && in_second[i] <= 20);
	}
	assert_true(answered >= 100 && answered <= 110);
	fx_inbound_stats(in, &st);
	assert_int_equal(st.strangers, 1000000);
	assert_int_equal(st.answered, answered);
	assert_int_equal(st.let_in, 0);
	/* a clock that stands or goes back is no reason to answer more */
	assert_int_equal(check(in, "203.0.113.5", 1), 1);
	end(in, &s);
}

static void strangers(void **state)
{
	struct fx_sip_settings s;
	struct fx_inbound *in = begin(&s, "[trunk a]\nhost=192.0.2.1\n");

	(void)state;
	assert_int_equal(check(in, "203.0.113.5", 1), 1);
	end(in, &s);
	in = begin(&s, "[sip]\nstrangers=404\nstranger_limit=1\n[trunk a]\nhost=192.0.2.1\n");
	assert_int_equal(check(in, "203.0.113.5", 1), 404);
	assert_int_equal(check(in, "203.0.113.5", 2), 1);
	assert_int_equal(check(in, "203.0.113.5", 1002), 404);
	end(in, &s);
	in = begin(&s, "[sip]\nstrangers=404\nstranger_limit=0\n[trunk a]\nhost=192.0.2.1\n");
	assert_int_equal(check(in, "203.0.113.5", 1), 1);
	end(in, &s);
}

/* Two trunks at one address: the one with the number. */
static void same_address(void **state)
{
	struct fx_sip_settings s;
	struct fx_inbound *in = begin(&s, "[trunk a]\nhost=h.example.org\nnumbers=100-199\n"
				      "[trunk b]\nhost=h.example.org\nuser=4930555\nnumbers=555\n"
				      "[trunk c]\nhost=h.example.org\n");
	struct sockaddr_storage now = addr("192.0.2.1"), other = addr("192.0.2.2");

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(fx_inbound_set_targets(in, i, &now, 1), 0);
	}
	assert_int_equal(fx_inbound_trunk(in, &now, "150"), 0);
	assert_int_equal(fx_inbound_trunk(in, &now, "4930555"), 1);
	assert_int_equal(fx_inbound_trunk(in, &now, "555"), 1);
	assert_int_equal(fx_inbound_trunk(in, &now, "777"), 2); /* has all numbers */
	assert_true(fx_inbound_trunk(in, &other, "150") == SIZE_MAX);
	end(in, &s);
}

static const struct {
	const char *numbers, *called, *data; /* NULL = not ours */
} dids[] = {
	{"", "+4930123", "+4930123"},
	{"3099=info", "3099", "info"},
	{"3099", "3099", "3099"},
	{"3099", "3098", NULL},
	{"301234*=sales, 3099 = info desk", "30123456", "sales"},
	{"301234*=sales, 3099 = info desk", "3099", "info desk"},
	{"*=rest, 30*=thirty, 3099=one", "4711", "rest"},
	{"*=rest, 30*=thirty, 3099=one", "3012", "thirty"},
	{"*=rest, 30*=thirty, 3099=one", "3099", "one"},
	{"100-199=range, 150=middle", "149", "range"},
	{"100-199=range, 150=middle", "150", "middle"},
	{"100-199", "0150", NULL},
	{"100-199", "1500", NULL},
	{"100-199", "200", NULL},
	{"+4930123=a", "4930123", "a"}, /* trunks leave out the + */
	{"+4930123456=a", "030123456", "a"}, /* or write it as one dials there */
	{"+4930123400-+4930123499=a", "030123456", "a"},
	{"+4930123*=a", "030123456", "a"},
	{"030123456=a", "+4930123456", "a"},
	{"3099=a", "anonymous", NULL},
	{"3099=a", "", NULL},
};

static void did(void **state)
{
	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(dids); i++) {
		fx_auto char *text = fx_asprintf("[trunk a]\nhost=h\ncountry=49\narea=30\n"
						 "numbers=%s\n", dids[i].numbers);
		struct fx_sip_settings s;
		struct fx_reason why = {0};
		char data[FX_ROUTING_SIZE] = "";
		int err;

		if (fx_sip_settings_parse(&s, text, &why)) {
			fail_msg("%s", why.text);
		}
		err = fx_sip_did(&s.trunks[0], dids[i].called, data);
		fx_sip_settings_fini(&s);
		if ((err == 0) != !!dids[i].data ||
		    strcmp(data, dids[i].data ? dids[i].data : "")) {
			fail_msg("%s, called %s: %d \"%s\"", dids[i].numbers, dids[i].called, err,
				 data);
		}
	}
}

static void bad_numbers(void **state)
{
	static const char *const bad[] = {"30x", "=a", "199-100", "10-200", "1*2", "-", "1-", "-1",
					  "sip:1", "1-2*", "1-2-3"};

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(bad); i++) {
		struct fx_reason why = {0};

		if (!fx_sip_numbers_check(bad[i], &why) || !*why.text) {
			fail_msg("\"%s\" is taken", bad[i]);
		}
	}
}

static int sweep(void *arg)
{
	struct fx_sip_settings *s = arg;
	struct fx_inbound *in = NULL;
	int err = fx_inbound_new(s, &in, NULL);

	(void)fx_inbound_free(in);
	return err;
}

static void oom(void **state)
{
	struct fx_sip_settings s;

	(void)state;
	(void)fx_inbound_free(begin(&s, "[trunk a]\nhost=h\naccept_from=192.0.2.1\n"));
	fx_test_oom_sweep(sweep, &s);
	fx_sip_settings_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks), cmocka_unit_test(sources), cmocka_unit_test(flood),
		cmocka_unit_test(strangers), cmocka_unit_test(same_address),
		cmocka_unit_test(did), cmocka_unit_test(bad_numbers), cmocka_unit_test(oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
