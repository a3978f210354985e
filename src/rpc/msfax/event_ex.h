/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/msfax/event_ex.h
 * FAX_EVENT_EX and FAX_EVENT_EX_1 (ms-fax.md 4.3), the buffers of faxclient's ClientEventQueueEx.
 * The two have one frame; the second also says whether a received fax is still unassigned.
 * Thread: any, one at a time per buffer. Owner: said at each function.
 */
#ifndef FX_RPC_MSFAX_EVENT_EX_H
#define FX_RPC_MSFAX_EVENT_EX_H

#include "rpc/msfax/msfax.h"

/** FAX_EVENT_TYPE_, ms-fax.md 6.2. A mask of them is what a client asks for. */
enum fx_ms_event_type {
	FX_MS_EVENT_LEGACY = 0,
	FX_MS_EVENT_IN_QUEUE = 0x1,
	FX_MS_EVENT_OUT_QUEUE = 0x2,
	FX_MS_EVENT_CONFIG = 0x4,
	FX_MS_EVENT_ACTIVITY = 0x8,
	FX_MS_EVENT_QUEUE_STATE = 0x10,
	FX_MS_EVENT_IN_ARCHIVE = 0x20,
	FX_MS_EVENT_OUT_ARCHIVE = 0x40,
	FX_MS_EVENT_FXSSVC_ENDED = 0x80,
	FX_MS_EVENT_DEVICE_STATUS = 0x100,
	FX_MS_EVENT_NEW_CALL = 0x200,
	FX_MS_EVENT_LOCAL_ONLY = (int)0x80000000,
};
#define FX_MS_EVENT_ALL 0x3FFu /**< the ten that a client may ask for */

/** FAX_JOB_EVENT_TYPE */
enum fx_ms_job_event { FX_MS_JOB_ADDED, FX_MS_JOB_REMOVED, FX_MS_JOB_STATUS, FX_MS_JOB_CHANGED };

/** Any of them; which members count follows from the type. */
struct fx_ms_event_ex {
	uint32_t size;
	struct fx_ms_filetime time;
	uint32_t type;       /**< exactly one enum fx_ms_event_type, not LEGACY */
	/* the queues and archives */
	uint64_t message_id;
	uint32_t change;     /**< enum fx_ms_job_event */
	struct fx_ms_job_status *status; /**< with FX_MS_JOB_STATUS, else NULL */
	uint32_t receive_folder;         /**< FAX_EVENT_EX_1: not yet reassigned; else 0 */
	uint32_t config;                 /**< CONFIG: FAX_ENUM_CONFIG_TYPE */
	struct fx_ms_activity activity;  /**< ACTIVITY */
	uint32_t queue_states;           /**< QUEUE_STATE: bits of 6.2 */
	uint32_t device_id;              /**< DEVICE_STATUS, NEW_CALL */
	uint32_t device_status;          /**< DEVICE_STATUS: bits of 6.2 */
	uint32_t call;                   /**< NEW_CALL */
	union fx_wtext caller_id;        /**< NEW_CALL */
};

void fx_ms_event_ex_put(struct fx_buf *b, const struct fx_ms_event_ex *e, enum fx_text_form form);
/**
 * @param ret_block  one allocation with the event and what it points to; fx_free()
 * @return 0, FX_ETRUNC, FX_EPROTO (no such type), FX_ELIMIT, FX_ENOMEM
 */
FX_MUST_CHECK int fx_ms_event_ex_get(const void *p, size_t n, enum fx_text_form form,
				     struct fx_ms_event_ex **ret_block);

#endif
