/* SPDX-License-Identifier: Apache-2.0 */
/* The format of a foreign document, by its first bytes; the name is never trusted. */
#include "document/convert.h"

#include <string.h>

#include "base/str.h"

struct magic {
	const char *format;
	const char *bytes;
	size_t n;
};

static const struct magic magics[] = {
	{"tiff", "II*\0", 4},
	{"tiff", "MM\0*", 4},
	{"tiff", "II+\0", 4},
	{"tiff", "MM\0+", 4},
	{"png", "\x89PNG\r\n\x1a\n", 8},
	{"jpeg", "\xff\xd8\xff", 3},
	{"ps", "%!", 2},
	{"ps", "\x04%!", 3},
	/* EPS with a preview: a binary header, the PostScript inside */
	{"ps", "\xc5\xd0\xd3\xc6", 4},
};

/* %PDF- may follow rubbish within the first 1024 bytes (PDF 1.7, implementation note 13). */
static bool is_pdf(const uint8_t *p, size_t n)
{
	return memmem(p, n < 1024 ? n : 1024, "%PDF-", 5) != NULL;
}

/* UTF-8, or a text cut in the middle of a character; control characters speak against it. */
static bool is_text(const uint8_t *p, size_t n)
{
	size_t i, cut;

	for (i = 0; i < n; i++) {
		if (p[i] < 0x20 && !strchr("\t\n\r\f\b\x1a\x1b", p[i] ? p[i] : 'x')) {
			return false;
		}
		if (p[i] == 0) {
			return false;
		}
	}
	for (cut = 0; cut < 4 && cut <= n; cut++) {
		if (fx_utf8_valid((const char *)p, n - cut)) {
			return true;
		}
	}
	return false;
}

const char *fx_document_sniff(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(magics); i++) {
		if (n >= magics[i].n && memcmp(p, magics[i].bytes, magics[i].n) == 0) {
			return magics[i].format;
		}
	}
	if (is_pdf(p, n)) {
		return "pdf";
	}
	return n && is_text(p, n) ? "text" : NULL;
}
