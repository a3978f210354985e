/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/block.c
 * A result is one block: a head of ours, the structures, the text they point to.
 */
#include <string.h>
#include "clients/winfax/winfax_priv.h"

#define MAGIC UINT64_C(0x6B636F6C42786146) /* "FaxBlock" */
struct head {
	uint64_t magic;
	uint64_t self; /* its own address: a copy of the bytes is not a block */
};
_Static_assert(sizeof(struct head) == 16, "results are aligned for every structure");

static void *block_new(size_t size)
{
	struct head *h = size < SIZE_MAX - sizeof(*h) ? fx_zalloc(sizeof(*h) + size) : NULL;

	if (!h) {
		return NULL;
	}
	h->magic = MAGIC;
	h->self = (uintptr_t)h;
	return h + 1;
}

void WINAPI FaxFreeBuffer(LPVOID Buffer)
{
	struct head *h;

	/* Blocks are 16-aligned; anything else is not ours and not to be looked at. */
	if (!Buffer || (uintptr_t)Buffer % 16) {
		return;
	}
	h = (struct head *)Buffer - 1;
	if (h->magic == MAGIC && h->self == (uintptr_t)h) {
		h->magic = 0;
		(void)fx_free(h);
	}
}

void WINAPI CaselliFree(void *Result)
{
	FaxFreeBuffer(Result);
}

bool wf_no_text(const void *s, enum fx_text_form form)
{
	return !s || (form == FX_TEXT_UTF16 ? *(const uint16_t *)s == 0 : *(const char *)s == 0);
}

static size_t text_size(const void *s, enum fx_text_form form)
{
	const uint16_t *w = s;
	size_t n = 0;

	if (form != FX_TEXT_UTF16) {
		return strlen(s) + 1;
	}
	while (w[n]) {
		n++;
	}
	return (n + 1) * 2;
}

static uint16_t *wide(const char *s, enum fx_text_form form)
{
	uint16_t *w = fx_calloc(strlen(s) + 1, sizeof(*w));

	if (w) {
		(void)fx_wtext_put_le((uint8_t *)w, s, form);
	}
	return w;
}

static char *narrow(const uint16_t *w, enum fx_text_form form)
{
	size_t n = text_size(w, FX_TEXT_UTF16) / 2 - 1;
	char *s = n <= SIZE_MAX / 4 ? fx_zalloc(3 * n + 1) : NULL;

	if (s) {
		(void)fx_wtext_get_le(s, (const uint8_t *)w, n, form);
	}
	return s;
}

/* A text in another form, new. NULL: out of memory. */
static void *converted(const void *s, enum fx_text_form from, enum fx_text_form to)
{
	fx_auto uint16_t *w = NULL;

	if (from == FX_TEXT_UTF16) {
		return narrow(s, to);
	}
	if (to == FX_TEXT_UTF16) {
		return wide(s, from);
	}
	w = wide(s, from);
	return w ? narrow(w, to) : NULL;
}

char *wf_to_utf8(const void *s, enum fx_text_form form)
{
	return form == FX_TEXT_UTF8 ? fx_strdup(s) : converted(s, form, FX_TEXT_UTF8);
}

void *wf_from_utf8(const char *s, enum fx_text_form form)
{
	return form == FX_TEXT_UTF8 ? fx_strdup(s) : converted(s, FX_TEXT_UTF8, form);
}

/* A text in the form wanted: s itself, or a new one in *own. NULL: out of memory. */
static const void *text_as(const void *s, enum fx_text_form from, enum fx_text_form to, void **own)
{
	*own = from == to ? NULL : converted(s, from, to);
	return from == to ? s : *own;
}

/* Length of all texts (dst NULL), or copies them behind the structures. SIZE_MAX: no memory. */
static size_t texts(const struct wf_shape *shape, const char *src, size_t n, enum fx_text_form from,
		    enum fx_text_form to, bool never_null, char *dst, char *pool)
{
	static const uint16_t empty = 0;
	size_t i, k, used = 0;

	for (i = 0; i < n; i++) {
		for (k = 0; k < shape->n_text; k++) {
			size_t at = i * shape->size + shape->text_off[k];
			const void *s;
			void *own;
			size_t len;

			memcpy(&s, src + at, sizeof(s));
			if (!s && !never_null) {
				continue;
			}
			s = text_as(s ? s : &empty, from, to, &own);
			if (!s) {
				return SIZE_MAX;
			}
			len = text_size(s, to);
			if (dst) {
				char *p = pool + used;

				memcpy(p, s, len);
				memcpy(dst + at, &p, sizeof(p));
			}
			used += len;
			(void)fx_free(own);
		}
	}
	return used;
}

void *wf_pack(const struct wf_shape *shape, const void *src, size_t n, enum fx_text_form from,
	      enum fx_text_form to, bool never_null)
{
	size_t structs = shape->size * n;
	size_t len = texts(shape, src, n, from, to, never_null, NULL, NULL);
	char *block = len == SIZE_MAX ? NULL : block_new(structs + len);

	if (!block) {
		return NULL;
	}
	if (n) {
		memcpy(block, src, structs);
	}
	if (texts(shape, src, n, from, to, never_null, block, block + structs) == SIZE_MAX) {
		FaxFreeBuffer(block);
		return NULL;
	}
	return block;
}

size_t wf_text_bytes(const struct wf_shape *shape, const void *src, enum fx_text_form form)
{
	return texts(shape, src, 1, form, form, false, NULL, NULL);
}

void *wf_pack_bytes(const void *p, size_t n)
{
	char *block = block_new(n + 1);

	if (block && n) {
		memcpy(block, p, n);
	}
	return block;
}

#define P(f) offsetof(FAX_JOB_PARAMA, f)
static const uint16_t param_text[] = {
	P(RecipientNumber), P(RecipientName), P(Tsid), P(SenderName), P(SenderCompany),
	P(SenderDept), P(BillingCode), P(DeliveryReportAddress), P(DocumentName)};
#undef P
const struct wf_shape wf_param_shape = {sizeof(FAX_JOB_PARAMA), param_text,
					FX_ARRAY_LEN(param_text)};

#define C(f) offsetof(FAX_COVERPAGE_INFOA, f)
static const uint16_t cover_text[] = {
	C(CoverPageName), C(RecName), C(RecFaxNumber), C(RecCompany), C(RecStreetAddress),
	C(RecCity), C(RecState), C(RecZip), C(RecCountry), C(RecTitle), C(RecDepartment),
	C(RecOfficeLocation), C(RecHomePhone), C(RecOfficePhone), C(SdrName), C(SdrFaxNumber),
	C(SdrCompany), C(SdrAddress), C(SdrTitle), C(SdrDepartment), C(SdrOfficeLocation),
	C(SdrHomePhone), C(SdrOfficePhone), C(Note), C(Subject)};
#undef C
const struct wf_shape wf_cover_shape = {sizeof(FAX_COVERPAGE_INFOA), cover_text,
					FX_ARRAY_LEN(cover_text)};

struct wf_shape wf_shape_of(const struct fx_ms_layout *layout, uint16_t off[WF_TEXT_MAX])
{
	struct wf_shape s = {.size = layout->c_size, .text_off = off};
	size_t i;

	for (i = 0; i < layout->n_fields && s.n_text < WF_TEXT_MAX; i++) {
		if (layout->fields[i].kind == FX_MS_TEXT) {
			off[s.n_text++] = layout->fields[i].c_off;
		}
	}
	return s;
}

BOOL wf_give(const struct fx_ms_layout *layout, void *src, size_t n, enum fx_text_form form,
	     void **out)
{
	uint16_t off[WF_TEXT_MAX];
	struct wf_shape shape = wf_shape_of(layout, off);
	void *block = wf_pack(&shape, src, n, form, form, false);

	(void)fx_free(src);
	if (!block) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	*out = block;
	return TRUE;
}

BOOL wf_give_list(const struct fx_ms_layout *layout, uint32_t code, void *src, uint32_t n,
		  enum fx_text_form form, void **out, LPDWORD count)
{
	if (code) {
		return wf_code(code);
	}
	if (!wf_give(layout, src, n, form, out)) {
		return FALSE;
	}
	*count = n;
	return TRUE;
}
