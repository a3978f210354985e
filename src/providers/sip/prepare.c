/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages of a call are made ready in a worker thread, from dialling on, so that a
 * document of 200 pages stalls no other call.
 *
 *   working --on_done--> handed to the call
 *      '--drop--> orphan --on_done--> gone
 */
#include "providers/sip/sip_priv.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/mem.h"

struct fx_sip_prep {
	struct fx_sip *p; /* NULL: an orphan */
	struct fx_sip_prep **owner;
	struct fx_sip_cmd *cmd; /* with which it is handed over */
	struct fx_dial dial;
};

static void prep_free(struct fx_sip_prep *prep)
{
	for (uint32_t i = 0; i < prep->dial.n_docs; i++) {
		if (prep->dial.docs[i].fd >= 0) {
			(void)close(prep->dial.docs[i].fd);
		}
	}
	if (prep->cmd) {
		(void)fx_t30_doc_free(prep->cmd->take_doc);
		(void)fx_free(prep->cmd);
	}
	(void)fx_free(prep);
}

/* Worker thread. */
static void work(void *arg)
{
	struct fx_sip_prep *prep = arg;

	prep->cmd->err = fx_t30_prepare(&prep->dial, &prep->cmd->take_doc, &prep->cmd->why);
}

static void on_done(void *arg)
{
	struct fx_sip_prep *prep = arg;

	if (prep->p) {
		*prep->owner = NULL;
		fx_ua_post(prep->p->ua, fx_sip_call_cmd, prep->cmd);
		prep->cmd = NULL;
	}
	prep_free(prep);
}

int fx_sip_prep_start(struct fx_sip *p, uint64_t call, const struct fx_dial *d,
		      struct fx_sip_prep **ret)
{
	struct fx_sip_prep *prep = fx_zalloc(sizeof(*prep));
	int err;

	if (!prep) {
		return FX_ENOMEM;
	}
	prep->cmd = fx_zalloc(sizeof(*prep->cmd));
	if (!prep->cmd) {
		prep_free(prep);
		return FX_ENOMEM;
	}
	prep->p = p;
	prep->owner = ret;
	prep->cmd->p = p;
	prep->cmd->call = call;
	prep->cmd->type = FX_SIP_PREPARED;
	prep->cmd->answer.rx_fd = prep->cmd->answer.log_fd = -1;
	prep->dial = *d;
	for (uint32_t i = 0; i < d->n_docs; i++) {
		prep->dial.docs[i].fd = fcntl(d->docs[i].fd, F_DUPFD_CLOEXEC, 3);
	}
	err = fx_loop_work(p->loop, work, on_done, prep);
	if (err) {
		prep_free(prep);
		return err;
	}
	*ret = prep;
	return 0;
}

void fx_sip_prep_drop(struct fx_sip_prep *prep)
{
	if (prep) {
		prep->p = NULL;
	}
}
