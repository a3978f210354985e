/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fax service provider (faxdev.h) whose telephone network is a folder: what is sent to NUMBER
 * becomes FOLDER/out/NUMBER-DEVICE-n.tif, what somebody puts into FOLDER/in as *.tif comes in as
 * a fax. FOLDER is $CASELLI_EXAMPLE_FSP, else /var/spool/caselli-example. README.md beside it.
 *
 * It shows what a provider has to do: devices, one state for each operation, a status for each
 * step, abort, ringing. Numbers that end in 99 are busy, so that retries can be seen.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <faxdev.h>

#define DEVICES      2
#define FIRST_DEVICE 7001
#define PATH_SIZE    1200

struct operation {
	DWORD device;
	HANDLE port; /* for statuses */
	ULONG_PTR key;
	pthread_mutex_t lock;
	bool aborted;
	DWORD status, page; /* as it stands now */
};

static char folder[900];
static HANDLE heap, ring_port;
static ULONG_PTR ring_key;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char waiting[DEVICES][PATH_SIZE]; /* the file that rings on a device; "" = none */
static int ring_age[DEVICES];            /* looks since it rang */
static unsigned sent;

static void narrow(char *dst, size_t size, LPCWSTR s)
{
	size_t i = 0;

	for (; s && s[i] && i + 1 < size; i++) {
		dst[i] = (char)(s[i] < 0x80 ? s[i] : '?');
	}
	dst[i] = '\0';
}

/* Each change is posted as a block of the heap we were given; the service frees it. */
static void set_status(struct operation *op, DWORD status, DWORD page)
{
	FAX_DEV_STATUS *st = HeapAlloc(heap, HEAP_ZERO_MEMORY, sizeof(*st));

	(void)pthread_mutex_lock(&op->lock);
	op->status = status;
	op->page = page;
	(void)pthread_mutex_unlock(&op->lock);
	if (!st) {
		return;
	}
	st->SizeOfStruct = sizeof(*st);
	st->StatusId = status;
	st->PageCount = page;
	if (!PostQueuedCompletionStatus(op->port, sizeof(*st), op->key, (LPOVERLAPPED)(void *)st)) {
		(void)HeapFree(heap, 0, st);
	}
}

static bool is_aborted(struct operation *op)
{
	bool aborted;

	(void)pthread_mutex_lock(&op->lock);
	aborted = op->aborted;
	(void)pthread_mutex_unlock(&op->lock);
	return aborted;
}

static BOOL fail(struct operation *op, DWORD status)
{
	set_status(op, status, op->page);
	SetLastError(ERROR_GEN_FAILURE);
	return FALSE;
}

static bool copy(const char *from, const char *to, int flags)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	char buf[16384];
	ssize_t n = -1;

	out = in < 0 ? -1 : open(to, O_WRONLY | O_CLOEXEC | flags, 0644);
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

/* One directory for each page of a TIFF in the order of our octets. */
static DWORD count_pages(const char *path)
{
	unsigned char b[8];
	uint32_t at, pages = 0;
	uint16_t entries;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, b, 8, 0) != 8 || b[0] != 'I') {
		at = 0;
	} else {
		(void)memcpy(&at, b + 4, 4);
	}
	while (at && pages < 1000 && pread(fd, &entries, 2, at) == 2) {
		pages++;
		if (pread(fd, &at, 4, (off_t)at + 2 + 12 * (off_t)entries) != 4) {
			break;
		}
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	return pages;
}

/* ---- what comes in ---- */

static void ring(int device, const char *path)
{
	LINEMESSAGE *m = LocalAlloc(LPTR, sizeof(*m));

	if (!m) {
		return;
	}
	(void)snprintf(waiting[device], PATH_SIZE, "%s", path);
	ring_age[device] = 0;
	m->hDevice = FIRST_DEVICE + (DWORD)device;
	m->dwParam1 = LINEDEVSTATE_RINGING;
	if (!PostQueuedCompletionStatus(ring_port, sizeof(*m), ring_key, (LPOVERLAPPED)(void *)m)) {
		(void)LocalFree(m);
		waiting[device][0] = '\0';
	}
}

static bool is_waiting(const char *path)
{
	int i;

	for (i = 0; i < DEVICES; i++) {
		if (!strcmp(waiting[i], path)) {
			return true;
		}
	}
	return false;
}

static void look_for_faxes(void)
{
	char path[PATH_SIZE];
	struct dirent *e;
	DIR *dir;
	int i;

	(void)snprintf(path, sizeof(path), "%s/in", folder);
	dir = opendir(path);
	while (dir && (e = readdir(dir))) {
		size_t n = strlen(e->d_name);

		(void)snprintf(path, sizeof(path), "%s/in/%s", folder, e->d_name);
		if (n < 5 || strcmp(e->d_name + n - 4, ".tif") != 0 || is_waiting(path)) {
			continue;
		}
		for (i = 0; i < DEVICES && waiting[i][0]; i++) {
		}
		if (i == DEVICES) {
			break;
		}
		ring(i, path);
	}
	if (dir) {
		(void)closedir(dir);
	}
}

static void *watch(void *arg)
{
	int i;

	(void)arg;
	for (;;) {
		(void)usleep(100000);
		(void)pthread_mutex_lock(&lock);
		for (i = 0; i < DEVICES; i++) { /* nobody answered: it may ring again */
			if (waiting[i][0] && ++ring_age[i] > 900) {
				waiting[i][0] = '\0';
			}
		}
		look_for_faxes();
		(void)pthread_mutex_unlock(&lock);
	}
	return NULL;
}

/* ---- the exports ---- */

BOOL WINAPI FaxDevVirtualDeviceCreation(LPDWORD DeviceCount, LPWSTR DeviceNamePrefix,
					LPDWORD DeviceIdPrefix, HANDLE CompletionPort,
					ULONG_PTR CompletionKey);
BOOL WINAPI FaxDevInitialize(HLINEAPP LineAppHandle, HANDLE HeapHandle,
			     PFAX_LINECALLBACK *LineCallbackFunction,
			     PFAX_SERVICE_CALLBACK FaxServiceCallback);
BOOL WINAPI FaxDevStartJob(HLINE LineHandle, DWORD DeviceId, PHANDLE FaxHandle,
			   HANDLE CompletionPortHandle, ULONG_PTR CompletionKey);
BOOL WINAPI FaxDevEndJob(HANDLE FaxHandle);
BOOL WINAPI FaxDevSend(HANDLE FaxHandle, PFAX_SEND FaxSend, PFAX_SEND_CALLBACK FaxSendCallback);
BOOL WINAPI FaxDevReceive(HANDLE FaxHandle, HCALL CallHandle, PFAX_RECEIVE FaxReceive);
BOOL WINAPI FaxDevReportStatus(HANDLE FaxHandle, PFAX_DEV_STATUS FaxStatus, DWORD FaxStatusSize,
			       LPDWORD FaxStatusSizeRequired);
BOOL WINAPI FaxDevAbortOperation(HANDLE FaxHandle);
HRESULT WINAPI FaxDevShutdown(void);

BOOL FaxDevVirtualDeviceCreation(LPDWORD DeviceCount, LPWSTR DeviceNamePrefix,
				 LPDWORD DeviceIdPrefix, HANDLE CompletionPort,
				 ULONG_PTR CompletionKey)
{
	static const WCHAR prefix[] = u"Folder ";

	*DeviceCount = DEVICES;
	*DeviceIdPrefix = FIRST_DEVICE;
	(void)memcpy(DeviceNamePrefix, prefix, sizeof(prefix));
	ring_port = CompletionPort;
	ring_key = CompletionKey;
	return TRUE;
}

static void on_line(HANDLE FaxHandle, DWORD hDevice, DWORD dwMessage, DWORD_PTR dwInstance,
		    DWORD_PTR dwParam1, DWORD_PTR dwParam2, DWORD_PTR dwParam3)
{
	/* dwParam1, dwParam2: whether the device receives and sends; we have nothing to switch. */
	(void)FaxHandle, (void)hDevice, (void)dwMessage, (void)dwInstance;
	(void)dwParam1, (void)dwParam2, (void)dwParam3;
}

BOOL FaxDevInitialize(HLINEAPP LineAppHandle, HANDLE HeapHandle,
		      PFAX_LINECALLBACK *LineCallbackFunction,
		      PFAX_SERVICE_CALLBACK FaxServiceCallback)
{
	const char *from = getenv("CASELLI_EXAMPLE_FSP");
	char path[PATH_SIZE];
	struct stat st;
	pthread_t t;

	(void)LineAppHandle, (void)FaxServiceCallback;
	heap = HeapHandle;
	*LineCallbackFunction = on_line;
	(void)snprintf(folder, sizeof(folder), "%s", from ? from : "/var/spool/caselli-example");
	(void)snprintf(path, sizeof(path), "%s/out", folder);
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode) || pthread_create(&t, NULL, watch, NULL)) {
		SetLastError(ERROR_PATH_NOT_FOUND);
		return FALSE;
	}
	(void)pthread_detach(t);
	return TRUE;
}

BOOL FaxDevStartJob(HLINE LineHandle, DWORD DeviceId, PHANDLE FaxHandle,
		    HANDLE CompletionPortHandle, ULONG_PTR CompletionKey)
{
	struct operation *op = calloc(1, sizeof(*op));

	(void)LineHandle;
	if (!op) {
		SetLastError(ERROR_NOT_ENOUGH_MEMORY);
		return FALSE;
	}
	op->device = DeviceId;
	op->port = CompletionPortHandle;
	op->key = CompletionKey;
	(void)pthread_mutex_init(&op->lock, NULL);
	set_status(op, FS_INITIALIZING, 0);
	*FaxHandle = op;
	return TRUE;
}

BOOL FaxDevEndJob(HANDLE FaxHandle)
{
	struct operation *op = FaxHandle;

	(void)pthread_mutex_destroy(&op->lock);
	free(op);
	return TRUE;
}

BOOL FaxDevSend(HANDLE FaxHandle, PFAX_SEND FaxSend, PFAX_SEND_CALLBACK FaxSendCallback)
{
	struct operation *op = FaxHandle;
	char from[PATH_SIZE], to[PATH_SIZE + 80], temp[PATH_SIZE + 90], number[64];
	DWORD page, pages;
	size_t n;

	(void)FaxSendCallback;
	narrow(from, sizeof(from), FaxSend->FileName);
	narrow(number, sizeof(number), FaxSend->ReceiverNumber);
	set_status(op, FS_DIALING, 0);
	n = strlen(number);
	if (!n || strchr(number, '/')) {
		return fail(op, FS_BAD_ADDRESS);
	}
	if (n > 1 && !strcmp(number + n - 2, "99")) {
		return fail(op, FS_BUSY);
	}
	pages = count_pages(from);
	for (page = 1; page <= pages; page++) {
		if (is_aborted(op)) {
			return fail(op, FS_USER_ABORT);
		}
		set_status(op, FS_TRANSMITTING, page);
		(void)usleep(20000); /* the telephone line of this network */
	}
	(void)pthread_mutex_lock(&lock);
	(void)snprintf(to, sizeof(to), "%s/out/%s-%u-%u.tif", folder, number, op->device, ++sent);
	(void)pthread_mutex_unlock(&lock);
	(void)snprintf(temp, sizeof(temp), "%s.part", to);
	if (!copy(from, temp, O_CREAT | O_TRUNC) || rename(temp, to) < 0) {
		return fail(op, FS_FATAL_ERROR);
	}
	set_status(op, FS_COMPLETED, pages);
	return TRUE;
}

BOOL FaxDevReceive(HANDLE FaxHandle, HCALL CallHandle, PFAX_RECEIVE FaxReceive)
{
	struct operation *op = FaxHandle;
	char from[PATH_SIZE], to[PATH_SIZE];
	int device = (int)(op->device - FIRST_DEVICE);
	bool done;

	(void)CallHandle;
	(void)pthread_mutex_lock(&lock);
	(void)snprintf(from, sizeof(from), "%s", waiting[device]);
	(void)pthread_mutex_unlock(&lock);
	if (!from[0]) {
		return fail(op, FS_NOT_FAX_CALL);
	}
	narrow(to, sizeof(to), FaxReceive->FileName);
	set_status(op, FS_ANSWERED, 0);
	set_status(op, FS_RECEIVING, 1);
	done = copy(from, to, O_TRUNC) && unlink(from) == 0;
	(void)pthread_mutex_lock(&lock);
	waiting[device][0] = '\0';
	(void)pthread_mutex_unlock(&lock);
	if (!done) {
		return fail(op, FS_DISCONNECTED);
	}
	set_status(op, FS_COMPLETED, count_pages(to));
	return TRUE;
}

/* Texts stand right behind the structure, in the same buffer. */
BOOL FaxDevReportStatus(HANDLE FaxHandle, PFAX_DEV_STATUS FaxStatus, DWORD FaxStatusSize,
			LPDWORD FaxStatusSizeRequired)
{
	static const WCHAR csi[] = u"FOLDER";
	struct operation *op = FaxHandle;

	*FaxStatusSizeRequired = sizeof(*FaxStatus) + sizeof(csi);
	if (!FaxStatus && !FaxStatusSize) {
		return TRUE;
	}
	if (!op || !FaxStatus || FaxStatusSize < *FaxStatusSizeRequired) {
		SetLastError(op ? ERROR_INSUFFICIENT_BUFFER : ERROR_INVALID_HANDLE);
		return FALSE;
	}
	(void)memset(FaxStatus, 0, sizeof(*FaxStatus));
	FaxStatus->SizeOfStruct = sizeof(*FaxStatus);
	FaxStatus->CSI = memcpy(FaxStatus + 1, csi, sizeof(csi));
	(void)pthread_mutex_lock(&op->lock);
	FaxStatus->StatusId = op->status;
	FaxStatus->PageCount = op->page;
	(void)pthread_mutex_unlock(&op->lock);
	return TRUE;
}

BOOL FaxDevAbortOperation(HANDLE FaxHandle)
{
	struct operation *op = FaxHandle;

	(void)pthread_mutex_lock(&op->lock);
	op->aborted = true;
	(void)pthread_mutex_unlock(&op->lock);
	return TRUE;
}

HRESULT FaxDevShutdown(void)
{
	return S_OK;
}
