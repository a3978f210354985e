/* SPDX-License-Identifier: Apache-2.0 */
/** @file daemon/settings_sip.h  [sip] and [trunk NAME], by the SIP provider's table. */
#ifndef FX_DAEMON_SETTINGS_SIP_H
#define FX_DAEMON_SETTINGS_SIP_H

#include "daemon/settings.h"

bool fx_settings_is_sip(const char *section);
/** One line of such a section: checked alone, then kept in s->sip. */
FX_MUST_CHECK int fx_settings_sip_set(struct fx_settings *s, const char *section, const char *key,
				      const char *value, struct fx_reason *reterr);
/** The whole, when the file is read: what must fit together. */
FX_MUST_CHECK int fx_settings_sip_check(const struct fx_settings *s, struct fx_reason *reterr);
void fx_settings_sip_list(FILE *f);
void fx_settings_sip_man(FILE *f, void (*row)(FILE *f, const char *key, const char *def,
					      const char *help, const char *more));

#endif
