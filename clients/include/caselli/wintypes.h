/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file caselli/wintypes.h
 * The few Windows types that winfax.h and faxcom.h speak in, for platforms that
 * lack <windows.h>. Sizes are those of Windows: `long` is never used, text of
 * the W functions is 16-bit, text of the A functions is UTF-8.
 *
 * On Windows this header only includes <windows.h>.
 */
#ifndef CASELLI_WINTYPES_H
#define CASELLI_WINTYPES_H

#ifdef _WIN32
#include <windows.h>
#else

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef WINAPI
#define WINAPI
#define CALLBACK
#define STDMETHODCALLTYPE
#define STDAPICALLTYPE
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef TRUE
#define TRUE 1
#define FALSE 0
#endif

typedef uint8_t BYTE;
typedef uint16_t WORD;
typedef uint32_t DWORD;
typedef int32_t BOOL;
typedef int32_t LONG;
typedef int32_t INT;
typedef uint32_t ULONG;
typedef uint32_t UINT;
typedef uint64_t DWORDLONG;
typedef uintptr_t DWORD_PTR;
typedef uintptr_t ULONG_PTR;
typedef char CHAR;
/** 16 bits everywhere: write literals as u"text" (C11, C++11). */
#ifdef __cplusplus
typedef char16_t WCHAR;
#else
typedef uint16_t WCHAR;
#endif
typedef void *HANDLE;
typedef HANDLE *LPHANDLE;
typedef HANDLE *PHANDLE;
typedef void *LPVOID;
typedef BYTE *LPBYTE;
typedef DWORD *LPDWORD;
typedef CHAR *LPSTR;
typedef const CHAR *LPCSTR;
typedef WCHAR *LPWSTR;
typedef const WCHAR *LPCWSTR;
/* TEXT() is the program's own to define: the name is too common for a header. */
#ifdef UNICODE
typedef WCHAR TCHAR;
typedef LPWSTR LPTSTR;
typedef LPCWSTR LPCTSTR;
#else
typedef CHAR TCHAR;
typedef LPSTR LPTSTR;
typedef LPCSTR LPCTSTR;
#endif
typedef HANDLE HWND;
typedef HANDLE HDC;
typedef LONG HRESULT;

typedef struct _FILETIME {
	DWORD dwLowDateTime;
	DWORD dwHighDateTime;
} FILETIME; /**< 100 ns units since 1601-01-01 UTC */

typedef struct _SYSTEMTIME {
	WORD wYear;
	WORD wMonth;
	WORD wDayOfWeek;
	WORD wDay;
	WORD wHour;
	WORD wMinute;
	WORD wSecond;
	WORD wMilliseconds;
} SYSTEMTIME;

/**
 * Code of the last failure of a Fax* or Caselli* function in this thread.
 * Success leaves it alone, except FaxAccessCheck (winfax.h).
 */
DWORD WINAPI GetLastError(void);
void WINAPI SetLastError(DWORD code);

/*
 * For the print job of FaxStartPrintJob (winfax.h) only. A result of 0 or less, or FALSE, is a
 * failure. EndDoc sends the document, AbortDoc drops it; both leave the hDC to DeleteDC, which
 * gives up a job that neither of them ended. StartPage and EndPage may be left out: what is
 * written between them becomes a document of its own, so that each page may be a picture.
 */
int WINAPI StartPage(HDC hDC);
int WINAPI EndPage(HDC hDC);
int WINAPI EndDoc(HDC hDC);
int WINAPI AbortDoc(HDC hDC);
BOOL WINAPI DeleteDC(HDC hDC);

#define ERROR_SUCCESS              0u
#define ERROR_INVALID_FUNCTION     1u
#define ERROR_FILE_NOT_FOUND       2u
#define ERROR_PATH_NOT_FOUND       3u
#define ERROR_ACCESS_DENIED        5u
#define ERROR_INVALID_HANDLE       6u
#define ERROR_NOT_ENOUGH_MEMORY    8u
#define ERROR_INVALID_DATA         13u
#define ERROR_WRITE_PROTECT        19u
#define ERROR_BAD_UNIT             20u
#define ERROR_WRITE_FAULT          29u
#define ERROR_READ_FAULT           30u
#define ERROR_GEN_FAILURE          31u
#define ERROR_NOT_SUPPORTED        50u
#define ERROR_DUP_NAME             52u
#define ERROR_ALREADY_ASSIGNED     85u
#define ERROR_INVALID_PARAMETER    87u
#define ERROR_BUFFER_OVERFLOW      111u
#define ERROR_DISK_FULL            112u
#define ERROR_INSUFFICIENT_BUFFER  122u
#define ERROR_BUSY                 170u
#define ERROR_ALREADY_EXISTS       183u
#define ERROR_BADDB                1009u
#define ERROR_REGISTRY_CORRUPT     1015u
#define ERROR_SHUTDOWN_IN_PROGRESS 1115u
#define ERROR_NOT_FOUND            1168u
#define ERROR_CANCELLED            1223u
#define ERROR_TIMEOUT              1460u
#define ERROR_BAD_CONFIGURATION    1610u
#define RPC_S_SERVER_UNAVAILABLE   1722u
#define RPC_S_CALL_FAILED          1726u
#define RPC_S_PROTOCOL_ERROR       1728u
#define ERROR_INVALID_PRINTER_NAME 1801u
#define ERROR_DEVICE_IN_USE        2404u
#define ERROR_SPL_NO_STARTDOC      3003u
#define ERROR_INVALID_OPERATION    4317u

#ifdef __cplusplus
}
#endif

#endif /* _WIN32 */
#endif
