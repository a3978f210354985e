/* SPDX-License-Identifier: Apache-2.0 */
#include "core/cover.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"

static const char *const names[FX_COVER_FIELD_COUNT] = {
#define X(name, id) [FX_COVER_##name] = id,
	FX_COVER_FIELDS(X)
#undef X
};

const char *fx_cover_field_str(enum fx_cover_field f)
{
	return (unsigned)f < FX_COVER_FIELD_COUNT ? names[f] : "";
}

enum fx_cover_field fx_cover_field_from_str(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < FX_COVER_FIELD_COUNT; i++) {
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0) {
			break;
		}
	}
	return (enum fx_cover_field)i;
}

void fx_cover_fields_fini(struct fx_cover_fields *f)
{
	for (size_t i = 0; i < FX_COVER_FIELD_COUNT; i++) {
		f->v[i] = fx_free(f->v[i]);
	}
}

void fx_cover_put(struct fx_buf *b, enum fx_cover_field f, const char *value)
{
	if (!value || !*value) {
		return;
	}
	fx_buf_printf(b, "%s=", fx_cover_field_str(f));
	for (const char *p = value; *p; p++) {
		if (*p == '\r') { /* CR LF and CR alone are line ends as well */
			if (p[1] != '\n') {
				fx_buf_put(b, "\\n", 2);
			}
		} else if (*p == '\n') {
			fx_buf_put(b, "\\n", 2);
		} else if (*p == '\\') {
			fx_buf_put(b, "\\\\", 2);
		} else {
			fx_buf_put(b, p, 1);
		}
	}
	fx_buf_put(b, "\n", 1);
}

/* In place; other control characters than line end and tab have no picture. */
static void unescape(char *s)
{
	char *d = s;

	for (; *s; s++) {
		if (*s == '\\' && (s[1] == 'n' || s[1] == '\\')) {
			*d++ = *++s == 'n' ? '\n' : '\\';
		} else {
			*d++ = (unsigned char)*s < 0x20 && *s != '\t' ? ' ' : *s;
		}
	}
	*d = '\0';
}

static int one_line(struct fx_cover_fields *f, const char *line, size_t n)
{
	const char *eq = memchr(line, '=', n);
	enum fx_cover_field field;
	size_t len;
	char *value;

	if (!eq) {
		return n ? FX_EDATA : 0;
	}
	field = fx_cover_field_from_str(line, (size_t)(eq - line));
	if (field == FX_COVER_FIELD_COUNT) {
		return 0;
	}
	len = n - (size_t)(eq + 1 - line);
	if (len > FX_COVER_FIELD_MAX) {
		return FX_ELIMIT;
	}
	value = fx_zalloc(len + 1);
	if (!value) {
		return FX_ENOMEM;
	}
	memcpy(value, eq + 1, len);
	unescape(value);
	(void)fx_free(f->v[field]);
	f->v[field] = value;
	return 0;
}

int fx_cover_fields_parse(const char *text, size_t n, struct fx_cover_fields *ret)
{
	const char *p = text, *end = text + n;
	int err = 0;

	memset(ret, 0, sizeof(*ret));
	if (n > FX_COVER_TEXT_MAX) {
		return FX_ELIMIT;
	}
	if (!fx_utf8_valid(text, n) || memchr(text, 0, n)) {
		return FX_EDATA;
	}
	while (p < end && !err) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = nl ? (size_t)(nl - p) : (size_t)(end - p);

		err = one_line(ret, p, len);
		p += len + 1;
	}
	if (err) {
		fx_cover_fields_fini(ret);
	}
	return err;
}

static bool ends_with(const char *s, size_t n, const char *ext)
{
	size_t k = strlen(ext);

	return n > k && fx_str_ieq(s + n - k, ext);
}

int fx_cover_name(const char *name, char ret[FX_COVER_NAME_MAX + 1])
{
	const char *s = fx_text(name);
	size_t n = strnlen(s, 512), i;

	if (n >= 512 || !fx_utf8_valid(s, n)) {
		return FX_EINVAL;
	}
	n -= ends_with(s, n, FX_COVER_EXT) ? strlen(FX_COVER_EXT) :
	     ends_with(s, n, ".cov")       ? 4 : 0;
	if (!n || n > FX_COVER_NAME_MAX || *s == '.') {
		return FX_EINVAL;
	}
	for (i = 0; i < n; i++) {
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f || strchr("/\\:;", s[i])) {
			return FX_EINVAL;
		}
		ret[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];
	}
	ret[n] = '\0';
	return 0;
}

bool fx_cover_is_windows(const void *p, size_t n)
{
	return n >= 12 && memcmp(p, "FAXCOVER-VER", 12) == 0;
}
