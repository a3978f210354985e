/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file fuzz/replay.c
 * main() of a fuzz target when no fuzzer is there: runs the target on every
 * file given (or found below the folders given) and on mutations of each, the
 * same ones every time. FUZZ_MUTATIONS sets their number for one file.
 */
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (4u << 20)
#define MUTATIONS_DEFAULT 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long mutations = MUTATIONS_DEFAULT;
static unsigned long files, runs;
static uint64_t seed;

static uint32_t rnd(uint32_t below)
{
	/* xorshift64*: the same sequence on every machine */
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * UINT64_C(2685821657736338717)) >> 32) % (below ? below : 1);
}

/* An own block of the exact size, so that ASan sees a read one byte past the end. */
static void run_one(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy) {
		abort();
	}
	memcpy(copy, data, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	runs++;
}

static size_t mutate(uint8_t *p, size_t size, size_t room)
{
	static const uint8_t odd[] = {0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff};
	size_t at = rnd((uint32_t)size);
	size_t n;

	switch (rnd(6)) {
	case 0:
		p[at] ^= (uint8_t)(1u << rnd(8));
		return size;
	case 1:
		p[at] = odd[rnd(sizeof(odd))];
		return size;
	case 2: /* cut the end off */
		return at;
	case 3: /* take bytes out */
		n = rnd((uint32_t)(size - at)) + 1;
		memmove(p + at, p + at + n, size - at - n);
		return size - n;
	case 4: /* repeat a part */
		n = rnd((uint32_t)(size - at)) + 1;
		if (size + n > room) {
			return size;
		}
		memmove(p + at + n, p + at, size - at);
		return size + n;
	default: /* a large little-endian number, as lengths and counts are */
		for (n = at; n < size && n < at + 4; n++) {
			p[n] = 0xff;
		}
		return size;
	}
}

static void run_file(const char *path)
{
	uint8_t *data = malloc(INPUT_MAX), *copy = malloc(2 * (size_t)INPUT_MAX);
	FILE *f = fopen(path, "rb");
	size_t size;
	unsigned long i;

	if (!f || !data || !copy) {
		perror(path);
		exit(1);
	}
	size = fread(data, 1, INPUT_MAX, f);
	(void)fclose(f);
	run_one(data, size);
	seed = UINT64_C(0x9e3779b97f4a7c15) ^ size;
	for (i = 0; i < mutations && size; i++) {
		size_t n = size;
		unsigned steps = 1 + rnd(4);

		memcpy(copy, data, size);
		while (steps-- && n) {
			n = mutate(copy, n, 2 * (size_t)INPUT_MAX);
		}
		run_one(copy, n);
	}
	files++;
	free(data);
	free(copy);
}

static int visit(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)ftw;
	if (flag == FTW_F) {
		run_file(path);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *text = getenv("FUZZ_MUTATIONS");
	int i;

	if (text) {
		mutations = strtoul(text, NULL, 10);
	}
	run_one((const uint8_t *)"", 0);
	for (i = 1; i < argc; i++) {
		if (nftw(argv[i], visit, 16, FTW_PHYS)) {
			perror(argv[i]);
			return 1;
		}
	}
	printf("%lu files, %lu runs\n", files, runs);
	if (argc > 1 && !files) {
		fprintf(stderr, "no corpus file found\n");
		return 1;
	}
	return 0;
}
