/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/iface/iface.h"

#include <string.h>

#include "base/mem.h"
#include "rpc/pdu/pdu.h"

fx_op_fn *const fx_fax_handlers[105] = {
	[0] = fx_fax_printers,
	[1] = fx_fax_ref_count,        [2] = fx_fax_open_port,
	[3] = fx_fax_close_port,       [4] = fx_fax_enum_jobs,
	[5] = fx_fax_get_job,          [6] = fx_fax_set_job,
	[7] = fx_fax_page_data,        [8] = fx_fax_device_status,
	[9] = fx_fax_abort,            [10] = fx_fax_enum_ports,
	[11] = fx_fax_get_port,        [12] = fx_fax_set_port,
	[13] = fx_fax_enum_routing,    [14] = fx_fax_enable_routing,
	[15] = fx_fax_get_routing,     [16] = fx_fax_set_routing,
	[17] = fx_fax_enum_global_routing, [18] = fx_fax_set_global_routing,
	[19] = fx_fax_get_config,      [20] = fx_fax_set_config,
	[21] = fx_fax_get_logging,     [22] = fx_fax_set_logging,
	[74] = fx_fax_subscribe,       [75] = fx_fax_unsubscribe,
	[92] = fx_fax_subscribe_account,
	[45] = fx_fax_enum_providers,  [78] = fx_fax_enum_extensions,
	[51] = fx_fax_add_group,       [52] = fx_fax_set_group,
	[53] = fx_fax_remove_group,    [54] = fx_fax_enum_groups,
	[55] = fx_fax_order_device,    [56] = fx_fax_add_rule,
	[57] = fx_fax_remove_rule,     [58] = fx_fax_set_rule,
	[59] = fx_fax_enum_rules,
	[60] = fx_fax_register_provider, [61] = fx_fax_unregister_provider,
	[62] = fx_fax_unregister_extension,
	[25] = fx_fax_access_check,    [27] = fx_fax_send_document,
	[28] = fx_fax_enum_jobs_ex,    [29] = fx_fax_get_job_ex,
	[32] = fx_fax_queue_states,    [33] = fx_fax_set_queue,
	[36] = fx_fax_receipts_options, [37] = fx_fax_version,
	[38] = fx_fax_outbox,          [40] = fx_fax_personal_cp,
	[46] = fx_fax_get_port_ex,     [48] = fx_fax_enum_ports_ex,
	[63] = fx_fax_start_messages,  [64] = fx_fax_end_messages,
	[65] = fx_fax_enum_messages,   [66] = fx_fax_get_message,
	[67] = fx_fax_remove_message,  [68] = fx_fax_start_copy,
	[69] = fx_fax_copy_message,    [70] = fx_fax_write_file,
	[71] = fx_fax_read_file,       [72] = fx_fax_end_copy,
	[76] = fx_fax_activity,        [80] = fx_fax_connect,
	[84] = fx_fax_recipients_limit, [85] = fx_fax_sku,
	[87] = fx_fax_get_job_ex2,     [88] = fx_fax_enum_jobs_ex2,
	[89] = fx_fax_get_message_ex,  [90] = fx_fax_start_messages_ex,
	[93] = fx_fax_create_account, [94] = fx_fax_delete_account,
	[95] = fx_fax_enum_accounts, [96] = fx_fax_account_info,
	[99] = fx_fax_get_security, [100] = fx_fax_set_security, [102] = fx_fax_reassign,
	[91] = fx_fax_enum_messages,   [97] = fx_fax_general,
	[26] = fx_fax_not_in_version_3, [30] = fx_fax_countries,
	[31] = fx_fax_profile,         [34] = fx_fax_get_receipts,
	[35] = fx_fax_set_receipts,    [39] = fx_fax_set_outbox,
	[41] = fx_fax_get_archive,     [42] = fx_fax_set_archive,
	[43] = fx_fax_get_activity_log, [44] = fx_fax_set_activity_log,
	[47] = fx_fax_set_port_ex,     [49] = fx_fax_get_ext_data,
	[50] = fx_fax_set_ext_data,    [77] = fx_fax_wizard_used,
	[82] = fx_fax_refresh_archive, [83] = fx_fax_not_in_version_3,
	[86] = fx_fax_check_folder,    [98] = fx_fax_set_general,
	[101] = fx_fax_access_check_ex2, [103] = fx_fax_set_message,
	[104] = fx_fax_config_option,
};

fx_op_fn *const fx_caselli_handlers[FX_CS_OP_COUNT] = {
	[FX_CS_INFO] = fx_cs_info,
	[FX_CS_PORT_STATUS] = fx_cs_port_status,
	[FX_CS_PORTS] = fx_cs_ports,
	[FX_CS_JOBS] = fx_cs_jobs,
	[FX_CS_JOB] = fx_cs_job,
	[FX_CS_RESOLVE] = fx_cs_resolve,
	[FX_CS_ATTEMPTS] = fx_cs_attempts,
	[FX_CS_CALL_LOG] = fx_cs_call_log,
	[FX_CS_MESSAGES] = fx_cs_messages,
	[FX_CS_MESSAGE] = fx_cs_message,
	[FX_CS_VIEW_START] = fx_cs_view_start,
	[FX_CS_VIEW_READ] = fx_cs_view_read,
	[FX_CS_VIEW_END] = fx_cs_view_end,
	[FX_CS_SEND_OPTIONS] = fx_cs_send_options,
	[FX_CS_TRACE_LIST] = fx_cs_trace_list,
	[FX_CS_TRACE_SET] = fx_cs_trace_set,
	[FX_CS_TRACE_READ] = fx_cs_trace_read,
	[FX_CS_HEALTH] = fx_cs_health,
	[FX_CS_REGISTER_EXTENSION] = fx_cs_register_extension,
	[FX_CS_PLUGINS] = fx_cs_plugins,
	[FX_CS_OUTBOUND_TEST] = fx_cs_outbound_test,
	[FX_CS_PASSWORD] = fx_cs_password,
	[FX_CS_ACCOUNTS] = fx_cs_accounts,
	[FX_CS_WAIT] = fx_cs_wait,
	[FX_CS_EXTRA_CONFIG_GET] = fx_cs_extra_config_get,
	[FX_CS_EXTRA_CONFIG_SET] = fx_cs_extra_config_set,
	[FX_CS_NEWEST_MESSAGES] = fx_cs_newest_messages,
	[FX_CS_COVERS] = fx_cs_covers,
	[FX_CS_COVER_VIEW] = fx_cs_cover_view,
	[FX_CS_COVER_PUT] = fx_cs_cover_put,
	[FX_CS_BROADCAST_START] = fx_cs_broadcast_start,
	[FX_CS_BROADCAST_ADD] = fx_cs_broadcast_add,
	[FX_CS_BROADCAST_END] = fx_cs_broadcast_end,
	[FX_CS_BROADCAST_CANCEL] = fx_cs_broadcast_cancel,
	[FX_CS_JOBS_PAGE] = fx_cs_jobs_page,
	[FX_CS_EVENTS] = fx_cs_events,
	[FX_CS_ACCESS_LIST] = fx_cs_access_list,
	[FX_CS_ACCESS_SHOW] = fx_cs_access_show,
	[FX_CS_ACCESS_SET] = fx_cs_access_set,
	[FX_CS_ROUTING_TEST] = fx_cs_routing_test,
};

static fx_op_fn *handler_of(const struct fx_ms_iface *iface, unsigned opnum)
{
	if (opnum >= iface->n_ops) {
		return NULL;
	}
	return iface == &fx_ms_fax_iface ? fx_fax_handlers[opnum] : fx_caselli_handlers[opnum];
}

bool fx_iface_serves(const struct fx_ms_iface *iface, unsigned opnum)
{
	return handler_of(iface, opnum) != NULL;
}

/* LPDWORD [in, out, unique]: present in the answer when it was in the request */
static void pass_pointer(struct fx_icall *call)
{
	bool null = true;
	unsigned i;

	for (i = 0; i < FX_MS_PARAMS_MAX && call->op->in[i] != FX_P_END; i++) {
		if (call->op->in[i] == FX_P_U32P) {
			null = call->in[i].null;
		}
	}
	for (i = 0; i < FX_MS_PARAMS_MAX && call->op->out[i] != FX_P_END; i++) {
		call->out[i].null = null;
	}
}

void fx_icall_run(struct fx_icall *call)
{
	fx_op_fn *fn = handler_of(call->iface, call->op->opnum);
	uint32_t status;

	pass_pointer(call);
	status = fn ? fn(call) : FX_W_NOT_SUPPORTED;
	if (status != FX_LATER) {
		fx_icall_finish(call, status);
	}
}

/* An array whose size the client said keeps that size, of zeros. */
static void empty_array(struct fx_icall *call, struct fx_ms_val *out)
{
	unsigned i;
	uint64_t *zeros;

	for (i = 0; i < FX_MS_PARAMS_MAX && call->op->in[i] != FX_P_END; i++) {
		if (call->op->in[i] == FX_P_NREC) {
			zeros = fx_arena_calloc(&call->arena, (size_t)call->in[i].u,
						sizeof(*zeros));
			out->p = zeros;
			out->n = zeros ? (uint32_t)call->in[i].u : 0;
		}
	}
}

void fx_icall_finish(struct fx_icall *call, uint32_t status)
{
	unsigned i;

	call->cancel = NULL;
	/* On error the out parameters are there, but empty (ms-fax.md 2); a handle that came in
	 * goes back as it was. */
	if (status) {
		for (i = 0; i < FX_MS_PARAMS_MAX && call->op->out[i] != FX_P_END; i++) {
			bool null = call->out[i].null;

			call->out[i] = (struct fx_ms_val){.null = null};
			if (call->op->out[i] == FX_P_U64A) {
				empty_array(call, &call->out[i]);
			}
		}
		if (call->op->out[0] >= FX_P_CTX_SVC && call->op->out[0] <= FX_P_CTX_VIEW &&
		    call->op->in[0] == call->op->out[0]) {
			call->out[0].p = call->in[0].p;
		}
	}
	call->finish(call, status);
}

bool fx_icall_cancel(struct fx_icall *call)
{
	if (!call->cancel) {
		return false;
	}
	call->cancel(call);
	call->cancel = NULL;
	return true;
}

void fx_icall_clear(struct fx_icall *call)
{
	fx_arena_fini(&call->arena);
	if (call->data.cap > 64 * 1024) {
		fx_buf_fini(&call->data);
	}
	fx_buf_reset(&call->data);
	memset(call->in, 0, sizeof(call->in));
	memset(call->out, 0, sizeof(call->out));
	call->fault = 0;
	call->cancel = NULL;
	if (call->assoc) {
		fx_assoc_unref(call->assoc);
		call->assoc = NULL;
	}
}

struct fx_handle *fx_icall_handle(struct fx_icall *call, unsigned i, enum fx_ms_param type)
{
	struct fx_ctx ctx;
	struct fx_handle *h;

	memcpy(ctx.b, call->in[i].p, sizeof(ctx.b));
	h = fx_handle_find(call->assoc, &ctx, type);
	if (!h) {
		call->fault = FX_FAULT_CONTEXT;
	}
	return h;
}

static int give_handle(struct fx_icall *call, unsigned i, const struct fx_handle *h)
{
	call->ctx = h->ctx;
	call->out[i].p = &call->ctx;
	return 0;
}

int fx_icall_new_handle(struct fx_icall *call, unsigned i, enum fx_ms_param type,
			struct fx_handle **ret)
{
	int err = fx_handle_new(call->assoc, type, ret);

	return err ? err : give_handle(call, i, *ret);
}

int fx_icall_new_document(struct fx_icall *call, enum fx_ms_param type, int take_fd,
			  uint8_t *take_data, uint64_t size, struct fx_handle **ret)
{
	int err = fx_handle_new_document(call->assoc, type, take_fd, take_data, size, ret);

	return err ? err : give_handle(call, 0, *ret);
}

void fx_icall_close_handle(struct fx_icall *call, struct fx_handle *h)
{
	fx_handle_free(call->assoc, h);
	memset(&call->ctx, 0, sizeof(call->ctx));
	call->out[0].p = &call->ctx;
}

uint32_t fx_icall_data(struct fx_icall *call, unsigned i)
{
	if (call->data.err) {
		return fx_win32(call->data.err);
	}
	call->out[i].p = call->data.data;
	call->out[i].n = (uint32_t)call->data.len;
	return FX_W_SUCCESS;
}

uint32_t fx_icall_array(struct fx_icall *call, unsigned i, const struct fx_ms_layout *layout,
			const void *elems, size_t n)
{
	fx_buf_reset(&call->data);
	if (n) {
		fx_ms_put(&call->data, layout, elems, n, FX_TEXT_UTF8);
	}
	if (call->op->out[i + 2] == FX_P_U32) {
		call->out[i + 2].u = n;
	}
	return n ? fx_icall_data(call, i) : FX_W_SUCCESS;
}

uint32_t fx_icall_any_right(const struct fx_icall *call)
{
	static const struct {
		uint8_t opnum;
		const char *words;
	} fax[] = {
		{1, "connecting"},        {80, "connecting"},      {6, "changing a job"},
		{28, "listing jobs"},     {88, "listing jobs"},    {29, "reading a job"},
		{87, "reading a job"},    {37, "reading the version"},
		{85, "reading the edition"}, {104, "reading an option"},
		{36, "reading which receipts are offered"},
		{40, "reading whether personal cover pages are allowed"},
		{63, "listing messages"}, {90, "listing messages"}, {66, "reading a message"},
		{89, "reading a message"}, {67, "removing a message"},
		{103, "marking a message"},
		{30, "listing countries"}, {31, "reading a profile"}, {69, "reading the pages of a fax"},
	};
	const char *what = call->op->name;

	for (size_t i = 0; call->iface == &fx_ms_fax_iface && i < FX_ARRAY_LEN(fax); i++) {
		if (fax[i].opnum == call->op->opnum) {
			what = fax[i].words;
		}
	}
	return fx_win32(fx_service_check_any(&call->assoc->caller, what));
}

void fx_icall_done(void *arg, int err, const struct fx_reason *why)
{
	fx_icall_finish(arg, fx_win32(err));
}
