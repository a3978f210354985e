/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text: "1" on a line, then one line each
 *   step GUID STATE TRIES FAILURE OVERRIDE WORDS
 *   file GUID PATH
 * where bytes and texts are in hexadecimal, "-" = none.
 */
#include "route/progress.h"

#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "core/route_rules.h"
#include "route/method.h"

#define LINE_MAX_BYTES (5 * (size_t)FX_ROUTING_DATA_MAX)

void fx_progress_fini(struct fx_progress *p)
{
	for (size_t i = 0; i < p->n_steps; i++) {
		(void)fx_free(p->steps[i].failure);
		(void)fx_free(p->steps[i].override);
	}
	for (size_t i = 0; i < p->n_files; i++) {
		(void)fx_free(p->files[i].path);
	}
	(void)fx_free(p->steps);
	(void)fx_free(p->files);
	*p = (struct fx_progress){0};
}

int fx_progress_add_step(struct fx_progress *p, const char *guid)
{
	struct fx_step *v;

	if (p->n_steps >= FX_ROUTE_METHODS_MAX) {
		return FX_ELIMIT;
	}
	v = fx_realloc(p->steps, (p->n_steps + 1) * sizeof(*v));
	if (!v) {
		return FX_ENOMEM;
	}
	p->steps = v;
	v[p->n_steps] = (struct fx_step){0};
	(void)fx_strlcpy(v[p->n_steps++].guid, guid, FX_GUID_SIZE);
	return 0;
}

int fx_progress_add_file(struct fx_progress *p, const char *path, const char *guid)
{
	struct fx_route_file *v;
	char *copy;

	if (p->n_files + 1 >= FX_ROUTE_FILES_MAX || strlen(path) >= FX_ROUTE_PATH_MAX) {
		return FX_ELIMIT;
	}
	copy = fx_strdup(path);
	v = copy ? fx_realloc(p->files, (p->n_files + 1) * sizeof(*v)) : NULL;
	if (!v) {
		(void)fx_free(copy);
		return FX_ENOMEM;
	}
	p->files = v;
	v[p->n_files].path = copy;
	(void)fx_strlcpy(v[p->n_files++].guid, guid, FX_GUID_SIZE);
	return 0;
}

int fx_step_set_bytes(uint8_t **dst, size_t *dst_n, const uint8_t *p, size_t n)
{
	uint8_t *copy = NULL;

	if (n > FX_ROUTING_DATA_MAX) {
		return FX_ELIMIT;
	}
	if (n) {
		copy = fx_memdup(p, n);
		if (!copy) {
			return FX_ENOMEM;
		}
	}
	(void)fx_free(*dst);
	*dst = copy;
	*dst_n = n;
	return 0;
}

/* ---- writing ---- */

static void put_hex(struct fx_buf *b, const void *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *v = p;

	fx_buf_u8(b, ' ');
	if (!n) {
		fx_buf_u8(b, '-');
	}
	for (size_t i = 0; i < n; i++) {
		fx_buf_u8(b, (uint8_t)digits[v[i] >> 4]);
		fx_buf_u8(b, (uint8_t)digits[v[i] & 15]);
	}
}

char *fx_progress_write(const struct fx_progress *p)
{
	struct fx_buf b = {0};

	fx_buf_printf(&b, "1\n");
	for (size_t i = 0; i < p->n_steps; i++) {
		const struct fx_step *s = &p->steps[i];

		fx_buf_printf(&b, "step %s %d %u", s->guid, (int)s->state, s->tries);
		put_hex(&b, s->failure, s->n_failure);
		put_hex(&b, s->override, s->n_override);
		put_hex(&b, s->words, strlen(s->words));
		fx_buf_u8(&b, '\n');
	}
	for (size_t i = 0; i < p->n_files; i++) {
		const struct fx_route_file *f = &p->files[i];

		fx_buf_printf(&b, "file %s", f->guid);
		put_hex(&b, f->path, strlen(f->path));
		fx_buf_u8(&b, '\n');
	}
	fx_buf_u8(&b, 0);
	if (b.err) {
		fx_buf_fini(&b);
		return NULL;
	}
	return (char *)b.data;
}

/* ---- reading ---- */

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One word of the line as bytes; *ret is the caller's, NULL for "-". A NUL follows them. */
static int get_hex(char **at, uint8_t **ret, size_t *ret_n)
{
	char *word = strsep(at, " ");
	size_t n = word ? strlen(word) / 2 : 0;
	uint8_t *v;

	if (!word || (strcmp(word, "-") != 0 && (!n || strlen(word) % 2))) {
		return FX_ECORRUPT;
	}
	*ret = NULL;
	*ret_n = 0;
	if (*word == '-') {
		return 0;
	}
	v = fx_zalloc(n + 1);
	if (!v) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		int high = digit(word[2 * i]), low = digit(word[2 * i + 1]);

		if (high < 0 || low < 0) {
			(void)fx_free(v);
			return FX_ECORRUPT;
		}
		v[i] = (uint8_t)(high << 4 | low);
	}
	*ret = v;
	*ret_n = n;
	return 0;
}

static int read_step(struct fx_progress *p, char *at)
{
	char *guid = strsep(&at, " "), *state = strsep(&at, " "), *tries = strsep(&at, " ");
	fx_auto uint8_t *text = NULL;
	int64_t s, t;
	size_t n;
	struct fx_step *step;
	int err;

	if (!guid || !state || !tries || !fx_guid_valid(guid) ||
	    fx_parse_i64(state, 0, FX_STEP_STATE_COUNT - 1, &s) ||
	    fx_parse_i64(tries, 0, UINT32_MAX, &t)) {
		return FX_ECORRUPT;
	}
	err = fx_progress_add_step(p, guid);
	if (err) {
		return err;
	}
	step = &p->steps[p->n_steps - 1];
	step->state = (enum fx_step_state)s;
	step->tries = (uint32_t)t;
	err = get_hex(&at, &step->failure, &step->n_failure);
	err = err ? err : get_hex(&at, &step->override, &step->n_override);
	err = err ? err : get_hex(&at, &text, &n);
	if (!err && text) {
		(void)fx_strlcpy(step->words, (char *)text, sizeof(step->words));
	}
	return err;
}

static int read_file(struct fx_progress *p, char *at)
{
	char *guid = strsep(&at, " ");
	fx_auto uint8_t *path = NULL;
	size_t n;
	int err = guid && fx_guid_valid(guid) ? get_hex(&at, &path, &n) : FX_ECORRUPT;

	if (err) {
		return err;
	}
	return path && *path == '/' ? fx_progress_add_file(p, (char *)path, guid) : FX_ECORRUPT;
}

int fx_progress_read(const char *text, struct fx_progress *ret)
{
	fx_auto char *copy = fx_strdup(text);
	char *at = copy, *line = strsep(&at, "\n");
	struct fx_progress p = {0};
	int err = copy ? 0 : FX_ENOMEM;

	if (!err && strcmp(line, "1") != 0) {
		err = FX_ECORRUPT;
	}
	while (!err && (line = strsep(&at, "\n")) != NULL && *line) {
		if (strlen(line) > LINE_MAX_BYTES) {
			err = FX_ELIMIT;
		} else if (!strncmp(line, "step ", 5)) {
			err = read_step(&p, line + 5);
		} else {
			err = strncmp(line, "file ", 5) ? FX_ECORRUPT : read_file(&p, line + 5);
		}
	}
	if (err) {
		fx_progress_fini(&p);
		return err;
	}
	*ret = p;
	return 0;
}
