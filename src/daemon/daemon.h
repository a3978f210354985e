/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file daemon/daemon.h
 * The parts of the service, built and handed to each other. Thread: the loop thread.
 */
#ifndef FX_DAEMON_DAEMON_H
#define FX_DAEMON_DAEMON_H

#include "base/loop.h"
#include "daemon/settings.h"

struct fx_daemon;
/** Exit codes of casellid; casellid(8) lists them. */
enum fx_exit {
	FX_EXIT_OK = 0,
	FX_EXIT_FAILED = 1,   /**< something else: see the message */
	FX_EXIT_USAGE = 2,
	FX_EXIT_SETTINGS = 3, /**< the settings file is wrong */
	FX_EXIT_RUNNING = 4,  /**< another casellid uses the state folder or socket */
	FX_EXIT_STATE = 5,    /**< the state folder or database cannot be used */
	FX_EXIT_SOCKET = 6    /**< the socket cannot be made */
};

struct fx_daemon_prm {
	const char *settings_path; /**< read again on SIGHUP; NULL = none */
	bool settings_required;
	const char *state, *socket; /**< final places */
	bool log_level_fixed;       /**< given on the command line: SIGHUP keeps it */
	/** A virtual loop to build on, borrowed, for tests of the whole service; no signals are
	 * watched then. NULL: a real loop of its own. */
	struct fx_loop *loop;
};
/**
 * Build and start everything; whoever has the loop runs it. On a virtual loop, time passes until
 * the ports are there (below a second).
 * @param prm      Borrowed until fx_daemon_free()
 * @param settings moved in, in any case
 */
enum fx_exit fx_daemon_build(const struct fx_daemon_prm *prm, struct fx_settings *take_settings,
			     struct fx_daemon **ret, struct fx_reason *reterr);
/** On the loop's thread. Calls end at once; what waits is there at the next start. */
struct fx_daemon *fx_daemon_free(struct fx_daemon *d);
/**
 * Build and start everything, then run until SIGTERM or SIGINT.
 * @param settings moved in, in any case
 * @return an exit code; the message is on standard error
 */
enum fx_exit fx_daemon_run(const struct fx_daemon_prm *prm, struct fx_settings *take_settings);

/* instance.c: one casellid per state folder */
struct fx_instance;
/** @return 0, FX_EBUSY (running; its pid in the reason), FX_EACCES, FX_EIO, FX_ENOSPC ... */
FX_MUST_CHECK int fx_instance_lock(const char *state_dir, int *ret_fd, struct fx_reason *reterr);
/**
 * Folder of a path, with those above it; the last one gets `mode`.
 * @return 0, FX_EACCES (another user's and we are not root, or writable by everybody and not
 *         sticky), what mkdir says
 */
FX_MUST_CHECK int fx_make_dirs(const char *path, unsigned mode, struct fx_reason *reterr);
/** As many descriptors as the system gives without asking, up to this: 256 connections, the
 * documents that their users have open, uploads, and files of each call. Hosts inherit it. */
#define FX_DESCRIPTORS_WANTED 65536u
void fx_raise_descriptors(void);
/** The folder of the cover pages that came with us: beside the running program, else where they
 * are installed; "" when there is none. The caller's; NULL = no memory. */
char *fx_find_coverpages(void);
/** A helper program: the setting, else beside the running program, else where it is installed. */
FX_MUST_CHECK int fx_find_program(const char *setting, const char *name, char **ret,
				  struct fx_reason *reterr);
/** Tell systemd ("READY=1"); nothing without NOTIFY_SOCKET. */
void fx_notify(const char *state);

#endif
