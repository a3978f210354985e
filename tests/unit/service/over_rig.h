/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/unit/service/over_rig.h
 * The service over the queue's rig, and waiting for what it answers by done().
 */
#ifndef FX_TESTS_SERVICE_OVER_RIG_H
#define FX_TESTS_SERVICE_OVER_RIG_H

#include "service/service_priv.h"
#include "tests/unit/queue/rig.h"

/** What of prm comes from the rig is filled in. The test fails when it cannot start. */
static inline struct fx_service *service_over(struct rig *r, struct fx_service_prm prm)
{
	struct fx_reason why = {0};
	struct fx_service *s = NULL;

	prm.loop = r->loop;
	prm.store = r->store;
	prm.spool = r->spool;
	prm.ports = r->ports;
	prm.queue = r->queue;
	prm.route = r->route;
	assert_int_equal(fx_service_new(&prm, &r->config, &s, &why), 0);
	return s;
}

/** For done(): what came. */
struct answer {
	bool done;
	int err;
};
static inline void on_answer(void *arg, int err, const struct fx_reason *why)
{
	struct answer *a = arg;

	(void)why;
	a->done = true;
	a->err = err;
}
/** What the call returned, or else what done() brought. @param err  what the call returned */
static inline int answer_of(struct rig *r, struct answer *a, int err)
{
	if (!err) {
		fx_test_wait(r->loop, &a->done, 5 * FX_SECOND);
		a->done = false;
	}
	return err ? err : a->err;
}

#endif
