/* SPDX-License-Identifier: Apache-2.0 */
/* The file of users: read, and when it is taken, written and read again with the same users. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "rpc/auth/users.h"

static char path[64];

static void clean(void)
{
	char lock[80];

	(void)snprintf(lock, sizeof(lock), "%s.lock", path);
	(void)unlink(path);
	(void)unlink(lock);
}

static void setup(void)
{
	if (!path[0]) {
		/* in memory, where there is no disk to wait for */
		(void)snprintf(path, sizeof(path), "%s/fx-fuzz-users-%d",
			       access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm", (int)getpid());
		(void)atexit(clean);
	}
}

static void again(struct fx_users *u)
{
	struct fx_user *list = NULL, *after = NULL;
	size_t n = 0, m = 0;

	if (fx_users_list(u, &list, &n, NULL) == 0 && n < FX_USERS_MAX &&
	    fx_users_set_password(u, "\xC3\xA9tranger", "password", 1, NULL) == 0) {
		FX_ASSERT(fx_users_list(u, &after, &m, NULL) == 0 && (m == n || m == n + 1));
		FX_ASSERT(fx_users_remove(u, "\xC3\x89TRANGER", NULL) == 0);
	}
	(void)fx_free(list);
	(void)fx_free(after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_users *u;
	struct fx_reason why;
	int fd, err;

	setup();
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	FX_ASSERT(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	(void)close(fd);
	if (fx_users_open(path, &u)) {
		return 0;
	}
	err = fx_users_check(u, &why);
	FX_ASSERT(err == 0 || err == FX_EDATA || err == FX_ELIMIT || err == FX_ENOMEM);
	if (!err) {
		again(u);
	}
	(void)fx_users_close(u);
	return 0;
}
