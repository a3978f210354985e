/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/upload.c  A file's bytes to the server, so that the file may go. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "clients/common/files.h"
#include "clients/winfax/winfax_priv.h"

#define CHUNK (16u * FX_MS_COPY_CHUNK)

static BOOL open_failed(const char *path)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return wf_fail(ERROR_FILE_NOT_FOUND, "The file %s does not exist.", path);
	case EACCES:
	case EPERM:
		return wf_fail(ERROR_ACCESS_DENIED, "You may not read the file %s.", path);
	case EISDIR:
		return wf_fail(ERROR_INVALID_DATA, "%s is not a file.", path);
	case ENOMEM:
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	default:
		return wf_fail(ERROR_READ_FAULT, "The file %s cannot be opened: %s.", path,
			       strerror(errno));
	}
}

/* Whole reads except at the end. @return bytes, or -1 */
static ssize_t read_full(int fd, uint8_t *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t k = read(fd, p + done, n - done);

		if (k < 0 && errno == EINTR) {
			continue;
		}
		if (k < 0) {
			return -1;
		}
		if (k == 0) {
			break;
		}
		done += (size_t)k;
	}
	return (ssize_t)done;
}

/* Send what is in buf (n bytes, the head of the file) and the rest. */
static uint32_t send_bytes(struct fx_client *c, int fd, const char *ext, uint8_t *buf, ssize_t n,
			   char *ret_name)
{
	struct fx_ctx copy = {{0}};
	uint32_t code = fx_client_start_copy(c, ext, ret_name, &copy), end;

	if (code) {
		return code == ERROR_INVALID_PARAMETER ? ERROR_INVALID_DATA : code;
	}
	while (!code && n > 0) {
		code = fx_client_write_file(c, &copy, buf, (size_t)n);
		if (!code) {
			n = read_full(fd, buf, CHUNK);
			code = n < 0 ? ERROR_READ_FAULT : 0;
		}
	}
	end = fx_client_end_copy(c, &copy);
	return code ? code : end;
}

BOOL wf_upload_fd(struct wf_server *s, int fd, const char *path, const char *ext, char *ret_name)
{
	uint8_t *buf = fx_zalloc(CHUNK);
	uint32_t code;
	ssize_t n;

	if (!buf) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	n = read_full(fd, buf, CHUNK);
	if (n > 0 && !ext) {
		ext = wf_file_type(buf, (size_t)n, path);
	}
	if (n < 0) {
		(void)fx_free(buf);
		return wf_fail(ERROR_READ_FAULT, "The file %s cannot be read: %s.", path,
			       strerror(errno));
	}
	if (n == 0 || !ext) {
		(void)fx_free(buf);
		return n == 0 ? wf_fail(ERROR_INVALID_DATA, "The file %s is empty.", path) :
				wf_fail(ERROR_INVALID_DATA,
					"The file %s is of no kind that can be faxed (PDF, "
					"PostScript, "
					"TIFF, PNG, JPEG, text).",
					path);
	}
	code = send_bytes(s->client, fd, ext, buf, n, ret_name);
	(void)fx_free(buf);
	if (code == ERROR_INVALID_DATA) {
		return wf_fail(code, "The service cannot fax the file %s (kind %s).", path, ext);
	}
	return wf_code(code);
}

BOOL wf_upload(struct wf_server *s, const char *path, const char *ext, char *ret_name)
{
	int fd = fx_file_open(path);
	BOOL ok;

	if (fd < 0) {
		return open_failed(path);
	}
	ok = wf_upload_fd(s, fd, path, ext, ret_name);
	(void)close(fd);
	return ok;
}
