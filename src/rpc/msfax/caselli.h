/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/msfax/caselli.h
 * Structures of our own second interface (docs/caselli-rpc.md): what MS-FAX has no
 * words for. Marshalled like those of MS-FAX. Numbers of enums (state, outcome,
 * coding ...) also travel as texts, so that a client needs no table of ours.
 * Values; texts are borrowed or belong to the block they came with.
 */
#ifndef FX_RPC_MSFAX_CASELLI_H
#define FX_RPC_MSFAX_CASELLI_H

#include "rpc/msfax/msfax.h"

enum fx_cs_op {
	FX_CS_INFO, FX_CS_PORT_STATUS, FX_CS_PORTS, FX_CS_JOBS, FX_CS_JOB, FX_CS_RESOLVE,
	FX_CS_ATTEMPTS, FX_CS_CALL_LOG, FX_CS_MESSAGES, FX_CS_MESSAGE, FX_CS_VIEW_START,
	FX_CS_VIEW_READ, FX_CS_VIEW_END, FX_CS_SEND_OPTIONS, FX_CS_TRACE_LIST, FX_CS_TRACE_SET,
	FX_CS_TRACE_READ, FX_CS_HEALTH, FX_CS_WAIT, FX_CS_EXTRA_CONFIG_GET, FX_CS_EXTRA_CONFIG_SET,
	FX_CS_NEWEST_MESSAGES, FX_CS_EVENTS, FX_CS_ACCESS_LIST, FX_CS_ACCESS_SHOW,
	FX_CS_ACCESS_SET, FX_CS_ROUTING_TEST, FX_CS_COVERS, FX_CS_COVER_VIEW,
	FX_CS_COVER_PUT,
	FX_CS_BROADCAST_START, FX_CS_BROADCAST_ADD, FX_CS_BROADCAST_END, FX_CS_BROADCAST_CANCEL,
	FX_CS_JOBS_PAGE, FX_CS_REGISTER_EXTENSION, FX_CS_PLUGINS, FX_CS_OUTBOUND_TEST,
	FX_CS_PASSWORD, FX_CS_ACCOUNTS,
	FX_CS_OP_COUNT
};
#define FX_CS_READ_MAX   (256u * 1024) /**< bytes in one answer of CALL_LOG, VIEW_READ */
#define FX_CS_WAIT_MAX_MS 25000u       /**< a wait answers after this at the latest */

#define FX_CS_BATCH_MAX  250u         /**< recipients in one BROADCAST_ADD */
#define FX_CS_PAGE_MAX   1000u        /**< jobs in one answer of JOBS_PAGE */

struct fx_cs_info { /* INFO */
	uint32_t size, version; /**< version of the interface, 1 */
	union fx_wtext product, user; /**< "caselli 0.1.0"; who the server takes us for */
	uint32_t rights;              /**< old set, winfax.md 1.1 */
	uint32_t ports;
};
struct fx_cs_port { /* PORT_STATUS, PORTS: attributes and status of one moment */
	uint32_t size, device_id;
	union fx_wtext name, provider, line, tsid, csid;
	uint32_t rings, priority, flags; /**< FPF_* */
	union fx_wtext state, state_text; /**< "sending", "Sending" */
	uint32_t fps, active, sender;
	union fx_wtext transport, coding, resolution; /**< "T.38", "MMR", "fine"; NULL = unknown */
	uint32_t page, pages_total, pages_confirmed, rate_bps, ecm, page_bytes, page_bytes_total,
		ecm_retries;
	union fx_wtext remote_id, local_id, caller_id, routing, number;
	uint64_t elapsed_ms, job_id;
	uint32_t job_number, size_bytes;
	uint64_t started_at, submitted_at; /**< Unix seconds, 0 = unset */
	union fx_wtext document_name, sender_name, recipient_name, user;
};
struct fx_cs_job { /* JOBS, JOB; and the job in a message */
	uint32_t size, number; /**< the job number that clients see */
	uint64_t id;
	uint32_t type; /**< JT_* of winfax.h */
	union fx_wtext state; /**< "pending" ... */
	uint32_t paused, no_line, priority, schedule;
	union fx_wtext resolution;
	uint32_t quality, report_type, device_id;
	uint64_t submitted_at, schedule_at, next_try_at, started_at, ended_at;
	uint32_t tries, pages, confirmed, size_bytes, fps;
	union fx_wtext outcome, words, user, to_number, recipient_name, recipient_company, tsid,
		sender_name, sender_company, sender_dept, sender_number, billing_code,
		document_name, report_address, subject, remote_id, caller_id, routing;
	uint32_t parent;     /**< number of the broadcast that it belongs to; 0 = none */
	uint32_t recipients; /**< of a broadcast (type 0x20): those that are still in the queue */
};
struct fx_cs_batch { /* BROADCAST_ADD: what SendDocumentEx has, for each of n recipients */
	uint32_t n;
	const struct fx_ms_coverpage *covers; /**< file_name NULL = none */
	const struct fx_ms_profile *senders, *recipients;
	const struct fx_ms_job_param *params;
};
struct fx_cs_message { /* MESSAGES, MESSAGE */
	uint32_t size, folder; /**< enum fx_ms_folder */
	uint64_t id;
	uint32_t read, partial;
	union fx_wtext port_name;
	uint32_t rate_bps, ecm, ecm_retries;
	union fx_wtext transport, coding;
	struct fx_cs_job *job;
	union fx_wtext owners, read_by; /**< of a received one: names, ';' between */
};
struct fx_cs_attempt { /* ATTEMPTS */
	uint32_t size, device_id;
	uint64_t id, job_id;
	uint32_t first_page; /**< from 0 */
	uint64_t started_at, answered_at, ended_at;
	union fx_wtext outcome, words, number, port_name, remote_id, transport, coding;
	uint32_t engine_code, pages_confirmed, pages_total, rate_bps, ecm, ecm_retries, has_log;
};
struct fx_cs_health { /* HEALTH */
	uint32_t size, level; /**< 0 good, 1 warning, 2 broken */
	union fx_wtext name, text;
};
struct fx_cs_plugin { /* PLUGINS */
	uint32_t size, kind, serving, methods; /**< kind: 0 provider, 1 routing extension */
	union fx_wtext name, friendly, image, state;
};
struct fx_cs_trace { /* TRACE_LIST */
	uint32_t size, on;
	union fx_wtext name;
};
struct fx_cs_trace_line { /* TRACE_READ */
	uint32_t size, level; /**< 0 error .. 3 debug */
	uint64_t at_ms;       /**< Unix milliseconds */
	union fx_wtext facility, text; /**< facility NULL: the log */
};
enum fx_cs_event_kind { /* bit in the mask of WAIT: 1 << kind */
	FX_CS_EVENT_JOB, FX_CS_EVENT_JOB_REMOVED, FX_CS_EVENT_MESSAGE, FX_CS_EVENT_CONFIG,
	FX_CS_EVENT_PORT,
};
struct fx_cs_event { /* WAIT */
	uint32_t size, kind;
	uint64_t id, at_ms;
};
/* For the next SendDocumentEx of this association; then they are forgotten. */
struct fx_cs_send_options {
	uint32_t size;
	uint32_t resolution; /**< 98, 196, 391; 0 = default */
	uint32_t quality;    /**< 0 auto, 1 text, 2 photo */
	uint32_t priority;   /**< 0..2, 0xFFFFFFFF = as SendDocumentEx says */
	uint32_t device_id;  /**< only this port; 0 = any */
	union fx_wtext more_files;   /**< further upload names, newline between: one job of all */
	union fx_wtext subject;
};
struct fx_cs_access { /* ACCESS_LIST, ACCESS_SHOW */
	uint32_t size, kind; /**< 0 default, 1 user, 2 group */
	uint32_t source;     /**< LIST: 1 settings file, 2 store */
	uint32_t mask;       /**< old set with the standard rights, winfax.md 1.1 */
	uint32_t in_file, file_mask; /**< LIST: what the settings file has for the same name */
	union fx_wtext name, words, file_words;
	union fx_wtext why;  /**< SHOW: which entries decide */
};
struct fx_cs_account { /* ACCOUNTS */
	uint32_t size, kind; /**< 0 user of the machine, 1 the service's own, 2 only a password */
	uint32_t uid;
	uint32_t password;   /**< 0 not told, 1 none, 2 has one, 3 has one that is disabled */
	uint32_t connections;
	uint64_t created_at, seen_at, password_at; /**< Unix seconds, 0 = not known */
	union fx_wtext name;
};
struct fx_cs_extra_config { /* settings that FAX_CONFIGURATION lacks */
	uint32_t size, resume_at_unconfirmed, join_jobs;
	uint32_t incoming_public; /**< whoever has any right reads received faxes */
	uint32_t auto_accounts;   /**< who comes for the first time gets an account */
	uint32_t mail_by_client; /**< a client set the mail server; only told */
};
/* ROUTING_TEST: what would be done with a fax, a method each, in order */
struct fx_cs_routing {
	uint32_t size, runs;
	uint32_t by_rule; /**< the rule says so, not the port */
	union fx_wtext guid, friendly_name, data, rule; /**< rule: the same in all, NULL = none */
};
/* OUTBOUND_TEST: which way a number goes; first a row without port, then one for each port */
struct fx_cs_outbound {
	uint32_t size, country, area; /**< of the number; area 0 = not marked */
	uint32_t asked;               /**< the job asks for a port: no rule counts */
	uint32_t rule_country, rule_area, status; /**< status: rule status of ms-fax.md 6.2 */
	uint32_t device_id;
	union fx_wtext digits, group, words; /**< group NULL: the rule leads to a port */
	union fx_wtext port_name, port_state; /**< "free", "busy", "offline", "not valid" */
};

struct fx_cs_cover { /* COVERS: common cover pages */
	uint32_t size, own, windows, bytes; /**< own: may be removed; windows: cannot be used */
	union fx_wtext name, title;
};

extern const struct fx_ms_layout fx_cs_info_layout, fx_cs_port_layout, fx_cs_job_layout,
	fx_cs_message_layout, fx_cs_attempt_layout, fx_cs_health_layout, fx_cs_trace_layout,
	fx_cs_trace_line_layout, fx_cs_event_layout, fx_cs_cover_layout, fx_cs_plugin_layout,
	fx_cs_send_options_layout,
	fx_cs_extra_config_layout, fx_cs_access_layout, fx_cs_account_layout, fx_cs_routing_layout,
	fx_cs_outbound_layout;

#endif
