/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file document/fax_tiff_tags.h
 * What a finished fax says about itself: tags in the first page's directory, so that
 * FaxTiff (faxcom.md 4.10), tiffinfo and people find them without our database.
 * docs/fax-tiff.md has the table. Thread: any; one file, one thread at a time.
 */
#ifndef FX_DOCUMENT_FAX_TIFF_TAGS_H
#define FX_DOCUMENT_FAX_TIFF_TAGS_H

#include <stdint.h>
#include "base/error.h"

/*
 * Name, field, tag number. DocumentName is the standard one, the others are ours: from the
 * range that TIFF 6.0 leaves to private use (65000..65535). All are ASCII fields, UTF-8 inside.
 */
#define FX_TIFF_TAG_TABLE(X)                                                                       \
	X(DOCUMENT_NAME, document_name, 269)                                                       \
	X(SENDER, sender, 65100)                                                                   \
	X(RECIPIENT, recipient, 65101)                                                             \
	X(CSID, csid, 65102)                                                                       \
	X(TSID, tsid, 65103)                                                                       \
	X(CALLER_ID, caller_id, 65104)                                                             \
	X(ROUTING, routing, 65105)                                                                 \
	X(RECIPIENT_NUMBER, recipient_number, 65106)                                               \
	X(TIME, time, 65107)                                                                       \
	X(DIRECTION, direction, 65108)                                                             \
	X(JOB_ID, job_id, 65109)                                                                   \
	X(PORT, port, 65110)                                                                       \
	X(SENDER_COMPANY, sender_company, 65111)                                                   \
	X(BILLING_CODE, billing_code, 65112)
enum fx_tiff_own_tag {
#define X(NAME, name, number) FX_TIFFTAG_##NAME = number,
	FX_TIFF_TAG_TABLE(X)
#undef X
};
#define FX_TIFF_SENT "sent"         /**< direction */
#define FX_TIFF_RECEIVED "received"
#define FX_TIFF_TEXT_MAX 1024u      /**< octets of a text; longer ones are cut at a character */

/** Texts, UTF-8; NULL or "" = leave out. */
struct fx_tiff_tags {
#define X(NAME, name, number) const char *name;
	FX_TIFF_TAG_TABLE(X)
#undef X
};
/** Unix seconds as "2026-11-22T16:08:55Z", the form of the field `time`; "" for 0. */
void fx_tiff_tag_time(int64_t at, char ret[32]);

/**
 * Write the tags into the first page of a TIFF that is complete; those it has of the same
 * numbers go. The pages stay where they are: a new directory goes to the end of the file and
 * is synced before the header names it, so a crash leaves the old one or the new one.
 * May be repeated. Blocks (two syncs): for workers.
 *
 * @param fd  open for reading and writing; its offset is not used
 * @return 0, FX_EDATA (no TIFF that we know), FX_ELIMIT, FX_EIO, FX_ENOSPC, FX_ENOMEM
 */
FX_MUST_CHECK int fx_tiff_tag(int fd, const struct fx_tiff_tags *tags);

#endif
