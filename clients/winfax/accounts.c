/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/accounts.c  caselli.h: who is known, and whose a received fax is. */
#include "clients/common/client_accounts.h"
#include "clients/winfax/extra.h"

BOOL WINAPI CaselliEnumAccounts(HANDLE Server, CASELLI_ACCOUNT **Accounts, DWORD *Count)
{
	static const uint16_t text[] = {offsetof(CASELLI_ACCOUNT, Name)};
	static const struct wf_shape shape = {sizeof(CASELLI_ACCOUNT), text, FX_ARRAY_LEN(text)};
	struct fx_cs_account *list = NULL;
	CASELLI_ACCOUNT *a;
	struct wf_server *s;
	uint32_t code, n = 0;
	BOOL ok;

	if (!Accounts || !Count) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Accounts or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_accounts(s->client, FX_TEXT_UTF8, &list, &n);
	wf_unref(s);
	if (code) {
		return wf_code(code);
	}
	a = fx_calloc(n ? n : 1, sizeof(*a));
	for (uint32_t i = 0; a && i < n; i++) {
		a[i] = (CASELLI_ACCOUNT){
			.Kind = list[i].kind, .Password = list[i].password,
			.Connections = list[i].connections, .Uid = list[i].uid,
			.Name = list[i].name.u8, .CreatedAt = (int64_t)list[i].created_at,
			.SeenAt = (int64_t)list[i].seen_at,
			.PasswordAt = (int64_t)list[i].password_at};
	}
	ok = wf_give_own(&shape, a, n, (void **)Accounts, Count);
	(void)fx_free(a);
	(void)fx_free(list);
	return ok;
}

BOOL WINAPI CaselliCreateAccount(HANDLE Server, const char *Name)
{
	const struct fx_ms_account_info info = {.name = {.u8 = Name ? Name : ""}};
	struct wf_server *s = wf_server_get(Server);
	uint32_t code;

	if (!s) {
		return FALSE;
	}
	code = fx_client_create_account(s->client, FX_TEXT_UTF8, &info);
	wf_unref(s);
	if (code == ERROR_ALREADY_EXISTS) {
		return wf_fail(code, "There is a fax account of this name.");
	}
	if (code == ERROR_INVALID_PARAMETER) {
		return wf_fail(code, "This cannot be the name of a fax account, or it is root's, "
				     "who needs none.");
	}
	return code ? wf_code(code) : TRUE;
}

BOOL WINAPI CaselliDeleteAccount(HANDLE Server, const char *Name)
{
	struct wf_server *s;
	uint32_t code;

	if (!Name || !*Name) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Name is missing.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_delete_account(s->client, (union fx_wtext){.u8 = Name}, FX_TEXT_UTF8);
	wf_unref(s);
	if (code == ERROR_INVALID_PARAMETER) {
		return wf_fail(code, "There is no fax account of this name.");
	}
	return code ? wf_code(code) : TRUE;
}

BOOL WINAPI CaselliReassign(HANDLE Server, uint64_t Id, const CASELLI_REASSIGN *To)
{
	struct fx_ms_reassign_info info;
	struct wf_server *s;
	uint32_t code;

	if (!To || To->SizeOfStruct != sizeof(*To) || !To->Users) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "To or its Users is NULL, or its SizeOfStruct is wrong.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	info = (struct fx_ms_reassign_info){
		.recipients = {.u8 = To->Users}, .sender_name = {.u8 = To->SenderName},
		.sender_number = {.u8 = To->SenderNumber}, .subject = {.u8 = To->Subject},
		.has_cover = To->HasCoverPage != 0};
	code = fx_client_reassign(s->client, Id, FX_TEXT_UTF8, &info);
	wf_unref(s);
	switch (code) {
	case 0:
		return TRUE;
	case ERROR_INVALID_OPERATION:
		return wf_fail(code, "Received faxes are everybody's here, so they have no owners "
				     "(caselli config set incoming-public no).");
	case ERROR_FILE_NOT_FOUND:
		return wf_fail(code, "There is no received fax %llu.", (unsigned long long)Id);
	case ERROR_INVALID_PARAMETER:
		return wf_fail(code, "A user is not known to the service, or none is named.");
	default:
		return wf_code(code);
	}
}
