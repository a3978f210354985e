/* SPDX-License-Identifier: Apache-2.0 */
/** @file core/port_info.h  A port's identity and its changeable attributes. Values. */
#ifndef FX_CORE_PORT_INFO_H
#define FX_CORE_PORT_INFO_H

#include "core/call.h"

#define FX_PORT_DESCRIPTION_SIZE 1016 /* 253 characters of UTF-8 */

struct fx_port_info {
	uint32_t device_id;   /**< permanent line identifier, from 1, never reused */
	char provider[16];    /**< "loop" */
	char line[32];        /**< the provider's own name of the line, stable: "1" */
	char name[64];        /**< display name */
	char tsid[FX_ID_SIZE], csid[FX_ID_SIZE];
	uint32_t rings;       /**< 0..99 before answering */
	uint32_t priority;    /**< 1..number of ports; 1 = first choice */
	bool send, receive;   /**< FPF_SEND, FPF_RECEIVE */
	bool is_virtual;      /**< FPF_VIRTUAL: no hardware */
	bool manual_answer;   /**< of one that receives: somebody has it answer a call, it never
			       * does so by itself (receive mode 2 of ms-fax.md 6.2) */
	char description[FX_PORT_DESCRIPTION_SIZE]; /**< an administrator's words */
};

/** Everything FAX_DEVICE_STATUS and more shows; one moment, never mixed. */
struct fx_port_status {
	struct fx_call_status call; /**< call.state is the port's state; idle: AVAILABLE/OFFLINE */
	uint32_t fps;               /**< FPS_*; after a failed call the outcome's until idle */
	bool active;                /**< a job is on the port */
	uint64_t job_id;
	uint32_t client_id;
	uint32_t size_bytes;
	int64_t started_at;         /**< Unix s, this call */
	int64_t submitted_at;
	char number[FX_NUMBER_SIZE];
	char document_name[128], sender_name[128], recipient_name[128], user[64];
};

/** What a line does, in the bits of the later API (ms-fax.md 6.2); 0 = nothing. */
enum fx_device_bit {
	FX_DEVICE_OFF = 1, FX_DEVICE_SENDING = 2, FX_DEVICE_RECEIVING = 4, FX_DEVICE_RINGING = 8
};
uint32_t fx_device_bits(const struct fx_port_status *s);

#endif
