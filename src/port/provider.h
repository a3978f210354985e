/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file port/provider.h
 * What a provider implements (loop, sip, modem) and what it may call back.
 *
 * The same code runs inside a test process and in a provider host process; the
 * host's proxy in casellid implements these same operations over a socket.
 *
 * Calls are named by numbers: outgoing ones by the caller of dial() (odd),
 * incoming ones by the provider (even), unique while the provider runs.
 *
 * Thread: everything on the loop given to open(), both directions.
 * A callback is never made from inside an operation: it is posted.
 */
#ifndef FX_PORT_PROVIDER_H
#define FX_PORT_PROVIDER_H

#include "base/loop.h"
#include "core/call.h"

#define FX_PROVIDER_ABI 1u
struct fx_provider; /* a provider's state begins with it */

/** One line that a provider has; announced at start and when it changes. */
struct fx_line {
	char line[32];       /**< stable name within the provider */
	char name[64];       /**< default display name of the port */
	char number[FX_NUMBER_SIZE]; /**< default TSID and CSID */
	bool online;
	bool is_virtual;
	char why[160];       /**< offline: why, in words for people; "" = nothing to say */
};

/** Callbacks of the owner (port table, host process, test). All mandatory. */
struct fx_provider_sink {
	void (*on_line)(void *arg, const struct fx_line *line);
	/** A call comes in and rings; answer(), reject() or hangup() follows. */
	void (*on_incoming)(void *arg, uint64_t call, const char *line, const char *caller_id,
			    const char *called);
	/** One more ring while not answered yet (first ring: n = 1). */
	void (*on_ring)(void *arg, uint64_t call, uint32_t n);
	void (*on_status)(void *arg, uint64_t call, const struct fx_call_status *st);
	/**
	 * Sender: a page got its answer. Receiver: a page is whole in rx_fd, and the far
	 * end is NOT told until page_ack() says ok; whoever owns rx_fd syncs it before
	 * (design, invariant 2). After on_end() rx_fd changed once more: sync it again.
	 */
	void (*on_page)(void *arg, uint64_t call, const struct fx_page_report *page);
	/** Exactly one per call, after dial() or on_incoming(), whatever happens. */
	void (*on_end)(void *arg, uint64_t call, const struct fx_call_result *result);
	/** The provider is gone: all its lines are offline, its calls got on_end(). */
	void (*on_lost)(void *arg, const char *why);
};

struct fx_provider_env {
	struct fx_loop *loop;
	const struct fx_provider_sink *sink;
	void *arg;
	const char *settings; /**< INI text of the provider's section, may be "" */
};

struct fx_provider_ops {
	uint32_t abi; /**< FX_PROVIDER_ABI */
	const char *name;
	/** Start; lines follow as on_line(). env is copied, settings only read here. */
	int (*open)(const struct fx_provider_env *env, struct fx_provider **ret,
		    struct fx_reason *reterr);
	/** @return 0, FX_ENODEV (no such line), FX_EBUSY, FX_EINVAL, FX_ENOMEM; then no on_end() */
	int (*dial)(struct fx_provider *p, const char *line, uint64_t call,
		    const struct fx_dial *d);
	/** @return 0, FX_ENOENT (call gone), FX_ESTATE, FX_ENOMEM */
	int (*answer)(struct fx_provider *p, uint64_t call, const struct fx_answer *a);
	/** Refuse an incoming call (busy). on_end() follows. */
	int (*reject)(struct fx_provider *p, uint64_t call);
	/** Hang up politely; on_end() with CANCELLED follows within 5 s. */
	int (*hangup)(struct fx_provider *p, uint64_t call);
	/** Answer to a receiver's on_page(): ok = it is recorded, confirm it to the far end. */
	int (*page_ack)(struct fx_provider *p, uint64_t call, uint32_t page, bool ok);
	/** Drop all calls at once, free everything; no callback after it returns. */
	void (*close)(struct fx_provider *p);
};

struct fx_provider {
	const struct fx_provider_ops *ops;
};

extern const struct fx_provider_ops fx_loop_provider_ops; /**< providers/loop */

#endif
