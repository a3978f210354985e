/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/config/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/log.h"
#include "base/str.h"

#define PAGE_MAX_MESSAGES 1000u

static void *serve(void *arg)
{
	static const char *const loop_settings[][2] = {{"ports", "2"}, {"transport", "t38"},
						       {"t38_pacing", "unpaced"}};
	struct scene *s = arg;
	struct fx_daemon_prm prm = {.state = s->state, .socket = s->socket, .loop = s->loop};
	struct fx_settings settings;
	struct fx_daemon *d = NULL;
	struct fx_reason why = {0};
	enum fx_exit code = FX_EXIT_SETTINGS;
	int err = fx_settings_load(&settings, NULL, false, &why);

	err = err ? err : fx_settings_set(&settings, "service", "host", "no", &why);
	err = err ? err : fx_settings_set(&settings, "service", "min_free_mb", "1", &why);
	err = err ? err : fx_settings_set(&settings, "service", "render", RENDER_PROGRAM, &why);
	for (size_t i = 0; !err && i < FX_ARRAY_LEN(loop_settings); i++) {
		err = fx_settings_set(&settings, "loop", loop_settings[i][0], loop_settings[i][1],
				      &why);
	}
	if (err) {
		fx_settings_fini(&settings);
	} else {
		code = fx_daemon_build(&prm, &settings, &d, &why);
	}
	if (code != FX_EXIT_OK) {
		(void)fprintf(stderr, "service: %s\n", why.text);
	}
	fx_loop_set_limit(s->loop, fx_loop_now_us(s->loop));
	(void)pthread_mutex_lock(&s->lock);
	s->is_up = true;
	s->code = code;
	(void)pthread_cond_signal(&s->up);
	(void)pthread_mutex_unlock(&s->lock);
	if (d) {
		fx_loop_run(s->loop);
		(void)fx_daemon_free(d);
	}
	return NULL;
}

void scene_start(struct scene *s)
{
	assert_int_equal(fx_loop_new_virtual(s->wall_us, &s->loop), 0);
	s->is_up = false;
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_cond_init(&s->up, NULL);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
	(void)pthread_mutex_lock(&s->lock);
	while (!s->is_up) {
		(void)pthread_cond_wait(&s->up, &s->lock);
	}
	(void)pthread_mutex_unlock(&s->lock);
	assert_int_equal(s->code, FX_EXIT_OK);
	assert_int_equal(fx_client_connect(s->socket, 60000, &s->c, NULL), 0);
	assert_int_equal(fx_client_connect(s->socket, 60000, &s->other, NULL), 0);
}

void scene_stop(struct scene *s)
{
	s->c = fx_client_unref(s->c);
	s->other = fx_client_unref(s->other);
	s->wall_us = fx_loop_wall_us(s->loop);
	fx_loop_set_limit(s->loop, FX_LOOP_NO_LIMIT);
	fx_loop_stop(s->loop);
	(void)pthread_join(s->thread, NULL);
	s->loop = fx_loop_free(s->loop);
	(void)pthread_mutex_destroy(&s->lock);
	(void)pthread_cond_destroy(&s->up);
}

void scene_restart(struct scene *s)
{
	scene_stop(s);
	scene_start(s);
}

void scene_live(struct scene *s, int64_t seconds)
{
	const struct timespec moment = {0, 20 * 1000};
	int64_t until = fx_loop_now_us(s->loop) + seconds * FX_SECOND;

	fx_loop_set_limit(s->loop, until);
	while (fx_loop_now_us(s->loop) < until) {
		(void)nanosleep(&moment, NULL);
	}
}

int64_t scene_now(struct scene *s)
{
	return fx_loop_wall_us(s->loop) / FX_SECOND;
}

void scene_set_clock(struct scene *s, int64_t at)
{
	assert_null(s->loop);
	s->wall_us = at * FX_SECOND;
}

/* ---- the clients ---- */

uint32_t scene_configure(struct scene *s, scene_change_fn *change)
{
	struct fx_ms_configuration *w = NULL;
	uint32_t code;

	assert_int_equal(fx_client_get_configuration(s->c, FX_TEXT_UTF8, &w), 0);
	change(w);
	code = fx_client_set_configuration(s->c, FX_TEXT_UTF8, w);
	(void)fx_free(w);
	return code;
}

struct fx_ms_configuration *scene_config(struct scene *s)
{
	struct fx_ms_configuration *w = NULL;

	assert_int_equal(fx_client_get_configuration(s->other, FX_TEXT_UTF8, &w), 0);
	return w;
}

void scene_upload(struct scene *s, const char *ext, const char *text, char name[256])
{
	struct fx_ctx copy;

	assert_int_equal(fx_client_start_copy(s->c, ext, name, &copy), 0);
	assert_int_equal(fx_client_write_file(s->c, &copy, text, strlen(text)), 0);
	assert_int_equal(fx_client_end_copy(s->c, &copy), 0);
}

uint32_t scene_send(struct scene *s, const struct scene_fax *fax, uint64_t *ret_id)
{
	struct fx_ms_profile from = {.name = {.u8 = "Giovanni Caselli"},
				     .tsid = {.u8 = fax->tsid}};
	struct fx_ms_profile to = {.fax_number = {.u8 = fax->number}};
	struct fx_ms_coverpage cover = {.server_based = fax->common,
					.file_name = {.u8 = fax->cover}};
	struct fx_ms_job_param param = {.priority = 1, .schedule_action = fax->schedule,
					.document_name = {.u8 = "letter"}};
	struct fx_client_send send = {.cover = fax->cover ? &cover : NULL, .sender = &from,
				      .recipients = &to, .n_recipients = 1, .param = &param,
				      .form = FX_TEXT_UTF8};
	uint64_t id = 0, ids[1];
	uint32_t job = 0, code;
	char name[256];

	scene_upload(s, ".txt", "Dear friend.\n", name);
	send.file_name = name;
	code = fx_client_send_document(s->c, &send, &job, &id, ids);
	if (!code && ret_id) {
		*ret_id = ids[0];
	}
	return code;
}

const char *scene_job_state(struct scene *s, uint64_t id)
{
	static char state[32];
	struct fx_cs_message *m = NULL;
	struct fx_cs_job *job = NULL;

	state[0] = '\0';
	if (!fx_client_cs_job(s->other, id, FX_TEXT_UTF8, &job)) {
		(void)fx_strlcpy(state, job->state.u8, sizeof(state));
	} else if (!fx_client_cs_message(s->other, id, FX_TEXT_UTF8, &m)) {
		(void)fx_strlcpy(state, "message", sizeof(state));
	}
	(void)fx_free(job);
	(void)fx_free(m);
	return state;
}

uint32_t scene_messages(struct scene *s, uint32_t folder, struct fx_cs_message **ret)
{
	struct fx_cs_message *m = NULL;
	uint32_t n = 0;

	assert_int_equal(fx_client_cs_newest_messages(s->other, folder, 0, PAGE_MAX_MESSAGES,
						      FX_TEXT_UTF8, &m, &n), 0);
	if (ret && n) {
		*ret = m;
	} else {
		(void)fx_free(m);
	}
	return n;
}

struct fx_cs_message *scene_await(struct scene *s, uint32_t folder, uint32_t n, int64_t seconds)
{
	struct fx_cs_message *m = NULL;
	int64_t end = scene_now(s) + seconds;

	for (;;) {
		uint32_t there = scene_messages(s, folder, &m);

		if (there >= n) {
			assert_int_equal(there, n);
			return m;
		}
		m = fx_free(m);
		if (scene_now(s) >= end) {
			fail_msg("%u of %u faxes in folder %u after %lld s", there, n, folder,
				 (long long)seconds);
		}
		scene_live(s, 1);
	}
}

int scene_setup(void **state)
{
	struct scene *s = fx_zalloc(sizeof(*s));

	(void)setenv("TZ", "UTC", 1);
	tzset();
	fx_log_set_level(FX_LOG_ERROR);
	s->dir = fx_test_mkdir();
	s->state = fx_asprintf("%s/state", s->dir);
	s->socket = fx_asprintf("%s/rpc", s->dir);
	s->wall_us = FX_TEST_EPOCH_US;
	*state = s;
	return 0;
}

int scene_teardown(void **state)
{
	struct scene *s = *state;

	if (s->loop) {
		scene_stop(s);
	}
	fx_test_rmdir(s->dir);
	(void)fx_free(s->state);
	(void)fx_free(s->socket);
	(void)fx_free(s);
	return 0;
}
