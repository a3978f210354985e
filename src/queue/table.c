/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/queue_priv.h"

#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "core/number.h"

#define BUCKETS_MIN 256u

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
	struct fx_qjob **by_id = fx_calloc(n, sizeof(struct fx_qjob *));
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
	q->by_id = by_id;
	q->by_client = by_client;
	/* In order of id, so that the chains of numbers keep it. */
	FX_LIST_EACH(&q->jobs, it) {
		fx_list_init(&FX_CONTAINER(it, struct fx_qjob, all)->number);
	}
	(void)fx_free(q->by_number);
	q->by_number = by_number;
	q->n_buckets = n;
	FX_LIST_EACH(&q->jobs, it) {
		link_job(q, FX_CONTAINER(it, struct fx_qjob, all));
	}
	return 0;
}

int fx_table_init(struct fx_queue *q)
{
	fx_list_init(&q->jobs);
	return grow(q, BUCKETS_MIN);
}

void fx_table_fini(struct fx_queue *q)
{
	while (!fx_list_empty(&q->jobs)) {
		fx_table_remove(FX_CONTAINER(q->jobs.next, struct fx_qjob, all));
	}
	q->by_id = fx_free(q->by_id);
	q->by_client = fx_free(q->by_client);
	q->by_number = fx_free(q->by_number);
}

static void link_by_id(struct fx_queue *q, struct fx_qjob *j)
{
	struct fx_link *at = q->jobs.prev;

	/* Ids only grow, so this rarely takes a step. */
	while (at != &q->jobs && FX_CONTAINER(at, struct fx_qjob, all)->job.id > j->job.id) {
		at = at->prev;
	}
	j->all.prev = at;
	j->all.next = at->next;
	at->next->prev = &j->all;
	at->next = &j->all;
}

struct fx_qjob *fx_table_add(struct fx_queue *q, struct fx_job *job)
{
	struct fx_qjob *j;

	if (q->n_jobs >= q->n_buckets && grow(q, q->n_buckets * 2)) {
		return NULL;
	}
	if (fx_place_reserve(q, q->n_jobs + 1)) {
		return NULL;
	}
	j = fx_zalloc(sizeof(*j));
	if (!j) {
		return NULL;
	}
	j->job = *job;
	j->q = q;
	j->fresh = true;
	fx_list_init(&j->number);
	fx_list_init(&j->prep_link);
	j->number_hash = hash_number(job->number);
	link_by_id(q, j);
	link_job(q, j);
	q->n_jobs++;
	q->n_small += job->client_id <= FX_CLIENT_ID_SMALL;
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
	fx_list_remove(&j->number);
	fx_list_remove(&j->prep_link);
	fx_list_remove(&j->all);
	q->n_jobs--;
	q->n_small -= j->job.client_id <= FX_CLIENT_ID_SMALL;
	(void)fx_free(j->not_ports);
	fx_job_fini(&j->job);
	(void)fx_free(j);
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

/* Round robin, so that a number is not used again soon after its job is gone. */
uint32_t fx_queue_new_client_id(struct fx_queue *q)
{
	uint32_t id = q->last_client;

	if (q->n_small < FX_CLIENT_ID_SMALL) {
		if (id > FX_CLIENT_ID_SMALL) {
			id = 0; /* there was a time without free small numbers */
		}
		do {
			id = id >= FX_CLIENT_ID_SMALL ? 1 : id + 1;
		} while (fx_table_find_client(q, id));
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
