/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/secdesc.h
 * Self-relative security descriptors ([MS-DTYP] 2.4.6), as far as a list of who may do what needs
 * them: owner, group and a DACL of entries that allow and deny. Pure. Thread: any.
 */
#ifndef FX_SERVICE_SECDESC_H
#define FX_SERVICE_SECDESC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/bytes.h"
#include "base/error.h"

#define FX_SID_SUBS_MAX 15u          /**< [MS-DTYP] 2.4.2 */
#define FX_SECDESC_ACES_MAX 4000u
#define FX_SECDESC_MAX 65536u        /**< bytes; an ACL cannot be longer */
#define FX_SID_TEXT_SIZE 200

struct fx_sid {
	uint64_t authority; /**< 48 bits */
	uint8_t n;          /**< 0 = none */
	uint32_t sub[FX_SID_SUBS_MAX];
};
struct fx_ace {
	bool deny;
	uint8_t flags;      /**< of inheritance, which has no meaning here */
	uint32_t mask;
	struct fx_sid sid;
};
struct fx_secdesc {
	struct fx_sid owner, group;
	bool has_dacl;      /**< SE_DACL_PRESENT */
	bool null_dacl;     /**< present and NULL: everything to everybody */
	bool has_sacl;
	struct fx_ace *aces;
	size_t n_aces;
};
enum {
	FX_SEC_OWNER = 1,   /**< bits of SECURITY_INFORMATION */
	FX_SEC_GROUP = 2,
	FX_SEC_DACL = 4,
	FX_SEC_SACL = 8,
};
#define FX_ACE_INHERIT_ONLY 0x08u

void fx_secdesc_fini(struct fx_secdesc *d);
/** Append it. @param what  bits of FX_SEC_*: only these parts @return 0, FX_ENOMEM, FX_ELIMIT */
FX_MUST_CHECK int fx_secdesc_put(struct fx_buf *b, const struct fx_secdesc *d, uint32_t what);
/**
 * @param ret  fx_secdesc_fini()
 * @return 0, FX_EDATA (no descriptor), FX_EINVAL (one with a kind of entry that is not known
 * here), FX_ENOMEM
 */
FX_MUST_CHECK int fx_secdesc_get(const void *p, size_t n, struct fx_secdesc *ret,
				 struct fx_reason *reterr);

/** "S-1-5-32-544" */
char *fx_sid_str(const struct fx_sid *sid, char dst[FX_SID_TEXT_SIZE]);
bool fx_sid_equal(const struct fx_sid *a, const struct fx_sid *b);
struct fx_sid fx_sid_make(uint64_t authority, unsigned n, uint32_t a, uint32_t b);

/**
 * What somebody with these identities would be granted, entry after entry: what comes first about
 * a right decides it ([MS-DTYP] 2.5.3.2).
 */
uint32_t fx_secdesc_granted(const struct fx_secdesc *d, const struct fx_sid *ids, size_t n_ids);

#endif
