/* SPDX-License-Identifier: Apache-2.0 */
/* As whom a program logs in: environment, file of credentials (its bytes), defaults. */
#include "clients/common/login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

#define LINE_MAX_LEN 1024u
#define NAME_SIZE    300u /* HOST:PORT, with brackets around an IPv6 address */

void fx_login_wipe(struct fx_login *l)
{
	volatile char *p = (volatile char *)l;

	/* volatile: memset() before a free is one that a compiler may leave out */
	for (size_t i = 0; i < sizeof(*l); i++) {
		p[i] = 0;
	}
}

static bool put(char *dst, const char *p, size_t n)
{
	if (n >= FX_LOGIN_TEXT_MAX || memchr(p, '\0', n)) {
		return false;
	}
	memcpy(dst, p, n);
	dst[n] = '\0';
	return true;
}

bool fx_login_set_user(struct fx_login *l, const char *text)
{
	const char *slash = strchr(text, '\\'), *at = strrchr(text, '@');

	l->domain[0] = '\0';
	if (slash) {
		return slash[1] && put(l->domain, text, (size_t)(slash - text)) &&
		       put(l->user, slash + 1, strlen(slash + 1));
	}
	if (at && at != text && at[1]) {
		return put(l->domain, at + 1, strlen(at + 1)) &&
		       put(l->user, text, (size_t)(at - text));
	}
	return *text && put(l->user, text, strlen(text));
}

/* --- the file's bytes --- */

struct line {
	const char *p, *end; /* without the end of line, blanks around taken off */
	const char *whole;   /* where it begins, to copy it */
	unsigned number;
};

/* @return 1 a line, 0 the end, FX_ELIMIT, FX_EINVAL */
static int next_line(const char *p, size_t n, size_t *at, struct line *l, struct fx_reason *reterr)
{
	const char *nl;

	if (*at >= n) {
		return 0;
	}
	nl = memchr(p + *at, '\n', n - *at);
	l->whole = l->p = p + *at;
	l->end = nl ? nl : p + n;
	*at = (size_t)(l->end - p) + 1;
	l->number++;
	if ((size_t)(l->end - l->p) > LINE_MAX_LEN || memchr(l->p, '\0', (size_t)(l->end - l->p))) {
		return fx_fail(reterr, FX_EINVAL, "line %u is too long or not text", l->number);
	}
	while (l->p < l->end && strchr(" \t\r", *l->p)) {
		l->p++;
	}
	while (l->end > l->p && strchr(" \t\r", l->end[-1])) {
		l->end--;
	}
	return 1;
}

static bool is_section(const struct line *l, const char **name, size_t *n)
{
	if (l->end - l->p < 3 || *l->p != '[' || l->end[-1] != ']') {
		return false;
	}
	*name = l->p + 1;
	*n = (size_t)(l->end - l->p) - 2;
	return true;
}

static bool is_comment(const struct line *l)
{
	return l->p == l->end || *l->p == '#' || *l->p == ';';
}

static bool is_name(const char *name, size_t n, const char *want)
{
	char text[NAME_SIZE];

	if (n >= sizeof(text) || n != strlen(want)) {
		return false;
	}
	memcpy(text, name, n);
	text[n] = '\0';
	return fx_str_ieq(text, want);
}

/* value, or "value" with \" and \\ inside */
static bool unquote(const char *p, const char *end, char dst[FX_LOGIN_TEXT_MAX])
{
	size_t n = 0;

	if (end - p < 2 || *p != '"' || end[-1] != '"') {
		return put(dst, p, (size_t)(end - p));
	}
	for (p++, end--; p < end; p++) {
		if (*p == '\\' && (++p == end || !strchr("\"\\", *p))) {
			return false;
		}
		if (n == FX_LOGIN_TEXT_MAX - 1) {
			return false;
		}
		dst[n++] = *p;
	}
	dst[n] = '\0';
	return true;
}

/* `user = ...` or `password = ...` */
static bool get_pair(const struct line *l, struct fx_login *dst)
{
	const char *eq = memchr(l->p, '=', (size_t)(l->end - l->p)), *k = eq, *v = eq + 1;
	char text[FX_LOGIN_TEXT_MAX];
	bool ok = false;

	if (!eq) {
		return false;
	}
	while (k > l->p && strchr(" \t", k[-1])) {
		k--;
	}
	while (v < l->end && strchr(" \t", *v)) {
		v++;
	}
	if (unquote(v, l->end, text)) {
		if (is_name(l->p, (size_t)(k - l->p), "user")) {
			ok = fx_login_set_user(dst, text);
		} else if (is_name(l->p, (size_t)(k - l->p), "password")) {
			ok = put(dst->password, text, strlen(text));
		}
	}
	for (volatile char *w = text; w < text + sizeof(text); w++) {
		*w = 0;
	}
	return ok;
}

static void name_of(const char *host, const char *port, char dst[NAME_SIZE])
{
	(void)snprintf(dst, NAME_SIZE, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

int fx_login_parse(const char *p, size_t n, const char *host, const char *port,
		   struct fx_login *ret, struct fx_reason *reterr)
{
	struct fx_login found[3] = {0}; /* [0]: of sections for others; [1] HOST, [2] HOST:PORT */
	size_t at = 0, sections = 0, len;
	struct line l = {0};
	char exact[NAME_SIZE];
	const char *name;
	int rc, into = 0, best;

	name_of(host, port, exact);
	if (n > FX_LOGIN_FILE_MAX) {
		return fx_fail(reterr, FX_ELIMIT, "it has more than %u bytes", FX_LOGIN_FILE_MAX);
	}
	while ((rc = next_line(p, n, &at, &l, reterr)) > 0) {
		if (is_section(&l, &name, &len)) {
			into = *port && is_name(name, len, exact) ? 2 : is_name(name, len, host);
			if (++sections > FX_LOGIN_HOSTS_MAX) {
				rc = fx_fail(reterr, FX_ELIMIT, "it has more than %u servers",
					     FX_LOGIN_HOSTS_MAX);
				break;
			}
		} else if (!is_comment(&l) && (!sections || !get_pair(&l, &found[into]))) {
			rc = fx_fail(reterr, FX_EINVAL,
				     "line %u is no [server], user = or "
				     "password =",
				     l.number);
			break;
		}
	}
	best = found[2].user[0] ? 2 : 1;
	if (!rc && !found[best].user[0]) {
		rc = FX_ENOENT;
	}
	if (!rc) {
		memcpy(ret->user, found[best].user, sizeof(ret->user));
		memcpy(ret->domain, found[best].domain, sizeof(ret->domain));
		memcpy(ret->password, found[best].password, sizeof(ret->password));
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(found); i++) {
		fx_login_wipe(&found[i]);
	}
	return rc;
}

static void put_quoted(struct fx_buf *b, const char *s)
{
	for (fx_buf_u8(b, '"'); *s; s++) {
		if (*s == '"' || *s == '\\') {
			fx_buf_u8(b, '\\');
		}
		fx_buf_u8(b, (uint8_t)*s);
	}
	fx_buf_put(b, "\"\n", 2);
}

static void put_section(struct fx_buf *b, const char *name, const struct fx_login *l)
{
	char user[2 * FX_LOGIN_TEXT_MAX];

	(void)snprintf(user, sizeof(user), "%s%s%s", l->domain, *l->domain ? "\\" : "", l->user);
	fx_buf_printf(b, "[%s]\nuser = ", name);
	put_quoted(b, user);
	fx_buf_printf(b, "password = ");
	put_quoted(b, l->password);
}

static bool has_control(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7F) {
			return true;
		}
	}
	return false;
}

int fx_login_edit(const char *p, size_t n, const char *name, const struct fx_login *l,
		  struct fx_buf *out, struct fx_reason *reterr)
{
	bool skip = false, removed = false;
	struct line line = {0};
	const char *section;
	size_t at = 0, len;
	int rc;

	if (n > FX_LOGIN_FILE_MAX || !*name || strlen(name) >= NAME_SIZE || has_control(name)) {
		return fx_fail(reterr, FX_EINVAL, "the file is too long, or the name no server's");
	}
	if (l && (has_control(l->user) || has_control(l->domain) || has_control(l->password))) {
		return fx_fail(reterr, FX_EINVAL,
			       "user and password must not have control "
			       "characters");
	}
	while ((rc = next_line(p, n, &at, &line, reterr)) > 0) {
		const char *end = p + (at < n ? at : n);

		if (is_section(&line, &section, &len)) {
			skip = is_name(section, len, name);
			removed |= skip;
		}
		if (!skip) {
			fx_buf_put(out, line.whole, (size_t)(end - line.whole));
		}
	}
	if (!rc && l) {
		if (out->len && out->data[out->len - 1] != '\n') {
			fx_buf_u8(out, '\n');
		}
		put_section(out, name, l);
	}
	rc = rc ? rc : out->err;
	return rc ? rc : l || removed ? 0 : FX_ENOENT;
}

/* --- environment --- */

/* The first line; without its end. */
static int read_password(const char *path, struct fx_login *l, struct fx_reason *reterr)
{
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(l->password, 1, sizeof(l->password) - 1, f) : 0;
	bool bad = !f || ferror(f);

	l->password[n] = '\0';
	if (f) {
		(void)fclose(f);
	}
	n = strcspn(l->password, "\r\n");
	if (bad || n == sizeof(l->password) - 1) {
		return fx_fail(reterr, FX_EINVAL,
			       "CASELLI_PASSWORD_FILE is %s, which cannot be read "
			       "or has no line of less than %u bytes",
			       path, FX_LOGIN_TEXT_MAX);
	}
	l->password[n] = '\0';
	return 0;
}

static int from_environment(struct fx_login *l, struct fx_reason *reterr)
{
	const char *user = getenv("CASELLI_USER"), *file = getenv("CASELLI_PASSWORD_FILE");

	if (!user || !*user) {
		return FX_ENOENT;
	}
	if (!fx_login_set_user(l, user)) {
		return fx_fail(reterr, FX_EINVAL,
			       "CASELLI_USER is \"%s\", which is no user, "
			       "DOMAIN\\user or user@domain",
			       user);
	}
	if (!file || !*file) {
		return fx_fail(reterr, FX_EINVAL,
			       "CASELLI_USER is set; CASELLI_PASSWORD_FILE has to "
			       "name a file with the password");
	}
	return read_password(file, l, reterr);
}

int fx_login_choices(struct fx_login *l, struct fx_reason *reterr)
{
	const char *type = fx_text(getenv("CASELLI_AUTH")), *level = getenv("CASELLI_AUTH_LEVEL");
	unsigned i = FX_AUTH_LEVEL_PRIVACY;

	l->type = *l->user ? FX_AUTH_NTLM : FX_AUTH_SPNEGO;
	if (fx_str_ieq(type, "ntlm")) {
		l->type = FX_AUTH_NTLM;
	} else if (fx_str_ieq(type, "kerberos")) {
		l->type = FX_AUTH_KERBEROS;
	} else if (fx_str_ieq(type, "negotiate")) {
		l->type = FX_AUTH_SPNEGO;
	} else if (*type) {
		return fx_fail(reterr, FX_EINVAL,
			       "CASELLI_AUTH is \"%s\", not ntlm, kerberos or "
			       "negotiate",
			       type);
	}
	if (level && *level) {
		for (i = FX_AUTH_LEVEL_CONNECT;
		     i <= FX_AUTH_LEVEL_PRIVACY && !fx_str_ieq(level, fx_auth_level_str(i)); i++) {
		}
		if (i > FX_AUTH_LEVEL_PRIVACY) {
			return fx_fail(reterr, FX_EINVAL,
				       "CASELLI_AUTH_LEVEL is \"%s\", not "
				       "connect, call, packet, integrity or privacy",
				       level);
		}
	}
	l->level = (enum fx_auth_level)i;
	return 0;
}

int fx_login_find(const char *host, const char *port, struct fx_login *ret,
		  struct fx_reason *reterr)
{
	int rc;

	memset(ret, 0, sizeof(*ret));
	rc = from_environment(ret, reterr);
#ifndef _WIN32
	if (rc == FX_ENOENT) {
		rc = fx_login_file_find(host, port, ret, reterr);
	}
#endif
	if (rc == FX_ENOENT) {
		rc = 0; /* whoever is logged in */
	}
	rc = rc ? rc : fx_login_choices(ret, reterr);
	if (rc) {
		fx_login_wipe(ret);
	}
	return rc;
}
