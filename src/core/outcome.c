/* SPDX-License-Identifier: Apache-2.0 */
#include "core/outcome.h"

#include <string.h>

static const struct {
	const char *id, *words;
	enum fx_retry_class retry;
	uint32_t fps;
} outcomes[] = {
#define X(name, id, text, retry, fps) [FX_OUTCOME_##name] = {id, text, FX_RETRY_##retry, fps},
	FX_OUTCOME_TABLE(X)
#undef X
};

/*
 * The engine's completion codes 0..61 (engine.md section 3), in our words, with
 * what each means to a sender and to a receiver when the pages do not decide.
 */
#define T30_CODES(X)                                                                               \
	X(0, "the session ended in order", PAGE_REJECTED, PROTOCOL)                                \
	X(1, "the far end's answer tone did not stop", PROTOCOL, PROTOCOL)                         \
	X(2, "no fax signal within 60 s", NOT_FAX, NOT_FAX)                                        \
	X(3, "no first message within 35 s", NOT_FAX, NOT_FAX)                                     \
	X(4, "no answer to a procedure interrupt", PROTOCOL, PROTOCOL)                             \
	X(5, "the far end's control carrier did not stop", PROTOCOL, PROTOCOL)                     \
	X(6, "no common modem could be trained", PROTOCOL, PROTOCOL)                               \
	X(7, "operator intervention failed", PROTOCOL, PROTOCOL)                                   \
	X(8, "the far end is not compatible", INCOMPATIBLE, INCOMPATIBLE)                          \
	X(9, "the far end cannot receive now", REFUSED, INCOMPATIBLE)                              \
	X(10, "the far end cannot send", INCOMPATIBLE, INCOMPATIBLE)                               \
	X(11, "the far end lacks the resolution of the page", INCOMPATIBLE, INCOMPATIBLE)          \
	X(12, "the far end lacks the width of the page", INCOMPATIBLE, INCOMPATIBLE)               \
	X(13, "unexpected message", PROTOCOL, PROTOCOL)                                            \
	X(14, "bad answer to DCS or training", PROTOCOL, PROTOCOL)                                 \
	X(15, "DCN came instead of the answer to a page", PROTOCOL, PROTOCOL)                      \
	X(16, "invalid answer to an ECM page", PROTOCOL, PROTOCOL)                                 \
	X(17, "DCN came instead of DIS", DISCONNECTED, DISCONNECTED)                               \
	X(18, "invalid answer to a page", PROTOCOL, PROTOCOL)                                      \
	X(19, "another message came instead of DIS", PROTOCOL, PROTOCOL)                           \
	X(20, "no answer to DCS or training", TIMEOUT, TIMEOUT)                                    \
	X(21, "no answer to a page", TIMEOUT, TIMEOUT)                                             \
	X(22, "the far end stayed not ready too long", TIMEOUT, TIMEOUT)                           \
	X(23, "invalid ECM message from the sender", PROTOCOL, PROTOCOL)                           \
	X(24, "DCS came instead of DTC", PROTOCOL, PROTOCOL)                                       \
	X(25, "unexpected command after a page", PROTOCOL, PROTOCOL)                               \
	X(26, "the carrier was lost in a page", PROTOCOL, PROTOCOL)                                \
	X(27, "no end of line in time", TIMEOUT, TIMEOUT)                                          \
	X(28, "no first line in time", TIMEOUT, TIMEOUT)                                           \
	X(29, "T2 ran out waiting for DCN", TIMEOUT, TIMEOUT)                                      \
	X(30, "T2 ran out waiting for the end of a page", TIMEOUT, TIMEOUT)                        \
	X(31, "T2 ran out waiting for a page", TIMEOUT, TIMEOUT)                                   \
	X(32, "T2 ran out waiting for the next page", TIMEOUT, TIMEOUT)                            \
	X(33, "T2 ran out waiting for RR", TIMEOUT, TIMEOUT)                                       \
	X(34, "T2 ran out waiting for a command", TIMEOUT, TIMEOUT)                                \
	X(35, "DCN came instead of DCS or DIS", DISCONNECTED, DISCONNECTED)                        \
	X(36, "DCN came instead of a page", DISCONNECTED, DISCONNECTED)                            \
	X(37, "DCN came instead of the end of a page", DISCONNECTED, DISCONNECTED)                 \
	X(38, "DCN came between two pages", DISCONNECTED, DISCONNECTED)                            \
	X(39, "DCN came after RR or RNR", DISCONNECTED, DISCONNECTED)                              \
	X(40, "DCN came instead of a repeated page", DISCONNECTED, DISCONNECTED)                   \
	X(41, "the fax file cannot be opened", DOCUMENT, STORAGE)                                  \
	X(42, "a page is missing in the fax file", DOCUMENT, STORAGE)                              \
	X(43, "the fax file has an unusable format", DOCUMENT, STORAGE)                            \
	X(44, "a page of the fax file has no number", DOCUMENT, STORAGE)                           \
	X(45, "the fax file has wrong values", DOCUMENT, STORAGE)                                  \
	X(46, "the fax file has a bad header", DOCUMENT, STORAGE)                                  \
	X(47, "out of memory for a page", STORAGE, STORAGE)                                        \
	X(48, "all permitted repeats went unanswered", TIMEOUT, NOT_FAX)                           \
	X(49, "the call dropped too early", DISCONNECTED, DISCONNECTED)                            \
	X(50, "polling was not accepted", REFUSED, REFUSED)                                        \
	X(51, "the identifier was not accepted", REFUSED, REFUSED)                                 \
	X(52, "the subaddress was not accepted", REFUSED, REFUSED)                                 \
	X(53, "the selective polling address was not accepted", REFUSED, REFUSED)                  \
	X(54, "the polled subaddress was not accepted", REFUSED, REFUSED)                          \
	X(55, "the sender identification was not accepted", REFUSED, REFUSED)                      \
	X(56, "the password was not accepted", REFUSED, REFUSED)                                   \
	X(57, "the sending internet address was not accepted", REFUSED, REFUSED)                   \
	X(58, "the internet routing address was not accepted", REFUSED, REFUSED)                   \
	X(59, "the calling internet address was not accepted", REFUSED, REFUSED)                   \
	X(60, "the internet polling address was not accepted", REFUSED, REFUSED)                   \
	X(61, "the called internet address was not accepted", REFUSED, REFUSED)

static const struct {
	const char *words;
	enum fx_outcome sender, receiver;
} t30_codes[] = {
#define X(code, text, tx, rx) [code] = {text, FX_OUTCOME_##tx, FX_OUTCOME_##rx},
	T30_CODES(X)
#undef X
};

static bool is_outcome(enum fx_outcome o)
{
	return (unsigned)o < FX_OUTCOME_COUNT;
}

const char *fx_outcome_str(enum fx_outcome o)
{
	return is_outcome(o) ? outcomes[o].id : "unknown";
}

const char *fx_outcome_words(enum fx_outcome o)
{
	return is_outcome(o) ? outcomes[o].words : "The call ended in an unknown way.";
}

enum fx_retry_class fx_outcome_retry(enum fx_outcome o)
{
	return is_outcome(o) ? outcomes[o].retry : FX_RETRY_DELAYED;
}

uint32_t fx_outcome_fps(enum fx_outcome o)
{
	return is_outcome(o) ? outcomes[o].fps : outcomes[FX_OUTCOME_PROTOCOL].fps;
}

enum fx_outcome fx_outcome_from_str(const char *id)
{
	for (unsigned i = 0; id && i < FX_OUTCOME_COUNT; i++) {
		if (!strcmp(id, outcomes[i].id)) {
			return (enum fx_outcome)i;
		}
	}
	return FX_OUTCOME_NONE;
}

static enum fx_outcome from_code(const struct fx_t30_end *end)
{
	if (end->code < 0 || (size_t)end->code >= FX_ARRAY_LEN(t30_codes)) {
		/* -1: the session never got as far as an engine's code */
		return end->code < 0 ? FX_OUTCOME_DISCONNECTED : FX_OUTCOME_PROTOCOL;
	}
	if (!end->code && end->sender && !end->pages_expected) {
		return FX_OUTCOME_DOCUMENT; /* there was nothing to send */
	}
	return end->sender ? t30_codes[end->code].sender : t30_codes[end->code].receiver;
}

/*
 * Order: what is known for certain first. A received page that could not be
 * stored was not confirmed, whatever else happened; all pages confirmed is
 * success even when the line was cut or cancelled a moment later (G6, G8).
 */
enum fx_outcome fx_outcome_from_t30(const struct fx_t30_end *end)
{
	if (end->storage_failed) {
		return FX_OUTCOME_STORAGE;
	}
	if (end->sender && end->pages_expected && end->pages_confirmed >= end->pages_expected) {
		return FX_OUTCOME_SUCCESS;
	}
	if (!end->sender && end->eop_seen && end->pages_confirmed) {
		return FX_OUTCOME_SUCCESS;
	}
	if (end->by_us) {
		return FX_OUTCOME_CANCELLED;
	}
	if (!end->sender && end->pages_confirmed) {
		return FX_OUTCOME_PARTIAL;
	}
	if (end->sender && end->rtn) {
		return FX_OUTCOME_PAGE_REJECTED;
	}
	if (end->malformed) {
		return FX_OUTCOME_PROTOCOL;
	}
	if (end->line_lost) {
		return FX_OUTCOME_DISCONNECTED;
	}
	if (end->watchdog) {
		return FX_OUTCOME_TIMEOUT;
	}
	return from_code(end);
}

const char *fx_t30_code_words(int code)
{
	if (code < 0) {
		return "the session ended before the engine had a result";
	}
	if ((size_t)code >= FX_ARRAY_LEN(t30_codes)) {
		return "unknown engine code";
	}
	return t30_codes[code].words;
}
