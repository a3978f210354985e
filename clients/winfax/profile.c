/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/profile.c
 * FaxCompleteJobParams: the sender from the user's own profile, which is the file
 * $XDG_CONFIG_HOME/caselli/profile (~/.config/...) with lines "key = value" (keys:
 * WF_PROFILE_TABLE), and for what it leaves out the account's full name, office and
 * telephones (GECOS field of passwd).
 */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "clients/winfax/winfax_priv.h"

#define LINE_SIZE 1024
#define LINES_MAX 1000

void wf_profile_fini(struct wf_profile *p)
{
#define X(f) (void)fx_free(p->f);
	WF_PROFILE_TABLE(X)
#undef X
	memset(p, 0, sizeof(*p));
}

/* Cuts blanks on both sides, in place. */
static char *trim(char *s)
{
	size_t n;

	while (*s == ' ' || *s == '\t') {
		s++;
	}
	for (n = strlen(s); n > 0 && strchr(" \t\r\n", s[n - 1]); n--) {
		s[n - 1] = 0;
	}
	return s;
}

static int set_field(struct wf_profile *p, const char *key, const char *value)
{
#define X(f)                                                                                       \
	if (fx_str_ieq(key, #f)) {                                                                 \
		return fx_str_replace(&p->f, value);                                               \
	}
	WF_PROFILE_TABLE(X)
#undef X
	return 0; /* unknown keys are of a later version */
}

static int read_file(struct wf_profile *p, FILE *f)
{
	char line[LINE_SIZE];
	int err = 0, n = 0;

	while (!err && n++ < LINES_MAX && fgets(line, sizeof(line), f)) {
		char *key = trim(line), *eq = strchr(key, '=');

		if (*key == '#' || *key == ';' || !eq) {
			continue;
		}
		*eq = 0;
		err = set_field(p, trim(key), trim(eq + 1));
	}
	return err;
}

/* A part of the account's field, where the file said nothing. */
static int from_account(char **dst, char **rest, const char *login)
{
	char *part = *rest ? strsep(rest, ",") : NULL, buf[256];
	const char *amp = part && login ? strchr(part, '&') : NULL;

	if (*dst || !part || !*part) {
		return 0;
	}
	if (amp) { /* by custom '&' is the login name, capitalised */
		(void)snprintf(buf, sizeof(buf), "%.*s%c%s%s", (int)(amp - part), part,
			       login[0] >= 'a' && login[0] <= 'z' ? login[0] - 32 : login[0],
			       login[0] ? login + 1 : "", amp + 1);
		part = buf;
	}
	return fx_utf8_valid(part, strlen(part)) ? fx_str_replace(dst, part) : 0;
}

static int read_account(struct wf_profile *p)
{
	struct passwd pw, *found = NULL;
	char buf[4096], *rest;
	int err;

	if (getpwuid_r(geteuid(), &pw, buf, sizeof(buf), &found) || !found) {
		return 0;
	}
	rest = pw.pw_gecos;
	err = from_account(&p->name, &rest, pw.pw_name);
	err = err ? err : from_account(&p->office, &rest, NULL);
	err = err ? err : from_account(&p->office_phone, &rest, NULL);
	err = err ? err : from_account(&p->home_phone, &rest, NULL);
	return err || p->name ? err : fx_str_replace(&p->name, pw.pw_name);
}

static char *profile_path(void)
{
	const char *dir = getenv("XDG_CONFIG_HOME");

	if (dir && dir[0] == '/') {
		return fx_asprintf("%s/caselli/profile", dir);
	}
	dir = getenv("HOME");
	return fx_asprintf("%s/.config/caselli/profile", dir && dir[0] ? dir : "/");
}

int wf_profile_load(struct wf_profile *p)
{
	fx_auto char *path = profile_path();
	FILE *f;
	int err = 0;

	memset(p, 0, sizeof(*p));
	if (!path) {
		return FX_ENOMEM;
	}
	f = fopen(path, "re");
	if (f) {
		err = read_file(p, f);
		(void)fclose(f);
	}
	if (!err) {
		err = read_account(p);
	}
	if (err) {
		wf_profile_fini(p);
	}
	return err;
}

static BOOL complete(enum fx_text_form form, void **params, void **cover)
{
	struct wf_profile p;
	FAX_JOB_PARAMA jp = {.SizeOfStruct = sizeof(jp)};
	FAX_COVERPAGE_INFOA cp = {.SizeOfStruct = sizeof(cp)};
	void *a, *b;

	if (!params || !cover) {
		return wf_fail(ERROR_INVALID_PARAMETER, "JobParams or CoverpageInfo is NULL.");
	}
	if (wf_profile_load(&p)) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	jp.Tsid = p.tsid;
	jp.SenderName = cp.SdrName = p.name;
	jp.SenderCompany = cp.SdrCompany = p.company;
	jp.SenderDept = cp.SdrDepartment = p.department;
	jp.BillingCode = p.billing_code;
	cp.SdrFaxNumber = p.fax_number;
	cp.SdrAddress = p.address;
	cp.SdrTitle = p.title;
	cp.SdrOfficeLocation = p.office;
	cp.SdrHomePhone = p.home_phone;
	cp.SdrOfficePhone = p.office_phone;
	a = wf_pack(&wf_param_shape, &jp, 1, FX_TEXT_UTF8, form, false);
	b = wf_pack(&wf_cover_shape, &cp, 1, FX_TEXT_UTF8, form, false);
	wf_profile_fini(&p);
	if (!a || !b) {
		FaxFreeBuffer(a);
		FaxFreeBuffer(b);
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	*params = a;
	*cover = b;
	return TRUE;
}

BOOL FaxCompleteJobParamsA(PFAX_JOB_PARAMA *JobParams, PFAX_COVERPAGE_INFOA *CoverpageInfo)
{
	return complete(FX_TEXT_UTF8, (void **)JobParams, (void **)CoverpageInfo);
}

BOOL FaxCompleteJobParamsW(PFAX_JOB_PARAMW *JobParams, PFAX_COVERPAGE_INFOW *CoverpageInfo)
{
	return complete(FX_TEXT_UTF16, (void **)JobParams, (void **)CoverpageInfo);
}
