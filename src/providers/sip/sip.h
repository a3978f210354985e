/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/sip/sip.h  SIP trunks as a provider; needs a real loop. Settings: settings.h. */
#ifndef FX_SIP_SIP_H
#define FX_SIP_SIP_H

#include "port/provider.h"

extern const struct fx_provider_ops fx_sip_provider_ops; /**< "sip" */

#endif
