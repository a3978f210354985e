/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/cover.h
 * What can stand on a cover page: FAX_COVERPAGE_INFO and both FAX_PERSONAL_PROFILEs, by name
 * (docs/cover-pages.md). As one text they are fx_job.profile and the input of the renderer: a line
 * "name=value" for each that is not empty; in values \n is a line end, \\ a backslash. Pure.
 */
#ifndef FX_CORE_COVER_H
#define FX_CORE_COVER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/bytes.h"
#include "base/error.h"

#define FX_COVER_PERSON(X, P, p)                                                                   \
	X(P##_NAME, p "-name") X(P##_FAX, p "-fax") X(P##_COMPANY, p "-company")                   \
	X(P##_ADDRESS, p "-address") X(P##_CITY, p "-city") X(P##_STATE, p "-state")               \
	X(P##_ZIP, p "-zip") X(P##_COUNTRY, p "-country") X(P##_TITLE, p "-title")                 \
	X(P##_DEPARTMENT, p "-department") X(P##_OFFICE, p "-office")                              \
	X(P##_HOME_PHONE, p "-home-phone") X(P##_OFFICE_PHONE, p "-office-phone")                  \
	X(P##_EMAIL, p "-email")
/* body-pages: pages of the document behind the cover; page-count and page-number are the
 * renderer's, who alone knows how many pages the note takes. */
#define FX_COVER_FIELDS(X)                                                                         \
	FX_COVER_PERSON(X, RECIPIENT, "recipient") FX_COVER_PERSON(X, SENDER, "sender")            \
	X(NOTE, "note") X(SUBJECT, "subject") X(BILLING_CODE, "billing-code")                      \
	X(TIME_SENT, "time-sent") X(DATE_SENT, "date-sent") X(BODY_PAGES, "body-pages")            \
	X(PAGE_COUNT, "page-count") X(PAGE_NUMBER, "page-number")
enum fx_cover_field {
#define X(name, id) FX_COVER_##name,
	FX_COVER_FIELDS(X)
#undef X
	FX_COVER_FIELD_COUNT
};
#define FX_COVER_FIELD_MAX 65536u  /**< bytes of one value */
#define FX_COVER_TEXT_MAX  524288u /**< bytes of all as one text */

const char *fx_cover_field_str(enum fx_cover_field f);
/** @param n bytes of name @return FX_COVER_FIELD_COUNT when unknown */
enum fx_cover_field fx_cover_field_from_str(const char *name, size_t n);

struct fx_cover_fields {
	char *v[FX_COVER_FIELD_COUNT]; /**< owned, UTF-8, NULL = empty */
};
void fx_cover_fields_fini(struct fx_cover_fields *f);
/** Append "name=value\n"; nothing for NULL and "". Errors stick to the buffer. */
void fx_cover_put(struct fx_buf *b, enum fx_cover_field f, const char *value);
/**
 * Read such a text. Unknown names are skipped (of a later version), the last of two counts.
 * @return 0, FX_EDATA (no UTF-8, no '='), FX_ELIMIT, FX_ENOMEM; on failure *ret is empty
 */
FX_MUST_CHECK int fx_cover_fields_parse(const char *text, size_t n, struct fx_cover_fields *ret);

/* ---- names of cover pages ---- */
#define FX_COVER_NAME_MAX   64u    /**< bytes, without extension */
#define FX_COVER_FILE_MAX   65536u /**< bytes of a cover page */
#define FX_COVER_EXT        ".cover"
#define FX_COVER_COMMON     "common:" /**< before the name in fx_job.cover_page */
/**
 * The bare name of a common page: ".cov" and ".cover" are taken off (any case), the rest is in
 * lower case (ASCII), so that GENERIC.COV is generic.
 * @return 0, FX_EINVAL (empty, a folder in it, hidden, control characters, too long)
 */
FX_MUST_CHECK int fx_cover_name(const char *name, char ret[FX_COVER_NAME_MAX + 1]);
/** A page of Windows by its first bytes ("FAXCOVER-VER..."): drawing data we cannot read. */
bool fx_cover_is_windows(const void *p, size_t n);

#endif
