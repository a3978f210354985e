/* SPDX-License-Identifier: Apache-2.0 */
/* As whom a client logs in, the file of credentials, answers of an endpoint mapper. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "clients/common/client.h"
#include "clients/common/epm.h"
#include "clients/common/login.h"
#include "tests/support/support.h"

static const char file[] = "# ours\n"
			   "[fax.example]\n"
			   "user = OFFICE\\\\anna\n"
			   "password = plain text \n"
			   "\r\n"
			   " [FAX.example:99]\r\n"
			   "user=b@d.example\r\n"
			   "password = \" s \\\"e\\\\c \"\r\n"
			   "[[::1]:99]\n"
			   "password =\n"
			   "user = c";

static void test_user_forms(void **state)
{
	struct fx_login l = {0};
	char longest[FX_LOGIN_TEXT_MAX + 1];

	(void)state;
	assert_true(fx_login_set_user(&l, "anna"));
	assert_string_equal(l.user, "anna");
	assert_string_equal(l.domain, "");
	assert_true(fx_login_set_user(&l, "OFFICE\\anna maria@x"));
	assert_string_equal(l.user, "anna maria@x");
	assert_string_equal(l.domain, "OFFICE");
	assert_true(fx_login_set_user(&l, "anna@d@office.example"));
	assert_string_equal(l.user, "anna@d");
	assert_string_equal(l.domain, "office.example");
	assert_false(fx_login_set_user(&l, ""));
	assert_false(fx_login_set_user(&l, "OFFICE\\"));
	memset(longest, 'x', sizeof(longest));
	longest[FX_LOGIN_TEXT_MAX] = '\0';
	assert_false(fx_login_set_user(&l, longest));
	longest[FX_LOGIN_TEXT_MAX - 1] = '\0';
	assert_true(fx_login_set_user(&l, longest));
}

static void finds(const char *host, const char *port, const char *domain, const char *user,
		  const char *password)
{
	struct fx_login l = {0};
	struct fx_reason why = {0};

	assert_int_equal(fx_login_parse(file, strlen(file), host, port, &l, &why), 0);
	assert_string_equal(l.user, user);
	assert_string_equal(l.domain, domain);
	assert_string_equal(l.password, password);
}

static void refuses(const char *text, const char *says)
{
	struct fx_login l = {0};
	struct fx_reason why = {0};

	assert_int_equal(fx_login_parse(text, strlen(text), "h", "", &l, &why), FX_EINVAL);
	assert_non_null(strstr(why.text, says));
	assert_string_equal(l.user, "");
}

static void test_parse(void **state)
{
	struct fx_login l = {0};
	struct fx_buf b = {0};

	(void)state;
	finds("fax.example", "", "OFFICE", "\\anna", "plain text");
	finds("Fax.Example", "135", "OFFICE", "\\anna", "plain text");
	finds("fax.example", "99", "d.example", "b", " s \"e\\c ");
	finds("::1", "99", "", "c", "");
	assert_int_equal(fx_login_parse(file, strlen(file), "::1", "98", &l, NULL), FX_ENOENT);
	assert_int_equal(fx_login_parse(file, strlen(file), "fax", "", &l, NULL), FX_ENOENT);
	assert_int_equal(fx_login_parse("", 0, "fax", "", &l, NULL), FX_ENOENT);
	refuses("[h]\nuser = a\npasword = b\n", "line 3");
	refuses("user = a\n", "line 1");
	refuses("[h]\nuser\n", "line 2");
	refuses("[h]\npassword = \"a\\b\"\n", "line 2");
	fx_buf_printf(&b, "[h]\nuser = a\n#");
	for (int i = 0; i < 1100; i++) {
		fx_buf_u8(&b, 'x');
	}
	fx_buf_u8(&b, 0);
	refuses((char *)b.data, "line 3 is too long");
	fx_buf_reset(&b);
	for (unsigned i = 0; i <= FX_LOGIN_HOSTS_MAX; i++) {
		fx_buf_printf(&b, "[h%u]\n", i);
	}
	assert_int_equal(fx_login_parse((char *)b.data, b.len, "h", "", &l, NULL), FX_ELIMIT);
	fx_buf_fini(&b);
}

static void test_edit(void **state)
{
	struct fx_login l = {.user = "n\\e\"w", .domain = "D", .password = " p\"\\ "}, got = {0};
	struct fx_buf b = {0}, none = {0};

	(void)state;
	assert_int_equal(fx_login_edit(file, strlen(file), "fax.EXAMPLE", &l, &b, NULL), 0);
	assert_int_equal(fx_login_parse((char *)b.data, b.len, "fax.example", "", &got, NULL), 0);
	assert_string_equal(got.user, l.user);
	assert_string_equal(got.domain, "D");
	assert_string_equal(got.password, l.password);
	/* the others are still there */
	assert_int_equal(fx_login_parse((char *)b.data, b.len, "::1", "99", &got, NULL), 0);
	assert_string_equal(got.user, "c");
	assert_int_equal(fx_login_parse((char *)b.data, b.len, "fax.example", "99", &got, NULL), 0);
	assert_string_equal(got.user, "b");
	assert_int_equal(fx_login_edit(file, strlen(file), "fax", NULL, &none, NULL), FX_ENOENT);
	(void)snprintf(l.password, sizeof(l.password), "two\nlines");
	assert_int_equal(fx_login_edit("", 0, "fax", &l, &none, NULL), FX_EINVAL);
	fx_buf_fini(&b);
	fx_buf_fini(&none);
}

struct home {
	char *dir, path[300];
};

static int setup(void **state)
{
	struct home *h = fx_zalloc(sizeof(*h));

	assert_non_null(h);
	h->dir = fx_test_mkdir();
	(void)snprintf(h->path, sizeof(h->path), "%s/x/caselli/credentials", h->dir);
	(void)unsetenv("CASELLI_USER");
	(void)unsetenv("CASELLI_PASSWORD_FILE");
	(void)unsetenv("CASELLI_AUTH");
	(void)unsetenv("CASELLI_AUTH_LEVEL");
	(void)snprintf(h->path, sizeof(h->path), "%s/x", h->dir);
	(void)setenv("XDG_CONFIG_HOME", h->path, 1);
	(void)strcat(h->path, "/caselli/credentials");
	*state = h;
	return 0;
}

static int teardown(void **state)
{
	struct home *h = *state;

	(void)unsetenv("CASELLI_USER");
	(void)unsetenv("CASELLI_PASSWORD_FILE");
	(void)unsetenv("CASELLI_AUTH");
	(void)unsetenv("CASELLI_AUTH_LEVEL");
	fx_test_rmdir(h->dir);
	(void)fx_free(h);
	return 0;
}

static void test_file(void **state)
{
	struct home *h = *state;
	struct fx_login l = {.user = "anna", .password = "secret"}, got;
	struct fx_reason why = {0};
	struct stat st;

	assert_int_equal(fx_login_find("fax", "", &got, &why), 0);
	assert_string_equal(got.user, "");
	assert_int_equal(got.type, FX_AUTH_SPNEGO);
	assert_int_equal(got.level, FX_AUTH_LEVEL_PRIVACY);
	assert_int_equal(fx_login_file_put("fax", NULL, &why), FX_ENOENT);
	assert_int_equal(fx_login_file_put("fax", &l, &why), 0);
	assert_int_equal(stat(h->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(fx_login_find("fax", "1234", &got, &why), 0);
	assert_string_equal(got.user, "anna");
	assert_string_equal(got.password, "secret");
	assert_int_equal(got.type, FX_AUTH_NTLM);
	/* no one else may read it */
	assert_int_equal(chmod(h->path, 0640), 0);
	assert_int_equal(fx_login_find("fax", "", &got, &why), FX_EACCES);
	assert_non_null(strstr(why.text, "chmod 600"));
	assert_string_equal(got.password, "");
	assert_int_equal(fx_login_file_put("other", &l, &why), FX_EACCES);
	assert_int_equal(chmod(h->path, 0600), 0);
	assert_int_equal(fx_login_file_put("FAX", NULL, &why), 0);
	assert_int_equal(fx_login_find("fax", "", &got, &why), 0);
	assert_string_equal(got.user, "");
}

static void test_environment(void **state)
{
	struct home *h = *state;
	struct fx_login l = {.user = "kept", .password = "kept"}, got;
	struct fx_reason why = {0};
	char path[400];
	FILE *f;

	assert_int_equal(fx_login_file_put("fax", &l, &why), 0);
	(void)setenv("CASELLI_USER", "OFFICE\\anna", 1);
	assert_int_equal(fx_login_find("fax", "", &got, &why), FX_EINVAL);
	assert_non_null(strstr(why.text, "CASELLI_PASSWORD_FILE"));
	(void)snprintf(path, sizeof(path), "%s/pw", h->dir);
	(void)setenv("CASELLI_PASSWORD_FILE", path, 1);
	assert_int_equal(fx_login_find("fax", "", &got, &why), FX_EINVAL);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs("se cret\r\nmore\n", f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(fx_login_find("fax", "", &got, &why), 0);
	assert_string_equal(got.user, "anna");
	assert_string_equal(got.domain, "OFFICE");
	assert_string_equal(got.password, "se cret");
	(void)setenv("CASELLI_AUTH", "kerberos", 1);
	(void)setenv("CASELLI_AUTH_LEVEL", "integrity", 1);
	assert_int_equal(fx_login_find("fax", "", &got, &why), 0);
	assert_int_equal(got.type, FX_AUTH_KERBEROS);
	assert_int_equal(got.level, FX_AUTH_LEVEL_INTEGRITY);
	(void)setenv("CASELLI_AUTH_LEVEL", "none", 1);
	assert_int_equal(fx_login_find("fax", "", &got, &why), FX_EINVAL);
	(void)setenv("CASELLI_AUTH", "basic", 1);
	assert_int_equal(fx_login_find("fax", "", &got, &why), FX_EINVAL);
	assert_non_null(strstr(why.text, "basic"));
}

static void test_local_needs_none(void **state)
{
	struct fx_reason why = {0};

	(void)state;
	assert_int_equal(fx_client_login("/tmp/x/rpc", "anna", "secret", &why), FX_W_NOT_SUPPORTED);
	assert_non_null(strstr(why.text, "on this machine"));
	assert_int_equal(fx_client_logout("fax.example:99", &why), FX_W_FILE_NOT_FOUND);
	assert_string_equal(why.text, "No login is kept for fax.example:99.");
}

/* The request as Windows makes it, and the answers of the fuzz corpus by name. */
static void test_map(void **state)
{
	static const struct fx_pdu_syntax fax = {{0x65, 0x31, 0x0a, 0xea, 0x34, 0x48, 0xd2, 0x11,
						  0xa6, 0xf8, 0x00, 0xc0, 0x4f, 0xa3, 0x46, 0xcc},
						 4,
						 0};
	static const struct {
		const char *name;
		int rc;
		uint16_t port;
	} rows[] = {{"one", 0, 49664},         {"two", 0, 4711},        {"none", FX_ENOENT, 7},
		    {"foreign", FX_ENOENT, 7}, {"short", FX_ETRUNC, 7}, {"many", FX_ELIMIT, 7}};
	uint8_t bytes[512];
	struct fx_buf b = {0};
	char path[512];

	(void)state;
	fx_epm_map_put(&b, &fax);
	assert_int_equal(b.err, 0);
	assert_int_equal(b.len, 4 + 16 + 4 + 4 + 4 + 75 + 1 + 20 + 4);
	assert_memory_equal(b.data + 32, "\x05\x00\x13\x00\x0d\x65\x31\x0a\xea", 9);
	assert_memory_equal(b.data + 32 + 75 - 16,
			    "\x01\x00\x07\x02\x00\x00\x00\x01\x00\x09"
			    "\x04\x00\x00\x00\x00\x00",
			    16);
	fx_buf_fini(&b);
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		uint16_t port = 7;
		FILE *f;
		size_t n;

		(void)snprintf(path, sizeof(path), FX_CORPUS_DIR "/endpoint_map/corpus/%s",
			       rows[i].name);
		f = fopen(path, "rb");
		assert_non_null(f);
		n = fread(bytes, 1, sizeof(bytes), f);
		assert_int_equal(fclose(f), 0);
		assert_int_equal(fx_epm_map_get(bytes, n, &fax, &port), rows[i].rc);
		assert_int_equal(port, rows[i].port);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_user_forms),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_edit),
		cmocka_unit_test_setup_teardown(test_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_environment, setup, teardown),
		cmocka_unit_test_setup_teardown(test_local_needs_none, setup, teardown),
		cmocka_unit_test(test_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
