/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/lasterror.c  What the codes mean, and the sentence that goes with one. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "clients/win/win.h"
#include "clients/winfax/winfax_priv.h"

static const struct {
	DWORD code;
	const char *text;
} texts[] = {
	{ERROR_SUCCESS, "No error."},
	{ERROR_INVALID_FUNCTION, "The function does not exist for this server."},
	{ERROR_FILE_NOT_FOUND, "The file does not exist."},
	{ERROR_PATH_NOT_FOUND, "The folder does not exist."},
	{ERROR_ACCESS_DENIED, "Access is denied: the right for this is missing."},
	{ERROR_INVALID_HANDLE, "The handle is not valid (closed, or of the other kind)."},
	{ERROR_NOT_ENOUGH_MEMORY, "Out of memory."},
	{ERROR_INVALID_DATA, "The document or data cannot be processed."},
	{ERROR_WRITE_PROTECT, "The outgoing queue is blocked by the administrator."},
	{ERROR_BAD_UNIT, "There is no port with this device id."},
	{ERROR_WRITE_FAULT, "Writing failed."},
	{ERROR_READ_FAULT, "Reading failed."},
	{ERROR_GEN_FAILURE, "The service failed to do this; see its log."},
	{ERROR_NOT_SUPPORTED, "This is not supported."},
	{ERROR_ALREADY_ASSIGNED, "It is registered already."},
	{ERROR_INVALID_PARAMETER, "A parameter is not valid."},
	{ERROR_BUFFER_OVERFLOW, "A text is too long."},
	{ERROR_DISK_FULL, "The disk of the service is full."},
	{ERROR_BUSY, "Busy; try again."},
	{ERROR_ALREADY_EXISTS, "It exists already."},
	{ERROR_BADDB, "The stored settings are damaged."},
	{ERROR_REGISTRY_CORRUPT, "The stored settings are damaged."},
	{ERROR_SHUTDOWN_IN_PROGRESS, "The service is stopping."},
	{ERROR_NOT_FOUND, "There is nothing of this name."},
	{ERROR_CANCELLED, "Cancelled."},
	{ERROR_TIMEOUT, "It took too long."},
	{ERROR_BAD_CONFIGURATION, "The routing method needs its data, which says where to, before it "
				  "is enabled."},
	{FX_W_INVALID_NET_ADDR, "The server name is malformed."},
	{FX_W_UNKNOWN_IF, "The server does not have this interface; it is not Caselli."},
	{RPC_S_SERVER_UNAVAILABLE, "The fax service is not running or cannot be reached; start "
				   "casellid, or look at CASELLI_SERVER."},
	{RPC_S_CALL_FAILED, "The connection to the fax service was lost; connect again."},
	{FX_W_UNKNOWN_AUTHN_SERVICE, "The server does not take this kind of login."},
	{FX_W_SEC_PKG_ERROR, "The answers are not from the server that was logged in to, or were "
			     "changed on the way."},
	{RPC_S_PROTOCOL_ERROR, "The server does not speak the fax protocol as expected."},
	{ERROR_INVALID_PRINTER_NAME, "There is no fax printer of this name."},
	{ERROR_DEVICE_IN_USE, "The port is sending or receiving now; try again later."},
	{ERROR_SPL_NO_STARTDOC, "The print job could not be started."},
	{ERROR_INVALID_OPERATION, "Not possible in the present state of the job."},
	{FAX_ERR_SRV_OUTOFMEMORY, "The fax service is out of memory."},
	{FAX_ERR_GROUP_NOT_FOUND, "There is no outbound group of this name."},
	{FAX_ERR_BAD_GROUP_CONFIGURATION, "There is no such outbound group, or it has no ports."},
	{FAX_ERR_GROUP_IN_USE, "An outbound rule leads to this group."},
	{FAX_ERR_RULE_NOT_FOUND, "There is no outbound rule for this country and area code."},
	{FAX_ERR_FILE_ACCESS_DENIED, "The fax service cannot open the file or folder."},
	{FAX_ERR_MESSAGE_NOT_FOUND, "There is no job or message with this id."},
	{FAX_ERR_VERSION_MISMATCH, "The server's version does not fit."},
	{FAX_ERR_RECIPIENTS_LIMIT, "Too many recipients."},
};

const char *WINAPI CaselliErrorText(DWORD Code)
{
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(texts); i++) {
		if (texts[i].code == Code) {
			return texts[i].text;
		}
	}
	return "The operation failed.";
}

const char *WINAPI CaselliLastReason(void)
{
	const char *words = fx_win_words();

	return words[0] ? words : CaselliErrorText(GetLastError());
}

BOOL wf_result(uint32_t code, const struct fx_reason *why)
{
	if (code == ERROR_SUCCESS) {
		return TRUE;
	}
	SetLastError(code);
	fx_win_set_words(why ? why->text : "");
	return FALSE;
}

BOOL wf_code(uint32_t code)
{
	return wf_result(code, NULL);
}

BOOL wf_fail(uint32_t code, const char *fmt, ...)
{
	struct fx_reason why;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why.text, sizeof(why.text), fmt, ap);
	va_end(ap);
	return wf_result(code, &why);
}
