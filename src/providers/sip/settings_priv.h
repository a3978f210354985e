/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/sip/settings_priv.h  Checks of single values, for the table. */
#ifndef FX_SIP_SETTINGS_PRIV_H
#define FX_SIP_SETTINGS_PRIV_H

#include "providers/sip/settings.h"

/* Each: 0 or FX_EINVAL with "must be ..." in the reason; never called for "". */
int fx_sip_check_listen(const char *v, struct fx_reason *why);
int fx_sip_check_address(const char *v, struct fx_reason *why);     /**< numeric */
int fx_sip_check_server(const char *v, struct fx_reason *why);      /**< numeric[:port] */
int fx_sip_check_server_name(const char *v, struct fx_reason *why); /**< name[:port] */
int fx_sip_check_host(const char *v, struct fx_reason *why);
int fx_sip_check_word(const char *v, struct fx_reason *why);        /**< no blanks, no quotes */
int fx_sip_check_number(const char *v, struct fx_reason *why);      /**< [+]digits */
int fx_sip_check_digits(const char *v, struct fx_reason *why);
int fx_sip_check_dial(const char *v, struct fx_reason *why);        /**< digits + * # */
int fx_sip_check_net(const char *v, struct fx_reason *why);
int fx_sip_check_did(const char *v, struct fx_reason *why);

/** "host", "host:port", "[v6]:port", "v6". @return 0 or FX_EINVAL; port 0 = none given */
FX_MUST_CHECK int fx_sip_host_port(const char *v, char *host, size_t size, uint16_t *ret_port);

#endif
