/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wiring. Order of building: loop, store, spool, ports, queue, route, service,
 * providers, RPC; of freeing: RPC, ports (their calls hold queue and route),
 * service, route, queue, store, spool.
 *
 *   running --TERM, INT--> stopping: no new calls, those going on are hung up
 *   stopping --all written, or 8 s--> end
 */
#include "daemon/daemon.h"
#include "document/coverpages.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "daemon/lines.h"
#include "daemon/net.h"
#include "daemon/plugins.h"
#include "port/host.h"
#include "rpc/server.h"
#include "service/access.h"
#include "service/general.h"
#include "service/logging.h"
#include "service/service.h"

#define STOP_LOOK_US (50 * FX_MS)
#define STOP_MAX_US (8 * FX_SECOND)

struct fx_daemon {
	const struct fx_daemon_prm *prm;
	struct fx_settings settings;
	struct fx_config config;
	char *render, *host_program;
	struct fx_coverpages *covers;
	int lock_fd;
	struct fx_loop *loop;
	struct fx_store *store;
	struct fx_spool *spool;
	struct fx_ports *ports;
	struct fx_queue *queue;
	struct fx_route *route;
	struct fx_service *service;
	struct fx_lines *lines;
	struct fx_plugins *plugins;
	struct fx_net *net;
	struct fx_rpc_server *rpc;
	struct fx_timer *stop_timer;
	int64_t stop_at_us;
	bool stopping;
	bool told_end; /* FEI_FAXSVC_ENDED */
};

/* ---- what the parts tell each other ---- */

static int on_new_line(void *arg, const char *provider, const struct fx_line *line,
		       struct fx_port_info *info)
{
	struct fx_daemon *d = arg;

	int err = fx_lines_identify(d->lines, d->queue, provider, line, info);

	if (!err) {
		fx_plugins_port(d->plugins, info->device_id);
	}
	return err;
}

static void on_offer(void *arg, struct fx_port *port, const char *caller_id, const char *called)
{
	struct fx_daemon *d = arg;

	fx_route_offer(d->route, port, caller_id, called);
}

static void on_change(void *arg, struct fx_port *port)
{
	struct fx_daemon *d = arg;

	if (d->queue) {
		fx_queue_kick(d->queue);
	}
	if (d->service) {
		fx_service_on_port(d->service, port);
	}
}

static void on_job(void *arg, const struct fx_job *job, bool removed)
{
	struct fx_daemon *d = arg;

	if (d->service) {
		fx_service_on_job(d->service, job, removed);
	}
}

static void on_message(void *arg, uint64_t id, enum fx_folder folder)
{
	struct fx_daemon *d = arg;

	if (d->service) {
		fx_service_on_message(d->service, id, folder);
	}
}

static void on_message_changed(void *arg, uint64_t id)
{
	struct fx_daemon *d = arg;

	if (d->service) {
		fx_service_on_message_changed(d->service, id);
	}
}

static void on_event(void *arg, const struct fx_fax_event *e)
{
	struct fx_daemon *d = arg;

	if (d->service) {
		fx_service_on_fax_event(d->service, e);
	}
}

static void on_report(void *arg)
{
	struct fx_daemon *d = arg;

	if (d->route) {
		fx_route_report_came(d->route);
	}
}

static void on_attempt(void *arg, const struct fx_job *job, const struct fx_attempt *a)
{
	struct fx_daemon *d = arg;

	if (d->service) {
		fx_service_on_attempt(d->service, job, a);
	}
}

static const struct fx_ports_cb ports_cb = {on_new_line, on_offer, on_change, on_event};
static const struct fx_queue_cb queue_cb = {on_job, on_message, on_event, on_report,
					    on_message_changed, on_attempt};

/* ---- signals ---- */

static void on_stop_timer(void *arg)
{
	struct fx_daemon *d = arg;

	if (d->told_end) {
		fx_loop_stop(d->loop);
		return;
	}
	if ((fx_queue_is_idle(d->queue) && fx_route_is_idle(d->route) &&
	     fx_service_activity_idle(d->service)) ||
	    fx_loop_now_us(d->loop) >= d->stop_at_us) {
		/* One more look: those who listen are answered meanwhile. */
		fx_service_ended(d->service);
		d->told_end = true;
	}
	fx_timer_start(d->stop_timer, STOP_LOOK_US);
}

static void on_stop(void *arg, int signum)
{
	struct fx_daemon *d = arg;

	if (d->stopping) {
		fx_log(FX_LOG_WARN, "casellid: asked twice, ending at once");
		fx_loop_stop(d->loop);
		return;
	}
	fx_log(FX_LOG_INFO, "casellid: signal %d, ending; calls are hung up", signum);
	fx_notify("STOPPING=1");
	d->stopping = true;
	d->stop_at_us = fx_loop_now_us(d->loop) + STOP_MAX_US;
	fx_queue_stop(d->queue);
	fx_route_stop(d->route);
	fx_timer_start(d->stop_timer, 0);
}

/* A whole new set is read and checked before any of it counts. */
static void on_reload(void *arg, int signum)
{
	struct fx_daemon *d = arg;
	struct fx_settings s;
	struct fx_dialing dialing;
	struct fx_reason why = {0};

	(void)signum;
	if (fx_settings_load(&s, d->prm->settings_path, d->prm->settings_required, &why)) {
		fx_log_in(FX_LOG_OTHER, FX_LOG_ERROR, "casellid: settings not reloaded: %s",
			  why.text);
		fx_settings_fini(&s);
		return;
	}
	if (!d->prm->log_level_fixed) {
		fx_log_set_level((enum fx_log_level)s.log_level);
	}
	fx_settings_dialing(&s, &dialing);
	fx_queue_set_dialing(d->queue, &dialing);
	if (fx_service_set_access(d->service, s.user_rights, s.access, s.n_access) ||
	    fx_service_set_home_domains(d->service, s.home_domains)) {
		fx_log_in(FX_LOG_OTHER, FX_LOG_ERROR, "casellid: no memory for [rights]; the "
			  "old ones stay");
	}
	if (fx_route_set_settings(d->route, &s.route)) {
		fx_log_in(FX_LOG_OTHER, FX_LOG_ERROR, "casellid: no memory for the settings of "
			  "routing; the old ones stay");
	}
	if (fx_net_reload(d->net, &s, d->rpc, &why)) {
		fx_log_in(FX_LOG_OTHER, FX_LOG_ERROR, "casellid: %s; all of [rpc] stays as it is",
			  why.text);
	}
	fx_log_in(FX_LOG_OTHER, FX_LOG_INFO, "casellid: settings reloaded; log_level, [rights], "
		  "[dialing], levels, limits and callbacks of [rpc] and all of routing are in "
		  "force, the others after a restart");
	fx_settings_fini(&d->settings);
	d->settings = s;
}

static int watch_signals(struct fx_daemon *d)
{
	int err = fx_loop_signal(d->loop, SIGTERM, on_stop, d);

	if (!err) {
		err = fx_loop_signal(d->loop, SIGINT, on_stop, d);
	}
	if (!err) {
		err = fx_loop_signal(d->loop, SIGHUP, on_reload, d);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	return err ? err : fx_timer_new(d->loop, on_stop_timer, d, &d->stop_timer);
}

/* ---- building ---- */

static int open_state(struct fx_daemon *d, struct fx_reason *reterr)
{
	fx_auto char *db = fx_asprintf("%s/caselli.db", d->prm->state);
	int err = db ? fx_make_dirs(d->prm->state, 0700, reterr) : FX_ENOMEM;

	if (!err) {
		err = fx_instance_lock(d->prm->state, &d->lock_fd, reterr);
	}
	if (!err) {
		err = fx_store_open_sqlite(d->loop, db, &d->store, reterr);
	}
	if (!err) {
		fx_service_load_logging(d->store);
		err = fx_spool_open(d->prm->state, &d->spool, reterr);
	}
	if (!err) {
		err = fx_store_get_config(d->store, &d->config);
		if (err == FX_ENOENT) {
			fx_config_defaults(&d->config);
			err = 0;
		}
	}
	return err;
}

static int find_programs(struct fx_daemon *d, struct fx_reason *reterr)
{
	int err = fx_find_program(d->settings.render, "caselli-render", &d->render, reterr);

	if (!err && (d->settings.host || *(const char *)d->settings.sip.data)) {
		err = fx_find_program(d->settings.host_program, "caselli-host", &d->host_program,
				      reterr);
	}
	return err;
}

/* Common cover pages: the folder of the settings, behind it those that came with us. */
static int find_coverpages(struct fx_daemon *d)
{
	const char *set = d->settings.coverpages;
	fx_auto char *shared = fx_find_coverpages();
	fx_auto char *own = set && *set ? fx_strdup(set) :
					  fx_asprintf("%s/coverpages", d->prm->state);

	if (!shared || !own) {
		return FX_ENOMEM;
	}
	return fx_coverpages_new(own, *shared ? shared : NULL, &d->covers);
}

static int make_parts(struct fx_daemon *d, struct fx_reason *reterr)
{
	struct fx_dialing dialing;
	struct fx_queue_prm qp = {
		.loop = d->loop,
		.store = d->store,
		.spool = d->spool,
		.render_program = d->render,
		.covers = d->covers,
		.max_renders = (uint32_t)d->settings.max_renders,
		.letter = d->settings.paper == 1,
		.log_days = (uint32_t)d->settings.log_days,
		.dialing = &dialing,
		.cb = &queue_cb,
		.arg = d,
	};
	struct fx_route_prm rp = {
		.loop = d->loop,
		.store = d->store,
		.spool = d->spool,
		.min_free_bytes = (uint64_t)d->settings.min_free_mb << 20,
		.settings = &d->settings.route,
		.cb = &queue_cb,
		.arg = d,
	};
	int err = fx_lines_load(d->store, &d->lines);

	fx_settings_dialing(&d->settings, &dialing);

	if (!err) {
		err = fx_ports_new(d->loop, &ports_cb, d, &d->ports);
	}
	if (!err) {
		qp.ports = d->ports;
		err = fx_queue_new(&qp, &d->config, &d->queue, reterr);
	}
	if (!err) {
		rp.queue = d->queue;
		err = fx_route_new(&rp, &d->route, reterr);
	}
	return err;
}

static int make_service(struct fx_daemon *d, struct fx_reason *reterr)
{
	struct fx_service_prm sp = {
		.loop = d->loop,
		.store = d->store,
		.spool = d->spool,
		.ports = d->ports,
		.queue = d->queue,
		.route = d->route,
		.own_uid = geteuid(),
		.user_rights = d->settings.user_rights,
		.access = d->settings.access,
		.n_access = d->settings.n_access,
		.home_domains = d->settings.home_domains,
		.provider_text = *(const char *)d->settings.sip.data ? "loop, sip" : "loop",
		.render_program = d->render,
		.covers = d->covers,
		.letter = d->settings.paper == 1,
		.state_dir = d->prm->state,
	};

	return fx_service_new(&sp, &d->config, &d->service, reterr);
}

static int add_providers(struct fx_daemon *d, struct fx_reason *reterr)
{
	const char *settings = (const char *)d->settings.loop.data;
	char *argv[] = {d->host_program, (char *)(uintptr_t)"--provider", (char *)(uintptr_t)"loop",
			NULL};

	int err;

	if (d->settings.host) {
		err = fx_ports_add_host(d->ports, "loop", argv, settings, reterr);
		if (!err) {
			fx_ports_set_host_calls(d->ports, "loop", (uint32_t)d->settings.host_calls);
		}
		return err;
	}
	return fx_ports_add_provider(d->ports, &fx_loop_provider_ops, settings, reterr);
}

/* SIP lines, when the settings have any: what they learn is kept in the state folder. */
static int add_sip(struct fx_daemon *d, struct fx_reason *reterr)
{
	char *argv[] = {d->host_program, (char *)(uintptr_t)"--provider", (char *)(uintptr_t)"sip",
			NULL};
	const char *set = (const char *)d->settings.sip.data;
	fx_auto char *text = NULL;
	int err;

	if (!*set) {
		return 0;
	}
	text = d->prm->state[0] == '/' ? fx_asprintf("[sip]\nstate_dir = %s\n%s",
						     d->prm->state, set) : fx_strdup(set);
	if (!text) {
		return FX_ENOMEM;
	}
	err = fx_ports_add_host(d->ports, "sip", argv, text, reterr);
	if (!err) {
		fx_ports_set_host_calls(d->ports, "sip", (uint32_t)d->settings.host_calls);
	}
	return err;
}

static int add_plugins(struct fx_daemon *d, struct fx_reason *reterr)
{
	struct fx_plugins_prm prm = {
		.loop = d->loop,
		.store = d->store,
		.ports = d->ports,
		.route = d->route,
		.settings = &d->settings,
		.host_program = d->host_program,
		.state_dir = d->prm->state,
	};
	int err;

	if (!d->settings.host) { /* everything in one process: nothing of others comes in */
		return 0;
	}
	err = fx_plugins_new(&prm, &d->plugins, reterr);
	if (!err) {
		fx_service_watch_plugins(d->service, fx_plugins_state, fx_plugins_more,
					 d->plugins);
	}
	return err;
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

/*
 * A host announces its lines a moment after it was started. Open the door when they
 * are there, so that a client that comes at once does not find a service without ports.
 */
static void wait_for_ports(struct fx_daemon *d)
{
	int64_t end = fx_loop_now_us(d->loop) + 3 * FX_SECOND;
	size_t was;

	do {
		was = fx_ports_count(d->ports);
		(void)fx_loop_run_until(d->loop, never, NULL, 50 * FX_MS);
	} while (fx_loop_now_us(d->loop) < end &&
		 (!fx_ports_count(d->ports) || fx_ports_count(d->ports) != was));
}

static int open_socket(struct fx_daemon *d, struct fx_reason *reterr)
{
	fx_auto char *dir = fx_strdup(d->prm->socket);
	char *slash = dir ? strrchr(dir, '/') : NULL;
	int err;

	if (!slash) {
		return FX_ENOMEM;
	}
	*slash = '\0';
	/* Others must reach the socket; what they may do is checked per caller. */
	err = *dir ? fx_make_dirs(dir, 0755, reterr) : 0;
	if (!err) {
		struct fx_rpc_server_prm prm = {
			.loop = d->loop,
			.service = d->service,
			.socket_path = d->prm->socket,
			.max_connections = (uint32_t)d->settings.max_connections,
			.callback = fx_net_callback(d->net),
		};

		fx_net_prm(d->net, &d->settings, &prm.net);
		err = fx_rpc_server_new(&prm, &d->rpc, reterr);
	}
	if (!err) {
		fx_net_watch(d->net, d->service, d->rpc);
		fx_service_on_password(d->service, &fx_net_passwords, d->net);
	}
	return err;
}

static enum fx_exit build(struct fx_daemon *d, struct fx_reason *why)
{
	int err = 0;

	d->loop = d->prm->loop;
	if (!d->loop) {
		fx_raise_descriptors();
		err = fx_loop_new_real(&d->loop);
		err = err ? err : watch_signals(d);
	}
	if (err) {
		fx_reason_set(why, "%s", fx_error_str(err));
		return FX_EXIT_FAILED;
	}
	err = find_programs(d, why);
	err = err ? err : find_coverpages(d);
	if (err) {
		return FX_EXIT_SETTINGS;
	}
	err = open_state(d, why);
	if (err) {
		return err == FX_EBUSY ? FX_EXIT_RUNNING : FX_EXIT_STATE;
	}
	err = make_parts(d, why);
	if (!err) {
		err = make_service(d, why);
	}
	if (err) {
		return FX_EXIT_STATE;
	}
	err = add_plugins(d, why); /* first: extensions hear of all ports */
	if (err) {
		return FX_EXIT_STATE;
	}
	err = add_providers(d, why);
	if (!err) {
		err = add_sip(d, why);
	}
	if (err) {
		return FX_EXIT_SETTINGS;
	}
	err = fx_net_new(d->loop, &d->settings, d->prm->state, &d->net, why);
	if (err) {
		return FX_EXIT_SETTINGS;
	}
	wait_for_ports(d);
	err = open_socket(d, why);
	if (err) {
		return err == FX_EBUSY ? FX_EXIT_RUNNING : FX_EXIT_SOCKET;
	}
	return FX_EXIT_OK;
}

static void unwatch_signals(struct fx_daemon *d)
{
	static const int watched[] = {SIGTERM, SIGINT, SIGHUP};

	for (size_t i = 0; i < FX_ARRAY_LEN(watched); i++) {
		if (fx_loop_signal(d->loop, watched[i], NULL, NULL)) {
			fx_log(FX_LOG_DEBUG, "casellid: signal %d stays watched", watched[i]);
		}
	}
}

struct fx_daemon *fx_daemon_free(struct fx_daemon *d)
{
	if (!d) {
		return NULL;
	}
	d->rpc = fx_rpc_server_free(d->rpc);
	d->ports = fx_ports_free(d->ports);
	d->service = fx_service_free(d->service); /* before the methods answer who asked them */
	d->route = fx_route_free(d->route);
	d->plugins = fx_plugins_free(d->plugins);
	d->queue = fx_queue_free(d->queue);
	d->store = fx_store_close(d->store);
	d->lines = fx_lines_free(d->lines);
	d->stop_timer = fx_timer_free(d->stop_timer);
	if (d->loop && !d->prm->loop) {
		unwatch_signals(d);
		/* Workers may still move a file: the loop waits for them, then the spool goes. */
		d->loop = fx_loop_free(d->loop);
	} else if (d->loop) {
		fx_loop_step(d->loop, 0); /* handshakes that had a worker end */
	}
	d->net = fx_net_free(d->net);
	d->spool = fx_spool_close(d->spool);
	if (d->lock_fd >= 0) {
		(void)close(d->lock_fd);
	}
	fx_config_fini(&d->config);
	fx_settings_fini(&d->settings);
	(void)fx_free(d->render);
	(void)fx_free(d->host_program);
	d->covers = fx_coverpages_free(d->covers);
	return fx_free(d);
}

enum fx_exit fx_daemon_build(const struct fx_daemon_prm *prm, struct fx_settings *settings,
			     struct fx_daemon **ret, struct fx_reason *reterr)
{
	struct fx_daemon *d = fx_zalloc(sizeof(*d));
	enum fx_exit code;

	if (!d) {
		fx_settings_fini(settings);
		fx_reason_set(reterr, "out of memory");
		return FX_EXIT_FAILED;
	}
	d->prm = prm;
	d->settings = *settings;
	d->lock_fd = -1;
	code = build(d, reterr);
	if (code != FX_EXIT_OK) {
		(void)fx_daemon_free(d);
		return code;
	}
	*ret = d;
	return FX_EXIT_OK;
}

enum fx_exit fx_daemon_run(const struct fx_daemon_prm *prm, struct fx_settings *settings)
{
	struct fx_daemon *d = NULL;
	struct fx_reason why = {0};
	enum fx_exit code = fx_daemon_build(prm, settings, &d, &why);

	if (code != FX_EXIT_OK) {
		fx_log(FX_LOG_ERROR, "casellid: cannot start: %s",
		       *why.text ? why.text : "out of memory");
		return code;
	}
	fx_log(FX_LOG_INFO, "casellid: ready; state in %s, socket %s", prm->state, prm->socket);
	if (geteuid() == 0) {
		fx_log(FX_LOG_WARN, "casellid: runs as root and needs no right of root's; start it "
		       "as a user of its own, as caselli.service does");
	}
	fx_notify("READY=1");
	fx_loop_run(d->loop);
	fx_log(FX_LOG_INFO, "casellid: ends");
	(void)fx_daemon_free(d);
	return code;
}
