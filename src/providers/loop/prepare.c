/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages of a call are made ready in a worker thread, from dialling on, so that a
 * document of 200 pages stalls no other call for two seconds.
 *
 *   working --on_done--> ready --take--> gone
 *      '--drop--> orphan --on_done--> gone
 */
#include "providers/loop/loop_priv.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"

struct fx_loop_prep {
	struct fx_loop_end *e; /* NULL: an orphan, the call ended meanwhile */
	bool is_done;
	struct fx_dial dial;   /* the worker's until on_done(), with descriptors of its own */
	struct fx_t30_doc *doc;
	int err;
	struct fx_reason why;
};

static void prep_free(struct fx_loop_prep *p)
{
	uint32_t i;

	(void)fx_t30_doc_free(p->doc);
	for (i = 0; i < p->dial.n_docs; i++) {
		if (p->dial.docs[i].fd >= 0) {
			(void)close(p->dial.docs[i].fd);
		}
	}
	(void)fx_free(p);
}

/* Worker thread. */
static void work(void *arg)
{
	struct fx_loop_prep *p = arg;

	p->err = fx_t30_prepare(&p->dial, &p->doc, &p->why);
}

static void on_done(void *arg)
{
	struct fx_loop_prep *p = arg;

	p->is_done = true;
	if (p->e) {
		fx_loop_prepared(p->e, p->err, p->why.text);
	} else {
		prep_free(p);
	}
}

int fx_prep_start(struct fx_loop_end *e, const struct fx_dial *d)
{
	struct fx_loop_prep *p = fx_zalloc(sizeof(*p));
	uint32_t i;
	int err;

	if (!p) {
		return FX_ENOMEM;
	}
	p->e = e;
	p->dial = *d;
	for (i = 0; i < d->n_docs; i++) {
		p->dial.docs[i].fd = fcntl(d->docs[i].fd, F_DUPFD_CLOEXEC, 3);
	}
	err = fx_loop_work(e->conn->x->loop, work, on_done, p);
	if (err) {
		prep_free(p);
		return err;
	}
	e->prep = p;
	return 0;
}

bool fx_prep_is_ready(const struct fx_loop_end *e)
{
	return !e->prep || e->prep->is_done;
}

struct fx_t30_doc *fx_prep_take(struct fx_loop_end *e)
{
	struct fx_t30_doc *doc = NULL;

	if (e->prep && e->prep->is_done) {
		doc = e->prep->doc;
		e->prep->doc = NULL;
		fx_prep_drop(e);
	}
	return doc;
}

void fx_prep_drop(struct fx_loop_end *e)
{
	struct fx_loop_prep *p = e->prep;

	e->prep = NULL;
	if (p && p->is_done) {
		prep_free(p);
	} else if (p) {
		p->e = NULL;
	}
}
