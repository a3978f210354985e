/* SPDX-License-Identifier: Apache-2.0 */
/* [sip] and [trunk NAME]: what is taken, and what is told when it is not. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/str.h"
#include "providers/sip/settings.h"
#include "tests/support/support.h"

static const char whole[] =
	"[sip]\nlisten = udp:127.0.0.1:5070, tcp:[::1]:5071\nlisten = tls:0.0.0.0\n"
	"cert = /etc/caselli/tls.pem\nmedia_port_min = 20000\nmedia_port_max=20099\n"
	"dns = 192.0.2.53, [2001:db8::53]:5353\nstrangers = 404\n"
	"; a comment\n# another\n\n"
	"[trunk berlin]\nhost = sip.example.org\ntransport = tls\nregister = yes\nuser = 4930100\n"
	"password = se cret=;#x\nports = 30\npolicy = g711-first\necm = no\ncodec = pcmu\n"
	"numbers = 100-199=a\nnumbers = 200=b, 300*\nto +49* = t38 max_rate=9600\n"
	"[trunk gw.2]\nhost = 192.0.2.7\nport = 5080\n"
	"[trunk berlin]\naccept_from = 192.0.2.0/24\n";

static void all(void **state)
{
	struct fx_sip_settings s;
	struct fx_reason why = {0};
	struct fx_ua_listen l[8];
	struct sockaddr_in6 v6;
	const struct fx_sip_trunk *t;
	uint32_t n;
	char line[32];

	(void)state;
	if (fx_sip_settings_parse(&s, whole, &why)) {
		fail_msg("%s", why.text);
	}
	assert_int_equal(s.n_trunks, 2);
	assert_int_equal(s.strangers, FX_SIP_404);
	assert_int_equal(s.stranger_limit, 10); /* a default */
	t = &s.trunks[0];
	assert_string_equal(t->name, "berlin");
	assert_int_equal(t->transport, FX_SIP_TLS);
	assert_int_equal(t->do_register, 1);
	assert_string_equal(t->password, "se cret=;#x");
	assert_int_equal(t->media.policy, FX_SIP_G711_FIRST);
	assert_int_equal(t->media.ecm, 0);
	assert_int_equal(t->codec, 1);
	assert_string_equal(t->numbers, "100-199=a, 200=b, 300*");
	assert_string_equal(t->accept_from, "192.0.2.0/24");
	assert_int_equal(t->n_routes, 1);
	assert_int_equal(t->routes[0].ecm, 0); /* as the trunk */
	assert_int_equal(s.trunks[1].port, 5080);
	assert_int_equal(s.trunks[1].codec, 2);
	assert_int_equal(fx_sip_settings_listen(&s, l, FX_ARRAY_LEN(l)), 3);
	assert_int_equal(l[0].transport, FX_SIP_UDP);
	assert_null(l[0].cert_file == NULL ? NULL : strstr(l[0].cert_file, "x"));
	memcpy(&v6, &l[1].addr, sizeof(v6));
	assert_int_equal(v6.sin6_family, AF_INET6);
	assert_int_equal(ntohs(v6.sin6_port), 5071);
	assert_int_equal(l[2].transport, FX_SIP_TLS);
	fx_sip_line_name(t, 30, line);
	assert_string_equal(line, "berlin/30");
	assert_ptr_equal(fx_sip_trunk_of_line(&s, line, &n), t);
	assert_int_equal(n, 30);
	assert_null(fx_sip_trunk_of_line(&s, "berlin/31", NULL));
	assert_null(fx_sip_trunk_of_line(&s, "berlin/0", NULL));
	assert_null(fx_sip_trunk_of_line(&s, "berlin", NULL));
	assert_null(fx_sip_trunk_of_line(&s, "berli/1", NULL));
	fx_sip_settings_fini(&s);
}

static const struct {
	const char *text, *section, *words;
} bad[] = {
	{"listen = x\n", "[?]", "before [sip]"},
	{"[sip]\nlisten = udp:example.org:5060\n", "[sip]", "udp:0.0.0.0:5060"},
	{"[sip]\nlisten = tls:0.0.0.0:5061\n", "[sip]", "cert"},
	{"[sip]\nhost = x\n", "[sip]", "no setting \"host\""},
	{"[sip]\nworkers = many\n", "[sip]", "workers is \"many\", but must be a number from 0"},
	{"[sip]\nworkers = 65\n", "[sip]", "to 64"},
	{"[sip]\nmedia_port_min = 2000\nmedia_port_max = 1999\n", "[sip]", "wider"},
	{"[sip]\nmedia_port_min=2000\nmedia_port_max=2009\n[trunk a]\nhost=h\nports=11\n", "[sip]",
	 "are 10 UDP ports, but the trunks have 11"},
	{"[sip]\ndns = dns.example.org\n", "[sip]", "192.0.2.53"},
	{"[sip]\nmedia_address = fax.example.org\n", "[sip]", "not a name"},
	{"[sip]\ncert = tls.pem\n", "[sip]", "full path"},
	{"[sip]\nstrangers = 500\n", "[sip]", "drop|403|404"},
	{"[trunk a]\nport = 5060\n", "[trunk a]", "host is missing"},
	{"[trunk a]\nhost = sip:example.org\n", "[trunk a]", "without port and without sip:"},
	{"[trunk a]\nhost = h\nregister = yes\n", "[trunk a]", "needs user"},
	{"[trunk a]\nhost = h\nregister = maybe\n", "[trunk a]", "yes or no"},
	{"[trunk a]\nhost=h\npassword=x\npassword_file=/x\n", "[trunk a]", "keep one"},
	{"[sip]\nlisten=udp:0.0.0.0\n[trunk a]\nhost=h\ntransport=tcp\n", "[trunk a]",
	 "add tcp:0.0.0.0:5060"},
	{"[trunk a]\nhost = h\ntransport = sctp\n", "[trunk a]", "udp|tcp|tls"},
	{"[trunk a]\nhost = h\nmin_rate = 9600\nmax_rate = 4800\n", "[trunk a]", "above max_rate"},
	{"[trunk a]\nhost = h\nto +49* = fast\n", "[trunk a]", "\"fast\" is none of"},
	{"[trunk a]\nhost = h\nto +49* = max_rate=x\n", "[trunk a]", "max_rate=x"},
	{"[trunk a]\nhost = h\nto x = t38\n", "[trunk a]", "needs a number"},
	{"[trunk a]\nhost = h\nto +49* = min_rate=9600 max_rate=4800\n", "[trunk a]", "to +49*"},
	{"[trunk a]\nhost = h\nnumbers = 100, x=y\n", "[trunk a]", "numbers has \"x=y\""},
	{"[trunk a]\nhost = h\naccept_from = example.org\n", "[trunk a]", "192.0.2.0/24"},
	{"[trunk a]\nhost = h\nuser = a b\n", "[trunk a]", "blanks"},
	{"[trunk a]\nhost = h\ncountry = +49\n", "[trunk a]", "must be digits"},
	{"[trunk a]\nhost = h\nproxy = a:b\n", "[trunk a]", ":port"},
	{"[trunk a]\nhost = h\nports = 0\n", "[trunk a]", "from 1 to 500"},
	{"[trunk a b]\nhost = h\n", "[trunk a b]", "letters, digits"},
	{"[trunk abcdefghijklmnopqrstuvwxyz]\nhost = h\n", "[trunk", "1 to 24"},
	{"[trunk ]\n", "[trunk]", "[trunk NAME]"},
	{"[trunks]\n", "[trunks]", "[trunk NAME]"},
	{"[trunk a\n", "[?]", "no [section]"},
	{"[trunk a]\nhost\n", "[trunk a]", "key = value"},
};

static void errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(bad); i++) {
		struct fx_sip_settings s;
		struct fx_reason why = {0};

		assert_int_equal(fx_sip_settings_parse(&s, bad[i].text, &why), FX_EINVAL);
		fx_sip_settings_fini(&s);
		if (strncmp(why.text, bad[i].section, strlen(bad[i].section)) != 0 ||
		    !strstr(why.text, bad[i].words)) {
			fail_msg("%s: %s", bad[i].text, why.text);
		}
	}
}

/* Nothing is cut: a value that does not fit is told. */
static void too_long(void **state)
{
	char text[3000];
	struct fx_sip_settings s;
	struct fx_reason why = {0};
	size_t n = (size_t)snprintf(text, sizeof(text), "[trunk a]\nhost = h\n");

	(void)state;
	for (int i = 0; i < 150; i++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n, "numbers=1000%d\n", i);
	}
	assert_int_equal(fx_sip_settings_parse(&s, text, &why), FX_EINVAL);
	fx_sip_settings_fini(&s);
	assert_non_null(strstr(why.text, "numbers is longer than 1023"));
}

static void one_key(void **state)
{
	struct fx_reason why = {0};

	(void)state;
	assert_int_equal(fx_sip_settings_check("trunk a", "port", "5060", &why), 0);
	assert_int_equal(fx_sip_settings_check("sip", "listen", "udp:0.0.0.0:5060", &why), 0);
	assert_int_equal(fx_sip_settings_check("trunk a", "to +49*", "g711", &why), 0);
	assert_int_equal(fx_sip_settings_check("trunk a", "prot", "1", &why), FX_EINVAL);
	assert_non_null(strstr(why.text, "prot"));
	assert_int_equal(fx_sip_settings_check("trunk a!", "port", "1", &why), FX_EINVAL);
	assert_int_equal(fx_sip_settings_check("trunk a", "port", "x", &why), FX_EINVAL);
	assert_int_equal(fx_sip_settings_check("sip", "port", "1", &why), FX_EINVAL);
}

/* Each row's default is right, its help is one a person can use, and its name is its own. */
static void rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < fx_sip_n_keys; i++) {
		const struct fx_sip_key *k = &fx_sip_keys[i];
		struct fx_reason why = {0};
		const char *section = strcmp(k->section, "sip") ? "trunk x" : "sip";

		if (fx_sip_settings_check(section, k->key, k->def, &why)) {
			fail_msg("%s: %s", k->key, why.text);
		}
		assert_true(strlen(k->help) > 10 && k->help[strlen(k->help) - 1] == '.');
		for (size_t j = 0; j < i; j++) {
			assert_false(!strcmp(k->key, fx_sip_keys[j].key) &&
				     !strcmp(k->section, fx_sip_keys[j].section));
		}
	}
}

static void secret_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	(void)close(fd);
}

static void secrets(void **state)
{
	char *dir = fx_test_mkdir();
	fx_auto char *path = fx_asprintf("%s/secret", dir);
	fx_auto char *text = fx_asprintf("[trunk a]\nhost=h\nuser=u\npassword_file=%s\n", path);
	struct fx_sip_settings s;
	static const struct {
		const char *text;
		mode_t mode;
		const char *password, *fault;
	} files[] = {
		{"wonder land\r\nrest\n", 0600, "wonder land", ""},
		{"x", 0640, "x", ""},
		{"x\n", 0604, "", "by everybody"},
		{"\nx\n", 0600, "", "no first line"},
		{"", 0600, "", "no first line"},
	};

	(void)state;
	assert_int_equal(fx_sip_settings_parse(&s, text, NULL), 0);
	fx_sip_settings_secrets(&s);
	assert_non_null(strstr(s.trunks[0].fault, "cannot be read"));
	fx_sip_settings_fini(&s);
	for (size_t i = 0; i < FX_ARRAY_LEN(files); i++) {
		secret_file(path, files[i].text, files[i].mode);
		assert_int_equal(fx_sip_settings_parse(&s, text, NULL), 0);
		fx_sip_settings_secrets(&s);
		assert_string_equal(s.trunks[0].password, files[i].password);
		assert_non_null(strstr(s.trunks[0].fault, files[i].fault));
		assert_int_equal(!*s.trunks[0].fault, !*files[i].fault);
		fx_sip_settings_fini(&s);
	}
	fx_test_rmdir(dir);
}

static int sweep(void *arg)
{
	struct fx_sip_settings s;
	int err = fx_sip_settings_parse(&s, whole, NULL);

	(void)arg;
	fx_sip_settings_fini(&s);
	return err;
}

static void oom(void **state)
{
	(void)state;
	fx_test_oom_sweep(sweep, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all), cmocka_unit_test(errors), cmocka_unit_test(too_long),
		cmocka_unit_test(one_key), cmocka_unit_test(rows), cmocka_unit_test(secrets),
		cmocka_unit_test(oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
