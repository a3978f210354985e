/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users of a domain. There is no domain here: the calls of libwbclient are those below, which the
 * linker takes before the library's; so what we ask and what we make of answers is tested, not
 * winbindd.
 */
#include <string.h>

#include "base/str.h"
#include "pair.h"
#include "rpc/auth/ntlm_crypt.h"
#include "rpc/auth/winbind.h"

#include <wbclient.h> /* wants the types of those above */

#define PASS "correct horse"

static struct {
	wbcErr rc;
	const char *user, *domain, *words;
	uint32_t user_flags;
	unsigned asked, open;
	bool no_info;
} fake;

struct wbcContext *wbcCtxCreate(void)
{
	fake.open++;
	return (struct wbcContext *)&fake;
}

void wbcCtxFree(struct wbcContext *ctx)
{
	fake.open--;
}

void wbcFreeMemory(void *p)
{
	(void)fx_free(p);
}

const char *wbcErrorString(wbcErr error)
{
	return "words of the library";
}

/* What a domain controller does with the response. */
wbcErr wbcCtxAuthenticateUserEx(struct wbcContext *ctx, const struct wbcAuthUserParams *params,
				struct wbcAuthUserInfo **info, struct wbcAuthErrorInfo **error)
{
	const uint8_t *nt = params->password.response.nt_data;
	struct fx_ntlm_claim c = {.nt = {nt, params->password.response.nt_length}};
	uint8_t user16[256], domain16[256], hash[16], key[16];

	fake.asked++;
	assert_int_equal(params->level, WBC_AUTH_USER_LEVEL_RESPONSE);
	assert_int_equal(params->password.response.lm_length, 24);
	if (fake.rc != WBC_ERR_SUCCESS) {
		if (fake.words) {
			*error = fx_zalloc(sizeof(**error));
			assert_non_null(*error);
			(*error)->display_string = (char *)(uintptr_t)fake.words;
		}
		return fake.rc;
	}
	c.user16 = (struct fx_ntlm_field){user16, 2 * fx_utf16le_put(user16, params->account_name)};
	c.domain16 = (struct fx_ntlm_field){domain16, 2 * fx_utf16le_put(domain16,
									params->domain_name)};
	memcpy(c.nonce, params->password.response.challenge, 8);
	assert_int_equal(fx_ntlm_v2_get(c.nt, &c.v2), 0);
	assert_int_equal(fx_ntlm_hash(PASS, hash), 0);
	if (fx_ntlm_claim_check(&c, hash, key)) {
		return WBC_ERR_AUTH_ERROR;
	}
	*info = fake.no_info ? NULL : fx_zalloc(sizeof(**info));
	if (*info) {
		(*info)->account_name = (char *)(uintptr_t)fake.user;
		(*info)->domain_name = (char *)(uintptr_t)fake.domain;
		(*info)->user_flags = fake.user_flags;
		memcpy((*info)->user_session_key, key, 16);
	}
	return WBC_ERR_SUCCESS;
}

static int shake(struct pair *p, const char *user, const char *password)
{
	assert_int_equal(pair_open(p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, user, "", password), 0);
	return pair_shake(p);
}

static void open_rig(struct pair *p, bool winbind)
{
	struct fx_auth_server_prm prm = {.host = "fax.example.org", .winbind = winbind,
		.wall_us = pair_now, .wall_arg = &p->now_us};

	memset(&fake, 0, sizeof(fake));
	fake.user = "visitor";
	fake.domain = "OFFICE";
	pair_init(p, "clerk", PASS);
	(void)fx_auth_server_free(p->server);
	prm.users_file = p->path;
	prm.wall_arg = &p->now_us;
	assert_int_equal(fx_auth_server_new(&prm, &p->server, NULL), 0);
}

static void test_asked_second(void **state)
{
	uint8_t data[16] = "sealed", token[16];
	struct fx_auth_pdu pdu = {.data = data, .data_len = sizeof(data)};
	struct pair p;

	open_rig(&p, true);
	assert_int_equal(shake(&p, "clerk", PASS), 0); /* the file has him */
	assert_int_equal(fake.asked, 0);
	assert_int_equal(shake(&p, "clerk", "wrong one"), FX_EACCES);
	assert_int_equal(fake.asked, 0);
	assert_int_equal(shake(&p, "OFFICE\\visitor", PASS), 0);
	assert_int_equal(fake.asked, 1);
	assert_string_equal(p.b->peer.user, "visitor");
	assert_string_equal(p.b->peer.domain, "OFFICE");
	assert_string_equal(p.b->peer.mech, "winbind");
	/* both sides came to the same keys */
	assert_int_equal(fx_auth_protect(p.a, &pdu, token, 16), 0);
	assert_int_equal(fx_auth_unprotect(p.b, &pdu, token, 16), 0);
	assert_string_equal((char *)data, "sealed");
	assert_int_equal(fake.open, 0);
	pair_fini(&p);
	open_rig(&p, false);
	assert_int_equal(shake(&p, "visitor", PASS), FX_EACCES);
	assert_int_equal(fake.asked, 0);
	pair_fini(&p);
}

static void test_answers(void **state)
{
	static const struct {
		wbcErr rc;
		const char *words, *why;
		int err;
	} rows[] = {
		{WBC_ERR_WINBIND_NOT_AVAILABLE, NULL,
		 "winbindd, who would be asked, is not running", FX_EIO},
		{WBC_ERR_AUTH_ERROR, "The account is locked\n",
		 "refuses user OFFICE\\v1: The account is locked", FX_EACCES},
		{WBC_ERR_UNKNOWN_USER, NULL, "words of the library", FX_EACCES},
		{WBC_ERR_DOMAIN_NOT_FOUND, NULL, "refuses user", FX_EACCES},
		{WBC_ERR_NO_MEMORY, NULL, "", FX_ENOMEM},
		{WBC_ERR_INVALID_RESPONSE, NULL, "cannot say who", FX_EIO},
	};
	struct pair p;

	open_rig(&p, true);
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		p.why.text[0] = '\0';
		fake.rc = rows[i].rc;
		fake.words = rows[i].words;
		assert_int_equal(shake(&p, "OFFICE\\v1", PASS), rows[i].err);
		assert_non_null(strstr(p.why.text, rows[i].why));
		assert_int_equal(fake.open, 0);
	}
	fake.rc = WBC_ERR_SUCCESS;
	fake.user_flags = 1; /* guest */
	assert_int_equal(shake(&p, "OFFICE\\v2", PASS), FX_EACCES);
	fake.user_flags = 0;
	fake.user = "";
	assert_int_equal(shake(&p, "OFFICE\\v2", PASS), FX_EIO);
	fake.user = "visitor";
	fake.domain = NULL; /* it would pass for a user of the file */
	assert_int_equal(shake(&p, "OFFICE\\v2", PASS), FX_EIO);
	fake.domain = "OFFICE";
	fake.no_info = true;
	assert_int_equal(shake(&p, "OFFICE\\v2", PASS), FX_EIO);
	pair_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asked_second), cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
