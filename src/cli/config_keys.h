/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cli/config_keys.h
 * The service's changeable settings by key: text in, text out, checked.
 * Pure. Thread: any. Owner: texts inside the values are borrowed.
 */
#ifndef FX_CLI_CONFIG_KEYS_H
#define FX_CLI_CONFIG_KEYS_H

#include <stddef.h>
#include <caselli.h>
#include "base/error.h"

#define FX_CONFIG_TEXT_SIZE 1024

struct fx_config_values {
	FAX_CONFIGURATIONA fax;
	CASELLI_CONFIG own;
	CASELLI_GENERAL general;
	CASELLI_MAIL mail;
	DWORD log[4]; /**< FAXLOG_LEVEL_* of FAXLOG_CATEGORY_INIT .. UNKNOWN */
};

enum fx_config_kind {
	FX_CONFIG_NUMBER,
	FX_CONFIG_DAYS, /**< never is UINT32_MAX */
	FX_CONFIG_AGE,  /**< days; never is 0 */
	FX_CONFIG_BYTES,
	FX_CONFIG_YES,
	FX_CONFIG_CLOCK,
	FX_CONFIG_TEXT,
	FX_CONFIG_LOGIN, /**< CASELLI_MAIL */
	FX_CONFIG_LEVEL  /**< one of log */
};
/** Which call writes it. */
enum fx_config_part {
	FX_KEY_FAX,
	FX_KEY_LOGGING,
	FX_KEY_OWN,
	FX_KEY_GENERAL,
	FX_KEY_SHOWN /**< none */
};
struct fx_config_key {
	const char *key;
	const char *api; /**< name of the member in the API; understood as well */
	enum fx_config_kind kind;
	size_t offset; /**< in struct fx_config_values */
	uint32_t max;  /**< FX_CONFIG_NUMBER, FX_CONFIG_DAYS */
	enum fx_config_part part;
	const char *help;
};
extern const struct fx_config_key fx_config_keys[]; /**< ends with key NULL */

/** By key or API name, upper and lower case alike; NULL = unknown. */
const struct fx_config_key *fx_config_key_find(const char *key);
/** @return dst */
char *fx_config_key_get(const struct fx_config_key *k, const struct fx_config_values *v, char *dst,
			size_t size);
/** @param value  borrowed for the life of v. @return 0 or FX_EINVAL with the reason */
FX_MUST_CHECK int fx_config_key_set(const struct fx_config_key *k, struct fx_config_values *v,
				    const char *value, struct fx_reason *reterr);

#endif
