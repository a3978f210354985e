/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/iface/convert.h
 * Core's values as structures of the wire. Texts are borrowed from the source,
 * which must live as long as the result. Pure.
 */
#ifndef FX_RPC_IFACE_CONVERT_H
#define FX_RPC_IFACE_CONVERT_H

#include "core/config.h"
#include "core/job.h"
#include "core/port_info.h"
#include "rpc/msfax/caselli.h"
#include "rpc/ndr/arena.h"

/** NULL for NULL and "" (winfax: unknown text is a NULL pointer). */
union fx_wtext fx_wire_text(const char *s);
void fx_wire_port(struct fx_ms_port_info *w, const struct fx_port_info *p, uint32_t fps);
void fx_wire_port_ex(struct fx_ms_port_info_ex *w, const struct fx_port_info *p,
		     const struct fx_port_status *s);
void fx_wire_device_status(struct fx_ms_device_status *w, const struct fx_port_info *p,
			   const struct fx_port_status *s);
/** @param later numbers of [MS-FAX] instead of winfax.h's (ms-fax.md 6.4) */
void fx_wire_job(struct fx_ms_job_entry *w, const struct fx_job *j, uint32_t fps, bool later);
void fx_wire_job_ex(struct fx_ms_job_entry_ex *w, struct fx_ms_job_status *st,
		    const struct fx_job *j, const struct fx_port_status *port,
		    const struct fx_port_info *info);
void fx_wire_message(struct fx_ms_message *w, const struct fx_message *m);
/** Bit of the extended API (ms-fax.md 6.4): 2 send ... 0x20 broadcast. */
uint32_t fx_wire_job_type(enum fx_job_type t);
/** JS_ of winfax.h. */
uint32_t fx_wire_js(const struct fx_job *j);
void fx_wire_config(struct fx_ms_configuration *w, const struct fx_config *c);

void fx_wire_cs_port(struct fx_cs_port *w, const struct fx_port_info *p,
		     const struct fx_port_status *s);
void fx_wire_cs_job(struct fx_cs_job *w, const struct fx_job *j, uint32_t fps);
void fx_wire_cs_message(struct fx_cs_message *w, struct fx_cs_job *job, const struct fx_message *m);
void fx_wire_cs_attempt(struct fx_cs_attempt *w, const struct fx_attempt *a);

/** The other way: cover page, note and both profiles of SendDocumentEx into a job (cover_page,
 * cover_note, profile), borrowed from the call and its arena. @return 0, FX_ENOMEM, FX_ELIMIT */
FX_MUST_CHECK int fx_wire_cover(struct fx_arena *a, const struct fx_ms_coverpage *cover,
				const struct fx_ms_profile *from, const struct fx_ms_profile *to,
				struct fx_job *j);

#endif
