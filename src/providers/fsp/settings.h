/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/fsp/settings.h  The settings of one provider. Value; thread: any. */
#ifndef FX_PROVIDERS_FSP_SETTINGS_H
#define FX_PROVIDERS_FSP_SETTINGS_H

#include <stdint.h>
#include "base/error.h"

struct fx_fsp_settings {
	char image[1024];  /**< full path of the shared object, see fx_plugin_open() */
	char tsp[64];      /**< must be "" */
	char folder[512];  /**< of its data and documents; "" = a temporary one */
	int64_t start_s;   /**< for FaxDevInitialize and the like together */
	int64_t step_s;    /**< for StartJob, ReportStatus, EndJob each */
	int64_t call_s;    /**< longest call */
	int64_t silence_s; /**< longest time without a status in a call */
	int64_t grace_s;   /**< from FaxDevAbortOperation to the end of the operation */
};

/** Defaults, then the text. @return 0, FX_EINVAL, FX_ELIMIT with the reason, FX_ENOMEM */
FX_MUST_CHECK int fx_fsp_settings_parse(struct fx_fsp_settings *s, const char *text,
					struct fx_reason *reterr);

#endif
