/* SPDX-License-Identifier: Apache-2.0 */
/* The process among others: lock, folders, helper programs, systemd. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "daemon/daemon.h"

#ifndef FX_DATADIR
#define FX_DATADIR "/usr/share/caselli"
#endif
#ifndef FX_LIBEXECDIR
#define FX_LIBEXECDIR "/usr/libexec/caselli"
#endif

/* In a folder of somebody else's (one made before us in /tmp, say) nothing of ours is safe. */
static int is_ours(const char *path, const struct stat *st, struct fx_reason *reterr)
{
	if (st->st_uid != 0 && st->st_uid != geteuid() && geteuid() != 0) {
		return fx_fail(reterr, FX_EACCES,
			       "the folder %.200s belongs to another user; name another place",
			       path);
	}
	if (st->st_mode & S_IWOTH && !(st->st_mode & S_ISVTX)) {
		return fx_fail(reterr, FX_EACCES,
			       "everybody may write in the folder %.200s; take that right away "
			       "(chmod o-w)", path);
	}
	return 0;
}

int fx_make_dirs(const char *path, unsigned mode, struct fx_reason *reterr)
{
	fx_auto char *p = fx_strdup(path);
	struct stat st;

	if (!p) {
		return FX_ENOMEM;
	}
	for (char *s = p + 1;; s++) {
		if (*s != '/' && *s) {
			continue;
		}
		char c = *s;

		*s = '\0';
		if (mkdir(p, c ? 0755 : mode) && errno != EEXIST) {
			int e = errno;

			return fx_fail(reterr, fx_error_from_errno(e),
				       "the folder %.200s cannot be "
				       "made: %s; make it and give it to the service's user",
				       p, strerror(e));
		}
		*s = c;
		if (!c) {
			break;
		}
	}
	if (stat(path, &st) || !S_ISDIR(st.st_mode)) {
		return fx_fail(reterr, FX_EINVAL, "%.200s is not a folder", path);
	}
	return is_ours(path, &st, reterr);
}

int fx_instance_lock(const char *state_dir, int *ret_fd, struct fx_reason *reterr)
{
	fx_auto char *path = fx_asprintf("%s/casellid.pid", state_dir);
	char pid[32] = "";
	int fd, e;

	if (!path) {
		return FX_ENOMEM;
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0) {
		e = errno;
		return fx_fail(reterr, fx_error_from_errno(e), "%.200s cannot be written: %s; give "
			       "the folder to the service's user, or choose another with --state",
			       path, strerror(e));
	}
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		ssize_t n = read(fd, pid, sizeof(pid) - 1);

		(void)close(fd);
		return fx_fail(reterr, FX_EBUSY, "casellid already runs on %.200s (pid %.*s); stop "
			       "it first, or use another --state", state_dir,
			       (int)(n > 1 ? n - 1 : 0), pid);
	}
	(void)snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
	if (ftruncate(fd, 0) || write(fd, pid, strlen(pid)) < 0) {
		e = errno;
		(void)close(fd);
		return fx_fail(reterr, fx_error_from_errno(e), "%.200s cannot be written: %s", path,
			       strerror(e));
	}
	*ret_fd = fd;
	return 0;
}

void fx_raise_descriptors(void)
{
	const rlim_t want = FX_DESCRIPTORS_WANTED;
	struct rlimit l;

	if (!getrlimit(RLIMIT_NOFILE, &l) && l.rlim_cur < want) {
		l.rlim_cur = l.rlim_max < want ? l.rlim_max : want;
		if (setrlimit(RLIMIT_NOFILE, &l)) {
			fx_log(FX_LOG_DEBUG, "casellid: the limit of descriptors stays");
		}
	}
}

char *fx_find_coverpages(void)
{
	/* below another prefix; in the build folder; as configured */
	static const char *const near[] = {"/../share/caselli/coverpages",
					   "/../../../data/coverpages"};
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[n > 0 ? n : 0] = '\0';
	if (strrchr(exe, '/')) {
		*strrchr(exe, '/') = '\0';
	}
	for (size_t i = 0; i <= FX_ARRAY_LEN(near); i++) {
		char *path = i < FX_ARRAY_LEN(near) ? fx_asprintf("%s%s", exe, near[i]) :
						      fx_strdup(FX_DATADIR "/coverpages");

		if (!path || !access(path, R_OK | X_OK)) {
			return path;
		}
		(void)fx_free(path);
	}
	return fx_strdup("");
}

int fx_find_program(const char *setting, const char *name, char **ret, struct fx_reason *reterr)
{
	/* Beside us; in the build folder; as installed below another prefix; as configured. */
	static const char *const near[] = {"", "/../render", "/../providers", "/../libexec/caselli",
					   "/../lib/caselli"};
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *path;

	if (setting && *setting) {
		if (access(setting, X_OK)) {
			return fx_fail(reterr, FX_ENOENT, "the program %.200s cannot be run: %s; "
				       "correct the setting", setting, strerror(errno));
		}
		*ret = fx_strdup(setting);
		return *ret ? 0 : FX_ENOMEM;
	}
	exe[n > 0 ? n : 0] = '\0';
	if (strrchr(exe, '/')) {
		*strrchr(exe, '/') = '\0';
	}
	for (size_t i = 0; i <= FX_ARRAY_LEN(near); i++) {
		path = i < FX_ARRAY_LEN(near) ? fx_asprintf("%s%s/%s", exe, near[i], name) :
						fx_asprintf("%s/%s", FX_LIBEXECDIR, name);
		if (!path) {
			return FX_ENOMEM;
		}
		if (!access(path, X_OK)) {
			*ret = path;
			return 0;
		}
		(void)fx_free(path);
	}
	return fx_fail(reterr, FX_ENOENT,
		       "the program %s is neither beside casellid (%.120s) nor in "
		       "%s; install caselli again or name it in the settings",
		       name, exe, FX_LIBEXECDIR);
}

void fx_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	size_t n = path ? strlen(path) : 0;
	int fd;

	if (n < 2 || n >= sizeof(a.sun_path)) {
		return;
	}
	memcpy(a.sun_path, path, n);
	if (*path == '@') {
		a.sun_path[0] = '\0'; /* abstract */
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&a,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
		(void)close(fd);
	}
}
