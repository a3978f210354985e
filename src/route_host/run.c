/* SPDX-License-Identifier: Apache-2.0 */
#include "route_host/run.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

#define FILES_MAX 64u /* as route/method.h: FX_ROUTE_FILES_MAX */

struct file {
	char *path, *guid;
};

static struct {
	pthread_mutex_t lock;
	bool running;
	uint32_t job;
	struct file files[FILES_MAX];
	uint32_t n;
	struct fx_ext_item changes[FX_EXT_ITEMS_MAX];
	uint32_t n_changes;
} run = {.lock = PTHREAD_MUTEX_INITIALIZER};

static char *narrow(LPCWSTR s)
{
	size_t n = 0;

	while (s && n < FX_EXT_TEXT_MAX && s[n]) {
		n++;
	}
	return s && n && n < FX_EXT_TEXT_MAX ? fx_utf8_from_utf16(s, n) : NULL;
}

static char *guid_text(const GUID *g)
{
	return g ? fx_asprintf("{%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x}", g->Data1,
			       g->Data2, g->Data3, g->Data4[0], g->Data4[1], g->Data4[2],
			       g->Data4[3], g->Data4[4], g->Data4[5], g->Data4[6], g->Data4[7]) :
		   fx_strdup("");
}

static bool guid_value(const char *s, GUID *g)
{
	unsigned d[10], a;

	(void)memset(g, 0, sizeof(*g));
	if (sscanf(s, "{%8x-%4x-%4x-%2x%2x-%2x%2x%2x%2x%2x%2x}", &a, &d[0], &d[1], &d[2], &d[3],
		   &d[4], &d[5], &d[6], &d[7], &d[8], &d[9]) != 11) {
		return false;
	}
	g->Data1 = a;
	g->Data2 = (uint16_t)d[0];
	g->Data3 = (uint16_t)d[1];
	for (int i = 0; i < 8; i++) {
		g->Data4[i] = (uint8_t)d[i + 2];
	}
	return true;
}

/* Under the lock. Takes a, b, data. */
static bool note(enum fx_ext_change kind, char *a, char *b, const void *data, uint32_t n)
{
	struct fx_ext_item *c = &run.changes[run.n_changes];
	uint8_t *copy = data ? fx_memdup(data, n) : NULL;

	if (!a || !b || (data && !copy) || run.n_changes == FX_EXT_ITEMS_MAX) {
		(void)fx_free(a);
		(void)fx_free(b);
		(void)fx_free(copy);
		return false;
	}
	*c = (struct fx_ext_item){kind, a, b, {copy, n}};
	run.n_changes++;
	return true;
}

static bool enter(DWORD job)
{
	(void)pthread_mutex_lock(&run.lock);
	if (run.running && run.job == job) {
		return true;
	}
	(void)pthread_mutex_unlock(&run.lock);
	SetLastError(ERROR_INVALID_PARAMETER);
	return false;
}

static void leave(void)
{
	(void)pthread_mutex_unlock(&run.lock);
}

static uint32_t find(const char *path)
{
	uint32_t i;

	for (i = 0; i < run.n && strcmp(run.files[i].path, path) != 0; i++) {
	}
	return i;
}

static LONG WINAPI add_file(DWORD job, LPCWSTR name, GUID *guid)
{
	char *path = narrow(name), *id = guid_text(guid), *path2, *id2;
	LONG at = -1;

	if (!enter(job)) {
		(void)fx_free(path);
		(void)fx_free(id);
		return -1;
	}
	if (path && id && path[0] == '/' && run.n < FILES_MAX && find(path) == run.n) {
		path2 = fx_strdup(path);
		id2 = fx_strdup(id);
		if (note(FX_EXT_ADD, path2, id2, NULL, 0)) {
			at = (LONG)run.n;
			run.files[run.n++] = (struct file){path, id};
			path = id = NULL;
		}
	}
	leave();
	(void)fx_free(path);
	(void)fx_free(id);
	if (at < 0) {
		SetLastError(ERROR_INVALID_PARAMETER);
	}
	return at;
}

static LONG WINAPI delete_file(DWORD job, LPCWSTR name)
{
	char *path = narrow(name);
	LONG result = -1;
	uint32_t at;

	if (path && enter(job)) {
		at = find(path);
		if (at && at < run.n && note(FX_EXT_DELETE, fx_strdup(path), fx_strdup(""),
					     NULL, 0)) {
			(void)fx_free(run.files[at].path);
			(void)fx_free(run.files[at].guid);
			run.n--;
			(void)memmove(&run.files[at], &run.files[at + 1],
				      (run.n - at) * sizeof(run.files[0]));
			result = (LONG)at;
		}
		leave();
	}
	(void)fx_free(path);
	if (result < 0) {
		SetLastError(ERROR_INVALID_PARAMETER);
	}
	return result;
}

static BOOL WINAPI get_file(DWORD job, DWORD index, LPWSTR buffer, LPDWORD size)
{
	WCHAR *text = NULL;
	size_t units = 0, bytes;
	BOOL ok = FALSE;

	if (!size || !enter(job)) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return FALSE;
	}
	text = index < run.n ? fx_utf16_from_utf8(run.files[index].path, &units) : NULL;
	leave();
	bytes = (units + 1) * sizeof(*text);
	if (!text) {
		SetLastError(ERROR_INVALID_PARAMETER);
	} else if (buffer && *size < bytes) {
		SetLastError(ERROR_INSUFFICIENT_BUFFER);
	} else {
		ok = TRUE;
		if (buffer) {
			(void)memcpy(buffer, text, bytes);
		}
	}
	if (text) {
		*size = (DWORD)bytes;
	}
	(void)fx_free(text);
	return ok;
}

/* A copy of one entry: the extension may call us back from its enumerator. */
static bool entry(DWORD job, uint32_t i, WCHAR **ret, GUID *owner, bool *ret_owned)
{
	size_t units;
	bool there;

	if (!enter(job)) {
		return false;
	}
	there = i < run.n;
	if (there) {
		*ret = fx_utf16_from_utf8(run.files[i].path, &units);
		*ret_owned = guid_value(run.files[i].guid, owner);
	}
	leave();
	return there && *ret;
}

static BOOL WINAPI enum_files(DWORD job, GUID *caller, PFAXROUTEENUMFILE fn, PVOID context)
{
	WCHAR *path = NULL;
	GUID owner;
	bool owned = false;
	BOOL more = TRUE;
	uint32_t i;

	if (!fn || !enter(job)) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return FALSE;
	}
	leave();
	for (i = 0; more && entry(job, i, &path, &owner, &owned); i++) {
		more = fn(job, owned ? &owner : NULL, caller, path, context);
		path = fx_free(path);
	}
	return TRUE;
}

static BOOL WINAPI modify(DWORD job, LPCWSTR guid, LPBYTE data, DWORD n)
{
	char *id = narrow(guid);
	GUID g;
	BOOL ok = FALSE;

	if (id && data && n && n <= FX_ROUTING_DATA_MAX && guid_value(id, &g) && enter(job)) {
		ok = note(FX_EXT_MODIFY, fx_strdup(id), fx_strdup(""), data, n);
		leave();
	}
	(void)fx_free(id);
	if (!ok) {
		SetLastError(ERROR_INVALID_PARAMETER);
	}
	return ok;
}

FAX_ROUTE_CALLBACKROUTINES fx_run_callbacks = {
	sizeof(fx_run_callbacks), add_file, delete_file, get_file, enum_files, modify,
};

int fx_run_begin(uint32_t job, const struct fx_ext_item *files, uint32_t n, const char *copy)
{
	bool ok = true;
	uint32_t i;

	(void)pthread_mutex_lock(&run.lock);
	run.job = job;
	run.n = run.n_changes = 0;
	for (i = 0; i < n && i < FILES_MAX; i++) {
		struct file *f = &run.files[run.n++];

		f->path = fx_strdup(i ? files[i].a : copy);
		f->guid = fx_strdup(files[i].b);
		ok = ok && f->path && f->guid;
	}
	run.running = ok;
	(void)pthread_mutex_unlock(&run.lock);
	return ok ? 0 : FX_ENOMEM;
}

void fx_run_end(struct fx_ext_msg *m)
{
	uint32_t i;

	(void)pthread_mutex_lock(&run.lock);
	run.running = false;
	for (i = 0; i < run.n; i++) {
		(void)fx_free(run.files[i].path);
		(void)fx_free(run.files[i].guid);
	}
	run.n = 0;
	m->items = fx_memdup(run.changes, run.n_changes * sizeof(run.changes[0]));
	m->n_items = m->items ? run.n_changes : 0;
	run.n_changes = 0;
	(void)pthread_mutex_unlock(&run.lock);
}
