/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/iface/iface.h
 * The operations: one handler each, found by opnum in a table. A handler gets
 * decoded parameters and leaves results; rpc/server knows the connection around it.
 *
 * Thread: the loop thread. Owner: the server makes a call and hands it to
 * fx_icall_run(); from then on finish() gives it back exactly once, unless
 * fx_icall_cancel() took it back before.
 */
#ifndef FX_RPC_IFACE_IFACE_H
#define FX_RPC_IFACE_IFACE_H

#include "rpc/iface/assoc.h"
#include "rpc/iface/win32.h"

#define FX_LATER UINT32_MAX /**< a handler's answer: fx_icall_finish() will come */

struct fx_icall {
	struct fx_assoc *assoc;       /**< one reference */
	const struct fx_ms_iface *iface;
	const struct fx_ms_op *op;
	struct fx_ms_val in[FX_MS_PARAMS_MAX], out[FX_MS_PARAMS_MAX];
	struct fx_arena arena;        /**< what was decoded */
	struct fx_buf data;           /**< bytes of a BUF result */
	struct fx_ctx ctx;            /**< a handle that goes out; zero = closed */
	union {                       /**< struct results */
		struct fx_ms_version version;
		struct fx_ms_activity activity;
		struct fx_cs_extra_config extra;
	} result;
	uint32_t fault;               /**< enum fx_fault instead of a response */
	void (*finish)(struct fx_icall *call, uint32_t status);
	void *owner;                  /**< the server's */
	/* of a call that waits */
	void (*cancel)(struct fx_icall *call); /**< undo the waiting; set while it can be */
	struct fx_link link;
	struct fx_event_watch watch;
	struct fx_timer *timer;
	uint64_t since, id;
	uint32_t kinds;
};
typedef uint32_t(fx_op_fn)(struct fx_icall *call);

/** Runs the handler; may call finish() before it returns. */
void fx_icall_run(struct fx_icall *call);
void fx_icall_finish(struct fx_icall *call, uint32_t status);
/** @return true: the call is the owner's again, finish() will not come */
bool fx_icall_cancel(struct fx_icall *call);
/** Frees what a call holds, not the struct itself; data keeps its memory. */
void fx_icall_clear(struct fx_icall *call);
/** True when a handler exists; else the operation answers ERROR_NOT_SUPPORTED. */
bool fx_iface_serves(const struct fx_ms_iface *iface, unsigned opnum);

/* --- for handlers --- */

/** Handle in parameter i, or NULL with the fault set. */
struct fx_handle *fx_icall_handle(struct fx_icall *call, unsigned i, enum fx_ms_param type);
/** New handle as result i. */
FX_MUST_CHECK int fx_icall_new_handle(struct fx_icall *call, unsigned i, enum fx_ms_param type,
				      struct fx_handle **ret);
/** New handle with a document as result 0: fx_handle_new_document(). */
FX_MUST_CHECK int fx_icall_new_document(struct fx_icall *call, enum fx_ms_param type, int take_fd,
					uint8_t *take_data, uint64_t size,
					struct fx_handle **ret);
/** Close the handle of parameter 0; result 0 becomes zero. */
void fx_icall_close_handle(struct fx_icall *call, struct fx_handle *h);
/** call->data as the buffer at out[i]. @return 0 or the code for its error */
uint32_t fx_icall_data(struct fx_icall *call, unsigned i);
/** n structures as the buffer at out[i], their number at out[i + 2] if the row has it. */
uint32_t fx_icall_array(struct fx_icall *call, unsigned i, const struct fx_ms_layout *layout,
			const void *elems, size_t n);
/** Change the configuration by fn (service.h). @return FX_LATER, or the code */
uint32_t fx_icall_change_config(struct fx_icall *call, fx_service_config_fn *fn, const void *arg);
/** The states of both queues as FX_MS_QUEUE_* say them. */
uint32_t fx_wire_queue_states(bool paused, bool block_outgoing, bool block_incoming);
/** The reverse. @return 0 or FX_EINVAL (a bit that does not exist) */
FX_MUST_CHECK int fx_queue_states_from_wire(uint64_t states, struct fx_config *c);
/** Caller holds any right at all (ANY of ms-fax.md 3). @return 0 or 5 */
uint32_t fx_icall_any_right(const struct fx_icall *call);
/** For fx_service_*(done): finishes the call with the code for err. */
void fx_icall_done(void *arg, int err, const struct fx_reason *why);
/** err 0: fx_icall_done() will come; else the code. */
static inline uint32_t fx_icall_later(int err)
{
	return err ? fx_win32(err) : FX_LATER;
}

extern fx_op_fn *const fx_fax_handlers[105];
extern fx_op_fn *const fx_caselli_handlers[FX_CS_OP_COUNT];

/* fax_accounts.c */
fx_op_fn fx_fax_create_account, fx_fax_delete_account, fx_fax_enum_accounts, fx_fax_account_info,
	fx_fax_reassign;
fx_op_fn fx_cs_password, fx_cs_accounts; /* access_ops.c */
/* fax_security.c */
fx_op_fn fx_fax_get_security, fx_fax_set_security;
/* fax_ports.c */
fx_op_fn fx_fax_open_port, fx_fax_close_port, fx_fax_device_status, fx_fax_enum_ports,
	fx_fax_get_port, fx_fax_set_port, fx_fax_get_port_ex, fx_fax_enum_ports_ex;
/* fax_jobs.c */
fx_op_fn fx_fax_enum_jobs, fx_fax_get_job, fx_fax_set_job, fx_fax_abort, fx_fax_page_data,
	fx_fax_enum_jobs_ex, fx_fax_get_job_ex, fx_fax_enum_jobs_ex2, fx_fax_get_job_ex2;
/* fax_send.c */
fx_op_fn fx_fax_start_copy, fx_fax_write_file, fx_fax_end_copy, fx_fax_send_document,
	fx_cs_send_options, fx_cs_broadcast_start, fx_cs_broadcast_add, fx_cs_broadcast_end,
	fx_cs_broadcast_cancel;
/* fax_cover.c */
fx_op_fn fx_cs_covers, fx_cs_cover_view, fx_cs_cover_put;
/* fax_messages.c */
fx_op_fn fx_fax_start_messages, fx_fax_start_messages_ex, fx_fax_end_messages,
	fx_fax_enum_messages, fx_fax_get_message, fx_fax_get_message_ex, fx_fax_remove_message,
	fx_fax_set_message, fx_fax_copy_message, fx_fax_read_file;
/* fax_config.c */
fx_op_fn fx_fax_connect, fx_fax_ref_count, fx_fax_access_check, fx_fax_access_check_ex2,
	fx_fax_version, fx_fax_recipients_limit, fx_fax_sku, fx_fax_receipts_options,
	fx_fax_personal_cp, fx_fax_config_option, fx_fax_get_config, fx_fax_set_config,
	fx_fax_queue_states, fx_fax_set_queue, fx_fax_activity,
	fx_cs_extra_config_get, fx_cs_extra_config_set;
/* fax_archive.c */
fx_op_fn fx_fax_general, fx_fax_set_general, fx_fax_outbox, fx_fax_set_outbox,
	fx_fax_get_archive, fx_fax_set_archive, fx_fax_refresh_archive, fx_fax_check_folder;
/* fax_receipts.c */
fx_op_fn fx_fax_get_receipts, fx_fax_set_receipts, fx_fax_get_activity_log,
	fx_fax_set_activity_log;
/* fax_misc.c */
fx_op_fn fx_fax_printers, fx_fax_not_in_version_3, fx_fax_countries, fx_fax_profile,
	fx_fax_set_port_ex, fx_fax_get_ext_data, fx_fax_set_ext_data, fx_fax_wizard_used;
/* access_ops.c */
fx_op_fn fx_cs_access_list, fx_cs_access_show, fx_cs_access_set;
/* subscribe.c */
fx_op_fn fx_fax_subscribe, fx_fax_subscribe_account, fx_fax_unsubscribe;
/* fax_logging.c */
fx_op_fn fx_fax_get_logging, fx_fax_set_logging;
fx_op_fn fx_fax_register_provider, fx_fax_unregister_provider, fx_fax_unregister_extension,
	fx_cs_register_extension, fx_cs_plugins, fx_fax_enum_providers, fx_fax_enum_extensions;
/* fax_routing.c */
fx_op_fn fx_fax_enum_routing, fx_fax_enable_routing, fx_fax_get_routing, fx_fax_set_routing,
	fx_fax_enum_global_routing, fx_fax_set_global_routing, fx_cs_routing_test;
/* fax_outbound.c */
fx_op_fn fx_fax_add_group, fx_fax_set_group, fx_fax_remove_group, fx_fax_enum_groups,
	fx_fax_order_device, fx_fax_add_rule, fx_fax_remove_rule, fx_fax_set_rule,
	fx_fax_enum_rules, fx_cs_outbound_test;
/* caselli_ops.c */
fx_op_fn fx_cs_info, fx_cs_port_status, fx_cs_ports, fx_cs_jobs, fx_cs_jobs_page, fx_cs_job,
	fx_cs_resolve,
	fx_cs_attempts, fx_cs_call_log, fx_cs_messages, fx_cs_newest_messages, fx_cs_message,
	fx_cs_view_start, fx_cs_view_read, fx_cs_view_end, fx_cs_health;
/* events.c */
fx_op_fn fx_cs_wait, fx_cs_events;
/* trace.c */
fx_op_fn fx_cs_trace_list, fx_cs_trace_set, fx_cs_trace_read;
/** The sink of the log while it lives. One at a time in a process. */
FX_MUST_CHECK int fx_tracer_new(struct fx_loop *loop, struct fx_tracer **ret);
struct fx_tracer *fx_tracer_free(struct fx_tracer *t);

#endif
