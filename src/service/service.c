/* SPDX-License-Identifier: Apache-2.0 */
/* The object; ports. */
#include "service/service_priv.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"

/* ---- ports ---- */

int fx_service_ports(struct fx_service *s, const struct fx_caller *c, struct fx_port_info **ret,
		     size_t *ret_n)
{
	size_t n = fx_ports_count(s->ports);
	struct fx_port_info *v;
	int err = fx_service_allow(c, FX_RIGHT_PORT_QUERY, false, "listing ports");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	v = fx_calloc(n ? n : 1, sizeof(*v));
	if (!v) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		v[i] = *fx_port_info(fx_ports_at(s->ports, i));
	}
	*ret = v;
	*ret_n = n;
	return 0;
}

int fx_service_port(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
		    struct fx_port_info *ret)
{
	struct fx_port *port = fx_ports_find(s->ports, device_id);
	int err = fx_service_allow(c, FX_RIGHT_PORT_QUERY, false, "reading a port");

	FX_ON_LOOP(s->loop);
	if (!err && !port) {
		err = FX_ENODEV;
	}
	if (!err) {
		*ret = *fx_port_info(port);
	}
	return err;
}

int fx_service_port_status(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
			   struct fx_port_status *ret)
{
	struct fx_port *port = fx_ports_find(s->ports, device_id);
	int err = fx_service_allow(c, FX_RIGHT_PORT_QUERY, false, "reading a port's status");

	FX_ON_LOOP(s->loop);
	if (!err && !port) {
		err = FX_ENODEV;
	}
	if (!err) {
		fx_port_status(port, ret);
	}
	return err;
}

/* One port's priority moves those of the others: all are recorded. */
static void put_ports(struct fx_service *s, struct fx_group *g)
{
	for (size_t i = 0; i < fx_ports_count(s->ports); i++) {
		fx_group_put_port(g, fx_port_info(fx_ports_at(s->ports, i)));
	}
}

static void port_recorded(struct fx_pending *p, int err)
{
	struct fx_port *port = fx_ports_find(p->s->ports, (uint32_t)p->id);

	if (port && err && fx_port_set(port, p->extra)) {
		fx_log(FX_LOG_ERROR, "service: port=%u was changed but is not recorded",
		       (unsigned)p->id);
	}
	if (port && !err) {
		fx_service_tell(p->s, FX_EVENT_PORT, p->id, NULL);
		fx_service_tell_config(p->s, 1u << FX_CONFIG_DEVICES);
		fx_queue_kick(p->s->queue); /* it may send now */
	}
}

/* @param c   NULL: the right is checked already
 * @param ex  which of the two ways of setting one: the other's fields stay */
static int set_port(struct fx_service *s, const struct fx_caller *c,
		    const struct fx_port_info *wanted, bool ex, fx_service_done_fn *done, void *arg,
		    struct fx_reason *reterr)
{
	struct fx_port *port = fx_ports_find(s->ports, wanted->device_id);
	struct fx_port_info now = *wanted;
	const struct fx_port_info *info = &now;
	struct fx_pending *p;
	struct fx_group *g;
	int err = c ? fx_service_allow(c, FX_RIGHT_PORT_SET, false, "changing a port") : 0;

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	if (!port) {
		return fx_fail(reterr, FX_ENODEV, "there is no port %u", info->device_id);
	}
	if (ex) {
		now.priority = fx_port_info(port)->priority;
	} else {
		now.manual_answer = fx_port_info(port)->manual_answer;
		memcpy(now.description, fx_port_info(port)->description, sizeof(now.description));
	}
	if (now.manual_answer && fx_port_info(port)->is_virtual && now.receive) {
		return fx_fail(reterr, FX_EINVAL, "port %u is virtual: nobody answers for it",
			       info->device_id);
	}
	p = fx_pending_new(s, done, arg);
	if (p) {
		p->id = info->device_id;
		p->finish = port_recorded;
		p->extra = fx_memdup(fx_port_info(port), sizeof(*info));
	}
	err = p && p->extra ? fx_port_set(port, info) : FX_ENOMEM;
	if (err) {
		fx_pending_free(p);
		return fx_fail(reterr, err, "port %u cannot be changed: %s", info->device_id,
			       err == FX_EBUSY ? "a call is going on" :
			       err == FX_EINVAL ? "rings are 0 to 99, priority 1 to the number of "
						  "ports" : fx_error_str(err));
	}
	g = fx_group_new(s->journal);
	put_ports(s, g);
	err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, fx_pending_done, p);
	if (err) {
		p->finish(p, err);
		fx_pending_free(p);
	}
	return err;
}

int fx_service_set_port(struct fx_service *s, const struct fx_caller *c,
			const struct fx_port_info *info, fx_service_done_fn *done, void *arg,
			struct fx_reason *reterr)
{
	return set_port(s, c, info, false, done, arg, reterr);
}

int fx_service_set_port_ex(struct fx_service *s, const struct fx_caller *c,
			   const struct fx_port_info *info, fx_service_done_fn *done, void *arg,
			   struct fx_reason *reterr)
{
	return set_port(s, c, info, true, done, arg, reterr);
}

int fx_service_change_port(struct fx_service *s, const struct fx_port_info *info,
			   fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	return set_port(s, NULL, info, false, done, arg, reterr);
}

/* ---- the object ---- */

static int copy_text(char **dst, const char *src)
{
	*dst = fx_strdup(src);
	return *dst || !src ? 0 : FX_ENOMEM;
}

static bool note_id(void *arg, const struct fx_job *job)
{
	struct fx_service *s = arg;

	s->newest_job_id = job->id > s->newest_job_id ? job->id : s->newest_job_id;
	return true;
}

static int init(struct fx_service *s, const struct fx_service_prm *prm,
		const struct fx_config *config)
{
	int err;

	s->loop = prm->loop;
	s->store = prm->store;
	s->spool = prm->spool;
	s->ports = prm->ports;
	s->queue = prm->queue;
	s->route = prm->route;
	s->journal = fx_queue_journal(prm->queue);
	s->own_uid = prm->own_uid;
	fx_list_init(&s->uploads);
	fx_list_init(&s->views);
	fx_list_init(&s->cover_views);
	s->covers = prm->covers;
	s->letter = prm->letter;
	fx_list_init(&s->calls);
	fx_list_init(&s->changes);
	fx_list_init(&s->outbound_changes);
	fx_list_init(&s->accounts);
	fx_list_init(&s->lookups);
	fx_list_init(&s->named);
	fx_list_init(&s->making);
	fx_list_init(&s->reassigning);
	fx_list_init(&s->passwords);
	fx_list_init(&s->securing);
	err = fx_config_copy(&s->config, config);
	if (!err) {
		err = fx_event_log_new(s->loop, &s->log);
	}
	if (!err) {
		err = copy_text(&s->provider_text, prm->provider_text);
	}
	if (!err) {
		err = copy_text(&s->render_program, prm->render_program);
	}
	if (!err) {
		err = copy_text(&s->state_dir, prm->state_dir);
	}
	if (!err) {
		err = copy_text(&s->home_domains, prm->home_domains);
	}
	if (!err) {
		err = fx_accounts_init(s);
	}
	if (!err) {
		err = fx_access_new(s, prm);
	}
	err = err ? err : fx_timer_new(s->loop, fx_service_tell_activity, s, &s->activity);
	fx_queue_each(s->queue, note_id, s);
	err = err ? err : fx_archive_new(s);
	err = err ? err : fx_activity_log_new(s);
	return err ? err : fx_service_uploads_init(s);
}

int fx_service_new(const struct fx_service_prm *prm, const struct fx_config *config,
		   struct fx_service **ret, struct fx_reason *reterr)
{
	struct fx_service *s = fx_zalloc(sizeof(*s));
	int err = s ? init(s, prm, config) : FX_ENOMEM;

	if (err) {
		(void)fx_service_free(s);
		return fx_fail(reterr, err, "the service cannot start: %s", fx_error_str(err));
	}
	fx_service_health_start(s);
	fx_service_started(s);
	*ret = s;
	return 0;
}

struct fx_service *fx_service_free(struct fx_service *s)
{
	if (!s) {
		return NULL;
	}
	if (s->calls.next) {
		FX_LIST_EACH_SAFE(&s->calls, it) {
			struct fx_pending *p = FX_CONTAINER(it, struct fx_pending, link);

			fx_list_remove(&p->link);
			p->s = NULL; /* freed by the journal's answer */
		}
		fx_service_changes_free(s);
		fx_service_outbound_free(s);
		fx_access_free(s);
		fx_accounts_free(s);
		fx_service_cover_views_free(s);
		fx_service_views_free(s);
		fx_service_uploads_free(s);
		fx_service_health_free(s);
	}
	s->activity = fx_timer_free(s->activity);
	fx_archive_free(s);
	fx_activity_log_free(s);
	(void)fx_free(s->bits);
	s->log = fx_event_log_free(s->log);
	fx_config_fini(&s->config);
	(void)fx_free(s->provider_text);
	(void)fx_free(s->render_program);
	(void)fx_free(s->state_dir);
	(void)fx_free(s->home_domains);
	return fx_free(s);
}
