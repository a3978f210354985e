/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a cover page: "To {recipient-name}[, {recipient-title}]". */
#include "render/cover.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"

/* The field whose name stands after '{'; *ret_len: bytes up to and with '}', 0 = not closed. */
static enum fx_cover_field field_at(const char *s, size_t *ret_len)
{
	size_t n = strcspn(s, "{}[]\n");

	*ret_len = s[n] == '}' ? n + 1 : 0;
	return *ret_len ? fx_cover_field_from_str(s, n) : FX_COVER_FIELD_COUNT;
}

const char *cover_check_text(const char *s)
{
	bool part = false;
	size_t len;

	for (; *s; s++) {
		if (*s == '\\' && s[1]) {
			s++;
		} else if (*s == '{') {
			if (field_at(s + 1, &len) == FX_COVER_FIELD_COUNT) {
				return len ? "an unknown field in { }" :
					     "a { without its } (write \\{ for the sign)";
			}
			s += len;
		} else if (*s == '}') {
			return "a } without its { (write \\} for the sign)";
		} else if (*s == '[' || *s == ']') {
			if ((*s == '[') == part) {
				return part ? "a [ inside [ ]" :
					      "a ] without its [ (write \\] for the sign)";
			}
			part = !part;
		}
	}
	return part ? "a [ without its ] (write \\[ for the sign)" : NULL;
}

struct filling {
	const struct fx_cover_fields *f;
	struct fx_buf out;
	bool fields, any; /* there was a field; one had text */
};

/* Until ']' in a part, else to the end. @return where it stopped */
static const char *fill(struct filling *b, const char *s, bool part)
{
	size_t start = b->out.len;
	bool some = false;

	for (; *s && !(part && *s == ']'); s++) {
		if (*s == '\\' && s[1]) {
			s++;
			fx_buf_put(&b->out, *s == 'n' ? "\n" : s, 1);
		} else if (*s == '{') {
			size_t len;
			enum fx_cover_field field = field_at(s + 1, &len);
			const char *v = fx_text(b->f->v[field]);

			b->fields = true;
			some = some || *v;
			fx_buf_put(&b->out, v, strlen(v));
			s += len;
		} else if (*s == '[') {
			s = fill(b, s + 1, true);
			if (!*s) {
				break;
			}
		} else {
			fx_buf_put(&b->out, s, 1);
		}
	}
	if (part && !some) {
		b->out.len = start;
	}
	b->any = b->any || some;
	return s;
}

int cover_expand(const char *text, const struct fx_cover_fields *f, char **ret, bool *ret_any)
{
	struct filling b = {.f = f, .out = {.max = FX_COVER_TEXT_MAX}};
	char *s, *d;
	size_t n;

	(void)fill(&b, text, false);
	fx_buf_u8(&b.out, 0);
	if (b.out.err) {
		fx_buf_fini(&b.out);
		return b.out.err;
	}
	d = s = (char *)b.out.data;
	while (*s == ' ') {
		s++;
	}
	n = strlen(s);
	while (n && s[n - 1] == ' ') {
		n--;
	}
	memmove(d, s, n);
	d[n] = '\0';
	*ret = d;
	if (ret_any) {
		*ret_any = b.any || !b.fields;
	}
	return 0;
}
