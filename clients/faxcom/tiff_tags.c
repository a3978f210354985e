/* SPDX-License-Identifier: Apache-2.0 */
/* TIFF 6.0, section 2: header, one directory of entries of 12 octets, values elsewhere. */
#include "clients/faxcom/tiff_tags.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/bytes.h"
#include "base/mem.h"
#include "base/str.h"

#define ENTRY_SIZE 12u

enum { T_BYTE = 1, T_ASCII, T_SHORT, T_LONG, T_RATIONAL, T_SBYTE, T_UNDEFINED, T_SSHORT, T_SLONG,
       T_SRATIONAL, T_FLOAT, T_DOUBLE, T_IFD };
static const uint8_t type_size[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

struct entry {
	uint16_t tag, type;
	uint32_t count;
	size_t at, len; /* in values */
	int err;        /* why there is no value */
};
struct fc_tiff {
	bool big;
	uint32_t n;
	struct entry entries[FC_TIFF_ENTRIES_MAX];
	struct fx_buf values;
};

static uint64_t get(const struct fc_tiff *t, const uint8_t *p, unsigned n)
{
	uint64_t v = 0;
	unsigned i;

	for (i = 0; i < n; i++) {
		v = v << 8 | p[t->big ? i : n - 1 - i];
	}
	return v;
}

/* A short read of header or directory: no TIFF. */
static int need(fc_tiff_read_fn *read, void *arg, uint64_t at, void *p, size_t n,
		struct fx_reason *reterr)
{
	int err = read(arg, at, p, n);

	return err == FX_ETRUNC ? fx_fail(reterr, FX_EDATA, "the file ends too early for a TIFF")
				: err;
}

/* Where the value stands: up to four octets are in the entry itself. */
static int take_value(struct fc_tiff *t, struct entry *e, const uint8_t *field,
		      fc_tiff_read_fn *read, void *arg)
{
	uint64_t len;
	uint8_t *p;
	int err;

	if (e->type == 0 || e->type >= sizeof(type_size)) {
		return FX_EDATA;
	}
	len = (uint64_t)e->count * type_size[e->type];
	if (len > FC_TIFF_VALUE_MAX || t->values.len + len > FC_TIFF_VALUES_MAX) {
		return FX_ELIMIT;
	}
	e->at = t->values.len;
	e->len = (size_t)len;
	if (len <= 4) {
		fx_buf_put(&t->values, field, (size_t)len);
		return t->values.err;
	}
	p = fx_buf_grow(&t->values, (size_t)len);
	if (!p) {
		return FX_ENOMEM;
	}
	err = read(arg, get(t, field, 4), p, (size_t)len);
	if (err) {
		t->values.len = e->at;
		return err == FX_ETRUNC ? FX_EDATA : err;
	}
	return 0;
}

static int read_entries(struct fc_tiff *t, uint64_t at, fc_tiff_read_fn *read, void *arg,
			struct fx_reason *reterr)
{
	uint8_t b[ENTRY_SIZE];
	uint32_t i;
	int err = 0;

	for (i = 0; !err && i < t->n; i++) {
		struct entry *e = &t->entries[i];

		err = need(read, arg, at + (uint64_t)i * ENTRY_SIZE, b, sizeof(b), reterr);
		if (!err) {
			e->tag = (uint16_t)get(t, b, 2);
			e->type = (uint16_t)get(t, b + 2, 2);
			e->count = (uint32_t)get(t, b + 4, 4);
			e->err = take_value(t, e, b + 8, read, arg);
			err = e->err == FX_ENOMEM || e->err == FX_EIO ? e->err : 0;
		}
	}
	return err;
}

static int parse(struct fc_tiff *t, fc_tiff_read_fn *read, void *arg, struct fx_reason *reterr)
{
	uint8_t head[8], count[2];
	uint64_t at;
	int err = need(read, arg, 0, head, sizeof(head), reterr);

	if (err) {
		return err;
	}
	t->big = head[0] == 'M';
	if (head[0] != head[1] || (head[0] != 'I' && head[0] != 'M') ||
	    (get(t, head + 2, 2) != 42 && get(t, head + 2, 2) != 43)) {
		return fx_fail(reterr, FX_EDATA, "it is no TIFF file");
	}
	if (get(t, head + 2, 2) == 43) {
		return fx_fail(reterr, FX_EDATA, "it is a BigTIFF, which no fax is");
	}
	at = get(t, head + 4, 4);
	err = need(read, arg, at, count, sizeof(count), reterr);
	if (err) {
		return err;
	}
	t->n = (uint32_t)get(t, count, 2);
	if (t->n == 0) {
		return fx_fail(reterr, FX_EDATA, "its first page has no tags");
	}
	if (t->n > FC_TIFF_ENTRIES_MAX) {
		return fx_fail(reterr, FX_ELIMIT, "its first page has %u tags; %u are allowed",
			       t->n, FC_TIFF_ENTRIES_MAX);
	}
	return read_entries(t, at + 2, read, arg, reterr);
}

int fc_tiff_parse(fc_tiff_read_fn *read, void *arg, struct fc_tiff **ret, struct fx_reason *reterr)
{
	struct fc_tiff *t = fx_zalloc(sizeof(*t));
	int err = t ? parse(t, read, arg, reterr) : FX_ENOMEM;

	if (err) {
		(void)fc_tiff_free(t);
		return err;
	}
	*ret = t;
	return 0;
}

struct fc_tiff *fc_tiff_free(struct fc_tiff *t)
{
	if (t) {
		fx_buf_fini(&t->values);
	}
	return fx_free(t);
}

/* Octets to UTF-8 text: what is not UTF-8 is Latin-1. NULs between strings become blanks. */
static void add_text(struct fx_buf *b, const uint8_t *p, size_t n)
{
	size_t i;
	bool utf8;

	while (n > 0 && p[n - 1] == 0) {
		n--;
	}
	utf8 = fx_utf8_valid((const char *)p, n);
	for (i = 0; i < n; i++) {
		if (p[i] == 0) {
			fx_buf_u8(b, ' ');
		} else if (p[i] < 0x80 || utf8) {
			fx_buf_u8(b, p[i]);
		} else {
			fx_buf_u8(b, (uint8_t)(0xC0 | p[i] >> 6));
			fx_buf_u8(b, (uint8_t)(0x80 | (p[i] & 0x3F)));
		}
	}
}

static int64_t extend(uint64_t v, unsigned bytes)
{
	unsigned shift = 64 - 8 * bytes;

	return (int64_t)(v << shift) >> shift;
}

/* A fraction with up to six decimals, whatever the locale's point is. */
static void add_fraction(struct fx_buf *b, int64_t num, int64_t den)
{
	uint64_t n = num < 0 ? 0 - (uint64_t)num : (uint64_t)num;
	uint64_t d = den < 0 ? 0 - (uint64_t)den : (uint64_t)den;
	uint64_t micro;
	char text[8];
	size_t len = 6;

	if (d == 0) {
		fx_buf_printf(b, "%lld/0", (long long)num);
		return;
	}
	micro = (n % d * 1000000 + d / 2) / d; /* 32 bits times 20: no overflow */
	n = n / d + micro / 1000000;
	micro %= 1000000;
	fx_buf_printf(b, "%s%llu", (num < 0) != (den < 0) && (n || micro) ? "-" : "",
		      (unsigned long long)n);
	if (micro) {
		(void)snprintf(text, sizeof(text), "%06u", (unsigned)micro);
		while (text[len - 1] == '0') {
			text[--len] = 0;
		}
		fx_buf_printf(b, ".%s", text);
	}
}

static void add_real(struct fx_buf *b, double v, int digits)
{
	char text[40], *p;

	(void)snprintf(text, sizeof(text), "%.*g", digits, v);
	for (p = text; *p; p++) {
		if (*p == ',') {
			*p = '.';
		}
	}
	fx_buf_printf(b, "%s", text);
}

static void add_number(const struct fc_tiff *t, struct fx_buf *b, unsigned type, const uint8_t *p)
{
	uint64_t v = get(t, p, type_size[type]);
	float f;
	double d;

	switch (type) {
	case T_SBYTE: case T_SSHORT: case T_SLONG:
		fx_buf_printf(b, "%lld", (long long)extend(v, type_size[type]));
		break;
	case T_RATIONAL:
		add_fraction(b, (int64_t)get(t, p, 4), (int64_t)get(t, p + 4, 4));
		break;
	case T_SRATIONAL:
		add_fraction(b, extend(get(t, p, 4), 4), extend(get(t, p + 4, 4), 4));
		break;
	case T_FLOAT: {
		uint32_t v32 = (uint32_t)v;

		memcpy(&f, &v32, sizeof(f));
		add_real(b, (double)f, 7);
		break;
	}
	case T_DOUBLE:
		memcpy(&d, &v, sizeof(d));
		add_real(b, d, 15);
		break;
	default: /* BYTE, SHORT, LONG, UNDEFINED, IFD */
		fx_buf_printf(b, "%llu", (unsigned long long)v);
		break;
	}
}

static const struct entry *find(const struct fc_tiff *t, uint32_t tag)
{
	uint32_t i;

	for (i = 0; i < t->n; i++) {
		if (t->entries[i].tag == tag) {
			return &t->entries[i];
		}
	}
	return NULL;
}

int fc_tiff_text(const struct fc_tiff *t, uint32_t tag, char **ret)
{
	const struct entry *e = find(t, tag);
	struct fx_buf b = {0};
	const uint8_t *p;
	uint32_t i;

	if (!e || e->err) {
		return e ? e->err : FX_ENOENT;
	}
	p = e->len ? t->values.data + e->at : (const uint8_t *)"";
	if (e->type == T_ASCII) {
		add_text(&b, p, e->len);
	} else {
		for (i = 0; i < e->count; i++) {
			if (i > 0) {
				fx_buf_u8(&b, ' ');
			}
			add_number(t, &b, e->type, p + (size_t)i * type_size[e->type]);
		}
	}
	fx_buf_u8(&b, 0);
	if (b.err) {
		fx_buf_fini(&b);
		return FX_ENOMEM;
	}
	*ret = (char *)b.data;
	return 0;
}

/* Six numbers with given marks between, nothing after them; a day that exists. */
static bool parse_time(const char *s, const char *fmt, size_t len, struct tm *ret)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int y, mo, d, h, mi, sec, used = 0;
	bool leap;

	if (strlen(s) != len || sscanf(s, fmt, &y, &mo, &d, &h, &mi, &sec, &used) != 6 ||
	    (size_t)used != len) {
		return false;
	}
	leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (y < 1601 || mo < 1 || mo > 12 || d < 1 || d > days[mo - 1] + (mo == 2 && leap) ||
	    h < 0 || h > 23 || mi < 0 || mi > 59 || sec < 0 || sec > 60) {
		return false;
	}
	*ret = (struct tm){.tm_year = y - 1900, .tm_mon = mo - 1, .tm_mday = d, .tm_hour = h,
			   .tm_min = mi, .tm_sec = sec, .tm_isdst = -1};
	return true;
}

static int time_from(const struct fc_tiff *t, uint32_t tag, int64_t *ret)
{
	char *s = NULL;
	struct tm tm;
	int err = fc_tiff_text(t, tag, &s);

	if (err) {
		return err == FX_ENOMEM ? err : FX_ENOENT;
	}
	err = FX_ENOENT;
	if (tag == FC_TAG_TIME && parse_time(s, "%4d-%2d-%2dT%2d:%2d:%2dZ%n", 20, &tm)) {
#ifdef _WIN32
		*ret = _mkgmtime(&tm);
#else
		*ret = timegm(&tm);
#endif
		err = 0;
	} else if (tag == FC_TAG_DATE_TIME &&
		   parse_time(s, "%4d:%2d:%2d %2d:%2d:%2d%n", 19, &tm)) {
		*ret = mktime(&tm);
		err = 0;
	}
	(void)fx_free(s);
	return err;
}

int fc_tiff_time(const struct fc_tiff *t, int64_t *ret_at)
{
	int err = time_from(t, FC_TAG_TIME, ret_at);

	return err == FX_ENOENT ? time_from(t, FC_TAG_DATE_TIME, ret_at) : err;
}
