/* SPDX-License-Identifier: Apache-2.0 */
/* Folders and lock of one casellid among others, and among other users. */
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/daemon.h"
#include "tests/support/support.h"

#define NOBODY 65534

static char *dir;

static void folders_are_ours_alone(void **state)
{
	fx_auto char *path = fx_asprintf("%s/a/b/state", dir);
	struct stat st;

	(void)state;
	assert_int_equal(fx_make_dirs(path, 0700, NULL), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(fx_make_dirs(path, 0700, NULL), 0); /* is there already */
}

static void a_folder_where_everybody_writes_is_refused(void **state)
{
	fx_auto char *path = fx_asprintf("%s/open", dir);
	struct fx_reason why = {0};

	(void)state;
	assert_int_equal(fx_make_dirs(path, 0700, NULL), 0);
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(fx_make_dirs(path, 0700, &why), FX_EACCES);
	assert_non_null(strstr(why.text, "chmod o-w"));
	assert_int_equal(chmod(path, 01777), 0); /* like /tmp: each to his own */
	assert_int_equal(fx_make_dirs(path, 0700, NULL), 0);
}

static void a_folder_that_another_user_made_is_refused(void **state)
{
	struct fx_reason why = {0};
	char path[512];
	int status;
	pid_t pid;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/theirs", dir);
	if (geteuid() != 0) {
		print_message("skipped: only root can make a folder of another user\n");
		skip();
	}
	assert_int_equal(fx_make_dirs(path, 0755, NULL), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chown(path, 1, 1), 0);
	assert_int_equal(fx_make_dirs(path, 0700, NULL), 0); /* root was told to */
	pid = fork();
	if (pid == 0) {
		_exit(setuid(NOBODY) || fx_make_dirs(path, 0700, &why) != FX_EACCES ||
		      !strstr(why.text, "another user"));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void one_service_for_a_folder(void **state)
{
	struct fx_reason why = {0};
	char pid[32];
	int fd, second;

	(void)state;
	assert_int_equal(fx_instance_lock(dir, &fd, NULL), 0);
	assert_int_equal(fx_instance_lock(dir, &second, &why), FX_EBUSY);
	(void)snprintf(pid, sizeof(pid), "(pid %d)", (int)getpid());
	assert_non_null(strstr(why.text, pid));
	(void)close(fd);
	assert_int_equal(fx_instance_lock(dir, &fd, NULL), 0);
	(void)close(fd);
}

static void many_descriptors(void **state)
{
	struct rlimit was, now;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	now = was;
	now.rlim_cur = 64;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
	fx_raise_descriptors();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
	assert_true(now.rlim_cur == was.rlim_max || now.rlim_cur == FX_DESCRIPTORS_WANTED);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
}

static int setup(void **state)
{
	(void)state;
	dir = fx_test_mkdir();
	return dir ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	fx_test_rmdir(dir);
	return 0;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(folders_are_ours_alone),
		T(a_folder_where_everybody_writes_is_refused),
		T(a_folder_that_another_user_made_is_refused),
		T(one_service_for_a_folder),
		T(many_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
