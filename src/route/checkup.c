/* SPDX-License-Identifier: Apache-2.0 */
/* The targets of routing, looked at one after the other in a thread. */
#include "route/checkup.h"

#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "route/own.h"

#define FRESH_US (2 * FX_SECOND)

struct target {
	const char *guid; /* of our method, static */
	char *data;       /* NULL: the mail server itself */
};

struct fx_checkup {
	struct fx_route *r;
	struct fx_workers *workers;
	bool running, stale;
	int64_t done_us;
	struct target targets[FX_CHECKUP_MAX];
	size_t n;
	struct fx_checkup_line lines[FX_CHECKUP_MAX];
	struct fx_own_task task; /* what the looks are given; one at a time */
};

/* ---- what there is to look at ---- */

static bool has(const struct fx_checkup *c, const char *guid, const char *data)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->targets[i].guid == guid &&
		    (!data || !strcmp(fx_text(c->targets[i].data), data))) {
			return true;
		}
	}
	return false;
}

static int add(struct fx_checkup *c, const char *guid, const char *data)
{
	const char *word = fx_routing_word(guid);
	struct target *t = &c->targets[c->n];
	bool mail = word && !strcmp(word, "email");

	guid = word ? fx_routing_guid(word) : NULL; /* the static one */
	data = mail ? NULL : data;                  /* one server for all addresses */
	if (!guid || c->n == FX_CHECKUP_MAX || has(c, guid, data)) {
		return 0;
	}
	t->guid = guid;
	t->data = data ? fx_strdup(data) : NULL;
	if (data && !t->data) {
		return FX_ENOMEM;
	}
	c->n++;
	return 0;
}

static int add_port(struct fx_checkup *c, uint32_t device_id)
{
	struct fx_route_method *m;
	int err = 0;

	for (size_t i = 0; !err && (m = fx_route_method_at(c->r, i)) != NULL; i++) {
		fx_auto uint8_t *data = NULL;
		fx_auto char *text = NULL;
		size_t n = 0;

		if (!fx_routing_word(m->info.guid) || !fx_route_is_enabled(c->r, m, device_id)) {
			continue;
		}
		err = fx_route_load_data(c->r, m, device_id, &data, &n);
		text = err ? NULL : fx_own_text((struct fx_route_bytes){data, n});
		err = err ? err : !text ? FX_ENOMEM : add(c, m->info.guid, text);
	}
	return err;
}

static int find_targets(struct fx_checkup *c, const uint32_t *devices, size_t n)
{
	const struct fx_route_settings *s = fx_route_settings(c->r);
	bool mails = s->mail_server || fx_route_offers_reports(c->r);
	int err = mails ? add(c, FX_ROUTING_EMAIL, NULL) : 0;

	for (size_t i = 0; !err && i < n; i++) {
		err = add_port(c, devices[i]);
	}
	for (size_t i = 0; !err && i < s->rules.n; i++) {
		const struct fx_route_rule *rule = &s->rules.v[i];

		for (size_t k = 0; !err && k < rule->n_methods; k++) {
			err = rule->methods[k].data ?
				add(c, rule->methods[k].guid, rule->methods[k].data) : 0;
		}
	}
	return err;
}

/* ---- the looks; in a thread ---- */

static void look_at_folder(struct fx_own_task *t)
{
	struct stat st;

	if (stat(t->data, &st) || access(t->data, W_OK | X_OK)) {
		fx_own_end(t, FX_ROUTE_RETRY, "%.130s: %s; create it, and give it to the user that "
			   "the service runs as", t->data, strerror(errno));
	} else if (!S_ISDIR(st.st_mode)) {
		fx_own_end(t, FX_ROUTE_RETRY, "%.180s is no folder", t->data);
	} else {
		fx_own_end(t, FX_ROUTE_DONE, "%.200s can be written", t->data);
	}
}

static void look_at_user(struct fx_own_task *t)
{
	fx_inbox_work(t);
	if (t->end == FX_ROUTE_DONE) {
		fx_own_end(t, FX_ROUTE_DONE, "user %.60s is known", t->user);
	}
}

static const struct {
	const char *word, *name;
	fx_own_work_fn *look;
} looks[] = {
	{"folder", "routing folder", look_at_folder},
	{"email", "mail server", fx_mail_look},
	{"print", "printer", fx_print_look},
	{"inbox", "routing inbox", look_at_user},
};

static void work(void *arg)
{
	struct fx_checkup *c = arg;

	for (size_t i = 0; i < c->n; i++) {
		const char *word = fx_routing_word(c->targets[i].guid);
		struct fx_checkup_line *line = &c->lines[i];

		c->task.data = c->targets[i].data;
		for (size_t k = 0; k < FX_ARRAY_LEN(looks); k++) {
			if (!strcmp(word, looks[k].word) && !c->task.cancel) {
				(void)fx_strlcpy(line->name, looks[k].name, sizeof(line->name));
				looks[k].look(&c->task);
			}
		}
		line->good = c->task.end == FX_ROUTE_DONE;
		(void)fx_strlcpy(line->text, c->task.words, sizeof(line->text));
	}
	c->task.data = NULL;
}

static void work_done(void *arg)
{
	struct fx_checkup *c = arg;

	c->running = false;
	c->done_us = fx_loop_now_us(c->r->loop);
}

static void work_dropped(void *arg)
{
	(void)arg; /* fx_checkup_free() waits for the thread */
}

/* ---- ---- */

static void forget(struct fx_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		(void)fx_free(c->targets[i].data);
	}
	c->n = 0;
	fx_route_settings_fini(&c->task.settings);
	memset(&c->task.settings, 0, sizeof(c->task.settings));
}

struct fx_checkup *fx_checkup_free(struct fx_checkup *c)
{
	if (c) {
		c->task.cancel = 1;
		c->workers = fx_workers_free(c->workers);
		forget(c);
	}
	return fx_free(c);
}

static int start(struct fx_checkup *c, const uint32_t *devices, size_t n)
{
	const struct fx_config *config = fx_queue_config(c->r->queue);
	struct fx_route_settings s = *fx_route_settings(c->r);
	int err;

	forget(c);
	memset(c->lines, 0, sizeof(c->lines));
	c->stale = true;
	err = find_targets(c, devices, n);
	if (err || !c->n) {
		return err;
	}
	s.rules = (struct fx_route_rules){0};
	err = fx_route_settings_copy(&c->task.settings, &s);
	err = err ? err : fx_route_settings_mail(&c->task.settings, config,
						 !config->mail_routing);
	if (!err) {
		c->task.settings.mail_timeout_s = s.mail_timeout_s < 5 ? s.mail_timeout_s : 5;
		(void)gethostname(c->task.host, sizeof(c->task.host) - 1);
		c->running = true;
		err = fx_workers_run(c->workers, work, work_done, work_dropped, c);
		c->running = !err;
	}
	c->stale = err != 0;
	return err ? err : FX_EBUSY;
}

int fx_route_checkup(struct fx_route *r, const uint32_t *devices, size_t n,
		     const struct fx_checkup_line **ret, size_t *ret_n)
{
	struct fx_checkup *c = r->checkup;
	int err;

	FX_ON_LOOP(r->loop);
	if (!c) {
		c = fx_zalloc(sizeof(*c));
		err = c ? fx_workers_new(r->loop, 1, &c->workers) : FX_ENOMEM;
		if (err) {
			(void)fx_free(c);
			return err;
		}
		c->r = r;
		c->stale = true;
		fx_list_init(&c->task.link);
		r->checkup = c;
	}
	if (!c->running && (c->stale || fx_loop_now_us(r->loop) - c->done_us > FRESH_US)) {
		err = start(c, devices, n);
		if (err) {
			return err;
		}
	}
	*ret = c->lines;
	*ret_n = c->n;
	return c->running ? FX_EBUSY : 0;
}
