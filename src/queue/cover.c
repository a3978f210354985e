/* SPDX-License-Identifier: Apache-2.0 */
/* The cover page of a job: where it lies, and what is filled in. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/str.h"
#include "core/cover.h"
#include "core/schedule.h"
#include "queue/queue_priv.h"

static const char *common_name(const struct fx_job *job)
{
	size_t n = strlen(FX_COVER_COMMON);

	return strncmp(fx_text(job->cover_page), FX_COVER_COMMON, n) ? NULL : job->cover_page + n;
}

bool fx_cover_is_upload(const struct fx_job *job, const char *name)
{
	return job->cover_page && !common_name(job) && !strcmp(job->cover_page, name);
}

int fx_cover_open(struct fx_queue *q, const struct fx_job *job, int *ret_fd,
		  struct fx_reason *reterr)
{
	const char *name = common_name(job);
	int err;

	if (!name) {
		err = fx_spool_openat(q->spool, FX_SPOOL_QUEUE, job->cover_page, O_RDONLY, ret_fd);
		return err ? fx_fail(reterr, err, "The uploaded cover page is gone.") : 0;
	}
	err = q->covers ? fx_coverpages_open(q->covers, name, ret_fd) : FX_ENOENT;
	return err ? fx_fail(reterr, err, "The cover page \"%.64s\" is not there any more (%s); "
			     "\"caselli covers\" lists those that are.", name, fx_error_str(err))
		   : 0;
}

/*
 * TimeSent (winfax.md 2.5) is when the transmission starts. The page is drawn before, once for
 * all tries, so it has the moment from which the job may be sent; each page's header line has
 * that of its call.
 */
static void put_times(struct fx_queue *q, const struct fx_job *job, struct fx_buf *b)
{
	int64_t at = fx_schedule_ready_at(&q->config, job->schedule, job->schedule_at, 0,
					  fx_queue_now(q), fx_queue_local_minute, q);
	time_t t = (time_t)at;
	char text[64];
	struct tm tm;

	if (!localtime_r(&t, &tm)) {
		return;
	}
	if (strftime(text, sizeof(text), "%-d %B %Y", &tm)) {
		fx_cover_put(b, FX_COVER_DATE_SENT, text);
	}
	if (strftime(text, sizeof(text), "%-d %B %Y, %H:%M", &tm)) {
		fx_cover_put(b, FX_COVER_TIME_SENT, text);
	}
}

char *fx_cover_text(struct fx_queue *q, const struct fx_job *job, uint32_t body_pages)
{
	struct fx_buf b = {.max = FX_COVER_TEXT_MAX};
	char pages[16];

	/* what every job has; the profiles whole, if they are known, say it again and more */
	fx_cover_put(&b, FX_COVER_RECIPIENT_FAX, job->number);
	fx_cover_put(&b, FX_COVER_RECIPIENT_NAME, job->recipient_name);
	fx_cover_put(&b, FX_COVER_RECIPIENT_COMPANY, job->recipient_company);
	fx_cover_put(&b, FX_COVER_SENDER_NAME, job->sender_name);
	fx_cover_put(&b, FX_COVER_SENDER_COMPANY, job->sender_company);
	fx_cover_put(&b, FX_COVER_SENDER_DEPARTMENT, job->sender_dept);
	fx_cover_put(&b, FX_COVER_SENDER_FAX, job->sender_number);
	fx_buf_put(&b, fx_text(job->profile), strlen(fx_text(job->profile)));
	fx_cover_put(&b, FX_COVER_SUBJECT, job->subject);
	fx_cover_put(&b, FX_COVER_NOTE, job->cover_note);
	fx_cover_put(&b, FX_COVER_BILLING_CODE, job->billing_code);
	(void)snprintf(pages, sizeof(pages), "%u", body_pages);
	fx_cover_put(&b, FX_COVER_BODY_PAGES, pages);
	put_times(q, job, &b);
	fx_buf_u8(&b, 0);
	if (b.err) {
		fx_buf_fini(&b);
		return NULL;
	}
	return (char *)b.data;
}

uint32_t fx_cover_body_pages(const struct fx_qjob *j, uint32_t own)
{
	return fx_qjob_is_child(j) ? fx_bcast_parent(j)->pages : own;
}

enum fx_resolution fx_cover_resolution(const struct fx_qjob *j)
{
	return fx_qjob_is_child(j) ? fx_bcast_parent(j)->resolution : j->job.resolution;
}
