/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file port/host_msg.h
 * The messages between casellid and a provider host, one a datagram of a
 * SOCK_SEQPACKET pair; docs/host-protocol.md has the layouts, tests/golden/host
 * an example of each. Neither side trusts the other: a host talks to strangers.
 *
 * Thread: any. Owner: see each function.
 */
#ifndef FX_PORT_HOST_MSG_H
#define FX_PORT_HOST_MSG_H

#include "base/bytes.h"
#include "base/log.h"
#include "port/provider.h"

#define FX_HOST_VERSION 3u
#define FX_HOST_MSG_MAX 65536u               /**< octets of a message */
#define FX_HOST_FDS_MAX (FX_CALL_DOCS_MAX + 1) /**< documents and log */
#define FX_HOST_SETTINGS_MAX 60000u
#define FX_HOST_TRACE_TEXT 400 /**< longest line of a trace with NUL; longer ones are cut */
#define FX_HOST_FD 3 /**< where a host finds its socket */

/* name, number on the wire, c: casellid to host, h: host to casellid */
#define FX_HOST_TYPE_TABLE(X)                                                                      \
	X(HELLO, 1)    /* both, first: version */                                                  \
	X(OPEN, 2)     /* c: settings; READY follows */                                            \
	X(DIAL, 3)     /* c: fds: one per document, then the log if it has one */                  \
	X(ANSWER, 4)   /* c: fds: the file for the pages, then the log if it has one */            \
	X(REJECT, 5)   /* c */                                                                     \
	X(HANGUP, 6)   /* c */                                                                     \
	X(PAGE_ACK, 7) /* c */                                                                     \
	X(PING, 8)     /* c: PONG follows */                                                       \
	X(TRACE, 9)    /* c: facilities that are on */                                             \
	X(READY, 16)   /* h: 0 or why the provider does not start */                               \
	X(LINE, 17)    /* h */                                                                     \
	X(INCOMING, 18) /* h */                                                                    \
	X(RING, 19)    /* h */                                                                     \
	X(STATUS, 20)  /* h */                                                                     \
	X(PAGE, 21)    /* h */                                                                     \
	X(END, 22)     /* h */                                                                     \
	X(LOST, 23)    /* h: the provider is gone */                                               \
	X(PONG, 24)    /* h */                                                                     \
	X(TRACE_LINE, 25) /* h: of its log or trace */
enum fx_host_type {
#define X(name, number) FX_HOST_##name = number,
	FX_HOST_TYPE_TABLE(X)
#undef X
};
const char *fx_host_type_str(enum fx_host_type t); /**< "DIAL"; "?" for others */

struct fx_host_msg {
	enum fx_host_type type;
	uint64_t call; /**< where the message is about a call */
	char line[32]; /**< DIAL, INCOMING */
	union {
		struct {
			uint32_t version, abi;
			char provider[16];
		} hello;
		char *settings; /**< OPEN: borrowed when sent, owned when decoded */
		struct fx_dial dial;
		struct fx_answer answer;
		struct {
			uint32_t page;
			bool ok;
		} ack;
		struct {
			int32_t err;
			struct fx_reason why;
		} ready; /**< READY, LOST */
		struct fx_line about;
		struct {
			char caller_id[FX_NUMBER_SIZE], called[FX_NUMBER_SIZE];
		} incoming;
		uint32_t ring;
		uint32_t trace_mask; /**< TRACE: 1 << enum fx_trace */
		struct {
			enum fx_log_level level;
			uint32_t facility; /**< FX_TRACE_COUNT = the log */
			char text[FX_HOST_TRACE_TEXT];
		} trace;             /**< TRACE_LINE */
		struct fx_call_status status;
		struct fx_page_report page;
		struct fx_call_result result;
	};
};

/** Append one message to b. @return 0, FX_EINVAL (a file is missing), FX_ELIMIT, FX_ENOMEM */
FX_MUST_CHECK int fx_host_msg_encode(const struct fx_host_msg *m, struct fx_buf *b);
/** The descriptors that travel with it, in order. @return how many */
size_t fx_host_msg_fds(const struct fx_host_msg *m, int fds[FX_HOST_FDS_MAX]);
/**
 * Read one message and give it its descriptors. *m needs fini in any case.
 * @param fds taken: in the message after success, closed after failure
 * @return 0, FX_EPROTO, FX_ETRUNC, FX_ELIMIT, FX_ENOMEM
 */
FX_MUST_CHECK int fx_host_msg_decode(struct fx_host_msg *m, const uint8_t *p, size_t len,
				     const int *fds, size_t n_fds);
/** Of a decoded message: closes its descriptors, frees its texts. */
void fx_host_msg_fini(struct fx_host_msg *m);

#endif
