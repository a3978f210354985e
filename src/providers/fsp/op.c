/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/fsp/op.c
 * One operation of the provider in its own thread, in the order of winfax.md 7.11:
 *
 *   (write the document) -> FaxDevStartJob -> FaxDevSend | FaxDevReceive
 *	-> FaxDevReportStatus -> FaxDevEndJob -> (read the document) -> "done" into the queue
 *
 * FaxDevAbortOperation comes from a thread of its own, since it may hang as well; FaxDevEndJob
 * waits for it, so that the provider's handle lives as long as it is in use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "providers/fsp/fsp_priv.h"

const char *fx_fsp_stage_str(enum fx_fsp_stage s)
{
	switch (s) {
	case FX_FSP_OURS:
		return "the documents";
	case FX_FSP_START:
		return "FaxDevStartJob";
	case FX_FSP_CALL:
		return "FaxDevSend or FaxDevReceive";
	case FX_FSP_REPORT:
		return "FaxDevReportStatus";
	case FX_FSP_END:
		return "FaxDevEndJob or FaxDevAbortOperation";
	}
	return "?";
}

static void enter(struct fx_fsp_op *op, enum fx_fsp_stage stage)
{
	(void)pthread_mutex_lock(&op->lock);
	op->stage = stage;
	op->stages |= 1u << stage;
	op->stage_us = fx_loop_now_us(op->f->loop);
	(void)pthread_mutex_unlock(&op->lock);
}

enum fx_fsp_stage fx_fsp_op_stage(struct fx_fsp_op *op, int64_t *ret_since_us)
{
	enum fx_fsp_stage stage;

	(void)pthread_mutex_lock(&op->lock);
	stage = op->stage;
	*ret_since_us = op->stage_us;
	(void)pthread_mutex_unlock(&op->lock);
	return stage;
}

struct fx_fsp_op *fx_fsp_op_new(struct fx_fsp *f, struct fx_fsp_line *line, uint64_t call)
{
	struct fx_fsp_op *op = fx_zalloc(sizeof(*op));

	if (!op) {
		return NULL;
	}
	op->f = f;
	op->line = line;
	op->call = call;
	op->key = ++f->next_key;
	op->answer.rx_fd = op->answer.log_fd = op->log_fd = -1;
	op->answered_us = -1;
	op->start_us = op->heard_us = fx_loop_now_us(f->loop);
	(void)pthread_mutex_init(&op->lock, NULL);
	(void)pthread_cond_init(&op->cond, NULL);
	fx_list_append(&f->ops, &op->link);
	line->op = op;
	return op;
}

void fx_fsp_op_free(struct fx_fsp_op *op)
{
	uint32_t i;

	if (op->line->op == op) {
		op->line->op = NULL;
	}
	fx_list_remove(&op->link);
	for (i = 0; op->dial && i < op->dial->n_docs; i++) {
		(void)close(op->dial->docs[i].fd);
	}
	(void)fx_free(op->dial);
	if (op->answer.rx_fd >= 0) {
		(void)close(op->answer.rx_fd);
	}
	if (op->log_fd >= 0) {
		(void)close(op->log_fd);
	}
	(void)fx_free(op->reports);
	(void)pthread_cond_destroy(&op->cond);
	(void)pthread_mutex_destroy(&op->lock);
	(void)fx_free(op);
}

static void *run_abort(void *arg)
{
	struct fx_fsp_op *op = arg;

	(void)op->f->mod.abort(op->fax);
	(void)pthread_mutex_lock(&op->lock);
	op->aborting = false;
	(void)pthread_cond_broadcast(&op->cond);
	(void)pthread_mutex_unlock(&op->lock);
	return NULL;
}

void fx_fsp_op_abort(struct fx_fsp_op *op)
{
	pthread_t t;

	(void)pthread_mutex_lock(&op->lock);
	if (!op->abort_wanted) {
		op->abort_wanted = true;
		op->aborting = op->stage == FX_FSP_CALL &&
			       pthread_create(&t, NULL, run_abort, op) == 0;
		if (op->aborting) {
			(void)pthread_detach(t);
		}
	}
	(void)pthread_mutex_unlock(&op->lock);
}

static void file_path(const struct fx_fsp_op *op, char path[700])
{
	(void)snprintf(path, 700, "%s/%c%llu.tif", op->f->work, op->sender ? 's' : 'r',
		       (unsigned long long)op->key);
}

static BOOL CALLBACK on_call(HANDLE fax, HCALL call, DWORD r1, DWORD r2)
{
	(void)fax, (void)call, (void)r1, (void)r2;
	return TRUE; /* virtual devices have no call handle that we could use */
}

static BOOL send_fax(struct fx_fsp_op *op, const char *path)
{
	WCHAR *text[4] = {NULL};
	const char *from[4] = {path, op->dial->banner_from, op->dial->local_id, op->dial->number};
	FAX_SEND s = {.SizeOfStruct = sizeof(s)};
	BOOL ok = FALSE;
	size_t i, n = 0, units;

	for (i = 0; i < 4; i++) {
		text[i] = fx_utf16_from_utf8(from[i], &units);
		n += text[i] != NULL;
	}
	if (n == 4) {
		s.FileName = text[0];
		s.CallerName = text[1];
		s.CallerNumber = text[2];
		s.ReceiverNumber = text[3];
		ok = op->f->mod.send(op->fax, &s, on_call);
	}
	for (i = 0; i < 4; i++) {
		(void)fx_free(text[i]);
	}
	return ok;
}

static BOOL receive_fax(struct fx_fsp_op *op, const char *path)
{
	FAX_RECEIVE *r = NULL;
	size_t units = 0;
	fx_auto WCHAR *text = fx_utf16_from_utf8(path, &units);
	BOOL ok = FALSE;

	r = fx_zalloc(sizeof(*r) + FAXDEVRECEIVE_SIZE);
	if (r && text && (units + 1) * sizeof(*text) < FAXDEVRECEIVE_SIZE) {
		r->SizeOfStruct = sizeof(*r);
		r->FileName = (WCHAR *)(void *)(r + 1);
		(void)memcpy(r->FileName, text, (units + 1) * sizeof(*text));
		ok = op->f->mod.receive(op->fax, 0, r);
	}
	(void)fx_free(r);
	return ok;
}

/* The last word; a wrong size or texts outside of the block are its own loss. */
static void report(struct fx_fsp_op *op)
{
	size_t size = sizeof(FAX_DEV_STATUS) + FAXDEVREPORTSTATUS_SIZE;
	FAX_DEV_STATUS *st = fx_zalloc(size);
	struct fx_fsp_msg m = {0};
	DWORD need = 0;

	if (st && op->f->mod.report(op->fax, st, (DWORD)size, &need)) {
		fx_fsp_read_status(&m, st, size);
		op->status = m.status;
		(void)fx_strlcpy(op->csi, m.csi, sizeof(op->csi));
		(void)fx_strlcpy(op->caller_id, m.caller_id, sizeof(op->caller_id));
		(void)fx_strlcpy(op->routing, m.routing, sizeof(op->routing));
	}
	(void)fx_free(st);
}

/* Between FaxDevStartJob and FaxDevEndJob. */
static void operate(struct fx_fsp_op *op, const char *path)
{
	bool skip;

	(void)pthread_mutex_lock(&op->lock);
	skip = op->abort_wanted;
	op->stage = FX_FSP_CALL;
	op->stages |= skip ? 0 : 1u << FX_FSP_CALL;
	op->stage_us = fx_loop_now_us(op->f->loop);
	(void)pthread_mutex_unlock(&op->lock);
	if (skip) {
		op->status = FS_USER_ABORT;
	} else {
		op->ok = op->sender ? send_fax(op, path) != FALSE : receive_fax(op, path) != FALSE;
		enter(op, FX_FSP_REPORT);
		report(op);
	}
	enter(op, FX_FSP_END);
	(void)pthread_mutex_lock(&op->lock);
	while (op->aborting) {
		(void)pthread_cond_wait(&op->cond, &op->lock);
	}
	(void)pthread_mutex_unlock(&op->lock);
	(void)op->f->mod.end(op->fax);
	enter(op, FX_FSP_OURS);
}

static int make_file(struct fx_fsp_op *op, const char *path, struct fx_reason *why)
{
	int fd;

	if (op->sender) {
		return fx_fsp_write_document(op->dial, path, &op->pages, why);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		return fx_fail(why, fx_error_from_errno(errno), "no file for the pages");
	}
	(void)close(fd);
	return 0;
}

/* Pages of an interrupted call are rescued as well; those of an aborted one are not (7.10). */
static void take_pages(struct fx_fsp_op *op, const char *path)
{
	struct fx_reason why = {0};
	int err;

	if (op->sender || (!op->ok && op->status == FS_USER_ABORT)) {
		return;
	}
	err = fx_fsp_read_document(path, op->answer.rx_fd, &op->reports, &op->pages, &why);
	if (!err) {
		op->outcome = op->ok ? FX_OUTCOME_SUCCESS : FX_OUTCOME_PARTIAL;
	} else if (op->ok || err != FX_EDATA) {
		op->outcome = err == FX_EDATA ? FX_OUTCOME_PROTOCOL : FX_OUTCOME_STORAGE;
		(void)snprintf(op->words, sizeof(op->words), "what the provider received cannot be "
			       "used: %.100s", why.text[0] ? why.text : fx_error_str(err));
	}
}

static void work(struct fx_fsp_op *op, const char *path)
{
	struct fx_reason why = {0};
	int err = make_file(op, path, &why);

	if (err) {
		op->outcome = err == FX_EDATA ? FX_OUTCOME_DOCUMENT : FX_OUTCOME_STORAGE;
		(void)snprintf(op->words, sizeof(op->words), "%.150s",
			       why.text[0] ? why.text : fx_error_str(err));
		return;
	}
	enter(op, FX_FSP_START);
	SetLastError(0);
	if (!op->f->mod.start(0, op->line->id, &op->fax, op->f->queue, op->key)) {
		op->outcome = FX_OUTCOME_LINE_UNAVAILABLE;
		(void)snprintf(op->words, sizeof(op->words), "FaxDevStartJob failed: error %u",
			       GetLastError());
		enter(op, FX_FSP_OURS);
	} else {
		operate(op, path);
		take_pages(op, path);
	}
	(void)unlink(path);
}

static void *run(void *arg)
{
	struct fx_fsp_op *op = arg;
	struct fx_fsp *f = op->f;
	ULONG_PTR key = op->key;
	struct fx_fsp_msg *m;
	char path[700];

	file_path(op, path);
	work(op, path);
	(void)pthread_mutex_lock(&op->lock);
	op->finished = true;
	(void)pthread_mutex_unlock(&op->lock);
	if (!PostQueuedCompletionStatus(f->queue, FX_FSP_DONE, key, NULL)) {
		m = fx_zalloc(sizeof(*m)); /* flooded with packets: past them */
		if (m) {
			m->type = FX_FSP_FINISHED;
			m->key = key;
		}
		fx_fsp_tell(f->inbox, m);
	}
	return NULL;
}

int fx_fsp_op_run(struct fx_fsp_op *op)
{
	op->stage_us = fx_loop_now_us(op->f->loop);
	if (pthread_create(&op->thread, NULL, run, op)) {
		return FX_ENOMEM;
	}
	op->running = true;
	return 0;
}
