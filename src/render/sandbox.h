/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file render/sandbox.h
 * What confines caselli-render and the ghostscript that it starts. Layers, outermost first:
 * bubblewrap (own file system view, no network, own processes), resource limits, Landlock,
 * a system call filter. A layer that the kernel lacks is left out, and said.
 */
#ifndef FX_RENDER_SANDBOX_H
#define FX_RENDER_SANDBOX_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/error.h"

enum sandbox_layer {
	SANDBOX_BWRAP,
	SANDBOX_RLIMITS,
	SANDBOX_NO_NEW_PRIVS,
	SANDBOX_LANDLOCK,
	SANDBOX_SECCOMP,
	SANDBOX_LAYERS
};
struct sandbox_state {
	bool on[SANDBOX_LAYERS];
	char why[SANDBOX_LAYERS][96]; /* when off, or a detail when on */
};
const char *sandbox_layer_str(enum sandbox_layer l);

/** Command line that runs argv inside bubblewrap; NULL-terminated, static strings borrowed.
 * @return 0, FX_ENOENT (no bubblewrap), FX_ELIMIT */
FX_MUST_CHECK int sandbox_bwrap_argv(char *const argv[], const char *self, char **out, size_t room);

/** Limits, no_new_privs, Landlock, filter, in this process, for good. doc_fd: readable by name. */
void sandbox_enter(struct sandbox_state *s, bool in_bwrap, int doc_fd, uint32_t cpu_s);
/** From now on no program may be started, no file opened for writing, no process signalled. */
FX_MUST_CHECK int sandbox_no_exec(void);

/** From now on this process, and a program that it becomes, may signal only itself: without
 * bubblewrap the service is among the processes of the same user. */
FX_MUST_CHECK int sandbox_no_signals(void);

/** Try what an attacker would and print what worked; for tests. @return exit code */
int sandbox_probe(const char *path);

/* the layers, each on its own */
void sandbox_landlock(struct sandbox_state *s, bool private_tmp, int doc_fd);
void sandbox_seccomp(struct sandbox_state *s);

#endif
