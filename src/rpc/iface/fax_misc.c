/* SPDX-License-Identifier: Apache-2.0 */
/* Catalogues and the rest: opnums 0, 26, 30, 31, 47, 49, 50, 77, 83 (ms-fax.md 9.2, 9.4, 9.8). */
#include "rpc/iface/iface.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "core/countries.h"
#include "core/cover.h"
#include "rpc/iface/convert.h"
#include "service/general.h"

/* 26 belongs to version 1, 83 to none (ms-fax.md 3.1). */
uint32_t fx_fax_not_in_version_3(struct fx_icall *call)
{
	(void)call;
	return FX_W_NOT_SUPPORTED;
}

static void have_printers(void *arg, int err, const struct fx_printer *v, size_t n)
{
	struct fx_icall *call = arg;
	struct fx_ms_printer_info *w = err ? NULL : fx_arena_calloc(&call->arena, n, sizeof(*w));
	uint32_t code = err ? fx_win32(err) : w ? FX_W_SUCCESS : FX_W_NOT_ENOUGH_MEMORY;

	for (size_t i = 0; w && i < n; i++) {
		w[i] = (struct fx_ms_printer_info){.printer = fx_wire_text(v[i].name),
						   .server = fx_wire_text(v[i].server),
						   .driver = fx_wire_text(v[i].driver)};
	}
	code = code ? code : fx_icall_array(call, 0, &fx_ms_printer_info_layout, w, n);
	fx_icall_finish(call, code);
}

uint32_t fx_fax_printers(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;

	return fx_icall_later(fx_service_printers(a->env->service, &a->caller, have_printers,
						  call));
}

uint32_t fx_fax_countries(struct fx_icall *call)
{
	size_t n;
	const struct fx_country *v = fx_countries(&n);
	struct fx_ms_country *w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	uint32_t code = fx_icall_any_right(call);

	if (code || !w) {
		return code ? code : FX_W_NOT_ENOUGH_MEMORY;
	}
	for (size_t i = 0; i < n; i++) {
		/* no rules for dialling from there: an empty text, which no client trips over */
		w[i] = (struct fx_ms_country){.id = v[i].id, .code = v[i].code,
					      .name = {.u8 = v[i].name},
					      .long_distance_rule = {.u8 = ""}};
	}
	fx_buf_reset(&call->data);
	fx_ms_put_countries(&call->data, w, n, FX_TEXT_UTF8);
	return fx_icall_data(call, 0);
}

/* ---- 31: the profile of sender or recipient ---- */

enum { PROFILE_RECIPIENT = 1, PROFILE_SENDER = 2 };

static void put_person(struct fx_ms_profile *w, const struct fx_cover_fields *f,
		       enum fx_cover_field first)
{
	union fx_wtext *const to[] = {
		&w->name, &w->fax_number, &w->company, &w->street, &w->city, &w->state, &w->zip,
		&w->country, &w->title, &w->department, &w->office_location, &w->home_phone,
		&w->office_phone, &w->email};

	for (size_t i = 0; i < FX_ARRAY_LEN(to); i++) {
		*to[i] = fx_wire_text(f->v[(size_t)first + i]);
	}
}

static void fall_back(union fx_wtext *t, const char *s)
{
	if (!t->u8) {
		*t = fx_wire_text(s);
	}
}

static uint32_t put_profile(struct fx_icall *call, const struct fx_job *j, bool sender)
{
	struct fx_cover_fields f = {0};
	struct fx_ms_profile w = {0};
	uint32_t code;
	int err = j->profile ? fx_cover_fields_parse(j->profile, strlen(j->profile), &f) : 0;

	if (err == FX_ENOMEM) {
		return fx_win32(err);
	}
	/* what cannot be read counts as not there: the job's own fields have the rest */
	put_person(&w, &f, sender ? FX_COVER_SENDER_NAME : FX_COVER_RECIPIENT_NAME);
	if (sender) {
		fall_back(&w.name, j->sender_name);
		fall_back(&w.fax_number, j->sender_number);
		fall_back(&w.company, j->sender_company);
		fall_back(&w.department, j->sender_dept);
		w.billing_code = fx_wire_text(j->billing_code);
		w.tsid = fx_wire_text(j->tsid);
	} else {
		fall_back(&w.name, j->recipient_name);
		fall_back(&w.fax_number, j->number);
		fall_back(&w.company, j->recipient_company);
	}
	code = fx_icall_array(call, 0, &fx_ms_profile_layout, &w, 1);
	fx_cover_fields_fini(&f);
	return code;
}

static int find_job(struct fx_icall *call, struct fx_message *ret)
{
	const struct fx_assoc *a = call->assoc;
	uint64_t id = call->in[0].u;
	int err;

	memset(ret, 0, sizeof(*ret));
	if (call->in[1].u == FX_MS_QUEUE) {
		err = fx_service_job_by_id(a->env->service, &a->caller, id, &ret->job);
		if (!err && ret->job.type != FX_JT_SEND && ret->job.type != FX_JT_BROADCAST) {
			fx_job_fini(&ret->job);
			err = FX_ENOMSG;
		}
		return err;
	}
	err = fx_service_message(a->env->service, &a->caller, id, ret);
	if (!err && ret->folder != FX_FOLDER_SENT) {
		fx_message_fini(ret);
		err = FX_ENOMSG;
	}
	return err;
}

uint32_t fx_fax_profile(struct fx_icall *call)
{
	uint64_t type = call->in[2].u;
	struct fx_message m;
	uint32_t code = fx_icall_any_right(call);

	if (code) {
		return code;
	}
	if (call->in[0].u == 0 || (type != PROFILE_RECIPIENT && type != PROFILE_SENDER) ||
	    (call->in[1].u != FX_MS_QUEUE && call->in[1].u != FX_MS_SENT)) {
		return FX_W_INVALID_PARAMETER;
	}
	code = fx_win32(find_job(call, &m));
	if (!code) {
		code = put_profile(call, &m.job, type == PROFILE_SENDER);
		fx_message_fini(&m);
	}
	return code;
}

/* ---- 47 ---- */

static bool is_long(const char *utf8)
{
	size_t n = 0;

	for (; *utf8; utf8++) {
		n += ((unsigned char)*utf8 & 0xC0) != 0x80;
	}
	return n > FX_MS_STRING_LEN;
}

uint32_t fx_fax_set_port_ex(struct fx_icall *call)
{
	const struct fx_ms_port_info_ex *w = call->in[1].p;
	const struct fx_assoc *a = call->assoc;
	struct fx_port_info info = {.device_id = (uint32_t)call->in[0].u, .send = w->send != 0,
				    .receive = w->receive_mode != 0, .rings = w->rings,
				    .manual_answer = w->receive_mode == 2};
	int err = fx_service_check(&a->caller, FX_RIGHT_PORT_SET, "changing a port");

	if (err) {
		return fx_win32(err);
	}
	if (info.device_id == 0 || w->receive_mode > 2) {
		return FX_W_INVALID_PARAMETER;
	}
	if (is_long(fx_text(w->description.u8))) {
		return FX_W_BUFFER_OVERFLOW;
	}
	(void)fx_strlcpy(info.description, fx_text(w->description.u8), sizeof(info.description));
	fx_station_id(info.tsid, fx_text(w->tsid.u8));
	fx_station_id(info.csid, fx_text(w->csid.u8));
	err = fx_service_set_port_ex(a->env->service, &a->caller, &info, fx_icall_done, call,
				     NULL);
	return err ? fx_win32_config(err) : FX_LATER;
}

/* ---- 49, 50 ---- */

static void have_data(void *arg, int err, const uint8_t *p, size_t n)
{
	struct fx_icall *call = arg;

	if (!err && n == 0) {
		err = FX_ENOENT;
	}
	if (!err) {
		fx_buf_reset(&call->data);
		fx_buf_put(&call->data, p, n);
		fx_icall_finish(call, fx_icall_data(call, 0));
		return;
	}
	fx_icall_finish(call, err == FX_ECORRUPT ? FX_W_REGISTRY_CORRUPT : fx_win32(err));
}

/* A port that is not there is a wrong argument here (ms-fax.md 7.1). */
static uint32_t ext_code(int err)
{
	return err == FX_ENODEV || err == FX_ELIMIT ? FX_W_INVALID_PARAMETER :
						      fx_win32_config(err);
}

uint32_t fx_fax_get_ext_data(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	int err = fx_service_ext_data(a->env->service, &a->caller, (uint32_t)call->in[0].u,
				      fx_text(call->in[1].s.u8), have_data, call);

	return err ? ext_code(err) : FX_LATER;
}

uint32_t fx_fax_set_ext_data(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	/* the computer's name, in[0], says nothing: there is only this one */
	int err = fx_service_set_ext_data(a->env->service, &a->caller, (uint32_t)call->in[1].u,
					  fx_text(call->in[2].s.u8), call->in[3].p, call->in[3].n,
					  fx_icall_done, call);

	return err ? ext_code(err) : FX_LATER;
}

/* ---- 77 ---- */

static int put_wizard(void *arg, struct fx_config *c)
{
	c->wizard_used = *(const uint64_t *)arg != 0;
	return 0;
}

uint32_t fx_fax_wizard_used(struct fx_icall *call)
{
	return fx_icall_change_config(call, put_wizard, &call->in[0].u);
}
