/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/profile.c
 * FaxCompleteJobParams: the sender from the user's own profile, which is the file
 * $XDG_CONFIG_HOME/caselli/profile (~/.config/..., on Windows %APPDATA%\Caselli\profile) with
 * lines "key = value" in UTF-8 (keys: WF_PROFILE_TABLE), and for what it leaves out the account.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "clients/common/files.h"
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

int wf_profile_load(struct wf_profile *p)
{
	fx_auto char *folder = fx_user_folder(FX_USER_CONFIG);
	fx_auto char *path = folder ? fx_asprintf("%s/profile", folder) : NULL;
	FILE *f = NULL;
	int err = 0, fd;

	memset(p, 0, sizeof(*p));
	if (!path) {
		return FX_ENOMEM;
	}
	fd = fx_file_open(path);
	if (fd >= 0) {
		f = fdopen(fd, "rb");
	}
	if (f) {
		err = read_file(p, f);
		(void)fclose(f);
	} else if (fd >= 0) {
		(void)close(fd);
	}
	if (!err) {
		err = wf_profile_account(p);
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

BOOL WINAPI FaxCompleteJobParamsA(PFAX_JOB_PARAMA *JobParams, PFAX_COVERPAGE_INFOA *CoverpageInfo)
{
	return complete(WF_TEXT_A, (void **)JobParams, (void **)CoverpageInfo);
}

BOOL WINAPI FaxCompleteJobParamsW(PFAX_JOB_PARAMW *JobParams, PFAX_COVERPAGE_INFOW *CoverpageInfo)
{
	return complete(FX_TEXT_UTF16, (void **)JobParams, (void **)CoverpageInfo);
}
