/* SPDX-License-Identifier: Apache-2.0 */
/* service/general.h of the fake service: one folder that may be written, one text of data. */
#include "fake_service.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/route_rules.h"
#include "service/general.h"

#define MAY(c, right)                                                                              \
	if (!fx_service_has(c, right)) {                                                           \
		return FX_EACCES;                                                                  \
	}

struct later {
	fx_service_done_fn *done;
	fx_route_printers_fn *printers;
	void *arg;
};

static void on_later(void *arg)
{
	static const struct fx_printer lp = {.name = "lp", .server = "print.example.org",
					     .driver = "Generic"};
	struct later *l = arg;

	if (l->printers) {
		l->printers(l->arg, 0, &lp, 1);
	} else {
		l->done(l->arg, 0, NULL);
	}
	(void)fx_free(l);
}

static int later(struct fx_service *s, struct later l)
{
	struct later *copy = fx_memdup(&l, sizeof(l));

	FX_ASSERT(copy);
	fx_loop_post(s->loop, on_later, copy);
	return 0;
}

int fx_service_set_port_ex(struct fx_service *s, const struct fx_caller *c,
			   const struct fx_port_info *info, fx_service_done_fn *done, void *arg,
			   struct fx_reason *reterr)
{
	struct fx_port_info *p;

	(void)reterr;
	MAY(c, FX_RIGHT_PORT_SET)
	if (info->device_id > s->n_ports) {
		return FX_ENODEV;
	}
	p = &s->ports[info->device_id - 1];
	if (info->rings > 99 || (info->manual_answer && p->is_virtual)) {
		return FX_EINVAL;
	}
	p->send = info->send;
	p->receive = info->receive;
	p->rings = info->rings;
	memcpy(p->tsid, info->tsid, sizeof(p->tsid));
	memcpy(p->csid, info->csid, sizeof(p->csid));
	memcpy(p->description, info->description, sizeof(p->description));
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_check_folder(struct fx_service *s, const struct fx_caller *c, const char *path)
{
	(void)s;
	MAY(c, FX_RIGHT_CONFIG_SET)
	return !strcmp(path, "/good") ? 0 : !strcmp(path, "/ours") ? FX_EBUSY :
	       !strcmp(path, "/closed") ? FX_EACCES : !strcmp(path, "/no/way") ? FX_ENODEV :
	       strlen(path) > FX_CONFIG_PATH_MAX ? FX_EOVERFLOW : *path != '/' ? FX_EINVAL :
								   FX_ENOENT;
}

int fx_service_receipts(struct fx_service *s, const struct fx_caller *c, struct fx_receipts *ret)
{
	const struct fx_config *k = &s->config;

	MAY(c, FX_RIGHT_CONFIG_QUERY)
	*ret = (struct fx_receipts){
		.from_file = !k->mail_set, .receipts = k->mail_receipts,
		.routing = k->mail_routing, .auth = (enum fx_mail_auth)k->mail_auth,
		.server = k->mail_server, .port = k->mail_set ? k->mail_port : 25,
		.from = k->mail_from, .user = k->mail_user,
	};
	return 0;
}

bool fx_service_incoming_public(const struct fx_service *s)
{
	return s->config.incoming_public;
}

int fx_service_archive_size(struct fx_service *s, const struct fx_caller *c, uint64_t *ret)
{
	(void)s;
	MAY(c, FX_RIGHT_CONFIG_QUERY)
	*ret = UINT64_C(0x123456789);
	return 0;
}

int fx_service_refresh_archive(struct fx_service *s, const struct fx_caller *c)
{
	MAY(c, FX_RIGHT_CONFIG_SET)
	s->refreshed++;
	return 0;
}

int fx_service_activity_dir(struct fx_service *s, const struct fx_caller *c, const char **ret)
{
	MAY(c, FX_RIGHT_CONFIG_QUERY)
	*ret = s->config.activity_dir ? s->config.activity_dir : "/own";
	return 0;
}

int fx_service_printers(struct fx_service *s, const struct fx_caller *c,
			fx_route_printers_fn *done, void *arg)
{
	MAY(c, FX_RIGHT_CONFIG_QUERY)
	return later(s, (struct later){.printers = done, .arg = arg});
}

static int find(const struct fx_service *s, uint32_t device_id, const char *guid)
{
	return !fx_guid_valid(guid) ? FX_EINVAL : device_id > s->n_ports ? FX_ENODEV : 0;
}

int fx_service_ext_data(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
			const char *guid, fx_service_ext_data_fn *done, void *arg)
{
	int err = find(s, device_id, guid);

	MAY(c, FX_RIGHT_CONFIG_QUERY)
	if (!err) {
		done(arg, s->ext_n ? 0 : FX_ENOENT, s->ext_data, s->ext_n);
	}
	return err;
}

int fx_service_set_ext_data(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
			    const char *guid, const uint8_t *p, size_t n, fx_service_done_fn *done,
			    void *arg)
{
	int err = find(s, device_id, guid);

	MAY(c, FX_RIGHT_CONFIG_SET)
	if (!err && n > sizeof(s->ext_data)) {
		err = FX_ELIMIT;
	}
	if (err) {
		return err;
	}
	if (n) {
		memcpy(s->ext_data, p, n);
	}
	s->ext_n = n;
	return later(s, (struct later){.done = done, .arg = arg});
}
