/* SPDX-License-Identifier: Apache-2.0 */
/* On Linux; files_win.c is the other one. */
#include "clients/common/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

int fx_file_open(const char *path)
{
	/* NONBLOCK: a name that is a pipe must not hang the program. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
		(void)close(fd);
		errno = EISDIR;
		return -1;
	}
	return fd;
}

int fx_file_read_at(int fd, uint64_t at, void *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(fd, (char *)p + done, n - done, (off_t)(at + done));

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			return got < 0 ? FX_EIO : FX_ETRUNC;
		}
		done += (size_t)got;
	}
	return 0;
}

bool fx_path_is_full(const char *path)
{
	return path[0] == '/';
}

const char *fx_path_name(const char *path)
{
	const char *last = strrchr(path, '/');

	return last ? last + 1 : path;
}

char *fx_path_full(const char *path)
{
	char *abs = realpath(path, NULL), *copy = fx_strdup(abs);

	free(abs);
	return copy;
}

char *fx_user_folder(enum fx_user_folder which)
{
	const char *dir = getenv(which == FX_USER_CONFIG ? "XDG_CONFIG_HOME" : "XDG_DATA_HOME");

	if (dir && dir[0] == '/') {
		return fx_asprintf("%s/caselli", dir);
	}
	dir = getenv("HOME");
	return fx_asprintf("%s/%s/caselli", dir && dir[0] ? dir : "/",
			   which == FX_USER_CONFIG ? ".config" : ".local/share");
}

void fx_folder_names(const char *folder, bool (*fn)(void *arg, const char *name), void *arg)
{
	DIR *d = opendir(folder);
	const struct dirent *e;

	while (d && (e = readdir(d)) && fn(arg, e->d_name)) {
	}
	if (d) {
		(void)closedir(d);
	}
}
