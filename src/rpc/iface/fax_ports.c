/* SPDX-License-Identifier: Apache-2.0 */
/* Ports: opnums 2, 3, 8, 10, 11, 12, 46, 48 (ms-fax.md 9.2). */
#include "rpc/iface/iface.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/iface/convert.h"

/* Attributes and status of one port. */
static int look(struct fx_icall *call, uint32_t device_id, struct fx_port_info *info,
		struct fx_port_status *status)
{
	const struct fx_assoc *a = call->assoc;
	int err = fx_service_port(a->env->service, &a->caller, device_id, info);

	return err ? err : fx_service_port_status(a->env->service, &a->caller, device_id, status);
}

uint32_t fx_fax_open_port(struct fx_icall *call)
{
	struct fx_rpc_env *env = call->assoc->env;
	uint32_t device_id = (uint32_t)call->in[0].u;
	bool modify = call->in[1].u & FX_MS_PORT_MODIFY;
	struct fx_port_info info;
	struct fx_handle *h;
	int err = fx_service_port(env->service, &call->assoc->caller, device_id, &info);

	if (err) {
		return fx_win32(err);
	}
	FX_LIST_EACH(&env->modify, it) {
		if (modify && FX_CONTAINER(it, struct fx_handle, modify)->device_id == device_id) {
			return FX_W_INVALID_HANDLE;
		}
	}
	err = fx_icall_new_handle(call, 0, FX_P_CTX_PORT, &h);
	if (err) {
		return fx_win32(err);
	}
	h->device_id = device_id;
	if (modify) {
		fx_list_append(&env->modify, &h->modify);
	}
	return FX_W_SUCCESS;
}

uint32_t fx_fax_close_port(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_PORT);

	if (h) {
		fx_icall_close_handle(call, h);
	}
	return FX_W_SUCCESS;
}

uint32_t fx_fax_device_status(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_PORT);
	struct fx_ms_device_status w;
	struct fx_port_status status;
	struct fx_port_info info;
	int err;

	if (!h) {
		return FX_W_INVALID_HANDLE;
	}
	err = look(call, h->device_id, &info, &status);
	if (err) {
		return fx_win32_port(err);
	}
	fx_wire_device_status(&w, &info, &status);
	return fx_icall_array(call, 0, &fx_ms_device_status_layout, &w, 1);
}

uint32_t fx_fax_get_port(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_PORT);
	struct fx_port_status status;
	struct fx_ms_port_info w;
	struct fx_port_info info;
	int err;

	if (!h) {
		return FX_W_INVALID_HANDLE;
	}
	err = look(call, h->device_id, &info, &status);
	if (err) {
		return fx_win32_port(err);
	}
	fx_wire_port(&w, &info, status.fps);
	return fx_icall_array(call, 0, &fx_ms_port_info_layout, &w, 1);
}

uint32_t fx_fax_set_port(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_PORT);
	struct fx_service *s = call->assoc->env->service;
	const struct fx_ms_port_info *w = call->in[1].p;
	struct fx_port_info info = {0};
	int err;

	if (!h) {
		return FX_W_INVALID_HANDLE;
	}
	info.device_id = h->device_id;
	/* Flags, Rings, Priority, Tsid and Csid are all that counts (winfax.md 2.2). */
	info.send = w->flags & FX_MS_FPF_SEND;
	info.receive = w->flags & FX_MS_FPF_RECEIVE;
	info.rings = w->rings;
	info.priority = w->priority;
	fx_station_id(info.tsid, fx_text(w->tsid.u8));
	fx_station_id(info.csid, fx_text(w->csid.u8));
	err = fx_service_set_port(s, &call->assoc->caller, &info, fx_icall_done, call, NULL);
	return err ? fx_win32_port(err) : FX_LATER;
}

uint32_t fx_fax_enum_ports(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_port_info *ports = NULL;
	struct fx_ms_port_info *w;
	size_t n = 0, i;
	uint32_t code;
	int err = fx_service_ports(a->env->service, &a->caller, &ports, &n);

	w = err ? NULL : fx_arena_calloc(&call->arena, n, sizeof(*w));
	if (!w) {
		(void)fx_free(ports);
		return fx_win32(err ? err : FX_ENOMEM);
	}
	for (i = 0; i < n; i++) {
		struct fx_port_status status;
		uint32_t fps = 0x20010000; /* offline: it went away between the two looks */

		if (fx_service_port_status(a->env->service, &a->caller, ports[i].device_id,
					   &status) == 0) {
			fps = status.fps;
		}
		fx_wire_port(&w[i], &ports[i], fps);
	}
	code = fx_icall_array(call, 0, &fx_ms_port_info_layout, w, n);
	(void)fx_free(ports);
	return code;
}

uint32_t fx_fax_get_port_ex(struct fx_icall *call)
{
	struct fx_ms_port_info_ex w;
	struct fx_port_status status;
	struct fx_port_info info;
	int err;

	if (fx_service_check(&call->assoc->caller, FX_RIGHT_PORT_QUERY, "reading a port")) {
		return FX_W_ACCESS_DENIED;
	}
	if (call->in[0].u == 0) {
		return FX_W_INVALID_PARAMETER;
	}
	err = look(call, (uint32_t)call->in[0].u, &info, &status);
	if (err) {
		return fx_win32(err);
	}
	fx_wire_port_ex(&w, &info, &status);
	return fx_icall_array(call, 0, &fx_ms_port_info_ex_layout, &w, 1);
}

uint32_t fx_fax_enum_ports_ex(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_port_info *ports = NULL;
	struct fx_ms_port_info_ex *w;
	size_t n = 0, i;
	uint32_t code;
	int err = fx_service_ports(a->env->service, &a->caller, &ports, &n);

	w = err ? NULL : fx_arena_calloc(&call->arena, n, sizeof(*w));
	if (!w) {
		(void)fx_free(ports);
		return fx_win32(err ? err : FX_ENOMEM);
	}
	for (i = 0; i < n; i++) {
		struct fx_port_status status = {0};

		if (fx_service_port_status(a->env->service, &a->caller, ports[i].device_id,
					   &status) != 0) {
			status.call.state = FX_PORT_OFFLINE; /* went away between the looks */
		}
		fx_wire_port_ex(&w[i], &ports[i], &status);
	}
	code = fx_icall_array(call, 0, &fx_ms_port_info_ex_layout, w, n);
	(void)fx_free(ports);
	return code;
}
