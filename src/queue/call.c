/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One outgoing call with the documents of one or more jobs.
 *
 *   recording --attempts are durable--> dialled --on_end--> concluded (freed)
 *       '---- store fails, or cancelled: jobs go back, nothing was dialled
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/retry.h"
#include "document/fax_tiff.h"
#include "queue/queue_priv.h"

#define STORE_AGAIN_S 5

struct leg {
	struct fx_qjob *j;
	struct fx_attempt a;
	uint32_t pages;     /* given to this call */
	uint32_t confirmed; /* of these */
	uint32_t skipped, given; /* pages of its files, as they are opened */
	bool lost; /* one of its files is gone or not what it was */
	int fd, cover_fd;
};
struct fx_outcall {
	struct fx_link link;
	struct fx_queue *q; /* NULL: the queue is gone, only the journal holds us */
	struct fx_port *port;
	uint32_t device_id;
	bool dialled;
	bool hangup; /* we ended it, for a delete or a stop */
	int log_fd;
	char log_name[64];
	size_t n;
	struct leg legs[];
};

static void conclude(struct fx_outcall *c, const struct fx_call_result *r);

static void free_call(struct fx_outcall *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->legs[i].fd >= 0) {
			(void)close(c->legs[i].fd);
		}
		if (c->legs[i].cover_fd >= 0) {
			(void)close(c->legs[i].cover_fd);
		}
	}
	if (c->log_fd >= 0) {
		(void)close(c->log_fd);
	}
	fx_list_remove(&c->link);
	(void)fx_free(c);
}

uint32_t fx_outcall_reserved(const struct fx_outcall *c)
{
	return c->dialled ? 0 : c->device_id;
}

/* A result of our own, for calls that never came to be. */
static struct fx_call_result no_call(enum fx_outcome outcome, const char *words)
{
	struct fx_call_result r = {.outcome = outcome, .engine_code = -1, .answered_us = -1};

	(void)fx_strlcpy(r.words, words ? words : fx_outcome_words(outcome), sizeof(r.words));
	return r;
}

/* ---- the end of a call, job by job ---- */

static void leg_result(const struct leg *l, const struct fx_call_result *r, bool complete,
		       struct fx_call_result *ret)
{
	*ret = *r;
	ret->pages_confirmed = l->confirmed;
	ret->pages_total = l->pages;
	if (complete) {
		ret->outcome = FX_OUTCOME_SUCCESS;
		(void)fx_strlcpy(ret->words, fx_outcome_words(FX_OUTCOME_SUCCESS),
				 sizeof(ret->words));
	} else if (r->outcome == FX_OUTCOME_SUCCESS || r->outcome == FX_OUTCOME_NONE) {
		/* Judged by pages, never by the engine's word (engine.md G4, G6). */
		ret->outcome = FX_OUTCOME_PROTOCOL;
		(void)snprintf(ret->words, sizeof(ret->words),
			       "The far end confirmed only %u of %u pages.", l->confirmed,
			       l->pages);
	}
}

static bool other_port(struct fx_queue *q, const struct fx_qjob *j, uint32_t device_id)
{
	for (size_t i = 0; i < fx_ports_count(q->ports); i++) {
		struct fx_port *port = fx_ports_at(q->ports, i);
		const struct fx_port_info *info = fx_port_info(port);
		struct fx_port_status st;
		bool tried = info->device_id == device_id;

		for (uint32_t k = 0; k < j->n_not_ports; k++) {
			tried = tried || j->not_ports[k] == info->device_id;
		}
		if (tried || !info->send || !fx_lane_takes(j, info->device_id)) {
			continue;
		}
		fx_port_status(port, &st);
		if (st.call.state != FX_PORT_OFFLINE) {
			return true;
		}
	}
	return false;
}

static void avoid_port(struct fx_qjob *j, uint32_t device_id)
{
	uint32_t *v = fx_realloc(j->not_ports, (j->n_not_ports + 1) * sizeof(*v));

	if (v) {
		v[j->n_not_ports++] = device_id;
		j->not_ports = v;
	}
}

static void back_in_queue(struct fx_qjob *j, enum fx_job_state state, int64_t next_try_at)
{
	j->job.state = state;
	j->job.next_try_at = next_try_at;
}

/* The decision of core, carried out in memory. @return true: the job has failed for good */
static bool decide(struct leg *l, const struct fx_outcall *c, bool counts)
{
	struct fx_qjob *j = l->j;
	struct fx_queue *q = j->q;
	struct fx_attempt_end end = {
		.outcome = l->a.result.outcome,
		.tries = j->job.tries,
		.quick_used = j->job.quick_used,
		.host_losts = j->host_losts,
		.pages = j->job.pages,
		.confirmed = j->job.confirmed,
		.other_port = other_port(q, j, c->device_id),
		.now = l->a.ended_at,
	};
	struct fx_decision d = fx_retry_decide(&q->config, &end);

	j->host_losts = end.outcome == FX_OUTCOME_HOST_LOST ? j->host_losts + 1 : 0;
	if (d.next != FX_NEXT_OTHER_PORT) {
		j->not_ports = fx_free(j->not_ports);
		j->n_not_ports = 0;
	}
	if (!counts && d.next == FX_NEXT_EXCEEDED) {
		d.next = FX_NEXT_RETRY;
		d.at = end.now + (int64_t)q->config.retry_delay_min * 60;
	}
	if (counts) {
		j->job.tries = d.tries;
		j->job.quick_used = d.quick_used;
		j->protocol_failures += fx_retry_is_protocol(end.outcome);
	}
	switch (d.next) {
	case FX_NEXT_FINISHED: /* handled before */
	case FX_NEXT_RETRY:
		back_in_queue(j, FX_JOB_RETRYING, d.at);
		return false;
	case FX_NEXT_OTHER_PORT:
		avoid_port(j, c->device_id);
		back_in_queue(j, FX_JOB_RETRYING, 0);
		return false;
	case FX_NEXT_EXCEEDED:
		j->job.state = FX_JOB_RETRIES_EXCEEDED;
		break;
	case FX_NEXT_FAILED:
		j->job.state = FX_JOB_FAILED;
		break;
	}
	j->job.ended_at = end.now;
	return true;
}

static void log_end(const struct leg *l)
{
	const struct fx_job *job = &l->j->job;

	fx_log(FX_LOG_INFO,
	       "queue: job=%u port=%u to %s ended: %s, %u of %u pages, try %u, now %s: %s",
	       job->client_id, l->a.device_id, l->a.number, fx_outcome_str(l->a.result.outcome),
	       job->confirmed, job->pages, job->tries, fx_job_state_str(job->state),
	       l->a.result.words);
}

static void remove_deleted(struct fx_qjob *j)
{
	if (fx_qjob_remove(j, FX_COMMIT_KEEP, NULL, NULL)) {
		fx_log(FX_LOG_ERROR, "queue: no memory to remove job=%u; the next start does it",
		       j->job.client_id);
	}
}

static void leg_end(struct fx_outcall *c, struct leg *l, const struct fx_call_result *r,
		    bool counts)
{
	struct fx_qjob *j = l->j;
	bool complete = j->job.pages && j->job.confirmed >= j->job.pages;
	struct fx_group *g;

	leg_result(l, r, complete, &l->a.result);
	l->a.ended_at = fx_queue_now(c->q);
	if (r->answered_us >= 0) {
		l->a.answered_at = l->a.started_at + r->answered_us / FX_SECOND;
	}
	(void)fx_strlcpy(j->job.remote_id, r->remote_id, sizeof(j->job.remote_id));
	j->call = NULL;
	if (c->q->cb && c->q->cb->on_attempt) {
		c->q->cb->on_attempt(c->q->arg, &j->job, &l->a);
	}
	if (complete) {
		fx_finish_start(j, &l->a);
		return;
	}
	j->job.outcome = l->a.result.outcome;
	fx_qjob_set_words(j, l->a.result.words);
	if (!c->dialled && !c->hangup) {
		fx_qjob_tell(j, fx_fei_from_fps(fx_outcome_fps(j->job.outcome)));
	}
	if (j->job.state == FX_JOB_DELETING) {
		log_end(l);
		remove_deleted(j);
		return;
	}
	if (c->hangup) {
		back_in_queue(j, FX_JOB_PENDING, 0); /* ended by us, not this job's doing */
	} else {
		(void)decide(l, c, counts);
	}
	log_end(l);
	g = fx_group_new(c->q->journal);
	fx_group_put_attempt(g, &l->a);
	fx_qjob_save_end(j, g);
	fx_place_update(j);
}

static void conclude(struct fx_outcall *c, const struct fx_call_result *r)
{
	struct fx_queue *q = c->q;
	bool any = false, first = true;

	for (size_t i = 0; i < c->n; i++) {
		any = any || c->legs[i].confirmed;
	}
	for (size_t i = 0; i < c->n; i++) {
		struct leg *l = &c->legs[i];
		bool complete = l->j->job.pages && l->j->job.confirmed >= l->j->job.pages;

		/*
		 * A call that moved pages fails the document it was at; those behind it
		 * had no try. A call that moved none is a try of all of them.
		 */
		leg_end(c, l, r, first || !any);
		first = first && complete;
	}
	free_call(c);
	fx_queue_kick(q);
}

/* ---- what the port tells ---- */

static struct leg *leg_of_page(struct fx_outcall *c, uint32_t page, uint32_t *ret_in_leg)
{
	uint32_t before = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (page > before && page <= before + c->legs[i].pages) {
			*ret_in_leg = page - before;
			return &c->legs[i];
		}
		before += c->legs[i].pages;
	}
	return NULL;
}

/* Recorded as it comes: what the far end confirmed is not sent again (invariant 4). */
static void on_page(void *arg, struct fx_port *port, const struct fx_page_report *report)
{
	struct fx_outcall *c = arg;
	uint32_t in_leg = 0;
	struct leg *l = leg_of_page(c, report->page, &in_leg);
	struct fx_page page = {.at = fx_queue_now(c->q), .report = *report};
	struct fx_group *g;

	(void)port;
	if (!l || !report->confirmed || in_leg != l->confirmed + 1) {
		return; /* rejected (comes again), repeated, or out of order */
	}
	l->confirmed++;
	l->j->job.confirmed = l->a.first_page + l->confirmed;
	page.job_id = l->j->job.id;
	page.attempt_id = l->a.id;
	page.page = l->j->job.confirmed;
	g = fx_group_new(c->q->journal);
	fx_group_put_page(g, &page);
	fx_group_put_job(g, &l->j->job);
	if (fx_group_commit(g, FX_COMMIT_KEEP, NULL, NULL)) {
		fx_log(FX_LOG_ERROR, "queue: no memory to record a page of job=%u",
		       l->j->job.client_id);
	}
	fx_qjob_changed(l->j);
}

static void on_status(void *arg, struct fx_port *port)
{
	struct fx_outcall *c = arg;
	struct fx_port_status st;

	fx_port_status(port, &st);
	for (size_t i = 0; i < c->n; i++) {
		(void)fx_strlcpy(c->legs[i].j->job.remote_id, st.call.remote_id, FX_ID_SIZE);
	}
}

static void on_end(void *arg, struct fx_port *port, const struct fx_call_result *result)
{
	(void)port;
	conclude(arg, result);
}

static const struct fx_port_call_cb call_cb = {on_status, on_page, on_end};

/* ---- the beginning ---- */

static void banner_time(const struct fx_queue *q, char *dst, size_t size)
{
	time_t t = (time_t)fx_queue_now(q);
	struct tm tm;

	if (!localtime_r(&t, &tm) || !strftime(dst, size, "%Y-%m-%d %H:%M", &tm)) {
		*dst = '\0';
	}
}

/* Pages of a rendered file that its job does not tell. */
static int count_pages(int fd, uint32_t *ret)
{
	struct fx_tiff_rd *rd = NULL;
	int err = fx_tiff_open(fd, &rd, NULL);

	if (!err) {
		*ret = fx_tiff_pages(rd);
	}
	(void)fx_tiff_close(rd);
	return err;
}

/* One more document of the dial; *skip pages of it, or all, are confirmed already. */
static int add_doc(struct fx_outcall *c, struct fx_dial *d, struct leg *l, const char *name,
		   uint32_t pages, uint32_t *skip)
{
	struct fx_call_doc *doc = &d->docs[d->n_docs];
	bool cover = name == l->j->job.cover_file;
	int *fd = cover ? &l->cover_fd : &l->fd;
	int err = fx_spool_openat(c->q->spool, FX_SPOOL_QUEUE, name, O_RDONLY, fd);

	if (!err && !pages) {
		err = count_pages(*fd, &pages);
	}
	if (err) {
		return err;
	}
	if (*skip >= pages) {
		*skip -= pages;
		l->skipped += pages;
		return 0;
	}
	*doc = (struct fx_call_doc){.fd = *fd, .first_page = *skip, .pages = pages,
				    .before = cover ? 0 : l->j->job.pages - pages,
				    .total = l->j->job.pages};
	(void)snprintf(doc->name, sizeof(doc->name), "job %u%s", l->j->job.client_id,
		       cover ? " cover page" : "");
	l->skipped += *skip;
	l->given += pages - *skip;
	*skip = 0;
	d->n_docs++;
	return 0;
}

/* The cover page, if any, goes first; pages count over both. */
static int open_docs(struct fx_outcall *c, struct fx_dial *d)
{
	int err = 0;

	for (size_t i = 0; !err && i < c->n; i++) {
		struct leg *l = &c->legs[i];
		const struct fx_job *job = &l->j->job;
		const char *body = fx_qjob_body(l->j);
		uint32_t skip = l->a.first_page, cover = 0;

		if (job->cover_file) {
			err = add_doc(c, d, l, job->cover_file, 0, &skip);
			cover = l->skipped + l->given;
		}
		if (!err && body) {
			err = job->pages > cover
				      ? add_doc(c, d, l, body, job->pages - cover, &skip)
				      : FX_EDATA;
		}
		/* Else the pages of the call would be taken for those of another job. */
		if (!err && l->given != l->pages) {
			err = FX_EDATA;
		}
		l->lost = err == FX_ENOENT || err == FX_EDATA;
	}
	return err;
}

static void fill_dial(struct fx_outcall *c, struct fx_dial *d)
{
	const struct fx_config *config = &c->q->config;
	const struct fx_job *job = &c->legs[0].j->job;
	struct fx_step step = {FX_MODEM_ALL, true};
	uint32_t failures = 0;

	for (size_t i = 0; i < c->n; i++) {
		uint32_t n = c->legs[i].j->protocol_failures;

		failures = n > failures ? n : failures;
	}
	step = fx_retry_step(failures);
	(void)fx_strlcpy(d->number, fx_text(job->number), sizeof(d->number));
	fx_station_id(d->local_id, config->use_device_tsid || !job->tsid || !*job->tsid ?
					   fx_port_info(c->port)->tsid : job->tsid);
	d->banner = config->branding;
	(void)fx_strlcpy(d->banner_from, d->local_id, sizeof(d->banner_from));
	banner_time(c->q, d->banner_time, sizeof(d->banner_time));
	d->ecm = step.ecm;
	d->modems = step.modems;
	d->log_fd = c->log_fd;
}

static int dial(struct fx_outcall *c)
{
	const struct fx_job *job = &c->legs[0].j->job;
	struct fx_dial *d = fx_zalloc(sizeof(*d));
	struct fx_port_doc docs[FX_JOIN_MAX];
	struct fx_port_job shown = {
		.job_id = job->id,
		.client_id = job->client_id,
		.uid = job->uid,
		.docs = docs,
		.n_docs = c->n,
		.size_bytes = job->size_bytes,
		.submitted_at = job->submitted_at,
		.document_name = job->document_name,
		.sender_name = job->sender_name,
		.recipient_name = job->recipient_name,
		.user = job->user,
	};
	int err = d ? open_docs(c, d) : FX_ENOMEM;

	for (size_t i = 0; i < c->n; i++) {
		const struct leg *l = &c->legs[i];

		shown.pages += l->pages;
		docs[i] = (struct fx_port_doc){l->j->job.id, l->j->job.client_id, l->j->job.uid,
					       l->pages};
	}
	if (!err) {
		fill_dial(c, d);
		err = fx_port_dial(c->port, d, &shown, &call_cb, c);
	} else if (err == FX_ENOENT) {
		err = FX_EDATA;
	}
	(void)fx_free(d);
	return err;
}

/* The first document that is gone fails; the others of the call go back, uncounted. */
static void fail_lost_doc(struct fx_outcall *c)
{
	struct fx_call_result gone =
		no_call(FX_OUTCOME_DOCUMENT, "The rendered document is gone from the disk.");
	struct fx_call_result other =
		no_call(FX_OUTCOME_CANCELLED, "Another document of the call was lost.");
	struct fx_queue *q = c->q;
	bool found = false;

	for (size_t i = 0; i < c->n; i++) {
		bool lost = !found && c->legs[i].lost;

		found = found || lost;
		c->hangup = !lost;
		leg_end(c, &c->legs[i], lost ? &gone : &other, lost);
	}
	free_call(c);
	fx_queue_kick(q);
}

static void not_dialled(struct fx_outcall *c, int err)
{
	struct fx_call_result r;
	struct fx_queue *q = c->q;
	int64_t wait_s = err == FX_ENOMEM ? 5 : 1;

	if (err == FX_EDATA) {
		fail_lost_doc(c);
		return;
	}
	if (err == FX_EINVAL) {
		r = no_call(FX_OUTCOME_BAD_NUMBER, "The provider cannot dial this number.");
		conclude(c, &r);
		return;
	}
	/* Taken by an incoming call, or gone, since it was chosen: soon again, uncounted. */
	r = no_call(FX_OUTCOME_LINE_UNAVAILABLE, NULL);
	c->hangup = true;
	for (size_t i = 0; i < c->n; i++) {
		struct fx_qjob *j = c->legs[i].j;

		leg_end(c, &c->legs[i], &r, false);
		if (j->job.state == FX_JOB_PENDING) {
			j->job.next_try_at = fx_queue_now(q) + wait_s;
			fx_place_update(j);
		}
	}
	free_call(c);
}

/* Nothing is dialled that leaves no record (invariant 3). */
static void not_recorded(struct fx_outcall *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct fx_qjob *j = c->legs[i].j;

		j->call = NULL;
		if (j->job.state == FX_JOB_DELETING) {
			remove_deleted(j);
			continue;
		}
		j->job.state = FX_JOB_PENDING;
		j->job.next_try_at = fx_queue_now(c->q) + STORE_AGAIN_S;
		fx_qjob_changed(j);
		fx_place_update(j);
	}
	free_call(c);
}

static void on_recorded(void *arg, int err, const struct fx_reason *why)
{
	struct fx_outcall *c = arg;

	(void)why;
	if (!c->q) {
		free_call(c);
		return;
	}
	if (err) {
		not_recorded(c);
		return;
	}
	if (c->hangup) {
		struct fx_call_result r = no_call(FX_OUTCOME_CANCELLED, NULL);

		conclude(c, &r);
		return;
	}
	err = dial(c);
	if (err) {
		not_dialled(c, err);
		return;
	}
	c->dialled = true;
}

static void init_leg(struct fx_outcall *c, struct leg *l, struct fx_qjob *j, int64_t now)
{
	const struct fx_port_info *info = fx_port_info(c->port);
	struct fx_job *job = &j->job;

	l->j = j;
	l->fd = l->cover_fd = -1;
	l->a = (struct fx_attempt){
		.id = fx_store_new_id(c->q->store),
		.job_id = job->id,
		.device_id = c->device_id,
		.first_page = fx_retry_first_page(&c->q->config, job->pages, job->confirmed),
		.started_at = now,
		.result = no_call(FX_OUTCOME_NONE, NULL),
	};
	(void)fx_strlcpy(l->a.number, fx_text(job->number), sizeof(l->a.number));
	(void)fx_strlcpy(l->a.port_name, info->name, sizeof(l->a.port_name));
	(void)fx_strlcpy(l->a.log_file, c->log_name, sizeof(l->a.log_file));
	l->pages = job->pages - l->a.first_page;
	job->confirmed = l->a.first_page;
	job->state = FX_JOB_IN_PROGRESS;
	job->device_id = c->device_id;
	job->started_at = now;
	job->next_try_at = 0;
	fx_qjob_set_words(j, NULL); /* those of the last attempt are in its record */
	j->call = c;
	fx_place_remove(j);
}

int fx_outcall_start(struct fx_queue *q, struct fx_port *port, struct fx_qjob *const *jobs,
		     size_t n)
{
	struct fx_outcall *c = fx_zalloc(sizeof(*c) + n * sizeof(c->legs[0]));
	struct fx_group *g = c ? fx_group_new(q->journal) : NULL;
	int64_t now = fx_queue_now(q);

	if (!g) {
		(void)fx_free(c);
		return FX_ENOMEM;
	}
	c->q = q;
	c->port = port;
	c->device_id = fx_port_info(port)->device_id;
	c->n = n;
	if (fx_spool_create(q->spool, FX_SPOOL_LOG, ".log", c->log_name, &c->log_fd)) {
		c->log_fd = -1; /* a call without its log is better than none */
		c->log_name[0] = '\0';
	}
	fx_list_append(&q->calls, &c->link);
	for (size_t i = 0; i < n; i++) {
		init_leg(c, &c->legs[i], jobs[i], now);
		fx_group_put_job(g, &jobs[i]->job);
		fx_group_put_attempt(g, &c->legs[i].a);
	}
	if (fx_group_commit(g, FX_COMMIT_FAIL_FAST, on_recorded, c)) {
		on_recorded(c, FX_ENOMEM, NULL);
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		fx_qjob_changed(jobs[i]);
	}
	return 0;
}

void fx_outcall_hangup(struct fx_outcall *c)
{
	c->hangup = true;
	if (c->dialled) {
		fx_port_hangup(c->port);
	}
}

void fx_outcall_free(struct fx_outcall *c)
{
	c->q = NULL;
	fx_list_remove(&c->link);
	if (c->dialled) {
		free_call(c); /* else the journal still calls back */
	}
}
