/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/faxcom/tiff_tags.h
 * The tags of a TIFF's first page, as text. No picture is decoded; the file is a stranger's.
 * docs/fax-tiff.md has our own tags. Thread: any; a parsed one is read-only.
 */
#ifndef FX_CLIENTS_FAXCOM_TIFF_TAGS_H
#define FX_CLIENTS_FAXCOM_TIFF_TAGS_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

/* Ours (the service has the same numbers, and a test compares them), and standard ones. */
#define FC_TAG_SENDER 65100u
#define FC_TAG_RECIPIENT 65101u
#define FC_TAG_CSID 65102u
#define FC_TAG_TSID 65103u
#define FC_TAG_CALLER_ID 65104u
#define FC_TAG_ROUTING 65105u
#define FC_TAG_RECIPIENT_NUMBER 65106u
#define FC_TAG_TIME 65107u
#define FC_TAG_DIRECTION 65108u
#define FC_TAG_DATE_TIME 306u
#define FC_TAG_FAX_SUBADDRESS 34909u

#define FC_TIFF_ENTRIES_MAX 512u        /**< of a directory; more is refused */
#define FC_TIFF_VALUE_MAX 65536u        /**< octets of a value; more: FX_ELIMIT for that tag */
#define FC_TIFF_VALUES_MAX (1u << 20)   /**< octets of all values that are kept */

/** Fill p with n octets from `at`. @return 0, FX_ETRUNC (past the end), FX_EIO */
typedef int(fc_tiff_read_fn)(void *arg, uint64_t at, void *p, size_t n);
struct fc_tiff;
/**
 * Read header and first directory with its values.
 * @param reterr  optional, the sentence for a person
 * @return 0, FX_EDATA (no TIFF), FX_ELIMIT, FX_EIO, FX_ENOMEM
 */
FX_MUST_CHECK int fc_tiff_parse(fc_tiff_read_fn *read, void *arg, struct fc_tiff **ret,
				struct fx_reason *reterr);
struct fc_tiff *fc_tiff_free(struct fc_tiff *t);
/**
 * A tag as UTF-8 text (fx_free): texts as they are, else decimal numbers with blanks between.
 * @return 0, FX_ENOENT (no such tag), FX_ELIMIT, FX_EDATA (its value is damaged), FX_ENOMEM
 */
FX_MUST_CHECK int fc_tiff_text(const struct fc_tiff *t, uint32_t tag, char **ret);
/**
 * When the fax began: our tag, else DateTime, which is local time.
 * @return 0, FX_ENOENT when the file does not say, FX_ENOMEM
 */
FX_MUST_CHECK int fc_tiff_time(const struct fc_tiff *t, int64_t *ret_at);

#endif
