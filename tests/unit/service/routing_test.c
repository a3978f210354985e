/* SPDX-License-Identifier: Apache-2.0 */
/* Routing administration through the one door: rights, errors, and what a user may do with a fax
 * that is being routed. The folder is not there, so that each fax is tried again. */
#include <string.h>
#include "base/str.h"
#include "service/routing.h"
#include "service/service_priv.h"
#include "tests/unit/service/over_rig.h"

#define NOWHERE "/nonexistent/folder"

struct bench {
	struct rig r; /* first */
	struct fx_service *s;
	struct fx_caller root, alice, nobody;
	struct answer got;
	uint8_t data[128];
	size_t n;
};

static struct fx_caller caller(uid_t uid, uint32_t rights, const char *name)
{
	struct fx_caller c = {.uid = uid, .rights = rights};

	(void)fx_strlcpy(c.user, name, sizeof(c.user));
	(void)fx_strlcpy(c.client, "test", sizeof(c.client));
	return c;
}

static int setup(void **state)
{
	struct bench *b = fx_zalloc(sizeof(*b));
	struct fx_service_prm prm = {.own_uid = 10, .user_rights = FX_RIGHTS_USER};

	rig_start(&b->r, "2");
	rig_settle(&b->r);
	prm.provider_text = "script";
	b->s = service_over(&b->r, prm);
	b->root = caller(0, FX_RIGHT_ALL, "root");
	b->alice = caller(1000, FX_RIGHTS_USER, "alice");
	b->nobody = caller(1002, 0, "nobody");
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	b->s = fx_service_free(b->s);
	rig_stop(&b->r);
	(void)fx_free(b);
	return 0;
}

static void on_data(void *arg, int err, const uint8_t *p, size_t n)
{
	struct bench *b = arg;

	assert_true(n <= sizeof(b->data));
	memcpy(b->data, p ? p : b->data, p ? n : 0);
	b->n = n;
	on_answer(&b->got, err, NULL);
}

static int wait_for(struct bench *b, int err)
{
	return answer_of(&b->r, &b->got, err);
}

static int set_data(struct bench *b, const struct fx_caller *c, uint32_t port, const char *guid,
		    const char *text)
{
	uint8_t bytes[256] = {0};
	size_t n = 2 * fx_utf16le_put(bytes, text) + 2;

	return wait_for(b, fx_service_set_routing_data(b->s, c, port, guid, bytes, n,
			on_answer, &b->got,
						       NULL));
}

static int enable(struct bench *b, const struct fx_caller *c, uint32_t port, const char *guid)
{
	return wait_for(b, fx_service_enable_routing(b->s, c, port, guid, true,
			on_answer, &b->got, NULL));
}

static void rights_come_first(void **state)
{
	struct bench *b = *state;
	const struct fx_caller *n = &b->nobody, *a = &b->alice;
	struct fx_route_facts facts = {.device_id = 1};
	char rule[FX_ROUTE_RULE_NAME_SIZE];
	struct fx_routing_method *m = NULL;
	struct fx_routing_effect *e = NULL;
	struct fx_port_routing *p = NULL;
	size_t count;

	assert_int_equal(fx_service_routing_global(b->s, n, &m, &count), FX_EACCES);
	assert_int_equal(fx_service_routing(b->s, n, 1, &p, &count), FX_EACCES);
	assert_int_equal(fx_service_routing_data(b->s, n, 1, FX_ROUTING_FOLDER, on_data, b),
			 FX_EACCES);
	assert_int_equal(fx_service_routing_test(b->s, n, &facts, &e, &count, rule), FX_EACCES);
	/* a user may look, also at what is not there, but not change */
	assert_int_equal(set_data(b, a, 9, "{}", "x"), FX_EACCES);
	assert_int_equal(enable(b, a, 9, "{}"), FX_EACCES);
	assert_int_equal(wait_for(b, fx_service_set_routing_global(b->s, a, "{}", 9,
			on_answer, &b->got,
								   NULL)), FX_EACCES);
	assert_int_equal(fx_service_routing(b->s, a, 9, &p, &count), FX_ENODEV);
	assert_int_equal(fx_service_routing_data(b->s, a, 1, "{}", on_data, b), FX_EDATA);
	facts.device_id = 9;
	assert_int_equal(fx_service_routing_test(b->s, a, &facts, &e, &count, rule), FX_ENODEV);
}

static void changed_and_read(void **state)
{
	struct bench *b = *state;
	struct fx_routing_method *m = NULL;
	struct fx_port_routing *p = NULL;
	size_t n = 0;

	assert_int_equal(enable(b, &b->root, 1, FX_ROUTING_FOLDER), FX_ESTATE);
	assert_int_equal(set_data(b, &b->root, 1, FX_ROUTING_FOLDER, "relative"), FX_EINVAL);
	assert_int_equal(set_data(b, &b->root, 1, FX_ROUTING_FOLDER, "/a"), 0);
	assert_int_equal(set_data(b, &b->root, 9, FX_ROUTING_FOLDER, "/a"), FX_ENODEV);
	assert_int_equal(enable(b, &b->root, 1, FX_ROUTING_FOLDER), 0);
	assert_int_equal(wait_for(b, fx_service_routing_data(b->s, &b->alice, 1, FX_ROUTING_FOLDER,
							     on_data, b)), 0);
	assert_int_equal(b->n, 6);
	assert_memory_equal(b->data, "/\0a\0\0", 6);
	assert_int_equal(wait_for(b, fx_service_set_routing_global(b->s, &b->root,
								   FX_ROUTING_INBOX, 1,
										on_answer, &b->got,
								   NULL)), 0);
	assert_int_equal(fx_service_routing(b->s, &b->alice, 1, &p, &n), 0);
	assert_int_equal(n, 4);
	assert_string_equal(p[0].method.guid, FX_ROUTING_INBOX);
	assert_false(p[0].enabled);
	assert_string_equal(p[1].method.guid, FX_ROUTING_FOLDER);
	assert_true(p[1].enabled);
	(void)fx_free(p);
	assert_int_equal(fx_service_routing(b->s, &b->alice, 2, &p, &n), 0);
	assert_false(p[1].enabled); /* another port */
	(void)fx_free(p);
	assert_int_equal(fx_service_routing_global(b->s, &b->alice, &m, &n), 0);
	assert_int_equal(m[1].priority, 2);
	(void)fx_free(m);
	assert_int_equal(wait_for(b, fx_service_set_routing_global(b->s, &b->root,
								   FX_ROUTING_INBOX, 5,
										on_answer, &b->got,
								   NULL)), FX_EINVAL);
}

static void what_would_be_done(void **state)
{
	struct bench *b = *state;
	struct fx_route_settings s = {0};
	struct fx_route_facts facts = {.device_id = 1, .to = "030 1", .tsid = "ACME"};
	struct fx_routing_effect *e = NULL;
	char rule[FX_ROUTE_RULE_NAME_SIZE];
	size_t n = 0;

	assert_int_equal(set_data(b, &b->root, 1, FX_ROUTING_FOLDER, "/a"), 0);
	assert_int_equal(enable(b, &b->root, 1, FX_ROUTING_FOLDER), 0);
	assert_int_equal(fx_route_settings_defaults(&s), 0);
	assert_int_equal(fx_route_rules_set(&s.rules, "one", "to", "0301", NULL), 0);
	assert_int_equal(fx_route_rules_set(&s.rules, "one", "inbox", "root", NULL), 0);
	assert_int_equal(fx_route_set_settings(b->r.route, &s), 0);
	fx_route_settings_fini(&s);
	assert_int_equal(fx_service_routing_test(b->s, &b->alice, &facts, &e, &n, rule), 0);
	assert_string_equal(rule, "one");
	assert_true(e[0].runs && !e[0].by_rule);
	assert_string_equal(e[0].data, "/a");
	assert_true(e[3].runs && e[3].by_rule);
	assert_string_equal(e[3].data, "root");
	assert_false(e[1].runs);
	fx_service_routing_effects_free(e, n);
	facts.to = "1";
	assert_int_equal(fx_service_routing_test(b->s, &b->alice, &facts, &e, &n, rule), 0);
	assert_string_equal(rule, "");
	assert_false(e[3].runs);
	fx_service_routing_effects_free(e, n);
}

/* What the doctor is told about a target; NULL: no line of this name has these words. */
static bool found(struct bench *b, const char *name, int level, const char *words)
{
	struct fx_health *v = NULL;
	bool yes = false;
	size_t n = 0;

	assert_int_equal(fx_service_health(b->s, &b->alice, &v, &n), 0);
	for (size_t i = 0; i < n; i++) {
		yes |= !strcmp(v[i].name, name) && v[i].level == level && strstr(v[i].text, words);
	}
	(void)fx_free(v);
	return yes;
}

static void the_doctor_looks_at_targets(void **state)
{
	struct bench *b = *state;
	struct fx_route_settings s = {0};

	assert_false(found(b, "routing", 0, "being checked")); /* nothing is routed anywhere */
	assert_int_equal(set_data(b, &b->root, 1, FX_ROUTING_FOLDER, "/tmp"), 0);
	assert_int_equal(enable(b, &b->root, 1, FX_ROUTING_FOLDER), 0);
	assert_int_equal(set_data(b, &b->root, 2, FX_ROUTING_FOLDER, "/not-enabled"), 0);
	assert_int_equal(fx_route_settings_defaults(&s), 0);
	s.mail_server = fx_strdup("127.0.0.1:9"); /* nobody is there */
	s.print_server = fx_strdup("/nonexistent/cups.sock");
	assert_int_equal(fx_route_rules_set(&s.rules, "one", "folder", NOWHERE, NULL), 0);
	assert_int_equal(fx_route_rules_set(&s.rules, "one", "print", "lp", NULL), 0);
	assert_int_equal(fx_route_rules_set(&s.rules, "one", "email", "a@b.it", NULL), 0);
	assert_int_equal(fx_route_rules_set(&s.rules, "one", "inbox", "root", NULL), 0);
	assert_int_equal(fx_route_rules_set(&s.rules, "two", "inbox", "nosuchuser", NULL), 0);
	assert_int_equal(fx_route_rules_set(&s.rules, "two", "print", "off", NULL), 0);
	assert_int_equal(fx_route_set_settings(b->r.route, &s), 0);
	rig_run(&b->r, 10);
	assert_true(found(b, "routing", 0, "being checked"));
	rig_run(&b->r, 1);
	assert_true(found(b, "routing folder", 0, "/tmp can be written"));
	assert_true(found(b, "routing folder", 1, NOWHERE ": No such file"));
	assert_true(found(b, "mail server", 1, "127.0.0.1:9"));
	assert_true(found(b, "printer", 1, "cannot be reached"));
	assert_true(found(b, "routing inbox", 0, "root"));
	assert_true(found(b, "routing inbox", 1, "nosuchuser"));
	assert_false(found(b, "routing folder", 1, "/not-enabled"));
	(void)fx_free(s.mail_server);
	s.mail_server = NULL;
	assert_int_equal(fx_route_set_settings(b->r.route, &s), 0);
	fx_route_settings_fini(&s);
	rig_run(&b->r, 10); /* what was found is old by now */
	assert_true(found(b, "routing", 0, "being checked"));
	rig_run(&b->r, 1);
	assert_true(found(b, "mail server", 1, "names no server"));
}

static uint32_t receive(struct bench *b)
{
	assert_int_equal(set_data(b, &b->root, 1, FX_ROUTING_FOLDER, NOWHERE), 0);
	assert_int_equal(enable(b, &b->root, 1, FX_ROUTING_FOLDER), 0);
	fx_script_incoming("1", "555", 1, FX_OUTCOME_SUCCESS);
	rig_run(&b->r, 10);
	assert_int_equal(rig_state(&b->r, 1), FX_JOB_RETRYING);
	return 1;
}

static int command(struct bench *b, const struct fx_caller *c, enum fx_job_command cmd)
{
	return wait_for(b, fx_service_job_command(b->s, c, 1, cmd, on_answer, &b->got));
}

static void job_and_message_at_once(void **state)
{
	struct bench *b = *state;
	struct fx_activity activity;
	struct fx_message m;
	struct fx_job job;
	uint64_t id = 0;

	(void)receive(b);
	assert_int_equal(fx_service_resolve(b->s, &b->alice, 1, &id), 0);
	assert_int_equal(fx_service_message(b->s, &b->alice, id, &m), 0); /* it can be read ... */
	assert_int_equal(m.folder, FX_FOLDER_INBOX);
	fx_message_fini(&m);
	assert_int_equal(fx_service_job(b->s, &b->alice, 1, &job), 0);
	assert_int_equal(job.type, FX_JT_ROUTING);
	assert_true(job.next_try_at > 0);
	fx_job_fini(&job);
	assert_int_equal(wait_for(b, fx_service_set_message_read(b->s, &b->root, id, true,
								 on_answer, &b->got)), 0);
	assert_int_equal(wait_for(b, fx_service_remove_message(b->s, &b->root, id,
			on_answer, &b->got)),
			 FX_ESTATE); /* ... but not removed */
	assert_int_equal(fx_service_activity(b->s, &b->alice, &activity), 0);
	assert_int_equal(activity.routing, 1);
	assert_int_equal(activity.incoming, 0);
	assert_int_equal(command(b, &b->alice, FX_JC_DELETE), FX_EACCES);
	assert_int_equal(command(b, &b->root, FX_JC_PAUSE), FX_ESTATE);
	assert_int_equal(command(b, &b->root, FX_JC_RESUME), 0); /* tries at once */
	rig_run(&b->r, 1);
	assert_int_equal(rig_find(&b->r, 1)->tries, 2);
	assert_int_equal(command(b, &b->root, FX_JC_DELETE), 0);
	rig_run(&b->r, 1);
	assert_null(rig_find(&b->r, 1));
	assert_int_equal(fx_service_message(b->s, &b->alice, id, &m), 0);
	assert_true(m.read); /* kept, though the words were written later */
	assert_non_null(strstr(m.job.words, "Not delivered: Store in a folder (2 tries)"));
	fx_message_fini(&m);
	assert_int_equal(wait_for(b, fx_service_remove_message(b->s, &b->root, id,
			on_answer, &b->got)), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(rights_come_first), T(changed_and_read), T(the_doctor_looks_at_targets), T(what_would_be_done),
		T(job_and_message_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
