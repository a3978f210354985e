/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/logging.c  What the service logs, by category. */
#include "clients/winfax/winfax_priv.h"

static BOOL get_logging(HANDLE h, enum fx_text_form form, void **out, LPDWORD n)
{
	struct fx_ms_log_category *list = NULL;
	struct wf_server *s;
	uint32_t code, count = 0;

	if (!out || !n) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Categories or NumberCategories is NULL.");
	}
	s = wf_server_get(h);
	if (!s) {
		return FALSE;
	}
	code = fx_client_get_logging(s->client, form, &list, &count);
	wf_unref(s);
	return wf_give_list(&fx_ms_log_category_layout, code, list, count, form, out, n);
}

BOOL WINAPI FaxGetLoggingCategoriesA(HANDLE FaxHandle, PFAX_LOG_CATEGORYA *Categories,
				     LPDWORD NumberCategories)
{
	return get_logging(FaxHandle, WF_TEXT_A, (void **)Categories, NumberCategories);
}

BOOL WINAPI FaxGetLoggingCategoriesW(HANDLE FaxHandle, PFAX_LOG_CATEGORYW *Categories,
				     LPDWORD NumberCategories)
{
	return get_logging(FaxHandle, FX_TEXT_UTF16, (void **)Categories, NumberCategories);
}

#define CATEGORIES_MAX 64u /* far more than there are */

static BOOL set_logging(HANDLE h, enum fx_text_form form, const void *categories, DWORD n)
{
	const FAX_LOG_CATEGORYA *c = categories;
	struct wf_server *s;
	uint32_t code;
	DWORD i;

	if (!c || n == 0 || n > CATEGORIES_MAX) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "Categories is NULL, or %u categories are not 1 to %u.", n,
			       CATEGORIES_MAX);
	}
	for (i = 0; i < n; i++) {
		if (c[i].Category < FAXLOG_CATEGORY_INIT ||
		    c[i].Category > FAXLOG_CATEGORY_UNKNOWN || c[i].Level > FAXLOG_LEVEL_MAX) {
			return wf_fail(ERROR_INVALID_PARAMETER,
				       "Category %u (1 to 4) or level %u (0 to 3) is unknown.",
				       c[i].Category, c[i].Level);
		}
	}
	s = wf_server_get(h);
	if (!s) {
		return FALSE;
	}
	code = fx_client_set_logging(s->client, form, categories, n);
	wf_unref(s);
	return wf_code(code);
}

BOOL WINAPI FaxSetLoggingCategoriesA(HANDLE FaxHandle, const FAX_LOG_CATEGORYA *Categories,
				     DWORD NumberCategories)
{
	return set_logging(FaxHandle, WF_TEXT_A, Categories, NumberCategories);
}

BOOL WINAPI FaxSetLoggingCategoriesW(HANDLE FaxHandle, const FAX_LOG_CATEGORYW *Categories,
				     DWORD NumberCategories)
{
	return set_logging(FaxHandle, FX_TEXT_UTF16, Categories, NumberCategories);
}
