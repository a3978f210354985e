/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file plugin/extdata.c
 * The configuration callbacks (winfax.md 9): one file for each item, named GUID-DEVICE, in the
 * plug-in's folder of the state. A change is whole and on disk before the callback returns.
 */
#include "plugin/plugin.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <faxext.h>
#include "base/mem.h"
#include "base/str.h"

#define EVENTS_MAX 256
#define GUID_LEN 38

struct event {
	bool used;
	HINSTANCE inst;
	DWORD device;
	char guid[GUID_LEN + 1];
	PFAX_EXT_CONFIG_CHANGE fn;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int folder = -1;
static struct event events[EVENTS_MAX];

int fx_plugin_data_init(const char *path, struct fx_reason *reterr)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST) {
		return fx_fail(reterr, fx_error_from_errno(errno), "cannot make '%s'", path);
	}
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		return fx_fail(reterr, fx_error_from_errno(errno), "cannot open '%s'", path);
	}
	return 0;
}

/* "{8-4-4-4-12}" in lower case; only its syntax is looked at. */
static bool read_guid(LPCWSTR s, char dst[GUID_LEN + 1])
{
	static const char form[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
	size_t i;

	for (i = 0; s && i < GUID_LEN; i++) {
		char c = (char)(s[i] < 0x80 ? s[i] : 0);

		if (c >= 'A' && c <= 'F') {
			c = (char)(c - 'A' + 'a');
		}
		if (form[i] == 'x' ? !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) :
				     c != form[i]) {
			return false;
		}
		dst[i] = c;
	}
	dst[GUID_LEN] = '\0';
	return s && !s[GUID_LEN];
}

static void file_name(char dst[64], const char *guid, DWORD device)
{
	(void)snprintf(dst, 64, "%s-%u", guid, device);
}

static DWORD WINAPI get_data(DWORD device, FAX_ENUM_DEVICE_ID_SOURCE src, LPCWSTR guid,
			     LPBYTE *ret, LPDWORD ret_size)
{
	char id[GUID_LEN + 1], name[64];
	struct stat st;
	DWORD code = ERROR_GEN_FAILURE;
	BYTE *p = NULL;
	int fd;

	if (!ret || !ret_size || src != DEV_ID_SRC_FAX || !read_guid(guid, id)) {
		return ERROR_INVALID_PARAMETER;
	}
	file_name(name, id, device);
	fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return errno == ENOENT ? ERROR_FILE_NOT_FOUND : ERROR_GEN_FAILURE;
	}
	if (!fstat(fd, &st) && st.st_size <= CASELLI_EXT_DATA_MAX) {
		p = HeapAlloc(GetProcessHeap(), 0, (SIZE_T)st.st_size);
		code = p ? ERROR_GEN_FAILURE : ERROR_NOT_ENOUGH_MEMORY;
		if (p && read(fd, p, (size_t)st.st_size) == st.st_size) {
			*ret = p;
			*ret_size = (DWORD)st.st_size;
			code = ERROR_SUCCESS;
		}
	}
	(void)close(fd);
	if (code) {
		(void)HeapFree(GetProcessHeap(), 0, p);
	}
	return code;
}

static bool store(const char *name, const BYTE *p, DWORD n)
{
	char temp[72];
	bool ok;
	int fd;

	(void)snprintf(temp, sizeof(temp), "%s.new", name);
	fd = openat(folder, temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		return false;
	}
	ok = write(fd, p, n) == (ssize_t)n && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	return ok && renameat(folder, temp, folder, name) == 0 && fsync(folder) == 0;
}

/* Those who asked, but not the one who changed it. No lock is held while they run. */
static void tell(HINSTANCE inst, DWORD device, const char *id, LPCWSTR guid, LPBYTE p, DWORD n)
{
	PFAX_EXT_CONFIG_CHANGE fn;
	size_t i;

	for (i = 0; i < EVENTS_MAX; i++) {
		const struct event *e = &events[i];

		(void)pthread_mutex_lock(&lock);
		fn = e->used && e->inst != inst && e->device == device && !strcmp(e->guid, id) ?
			     e->fn : NULL;
		(void)pthread_mutex_unlock(&lock);
		if (fn) {
			(void)fn(device, guid, p, n);
		}
	}
}

static DWORD WINAPI set_data(HINSTANCE inst, DWORD device, FAX_ENUM_DEVICE_ID_SOURCE src,
			     LPCWSTR guid, LPBYTE p, DWORD n)
{
	char id[GUID_LEN + 1], name[64];
	bool ok;

	if (!p || !n || n > CASELLI_EXT_DATA_MAX || src != DEV_ID_SRC_FAX ||
	    !read_guid(guid, id)) {
		return ERROR_INVALID_PARAMETER;
	}
	file_name(name, id, device);
	(void)pthread_mutex_lock(&lock);
	ok = store(name, p, n);
	(void)pthread_mutex_unlock(&lock);
	if (!ok) {
		return ERROR_GEN_FAILURE;
	}
	tell(inst, device, id, guid, p, n);
	return ERROR_SUCCESS;
}

static HANDLE WINAPI listen_to(HINSTANCE inst, DWORD device, FAX_ENUM_DEVICE_ID_SOURCE src,
			       LPCWSTR guid, PFAX_EXT_CONFIG_CHANGE fn)
{
	char id[GUID_LEN + 1];
	size_t i, at = EVENTS_MAX;
	DWORD code = ERROR_NOT_ENOUGH_MEMORY;

	if (!fn || src != DEV_ID_SRC_FAX || !read_guid(guid, id)) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	(void)pthread_mutex_lock(&lock);
	for (i = EVENTS_MAX; i--;) {
		const struct event *e = &events[i];

		if (!e->used) {
			at = i;
		} else if (e->inst == inst && e->device == device && !strcmp(e->guid, id)) {
			code = ERROR_ALREADY_ASSIGNED;
			at = EVENTS_MAX;
			break;
		}
	}
	if (at < EVENTS_MAX) {
		events[at] = (struct event){true, inst, device, "", fn};
		(void)fx_strlcpy(events[at].guid, id, sizeof(id));
	}
	(void)pthread_mutex_unlock(&lock);
	if (at == EVENTS_MAX) {
		SetLastError(code);
		return NULL;
	}
	return (HANDLE)(uintptr_t)(at + 1);
}

static DWORD WINAPI unlisten(HANDLE h)
{
	uintptr_t at = (uintptr_t)h;
	DWORD code = ERROR_NOT_FOUND;

	(void)pthread_mutex_lock(&lock);
	if (at >= 1 && at <= EVENTS_MAX && events[at - 1].used) {
		events[at - 1].used = false;
		code = ERROR_SUCCESS;
	}
	(void)pthread_mutex_unlock(&lock);
	return code;
}

static void WINAPI free_buffer(LPVOID p)
{
	(void)HeapFree(GetProcessHeap(), 0, p);
}

int fx_plugin_offer_data(void *lib, struct fx_reason *reterr)
{
	PFAX_EXT_INITIALIZE_CONFIG init =
		FX_PLUGIN_FN(PFAX_EXT_INITIALIZE_CONFIG, lib, "FaxExtInitializeConfig");
	HRESULT hr;

	if (!init) {
		return 0;
	}
	if (folder < 0) {
		return fx_fail(reterr, FX_EDATA, "there is no folder for its data");
	}
	hr = init(get_data, set_data, listen_to, unlisten, free_buffer);
	if (hr != S_OK) {
		return fx_fail(reterr, FX_EDATA, "FaxExtInitializeConfig failed: 0x%08x",
			       (unsigned)hr);
	}
	return 0;
}
