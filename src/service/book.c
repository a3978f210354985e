/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of accounts. In the store each is one small text, as routing is (0560): key
 * "account.UID", value "CREATED NAME"; "account_last" is the highest number that was ever given,
 * so that what a deleted account owned is never another one's.
 */
#include "service/book.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/service_priv.h"

#define KEY_PREFIX "account."
#define KEY_LAST "account_last"
#define KEY_SIZE 40

bool fx_book_name_good(const char *name, size_t size)
{
	size_t n = strnlen(fx_text(name), size);

	if (!n || n >= size || !fx_utf8_valid(name, n)) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		/* none of these is in a name of Windows; ';' stands between names */
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7F ||
		    strchr("\\/:;@\"[]|<>*?,=", name[i])) {
			return false;
		}
	}
	return name[0] != ' ' && name[n - 1] != ' ';
}

struct fx_account_row *fx_book_by_uid(const struct fx_service *s, uint32_t uid)
{
	for (size_t i = 0; i < s->book.n; i++) {
		if (s->book.v[i].uid == uid) {
			return &s->book.v[i];
		}
	}
	return NULL;
}

struct fx_account_row *fx_book_own(const struct fx_service *s, const char *name)
{
	for (size_t i = 0; i < s->book.n; i++) {
		struct fx_account_row *r = &s->book.v[i];

		if (fx_uid_is_account(r->uid) && fx_str_ieq(r->name, name)) {
			return r;
		}
	}
	return NULL;
}

struct fx_account_row *fx_book_by_name(const struct fx_service *s, const char *name)
{
	for (size_t i = 0; i < s->book.n; i++) {
		struct fx_account_row *r = &s->book.v[i];

		if (!fx_uid_is_account(r->uid) && !strcmp(r->name, name)) {
			return r;
		}
	}
	return fx_book_own(s, name);
}

static int make_room(struct fx_book *b)
{
	size_t cap = b->cap ? b->cap * 2 : 16;
	struct fx_account_row *v;

	if (b->n < b->cap) {
		return 0;
	}
	v = fx_realloc(b->v, cap * sizeof(*v));
	if (!v) {
		return FX_ENOMEM;
	}
	b->v = v;
	b->cap = cap;
	return 0;
}

int fx_book_add(struct fx_service *s, uint32_t uid, const char *name)
{
	struct fx_book *b = &s->book;
	int err = b->n < FX_ACCOUNTS_MAX && (uid || b->last < FX_UID_NONE - 1) ? make_room(b) :
										  FX_ELIMIT;

	if (!err) {
		struct fx_account_row *r = &b->v[b->n++];

		*r = (struct fx_account_row){.uid = uid ? uid : ++b->last};
		(void)fx_strlcpy(r->name, name, sizeof(r->name));
		r->created_at = fx_loop_wall_us(s->loop) / FX_SECOND;
	}
	return err;
}

static void written(struct fx_pending *p, int err)
{
	struct fx_account_row *r = fx_book_by_uid(p->s, (uint32_t)p->id);

	if (r && !err) {
		r->durable = true;
	}
}

static int commit(struct fx_service *s, uint32_t uid, const char *value, fx_service_done_fn *done,
		  void *arg)
{
	struct fx_pending *p = fx_pending_new(s, done, arg);
	char key[KEY_SIZE], last[16];
	struct fx_group *g;
	int err;

	if (!p) {
		return FX_ENOMEM;
	}
	p->id = uid;
	p->finish = value ? written : NULL;
	(void)snprintf(key, sizeof(key), KEY_PREFIX "%010" PRIu32, uid);
	(void)snprintf(last, sizeof(last), "%" PRIu32, s->book.last);
	g = fx_group_new(s->journal);
	fx_group_put_meta(g, key, value);
	fx_group_put_meta(g, KEY_LAST, last);
	err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, fx_pending_done, p);
	if (err) {
		fx_pending_free(p);
	}
	return err;
}

int fx_book_write(struct fx_service *s, uint32_t uid, fx_service_done_fn *done, void *arg)
{
	const struct fx_account_row *r = fx_book_by_uid(s, uid);
	char value[FX_ACCESS_NAME_SIZE + 32];

	if (!r) {
		return FX_ENOENT;
	}
	(void)snprintf(value, sizeof(value), "%" PRId64 " %s", r->created_at, r->name);
	return commit(s, uid, value, done, arg);
}

int fx_book_delete(struct fx_service *s, uint32_t uid, fx_service_done_fn *done, void *arg)
{
	struct fx_account_row *r = fx_book_by_uid(s, uid);
	int err = r ? commit(s, uid, NULL, done, arg) : FX_ENOENT;

	if (!err) {
		*r = s->book.v[--s->book.n];
	}
	return err;
}

/* A line that a person or a broken disk wrote is left out. */
static int load_row(struct fx_service *s, const char *key, const char *value)
{
	unsigned long uid = strtoul(key + strlen(KEY_PREFIX), NULL, 10);
	const char *name = strchr(value, ' ');
	int err;

	if (!uid || uid >= FX_UID_NONE || !name || !name[1] ||
	    strlen(name + 1) >= FX_ACCESS_NAME_SIZE) {
		return 0;
	}
	err = fx_book_add(s, (uint32_t)uid, name + 1);
	if (!err) {
		struct fx_account_row *r = &s->book.v[s->book.n - 1];

		r->created_at = strtoll(value, NULL, 10);
		r->durable = true;
		if (fx_uid_is_account(r->uid) && r->uid > s->book.last) {
			s->book.last = r->uid;
		}
	}
	return err;
}

int fx_book_load(struct fx_service *s)
{
	char key[KEY_SIZE] = "";
	fx_auto char *last = NULL;
	int err = fx_store_get_meta(s->store, KEY_LAST, &last);
	unsigned long n = err ? 0 : strtoul(last, NULL, 10);

	s->book.last = n > FX_UID_ACCOUNTS && n < FX_UID_NONE ? (uint32_t)n : FX_UID_ACCOUNTS;
	while (!err || err == FX_ENOENT) {
		fx_auto char *value = NULL;

		err = fx_store_next_meta(s->store, KEY_PREFIX, key, key, sizeof(key), &value);
		if (err) {
			return err == FX_ENOENT ? 0 : err;
		}
		err = load_row(s, key, value);
	}
	return err;
}

void fx_book_free(struct fx_service *s)
{
	s->book.v = fx_free(s->book.v);
	s->book.n = s->book.cap = 0;
}
