/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file fake_auth.h
 * A security context for tests of the connection: who says "user NAME" and then "password
 * secret" is NAME; the protection counts, sums and turns bits, and keeps no secret at all.
 * Two legs more for SPNEGO (its last token is answered), none for NTLM. Both sides.
 */
#ifndef FX_TESTS_FAKE_AUTH_H
#define FX_TESTS_FAKE_AUTH_H

#include "rpc/auth/auth.h"

#define FAKE_TOKEN_SIZE 16u
/** For fx_rpc_net_prm.accept; levels 2 to 6, types 9, 10. arg: int *, contexts alive, or NULL. */
int fake_auth_accept(void *arg, unsigned type, unsigned level, struct fx_auth **ret);
/** The client's side, complete at once. Never fails. */
struct fx_auth *fake_auth_client(unsigned type, unsigned level);

#endif
