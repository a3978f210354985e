/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/fsp/fsp.c
 * The provider on the loop: operations in, events out, and the watchdog.
 *
 *   dial ------------------> running --finished--> told, freed
 *   rings -> ringing --answer--^  \--finished--> delivering: one page, its ack, the next ...
 *               \--reject, 60 s--> told, freed           \--> told, freed
 *
 * A hang-up is told after 4.5 s at the latest; the line stays offline until the provider is done.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "plugin/plugin.h"
#include "providers/fsp/fsp_priv.h"

#define CLOSE_S 3

static struct fx_fsp *fsp(struct fx_provider *p)
{
	FX_ASSERT(p->ops == &fx_fsp_provider_ops);
	return FX_CONTAINER(p, struct fx_fsp, base);
}

static struct fx_fsp_op *find_call(struct fx_fsp *f, uint64_t call)
{
	FX_LIST_EACH(&f->ops, it) {
		struct fx_fsp_op *op = FX_CONTAINER(it, struct fx_fsp_op, link);

		if (op->call == call && !op->told) {
			return op;
		}
	}
	return NULL;
}

/* ---- operations ---- */

static struct fx_fsp_line *find_line(struct fx_fsp *f, const char *name)
{
	DWORD i;

	for (i = 0; f->lines && i < f->count; i++) {
		if (!strcmp(f->lines[i].info.line, name)) {
			return &f->lines[i];
		}
	}
	return NULL;
}

static int dup_fd(int fd)
{
	return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static int copy_dial(struct fx_fsp_op *op, const struct fx_dial *d)
{
	uint32_t i;

	op->dial = fx_memdup(d, sizeof(*d));
	if (!op->dial) {
		return FX_ENOMEM;
	}
	op->dial->n_docs = 0;
	op->dial->log_fd = -1;
	op->log_fd = dup_fd(d->log_fd);
	for (i = 0; i < d->n_docs; i++) {
		op->dial->docs[i].fd = dup_fd(d->docs[i].fd);
		if (op->dial->docs[i].fd < 0) {
			return FX_ENOMEM;
		}
		op->dial->n_docs++;
		op->st.pages_total += d->docs[i].pages > d->docs[i].first_page ?
					      d->docs[i].pages - d->docs[i].first_page : 0;
	}
	return 0;
}

static int fsp_dial(struct fx_provider *p, const char *line, uint64_t call,
		    const struct fx_dial *d)
{
	struct fx_fsp *f = fsp(p);
	struct fx_fsp_line *l = find_line(f, line);
	struct fx_fsp_op *op;
	int err;

	FX_ON_LOOP(f->loop);
	if (!l) {
		return FX_ENODEV;
	}
	if (l->op) {
		return FX_EBUSY;
	}
	if (!(call & 1) || find_call(f, call) || !d->n_docs || d->n_docs > FX_CALL_DOCS_MAX) {
		return FX_EINVAL;
	}
	op = fx_fsp_op_new(f, l, call);
	if (!op) {
		return FX_ENOMEM;
	}
	op->sender = true;
	op->st.state = FX_PORT_INITIALIZING;
	err = copy_dial(op, d);
	if (!err) {
		fx_fsp_log(op, "- dial %s on %s: %u pages for the provider", d->number,
			   l->info.name, op->st.pages_total);
		err = fx_fsp_op_run(op);
	}
	if (err) {
		fx_fsp_op_free(op);
	}
	return err;
}

static int fsp_answer(struct fx_provider *p, uint64_t call, const struct fx_answer *a)
{
	struct fx_fsp *f = fsp(p);
	struct fx_fsp_op *op = find_call(f, call);
	int err;

	FX_ON_LOOP(f->loop);
	if (!op) {
		return FX_ENOENT;
	}
	if (op->sender || op->running || op->delivering) {
		return FX_ESTATE;
	}
	op->answer = *a;
	op->answer.log_fd = -1;
	op->answer.rx_fd = dup_fd(a->rx_fd);
	op->log_fd = dup_fd(a->log_fd);
	op->st.state = FX_PORT_ANSWERED;
	op->heard_us = fx_loop_now_us(f->loop);
	fx_fsp_log(op, "- answer on %s after %u rings", op->line->info.name, op->ring);
	err = op->answer.rx_fd < 0 ? FX_ENOMEM : fx_fsp_op_run(op);
	return err;
}

/* Something that must not happen inside an operation. */
static int later(struct fx_fsp_op *op, enum fx_fsp_msg_type type)
{
	struct fx_fsp_msg *m = fx_zalloc(sizeof(*m));

	if (!m) {
		return FX_ENOMEM;
	}
	m->type = type;
	m->key = op->key;
	fx_fsp_tell(op->f->inbox, m);
	return 0;
}

static int fsp_hangup(struct fx_provider *p, uint64_t call)
{
	struct fx_fsp *f = fsp(p);
	struct fx_fsp_op *op = find_call(f, call);

	FX_ON_LOOP(f->loop);
	if (!op) {
		return FX_ENOENT;
	}
	if (op->cancelled || op->delivering) {
		return 0;
	}
	if (!op->running) {
		op->cancelled = true;
		return later(op, FX_FSP_REFUSED);
	}
	fx_fsp_log(op, "! hang-up: FaxDevAbortOperation");
	op->cancelled = true;
	op->cancel_us = fx_loop_now_us(f->loop);
	fx_fsp_op_abort(op);
	return 0;
}

static int fsp_reject(struct fx_provider *p, uint64_t call)
{
	struct fx_fsp_op *op = find_call(fsp(p), call);

	if (op && (op->sender || op->running || op->delivering)) {
		return FX_ESTATE;
	}
	return fsp_hangup(p, call);
}

static int fsp_page_ack(struct fx_provider *p, uint64_t call, uint32_t page, bool ok)
{
	struct fx_fsp *f = fsp(p);
	struct fx_fsp_op *op = find_call(f, call);

	FX_ON_LOOP(f->loop);
	if (!op) {
		return FX_ENOENT;
	}
	if (!op->delivering || page != op->acked + 1) {
		return FX_ESTATE;
	}
	if (ok) {
		op->acked++;
	} else {
		op->pages = op->acked;
		op->outcome = FX_OUTCOME_STORAGE;
		op->words[0] = '\0';
	}
	return later(op, FX_FSP_NEXT);
}

/* ---- start and end ---- */

static int make_folder(struct fx_fsp *f, struct fx_reason *reterr)
{
	char data[600];
	struct dirent *e;
	DIR *dir;

	if (!f->set.folder[0]) {
		const char *tmp = getenv("TMPDIR");

		f->work_is_temp = true;
		(void)snprintf(f->work, sizeof(f->work), "%s/caselli-fsp-XXXXXX",
			       tmp && *tmp ? tmp : "/tmp");
		return mkdtemp(f->work) ? 0 : fx_fail(reterr, FX_EIO, "no temporary folder");
	}
	(void)snprintf(f->work, sizeof(f->work), "%s/work", f->set.folder);
	(void)mkdir(f->set.folder, 0700);
	if (mkdir(f->work, 0700) < 0 && errno != EEXIST) {
		return fx_fail(reterr, fx_error_from_errno(errno), "cannot make '%s'", f->work);
	}
	dir = opendir(f->work); /* what an earlier process left when it crashed */
	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] != '.') {
			(void)unlinkat(dirfd(dir), e->d_name, 0);
		}
	}
	if (dir) {
		(void)closedir(dir);
	}
	(void)snprintf(data, sizeof(data), "%s/config", f->set.folder);
	return fx_plugin_data_init(data, reterr);
}

/* Threads that the loop needs, and the queue and heap that the provider gets. */
static int begin(struct fx_fsp *f)
{
	f->queue = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
	f->heap = HeapCreate(0, 0, 0);
	f->inbox = fx_zalloc(sizeof(*f->inbox));
	if (!f->queue || !f->heap || !f->inbox ||
	    fx_timer_new(f->loop, fx_fsp_watch, f, &f->watch)) {
		return FX_ENOMEM;
	}
	f->inbox->loop = f->loop;
	f->inbox->f = f;
	f->inbox->last = &f->inbox->first;
	f->inbox->refs = 1;
	(void)pthread_mutex_init(&f->inbox->lock, NULL);
	if (pthread_create(&f->packets, NULL, fx_fsp_packets, f)) {
		return FX_ENOMEM;
	}
	f->has_packets = true;
	if (pthread_create(&f->starter, NULL, fx_fsp_starter, f)) {
		return FX_ENOMEM;
	}
	f->has_starter = true;
	fx_timer_start(f->watch, FX_FSP_WATCH_US);
	return 0;
}

static void end(struct fx_fsp *f)
{
	struct fx_fsp_op *op;

	while (!fx_list_empty(&f->ops)) {
		op = FX_CONTAINER(f->ops.next, struct fx_fsp_op, link);
		fx_fsp_op_free(op);
	}
	if (f->queue) {
		(void)CloseHandle(f->queue);
	}
	if (f->has_packets) {
		(void)pthread_join(f->packets, NULL);
	}
	if (f->inbox && f->inbox->loop) {
		(void)pthread_mutex_lock(&f->inbox->lock);
		f->inbox->f = NULL;
		(void)pthread_mutex_unlock(&f->inbox->lock);
		fx_fsp_inbox_unref(f->inbox);
	} else {
		(void)fx_free(f->inbox);
	}
	f->watch = fx_timer_free(f->watch);
	if (f->heap) {
		(void)HeapDestroy(f->heap);
	}
	if (f->work_is_temp) {
		(void)rmdir(f->work);
	}
	(void)fx_free(f->lines);
	(void)fx_free(f);
}

static int fsp_open(const struct fx_provider_env *env, struct fx_provider **ret,
		    struct fx_reason *reterr)
{
	struct fx_fsp *f = fx_zalloc(sizeof(*f));
	int err;

	if (!f) {
		return FX_ENOMEM;
	}
	f->base.ops = &fx_fsp_provider_ops;
	f->loop = env->loop;
	f->sink = env->sink;
	f->arg = env->arg;
	f->next_key = FX_FSP_KEY_LINES;
	f->starting = "its start";
	f->open_us = fx_loop_now_us(env->loop);
	fx_list_init(&f->ops);
	err = fx_fsp_settings_parse(&f->set, env->settings, reterr);
	err = err ? err : make_folder(f, reterr);
	err = err ? err : begin(f);
	if (err) {
		end(f);
		return err;
	}
	*ret = &f->base;
	return 0;
}

static bool join_in_time(pthread_t t)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += CLOSE_S;
	return pthread_timedjoin_np(t, NULL, &until) == 0;
}

static void *run_shutdown(void *arg)
{
	const struct fx_fsp *f = arg;

	(void)f->mod.shutdown();
	return NULL;
}

/* What hangs now ends with the process, which has nothing else to do. */
static void fsp_close(struct fx_provider *p)
{
	struct fx_fsp *f = fsp(p);
	bool done = f->starter_joined || join_in_time(f->starter);
	pthread_t t;

	f->inbox->f = NULL;
	FX_LIST_EACH(&f->ops, it) {
		struct fx_fsp_op *op = FX_CONTAINER(it, struct fx_fsp_op, link);

		if (op->running) {
			fx_fsp_op_abort(op);
		}
	}
	FX_LIST_EACH(&f->ops, it2) {
		struct fx_fsp_op *op = FX_CONTAINER(it2, struct fx_fsp_op, link);

		done = done && (!op->running || join_in_time(op->thread));
	}
	if (done && f->started && f->mod.shutdown && !pthread_create(&t, NULL, run_shutdown, f)) {
		done = join_in_time(t);
	}
	if (!done) {
		_exit(0);
	}
	end(f);
}

/* Not const: the name is the one that this provider is registered with. */
struct fx_provider_ops fx_fsp_provider_ops = {
	.abi = FX_PROVIDER_ABI, .name = "fsp", .open = fsp_open, .dial = fsp_dial,
	.answer = fsp_answer, .reject = fsp_reject, .hangup = fsp_hangup,
	.page_ack = fsp_page_ack, .close = fsp_close,
};
