/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call of our media on the packet network of the tests, written as a pcap file that others
 * can judge (tests/sip/tshark_test.py). Both directions, as they were sent; no loss.
 *
 * usage: sip_capture pcma|pcmu|none|redundancy|fec|switch|called FILE
 * called: one page of 7 s, for a peer that plays the called side (tests/e2e/sip)
 */
#include <endian.h>
#include <stdio.h>
#include <string.h>
#include "tests/sip/net.h"

#define PORT_A 40000u /* caller */
#define PORT_B 40002u /* callee */

struct capture {
	FILE *f;
	uint64_t n;
};
static struct capture cap;

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

/* Classic pcap, microseconds, link type 101: the packet begins with its IP header. */
static void pcap_begin(const char *path)
{
	const uint32_t head[6] = {0xa1b2c3d4, htole32(0x00040002), 0, 0, 65535, 101};

	cap.f = fopen(path, "wb");
	assert_non_null(cap.f);
	assert_int_equal(fwrite(head, sizeof(head), 1, cap.f), 1);
}

static void pcap_packet(uint64_t at_us, int dir, const uint8_t *p, size_t n)
{
	uint32_t head[4] = {(uint32_t)(1767225600 + at_us / 1000000), (uint32_t)(at_us % 1000000),
			    (uint32_t)n + 28, (uint32_t)n + 28};
	uint8_t ip[28] = {0x45};
	uint32_t sum = 0;

	put16(ip + 2, (uint32_t)n + 28);
	ip[6] = 0x40; /* no fragments, so no identification: repeats are the same octets */
	cap.n++;
	ip[8] = 64;
	ip[9] = 17;
	put32(ip + 12, dir ? 0xC0000202 : 0xC0000201); /* 192.0.2.1 calls 192.0.2.2 */
	put32(ip + 16, dir ? 0xC0000201 : 0xC0000202);
	for (int i = 0; i < 20; i += 2) {
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	}
	sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~(sum + (sum >> 16)) & 0xffff);
	put16(ip + 20, dir ? PORT_B : PORT_A);
	put16(ip + 22, dir ? PORT_A : PORT_B);
	put16(ip + 24, (uint32_t)n + 8); /* checksum 0: none (RFC 768) */
	assert_int_equal(fwrite(head, sizeof(head), 1, cap.f), 1);
	assert_int_equal(fwrite(ip, sizeof(ip), 1, cap.f), 1);
	assert_int_equal(fwrite(p, n, 1, cap.f), 1);
}

static bool on_packet(struct net_end *e, uint8_t *p, size_t *n)
{
	pcap_packet(e->net->now_us, e->dir, p, *n);
	return true;
}

static void speak(struct net *n, const char *how)
{
	struct fx_media_t38 t38 = {.ec = FX_UDPTL_EC_REDUNDANCY, .max_datagram = 1400};

	if (!strcmp(how, "pcma") || !strcmp(how, "pcmu") || !strcmp(how, "switch")) {
		net_audio(n, how[3] == 'u' ? FX_G711_ULAW : FX_G711_ALAW);
		return;
	}
	if (!strcmp(how, "none")) {
		t38.ec = FX_UDPTL_EC_NONE;
	} else if (!strcmp(how, "fec")) {
		t38.ec = FX_UDPTL_EC_FEC;
	}
	net_t38(n, &t38);
}

int main(int argc, char **argv)
{
	const struct fx_media_t38 t38 = {.ec = FX_UDPTL_EC_REDUNDANCY, .max_datagram = 400};
	bool changes = argc == 3 && !strcmp(argv[1], "switch");
	struct net n;

	if (argc != 3) {
		(void)fprintf(stderr, "usage: sip_capture HOW FILE\n");
		return 2;
	}
	pcap_begin(argv[2]);
	if (!strcmp(argv[1], "called")) {
		net_init_rows(&n, 1, 900, 7);
	} else {
		net_init(&n, 2, 7);
	}
	n.a.on_packet = n.b.on_packet = on_packet;
	net_start(&n);
	speak(&n, argv[1]);
	for (int i = 0; changes && i < 200; i++) { /* 4 s: CED and DIS are heard, no page yet */
		net_step(&n);
	}
	if (changes) {
		net_t38(&n, &t38);
	}
	assert_true(net_run(&n, 900));
	net_assert_delivered(&n);
	(void)printf("%llu packets, %.1f s\n", (unsigned long long)cap.n,
		     (double)n.now_us / 1e6);
	net_fini(&n);
	return fclose(cap.f) != 0;
}
