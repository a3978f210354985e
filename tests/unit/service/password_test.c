/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords for the network and the list of who is known: who may, from where, what is told to
 * whom, and what becomes of it when the service goes. The file of users is a table here, whose
 * answers come later, as from a disk. */
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/accounts.h"
#include "service/service_priv.h"
#include "tests/unit/queue/rig.h"

struct bench {
	struct rig r; /* first */
	struct fx_service *s;
	struct fx_password_row rows[4];
	size_t n_rows;
	int answer; /* of the file */
	char asked[200];
	bool done;
	int err;
	struct fx_person people[16];
	size_t n;
	char log[400];
};

static void on_line(void *arg, enum fx_log_level level, int facility, const char *line)
{
	(void)level, (void)facility;
	(void)fx_strlcpy(((struct bench *)arg)->log, line, sizeof(((struct bench *)arg)->log));
}

struct later {
	struct bench *b;
	fx_password_done_fn *done;
	fx_password_list_fn *list;
	void *arg;
};

static void on_later(void *arg)
{
	struct later *l = arg;

	if (l->done) {
		l->done(l->arg, l->b->answer, NULL);
	} else {
		l->list(l->arg, l->b->answer, l->b->rows, l->b->n_rows);
	}
	(void)fx_free(l);
}

static int post(struct later l)
{
	struct later *copy = fx_memdup(&l, sizeof(l));

	assert_non_null(copy);
	fx_loop_post(l.b->r.loop, on_later, copy);
	return 0;
}

static int file_change(void *arg, enum fx_password_change how, const char *name,
		       const char *password, fx_password_done_fn *done, void *done_arg)
{
	struct bench *b = arg;

	(void)snprintf(b->asked, sizeof(b->asked), "%d %s %s", (int)how, name, fx_text(password));
	return post((struct later){.b = b, .done = done, .arg = done_arg});
}

static int file_list(void *arg, fx_password_list_fn *done, void *done_arg)
{
	return post((struct later){.b = arg, .list = done, .arg = done_arg});
}

static const struct fx_password_ops file = {file_change, file_list};

static int setup(void **state)
{
	struct bench *b = fx_zalloc(sizeof(*b));
	struct fx_service_prm prm;
	struct fx_reason why = {0};

	rig_start(&b->r, "2");
	rig_settle(&b->r);
	prm = (struct fx_service_prm){
		.own_uid = 10, .user_rights = FX_RIGHTS_USER, .loop = b->r.loop,
		.store = b->r.store, .spool = b->r.spool, .ports = b->r.ports,
		.queue = b->r.queue, .route = b->r.route};
	assert_int_equal(fx_service_new(&prm, &b->r.config, &b->s, &why), 0);
	fx_log_set_level(FX_LOG_INFO);
	fx_log_set_stderr(false);
	fx_log_set_sink(on_line, b);
	fx_service_on_password(b->s, &file, b);
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

static void on_done(void *arg, int err, const struct fx_reason *why)
{
	struct bench *b = arg;

	(void)why;
	b->done = true;
	b->err = err;
}

static int change(struct bench *b, const struct fx_caller *c, enum fx_password_change how,
		  const char *name, const char *password)
{
	int err;

	b->done = false;
	b->asked[0] = b->log[0] = '\0';
	err = fx_service_password(b->s, c, how, name, password, on_done, b, NULL);
	rig_settle(&b->r);
	assert_true(b->done == !err);
	return err ? err : b->err;
}

static void who_may_change(void **state)
{
	struct bench *b = *state;
	struct fx_caller may = {.uid = 5, .user = "boss", .client = "unix pid 7",
				.rights = FX_RIGHT_WRITE_DAC}, not = may;

	not.rights = UINT32_MAX & ~(uint32_t)FX_RIGHT_WRITE_DAC;
	assert_int_equal(change(b, &may, FX_PASSWORD_SET, "clerk", "a good password"), 0);
	assert_string_equal(b->asked, "0 clerk a good password");
	assert_non_null(strstr(b->log, "of user clerk for the network was set, by user boss"));
	assert_null(strstr(b->log, "a good password"));
	assert_int_equal(change(b, &may, FX_PASSWORD_REMOVE, "clerk", NULL), 0);
	assert_string_equal(b->asked, "1 clerk ");
	assert_int_equal(change(b, &not, FX_PASSWORD_SET, "clerk", "a good password"), FX_EACCES);
	assert_string_equal(b->asked, "");
	/* over the network nobody may; an address that is not known does not make him local */
	may.remote = true;
	assert_int_equal(change(b, &may, FX_PASSWORD_DISABLE, "clerk", NULL), FX_EACCES);
	assert_string_equal(b->asked, "");
	assert_non_null(strstr(b->log, "over the network of user boss"));
	may.remote = false;
	assert_int_equal(change(b, &may, FX_PASSWORD_SET, "root", "a good password"), FX_EINVAL);
	assert_int_equal(change(b, &may, FX_PASSWORD_SET, "a:b", "a good password"), FX_EINVAL);
	assert_int_equal(change(b, &may, FX_PASSWORD_SET, "", "a good password"), FX_EINVAL);
	assert_int_equal(change(b, &may, FX_PASSWORD_SET, NULL, "a good password"), FX_EINVAL);
	assert_int_equal(change(b, &may, FX_PASSWORD_SET, "clerk", NULL), FX_EINVAL);
	/* what the file says; nothing is said to have been done */
	b->answer = FX_ENOSPC;
	assert_int_equal(change(b, &may, FX_PASSWORD_SET, "clerk", "a good password"), FX_ENOSPC);
	assert_null(strstr(b->log, "was set"));
	fx_service_on_password(b->s, NULL, NULL);
	assert_int_equal(change(b, &may, FX_PASSWORD_ENABLE, "clerk", NULL), FX_ENOSYS);
}

static void on_people(void *arg, int err, const struct fx_person *v, size_t n)
{
	struct bench *b = arg;

	b->done = true;
	b->err = err;
	assert_true(n <= FX_ARRAY_LEN(b->people));
	b->n = n;
	for (size_t i = 0; i < n; i++) {
		b->people[i] = v[i];
	}
}

static int list(struct bench *b, uint32_t rights)
{
	struct fx_caller c = {.uid = 5, .user = "boss", .client = "unix pid 7", .rights = rights};
	int err;

	b->done = false;
	err = fx_service_people(b->s, &c, on_people, b);
	assert_false(b->done); /* never before it returns */
	rig_settle(&b->r);
	assert_true(b->done == !err);
	return err ? err : b->err;
}

static void make(struct bench *b, const char *name)
{
	struct fx_caller c = {.uid = 5, .user = "boss", .rights = FX_RIGHT_CONFIG_SET};

	b->done = false;
	assert_int_equal(fx_service_account_create(b->s, &c, name, on_done, b, NULL), 0);
	rig_settle(&b->r);
	fx_test_wait(b->r.loop, &b->done, FX_SECOND);
	assert_int_equal(b->err, 0);
}

static void who_is_known(void **state)
{
	const uint32_t both = FX_RIGHT_CONFIG_QUERY | FX_RIGHT_READ_CONTROL;
	struct bench *b = *state;

	b->rows[0] = (struct fx_password_row){"OFFICE-Boy", 1000, false};
	b->rows[1] = (struct fx_password_row){"never-here-yet", 2000, true};
	b->n_rows = 2;
	make(b, "EXAMPLE\\alice-not-of-here");
	make(b, "office-boy"); /* case does not count in names of the service's own */
	assert_int_equal(list(b, FX_RIGHT_READ_CONTROL), FX_EACCES);
	assert_int_equal(list(b, both), 0);
	assert_int_equal(b->n, 3);
	assert_string_equal(b->people[0].name, "EXAMPLE\\alice-not-of-here");
	assert_int_equal(b->people[0].password, FX_PERSON_NO_PASSWORD);
	assert_int_equal(b->people[0].seen_at, 0);
	assert_true(b->people[0].created_at > 0);
	assert_string_equal(b->people[1].name, "never-here-yet");
	assert_int_equal(b->people[1].uid, FX_UID_NONE);
	assert_int_equal(b->people[1].password, FX_PERSON_DISABLED);
	assert_string_equal(b->people[2].name, "office-boy");
	assert_int_equal(b->people[2].password, FX_PERSON_PASSWORD);
	assert_int_equal(b->people[2].password_at, 1000);
	/* the machine's user stands before one of ours of the same name */
	(void)fx_strlcpy(b->rows[0].name, "DAEMON", sizeof(b->rows[0].name));
	make(b, "daemon");
	assert_int_equal(fx_book_add(b->s, 0, "Daemon"), 0);
	b->s->book.v[b->s->book.n - 1].durable = true;
	assert_int_equal(list(b, both), 0);
	assert_int_equal(b->n, 5);
	assert_string_equal(b->people[0].name, "Daemon");
	assert_int_equal(b->people[0].password, FX_PERSON_NO_PASSWORD);
	assert_string_equal(b->people[2].name, "daemon");
	assert_int_equal(b->people[2].password, FX_PERSON_PASSWORD);
	assert_true(b->people[2].uid < FX_UID_ACCOUNTS);
	/* without READ_CONTROL nothing of passwords */
	assert_int_equal(list(b, FX_RIGHT_CONFIG_QUERY), 0);
	assert_int_equal(b->n, 4);
	assert_int_equal(b->people[1].password, FX_PERSON_NOT_TOLD);
	assert_int_equal(b->people[1].password_at, 0);
	/* a file that cannot be read is told, and no list that looks whole */
	b->answer = FX_EDATA;
	assert_int_equal(list(b, both), FX_EDATA);
	fx_service_on_password(b->s, NULL, NULL);
	assert_int_equal(list(b, both), 0);
	assert_int_equal(b->n, 4);
	assert_int_equal(b->people[0].password, FX_PERSON_NO_PASSWORD);
}

static void owners_by_name(void **state)
{
	struct bench *b = *state;
	char *names[2], owners[80];
	uint32_t uid;

	make(b, "EXAMPLE\\alice-not-of-here");
	assert_int_equal(fx_service_account_uid(b->s, "EXAMPLE\\alice-not-of-here", &uid), 0);
	(void)snprintf(owners, sizeof(owners), "%ur 4000000000", (unsigned)uid);
	assert_int_equal(fx_service_owner_names(b->s, owners, names), 0);
	assert_string_equal(names[0], "EXAMPLE\\alice-not-of-here;uid 4000000000");
	assert_string_equal(names[1], "EXAMPLE\\alice-not-of-here");
	(void)fx_free(names[0]);
	(void)fx_free(names[1]);
	assert_int_equal(fx_service_owner_names(b->s, NULL, names), 0);
	assert_string_equal(names[0], "");
	assert_string_equal(names[1], "");
	(void)fx_free(names[0]);
	(void)fx_free(names[1]);
}

/* What is under way when the service goes is done, and nobody is told. */
static void the_service_goes(void **state)
{
	struct bench *b = *state;
	struct fx_caller c = {.uid = 5, .user = "boss", .client = "unix pid 7",
			      .rights = UINT32_MAX};

	b->done = false;
	assert_int_equal(fx_service_password(b->s, &c, FX_PASSWORD_SET, "clerk", "a good password",
					     on_done, b, NULL), 0);
	assert_int_equal(fx_service_people(b->s, &c, on_people, b), 0);
	c.rights = FX_RIGHT_CONFIG_QUERY;
	assert_int_equal(fx_service_people(b->s, &c, on_people, b), 0);
	b->s = fx_service_free(b->s);
	rig_settle(&b->r);
	assert_false(b->done);
	assert_non_null(strstr(b->asked, "clerk"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_may_change, setup, teardown),
		cmocka_unit_test_setup_teardown(who_is_known, setup, teardown),
		cmocka_unit_test_setup_teardown(owners_by_name, setup, teardown),
		cmocka_unit_test_setup_teardown(the_service_goes, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
