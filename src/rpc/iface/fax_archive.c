/* SPDX-License-Identifier: Apache-2.0 */
/* Outbox, archive and all of the configuration at once: opnums 38, 39, 41, 42, 82, 86, 97, 98. */
#include "rpc/iface/iface.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "rpc/iface/convert.h"
#include "service/general.h"

static uint32_t load(struct fx_icall *call, struct fx_config *ret)
{
	const struct fx_assoc *a = call->assoc;

	return fx_win32(fx_service_config(a->env->service, &a->caller, ret));
}

static struct fx_ms_time start_of(const struct fx_config *c)
{
	return (struct fx_ms_time){c->cheap_start_hour, c->cheap_start_minute};
}

static struct fx_ms_time stop_of(const struct fx_config *c)
{
	return (struct fx_ms_time){c->cheap_stop_hour, c->cheap_stop_minute};
}

/* On the wire 0 is "never" (ms-fax.md 9.7); ours, "at once", is told as a day's. */
static uint32_t age_of(const struct fx_config *c)
{
	return c->dirty_days == FX_DIRTY_DAYS_NEVER ? 0 : c->dirty_days ? c->dirty_days : 1;
}

static void put_age(struct fx_config *c, uint32_t age)
{
	if (age != age_of(c)) {
		c->dirty_days = age ? age : FX_DIRTY_DAYS_NEVER;
	}
}

static void put_times(struct fx_config *c, struct fx_ms_time start, struct fx_ms_time stop)
{
	c->cheap_start_hour = start.hour;
	c->cheap_start_minute = start.minute;
	c->cheap_stop_hour = stop.hour;
	c->cheap_stop_minute = stop.minute;
}

uint32_t fx_fax_outbox(struct fx_icall *call)
{
	struct fx_ms_outbox_config w;
	struct fx_config c;
	uint32_t code = load(call, &c);

	if (code) {
		return code;
	}
	w = (struct fx_ms_outbox_config){
		.allow_personal_cp = !c.server_cover, .use_device_tsid = c.use_device_tsid,
		.retries = c.retries, .retry_delay = c.retry_delay_min,
		.discount_start = start_of(&c), .discount_end = stop_of(&c),
		.age_limit = age_of(&c), .branding = c.branding,
	};
	fx_config_fini(&c);
	return fx_icall_array(call, 0, &fx_ms_outbox_config_layout, &w, 1);
}

static int put_outbox(void *arg, struct fx_config *c)
{
	const struct fx_ms_outbox_config *w = arg;

	c->server_cover = !w->allow_personal_cp;
	c->use_device_tsid = w->use_device_tsid != 0;
	c->retries = w->retries;
	c->retry_delay_min = w->retry_delay;
	put_times(c, w->discount_start, w->discount_end);
	put_age(c, w->age_limit);
	c->branding = w->branding != 0;
	return 0;
}

uint32_t fx_fax_set_outbox(struct fx_icall *call)
{
	return fx_icall_change_config(call, put_outbox, call->in[0].p);
}

uint32_t fx_fax_general(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_ms_general_config w;
	uint64_t size = 0;
	struct fx_config c;
	uint32_t code = load(call, &c);

	if (code) {
		return code;
	}
	if (call->in[0].u != 0) {
		fx_config_fini(&c);
		return FX_W_INVALID_PARAMETER; /* level */
	}
	code = fx_win32(fx_service_archive_size(a->env->service, &a->caller, &size));
	w = (struct fx_ms_general_config){
		.use_archive = c.archive_outgoing,
		.archive_location = fx_wire_text(c.archive_directory),
		.quota_warning = c.quota_warning, .quota_high = c.quota_high_mb,
		.quota_low = c.quota_low_mb, .archive_age_limit = c.archive_age_days,
		.archive_size = size, .queue_age_limit = age_of(&c), .retries = c.retries,
		.retry_delay = c.retry_delay_min, .use_device_tsid = c.use_device_tsid,
		.discount_start = start_of(&c), .discount_end = stop_of(&c),
		.branding = c.branding, .allow_personal_cp = !c.server_cover,
		.queue_state = fx_wire_queue_states(c.pause_queue, c.block_outgoing,
						    c.block_incoming),
		.auto_create_account = c.auto_accounts, .incoming_public = c.incoming_public,
	};
	code = code ? code : fx_icall_array(call, 0, &fx_ms_general_config_layout, &w, 1);
	fx_config_fini(&c);
	return code;
}

static int put_general(void *arg, struct fx_config *c)
{
	const struct fx_ms_general_config *w = arg;
	int err = fx_queue_states_from_wire(w->queue_state, c);

	c->archive_outgoing = w->use_archive != 0;
	c->quota_warning = w->quota_warning != 0;
	c->quota_high_mb = w->quota_high;
	c->quota_low_mb = w->quota_low;
	c->archive_age_days = w->archive_age_limit;
	put_age(c, w->queue_age_limit);
	c->retries = w->retries;
	c->retry_delay_min = w->retry_delay;
	c->use_device_tsid = w->use_device_tsid != 0;
	put_times(c, w->discount_start, w->discount_end);
	c->branding = w->branding != 0;
	c->server_cover = !w->allow_personal_cp;
	c->auto_accounts = w->auto_create_account != 0;
	c->incoming_public = w->incoming_public != 0;
	return err ? err : fx_str_replace(&c->archive_directory, w->archive_location.u8);
}

/* Only a folder that is new is looked at: one that went away does not keep all else from being
 * changed. */
static uint32_t check_location(struct fx_icall *call, const char *path)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_config c;
	bool same;

	if (!*path) {
		return FX_W_SUCCESS;
	}
	if (!fx_service_config(a->env->service, &a->caller, &c)) {
		same = !strcmp(path, fx_text(c.archive_directory));
		fx_config_fini(&c);
		if (same) {
			return FX_W_SUCCESS;
		}
	}
	return fx_service_check_folder(a->env->service, &a->caller, path) ? FX_W_INVALID_PARAMETER :
									    FX_W_SUCCESS;
}

uint32_t fx_fax_set_general(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_ms_general_config *w = NULL;
	uint32_t code = fx_win32(fx_service_check(&a->caller, FX_RIGHT_CONFIG_SET,
						  "changing the configuration"));

	if (code) {
		return code;
	}
	if (call->in[0].u != 0 || call->in[1].n == 0) {
		return FX_W_INVALID_PARAMETER;
	}
	code = fx_win32(fx_ms_get(&fx_ms_general_config_layout, call->in[1].p, call->in[1].n, 1,
				  FX_TEXT_UTF8, (void **)&w));
	code = code ? code : check_location(call, fx_text(w->archive_location.u8));
	code = code ? code : fx_icall_change_config(call, put_general, w);
	(void)fx_free(w); /* its texts were copied */
	return code;
}

/* 41, 42: a server of version 3 has 97 and 98 instead. The right comes first. */
uint32_t fx_fax_get_archive(struct fx_icall *call)
{
	uint32_t code = fx_win32(fx_service_check(&call->assoc->caller, FX_RIGHT_CONFIG_QUERY,
						  "reading the archive's settings"));

	return code ? code : FX_W_NOT_SUPPORTED;
}

uint32_t fx_fax_set_archive(struct fx_icall *call)
{
	uint32_t code = fx_win32(fx_service_check(&call->assoc->caller, FX_RIGHT_CONFIG_SET,
						  "changing the archive's settings"));

	return code ? code : FX_W_NOT_SUPPORTED;
}

uint32_t fx_fax_refresh_archive(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	uint32_t code = fx_win32(fx_service_check(&a->caller, FX_RIGHT_CONFIG_SET,
						  "refreshing the archive"));

	if (!code && call->in[0].u != FX_MS_INBOX && call->in[0].u != FX_MS_SENT) {
		return FX_W_INVALID_PARAMETER;
	}
	return code ? code : fx_win32(fx_service_refresh_archive(a->env->service, &a->caller));
}

uint32_t fx_fax_check_folder(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	int err = fx_service_check_folder(a->env->service, &a->caller, fx_text(call->in[0].s.u8));

	switch (err) {
	case FX_ENODEV:
		return FX_W_PATH_NOT_FOUND;
	case FX_EBUSY:
		return FX_W_FAX_DIRECTORY_IN_USE;
	case FX_EOVERFLOW:
		return FX_W_BUFFER_OVERFLOW;
	default:
		return fx_win32(err);
	}
}
