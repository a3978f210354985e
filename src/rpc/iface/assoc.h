/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/iface/assoc.h
 * An association: the connections of one client, who it is, and its context
 * handles (ms-fax.md 1.5), each of one type. When the last connection goes, every
 * handle is run down: unfinished uploads are deleted, ports closed.
 *
 * Thread: the loop thread. Owner: counted; connections and running calls hold one.
 */
#ifndef FX_RPC_IFACE_ASSOC_H
#define FX_RPC_IFACE_ASSOC_H

#include "base/list.h"
#include "base/loop.h"
#include "rpc/callout/callout.h"
#include "rpc/msfax/caselli.h"
#include "rpc/msfax/ops.h"
#include "service/event_log.h"
#include "service/service.h"

#define FX_HANDLES_MAX 4096u /**< of one association; a client with 1,000 ports needs 1,000 */

/** Documents that one user may have open for reading, over all associations: each is a descriptor
 * or memory of the service's, and the faxes need some too. */
#define FX_HOLD_MAX       64u
#define FX_HOLD_MAX_BYTES (UINT64_C(512) << 20)

#define FX_BROADCASTS_MAX 32u /**< that one association keeps open */

struct fx_subscription;
/** How clients are called back with events (rpc/iface/subscribe.h). */
struct fx_rpc_callback {
	bool off;            /**< nobody is: 5 */
	struct fx_callout_login login; /**< texts are the server's */
	uint32_t timeout_ms; /**< of the way to a client, and of each event */
};
struct fx_tracer;
/** What all associations of a server share. */
struct fx_rpc_env {
	struct fx_loop *loop;
	struct fx_service *service;
	struct fx_tracer *tracer; /**< NULL: no trace */
	bool later_js;            /**< opnums 4, 5 with the numbers of [MS-FAX], not winfax.h's */
	struct fx_link modify;    /**< fx_handle.modify of every MODIFY port handle */
	struct fx_link holding;   /**< fx_handle.hold of every handle with a document */
	struct fx_link waiting;   /**< fx_icall.link of every call that waits for events */
	struct fx_rpc_callback callback;
	struct fx_callouts *callouts;
	struct fx_link subscriptions; /**< subscribe.c */
};

struct fx_handle {
	enum fx_ms_param type;  /**< FX_P_CTX_*, FX_P_END = free slot */
	struct fx_ctx ctx;      /**< slot number and 12 random bytes */
	struct fx_link modify, hold;
	uid_t uid;              /**< whose it is */
	uint32_t device_id;     /**< PORT */
	struct fx_upload *upload; /**< COPY to the server */
	int fd;                 /**< COPY from the server, VIEW of a file; -1 = none */
	uint8_t *data;          /**< VIEW made in memory */
	uint64_t size, pos;     /**< VIEW, COPY */
	uint64_t message_id;    /**< COPY from the server, VIEW: job or message, asked for again */
	enum fx_folder folder;  /**< ENUM */
	uint64_t after_id;      /**< ENUM */
	bool extended;          /**< ENUM of opnum 90 */
	struct fx_subscription *subscription; /**< EVTX */
	struct fx_scope scope;  /**< ENUM */
};

struct fx_assoc {
	struct fx_rpc_env *env;
	struct fx_caller caller;
	uint32_t group;
	uint32_t client_api;
	bool dead;              /**< run down; no new handles */
	unsigned refs;
	unsigned connections;
	struct fx_handle **slots;
	size_t n_slots, n_used;
	struct fx_cs_send_options options; /**< for the next SendDocumentEx; texts owned */
	bool has_options;
	uint64_t broadcasts[FX_BROADCASTS_MAX]; /* parents that this client keeps open; 0 = free */
};

FX_MUST_CHECK int fx_assoc_new(struct fx_rpc_env *env, const struct fx_caller *caller,
			       uint32_t group, struct fx_assoc **ret);
struct fx_assoc *fx_assoc_ref(struct fx_assoc *a);
void fx_assoc_unref(struct fx_assoc *a);
/** Close every handle; the association takes no more. */
void fx_assoc_rundown(struct fx_assoc *a);
void fx_assoc_clear_options(struct fx_assoc *a);

/** @return 0, FX_ENOMEM, FX_ELIMIT, FX_ECANCELED (run down) */
FX_MUST_CHECK int fx_handle_new(struct fx_assoc *a, enum fx_ms_param type, struct fx_handle **ret);
/** NULL: unknown here, of another type, or zero. */
struct fx_handle *fx_handle_find(struct fx_assoc *a, const struct fx_ctx *ctx,
				 enum fx_ms_param type);
/**
 * Make a new handle with a document to read: a descriptor, or bytes in memory.
 * @param take_fd    Descriptor, or -1
 * @param take_data  Heap of `size` bytes when there is no descriptor
 * @return 0, FX_ELIMIT (FX_HOLD_MAX, FX_HOLD_MAX_BYTES, handles), FX_ENOMEM, FX_ECANCELED;
 *         after a failure both are still the caller's
 */
FX_MUST_CHECK int fx_handle_new_document(struct fx_assoc *a, enum fx_ms_param type, int take_fd,
					 uint8_t *take_data, uint64_t size,
					 struct fx_handle **ret);
/** Lets go of what it holds: an upload that was not ended is aborted. */
void fx_handle_free(struct fx_assoc *a, struct fx_handle *h);

#endif
