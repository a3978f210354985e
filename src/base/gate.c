/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gate.h"

#include "base/mem.h"

struct fx_gate {
	struct fx_loop *loop;
	unsigned max, n;
	struct fx_link waiting; /* fx_gate_job.link */
	bool gone;              /* freed by its owner; goes with its last job */
};

int fx_gate_new(struct fx_loop *loop, unsigned max, struct fx_gate **ret)
{
	struct fx_gate *g = fx_zalloc(sizeof(*g));

	if (!g) {
		return FX_ENOMEM;
	}
	g->loop = loop;
	g->max = max ? max : 1;
	fx_list_init(&g->waiting);
	*ret = g;
	return 0;
}

struct fx_gate *fx_gate_free(struct fx_gate *g)
{
	if (g) {
		FX_ASSERT(fx_list_empty(&g->waiting));
		g->gone = true;
		if (!g->n) {
			(void)fx_free(g);
		}
	}
	return NULL;
}

static void on_work(void *arg)
{
	struct fx_gate_job *job = arg;

	job->work(job->arg);
}

static int start(struct fx_gate_job *job);

/* A place is free: for the one that waits longest. */
static void next(struct fx_gate *g)
{
	struct fx_gate_job *job;

	while (!fx_list_empty(&g->waiting) && g->n < g->max) {
		job = FX_CONTAINER(g->waiting.next, struct fx_gate_job, link);
		fx_list_remove(&job->link);
		job->err = start(job);
		if (job->err) {
			job->gate = NULL; /* too late to cancel: it is told */
			fx_loop_post(g->loop, job->done, job->arg);
		}
	}
}

static void on_done(void *arg)
{
	struct fx_gate_job *job = arg;
	struct fx_gate *g = job->gate;
	fx_loop_fn *done = job->done;
	void *done_arg = job->arg;

	g->n--;
	if (!g->gone) {
		next(g);
	} else if (!g->n) {
		(void)fx_free(g);
	}
	job->gate = NULL;
	done(done_arg); /* frees the job, perhaps */
}

static int start(struct fx_gate_job *job)
{
	int err = fx_loop_work(job->gate->loop, on_work, on_done, job);

	if (!err) {
		job->gate->n++;
		job->going_on = true;
	}
	return err;
}

int fx_gate_work(struct fx_gate *g, struct fx_gate_job *job, fx_loop_fn *work, fx_loop_fn *done,
		 void *arg)
{
	FX_ON_LOOP(g->loop);
	*job = (struct fx_gate_job){.gate = g, .work = work, .done = done, .arg = arg};
	fx_list_init(&job->link);
	if (g->n < g->max) {
		int err = start(job);

		job->gate = err ? NULL : g;
		return err;
	}
	fx_list_append(&g->waiting, &job->link);
	return 0;
}

bool fx_gate_cancel(struct fx_gate_job *job)
{
	if (!job->gate || job->going_on) {
		return false;
	}
	fx_list_remove(&job->link);
	job->gate = NULL;
	return true;
}

size_t fx_gate_waiting(const struct fx_gate *g)
{
	size_t n = 0;

	FX_LIST_EACH(&g->waiting, it) {
		n++;
	}
	return n;
}
