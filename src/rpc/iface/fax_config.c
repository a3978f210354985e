/* SPDX-License-Identifier: Apache-2.0 */
/* Connection, rights and configuration (ms-fax.md 9.1, 9.7). */
#include "rpc/iface/iface.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/report.h"
#include "rpc/iface/convert.h"
#include "service/general.h"

/* Version 3 is what current clients are written against first (ms-fax.md 10). */
#define OUR_API FX_MS_API_3

static uint32_t new_svc(struct fx_icall *call, unsigned i, uint32_t client_api)
{
	struct fx_handle *h;
	uint32_t code = fx_icall_any_right(call);
	int err;

	if (code) {
		return code;
	}
	err = fx_icall_new_handle(call, i, FX_P_CTX_SVC, &h);
	if (!err) {
		call->assoc->client_api = client_api;
	}
	return fx_win32(err);
}

uint32_t fx_fax_connect(struct fx_icall *call)
{
	uint64_t api = call->in[0].u;

	call->out[0].u = OUR_API;
	return new_svc(call, 1, api > OUR_API ? OUR_API : (uint32_t)api);
}

uint32_t fx_fax_ref_count(struct fx_icall *call)
{
	static const uint8_t null[20];
	bool is_null = memcmp(call->in[0].p, null, sizeof(null)) == 0;
	uint64_t connect = call->in[1].u;
	struct fx_handle *h;

	call->out[1].u = 0; /* no print queue to share */
	if (connect == 1) {
		return new_svc(call, 0, FX_MS_API_0);
	}
	if (is_null || (connect != 0 && connect != 2)) {
		return FX_W_INVALID_PARAMETER;
	}
	h = fx_icall_handle(call, 0, FX_P_CTX_SVC);
	if (h && connect == 0) {
		fx_icall_close_handle(call, h);
	} else if (h) {
		call->ctx = h->ctx; /* released, but 0 may still follow (13, no. 11) */
		call->out[0].p = &call->ctx;
	}
	return FX_W_SUCCESS;
}

struct right_row {
	uint32_t old, later;
};

/* A later right is held when all the old ones it stands for are (winfax.md 1.1). */
static uint32_t later_rights(uint32_t old)
{
	static const struct right_row common[] = {
		{FX_RIGHT_JOB_SUBMIT, FX_MS_SUBMIT | FX_MS_SUBMIT_NORMAL | FX_MS_SUBMIT_HIGH},
		{FX_RIGHT_JOB_QUERY, FX_MS_QUERY_JOBS},
		{FX_RIGHT_JOB_MANAGE, FX_MS_MANAGE_JOBS},
		{FX_RIGHT_CONFIG_QUERY | FX_RIGHT_PORT_QUERY, FX_MS_QUERY_CONFIG},
		{FX_RIGHT_CONFIG_SET | FX_RIGHT_PORT_SET, FX_MS_MANAGE_CONFIG},
	};
	uint32_t query = FX_MS_QUERY_IN_ARCHIVE | FX_MS_QUERY_OUT_ARCHIVE;
	uint32_t manage = FX_MS_MANAGE_IN_ARCHIVE | FX_MS_MANAGE_OUT_ARCHIVE;
	/* the standard rights are the same bits in all sets (ms-fax.md 8.2) */
	uint32_t later = (old & FX_MS_STANDARD_RIGHTS) | (old & FX_RIGHT_JOB_QUERY ? query : 0) |
			 (old & FX_RIGHT_JOB_MANAGE ? manage : 0);
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(common); i++) {
		if ((old & common[i].old) == common[i].old) {
			later |= common[i].later;
		}
	}
	return later;
}

static uint32_t access_check(struct fx_icall *call, bool version_3)
{
	uint32_t old = fx_service_rights(&call->assoc->caller);
	uint32_t held = version_3 ? fx_rights_to_v3(old) : later_rights(old);
	uint32_t mask = (uint32_t)call->in[0].u, asked = mask & ~(uint32_t)FX_MS_MAXIMUM_ALLOWED;

	call->out[0].u = mask != 0 && (held & asked) == asked;
	call->out[1].u = mask & FX_MS_MAXIMUM_ALLOWED ? held : held & asked;
	return FX_W_SUCCESS;
}

uint32_t fx_fax_access_check(struct fx_icall *call)
{
	return access_check(call, false);
}

uint32_t fx_fax_access_check_ex2(struct fx_icall *call)
{
	return access_check(call, true);
}

uint32_t fx_fax_version(struct fx_icall *call)
{
	/* the first client versions of this interface compare with XP's: any 5.1 or later */
	call->result.version = (struct fx_ms_version){.valid = 1, .major = 6, .minor = 1};
	call->out[0].p = &call->result.version;
	return fx_icall_any_right(call);
}

uint32_t fx_fax_recipients_limit(struct fx_icall *call)
{
	call->out[0].u = FX_MS_RECIPIENTS_MAX;
	return fx_win32(fx_service_check(&call->assoc->caller, FX_RIGHT_JOB_SUBMIT,
					 "reading the limit of recipients"));
}

uint32_t fx_fax_sku(struct fx_icall *call)
{
	call->out[0].u = 4; /* server: nothing is greyed out */
	return fx_icall_any_right(call);
}

uint32_t fx_fax_receipts_options(struct fx_icall *call)
{
	call->out[0].u = fx_service_offers_reports(call->assoc->env->service) ? FX_REPORT_EMAIL : 0;
	return fx_icall_any_right(call);
}

uint32_t fx_fax_personal_cp(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	bool allowed = false;
	int err = fx_service_personal_covers(a->env->service, &a->caller, &allowed);

	call->out[0].u = allowed;
	return fx_win32(err);
}

uint32_t fx_wire_queue_states(bool paused, bool block_outgoing, bool block_incoming)
{
	return (paused ? FX_MS_QUEUE_OUT_PAUSED : 0u) |
	       (block_outgoing ? FX_MS_QUEUE_OUT_BLOCKED : 0u) |
	       (block_incoming ? FX_MS_QUEUE_IN_BLOCKED : 0u);
}

static uint32_t queue_states(struct fx_icall *call, uint64_t *ret)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_queue_states st = {0};
	int err = fx_service_queue_states(a->env->service, &a->caller, &st);

	*ret = fx_wire_queue_states(st.paused, st.block_outgoing, st.block_incoming);
	return fx_win32(err);
}

uint32_t fx_fax_queue_states(struct fx_icall *call)
{
	return queue_states(call, &call->out[0].u);
}

uint32_t fx_fax_config_option(struct fx_icall *call)
{
	uint32_t code;

	switch (call->in[0].u) {
	case 0:
		return fx_fax_personal_cp(call);
	case 2:
		return fx_fax_receipts_options(call);
	case 1:
		return queue_states(call, &call->out[0].u);
	case 3: /* incoming faxes are public */
		call->out[0].u = fx_service_incoming_public(call->assoc->env->service);
		return fx_icall_any_right(call);
	default:
		code = fx_icall_any_right(call);
		return code ? code : FX_W_INVALID_PARAMETER;
	}
}

static uint32_t load(struct fx_icall *call, struct fx_config *ret)
{
	const struct fx_assoc *a = call->assoc;

	return fx_win32(fx_service_config(a->env->service, &a->caller, ret));
}

uint32_t fx_fax_get_config(struct fx_icall *call)
{
	struct fx_ms_configuration w;
	struct fx_config c;
	uint32_t code = load(call, &c);

	if (code) {
		return code;
	}
	fx_wire_config(&w, &c);
	code = fx_icall_array(call, 0, &fx_ms_configuration_layout, &w, 1);
	fx_config_fini(&c);
	return code;
}

uint32_t fx_icall_change_config(struct fx_icall *call, fx_service_config_fn *fn, const void *arg)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_reason why = {0};
	int err = fx_service_change_config(a->env->service, &a->caller, fn,
					   (void *)(uintptr_t)arg, fx_icall_done, call, &why);

	return err ? fx_win32_config(err) : FX_LATER;
}

static int put_config(void *arg, struct fx_config *c)
{
	const struct fx_ms_configuration *w = arg;
	int err;

	c->retries = w->retries;
	c->retry_delay_min = w->retry_delay;
	c->dirty_days = w->dirty_days;
	c->branding = w->branding != 0;
	c->use_device_tsid = w->use_device_tsid != 0;
	c->server_cover = w->server_cp != 0;
	c->pause_queue = w->pause_queue != 0;
	c->cheap_start_hour = w->start_cheap.hour;
	c->cheap_start_minute = w->start_cheap.minute;
	c->cheap_stop_hour = w->stop_cheap.hour;
	c->cheap_stop_minute = w->stop_cheap.minute;
	c->archive_outgoing = w->archive_outgoing != 0;
	err = fx_str_replace(&c->archive_directory, w->archive_directory.u8);
	return err ? err : fx_str_replace(&c->inbound_profile, w->profile_name.u8);
}

uint32_t fx_fax_set_config(struct fx_icall *call)
{
	return fx_icall_change_config(call, put_config, call->in[0].p);
}

int fx_queue_states_from_wire(uint64_t states, struct fx_config *c)
{
	if (states > 7) {
		return FX_EINVAL;
	}
	c->pause_queue = states & FX_MS_QUEUE_OUT_PAUSED;
	c->block_outgoing = states & FX_MS_QUEUE_OUT_BLOCKED;
	c->block_incoming = states & FX_MS_QUEUE_IN_BLOCKED;
	return 0;
}

static int put_queue(void *arg, struct fx_config *c)
{
	return fx_queue_states_from_wire(*(const uint64_t *)arg, c);
}

uint32_t fx_fax_set_queue(struct fx_icall *call)
{
	return fx_icall_change_config(call, put_queue, &call->in[0].u);
}

uint32_t fx_fax_activity(struct fx_icall *call)
{
	const struct fx_ms_activity *in = call->in[0].p;
	struct fx_ms_activity *w = &call->result.activity;
	const struct fx_assoc *a = call->assoc;
	struct fx_activity now;
	int err = fx_service_activity(a->env->service, &a->caller, &now);

	if (err) {
		return fx_win32(err);
	}
	if (in->size != fx_ms_activity_layout.wire_size) {
		return FX_W_INVALID_PARAMETER;
	}
	*w = (struct fx_ms_activity){.incoming = now.incoming, .routing = now.routing,
				     .outgoing = now.outgoing, .queued = now.queued};
	call->out[0].p = w;
	return FX_W_SUCCESS;
}

uint32_t fx_cs_extra_config_get(struct fx_icall *call)
{
	struct fx_config c;
	uint32_t code = load(call, &c);

	if (code) {
		return code;
	}
	call->result.extra = (struct fx_cs_extra_config){
		.resume_at_unconfirmed = c.resume_at_unconfirmed, .join_jobs = c.join_jobs,
		.incoming_public = c.incoming_public, .auto_accounts = c.auto_accounts,
		.mail_by_client = c.mail_set};
	call->out[0].p = &call->result.extra;
	fx_config_fini(&c);
	return FX_W_SUCCESS;
}

static int put_extra(void *arg, struct fx_config *c)
{
	const struct fx_cs_extra_config *w = arg;

	c->resume_at_unconfirmed = w->resume_at_unconfirmed != 0;
	c->join_jobs = w->join_jobs != 0;
	c->incoming_public = w->incoming_public != 0;
	c->auto_accounts = w->auto_accounts != 0;
	return 0;
}

uint32_t fx_cs_extra_config_set(struct fx_icall *call)
{
	return fx_icall_change_config(call, put_extra, call->in[0].p);
}
