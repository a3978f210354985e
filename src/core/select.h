/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/select.h
 * The order of waiting jobs, which states a command is good for, and which jobs
 * may share a call. Pure.
 */
#ifndef FX_CORE_SELECT_H
#define FX_CORE_SELECT_H

#include "core/config.h"
#include "core/job.h"

/** Time by which a job stands in the queue: the time asked for, else of submission. */
int64_t fx_job_order_time(const struct fx_job *j);
/** Higher priority first, then earlier time, then lower id. @return <0, 0, >0 */
int fx_job_order(const struct fx_job *a, const struct fx_job *b);
/** May be dialled once its time has come: outgoing, rendered, not paused. */
bool fx_job_is_waiting(const struct fx_job *j);
/**
 * May `b` go as a further document of the call that `a` is about to make on
 * `device_id`? Both waiting, same bare number and resolution, same identifier on the
 * line, and no wish for another port.
 */
bool fx_job_can_join(const struct fx_config *c, const struct fx_job *a, const struct fx_job *b,
		     uint32_t device_id);

/** What a command does to a job in its present state. */
enum fx_job_effect {
	FX_JE_NOTHING,  /**< already so: success */
	FX_JE_REMOVE,   /**< remove at once */
	FX_JE_HANGUP,   /**< end the call, then remove: deleting */
	FX_JE_PAUSE,    /**< set the flag; an active call goes on */
	FX_JE_RESUME,   /**< clear the flag */
	FX_JE_RESTART,  /**< tries and schedule anew: pending */
	FX_JE_ESTATE,   /**< FX_ESTATE: being routed, or not an outgoing job */
	FX_JE_EINVAL    /**< FX_EINVAL: already deleting, or no such command */
};
enum fx_job_effect fx_job_command_effect(const struct fx_job *j, enum fx_job_command cmd);

#endif
