/* SPDX-License-Identifier: Apache-2.0 */
/**
 * caselli-route-host: one routing extension (faxroute.h) in a process of its own. Started by
 * casellid, which is on descriptor 3; of no use by hand. One question at a time, one answer each:
 * an extension that does not come back is ended by casellid, which knows since when.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "plugin/plugin.h"
#include "route_host/run.h"

#define METHODS_MAX 64

static struct {
	void *lib;
	HANDLE heap;
	PFAXROUTEDEVICEENABLE enable;
	PFAXROUTEGETROUTINGINFO get;
	PFAXROUTESETROUTINGINFO set;
	PFAXROUTEDEVICECHANGENOTIFICATION device;
	struct {
		char *guid;
		PFAXROUTEMETHOD fn;
	} methods[METHODS_MAX];
	uint32_t n;
	char work[FX_EXT_TEXT_MAX];
} ext;

/* ---- start ---- */

static int find_methods(const struct fx_ext_msg *m, struct fx_reason *why)
{
	uint32_t i;

	for (i = 0; i < m->n_items && i < METHODS_MAX; i++) {
		ext.methods[i].fn = FX_PLUGIN_FN(PFAXROUTEMETHOD, ext.lib, m->items[i].b);
		ext.methods[i].guid = fx_strdup(m->items[i].a);
		if (!ext.methods[i].fn) {
			return fx_fail(why, FX_EDATA, "it does not export %.100s",
				       m->items[i].b);
		}
		if (!ext.methods[i].guid) {
			return FX_ENOMEM;
		}
		ext.n++;
	}
	return 0;
}

static int make_folder(const char *folder, struct fx_reason *why)
{
	fx_auto char *config = fx_asprintf("%s/config", folder);

	(void)mkdir(folder, 0700);
	(void)snprintf(ext.work, sizeof(ext.work), "%s/work", folder);
	if (mkdir(ext.work, 0700) < 0 && errno != EEXIST) {
		return fx_fail(why, fx_error_from_errno(errno), "cannot make '%s'", ext.work);
	}
	return config ? fx_plugin_data_init(config, why) : FX_ENOMEM;
}

/* text: 0 image, 1 folder; items: GUID and function of each method */
static int open_extension(const struct fx_ext_msg *m, struct fx_reason *why)
{
	FAX_ROUTE_CALLBACKROUTINES callbacks = fx_run_callbacks;
	PFAXROUTEINITIALIZE init;
	int err;

	if (ext.lib || m->number[0] != FX_EXT_VERSION) {
		return fx_fail(why, FX_EPROTO, "casellid and its host are of different versions");
	}
	err = make_folder(m->text[1], why);
	err = err ? err : fx_plugin_open(m->text[0], &ext.lib, why);
	if (err) {
		return err;
	}
	init = FX_PLUGIN_FN(PFAXROUTEINITIALIZE, ext.lib, "FaxRouteInitialize");
	ext.enable = FX_PLUGIN_FN(PFAXROUTEDEVICEENABLE, ext.lib, "FaxRouteDeviceEnable");
	ext.get = FX_PLUGIN_FN(PFAXROUTEGETROUTINGINFO, ext.lib, "FaxRouteGetRoutingInfo");
	ext.set = FX_PLUGIN_FN(PFAXROUTESETROUTINGINFO, ext.lib, "FaxRouteSetRoutingInfo");
	ext.device = FX_PLUGIN_FN(PFAXROUTEDEVICECHANGENOTIFICATION, ext.lib,
				  "FaxRouteDeviceChangeNotification");
	if (!init || !ext.enable || !ext.get || !ext.set || !ext.device) {
		return fx_fail(why, FX_EDATA, "it lacks an export that faxroute.h demands");
	}
	err = find_methods(m, why);
	err = err ? err : fx_plugin_offer_data(ext.lib, why);
	ext.heap = HeapCreate(0, 0, 0);
	if (err || !ext.heap) {
		return err ? err : FX_ENOMEM;
	}
	SetLastError(0);
	if (!init(ext.heap, &callbacks)) {
		return fx_fail(why, FX_EDATA, "FaxRouteInitialize failed: error %u",
			       GetLastError());
	}
	return 0;
}

/* ---- administration: number 0 = device id ---- */

static WCHAR *wide(const char *s)
{
	size_t units;

	return fx_utf16_from_utf8(fx_text(s), &units);
}

static DWORD last_error(void)
{
	DWORD code = GetLastError();

	return code ? code : ERROR_GEN_FAILURE;
}

static DWORD enable(const struct fx_ext_msg *m, struct fx_ext_msg *a)
{
	fx_auto WCHAR *guid = wide(m->text[0]);
	LONG what = (LONG)m->number[1];
	BOOL ok;

	if (!guid) {
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	SetLastError(0);
	ok = ext.enable(guid, m->number[0], what);
	if (what == QUERY_STATUS) {
		a->number[1] = ok != FALSE;
		return ERROR_SUCCESS;
	}
	a->number[1] = what == STATUS_ENABLE;
	return ok ? ERROR_SUCCESS : last_error();
}

static DWORD get(const struct fx_ext_msg *m, struct fx_ext_msg *a)
{
	fx_auto WCHAR *guid = wide(m->text[0]);
	DWORD n = 0;

	if (!guid) {
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	SetLastError(0);
	if (!ext.get(guid, m->number[0], NULL, &n)) {
		return last_error();
	}
	if (!n) {
		return ERROR_SUCCESS;
	}
	if (n > FX_ROUTING_DATA_MAX) {
		return ERROR_INVALID_DATA;
	}
	a->data[0].p = fx_zalloc(n);
	if (!a->data[0].p) {
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	a->data[0].n = n;
	SetLastError(0);
	if (!ext.get(guid, m->number[0], a->data[0].p, &n) || n > a->data[0].n) {
		return last_error();
	}
	a->data[0].n = n;
	return ERROR_SUCCESS;
}

static DWORD set(const struct fx_ext_msg *m)
{
	fx_auto WCHAR *guid = wide(m->text[0]);

	if (!guid) {
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	SetLastError(0);
	return ext.set(guid, m->number[0], m->data[0].p, m->data[0].n) ? ERROR_SUCCESS :
									 last_error();
}

static DWORD device(const struct fx_ext_msg *m)
{
	SetLastError(0);
	return ext.device(m->number[0], m->number[1] != 0) ? ERROR_SUCCESS : last_error();
}

/* ---- a run ---- */

/* The method sees a copy: it could spoil the fax itself. */
static bool copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	char buf[65536];
	ssize_t n = -1;

	(void)unlink(to);
	out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	while (out >= 0 && (n = read(in, buf, sizeof(buf))) > 0) {
		if (write(out, buf, (size_t)n) != n) {
			n = -1;
			break;
		}
	}
	if (in >= 0) {
		(void)close(in);
	}
	return out >= 0 && close(out) == 0 && n == 0;
}

static PFAXROUTEMETHOD find_method(const char *guid)
{
	uint32_t i;

	for (i = 0; i < ext.n; i++) {
		if (fx_str_ieq(ext.methods[i].guid, guid)) {
			return ext.methods[i].fn;
		}
	}
	return NULL;
}

#define RUN_TEXTS 8 /* text 1 to 7 of RUN: csid, tsid, caller, routing, receiver, number, device */

/* The block comes back only when it is one of the extension's heap; its size is the heap's. */
static void take_failure(struct fx_ext_msg *a, PVOID failure, DWORD n)
{
	SIZE_T size = failure ? HeapSize(ext.heap, 0, failure) : (SIZE_T)-1;

	a->number[0] = 1; /* FX_ROUTE_FAILED */
	if (size == (SIZE_T)-1) {
		return;
	}
	n = n < size ? n : (DWORD)size;
	n = n < FX_ROUTING_DATA_MAX ? n : FX_ROUTING_DATA_MAX;
	a->data[0].p = fx_memdup(failure, n);
	a->data[0].n = a->data[0].p ? n : 0;
	a->number[0] = 2; /* FX_ROUTE_RETRY */
	(void)HeapFree(ext.heap, 0, failure);
}

static void call_method(const struct fx_ext_msg *m, PFAXROUTEMETHOD fn, WCHAR *const text[],
			struct fx_ext_msg *a)
{
	FAX_ROUTE r = {
		.SizeOfStruct = sizeof(r), .JobId = m->number[0], .DeviceId = m->number[1],
		.PageCount = m->number[2], .ElapsedTime = m->wide[0], .ReceiveTime = m->wide[1],
		.Csid = text[1], .Tsid = text[2], .CallerId = text[3], .RoutingInfo = text[4],
		.ReceiverName = text[5], .ReceiverNumber = text[6], .DeviceName = text[7],
		.RoutingInfoData = m->data[0].p, .RoutingInfoDataSize = m->data[0].n,
	};
	PVOID failure = NULL;
	DWORD n = 0;

	if (m->data[1].p) {
		failure = HeapAlloc(ext.heap, 0, m->data[1].n);
		if (failure) {
			(void)memcpy(failure, m->data[1].p, m->data[1].n);
			n = m->data[1].n;
		}
	}
	SetLastError(0);
	if (fn(&r, &failure, &n)) {
		a->number[0] = 0; /* FX_ROUTE_DONE */
		(void)HeapFree(ext.heap, 0, failure);
		return;
	}
	a->number[1] = GetLastError();
	take_failure(a, failure, n);
}

/* @return as text 0 of RESULT: NULL, or why it failed before the method was called */
static const char *run_method(const struct fx_ext_msg *m, struct fx_ext_msg *a)
{
	PFAXROUTEMETHOD fn = find_method(m->text[0]);
	fx_auto WCHAR *guid = wide(m->text[0]);
	fx_auto char *copy = fx_asprintf("%s/%u.tif", ext.work, m->number[0]);
	WCHAR *text[RUN_TEXTS] = {NULL};
	const char *why = NULL;
	bool ok = guid && copy;
	int i;

	a->number[0] = 2; /* until more is known: again, later */
	if (!fn || !m->n_items) {
		a->number[0] = 1;
		return "there is no such method";
	}
	if (ok && !ext.enable(guid, m->number[1], QUERY_STATUS)) {
		a->number[0] = 3; /* FX_ROUTE_DISABLED */
		return NULL;
	}
	for (i = 1; i < RUN_TEXTS; i++) {
		text[i] = wide(m->text[i]);
		ok = ok && text[i];
	}
	if (!ok || fx_run_begin(m->number[0], m->items, m->n_items, copy)) {
		why = "out of memory";
	} else if (!copy_file(m->items[0].a, copy)) {
		why = "the fax cannot be copied for it";
	} else {
		call_method(m, fn, text, a);
	}
	fx_run_end(a);
	for (i = 1; i < RUN_TEXTS; i++) {
		(void)fx_free(text[i]);
	}
	if (copy) {
		(void)unlink(copy);
	}
	return why;
}

/* ---- the socket ---- */

static bool answer(const struct fx_ext_msg *m)
{
	struct fx_ext_msg a = {.type = m->type == FX_EXT_RUN ? FX_EXT_RESULT : FX_EXT_ANSWER,
			       .serial = m->serial};
	struct fx_reason why = {0};
	struct fx_buf b = {0};
	bool sent;

	switch (m->type) {
	case FX_EXT_OPEN:
		a.number[0] = open_extension(m, &why) ? ERROR_GEN_FAILURE : ERROR_SUCCESS;
		break;
	case FX_EXT_RUN:
		fx_reason_set(&why, "%s", fx_text(run_method(m, &a)));
		break;
	case FX_EXT_ENABLE:
		a.number[0] = enable(m, &a);
		break;
	case FX_EXT_GET:
		a.number[0] = get(m, &a);
		break;
	case FX_EXT_SET:
		a.number[0] = set(m);
		break;
	case FX_EXT_DEVICE:
		a.number[0] = device(m);
		break;
	case FX_EXT_ANSWER:
	case FX_EXT_RESULT:
		return false;
	}
	a.text[0] = why.text;
	sent = !fx_ext_msg_encode(&a, &b) && send(FX_EXT_FD, b.data, b.len, 0) == (ssize_t)b.len;
	fx_buf_fini(&b);
	a.text[0] = NULL;
	fx_ext_msg_fini(&a);
	return sent;
}

static const char usage[] = "usage: caselli-route-host [--help | --version]\n"
			    "One routing extension in a process of its own; casellid starts it by "
			    "itself.\n";

int main(int argc, char **argv)
{
	static uint8_t buf[FX_EXT_MSG_MAX];
	struct fx_ext_msg m;
	bool go_on = true;
	int type = 0;
	socklen_t len = sizeof(type);
	ssize_t n;

	if (argc > 1) {
		(void)printf("%s", !strcmp(argv[1], "--version") ?
					   "caselli-route-host " FX_VERSION "\n" : usage);
		return 0;
	}
	if (getsockopt(FX_EXT_FD, SOL_SOCKET, SO_TYPE, &type, &len) < 0 ||
	    type != SOCK_SEQPACKET) {
		(void)fprintf(stderr, "%s: casellid is not on descriptor %d\n", argv[0],
			      FX_EXT_FD);
		return 2;
	}
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)fcntl(FX_EXT_FD, F_SETFL, fcntl(FX_EXT_FD, F_GETFL) & ~O_NONBLOCK);
	(void)fcntl(FX_EXT_FD, F_SETFD, FD_CLOEXEC);
	while (go_on && (n = recv(FX_EXT_FD, buf, sizeof(buf), 0)) > 0) {
		go_on = fx_ext_msg_decode(&m, buf, (size_t)n) == 0 && answer(&m);
		fx_ext_msg_fini(&m);
	}
	return 0;
}
