/* SPDX-License-Identifier: Apache-2.0 */
/** @file port/host_spawn.h  Starting and ending a host's process. Thread: the loop thread. */
#ifndef FX_PORT_HOST_SPAWN_H
#define FX_PORT_HOST_SPAWN_H

#include <sys/types.h>
#include "base/error.h"

/** Address space of a host (engine.md G5): a page that unfolds without end fails there. */
#define FX_HOST_AS_LIMIT (UINT64_C(4) << 30)

/**
 * Start argv[0] with one end of a new socket pair as descriptor FX_HOST_FD; it has no
 * other descriptor but stderr, and dies with this thread.
 * @return 0, FX_ENOENT (cannot be run), FX_ENOMEM, FX_EIO
 */
FX_MUST_CHECK int fx_host_spawn(char *const argv[], int *ret_fd, pid_t *ret_pid,
				struct fx_reason *reterr);
/** Kill at once. @return true when it is reaped; else try again later */
bool fx_host_kill(pid_t pid);
/** Give it up to max_ms to end by itself, then kill and reap it. Blocks that long. */
void fx_host_end(pid_t pid, int max_ms);

#endif
