/* SPDX-License-Identifier: Apache-2.0 */
/* caselli.h over a real connection: general settings, the mail server, outbound routing. */
#include <caselli.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "rig.h"

struct env {
	struct rig r; /* first */
	HANDLE fax;
};

static int setup(void **state)
{
	struct env *e = fx_zalloc(sizeof(*e));

	rig_start(&e->r);
	assert_true(FaxConnectFaxServerA(e->r.path, &e->fax));
	*state = e;
	return 0;
}

static int teardown(void **state)
{
	struct env *e = *state;

	assert_true(FaxClose(e->fax));
	rig_stop(&e->r);
	(void)fx_free(e);
	return 0;
}

static void assert_error(BOOL ok, DWORD code)
{
	assert_false(ok);
	assert_int_equal(GetLastError(), code);
	assert_true(strlen(CaselliLastReason()) > 10);
}

static CASELLI_GENERAL *general(struct env *e)
{
	CASELLI_GENERAL *g = NULL;

	assert_true(CaselliGetGeneral(e->fax, &g));
	assert_int_equal(g->SizeOfStruct, sizeof(*g));
	return g;
}

static void all_of_general(void **state)
{
	struct env *e = *state;
	CASELLI_GENERAL *g = general(e);
	FAX_CONFIGURATIONA *was = NULL, *is = NULL;

	assert_true(FaxGetConfigurationA(e->fax, &was));
	assert_true(g->ArchiveBytes == 0x123456789);
	assert_string_equal(g->ActivityDirectory, "/own");
	g->ArchiveAgeDays = 400;
	g->QuotaWarning = TRUE;
	g->QuotaHighMb = 900;
	g->QuotaLowMb = 800;
	g->BlockIncoming = TRUE;
	g->LogIncoming = TRUE;
	g->LogOutgoing = TRUE;
	g->ActivityDirectory = "/good";
	assert_true(CaselliSetGeneral(e->fax, g));
	assert_int_equal(e->r.s->config.archive_age_days, 400);
	assert_true(e->r.s->config.quota_warning);
	assert_int_equal(e->r.s->config.quota_high_mb, 900);
	assert_int_equal(e->r.s->config.quota_low_mb, 800);
	assert_true(e->r.s->config.block_incoming);
	assert_false(e->r.s->config.block_outgoing);
	assert_true(e->r.s->config.log_incoming && e->r.s->config.log_outgoing);
	assert_string_equal(e->r.s->config.activity_dir, "/good");
	CaselliFree(g);
	g = general(e);
	assert_int_equal(g->ArchiveAgeDays, 400);
	assert_true(g->BlockIncoming && g->LogIncoming && g->QuotaWarning);
	assert_string_equal(g->ActivityDirectory, "/good");
	CaselliFree(g);
	/* and nothing else */
	assert_true(FaxGetConfigurationA(e->fax, &is));
	assert_int_equal(is->Retries, was->Retries);
	assert_int_equal(is->DirtyDays, was->DirtyDays);
	assert_int_equal(is->PauseServerQueue, was->PauseServerQueue);
	assert_int_equal(is->ArchiveOutgoingFaxes, was->ArchiveOutgoingFaxes);
	FaxFreeBuffer(was);
	FaxFreeBuffer(is);
}

static void what_general_refuses(void **state)
{
	struct env *e = *state;
	CASELLI_GENERAL *g = general(e);

	g->ActivityDirectory = "/missing";
	assert_error(CaselliSetGeneral(e->fax, g), ERROR_INVALID_PARAMETER);
	g->ActivityDirectory = "/closed";
	assert_error(CaselliSetGeneral(e->fax, g), FAX_ERR_FILE_ACCESS_DENIED);
	g->ActivityDirectory = "/own"; /* as it was: not looked at */
	assert_true(CaselliSetGeneral(e->fax, g));
	g->SizeOfStruct = 4;
	assert_error(CaselliSetGeneral(e->fax, g), ERROR_INVALID_PARAMETER);
	assert_error(CaselliSetGeneral(e->fax, NULL), ERROR_INVALID_PARAMETER);
	assert_error(CaselliSetGeneral(NULL, g), ERROR_INVALID_PARAMETER);
	assert_error(CaselliGetGeneral(e->fax, NULL), ERROR_INVALID_PARAMETER);
	CaselliFree(g);
}

static void the_mail_server(void **state)
{
	struct env *e = *state;
	struct fx_config *k = &e->r.s->config;
	CASELLI_MAIL *m = NULL;

	assert_true(CaselliGetMail(e->fax, &m));
	assert_false(m->SetByClient);
	CaselliFree(m);
	k->mail_set = k->mail_receipts = true;
	k->mail_auth = 2;
	k->mail_port = 587;
	assert_int_equal(fx_str_replace(&k->mail_server, "smtp.example.org"), 0);
	assert_int_equal(fx_str_replace(&k->mail_user, "Zo\xC3\xAB"), 0);
	assert_int_equal(fx_str_replace(&k->mail_password, "Geheim 7"), 0);
	m = NULL;
	assert_true(CaselliGetMail(e->fax, &m));
	assert_true(m->SetByClient && m->Receipts);
	assert_false(m->Routing);
	assert_int_equal(m->Login, 2);
	assert_int_equal(m->Port, 587);
	assert_string_equal(m->Server, "smtp.example.org");
	assert_string_equal(m->User, "Zo\xC3\xAB");
	CaselliFree(m);
	assert_true(CaselliResetMail(e->fax));
	assert_false(k->mail_set);
	assert_string_equal(fx_text(k->mail_password), "");
	assert_error(CaselliGetMail(e->fax, NULL), ERROR_INVALID_PARAMETER);
	assert_false(CaselliResetMail(NULL));
}

static void groups(void **state)
{
	static const DWORD both[] = {2, 1}, gone[] = {7};
	struct env *e = *state;
	CASELLI_OUTBOUND_GROUP *g = NULL;
	DWORD n = 0;

	assert_true(CaselliAddOutboundGroup(e->fax, "Z\xC3\xBCrich"));
	assert_error(CaselliAddOutboundGroup(e->fax, "Z\xC3\xBCrich"), ERROR_DUP_NAME);
	assert_error(CaselliAddOutboundGroup(e->fax, NULL), ERROR_INVALID_PARAMETER);
	assert_true(CaselliSetOutboundGroup(e->fax, "Z\xC3\xBCrich", both, 2));
	assert_error(CaselliSetOutboundGroup(e->fax, "Z\xC3\xBCrich", gone, 1),
		     ERROR_INVALID_PARAMETER);
	assert_error(CaselliSetOutboundGroup(e->fax, "none", both, 2), ERROR_INVALID_PARAMETER);
	assert_true(CaselliEnumOutboundGroups(e->fax, &g, &n));
	assert_int_equal(n, 2);
	assert_string_equal(g[1].Name, "Z\xC3\xBCrich");
	assert_string_equal(g[1].Devices, "2 1");
	assert_int_equal(g[1].Status, 0);
	CaselliFree(g);
	assert_true(CaselliOrderOutboundGroup(e->fax, "Z\xC3\xBCrich", 1, 1));
	g = NULL;
	assert_true(CaselliEnumOutboundGroups(e->fax, &g, &n));
	assert_string_equal(g[1].Devices, "1 2");
	CaselliFree(g);
	assert_error(CaselliRemoveOutboundGroup(e->fax, "none"), FAX_ERR_GROUP_NOT_FOUND);
	assert_true(CaselliRemoveOutboundGroup(e->fax, "Z\xC3\xBCrich"));
	assert_error(CaselliEnumOutboundGroups(e->fax, NULL, &n), ERROR_INVALID_PARAMETER);
	assert_error(CaselliEnumOutboundGroups(NULL, &g, &n), ERROR_INVALID_PARAMETER);
}

static void rules(void **state)
{
	static const DWORD first[] = {1};
	struct env *e = *state;
	CASELLI_OUTBOUND_RULE *r = NULL;
	DWORD n = 0;

	assert_true(CaselliAddOutboundGroup(e->fax, "south"));
	assert_error(CaselliAddOutboundRule(e->fax, 39, 0, 0, "south"),
		     FAX_ERR_BAD_GROUP_CONFIGURATION);
	assert_true(CaselliSetOutboundGroup(e->fax, "south", first, 1));
	assert_true(CaselliAddOutboundRule(e->fax, 39, 0, 0, "south"));
	assert_true(CaselliAddOutboundRule(e->fax, 49, 30, 2, NULL));
	assert_error(CaselliAddOutboundRule(e->fax, 39, 0, 1, NULL), ERROR_DUP_NAME);
	assert_error(CaselliAddOutboundRule(e->fax, 44, 0, 99, NULL), ERROR_BAD_UNIT);
	assert_error(CaselliRemoveOutboundGroup(e->fax, "south"), FAX_ERR_GROUP_IN_USE);
	assert_true(CaselliEnumOutboundRules(e->fax, &r, &n));
	assert_int_equal(n, 3);
	assert_int_equal(r[0].CountryCode + r[0].AreaCode, 0);
	for (DWORD i = 1; i < n; i++) {
		if (r[i].CountryCode == 39) {
			assert_string_equal(r[i].Group, "south");
			assert_int_equal(r[i].DeviceId, 0);
		} else {
			assert_int_equal(r[i].AreaCode, 30);
			assert_int_equal(r[i].DeviceId, 2);
			assert_string_equal(r[i].Group, "");
		}
	}
	CaselliFree(r);
	assert_true(CaselliSetOutboundRule(e->fax, 39, 0, 2, NULL));
	assert_error(CaselliSetOutboundRule(e->fax, 33, 0, 2, NULL), ERROR_INVALID_PARAMETER);
	assert_error(CaselliRemoveOutboundRule(e->fax, 33, 0), FAX_ERR_RULE_NOT_FOUND);
	assert_error(CaselliRemoveOutboundRule(e->fax, 0, 0), ERROR_INVALID_PARAMETER);
	assert_true(CaselliRemoveOutboundRule(e->fax, 39, 0));
	assert_true(CaselliRemoveOutboundGroup(e->fax, "south"));
	assert_error(CaselliEnumOutboundRules(e->fax, &r, NULL), ERROR_INVALID_PARAMETER);
}

static void which_way_a_number_goes(void **state)
{
	struct env *e = *state;
	CASELLI_OUTBOUND *w = NULL;
	DWORD n = 0;

	assert_true(CaselliAddOutboundRule(e->fax, 39, 0, 1, NULL));
	assert_true(CaselliTestOutbound(e->fax, "+39 06 1234", 0, &w, &n));
	assert_int_equal(n, 2);
	assert_int_equal(w[0].CountryCode, 39);
	assert_int_equal(w[0].RuleCountryCode, 39);
	assert_string_equal(w[0].Words, "a port is free");
	assert_int_equal(w[1].DeviceId, 1);
	assert_string_equal(w[1].PortName, "Line 1");
	assert_string_equal(w[1].PortState, "free");
	CaselliFree(w);
	assert_error(CaselliTestOutbound(e->fax, NULL, 77, &w, &n), FAX_ERR_MESSAGE_NOT_FOUND);
	assert_error(CaselliTestOutbound(e->fax, "1", 0, NULL, &n), ERROR_INVALID_PARAMETER);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(all_of_general), T(what_general_refuses), T(the_mail_server),
		T(groups), T(rules), T(which_way_a_number_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
