/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/cover.c
 * Cover pages: where a name leads (faxcom.md 6.5), why one cannot be used, and the common
 * ones behind caselli.h.
 */
#include <string.h>
#include "base/str.h"
#include "clients/common/files.h"
#include "clients/winfax/extra.h"
#include "clients/winfax/send.h"

#define COVER_EXT ".cover"

/* Behind the last folder, also of a path of Windows. */
static const char *base_name(const char *s)
{
	const char *p = s;

	for (; *s; s++) {
		p = strchr("/\\", *s) ? s + 1 : p;
	}
	return p;
}

char *wf_cover_common(const char *name)
{
	return fx_strdup(base_name(name));
}

static char *personal_folder(void)
{
	fx_auto char *data = fx_user_folder(FX_USER_DATA);

	return data ? fx_asprintf("%s/coverpages", data) : NULL;
}

static size_t stem(const char *file)
{
	size_t n = strlen(file);

	return n > 6 && fx_str_ieq(file + n - 6, COVER_EXT) ? n - 6 :
	       n > 4 && fx_str_ieq(file + n - 4, ".cov")    ? n - 4 : n;
}

static bool same_page(const char *a, const char *b)
{
	size_t n = stem(a), i;

	if (stem(b) != n) {
		return false;
	}
	for (i = 0; i < n; i++) {
		char x = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] + 32) : a[i];
		char y = b[i] >= 'A' && b[i] <= 'Z' ? (char)(b[i] + 32) : b[i];

		if (x != y) {
			return false;
		}
	}
	return true;
}

struct search {
	const char *folder, *name;
	char *found;
};

static bool look(void *arg, const char *file)
{
	struct search *s = arg;
	size_t n = strlen(file);
	bool ours = n > 6 && fx_str_ieq(file + n - 6, COVER_EXT);

	if (stem(file) < n && same_page(file, s->name) && (!s->found || ours)) {
		(void)fx_free(s->found);
		s->found = fx_asprintf("%s/%s", s->folder, file);
	}
	return true;
}

/* A page of the folder by its name, with or without extension, in any case. */
static char *find_in(const char *folder, const char *name)
{
	struct search s = {.folder = folder, .name = name};

	fx_folder_names(folder, look, &s);
	return s.found;
}

char *wf_cover_personal(const char *name)
{
	fx_auto char *folder = NULL;
	char *path;

	if (fx_path_is_full(name)) {
		return fx_strdup(name);
	}
	folder = personal_folder();
	if (!folder) {
		return NULL;
	}
	path = find_in(folder, base_name(name));
	return path ? path : fx_asprintf("%s/%s", folder, name); /* for the words: not there */
}

static BOOL no_such_page(const char *name)
{
	return wf_fail(ERROR_FILE_NOT_FOUND, "The service has no common cover page \"%s\"; "
		       "\"caselli covers\" lists them.", name);
}

BOOL wf_cover_there(struct wf_server *s, const char *name)
{
	struct fx_cs_cover *list = NULL;
	uint32_t n = 0, i, code = fx_client_covers(s->client, FX_TEXT_UTF8, &list, &n);
	bool there;

	if (code) { /* it says so itself when the fax comes */
		return code != ERROR_NOT_ENOUGH_MEMORY || wf_code(code);
	}
	for (i = 0; i < n && !same_page(fx_text(list[i].name.u8), name); i++) {
	}
	there = i < n;
	(void)fx_free(list);
	return there || no_such_page(name);
}

/* The code of a send with a cover page, in words; the service's own stay with it. */
BOOL wf_cover_result(struct wf_server *s, const struct wf_order *o, uint32_t code)
{
	uint32_t allowed = 1;
	fx_auto char *name = wf_to_utf8(o->cp->CoverPageName, o->form);

	if (code == ERROR_FILE_NOT_FOUND && o->cp->UseServerCoverPage) {
		return no_such_page(fx_text(name));
	}
	if (code == ERROR_INVALID_DATA) {
		return wf_fail(code, "\"%s\" is no cover page of Caselli's. Those of Windows "
			       "(.cov) cannot be read; \"caselli covers\" lists what there is, "
			       "caselli-cover(5) says how to write one.", fx_text(name));
	}
	if (code == ERROR_ACCESS_DENIED && !o->cp->UseServerCoverPage &&
	    !fx_client_get_personal_cp(s->client, &allowed) && !allowed) {
		return wf_fail(code, "The service allows common cover pages only "
			       "(ServerCoverpage).");
	}
	return wf_send_result(code);
}

/* ---- caselli.h ---- */

#define O(f) offsetof(CASELLI_COVERPAGE, f)
static const uint16_t cover_text[] = {O(Name), O(Title)};
#undef O
static const struct wf_shape cover_shape = {sizeof(CASELLI_COVERPAGE), cover_text,
					    FX_ARRAY_LEN(cover_text)};

BOOL WINAPI CaselliEnumCoverPages(HANDLE Server, CASELLI_COVERPAGE **Pages, DWORD *Count)
{
	struct fx_cs_cover *list = NULL;
	CASELLI_COVERPAGE *a;
	struct wf_server *s;
	uint32_t code, n = 0;
	BOOL ok;

	if (!Pages || !Count) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Pages or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_covers(s->client, FX_TEXT_UTF8, &list, &n);
	wf_unref(s);
	if (code) {
		return wf_code(code);
	}
	a = fx_calloc(n ? n : 1, sizeof(*a));
	for (uint32_t i = 0; a && i < n; i++) {
		a[i] = (CASELLI_COVERPAGE){.Name = list[i].name.u8, .Title = list[i].title.u8,
					   .SizeBytes = list[i].bytes, .Own = list[i].own != 0,
					   .Windows = list[i].windows != 0};
	}
	ok = wf_give_own(&cover_shape, a, n, (void **)Pages, Count);
	(void)fx_free(a);
	(void)fx_free(list);
	return ok;
}

static BOOL give_view(uint32_t code, const char *words, uint8_t *p, size_t n, BYTE **data,
		      DWORD *size)
{
	void *block;

	if (code) {
		return words && *words ? wf_fail(code, "%s", words) : wf_code(code);
	}
	block = n <= UINT32_MAX ? wf_pack_bytes(p, n) : NULL;
	(void)fx_free(p);
	if (!block) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	*data = block;
	*size = (DWORD)n;
	return TRUE;
}

static BOOL view(struct wf_server *s, const char *name, BOOL common, DWORD how, DWORD page,
		 BYTE **data, DWORD *size, DWORD *pages)
{
	char upload[256] = "", *words = NULL;
	uint32_t code, n = 0;
	uint8_t *p = NULL;
	size_t bytes = 0;
	BOOL ok;

	if (!common) {
		fx_auto char *path = wf_cover_personal(name);

		ok = path ? wf_upload(s, path, ".cov", upload) : wf_code(ERROR_NOT_ENOUGH_MEMORY);
		if (!ok) {
			return FALSE;
		}
	}
	code = fx_client_cover_view(s->client, common ? base_name(name) : upload, common,
				    (enum fx_client_view)how, page, &p, &bytes, &n, &words);
	if (code == ERROR_FILE_NOT_FOUND) {
		ok = wf_fail(code, "The service has no common cover page \"%s\".", name);
	} else {
		ok = give_view(code, words, p, bytes, data, size);
	}
	(void)fx_free(words);
	if (ok && pages) {
		*pages = n;
	}
	return ok;
}

BOOL WINAPI CaselliViewCoverPage(HANDLE Server, const char *Name, BOOL Common, DWORD View,
				 DWORD Page, BYTE **Data, DWORD *Size, DWORD *Pages)
{
	struct wf_server *s;
	BOOL ok;

	if (!Name || !*Name || !Data || !Size || View > CASELLI_VIEW_PNG ||
	    (View == CASELLI_VIEW_PNG && !Page)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "Name or a result is NULL, view %u is unknown, or page %u is not "
			       "from 1.", View, Page);
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	ok = view(s, Name, Common, View, Page, Data, Size, Pages);
	wf_unref(s);
	return ok;
}

static BOOL install(struct wf_server *s, const char *file, const char *name)
{
	char upload[256] = "";
	fx_auto char *path = wf_cover_personal(file);
	BYTE *data = NULL;
	DWORD size = 0;
	uint32_t code;

	/* a page with a mistake in it would fail the jobs of others: draw it first */
	if (!path || !view(s, path, FALSE, CASELLI_VIEW_PDF, 0, &data, &size, NULL)) {
		return path ? FALSE : wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	FaxFreeBuffer(data);
	if (!wf_upload(s, path, ".cov", upload)) {
		return FALSE;
	}
	code = fx_client_cover_put(s->client, base_name(name), upload);
	return code == ERROR_INVALID_PARAMETER ?
		       wf_fail(code, "\"%s\" cannot be the name of a cover page.", name) :
		       wf_code(code);
}

BOOL WINAPI CaselliInstallCoverPage(HANDLE Server, const char *File, const char *Name)
{
	struct wf_server *s;
	BOOL ok;

	if (!File || !*File) {
		return wf_fail(ERROR_INVALID_PARAMETER, "File is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	ok = install(s, File, Name ? Name : File);
	wf_unref(s);
	return ok;
}

BOOL WINAPI CaselliRemoveCoverPage(HANDLE Server, const char *Name)
{
	struct wf_server *s;
	uint32_t code;

	if (!Name || !*Name) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Name is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_cover_put(s->client, base_name(Name), NULL);
	wf_unref(s);
	return code == ERROR_FILE_NOT_FOUND ?
		       wf_fail(code, "No cover page \"%s\" was installed here; those that came "
			       "with Caselli stay.", Name) :
		       wf_code(code);
}
