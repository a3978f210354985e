/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/outcome.h
 * How a call ended: the single map from engine (T.30) and, later, SIP codes to
 * outcome, retry class, words and Windows device status. Pure.
 */
#ifndef FX_CORE_OUTCOME_H
#define FX_CORE_OUTCOME_H

#include <stdint.h>
#include "base/error.h"

/** What the queue does next with the job. */
enum fx_retry_class {
	FX_RETRY_NONE,     /**< done, or hopeless: bad number, cancelled */
	FX_RETRY_DELAYED,  /**< after RetryDelay, counts against Retries */
	FX_RETRY_QUICK,    /**< at once, once, then as DELAYED (protocol failures) */
	FX_RETRY_OTHERPORT /**< at once on another port, does not count */
};

/* name, text id, sentence, retry class, FPS_* */
#define FX_OUTCOME_TABLE(X)                                                                        \
	X(NONE, "none", "The call is still going on.", NONE, 0x20000000u)                          \
	X(SUCCESS, "success", "All pages were confirmed.", NONE, 0x20000008u)                      \
	X(BUSY, "busy", "The number is busy.", DELAYED, 0x20000040u)                               \
	X(NO_ANSWER, "no_answer", "Nobody answered.", DELAYED, 0x20000080u)                        \
	X(BAD_NUMBER, "bad_number", "The number does not exist.", NONE, 0x20000100u)               \
	X(NO_DIALTONE, "no_dialtone", "The line gave no dial tone.", DELAYED, 0x20000200u)         \
	X(LINE_UNAVAILABLE, "line_unavailable", "The port could not get a line.", OTHERPORT,       \
	  0x20000020u)                                                                             \
	X(DISCONNECTED, "disconnected", "The call was cut off.", QUICK, 0x20000400u)               \
	X(PROTOCOL, "protocol", "The fax machines did not understand each other.", QUICK,          \
	  0x20000800u)                                                                             \
	X(NOT_FAX, "not_fax", "No fax machine answered (a person, or silence).", DELAYED,          \
	  0x20001000u)                                                                             \
	X(BLACKLISTED, "blacklisted", "The number is blocked.", NONE, 0x20004000u)                 \
	X(REFUSED, "refused", "The far fax machine refused the document.", DELAYED, 0x20000800u)   \
	X(INCOMPATIBLE, "incompatible", "The far fax machine cannot take this kind of page.",      \
	  DELAYED, 0x20000800u)                                                                    \
	X(PAGE_REJECTED, "page_rejected", "The far fax machine rejected a page.", QUICK,           \
	  0x20000800u)                                                                             \
	X(TIMEOUT, "timeout", "The far fax machine fell silent.", QUICK, 0x20000800u)              \
	X(CANCELLED, "cancelled", "The call was cancelled.", NONE, 0x20200000u)                    \
	X(STORAGE, "storage", "A page could not be stored; see the disk.", DELAYED, 0x20000800u)   \
	X(DOCUMENT, "document", "The document cannot be sent.", NONE, 0x20000800u)                 \
	X(HOST_LOST, "host_lost", "The program that served the line ended.", QUICK, 0x20000400u)   \
	X(PARTIAL, "partial", "Only a part of the pages arrived.", NONE, 0x20000400u)

enum fx_outcome {
#define X(name, id, text, retry, fps) FX_OUTCOME_##name,
	FX_OUTCOME_TABLE(X)
#undef X
	FX_OUTCOME_COUNT
};

const char *fx_outcome_str(enum fx_outcome o);   /**< "busy"; for logs, JSON, store */
const char *fx_outcome_words(enum fx_outcome o); /**< a sentence for people */
enum fx_retry_class fx_outcome_retry(enum fx_outcome o);
uint32_t fx_outcome_fps(enum fx_outcome o);      /**< FPS_* of winfax.h */
/** @return FX_OUTCOME_NONE when the id is unknown */
enum fx_outcome fx_outcome_from_str(const char *id);

/** What T.30 says at the end of a call. */
struct fx_t30_end {
	int code;                 /**< engine's completion code, engine.md section 3 */
	bool sender;
	bool by_us;               /**< we hung up (cancel) */
	bool watchdog;            /**< our watchdog ended it */
	bool malformed; /**< the far end sent what no fax machine sends: a guard ended it */
	bool line_lost;           /**< the line went away (hang-up, media gone) */
	bool storage_failed;      /**< a received page could not be stored */
	uint32_t pages_confirmed; /**< sender: MCF/RTP pages; receiver: stored pages */
	uint32_t pages_expected;  /**< sender: pages given; receiver: 0 = unknown */
	bool rtn;                 /**< sender: the last answer was RTN/PIN */
	bool eop_seen;            /**< receiver: EOP confirmed */
};
/** Total over all codes and flags: never FX_OUTCOME_NONE. Success only by confirmed pages. */
enum fx_outcome fx_outcome_from_t30(const struct fx_t30_end *end);
/** The engine's code in our own words, for the session log; total. */
const char *fx_t30_code_words(int code);

#endif
