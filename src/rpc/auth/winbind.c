/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/winbind.h"

#include <string.h>
#include <wbclient.h>

#include "base/str.h"

#define LOGON_GUEST 1u /* user_flags ([MS-NRPC] 2.2.1.4.10): anybody was let in as guest */

static const char *detail(const struct wbcAuthErrorInfo *e, wbcErr rc)
{
	return e && e->display_string ? e->display_string : e && e->nt_string ? e->nt_string :
	       wbcErrorString(rc);
}

static int failed(const struct fx_ntlm_claim *c, wbcErr rc, const struct wbcAuthErrorInfo *e,
		  struct fx_reason *reterr)
{
	char text[200];

	(void)fx_strlcpy(text, fx_text(detail(e, rc)), sizeof(text));
	fx_str_clean(text);
	switch (rc) {
	case WBC_ERR_AUTH_ERROR:
	case WBC_ERR_UNKNOWN_USER:
	case WBC_ERR_DOMAIN_NOT_FOUND:
		return fx_fail(reterr, FX_EACCES, "winbind refuses user %s\\%s: %s", c->domain,
			       c->user, text);
	case WBC_ERR_NO_MEMORY:
		return FX_ENOMEM;
	case WBC_ERR_WINBIND_NOT_AVAILABLE:
		return fx_fail(reterr, FX_EIO,
			       "user %s is not in the file of users, and winbindd, who "
			       "would be asked, is not running",
			       c->user);
	case WBC_ERR_SUCCESS:
	case WBC_ERR_NOT_IMPLEMENTED:
	case WBC_ERR_UNKNOWN_FAILURE:
	case WBC_ERR_INVALID_SID:
	case WBC_ERR_INVALID_PARAM:
	case WBC_ERR_INVALID_RESPONSE:
	case WBC_ERR_NSS_ERROR:
	case WBC_ERR_UNKNOWN_GROUP:
	case WBC_ERR_PWD_CHANGE_FAILED:
		break;
	}
	return fx_fail(reterr, FX_EIO, "winbind cannot say who %s\\%s is: %s", c->domain, c->user,
		       text);
}

static int take(const struct wbcAuthUserInfo *info, uint8_t ret_key[16], struct fx_auth_peer *p,
		struct fx_reason *reterr)
{
	const char *user = fx_text(info->account_name), *domain = fx_text(info->domain_name);

	if (info->user_flags & LOGON_GUEST) {
		return fx_fail(reterr, FX_EACCES, "winbind took the user for a guest");
	}
	if (!*user || strlen(user) >= sizeof(p->user) || !*domain ||
	    strlen(domain) >= sizeof(p->domain)) {
		return fx_fail(reterr, FX_EIO, "winbind gives no usable name");
	}
	(void)fx_strlcpy(p->user, user, sizeof(p->user));
	(void)fx_strlcpy(p->domain, domain, sizeof(p->domain));
	(void)fx_strlcpy(p->mech, "winbind", sizeof(p->mech));
	memcpy(ret_key, info->user_session_key, 16);
	return 0;
}

int fx_winbind_verify(const struct fx_ntlm_claim *c, uint8_t ret_key[16],
		      struct fx_auth_peer *ret_peer, struct fx_reason *reterr)
{
	struct wbcAuthUserParams prm = {.account_name = c->user, .domain_name = c->domain,
		.workstation_name = c->host, .level = WBC_AUTH_USER_LEVEL_RESPONSE};
	struct wbcContext *ctx =
		wbcCtxCreate(); /* its own: the library's common one is not for threads */
	struct wbcAuthUserInfo *info = NULL;
	struct wbcAuthErrorInfo *error = NULL;
	wbcErr rc;
	int err;

	if (!ctx) {
		return FX_ENOMEM;
	}
	memcpy(prm.password.response.challenge, c->nonce, 8);
	prm.password.response.nt_data = (uint8_t *)(uintptr_t)c->nt.p;
	prm.password.response.nt_length = (uint32_t)c->nt.n;
	prm.password.response.lm_data = (uint8_t *)(uintptr_t)c->lm.p;
	prm.password.response.lm_length = (uint32_t)c->lm.n;
	rc = wbcCtxAuthenticateUserEx(ctx, &prm, &info, &error);
	err = rc == WBC_ERR_SUCCESS && info ? take(info, ret_key, ret_peer, reterr) :
	      failed(c, rc, error, reterr);
	if (info) {
		explicit_bzero(info->user_session_key, sizeof(info->user_session_key));
	}
	wbcFreeMemory(info);
	wbcFreeMemory(error);
	wbcCtxFree(ctx);
	return err;
}
