/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/plugin.h
 * A registered plug-in: a fax service provider or a routing extension (winfax.md 4.14, 8.7), and
 * the text in which the store keeps them all. Values without ownership. Pure; thread: any.
 */
#ifndef FX_CORE_PLUGIN_H
#define FX_CORE_PLUGIN_H

#include <stddef.h>
#include "core/routing.h"

#define FX_PLUGIN_METHODS_MAX 16u
#define FX_PLUGINS_MAX 32u
#define FX_PLUGIN_IMAGE_SIZE 512

enum fx_plugin_kind { FX_PLUGIN_PROVIDER, FX_PLUGIN_EXTENSION };
struct fx_plugin_method {
	char name[FX_ROUTING_NAME_SIZE];
	char friendly[FX_ROUTING_NAME_SIZE];
	char function[FX_ROUTING_NAME_SIZE];
	char guid[FX_GUID_SIZE];
};
struct fx_plugin {
	enum fx_plugin_kind kind;
	char name[FX_ROUTING_NAME_SIZE]; /**< internal, unique of its kind, any case */
	char friendly[FX_ROUTING_NAME_SIZE];
	char image[FX_PLUGIN_IMAGE_SIZE];
	char tsp[64];                    /**< provider: "" */
	struct fx_plugin_method methods[FX_PLUGIN_METHODS_MAX]; /**< extension */
	uint32_t n_methods;
};

/**
 * Can it be registered? Names and paths without control characters, a full path (or one that
 * begins with a variable), an extension has methods with GUIDs, each once.
 * @return 0 or FX_EINVAL with the reason
 */
FX_MUST_CHECK int fx_plugin_check(const struct fx_plugin *p, struct fx_reason *reterr);
/** The name of a provider's slot in the port table, "fsp:..." with at most 15 octets: from the
 * name alone, so that its ports keep their ids (decision 0433). */
void fx_plugin_slot(const struct fx_plugin *p, char dst[16]);

/** One line each, fields separated by tabs. @return new text, NULL when out of memory */
FX_MUST_CHECK char *fx_plugins_format(const struct fx_plugin *v, size_t n);
/** @return 0, FX_ECORRUPT, FX_ELIMIT, FX_ENOMEM; *ret is fx_free()'d by the caller */
FX_MUST_CHECK int fx_plugins_parse(const char *text, struct fx_plugin **ret, size_t *ret_n);

#endif
