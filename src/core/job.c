/* SPDX-License-Identifier: Apache-2.0 */
#include "core/job.h"

#include <string.h>
#include "base/mem.h"

static const char *const states[] = {
#define X(name, id) [FX_JOB_##name] = id,
	FX_JOB_STATE_TABLE(X)
#undef X
};

const char *fx_job_state_str(enum fx_job_state s)
{
	return (unsigned)s < FX_JOB_STATE_COUNT ? states[s] : "unknown";
}

enum fx_job_state fx_job_state_from_str(const char *s)
{
	for (unsigned i = 0; s && i < FX_JOB_STATE_COUNT; i++) {
		if (!strcmp(s, states[i])) {
			return (enum fx_job_state)i;
		}
	}
	return FX_JOB_STATE_COUNT;
}

void fx_job_init(struct fx_job *j)
{
	*j = (struct fx_job){
		.type = FX_JT_SEND,
		.priority = FX_PRIORITY_NORMAL,
		.resolution = FX_RES_FINE,
	};
}

void fx_job_fini(struct fx_job *j)
{
#define X(name) j->name = fx_free(j->name);
	FX_JOB_TEXTS(X)
#undef X
}

int fx_job_copy(struct fx_job *dst, const struct fx_job *src)
{
	struct fx_job j = *src;
	bool ok = true;

#define X(name)                                                                                    \
	j.name = fx_strdup(src->name);                                                             \
	ok = ok && (j.name || !src->name);
	FX_JOB_TEXTS(X)
#undef X
	if (!ok) {
		fx_job_fini(&j);
		return FX_ENOMEM;
	}
	*dst = j;
	return 0;
}

void fx_message_fini(struct fx_message *m)
{
	m->owners = fx_free(m->owners);
	fx_job_fini(&m->job);
}

int fx_message_copy(struct fx_message *dst, const struct fx_message *src)
{
	struct fx_message m = *src;
	int err = fx_job_copy(&m.job, &src->job);

	if (err) {
		return err;
	}
	m.owners = fx_strdup(src->owners);
	if (src->owners && !m.owners) {
		fx_job_fini(&m.job);
		return FX_ENOMEM;
	}
	*dst = m;
	return 0;
}
