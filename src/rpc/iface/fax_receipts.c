/* SPDX-License-Identifier: Apache-2.0 */
/* The mail server of receipts and the activity log: opnums 34, 35, 43, 44 (ms-fax.md 9.7). */
#include "rpc/iface/iface.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "rpc/iface/convert.h"
#include "service/general.h"

uint32_t fx_fax_get_receipts(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_ms_receipts_config w;
	struct fx_receipts r;
	int err = fx_service_receipts(a->env->service, &a->caller, &r);

	if (err) {
		return fx_win32(err);
	}
	w = (struct fx_ms_receipts_config){
		.allowed = r.receipts ? FX_MS_DRT_EMAIL : 0, .auth = (uint32_t)r.auth,
		.server = fx_wire_text(r.server), .port = r.port, .from = fx_wire_text(r.from),
		.user = fx_wire_text(r.user), .for_routing = r.routing,
	};
	return fx_icall_array(call, 0, &fx_ms_receipts_config_layout, &w, 1);
}

/* A password that is not given is the one that is kept, but only for the same login. */
static bool is_same_login(const struct fx_ms_receipts_config *w, const struct fx_config *c)
{
	return c->mail_set && w->port == c->mail_port &&
	       fx_str_ieq(fx_text(w->server.u8), fx_text(c->mail_server)) &&
	       !strcmp(fx_text(w->user.u8), fx_text(c->mail_user));
}

static int put_receipts(void *arg, struct fx_config *c)
{
	const struct fx_ms_receipts_config *w = arg;
	bool keep = !w->password.u8 && is_same_login(w, c);
	int err = 0;

	/* nothing at all: the settings file's server again (decision 0640) */
	c->mail_set = w->allowed || w->for_routing || *fx_text(w->server.u8);
	c->mail_receipts = w->allowed & FX_MS_DRT_EMAIL;
	c->mail_routing = w->for_routing != 0;
	c->mail_auth = c->mail_set ? w->auth : FX_MAIL_ANONYMOUS;
	c->mail_port = w->port;
	if (c->mail_auth == FX_MAIL_ANONYMOUS) {
		err = fx_str_replace(&c->mail_password, NULL);
	} else if (!keep) {
		err = fx_str_replace(&c->mail_password, w->password.u8);
	}
	err = err ? err : fx_str_replace(&c->mail_server, w->server.u8);
	err = err ? err : fx_str_replace(&c->mail_from, w->from.u8);
	return err ? err : fx_str_replace(&c->mail_user, w->user.u8);
}

/* One word that can stand in an address of a server. */
static bool is_host(const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c <= 0x20 || c >= 0x7f || strchr("/@#?\\", c)) {
			return false;
		}
	}
	return true;
}

uint32_t fx_fax_set_receipts(struct fx_icall *call)
{
	const struct fx_ms_receipts_config *w = call->in[0].p;
	const struct fx_assoc *a = call->assoc;
	uint32_t code = fx_win32(fx_service_check(&a->caller, FX_RIGHT_CONFIG_SET,
						  "changing the mail server"));

	if (code) {
		return code;
	}
	if (w->allowed & ~(FX_MS_DRT_EMAIL | FX_MS_DRT_MSGBOX)) {
		return FX_W_INVALID_PARAMETER;
	}
	if (w->allowed & FX_MS_DRT_MSGBOX) {
		return FX_W_NOT_SUPPORTED; /* no screen of ours where it could be shown */
	}
	if (w->auth >= FX_MAIL_AUTHS || !is_host(fx_text(w->server.u8)) ||
	    (*fx_text(w->from.u8) && !fx_service_report_address_good(w->from.u8))) {
		return FX_W_INVALID_PARAMETER;
	}
	return fx_icall_change_config(call, put_receipts, w);
}

uint32_t fx_fax_get_activity_log(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_ms_activity_config w;
	const char *dir = NULL;
	struct fx_config c;
	int err = fx_service_activity_dir(a->env->service, &a->caller, &dir);

	err = err ? err : fx_service_config(a->env->service, &a->caller, &c);
	if (err) {
		return fx_win32(err);
	}
	w = (struct fx_ms_activity_config){.incoming = c.log_incoming, .outgoing = c.log_outgoing,
					   .path = fx_wire_text(dir)};
	fx_config_fini(&c);
	return fx_icall_array(call, 0, &fx_ms_activity_config_layout, &w, 1);
}

struct log_change {
	const struct fx_ms_activity_config *w;
	const char *path; /* NULL = the service's own choice */
};

static int put_activity(void *arg, struct fx_config *c)
{
	const struct log_change *ch = arg;

	c->log_incoming = ch->w->incoming != 0;
	c->log_outgoing = ch->w->outgoing != 0;
	return fx_str_replace(&c->activity_dir, ch->path);
}

/* The codes of 44 (ms-fax.md 7.1). */
static uint32_t log_code(int err)
{
	switch (err) {
	case FX_EACCES:
		return FX_W_FAX_FILE_ACCESS_DENIED;
	case FX_EOVERFLOW:
		return FX_W_BUFFER_OVERFLOW;
	case FX_ENOENT:
	case FX_ENODEV:
	case FX_EBUSY:
		return FX_W_INVALID_PARAMETER;
	default:
		return fx_win32(err);
	}
}

static size_t units(const char *utf8)
{
	size_t n = 0;

	for (; *utf8; utf8++) {
		n += ((unsigned char)*utf8 & 0xC0) != 0x80;
	}
	return n;
}

uint32_t fx_fax_set_activity_log(struct fx_icall *call)
{
	const struct fx_ms_activity_config *w = call->in[0].p;
	const struct fx_assoc *a = call->assoc;
	const char *own = NULL;
	struct log_change ch = {w, w->path.u8 && *w->path.u8 ? w->path.u8 : NULL};
	struct fx_config c;
	bool same;
	int err;

	err = fx_service_check(&a->caller, FX_RIGHT_CONFIG_SET, "changing the activity log");
	if (err) {
		return fx_win32(err);
	}
	if (!ch.path) {
		/* nowhere to write is fine as long as nothing is written */
		return w->incoming || w->outgoing ? FX_W_INVALID_PARAMETER :
						    fx_icall_change_config(call, put_activity, &ch);
	}
	if (units(ch.path) > FX_CONFIG_ACTIVITY_MAX) {
		return FX_W_BUFFER_OVERFLOW;
	}
	/* what was read may be written back: the service's own folder is not there at first */
	err = fx_service_activity_dir(a->env->service, &a->caller, &own);
	same = !err && !strcmp(own, ch.path);
	if (same && !fx_service_config(a->env->service, &a->caller, &c)) {
		ch.path = *fx_text(c.activity_dir) ? ch.path : NULL;
		fx_config_fini(&c);
		return fx_icall_change_config(call, put_activity, &ch);
	}
	err = fx_service_check_folder(a->env->service, &a->caller, ch.path);
	return err ? log_code(err) : fx_icall_change_config(call, put_activity, &ch);
}
