/* SPDX-License-Identifier: Apache-2.0 */
/* Who comes over the network: users of the machine, accounts of the service, none of another
 * realm in the place of one of ours; what is kept, and what a restart finds. The directory of
 * users is a table here. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "service/accounts.h"
#include "service/event_log.h"
#include "service/security.h"
#include "service/service_priv.h"
#include "tests/unit/service/over_rig.h"

#define OWN_UID 10
#define NAME_SIZE 64

static struct person {
	char name[NAME_SIZE];   /* as asked */
	const char *called; /* as answered */
	uid_t uid;
} people[8] = {
	{"root", "root", 0},
	{"alice", "alice", 1000},
	{"fax", "fax", OWN_UID},
	{"CORP\\carol", "CORP\\carol", 70001},
	{"dave@SSSD.EXAMPLE", "dave", 70002}, /* a directory that leaves domains out */
	{"dave", "dave", 70002},
	{"alice@SSSD.EXAMPLE", "alice", 70003}, /* and one beside a user of the machine */
};
static bool directory_down;

static int tell(const struct person *p, struct passwd *pw, struct passwd **found)
{
	static char none[] = "";

	*found = NULL;
	if (directory_down) {
		return EIO;
	}
	if (p) {
		*pw = (struct passwd){.pw_name = (char *)(uintptr_t)p->called, .pw_uid = p->uid,
				      .pw_gid = 1, .pw_dir = none, .pw_passwd = none};
		*found = pw;
	}
	return 0;
}

/* In the place of the C library's. */
int getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t n, struct passwd **found)
{
	const struct person *p = NULL;

	(void)buf, (void)n;
	for (size_t i = 0; i < FX_ARRAY_LEN(people); i++) {
		if (*people[i].name && !strcmp(people[i].name, name)) {
			p = &people[i];
		}
	}
	return tell(p, pw, found);
}

int getpwuid_r(uid_t uid, struct passwd *pw, char *buf, size_t n, struct passwd **found)
{
	const struct person *p = NULL;

	(void)buf, (void)n;
	for (size_t i = 0; i < FX_ARRAY_LEN(people); i++) {
		if (*people[i].name && people[i].uid == uid) {
			p = &people[i];
		}
	}
	return tell(p, pw, found);
}

struct bench {
	struct rig r; /* first */
	struct fx_service_prm prm;
	struct fx_service *s;
	struct fx_caller c;
	int err, logins;
	struct answer got;
	char log[400];
};

static void on_line(void *arg, enum fx_log_level level, int facility, const char *line)
{
	struct bench *b = arg;

	(void)level, (void)facility;
	(void)fx_strlcpy(b->log, line, sizeof(b->log));
}

static void start(struct bench *b)
{
	struct fx_reason why = {0};

	assert_int_equal(fx_service_new(&b->prm, &b->r.config, &b->s, &why), 0);
}

static int setup(void **state)
{
	struct bench *b = fx_zalloc(sizeof(*b));

	directory_down = false;
	(void)fx_strlcpy(people[7].name, "", NAME_SIZE);
	rig_start(&b->r, "2");
	rig_settle(&b->r);
	b->prm = (struct fx_service_prm){
		.own_uid = OWN_UID, .user_rights = FX_RIGHTS_USER, .loop = b->r.loop,
		.store = b->r.store, .spool = b->r.spool, .ports = b->r.ports,
		.queue = b->r.queue, .route = b->r.route, .home_domains = "HOME home.example"};
	start(b);
	fx_log_set_level(FX_LOG_INFO);
	fx_log_set_stderr(false);
	fx_log_set_sink(on_line, b);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	fx_log_set_sink(NULL, NULL);
	fx_log_set_stderr(true);
	fx_log_set_level(FX_LOG_ERROR);
	b->s = fx_service_free(b->s);
	rig_stop(&b->r);
	(void)fx_free(b);
	return 0;
}

static void on_login(void *arg, int err, const struct fx_caller *c)
{
	struct bench *b = arg;

	b->logins++;
	b->got.err = err;
	b->c = c ? *c : (struct fx_caller){0};
}

static int by_name(struct bench *b, const char *domain, const char *user)
{
	struct fx_login_name n = {.user = user, .domain = domain,
				  .client = "tcp 192.0.2.7:49152 ntlm",
				  .address = "192.0.2.7"};

	b->logins = 0;
	b->log[0] = '\0';
	fx_service_login_name(b->s, &n, on_login, b);
	rig_settle(&b->r);
	assert_int_equal(b->logins, 1);
	if (!b->got.err) { /* what is refused over the network, and where he is called back */
		assert_true(b->c.remote);
		assert_string_equal(b->c.address, "192.0.2.7");
	}
	return b->got.err;
}

static struct fx_caller local(struct bench *b, uid_t uid)
{
	fx_service_login(b->s, uid, 0, 77, on_login, b);
	rig_settle(&b->r);
	assert_int_equal(b->got.err, 0);
	assert_false(b->c.remote);
	assert_string_equal(b->c.address, "");
	return b->c;
}

static int create(struct bench *b, const struct fx_caller *c, const char *name)
{
	int err;

	b->got.done = false;
	err = fx_service_account_create(b->s, c, name, on_answer, &b->got, NULL);
	return answer_of(&b->r, &b->got, err);
}

static int del(struct bench *b, const struct fx_caller *c, const char *name)
{
	int err;

	b->got.done = false;
	err = fx_service_account_delete(b->s, c, name, on_answer, &b->got);
	return answer_of(&b->r, &b->got, err);
}

/* ---- who is who ---- */

static void users_of_the_machine(void **state)
{
	struct bench *b = *state;

	assert_int_equal(by_name(b, "", "alice"), 0);
	assert_int_equal(b->c.uid, 1000);
	assert_string_equal(b->c.user, "alice");
	assert_string_equal(b->c.client, "tcp 192.0.2.7:49152 ntlm");
	assert_int_equal(fx_service_rights(&b->c), FX_RIGHTS_USER);
	/* the same one as on the socket, and in any case */
	assert_ptr_equal(local(b, 1000).account, b->c.account);
	assert_int_equal(by_name(b, "", "ALICE"), 0);
	assert_int_equal(b->c.uid, 1000);
	/* domains and realms that are this machine's own */
	assert_int_equal(by_name(b, "home", "alice"), 0);
	assert_int_equal(b->c.uid, 1000);
	assert_int_equal(by_name(b, "HOME.EXAMPLE", "alice"), 0);
	assert_int_equal(b->c.uid, 1000);
	/* known with their domain */
	assert_int_equal(by_name(b, "CORP", "carol"), 0);
	assert_int_equal(b->c.uid, 70001);
	assert_string_equal(b->c.user, "CORP\\carol");
	assert_int_equal(by_name(b, "SSSD.EXAMPLE", "dave"), 0);
	assert_int_equal(b->c.uid, 70002);
	/* the service's own user may come, the superuser not */
	assert_int_equal(by_name(b, "", "fax"), 0);
	assert_int_equal(fx_service_rights(&b->c), FX_RIGHT_ALL);
	/* nor by the word of a domain, though it is a home one */
	assert_int_equal(by_name(b, "HOME", "fax"), FX_EACCES);
	assert_non_null(strstr(b->log, "the service runs as"));
	assert_int_equal(by_name(b, "", "root"), FX_EACCES);
	assert_non_null(strstr(b->log, "superuser"));
	assert_int_equal(by_name(b, "HOME", "Root"), FX_EACCES);
}

/* alice of another realm is not alice of this machine, whatever is tried. */
static void other_realms(void **state)
{
	static const char *const domains[] = {"EVIL", "evil.example", "HOME.EXAMPLE.EVIL", "HOM",
					      "SSSD.EXAMPLE" /* answers with the name alone */};
	struct bench *b = *state;
	uint32_t seen[FX_ARRAY_LEN(domains)];

	(void)local(b, 1000);
	for (size_t i = 0; i < FX_ARRAY_LEN(domains); i++) {
		char want[80];

		assert_int_equal(by_name(b, domains[i], "alice"), 0);
		assert_true(fx_uid_is_account(b->c.uid));
		(void)snprintf(want, sizeof(want), "%s\\alice", domains[i]);
		assert_string_equal(b->c.user, want);
		seen[i] = b->c.uid;
		for (size_t k = 0; k < i; k++) {
			assert_int_not_equal(seen[k], seen[i]);
		}
	}
	/* root of a realm is nobody special */
	assert_int_equal(by_name(b, "EVIL", "root"), 0);
	assert_int_equal(fx_service_rights(&b->c), FX_RIGHTS_USER);
	/* names that would be read in another way further in */
	assert_int_equal(by_name(b, "", "HOME\\alice"), FX_EINVAL);
	assert_int_equal(by_name(b, "EVIL", "alice@HOME"), FX_EINVAL);
	assert_int_equal(by_name(b, "EVIL\\HOME", "alice"), FX_EINVAL);
	assert_int_equal(by_name(b, "EVIL", "alice/admin"), FX_EINVAL);
	assert_int_equal(by_name(b, "EVIL", ""), FX_EINVAL);
	assert_int_equal(by_name(b, "HOME EVIL", "bob"), 0); /* one word, not two */
	assert_true(fx_uid_is_account(b->c.uid));
	assert_int_equal(by_name(b, "E", "a\nb"), FX_EINVAL);
	assert_int_equal(by_name(b, "E", "a\xff"), FX_EINVAL);
}

static void kept_for_good(void **state)
{
	struct bench *b = *state;
	struct fx_account_row *rows = NULL, one;
	struct fx_caller root = local(b, 0);
	uint32_t bob, eve;
	size_t n = 0;

	assert_int_equal(by_name(b, "", "bob"), 0);
	bob = b->c.uid;
	assert_true(fx_uid_is_account(bob));
	assert_non_null(strstr(b->log, "a fax account was made for user bob"));
	assert_int_equal(by_name(b, "CORP", "eve"), 0);
	eve = b->c.uid;
	assert_int_not_equal(bob, eve);
	assert_int_equal(by_name(b, "", "Bob"), 0);
	assert_int_equal(b->c.uid, bob);
	(void)local(b, 1000);
	rig_settle(&b->r);
	/* a restart */
	b->s = fx_service_free(b->s);
	start(b);
	root = local(b, 0);
	assert_int_equal(by_name(b, "corp", "EVE"), 0);
	assert_int_equal(b->c.uid, eve);
	assert_string_equal(b->c.user, "CORP\\eve");
	assert_int_equal(fx_service_accounts(b->s, &root, &rows, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(rows[0].name, "CORP\\eve");
	assert_string_equal(rows[1].name, "alice");
	assert_int_equal(rows[1].uid, 1000);
	assert_string_equal(rows[2].name, "bob");
	(void)fx_free(rows);
	/* what was deleted is never given again */
	assert_int_equal(del(b, &root, "bob"), 0);
	assert_int_equal(del(b, &root, "bob"), FX_ENOENT);
	assert_int_equal(fx_service_account(b->s, &root, "bob", &one), FX_ENOENT);
	assert_int_equal(del(b, &root, "EVE@CORP"), 0);
	assert_int_equal(fx_service_rights(&b->c), 0); /* eve, who is connected */
	b->s = fx_service_free(b->s);
	start(b);
	assert_int_equal(by_name(b, "", "bob"), 0);
	assert_true(b->c.uid > bob && b->c.uid > eve);
}

static void made_by_hand(void **state)
{
	struct bench *b = *state;
	struct fx_account_row one;
	struct fx_caller root = local(b, 0), alice = local(b, 1000);

	assert_int_equal(create(b, &alice, "X\\y"), FX_EACCES);
	assert_int_equal(create(b, &root, "X\\y"), 0);
	assert_int_equal(create(b, &root, "x\\Y"), FX_EEXIST);
	assert_int_equal(create(b, &root, "y@X"), FX_EEXIST);
	assert_int_equal(create(b, &root, "alice"), FX_EEXIST);
	assert_int_equal(create(b, &root, "HOME\\fax"), 0); /* a user of the machine */
	assert_int_equal(fx_service_account(b->s, &root, "fax", &one), 0);
	assert_int_equal(one.uid, OWN_UID);
	assert_int_equal(create(b, &root, ".\\root"), FX_EINVAL);
	assert_int_equal(create(b, &root, ""), FX_EINVAL);
	assert_int_equal(create(b, &root, "a;b"), FX_EINVAL);
	directory_down = true;
	assert_int_equal(create(b, &root, "zoe"), FX_EIO);
	directory_down = false;
	assert_int_equal(by_name(b, "X", "y"), 0);
	/* oneself, in all ways to write it; others need the right */
	assert_int_equal(fx_service_account(b->s, &alice, NULL, &one), 0);
	assert_string_equal(one.name, "alice");
	assert_int_equal(fx_service_account(b->s, &alice, ".\\alice", &one), 0);
	assert_int_equal(fx_service_account(b->s, &root, "", &one), 0);
	assert_string_equal(one.name, "root");
	assert_true(fx_service_account_is(b->s, &b->c, "x\\Y"));
	assert_true(fx_service_account_is(b->s, &b->c, "Y@x"));
	assert_false(fx_service_account_is(b->s, &b->c, "y"));
	assert_false(fx_service_account_is(b->s, &alice, "EVIL\\alice"));
	assert_int_equal(fx_service_set_access(b->s, FX_RIGHT_JOB_SUBMIT, NULL, 0), 0);
	assert_int_equal(fx_service_account(b->s, &alice, "X\\y", &one), FX_EACCES);
	assert_int_equal(fx_service_account(b->s, &alice, "alice", &one), 0);
}

static void rights_by_name(void **state)
{
	struct bench *b = *state;
	struct fx_access_entry file[] = {{FX_ACCESS_USER, "Corp\\Eve", FX_RIGHT_ALL},
					 {FX_ACCESS_USER, "alice", FX_RIGHT_CONFIG_SET},
					 {FX_ACCESS_USER, "mute", 0}};

	assert_int_equal(fx_service_set_access(b->s, FX_RIGHTS_USER, file, 3), 0);
	assert_int_equal(by_name(b, "CORP", "eve"), 0);
	assert_int_equal(fx_service_rights(&b->c), FX_RIGHT_ALL);
	/* the entry of alice is not for another realm's */
	assert_int_equal(by_name(b, "CORP", "alice"), 0);
	assert_int_equal(fx_service_rights(&b->c), FX_RIGHTS_USER);
	assert_int_equal(by_name(b, "", "alice"), 0);
	assert_int_equal(fx_service_rights(&b->c), FX_RIGHT_CONFIG_SET);
	assert_int_equal(by_name(b, "", "mute"), FX_EACCES);
	assert_non_null(strstr(b->log, "any right"));
}

/* The machine gets a user of a name that was the network's. */
static void two_of_a_name(void **state)
{
	struct bench *b = *state;
	struct fx_caller root = local(b, 0), bob;

	assert_int_equal(by_name(b, "", "bob"), 0);
	bob = b->c;
	people[7] = (struct person){"bob", "bob", 1001};
	assert_int_equal(by_name(b, "", "bob"), FX_EACCES);
	assert_non_null(strstr(b->log, "caselli accounts delete"));
	assert_int_equal(fx_service_rights(&bob), FX_RIGHTS_USER);
	assert_int_equal(local(b, 1001).uid, 1001);
	assert_int_equal(fx_service_rights(&b->c), FX_RIGHTS_USER);
	assert_int_equal(fx_service_rights(&bob), 0); /* the connection that was open */
	/* of the two the network's goes first */
	assert_int_equal(del(b, &root, "bob"), 0);
	assert_int_equal(by_name(b, "", "bob"), 0);
	assert_int_equal(b->c.uid, 1001);
}

static int auto_off(void *arg, struct fx_config *c)
{
	c->auto_accounts = *(const bool *)arg;
	return 0;
}

/* bAutoCreateAccountOnConnect off: only those who have an account. */
static void none_by_itself(void **state)
{
	struct bench *b = *state;
	struct fx_caller root = local(b, 0), alice = local(b, 1000), dave;
	bool on = false;

	b->got.done = false;
	assert_int_equal(fx_service_change_config(b->s, &root, auto_off, &on,
			on_answer, &b->got, NULL), 0);
	fx_test_wait(b->r.loop, &b->got.done, FX_SECOND);
	assert_int_equal(by_name(b, "X", "y"), FX_EACCES);
	assert_non_null(strstr(b->log, "has no fax account"));
	assert_int_equal(by_name(b, "SSSD.EXAMPLE", "dave"), FX_EACCES);
	assert_int_equal(fx_service_rights(&alice), FX_RIGHTS_USER); /* has been here */
	assert_int_equal(fx_service_rights(&root), FX_RIGHT_ALL);
	dave = local(b, 70002);
	assert_int_equal(fx_service_rights(&dave), 0);
	assert_int_equal(create(b, &root, "dave"), 0);
	assert_int_equal(fx_service_rights(&dave), FX_RIGHTS_USER);
	assert_int_equal(create(b, &root, "X\\y"), 0);
	assert_int_equal(by_name(b, "X", "y"), 0);
	assert_int_equal(del(b, &root, "alice"), 0);
	assert_int_equal(fx_service_rights(&alice), 0);
}

static void directory_away(void **state)
{
	struct bench *b = *state;

	directory_down = true;
	assert_int_equal(by_name(b, "", "alice"), FX_EIO);
	assert_non_null(strstr(b->log, "cannot be asked"));
	directory_down = false;
	assert_int_equal(by_name(b, "", "alice"), 0);
	assert_int_equal(b->c.uid, 1000);
}

/* ---- inboxes ---- */

static int set_public(void *arg, struct fx_config *c)
{
	c->incoming_public = *(const bool *)arg;
	return 0;
}

static void make_public(struct bench *b, const struct fx_caller *root, bool yes)
{
	b->got.done = false;
	assert_int_equal(fx_service_change_config(b->s, root, set_public, &yes, on_answer,
						  &b->got, NULL), 0);
	fx_test_wait(b->r.loop, &b->got.done, FX_SECOND);
	assert_int_equal(b->got.err, 0);
}

static void put_received(struct bench *b, uint64_t id)
{
	struct fx_message m = {.id = id, .folder = FX_FOLDER_INBOX};
	struct fx_txn *t;

	fx_job_init(&m.job);
	m.job.id = id;
	m.job.client_id = (uint32_t)id;
	m.job.type = FX_JT_RECEIVE;
	assert_int_equal(fx_txn_new(b->r.store, &t), 0);
	assert_int_equal(fx_txn_put_message(t, &m), 0);
	b->got.done = false;
	fx_store_commit(b->r.store, t, on_answer, &b->got);
	fx_test_wait(b->r.loop, &b->got.done, FX_SECOND);
	fx_message_fini(&m);
}

static int assign(struct bench *b, const struct fx_caller *c, uint64_t id, const char *names)
{
	const struct fx_reassign to = {.recipients = names, .sender_name = "Sender",
				       .subject = "Words", .has_cover = true};
	int err;

	b->got.done = false;
	err = fx_service_reassign(b->s, c, id, &to, on_answer, &b->got, NULL);
	return answer_of(&b->r, &b->got, err);
}

static int see(struct bench *b, const struct fx_caller *c, uint64_t id, bool *ret_read)
{
	struct fx_message m;
	int err = fx_service_message(b->s, c, id, &m);

	if (!err) {
		*ret_read = m.read;
		fx_message_fini(&m);
	}
	return err;
}

static size_t listed(struct bench *b, const struct fx_caller *c, bool all)
{
	struct fx_scope scope;
	struct fx_message *m = NULL;
	size_t n = 0;

	assert_int_equal(fx_service_scope(b->s, c, all, NULL, &scope), 0);
	assert_int_equal(fx_service_messages_of(b->s, c, &scope, FX_FOLDER_INBOX, 0, 100, &m, &n),
			 0);
	fx_service_messages_free(m, n);
	return n;
}

static int act(struct bench *b, const struct fx_caller *c, uint64_t id, bool remove)
{
	int err;

	b->got.done = false;
	err = remove ? fx_service_remove_message(b->s, c, id, on_answer, &b->got) :
		       fx_service_set_message_read(b->s, c, id, true, on_answer, &b->got);
	return answer_of(&b->r, &b->got, err);
}

static size_t heard(struct bench *b, const struct fx_caller *c, uint64_t since)
{
	const struct fx_event_query q = {.caller = c, .kinds = 1u << FX_EVENT_MESSAGE};
	struct fx_event v[16];
	bool lost;

	return fx_event_log_read(fx_service_log(b->s), &q, &since, v, FX_ARRAY_LEN(v), &lost);
}

static void inboxes(void **state)
{
	struct bench *b = *state;
	struct fx_caller root = local(b, 0), alice = local(b, 1000), dave = local(b, 70002), eve;
	struct fx_message m;
	uint64_t since;
	bool read = true;

	assert_int_equal(by_name(b, "X", "eve"), 0);
	eve = b->c;
	put_received(b, 9001);
	/* public: everybody's, and nobody's in particular */
	assert_int_equal(see(b, &eve, 9001, &read), 0);
	assert_int_equal(assign(b, &root, 9001, "alice"), FX_ESTATE);
	assert_int_equal(listed(b, &alice, false), 1);
	make_public(b, &root, false);
	assert_int_equal(see(b, &alice, 9001, &read), FX_EACCES);
	assert_int_equal(see(b, &eve, 9001, &read), FX_EACCES);
	assert_int_equal(see(b, &root, 9001, &read), 0);
	assert_int_equal(listed(b, &alice, true), 0);
	assert_int_equal(listed(b, &root, true), 1);
	/* who may, and to whom */
	assert_int_equal(assign(b, &alice, 9001, "alice"), FX_EACCES);
	assert_int_equal(assign(b, &root, 9002, "alice"), FX_ENOENT);
	assert_int_equal(assign(b, &root, 9001, ""), FX_EINVAL);
	assert_int_equal(assign(b, &root, 9001, " ; "), FX_EINVAL);
	assert_int_equal(assign(b, &root, 9001, "alice;nobody-here"), FX_EINVAL);
	assert_int_equal(see(b, &alice, 9001, &read), FX_EACCES);
	since = fx_event_log_next(fx_service_log(b->s));
	/* a user of the machine, one of the network, and one who never was here */
	assert_int_equal(assign(b, &root, 9001, "alice; eve@X ;CORP\\carol"), 0);
	assert_int_equal(see(b, &alice, 9001, &read), 0);
	assert_false(read);
	assert_int_equal(see(b, &eve, 9001, &read), 0);
	assert_int_equal(see(b, &dave, 9001, &read), FX_EACCES);
	assert_int_equal(listed(b, &alice, false), 1);
	assert_int_equal(listed(b, &eve, true), 1);
	assert_int_equal(listed(b, &dave, true), 0);
	assert_int_equal(heard(b, &alice, since), 1);
	assert_int_equal(heard(b, &eve, since), 1);
	assert_int_equal(heard(b, &root, since), 1);
	assert_int_equal(heard(b, &dave, since), 0);
	assert_int_equal(fx_service_message(b->s, &alice, 9001, &m), 0);
	assert_string_equal(m.job.sender_name, "Sender");
	assert_string_equal(m.job.subject, "Words");
	assert_string_equal(m.job.user, "alice");
	assert_true(m.has_cover);
	fx_message_fini(&m);
	/* each reads for himself */
	assert_int_equal(act(b, &alice, 9001, false), 0);
	assert_int_equal(see(b, &alice, 9001, &read), 0);
	assert_true(read);
	assert_int_equal(see(b, &eve, 9001, &read), 0);
	assert_false(read);
	assert_int_equal(see(b, &root, 9001, &read), 0);
	assert_false(read);
	/* a restart */
	fx_config_fini(&b->r.config);
	assert_int_equal(fx_store_get_config(b->r.store, &b->r.config), 0);
	b->s = fx_service_free(b->s);
	start(b);
	root = local(b, 0);
	alice = local(b, 1000);
	assert_int_equal(by_name(b, "X", "eve"), 0);
	eve = b->c;
	assert_int_equal(see(b, &eve, 9001, &read), 0);
	assert_int_equal(see(b, &alice, 9001, &read), 0);
	assert_true(read);
	/* one of several takes himself off; the last one takes the fax with him */
	assert_int_equal(assign(b, &root, 9001, "alice;X\\eve"), 0);
	assert_int_equal(see(b, &alice, 9001, &read), 0);
	assert_true(read); /* still */
	assert_int_equal(act(b, &alice, 9001, true), 0);
	assert_int_equal(see(b, &alice, 9001, &read), FX_EACCES);
	assert_int_equal(see(b, &eve, 9001, &read), 0);
	assert_int_equal(act(b, &eve, 9001, true), 0);
	assert_int_equal(see(b, &root, 9001, &read), FX_ENOMSG);
}

static void scopes(void **state)
{
	struct bench *b = *state;
	struct fx_caller alice = local(b, 1000);
	struct fx_scope scope;

	assert_int_equal(by_name(b, "X", "eve"), 0);
	assert_int_equal(fx_service_scope(b->s, &alice, true, NULL, &scope), 0);
	assert_true(scope.all);
	assert_int_equal(fx_service_scope(b->s, &alice, false, "X\\EVE", &scope), 0);
	assert_int_equal(scope.uid, b->c.uid); /* alice may see jobs of others */
	assert_int_equal(fx_service_scope(b->s, &alice, false, "nobody", &scope), FX_EINVAL);
	assert_int_equal(fx_service_set_access(b->s, FX_RIGHT_JOB_SUBMIT, NULL, 0), 0);
	assert_int_equal(fx_service_scope(b->s, &alice, true, NULL, &scope), FX_EACCES);
	assert_int_equal(fx_service_scope(b->s, &alice, false, "X\\eve", &scope), FX_EINVAL);
	assert_int_equal(fx_service_scope(b->s, &alice, false, ".\\alice", &scope), 0);
	assert_int_equal(scope.uid, 1000);
}

/* ---- the descriptor ---- */

static struct fx_buf sd_bytes;

static void on_sd(void *arg, int err, const void *p, size_t n)
{
	struct bench *b = arg;

	fx_buf_reset(&sd_bytes);
	fx_buf_put(&sd_bytes, p, n);
	on_answer(&b->got, err, NULL);
}

static int set_sd(struct bench *b, const struct fx_caller *c, uint32_t what,
		  const struct fx_secdesc *d)
{
	struct fx_buf bytes = {0};
	int err;

	assert_int_equal(fx_secdesc_put(&bytes, d, 7), 0);
	b->got.done = false;
	err = fx_service_set_security(b->s, c, what, bytes.data, bytes.len, on_answer, &b->got);
	if (!err) {
		fx_test_wait(b->r.loop, &b->got.done, FX_SECOND);
	}
	fx_buf_fini(&bytes);
	return err ? err : b->got.err;
}

static void descriptor(void **state)
{
	struct bench *b = *state;
	struct fx_access_entry file[] = {{FX_ACCESS_USER, "alice", FX_RIGHT_JOB_SUBMIT},
					 {FX_ACCESS_USER, "X\\eve", FX_RIGHT_PORT_QUERY},
					 {FX_ACCESS_USER, "ghost", FX_RIGHT_ALL}};
	struct fx_caller root = local(b, 0), alice = local(b, 1000), dave = local(b, 70002), eve;
	struct fx_sid someone = fx_sid_make(5, 2, 21, 1), owner = fx_sid_make(22, 2, 1, 1000);
	struct fx_secdesc d;
	struct fx_reason why = {0};

	assert_int_equal(by_name(b, "X", "eve"), 0);
	eve = b->c;
	assert_int_equal(fx_service_set_access(b->s, FX_RIGHTS_USER, file, 3), 0);
	b->got.done = false;
	assert_int_equal(fx_service_security(b->s, &dave, 7, on_sd, b), 0);
	fx_test_wait(b->r.loop, &b->got.done, FX_SECOND);
	assert_int_equal(fx_secdesc_get(sd_bytes.data, sd_bytes.len, &d, &why), 0);
	/* administrators; alice and eve, allowed and the rest denied; all. ghost is nobody. */
	assert_int_equal(d.n_aces, 1 + 1 + 2 + 1);
	assert_int_equal(d.aces[1].deny, true); /* eve: nothing in these words */
	assert_int_equal(d.aces[1].sid.sub[1], eve.uid);
	assert_int_equal(d.aces[2].mask, 7);
	/* the same back: nobody's rights change, not even what these words do not tell */
	assert_int_equal(set_sd(b, &root, FX_SEC_DACL, &d), 0);
	assert_int_equal(fx_service_rights(&alice), FX_RIGHT_JOB_SUBMIT);
	assert_int_equal(fx_service_rights(&eve), FX_RIGHT_PORT_QUERY);
	assert_int_equal(fx_service_rights(&dave), FX_RIGHTS_USER);
	/* more for alice; eve is left out: one of all */
	d.aces[2].mask = 0x4002F;
	d.aces[1].flags = FX_ACE_INHERIT_ONLY;
	assert_int_equal(set_sd(b, &alice, FX_SEC_DACL, &d), FX_EACCES);
	d.aces[2].mask = 0x7 | 0x20 | 0x40000;
	assert_int_equal(set_sd(b, &root, FX_SEC_DACL, &d), 0);
	assert_int_equal(fx_service_rights(&alice), FX_RIGHT_JOB_SUBMIT | FX_RIGHT_CONFIG_QUERY |
			 FX_RIGHT_PORT_QUERY | FX_RIGHT_WRITE_DAC);
	assert_int_equal(fx_service_rights(&eve), FX_RIGHTS_USER);
	/* ghost could not stand in the list, and has his entry when he comes */
	assert_int_equal(by_name(b, "", "ghost"), 0);
	assert_int_equal(fx_service_rights(&b->c), FX_RIGHT_ALL);
	/* what cannot be said */
	d.aces[2].mask = 0x200;
	assert_int_equal(set_sd(b, &root, FX_SEC_DACL, &d), FX_EINVAL);
	assert_non_null(strstr(b->log, "together here"));
	d.aces[2].mask = 7;
	d.aces[2].sid = someone;
	assert_int_equal(set_sd(b, &root, FX_SEC_DACL, &d), FX_EINVAL);
	assert_non_null(strstr(b->log, "S-1-5-21-1"));
	d.aces[2].sid = fx_sid_make(22, 2, 1, 4711);
	assert_int_equal(set_sd(b, &root, FX_SEC_DACL, &d), FX_EINVAL);
	d.owner = owner;
	assert_int_equal(set_sd(b, &root, FX_SEC_OWNER, &d), FX_EINVAL);
	d.owner = d.group;
	assert_int_equal(set_sd(b, &root, FX_SEC_OWNER, &d), 0);
	assert_int_equal(set_sd(b, &alice, FX_SEC_OWNER, &d), FX_EACCES);
	assert_int_equal(set_sd(b, &root, FX_SEC_SACL, &d), FX_EACCES);
	assert_non_null(strstr(b->log, "ACCESS_SYSTEM_SECURITY"));
	d.null_dacl = true;
	assert_int_equal(set_sd(b, &root, FX_SEC_DACL, &d), FX_EINVAL);
	assert_int_equal(set_sd(b, &root, 0, &d), FX_EINVAL);
	assert_int_equal(fx_service_rights(&dave), FX_RIGHTS_USER);
	fx_secdesc_fini(&d);
	fx_buf_fini(&sd_bytes);
}

static void told_when_the_service_goes(void **state)
{
	struct bench *b = *state;
	struct fx_login_name n = {.user = "late", .domain = "X", .client = "tcp"};

	b->logins = 0;
	fx_service_login_name(b->s, &n, on_login, b);
	fx_service_login_name(b->s, &n, on_login, b);
	b->s = fx_service_free(b->s);
	assert_int_equal(b->logins, 2);
	assert_int_equal(b->got.err, FX_ECANCELED);
	rig_settle(&b->r);
	start(b);
}

static void numbers_of_ours_are_not_for_the_socket(void **state)
{
	struct bench *b = *state;

	assert_int_equal(by_name(b, "X", "y"), 0);
	b->logins = 0;
	fx_service_login(b->s, b->c.uid, 0, 77, on_login, b);
	rig_settle(&b->r);
	assert_int_equal(b->logins, 1);
	assert_int_equal(b->got.err, FX_EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(users_of_the_machine, setup, teardown),
		cmocka_unit_test_setup_teardown(other_realms, setup, teardown),
		cmocka_unit_test_setup_teardown(kept_for_good, setup, teardown),
		cmocka_unit_test_setup_teardown(made_by_hand, setup, teardown),
		cmocka_unit_test_setup_teardown(rights_by_name, setup, teardown),
		cmocka_unit_test_setup_teardown(two_of_a_name, setup, teardown),
		cmocka_unit_test_setup_teardown(none_by_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(inboxes, setup, teardown),
		cmocka_unit_test_setup_teardown(scopes, setup, teardown),
		cmocka_unit_test_setup_teardown(descriptor, setup, teardown),
		cmocka_unit_test_setup_teardown(directory_away, setup, teardown),
		cmocka_unit_test_setup_teardown(told_when_the_service_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(numbers_of_ours_are_not_for_the_socket, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("service_accounts", tests, NULL, NULL);
}
