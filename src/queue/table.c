/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/queue_priv.h"

#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "core/number.h"

#define BUCKETS_MIN 256u
#define GAPS_MIN 1024u /* fewer gaps in the order are not worth closing */

static uint32_t mix(uint64_t x)
{
	x *= UINT64_C(0x9E3779B97F4A7C15);
	return (uint32_t)(x >> 32);
}

static uint32_t hash_number(const char *number)
{
	char bare[FX_NUMBER_SIZE];
	uint32_t h = 2166136261u; /* FNV-1a */

	fx_number_comparable(number, bare);
	for (const char *p = bare; *p; p++) {
		h = (h ^ (unsigned char)*p) * 16777619u;
	}
	return h;
}

static void link_job(struct fx_queue *q, struct fx_qjob *j)
{
	size_t mask = q->n_buckets - 1;
	struct fx_qjob **id = &q->by_id[mix(j->job.id) & mask];
	struct fx_qjob **client = &q->by_client[mix(j->job.client_id) & mask];

	j->next_id = *id;
	*id = j;
	j->next_client = *client;
	*client = j;
	fx_list_append(&q->by_number[j->number_hash & mask], &j->number);
}

static int grow(struct fx_queue *q, size_t n)
{
	struct fx_qjob **by_id = fx_calloc(n, sizeof(struct fx_qjob *)), *j;
	struct fx_qjob **by_client = fx_calloc(n, sizeof(struct fx_qjob *));
	struct fx_link *by_number = fx_calloc(n, sizeof(*by_number));

	if (!by_id || !by_client || !by_number) {
		(void)fx_free(by_id);
		(void)fx_free(by_client);
		(void)fx_free(by_number);
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		fx_list_init(&by_number[i]);
	}
	(void)fx_free(q->by_id);
	(void)fx_free(q->by_client);
	(void)fx_free(q->by_number);
	q->by_id = by_id;
	q->by_client = by_client;
	q->by_number = by_number;
	q->n_buckets = n;
	/* In order of id, so that the chains of numbers keep it. */
	for (size_t at = 0; (j = fx_table_next(q, &at));) {
		link_job(q, j);
	}
	return 0;
}

int fx_table_init(struct fx_queue *q)
{
	return grow(q, BUCKETS_MIN);
}

void fx_table_fini(struct fx_queue *q)
{
	q->walking++;
	/* The last first: children before their parent. */
	for (size_t i = q->n_order; i > 0; i--) {
		if (q->order[i - 1].j) {
			fx_table_remove(q->order[i - 1].j);
		}
	}
	q->order = fx_free(q->order);
	q->by_id = fx_free(q->by_id);
	q->by_client = fx_free(q->by_client);
	q->by_number = fx_free(q->by_number);
}

/* ---- the order of ids ---- */

size_t fx_table_after(const struct fx_queue *q, uint64_t id)
{
	size_t low = 0, high = q->n_order;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (q->order[mid].id > id) {
			high = mid;
		} else {
			low = mid + 1;
		}
	}
	return low;
}

struct fx_qjob *fx_table_next(const struct fx_queue *q, size_t *at)
{
	while (*at < q->n_order) {
		struct fx_qjob *j = q->order[(*at)++].j;

		if (j) {
			return j;
		}
	}
	return NULL;
}

static void close_gaps(struct fx_queue *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->n_order; i++) {
		if (q->order[i].j) {
			q->order[n++] = q->order[i];
		}
	}
	q->n_order = n;
}

static int order_reserve(struct fx_queue *q)
{
	size_t cap = q->order_cap ? q->order_cap * 2 : BUCKETS_MIN;
	struct fx_entry *v;

	if (q->n_order < q->order_cap) {
		return 0;
	}
	v = fx_realloc(q->order, cap * sizeof(*v));
	if (!v) {
		return FX_ENOMEM;
	}
	q->order = v;
	q->order_cap = cap;
	return 0;
}

static void order_add(struct fx_queue *q, struct fx_qjob *j)
{
	/* Ids only grow, so this is nearly always the end. */
	size_t at = fx_table_after(q, j->job.id);

	memmove(&q->order[at + 1], &q->order[at], (q->n_order - at) * sizeof(q->order[0]));
	q->order[at] = (struct fx_entry){j->job.id, j};
	q->n_order++;
}

static void order_remove(struct fx_queue *q, const struct fx_qjob *j)
{
	q->order[fx_table_after(q, j->job.id) - 1].j = NULL;
	if (!q->walking && q->n_order > 2 * q->n_jobs + GAPS_MIN) {
		close_gaps(q);
	}
}

/* ---- client numbers ---- */

static void use_client(struct fx_queue *q, uint32_t id, bool used)
{
	uint64_t bit = UINT64_C(1) << id % 64;

	if (!id || id > FX_CLIENT_ID_SMALL) {
		return;
	}
	/* (two stored jobs with one number: the second to go finds it free already) */
	if (used != ((q->small[id / 64] & bit) != 0)) {
		q->small[id / 64] ^= bit;
		q->n_small = used ? q->n_small + 1 : q->n_small - 1;
	}
}

/* The next free small number after id, round and round; there is one. */
static uint32_t next_small(const struct fx_queue *q, uint32_t id)
{
	for (;;) {
		uint64_t word;

		id = id >= FX_CLIENT_ID_SMALL ? 1 : id + 1;
		word = ~q->small[id / 64] >> id % 64;
		if (word) {
			id += (uint32_t)__builtin_ctzll(word);
			if (id <= FX_CLIENT_ID_SMALL) {
				return id;
			}
		} else {
			id |= 63; /* the last of a full word */
		}
	}
}

/* Round robin, so that a number is not used again soon after its job is gone. */
uint32_t fx_queue_new_client_id(struct fx_queue *q)
{
	uint32_t id = q->last_client;

	if (q->n_small < FX_CLIENT_ID_SMALL) {
		/* (above: there was a time without free small numbers) */
		id = next_small(q, id > FX_CLIENT_ID_SMALL ? 0 : id);
	} else {
		id = id < FX_CLIENT_ID_SMALL ? FX_CLIENT_ID_SMALL : id;
		do {
			id = id >= INT32_MAX ? FX_CLIENT_ID_SMALL + 1 : id + 1;
		} while (fx_table_find_client(q, id));
	}
	q->last_client = id;
	return id;
}

void fx_queue_put_cursor(const struct fx_queue *q, struct fx_group *g)
{
	char cursor[16];

	(void)snprintf(cursor, sizeof(cursor), "%u", q->last_client);
	fx_group_put_meta(g, FX_QUEUE_META_CLIENT, cursor);
}

/* ---- the table ---- */

struct fx_qjob *fx_table_add(struct fx_queue *q, struct fx_job *job)
{
	struct fx_qjob *j;

	if (order_reserve(q) || fx_place_reserve(q, q->n_jobs + 1) ||
	    (q->n_jobs >= q->n_buckets && grow(q, q->n_buckets * 2))) {
		return NULL;
	}
	j = fx_zalloc(sizeof(*j));
	if (!j) {
		return NULL;
	}
	j->job = *job;
	j->q = q;
	j->fresh = true;
	if (fx_lane_join(j)) {
		return fx_free(j);
	}
	fx_list_init(&j->number);
	fx_list_init(&j->prep_link);
	fx_list_init(&j->sibling);
	j->number_hash = hash_number(job->number);
	order_add(q, j);
	link_job(q, j);
	q->n_jobs++;
	use_client(q, job->client_id, true);
	return j;
}

void fx_table_remove(struct fx_qjob *j)
{
	struct fx_queue *q = j->q;
	size_t mask = q->n_buckets - 1;
	struct fx_qjob **p = &q->by_id[mix(j->job.id) & mask];

	while (*p != j) {
		p = &(*p)->next_id;
	}
	*p = j->next_id;
	p = &q->by_client[mix(j->job.client_id) & mask];
	while (*p != j) {
		p = &(*p)->next_client;
	}
	*p = j->next_client;
	fx_place_remove(j);
	fx_lane_leave(j);
	fx_list_remove(&j->number);
	fx_list_remove(&j->prep_link);
	q->n_jobs--;
	q->n_hidden -= j->hidden;
	order_remove(q, j);
	use_client(q, j->job.client_id, false);
	fx_bcast_leave(j);
	(void)fx_free(j->not_ports);
	fx_job_fini(&j->job);
	(void)fx_free(j);
}

void fx_table_hide(struct fx_qjob *j)
{
	j->q->n_hidden += !j->hidden;
	j->hidden = true;
}

void fx_table_show(struct fx_qjob *j)
{
	j->q->n_hidden -= j->hidden;
	j->hidden = false;
}

struct fx_qjob *fx_table_find(struct fx_queue *q, uint64_t id)
{
	struct fx_qjob *j = q->by_id[mix(id) & (q->n_buckets - 1)];

	while (j && j->job.id != id) {
		j = j->next_id;
	}
	return j;
}

struct fx_qjob *fx_table_find_client(struct fx_queue *q, uint32_t client_id)
{
	struct fx_qjob *j = q->by_client[mix(client_id) & (q->n_buckets - 1)];

	while (j && j->job.client_id != client_id) {
		j = j->next_client;
	}
	return j;
}

void fx_table_renumber(struct fx_qjob *j)
{
	struct fx_queue *q = j->q;

	fx_list_remove(&j->number);
	j->number_hash = hash_number(j->job.number);
	fx_list_append(&q->by_number[j->number_hash & (q->n_buckets - 1)], &j->number);
}
