/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/conformance/provider_rig.h
 * A provider on trial: opens it, plays the owner, writes down all it says.
 * The same rig serves a provider in this process and one behind a host process.
 */
#ifndef FX_TESTS_PROVIDER_RIG_H
#define FX_TESTS_PROVIDER_RIG_H

#include "document/fax_tiff.h"
#include "port/provider.h"
#include "tests/support/support.h"

#define RIG_CALLS 64
#define RIG_STATES 512

/** All that was said of one call. */
struct rig_call {
	uint64_t id;
	char line[32], caller_id[64], called[64];
	uint32_t rings;
	int64_t came_us, rang_us; /**< incoming: announced, first ring */
	struct fx_call_status states[RIG_STATES];
	size_t n_states;
	struct fx_page_report pages[32];
	size_t n_pages;
	unsigned ends;
	struct fx_call_result result;
	int rx_fd;
	bool answered;
};

struct rig {
	struct fx_loop *loop;
	struct fx_provider *p;
	char *dir;
	struct fx_line lines[16];
	size_t n_lines;
	struct rig_call calls[RIG_CALLS];
	size_t n_calls;
	unsigned ended, lost;
	bool in_op;          /**< no callback may come */
	bool closed;         /**< nor now */
	bool no_answer;      /**< do not answer by yourself */
	bool reject;
	bool nack;           /**< pages cannot be recorded */
	bool no_ack;         /**< say nothing about pages */
	unsigned n_files;
	uint64_t next_call;
};

/** One way to run a provider. */
struct rig_impl {
	const char *name;
	bool is_real; /**< real time, in another process */
	int (*open)(struct rig *r, const struct fx_provider_env *env, struct fx_provider **ret,
		    struct fx_reason *reterr);
};

struct rig *rig_new(const struct rig_impl *impl, const char *settings, size_t n_lines);
void rig_free(struct rig *r);
void rig_close(struct rig *r);
/** A document of `pages` pages, with a pattern of its own; an open fd. */
int rig_document(struct rig *r, uint32_t pages);
/** Dial with one document of one page; 0 = default timeout. @return as ops->dial */
int rig_dial(struct rig *r, const char *line, const char *number, uint32_t timeout_s,
	     struct rig_call **ret);
int rig_dial_pages(struct rig *r, const char *line, const char *number, uint32_t pages,
		   struct rig_call **ret);
struct rig_call *rig_call(struct rig *r, uint64_t id);
struct rig_call *rig_incoming(struct rig *r); /**< the last one that came in, NULL */
void rig_wait_end(struct rig *r, unsigned n_ended); /**< until so many calls ended */
bool rig_until(struct rig *r, bool (*done)(void *arg), int64_t max_us);
/** Hang up at the first status of this state, by either side. */
void rig_hangup(struct rig *r, struct rig_call *c);
void rig_same_pages(int fd_sent, int fd_got, uint32_t pages);

#endif
