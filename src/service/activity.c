/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The activity log: a line for each attempt that ended, in OutboxLOG.txt of the folder that the
 * configuration names, and for each call that came in, in InboxLOG.txt. Tab-separated UTF-8 below
 * a line of names (decision 0643). Lines wait in memory and are appended by a worker, one at a
 * time; what cannot be written is told once and dropped, since nothing depends on it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/outcome.h"
#include "service/general.h"
#include "service/service_priv.h"

#define WAITING_MAX (1u << 20) /* bytes of lines that wait; further ones are dropped */

static const char *const names[2] = {"InboxLOG.txt", "OutboxLOG.txt"};
static const char *const heads[2] = {
	"Start\tEnd\tStatus\tPages\tCSID\tTSID\tCallerID\tRouting\tDevice\tJob\n",
	"Start\tEnd\tStatus\tPages\tTo\tRecipient\tSender\tUser\tBillingCode\tSubject\tDocument\t"
	"TSID\tCSID\tDevice\tTry\tJob\n",
};

struct fx_activity_log {
	struct fx_service *s;  /* NULL: the service is gone */
	struct fx_buf lines[2];
	char *folder;          /* in use, or "" */
	bool busy, failed;
	/* the worker's */
	struct fx_buf out[2];
	char *dir;
	bool make;             /* the folder is our own choice */
	int err;
};

static void free_log(struct fx_activity_log *l)
{
	for (size_t i = 0; i < 2; i++) {
		fx_buf_fini(&l->lines[i]);
		fx_buf_fini(&l->out[i]);
	}
	(void)fx_free(l->folder);
	(void)fx_free(l->dir);
	(void)fx_free(l);
}

/* ---- worker thread ---- */

static int write_all(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n) {
		ssize_t w = write(fd, at, n);

		if (w < 0 && errno == EINTR) {
			continue;
		}
		if (w <= 0) {
			return w < 0 ? fx_error_from_errno(errno) : FX_EIO;
		}
		at += w;
		n -= (size_t)w;
	}
	return 0;
}

/* No link is followed and no other file than a plain one of ours is touched. */
static int append(int dir, size_t which, const struct fx_buf *b)
{
	int fd = openat(dir, names[which], O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW |
			O_NONBLOCK | O_CLOEXEC, 0640);
	struct stat st;
	int err;

	if (fd < 0) {
		return errno == ELOOP ? FX_EACCES : fx_error_from_errno(errno);
	}
	err = fstat(fd, &st) ? fx_error_from_errno(errno) :
	      !S_ISREG(st.st_mode) || st.st_nlink != 1 || st.st_uid != geteuid() ? FX_EACCES : 0;
	if (!err && st.st_size == 0) {
		err = write_all(fd, heads[which], strlen(heads[which]));
	}
	err = err ? err : write_all(fd, b->data, b->len);
	(void)close(fd);
	return err;
}

static void work(void *arg)
{
	struct fx_activity_log *l = arg;
	int dir;

	if (l->make) {
		(void)mkdir(l->dir, 0700);
	}
	dir = open(l->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	l->err = dir < 0 ? fx_error_from_errno(errno) : 0;
	for (size_t i = 0; !l->err && i < 2; i++) {
		if (l->out[i].len) {
			l->err = append(dir, i, &l->out[i]);
		}
	}
	if (dir >= 0) {
		(void)close(dir);
	}
}

/* ---- loop ---- */

static void begin(struct fx_activity_log *l);

static void done(void *arg)
{
	struct fx_activity_log *l = arg;

	l->busy = false;
	if (!l->s) {
		free_log(l);
		return;
	}
	if (l->err && !l->failed) {
		fx_log_in(FX_LOG_OTHER, FX_LOG_ERROR, "service: the activity log in %s cannot be "
			  "written: %s; its lines are lost", l->dir, fx_error_str(l->err));
	}
	l->failed = l->err != 0;
	begin(l);
}

static void begin(struct fx_activity_log *l)
{
	const char *dir = l->s->config.activity_dir;

	if (l->busy || (!l->lines[0].len && !l->lines[1].len)) {
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		struct fx_buf empty = l->out[i];

		fx_buf_reset(&empty);
		l->out[i] = l->lines[i];
		l->lines[i] = empty;
	}
	l->make = !*fx_text(dir);
	if (fx_str_replace(&l->dir, l->make ? l->folder : dir)) {
		return; /* no memory: lost */
	}
	l->busy = !fx_loop_work(l->s->loop, work, done, l);
}

static void put_time(struct fx_buf *b, int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;
	char text[32] = "";

	if (at && localtime_r(&t, &tm)) {
		(void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	}
	fx_buf_printf(b, "%s\t", text);
}

/* A text of strangers: what would be a column or a line of its own becomes a blank. */
static void put_text(struct fx_buf *b, const char *s, char end)
{
	for (s = fx_text(s); *s; s++) {
		unsigned char c = (unsigned char)*s;

		fx_buf_u8(b, c < 0x20 || c == 0x7f ? ' ' : c);
	}
	fx_buf_u8(b, (uint8_t)end);
}

static void put_out(struct fx_buf *b, const struct fx_job *j, const struct fx_attempt *a)
{
	put_text(b, a->number, '\t');
	put_text(b, j->recipient_name, '\t');
	put_text(b, j->sender_name, '\t');
	put_text(b, j->user, '\t');
	put_text(b, j->billing_code, '\t');
	put_text(b, j->subject, '\t');
	put_text(b, j->document_name, '\t');
	put_text(b, j->tsid, '\t');
	put_text(b, a->result.remote_id, '\t');
	put_text(b, a->port_name, '\t');
	fx_buf_printf(b, "%u\t%u\n", j->tries + (a->result.outcome == FX_OUTCOME_SUCCESS),
		      j->client_id);
}

static void put_in(struct fx_buf *b, const struct fx_job *j, const struct fx_attempt *a)
{
	put_text(b, j->number, '\t'); /* our identifier */
	put_text(b, *a->result.remote_id ? a->result.remote_id : j->remote_id, '\t');
	put_text(b, j->caller_id, '\t');
	put_text(b, j->routing, '\t');
	put_text(b, a->port_name, '\t');
	fx_buf_printf(b, "%u\n", j->client_id);
}

void fx_service_on_attempt(struct fx_service *s, const struct fx_job *job,
			   const struct fx_attempt *a)
{
	struct fx_activity_log *l = s->activity_log;
	bool out = job->type == FX_JT_SEND;
	struct fx_buf *b = &l->lines[out];
	size_t before = b->len;

	if (!(out ? s->config.log_outgoing : s->config.log_incoming) ||
	    b->len > WAITING_MAX) {
		return;
	}
	put_time(b, a->started_at);
	put_time(b, a->ended_at);
	fx_buf_printf(b, "%s\t%u\t", fx_outcome_str(a->result.outcome), a->result.pages_confirmed);
	if (out) {
		put_out(b, job, a);
	} else {
		put_in(b, job, a);
	}
	if (b->err) {
		b->err = 0;
		b->len = before;
	}
	begin(l);
}

bool fx_service_activity_idle(const struct fx_service *s)
{
	return !s->activity_log->busy;
}

int fx_service_activity_dir(struct fx_service *s, const struct fx_caller *c, const char **ret)
{
	const char *dir = s->config.activity_dir;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "reading the activity log's "
				   "settings");

	FX_ON_LOOP(s->loop);
	if (!err) {
		*ret = *fx_text(dir) ? dir : s->activity_log->folder;
	}
	return err;
}

int fx_activity_log_new(struct fx_service *s)
{
	struct fx_activity_log *l = fx_zalloc(sizeof(*l));
	const char *log = fx_spool_path(s->spool, FX_SPOOL_LOG);
	const char *slash = strrchr(log, '/');

	if (!l) {
		return FX_ENOMEM;
	}
	s->activity_log = l;
	l->s = s;
	/* beside the folders of the spool, whose files are ours alone */
	l->folder = fx_asprintf("%.*s/activity", slash ? (int)(slash - log) : 1, slash ? log : ".");
	return l->folder ? 0 : FX_ENOMEM;
}

void fx_activity_log_free(struct fx_service *s)
{
	struct fx_activity_log *l = s->activity_log;

	s->activity_log = NULL;
	if (l && l->busy) {
		l->s = NULL; /* freed by done() */
	} else if (l) {
		free_log(l);
	}
}
