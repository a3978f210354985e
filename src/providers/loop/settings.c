/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/loop/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

#define O(f) offsetof(struct fx_loop_opts, f), 0
#define S(f) offsetof(struct fx_loop_settings, f), 0
#define T(f) offsetof(struct fx_loop_settings, f), sizeof(((struct fx_loop_settings *)0)->f)

const struct fx_loop_key fx_loop_keys[] = {
	{"ports", FX_KEY_INT, false, 0, 10000, "2", NULL, S(ports), "How many lines there are."},
	{"first_number", FX_KEY_TEXT, false, 1, 15, "101", NULL, T(first_number),
	 "Number of the first line, digits; the others follow it."},
	{"name", FX_KEY_TEXT, false, 1, 31, "Loop", NULL, T(name),
	 "Ports are called by this name and their position."},
	{"ring_delay_ms", FX_KEY_INT, false, 0, 60000, "1000", NULL, S(ring_delay_ms),
	 "From dialling to the first ring, ms; the called port shows the call after half of it."},
	{"ring_every_ms", FX_KEY_INT, false, 10, 60000, "5000", NULL, S(ring_every_ms),
	 "From ring to ring, ms."},
	{"transport", FX_KEY_CHOICE, true, 0, 0, "audio", "audio|t38", O(transport),
	 "What calls are carried by."},
	{"t38_pacing", FX_KEY_CHOICE, true, 0, 0, "paced", "paced|unpaced", O(t38_pacing),
	 "unpaced: as fast as the machine can; needs ECM on both sides."},
	{"t38_redundancy", FX_KEY_INT, true, 0, 7, "3", NULL, O(t38_redundancy),
	 "Earlier packets repeated in each datagram."},
	{"codec", FX_KEY_CHOICE, true, 0, 0, "alaw", "alaw|ulaw|linear", O(codec),
	 "Coding of audio on the line."},
	{"delay_ms", FX_KEY_INT, true, 0, 5000, "0", NULL, O(delay_ms), "Time one way, ms."},
	{"busy", FX_KEY_FLAG, true, 0, 1, "0", NULL, O(busy), "The number is busy."},
	{"no_answer", FX_KEY_FLAG, true, 0, 1, "0", NULL, O(no_answer),
	 "It rings, nobody is there."},
	{"person", FX_KEY_FLAG, true, 0, 1, "0", NULL, O(person), "A person answers and speaks."},
	{"silence", FX_KEY_FLAG, true, 0, 1, "0", NULL, O(silence), "Answered, then silence."},
	{"answer_after_s", FX_KEY_INT, true, 0, 600, "0", NULL, O(answer_after_s),
	 "Answered no sooner than this after the first ring, s."},
	{"noise_dbm0", FX_KEY_REAL, true, -100, 0, "-100", NULL, O(noise_dbm0),
	 "Level of white noise on the line, dBm0; -100 = none."},
	{"attenuation_db", FX_KEY_REAL, true, 0, 60, "0", NULL, O(attenuation_db),
	 "Loss of level, dB."},
	{"bit_error_rate", FX_KEY_REAL, true, 0, 0.5, "0", NULL, O(bit_error_rate),
	 "Share of wrong bits in coded samples or T.38 payload."},
	{"loss_percent", FX_KEY_REAL, true, 0, 100, "0", NULL, O(loss_percent), "Packets lost, %."},
	{"jitter_ms", FX_KEY_INT, true, 0, 5000, "0", NULL, O(jitter_ms),
	 "Packets come up to this much later, ms; audio later than 40 ms is lost."},
	{"reorder_percent", FX_KEY_REAL, true, 0, 100, "0", NULL, O(reorder_percent),
	 "Packets overtaken by the next two, %."},
	{"duplicate_percent", FX_KEY_REAL, true, 0, 100, "0", NULL, O(duplicate_percent),
	 "Packets that come twice, %."},
	{"cut_after_s", FX_KEY_INT, true, 0, 86400, "0", NULL, O(cut_after_s),
	 "The call is cut this long after the answer, s; 0 = never."},
	{"seed", FX_KEY_INT, true, 0, 4294967295.0, "1", NULL, O(seed),
	 "Start of the random numbers: the same seed, the same faults."},
};
const size_t fx_loop_n_keys = FX_ARRAY_LEN(fx_loop_keys);

static const struct fx_loop_key *find_key(const char *key, bool of_call)
{
	size_t i;

	for (i = 0; i < fx_loop_n_keys; i++) {
		if (!strcmp(fx_loop_keys[i].key, key) && (!of_call || fx_loop_keys[i].of_call)) {
			return &fx_loop_keys[i];
		}
	}
	return NULL;
}

/* In a number there is little room: "loss" will do for loss_percent, if it is the only one. */
static const struct fx_loop_key *find_option(const char *word)
{
	const struct fx_loop_key *found = find_key(word, true);
	size_t i, n = strlen(word), hits = 0;

	for (i = 0; !found && i < fx_loop_n_keys; i++) {
		const char *key = fx_loop_keys[i].key;

		if (fx_loop_keys[i].of_call && !strncmp(key, word, n) && key[n] == '_') {
			found = &fx_loop_keys[i];
			hits++;
			break;
		}
	}
	for (i++; hits && i < fx_loop_n_keys; i++) {
		hits += !strncmp(fx_loop_keys[i].key, word, n) && fx_loop_keys[i].key[n] == '_';
	}
	return hits > 1 ? NULL : found;
}

static int choice_of(const char *choices, const char *v, int64_t *ret)
{
	size_t n = strlen(v);
	int64_t i;

	for (i = 0; choices; i++) {
		size_t len = strcspn(choices, "|");

		if (len == n && !strncmp(choices, v, n)) {
			*ret = i;
			return 0;
		}
		choices = choices[len] ? choices + len + 1 : NULL;
	}
	return FX_EINVAL;
}

static int real_of(const struct fx_loop_key *k, const char *v, double *ret)
{
	char *end = NULL;
	double d = strtod(v, &end);

	/* A NaN fails both comparisons. */
	if (end == v || *end || !(d >= k->min && d <= k->max)) {
		return FX_EINVAL;
	}
	*ret = d;
	return 0;
}

static int flag_of(const char *v, int64_t *ret)
{
	bool yes = !*v || !strcmp(v, "1") || !strcmp(v, "yes") || !strcmp(v, "true");

	if (!yes && strcmp(v, "0") && strcmp(v, "no") && strcmp(v, "false")) {
		return FX_EINVAL;
	}
	*ret = yes;
	return 0;
}

/* Store a value in the struct that starts at base. */
static int set_value(const struct fx_loop_key *k, void *base, const char *v)
{
	void *field = (char *)base + k->offset;
	int err = FX_EINVAL;

	switch (k->kind) {
	case FX_KEY_INT:
		err = fx_parse_i64(v, (int64_t)k->min, (int64_t)k->max, field);
		break;
	case FX_KEY_REAL:
		err = real_of(k, v, field);
		break;
	case FX_KEY_FLAG:
		err = flag_of(v, field);
		break;
	case FX_KEY_CHOICE:
		err = choice_of(k->choices, v, field);
		break;
	case FX_KEY_TEXT:
		if (strlen(v) >= (size_t)k->min && strlen(v) <= (size_t)k->max) {
			(void)fx_strlcpy(field, v, k->size);
			err = 0;
		}
		break;
	}
	return err;
}

static int bad_value(const struct fx_loop_key *k, const char *v, struct fx_reason *reterr)
{
	if (k->choices) {
		return fx_fail(reterr, FX_EINVAL, "%s is '%s', but must be one of %s", k->key, v,
			       k->choices);
	}
	if (k->kind == FX_KEY_FLAG) {
		return fx_fail(reterr, FX_EINVAL, "%s is '%s', but must be yes or no", k->key, v);
	}
	return fx_fail(reterr, FX_EINVAL, "%s is '%s', but must be %s %g to %g", k->key, v,
		       k->kind == FX_KEY_TEXT ? "a text of length" : "a number from", k->min,
		       k->max);
}

/* Cut white space at both ends, in place. */
static char *trim(char *s)
{
	size_t n;

	s += strspn(s, " \t\r");
	n = strlen(s);
	while (n && strchr(" \t\r", s[n - 1])) {
		s[--n] = '\0';
	}
	return s;
}

int fx_loop_opts_parse(struct fx_loop_opts *o, const char *text, struct fx_reason *reterr)
{
	fx_auto char *copy = fx_strdup(text);
	char *save = NULL, *word;

	if (!copy) {
		return fx_fail(reterr, FX_ENOMEM, "out of memory");
	}
	for (word = strtok_r(copy, ";", &save); word; word = strtok_r(NULL, ";", &save)) {
		char *eq = strchr(word, '=');
		const struct fx_loop_key *k;

		if (eq) {
			*eq = '\0';
		}
		word = trim(word);
		if (!*word) {
			continue;
		}
		k = find_option(word);
		if (!k) {
			return fx_fail(reterr, FX_EINVAL, "a call has no option '%s'", word);
		}
		if (set_value(k, o, eq ? trim(eq + 1) : "")) {
			return bad_value(k, eq ? trim(eq + 1) : "", reterr);
		}
	}
	return 0;
}

static int add_pair(struct fx_loop_pair **list, size_t *n, const char *key, const char *value)
{
	struct fx_loop_pair *p = fx_realloc(*list, (*n + 1) * sizeof(*p));

	if (!p) {
		return FX_ENOMEM;
	}
	*list = p;
	p[*n] = (struct fx_loop_pair){fx_strdup(key), fx_strdup(value)};
	if (!p[*n].key || !p[*n].value) {
		(void)fx_free(p[*n].key);
		(void)fx_free(p[*n].value);
		return FX_ENOMEM;
	}
	(*n)++;
	return 0;
}

static int add_dotted(struct fx_loop_settings *s, const char *key, const char *v,
		      struct fx_reason *reterr)
{
	struct fx_loop_opts probe = s->call;
	const char *name = strchr(key, '.') + 1;

	if (!*name || strlen(name) >= 32) {
		return fx_fail(reterr, FX_EINVAL, "'%s' needs a name of 1 to 31 characters", key);
	}
	if (!strncmp(key, "fault.", 6)) {
		int err = fx_loop_opts_parse(&probe, v, reterr);

		return err ? err : add_pair(&s->faults, &s->n_faults, name, v);
	}
	if (!strncmp(key, "socket.", 7)) {
		/* sun_path has 108 bytes with NUL */
		if (v[0] != '/' || strlen(v) > 107) {
			return fx_fail(reterr, FX_EINVAL,
				       "%s is '%s', but must be an absolute path of at most 107 "
				       "characters", key, v);
		}
		return add_pair(&s->sockets, &s->n_sockets, name, v);
	}
	return fx_fail(reterr, FX_EINVAL, "there is no setting '%s'", key);
}

static int one_line(struct fx_loop_settings *s, char *line, struct fx_reason *reterr)
{
	char *eq, *key = trim(line), *v;
	const struct fx_loop_key *k;

	if (!*key || *key == '#' || *key == ';') {
		return 0;
	}
	eq = strchr(key, '=');
	if (!eq) {
		return fx_fail(reterr, FX_EINVAL, "'%s' is not 'key = value'", key);
	}
	*eq = '\0';
	key = trim(key);
	v = trim(eq + 1);
	if (strchr(key, '.')) {
		return add_dotted(s, key, v, reterr);
	}
	k = find_key(key, false);
	if (!k) {
		return fx_fail(reterr, FX_EINVAL, "there is no setting '%s'", key);
	}
	return set_value(k, k->of_call ? (void *)&s->call : (void *)s, v) ?
		       bad_value(k, v, reterr) : 0;
}

int fx_loop_settings_parse(struct fx_loop_settings *s, const char *text, struct fx_reason *reterr)
{
	fx_auto char *copy = fx_strdup(fx_text(text));
	struct fx_reason why = {{0}};
	char *line, *next;
	size_t i;
	int err = 0, no = 0;

	memset(s, 0, sizeof(*s));
	if (!copy) {
		return fx_fail(reterr, FX_ENOMEM, "out of memory");
	}
	for (i = 0; i < fx_loop_n_keys; i++) {
		const struct fx_loop_key *k = &fx_loop_keys[i];

		FX_ASSERT(!set_value(k, k->of_call ? (void *)&s->call : (void *)s, k->def));
	}
	for (line = copy; line && !err; line = next) {
		next = strchr(line, '\n');
		if (next) {
			*next++ = '\0';
		}
		no++;
		err = one_line(s, line, &why);
	}
	if (!err && strspn(s->first_number, "0123456789") != strlen(s->first_number)) {
		err = fx_fail(&why, FX_EINVAL, "first_number is '%s', but must be digits",
			      s->first_number);
	}
	if (err) {
		fx_reason_set(reterr, "loop settings, line %d: %s", no,
			      why.text[0] ? why.text : fx_error_str(err));
	}
	return err;
}

void fx_loop_settings_fini(struct fx_loop_settings *s)
{
	size_t i;

	for (i = 0; i < s->n_faults; i++) {
		(void)fx_free(s->faults[i].key);
		(void)fx_free(s->faults[i].value);
	}
	for (i = 0; i < s->n_sockets; i++) {
		(void)fx_free(s->sockets[i].key);
		(void)fx_free(s->sockets[i].value);
	}
	s->faults = fx_free(s->faults);
	s->sockets = fx_free(s->sockets);
	s->n_faults = s->n_sockets = 0;
}

const char *fx_loop_fault_of(const struct fx_loop_settings *s, const char *number)
{
	size_t i = s->n_faults;

	while (i--) { /* the last one written counts */
		if (!strcmp(s->faults[i].key, number)) {
			return s->faults[i].value;
		}
	}
	return NULL;
}
