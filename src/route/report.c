/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivery reports: mailed one after the other in the order of their jobs, from the store, where
 * the queue put them in the same transaction as the end of the job. Through the same server as
 * the e-mail method, tried again as often as that; one that is mailed or given up is deleted, and
 * only then the next one follows. A crash in between mails it again, with the same Message-ID.
 */
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/report.h"
#include "route/own.h"

#define GATHER_US (2 * FX_SECOND) /* those of a broadcast come by the hundred: one look for all */
#define AGAIN_US (30 * FX_SECOND)
#define SLICE 1000u               /* entries in one turn of the loop */

struct fx_reports {
	struct fx_route *r; /* NULL: gone; freed by the write under way */
	struct fx_workers *workers;
	struct fx_timer *timer;
	struct fx_own_task *task; /* the mail under way */
	struct fx_report now;     /* what it says */
	char key[FX_REPORT_KEY_SIZE]; /* of the last one looked at; "" = from the first */
	int64_t earliest;         /* Unix s, 0 = none: of those that wait for their next try */
	bool writing;
	bool looking;             /* in the middle of the entries */
	bool came;                /* another one, since this look began */
	bool gathering;           /* the timer runs for those that came */
};

static void free_reports(struct fx_reports *p)
{
	fx_report_fini(&p->now);
	(void)fx_timer_free(p->timer);
	(void)fx_free(p);
}

/* ---- the end of one ---- */

static void on_written(void *arg, int err, const struct fx_reason *why)
{
	struct fx_reports *p = arg;

	(void)err, (void)why; /* kept until written */
	p->writing = false;
	if (!p->r) {
		free_reports(p);
	} else if (!p->r->stopping) {
		fx_timer_start(p->timer, 0);
	}
}

static void put(struct fx_reports *p, const char *text)
{
	struct fx_group *g = fx_group_new(p->r->journal);

	fx_group_put_meta(g, p->key, text);
	if (fx_group_commit(g, FX_COMMIT_KEEP, on_written, p)) {
		fx_timer_start(p->timer, AGAIN_US);
	} else {
		p->writing = true;
	}
}

static void waits_until(struct fx_reports *p, int64_t at)
{
	if (!p->earliest || at < p->earliest) {
		p->earliest = at;
	}
}

static void judge(struct fx_reports *p, const struct fx_own_task *t)
{
	const struct fx_route_settings *s = &p->r->settings;
	fx_auto char *text = NULL;
	int64_t after = 0;

	if (t->end == FX_ROUTE_RETRY) {
		p->now.tries++;
		after = fx_route_retry_after(p->now.tries, s->retries, s->retry_delay_s,
					     s->retry_max_s);
	}
	if (after) {
		p->now.next_at = fx_loop_wall_us(p->r->loop) / FX_SECOND + after;
		waits_until(p, p->now.next_at);
		text = fx_report_write(&p->now);
		if (!text) {
			fx_timer_start(p->timer, AGAIN_US); /* as it stands, once more */
			return;
		}
	}
	if (t->end == FX_ROUTE_DONE) {
		fx_log_in(FX_LOG_OUTBOUND, FX_LOG_INFO, "report of job (%llu) to %s is mailed",
			  (unsigned long long)p->now.job_id, p->now.address);
	} else {
		fx_log_in(FX_LOG_OUTBOUND, after ? FX_LOG_WARN : FX_LOG_ERROR,
			  "report of job (%llu) to %s %s: %s", (unsigned long long)p->now.job_id,
			  p->now.address, after ? "is tried again later" : "is given up",
			  t->words);
	}
	put(p, text);
}

static void mail_done(void *arg)
{
	struct fx_own_task *t = arg;
	struct fx_reports *p = t->arg;

	p->task = NULL;
	if (!p->r->stopping) {
		judge(p, t);
	}
	fx_own_task_free(t);
}

static void mail_dropped(void *arg)
{
	struct fx_own_task *t = arg;

	((struct fx_reports *)t->arg)->task = NULL;
	fx_own_task_free(t);
}

static void mail_work(void *arg)
{
	fx_mail_work(arg);
}

/* ---- the next one ---- */

static int mail(struct fx_reports *p)
{
	struct fx_own_task *t = fx_own_task_new(p->r, true);
	int err = t ? 0 : FX_ENOMEM;

	if (t) {
		t->arg = p;
		t->report = &p->now;
		t->fax.id = p->now.job_id;
		t->fax.received_at = p->now.ended_at;
		t->data = fx_strdup(p->now.address);
		err = t->data ? 0 : FX_ENOMEM;
	}
	if (!err) {
		p->task = t;
		err = fx_workers_run(p->workers, mail_work, mail_done, mail_dropped, t);
	}
	if (err) {
		p->task = NULL;
		fx_own_task_free(t);
	}
	return err;
}

/* @return 0 (mailing it, or it is not its time), or an error */
static int take(struct fx_reports *p, const char *text)
{
	int err;

	fx_report_fini(&p->now);
	err = fx_report_read(text, &p->now);
	if (err == FX_ECORRUPT) {
		fx_log_in(FX_LOG_OUTBOUND, FX_LOG_ERROR, "%s cannot be read; it is dropped",
			  p->key);
		put(p, NULL);
		return 0;
	}
	if (!err && p->now.next_at > fx_loop_wall_us(p->r->loop) / FX_SECOND) {
		waits_until(p, p->now.next_at);
		return 0;
	}
	return err ? err : mail(p);
}

static void gather(struct fx_reports *p)
{
	p->gathering = true;
	fx_timer_start(p->timer, GATHER_US);
}

static void wait_for_next(struct fx_reports *p)
{
	int64_t left = p->earliest - fx_loop_wall_us(p->r->loop) / FX_SECOND;

	p->looking = false;
	p->key[0] = '\0';
	if (p->came) {
		gather(p);
	} else if (p->earliest) {
		fx_timer_start(p->timer, (left > 0 ? left : 0) * FX_SECOND);
	}
}

static void look(void *arg)
{
	struct fx_reports *p = arg;

	p->gathering = false;
	if (p->task || p->writing || p->r->stopping) {
		return;
	}
	if (!p->looking) {
		p->looking = true;
		p->came = false;
		p->earliest = 0;
	}
	for (unsigned i = 0; i < SLICE; i++) {
		fx_auto char *text = NULL;
		int err = fx_store_next_meta(p->r->store, FX_REPORT_PREFIX, p->key, p->key,
					     sizeof(p->key), &text);

		if (err == FX_ENOENT) {
			wait_for_next(p);
			return;
		}
		err = err ? err : take(p, text);
		if (err) {
			fx_log_in(FX_LOG_OUTBOUND, FX_LOG_ERROR, "reports cannot be mailed now: %s",
				  fx_error_str(err));
			wait_for_next(p); /* from the first one again */
			fx_timer_start(p->timer, AGAIN_US);
			return;
		}
		if (p->task || p->writing) {
			return;
		}
	}
	fx_timer_start(p->timer, 0);
}

/* ---- the object ---- */

int fx_reports_new(struct fx_route *r, struct fx_reports **ret)
{
	struct fx_reports *p = fx_zalloc(sizeof(*p));
	int err = p ? fx_timer_new(r->loop, look, p, &p->timer) : FX_ENOMEM;

	err = err ? err : fx_workers_new(r->loop, 1, &p->workers);
	if (err) {
		if (p) {
			free_reports(p);
		}
		return err;
	}
	p->r = r;
	fx_timer_start(p->timer, 0); /* those from before */
	*ret = p;
	return 0;
}

void fx_reports_stop(struct fx_reports *p)
{
	if (p->task) {
		p->task->cancel = 1;
	}
}

bool fx_reports_busy(const struct fx_reports *p)
{
	return p->task != NULL;
}

struct fx_reports *fx_reports_free(struct fx_reports *p)
{
	if (!p) {
		return NULL;
	}
	fx_reports_stop(p);
	p->workers = fx_workers_free(p->workers);
	p->r = NULL;
	if (p->writing) {
		fx_timer_stop(p->timer);
	} else {
		free_reports(p);
	}
	return NULL;
}

void fx_route_report_came(struct fx_route *r)
{
	struct fx_reports *p = r->reports;

	p->came = true;
	if (!p->looking && !p->gathering && !r->stopping) {
		gather(p);
	}
}

bool fx_route_offers_reports(const struct fx_route *r)
{
	const struct fx_config *c = fx_queue_config(r->queue);

	return c->mail_set ? c->mail_receipts : *fx_text(r->settings.mail_server) != '\0';
}

bool fx_route_report_address_good(const char *address)
{
	return address && !strpbrk(address, " ,;\t\n") && fx_mail_check(address, NULL) == 0;
}
