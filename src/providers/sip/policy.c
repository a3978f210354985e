/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/sip/policy.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"

#define HEAD "caselli-sip-memory 1\n"
#define DAY INT64_C(86400)
#define HOUR INT64_C(3600)

struct memory {
	char trunk[32], number[FX_NUMBER_SIZE];
	unsigned step;
	bool no_t38;
	int64_t expires_at;
};
struct fx_policy {
	struct memory *v;
	size_t n, cap;
};

int fx_policy_new(struct fx_policy **ret)
{
	struct fx_policy *p = fx_zalloc(sizeof(*p));

	if (!p) {
		return FX_ENOMEM;
	}
	*ret = p;
	return 0;
}

struct fx_policy *fx_policy_free(struct fx_policy *p)
{
	if (p) {
		(void)fx_free(p->v);
	}
	return fx_free(p);
}

size_t fx_policy_count(const struct fx_policy *p)
{
	return p->n;
}

static struct memory *find(struct fx_policy *p, const char *trunk, const char *number,
			   int64_t now_s)
{
	for (size_t i = 0; i < p->n; i++) {
		struct memory *m = &p->v[i];

		if (!strcmp(m->number, number) && !strcmp(m->trunk, trunk)) {
			if (m->expires_at > now_s) {
				return m;
			}
			*m = p->v[--p->n];
			return NULL;
		}
	}
	return NULL;
}

static struct memory *add(struct fx_policy *p, const char *trunk, const char *number)
{
	struct memory *m = NULL;

	if (p->n >= FX_POLICY_MAX) {
		m = p->v;
		for (size_t i = 1; i < p->n; i++) {
			m = p->v[i].expires_at < m->expires_at ? &p->v[i] : m;
		}
	} else if (p->n == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 16;
		struct memory *v = fx_realloc(p->v, cap * sizeof(*v));

		if (!v) {
			return NULL;
		}
		p->v = v;
		p->cap = cap;
	}
	m = m ? m : &p->v[p->n++];
	memset(m, 0, sizeof(*m));
	(void)fx_strlcpy(m->trunk, trunk, sizeof(m->trunk));
	(void)fx_strlcpy(m->number, number, sizeof(m->number));
	return m;
}

/* ---- the plan ---- */

static uint32_t slower(uint32_t rate, uint32_t min)
{
	uint32_t next = rate > 9600 ? 9600 : rate > 4800 ? 4800 : 2400;

	return next < min ? rate : next;
}

static unsigned last_step(int64_t policy)
{
	return policy == FX_SIP_T38_FIRST || policy == FX_SIP_G711_FIRST ? 3 : 2;
}

static void as_set(const struct fx_sip_route *r, struct fx_sip_plan *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->image_first = r->policy == FX_SIP_T38_ONLY;
	ret->ask_t38 = r->policy == FX_SIP_T38_FIRST || r->policy == FX_SIP_T38_ONLY;
	ret->take_t38 = r->policy != FX_SIP_G711_ONLY;
	ret->last_step = last_step(r->policy);
	ret->audio = r->policy != FX_SIP_T38_ONLY;
	ret->ecm = r->ecm;
	ret->min_rate = (uint32_t)r->min_rate;
	ret->max_rate = r->max_rate ? (uint32_t)r->max_rate : 14400;
}

static void take_step(struct fx_sip_plan *p, int64_t policy, unsigned step)
{
	unsigned careful = last_step(policy) == 3 ? step - 1 : step; /* about rate and ECM */

	p->step = step;
	if (policy == FX_SIP_G711_FIRST && step == 1) {
		p->ask_t38 = true;
	} else if (last_step(policy) == 3) {
		p->ask_t38 = p->take_t38 = false;
	}
	if (careful >= 1) {
		p->max_rate = slower(p->max_rate, p->min_rate);
	}
	if (careful >= 2) {
		p->ecm = false;
	}
}

static void say(struct fx_sip_plan *p, int64_t policy)
{
	static const char *const names[] = {"T.38 first", "G.711 first", "T.38 only",
					    "G.711 only"};
	const char *how = !p->take_t38 ? "G.711 alone" : p->image_first ? "T.38 from the start" :
			  p->ask_t38 ? "audio, then T.38" : "audio, T.38 when they ask";

	(void)snprintf(p->words, sizeof(p->words), "%s, up to %" PRIu32 " bit/s%s (policy %s%s)",
		       how, p->max_rate, p->ecm ? ", ECM" : ", no ECM", names[policy & 3],
		       p->step ? "; earlier calls failed" : p->no_t38 ? "; T.38 was refused" : "");
}

void fx_policy_plan(struct fx_policy *p, const char *trunk, const char *number,
		    const struct fx_sip_route *route, int64_t now_s, struct fx_sip_plan *ret)
{
	const struct memory *m = find(p, trunk, number, now_s);

	as_set(route, ret);
	if (m && m->step && m->step <= last_step(route->policy)) {
		take_step(ret, route->policy, m->step);
	}
	if (m && m->no_t38 && ret->audio) {
		ret->no_t38 = true;
		ret->ask_t38 = false; /* if they ask, it is another matter */
	}
	say(ret, route->policy);
}

void fx_policy_plan_in(const struct fx_sip_route *route, struct fx_sip_plan *ret)
{
	as_set(route, ret);
	say(ret, route->policy);
}

/* ---- what a call taught ---- */

/* Failures that other media may mend. */
static bool is_media_failure(const struct fx_policy_lesson *l)
{
	switch (l->outcome) {
	case FX_OUTCOME_PROTOCOL:
	case FX_OUTCOME_TIMEOUT:
	case FX_OUTCOME_DISCONNECTED:
	case FX_OUTCOME_PAGE_REJECTED:
		return l->answered;
	case FX_OUTCOME_NOT_FAX: /* heard nothing: in T.38 that may be the way's fault */
		return l->answered && l->transport == FX_TRANSPORT_T38;
	case FX_OUTCOME_NONE:
	case FX_OUTCOME_SUCCESS:
	case FX_OUTCOME_BUSY:
	case FX_OUTCOME_NO_ANSWER:
	case FX_OUTCOME_BAD_NUMBER:
	case FX_OUTCOME_NO_DIALTONE:
	case FX_OUTCOME_LINE_UNAVAILABLE:
	case FX_OUTCOME_BLACKLISTED:
	case FX_OUTCOME_REFUSED:
	case FX_OUTCOME_INCOMPATIBLE:
	case FX_OUTCOME_CANCELLED:
	case FX_OUTCOME_STORAGE:
	case FX_OUTCOME_DOCUMENT:
	case FX_OUTCOME_HOST_LOST:
	case FX_OUTCOME_PARTIAL:
	case FX_OUTCOME_COUNT:
		break;
	}
	return false;
}

bool fx_policy_learn(struct fx_policy *p, const char *trunk, const char *number,
		     const struct fx_sip_plan *plan, const struct fx_policy_lesson *l,
		     int64_t now_s, int64_t days)
{
	struct memory *m = find(p, trunk, number, now_s);
	bool failed = is_media_failure(l), well = l->outcome == FX_OUTCOME_SUCCESS;
	/* After a failure that was in audio anyway, "G.711 alone" would be the same again. */
	unsigned next = plan->step + 1, last = plan->last_step;

	if (!failed && !(l->t38_refused && l->answered) && !(well && m)) {
		return false;
	}
	m = m ? m : add(p, trunk, number);
	if (!m) {
		return false;
	}
	if (failed && !plan->step && plan->ask_t38 && plan->audio &&
	    l->transport == FX_TRANSPORT_AUDIO) {
		next = 2;
	}
	if (failed) {
		m->step = next > last ? 0 : next; /* all was tried: from the start again */
	}
	m->no_t38 |= l->t38_refused;
	m->expires_at = now_s + (days > 0 ? days * DAY : HOUR);
	if (!m->step && !m->no_t38) {
		*m = p->v[--p->n];
	}
	return true;
}

/* ---- the file ---- */

void fx_policy_text(const struct fx_policy *p, int64_t now_s, struct fx_buf *b)
{
	fx_buf_printf(b, HEAD);
	for (size_t i = 0; i < p->n; i++) {
		const struct memory *m = &p->v[i];

		if (m->expires_at > now_s) {
			fx_buf_printf(b, "%s\t%s\t%u\t%u\t%" PRId64 "\n", m->trunk, m->number,
				      m->step, (unsigned)m->no_t38, m->expires_at);
		}
	}
}

static bool field(const char **p, const char *end, char *dst, size_t size)
{
	const char *tab = memchr(*p, '\t', (size_t)(end - *p));
	size_t n = tab ? (size_t)(tab - *p) : (size_t)(end - *p);

	if (!n || n >= size || memchr(*p, 0, n)) {
		return false;
	}
	memcpy(dst, *p, n);
	dst[n] = 0;
	fx_str_clean(dst);
	*p += n + (tab != NULL);
	return true;
}

static int one_line(struct fx_policy *p, const char *s, const char *end, int64_t now_s)
{
	char trunk[32], number[FX_NUMBER_SIZE], step[8], flag[8], expires[24];
	int64_t st, no, at;
	struct memory *m;

	if (!field(&s, end, trunk, sizeof(trunk)) || !field(&s, end, number, sizeof(number)) ||
	    !field(&s, end, step, sizeof(step)) || !field(&s, end, flag, sizeof(flag)) ||
	    !field(&s, end, expires, sizeof(expires)) || fx_parse_i64(step, 0, 3, &st) ||
	    fx_parse_i64(flag, 0, 1, &no) ||
	    fx_parse_i64(expires, 0, INT64_C(1) << 40, &at) || at <= now_s ||
	    find(p, trunk, number, now_s)) {
		return 0;
	}
	m = add(p, trunk, number);
	if (!m) {
		return FX_ENOMEM;
	}
	m->step = (unsigned)st;
	m->no_t38 = no;
	m->expires_at = at;
	return 0;
}

int fx_policy_parse(struct fx_policy *p, const void *text, size_t n, int64_t now_s)
{
	const char *s = text, *end = s + n;
	int err = 0;

	if (n > FX_POLICY_FILE_MAX) {
		return FX_ELIMIT;
	}
	if (n < sizeof(HEAD) - 1 || memcmp(s, HEAD, sizeof(HEAD) - 1) != 0) {
		return FX_EPROTO;
	}
	s += sizeof(HEAD) - 1;
	for (size_t lines = 0; !err && s < end && lines < FX_POLICY_MAX; lines++) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));

		err = one_line(p, s, nl ? nl : end, now_s);
		s = nl ? nl + 1 : end;
	}
	return err;
}

int fx_policy_load(struct fx_policy *p, const char *path, int64_t now_s)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	fx_auto uint8_t *text = NULL;
	ssize_t got;
	size_t n = 0;

	if (fd < 0) {
		return errno == ENOENT ? 0 : FX_EIO;
	}
	text = fx_zalloc(FX_POLICY_FILE_MAX + 1);
	if (!text) {
		(void)close(fd);
		return FX_ENOMEM;
	}
	do {
		got = read(fd, text + n, FX_POLICY_FILE_MAX + 1 - n);
		n += got > 0 ? (size_t)got : 0;
	} while (got > 0 && n <= FX_POLICY_FILE_MAX);
	(void)close(fd);
	return got < 0 ? FX_EIO : fx_policy_parse(p, text, n, now_s);
}

int fx_policy_write(const char *path, const void *text, size_t n)
{
	fx_auto char *tmp = fx_asprintf("%s.new", path);
	int fd = tmp ? open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
	bool good = fd >= 0 && write(fd, text, n) == (ssize_t)n && !fsync(fd);

	if (fd >= 0) {
		good = !close(fd) && good;
	}
	if (!good || rename(tmp, path)) {
		if (tmp) {
			(void)unlink(tmp);
		}
		return FX_EIO;
	}
	return 0;
}
