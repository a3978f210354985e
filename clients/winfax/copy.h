/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/copy.h  For faxcom: results copied out of an array. */
#ifndef FX_CLIENTS_WINFAX_COPY_H
#define FX_CLIENTS_WINFAX_COPY_H

#include <winfax.h>

/** One entry in a block of its own (FaxFreeBuffer). @return NULL: out of memory */
PFAX_JOB_ENTRYW wf_copy_job(const FAX_JOB_ENTRYW *job);

#endif
