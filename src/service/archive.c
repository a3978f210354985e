/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Size and age of the archive, that is of the messages in both folders (decision 0642). They are
 * gone through an hour after the last time, after a change of the limits and when a client asks,
 * a slice in each turn of the loop: files are counted, what is too old is removed. In between new
 * messages and removed ones are counted as they come.
 *
 *   waiting --timer--> going through inbox, then sent --end--> size known, waiting
 */
#include <string.h>
#include <sys/stat.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "service/general.h"
#include "service/service_priv.h"

#define SWEEP_US (3600 * FX_SECOND)
#define SLICE 200u
#define DAY_S 86400
#define MB (UINT64_C(1) << 20)

struct fx_archive {
	struct fx_service *s;
	struct fx_timer *timer;
	bool going;
	enum fx_folder folder;
	uint64_t after;      /* id of the last one looked at */
	uint64_t sum, size;  /* so far; as last counted */
	unsigned looked, expired;
	bool over;           /* the warning was given */
	int err;
};

static uint64_t file_size(struct fx_service *s, const struct fx_message *m)
{
	fx_auto char *path = m->job.tiff_file ?
		fx_asprintf("%s/%s", fx_spool_path(s->spool, m->folder == FX_FOLDER_INBOX ?
				   FX_SPOOL_INBOX : FX_SPOOL_SENT), m->job.tiff_file) : NULL;
	struct stat st;

	return path && !stat(path, &st) ? (uint64_t)st.st_size : 0;
}

static void expired(void *arg, int err, const struct fx_reason *why)
{
	(void)arg, (void)err, (void)why; /* the next sweep tries again */
}

static bool is_too_old(const struct fx_archive *a, const struct fx_message *m)
{
	int64_t at = m->job.ended_at ? m->job.ended_at : m->job.submitted_at;
	int64_t now = fx_loop_wall_us(a->s->loop) / FX_SECOND;

	return a->s->config.archive_age_days &&
	       at + (int64_t)a->s->config.archive_age_days * DAY_S < now &&
	       !fx_queue_find(a->s->queue, m->id); /* else its routing is going on */
}

static bool look(void *arg, const struct fx_message *m)
{
	struct fx_archive *a = arg;
	struct fx_message copy;

	a->after = m->id;
	a->looked++;
	if (!is_too_old(a, m)) {
		a->sum += file_size(a->s, m);
	} else if (!fx_message_copy(&copy, m)) {
		/* Takes the copy. Told once for each: nobody asked for it by name. */
		if (!fx_service_expire_message(a->s, &copy, expired, NULL)) {
			a->expired++;
		}
	}
	return a->looked < SLICE;
}

static void judge(struct fx_archive *a)
{
	const struct fx_config *c = &a->s->config;
	bool watched = c->quota_warning && c->quota_high_mb;

	if (!watched || a->size < c->quota_low_mb * MB ||
	    (a->over && a->size <= c->quota_high_mb * MB && !c->quota_low_mb)) {
		a->over = false;
	}
	if (watched && !a->over && a->size > c->quota_high_mb * MB) {
		a->over = true;
		fx_log_in(FX_LOG_OTHER, FX_LOG_WARN, "service: the archive takes %llu MB, more "
			  "than the %u MB that are allowed; remove messages, or have old ones "
			  "removed by the archive's age limit",
			  (unsigned long long)(a->size / MB), c->quota_high_mb);
	}
}

static void at_end(struct fx_archive *a)
{
	a->going = false;
	if (a->expired) {
		fx_log_in(FX_LOG_OTHER, FX_LOG_INFO, "service: %u messages older than %u days are "
			  "removed", a->expired, a->s->config.archive_age_days);
	}
	if (a->err) {
		fx_log_in(FX_LOG_OTHER, FX_LOG_ERROR, "service: the archive cannot be read: %s",
			  fx_error_str(a->err));
	} else {
		a->size = a->sum;
		judge(a);
	}
	fx_timer_start(a->timer, SWEEP_US);
}

static void on_timer(void *arg)
{
	struct fx_archive *a = arg;

	if (!a->going) {
		a->going = true;
		a->folder = FX_FOLDER_INBOX;
		a->sum = a->after = a->expired = 0;
	}
	a->looked = 0;
	a->err = fx_store_each_message(a->s->store, a->folder, a->after, look, a);
	if (!a->err && a->looked < SLICE && a->folder == FX_FOLDER_INBOX) {
		a->folder = FX_FOLDER_SENT;
		a->after = 0;
	} else if (a->err || a->looked < SLICE) {
		at_end(a);
		return;
	}
	fx_timer_start(a->timer, 0);
}

int fx_archive_new(struct fx_service *s)
{
	struct fx_archive *a = fx_zalloc(sizeof(*a));
	int err = a ? fx_timer_new(s->loop, on_timer, a, &a->timer) : FX_ENOMEM;

	if (err) {
		return fx_free(a), err;
	}
	a->s = s;
	s->archive = a;
	fx_timer_start(a->timer, FX_SECOND);
	return 0;
}

void fx_archive_free(struct fx_service *s)
{
	if (s->archive) {
		s->archive->timer = fx_timer_free(s->archive->timer);
	}
	s->archive = fx_free(s->archive);
}

void fx_archive_again(struct fx_service *s)
{
	s->archive->going = false;
	fx_timer_start(s->archive->timer, 0);
}

/* While it is gone through the sum decides, which meets it or has met it. */
void fx_archive_added(struct fx_service *s, uint64_t id)
{
	struct fx_message m;

	if (!s->archive->going && !fx_store_get_message(s->store, id, &m)) {
		s->archive->size += file_size(s, &m);
		fx_message_fini(&m);
		judge(s->archive);
	}
}

void fx_archive_removing(struct fx_service *s, const struct fx_message *m)
{
	uint64_t n = file_size(s, m);

	if (!s->archive->going) {
		s->archive->size -= n < s->archive->size ? n : s->archive->size;
		judge(s->archive);
	}
}

uint64_t fx_archive_bytes(const struct fx_service *s, bool *ret_over)
{
	*ret_over = s->archive->over;
	return s->archive->size;
}

int fx_service_archive_size(struct fx_service *s, const struct fx_caller *c, uint64_t *ret)
{
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "reading the archive's size");

	FX_ON_LOOP(s->loop);
	if (!err) {
		*ret = s->archive->size;
	}
	return err;
}

int fx_service_refresh_archive(struct fx_service *s, const struct fx_caller *c)
{
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_SET, false, "refreshing the archive");

	FX_ON_LOOP(s->loop);
	if (!err) {
		fx_archive_again(s);
	}
	return err;
}
