/* SPDX-License-Identifier: Apache-2.0 */
/* What kind of document is it, and who draws it. */
#include "render/render.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "document/convert.h"
#include "render/sandbox.h"

#define FORMATS "PDF, PostScript, TIFF, PNG, JPEG and plain text (UTF-8)"

static bool no_controls(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] < 9 || (p[i] > 13 && p[i] < 32) || p[i] == 0x7f) {
			return false;
		}
	}
	return true;
}

/* Formats that people try, by name; a wrong name never decides, the bytes do. */
static int unknown(struct render *r, const uint8_t *p, size_t n)
{
	if (n >= 4 && memcmp(p, "PK\3\4", 4) == 0) {
		return fx_fail(&r->why, FX_EDATA,
			       "office documents and archives (zip) are not converted "
			       "yet; save the document as PDF");
	}
	if (n >= 8 && memcmp(p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0) {
		return fx_fail(&r->why, FX_EDATA,
			       "old office documents (doc, xls) are not converted yet; "
			       "save the document as PDF");
	}
	if (no_controls(p, n)) {
		return fx_fail(&r->why, FX_EDATA, "the text is not UTF-8; save it as UTF-8");
	}
	return fx_fail(&r->why, FX_EDATA, "unknown kind of document; %s can be sent", FORMATS);
}

int render_document(struct render *r, int fd)
{
	uint8_t head[4096];
	const char *format;
	struct stat st;
	ssize_t n;
	bool gs;
	int err;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		return fx_fail(&r->why, FX_EINVAL, "the document is not a file");
	}
	if (r->opts.cover) {
		err = sandbox_no_exec();
		return err ? fx_fail(&r->why, err, "the sandbox cannot be closed") :
			     render_cover(r, fd);
	}
	n = pread(fd, head, sizeof(head), 0);
	if (n <= 0) {
		return fx_fail(&r->why, n < 0 ? FX_EIO : FX_EDATA,
			       n < 0 ? "the document cannot be read" : "the document is empty");
	}
	format = fx_document_sniff(head, (size_t)n);
	if (!format) {
		return unknown(r, head, (size_t)n);
	}
	gs = strcmp(format, "pdf") == 0 || strcmp(format, "ps") == 0;
	if (gs) {
		return render_ghostscript(r, fd, format[1] == 'd');
	}
	/* the decoders in this process need no other program */
	err = sandbox_no_exec();
	if (err) {
		return fx_fail(&r->why, err, "the sandbox cannot be closed");
	}
	return strcmp(format, "text") == 0 ? render_text(r, fd) : render_picture(r, format, fd);
}
