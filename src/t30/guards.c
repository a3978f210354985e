/* SPDX-License-Identifier: Apache-2.0 */
/* The guards that look at a session from outside the engine (engine.md 3). */
#include "t30/t30_priv.h"

static _Thread_local unsigned disabled;

void fx_t30_test_disable(unsigned guards)
{
	disabled = guards;
}

unsigned fx_t30_test_disabled(void)
{
	return disabled;
}

static void end_it(struct fx_t30 *s, const char *why)
{
	fx_t30_log(s, "! %s: the call ends", why);
	s->end.watchdog = !s->end.malformed;
	fx_engine_terminate(s);
	fx_t30_finish(s);
}

void fx_guard_end(struct fx_t30 *s, const char *why)
{
	s->end.malformed = true;
	end_it(s, why);
}

static bool over(const struct fx_t30 *s, uint64_t since, uint64_t extra, unsigned seconds)
{
	return s->now > since + extra + (uint64_t)seconds * SAMPLES_S;
}

/* Called once per 20 ms of call time, outside the engine, while it runs. */
void fx_watchdog(struct fx_t30 *s)
{
	t30_stats_t t;

	if (s->caller ? s->st.ecm || s->st.state != FX_PORT_SENDING
		      : s->st.state != FX_PORT_RECEIVING) {
		t.length = s->last_length;
	} else {
		t30_get_transfer_statistics(s->t30, &t);
	}
	if (!s->caller && t.length != s->last_length) {
		s->last_length = t.length;
		s->progress_at = s->now;
		if (guard(s, FX_GUARD_G5) && t.length > (int)FX_G5_ROWS_MAX) {
			fx_guard_end(s, "a page of more than 20000 rows comes in (guard G5)");
			return;
		}
	}
	if (over(s, 0, 0, s->max_call_s)) {
		end_it(s, "the longest time for a call is over");
		return;
	}
	if (!guard(s, FX_GUARD_G8)) {
		return;
	}
	if (s->eop_at && over(s, s->eop_at, 0, FX_WATCH_DCN_S)) {
		end_it(s, "all pages are confirmed and the far end does not disconnect (guard G8)");
	} else if (over(s, s->progress_at, s->grace, FX_WATCH_PROGRESS_S)) {
		end_it(s, "nothing moved for 90 s (guard G8)");
	} else if (s->t38 && !s->caller && over(s, s->ifp_at, 0, FX_WATCH_IFP_S)) {
		end_it(s, "no T.38 packet came for 60 s (guard G8)");
	}
}
