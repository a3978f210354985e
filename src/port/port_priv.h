/* SPDX-License-Identifier: Apache-2.0 */
/** @file port/port_priv.h  Insides of the port table, shared by its files. */
#ifndef FX_PORT_PORT_PRIV_H
#define FX_PORT_PORT_PRIV_H

#include "base/list.h"
#include "port/port.h"

/** How long the end of a call (busy, failed, completed ...) stays on show. */
#define FX_PORT_LINGER_US (2 * FX_SECOND)
#define FX_CALL_BUCKETS 64
/** A call's number in trace lines, as its host says it: without the epoch (decision 0405). */
#define FX_CALL_SHOWN(call) ((unsigned long long)((call) & ((UINT64_C(1) << 40) - 1)))

/*   idle --dial--> calling ----------- on_end --> ended --2 s--> idle
 *    |               ^   ^                         |  \--set_routing--> routing --> idle
 *    '--incoming--> ringing --answer--'            '--dial, incoming--> (as from idle)
 * ended and routing ports are free for the next call.
 */
enum fx_port_phase { FX_PHASE_RINGING, FX_PHASE_CALLING, FX_PHASE_ENDED, FX_PHASE_ROUTING };

/** What only a port with a call needs; an idle port has none. */
struct fx_port_live {
	struct fx_port_status st; /**< elapsed is filled in when read */
	enum fx_port_phase phase;
	bool offered, answered, cancelling;
	bool in_end;              /**< on_end of the owner is running: not free yet */
	int64_t start_us, end_us; /**< loop time; end_us -1 while the call goes on */
	enum fx_outcome outcome;  /**< once the call ended */
	struct fx_timer *linger;
	const struct fx_port_call_cb *cb;
	void *arg;
	/* events.c */
	bool outgoing;
	struct fx_port_doc one, *docs; /**< docs: of a call with several, on the heap */
	size_t n_docs;                 /**< 0 = no job yet */
	enum fx_fei told;              /**< last state that was told */
	uint32_t told_page;            /**< 0 = none yet */
	uint32_t confirmed;            /**< pages of the call, in order */
	bool idle_owed;                /**< IDLE follows */
};

struct fx_provider_slot {
	struct fx_link link;
	struct fx_ports *t;
	char name[16];
	struct fx_provider *p;
	bool works;           /**< has told of a line since it was lost */
	struct fx_reason why; /**< it was lost */
	uint64_t next_call;                        /**< odd */
	struct fx_port *calls[FX_CALL_BUCKETS];    /**< chains by call number */
};

struct fx_port {
	struct fx_port_info info;
	uint32_t want_priority; /**< as stored, before renumbering */
	bool online;
	char *why; /**< offline: what its provider says of that; NULL = nothing */
	struct fx_provider_slot *slot;
	uint64_t call;             /**< 0 = none */
	struct fx_port *next_call; /**< in slot->calls */
	struct fx_port_live *live;
};

struct fx_ports {
	struct fx_loop *loop;
	struct fx_ports_cb cb;
	void *arg;
	struct fx_port **by_id;   /**< sorted by device id */
	struct fx_port **by_rank; /**< sorted by priority, [0] is the first choice */
	size_t n, cap;
	struct fx_link slots;
};

typedef int(fx_slot_open_fn)(void *ctx, const struct fx_provider_env *env,
			     struct fx_provider **ret, struct fx_reason *reterr);
/** Add a provider by whatever opens it (in process, or a host's proxy). */
FX_MUST_CHECK int fx_ports_add_slot(struct fx_ports *t, const char *name, const char *settings,
				    fx_slot_open_fn *open, void *ctx, struct fx_reason *reterr);
struct fx_provider_slot *fx_ports_slot(struct fx_ports *t, const char *name);

/* lines.c: identity and order */
struct fx_port *fx_ports_by_line(struct fx_ports *t, const struct fx_provider_slot *slot,
				 const char *line);
void fx_ports_line(struct fx_provider_slot *slot, const struct fx_line *line);
void fx_port_changed(struct fx_port *port);

/* events.c: what is told of a port's state */
FX_MUST_CHECK int fx_port_set_docs(struct fx_port_live *live, const struct fx_port_job *job);
/** Once for each document of the call; once without a job when it has none. */
void fx_port_tell(struct fx_port *port, enum fx_fei fei);
void fx_port_tell_status(struct fx_port *port); /**< after the call's status changed */
void fx_port_tell_page(struct fx_port *port, const struct fx_page_report *page);
void fx_port_tell_end(struct fx_port *port, enum fx_outcome outcome);
void fx_port_tell_idle(struct fx_port *port); /**< if it is owed */
/** Of the line itself. */
void fx_port_tell_line(struct fx_port *port, enum fx_fei fei);

/* calls.c: the sink of every provider */
extern const struct fx_provider_sink fx_ports_sink;
void fx_port_drop_live(struct fx_port *port);
/** The same unless a call is going on or just ending. */
void fx_port_drop_ended(struct fx_port *port);

#endif
