/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration, and counts of what goes on. Changes are written one after the other, each
 * over what the one before left: one that fails takes nothing of another with it.
 *
 *   asked --first in line--> being written --durable--> in force, done(), the next
 */
#include <string.h>
#include <unistd.h>
#include "base/mem.h"
#include "service/service_priv.h"

struct change {
	struct fx_link link;
	struct fx_service *s;
	struct fx_config was, now; /* the fields that differ are the change */
	struct fx_config target;   /* being written: in force, with the change */
	fx_service_done_fn *done;
	void *arg;
};

static void change_free(struct change *ch)
{
	if (ch) {
		fx_list_remove(&ch->link);
		fx_config_fini(&ch->was);
		fx_config_fini(&ch->now);
		fx_config_fini(&ch->target);
		(void)fx_free(ch);
	}
}

void fx_service_changes_free(struct fx_service *s)
{
	FX_LIST_EACH_SAFE(&s->changes, it) {
		change_free(FX_CONTAINER(it, struct change, link));
	}
}

int fx_service_config(struct fx_service *s, const struct fx_caller *c, struct fx_config *ret)
{
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "reading the configuration");

	FX_ON_LOOP(s->loop);
	return err ? err : fx_config_copy(ret, &s->config);
}

static int check_config(const struct fx_config *c, struct fx_reason *reterr)
{
	int err = fx_config_check(c, reterr);

	if (!err && c->archive_outgoing && c->archive_directory && *c->archive_directory &&
	    access(c->archive_directory, W_OK | X_OK)) {
		err = fx_fail(
			reterr, FX_EINVAL,
			"the archive folder \"%.200s\" cannot be written by the service (%s); "
			"create it or give it to the service's user",
			c->archive_directory, strerror(errno));
	}
	return err;
}

static void on_recorded(void *arg, int err, const struct fx_reason *why);

static int write_change(struct change *ch, struct fx_reason *why)
{
	struct fx_service *s = ch->s;
	struct fx_pending *p;
	struct fx_group *g;
	int err = fx_config_copy(&ch->target, &s->config);

	if (!err) {
		err = fx_config_merge(&ch->target, &ch->was, &ch->now);
	}
	if (!err) {
		err = check_config(&ch->target, why);
	}
	if (err) {
		return err;
	}
	p = fx_pending_new(s, on_recorded, ch);
	if (!p) {
		return FX_ENOMEM;
	}
	g = fx_group_new(s->journal);
	fx_group_put_config(g, &ch->target);
	err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, fx_pending_done, p);
	if (err) {
		fx_pending_free(p);
	}
	return err;
}

static void write_next(struct fx_service *s)
{
	s->changing = false;
	while (!s->changing && !fx_list_empty(&s->changes)) {
		struct change *ch = FX_CONTAINER(s->changes.next, struct change, link);
		struct fx_reason why = {0};
		int err;

		s->changing = true;
		err = write_change(ch, &why);
		if (err) {
			ch->done(ch->arg, err, &why);
			change_free(ch);
			s->changing = false;
		}
	}
}

static void on_recorded(void *arg, int err, const struct fx_reason *why)
{
	struct change *ch = arg;
	struct fx_service *s = ch->s;

	if (!err) {
		struct fx_config old = s->config;

		s->config = ch->target;
		ch->target = old;
		fx_queue_set_config(s->queue, &s->config);
		fx_accounts_refresh(s); /* accounts by themselves or not */
		fx_service_tell_config(s, fx_config_kinds(&old, &s->config));
		if (old.archive_age_days != s->config.archive_age_days ||
		    old.quota_warning != s->config.quota_warning ||
		    old.quota_high_mb != s->config.quota_high_mb ||
		    old.quota_low_mb != s->config.quota_low_mb) {
			fx_archive_again(s);
		}
		if (old.pause_queue != s->config.pause_queue ||
		    old.block_outgoing != s->config.block_outgoing ||
		    old.block_incoming != s->config.block_incoming) {
			fx_service_tell_queue_state(s);
		}
	}
	ch->done(ch->arg, err, why);
	change_free(ch);
	write_next(s);
}

int fx_service_change_config(struct fx_service *s, const struct fx_caller *c,
			     fx_service_config_fn *change, void *change_arg,
			     fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	const struct fx_config *base = &s->config;
	struct change *ch;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_SET, false, "changing the configuration");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	if (!fx_list_empty(&s->changes)) {
		base = &FX_CONTAINER(s->changes.prev, struct change, link)->now;
	}
	ch = fx_zalloc(sizeof(*ch));
	if (!ch) {
		return FX_ENOMEM;
	}
	fx_list_init(&ch->link);
	ch->s = s;
	ch->done = done;
	ch->arg = arg;
	err = fx_config_copy(&ch->was, base);
	err = err ? err : fx_config_copy(&ch->now, base);
	err = err ? err : change(change_arg, &ch->now);
	err = err ? err : check_config(&ch->now, reterr);
	if (!err) {
		fx_list_append(&s->changes, &ch->link);
		if (!s->changing) {
			s->changing = true;
			err = write_change(ch, reterr);
			s->changing = !err;
		}
	}
	if (err) {
		change_free(ch);
	}
	return err;
}

int fx_service_queue_states(struct fx_service *s, const struct fx_caller *c,
			    struct fx_queue_states *ret)
{
	int err = fx_service_check_any(c, "reading the state of the queue");

	FX_ON_LOOP(s->loop);
	if (!err) {
		*ret = (struct fx_queue_states){s->config.pause_queue, s->config.block_outgoing,
						s->config.block_incoming};
	}
	return err;
}

bool fx_service_offers_reports(const struct fx_service *s)
{
	return fx_route_offers_reports(s->route);
}

bool fx_service_report_address_good(const char *address)
{
	return fx_route_report_address_good(address);
}

int fx_service_personal_covers(struct fx_service *s, const struct fx_caller *c, bool *ret)
{
	int err = fx_service_check_any(c, "asking for personal cover pages");

	FX_ON_LOOP(s->loop);
	if (!err) {
		*ret = !s->config.server_cover;
	}
	return err;
}

static bool count_job(void *arg, const struct fx_job *job)
{
	struct fx_activity *a = arg;
	bool going = job->state == FX_JOB_IN_PROGRESS;

	a->incoming += job->type == FX_JT_RECEIVE && going;
	a->routing += job->state == FX_JOB_ROUTING ||
		      (job->type == FX_JT_ROUTING && job->state == FX_JOB_RETRYING);
	a->outgoing += job->type == FX_JT_SEND && going;
	a->queued += job->type == FX_JT_SEND && !going;
	return true;
}

int fx_service_activity(struct fx_service *s, const struct fx_caller *c, struct fx_activity *ret)
{
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "counting jobs");

	FX_ON_LOOP(s->loop);
	if (!err) {
		*ret = (struct fx_activity){0};
		fx_queue_each(s->queue, count_job, ret);
	}
	return err;
}
