/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/windows/rpc/stubs.h
 * Calls of the fax interface through stubs that widl made and Wine's rpcrt4, which share no code
 * with the service: each with its verdict, counted by opnum.
 * Thread: main() alone, but for what says otherwise.
 */
#ifndef FX_TESTS_WINDOWS_RPC_STUBS_H
#define FX_TESTS_WINDOWS_RPC_STUBS_H

#include "rpc_shim.h"

#include <stdbool.h>
#include <stdint.h>

#include "fax.h"

/** A fault is this and the code that rpcrt4 makes of it. */
#define FAULT(code) (UINT64_C(0x100000000) | (code))
#define CONTEXT_MISMATCH FAULT(RPC_X_SS_CONTEXT_MISMATCH)

/* codes of ms-fax.md 7 that windows.h has under no or other names */
enum {
	GROUP_NOT_FOUND = 7002,
	BAD_GROUP = 7003,
	RULE_NOT_FOUND = 7005,
	MESSAGE_NOT_FOUND = 7009,
};

extern void *fault_jump[5]; /* of __builtin_setjmp */
void begin_call(unsigned op);
uint64_t end_call(uint32_t status);
uint64_t end_fault(void);
void verdict(unsigned op, bool good, uint64_t want, uint64_t got, int line);
void check(bool ok, const char *what, int line);

/** The status, or FAULT(). */
#define CALL(op, ...)                                                                              \
	(begin_call(op), __builtin_setjmp(fault_jump) ? end_fault() : end_call(__VA_ARGS__))
#define GOOD(op, ...)       verdict(op, true, 0, CALL(op, __VA_ARGS__), __LINE__)
#define BAD(op, code, ...)  verdict(op, false, code, CALL(op, __VA_ARGS__), __LINE__)
/** A method that a server of version 3 never carries out; whatever is asked is both. */
#define NEVER(op, code, ...)                                                                       \
	(verdict(op, true, code, CALL(op, __VA_ARGS__), __LINE__),                                 \
	 verdict(op, false, code, CALL(op, __VA_ARGS__), __LINE__))
/** w.poor lacks the right. */
#define POOR(op, ...)       BAD(op, ERROR_ACCESS_DENIED, __VA_ARGS__)
/** w.nemo has none at all, and is not even let in. */
#define NEMO(op, ...)       BAD(op, FAULT(ERROR_ACCESS_DENIED), __VA_ARGS__)
#define CHECK(cond)         check(cond, #cond, __LINE__)

/** FPS_AVAILABLE, or FPS_COMPLETED: the end of a call stays on show for a while. */
static inline bool at_rest(uint32_t status)
{
	return status == 0x20100000 || status == 0x20000008;
}

/** Bytes that a call gave. */
struct out {
	byte *p;
	ULONG n, count;
};
extern struct out o;
struct out *fresh(void); /**< o, empty */
#define BUF &fresh()->p, &o.n
#define BUFN BUF, &o.count
/* bounds are checked: what is outside is 0, and fails */
uint32_t u32(ULONG at);
uint64_t u64(ULONG at);
const wchar_t *text(ULONG at); /**< at the offset that stands at `at`; L"" for none */
bool is(ULONG at, const wchar_t *want);
bool own(const wchar_t *name); /**< names the caller, as a plain name or behind HOST\ */

/** What the rows share. */
struct world {
	handle_t rich, poor, nemo; /**< who may do all, nothing but submit, nothing */
	const char *user;
	const char *folder;  /**< of the service's machine: empty, writable */
	bool owner;          /**< rich is the user that the service runs as */
	uint32_t device, job;
	uint64_t queued;      /**< message of job */
	uint64_t sent[2], received[2];
	FAX_PORT_HANDLE port;
	FAX_ENUM_HANDLE any;  /**< a handle of a type that other methods refuse */
	wchar_t guid[64];     /**< of a routing method */
};
extern struct world w;

/** One method. */
struct row {
	unsigned op;
	const char *name;
	void (*run)(void); /**< NULL: a row before has its calls */
};
/** In this order; event_rows fills w.sent. */
extern const struct row event_rows[], port_rows[], job_rows[], config_rows[], outbound_rows[],
	message_rows[], account_rows[];

/** Upload a TIFF of one page and send it to `number`.
 * @return message id of the (first) recipient */
uint64_t send_fax(const wchar_t *number, uint32_t recipients, uint32_t *ret_job);

#endif
