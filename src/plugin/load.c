/* SPDX-License-Identifier: Apache-2.0 */
/** @file plugin/load.c  The shared object of a plug-in, and its texts. */
#include "plugin/plugin.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/str.h"

#define NAME_MAX_LEN 64u

/* The name of a variable behind % or $; *p moves behind it. @return false: none there */
static bool variable(const char **p, char name[NAME_MAX_LEN])
{
	char close = **p == '%' ? '%' : (*p)[1] == '{' ? '}' : '\0';
	const char *s = *p + (close == '}' ? 2 : 1);
	size_t n = 0;

	while (n + 1 < NAME_MAX_LEN && (isalnum((unsigned char)s[n]) || s[n] == '_')) {
		name[n] = s[n];
		n++;
	}
	name[n] = '\0';
	if (!n || (close && s[n] != close)) {
		return false;
	}
	*p = s + n + (close ? 1 : 0);
	return true;
}

int fx_plugin_expand(const char *image, char **ret, struct fx_reason *reterr)
{
	char name[NAME_MAX_LEN];
	struct fx_buf b = {0};
	const char *value;
	int err;

	while (*image) {
		if ((*image != '%' && *image != '$') || !variable(&image, name)) {
			fx_buf_u8(&b, (uint8_t)*image++);
			continue;
		}
		value = getenv(name);
		if (!value) {
			fx_buf_fini(&b);
			return fx_fail(reterr, FX_EINVAL, "there is no variable %s", name);
		}
		fx_buf_put(&b, value, strlen(value));
	}
	fx_buf_u8(&b, 0);
	err = b.err;
	if (err) {
		fx_buf_fini(&b);
		return err;
	}
	if (b.data[0] != '/') {
		fx_reason_set(reterr, "'%s' is not a full path", (const char *)b.data);
		fx_buf_fini(&b);
		return FX_EINVAL;
	}
	*ret = (char *)b.data;
	return 0;
}

int fx_plugin_open(const char *image, void **ret, struct fx_reason *reterr)
{
	fx_auto char *path = NULL;
	int err = fx_plugin_expand(image, &path, reterr);
	const char *why;
	void *lib;

	if (err) {
		return err;
	}
	lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!lib) {
		why = dlerror();
		return fx_fail(reterr, FX_EDATA, "cannot be loaded: %s", fx_text(why));
	}
	*ret = lib;
	return 0;
}

void *fx_plugin_symbol(void *lib, const char *name)
{
	return dlsym(lib, name);
}

void fx_plugin_text(char *dst, size_t dst_size, const uint16_t *s, const void *block, size_t size)
{
	uintptr_t at = (uintptr_t)s, from = (uintptr_t)block;
	fx_auto char *text = NULL;
	size_t n = 0, max;

	*dst = '\0';
	if (at < from || at >= from + size || at % sizeof(*s)) {
		return;
	}
	max = (from + size - at) / sizeof(*s);
	while (n < max && s[n]) {
		n++;
	}
	if (n == max) {
		return; /* no end within the block */
	}
	text = fx_utf8_from_utf16(s, n);
	if (text) {
		fx_str_clean(text);
		(void)fx_strlcpy(dst, text, dst_size);
	}
}
