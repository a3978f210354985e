/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One security context of ours on a string, for judges in Python.
 *
 *   auth_driver server TYPE LEVEL USERS-FILE|- KEYTAB|-
 *   auth_driver client TYPE LEVEL HOST USER|- DOMAIN|- PASSWORD|-
 *
 * Lines in: step HEX|-, protect HEAD DATA TAIL, unprotect HEAD DATA TAIL TOKEN (hex, - = nothing),
 * size N, peer. Lines out: a number, then hex or words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rpc/auth/auth.h"

static int64_t now(void *arg)
{
	return INT64_C(1767225600000000);
}

static void unhex(const char *s, struct fx_buf *b)
{
	unsigned v;

	for (; s && *s && *s != '-' && sscanf(s, "%2x", &v) == 1; s += 2) {
		fx_buf_u8(b, (uint8_t)v);
	}
}

static void show(const uint8_t *p, size_t n)
{
	printf(n ? " " : " -");
	for (size_t i = 0; i < n; i++) {
		printf("%02x", p[i]);
	}
}

static void do_step(struct fx_auth *a, const struct fx_buf *in)
{
	struct fx_buf out = {0};
	struct fx_reason why = {0};
	int rc = fx_auth_step(a, in->data, in->len, &out, &why);

	printf("%d", rc);
	if (rc < 0) {
		printf(" %s", why.text);
	} else {
		show(out.data, out.len);
	}
	fx_buf_fini(&out);
}

static void do_pdu(struct fx_auth *a, bool protect, struct fx_buf b[4])
{
	struct fx_auth_pdu p = {.head = b[0].data, .head_len = b[0].len, .data = b[1].data,
				.data_len = b[1].len, .tail = b[2].data, .tail_len = b[2].len};
	size_t n = fx_auth_token_size(a, p.data_len);
	uint8_t token[512] = {0};

	if (protect) {
		printf("%d", n > sizeof(token) ? FX_ELIMIT : fx_auth_protect(a, &p, token, n));
		show(p.data, p.data_len);
		show(token, n);
	} else {
		printf("%d", fx_auth_unprotect(a, &p, b[3].data, b[3].len));
		show(p.data, p.data_len);
	}
}

static void command(struct fx_auth *a, char *line)
{
	char *word = strtok_r(line, " \n", &line), *arg;
	struct fx_buf b[4] = {0};

	for (int i = 0; i < 4 && word && (arg = strtok_r(NULL, " \n", &line)); i++) {
		unhex(arg, &b[i]);
	}
	if (!word) {
		printf("-1 no command");
	} else if (strcmp(word, "step") == 0) {
		do_step(a, &b[0]);
	} else if (strcmp(word, "protect") == 0 || strcmp(word, "unprotect") == 0) {
		do_pdu(a, word[0] == 'p', b);
	} else if (strcmp(word, "size") == 0) {
		printf("%zu", fx_auth_token_size(a, 16));
	} else if (strcmp(word, "peer") == 0) {
		printf("0 %s|%s|%s", a->peer.user, a->peer.domain, a->peer.mech);
	}
	printf("\n");
	(void)fflush(stdout);
	for (int i = 0; i < 4; i++) {
		fx_buf_fini(&b[i]);
	}
}

static const char *text(const char *s)
{
	return strcmp(s, "-") == 0 ? NULL : s;
}

static int open_context(char **argv, struct fx_auth_server **srv, struct fx_auth **a,
			struct fx_reason *why)
{
	unsigned type = (unsigned)strtoul(argv[2], NULL, 10),
		 level = (unsigned)strtoul(argv[3], NULL, 10);
	struct fx_auth_client_prm client = {.type = (enum fx_auth_type)type,
		.level = (enum fx_auth_level)level, .host = text(argv[4]), .user = text(argv[5])};
	struct fx_auth_server_prm server = {.users_file = text(argv[4]), .keytab = text(argv[5]),
		.host = "fax.example.org", .kerberos = text(argv[5]) != NULL, .wall_us = now};
	int err;

	if (strcmp(argv[1], "client") == 0) {
		client.domain = text(argv[6]);
		client.password = text(argv[7]);
		return fx_auth_initiate(&client, a, why);
	}
	err = fx_auth_server_new(&server, srv, why);
	return err ? err : fx_auth_accept(*srv, type, level, a);
}

int main(int argc, char **argv)
{
	static char line[200000];
	struct fx_auth_server *srv = NULL;
	struct fx_auth *a = NULL;
	struct fx_reason why = {0};
	int err = argc > 5 && (argv[1][0] == 's' || argc > 7) ? open_context(argv, &srv, &a, &why) :
		  FX_EINVAL;

	printf("%d %s\n", err, why.text);
	(void)fflush(stdout);
	while (!err && fgets(line, sizeof(line), stdin)) {
		command(a, line);
	}
	(void)fx_auth_free(a);
	(void)fx_auth_server_free(srv);
	return err || fx_mem_live() ? 1 : 0;
}
