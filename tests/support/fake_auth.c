/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_auth.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

struct fake {
	struct fx_auth auth; /* first */
	int *alive;
	int step;
	uint64_t sent, received;
};

static bool begins(const void *in, size_t n, const char *word, char *rest, size_t size)
{
	size_t w = strlen(word);

	if (n <= w || n - w >= size || memcmp(in, word, w) != 0) {
		return false;
	}
	memcpy(rest, (const char *)in + w, n - w);
	rest[n - w] = '\0';
	return true;
}

static int step(struct fx_auth *a, const void *in, size_t n, struct fx_buf *out,
		struct fx_reason *reterr)
{
	struct fake *f = (struct fake *)(void *)a;
	char word[128];

	if (f->step++ == 0) {
		if (!begins(in, n, "user ", a->peer.user, sizeof(a->peer.user))) {
			return fx_fail(reterr, FX_EPROTO, "that is no first token");
		}
		(void)fx_strlcpy(a->peer.mech, "fake", sizeof(a->peer.mech));
		fx_buf_put(out, "challenge", 9);
		return 1;
	}
	if (!begins(in, n, "password ", word, sizeof(word)) || strcmp(word, "secret") != 0) {
		return fx_fail(reterr, FX_EACCES, "wrong password of %s", a->peer.user);
	}
	if (a->type == FX_AUTH_SPNEGO) {
		fx_buf_put(out, "done", 4);
	}
	return 0;
}

static size_t token_size(const struct fx_auth *a, size_t n)
{
	return FAKE_TOKEN_SIZE;
}

static uint64_t sum(uint64_t h, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		h = (h ^ p[i]) * UINT64_C(0x100000001B3);
	}
	return h;
}

static void make_token(const struct fx_auth_pdu *p, uint64_t seq, uint8_t token[FAKE_TOKEN_SIZE])
{
	uint64_t h = sum(sum(sum(UINT64_C(0xCBF29CE484222325) ^ seq, p->head, p->head_len), p->data,
			     p->data_len), p->tail, p->tail_len);

	memcpy(token, &seq, 8);
	memcpy(token + 8, &h, 8);
}

static void turn(const struct fx_auth *a, const struct fx_auth_pdu *p)
{
	for (size_t i = 0; a->level == FX_AUTH_LEVEL_PRIVACY && i < p->data_len; i++) {
		p->data[i] ^= 0x5A;
	}
}

static int protect(struct fx_auth *a, const struct fx_auth_pdu *p, uint8_t *token, size_t len)
{
	make_token(p, ((struct fake *)(void *)a)->sent++, token);
	turn(a, p);
	return len == FAKE_TOKEN_SIZE ? 0 : FX_EINVAL;
}

static int unprotect(struct fx_auth *a, const struct fx_auth_pdu *p, const uint8_t *token,
		     size_t len)
{
	uint8_t want[FAKE_TOKEN_SIZE];

	turn(a, p);
	make_token(p, ((struct fake *)(void *)a)->received++, want);
	return len == FAKE_TOKEN_SIZE && !memcmp(want, token, len) ? 0 : FX_EACCES;
}

static void end(struct fx_auth *a)
{
	struct fake *f = (struct fake *)(void *)a;

	if (f->alive) {
		--*f->alive;
	}
	(void)fx_free(f);
}

static const struct fx_auth_ops ops = {step, token_size, protect, unprotect, end};

int fake_auth_accept(void *arg, unsigned type, unsigned level, struct fx_auth **ret)
{
	struct fake *f;

	if ((type != FX_AUTH_NTLM && type != FX_AUTH_SPNEGO) || level < FX_AUTH_LEVEL_CONNECT ||
	    level > FX_AUTH_LEVEL_PRIVACY) {
		return FX_ENOSYS;
	}
	f = fx_zalloc(sizeof(*f));
	if (!f) {
		return FX_ENOMEM;
	}
	f->auth.ops = &ops;
	f->auth.type = (enum fx_auth_type)type;
	f->auth.level = (enum fx_auth_level)level;
	f->alive = arg;
	if (f->alive) {
		++*f->alive;
	}
	*ret = &f->auth;
	return 0;
}

struct fx_auth *fake_auth_client(unsigned type, unsigned level)
{
	struct fx_auth *a = NULL;

	FX_ASSERT(fake_auth_accept(NULL, type, level, &a) == 0);
	a->complete = true;
	return a;
}
