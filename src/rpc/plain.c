/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/plain.h"

#include <string.h>

#define AT(door) (1u << FX_DOOR_##door)
#define IS_SERVER_LISTENING (1u << 2)

static const struct fx_rpc_iface all[] = {
	{.name = "fax", .ms = &fx_ms_fax_iface, .doors = AT(UNIX) | AT(TCP)},
	{.name = "caselli", .ms = &fx_ms_caselli_iface, .doors = AT(UNIX) | AT(TCP)},
	/* afa8bd80-7d8a-11c9-bef4-08002b102989 */
	{.name = "mgmt",
	 .syntax = {{0x80, 0xbd, 0xa8, 0xaf, 0x8a, 0x7d, 0xc9, 0x11, 0xbe, 0xf4, 0x08, 0x00, 0x2b,
		     0x10, 0x29, 0x89}, 1, 0},
	 .plain = fx_mgmt_call, .doors = AT(TCP) | AT(MAPPER), .open_ops = IS_SERVER_LISTENING},
	/* e1af8308-5d1f-11c9-91a4-08002b14a0fa; who looks for a service has no user yet */
	{.name = "epm",
	 .syntax = {{0x08, 0x83, 0xaf, 0xe1, 0x1f, 0x5d, 0xc9, 0x11, 0x91, 0xa4, 0x08, 0x00, 0x2b,
		     0x14, 0xa0, 0xfa}, 3, 0},
	 .plain = fx_epm_call, .doors = AT(MAPPER), .open_ops = UINT32_MAX},
};

struct fx_pdu_syntax fx_rpc_iface_syntax(const struct fx_rpc_iface *i)
{
	struct fx_pdu_syntax s = i->syntax;

	if (i->ms) { /* the tables of rpc/msfax say it once for server and clients */
		memcpy(s.uuid, i->ms->uuid.b, sizeof(s.uuid));
		s.major = i->ms->major;
		s.minor = i->ms->minor;
	}
	return s;
}

const struct fx_rpc_iface *fx_rpc_iface_find(enum fx_door door, const struct fx_pdu_syntax *s)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(all); i++) {
		struct fx_pdu_syntax v = fx_rpc_iface_syntax(&all[i]);

		if (all[i].doors & 1u << door && !memcmp(v.uuid, s->uuid, sizeof(v.uuid)) &&
		    v.major == s->major && v.minor >= s->minor) {
			return &all[i];
		}
	}
	return NULL;
}

const struct fx_rpc_iface *fx_rpc_iface_at(enum fx_door door, size_t i)
{
	for (size_t k = 0; k < FX_ARRAY_LEN(all); k++) {
		if (all[k].doors & 1u << door && i-- == 0) {
			return &all[k];
		}
	}
	return NULL;
}
