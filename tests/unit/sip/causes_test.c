/* SPDX-License-Identifier: Apache-2.0 */
/* Every SIP status and every Q.850 cause has an outcome and words. */
#include <stdio.h>
#include <string.h>
#include "providers/sip/causes.h"
#include "tests/support/support.h"

static void is_whole(enum fx_outcome o, const char *words, size_t max, int n)
{
	if (o <= FX_OUTCOME_SUCCESS || o >= FX_OUTCOME_COUNT || strlen(words) < 10 ||
	    strlen(words) > max || strstr(words, "nknown")) {
		fail_msg("%d: outcome %d, \"%s\"", n, o, words);
	}
}

static void all_numbers(void **state)
{
	(void)state;
	for (int i = -10; i < 1000; i++) {
		is_whole(fx_sip_status_outcome(i), fx_sip_status_words(i), 120, i);
	}
	for (int i = -10; i < 300; i++) {
		is_whole(fx_q850_outcome(i), fx_q850_words(i), 120, i);
	}
}

/* Each pair of status and cause, who, and answered: one outcome, whole words, numbers in them. */
static void all_ends(void **state)
{
	char number[20];

	(void)state;
	for (int status = 300; status < 700; status++) {
		for (int q = 0; q < 128; q++) {
			for (int way = 0; way < 4; way++) {
				struct fx_leg_end end = {.status = status, .q850 = q,
							 .who = way & 1 ? FX_LEG_THEM : FX_LEG_US,
							 .words = "W"};
				struct fx_sip_cause c;

				fx_sip_cause_of(&end, way & 2, &c);
				is_whole(c.outcome, c.words, 199, status);
				(void)snprintf(number, sizeof(number), "SIP %d", status);
				assert_non_null(strstr(c.words, number));
			}
		}
	}
}

static const struct {
	struct fx_leg_end end;
	bool answered;
	enum fx_outcome outcome;
	bool other_target, other_media;
	const char *words;
} cases[] = {
	{{FX_LEG_THEM, 486, 17, "Busy Here", 0}, false, FX_OUTCOME_BUSY, false, false,
	 "the number is busy (SIP 486, Q.850 17, \"Busy Here\")"},
	{{FX_LEG_THEM, 486, 0, "", 0}, false, FX_OUTCOME_BUSY, false, false,
	 "the number is busy (SIP 486)"},
	/* a gateway's 503 or 500 for what the telephone network said */
	{{FX_LEG_THEM, 503, 1, "x", 0}, false, FX_OUTCOME_BAD_NUMBER, false, false,
	 "the number does not exist (SIP 503, Q.850 1, \"x\")"},
	{{FX_LEG_THEM, 500, 34, "x", 0}, false, FX_OUTCOME_LINE_UNAVAILABLE, false, false,
	 "all lines of the network are busy (SIP 500, Q.850 34, \"x\")"},
	{{FX_LEG_THEM, 480, 31, "x", 0}, false, FX_OUTCOME_NO_ANSWER, false, false,
	 "the number cannot be reached now (SIP 480, Q.850 31, \"x\")"},
	{{FX_LEG_THEM, 503, 0, "full", 5}, false, FX_OUTCOME_LINE_UNAVAILABLE, true, false,
	 "the trunk is out of service or full (SIP 503, \"full\")"},
	{{FX_LEG_THEM, 488, 0, "Not Acceptable Here", 0}, false, FX_OUTCOME_INCOMPATIBLE, false,
	 true, "the far end takes neither the T.38 nor the audio offered (SIP 488, \"Not "
	 "Acceptable Here\")"},
	{{FX_LEG_THEM, 302, 0, "redirected", 0}, false, FX_OUTCOME_LINE_UNAVAILABLE, false, false,
	 "the call was diverted to another address, which is not followed; ask the provider to "
	 "route it (SIP 302, \"redirected\")"},
	{{FX_LEG_NOBODY, 0, 0, "no response from the trunk within 5000 ms", 0}, false,
	 FX_OUTCOME_LINE_UNAVAILABLE, true, false, "no response from the trunk within 5000 ms"},
	{{FX_LEG_NOBODY, 0, 0, "", 0}, false, FX_OUTCOME_LINE_UNAVAILABLE, true, false,
	 "the trunk cannot be reached"},
	{{FX_LEG_US, 487, 0, "not answered within 60 s", 0}, false, FX_OUTCOME_NO_ANSWER, false,
	 false, "not answered within 60 s (SIP 487)"},
	{{FX_LEG_US, 487, 0, "hung up", 0}, false, FX_OUTCOME_CANCELLED, false, false,
	 "the call was cancelled (SIP 487)"},
	{{FX_LEG_THEM, 0, 16, "done", 0}, true, FX_OUTCOME_DISCONNECTED, false, false,
	 "the far end hung up (Q.850 16, \"done\")"},
	{{FX_LEG_THEM, 0, 38, "", 0}, true, FX_OUTCOME_DISCONNECTED, false, false,
	 "the network is out of order (Q.850 38)"},
	{{FX_LEG_US, 0, 0, "", 0}, true, FX_OUTCOME_CANCELLED, false, false, "we hung up"},
	{{FX_LEG_THEM, 0, 0, "they answered without a usable Contact", 0}, false,
	 FX_OUTCOME_DISCONNECTED, false, false,
	 "the far end ended the call (\"they answered without a usable Contact\")"},
};

static void known_ends(void **state)
{
	struct fx_sip_cause c;

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(cases); i++) {
		fx_sip_cause_of(&cases[i].end, cases[i].answered, &c);
		assert_string_equal(c.words, cases[i].words);
		assert_int_equal(c.outcome, cases[i].outcome);
		assert_int_equal(c.other_target, cases[i].other_target);
		assert_int_equal(c.other_media, cases[i].other_media);
	}
}

/* What a stranger writes is long or has cut characters: it stays text. */
static void long_words(void **state)
{
	struct fx_leg_end end = {.who = FX_LEG_THEM, .status = 302, .q850 = 127};
	struct fx_sip_cause c;

	(void)state;
	for (size_t i = 0; i + 3 < sizeof(end.words); i += 3) {
		memcpy(end.words + i, "\xe2\x82\xac", 4);
	}
	fx_sip_cause_of(&end, false, &c);
	assert_true(strlen(c.words) < sizeof(c.words));
	assert_int_equal(c.words[strlen(c.words) - 1], ')');
}

static void our_causes(void **state)
{
	(void)state;
	for (int o = 0; o <= FX_OUTCOME_COUNT; o++) {
		int q = fx_sip_q850_of((enum fx_outcome)o);

		assert_true(q >= 1 && q <= 127);
	}
	assert_int_equal(fx_sip_q850_of(FX_OUTCOME_SUCCESS), 16);
	assert_int_equal(fx_sip_q850_of(FX_OUTCOME_BUSY), 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_numbers), cmocka_unit_test(all_ends),
		cmocka_unit_test(known_ends), cmocka_unit_test(long_words),
		cmocka_unit_test(our_causes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
