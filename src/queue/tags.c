/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/tags.h"

#include <stdio.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "document/fax_tiff_tags.h"

struct fx_fax_tags {
	struct fx_job job; /* the texts below are its */
	char time[32], id[24], port[64], csid[FX_ID_SIZE], tsid[FX_ID_SIZE];
	struct fx_tiff_tags tags;
};

static void fill_sent(struct fx_fax_tags *t, const char *tsid)
{
	const struct fx_job *j = &t->job;

	fx_station_id(t->tsid, tsid);
	(void)fx_strlcpy(t->csid, j->remote_id, sizeof(t->csid));
	t->tags.document_name = j->document_name;
	t->tags.direction = FX_TIFF_SENT;
	t->tags.sender = j->sender_name;
	t->tags.sender_company = j->sender_company;
	t->tags.recipient = j->recipient_name;
	t->tags.recipient_number = j->number;
	t->tags.billing_code = j->billing_code;
}

static void fill_received(struct fx_fax_tags *t)
{
	const struct fx_job *j = &t->job;

	fx_station_id(t->csid, j->number);
	(void)fx_strlcpy(t->tsid, j->remote_id, sizeof(t->tsid));
	t->tags.direction = FX_TIFF_RECEIVED;
	t->tags.caller_id = j->caller_id;
	t->tags.routing = j->routing;
	t->tags.recipient_number = t->csid; /* as FaxTiff wants it (faxcom.md 4.10) */
}

struct fx_fax_tags *fx_fax_tags_new(const struct fx_job *job, const struct fx_attempt *a,
				    const char *tsid)
{
	struct fx_fax_tags *t = fx_zalloc(sizeof(*t));

	if (!t || fx_job_copy(&t->job, job)) {
		return fx_free(t);
	}
	(void)fx_strlcpy(t->port, a->port_name, sizeof(t->port));
	(void)snprintf(t->id, sizeof(t->id), "%llu", (unsigned long long)job->id);
	fx_tiff_tag_time(a->answered_at ? a->answered_at : a->started_at, t->time);
	if (job->type == FX_JT_SEND) {
		fill_sent(t, tsid);
	} else {
		fill_received(t);
	}
	t->tags.time = t->time;
	t->tags.job_id = t->id;
	t->tags.port = t->port;
	t->tags.csid = t->csid;
	t->tags.tsid = t->tsid;
	return t;
}

struct fx_fax_tags *fx_fax_tags_free(struct fx_fax_tags *t)
{
	if (t) {
		fx_job_fini(&t->job);
	}
	return fx_free(t);
}

void fx_fax_tags_write(const struct fx_fax_tags *t, struct fx_spool *spool, enum fx_spool_dir dir,
		       const char *name)
{
	int fd, err = fx_spool_openat(spool, dir, name, O_RDWR, &fd);

	if (err == FX_ENOENT) {
		return;
	}
	if (!err) {
		err = fx_tiff_tag(fd, &t->tags);
		(void)close(fd);
	}
	if (err) {
		fx_log(FX_LOG_WARN, "queue: job=%u: %s gets no tags: %s", t->job.client_id, name,
		       fx_error_str(err));
	}
}
