/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file route/own.h
 * Our own methods: each is one function that runs in a thread, on copies of what it needs.
 */
#ifndef FX_ROUTE_OWN_H
#define FX_ROUTE_OWN_H

#include <stdatomic.h>
#include "base/bytes.h"
#include "base/list.h"
#include "core/report.h"
#include "core/route_rules.h"
#include "route/progress.h"
#include "route/route_priv.h"
#include "route/worker.h"

struct fx_own_method;
/** One run, as its thread sees it. */
struct fx_own_task {
	struct fx_link link;
	struct fx_own_method *m;
	struct fx_route_run *run; /* loop thread only */
	fx_route_done_fn *done;
	void *arg;
	/* for work(); texts are its own, never NULL */
	struct fx_route_settings settings; /* without rules */
	struct fx_route_fax fax;
	const struct fx_report *report; /* mail: this instead of the fax; borrowed */
	char *data;               /* UTF-8 */
	char host[256];
	_Atomic int cancel;       /* hurry */
	/* what work() leaves */
	enum fx_route_end end;
	char words[FX_STEP_WORDS_SIZE];
	bool owned;
	uint32_t uid;
	char user[64];
};
/** Settings and host are filled. NULL = no memory. @param report of a delivery report */
struct fx_own_task *fx_own_task_new(struct fx_route *r, bool report);
void fx_own_task_free(struct fx_own_task *t);
/** Sets end and words. */
void fx_own_end(struct fx_own_task *t, enum fx_route_end end, const char *fmt, ...)
	FX_PRINTF(3, 4);
/** The fax as a PDF. @return 0 or an error */
FX_MUST_CHECK int fx_own_pdf(struct fx_own_task *t, struct fx_buf *ret);
/** Fill a pattern of {words} as the names of files are. */
FX_MUST_CHECK int fx_own_fill(const struct fx_own_task *t, const char *pattern,
			      char ret[FX_ROUTE_NAME_SIZE], struct fx_reason *why);

/** One kind of method. work: any thread. check: is the text good data? */
typedef void(fx_own_work_fn)(struct fx_own_task *t);
typedef int(fx_own_check_fn)(const char *text, struct fx_reason *reterr);
fx_own_work_fn fx_folder_work, fx_mail_work, fx_print_work, fx_inbox_work;
fx_own_check_fn fx_folder_check, fx_mail_check, fx_print_check, fx_inbox_check;
/** For checkup.c: the same way to the target, but nothing is delivered. */
fx_own_work_fn fx_mail_look, fx_print_look;
/** Data of our methods is a UTF-16LE text with NUL (winfax.md 1.10). fx_free(); NULL: no memory */
char *fx_own_text(struct fx_route_bytes b);
void fx_mail_init(void); /**< once, before any thread */

#endif
