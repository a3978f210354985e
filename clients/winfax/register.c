/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/register.c  Registration of plug-ins (winfax.md 4.14): UTF-16 only. */
#include "clients/winfax/winfax_priv.h"

#define TEXT_MAX 100u   /* characters of a text of a routing method */
#define METHODS_MAX 64u /* of one extension */

/* All of them as UTF-8, or none: FALSE with the last error. */
static BOOL texts_of(const WCHAR *const *in, char **out, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!in[i]) {
			return wf_fail(ERROR_INVALID_PARAMETER, "Argument %zu is NULL.", i + 1);
		}
	}
	for (i = 0; i < n; i++) {
		out[i] = wf_to_utf8(in[i], FX_TEXT_UTF16);
		if (!out[i]) {
			return wf_code(ERROR_NOT_ENOUGH_MEMORY);
		}
	}
	return TRUE;
}

static void texts_free(char **texts, size_t n)
{
	while (n > 0) {
		(void)fx_free(texts[--n]);
	}
}

/* The calls without a handle are for the local service. */
static struct wf_server *local_service(void)
{
	struct fx_reason why = {.text = ""};
	struct wf_server *s = NULL;
	uint32_t code = wf_server_new(NULL, &s, &why);

	if (code) {
		(void)wf_result(code, why.text[0] ? &why : NULL);
	}
	return s;
}

/* The service says "not found" as of files. */
static BOOL unregistered(uint32_t code, const char *what, const char *name)
{
	return code == ERROR_FILE_NOT_FOUND ?
		       wf_fail(ERROR_NOT_FOUND, "There is no %s \"%s\".", what, name) :
		       wf_code(code);
}

BOOL WINAPI FaxRegisterServiceProviderW(LPCWSTR DeviceProvider, LPCWSTR FriendlyName,
					LPCWSTR ImageName, LPCWSTR TspName)
{
	const WCHAR *const in[] = {DeviceProvider, FriendlyName, ImageName, TspName};
	char *t[4] = {NULL};
	struct wf_server *s = NULL;
	BOOL ok = texts_of(in, t, 4);

	if (ok) {
		s = local_service();
		ok = s && wf_code(fx_client_register_provider(s->client, t[0], t[1], t[2], t[3]));
	}
	wf_unref(s);
	texts_free(t, 4);
	return ok;
}

BOOL WINAPI FaxUnregisterServiceProviderW(LPCWSTR DeviceProvider)
{
	char *name = NULL;
	struct wf_server *s = NULL;
	BOOL ok = texts_of(&DeviceProvider, &name, 1);

	if (ok) {
		s = local_service();
		ok = s && unregistered(fx_client_unregister_provider(s->client, name),
				       "fax service provider", name);
	}
	wf_unref(s);
	(void)fx_free(name);
	return ok;
}

/* The methods of an extension, as its installer tells them. */
struct methods {
	struct fx_client_method list[METHODS_MAX];
	char *text[METHODS_MAX][4];
	uint32_t n;
};

static BOOL ask_methods(struct methods *m, HANDLE h, PFAX_ROUTING_INSTALLATION_CALLBACKW ask,
			LPVOID context)
{
	for (;;) {
		WCHAR buf[4][TEXT_MAX + 1] = {{0}};
		const WCHAR *in[] = {buf[0], buf[1], buf[2], buf[3]};
		char **t;
		size_t i;

		if (!ask(h, context, buf[0], buf[1], buf[2], buf[3])) {
			return m->n > 0 || wf_fail(ERROR_INVALID_PARAMETER,
						   "The extension has no routing method.");
		}
		if (m->n == METHODS_MAX) {
			return wf_fail(ERROR_BUFFER_OVERFLOW,
				       "The extension has more than %u routing methods.",
				       METHODS_MAX);
		}
		for (i = 0; i < 4; i++) {
			buf[i][TEXT_MAX] = 0;
			if (!buf[i][0]) {
				return wf_fail(ERROR_INVALID_PARAMETER,
					       "Method %u lacks a name, a function or its GUID.",
					       m->n + 1);
			}
		}
		t = m->text[m->n++];
		if (!texts_of(in, t, 4)) {
			return FALSE;
		}
		m->list[m->n - 1] = (struct fx_client_method){.name = t[0], .friendly = t[1],
							      .function = t[2], .guid = t[3]};
	}
}

static BOOL is_local(const struct wf_server *s)
{
	struct fx_client_place place = {.remote = true};

	return (fx_client_resolve(s->name, &place) == 0 && !place.remote) ||
	       wf_fail(ERROR_INVALID_FUNCTION,
		       "Extensions are registered on the machine of the service.");
}

BOOL WINAPI FaxRegisterRoutingExtensionW(HANDLE FaxHandle, LPCWSTR ExtensionName,
					 LPCWSTR FriendlyName, LPCWSTR ImageName,
					 PFAX_ROUTING_INSTALLATION_CALLBACKW CallBack,
					 LPVOID Context)
{
	const WCHAR *const in[] = {ExtensionName, FriendlyName, ImageName};
	struct wf_server *s = NULL;
	struct methods *m = NULL;
	char *t[3] = {NULL};
	BOOL ok = CallBack ? texts_of(in, t, 3)
			   : wf_fail(ERROR_INVALID_PARAMETER, "CallBack is NULL.");

	if (ok) {
		s = wf_server_get(FaxHandle);
		ok = s && is_local(s);
	}
	if (ok) {
		m = fx_zalloc(sizeof(*m));
		ok = m ? ask_methods(m, FaxHandle, CallBack, Context)
		       : wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	if (ok) {
		ok = wf_code(fx_client_register_extension(s->client, t[0], t[1], t[2], m->list,
							  m->n));
	}
	while (m && m->n > 0) {
		texts_free(m->text[--m->n], 4);
	}
	(void)fx_free(m);
	wf_unref(s);
	texts_free(t, 3);
	return ok;
}

BOOL WINAPI CaselliUnregisterRoutingExtension(HANDLE Server, const char *ExtensionName)
{
	struct wf_server *s;
	uint32_t code;

	if (!ExtensionName) {
		return wf_fail(ERROR_INVALID_PARAMETER, "ExtensionName is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_unregister_extension(s->client, ExtensionName);
	wf_unref(s);
	return unregistered(code, "routing extension", ExtensionName);
}
