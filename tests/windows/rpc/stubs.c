/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each method of the fax interface with a good call and a bad one.
 *
 * usage: stubs ADDRESS PORT|- LEVEL USER PASSWORD OWNER|OTHER FOLDER
 *   PORT -: it is asked of the endpoint mapper. LEVEL: 5 integrity, 6 privacy.
 *   The users "poor", who may submit and no more, and "nemo", who has no right, have the same
 *   password.
 */
#include "stubs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void *fault_jump[5];
struct out o;
struct world w;
static volatile DWORD fault_code, calling_thread;
static unsigned good[FAX_METHODS], bad[FAX_METHODS];
static int failed;

void *__RPC_USER MIDL_user_allocate(SIZE_T n)
{
	return malloc(n ? n : 1);
}

void __RPC_USER MIDL_user_free(void *p)
{
	free(p);
}

/* ---- calls ---- */

static void jump_back(void)
{
	__builtin_longjmp(fault_jump, 1);
}

/* rpcrt4 raises faults as exceptions, which gcc cannot catch: go on where the call began. */
static LONG CALLBACK on_exception(EXCEPTION_POINTERS *e)
{
	if (GetCurrentThreadId() != calling_thread) {
		return EXCEPTION_CONTINUE_SEARCH;
	}
	fault_code = e->ExceptionRecord->ExceptionCode;
	e->ContextRecord->Rsp = (e->ContextRecord->Rsp & ~(DWORD64)15) - 40;
	e->ContextRecord->Rip = (DWORD64)(uintptr_t)jump_back;
	return EXCEPTION_CONTINUE_EXECUTION;
}

void begin_call(unsigned op)
{
	(void)op;
	calling_thread = GetCurrentThreadId();
}

uint64_t end_call(uint32_t status)
{
	calling_thread = 0;
	return status;
}

uint64_t end_fault(void)
{
	calling_thread = 0;
	return FAULT(fault_code);
}

void verdict(unsigned op, bool is_good, uint64_t want, uint64_t got, int line)
{
	if (want != got) {
		failed++;
		printf("line %d: opnum %u: %s%u, not %s%u\n", line, op,
		       got >> 32 ? "fault " : "", (unsigned)got, want >> 32 ? "fault " : "",
		       (unsigned)want);
	} else {
		(is_good ? good : bad)[op]++;
	}
}

void check(bool ok, const char *what, int line)
{
	if (!ok) {
		failed++;
		printf("line %d: %s\n", line, what);
	}
}

/* ---- answers ---- */

struct out *fresh(void)
{
	MIDL_user_free(o.p);
	memset(&o, 0, sizeof(o));
	return &o;
}

uint64_t u64(ULONG at)
{
	uint64_t v = 0;

	check(at <= o.n && o.n - at >= 8, "8 bytes are there", (int)at);
	if (at <= o.n && o.n - at >= 8) {
		memcpy(&v, o.p + at, 8);
	}
	return v;
}

uint32_t u32(ULONG at)
{
	uint32_t v = 0;

	check(at <= o.n && o.n - at >= 4, "4 bytes are there", (int)at);
	if (at <= o.n && o.n - at >= 4) {
		memcpy(&v, o.p + at, 4);
	}
	return v;
}

const wchar_t *text(ULONG at)
{
	ULONG from = u32(at);

	for (ULONG i = from; from && i + 2 <= o.n; i += 2) {
		if (!o.p[i] && !o.p[i + 1]) {
			return (const wchar_t *)(o.p + from);
		}
	}
	check(!from, "a text ends within the buffer", (int)at);
	return L"";
}

bool is(ULONG at, const wchar_t *want)
{
	const wchar_t *got = text(at);

	if (wcscmp(got, want)) {
		printf("\"%ls\", not \"%ls\"\n", got, want);
	}
	return !wcscmp(got, want);
}

bool own(const wchar_t *name)
{
	const wchar_t *plain = wcsrchr(name, L'\\');
	wchar_t me[64];

	(void)swprintf(me, 64, L"%hs", w.user);
	return !wcscmp(plain ? plain + 1 : name, me);
}

/* ---- connecting ---- */

/* The identity must stay as long as the binding, its texts too: as many as there are users. (Wine
 * tells users apart by the address.) */
static unsigned short *keep(const char *text, unsigned long *ret_len)
{
	int n = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
	wchar_t *wide = malloc(sizeof(*wide) * (size_t)n);

	(void)MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, n);
	*ret_len = (unsigned long)n - 1;
	return wide;
}

static handle_t bind_as(char **argv, const char *user)
{
	RPC_CSTR text = NULL, endpoint = (RPC_CSTR)(strcmp(argv[2], "-") ? argv[2] : NULL);
	SEC_WINNT_AUTH_IDENTITY_W *who = calloc(1, sizeof(*who));
	handle_t h = NULL;
	RPC_STATUS rc = RpcStringBindingComposeA(NULL, (RPC_CSTR) "ncacn_ip_tcp", (RPC_CSTR)argv[1],
						 endpoint, NULL, &text);

	who->Flags = SEC_WINNT_AUTH_IDENTITY_UNICODE;
	who->User = keep(user, &who->UserLength);
	who->Domain = keep("", &who->DomainLength);
	who->Password = keep(argv[5], &who->PasswordLength);
	rc = rc ? rc : RpcBindingFromStringBindingA(text, &h);
	rc = rc ? rc : RpcBindingSetAuthInfoExW(h, (RPC_WSTR)L"host/fax", (ULONG)atoi(argv[3]),
						RPC_C_AUTHN_WINNT, who, 0, NULL);
	if (rc) {
		printf("binding as %s: error %ld\n", user, (long)rc);
		ExitProcess(3);
	}
	(void)RpcStringFreeA(&text);
	return h;
}

static void first_words(void)
{
	FAX_SVC_HANDLE svc = NULL;
	ULONG version = 0, share;

	GOOD(80, FAX_ConnectFaxServer(w.rich, 0x30000, &version, &svc));
	CHECK(svc && version == 0x30000);
	NEMO(80, FAX_ConnectFaxServer(w.nemo, 0x30000, &version, &svc));
	if (failed) {
		ExitProcess(4); /* nothing else will do */
	}
	svc = NULL;
	GOOD(1, FAX_ConnectionRefCount(w.rich, &svc, 1, &share));
}

/* ---- the rows ---- */

static void run(const struct row *rows, bool *seen)
{
	for (const struct row *r = rows; r->name; r++) {
		int before = failed;

		if (r->run) {
			r->run();
		}
		seen[r->op] = true;
		if (failed != before) {
			printf("... opnum %u, %s\n", r->op, r->name);
		}
	}
}

static unsigned count_methods(const bool *seen)
{
	unsigned n = 0;

	for (unsigned op = 0; op < FAX_METHODS; op++) {
		if (!seen[op] || !good[op] || !bad[op]) {
			failed++;
			printf("opnum %u: %u good calls, %u bad ones%s\n", op, good[op], bad[op],
			       seen[op] ? "" : ", no row");
		} else {
			n += op != 79;
		}
	}
	return n;
}

int main(int argc, char **argv)
{
	bool seen[FAX_METHODS] = {false};
	unsigned n;

	(void)setvbuf(stdout, NULL, _IONBF, 0);
	if (argc != 8) {
		printf("stubs ADDRESS PORT|- LEVEL USER PASSWORD OWNER|OTHER FOLDER\n");
		return 2;
	}
	(void)AddVectoredExceptionHandler(1, on_exception);
	w.user = argv[4];
	w.owner = !strcmp(argv[6], "OWNER");
	w.folder = argv[7];
	w.rich = bind_as(argv, argv[4]);
	w.poor = bind_as(argv, "poor");
	w.nemo = bind_as(argv, "nemo");
	first_words();
	run(event_rows, seen);
	run(port_rows, seen);
	run(job_rows, seen);
	run(config_rows, seen);
	run(outbound_rows, seen);
	run(message_rows, seen);
	run(account_rows, seen);
	n = count_methods(seen);
	printf("%u methods\n", n);
	if (!failed) {
		printf("END\n");
	}
	return failed != 0;
}
