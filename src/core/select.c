/* SPDX-License-Identifier: Apache-2.0 */
#include "core/select.h"

#include "base/str.h"
#include "core/number.h"

int64_t fx_job_order_time(const struct fx_job *j)
{
	if (j->schedule == FX_SCHEDULE_TIME && j->schedule_at > j->submitted_at) {
		return j->schedule_at;
	}
	return j->submitted_at;
}

int fx_job_order(const struct fx_job *a, const struct fx_job *b)
{
	int64_t x = fx_job_order_time(a), y = fx_job_order_time(b);

	if (a->priority != b->priority) {
		return a->priority > b->priority ? -1 : 1;
	}
	if (x != y) {
		return x < y ? -1 : 1;
	}
	return a->id < b->id ? -1 : a->id > b->id;
}

bool fx_job_is_waiting(const struct fx_job *j)
{
	return j->type == FX_JT_SEND && !j->paused &&
	       (j->state == FX_JOB_PENDING || j->state == FX_JOB_RETRYING);
}

bool fx_job_can_join(const struct fx_config *c, const struct fx_job *a, const struct fx_job *b,
		     uint32_t device_id)
{
	return c->join_jobs && a->id != b->id && fx_job_is_waiting(b) &&
	       a->resolution == b->resolution && (!b->fixed_port || b->device_id == device_id) &&
	       (c->use_device_tsid || fx_str_eq(a->tsid, b->tsid)) &&
	       fx_number_equal(a->number, b->number);
}

static enum fx_job_effect delete_effect(const struct fx_job *j)
{
	switch (j->state) {
	case FX_JOB_PREPARING:
	case FX_JOB_PENDING:
	case FX_JOB_RETRYING:
	case FX_JOB_FAILED:
	case FX_JOB_RETRIES_EXCEEDED:
		return FX_JE_REMOVE;
	case FX_JOB_IN_PROGRESS:
		return FX_JE_HANGUP;
	case FX_JOB_DELETING:
		return FX_JE_EINVAL;
	case FX_JOB_ROUTING:
	case FX_JOB_STATE_COUNT:
		break;
	}
	return FX_JE_ESTATE;
}

static enum fx_job_effect pause_effect(const struct fx_job *j)
{
	switch (j->state) {
	case FX_JOB_PREPARING:
	case FX_JOB_PENDING:
	case FX_JOB_RETRYING:
	case FX_JOB_IN_PROGRESS: /* paused once it is back in the queue (winfax.md 4.6) */
		return j->paused ? FX_JE_NOTHING : FX_JE_PAUSE;
	case FX_JOB_DELETING:
		return FX_JE_EINVAL;
	case FX_JOB_FAILED:
	case FX_JOB_RETRIES_EXCEEDED:
	case FX_JOB_ROUTING:
	case FX_JOB_STATE_COUNT:
		break;
	}
	return FX_JE_ESTATE;
}

static enum fx_job_effect resume_effect(const struct fx_job *j)
{
	switch (j->state) {
	case FX_JOB_PREPARING:
	case FX_JOB_PENDING:
	case FX_JOB_RETRYING:
	case FX_JOB_IN_PROGRESS:
		return j->paused ? FX_JE_RESUME : FX_JE_NOTHING;
	case FX_JOB_FAILED:
	case FX_JOB_RETRIES_EXCEEDED:
		return FX_JE_RESTART;
	case FX_JOB_DELETING:
		return FX_JE_EINVAL;
	case FX_JOB_ROUTING:
	case FX_JOB_STATE_COUNT:
		break;
	}
	return FX_JE_ESTATE;
}

enum fx_job_effect fx_job_command_effect(const struct fx_job *j, enum fx_job_command cmd)
{
	if (j->type == FX_JT_BROADCAST) {
		return FX_JE_EINVAL; /* as if it were not there (winfax.md 4.6) */
	}
	if (j->type != FX_JT_SEND && cmd != FX_JC_DELETE) {
		return FX_JE_ESTATE; /* an incoming fax cannot be held back */
	}
	switch (cmd) {
	case FX_JC_DELETE:
		return delete_effect(j);
	case FX_JC_PAUSE:
		return pause_effect(j);
	case FX_JC_RESUME:
		return resume_effect(j);
	}
	return FX_JE_EINVAL;
}
