/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include "base/mem.h"

#include <poll.h>

static void *run(void *arg)
{
	struct rig *r = arg;

	fx_loop_run(r->loop);
	return NULL;
}

void rig_start(struct rig *r)
{
	struct fx_reason why = {0};

	r->dir = fx_test_mkdir();
	(void)snprintf(r->path, sizeof(r->path), "%s/rpc", r->dir);
	assert_int_equal(fx_loop_new_real(&r->loop), 0);
	r->s = fake_service_new(r->loop, r->n_ports ? r->n_ports : 2);
	r->prm.loop = r->loop;
	r->prm.service = r->s;
	r->prm.socket_path = r->path;
	assert_int_equal(fx_rpc_server_new(&r->prm, &r->server, &why), 0);
	(void)pthread_mutex_init(&r->lock, NULL);
	(void)pthread_cond_init(&r->cond, NULL);
	assert_int_equal(pthread_create(&r->thread, NULL, run, r), 0);
}

void rig_stop(struct rig *r)
{
	fx_loop_stop(r->loop);
	(void)pthread_join(r->thread, NULL);
	r->server = fx_rpc_server_free(r->server);
	/* what was posted still wants the service */
	fx_loop_step(r->loop, 0);
	fake_service_free(r->s);
	r->loop = fx_loop_free(r->loop);
	fx_test_rmdir(r->dir);
}

static void do_on_loop(void *arg)
{
	struct rig *r = arg;

	r->fn(r, r->arg);
	(void)pthread_mutex_lock(&r->lock);
	r->done = true;
	(void)pthread_cond_signal(&r->cond);
	(void)pthread_mutex_unlock(&r->lock);
}

void rig_do(struct rig *r, void (*fn)(struct rig *r, void *arg), void *arg)
{
	r->fn = fn;
	r->arg = arg;
	r->done = false;
	fx_loop_post(r->loop, do_on_loop, r);
	(void)pthread_mutex_lock(&r->lock);
	while (!r->done) {
		(void)pthread_cond_wait(&r->cond, &r->lock);
	}
	(void)pthread_mutex_unlock(&r->lock);
}

struct fx_client *rig_client(struct rig *r)
{
	struct fx_client *c = NULL;
	struct fx_reason why = {0};

	assert_int_equal(fx_client_connect(r->path, 10000, &c, &why), 0);
	return c;
}

static void count(struct rig *r, void *arg)
{
	*(size_t *)arg = fx_rpc_server_connections(r->server);
}

size_t rig_connections(struct rig *r)
{
	size_t n = 0;

	rig_do(r, count, &n);
	return n;
}

void rig_wait_connections(struct rig *r, size_t n)
{
	int i;

	for (i = 0; i < 1000 && rig_connections(r) != n; i++) {
		(void)poll(NULL, 0, 5);
	}
	assert_int_equal(rig_connections(r), n);
}

int rig_setup(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	rig_start(r);
	*state = r;
	return 0;
}

int rig_teardown(void **state)
{
	rig_stop(*state);
	(void)fx_free(*state);
	return 0;
}
