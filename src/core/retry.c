/* SPDX-License-Identifier: Apache-2.0 */
#include "core/retry.h"

const char *fx_next_str(enum fx_next n)
{
	switch (n) {
	case FX_NEXT_FINISHED:
		return "finished";
	case FX_NEXT_RETRY:
		return "retry";
	case FX_NEXT_OTHER_PORT:
		return "other_port";
	case FX_NEXT_EXCEEDED:
		return "exceeded";
	case FX_NEXT_FAILED:
		return "failed";
	}
	return "unknown";
}

/* One more counted try; `quick` takes away the wait, once per job. */
static void count(const struct fx_config *c, const struct fx_attempt_end *end, bool quick,
		  struct fx_decision *d)
{
	d->tries = end->tries + 1;
	if (d->tries > c->retries) {
		d->next = FX_NEXT_EXCEEDED;
		return;
	}
	d->next = FX_NEXT_RETRY;
	if (quick && !end->quick_used) {
		d->quick_used = true;
		d->at = end->now;
	} else {
		d->at = end->now + (int64_t)c->retry_delay_min * 60;
	}
}

struct fx_decision fx_retry_decide(const struct fx_config *c, const struct fx_attempt_end *end)
{
	struct fx_decision d = {.tries = end->tries, .quick_used = end->quick_used, .at = end->now};

	if (end->pages && end->confirmed >= end->pages) {
		d.next = FX_NEXT_FINISHED;
		return d;
	}
	if (end->outcome == FX_OUTCOME_SUCCESS || end->outcome == FX_OUTCOME_NONE ||
	    end->outcome == FX_OUTCOME_PARTIAL) {
		count(c, end, true, &d); /* said to be well, but pages are missing */
		return d;
	}
	if (end->outcome == FX_OUTCOME_HOST_LOST && end->host_losts < FX_RETRY_HOST_LOST_MAX) {
		/* Not the far end's doing nor the job's: at once when a port is there again. */
		d.next = FX_NEXT_RETRY;
		return d;
	}
	switch (fx_outcome_retry(end->outcome)) {
	case FX_RETRY_NONE:
		d.next = FX_NEXT_FAILED;
		break;
	case FX_RETRY_DELAYED:
		count(c, end, false, &d);
		break;
	case FX_RETRY_QUICK:
		count(c, end, end->outcome != FX_OUTCOME_HOST_LOST, &d);
		break;
	case FX_RETRY_OTHERPORT:
		if (end->other_port) {
			d.next = FX_NEXT_OTHER_PORT;
		} else {
			count(c, end, false, &d);
		}
		break;
	}
	return d;
}

uint32_t fx_retry_first_page(const struct fx_config *c, uint32_t pages, uint32_t confirmed)
{
	if (!c->resume_at_unconfirmed || confirmed >= pages) {
		return 0;
	}
	return confirmed;
}

struct fx_step fx_retry_step(uint32_t protocol_failures)
{
	switch (protocol_failures) {
	case 0:
	case 1: /* a manual resend nearly always works (engine.md section 5) */
		return (struct fx_step){FX_MODEM_ALL, true};
	case 2:
		return (struct fx_step){FX_MODEM_V27TER | FX_MODEM_V29, true};
	case 3:
		return (struct fx_step){FX_MODEM_V27TER, true};
	default:
		return (struct fx_step){FX_MODEM_V27TER | FX_MODEM_V29, false};
	}
}

bool fx_retry_is_protocol(enum fx_outcome o)
{
	return fx_outcome_retry(o) == FX_RETRY_QUICK && o != FX_OUTCOME_HOST_LOST;
}
