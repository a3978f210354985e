/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file faxext.h
 * Configuration of extensions: a provider (faxdev.h) or routing extension (faxroute.h) may
 * export FaxExtInitializeConfig and then keeps its settings with the service: opaque octets,
 * each item named by a GUID of the extension's own, per device or for all (device id 0). They
 * survive restarts. Each extension sees only its own.
 */
#ifndef _FAX_EXT_H_
#define _FAX_EXT_H_

#include <caselli/winbase.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a device id is of: DEV_ID_SRC_FAX, the fax service's; the other does not exist here. */
typedef enum { DEV_ID_SRC_FAX, DEV_ID_SRC_TAPI } FAX_ENUM_DEVICE_ID_SOURCE;

#define CASELLI_EXT_DATA_MAX 32768 /* octets of one item */

/** Of the extension: an item was changed by another (another hInst). */
typedef HRESULT(CALLBACK *PFAX_EXT_CONFIG_CHANGE)(DWORD dwDeviceId, LPCWSTR lpcwstrDataGUID,
						  LPBYTE lpData, DWORD dwDataSize);
/** @return ERROR_SUCCESS, the block then goes to PFAX_EXT_FREE_BUFFER; ERROR_FILE_NOT_FOUND,
 * ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY, ERROR_GEN_FAILURE */
typedef DWORD(WINAPI *PFAX_EXT_GET_DATA)(DWORD dwDeviceId, FAX_ENUM_DEVICE_ID_SOURCE DevIdSrc,
					 LPCWSTR lpcwstrDataGUID, LPBYTE *ppData,
					 LPDWORD lpdwDataSize);
typedef DWORD(WINAPI *PFAX_EXT_SET_DATA)(HINSTANCE hInst, DWORD dwDeviceId,
					 FAX_ENUM_DEVICE_ID_SOURCE DevIdSrc,
					 LPCWSTR lpcwstrDataGUID, LPBYTE pData,
					 DWORD dwDataSize);
/** @return NULL on failure, the reason in GetLastError() */
typedef HANDLE(WINAPI *PFAX_EXT_REGISTER_FOR_EVENTS)(HINSTANCE hInst, DWORD dwDeviceId,
						     FAX_ENUM_DEVICE_ID_SOURCE DevIdSrc,
						     LPCWSTR lpcwstrDataGUID,
						     PFAX_EXT_CONFIG_CHANGE lpConfigChangeCallback);
typedef DWORD(WINAPI *PFAX_EXT_UNREGISTER_FOR_EVENTS)(HANDLE hNotification);
typedef void(WINAPI *PFAX_EXT_FREE_BUFFER)(LPVOID lpvBuffer);

/** FaxExtInitializeConfig, exported by the extension, optional: before any other call of a
 * routing extension, after FaxDevVirtualDeviceCreation of a provider. Keep the pointers. Anything
 * but S_OK: the extension is not used. */
typedef HRESULT(WINAPI *PFAX_EXT_INITIALIZE_CONFIG)(
	PFAX_EXT_GET_DATA pfGetExtensionData, PFAX_EXT_SET_DATA pfSetExtensionData,
	PFAX_EXT_REGISTER_FOR_EVENTS pfRegisterForExtensionEvents,
	PFAX_EXT_UNREGISTER_FOR_EVENTS pfUnregisterForExtensionEvents,
	PFAX_EXT_FREE_BUFFER pfExtensionFreeBuffer);

#ifdef __cplusplus
}
#endif

#endif
