/* SPDX-License-Identifier: Apache-2.0 */
#include "render/sandbox.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define BWRAP      "/usr/bin/bwrap"
#define MEMORY_MAX ((rlim_t)1536 << 20)
#define FILE_MAX   ((rlim_t)512 << 20)
#define NOFILE_MAX 64
#define NPROC_MAX  64

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if (defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)) && !defined(SANITIZED)
#define SANITIZED 1
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

const char *sandbox_layer_str(enum sandbox_layer l)
{
	switch (l) {
	case SANDBOX_BWRAP:
		return "bubblewrap";
	case SANDBOX_RLIMITS:
		return "resource limits";
	case SANDBOX_NO_NEW_PRIVS:
		return "no new privileges";
	case SANDBOX_LANDLOCK:
		return "landlock";
	case SANDBOX_SECCOMP:
		return "seccomp";
	case SANDBOX_LAYERS:
		break;
	}
	return "?";
}

/* What ghostscript, pango and the loader read; all else is not there at all. */
static const char *const bwrap_head[] = {
	BWRAP,
	"--unshare-all",
	"--die-with-parent",
	"--new-session",
	"--cap-drop",
	"ALL",
	"--hostname",
	"render",
	"--clearenv",
	"--setenv",
	"PATH",
	"/usr/bin:/bin",
	"--setenv",
	"LC_ALL",
	"C.UTF-8",
	"--setenv",
	"HOME",
	"/tmp",
	"--setenv",
	"TMPDIR",
	"/tmp",
	"--ro-bind",
	"/usr",
	"/usr",
	"--symlink",
	"usr/bin",
	"/bin",
	"--symlink",
	"usr/lib",
	"/lib",
	"--symlink",
	"usr/lib64",
	"/lib64",
	"--ro-bind-try",
	"/etc/fonts",
	"/etc/fonts",
	"--ro-bind-try",
	"/etc/ghostscript",
	"/etc/ghostscript",
	"--ro-bind-try",
	"/etc/alternatives",
	"/etc/alternatives",
	"--ro-bind-try",
	"/etc/ld.so.cache",
	"/etc/ld.so.cache",
	"--ro-bind-try",
	"/var/lib/ghostscript",
	"/var/lib/ghostscript",
	"--ro-bind-try",
	"/var/cache/fontconfig",
	"/var/cache/fontconfig",
	"--dev",
	"/dev",
	"--proc",
	"/proc",
	"--size",
	"268435456",
	"--tmpfs",
	"/tmp",
	"--chdir",
	"/tmp",
};

int sandbox_bwrap_argv(char *const argv[], const char *self, char **out, size_t room)
{
	static const char inside[] = "/run/caselli-render";
	const char *const bind[] = {"--ro-bind", self, inside, "--", inside};
	size_t n = 0, i;

	if (access(BWRAP, X_OK) < 0) {
		return FX_ENOENT;
	}
	for (i = 0; i < FX_ARRAY_LEN(bwrap_head) && n + 1 < room; i++) {
		out[n++] = (char *)(uintptr_t)bwrap_head[i];
	}
	for (i = 0; i < FX_ARRAY_LEN(bind) && n + 1 < room; i++) {
		out[n++] = (char *)(uintptr_t)bind[i];
	}
	for (i = 1; argv[i] && n + 1 < room; i++) {
		out[n++] = argv[i];
	}
	out[n] = NULL;
	return n + 1 < room ? 0 : FX_ELIMIT;
}

static bool limit(int what, rlim_t soft, rlim_t hard)
{
	struct rlimit now, l = {soft, hard};

	if (getrlimit(what, &now) == 0 && now.rlim_max != RLIM_INFINITY && now.rlim_max < hard) {
		l.rlim_max = now.rlim_max;
		l.rlim_cur = soft < now.rlim_max ? soft : now.rlim_max;
	}
	return setrlimit(what, &l) == 0;
}

static void limits(struct sandbox_state *s, bool in_bwrap, uint32_t cpu_s)
{
	bool ok = limit(RLIMIT_CORE, 0, 0);

	/* the soft CPU limit ends ghostscript with SIGXCPU, which we can explain */
	ok = limit(RLIMIT_CPU, cpu_s, cpu_s + 5) && ok;
	ok = limit(RLIMIT_FSIZE, FILE_MAX, FILE_MAX) && ok;
	ok = limit(RLIMIT_NOFILE, NOFILE_MAX, NOFILE_MAX) && ok;
	/* Counted per user: outside a namespace of our own, a desktop's programs use it up. */
	ok = (!in_bwrap || limit(RLIMIT_NPROC, NPROC_MAX, NPROC_MAX)) && ok;
	s->on[SANDBOX_RLIMITS] = ok;
	if (SANITIZED) {
		/* a sanitizer's shadow memory is terabytes */
		(void)snprintf(s->why[SANDBOX_RLIMITS], sizeof(s->why[0]),
			       "no limit on memory in a sanitizer build");
		return;
	}
	ok = limit(RLIMIT_AS, MEMORY_MAX, MEMORY_MAX) && ok;
	s->on[SANDBOX_RLIMITS] = ok;
	if (!ok) {
		(void)snprintf(s->why[SANDBOX_RLIMITS], sizeof(s->why[0]), "%s", strerror(errno));
	}
}

void sandbox_enter(struct sandbox_state *s, bool in_bwrap, int doc_fd, uint32_t cpu_s)
{
	limits(s, in_bwrap, cpu_s);
	s->on[SANDBOX_NO_NEW_PRIVS] = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	if (!s->on[SANDBOX_NO_NEW_PRIVS]) {
		(void)snprintf(s->why[SANDBOX_NO_NEW_PRIVS], sizeof(s->why[0]), "%s",
			       strerror(errno));
	}
	sandbox_landlock(s, in_bwrap, doc_fd);
	sandbox_seccomp(s);
}
