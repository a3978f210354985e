/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3261 and its extensions, Q.850, and how they meet (RFC 3398), in two tables. */
#include "providers/sip/causes.h"

#include <stdio.h>
#include <string.h>
#include "base/str.h"

struct row {
	int n;
	enum fx_outcome outcome;
	const char *words;
};
#define O(x) FX_OUTCOME_##x

/* 401, 403, 407, 5xx and the like: this way is closed, another port's may be open. */
static const struct row statuses[] = {
	{300, O(LINE_UNAVAILABLE), "the trunk offers several other addresses, which are not followed; "
	 "ask the provider to route the call"},
	{301, O(BAD_NUMBER), "the number has moved for good; ask its owner for the new one"},
	{302, O(LINE_UNAVAILABLE), "the call was diverted to another address, which is not followed; "
	 "ask the provider to route it"},
	{305, O(LINE_UNAVAILABLE), "the trunk wants a proxy in between; set proxy of the trunk"},
	{380, O(LINE_UNAVAILABLE), "the trunk offers another service instead of a call"},
	{400, O(LINE_UNAVAILABLE), "the trunk did not understand the request; see its trace"},
	{401, O(LINE_UNAVAILABLE), "the trunk does not accept user or password; check both"},
	{402, O(LINE_UNAVAILABLE), "the trunk wants to be paid first; look at the account"},
	{403, O(LINE_UNAVAILABLE), "the trunk forbids the call; check number and from_host, the "
	 "account, and whether it may call there"},
	{404, O(BAD_NUMBER), "the number does not exist; check it, and country, strip and prefix"},
	{405, O(LINE_UNAVAILABLE), "the trunk takes no calls at this address; check host and port"},
	{406, O(INCOMPATIBLE), "the far end has nothing that we accept"},
	{407, O(LINE_UNAVAILABLE), "the proxy does not accept user or password; check both"},
	{408, O(NO_ANSWER), "nobody answered in time"},
	{409, O(LINE_UNAVAILABLE), "the trunk sees a conflict with another registration"},
	{410, O(BAD_NUMBER), "the number is not in use any more"},
	{411, O(LINE_UNAVAILABLE), "the trunk misses a length in our message; see its trace"},
	{412, O(LINE_UNAVAILABLE), "the trunk's condition was not met"},
	{413, O(LINE_UNAVAILABLE), "our message was too large for the trunk"},
	{414, O(BAD_NUMBER), "the number is too long for the trunk"},
	{415, O(INCOMPATIBLE), "the far end does not know this kind of offer"},
	{416, O(LINE_UNAVAILABLE), "the trunk does not know this kind of address"},
	{417, O(LINE_UNAVAILABLE), "the trunk does not know the priority asked for"},
	{420, O(LINE_UNAVAILABLE), "the trunk lacks an extension that we asked for"},
	{421, O(LINE_UNAVAILABLE), "the trunk demands an extension that we do not have"},
	{422, O(LINE_UNAVAILABLE), "the session interval is too short for the trunk; raise "
	 "session_expires_s"},
	{423, O(LINE_UNAVAILABLE), "the registration is too short for the trunk; raise expires_s"},
	{424, O(LINE_UNAVAILABLE), "the trunk did not understand a location"},
	{425, O(LINE_UNAVAILABLE), "the trunk did not understand an alert"},
	{428, O(LINE_UNAVAILABLE), "the trunk demands a signed caller (STIR), which it must add"},
	{429, O(LINE_UNAVAILABLE), "the trunk wants to know who referred us"},
	{430, O(LINE_UNAVAILABLE), "the connection to the trunk broke"},
	{433, O(LINE_UNAVAILABLE), "the far end takes no anonymous calls; set number"},
	{436, O(LINE_UNAVAILABLE), "the caller's certificate could not be fetched"},
	{437, O(LINE_UNAVAILABLE), "the caller's certificate is not accepted"},
	{438, O(LINE_UNAVAILABLE), "the caller's signature is wrong; ask the provider"},
	{439, O(LINE_UNAVAILABLE), "the trunk's first hop lacks outbound support"},
	{440, O(LINE_UNAVAILABLE), "the call was split too often on its way"},
	{469, O(LINE_UNAVAILABLE), "the trunk does not know a package of ours"},
	{470, O(LINE_UNAVAILABLE), "the far end has not consented to calls"},
	{480, O(NO_ANSWER), "the number cannot be reached now"},
	{481, O(DISCONNECTED), "the far end does not know this call any more"},
	{482, O(LINE_UNAVAILABLE), "the call went in a circle; check host and number"},
	{483, O(LINE_UNAVAILABLE), "the call was passed on too often; ask the provider"},
	{484, O(BAD_NUMBER), "the number is not complete"},
	{485, O(BAD_NUMBER), "the number could be several; give it in full"},
	{486, O(BUSY), "the number is busy"},
	{487, O(NO_ANSWER), "the call was ended before anybody answered"},
	{488, O(INCOMPATIBLE), "the far end takes neither the T.38 nor the audio offered"},
	{489, O(LINE_UNAVAILABLE), "the trunk does not know an event"},
	{491, O(LINE_UNAVAILABLE), "the trunk was in the middle of another change"},
	{493, O(LINE_UNAVAILABLE), "the trunk could not decrypt the message"},
	{494, O(LINE_UNAVAILABLE), "the trunk demands an agreement on security"},
	{500, O(LINE_UNAVAILABLE), "the trunk has an error inside"},
	{501, O(LINE_UNAVAILABLE), "the trunk cannot do this"},
	{502, O(LINE_UNAVAILABLE), "the trunk got a bad answer from the next network"},
	{503, O(LINE_UNAVAILABLE), "the trunk is out of service or full"},
	{504, O(LINE_UNAVAILABLE), "the next network did not answer the trunk"},
	{505, O(LINE_UNAVAILABLE), "the trunk speaks another version of SIP"},
	{513, O(LINE_UNAVAILABLE), "our message was too large for the trunk; try transport = tcp"},
	{555, O(LINE_UNAVAILABLE), "the trunk has no push service"},
	{580, O(LINE_UNAVAILABLE), "a precondition of the call was not met"},
	{600, O(BUSY), "the number is busy everywhere"},
	{603, O(REFUSED), "the call was declined"},
	{604, O(BAD_NUMBER), "the number exists nowhere"},
	{606, O(INCOMPATIBLE), "the far end takes neither the T.38 nor the audio offered"},
	{607, O(BLACKLISTED), "the called person does not want our calls"},
	{608, O(BLACKLISTED), "a network took our call for unwanted and blocked it"},
};

static const struct row causes[] = {
	{1, O(BAD_NUMBER), "the number does not exist"},
	{2, O(LINE_UNAVAILABLE), "no way to the network in between"},
	{3, O(BAD_NUMBER), "no way to this number; check it, and country, strip and prefix"},
	{4, O(BAD_NUMBER), "the number is out of service"},
	{5, O(BAD_NUMBER), "a wrong prefix was dialled"},
	{6, O(LINE_UNAVAILABLE), "the channel was not acceptable"},
	{7, O(LINE_UNAVAILABLE), "the call was given to another channel"},
	{8, O(DISCONNECTED), "a more important call took the line"},
	{9, O(DISCONNECTED), "a more important call took the line, which is kept for it"},
	{14, O(LINE_UNAVAILABLE), "the number has moved to another network"},
	{16, O(DISCONNECTED), "hung up in order"},
	{17, O(BUSY), "the number is busy"},
	{18, O(NO_ANSWER), "the far telephone does not react"},
	{19, O(NO_ANSWER), "it rang, but nobody answered"},
	{20, O(NO_ANSWER), "the far end is not in its network now"},
	{21, O(REFUSED), "the call was refused"},
	{22, O(BAD_NUMBER), "the number has changed"},
	{23, O(LINE_UNAVAILABLE), "the call was diverted to a new number, which is not followed"},
	{24, O(REFUSED), "a service of the far end refused the call"},
	{25, O(LINE_UNAVAILABLE), "the networks passed the call on too often"},
	{26, O(NO_ANSWER), "another one took the call"},
	{27, O(NO_ANSWER), "the far end is out of order"},
	{28, O(BAD_NUMBER), "the number is not complete or not valid"},
	{29, O(LINE_UNAVAILABLE), "the network refused a service"},
	{30, O(DISCONNECTED), "an answer to a question about the call"},
	{31, O(DISCONNECTED), "ended without a special reason"},
	{34, O(LINE_UNAVAILABLE), "all lines of the network are busy"},
	{38, O(LINE_UNAVAILABLE), "the network is out of order"},
	{39, O(LINE_UNAVAILABLE), "a permanent connection is out of service"},
	{40, O(LINE_UNAVAILABLE), "a permanent connection works"},
	{41, O(LINE_UNAVAILABLE), "the network has a temporary failure"},
	{42, O(LINE_UNAVAILABLE), "the network's exchange is overloaded"},
	{43, O(LINE_UNAVAILABLE), "the network lost a part of the message"},
	{44, O(LINE_UNAVAILABLE), "the line asked for is not there"},
	{46, O(LINE_UNAVAILABLE), "more important calls have all lines"},
	{47, O(LINE_UNAVAILABLE), "the network lacks something for the call"},
	{49, O(LINE_UNAVAILABLE), "the quality asked for is not there"},
	{50, O(LINE_UNAVAILABLE), "the service is not in our contract; ask the provider"},
	{53, O(LINE_UNAVAILABLE), "our group may not call there"},
	{55, O(LINE_UNAVAILABLE), "the far end's group takes no calls from outside"},
	{57, O(INCOMPATIBLE), "this kind of call is not allowed on the line"},
	{58, O(INCOMPATIBLE), "this kind of call is not possible now"},
	{62, O(LINE_UNAVAILABLE), "the call's class contradicts itself"},
	{63, O(LINE_UNAVAILABLE), "the service is not available"},
	{65, O(INCOMPATIBLE), "the network does not have this kind of call"},
	{66, O(INCOMPATIBLE), "the network does not have this kind of line"},
	{69, O(LINE_UNAVAILABLE), "the network does not have the service asked for"},
	{70, O(INCOMPATIBLE), "there are only restricted digital lines"},
	{79, O(LINE_UNAVAILABLE), "the network does not have this"},
	{81, O(DISCONNECTED), "the network does not know this call any more"},
	{82, O(LINE_UNAVAILABLE), "the channel does not exist"},
	{83, O(DISCONNECTED), "a suspended call exists, but not this one"},
	{84, O(DISCONNECTED), "the call's name is in use"},
	{85, O(DISCONNECTED), "no call is suspended"},
	{86, O(DISCONNECTED), "the suspended call has ended"},
	{87, O(LINE_UNAVAILABLE), "the far end is not of our group"},
	{88, O(INCOMPATIBLE), "the far end is no machine of this kind"},
	{90, O(LINE_UNAVAILABLE), "there is no such group"},
	{91, O(LINE_UNAVAILABLE), "the choice of network in between is not valid"},
	{95, O(LINE_UNAVAILABLE), "the network got an invalid message"},
	{96, O(LINE_UNAVAILABLE), "the network misses a part of a message"},
	{97, O(LINE_UNAVAILABLE), "the network does not know a kind of message"},
	{98, O(LINE_UNAVAILABLE), "a message came at the wrong time"},
	{99, O(LINE_UNAVAILABLE), "the network does not know a part of a message"},
	{100, O(LINE_UNAVAILABLE), "a part of a message had invalid contents"},
	{101, O(LINE_UNAVAILABLE), "a message did not fit the state of the call"},
	{102, O(NO_ANSWER), "the network waited in vain for an answer"},
	{103, O(LINE_UNAVAILABLE), "the network dropped a part that it does not know"},
	{110, O(LINE_UNAVAILABLE), "the network dropped a message that it does not know"},
	{111, O(LINE_UNAVAILABLE), "the networks did not understand each other"},
	{127, O(LINE_UNAVAILABLE), "another network ended the call without a reason"},
};

/* Numbers that nobody defined: what their hundred or, of Q.850, their class says. */
static const struct row status_classes[] = {
	{3, O(LINE_UNAVAILABLE), "the call was diverted, which is not followed"},
	{4, O(LINE_UNAVAILABLE), "the trunk refused the request"},
	{5, O(LINE_UNAVAILABLE), "the trunk has a failure"},
	{6, O(REFUSED), "the call was refused everywhere"},
};
static const struct row cause_classes[] = {
	{0, O(LINE_UNAVAILABLE), "the call was ended for a reason of its network"},
	{1, O(DISCONNECTED), "the call was ended as usual"},
	{2, O(LINE_UNAVAILABLE), "the network lacks something for the call"},
	{3, O(LINE_UNAVAILABLE), "a service or option is not available"},
	{4, O(LINE_UNAVAILABLE), "a service or option does not exist there"},
	{5, O(LINE_UNAVAILABLE), "the network got an invalid message"},
	{6, O(LINE_UNAVAILABLE), "the networks did not understand each other"},
	{7, O(LINE_UNAVAILABLE), "networks of different kinds did not get on"},
};

static const struct row *find(const struct row *rows, size_t n, int number)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i].n == number) {
			return &rows[i];
		}
	}
	return NULL;
}

static const struct row *status_row(int status)
{
	static const struct row odd = {0, O(LINE_UNAVAILABLE), "the trunk sent an invalid status"};
	const struct row *r = find(statuses, FX_ARRAY_LEN(statuses), status);

	r = r ? r : find(status_classes, FX_ARRAY_LEN(status_classes), status / 100);
	return r ? r : &odd;
}

static const struct row *cause_row(int cause)
{
	const struct row *r = find(causes, FX_ARRAY_LEN(causes), cause);

	return r ? r : &cause_classes[cause >= 0 && cause <= 127 ? cause / 16 : 7];
}

const char *fx_sip_status_words(int status)
{
	return status_row(status)->words;
}

const char *fx_q850_words(int cause)
{
	return cause_row(cause)->words;
}

enum fx_outcome fx_sip_status_outcome(int status)
{
	return status_row(status)->outcome;
}

enum fx_outcome fx_q850_outcome(int cause)
{
	return cause_row(cause)->outcome;
}

/* Whether the cause says more than the status that a gateway made of it. */
static bool says_more(int q850)
{
	return q850 > 0 && q850 <= 127 && q850 != 16 && q850 != 30 && q850 != 31 && q850 != 41 &&
	       q850 != 111 && q850 != 127;
}

/* "the number is busy (SIP 486, Q.850 17, \"Busy Here\")" */
static void put_words(struct fx_sip_cause *c, const struct fx_leg_end *end, const char *text)
{
	char nums[48] = "", quote[100] = "";

	if (end->status) {
		(void)snprintf(nums, sizeof(nums), "SIP %d%s", end->status, end->q850 ? ", " : "");
	}
	if (end->q850) {
		size_t n = strlen(nums);

		(void)snprintf(nums + n, sizeof(nums) - n, "Q.850 %d", end->q850);
	}
	if (*end->words && end->who == FX_LEG_THEM) {
		(void)snprintf(quote, sizeof(quote), "%s\"%.60s\"", *nums ? ", " : "", end->words);
		fx_str_clean(quote); /* a cut character */
	}
	(void)snprintf(c->words, sizeof(c->words), "%.120s%s%s%.70s%s", text,
		       *nums || *quote ? " (" : "", nums, quote, *nums || *quote ? ")" : "");
}

static void of_answered(const struct fx_leg_end *end, struct fx_sip_cause *c)
{
	const char *text = "the far end hung up";

	c->outcome = FX_OUTCOME_DISCONNECTED;
	if (end->who == FX_LEG_US) {
		c->outcome = FX_OUTCOME_CANCELLED;
		text = "we hung up";
	} else if (end->who == FX_LEG_NOBODY) {
		c->outcome = FX_OUTCOME_DISCONNECTED;
		text = *end->words ? end->words : "the connection was lost";
	} else if (says_more(end->q850)) {
		text = fx_q850_words(end->q850);
	} else if (end->status) {
		text = fx_sip_status_words(end->status);
	}
	put_words(c, end, text);
}

/* Not answered, and no status: our own clocks or sockets ended it. */
static void of_silence(const struct fx_leg_end *end, struct fx_sip_cause *c)
{
	c->outcome = FX_OUTCOME_LINE_UNAVAILABLE;
	c->other_target = true;
	put_words(c, end, *end->words ? end->words : "the trunk cannot be reached");
}

/* What leg.c says when the time to answer is over and it cancels the call by itself. */
static bool is_no_answer(const struct fx_leg_end *end)
{
	return !strncmp(end->words, "not answered", 12);
}

void fx_sip_cause_of(const struct fx_leg_end *end, bool answered, struct fx_sip_cause *ret)
{
	bool by_cause = says_more(end->q850);
	const struct row *r;

	memset(ret, 0, sizeof(*ret));
	if (answered) {
		of_answered(end, ret);
		return;
	}
	if (end->who == FX_LEG_US) {
		ret->outcome = is_no_answer(end) ? FX_OUTCOME_NO_ANSWER : FX_OUTCOME_CANCELLED;
		put_words(ret, end, is_no_answer(end) ? end->words : "the call was cancelled");
		return;
	}
	if (end->who == FX_LEG_NOBODY) {
		of_silence(end, ret);
		return;
	}
	if (!end->status && !end->q850) {
		ret->outcome = FX_OUTCOME_DISCONNECTED;
		put_words(ret, end, "the far end ended the call");
		return;
	}
	r = by_cause || !end->status ? cause_row(end->q850) : status_row(end->status);
	ret->outcome = r->outcome;
	/* A gateway's cause tells of the number, not of the trunk: another address of the same
	 * trunk would say the same. */
	ret->other_target = !by_cause && (end->status == 503 || end->status == 500 ||
					  end->status == 502 || end->status == 504);
	ret->other_media = ret->outcome == FX_OUTCOME_INCOMPATIBLE;
	put_words(ret, end, r->words);
}

int fx_sip_q850_of(enum fx_outcome o)
{
	switch (o) {
	case FX_OUTCOME_NONE:
	case FX_OUTCOME_SUCCESS:
	case FX_OUTCOME_CANCELLED:
	case FX_OUTCOME_PAGE_REJECTED:
	case FX_OUTCOME_DOCUMENT:
	case FX_OUTCOME_PARTIAL:
	case FX_OUTCOME_DISCONNECTED:
		return 16;
	case FX_OUTCOME_BUSY:
		return 17;
	case FX_OUTCOME_NO_ANSWER:
		return 19;
	case FX_OUTCOME_BAD_NUMBER:
		return 1;
	case FX_OUTCOME_REFUSED:
	case FX_OUTCOME_BLACKLISTED:
		return 21;
	case FX_OUTCOME_NOT_FAX:
	case FX_OUTCOME_INCOMPATIBLE:
		return 88;
	case FX_OUTCOME_NO_DIALTONE:
	case FX_OUTCOME_LINE_UNAVAILABLE:
		return 34;
	case FX_OUTCOME_PROTOCOL:
	case FX_OUTCOME_TIMEOUT:
		return 31;
	case FX_OUTCOME_STORAGE:
	case FX_OUTCOME_HOST_LOST:
	case FX_OUTCOME_COUNT:
		return 41;
	}
	return 31;
}
