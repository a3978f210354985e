/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/rights.h
 * The rights as numbers and as words: the seven of the Windows 2000 API and the standard ones
 * (winfax.md 1.1), with the values that FaxAccessCheck takes. Pure. Thread: any.
 */
#ifndef FX_SERVICE_RIGHTS_H
#define FX_SERVICE_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

enum fx_right {
	FX_RIGHT_JOB_SUBMIT = 0x01,
	FX_RIGHT_JOB_QUERY = 0x02,
	FX_RIGHT_CONFIG_QUERY = 0x04,
	FX_RIGHT_CONFIG_SET = 0x08,
	FX_RIGHT_PORT_QUERY = 0x10,
	FX_RIGHT_PORT_SET = 0x20,
	FX_RIGHT_JOB_MANAGE = 0x40,
	FX_RIGHT_DELETE = 0x10000,       /**< held and shown; nothing asks for it */
	FX_RIGHT_READ_CONTROL = 0x20000, /**< see who may do what */
	FX_RIGHT_WRITE_DAC = 0x40000,    /**< change who may do what */
	FX_RIGHT_WRITE_OWNER = 0x80000,  /**< held and shown; nothing asks for it */
	FX_RIGHT_SYNCHRONIZE = 0x100000, /**< held and shown; nothing asks for it */
	FX_RIGHT_SYSTEM_SECURITY = 0x1000000, /**< the audit list: nobody holds it */
	FX_RIGHT_ALL = 0x1F007F          /**< FAX_ALL_ACCESS */
};
#define FX_RIGHTS_READ  0x20016u /**< FAX_READ: the three QUERY and READ_CONTROL */
#define FX_RIGHTS_WRITE 0x20001u /**< FAX_WRITE: JOB_SUBMIT and READ_CONTROL */
/** What other local users have when nobody says otherwise. */
#define FX_RIGHTS_USER (FX_RIGHTS_READ | FX_RIGHTS_WRITE)
/** Holding one of these is "any right" (ms-fax.md 8.2, ALL_FAX_USER_ACCESS_RIGHTS). */
#define FX_RIGHTS_ANY 0xE007Fu

/**
 * The rights of version 3 of MS-FAX (ms-fax.md 8.2) that stand for these: each is held when all
 * that is behind it is (decision 0603).
 */
uint32_t fx_rights_to_v3(uint32_t rights);
/**
 * And back; generic rights are mapped as 8.2 says.
 * @return false: it holds a part of what cannot be divided here (QUERY_ARCHIVES without
 * QUERY_OUT_JOBS, say), or a bit that is no right
 */
bool fx_rights_from_v3(uint32_t v3, uint32_t *ret);

#define FX_RIGHTS_TEXT_SIZE 256 /**< room for any fx_rights_str() */

/** The first of the bits as in the API: "FAX_JOB_SUBMIT", "WRITE_DAC". Static. */
const char *fx_right_str(uint32_t rights);
/**
 * Words, divided by blanks or commas, capital or not, with or without "fax_", '-' for '_':
 * the rights themselves ("job_submit", "read_control"), the sets "read", "write", "all"
 * ("all_access"), and "none". "" is none.
 * @return 0, FX_EINVAL (the reason names the word)
 */
FX_MUST_CHECK int fx_rights_parse(const char *text, uint32_t *ret, struct fx_reason *reterr);
/** The same words back, as few as say it all: "read write", "job_submit", "none". @return dst */
char *fx_rights_str(uint32_t rights, char dst[FX_RIGHTS_TEXT_SIZE]);

#endif
