/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/net.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "rpc/auth/users.h"

#define SYSTEM_KEYTAB "/etc/krb5.keytab"

struct fx_net {
	struct fx_loop *loop;
	struct fx_auth_server *auth; /* NULL: nothing is listened at */
	uint32_t mechs;
	bool winbind;
	char *users_file, *keytab, *principal;
	struct fx_net_callback callback;
	struct fx_rpc_server *server;
};

/* From workers, too: the clocks of a loop may be asked on any thread. */
static int64_t wall_us(void *arg)
{
	return fx_loop_wall_us(arg);
}

static int make_auth(struct fx_net *n, const struct fx_settings *s, struct fx_reason *reterr)
{
	bool ntlm = n->mechs & FX_MECH_NTLM;
	struct fx_auth_server_prm prm = {
		.users_file = ntlm ? n->users_file : NULL,
		.host = s->rpc.host,
		.domain = s->rpc.domain,
		.keytab = n->keytab,
		.kerberos = n->mechs & FX_MECH_KERBEROS,
		.winbind = ntlm && n->winbind,
		.wall_us = wall_us,
		.wall_arg = n->loop,
	};

	return fx_auth_server_new(&prm, &n->auth, reterr);
}

int fx_net_new(struct fx_loop *loop, const struct fx_settings *s, const char *state_dir,
	       struct fx_net **ret, struct fx_reason *reterr)
{
	struct fx_net *n = fx_zalloc(sizeof(*n));
	char host[256] = "";
	int err = 0;

	if (!n) {
		return FX_ENOMEM;
	}
	n->loop = loop;
	n->mechs = s->rpc.auth;
	n->winbind = s->rpc.winbind;
	n->users_file = s->rpc.users_file ? fx_strdup(s->rpc.users_file) :
					    fx_asprintf("%s/users", state_dir);
	n->keytab = fx_strdup(s->rpc.keytab);
	if (!s->rpc.host && gethostname(host, sizeof(host) - 1)) {
		(void)fx_strlcpy(host, "localhost", sizeof(host));
	}
	n->principal = fx_asprintf("host/%s", s->rpc.host ? s->rpc.host : host);
	if (!n->users_file || (s->rpc.keytab && !n->keytab) || !n->principal) {
		err = FX_ENOMEM;
	}
	if (!err) {
		err = fx_net_callback_init(&n->callback, &s->rpc, reterr);
	}
	if (!err && (s->rpc.listen || s->rpc.pipe)) {
		err = make_auth(n, s, reterr);
	}
	if (err) {
		(void)fx_net_free(n);
		return err;
	}
	n->callback.how.login.own = n->auth;
	*ret = n;
	return 0;
}

struct fx_net *fx_net_free(struct fx_net *n)
{
	if (n) {
		n->auth = fx_auth_server_free(n->auth);
		(void)fx_free(n->users_file);
		(void)fx_free(n->keytab);
		(void)fx_free(n->principal);
		fx_net_callback_fini(&n->callback);
		(void)fx_free(n);
	}
	return NULL;
}

const char *fx_net_users_file(const struct fx_net *n)
{
	return n->users_file;
}

const struct fx_rpc_callback *fx_net_callback(const struct fx_net *n)
{
	return &n->callback.how;
}

int fx_net_reload(struct fx_net *n, const struct fx_settings *s, struct fx_rpc_server *server,
		  struct fx_reason *reterr)
{
	struct fx_net_callback old = n->callback;
	struct fx_rpc_net_prm prm;
	int err = fx_net_callback_init(&n->callback, &s->rpc, reterr);

	if (err) {
		return err;
	}
	n->callback.how.login.own = n->auth;
	fx_rpc_server_set_callback(server, &n->callback.how);
	fx_net_callback_fini(&old);
	fx_net_prm(n, s, &prm);
	fx_rpc_server_set_net(server, &prm);
	return 0;
}

/* SPNEGO leads to either of them; what is not offered the backend refuses. */
static int on_accept(void *arg, unsigned type, unsigned level, struct fx_auth **ret)
{
	struct fx_net *n = arg;

	if ((type == FX_AUTH_NTLM && !(n->mechs & FX_MECH_NTLM)) ||
	    (type == FX_AUTH_KERBEROS && !(n->mechs & FX_MECH_KERBEROS))) {
		return FX_ENOSYS;
	}
	return fx_auth_accept(n->auth, type, level, ret);
}

void fx_net_prm(struct fx_net *n, const struct fx_settings *s, struct fx_rpc_net_prm *ret)
{
	const struct fx_rpc_settings *r = &s->rpc;

	*ret = (struct fx_rpc_net_prm){
		.listen = r->listen,
		.mapper_port = (uint16_t)r->mapper_port,
		.pipe = r->pipe,
		.accept = n->auth ? on_accept : NULL,
		.accept_arg = n,
		.login = fx_service_login_name,
		.min_level = (unsigned)r->min_level + FX_AUTH_LEVEL_CONNECT,
		.local_min_level = (unsigned)r->local_min_level + FX_AUTH_LEVEL_CONNECT,
		.principal = n->principal,
		.max_connections = (uint32_t)r->max_connections,
		.max_address_connections = (uint32_t)r->max_address_connections,
		.max_user_connections = (uint32_t)r->max_user_connections,
		.max_pending = (uint32_t)r->max_pending,
		.login_ms = (uint32_t)r->login_timeout_s * 1000,
		.idle_ms = (uint32_t)r->idle_timeout_s * 1000,
		.max_memory_bytes = (uint64_t)r->max_memory_mb << 20,
	};
}

/* ---- for the doctor ---- */

struct report {
	struct fx_health *v;
	size_t n, max;
};

static void put(struct report *r, int level, const char *fmt, ...) FX_PRINTF(3, 4);

static void put(struct report *r, int level, const char *fmt, ...)
{
	struct fx_health *h;
	va_list ap;

	if (r->n == r->max) {
		return;
	}
	h = &r->v[r->n++];
	memset(h, 0, sizeof(*h));
	(void)fx_strlcpy(h->name, "network", sizeof(h->name));
	h->level = level;
	va_start(ap, fmt);
	(void)vsnprintf(h->text, sizeof(h->text), fmt, ap);
	va_end(ap);
}

static void users_health(const struct fx_net *n, struct report *r)
{
	struct fx_reason why = {0};
	struct fx_users *u = NULL;
	struct fx_user *list = NULL;
	size_t count = 0;
	int err = fx_users_open(n->users_file, &u);

	err = err ? err : fx_users_list(u, &list, &count, &why);
	if (err) {
		put(r, 2, "users: %.200s", *why.text ? why.text : fx_error_str(err));
	} else if (!count && !n->winbind) {
		put(r, n->mechs & FX_MECH_KERBEROS ? 0 : 1, "users: %.120s has none; give one a "
		    "password: caselli access set-password NAME", n->users_file);
	} else {
		put(r, 0, "users: %zu in %.150s%s", count, n->users_file,
		    n->winbind ? ", others by winbind" : "");
	}
	(void)fx_free(list);
	(void)fx_users_close(u);
}

static void keytab_health(const struct fx_net *n, struct report *r)
{
	const char *path = n->keytab ? n->keytab : SYSTEM_KEYTAB;

	if (!access(path, R_OK)) {
		put(r, 0, "Kerberos: keys of %.60s from %.120s", n->principal, path);
	} else if (n->keytab || !(n->mechs & FX_MECH_NTLM)) {
		put(r, 2, "Kerberos: %.120s: %s; the service's user must be able to read it", path,
		    strerror(errno));
	} else {
		put(r, 0, "Kerberos: there is no keytab (%.100s), so tickets are not taken", path);
	}
}

static void callback_health(const struct fx_net *n, struct report *r)
{
	const struct fx_callout_login *l = &n->callback.how.login;
	char type[16];

	if (n->callback.how.off) {
		put(r, 0, "programs are not called back with events: [rpc] callbacks = no");
	} else if (!l->type) {
		put(r, 0, "programs are called back with events without authentication, which "
		    "Windows' own refuse: [rpc] callback_auth");
	} else {
		put(r, 0, "programs are called back with events by %s, as %.100s",
		    fx_auth_type_str(l->type, type),
		    *fx_text(l->user) ? l->user : "the service's own user");
	}
}

static size_t on_health(void *arg, struct fx_health *v, size_t max)
{
	struct fx_net *n = arg;
	struct report r = {.v = v, .max = max};
	const char *trouble = fx_rpc_server_trouble(n->server);
	size_t known, pending;
	char text[256] = "", one[96];

	if (!fx_rpc_server_listens(n->server, 0, one, sizeof(one))) {
		put(&r, 0, "only this machine is served: [rpc] listen is empty");
		if (n->callback.how.off || n->callback.how.login.type) {
			callback_health(n, &r);
		}
		return r.n;
	}
	for (size_t i = 0; fx_rpc_server_listens(n->server, i, one, sizeof(one)); i++) {
		size_t len = strlen(text);

		(void)snprintf(text + len, sizeof(text) - len, "%s%s", i ? ", " : "", one);
	}
	fx_rpc_server_net_counts(n->server, &known, &pending);
	put(&r, 0, "listening at %.180s; %zu connections, %zu without a user", text, known,
	    pending);
	if (*trouble) {
		put(&r, 1, "%.250s", trouble);
	}
	if (n->mechs & FX_MECH_NTLM) {
		users_health(n, &r);
	}
	if (n->mechs & FX_MECH_KERBEROS) {
		keytab_health(n, &r);
	}
	callback_health(n, &r);
	return r.n;
}

void fx_net_watch(struct fx_net *n, struct fx_service *service, struct fx_rpc_server *server)
{
	n->server = server;
	fx_service_more_health(service, on_health, n);
}

/* ---- passwords: the file is on a disk, so in a worker ---- */

struct job {
	struct fx_loop *loop;
	enum fx_password_change how;
	char *path, *name, *password;
	int err;
	struct fx_reason why;
	fx_password_done_fn *done;
	fx_password_list_fn *list;
	void *arg;
	struct fx_password_row *rows;
	size_t n;
};

static void job_free(struct job *j)
{
	if (j->password) {
		explicit_bzero(j->password, strlen(j->password));
	}
	(void)fx_free(j->password);
	(void)fx_free(j->name);
	(void)fx_free(j->path);
	(void)fx_free(j->rows);
	(void)fx_free(j);
}

static struct job *job_new(const struct fx_net *n, void *arg)
{
	struct job *j = fx_zalloc(sizeof(*j));

	if (j) {
		j->loop = n->loop;
		j->arg = arg;
		j->path = fx_strdup(n->users_file);
	}
	if (j && !j->path) {
		job_free(j);
		j = NULL;
	}
	return j;
}

static void change(void *arg)
{
	struct job *j = arg;
	struct fx_users *u = NULL;
	int err = fx_users_open(j->path, &u);

	if (!err) {
		switch (j->how) {
		case FX_PASSWORD_SET:
			err = fx_users_set_password(u, j->name, j->password,
						    fx_loop_wall_us(j->loop) / FX_SECOND, &j->why);
			break;
		case FX_PASSWORD_REMOVE:
			err = fx_users_remove(u, j->name, &j->why);
			break;
		case FX_PASSWORD_DISABLE:
		case FX_PASSWORD_ENABLE:
			err = fx_users_set_disabled(u, j->name, j->how == FX_PASSWORD_DISABLE,
						    &j->why);
			break;
		}
	}
	(void)fx_users_close(u);
	j->err = err;
}

static void changed(void *arg)
{
	struct job *j = arg;

	j->done(j->arg, j->err, j->err ? &j->why : NULL);
	job_free(j);
}

static int start_change(void *arg, enum fx_password_change how, const char *name,
			const char *password, fx_password_done_fn *done, void *done_arg)
{
	struct job *j = job_new(arg, done_arg);
	int err = FX_ENOMEM;

	if (!j) {
		return err;
	}
	j->how = how;
	j->done = done;
	j->name = fx_strdup(name);
	j->password = password ? fx_strdup(password) : NULL;
	if (j->name && (!password || j->password)) {
		err = fx_loop_work(j->loop, change, changed, j);
	}
	if (err) {
		job_free(j);
	}
	return err;
}

static void list(void *arg)
{
	struct job *j = arg;
	struct fx_users *u = NULL;
	struct fx_user *v = NULL;

	j->err = fx_users_open(j->path, &u);
	if (!j->err) {
		j->err = fx_users_list(u, &v, &j->n, &j->why);
	}
	j->rows = j->err ? NULL : fx_calloc(j->n + 1, sizeof(*j->rows));
	if (!j->err && !j->rows) {
		j->err = FX_ENOMEM;
	}
	for (size_t i = 0; !j->err && i < j->n; i++) {
		(void)fx_strlcpy(j->rows[i].name, v[i].name, sizeof(j->rows[i].name));
		j->rows[i].changed_at = v[i].changed_at;
		j->rows[i].disabled = v[i].disabled;
	}
	(void)fx_free(v);
	(void)fx_users_close(u);
}

static void listed(void *arg)
{
	struct job *j = arg;

	if (j->err) {
		fx_log(FX_LOG_WARN, "daemon: the file of users cannot be read: %s",
		       *j->why.text ? j->why.text : fx_error_str(j->err));
	}
	j->list(j->arg, j->err, j->rows, j->err ? 0 : j->n);
	job_free(j);
}

static int start_list(void *arg, fx_password_list_fn *done, void *done_arg)
{
	struct job *j = job_new(arg, done_arg);
	int err = FX_ENOMEM;

	if (j) {
		j->list = done;
		err = fx_loop_work(j->loop, list, listed, j);
	}
	if (j && err) {
		job_free(j);
	}
	return err;
}

const struct fx_password_ops fx_net_passwords = {start_change, start_list};
