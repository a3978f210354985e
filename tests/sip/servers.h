/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/sip/servers.h
 * Small UDP servers on loopback, each with a thread: one that never answers, a registrar, a name
 * server.
 */
#ifndef FX_TESTS_SIP_SERVERS_H
#define FX_TESTS_SIP_SERVERS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/** What the registrar says: 401 to each, 423 below 100 s, 503 to all, nothing. */
enum mode { REG_OK, REG_DENIES, REG_BRIEF, REG_OUT, REG_SILENT };

struct server;
/** @return bytes of the answer in out; 0 = none */
typedef size_t(server_fn)(struct server *s, const char *in, size_t n, char *out, size_t size);
struct server {
	int fd;
	uint16_t port;
	pthread_t thread;
	int stop[2];
	server_fn *answer;
	pthread_mutex_t lock; /**< held while answer() runs */
	enum mode mode;
	unsigned registers, unregisters;
	uint16_t targets[2];  /**< name server: ports of t1 and t2 */
};
void server_open(struct server *s, server_fn *answer); /**< NULL: never answers */
void server_close(struct server *s);
unsigned look_at(struct server *s, const unsigned *counter);
void set_mode(struct server *s, enum mode mode);

size_t registrar(struct server *s, const char *in, size_t n, char *out, size_t size);
/** SRV of any name: t1.two.test (better) and t2; A of any name: 127.0.0.1. */
size_t name_server(struct server *s, const char *in, size_t n, char *out, size_t size);

#endif
