/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A queue of many jobs, asked over the socket of a running service whose queue is paused.
 *
 *   bench_queue --fill N FILE.TIF   a broadcast of N recipients; prints recipients per second
 *   bench_queue --times PORTS       prints three medians in us: a page of 100 from the middle,
 *                                   cancel of one, and the next one to send
 *
 * The next one to send: the queue is let go, and it takes a moment until the first job is in
 * its call; that moment has the same commits in it, however long the queue is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/common/bench.h"
#include "clients/common/client.h"

#define ROUNDS 31

static struct fx_client *c;

static void must(uint32_t code, const char *what)
{
	if (code) {
		(void)fprintf(stderr, "bench_queue: %s: error %u\n", what, code);
		exit(1);
	}
}

static void upload(const char *path, char name[256])
{
	static char bytes[1 << 20];
	FILE *f = fopen(path, "rb");
	struct fx_ctx copy;
	size_t n = f ? fread(bytes, 1, sizeof(bytes), f) : 0;

	must(!n, path);
	(void)fclose(f);
	must(fx_client_start_copy(c, ".tif", name, &copy), "upload");
	must(fx_client_write_file(c, &copy, bytes, n), "upload");
	must(fx_client_end_copy(c, &copy), "upload");
}

static void fill(uint32_t total, const char *path)
{
	static const struct fx_ms_profile from = {.name = {.u8 = "Giovanni Caselli"},
						  .company = {.u8 = "Pantelegrafo"}};
	static const struct fx_ms_job_param param = {.priority = 1,
						     .document_name = {.u8 = "circular"}};
	static struct fx_ms_profile to[FX_CLIENT_BROADCAST_MAX];
	struct fx_client_recipient r[FX_CLIENT_BROADCAST_MAX];
	char numbers[FX_CLIENT_BROADCAST_MAX][16], name[256];
	uint32_t parent, jobs[FX_CLIENT_BROADCAST_MAX];
	double start;

	upload(path, name);
	start = bench_now(CLOCK_MONOTONIC);
	must(fx_client_broadcast_start(c, name, FX_TEXT_UTF8, "circular", &parent), "start");
	for (uint32_t done = 0; done < total;) {
		uint32_t n = total - done < FX_CLIENT_BROADCAST_MAX ? total - done
								    : FX_CLIENT_BROADCAST_MAX;

		for (uint32_t i = 0; i < n; i++) {
			(void)snprintf(numbers[i], 16, "+39%09u", done + i);
			to[i].fax_number.u8 = numbers[i];
			r[i] = (struct fx_client_recipient){.sender = &from, .recipient = &to[i],
							    .param = &param};
		}
		must(fx_client_broadcast_add(c, parent, FX_TEXT_UTF8, r, n, jobs), "add");
		done += n;
	}
	must(fx_client_broadcast_end(c, parent), "end");
	(void)printf("%.0f\n", total / (bench_now(CLOCK_MONOTONIC) - start));
}

static uint64_t page(uint64_t after, uint32_t max, uint32_t *number)
{
	struct fx_cs_job *jobs = NULL;
	uint32_t n = 0;
	uint64_t next = 0, last;

	must(fx_client_jobs_page(c, after, max, FX_TEXT_UTF8, &jobs, &n, &next), "page");
	last = n ? jobs[n - 1].id : 0;
	if (number && n) {
		*number = jobs[n - 1].number;
	}
	free(jobs);
	return last;
}

/* Ids are given without gaps worth speaking of: the middle is found by the ends. */
static uint64_t middle(void)
{
	uint64_t first = page(0, 1, NULL), low = first, high = UINT64_C(1) << 40;

	while (high - low > 1) {
		uint64_t mid = low + (high - low) / 2;

		if (page(mid, 1, NULL)) {
			low = mid;
		} else {
			high = mid;
		}
	}
	return first + (low - first) / 2;
}

static double next_to_send(uint32_t number)
{
	struct fx_cs_job *job = NULL;
	uint64_t id = 0;
	bool message;
	double start;

	(void)number;
	must(fx_client_resolve_job(c, number, &id, &message), "resolve");
	start = bench_now(CLOCK_MONOTONIC);
	must(fx_client_set_queue(c, 0), "let go");
	for (;;) {
		bool calling;

		must(fx_client_cs_job(c, id, FX_TEXT_UTF8, &job), "job");
		calling = strcmp(job->state.u8, "pending") != 0;
		free(job);
		if (calling) {
			break;
		}
	}
	return (bench_now(CLOCK_MONOTONIC) - start) * 1e6;
}

static void times(void)
{
	double list[ROUNDS], cancel[ROUNDS], next[ROUNDS];
	uint64_t mid = middle();

	for (int i = 0; i < ROUNDS; i++) {
		uint32_t number = 0;
		double t = bench_now(CLOCK_MONOTONIC);
		uint64_t last = page(mid, 100, &number);

		list[i] = (bench_now(CLOCK_MONOTONIC) - t) * 1e6;
		t = bench_now(CLOCK_MONOTONIC);
		must(fx_client_set_job(c, number, 1), "cancel");
		cancel[i] = (bench_now(CLOCK_MONOTONIC) - t) * 1e6;
		(void)last;
	}
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t first = 0;

		/* the parent is the first, the next job to send behind it */
		(void)page(0, 2, &first);
		next[i] = next_to_send(first);
		must(fx_client_set_queue(c, FX_MS_QUEUE_OUT_PAUSED), "pause");
		must(fx_client_set_job(c, first, 1), "hang up");
		for (uint32_t number = first; number == first;) {
			(void)page(0, 2, &number);
		}
	}
	(void)printf("%.0f\t%.0f\t%.0f\n", bench_median(list, ROUNDS),
		     bench_median(cancel, ROUNDS), bench_median(next, ROUNDS));
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		(void)fprintf(stderr, "usage: bench_queue --fill N FILE.TIF | --times\n");
		return 2;
	}
	must(fx_client_connect(NULL, 120000, &c, NULL), "connect");
	if (argc == 4 && strcmp(argv[1], "--fill") == 0) {
		fill((uint32_t)strtoul(argv[2], NULL, 10), argv[3]);
	} else {
		times();
	}
	c = fx_client_unref(c);
	return 0;
}
