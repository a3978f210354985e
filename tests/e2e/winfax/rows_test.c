/* SPDX-License-Identifier: Apache-2.0 */
/*
 * winfax, function by function, against a service of its own: each of the 56 exported names
 * has a row, and each of the 23 names that the header gives without a letter is looked for.
 * A name of winfax.h without a row fails the run; the count stands at the end.
 *
 * usage: rows_test CASELLID WINFAX_H
 * As root another user's calls are tried as well: each function with its right missing.
 */
#include "rig.h"
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAMES_MAX 128
#define NOBODY 65534

static char names[NAMES_MAX][64];
static size_t n_names, n_aliases, n_ran, n_refused;
static bool as_root;

/* Names that winfax.h declares: "WINAPI Name(". */
static int read_header(const char *path)
{
	struct fx_buf text = {0};
	const char *at;

	fx_test_read_file(path, &text);
	fx_buf_u8(&text, 0);
	at = (const char *)text.data;
	while ((at = strstr(at, "WINAPI Fax")) != NULL && n_names < NAMES_MAX) {
		size_t n;

		at += strlen("WINAPI ");
		n = strcspn(at, "(");
		/* in no library of Windows, so in none of ours */
		if (n < sizeof(names[0]) && strncmp(at, "FaxUnregisterRoutingExt", 23) != 0) {
			memcpy(names[n_names], at, n);
			names[n_names++][n] = 0;
		}
	}
	at = (const char *)text.data;
	while ((at = strstr(at, "\n#define Fax")) != NULL) {
		size_t n = strcspn(at + 9, " ");
		const char *value = at + 9 + n + 1;

		/* #define FaxX FaxXA */
		n_aliases += strncmp(at + 9, value, n) == 0 && value[n] == 'A' &&
			     strncmp(at + 9, "FaxUnregisterRoutingExt", 23) != 0;
		at++;
	}
	fx_buf_fini(&text);
	return 0;
}

static const struct row *row_of(const char *name)
{
	static const struct {
		const struct row *rows;
		const size_t *n;
	} tables[] = {{rows_a, &n_rows_a}, {rows_w, &n_rows_w}, {rows_plain, &n_rows_plain}};
	size_t t, i;

	for (t = 0; t < 3; t++) {
		for (i = 0; i < *tables[t].n; i++) {
			if (strcmp(tables[t].rows[i].name, name) == 0) {
				return &tables[t].rows[i];
			}
		}
	}
	return NULL;
}

static void one_row(void **state)
{
	const struct row *r = *state;

	r->good();
	r->bad();
	n_ran++;
}

/* ---- Missing rights ---- */

static const struct {
	DWORD bit;
	const char *name;
} rights[] = {{FAX_JOB_SUBMIT, "job_submit"}, {FAX_JOB_QUERY, "job_query"},
	      {FAX_CONFIG_QUERY, "config_query"}, {FAX_CONFIG_SET, "config_set"},
	      {FAX_PORT_QUERY, "port_query"}, {FAX_PORT_SET, "port_set"},
	      {FAX_JOB_MANAGE, "job_manage"}};
#define N_RIGHTS (sizeof(rights) / sizeof(rights[0]))
#define ALL_RIGHTS 0x7Fu

/* As nobody: all functions that need `bit`. @return what goes wrong, as an exit code */
static int stranger(DWORD bit)
{
	int64_t end = now_ms() + DEADLINE_MS;
	HANDLE h = NULL;
	int bad = 0;
	size_t i;

	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY) ||
	    !FaxConnectFaxServerA(NULL, &h)) {
		(void)fprintf(stderr, "nobody: %s\n", CaselliLastReason());
		return 100;
	}
	/* the service reads its settings again at its leisure */
	while (FaxAccessCheck(h, bit) || !FaxAccessCheck(h, ALL_RIGHTS & ~bit)) {
		if (now_ms() > end) {
			return 101;
		}
		breathe();
	}
	for (i = 0; i < n_names; i++) {
		const struct row *r = row_of(names[i]);

		if (r && r->denied && r->right == bit &&
		    (r->denied(h) || GetLastError() != ERROR_ACCESS_DENIED)) {
			(void)fprintf(stderr, "%s without %#x: %u %s\n", r->name, bit,
				      GetLastError(), CaselliLastReason());
			bad++;
		}
	}
	(void)FaxClose(h);
	return bad > 99 ? 99 : bad;
}

static void missing_rights(void **state)
{
	size_t i, k;

	(void)state;
	if (!as_root) {
		(void)fprintf(stderr, "not root: nobody's calls cannot be made\n");
		skip();
	}
	for (i = 0; i < N_RIGHTS; i++) {
		char users[200] = "";
		int status = -1;
		pid_t pid;

		for (k = 0; k < N_RIGHTS; k++) {
			if (k != i) {
				(void)strcat(strcat(users, rights[k].name), " ");
			}
		}
		rig_rights(users);
		pid = fork();
		if (pid == 0) {
			_exit(stranger(rights[i].bit));
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
			fail_msg("without %s: status %#x", rights[i].name, (unsigned)status);
		}
		for (k = 0; k < n_names; k++) {
			const struct row *r = row_of(names[k]);

			n_refused += r && r->denied && r->right == rights[i].bit;
		}
	}
}

static void every_name_has_a_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < n_names; i++) {
		if (!row_of(names[i])) {
			fail_msg("winfax.h declares %s, but there is no row for it", names[i]);
		}
	}
	assert_int_equal(n_names, 56);
	assert_int_equal(n_aliases, 23);
	assert_int_equal(n_rows_a + n_rows_w + n_rows_plain, 56);
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[NAMES_MAX + 4] = {{NULL, NULL, NULL, NULL, NULL}};
	size_t i, n = 0;
	int bad;

	if (argc < 3 || read_header(argv[2])) {
		(void)fprintf(stderr, "usage: rows_test CASELLID WINFAX_H\n");
		return 2;
	}
	as_root = geteuid() == 0;
	if (rig_start(argv[1])) {
		return 1;
	}
	for (i = 0; i < n_names; i++) {
		const struct row *r = row_of(names[i]);

		if (r) {
			tests[n++] = (struct CMUnitTest){names[i], one_row, NULL, NULL,
							 (void *)(uintptr_t)r};
		}
	}
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(eight_threads_one_connection);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(two_hundred_connections);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(missing_rights);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_name_has_a_row);
	bad = _cmocka_run_group_tests("winfax-rows", tests, n, NULL, NULL);
	(void)printf("winfax rows: %zu of %zu names (%zu functions, %zu of them in two forms and "
		     "also without a letter), %zu refusals of a missing right%s\n",
		     n_ran + n_aliases, n_names + n_aliases, n_ran, n_aliases, n_refused,
		     as_root ? "" : " (not root: not tried)");
	return rig_stop() || bad;
}
