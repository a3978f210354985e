/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/throttle.h"

#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/auth/upcase.h"

#define SETS 512u
#define WAYS 8u /* places that one name may be in; the longest quiet one gives way */
#define SECOND INT64_C(1000000)

struct slot {
	uint64_t key; /* 0 = free */
	uint32_t wrong;
	int64_t last_us;
};
struct fx_throttle {
	pthread_mutex_t lock;
	uint64_t seed; /* so that strangers cannot choose who shares a set */
	struct slot slots[SETS][WAYS];
};

int fx_throttle_new(struct fx_throttle **ret)
{
	struct fx_throttle *t = fx_zalloc(sizeof(*t));

	if (!t) {
		return FX_ENOMEM;
	}
	if (getrandom(&t->seed, sizeof(t->seed), 0) != (ssize_t)sizeof(t->seed)) {
		(void)fx_free(t);
		return FX_EIO;
	}
	(void)pthread_mutex_init(&t->lock, NULL);
	*ret = t;
	return 0;
}

struct fx_throttle *fx_throttle_free(struct fx_throttle *t)
{
	if (t) {
		(void)pthread_mutex_destroy(&t->lock);
		(void)fx_free(t);
	}
	return NULL;
}

/* Names differ in case alone: the same. Longer ones than 128 bytes share what their start has. */
static uint64_t key_of(const struct fx_throttle *t, const char *name)
{
	uint8_t text[2 * 128];
	char head[129];
	size_t n;
	uint64_t h = t->seed ^ UINT64_C(0xcbf29ce484222325);

	n = 2 * fx_utf16le_put(text, fx_strlcpy(head, name, sizeof(head)));
	fx_upcase16le(text, n / 2);
	for (size_t i = 0; i < n; i++) {
		h = (h ^ text[i]) * UINT64_C(0x100000001b3);
		h ^= h >> 29;
	}
	return h ? h : 1;
}

static struct slot *find(struct fx_throttle *t, uint64_t key)
{
	struct slot *set = t->slots[key % SETS];

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].key == key) {
			return &set[i];
		}
	}
	return NULL;
}

/* A place for a new name: free, or the one of the longest quiet. */
static struct slot *take(struct fx_throttle *t, uint64_t key)
{
	struct slot *set = t->slots[key % SETS], *best = set;

	for (size_t i = 0; i < WAYS && best->key; i++) {
		if (!set[i].key || set[i].last_us < best->last_us) {
			best = &set[i];
		}
	}
	*best = (struct slot){.key = key};
	return best;
}

static bool forgotten(const struct slot *s, int64_t now_us)
{
	/* a clock that was set back shall lock nobody out */
	return now_us - s->last_us > FX_THROTTLE_FORGET_S * SECOND || now_us < s->last_us;
}

static int64_t pause_us(uint32_t wrong)
{
	uint32_t n = wrong > FX_THROTTLE_FREE ? wrong - FX_THROTTLE_FREE : 0;

	if (n == 0) {
		return 0;
	}
	return n > 5 ? FX_THROTTLE_MAX_S * SECOND : (INT64_C(1) << (n - 1)) * SECOND;
}

int64_t fx_throttle_wait_us(struct fx_throttle *t, const char *name, int64_t now_us)
{
	const struct slot *s;
	int64_t left = 0;

	(void)pthread_mutex_lock(&t->lock);
	s = find(t, key_of(t, name));
	if (s && !forgotten(s, now_us)) {
		left = s->last_us + pause_us(s->wrong) - now_us;
	}
	(void)pthread_mutex_unlock(&t->lock);
	return left > 0 ? left : 0;
}

void fx_throttle_wrong(struct fx_throttle *t, const char *name, int64_t now_us)
{
	uint64_t key = key_of(t, name);
	struct slot *s;

	(void)pthread_mutex_lock(&t->lock);
	s = find(t, key);
	if (!s || forgotten(s, now_us)) {
		s = s ? s : take(t, key);
		s->wrong = 0;
	}
	s->wrong += s->wrong < UINT32_MAX;
	s->last_us = now_us;
	(void)pthread_mutex_unlock(&t->lock);
}

void fx_throttle_right(struct fx_throttle *t, const char *name)
{
	struct slot *s;

	(void)pthread_mutex_lock(&t->lock);
	s = find(t, key_of(t, name));
	if (s) {
		*s = (struct slot){0};
	}
	(void)pthread_mutex_unlock(&t->lock);
}
