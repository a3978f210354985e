/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data of routing extensions, kept in the store as small texts:
 *   ext.PORT.GUID   bytes in hexadecimal; PORT 0 belongs to no port
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "route/method.h"
#include "service/general.h"
#include "service/routing.h"
#include "service/service_priv.h"

#define KEY_SIZE (24 + FX_GUID_SIZE)

static void make_key(char key[KEY_SIZE], uint32_t device_id, const char *guid)
{
	size_t n = (size_t)snprintf(key, KEY_SIZE, "ext.%u.", device_id);

	for (; *guid && n + 1 < KEY_SIZE; guid++) {
		key[n++] = (char)tolower((unsigned char)*guid);
	}
	key[n] = '\0';
}

/* @param ret  The method whose data it is, NULL = nobody's of ours */
static int find(struct fx_service *s, uint32_t device_id, const char *guid,
		struct fx_route_method **ret)
{
	if (!fx_guid_valid(guid)) {
		return FX_EINVAL;
	}
	if (device_id && !fx_ports_find(s->ports, device_id)) {
		return FX_ENODEV;
	}
	*ret = device_id ? fx_route_find_method(s->route, guid) : NULL;
	return 0;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* @return bytes, the caller's; NULL = damaged, or no memory */
static uint8_t *from_hex(const char *hex, size_t *ret_n)
{
	size_t n = strlen(hex) / 2;
	uint8_t *p = strlen(hex) % 2 ? NULL : fx_zalloc(n ? n : 1);

	for (size_t i = 0; p && i < n; i++) {
		int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);

		if (high < 0 || low < 0) {
			return fx_free(p);
		}
		p[i] = (uint8_t)(high << 4 | low);
	}
	*ret_n = n;
	return p;
}

static char *to_hex(const uint8_t *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *hex = fx_zalloc(2 * n + 1);

	for (size_t i = 0; hex && i < n; i++) {
		hex[2 * i] = digits[p[i] >> 4];
		hex[2 * i + 1] = digits[p[i] & 15];
	}
	return hex;
}

int fx_service_ext_data(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
			const char *guid, fx_service_ext_data_fn *done, void *arg)
{
	struct fx_route_method *m = NULL;
	fx_auto char *hex = NULL;
	uint8_t *p = NULL;
	char key[KEY_SIZE];
	size_t n = 0;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "reading data of an extension");

	FX_ON_LOOP(s->loop);
	err = err ? err : find(s, device_id, guid, &m);
	if (err) {
		return err;
	}
	if (m) {
		return fx_service_routing_data(s, c, device_id, guid, done, arg);
	}
	make_key(key, device_id, guid);
	err = fx_store_get_meta(s->store, key, &hex);
	if (!err) {
		p = from_hex(hex, &n);
		err = p ? 0 : FX_ECORRUPT;
	}
	done(arg, err, p, n);
	(void)fx_free(p);
	return 0;
}

int fx_service_set_ext_data(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
			    const char *guid, const uint8_t *p, size_t n, fx_service_done_fn *done,
			    void *arg)
{
	struct fx_route_method *m = NULL;
	fx_auto char *hex = NULL;
	struct fx_pending *w;
	struct fx_group *g;
	char key[KEY_SIZE];
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_SET, false, "changing data of an extension");

	FX_ON_LOOP(s->loop);
	err = err ? err : find(s, device_id, guid, &m);
	if (err) {
		return err;
	}
	if (m) {
		return fx_service_set_routing_data(s, c, device_id, guid, p, n, done, arg, NULL);
	}
	if (n > FX_EXT_DATA_MAX) {
		return FX_ELIMIT;
	}
	hex = n ? to_hex(p, n) : NULL;
	w = n && !hex ? NULL : fx_pending_new(s, done, arg);
	if (!w) {
		return FX_ENOMEM;
	}
	make_key(key, device_id, guid);
	g = fx_group_new(s->journal);
	fx_group_put_meta(g, key, hex);
	err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, fx_pending_done, w);
	if (err) {
		fx_pending_free(w);
	}
	return err;
}
