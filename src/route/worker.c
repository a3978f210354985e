/* SPDX-License-Identifier: Apache-2.0 */
#include "route/worker.h"

#include <pthread.h>
#include "base/list.h"
#include "base/mem.h"

struct fx_workers {
	struct fx_loop *loop;
	unsigned max, running;
	struct fx_link waiting, started; /* job.link */
};

struct job {
	struct fx_link link;
	struct fx_workers *w; /* NULL: dropped; on_end() frees */
	fx_loop_fn *work, *done, *drop;
	void *arg;
	struct fx_loop *loop;
	pthread_t thread;
	bool has_thread;
};

static void on_end(void *arg);

static void *thread_main(void *arg)
{
	struct job *j = arg;

	j->work(j->arg);
	fx_loop_post(j->loop, on_end, j);
	return NULL;
}

static void start(struct job *j)
{
	j->w->running++;
	fx_list_append(&j->w->started, &j->link);
	if (!fx_loop_is_virtual(j->loop)) {
		j->has_thread = !pthread_create(&j->thread, NULL, thread_main, j);
		if (j->has_thread) {
			return;
		}
	}
	(void)thread_main(j); /* virtual; or no thread to be had, then late is better than never */
}

static void start_next(struct fx_workers *w)
{
	while (w->running < w->max && !fx_list_empty(&w->waiting)) {
		struct job *j = FX_CONTAINER(w->waiting.next, struct job, link);

		fx_list_remove(&j->link);
		start(j);
	}
}

static void on_end(void *arg)
{
	struct job *j = arg;
	struct fx_workers *w = j->w;

	if (w) {
		if (j->has_thread) {
			(void)pthread_join(j->thread, NULL);
		}
		fx_list_remove(&j->link);
		w->running--;
		j->done(j->arg);
		start_next(w);
	}
	(void)fx_free(j);
}

int fx_workers_run(struct fx_workers *w, fx_loop_fn *work, fx_loop_fn *done, fx_loop_fn *drop,
		   void *arg)
{
	struct job *j = fx_zalloc(sizeof(*j));

	if (!j) {
		return FX_ENOMEM;
	}
	*j = (struct job){.w = w, .work = work, .done = done, .drop = drop, .arg = arg,
			  .loop = w->loop};
	fx_list_append(&w->waiting, &j->link);
	start_next(w);
	return 0;
}

int fx_workers_new(struct fx_loop *loop, unsigned max, struct fx_workers **ret)
{
	struct fx_workers *w = fx_zalloc(sizeof(*w));

	if (!w) {
		return FX_ENOMEM;
	}
	w->loop = loop;
	w->max = max;
	fx_list_init(&w->waiting);
	fx_list_init(&w->started);
	*ret = w;
	return 0;
}

struct fx_workers *fx_workers_free(struct fx_workers *w)
{
	if (!w) {
		return NULL;
	}
	FX_LIST_EACH_SAFE(&w->waiting, it) {
		struct job *j = FX_CONTAINER(it, struct job, link);

		fx_list_remove(it);
		j->drop(j->arg);
		(void)fx_free(j);
	}
	FX_LIST_EACH_SAFE(&w->started, it) {
		struct job *j = FX_CONTAINER(it, struct job, link);

		if (j->has_thread) {
			(void)pthread_join(j->thread, NULL);
		}
		fx_list_remove(it);
		j->drop(j->arg);
		j->w = NULL; /* on_end() is posted and frees it */
	}
	return fx_free(w);
}
