/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of our own methods: a thread for each run, copies in, a result out. */
#include "route/own.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "document/fax_tiff.h"

struct kind {
	const char *guid, *friendly, *function;
	unsigned threads;
	fx_own_work_fn *work;
	fx_own_check_fn *check;
};

static const struct kind kinds[] = {
	{FX_ROUTING_FOLDER, "Store in a folder", "folder", 2, fx_folder_work, fx_folder_check},
	{FX_ROUTING_EMAIL, "E-mail", "email", 4, fx_mail_work, fx_mail_check},
	{FX_ROUTING_PRINT, "Print", "print", 2, fx_print_work, fx_print_check},
	{FX_ROUTING_INBOX, "Inbox of a user", "inbox", 1, fx_inbox_work, fx_inbox_check},
};

struct fx_own_method {
	struct fx_route_method base;
	const struct kind *kind;
	struct fx_route *r;
	struct fx_workers *workers;
	struct fx_link tasks;
};

static struct fx_own_method *own(struct fx_route_method *m)
{
	return (struct fx_own_method *)(void *)m;
}

/* ---- a run ---- */

void fx_own_task_free(struct fx_own_task *t)
{
	if (!t) {
		return;
	}
	fx_list_remove(&t->link);
	fx_route_settings_fini(&t->settings);
	(void)fx_free((void *)(uintptr_t)t->fax.device_name);
	(void)fx_free((void *)(uintptr_t)t->fax.csid);
	(void)fx_free((void *)(uintptr_t)t->fax.tsid);
	(void)fx_free((void *)(uintptr_t)t->fax.caller_id);
	(void)fx_free((void *)(uintptr_t)t->fax.routing);
	(void)fx_free((void *)(uintptr_t)t->fax.tiff_path);
	(void)fx_free(t->data);
	(void)fx_free(t);
}

void fx_own_end(struct fx_own_task *t, enum fx_route_end end, const char *fmt, ...)
{
	va_list ap;

	t->end = end;
	va_start(ap, fmt);
	(void)vsnprintf(t->words, sizeof(t->words), fmt, ap);
	va_end(ap);
	fx_str_clean(t->words);
}

int fx_own_pdf(struct fx_own_task *t, struct fx_buf *ret)
{
	struct fx_tiff_rd *rd = NULL;
	int fd = open(t->fax.tiff_path, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 ? fx_error_from_errno(errno) : fx_tiff_open(fd, &rd, NULL);

	if (!err) {
		err = fx_tiff_to_pdf(rd, ret);
	}
	(void)fx_tiff_close(rd);
	if (fd >= 0) {
		(void)close(fd);
	}
	return err;
}

int fx_own_fill(const struct fx_own_task *t, const char *pattern, char ret[FX_ROUTE_NAME_SIZE],
		struct fx_reason *why)
{
	time_t at = (time_t)t->fax.received_at;
	struct tm tm = {0};
	char date[16] = "", clock[16] = "";
	struct fx_route_name n = {
		.to = t->fax.routing,
		.from = t->fax.caller_id,
		.tsid = t->fax.tsid,
		.csid = t->fax.csid,
		.port = t->fax.device_name,
		.id = t->fax.id,
		.pages = t->fax.pages,
		.date = date,
		.time = clock,
	};

	(void)localtime_r(&at, &tm);
	(void)strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	(void)strftime(clock, sizeof(clock), "%H%M%S", &tm);
	if (!*n.from) {
		n.from = n.tsid; /* better than nothing: who the far machine says it is */
	}
	return fx_route_file_name(pattern, &n, ret, why);
}

static void work(void *arg)
{
	struct fx_own_task *t = arg;

	if (t->cancel) {
		fx_own_end(t, FX_ROUTE_RETRY, "interrupted");
		return;
	}
	t->m->kind->work(t);
}

static void work_done(void *arg)
{
	struct fx_own_task *t = arg;
	struct fx_route_result res = {.end = t->end, .words = t->words};
	fx_route_done_fn *done = t->run ? t->done : NULL;
	void *done_arg = t->arg;

	if (done && t->owned && fx_route_run_set_owner(t->run, t->uid, t->user)) {
		res = (struct fx_route_result){.end = FX_ROUTE_RETRY, .words = "out of memory"};
	}
	if (done) {
		done(done_arg, &res);
	}
	fx_own_task_free(t);
}

static void work_dropped(void *arg)
{
	fx_own_task_free(arg);
}

char *fx_own_text(struct fx_route_bytes b)
{
	size_t n = b.n / 2;
	char *text = fx_zalloc(3 * n + 1);

	if (text && n) {
		(void)fx_utf16le_get(text, b.p, n);
	}
	return text;
}

static int copy_fax(struct fx_route_fax *dst, const struct fx_route_fax *src)
{
	*dst = *src;
	dst->receiver_name = dst->receiver_number = "";
	dst->device_name = fx_strdup(src->device_name);
	dst->csid = fx_strdup(src->csid);
	dst->tsid = fx_strdup(src->tsid);
	dst->caller_id = fx_strdup(src->caller_id);
	dst->routing = fx_strdup(src->routing);
	dst->tiff_path = fx_strdup(src->tiff_path);
	if (dst->tsid && dst->caller_id && dst->routing) { /* of strangers */
		fx_str_clean((char *)(uintptr_t)dst->tsid);
		fx_str_clean((char *)(uintptr_t)dst->caller_id);
		fx_str_clean((char *)(uintptr_t)dst->routing);
	}
	return dst->device_name && dst->csid && dst->tsid && dst->caller_id && dst->routing &&
	       dst->tiff_path ? 0 : FX_ENOMEM;
}

struct fx_own_task *fx_own_task_new(struct fx_route *r, bool report)
{
	struct fx_own_task *t = fx_zalloc(sizeof(*t));
	struct fx_route_settings settings = r->settings;

	if (!t) {
		return NULL;
	}
	fx_list_init(&t->link);
	settings.rules = (struct fx_route_rules){0};
	t->end = FX_ROUTE_RETRY;
	(void)gethostname(t->host, sizeof(t->host) - 1);
	if (fx_route_settings_copy(&t->settings, &settings)) {
		return fx_free(t);
	}
	if (fx_route_settings_mail(&t->settings, fx_queue_config(r->queue), report)) {
		fx_own_task_free(t);
		return NULL;
	}
	return t;
}

static int start(struct fx_route_method *base, struct fx_route_run *run, fx_route_done_fn *done,
		 void *arg)
{
	struct fx_own_method *m = own(base);
	struct fx_own_task *t = fx_own_task_new(m->r, false);
	struct fx_route_bytes data = fx_route_run_override(run);
	int err;

	if (!t) {
		return FX_ENOMEM;
	}
	t->m = m;
	t->run = run;
	t->done = done;
	t->arg = arg;
	t->data = fx_own_text(data.n ? data : fx_route_run_data(run));
	err = t->data ? 0 : FX_ENOMEM;
	err = err ? err : copy_fax(&t->fax, fx_route_run_fax(run));
	if (!err) {
		fx_list_append(&m->tasks, &t->link);
		err = fx_workers_run(m->workers, work, work_done, work_dropped, t);
	}
	if (err) {
		fx_own_task_free(t);
	}
	return err;
}

static void cancel(struct fx_route_method *base, struct fx_route_run *run)
{
	FX_LIST_EACH(&own(base)->tasks, it) {
		struct fx_own_task *t = FX_CONTAINER(it, struct fx_own_task, link);

		if (t->run == run) {
			t->cancel = 1;
		}
	}
}

static void close_method(struct fx_route_method *base)
{
	struct fx_own_method *m = own(base);

	FX_LIST_EACH(&m->tasks, it) {
		FX_CONTAINER(it, struct fx_own_task, link)->cancel = 1;
	}
	m->workers = fx_workers_free(m->workers);
	(void)fx_free(m);
}

static int check(struct fx_route_method *base, const uint8_t *p, size_t n,
		 struct fx_reason *reterr)
{
	const struct kind *k = own(base)->kind;
	fx_auto char *text = NULL;

	if (n % 2) {
		return fx_fail(reterr, FX_EINVAL, "the data is not a UTF-16 text");
	}
	text = fx_own_text((struct fx_route_bytes){p, n});
	if (!text) {
		return FX_ENOMEM;
	}
	if (!*text) {
		return fx_fail(reterr, FX_ESTATE, "\"%s\" needs to know where to: set its data "
			       "first", k->friendly);
	}
	return k->check(text, reterr);
}

int fx_route_check_data(const char *guid, const char *text, struct fx_reason *reterr)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(kinds); i++) {
		if (fx_str_ieq(kinds[i].guid, guid)) {
			return kinds[i].check(text, reterr);
		}
	}
	return 0;
}

static const struct fx_route_method_ops own_ops = {
	.start = start,
	.cancel = cancel,
	.close = close_method,
	.check = check,
};

int fx_route_add_own_methods(struct fx_route *r)
{
	int err = 0;

	fx_mail_init();
	for (size_t i = 0; !err && i < FX_ARRAY_LEN(kinds); i++) {
		struct fx_own_method *m = fx_zalloc(sizeof(*m));

		if (!m) {
			return FX_ENOMEM;
		}
		m->base.ops = &own_ops;
		m->kind = &kinds[i];
		m->r = r;
		fx_list_init(&m->tasks);
		(void)fx_strlcpy(m->base.info.guid, kinds[i].guid, FX_GUID_SIZE);
		(void)fx_strlcpy(m->base.info.friendly, kinds[i].friendly, FX_ROUTING_NAME_SIZE);
		(void)fx_strlcpy(m->base.info.function, kinds[i].function, FX_ROUTING_NAME_SIZE);
		(void)fx_strlcpy(m->base.info.image, "caselli", FX_ROUTING_IMAGE_SIZE);
		(void)fx_strlcpy(m->base.info.extension, "Caselli", FX_ROUTING_NAME_SIZE);
		err = fx_workers_new(r->loop, kinds[i].threads, &m->workers);
		err = err ? err : fx_route_add_method(r, &m->base);
		if (err) {
			(void)fx_workers_free(m->workers);
			(void)fx_free(m);
		}
	}
	return err;
}
