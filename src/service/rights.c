/* SPDX-License-Identifier: Apache-2.0 */
#include "service/rights.h"

#include <stdio.h>
#include <string.h>
#include "base/bytes.h"
#include "base/str.h"

/* Sets first: written as the widest that fits. */
static const struct {
	const char *word, *name;
	uint32_t bits;
} words[] = {
	{"all", "FAX_ALL_ACCESS", FX_RIGHT_ALL},
	{"read", "FAX_READ", FX_RIGHTS_READ},
	{"write", "FAX_WRITE", FX_RIGHTS_WRITE},
	{"job_submit", "FAX_JOB_SUBMIT", FX_RIGHT_JOB_SUBMIT},
	{"job_query", "FAX_JOB_QUERY", FX_RIGHT_JOB_QUERY},
	{"config_query", "FAX_CONFIG_QUERY", FX_RIGHT_CONFIG_QUERY},
	{"config_set", "FAX_CONFIG_SET", FX_RIGHT_CONFIG_SET},
	{"port_query", "FAX_PORT_QUERY", FX_RIGHT_PORT_QUERY},
	{"port_set", "FAX_PORT_SET", FX_RIGHT_PORT_SET},
	{"job_manage", "FAX_JOB_MANAGE", FX_RIGHT_JOB_MANAGE},
	{"delete", "DELETE", FX_RIGHT_DELETE},
	{"read_control", "READ_CONTROL", FX_RIGHT_READ_CONTROL},
	{"write_dac", "WRITE_DAC", FX_RIGHT_WRITE_DAC},
	{"write_owner", "WRITE_OWNER", FX_RIGHT_WRITE_OWNER},
	{"synchronize", "SYNCHRONIZE", FX_RIGHT_SYNCHRONIZE},
	{"all_access", "FAX_ALL_ACCESS", FX_RIGHT_ALL},
	{"none", "no right", 0},
};
#define FIRST_SINGLE 3u
#define AFTER_SINGLE 15u

const char *fx_right_str(uint32_t rights)
{
	if (rights == FX_RIGHT_SYSTEM_SECURITY) {
		return "ACCESS_SYSTEM_SECURITY";
	}
	if (rights == FX_RIGHT_ALL) {
		return words[0].name;
	}
	for (size_t i = FIRST_SINGLE; i < AFTER_SINGLE; i++) {
		if (rights & words[i].bits) {
			return words[i].name;
		}
	}
	return "no right";
}

/* "FAX-JOB-SUBMIT" to "job_submit". @return false when it is too long to be one of ours */
static bool plain(const char *p, size_t n, char dst[32])
{
	if (n >= 32) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		dst[i] = c == '-' ? '_' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	dst[n] = '\0';
	if (!strncmp(dst, "fax_", 4)) {
		memmove(dst, dst + 4, n - 3);
	}
	return true;
}

static bool find(const char *p, size_t n, uint32_t *bits)
{
	char word[32];

	for (size_t i = 0; plain(p, n, word) && i < FX_ARRAY_LEN(words); i++) {
		if (!strcmp(words[i].word, word)) {
			*bits |= words[i].bits;
			return true;
		}
	}
	return false;
}

int fx_rights_parse(const char *text, uint32_t *ret, struct fx_reason *reterr)
{
	uint32_t bits = 0;

	for (const char *p = text + strspn(text, " ,\t"); *p; p += strspn(p, " ,\t")) {
		size_t n = strcspn(p, " ,\t");

		if (!find(p, n, &bits)) {
			return fx_fail(reterr, FX_EINVAL, "there is no right \"%.*s\"",
				       (int)(n < 60 ? n : 60), p);
		}
		p += n;
	}
	*ret = bits;
	return 0;
}

char *fx_rights_str(uint32_t rights, char dst[FX_RIGHTS_TEXT_SIZE])
{
	uint32_t left = rights & FX_RIGHT_ALL;
	size_t n = 0;

	dst[0] = '\0';
	for (size_t i = 0; left && i < AFTER_SINGLE; i++) {
		uint32_t bits = words[i].bits;

		if ((rights & bits) == bits && (left & bits)) {
			n += (size_t)snprintf(dst + n, FX_RIGHTS_TEXT_SIZE - n, "%s%s",
					      n ? " " : "", words[i].word);
			left &= ~bits;
		}
	}
	return n ? dst : fx_strlcpy(dst, "none", FX_RIGHTS_TEXT_SIZE);
}

/* Rights of version 3, and what stands behind each group of them here. */
static const struct {
	uint32_t ours, v3;
	bool any; /* one of them is enough: there are no rights by priority here */
} v3_rows[] = {
	{FX_RIGHT_JOB_SUBMIT, 0x001 | 0x002 | 0x004, true},
	{FX_RIGHT_JOB_QUERY, 0x008 | 0x080, false},         /* QUERY_OUT_JOBS, _ARCHIVES */
	{FX_RIGHT_JOB_MANAGE, 0x010 | 0x100 | 0x200, false}, /* and MANAGE_RECEIVE_FOLDER */
	{FX_RIGHT_CONFIG_QUERY | FX_RIGHT_PORT_QUERY, 0x020, false},
	{FX_RIGHT_CONFIG_SET | FX_RIGHT_PORT_SET, 0x040, false},
};
#define STANDARD 0x1F0000u
#define V3_ALL 0x3FFu

uint32_t fx_rights_to_v3(uint32_t rights)
{
	uint32_t v3 = rights & STANDARD;

	for (size_t i = 0; i < FX_ARRAY_LEN(v3_rows); i++) {
		if ((rights & v3_rows[i].ours) == v3_rows[i].ours) {
			v3 |= v3_rows[i].v3;
		}
	}
	return v3;
}

bool fx_rights_from_v3(uint32_t v3, uint32_t *ret)
{
	static const struct {
		uint32_t generic, v3;
	} generics[] = {{0x80000000u, 0x20}, {0x40000000u, 0x40}, {0x20000000u, 0x01},
			{0x10000000u, V3_ALL | STANDARD}};
	uint32_t ours;

	for (size_t i = 0; i < FX_ARRAY_LEN(generics); i++) {
		v3 |= v3 & generics[i].generic ? generics[i].v3 : 0;
		v3 &= ~generics[i].generic;
	}
	ours = v3 & STANDARD;
	for (size_t i = 0; i < FX_ARRAY_LEN(v3_rows); i++) {
		uint32_t part = v3 & v3_rows[i].v3;

		if (part == v3_rows[i].v3 || (part && v3_rows[i].any)) {
			ours |= v3_rows[i].ours;
		} else if (part) {
			return false;
		}
	}
	*ret = ours;
	return !(v3 & ~(V3_ALL | STANDARD));
}
