/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/msfax/event_ex.h"

#include "rpc/msfax/layout.h"

#define F(kind, wire, member) {FX_MS_##kind, wire, offsetof(struct fx_ms_event_ex, member)}
#define FRAME F(SIZE, 0, size), F(FILETIME, 4, time), F(U32, 12, type)
#define FRAME_SIZE 56u
#define ACTIVITY_SIZE 36u
#define LAYOUT(name, what, sub_layout)                                                  \
	static const struct fx_ms_layout name##_layout = {                              \
		what, FRAME_SIZE, sizeof(struct fx_ms_event_ex), FX_ARRAY_LEN(name),    \
		name, sub_layout}

/* Removed, added, changed: 56 bytes. A status stands right behind the frame. */
static const struct fx_ms_field job[] = {FRAME, F(U64, 16, message_id), F(U32, 24, change),
					 F(U32, 32, receive_folder)};
LAYOUT(job, "FAX_EVENT_JOB", NULL);
static const struct fx_ms_field job_status[] = {
	FRAME, F(U64, 16, message_id), F(U32, 24, change), F(SUB, 28, status),
	F(U32, 32, receive_folder)};
LAYOUT(job_status, "FAX_EVENT_JOB", &fx_ms_job_status_layout);
static const struct fx_ms_field config[] = {FRAME, F(U32, 16, config)};
LAYOUT(config, "FAX_EVENT_EX config", NULL);
static const struct fx_ms_field activity[] = {
	FRAME,
	F(U32, 16, activity.size),
	F(U32, 20, activity.incoming),
	F(U32, 24, activity.routing),
	F(U32, 28, activity.outgoing),
	F(U32, 32, activity.delegated),
	F(U32, 36, activity.queued),
	F(U32, 40, activity.errors),
	F(U32, 44, activity.warnings),
	F(U32, 48, activity.information)};
LAYOUT(activity, "FAX_EVENT_EX activity", NULL);
static const struct fx_ms_field queue_state[] = {FRAME, F(U32, 16, queue_states)};
LAYOUT(queue_state, "FAX_EVENT_EX queue state", NULL);
static const struct fx_ms_field ended[] = {FRAME};
LAYOUT(ended, "FAX_EVENT_EX ended", NULL);
static const struct fx_ms_field device[] = {FRAME, F(U32, 16, device_id),
					    F(U32, 20, device_status)};
LAYOUT(device, "FAX_EVENT_DEVICE_STATUS", NULL);
static const struct fx_ms_field new_call[] = {FRAME, F(U32, 16, call), F(U32, 20, device_id),
					      F(TEXT, 24, caller_id)};
LAYOUT(new_call, "FAX_EVENT_NEW_CALL", NULL);

static const struct fx_ms_layout *layout_of(uint32_t type, uint32_t change)
{
	switch (type) {
	case FX_MS_EVENT_IN_QUEUE:
	case FX_MS_EVENT_OUT_QUEUE:
	case FX_MS_EVENT_IN_ARCHIVE:
	case FX_MS_EVENT_OUT_ARCHIVE:
		return change == FX_MS_JOB_STATUS ? &job_status_layout : &job_layout;
	case FX_MS_EVENT_CONFIG:
		return &config_layout;
	case FX_MS_EVENT_ACTIVITY:
		return &activity_layout;
	case FX_MS_EVENT_QUEUE_STATE:
		return &queue_state_layout;
	case FX_MS_EVENT_FXSSVC_ENDED:
		return &ended_layout;
	case FX_MS_EVENT_DEVICE_STATUS:
		return &device_layout;
	case FX_MS_EVENT_NEW_CALL:
		return &new_call_layout;
	default:
		return NULL;
	}
}

void fx_ms_event_ex_put(struct fx_buf *b, const struct fx_ms_event_ex *e, enum fx_text_form form)
{
	struct fx_ms_event_ex v = *e;
	const struct fx_ms_layout *l = layout_of(e->type, e->change);

	if (!l) {
		b->err = b->err ? b->err : FX_EINVAL;
		return;
	}
	v.activity.size = ACTIVITY_SIZE;
	fx_ms_put(b, l, &v, 1, form);
}

int fx_ms_event_ex_get(const void *p, size_t n, enum fx_text_form form,
		       struct fx_ms_event_ex **ret_block)
{
	struct fx_rd r = fx_rd_init(p, n);
	const struct fx_ms_layout *l;
	uint32_t type, change;
	void *block = NULL;
	int err;

	fx_rd_skip(&r, 12);
	type = fx_rd_u32(&r);
	fx_rd_skip(&r, 8);
	change = fx_rd_u32(&r);
	if (r.err || n < FRAME_SIZE) {
		return FX_ETRUNC;
	}
	l = layout_of(type, change);
	err = l ? fx_ms_get(l, p, n, 1, form, &block) : FX_EPROTO;
	if (!err) {
		*ret_block = block;
	}
	return err;
}
