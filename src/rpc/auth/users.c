/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/users_priv.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/auth/upcase.h"

#define LINE_MAX_BYTES 256u

int fx_users_open(const char *path, struct fx_users **ret)
{
	struct fx_users *u = fx_zalloc(sizeof(*u));

	if (!u) {
		return FX_ENOMEM;
	}
	u->path = fx_strdup(path);
	if (!u->path) {
		(void)fx_free(u);
		return FX_ENOMEM;
	}
	(void)pthread_mutex_init(&u->lock, NULL);
	*ret = u;
	return 0;
}

void fx_users_table_fini(struct users_table *t)
{
	if (t->rows) {
		explicit_bzero(t->rows, t->n * sizeof(*t->rows));
	}
	(void)fx_free(t->rows);
	fx_buf_fini(&t->notes);
	*t = (struct users_table){0};
}

struct fx_users *fx_users_close(struct fx_users *u)
{
	if (u) {
		fx_users_table_fini(&u->table);
		(void)pthread_mutex_destroy(&u->lock);
		(void)fx_free(u->path);
		(void)fx_free(u);
	}
	return NULL;
}

int fx_users_name_ok(const char *name, struct fx_reason *reterr)
{
	size_t n = strlen(name);

	if (n == 0 || n > FX_USERS_NAME_MAX || !fx_utf8_valid(name, n)) {
		return fx_fail(reterr, FX_EINVAL, "a name of a user has 1 to %u bytes of UTF-8",
			       FX_USERS_NAME_MAX);
	}
	if (strpbrk(name, ":\"/\\[]|<>+=;?*,@") || name[0] == '#' || name[0] == ' ' ||
	    name[n - 1] == ' ') {
		return fx_fail(reterr, FX_EINVAL,
			       "'%s' cannot be the name of a user: none of "
			       ":\"/\\[]|<>+=;?*,@, no # or space in front, no space at the end",
			       name);
	}
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)name[i] < 0x20 || name[i] == 0x7F) {
			return fx_fail(reterr, FX_EINVAL,
				       "a control character in the name of a user");
		}
	}
	return 0;
}

void fx_users_key(char dst[3 * FX_USERS_NAME_MAX + 1], const char *name)
{
	uint8_t text[2 * FX_USERS_NAME_MAX];
	size_t units = fx_utf16le_put(text, name);

	fx_upcase16le(text, units);
	dst[fx_utf16le_get(dst, text, units)] = '\0';
}

size_t fx_users_find(const struct users_table *t, const char *key, bool *ret_found)
{
	size_t low = 0, high = t->n, mid;
	int c;

	*ret_found = false;
	while (low < high && !*ret_found) {
		mid = low + (high - low) / 2;
		c = strcmp(t->rows[mid].key, key);
		*ret_found = c == 0;
		if (c < 0) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	return *ret_found ? high : low;
}

struct users_row *fx_users_insert(struct users_table *t, size_t at)
{
	size_t cap = t->cap ? 2 * t->cap : 16;
	struct users_row *rows;

	if (t->n == t->cap) {
		/* not realloc(): it would leave hashes behind */
		rows = fx_calloc(cap, sizeof(*rows));
		if (!rows) {
			return NULL;
		}
		if (t->n) {
			memcpy(rows, t->rows, t->n * sizeof(*rows));
			explicit_bzero(t->rows, t->n * sizeof(*rows));
		}
		(void)fx_free(t->rows);
		t->rows = rows;
		t->cap = cap;
	}
	memmove(t->rows + at + 1, t->rows + at, (t->n - at) * sizeof(*t->rows));
	t->n++;
	t->rows[at] = (struct users_row){0};
	return &t->rows[at];
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	       c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool hash_get(const char *s, uint8_t ret[16])
{
	if (strlen(s) != 32) {
		return false;
	}
	for (size_t i = 0; i < 16; i++) {
		if (hex(s[2 * i]) < 0 || hex(s[2 * i + 1]) < 0) {
			return false;
		}
		ret[i] = (uint8_t)(hex(s[2 * i]) << 4 | hex(s[2 * i + 1]));
	}
	return true;
}

/* 20261122T194012Z, or nothing */
static bool date_get(const char *s, int64_t *ret)
{
	struct tm tm = {0};
	const char *end;

	if (!*s) {
		*ret = 0;
		return true;
	}
	end = strptime(s, "%Y%m%dT%H%M%SZ", &tm);
	*ret = end ? (int64_t)timegm(&tm) : 0;
	return end && !*end && strlen(s) == 16;
}

/* One line, in pieces. @return NULL or what is wrong with it */
static const char *row_get(char *line, struct fx_user *ret)
{
	char *rest = line, *name = strsep(&rest, ":"), *hash = strsep(&rest, ":");
	char *date = strsep(&rest, ":"), *flags = rest, *flag;

	if (!flags || strchr(flags, ':')) {
		return "not of the form name:hash:date:flags";
	}
	if (fx_users_name_ok(name, NULL)) {
		return "a name that cannot be";
	}
	if (!hash_get(hash, ret->nt_hash)) {
		return "the NT hash is not 32 digits of hex";
	}
	if (!date_get(date, &ret->changed_at)) {
		return "the date is not as 20261122T194012Z";
	}
	while (flags && *flags) {
		flag = strsep(&flags, ",");
		if (!fx_str_eq(flag, "disabled")) {
			return "an unknown flag (there is 'disabled')";
		}
		ret->disabled = true;
	}
	(void)fx_strlcpy(ret->name, name, sizeof(ret->name));
	return NULL;
}

static int line_get(const struct fx_users *u, struct users_table *t, unsigned no, char *line,
		    struct fx_reason *reterr)
{
	struct fx_user user = {0};
	struct users_row *row;
	char key[sizeof(row->key)];
	const char *wrong;
	bool found;
	size_t at;
	int err = 0;

	if (line[0] == '#' || line[0] == '\0') {
		fx_buf_printf(&t->notes, "%s\n", line);
		return t->notes.err;
	}
	wrong = row_get(line, &user);
	if (wrong) {
		err = fx_fail(reterr, FX_EDATA, "%s: line %u: %s", u->path, no, wrong);
		goto out;
	}
	fx_users_key(key, user.name);
	at = fx_users_find(t, key, &found);
	if (found) {
		err = fx_fail(reterr, FX_EDATA, "%s: line %u: user %s is there twice", u->path, no,
			      user.name);
		goto out;
	}
	if (t->n == FX_USERS_MAX) {
		err = fx_fail(reterr, FX_ELIMIT, "%s has more than %u users", u->path,
			      FX_USERS_MAX);
		goto out;
	}
	row = fx_users_insert(t, at);
	if (!row) {
		err = FX_ENOMEM;
		goto out;
	}
	row->user = user;
	memcpy(row->key, key, sizeof(key));
out:
	explicit_bzero(&user, sizeof(user));
	return err;
}

/* Lines of a whole file; text is cut up. */
static int parse(const struct fx_users *u, char *text, size_t n, struct users_table *t,
		 struct fx_reason *reterr)
{
	char *line = text, *end;
	int err = 0;

	if (memchr(text, '\0', n)) {
		return fx_fail(reterr, FX_EDATA, "%s is not a text", u->path);
	}
	for (unsigned no = 1; *line && !err; no++) {
		end = strchrnul(line, '\n');
		if (*end) {
			*end++ = '\0';
		}
		if (strlen(line) > LINE_MAX_BYTES) {
			return fx_fail(reterr, FX_EDATA, "%s: line %u is longer than %u bytes",
				       u->path, no, LINE_MAX_BYTES);
		}
		err = line_get(u, t, no, line, reterr);
		line = end;
	}
	return err;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mode == b->st_mode && a->st_uid == b->st_uid &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* What the file may be. */
static int check_file(const struct fx_users *u, const struct stat *st, struct fx_reason *reterr)
{
	if (!S_ISREG(st->st_mode)) {
		return fx_fail(reterr, FX_EACCES, "%s is not a plain file", u->path);
	}
	if (st->st_mode & 077) {
		return fx_fail(reterr, FX_EACCES,
			       "%s has mode %04o: others may use it, and its hashes "
			       "are worth as much as passwords; chmod 600 %s",
			       u->path, (unsigned)(st->st_mode & 07777), u->path);
	}
	if (st->st_uid != 0 && st->st_uid != geteuid()) {
		return fx_fail(reterr, FX_EACCES,
			       "%s belongs to uid %u; chown it to uid %u or root", u->path,
			       (unsigned)st->st_uid, (unsigned)geteuid());
	}
	if (st->st_size > (off_t)FX_USERS_FILE_MAX) {
		return fx_fail(reterr, FX_ELIMIT, "%s is larger than %u bytes", u->path,
			       FX_USERS_FILE_MAX);
	}
	return 0;
}

static int read_whole(int fd, size_t size, char *text, size_t *ret_n)
{
	size_t n = 0;
	ssize_t k = 1;

	while (n < size && k > 0) {
		k = read(fd, text + n, size - n);
		if (k < 0 && errno == EINTR) {
			k = 1;
		} else if (k < 0) {
			return fx_error_from_errno(errno);
		} else {
			n += (size_t)k;
		}
	}
	*ret_n = n;
	return 0;
}

static int load_fd(struct fx_users *u, int fd, const struct stat *st, struct fx_reason *reterr)
{
	struct users_table t = {0};
	size_t size = (size_t)st->st_size, n = 0;
	char *text = fx_zalloc(size + 1);
	int err = text ? read_whole(fd, size, text, &n) : FX_ENOMEM;

	if (!err) {
		err = parse(u, text, n, &t, reterr);
	}
	if (text) {
		explicit_bzero(text, size);
	}
	(void)fx_free(text);
	if (err) {
		fx_users_table_fini(&t);
		return err;
	}
	fx_users_table_fini(&u->table);
	u->table = t;
	u->seen = *st;
	u->read = true;
	return 0;
}

int fx_users_load(struct fx_users *u, struct fx_reason *reterr)
{
	struct stat st;
	int fd, err;

	if (u->read && stat(u->path, &st) == 0 && same_file(&st, &u->seen)) {
		return 0;
	}
	u->read = false;
	/* not blocked by a FIFO, not led elsewhere */
	fd = open(u->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT) {
		fx_users_table_fini(&u->table);
		return 0;
	}
	if (fd < 0) {
		err = fx_error_from_errno(errno);
		return fx_fail(reterr, err == FX_EACCES ? err : FX_EIO, "%s cannot be read: %s",
			       u->path, strerror(errno));
	}
	err = fstat(fd, &st) ? FX_EIO : check_file(u, &st, reterr);
	if (!err) {
		err = load_fd(u, fd, &st, reterr);
	}
	(void)close(fd);
	return err;
}

int fx_users_check(struct fx_users *u, struct fx_reason *reterr)
{
	int err;

	(void)pthread_mutex_lock(&u->lock);
	err = fx_users_load(u, reterr);
	(void)pthread_mutex_unlock(&u->lock);
	return err;
}

int fx_users_lookup(struct fx_users *u, const char *name, struct fx_user *ret,
		    struct fx_reason *reterr)
{
	char key[sizeof(u->table.rows->key)];
	bool found;
	size_t at;
	int err;

	(void)pthread_mutex_lock(&u->lock);
	err = fx_users_load(u, reterr);
	if (!err && strlen(name) <= FX_USERS_NAME_MAX) {
		fx_users_key(key, name);
		at = fx_users_find(&u->table, key, &found);
		err = found ? 0 : FX_ENOENT;
		if (found) {
			*ret = u->table.rows[at].user;
		}
	} else if (!err) {
		err = FX_ENOENT;
	}
	(void)pthread_mutex_unlock(&u->lock);
	return err;
}

int fx_users_list(struct fx_users *u, struct fx_user **ret, size_t *ret_n,
		  struct fx_reason *reterr)
{
	struct fx_user *list = NULL;
	int err;

	(void)pthread_mutex_lock(&u->lock);
	err = fx_users_load(u, reterr);
	if (!err) {
		list = fx_calloc(u->table.n, sizeof(*list));
		err = list ? 0 : FX_ENOMEM;
	}
	for (size_t i = 0; !err && i < u->table.n; i++) {
		list[i] = u->table.rows[i].user;
		memset(list[i].nt_hash, 0, sizeof(list[i].nt_hash));
	}
	if (!err) {
		*ret = list;
		*ret_n = u->table.n;
	}
	(void)pthread_mutex_unlock(&u->lock);
	return err;
}
