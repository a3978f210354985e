/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file plugin/plugin.h
 * What both kinds of plug-in hosts need (fax service providers, routing extensions): the shared
 * object, its UTF-16 texts, and the settings it keeps with us (faxext.h). Used in host processes
 * only; what the plug-in does may end them. Thread: any.
 */
#ifndef FX_PLUGIN_PLUGIN_H
#define FX_PLUGIN_PLUGIN_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

/**
 * Load a shared object; it stays loaded until the process ends.
 * @param image  full path; %NAME%, $NAME and ${NAME} stand for variables of the environment
 * @return 0, FX_EINVAL (no full path, unknown variable), FX_EDATA (not loadable: why in words)
 */
FX_MUST_CHECK int fx_plugin_open(const char *image, void **ret, struct fx_reason *reterr);
/** As fx_plugin_open() reads it. @return 0, FX_EINVAL, FX_ENOMEM */
FX_MUST_CHECK int fx_plugin_expand(const char *image, char **ret, struct fx_reason *reterr);

/** A function of the library as the function pointer type T, NULL when it exports none. */
#define FX_PLUGIN_FN(T, lib, name) ((T)(uintptr_t)fx_plugin_symbol(lib, name))
void *fx_plugin_symbol(void *lib, const char *name);

/**
 * A text of a plug-in into dst, cleaned (base/str.h), cut to fit. Nothing is read outside the
 * block [block, block + size): a text that starts or ends outside counts as "".
 * @param s  may be NULL
 */
void fx_plugin_text(char *dst, size_t dst_size, const uint16_t *s, const void *block,
		    size_t size);

/** Where FaxExtInitializeConfig's data is kept: a folder, made if need be. Once, before offering.
 * @return 0 or FX_EIO, FX_EACCES, FX_ENOMEM */
FX_MUST_CHECK int fx_plugin_data_init(const char *folder, struct fx_reason *reterr);
/** Call the library's FaxExtInitializeConfig if it has one.
 * @return 0, or FX_EDATA: it refuses, or there is no folder for its data */
FX_MUST_CHECK int fx_plugin_offer_data(void *lib, struct fx_reason *reterr);

#endif
