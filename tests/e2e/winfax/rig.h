/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/e2e/winfax/rig.h
 * A casellid of its own with two connections, and the rows: one for each exported function
 * of winfax, checked through the library as any program uses it.
 */
#ifndef FX_TESTS_E2E_WINFAX_RIG_H
#define FX_TESTS_E2E_WINFAX_RIG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <caselli.h>
#include <caselli/winbase.h>
#include "tests/support/support.h"

#define DEADLINE_MS 30000

/** One exported function. */
struct row {
	const char *name;
	void (*good)(void); /**< works, and another connection sees what it did */
	void (*bad)(void);  /**< each documented error, NULL and boundary arguments */
	DWORD right;        /**< what it needs; 0: nothing */
	/** The call of somebody who lacks it. FALSE with the last error. NULL: needs no right */
	BOOL (*denied)(HANDLE fax);
};
extern const struct row rows_a[], rows_w[], rows_plain[];
extern const size_t n_rows_a, n_rows_w, n_rows_plain;

extern HANDLE fax, other;      /**< two connections of the service's own user */
extern HANDLE port;            /**< port 1, opened by `fax` to be looked at */
extern DWORD ids[2];           /**< device ids of the two ports */
extern char *dir;              /**< folder of the test */
extern char letter[300];       /**< a text file */
extern WCHAR letter_w[300];
extern char empty[300], missing[300];
extern WCHAR empty_w[300], missing_w[300];
extern char cover[300];        /**< a personal cover page */
extern WCHAR cover_w[300];
extern DWORD foreign_job;      /**< a job of the service's user that waits */

void ok(BOOL good, const char *what, int line);
#define OK(call) ok(call, #call, __LINE__)
void err(BOOL good, DWORD code, const char *what, int line);
#define ERR(call, code) err(call, code, #call, __LINE__)

/** A job of `other` that waits for a time far away. */
DWORD waiting_job(void);
void cancel(DWORD job);
/** All jobs but foreign_job. */
void cancel_rest(void);
/** Let calls go, or not. */
void pause_queue(BOOL on);
/** Let the (paused) queue take nothing new, or again; winfax itself has no call for it. */
void block_queue(bool on);
/** A MODIFY handle of port 1, by `fax`. */
HANDLE modify(void);
/** Milliseconds, for deadlines; and a breath between two looks. */
int64_t now_ms(void);
void breathe(void);
/** Start the service, connect; end it. 0 or -1. */
int rig_start(const char *casellid);
int rig_stop(void);
/** What other local users may do from now on ("job_query config_query" ...). */
void rig_rights(const char *users);
const char *rig_socket(void);

/* load.c */
void eight_threads_one_connection(void **state);
void two_hundred_connections(void **state);

#endif
