/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/call.h
 * Values that describe one call, shared by t30, port, providers, queue, route.
 * Plain values: copied by assignment, no ownership, any thread.
 */
#ifndef FX_CORE_CALL_H
#define FX_CORE_CALL_H

#include <stdbool.h>
#include <stdint.h>
#include "core/outcome.h"

#define FX_ID_SIZE 21      /**< T.30 station id: 20 characters and NUL */
#define FX_NUMBER_SIZE 64  /**< dialled number or address with NUL */
#define FX_ROUTING_SIZE 128

/** State of a port, as a person and FPS_* see it (winfax.md 1.8). */
#define FX_PORT_STATE_TABLE(X)                                                                     \
	X(OFFLINE, "offline", "Offline", 0x20010000u)                                              \
	X(AVAILABLE, "available", "Available", 0x20100000u)                                        \
	X(INITIALIZING, "initializing", "Initializing", 0x20008000u)                               \
	X(DIALING, "dialing", "Dialing", 0x20000001u)                                              \
	X(RINGING, "ringing", "Ringing", 0x20020000u)                                              \
	X(ANSWERED, "answered", "Answered", 0x20800000u)                                           \
	X(SENDING, "sending", "Sending", 0x20000002u)                                              \
	X(RECEIVING, "receiving", "Receiving", 0x20000004u)                                        \
	X(COMPLETED, "completed", "Completed", 0x20000008u)                                        \
	X(ABORTING, "aborting", "Aborting", 0x20200000u)                                           \
	X(ROUTING, "routing", "Routing", 0x20400000u)                                              \
	X(FAILED, "failed", "Fatal Error", 0x20000800u)
enum fx_port_state {
#define X(name, id, text, fps) FX_PORT_##name,
	FX_PORT_STATE_TABLE(X)
#undef X
	FX_PORT_STATE_COUNT
};
const char *fx_port_state_str(enum fx_port_state s);
uint32_t fx_port_state_fps(enum fx_port_state s); /**< FAILED: use the outcome's FPS_* */
/** English text of an FPS_* word (faxcom.md 5.4); "Unknown" for others. Static. */
const char *fx_fps_text(uint32_t fps);

enum fx_modem { FX_MODEM_V27TER = 1, FX_MODEM_V29 = 2, FX_MODEM_V17 = 4, FX_MODEM_ALL = 7 };
enum fx_coding { FX_CODING_NONE, FX_CODING_MH, FX_CODING_MR, FX_CODING_MMR };
enum fx_transport { FX_TRANSPORT_NONE, FX_TRANSPORT_AUDIO, FX_TRANSPORT_T38 };
/** Vertical resolution, lines per inch as T.30 rounds them; horizontal is 204. */
enum fx_resolution { FX_RES_STANDARD = 98, FX_RES_FINE = 196, FX_RES_SUPERFINE = 391 };
const char *fx_coding_str(enum fx_coding c);       /**< "MMR" */
const char *fx_transport_str(enum fx_transport t); /**< "T.38" */
const char *fx_resolution_str(enum fx_resolution r); /**< "fine" */
/** @return 0 or FX_EINVAL */
FX_MUST_CHECK int fx_resolution_from_str(const char *s, enum fx_resolution *ret);

/** Live status of a call; a provider reports it whole at each change. */
struct fx_call_status {
	enum fx_port_state state;
	bool sender;
	enum fx_transport transport;
	uint32_t page;            /**< being sent or received, from 1; 0 = none yet */
	uint32_t pages_total;     /**< sender; 0 = unknown */
	uint32_t pages_confirmed; /**< sender: confirmed; receiver: stored */
	uint32_t rate_bps;        /**< 0 = not negotiated yet */
	bool ecm;
	enum fx_coding coding;
	enum fx_resolution resolution; /**< 0 = unknown */
	uint32_t page_bytes;      /**< octets of this page on the line so far */
	uint32_t page_bytes_total;/**< sender; 0 = unknown */
	uint32_t ecm_retries;     /**< retransmitted ECM blocks, whole call */
	char remote_id[FX_ID_SIZE]; /**< CSID or TSID of the far machine */
	char local_id[FX_ID_SIZE];
	char caller_id[FX_NUMBER_SIZE];    /**< receiver: calling number */
	char routing[FX_ROUTING_SIZE];     /**< receiver: dialled number (DID) */
	int64_t elapsed_us;       /**< since dialling or ringing began */
};

/** One page confirmed (sender) or arrived (receiver). */
struct fx_page_report {
	uint32_t page;       /**< from 1 in this call (across its documents) */
	enum fx_resolution resolution;
	uint32_t width_px, rows;
	uint32_t bad_rows;   /**< receiver */
	uint32_t bytes;      /**< octets on the line */
	uint32_t rate_bps;
	bool ecm;
	enum fx_coding coding;
	bool confirmed;      /**< MCF or RTP; false: RTN, will be sent again */
	int64_t at_us;       /**< call time */
};

/** The end of a call; exactly one per call. */
struct fx_call_result {
	enum fx_outcome outcome;
	int engine_code;          /**< T.30 engine's code, -1 = never got so far */
	uint32_t pages_confirmed; /**< sender: confirmed in order; receiver: stored */
	uint32_t pages_total;
	uint32_t rate_bps;
	bool ecm;
	enum fx_coding coding;
	enum fx_transport transport;
	uint32_t ecm_retries;
	char remote_id[FX_ID_SIZE];
	int64_t answered_us;      /**< call time of the answer, -1 = never */
	int64_t ended_us;         /**< call time of the end */
	char words[200];          /**< cause in plain words, never empty */
};

#define FX_CALL_DOCS_MAX 64
/** One document to send; fd is a fax TIFF (document/fax_tiff.h). */
struct fx_call_doc {
	int fd;              /**< borrowed for the call to dial(), which dups it */
	uint32_t first_page; /**< first page to send, from 0 */
	uint32_t pages;      /**< pages in the file, all of one resolution */
	uint32_t before;     /**< pages of the same fax in front of this file: header line */
	uint32_t total;      /**< pages of the fax for the header line; 0 = those of this file */
	char name[64];       /**< for the session log */
};

/** What a provider needs to send. Copied, descriptors duplicated. */
struct fx_dial {
	char number[FX_NUMBER_SIZE];
	char local_id[FX_ID_SIZE]; /**< our TSID */
	struct fx_call_doc docs[FX_CALL_DOCS_MAX];
	uint32_t n_docs;
	bool banner;               /**< header line on each page (Branding) */
	char banner_from[64];      /**< sender's name or number in the header line */
	char banner_time[32];      /**< formatted local time for the header line */
	bool ecm;                  /**< offer ECM */
	unsigned modems;           /**< enum fx_modem bits */
	uint32_t max_call_s;       /**< 0 = provider's default */
	uint32_t answer_timeout_s; /**< 0 = provider's default */
	int log_fd;                /**< session log to append to, -1 = none; dup'd */
};

/** What a provider needs to answer. rx_fd: empty file, O_RDWR; becomes a fax TIFF. */
struct fx_answer {
	char local_id[FX_ID_SIZE]; /**< our CSID */
	int rx_fd;                 /**< dup'd */
	bool ecm;
	unsigned modems;
	uint32_t max_call_s;
	int log_fd;                /**< dup'd; -1 = none */
};

#endif
