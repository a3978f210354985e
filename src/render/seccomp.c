/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system call filter: what the decoders, pango and ghostscript need, and nothing else. A call
 * that is not listed fails with ENOSYS, so that the C library takes its older way; the calls that
 * an attacker would want fail with EPERM.
 */
#include "render/sandbox.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* clang-format off */
static const char *const allowed[] = {
	"read", "write", "readv", "writev", "pread64", "pwrite64", "close", "close_range",
	"lseek", "_llseek", "fstat", "fstat64", "newfstatat", "fstatat64", "stat", "stat64",
	"lstat", "lstat64", "statx", "fstatfs", "statfs", "access", "faccessat", "faccessat2",
	"open", "openat", "mmap", "mmap2", "munmap", "mprotect", "mremap", "madvise", "brk",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn", "sigaltstack", "fork",
	"vfork", "execve", "wait4", "waitid", "waitpid", "exit", "exit_group", "getpid",
	"gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getuid32", "geteuid32",
	"getgid32", "getegid32", "getresuid", "getresgid", "getgroups", "getpgrp", "futex",
	"futex_time64", "set_robust_list", "get_robust_list", "rseq", "set_tid_address",
	"arch_prctl", "set_thread_area", "sched_getaffinity", "sched_yield", "nanosleep",
	"clock_nanosleep", "clock_gettime", "clock_gettime64", "clock_getres", "gettimeofday",
	"time", "times", "getrusage", "getrlimit", "ugetrlimit", "sysinfo", "uname", "getcwd",
	"chdir", "readlink", "readlinkat", "getdents", "getdents64", "poll", "ppoll",
	"ppoll_time64", "select", "pselect6", "_newselect", "pipe", "pipe2", "dup", "dup2",
	"dup3", "fcntl", "fcntl64", "unlink", "unlinkat", "ftruncate", "ftruncate64",
	"fallocate", "fadvise64", "fadvise64_64", "umask", "getrandom", "restart_syscall",
	"tgkill", "kill", "membarrier", "seccomp", "cacheflush",
};
static const char *const refused[] = {
	"socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto",
	"recvfrom", "sendmsg", "recvmsg", "ptrace", "process_vm_readv", "process_vm_writev",
	"mount", "umount2", "pivot_root", "chroot", "setns", "unshare", "bpf", "perf_event_open",
	"keyctl", "add_key", "request_key", "init_module", "finit_module", "delete_module",
	"kexec_load", "reboot", "userfaultfd", "io_uring_setup", "open_by_handle_at", "setuid",
	"setgid", "setresuid", "setresgid", "chmod", "fchmod", "chown", "fchown", "link",
	"symlink", "rename", "mknod",
};
/* clang-format on */

static int add(scmp_filter_ctx ctx, uint32_t action, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		int nr = seccomp_syscall_resolve_name(names[i]);

		/* not every machine has every call */
		if (nr != __NR_SCMP_ERROR && nr >= 0 && seccomp_rule_add(ctx, action, nr, 0) < 0) {
			return -1;
		}
	}
	return 0;
}

/* One rule with a condition on one argument: (argument & mask) == value. */
static int add_if(scmp_filter_ctx ctx, uint32_t action, int nr, unsigned arg, uint64_t mask,
		  uint64_t value)
{
	struct scmp_arg_cmp c = {arg, SCMP_CMP_MASKED_EQ, mask, value};

	return seccomp_rule_add_array(ctx, action, nr, 1, &c);
}

static int add_conditional(scmp_filter_ctx ctx)
{
	/* PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_SECCOMP, PR_SET_VMA (names of the heap) */
	static const uint32_t prctls[] = {1, 15, 22, 0x53564d41};
	static const uint32_t ioctls[] = {TCGETS, FIONREAD, FIOCLEX, TIOCGWINSZ};
	const uint64_t spaces = CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
				CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
	size_t i;
	int err;

	/* processes, but none in namespaces of their own; clone3 hides its flags: not listed */
	err = add_if(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 0, spaces, 0);
	for (i = 0; i < FX_ARRAY_LEN(ioctls); i++) {
		err |= add_if(ctx, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, UINT32_MAX, ioctls[i]);
	}
	for (i = 0; i < FX_ARRAY_LEN(prctls); i++) {
		err |= add_if(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 0, UINT32_MAX, prctls[i]);
	}
	/* limits may be asked for, not set */
	return err | add_if(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, UINT64_MAX, 0);
}

void sandbox_seccomp(struct sandbox_state *s)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	char *why = s->why[SANDBOX_SECCOMP];
	int err = -ENOMEM;

	if (ctx) {
		/* no_new_privs is set already, and said when it could not be */
		(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0);
		err = add(ctx, SCMP_ACT_ALLOW, allowed, FX_ARRAY_LEN(allowed)) |
		      add(ctx, SCMP_ACT_ERRNO(EPERM), refused, FX_ARRAY_LEN(refused)) |
		      add_conditional(ctx);
		err = err ? -EINVAL : seccomp_load(ctx);
		seccomp_release(ctx);
	}
	s->on[SANDBOX_SECCOMP] = err == 0;
	if (err) {
		(void)snprintf(why, sizeof(s->why[0]), "%s", strerror(-err));
	}
}

/* Of the signals that a process sends itself abort() needs one. */
static int add_no_signals(scmp_filter_ctx ctx)
{
	const struct scmp_arg_cmp other = {0, SCMP_CMP_NE, (scmp_datum_t)getpid(), 0};

	return seccomp_rule_add_array(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill), 1, &other);
}

int sandbox_no_signals(void)
{
	static const char *const last[] = {"kill"};
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int err;

	if (!ctx) {
		return FX_ENOMEM;
	}
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0);
	err = add(ctx, SCMP_ACT_ERRNO(EPERM), last, FX_ARRAY_LEN(last)) | add_no_signals(ctx);
	err = err ? err : seccomp_load(ctx);
	seccomp_release(ctx);
	return err ? FX_EIO : 0;
}

int sandbox_no_exec(void)
{
	static const char *const last[] = {"execve", "execveat", "fork",   "vfork",
					   "pipe",   "pipe2",    "unlink", "unlinkat",
					   "kill"};
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int err;

	if (!ctx) {
		return FX_ENOMEM;
	}
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0);
	err = add(ctx, SCMP_ACT_ERRNO(EPERM), last, FX_ARRAY_LEN(last));
	err |= add_no_signals(ctx);
	/* no process; pango starts a thread to look for fonts */
	err |= add_if(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 0, CLONE_THREAD, 0);
	err |= add_if(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(openat), 2, O_WRONLY, O_WRONLY);
	err |= add_if(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(openat), 2, O_RDWR, O_RDWR);
	err = err ? err : seccomp_load(ctx);
	seccomp_release(ctx);
	return err ? FX_EIO : 0;
}
