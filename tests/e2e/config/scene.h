/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/e2e/config/scene.h
 * A whole service on the virtual clock, in a thread of this process, with two clients. It may be
 * stopped and started again on its state folder; the wall clock goes on where it stood.
 */
#ifndef FX_TESTS_E2E_CONFIG_SCENE_H
#define FX_TESTS_E2E_CONFIG_SCENE_H

#include <pthread.h>
#include "clients/common/client.h"
#include "daemon/daemon.h"
#include "tests/support/support.h"

struct scene {
	char *dir, *state, *socket;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t up;
	bool is_up;
	enum fx_exit code;
	struct fx_loop *loop;
	int64_t wall_us;          /**< Unix time at which the next life begins */
	struct fx_client *c, *other;
};

int scene_setup(void **state);    /**< of one test; *state = the scene, not started */
int scene_teardown(void **state); /**< stops what runs */
void scene_start(struct scene *s);
void scene_stop(struct scene *s);
void scene_restart(struct scene *s);
void scene_live(struct scene *s, int64_t seconds);
int64_t scene_now(struct scene *s); /**< Unix seconds */
/** Move the wall clock of the next life; not while it runs. */
void scene_set_clock(struct scene *s, int64_t at);

typedef void(scene_change_fn)(struct fx_ms_configuration *w);
/** Read, change and write the configuration by the first client. @return the code */
uint32_t scene_configure(struct scene *s, scene_change_fn *change);
/** As the second client sees it; fx_free(). */
struct fx_ms_configuration *scene_config(struct scene *s);

struct scene_fax {
	const char *number, *tsid, *cover; /**< cover: a common page, or an upload's name */
	bool common;
	uint32_t schedule;                 /**< 2 = discount hours */
};
/** A fax of one page. @return the code; *ret_id optional */
uint32_t scene_send(struct scene *s, const struct scene_fax *fax, uint64_t *ret_id);
/** Upload bytes under a fresh name. */
void scene_upload(struct scene *s, const char *ext, const char *text, char name[256]);
/** State of a job by the second client, "message" when it is one, "" when it is nowhere; static */
const char *scene_job_state(struct scene *s, uint64_t id);
/** Messages of a folder; the newest in *ret, fx_free(). @param ret optional */
uint32_t scene_messages(struct scene *s, uint32_t folder, struct fx_cs_message **ret);
/** Wait on the virtual clock until a folder has n messages; fails after that many seconds. */
struct fx_cs_message *scene_await(struct scene *s, uint32_t folder, uint32_t n, int64_t seconds);

#endif
