/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/fsp/outcome.c  What a provider's status means: winfax.md 7.10, decision 0432. */
#include <faxdev.h>

#include "providers/fsp/fsp.h"

static const struct {
	uint32_t status;
	enum fx_outcome outcome;
} failed[] = {
	/* the seven that lead to a retry */
	{FS_LINE_UNAVAILABLE, FX_OUTCOME_LINE_UNAVAILABLE},
	{FS_NO_ANSWER, FX_OUTCOME_NO_ANSWER},
	{FS_NO_DIAL_TONE, FX_OUTCOME_NO_DIALTONE},
	{FS_DISCONNECTED, FX_OUTCOME_DISCONNECTED},
	{FS_BUSY, FX_OUTCOME_BUSY},
	{FS_NOT_FAX_CALL, FX_OUTCOME_NOT_FAX},
	{FS_FATAL_ERROR, FX_OUTCOME_PROTOCOL},
	/* redialling is restricted: not at once */
	{FS_CALL_DELAYED, FX_OUTCOME_BUSY},
	/* the three that do not */
	{FS_BAD_ADDRESS, FX_OUTCOME_BAD_NUMBER},
	{FS_CALL_BLACKLISTED, FX_OUTCOME_BLACKLISTED},
	{FS_USER_ABORT, FX_OUTCOME_CANCELLED},
};

/* In the middle of a call: it failed and forgot to say so. */
static const uint32_t unfinished[] = {
	0, FS_INITIALIZING, FS_DIALING, FS_TRANSMITTING, FS_RECEIVING, FS_ANSWERED, FS_COMPLETED,
	FS_HANDLED,
};

enum fx_outcome fx_fsp_outcome(bool ok, uint32_t status)
{
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(failed); i++) {
		if (failed[i].status == status) {
			return failed[i].outcome; /* it says TRUE and a failure: not sent */
		}
	}
	if (ok) {
		return FX_OUTCOME_SUCCESS;
	}
	for (i = 0; i < FX_ARRAY_LEN(unfinished); i++) {
		if (unfinished[i] == status) {
			return FX_OUTCOME_PROTOCOL;
		}
	}
	return FX_OUTCOME_DOCUMENT; /* a value of its own: not again (13.8) */
}
