/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/filetype.c
 * What a document is: its first bytes decide, the name only where they cannot.
 */
#include <string.h>
#include "clients/common/files.h"
#include "clients/winfax/winfax_priv.h"

static const struct {
	const char *magic;
	uint8_t len;
	const char *ext;
} magics[] = {
	{"%PDF-", 5, ".pdf"},
	{"%!", 2, ".ps"},
	{"\x04%!", 3, ".ps"}, /* a PC driver's leading Ctrl-D */
	{"II*\0", 4, ".tif"},
	{"MM\0*", 4, ".tif"},
	{"\x89PNG\r\n\x1A\n", 8, ".png"},
	{"\xFF\xD8\xFF", 3, ".jpg"},
	{"{\\rtf", 5, ".rtf"},
};
/* Containers whose kind only the name tells, and texts that are not meant to be read as such. */
static const char *const by_name[] = {".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt",
				      ".ods", ".odp", ".htm", ".html", ".rtf", ".cov"};

static const char *extension(const char *name)
{
	const char *dot = strrchr(fx_path_name(name), '.');

	return dot ? dot : "";
}

/* Text: no NUL and no control character that text does not have. UTF-16 with its mark is text too.
 */
static bool is_text(const uint8_t *p, size_t n)
{
	size_t i;

	if (n >= 2 && ((p[0] == 0xFF && p[1] == 0xFE) || (p[0] == 0xFE && p[1] == 0xFF))) {
		return true;
	}
	for (i = 0; i < n; i++) {
		if (p[i] < 0x20 && !strchr("\t\n\v\f\r\x1A\x1B\b", p[i])) {
			return false;
		}
		if (p[i] == 0) {
			return false;
		}
	}
	return n > 0;
}

const char *wf_file_type(const uint8_t *head, size_t n, const char *name)
{
	const char *ext = extension(name);
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(magics); i++) {
		if (n >= magics[i].len && memcmp(head, magics[i].magic, magics[i].len) == 0) {
			return magics[i].ext;
		}
	}
	for (i = 0; i < FX_ARRAY_LEN(by_name); i++) {
		if (fx_str_ieq(ext, by_name[i])) {
			return by_name[i];
		}
	}
	return is_text(head, n) ? ".txt" : NULL;
}
