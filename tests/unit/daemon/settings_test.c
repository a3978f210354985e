/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "service/service.h"
#include "tests/support/support.h"

static int load(const char *text, struct fx_settings *s, struct fx_reason *why)
{
	char *dir = fx_test_mkdir();
	fx_auto char *path = fx_asprintf("%s/c", dir);
	FILE *f = fopen(path, "w");
	int err;

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	(void)fclose(f);
	err = fx_settings_load(s, path, true, why);
	fx_test_rmdir(dir);
	return err;
}

static void good(void **state)
{
	struct fx_settings s;
	struct fx_reason why = {0};

	(void)state;
	assert_int_equal(load("# comment\n[service]\nstate = /x/y ; inline\nhost = no\n"
			      "log_level = debug\nmax_renders = 5\n[paper]\nsize = letter\n"
			      "[rights]\nusers = job_submit, port_query\n"
			      "user alice = FAX_READ write-dac\ngroup  fax = all\n"
			      "user bob = none\nuser alice = write\n"
			      "[loop]\nports = 20\nfault.102 = busy\n", &s, &why), 0);
	assert_string_equal(s.state, "/x/y");
	assert_false(s.host);
	assert_int_equal(s.log_level, FX_LOG_DEBUG);
	assert_int_equal(s.max_renders, 5);
	assert_int_equal(s.paper, 1);
	assert_int_equal(s.user_rights, FX_RIGHT_JOB_SUBMIT | FX_RIGHT_PORT_QUERY);
	assert_int_equal(s.n_access, 3);
	assert_string_equal(s.access[0].name, "alice"); /* the last line counts */
	assert_int_equal(s.access[0].kind, FX_ACCESS_USER);
	assert_int_equal(s.access[0].mask, FX_RIGHTS_WRITE);
	assert_string_equal(s.access[1].name, "fax");
	assert_int_equal(s.access[1].kind, FX_ACCESS_GROUP);
	assert_int_equal(s.access[1].mask, FX_RIGHT_ALL);
	assert_int_equal(s.access[2].mask, 0);
	assert_string_equal((char *)s.loop.data, "ports = 20\nfault.102 = busy\n");
	assert_string_equal((char *)s.sip.data, "");
	fx_settings_fini(&s);
}

/* Trunks are checked by the provider's own table and go to it as they are. */
static void sip(void **state)
{
	struct fx_settings s;
	struct fx_reason why = {0};

	(void)state;
	assert_int_equal(load("[sip]\nlisten = udp:127.0.0.1:5070\n[trunk a]\nhost = 192.0.2.1\n"
			      "numbers = 100=a,\n   200=b\nto +49* = g711\n", &s, &why), 0);
	assert_string_equal((char *)s.sip.data,
			    "[sip]\nlisten = udp:127.0.0.1:5070\n[trunk a]\nhost = 192.0.2.1\n"
			    "[trunk a]\nnumbers = 100=a,\n[trunk a]\nnumbers = 200=b\n"
			    "[trunk a]\nto +49* = g711\n");
	assert_false(s.has_password);
	fx_settings_fini(&s);
	/* load() makes files that everybody can read */
	assert_int_equal(load("[trunk a]\nhost = h\npassword = secret\n", &s, &why), FX_EACCES);
	assert_non_null(strstr(why.text, "a trunk"));
	assert_null(strstr(why.text, "secret"));
	fx_settings_fini(&s);
}

static void defaults(void **state)
{
	struct fx_settings s;
	struct fx_reason why = {0};

	(void)state;
	assert_int_equal(fx_settings_load(&s, "/nonexistent/file", false, &why), 0);
	assert_null(s.state);
	assert_true(s.host);
	assert_int_equal(s.log_level, FX_LOG_INFO);
	assert_int_equal(s.user_rights, FX_RIGHTS_USER);
	assert_string_equal((char *)s.loop.data, "");
	fx_settings_fini(&s);
	assert_int_equal(fx_settings_load(&s, "/nonexistent/file", true, &why), FX_ENOENT);
	fx_settings_fini(&s);
}

static void bad(void **state)
{
	static const struct {
		const char *text, *line, *word;
	} rows[] = {
		{"[service]\nfoo = 1\n", "c:2:", "foo"},
		{"[servant]\nstate = /x\n", "c:2:", "[servant]"},
		{"[service]\n\nhost = perhaps\n", "c:3:", "perhaps"},
		{"[service]\nmax_renders = 0\n", "c:2:", "1 to 64"},
		{"[service]\nmax_renders = 2x\n", "c:2:", "2x"},
		{"[service]\nstate = relative\n", "c:2:", "full path"},
		{"[service]\nlog_level = loud\n", "c:2:", "error|warn|info|debug"},
		{"[rights]\nusers = everything\n", "c:2:", "everything"},
		{"[rights]\nuser bob = read wirte\n", "c:2:", "wirte"},
		{"[rights]\nuser = read\n", "c:2:", "user"},
		{"[rights]\nhost x = read\n", "c:2:", "host x"},
		{"[loop]\nports = -1\n", "c:2:", "ports"},
		{"[loop]\nprots = 1\n", "c:2:", "prots"},
		{"[service]\nnonsense\n", "c:2:", "key = value"},
		{"host = yes\n", "c:1:", "no [section]"},
		{"[servant]\nstate = /x\n", "c:2:", "[routing], [folder], [print], [mail]"},
		{"[routing]\nretry_delay_s = 9\nretry_max_s = 8\n", "c:", "retry_max_s = 8"},
		{"[mail]\nserver = http://x:25\n", "c:2:", "http://x:25"},
		{"[mail]\nserver = smtp:abc\n", "c:2:", "1 to 65535"},
		{"[mail]\nserver = ::1\n", "c:2:", "brackets"},
		{"[mail]\nserver = [::1\n", "c:2:", "[::1"},
		{"[mail]\nserver = /run/x\n", "c:2:", "/run/x"},
		{"[print]\nserver = a b\n", "c:2:", "a b"},
		{"[print]\nserver = cups:0\n", "c:2:", "1 to 65535"},
		{"[route a]\nto = ,\n", "c:2:", "no pattern"},
		{"[route a]\nto = 1\n[route a]\nto = 2\n", "c:4:", "already"},
		{"[route a]\nemail = boss\n", "c:2:", "\"boss\" is not a mail address"},
		{"[route a]\nprint = a/b\n", "c:2:", "a/b"},
		{"[route a]\ninbox = a b\n", "c:2:", "a b"},
		{"[route a]\nfolder = srv\n", "c:2:", "full path"},
		{"[provider x]\nimage = x.so\n", "c:2:", "full path"},
		{"[trunk a]\nhost = h\nprot = 1\n", "c:3:", "prot"},
		{"[trunk a]\nport = x\n", "c:2:", "port is \"x\""},
		{"[trunk a]\nport = 1\n", "c: [trunk a]", "host is missing"},
		{"[service]\nhost = no\n[trunk a]\nhost = h\n", "c: ", "process of its own"},
	};

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		struct fx_settings s;
		struct fx_reason why = {0};

		assert_int_equal(load(rows[i].text, &s, &why), FX_EINVAL);
		assert_non_null(strstr(why.text, rows[i].line));
		assert_non_null(strstr(why.text, rows[i].word));
		fx_settings_fini(&s);
	}
}

static char *warnings(const char *text, size_t *ret_n)
{
	struct fx_settings s;
	struct fx_reason why = {0};
	char *said = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&said, &size);

	assert_int_equal(load(text, &s, &why), 0);
	*ret_n = fx_settings_warn(&s, f);
	(void)fclose(f);
	fx_settings_fini(&s);
	return said;
}

/* Good as text, of no use on this machine: the service starts, --check-config says so. */
static void what_is_missing_here(void **state)
{
	static const struct {
		const char *text, *word;
	} rows[] = {
		{"[route a]\nto = 1\nfolder = /nonexistent/x\n", "folder = /nonexistent/x: No such"},
		{"[route a]\nto = 1\ninbox = nosuchuser\n", "no such user"},
		{"[route a]\nto = 1\nemail = a@b.it\n", "[mail] names no server"},
		{"[route a]\nto = 1\n", "names no method"},
		{"[route a]\nonly = yes\n[route b]\nto = 1\nonly = yes\n", "never apply"},
		{"[mail]\npassword_file = /nonexistent\n", "password_file"},
		{"[mail]\npassword_file = /etc/passwd\n", "read by everybody"},
		{"[mail]\nca_file = /nonexistent\n", "ca_file"},
		{"[mail]\nuser = x\n", "no password"},
		{"[rights]\nuser nosuchuser = read\n", "no such user"},
		{"[rights]\ngroup nosuchgroup = read\n", "no such group"},
		{"[provider x]\nimage = /nonexistent.so\n", "[provider x] image"},
		{"[service]\nrender = /nonexistent\n", "render"},
		{"[sip]\nworkers = 1\n", "no [trunk NAME]"},
		{"[rpc]\ncallback_user = u\n", "not used"},
		{"[rpc]\ncallback_auth = ntlm\ncallback_user = u\n", "wants callback_user and"},
		{"[rpc]\ncallback_auth = spnego\ncallback_password_file = /x\n", "which is missing"},
		{"[rpc]\ncallback_auth = ntlm\ncallback_user = u\n"
		 "callback_password_file = /nonexistent\n", "/nonexistent: No such file"},
		{"[rpc]\ncallback_auth = ntlm\ncallback_user = u\n"
		 "callback_password_file = /etc/passwd\n", "open to everybody"},
		{"[trunk a]\nhost = h\nuser = u\nregister = yes\n", "without a password"},
		{"[trunk a]\nhost = h\npassword_file = /nonexistent\n", "password_file"},
		{"[trunk a]\nhost = h\npassword_file = /etc/passwd\n", "by everybody"},
		{"[trunk a]\nhost = h\ntransport = tls\ntls_verify = no\n", "can listen"},
		{"[trunk a]\nhost = h\nca_file = /nonexistent\n", "[trunk a] ca_file"},
		{"[sip]\ncert = /nonexistent\n[trunk a]\nhost = h\n", "[sip] cert"},
	};
	char *said;
	size_t n;

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		said = warnings(rows[i].text, &n);
		assert_int_equal(n, 1);
		assert_non_null(strstr(said, rows[i].word));
		free(said);
	}
	said = warnings("[route a]\nto = 1\ninbox = root\nfolder = /tmp\n[route rest]\nonly = yes\n"
			"[mail]\nserver = [::1]:587\n[print]\nserver = /run/cups/cups.sock\n"
			"[rights]\nuser root = all\n[provider registered]\nstep_s = 5\n", &n);
	assert_int_equal(n, 0);
	assert_string_equal(said, "");
	free(said);
}

/* What --list-settings prints, taken as a file without its comment marks, is good. */
static void list_is_a_good_file(void **state)
{
	struct fx_settings s;
	struct fx_reason why = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	fx_settings_list(f);
	(void)fclose(f);
	for (char *p = text; (p = strstr(p, "\n;")); p++) {
		if (p[2] != ' ' && strncmp(p + 2, "socket.", 7) != 0) {
			p[1] = ' ';
		}
	}
	/* a line that begins with a space would continue the one before */
	for (char *p = text; (p = strstr(p, "\n ")); p++) {
		memmove(p + 1, p + 2, strlen(p + 2) + 1);
	}
	if (load(text, &s, &why)) {
		fail_msg("%s", why.text);
	}
	fx_settings_fini(&s);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(defaults),
		cmocka_unit_test(bad),
		cmocka_unit_test(what_is_missing_here),
		cmocka_unit_test(sip),
		cmocka_unit_test(list_is_a_good_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
