/* SPDX-License-Identifier: Apache-2.0 */
/** @file tests/unit/auth/pair.h  A server and a client of ours that shake hands. */
#ifndef FX_TESTS_AUTH_PAIR_H
#define FX_TESTS_AUTH_PAIR_H

#include <string.h>

#include "rpc/auth/auth.h"
#include "rpc/auth/sec.h"
#include "rpc/auth/users.h"
#include "support/support.h"

#define PAIR_STEPS 8u

static inline int64_t pair_now(void *arg)
{
	return *(int64_t *)arg;
}

struct pair {
	char *dir, *path;
	int64_t now_us;
	struct fx_auth_server *server;
	struct fx_auth *a, *b; /* client, server */
	struct fx_buf tokens[2 * PAIR_STEPS]; /* client's and server's in turn */
	size_t n_tokens;
	struct fx_reason why;
};

static inline void pair_init(struct pair *p, const char *user, const char *password)
{
	struct fx_auth_server_prm prm = {.host = "fax.example.org", .wall_us = pair_now};
	struct fx_users *u;

	*p = (struct pair){.now_us = FX_TEST_EPOCH_US};
	p->dir = fx_test_mkdir();
	p->path = fx_asprintf("%s/users", p->dir);
	assert_int_equal(fx_users_open(p->path, &u), 0);
	assert_int_equal(fx_users_set_password(u, user, password, FX_TEST_EPOCH_US / 1000000, NULL),
			 0);
	(void)fx_users_close(u);
	prm.users_file = p->path;
	prm.wall_arg = &p->now_us;
	assert_int_equal(fx_auth_server_new(&prm, &p->server, NULL), 0);
}

static inline void pair_hang_up(struct pair *p)
{
	p->a = fx_auth_free(p->a);
	p->b = fx_auth_free(p->b);
	for (size_t i = 0; i < p->n_tokens; i++) {
		fx_buf_fini(&p->tokens[i]);
	}
	p->n_tokens = 0;
}

static inline void pair_fini(struct pair *p)
{
	pair_hang_up(p);
	(void)fx_auth_server_free(p->server);
	(void)fx_free(p->path);
	fx_test_rmdir(p->dir);
}

/* Both contexts made. @return what fx_auth_initiate() or accept said */
static inline int pair_open(struct pair *p, enum fx_auth_type type, enum fx_auth_level level,
			    const char *user, const char *domain, const char *password)
{
	struct fx_auth_client_prm prm = {.type = type, .level = level, .host = "fax.example.org",
		.user = user, .domain = domain, .password = password};
	int err;

	pair_hang_up(p);
	err = fx_auth_initiate(&prm, &p->a, &p->why);
	return err ? err : fx_auth_accept(p->server, type, level, &p->b);
}

/* @return 0, or the first error of either side; its reason in p->why */
static inline int pair_shake(struct pair *p)
{
	struct fx_buf *in = NULL, *out;
	int rc, other = 1;

	while (p->n_tokens < 2 * PAIR_STEPS) {
		out = &p->tokens[p->n_tokens];
		rc = fx_auth_step(p->n_tokens % 2 ? p->b : p->a, in ? in->data : NULL,
				  in ? in->len : 0, out, &p->why);
		p->n_tokens++;
		if (rc < 0) {
			return rc;
		}
		if (rc == 0 && other == 0 && out->len == 0) {
			return 0;
		}
		assert_true(out->len > 0);
		other = rc;
		in = out;
	}
	return FX_ELIMIT;
}

#endif
