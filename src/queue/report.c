/* SPDX-License-Identifier: Apache-2.0 */
/* Delivery reports: put into the store with the end of the job; route mails them. */
#include "core/report.h"

#include <time.h>
#include "base/log.h"
#include "base/mem.h"
#include "queue/queue_priv.h"

void fx_qjob_put_report(const struct fx_qjob *j, struct fx_group *g, bool sent)
{
	char key[FX_REPORT_KEY_SIZE], ended[64] = "";
	time_t at = (time_t)j->job.ended_at;
	struct fx_report r = {0};
	fx_auto char *text = NULL;
	struct tm tm;

	if (!fx_report_wanted(&j->job)) {
		return;
	}
	if (localtime_r(&at, &tm)) {
		(void)strftime(ended, sizeof(ended), "%Y-%m-%d %H:%M:%S %z", &tm);
	}
	if (!fx_report_of_job(&j->job, sent, ended, &r)) {
		text = fx_report_write(&r);
	}
	fx_report_fini(&r);
	if (!text) {
		fx_log(FX_LOG_ERROR, "queue: no memory for the report of job=%u",
		       j->job.client_id);
		return;
	}
	fx_report_key(j->job.id, key);
	fx_group_put_meta(g, key, text);
}

void fx_qjob_report_written(const struct fx_queue *q)
{
	if (q->cb && q->cb->on_report) {
		q->cb->on_report(q->arg);
	}
}
