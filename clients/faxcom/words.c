/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/faxcom/words.c  Numbers to words, times, errors. */
#include "clients/faxcom/faxcom_priv.h"

const char *fc_device_words(DWORD fps)
{
	static const struct {
		DWORD fps;
		const char *words;
	} map[] = {
		{FPS_DIALING, "Dialing"}, {FPS_SENDING, "Sending"}, {FPS_RECEIVING, "Receiving"},
		{FPS_COMPLETED, "Completed"}, {FPS_HANDLED, "Handled"},
		{FPS_UNAVAILABLE, "Unavailable"}, {FPS_BUSY, "Busy"}, {FPS_NO_ANSWER, "No Answer"},
		{FPS_BAD_ADDRESS, "Bad Address"}, {FPS_NO_DIAL_TONE, "No Dial Tone"},
		{FPS_DISCONNECTED, "Disconnected"}, {FPS_FATAL_ERROR, "Fatal Error"},
		{FPS_NOT_FAX_CALL, "Not a Fax Call"}, {FPS_CALL_DELAYED, "Call Delayed"},
		{FPS_CALL_BLACKLISTED, "Call Blacklisted"}, {FPS_INITIALIZING, "Initializing"},
		{FPS_OFFLINE, "Offline"}, {FPS_RINGING, "Ringing"}, {FPS_AVAILABLE, "Available"},
		{FPS_ABORTING, "Aborting"}, {FPS_ROUTING, "Routing"}, {FPS_ANSWERED, "Answered"}};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(map); i++) {
		if (map[i].fps == fps) {
			return map[i].words;
		}
	}
	return "Unknown";
}

const char *fc_queue_words(DWORD js)
{
	/* Bits may be combined; the first that fits is what a person wants to know. */
	static const struct {
		DWORD bit;
		const char *words;
	} map[] = {{JS_DELETING, "Deleting"}, {JS_PAUSED, "Paused"}, {JS_NOLINE, "No Line"},
		   {JS_RETRIES_EXCEEDED, "Retries Exceeded"}, {JS_FAILED, "Failed"},
		   {JS_RETRYING, "Retrying"}, {JS_INPROGRESS, "In Progress"}};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(map); i++) {
		if (js & map[i].bit) {
			return map[i].words;
		}
	}
	return "Pending";
}

HRESULT fc_from_win32(DWORD code)
{
	/* The fax codes have a facility of their own: FAX_E_* (faxcom.md 2.6). */
	if (code >= FAX_ERR_START && code <= FAX_ERR_END) {
		return (HRESULT)(0x80040000u | code);
	}
	return code ? HRESULT_FROM_WIN32(code) : E_FAIL;
}

HRESULT fc_failed(const void *obj)
{
	DWORD code = GetLastError(); /* first: what comes next may change it */

	return fx_com_fail(obj, fc_from_win32(code), "%s", CaselliLastReason());
}

HRESULT fc_no_connection(const void *obj)
{
	return fx_com_fail(obj, HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE),
			   "There is no connection to a fax server; call Connect first.");
}

HRESULT fc_null(const void *obj)
{
	return fx_com_fail(obj, E_POINTER, "The pointer to the result is NULL.");
}

HRESULT fc_bad_value(const void *obj, const char *sentence)
{
	return fx_com_fail(obj, E_INVALIDARG, "%s", sentence);
}

HRESULT fc_text(const WCHAR *s, BSTR *out)
{
	static const WCHAR empty;

	if (!out) {
		return E_POINTER;
	}
	*out = SysAllocString(s ? s : &empty);
	return *out ? S_OK : E_OUTOFMEMORY;
}

DATE fc_date(FILETIME t)
{
	uint64_t v = (uint64_t)t.dwHighDateTime << 32 | t.dwLowDateTime;

	/* 109205 days from 1601-01-01 back to 1899-12-30 are counted from there. */
	return v ? (double)v / 864e9 - 109205.0 : 0;
}

LONG fc_long(DWORD v)
{
	return v > INT32_MAX ? INT32_MAX : (LONG)v;
}
