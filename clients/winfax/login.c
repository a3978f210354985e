/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/login.c  Credentials for servers on the network, kept for this user. */
#include "clients/winfax/winfax_priv.h"

BOOL WINAPI CaselliLogin(const char *Server, const char *User, const char *Password)
{
	struct fx_reason why = {.text = ""};
	uint32_t code;

	if (!Server || !*Server || !User || !*User || !Password) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Server, User or Password is missing.");
	}
	code = fx_client_login(Server, User, Password, &why);
	return wf_result(code, why.text[0] ? &why : NULL);
}

BOOL WINAPI CaselliLogout(const char *Server)
{
	struct fx_reason why = {.text = ""};
	uint32_t code;

	if (!Server || !*Server) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Server is missing.");
	}
	code = fx_client_logout(Server, &why);
	return wf_result(code, why.text[0] ? &why : NULL);
}
