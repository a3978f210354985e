/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/net_callback.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"

#define PASSWORD_MAX 256u

static const enum fx_auth_type types[] = {FX_AUTH_NONE, FX_AUTH_NTLM, FX_AUTH_SPNEGO,
					  FX_AUTH_KERBEROS};

static int read_password(const char *path, char **ret, struct fx_reason *reterr)
{
	char text[PASSWORD_MAX + 2] = "";
	int err = 0, fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0) {
		return fx_fail(reterr, fx_error_from_errno(errno), "[rpc] callback_password_file: "
			       "%.150s: %s", path, strerror(errno));
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_mode & S_IRWXO) {
		err = fx_fail(reterr, FX_EACCES, "[rpc] callback_password_file: %.150s is open to "
			      "everybody and not used; chmod o-rwx", path);
	} else {
		n = read(fd, text, sizeof(text) - 1);
	}
	(void)close(fd);
	text[strcspn(text, "\r\n")] = '\0';
	if (!err && (n < 0 || !*text || strlen(text) > PASSWORD_MAX)) {
		err = fx_fail(reterr, FX_EIO, "[rpc] callback_password_file: the first line of "
			      "%.150s is a password of 1 to %u bytes", path, PASSWORD_MAX);
	}
	if (!err) {
		*ret = fx_strdup(text);
		err = *ret ? 0 : FX_ENOMEM;
	}
	explicit_bzero(text, sizeof(text));
	return err;
}

/* DOMAIN\user, user@REALM or user. */
static int split_user(struct fx_net_callback *c, const char *text)
{
	const char *slash = strchr(text, '\\'), *at = strrchr(text, '@');

	if (slash) {
		c->domain = fx_asprintf("%.*s", (int)(slash - text), text);
		c->user = fx_strdup(slash + 1);
	} else if (at) {
		c->domain = fx_strdup(at + 1);
		c->user = fx_asprintf("%.*s", (int)(at - text), text);
	} else {
		c->domain = fx_strdup("");
		c->user = fx_strdup(text);
	}
	return c->user && c->domain ? 0 : FX_ENOMEM;
}

int fx_net_callback_init(struct fx_net_callback *ret, const struct fx_rpc_settings *r,
			 struct fx_reason *reterr)
{
	struct fx_net_callback c = {.how = {.off = !r->callbacks}};
	enum fx_auth_type type = types[r->callback_auth];
	int err = 0;

	if (type == FX_AUTH_NTLM && !(r->callback_user && r->callback_password_file)) {
		return fx_fail(reterr, FX_EINVAL, "[rpc] callback_auth = ntlm wants callback_user "
			       "and callback_password_file");
	}
	if (type && r->callback_password_file && !r->callback_user) {
		return fx_fail(reterr, FX_EINVAL, "[rpc] callback_password_file is the password of "
			       "callback_user, which is missing");
	}
	if (type && r->callback_user) {
		err = split_user(&c, r->callback_user);
	}
	if (!err && type && r->callback_password_file) {
		err = read_password(r->callback_password_file, &c.password, reterr);
	}
	if (err) {
		fx_net_callback_fini(&c);
		return err;
	}
	c.how.login = (struct fx_callout_login){
		.type = type, .user = c.user, .domain = c.domain, .password = c.password};
	*ret = c;
	return 0;
}

void fx_net_callback_fini(struct fx_net_callback *c)
{
	if (c->password) {
		explicit_bzero(c->password, strlen(c->password));
	}
	c->password = fx_free(c->password);
	c->user = fx_free(c->user);
	c->domain = fx_free(c->domain);
}
