/* SPDX-License-Identifier: Apache-2.0 */
/** @file core/fei.h  Fax events as programs know them (winfax.md 1.8, 6). Values. */
#ifndef FX_CORE_FEI_H
#define FX_CORE_FEI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* name, FEI_*, id, FPS_* of the same meaning (0 = none) */
#define FX_FEI_TABLE(X)                                                                            \
	X(DIALING, 0x01, "dialing", 0x20000001u)                                                   \
	X(SENDING, 0x02, "sending", 0x20000002u)                                                   \
	X(RECEIVING, 0x03, "receiving", 0x20000004u)                                               \
	X(COMPLETED, 0x04, "completed", 0x20000008u)                                               \
	X(BUSY, 0x05, "busy", 0x20000040u)                                                         \
	X(NO_ANSWER, 0x06, "no_answer", 0x20000080u)                                               \
	X(BAD_ADDRESS, 0x07, "bad_address", 0x20000100u)                                           \
	X(NO_DIAL_TONE, 0x08, "no_dial_tone", 0x20000200u)                                         \
	X(DISCONNECTED, 0x09, "disconnected", 0x20000400u)                                         \
	X(FATAL_ERROR, 0x0A, "fatal_error", 0x20000800u)                                           \
	X(NOT_FAX_CALL, 0x0B, "not_fax_call", 0x20001000u)                                         \
	X(CALL_DELAYED, 0x0C, "call_delayed", 0x20002000u)                                         \
	X(CALL_BLACKLISTED, 0x0D, "call_blacklisted", 0x20004000u)                                 \
	X(RINGING, 0x0E, "ringing", 0x20020000u)                                                   \
	X(ABORTING, 0x0F, "aborting", 0x20200000u)                                                 \
	X(ROUTING, 0x10, "routing", 0x20400000u)                                                   \
	X(MODEM_POWERED_ON, 0x11, "modem_powered_on", 0)                                           \
	X(MODEM_POWERED_OFF, 0x12, "modem_powered_off", 0x20010000u)                               \
	X(IDLE, 0x13, "idle", 0x20100000u)                                                         \
	X(FAXSVC_ENDED, 0x14, "faxsvc_ended", 0)                                                   \
	X(ANSWERED, 0x15, "answered", 0x20800000u)                                                 \
	X(JOB_QUEUED, 0x16, "job_queued", 0)                                                       \
	X(DELETED, 0x17, "deleted", 0)                                                             \
	X(INITIALIZING, 0x18, "initializing", 0x20008000u)                                         \
	X(LINE_UNAVAILABLE, 0x19, "line_unavailable", 0x20000020u)                                 \
	X(HANDLED, 0x1A, "handled", 0x20000010u)                                                   \
	X(FAXSVC_STARTED, 0x1B, "faxsvc_started", 0)
enum fx_fei {
	FX_FEI_NONE, /* not an event */
#define X(name, value, id, fps) FX_FEI_##name = value,
	FX_FEI_TABLE(X)
#undef X
};
const char *fx_fei_str(enum fx_fei e); /**< "busy"; "unknown" for others. Static. */
/** FX_FEI_NONE when no event has this meaning. */
enum fx_fei fx_fei_from_fps(uint32_t fps);

#define FX_UID_NONE UINT32_MAX /**< nobody's */
/** One event as port table and queue report it. */
struct fx_fax_event {
	enum fx_fei fei;
	uint32_t device_id; /**< 0 = of no port */
	uint64_t job_id;    /**< 0 = of no job */
	uint32_t client_id; /**< the job's number */
	uint32_t uid;       /**< whose fax it is; may be known though the event names no job */
	bool incoming;
};

#endif
