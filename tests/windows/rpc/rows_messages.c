/* SPDX-License-Identifier: Apache-2.0 */
/* Messages and accounts: opnums 63 to 67, 69, 71, 89 to 91, 93 to 96, 102, 103. */
#include "stubs.h"

#include <string.h>
#include <wchar.h>

#define NO_MESSAGE 0x123456789abc

static void enumeration(void)
{
	FAX_ENUM_HANDLE e = NULL;
	ULONG level = 0;

	GOOD(63, FAX_StartMessagesEnum(w.rich, FOLDER_SENT, &e));
	BAD(63, ERROR_INVALID_PARAMETER, FAX_StartMessagesEnum(w.rich, FOLDER_QUEUE, &w.any));
	BAD(65, ERROR_INVALID_PARAMETER, FAX_EnumMessages(e, 0, BUFN));
	GOOD(65, FAX_EnumMessages(e, 1, BUFN));
	CHECK(o.count == 1 && u32(0) == 176 && u64(8) == w.sent[0] && u32(24) == 2 &&
	      u32(44) == 1 && is(48, L"102") && own(text(72)));
	GOOD(65, FAX_EnumMessages(e, 100, BUFN));
	CHECK(o.count == 1 && u64(8) == w.sent[1]);
	BAD(65, ERROR_NO_MORE_ITEMS, FAX_EnumMessages(e, 100, BUFN));
	GOOD(64, FAX_EndMessagesEnum(&e));
	CHECK(!e);
	BAD(64, CONTEXT_MISMATCH, FAX_EndMessagesEnum((FAX_ENUM_HANDLE *)&w.port));
	GOOD(90, FAX_StartMessagesEnumEx(w.rich, TRUE, NULL, FOLDER_INBOX, 1, &e));
	BAD(90, ERROR_INVALID_PARAMETER,
	    FAX_StartMessagesEnumEx(w.rich, TRUE, NULL, FOLDER_INBOX, 2, &w.any));
	GOOD(91, FAX_EnumMessagesEx(e, 100, BUFN, &level));
	CHECK(level == 1 && o.count == 2 && u32(0) == 192 && u32(24) == 4 && u32(188) == 0);
	w.received[0] = u64(8);
	w.received[1] = u64(192 + 8);
	BAD(91, ERROR_NO_MORE_ITEMS, FAX_EnumMessagesEx(e, 100, BUFN, &level));
	GOOD(64, FAX_EndMessagesEnum(&e));
}

static void one_message(void)
{
	FAX_PROPS props = {1, 1};

	GOOD(66, FAX_GetMessage(w.rich, w.sent[1], FOLDER_SENT, BUF));
	CHECK(u32(0) == 176 && u64(8) == w.sent[1] && is(156, L"letter"));
	BAD(66, MESSAGE_NOT_FOUND, FAX_GetMessage(w.rich, NO_MESSAGE, FOLDER_SENT, BUF));
	GOOD(103, FAX_SetMessage(w.rich, w.received[0], FOLDER_INBOX, &props));
	GOOD(89, FAX_GetMessageEx(w.rich, w.received[0], FOLDER_INBOX, 1, BUF));
	CHECK(u32(0) == 192 && u64(8) == w.received[0] && u32(188) == 1);
	BAD(89, ERROR_INVALID_PARAMETER,
	    FAX_GetMessageEx(w.rich, w.received[0], FOLDER_INBOX, 0, BUF));
	BAD(103, MESSAGE_NOT_FOUND, FAX_SetMessage(w.rich, NO_MESSAGE, FOLDER_INBOX, &props));
}

static void reading(void)
{
	FAX_COPY_HANDLE copy = NULL;
	static byte data[16384];
	ULONG n = sizeof(data), size = 0;

	GOOD(69, FAX_StartCopyMessageFromServer(w.rich, w.received[0], FOLDER_INBOX, &copy));
	n = 100;
	BAD(71, ERROR_INVALID_PARAMETER, FAX_ReadFile(copy, 200, data, &n));
	n = 4;
	GOOD(71, FAX_ReadFile(copy, 4, data, &n));
	CHECK(n == 4 && (!memcmp(data, "II*", 4) || !memcmp(data, "MM\0*", 4)));
	do {
		size += n;
		n = sizeof(data);
		GOOD(71, FAX_ReadFile(copy, n, data, &n));
	} while (n && size < 1000000);
	CHECK(size > 100 && size < 1000000);
	GOOD(72, FAX_EndCopy(&copy));
	BAD(69, ERROR_INVALID_PARAMETER,
	    FAX_StartCopyMessageFromServer(w.rich, 0, FOLDER_INBOX, &copy));
	BAD(69, MESSAGE_NOT_FOUND,
	    FAX_StartCopyMessageFromServer(w.rich, NO_MESSAGE, FOLDER_INBOX, &copy));
}

static void removing(void)
{
	GOOD(67, FAX_RemoveMessage(w.rich, w.sent[0], FOLDER_SENT));
	BAD(67, MESSAGE_NOT_FOUND, FAX_RemoveMessage(w.rich, w.sent[0], FOLDER_SENT));
}

const struct row message_rows[] = {
	{63, "StartMessagesEnum", enumeration},
	{64, "EndMessagesEnum", NULL},
	{65, "EnumMessages", NULL},
	{90, "StartMessagesEnumEx", NULL},
	{91, "EnumMessagesEx", NULL},
	{66, "GetMessage", one_message},
	{89, "GetMessageEx", NULL},
	{103, "SetMessage", NULL},
	{69, "StartCopyMessageFromServer", reading},
	{71, "ReadFile", NULL},
	{67, "RemoveMessage", removing},
	{0, NULL, NULL},
};

/* ---- accounts ---- */

static ULONG account(byte *p, const wchar_t *name)
{
	ULONG n = 8 + (ULONG)(wcslen(name) + 1) * 2;

	memcpy(p, (uint32_t[]){8, 8}, 8);
	memcpy(p + 8, name, n - 8);
	return n;
}

static void accounts(void)
{
	wchar_t *name = (wchar_t *)L"OFFICE\\mia";
	byte p[256];
	ULONG n = account(p, name);
	bool seen = false;

	GOOD(93, FAX_CreateAccount(w.rich, 0, p, n));
	BAD(93, ERROR_ALREADY_EXISTS, FAX_CreateAccount(w.rich, 0, p, n));
	GOOD(95, FAX_EnumAccounts(w.rich, 0, BUFN));
	for (ULONG i = 0; i < o.count; i++) {
		seen = seen || (u32(8 * i) == 8 && !wcscmp(text(8 * i + 4), name));
	}
	CHECK(seen);
	BAD(95, ERROR_INVALID_PARAMETER, FAX_EnumAccounts(w.rich, 1, BUFN));
	GOOD(96, FAX_GetAccountInfo(w.rich, NULL, 0, BUF));
	CHECK(u32(0) == 8 && own(text(4)));
	BAD(96, ERROR_FILE_NOT_FOUND,
	    FAX_GetAccountInfo(w.rich, (wchar_t *)L"OFFICE\\nobody", 0, BUF));
	GOOD(94, FAX_DeleteAccount(w.rich, name));
	BAD(94, ERROR_INVALID_PARAMETER, FAX_DeleteAccount(w.rich, name));
}

static void reassign(void)
{
	wchar_t me[64];
	FAX_REASSIGN r = {.Recipients = me, .SenderName = (wchar_t *)L"From widl",
			  .Subject = (wchar_t *)L"Yours"};

	(void)swprintf(me, 64, L"%hs", w.user);
	GOOD(102, FAX_ReAssignMessage(w.rich, w.received[1], &r));
	GOOD(89, FAX_GetMessageEx(w.rich, w.received[1], FOLDER_INBOX, 1, BUF));
	CHECK(u32(184) == 0 && is(60, r.SenderName) && is(160, r.Subject));
	BAD(102, ERROR_FILE_NOT_FOUND, FAX_ReAssignMessage(w.rich, NO_MESSAGE, &r));
	r.Recipients = (wchar_t *)L"nobody-of-this-name";
	BAD(102, ERROR_INVALID_PARAMETER, FAX_ReAssignMessage(w.rich, w.received[1], &r));
}

const struct row account_rows[] = {
	{93, "CreateAccount", accounts},
	{94, "DeleteAccount", NULL},
	{95, "EnumAccounts", NULL},
	{96, "GetAccountInfo", NULL},
	{102, "ReAssignMessage", reassign},
	{0, NULL, NULL},
};
