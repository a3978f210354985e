/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/access.c  caselli.h: who may do what. */
#include "clients/winfax/extra.h"

#define O(f) offsetof(CASELLI_ACCESS, f)
static const uint16_t access_text[] = {O(Name), O(RightsText), O(FileText), O(Why)};
#undef O
static const struct wf_shape access_shape = {sizeof(CASELLI_ACCESS), access_text,
					     FX_ARRAY_LEN(access_text)};

static BOOL give(struct fx_cs_access *take_list, uint32_t n, void **out, DWORD *count)
{
	CASELLI_ACCESS *a = fx_calloc(n ? n : 1, sizeof(*a));
	BOOL ok;

	for (uint32_t i = 0; a && i < n; i++) {
		const struct fx_cs_access *s = &take_list[i];

		a[i] = (CASELLI_ACCESS){.Kind = s->kind, .Source = s->source, .Rights = s->mask,
					.FileRights = s->file_mask, .InFile = s->in_file != 0,
					.Name = s->name.u8, .RightsText = s->words.u8,
					.FileText = s->file_words.u8, .Why = s->why.u8};
	}
	ok = wf_give_own(&access_shape, a, n, out, count);
	(void)fx_free(a);
	(void)fx_free(take_list);
	return ok;
}

BOOL WINAPI CaselliEnumAccess(HANDLE Server, CASELLI_ACCESS **Entries, DWORD *Count)
{
	struct fx_cs_access *list = NULL;
	struct wf_server *s;
	uint32_t code, n = 0;

	if (!Entries || !Count) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Entries or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_access_list(s->client, FX_TEXT_UTF8, &list, &n);
	wf_unref(s);
	return code ? wf_code(code) : give(list, n, (void **)Entries, Count);
}

BOOL WINAPI CaselliGetAccess(HANDLE Server, const char *User, CASELLI_ACCESS **Access)
{
	struct fx_cs_access *one = NULL;
	struct wf_server *s;
	uint32_t code;

	if (!Access) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Access is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_access_show(s->client, User, FX_TEXT_UTF8, &one);
	wf_unref(s);
	if (code == ERROR_FILE_NOT_FOUND) {
		return wf_fail(code, "There is no such user on the machine of the service.");
	}
	return code ? wf_code(code) : give(one, 1, (void **)Access, NULL);
}

BOOL WINAPI CaselliSetAccess(HANDLE Server, DWORD Change, DWORD Kind, const char *Name,
			     const char *Rights)
{
	struct wf_server *s = wf_server_get(Server);
	uint32_t code;

	if (!s) {
		return FALSE;
	}
	code = fx_client_access_set(s->client, Change, Kind, Name, Rights);
	wf_unref(s);
	if (code == ERROR_FILE_NOT_FOUND) {
		return wf_fail(code, "There is no such user or group on the service's "
				     "machine.");
	}
	if (code == ERROR_INVALID_PARAMETER) {
		return wf_fail(code, "A right is not known, nobody is named, or the user is root "
				     "or the service's own, who hold all rights.");
	}
	return code ? wf_code(code) : TRUE;
}

BOOL WINAPI CaselliSetPassword(HANDLE Server, DWORD Change, const char *User, const char *Password)
{
	struct wf_server *s;
	uint32_t code;

	if (!User || !*User || (Change == CASELLI_PASSWORD_SET && !Password)) {
		return wf_fail(ERROR_INVALID_PARAMETER, "User or Password is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_password(s->client, Change, User, Password);
	wf_unref(s);
	if (code == ERROR_FILE_NOT_FOUND) {
		return wf_fail(code, "This user has no password for the network.");
	}
	if (code == ERROR_ACCESS_DENIED) {
		return wf_fail(code, "Passwords are given on the machine of the service, by who "
				     "holds write_dac.");
	}
	if (code == ERROR_INVALID_PARAMETER) {
		return wf_fail(code, "Passwords have 8 to 127 characters; root does not come over "
				     "the network.");
	}
	return code ? wf_code(code) : TRUE;
}
