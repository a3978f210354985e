/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock by its system calls, since Debian has no library for it. The kernel's header may be
 * older than the kernel, so the newer bits are given here.
 */
#include "render/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FS_ABI1      ((UINT64_C(1) << 13) - 1)
#define FS_REFER     (UINT64_C(1) << 13)
#define FS_TRUNCATE  (UINT64_C(1) << 14)
#define FS_IOCTL_DEV (UINT64_C(1) << 15)
#define NET_TCP      UINT64_C(3)
#define SCOPE_ALL    UINT64_C(3)
#define FS_READ                                                                                    \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_FILE_ONLY                                                                               \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)

/* The struct grew with the ABI; a kernel refuses non-zero bytes that it does not know. */
struct ruleset {
	uint64_t fs, net, scoped;
};

static bool allow_fd(int ruleset, int fd, uint64_t access)
{
	struct landlock_path_beneath_attr a = {.allowed_access = access, .parent_fd = fd};

	return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &a, 0) == 0;
}

/* Paths that do not exist are no harm: nothing is allowed there. */
static void allow(int ruleset, const char *path, uint64_t access)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd >= 0) {
		if (!allow_fd(ruleset, fd, access)) {
			(void)allow_fd(ruleset, fd, access & FS_FILE_ONLY);
		}
		(void)close(fd);
	}
}

static void allow_all(int ruleset, bool private_tmp, int doc_fd, uint64_t all)
{
	static const char *const readable[] = {"/usr",
					       "/bin",
					       "/lib",
					       "/lib64",
					       "/etc/fonts",
					       "/etc/ghostscript",
					       "/etc/alternatives",
					       "/etc/ld.so.cache",
					       "/var/lib/ghostscript",
					       "/var/cache/fontconfig",
					       "/run/caselli-render"};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(readable); i++) {
		allow(ruleset, readable[i], FS_READ);
	}
	allow(ruleset, "/dev/null", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
	/* ghostscript names the document /proc/self/fd/N; other processes are not in this /proc */
	if (private_tmp) {
		allow(ruleset, "/proc/self", LANDLOCK_ACCESS_FS_READ_DIR);
		allow(ruleset, "/tmp",
		      all & ~(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
			      LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SOCK |
			      FS_REFER));
	}
	if (doc_fd >= 0) {
		(void)allow_fd(ruleset, doc_fd, LANDLOCK_ACCESS_FS_READ_FILE);
	}
}

void sandbox_landlock(struct sandbox_state *s, bool private_tmp, int doc_fd)
{
	char *why = s->why[SANDBOX_LANDLOCK];
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset rs = {.fs = FS_ABI1};
	size_t size = sizeof(uint64_t);
	int fd;

	if (abi < 1) {
		(void)snprintf(why, sizeof(s->why[0]), "the kernel has none (%s)", strerror(errno));
		return;
	}
	rs.fs |= (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0) |
		 (abi >= 5 ? FS_IOCTL_DEV : 0);
	if (abi >= 4) {
		rs.net = NET_TCP;
		size += sizeof(uint64_t);
	}
	if (abi >= 6) {
		rs.scoped = SCOPE_ALL;
		size += sizeof(uint64_t);
	}
	fd = (int)syscall(SYS_landlock_create_ruleset, &rs, size, 0);
	if (fd >= 0) {
		allow_all(fd, private_tmp, doc_fd, rs.fs);
		s->on[SANDBOX_LANDLOCK] = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	}
	if (s->on[SANDBOX_LANDLOCK]) {
		(void)snprintf(why, sizeof(s->why[0]), "version %ld", abi);
	} else {
		(void)snprintf(why, sizeof(s->why[0]), "refused: %s", strerror(errno));
	}
	if (fd >= 0) {
		(void)close(fd);
	}
}
