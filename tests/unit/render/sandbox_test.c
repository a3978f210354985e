/* SPDX-License-Identifier: Apache-2.0 */
/* What a program inside the sandbox can do, tried by one that runs there. */
#include "tests/support/support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *dir;

static void run(const char *args, char *out, size_t room)
{
	char *cmd = fx_asprintf("%s %s 3</dev/null 4</dev/null 5>/dev/null", RENDER_PROGRAM, args);
	FILE *f = popen(cmd, "r");
	size_t n;

	assert_non_null(f);
	n = fread(out, 1, room - 1, f);
	out[n] = '\0';
	assert_int_equal(pclose(f), 0);
	(void)fx_free(cmd);
}

/* @param many  "allowed" or "refused": the limit of processes is for a namespace of our own */
static void check_probe(const char *extra, const char *many)
{
	static const char *const refused[] = {
		"read /etc/passwd", "write /usr",     "internet socket",
		"unix socket",      "netlink socket", "ptrace",
		"kill init",        "chmod",          "run a file that is no program",
		"fork at the end",  "signal at the end"};
	char out[4096], *args = fx_asprintf("%s --probe %s", extra, dir), *file;
	fx_auto char *processes = fx_asprintf("%s have many processes", many);
	size_t i;

	run(args, out, sizeof(out));
	for (i = 0; i < FX_ARRAY_LEN(refused); i++) {
		char *line = fx_asprintf("refused %s", refused[i]);

		if (!strstr(out, line)) {
			fail_msg("%s%s: it could %s\n%s", RENDER_PROGRAM, extra, refused[i], out);
		}
		(void)fx_free(line);
	}
	assert_non_null(strstr(out, processes));
	/* a file written inside is not seen outside */
	file = fx_asprintf("%s/written-by-probe", dir);
	assert_int_equal(access(file, F_OK), -1);
	(void)fx_free(file);
	(void)fx_free(args);
}

static void the_sandbox_holds(void **state)
{
	char out[4096];

	(void)state;
	run("--check", out, sizeof(out));
	check_probe("", strstr(out, "bubblewrap: ok") ? "refused" : "allowed");
}

static void it_holds_without_bubblewrap(void **state)
{
	char out[4096];

	(void)state;
	run("--no-bubblewrap --check", out, sizeof(out));
	if (!strstr(out, "landlock: ok")) {
		print_message(
			"skipped: without Landlock and bubblewrap files are only guarded by the "
			"user's own rights: %s",
			out);
		skip();
	}
	check_probe("--no-bubblewrap", "allowed");
}

static void check_names_each_layer(void **state)
{
	static const char *const layers[] = {"bubblewrap: ", "resource limits: ok",
					     "no new privileges: ok", "landlock: ", "seccomp: ok"};
	char out[4096];
	size_t i;

	(void)state;
	run("--check", out, sizeof(out));
	for (i = 0; i < FX_ARRAY_LEN(layers); i++) {
		assert_non_null(strstr(out, layers[i]));
	}
}

static int setup(void **state)
{
	(void)state;
	dir = fx_test_mkdir();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fx_test_rmdir(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sandbox_holds),
		cmocka_unit_test(it_holds_without_bubblewrap),
		cmocka_unit_test(check_names_each_layer),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
