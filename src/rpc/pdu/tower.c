/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/pdu/tower.h"

#include <string.h>

#define FLOORS_MAX 16u
/* protocol identifiers, C706 appendix I */
#define PROTO_UUID 0x0D
#define PROTO_RPC_CO 0x0B
#define PROTO_TCP 0x07
#define PROTO_IP 0x09

struct floor {
	const uint8_t *left, *right;
	size_t left_len, right_len;
};

static struct floor get_floor(struct fx_rd *r)
{
	struct floor f = {0};

	f.left_len = fx_rd_u16(r);
	f.left = fx_rd_bytes(r, f.left_len);
	f.right_len = fx_rd_u16(r);
	f.right = fx_rd_bytes(r, f.right_len);
	return f;
}

/* Floors 1 and 2: 0D, UUID, major on the left, minor on the right. */
static int get_syntax(const struct floor *f, struct fx_pdu_syntax *ret)
{
	struct fx_rd l = fx_rd_init(f->left, f->left_len), r = fx_rd_init(f->right, f->right_len);
	const uint8_t *uuid;

	if (fx_rd_u8(&l) != PROTO_UUID) {
		return FX_EPROTO;
	}
	uuid = fx_rd_bytes(&l, 16);
	if (uuid) {
		memcpy(ret->uuid, uuid, 16);
	}
	ret->major = fx_rd_u16(&l);
	ret->minor = fx_rd_u16(&r);
	return l.err || r.err ? FX_EPROTO : 0;
}

static bool is_proto(const struct floor *f, uint8_t proto, size_t right_len)
{
	return f->left_len == 1 && f->left[0] == proto && f->right_len >= right_len;
}

int fx_tower_get(const void *p, size_t len, struct fx_tower *ret)
{
	struct fx_rd r = fx_rd_init(p, len);
	struct floor f[FLOORS_MAX] = {{0}};
	struct fx_tower t = {0};
	unsigned n, i;

	if (len > FX_TOWER_MAX) {
		return FX_ELIMIT;
	}
	n = fx_rd_u16(&r);
	if (r.err || n < 2 || n > FLOORS_MAX) {
		return r.err ? r.err : FX_EPROTO;
	}
	for (i = 0; i < n && !r.err; i++) {
		f[i] = get_floor(&r);
	}
	if (r.err) {
		return r.err;
	}
	if (get_syntax(&f[0], &t.iface) || get_syntax(&f[1], &t.transfer)) {
		return FX_EPROTO;
	}
	t.tcp = n == 5 && is_proto(&f[2], PROTO_RPC_CO, 0) && is_proto(&f[3], PROTO_TCP, 2) &&
		is_proto(&f[4], PROTO_IP, 4);
	if (t.tcp) {
		t.port = (uint16_t)(f[3].right[0] << 8 | f[3].right[1]);
		memcpy(t.ip, f[4].right, 4);
	}
	*ret = t;
	return 0;
}

static void put_syntax(struct fx_buf *b, const struct fx_pdu_syntax *s)
{
	fx_buf_u16(b, 19);
	fx_buf_u8(b, PROTO_UUID);
	fx_buf_put(b, s->uuid, 16);
	fx_buf_u16(b, s->major);
	fx_buf_u16(b, 2);
	fx_buf_u16(b, s->minor);
}

void fx_tower_put(struct fx_buf *b, const struct fx_tower *t)
{
	fx_buf_u16(b, 5);
	put_syntax(b, &t->iface);
	put_syntax(b, &t->transfer);
	fx_buf_u16(b, 1);
	fx_buf_u8(b, PROTO_RPC_CO);
	fx_buf_u16(b, 2);
	fx_buf_u16(b, 0);
	fx_buf_u16(b, 1);
	fx_buf_u8(b, PROTO_TCP);
	fx_buf_u16(b, 2);
	/* the one number here that is big-endian */
	fx_buf_u8(b, (uint8_t)(t->port >> 8));
	fx_buf_u8(b, (uint8_t)t->port);
	fx_buf_u16(b, 1);
	fx_buf_u8(b, PROTO_IP);
	fx_buf_u16(b, 4);
	fx_buf_put(b, t->ip, 4);
}
