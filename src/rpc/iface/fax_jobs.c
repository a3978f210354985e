/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs: opnums 4, 5, 6, 7, 9, 28, 29, 87, 88 (ms-fax.md 9.4). */
#include "rpc/iface/iface.h"

#include "base/mem.h"
#include "rpc/iface/convert.h"

uint32_t fx_fax_enum_jobs(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_ms_job_entry *w;
	struct fx_job *jobs = NULL;
	size_t n = 0, k = 0, i;
	uint32_t code;
	int err = fx_service_all_jobs(a->env->service, &a->caller, &jobs, &n);

	if (err) {
		return fx_win32(err);
	}
	w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	for (i = 0; w && i < n; i++) {
		/* ms-fax.md 9.4: parents of broadcasts are not shown, nor what is being deleted */
		if (jobs[i].state != FX_JOB_DELETING && jobs[i].type != FX_JT_BROADCAST) {
			fx_wire_job(&w[k++], &jobs[i],
				    fx_service_job_fps(a->env->service, &jobs[i]),
				    a->env->later_js);
		}
	}
	code = w ? fx_icall_array(call, 0, &fx_ms_job_entry_layout, w, k) : FX_W_NOT_ENOUGH_MEMORY;
	fx_service_jobs_free(jobs, n);
	return code;
}

uint32_t fx_fax_get_job(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_ms_job_entry w;
	struct fx_job job;
	uint32_t code;
	int err = fx_service_job(a->env->service, &a->caller, (uint32_t)call->in[0].u, &job);

	if (err) {
		return fx_win32_job(err);
	}
	fx_wire_job(&w, &job, fx_service_job_fps(a->env->service, &job), a->env->later_js);
	/* ms-fax.md 9.4: a job that is being deleted is unknown here, a broadcast's parent too */
	code = job.state == FX_JOB_DELETING || job.type == FX_JT_BROADCAST
		       ? FX_W_INVALID_PARAMETER
		       : fx_icall_array(call, 0, &fx_ms_job_entry_layout, &w, 1);
	fx_job_fini(&job);
	return code;
}

static uint32_t command(struct fx_icall *call, uint32_t job_id, enum fx_job_command cmd)
{
	const struct fx_assoc *a = call->assoc;
	int err = fx_service_job_command(a->env->service, &a->caller, job_id, cmd, fx_icall_done,
					 call);

	return err ? fx_win32_job(err) : FX_LATER;
}

uint32_t fx_fax_set_job(struct fx_icall *call)
{
	uint64_t cmd = call->in[1].u;
	uint32_t code = fx_icall_any_right(call);

	if (code) {
		return code;
	}
	if (cmd < FX_JC_DELETE || cmd > FX_JC_RESUME) {
		return FX_W_INVALID_PARAMETER;
	}
	return command(call, (uint32_t)call->in[0].u, (enum fx_job_command)cmd);
}

uint32_t fx_fax_abort(struct fx_icall *call)
{
	return command(call, (uint32_t)call->in[0].u, FX_JC_DELETE);
}

uint32_t fx_fax_page_data(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	uint32_t width = 0, rows = 0, code;
	int err;

	fx_buf_reset(&call->data);
	err = fx_service_page_data(a->env->service, &a->caller, (uint32_t)call->in[0].u,
				   &call->data, &width, &rows);
	code = err ? fx_win32_job(err) : fx_icall_data(call, 0);
	call->out[2].u = width;
	call->out[3].u = rows;
	return code;
}

/* Entries for jobs whose type is in the mask, on the layout given. */
static uint32_t put_jobs(struct fx_icall *call, const struct fx_job *jobs, size_t n, uint32_t types,
			 const struct fx_ms_layout *layout)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_ms_job_entry_ex *w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	struct fx_ms_job_status *st = fx_arena_calloc(&call->arena, n, sizeof(*st));
	struct fx_port_info *infos = fx_arena_calloc(&call->arena, n, sizeof(*infos));
	struct fx_port_status ps;
	bool sees = fx_service_sees_ports(&a->caller);
	size_t i, k = 0;

	if (!w || !st || !infos) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	for (i = 0; i < n; i++) {
		bool port = false;

		if (!(types & fx_wire_job_type(jobs[i].type))) {
			continue;
		}
		/* Names of ports are for those who may see ports; the rest is left out. */
		if (sees && jobs[i].device_id && fx_service_port(a->env->service, &a->caller,
								 jobs[i].device_id,
								 &infos[k]) == 0) {
			port = fx_service_port_status(a->env->service, &a->caller,
						      jobs[i].device_id, &ps) == 0;
		}
		fx_wire_job_ex(&w[k], &st[k], &jobs[i], port ? &ps : NULL, port ? &infos[k] : NULL);
		k++;
	}
	return fx_icall_array(call, 0, layout, w, k);
}

/* Those of the scope to the front; the others freed. @return how many */
static size_t keep_scope(const struct fx_assoc *a, const struct fx_scope *scope,
			 struct fx_job *jobs, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (fx_service_in_scope(a->env->service, &a->caller, scope, &jobs[i])) {
			jobs[k++] = jobs[i];
		} else {
			fx_job_fini(&jobs[i]);
		}
	}
	return k;
}

static uint32_t enum_ex(struct fx_icall *call, uint32_t types, const struct fx_scope *scope,
			const struct fx_ms_layout *layout)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_job *jobs = NULL;
	size_t n = 0;
	uint32_t code;
	int err;

	code = fx_icall_any_right(call);
	if (code || types == 0) {
		return code; /* mask 0: success with nothing (9.4) */
	}
	err = fx_service_jobs(a->env->service, &a->caller, &jobs, &n);
	if (err) {
		return fx_win32(err);
	}
	n = keep_scope(a, scope, jobs, n);
	code = put_jobs(call, jobs, n, types, layout);
	fx_service_jobs_free(jobs, n);
	return code;
}

static uint32_t get_ex(struct fx_icall *call, const struct fx_ms_layout *layout)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_job job;
	uint32_t code;
	int err = fx_service_job_by_id(a->env->service, &a->caller, call->in[0].u, &job);

	if (err) {
		return fx_win32(err);
	}
	code = put_jobs(call, &job, 1, UINT32_MAX, layout);
	fx_job_fini(&job);
	return code;
}

uint32_t fx_fax_enum_jobs_ex(struct fx_icall *call)
{
	static const struct fx_scope all = {.all = true}; /* that he sees */

	return enum_ex(call, (uint32_t)call->in[0].u, &all, &fx_ms_job_entry_ex_layout);
}

uint32_t fx_fax_get_job_ex(struct fx_icall *call)
{
	return get_ex(call, &fx_ms_job_entry_ex_layout);
}

uint32_t fx_fax_enum_jobs_ex2(struct fx_icall *call)
{
	struct fx_scope scope = {0};
	uint32_t code = fx_icall_any_right(call);

	if (code) {
		return code;
	}
	if (call->in[3].u != 1) {
		return FX_W_INVALID_PARAMETER;
	}
	code = fx_win32(fx_service_scope(call->assoc->env->service, &call->assoc->caller,
					 call->in[0].u != 0, call->in[1].s.u8, &scope));
	return code ? code : enum_ex(call, (uint32_t)call->in[2].u, &scope,
				     &fx_ms_job_entry_ex_1_layout);
}

uint32_t fx_fax_get_job_ex2(struct fx_icall *call)
{
	uint32_t code = fx_icall_any_right(call);

	if (code) {
		return code;
	}
	if (call->in[1].u != 1) {
		return FX_W_INVALID_PARAMETER;
	}
	return get_ex(call, &fx_ms_job_entry_ex_1_layout);
}
