/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/security.h
 * The table of who may do what as a security descriptor, both ways (ms-fax.md 9.9, decision 0612).
 * Thread: the loop thread.
 */
#ifndef FX_SERVICE_SECURITY_H
#define FX_SERVICE_SECURITY_H

#include "service/secdesc.h"
#include "service/service.h"

typedef void(fx_service_secdesc_fn)(void *arg, int err, const void *p, size_t n);
/**
 * Owner, group and list of who may do what: READ_CONTROL. The audit list nobody may read.
 * Names are looked up in a worker.
 * @param what  FX_SEC_*
 * @return, or to done(), FX_EINVAL (nothing is asked for), FX_EACCES (audit list)
 */
FX_MUST_CHECK int fx_service_security(struct fx_service *s, const struct fx_caller *c,
				      uint32_t what, fx_service_secdesc_fn *done, void *arg);
/**
 * Change it: owner WRITE_OWNER, group and list WRITE_DAC. The list becomes the whole table of the
 * store; owner and group can only stay what they are.
 * @return, or to done(), FX_EDATA (no descriptor), FX_EINVAL (what cannot be said here; the log
 * says why), FX_ELIMIT, FX_EIO (the directory of users cannot be asked)
 */
FX_MUST_CHECK int fx_service_set_security(struct fx_service *s, const struct fx_caller *c,
					  uint32_t what, const void *p, size_t n,
					  fx_service_done_fn *done, void *arg);

#endif
