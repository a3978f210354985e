/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cli/shared_object.h
 * Can a file be loaded as a plug-in here? Read from its bytes; nothing of it is run, since who
 * registers it may be root. Thread: any.
 */
#ifndef FX_CLI_SHARED_OBJECT_H
#define FX_CLI_SHARED_OBJECT_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

/**
 * A shared object for this machine that exports all of `exports`?
 * @param reterr  what is wrong, with "it" for the file: "it does not export FaxDevSend"
 * @return 0 or FX_EDATA
 */
FX_MUST_CHECK int fx_so_check(const uint8_t *p, size_t len, const char *const *exports, size_t n,
			       struct fx_reason *reterr);

/** The same of a file, to which not everybody may write. @return 0, FX_EDATA, FX_ENOENT ... */
FX_MUST_CHECK int fx_so_check_file(const char *path, const char *const *exports, size_t n,
				   struct fx_reason *reterr);

#endif
