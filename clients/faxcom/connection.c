/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/faxcom/connection.c  The connection that a server object and its children share.
 */
#include "clients/faxcom/faxcom_priv.h"

struct fc_conn *fc_conn_new(HANDLE h)
{
	struct fc_conn *c = fx_zalloc(sizeof(*c));

	if (!c) {
		(void)FaxClose(h);
		return NULL;
	}
	c->refs = 1;
	c->handle = h;
	fx_lock_init(&c->lock);
	return c;
}

struct fc_conn *fc_conn_ref(struct fc_conn *c)
{
	if (c) {
		(void)__atomic_add_fetch(&c->refs, 1, __ATOMIC_SEQ_CST);
	}
	return c;
}

bool fc_conn_close(struct fc_conn *c)
{
	HANDLE h;

	fx_lock_take(&c->lock);
	h = c->handle;
	c->handle = NULL;
	fx_lock_drop(&c->lock);
	if (h) {
		(void)FaxClose(h);
	}
	return h != NULL;
}

void fc_conn_unref(struct fc_conn *c)
{
	if (c && __atomic_sub_fetch(&c->refs, 1, __ATOMIC_SEQ_CST) == 0) {
		(void)fc_conn_close(c);
		fx_lock_fini(&c->lock);
		(void)fx_free(c);
	}
}

HANDLE fc_conn_handle(struct fc_conn *c)
{
	HANDLE h;

	if (!c) {
		return NULL;
	}
	fx_lock_take(&c->lock);
	h = c->handle;
	fx_lock_drop(&c->lock);
	return h;
}
