/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file route/ext.c
 * casellid's side of a routing extension's host. One question is on its way at a time, the
 * others wait in order; each has a limit from when it was sent.
 *
 *   down --timer--> opening --ANSWER 0--> serving
 *    ^                 |                     |
 *    '--- went away, too late, refused, malformed: what waits fails, runs as RETRY
 */
#include "route/ext.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "port/host_spawn.h"
#include "route/ext_msg.h"

#define RESTART_MAX_S 60
#define STEADY_US (60 * FX_SECOND)
#define DEVICES_MAX 1024u
#define WIN_BAD_CONFIGURATION 1610u
#define WIN_INVALID_PARAMETER 87u
#define WIN_INVALID_DATA 13u
#define FILETIME_1970 UINT64_C(116444736000000000)

enum state { DOWN, OPENING, SERVING };

struct method {
	struct fx_route_method base; /* first */
	struct fx_ext *x;
	size_t index;
	char function[FX_ROUTING_NAME_SIZE];
};

struct request {
	struct fx_link link;
	enum fx_ext_type type;
	struct method *m; /* NULL: not of a method */
	uint32_t device;
	struct fx_route_run *run; /* RUN */
	fx_route_done_fn *done;
	fx_route_answer_fn *answer;
	void *arg;
	struct fx_buf bytes;
	uint32_t serial;
};

struct device {
	uint32_t id;
	uint64_t off; /* bit of each method: it said that it is disabled */
};

struct fx_ext {
	struct fx_loop *loop;
	struct fx_plugin plugin;
	char *program, *folder;
	uint32_t step_s, run_s;
	enum state state;
	struct fx_reason why;
	int fd;
	pid_t pid;
	struct fx_io *io;
	struct fx_timer *kick, *limit, *restart;
	struct fx_link waiting; /* the first was sent when `sent` */
	bool sent;
	uint32_t serial;
	int delay_s;
	int64_t served_at;
	struct method *methods[FX_PLUGIN_METHODS_MAX];
	struct device devices[DEVICES_MAX];
	size_t n_devices;
};

static struct request *first(struct fx_ext *x)
{
	return fx_list_empty(&x->waiting) ? NULL :
					    FX_CONTAINER(x->waiting.next, struct request, link);
}

static void free_request(struct request *q)
{
	fx_list_remove(&q->link);
	fx_buf_fini(&q->bytes);
	(void)fx_free(q);
}

static struct device *find_device(struct fx_ext *x, uint32_t id)
{
	size_t i;

	for (i = 0; i < x->n_devices; i++) {
		if (x->devices[i].id == id) {
			return &x->devices[i];
		}
	}
	return NULL;
}

/* ---- questions ---- */

static int ask(struct fx_ext *x, const struct fx_ext_msg *m, const struct request *like,
	       bool in_front)
{
	struct request *q = fx_zalloc(sizeof(*q));
	struct fx_ext_msg numbered = *m;
	int err;

	if (!q) {
		return FX_ENOMEM;
	}
	*q = *like;
	q->type = m->type;
	q->bytes = (struct fx_buf){0};
	numbered.serial = q->serial = ++x->serial;
	err = fx_ext_msg_encode(&numbered, &q->bytes);
	if (err) {
		fx_buf_fini(&q->bytes);
		(void)fx_free(q);
		return err;
	}
	/* in front: of an empty list, or of those that wait for the start */
	fx_list_append(in_front ? x->waiting.next : &x->waiting, &q->link);
	fx_timer_start(x->kick, 0);
	return 0;
}

static void ask_status(struct fx_ext *x, size_t method, uint32_t device)
{
	struct fx_ext_msg m = {.type = FX_EXT_ENABLE,
			       .number = {device, UINT32_MAX /* QUERY_STATUS */}};
	struct request q = {.m = x->methods[method], .device = device};

	if (q.m) {
		m.text[0] = q.m->base.info.guid;
		(void)!ask(x, &m, &q, false);
	}
}

static void ask_device(struct fx_ext *x, uint32_t device, bool there)
{
	struct fx_ext_msg m = {.type = FX_EXT_DEVICE, .number = {device, there}};
	struct request q = {.device = device};
	size_t i;

	(void)!ask(x, &m, &q, false);
	for (i = 0; there && i < x->plugin.n_methods; i++) {
		ask_status(x, i, device);
	}
}

/* ---- ends ---- */

static void end_run(struct request *q, enum fx_route_end end, const struct fx_ext_data *failure,
		    const char *words)
{
	struct fx_route_result r = {.end = end, .words = words};
	fx_route_done_fn *done = q->done;
	void *arg = q->arg;

	if (failure && failure->p) {
		r.failure.p = failure->p;
		r.failure.n = failure->n;
	} else if (end == FX_ROUTE_RETRY) {
		r.failure = fx_route_run_failure(q->run); /* it did not come so far */
	}
	if (done) {
		done(arg, &r);
	}
}

static void fail_request(struct request *q, int err, const char *words)
{
	struct fx_reason why;

	fx_reason_set(&why, "%s", words);
	if (q->type == FX_EXT_RUN) {
		end_run(q, FX_ROUTE_RETRY, NULL, words);
	} else if (q->answer) {
		q->answer(q->arg, err, NULL, 0, &why);
	}
}

static void disconnect(struct fx_ext *x)
{
	x->io = fx_io_free(x->io);
	fx_timer_stop(x->limit);
	if (x->fd >= 0) {
		(void)close(x->fd);
		x->fd = -1;
	}
	if (x->pid && fx_host_kill(x->pid)) {
		x->pid = 0;
	}
}

/* What it was asked when it ended or hung. */
static const char *doing(const struct fx_ext *x)
{
	const struct request *q = fx_list_empty(&x->waiting) ? NULL :
				  FX_CONTAINER(x->waiting.next, struct request, link);

	if (!q || !x->sent) {
		return NULL;
	}
	switch (q->type) {
	case FX_EXT_OPEN:
		return "its start (FaxExtInitializeConfig, FaxRouteInitialize)";
	case FX_EXT_RUN:
		return q->m ? q->m->base.info.function : "a method";
	case FX_EXT_ENABLE:
		return "FaxRouteDeviceEnable";
	case FX_EXT_GET:
		return "FaxRouteGetRoutingInfo";
	case FX_EXT_SET:
		return "FaxRouteSetRoutingInfo";
	case FX_EXT_DEVICE:
		return "FaxRouteDeviceChangeNotification";
	case FX_EXT_ANSWER:
	case FX_EXT_RESULT:
		break;
	}
	return NULL;
}

static void go_down(struct fx_ext *x, const char *why)
{
	struct request *q;

	if (x->state == SERVING && fx_loop_now_us(x->loop) - x->served_at > STEADY_US) {
		x->delay_s = 1;
	}
	fx_log(FX_LOG_ERROR, "extension=%s: %s; started again in %d s", x->plugin.name, why,
	       x->delay_s);
	fx_reason_set(&x->why, "%s", why);
	disconnect(x);
	x->state = DOWN;
	x->sent = false;
	fx_timer_start(x->restart, x->delay_s * FX_SECOND);
	x->delay_s = x->delay_s * 2 < RESTART_MAX_S ? x->delay_s * 2 : RESTART_MAX_S;
	while ((q = first(x))) {
		fx_list_remove(&q->link);
		fx_list_init(&q->link);
		fail_request(q, FX_EIO, why);
		free_request(q);
	}
}

/* ---- answers ---- */

static void apply(struct request *q, const struct fx_ext_msg *m)
{
	const char *guid = q->m->base.info.guid;
	uint32_t i;
	int err;

	for (i = 0; i < m->n_items; i++) {
		const struct fx_ext_item *c = &m->items[i];

		err = 0;
		if (c->kind == FX_EXT_ADD) {
			err = fx_route_run_add_file(q->run, c->a, *c->b ? c->b : guid);
		} else if (c->kind == FX_EXT_DELETE) {
			err = fx_route_run_delete_file(q->run, c->a);
		} else if (c->kind == FX_EXT_MODIFY) {
			err = fx_route_run_set_override(q->run, c->a, c->data.p, c->data.n);
		}
		if (err < 0) {
			fx_log(FX_LOG_WARN, "extension=%s: what a method changed is not taken: %s",
			       q->m->x->plugin.name, fx_error_str(err));
		}
	}
}

static void take_result(struct request *q, const struct fx_ext_msg *m)
{
	static const enum fx_route_end ends[] = {FX_ROUTE_DONE, FX_ROUTE_FAILED, FX_ROUTE_RETRY,
						 FX_ROUTE_DISABLED};
	enum fx_route_end end = m->number[0] < FX_ARRAY_LEN(ends) ? ends[m->number[0]] :
								    FX_ROUTE_RETRY;
	char words[300];

	(void)snprintf(words, sizeof(words), "%s", fx_text(m->text[0]));
	if (!*words && (end == FX_ROUTE_FAILED || end == FX_ROUTE_RETRY)) {
		(void)snprintf(words, sizeof(words), "The extension said that it failed: error %u",
			       m->number[1]);
	}
	if (end != FX_ROUTE_DISABLED) {
		apply(q, m);
	}
	end_run(q, end, &m->data[0], *words ? words : NULL);
}

static int from_code(uint32_t code)
{
	switch (code) {
	case 0:
		return 0;
	case WIN_BAD_CONFIGURATION:
		return FX_ESTATE;
	case WIN_INVALID_PARAMETER:
	case WIN_INVALID_DATA:
		return FX_EINVAL;
	default:
		return FX_EIO;
	}
}

static void take_answer(struct fx_ext *x, struct request *q, const struct fx_ext_msg *m)
{
	int err = from_code(m->number[0]);
	struct fx_reason why = {0};
	struct device *d;

	if (err) {
		fx_reason_set(&why, "the extension said error %u", m->number[0]);
	}
	if (q->type == FX_EXT_ENABLE && !err) {
		d = find_device(x, q->device);
		if (d && m->number[1]) {
			d->off &= ~(UINT64_C(1) << q->m->index);
		} else if (d) {
			d->off |= UINT64_C(1) << q->m->index;
		}
	}
	if (q->answer) {
		q->answer(q->arg, err, m->data[0].p, m->data[0].n, &why);
	}
}

static void take_open(struct fx_ext *x, const struct fx_ext_msg *m)
{
	size_t i;

	if (m->number[0]) {
		go_down(x, *m->text[0] ? m->text[0] : "it does not start");
		return;
	}
	x->state = SERVING;
	x->served_at = fx_loop_now_us(x->loop);
	x->why.text[0] = '\0';
	for (i = 0; i < x->n_devices; i++) {
		ask_device(x, x->devices[i].id, true);
	}
}

static void take(struct fx_ext *x, const struct fx_ext_msg *m)
{
	struct request *q = first(x);

	if (!q || !x->sent || m->serial != q->serial ||
	    m->type != (q->type == FX_EXT_RUN ? FX_EXT_RESULT : FX_EXT_ANSWER)) {
		go_down(x, "it sent an answer that nobody asked for");
		return;
	}
	fx_timer_stop(x->limit);
	x->sent = false;
	fx_list_remove(&q->link);
	fx_list_init(&q->link);
	fx_timer_start(x->kick, 0);
	if (q->type == FX_EXT_OPEN) {
		take_open(x, m);
	} else if (q->type == FX_EXT_RUN) {
		take_result(q, m);
	} else {
		take_answer(x, q, m);
	}
	free_request(q);
}

static void on_io(void *arg, unsigned events)
{
	static uint8_t buf[FX_EXT_MSG_MAX]; /* loop thread only */
	struct fx_ext *x = arg;
	struct fx_ext_msg m;
	char why[300];
	ssize_t n = recv(x->fd, buf, sizeof(buf), MSG_DONTWAIT);
	int err;

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (n <= 0) {
		const char *in = doing(x);

		(void)snprintf(why, sizeof(why), "its process ended%s%s", in ? " in " : "",
			       fx_text(in));
		go_down(x, why);
		return;
	}
	err = fx_ext_msg_decode(&m, buf, (size_t)n);
	if (err) {
		go_down(x, "it sent a malformed message");
	} else {
		take(x, &m);
	}
	fx_ext_msg_fini(&m);
}

static void on_kick(void *arg)
{
	struct fx_ext *x = arg;
	struct request *q = first(x);
	uint32_t limit_s;

	if (!q || x->sent || x->state == DOWN || (x->state == OPENING && q->type != FX_EXT_OPEN)) {
		return;
	}
	if (send(x->fd, q->bytes.data, q->bytes.len, MSG_DONTWAIT | MSG_NOSIGNAL) !=
	    (ssize_t)q->bytes.len) {
		go_down(x, "its process takes no message");
		return;
	}
	x->sent = true;
	limit_s = q->type == FX_EXT_RUN ? x->run_s : x->step_s;
	fx_timer_start(x->limit, limit_s * FX_SECOND);
}

static void on_limit(void *arg)
{
	struct fx_ext *x = arg;
	char why[300];

	(void)snprintf(why, sizeof(why), "it does not come back from %s", fx_text(doing(x)));
	go_down(x, why);
}

/* ---- the process ---- */

static int spawn(struct fx_ext *x, struct fx_reason *reterr)
{
	char *argv[] = {x->program, NULL};
	struct fx_ext_item items[FX_PLUGIN_METHODS_MAX] = {0};
	struct fx_ext_msg m = {.type = FX_EXT_OPEN, .number = {FX_EXT_VERSION},
			       .text = {x->plugin.image, x->folder}, .items = items,
			       .n_items = x->plugin.n_methods};
	struct request q = {0};
	uint32_t i;
	int err = fx_host_spawn(argv, &x->fd, &x->pid, reterr);

	for (i = 0; i < m.n_items; i++) {
		items[i].a = x->plugin.methods[i].guid;
		items[i].b = x->plugin.methods[i].function;
	}
	err = err ? err : fx_io_new(x->loop, x->fd, on_io, x, &x->io);
	if (!err) {
		fx_io_want(x->io, FX_IO_READ);
		x->state = OPENING;
		err = ask(x, &m, &q, true);
	}
	return err;
}

static void on_restart(void *arg)
{
	struct fx_ext *x = arg;
	struct fx_reason why = {0};

	if (x->pid && !fx_host_kill(x->pid)) {
		fx_timer_start(x->restart, 100 * FX_MS);
		return;
	}
	x->pid = 0;
	if (spawn(x, &why)) {
		go_down(x, why.text[0] ? why.text : "its host cannot be started");
	}
}

/* ---- as a method of route ---- */

static struct method *method(struct fx_route_method *base)
{
	return FX_CONTAINER(base, struct method, base);
}

static int start(struct fx_route_method *base, struct fx_route_run *run, fx_route_done_fn *done,
		 void *arg)
{
	struct method *mt = method(base);
	const struct fx_route_fax *f = fx_route_run_fax(run);
	struct fx_route_bytes over = fx_route_run_override(run), fail = fx_route_run_failure(run);
	struct fx_ext_item items[FX_ROUTE_FILES_MAX] = {0};
	struct request q = {.m = mt, .run = run, .done = done, .arg = arg};
	struct fx_ext_msg m = {.type = FX_EXT_RUN, .items = items};
	const char *text[] = {base->info.guid, f->csid, f->tsid, f->caller_id, f->routing,
			      f->receiver_name, f->receiver_number, f->device_name};
	size_t i, n = fx_route_run_n_files(run);
	const char *guid;

	if (mt->x->state != SERVING) {
		return FX_EAGAIN;
	}
	for (i = 0; i < FX_ARRAY_LEN(text); i++) {
		m.text[i] = (char *)(uintptr_t)text[i];
	}
	for (i = 0; i < n && i < FX_ROUTE_FILES_MAX; i++) {
		items[i].a = (char *)(uintptr_t)fx_route_run_file(run, i, &guid);
		items[i].b = (char *)(uintptr_t)guid;
	}
	m.n_items = (uint32_t)i;
	m.number[0] = f->client_id;
	m.number[1] = f->device_id;
	m.number[2] = f->pages;
	m.wide[0] = (uint64_t)f->elapsed_s * 10000000u;
	m.wide[1] = (uint64_t)f->received_at * 10000000u + FILETIME_1970;
	m.data[0] = (struct fx_ext_data){(uint8_t *)(uintptr_t)over.p, (uint32_t)over.n};
	m.data[1] = (struct fx_ext_data){(uint8_t *)(uintptr_t)fail.p, (uint32_t)fail.n};
	return ask(mt->x, &m, &q, false);
}

static void close_method(struct fx_route_method *base)
{
	struct method *mt = method(base);
	struct fx_ext *x = mt->x;

	x->methods[mt->index] = NULL;
	FX_LIST_EACH_SAFE(&x->waiting, it) {
		struct request *q = FX_CONTAINER(it, struct request, link);

		if (q->m == mt && q->type != FX_EXT_RUN && q->answer) {
			q->answer(q->arg, FX_ECANCELED, NULL, 0, NULL);
		}
		if (q->m == mt) {
			if (x->sent && q == first(x)) {
				/* what it says now is of nobody: another process */
				q->m = NULL;
				q->done = NULL;
				q->answer = NULL;
				q->run = NULL;
				q->type = FX_EXT_DEVICE;
			} else {
				free_request(q);
			}
		}
	}
	(void)fx_free(mt);
}

static bool is_enabled(struct fx_route_method *base, uint32_t device_id)
{
	const struct method *mt = method(base);
	const struct device *d = find_device(mt->x, device_id);

	/* Not asked yet: yes, since it is asked again before each run. */
	return !d || !(d->off & UINT64_C(1) << mt->index);
}

static void question(struct method *mt, const struct fx_ext_msg *m, uint32_t device,
		     fx_route_answer_fn *answer, void *arg)
{
	struct request q = {.m = mt, .device = device, .answer = answer, .arg = arg};
	struct fx_reason why = {0};
	int err = mt->x->state == SERVING ? ask(mt->x, m, &q, false) : FX_EIO;

	if (err) {
		fx_reason_set(&why, "the extension does not serve: %s",
			      mt->x->why.text[0] ? mt->x->why.text : fx_error_str(err));
		answer(arg, err, NULL, 0, &why);
	}
}

static void set_enabled(struct fx_route_method *base, uint32_t device_id, bool on,
			fx_route_answer_fn *answer, void *arg)
{
	struct fx_ext_msg m = {.type = FX_EXT_ENABLE, .number = {device_id, on},
			       .text = {base->info.guid}};

	question(method(base), &m, device_id, answer, arg);
}

static void get_data(struct fx_route_method *base, uint32_t device_id, fx_route_answer_fn *answer,
		     void *arg)
{
	struct fx_ext_msg m = {.type = FX_EXT_GET, .number = {device_id},
			       .text = {base->info.guid}};

	question(method(base), &m, device_id, answer, arg);
}

static void set_data(struct fx_route_method *base, uint32_t device_id, const uint8_t *p, size_t n,
		     fx_route_answer_fn *answer, void *arg)
{
	struct fx_ext_msg m = {.type = FX_EXT_SET, .number = {device_id},
			       .text = {base->info.guid}};

	m.data[0] = (struct fx_ext_data){(uint8_t *)(uintptr_t)p, (uint32_t)n};
	question(method(base), &m, device_id, answer, arg);
}

static const struct fx_route_method_ops ops = {
	.start = start, .close = close_method, .is_enabled = is_enabled, .enable = set_enabled,
	.get_data = get_data, .set_data = set_data,
};

static int add_methods(struct fx_ext *x, struct fx_route *route, struct fx_reason *reterr)
{
	uint32_t i;
	int err;

	for (i = 0; i < x->plugin.n_methods; i++) {
		const struct fx_plugin_method *pm = &x->plugin.methods[i];
		struct method *mt = fx_zalloc(sizeof(*mt));

		if (!mt) {
			return FX_ENOMEM;
		}
		mt->base.ops = &ops;
		mt->x = x;
		mt->index = i;
		(void)fx_strlcpy(mt->base.info.guid, pm->guid, FX_GUID_SIZE);
		(void)fx_strlcpy(mt->base.info.friendly, pm->friendly, FX_ROUTING_NAME_SIZE);
		(void)fx_strlcpy(mt->base.info.function, pm->function, FX_ROUTING_NAME_SIZE);
		(void)fx_strlcpy(mt->base.info.image, x->plugin.image, FX_ROUTING_IMAGE_SIZE);
		(void)fx_strlcpy(mt->base.info.extension, x->plugin.friendly,
				 FX_ROUTING_NAME_SIZE);
		err = fx_route_add_method(route, &mt->base);
		if (err) {
			(void)fx_free(mt);
			return fx_fail(reterr, err, "the method %s cannot be added: %s", pm->guid,
				       fx_error_str(err));
		}
		x->methods[i] = mt;
	}
	return 0;
}

int fx_ext_new(const struct fx_ext_prm *prm, struct fx_ext **ret, struct fx_reason *reterr)
{
	struct fx_ext *x = fx_zalloc(sizeof(*x));
	uint32_t i;
	int err;

	if (!x) {
		return FX_ENOMEM;
	}
	x->loop = prm->loop;
	x->plugin = *prm->plugin;
	x->program = fx_strdup(prm->program);
	x->folder = fx_strdup(prm->folder);
	x->step_s = prm->step_s ? prm->step_s : 30;
	x->run_s = prm->run_s ? prm->run_s : 600;
	x->fd = -1;
	x->delay_s = 1;
	fx_list_init(&x->waiting);
	err = x->program && x->folder ? fx_timer_new(x->loop, on_kick, x, &x->kick) : FX_ENOMEM;
	err = err ? err : fx_timer_new(x->loop, on_limit, x, &x->limit);
	err = err ? err : fx_timer_new(x->loop, on_restart, x, &x->restart);
	err = err ? err : add_methods(x, prm->route, reterr);
	if (err) {
		for (i = 0; i < x->plugin.n_methods; i++) {
			if (x->methods[i]) {
				fx_route_remove_method(prm->route, x->plugin.methods[i].guid);
			}
		}
		(void)fx_ext_free(x);
		return err;
	}
	fx_timer_start(x->restart, 0);
	*ret = x;
	return 0;
}

struct fx_ext *fx_ext_free(struct fx_ext *x)
{
	struct request *q;
	pid_t pid;

	if (!x) {
		return NULL;
	}
	while ((q = first(x))) {
		free_request(q);
	}
	pid = x->pid;
	x->pid = 0;
	if (x->limit) {
		disconnect(x);
	}
	if (pid) {
		fx_host_end(pid, 1000);
	}
	x->kick = fx_timer_free(x->kick);
	x->limit = fx_timer_free(x->limit);
	x->restart = fx_timer_free(x->restart);
	(void)fx_free(x->program);
	(void)fx_free(x->folder);
	return fx_free(x);
}

void fx_ext_device(struct fx_ext *x, uint32_t device_id, bool there)
{
	struct device *d = find_device(x, device_id);

	if (there == (d != NULL)) {
		return;
	}
	if (d) {
		*d = x->devices[--x->n_devices];
	} else if (x->n_devices < DEVICES_MAX) {
		x->devices[x->n_devices++] = (struct device){device_id, 0};
	}
	if (x->state == SERVING) {
		ask_device(x, device_id, there);
	}
}

const char *fx_ext_state(const struct fx_ext *x, bool *ret_serving)
{
	*ret_serving = x->state == SERVING;
	return x->state == SERVING ? "ok" : x->why.text[0] ? x->why.text : "starting";
}

int fx_ext_pid(const struct fx_ext *x)
{
	return x->pid;
}
