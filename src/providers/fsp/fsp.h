/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/fsp/fsp.h
 * A fax service provider of others (faxdev.h, winfax.md 7) as a provider: one shared object with
 * virtual devices, each a line. Its functions run in threads of their own and are never trusted:
 * what they hand over is looked at before it is used, and one that does not come back ends the
 * process. So this provider lives in a host process only (caselli-host --provider fsp:NAME).
 * README.md beside it has the settings.
 */
#ifndef FX_PROVIDERS_FSP_FSP_H
#define FX_PROVIDERS_FSP_FSP_H

#include "port/provider.h"

/** As all providers; the name is set before fx_host_main() from the command line. */
extern struct fx_provider_ops fx_fsp_provider_ops;

/** How an operation ended, after 7.10 (decision 0432). Pure, total.
 * @param ok      what FaxDevSend or FaxDevReceive returned
 * @param status  StatusId of the final FaxDevReportStatus, 0 = it gave none */
enum fx_outcome fx_fsp_outcome(bool ok, uint32_t status);

#endif
