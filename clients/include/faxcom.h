/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file faxcom.h
 * The objects of the Fax Service Client API for Windows 2000 (library FAXCOMLib).
 * Made from clients/faxcom/members.txt by tools/gen-faxcom.
 *
 * Order of calls: CoCreateInstance(CLSID_FaxServer), Connect, then GetPorts, GetJobs or
 * CreateDocument; what comes back is a VARIANT with an IDispatch, to be asked for
 * IFaxPorts and so on. Text is freed with SysFreeString, objects with Release, at the
 * end Disconnect. Any thread may call any object. docs/api.md says what each member does.
 */
#ifndef __faxcom_h__
#define __faxcom_h__

#include <caselli/com.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef _WIN32
#define CASELLI_GUID(name, ...) DEFINE_GUID(name, __VA_ARGS__)
#else
#define CASELLI_GUID(name, ...) extern const GUID name
#endif

CASELLI_GUID(LIBID_FAXCOMLib, 0x87099223, 0xC7AF, 0x11D0,
	     0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5);
CASELLI_GUID(CLSID_FaxServer, 0xD73733C8, 0xCC80, 0x11D0,
	     0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5);
CASELLI_GUID(CLSID_FaxTiff, 0x87099231, 0xC7AF, 0x11D0,
	     0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5);
CASELLI_GUID(CLSID_FaxPorts, 0xD73733D6, 0xCC80, 0x11D0,
	     0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5);
CASELLI_GUID(CLSID_FaxPort, 0xD73733CD, 0xCC80, 0x11D0,
	     0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5);
CASELLI_GUID(CLSID_FaxStatus, 0x8B97E606, 0xD054, 0x11D0,
	     0xB2, 0x26, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5);
CASELLI_GUID(CLSID_FaxRoutingMethods, 0x2199F5F6, 0xCEFC, 0x11D0,
	     0xA3, 0x41, 0x00, 0x00, 0xF8, 0x00, 0xE6, 0x8D);
CASELLI_GUID(CLSID_FaxRoutingMethod, 0x2199F5F4, 0xCEFC, 0x11D0,
	     0xA3, 0x41, 0x00, 0x00, 0xF8, 0x00, 0xE6, 0x8D);
CASELLI_GUID(CLSID_FaxJobs, 0x55DABFD4, 0x5C9E, 0x11D1,
	     0xB7, 0x91, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00);
CASELLI_GUID(CLSID_FaxJob, 0x55DABFD6, 0x5C9E, 0x11D1,
	     0xB7, 0x91, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00);
CASELLI_GUID(CLSID_FaxDoc, 0xFA21F4C6, 0x5C4C, 0x11D1,
	     0x83, 0xCF, 0x00, 0xC0, 0x4F, 0xB6, 0xE9, 0x84);
CASELLI_GUID(IID_IFaxTiff, 0xB19BB45F, 0xB91C, 0x11D1,
	     0x83, 0xE1, 0x00, 0xC0, 0x4F, 0xB6, 0xE9, 0x84);
CASELLI_GUID(IID_IFaxServer, 0xD73733C7, 0xCC80, 0x11D0,
	     0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5);
CASELLI_GUID(IID_IFaxPort, 0xD73733CC, 0xCC80, 0x11D0,
	     0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5);
CASELLI_GUID(IID_IFaxPorts, 0xD73733D5, 0xCC80, 0x11D0,
	     0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5);
CASELLI_GUID(IID_IFaxRoutingMethod, 0x2199F5F3, 0xCEFC, 0x11D0,
	     0xA3, 0x41, 0x00, 0x00, 0xF8, 0x00, 0xE6, 0x8D);
CASELLI_GUID(IID_IFaxRoutingMethods, 0x2199F5F5, 0xCEFC, 0x11D0,
	     0xA3, 0x41, 0x00, 0x00, 0xF8, 0x00, 0xE6, 0x8D);
CASELLI_GUID(IID_IFaxStatus, 0x8B97E605, 0xD054, 0x11D0,
	     0xB2, 0x26, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5);
CASELLI_GUID(IID_IFaxDoc, 0xFA21F4C5, 0x5C4C, 0x11D1,
	     0x83, 0xCF, 0x00, 0xC0, 0x4F, 0xB6, 0xE9, 0x84);
CASELLI_GUID(IID_IFaxJobs, 0x55DABFD3, 0x5C9E, 0x11D1,
	     0xB7, 0x91, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00);
CASELLI_GUID(IID_IFaxJob, 0x55DABFD5, 0x5C9E, 0x11D1,
	     0xB7, 0x91, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00);

typedef struct IFaxTiff IFaxTiff;
typedef struct IFaxServer IFaxServer;
typedef struct IFaxPort IFaxPort;
typedef struct IFaxPorts IFaxPorts;
typedef struct IFaxRoutingMethod IFaxRoutingMethod;
typedef struct IFaxRoutingMethods IFaxRoutingMethods;
typedef struct IFaxStatus IFaxStatus;
typedef struct IFaxDoc IFaxDoc;
typedef struct IFaxJobs IFaxJobs;
typedef struct IFaxJob IFaxJob;

#ifdef __cplusplus

struct IFaxTiff : public IDispatch {
	virtual HRESULT STDMETHODCALLTYPE get_ReceiveTime(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Image(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_Image(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Routing(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_CallerId(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Csid(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Tsid(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientNumber(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RawReceiveTime(VARIANT *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_TiffTagString(INT tagID, BSTR *pVal) = 0;
};

struct IFaxServer : public IDispatch {
	virtual HRESULT STDMETHODCALLTYPE Connect(BSTR ServerName) = 0;
	virtual HRESULT STDMETHODCALLTYPE Disconnect() = 0;
	virtual HRESULT STDMETHODCALLTYPE GetPorts(VARIANT *retval) = 0;
	virtual HRESULT STDMETHODCALLTYPE CreateDocument(BSTR FileName, VARIANT *retval) = 0;
	virtual HRESULT STDMETHODCALLTYPE GetJobs(VARIANT *retval) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Retries(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_Retries(LONG newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RetryDelay(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RetryDelay(LONG newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DirtyDays(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_DirtyDays(LONG newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Branding(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_Branding(BOOL newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_UseDeviceTsid(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_UseDeviceTsid(BOOL newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_ServerCoverpage(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_ServerCoverpage(BOOL newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_PauseServerQueue(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_PauseServerQueue(BOOL newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_ArchiveOutboundFaxes(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_ArchiveOutboundFaxes(BOOL newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_ArchiveDirectory(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_ArchiveDirectory(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_ServerMapiProfile(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_ServerMapiProfile(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DiscountRateStartHour(SHORT *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_DiscountRateStartHour(SHORT newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DiscountRateStartMinute(SHORT *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_DiscountRateStartMinute(SHORT newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DiscountRateEndHour(SHORT *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_DiscountRateEndHour(SHORT newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DiscountRateEndMinute(SHORT *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_DiscountRateEndMinute(SHORT newVal) = 0;
};

struct IFaxPort : public IDispatch {
	virtual HRESULT STDMETHODCALLTYPE get_Name(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DeviceId(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Rings(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_Rings(LONG newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Csid(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_Csid(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Tsid(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_Tsid(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Send(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_Send(BOOL newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Receive(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_Receive(BOOL newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Priority(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_Priority(LONG newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE GetRoutingMethods(VARIANT *retval) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_CanModify(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE GetStatus(VARIANT *retval) = 0;
};

struct IFaxPorts : public IDispatch {
	virtual HRESULT STDMETHODCALLTYPE get_Count(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Item(LONG Index, VARIANT *pVal) = 0;
};

struct IFaxRoutingMethod : public IDispatch {
	virtual HRESULT STDMETHODCALLTYPE get_DeviceId(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Enable(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_Enable(BOOL newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DeviceName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Guid(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_FunctionName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_ImageName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_FriendlyName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_ExtensionName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RoutingData(BSTR *pVal) = 0;
};

struct IFaxRoutingMethods : public IDispatch {
	virtual HRESULT STDMETHODCALLTYPE get_Count(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Item(LONG Index, VARIANT *pVal) = 0;
};

struct IFaxStatus : public IDispatch {
	virtual HRESULT STDMETHODCALLTYPE get_CallerId(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Csid(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_CurrentPage(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DeviceId(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DeviceName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DocumentName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Send(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Receive(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Address(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RoutingString(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DocumentSize(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Description(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_PageCount(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Tsid(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_StartTime(DATE *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SubmittedTime(DATE *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_ElapsedTime(DATE *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE Refresh() = 0;
};

struct IFaxDoc : public IDispatch {
	virtual HRESULT STDMETHODCALLTYPE get_FileName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_FileName(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_CoverpageName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_CoverpageName(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SendCoverpage(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_SendCoverpage(BOOL newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_ServerCoverpage(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_ServerCoverpage(BOOL newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DiscountSend(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_DiscountSend(BOOL newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientName(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientCompany(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientCompany(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientAddress(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientAddress(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientCity(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientCity(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientState(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientState(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientZip(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientZip(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientCountry(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientCountry(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientTitle(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientTitle(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientDepartment(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientDepartment(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientOffice(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientOffice(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientHomePhone(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientHomePhone(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientOfficePhone(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_RecipientOfficePhone(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_SenderName(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderCompany(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_SenderCompany(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderAddress(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_SenderAddress(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderTitle(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_SenderTitle(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderDepartment(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_SenderDepartment(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderOffice(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_SenderOffice(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderHomePhone(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_SenderHomePhone(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderOfficePhone(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_SenderOfficePhone(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_CoverpageNote(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_CoverpageNote(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_CoverpageSubject(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_CoverpageSubject(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Tsid(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_Tsid(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_BillingCode(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_BillingCode(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_EmailAddress(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_EmailAddress(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DisplayName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_DisplayName(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE Send(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_FaxNumber(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_FaxNumber(BSTR newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE putref_ConnectionObject(IDispatch *newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_CallHandle(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_CallHandle(LONG newVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderFax(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE put_SenderFax(BSTR newVal) = 0;
};

struct IFaxJobs : public IDispatch {
	virtual HRESULT STDMETHODCALLTYPE get_Count(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Item(LONG Index, VARIANT *pVal) = 0;
};

struct IFaxJob : public IDispatch {
	virtual HRESULT STDMETHODCALLTYPE get_JobId(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Type(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_UserName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_QueueStatus(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DeviceStatus(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_PageCount(LONG *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_FaxNumber(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_RecipientName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_Tsid(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderCompany(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_SenderDept(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_BillingCode(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DisplayName(BSTR *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE get_DiscountSend(BOOL *pVal) = 0;
	virtual HRESULT STDMETHODCALLTYPE SetStatus(LONG Command) = 0;
	virtual HRESULT STDMETHODCALLTYPE Refresh() = 0;
};

#else

CASELLI_INTERFACE(IFaxTiff)
{
	CASELLI_IDISPATCH(IFaxTiff)
	HRESULT(STDMETHODCALLTYPE *get_ReceiveTime)(IFaxTiff *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Image)(IFaxTiff *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_Image)(IFaxTiff *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientName)(IFaxTiff *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderName)(IFaxTiff *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Routing)(IFaxTiff *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_CallerId)(IFaxTiff *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Csid)(IFaxTiff *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Tsid)(IFaxTiff *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientNumber)(IFaxTiff *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_RawReceiveTime)(IFaxTiff *This, VARIANT *pVal);
	HRESULT(STDMETHODCALLTYPE *get_TiffTagString)(IFaxTiff *This, INT tagID, BSTR *pVal);
};
#define IFaxTiff_QueryInterface(This, riid, out) ((This)->lpVtbl->QueryInterface(This, riid, out))
#define IFaxTiff_AddRef(This) ((This)->lpVtbl->AddRef(This))
#define IFaxTiff_Release(This) ((This)->lpVtbl->Release(This))
#define IFaxTiff_GetIDsOfNames(This, riid, names, n, lcid, ids) \
	((This)->lpVtbl->GetIDsOfNames(This, riid, names, n, lcid, ids))
#define IFaxTiff_Invoke(This, id, riid, lcid, flags, params, result, excep, argerr) \
	((This)->lpVtbl->Invoke(This, id, riid, lcid, flags, params, result, excep, argerr))
#define IFaxTiff_get_ReceiveTime(This, pVal) ((This)->lpVtbl->get_ReceiveTime(This, pVal))
#define IFaxTiff_get_Image(This, pVal) ((This)->lpVtbl->get_Image(This, pVal))
#define IFaxTiff_put_Image(This, newVal) ((This)->lpVtbl->put_Image(This, newVal))
#define IFaxTiff_get_RecipientName(This, pVal) ((This)->lpVtbl->get_RecipientName(This, pVal))
#define IFaxTiff_get_SenderName(This, pVal) ((This)->lpVtbl->get_SenderName(This, pVal))
#define IFaxTiff_get_Routing(This, pVal) ((This)->lpVtbl->get_Routing(This, pVal))
#define IFaxTiff_get_CallerId(This, pVal) ((This)->lpVtbl->get_CallerId(This, pVal))
#define IFaxTiff_get_Csid(This, pVal) ((This)->lpVtbl->get_Csid(This, pVal))
#define IFaxTiff_get_Tsid(This, pVal) ((This)->lpVtbl->get_Tsid(This, pVal))
#define IFaxTiff_get_RecipientNumber(This, pVal) ((This)->lpVtbl->get_RecipientNumber(This, pVal))
#define IFaxTiff_get_RawReceiveTime(This, pVal) ((This)->lpVtbl->get_RawReceiveTime(This, pVal))
#define IFaxTiff_get_TiffTagString(This, tagID, pVal) \
	((This)->lpVtbl->get_TiffTagString(This, tagID, pVal))

CASELLI_INTERFACE(IFaxServer)
{
	CASELLI_IDISPATCH(IFaxServer)
	HRESULT(STDMETHODCALLTYPE *Connect)(IFaxServer *This, BSTR ServerName);
	HRESULT(STDMETHODCALLTYPE *Disconnect)(IFaxServer *This);
	HRESULT(STDMETHODCALLTYPE *GetPorts)(IFaxServer *This, VARIANT *retval);
	HRESULT(STDMETHODCALLTYPE *CreateDocument)(IFaxServer *This, BSTR FileName, VARIANT
		*retval);
	HRESULT(STDMETHODCALLTYPE *GetJobs)(IFaxServer *This, VARIANT *retval);
	HRESULT(STDMETHODCALLTYPE *get_Retries)(IFaxServer *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *put_Retries)(IFaxServer *This, LONG newVal);
	HRESULT(STDMETHODCALLTYPE *get_RetryDelay)(IFaxServer *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RetryDelay)(IFaxServer *This, LONG newVal);
	HRESULT(STDMETHODCALLTYPE *get_DirtyDays)(IFaxServer *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *put_DirtyDays)(IFaxServer *This, LONG newVal);
	HRESULT(STDMETHODCALLTYPE *get_Branding)(IFaxServer *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *put_Branding)(IFaxServer *This, BOOL newVal);
	HRESULT(STDMETHODCALLTYPE *get_UseDeviceTsid)(IFaxServer *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *put_UseDeviceTsid)(IFaxServer *This, BOOL newVal);
	HRESULT(STDMETHODCALLTYPE *get_ServerCoverpage)(IFaxServer *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *put_ServerCoverpage)(IFaxServer *This, BOOL newVal);
	HRESULT(STDMETHODCALLTYPE *get_PauseServerQueue)(IFaxServer *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *put_PauseServerQueue)(IFaxServer *This, BOOL newVal);
	HRESULT(STDMETHODCALLTYPE *get_ArchiveOutboundFaxes)(IFaxServer *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *put_ArchiveOutboundFaxes)(IFaxServer *This, BOOL newVal);
	HRESULT(STDMETHODCALLTYPE *get_ArchiveDirectory)(IFaxServer *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_ArchiveDirectory)(IFaxServer *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_ServerMapiProfile)(IFaxServer *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_ServerMapiProfile)(IFaxServer *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_DiscountRateStartHour)(IFaxServer *This, SHORT *pVal);
	HRESULT(STDMETHODCALLTYPE *put_DiscountRateStartHour)(IFaxServer *This, SHORT newVal);
	HRESULT(STDMETHODCALLTYPE *get_DiscountRateStartMinute)(IFaxServer *This, SHORT *pVal);
	HRESULT(STDMETHODCALLTYPE *put_DiscountRateStartMinute)(IFaxServer *This, SHORT newVal);
	HRESULT(STDMETHODCALLTYPE *get_DiscountRateEndHour)(IFaxServer *This, SHORT *pVal);
	HRESULT(STDMETHODCALLTYPE *put_DiscountRateEndHour)(IFaxServer *This, SHORT newVal);
	HRESULT(STDMETHODCALLTYPE *get_DiscountRateEndMinute)(IFaxServer *This, SHORT *pVal);
	HRESULT(STDMETHODCALLTYPE *put_DiscountRateEndMinute)(IFaxServer *This, SHORT newVal);
};
#define IFaxServer_QueryInterface(This, riid, out) \
	((This)->lpVtbl->QueryInterface(This, riid, out))
#define IFaxServer_AddRef(This) ((This)->lpVtbl->AddRef(This))
#define IFaxServer_Release(This) ((This)->lpVtbl->Release(This))
#define IFaxServer_GetIDsOfNames(This, riid, names, n, lcid, ids) \
	((This)->lpVtbl->GetIDsOfNames(This, riid, names, n, lcid, ids))
#define IFaxServer_Invoke(This, id, riid, lcid, flags, params, result, excep, argerr) \
	((This)->lpVtbl->Invoke(This, id, riid, lcid, flags, params, result, excep, argerr))
#define IFaxServer_Connect(This, ServerName) ((This)->lpVtbl->Connect(This, ServerName))
#define IFaxServer_Disconnect(This) ((This)->lpVtbl->Disconnect(This))
#define IFaxServer_GetPorts(This, retval) ((This)->lpVtbl->GetPorts(This, retval))
#define IFaxServer_CreateDocument(This, FileName, retval) \
	((This)->lpVtbl->CreateDocument(This, FileName, retval))
#define IFaxServer_GetJobs(This, retval) ((This)->lpVtbl->GetJobs(This, retval))
#define IFaxServer_get_Retries(This, pVal) ((This)->lpVtbl->get_Retries(This, pVal))
#define IFaxServer_put_Retries(This, newVal) ((This)->lpVtbl->put_Retries(This, newVal))
#define IFaxServer_get_RetryDelay(This, pVal) ((This)->lpVtbl->get_RetryDelay(This, pVal))
#define IFaxServer_put_RetryDelay(This, newVal) ((This)->lpVtbl->put_RetryDelay(This, newVal))
#define IFaxServer_get_DirtyDays(This, pVal) ((This)->lpVtbl->get_DirtyDays(This, pVal))
#define IFaxServer_put_DirtyDays(This, newVal) ((This)->lpVtbl->put_DirtyDays(This, newVal))
#define IFaxServer_get_Branding(This, pVal) ((This)->lpVtbl->get_Branding(This, pVal))
#define IFaxServer_put_Branding(This, newVal) ((This)->lpVtbl->put_Branding(This, newVal))
#define IFaxServer_get_UseDeviceTsid(This, pVal) ((This)->lpVtbl->get_UseDeviceTsid(This, pVal))
#define IFaxServer_put_UseDeviceTsid(This, newVal) \
	((This)->lpVtbl->put_UseDeviceTsid(This, newVal))
#define IFaxServer_get_ServerCoverpage(This, pVal) \
	((This)->lpVtbl->get_ServerCoverpage(This, pVal))
#define IFaxServer_put_ServerCoverpage(This, newVal) \
	((This)->lpVtbl->put_ServerCoverpage(This, newVal))
#define IFaxServer_get_PauseServerQueue(This, pVal) \
	((This)->lpVtbl->get_PauseServerQueue(This, pVal))
#define IFaxServer_put_PauseServerQueue(This, newVal) \
	((This)->lpVtbl->put_PauseServerQueue(This, newVal))
#define IFaxServer_get_ArchiveOutboundFaxes(This, pVal) \
	((This)->lpVtbl->get_ArchiveOutboundFaxes(This, pVal))
#define IFaxServer_put_ArchiveOutboundFaxes(This, newVal) \
	((This)->lpVtbl->put_ArchiveOutboundFaxes(This, newVal))
#define IFaxServer_get_ArchiveDirectory(This, pVal) \
	((This)->lpVtbl->get_ArchiveDirectory(This, pVal))
#define IFaxServer_put_ArchiveDirectory(This, newVal) \
	((This)->lpVtbl->put_ArchiveDirectory(This, newVal))
#define IFaxServer_get_ServerMapiProfile(This, pVal) \
	((This)->lpVtbl->get_ServerMapiProfile(This, pVal))
#define IFaxServer_put_ServerMapiProfile(This, newVal) \
	((This)->lpVtbl->put_ServerMapiProfile(This, newVal))
#define IFaxServer_get_DiscountRateStartHour(This, pVal) \
	((This)->lpVtbl->get_DiscountRateStartHour(This, pVal))
#define IFaxServer_put_DiscountRateStartHour(This, newVal) \
	((This)->lpVtbl->put_DiscountRateStartHour(This, newVal))
#define IFaxServer_get_DiscountRateStartMinute(This, pVal) \
	((This)->lpVtbl->get_DiscountRateStartMinute(This, pVal))
#define IFaxServer_put_DiscountRateStartMinute(This, newVal) \
	((This)->lpVtbl->put_DiscountRateStartMinute(This, newVal))
#define IFaxServer_get_DiscountRateEndHour(This, pVal) \
	((This)->lpVtbl->get_DiscountRateEndHour(This, pVal))
#define IFaxServer_put_DiscountRateEndHour(This, newVal) \
	((This)->lpVtbl->put_DiscountRateEndHour(This, newVal))
#define IFaxServer_get_DiscountRateEndMinute(This, pVal) \
	((This)->lpVtbl->get_DiscountRateEndMinute(This, pVal))
#define IFaxServer_put_DiscountRateEndMinute(This, newVal) \
	((This)->lpVtbl->put_DiscountRateEndMinute(This, newVal))

CASELLI_INTERFACE(IFaxPort)
{
	CASELLI_IDISPATCH(IFaxPort)
	HRESULT(STDMETHODCALLTYPE *get_Name)(IFaxPort *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_DeviceId)(IFaxPort *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Rings)(IFaxPort *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *put_Rings)(IFaxPort *This, LONG newVal);
	HRESULT(STDMETHODCALLTYPE *get_Csid)(IFaxPort *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_Csid)(IFaxPort *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_Tsid)(IFaxPort *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_Tsid)(IFaxPort *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_Send)(IFaxPort *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *put_Send)(IFaxPort *This, BOOL newVal);
	HRESULT(STDMETHODCALLTYPE *get_Receive)(IFaxPort *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *put_Receive)(IFaxPort *This, BOOL newVal);
	HRESULT(STDMETHODCALLTYPE *get_Priority)(IFaxPort *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *put_Priority)(IFaxPort *This, LONG newVal);
	HRESULT(STDMETHODCALLTYPE *GetRoutingMethods)(IFaxPort *This, VARIANT *retval);
	HRESULT(STDMETHODCALLTYPE *get_CanModify)(IFaxPort *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *GetStatus)(IFaxPort *This, VARIANT *retval);
};
#define IFaxPort_QueryInterface(This, riid, out) ((This)->lpVtbl->QueryInterface(This, riid, out))
#define IFaxPort_AddRef(This) ((This)->lpVtbl->AddRef(This))
#define IFaxPort_Release(This) ((This)->lpVtbl->Release(This))
#define IFaxPort_GetIDsOfNames(This, riid, names, n, lcid, ids) \
	((This)->lpVtbl->GetIDsOfNames(This, riid, names, n, lcid, ids))
#define IFaxPort_Invoke(This, id, riid, lcid, flags, params, result, excep, argerr) \
	((This)->lpVtbl->Invoke(This, id, riid, lcid, flags, params, result, excep, argerr))
#define IFaxPort_get_Name(This, pVal) ((This)->lpVtbl->get_Name(This, pVal))
#define IFaxPort_get_DeviceId(This, pVal) ((This)->lpVtbl->get_DeviceId(This, pVal))
#define IFaxPort_get_Rings(This, pVal) ((This)->lpVtbl->get_Rings(This, pVal))
#define IFaxPort_put_Rings(This, newVal) ((This)->lpVtbl->put_Rings(This, newVal))
#define IFaxPort_get_Csid(This, pVal) ((This)->lpVtbl->get_Csid(This, pVal))
#define IFaxPort_put_Csid(This, newVal) ((This)->lpVtbl->put_Csid(This, newVal))
#define IFaxPort_get_Tsid(This, pVal) ((This)->lpVtbl->get_Tsid(This, pVal))
#define IFaxPort_put_Tsid(This, newVal) ((This)->lpVtbl->put_Tsid(This, newVal))
#define IFaxPort_get_Send(This, pVal) ((This)->lpVtbl->get_Send(This, pVal))
#define IFaxPort_put_Send(This, newVal) ((This)->lpVtbl->put_Send(This, newVal))
#define IFaxPort_get_Receive(This, pVal) ((This)->lpVtbl->get_Receive(This, pVal))
#define IFaxPort_put_Receive(This, newVal) ((This)->lpVtbl->put_Receive(This, newVal))
#define IFaxPort_get_Priority(This, pVal) ((This)->lpVtbl->get_Priority(This, pVal))
#define IFaxPort_put_Priority(This, newVal) ((This)->lpVtbl->put_Priority(This, newVal))
#define IFaxPort_GetRoutingMethods(This, retval) ((This)->lpVtbl->GetRoutingMethods(This, retval))
#define IFaxPort_get_CanModify(This, pVal) ((This)->lpVtbl->get_CanModify(This, pVal))
#define IFaxPort_GetStatus(This, retval) ((This)->lpVtbl->GetStatus(This, retval))

CASELLI_INTERFACE(IFaxPorts)
{
	CASELLI_IDISPATCH(IFaxPorts)
	HRESULT(STDMETHODCALLTYPE *get_Count)(IFaxPorts *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Item)(IFaxPorts *This, LONG Index, VARIANT *pVal);
};
#define IFaxPorts_QueryInterface(This, riid, out) ((This)->lpVtbl->QueryInterface(This, riid, out))
#define IFaxPorts_AddRef(This) ((This)->lpVtbl->AddRef(This))
#define IFaxPorts_Release(This) ((This)->lpVtbl->Release(This))
#define IFaxPorts_GetIDsOfNames(This, riid, names, n, lcid, ids) \
	((This)->lpVtbl->GetIDsOfNames(This, riid, names, n, lcid, ids))
#define IFaxPorts_Invoke(This, id, riid, lcid, flags, params, result, excep, argerr) \
	((This)->lpVtbl->Invoke(This, id, riid, lcid, flags, params, result, excep, argerr))
#define IFaxPorts_get_Count(This, pVal) ((This)->lpVtbl->get_Count(This, pVal))
#define IFaxPorts_get_Item(This, Index, pVal) ((This)->lpVtbl->get_Item(This, Index, pVal))

CASELLI_INTERFACE(IFaxRoutingMethod)
{
	CASELLI_IDISPATCH(IFaxRoutingMethod)
	HRESULT(STDMETHODCALLTYPE *get_DeviceId)(IFaxRoutingMethod *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Enable)(IFaxRoutingMethod *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *put_Enable)(IFaxRoutingMethod *This, BOOL newVal);
	HRESULT(STDMETHODCALLTYPE *get_DeviceName)(IFaxRoutingMethod *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Guid)(IFaxRoutingMethod *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_FunctionName)(IFaxRoutingMethod *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_ImageName)(IFaxRoutingMethod *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_FriendlyName)(IFaxRoutingMethod *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_ExtensionName)(IFaxRoutingMethod *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_RoutingData)(IFaxRoutingMethod *This, BSTR *pVal);
};
#define IFaxRoutingMethod_QueryInterface(This, riid, out) \
	((This)->lpVtbl->QueryInterface(This, riid, out))
#define IFaxRoutingMethod_AddRef(This) ((This)->lpVtbl->AddRef(This))
#define IFaxRoutingMethod_Release(This) ((This)->lpVtbl->Release(This))
#define IFaxRoutingMethod_GetIDsOfNames(This, riid, names, n, lcid, ids) \
	((This)->lpVtbl->GetIDsOfNames(This, riid, names, n, lcid, ids))
#define IFaxRoutingMethod_Invoke(This, id, riid, lcid, flags, params, result, excep, argerr) \
	((This)->lpVtbl->Invoke(This, id, riid, lcid, flags, params, result, excep, argerr))
#define IFaxRoutingMethod_get_DeviceId(This, pVal) ((This)->lpVtbl->get_DeviceId(This, pVal))
#define IFaxRoutingMethod_get_Enable(This, pVal) ((This)->lpVtbl->get_Enable(This, pVal))
#define IFaxRoutingMethod_put_Enable(This, newVal) ((This)->lpVtbl->put_Enable(This, newVal))
#define IFaxRoutingMethod_get_DeviceName(This, pVal) ((This)->lpVtbl->get_DeviceName(This, pVal))
#define IFaxRoutingMethod_get_Guid(This, pVal) ((This)->lpVtbl->get_Guid(This, pVal))
#define IFaxRoutingMethod_get_FunctionName(This, pVal) \
	((This)->lpVtbl->get_FunctionName(This, pVal))
#define IFaxRoutingMethod_get_ImageName(This, pVal) ((This)->lpVtbl->get_ImageName(This, pVal))
#define IFaxRoutingMethod_get_FriendlyName(This, pVal) \
	((This)->lpVtbl->get_FriendlyName(This, pVal))
#define IFaxRoutingMethod_get_ExtensionName(This, pVal) \
	((This)->lpVtbl->get_ExtensionName(This, pVal))
#define IFaxRoutingMethod_get_RoutingData(This, pVal) ((This)->lpVtbl->get_RoutingData(This, pVal))

CASELLI_INTERFACE(IFaxRoutingMethods)
{
	CASELLI_IDISPATCH(IFaxRoutingMethods)
	HRESULT(STDMETHODCALLTYPE *get_Count)(IFaxRoutingMethods *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Item)(IFaxRoutingMethods *This, LONG Index, VARIANT
		*pVal);
};
#define IFaxRoutingMethods_QueryInterface(This, riid, out) \
	((This)->lpVtbl->QueryInterface(This, riid, out))
#define IFaxRoutingMethods_AddRef(This) ((This)->lpVtbl->AddRef(This))
#define IFaxRoutingMethods_Release(This) ((This)->lpVtbl->Release(This))
#define IFaxRoutingMethods_GetIDsOfNames(This, riid, names, n, lcid, ids) \
	((This)->lpVtbl->GetIDsOfNames(This, riid, names, n, lcid, ids))
#define IFaxRoutingMethods_Invoke(This, id, riid, lcid, flags, params, result, excep, argerr) \
	((This)->lpVtbl->Invoke(This, id, riid, lcid, flags, params, result, excep, argerr))
#define IFaxRoutingMethods_get_Count(This, pVal) ((This)->lpVtbl->get_Count(This, pVal))
#define IFaxRoutingMethods_get_Item(This, Index, pVal) \
	((This)->lpVtbl->get_Item(This, Index, pVal))

CASELLI_INTERFACE(IFaxStatus)
{
	CASELLI_IDISPATCH(IFaxStatus)
	HRESULT(STDMETHODCALLTYPE *get_CallerId)(IFaxStatus *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Csid)(IFaxStatus *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_CurrentPage)(IFaxStatus *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_DeviceId)(IFaxStatus *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_DeviceName)(IFaxStatus *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_DocumentName)(IFaxStatus *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Send)(IFaxStatus *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Receive)(IFaxStatus *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Address)(IFaxStatus *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_RoutingString)(IFaxStatus *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderName)(IFaxStatus *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientName)(IFaxStatus *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_DocumentSize)(IFaxStatus *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Description)(IFaxStatus *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_PageCount)(IFaxStatus *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Tsid)(IFaxStatus *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_StartTime)(IFaxStatus *This, DATE *pVal);
	HRESULT(STDMETHODCALLTYPE *get_SubmittedTime)(IFaxStatus *This, DATE *pVal);
	HRESULT(STDMETHODCALLTYPE *get_ElapsedTime)(IFaxStatus *This, DATE *pVal);
	HRESULT(STDMETHODCALLTYPE *Refresh)(IFaxStatus *This);
};
#define IFaxStatus_QueryInterface(This, riid, out) \
	((This)->lpVtbl->QueryInterface(This, riid, out))
#define IFaxStatus_AddRef(This) ((This)->lpVtbl->AddRef(This))
#define IFaxStatus_Release(This) ((This)->lpVtbl->Release(This))
#define IFaxStatus_GetIDsOfNames(This, riid, names, n, lcid, ids) \
	((This)->lpVtbl->GetIDsOfNames(This, riid, names, n, lcid, ids))
#define IFaxStatus_Invoke(This, id, riid, lcid, flags, params, result, excep, argerr) \
	((This)->lpVtbl->Invoke(This, id, riid, lcid, flags, params, result, excep, argerr))
#define IFaxStatus_get_CallerId(This, pVal) ((This)->lpVtbl->get_CallerId(This, pVal))
#define IFaxStatus_get_Csid(This, pVal) ((This)->lpVtbl->get_Csid(This, pVal))
#define IFaxStatus_get_CurrentPage(This, pVal) ((This)->lpVtbl->get_CurrentPage(This, pVal))
#define IFaxStatus_get_DeviceId(This, pVal) ((This)->lpVtbl->get_DeviceId(This, pVal))
#define IFaxStatus_get_DeviceName(This, pVal) ((This)->lpVtbl->get_DeviceName(This, pVal))
#define IFaxStatus_get_DocumentName(This, pVal) ((This)->lpVtbl->get_DocumentName(This, pVal))
#define IFaxStatus_get_Send(This, pVal) ((This)->lpVtbl->get_Send(This, pVal))
#define IFaxStatus_get_Receive(This, pVal) ((This)->lpVtbl->get_Receive(This, pVal))
#define IFaxStatus_get_Address(This, pVal) ((This)->lpVtbl->get_Address(This, pVal))
#define IFaxStatus_get_RoutingString(This, pVal) ((This)->lpVtbl->get_RoutingString(This, pVal))
#define IFaxStatus_get_SenderName(This, pVal) ((This)->lpVtbl->get_SenderName(This, pVal))
#define IFaxStatus_get_RecipientName(This, pVal) ((This)->lpVtbl->get_RecipientName(This, pVal))
#define IFaxStatus_get_DocumentSize(This, pVal) ((This)->lpVtbl->get_DocumentSize(This, pVal))
#define IFaxStatus_get_Description(This, pVal) ((This)->lpVtbl->get_Description(This, pVal))
#define IFaxStatus_get_PageCount(This, pVal) ((This)->lpVtbl->get_PageCount(This, pVal))
#define IFaxStatus_get_Tsid(This, pVal) ((This)->lpVtbl->get_Tsid(This, pVal))
#define IFaxStatus_get_StartTime(This, pVal) ((This)->lpVtbl->get_StartTime(This, pVal))
#define IFaxStatus_get_SubmittedTime(This, pVal) ((This)->lpVtbl->get_SubmittedTime(This, pVal))
#define IFaxStatus_get_ElapsedTime(This, pVal) ((This)->lpVtbl->get_ElapsedTime(This, pVal))
#define IFaxStatus_Refresh(This) ((This)->lpVtbl->Refresh(This))

CASELLI_INTERFACE(IFaxDoc)
{
	CASELLI_IDISPATCH(IFaxDoc)
	HRESULT(STDMETHODCALLTYPE *get_FileName)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_FileName)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_CoverpageName)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_CoverpageName)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_SendCoverpage)(IFaxDoc *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *put_SendCoverpage)(IFaxDoc *This, BOOL newVal);
	HRESULT(STDMETHODCALLTYPE *get_ServerCoverpage)(IFaxDoc *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *put_ServerCoverpage)(IFaxDoc *This, BOOL newVal);
	HRESULT(STDMETHODCALLTYPE *get_DiscountSend)(IFaxDoc *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *put_DiscountSend)(IFaxDoc *This, BOOL newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientName)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientName)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientCompany)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientCompany)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientAddress)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientAddress)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientCity)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientCity)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientState)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientState)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientZip)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientZip)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientCountry)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientCountry)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientTitle)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientTitle)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientDepartment)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientDepartment)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientOffice)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientOffice)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientHomePhone)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientHomePhone)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientOfficePhone)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_RecipientOfficePhone)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderName)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_SenderName)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderCompany)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_SenderCompany)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderAddress)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_SenderAddress)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderTitle)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_SenderTitle)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderDepartment)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_SenderDepartment)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderOffice)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_SenderOffice)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderHomePhone)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_SenderHomePhone)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderOfficePhone)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_SenderOfficePhone)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_CoverpageNote)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_CoverpageNote)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_CoverpageSubject)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_CoverpageSubject)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_Tsid)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_Tsid)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_BillingCode)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_BillingCode)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_EmailAddress)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_EmailAddress)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *get_DisplayName)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_DisplayName)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *Send)(IFaxDoc *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_FaxNumber)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_FaxNumber)(IFaxDoc *This, BSTR newVal);
	HRESULT(STDMETHODCALLTYPE *putref_ConnectionObject)(IFaxDoc *This, IDispatch *newVal);
	HRESULT(STDMETHODCALLTYPE *get_CallHandle)(IFaxDoc *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *put_CallHandle)(IFaxDoc *This, LONG newVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderFax)(IFaxDoc *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *put_SenderFax)(IFaxDoc *This, BSTR newVal);
};
#define IFaxDoc_QueryInterface(This, riid, out) ((This)->lpVtbl->QueryInterface(This, riid, out))
#define IFaxDoc_AddRef(This) ((This)->lpVtbl->AddRef(This))
#define IFaxDoc_Release(This) ((This)->lpVtbl->Release(This))
#define IFaxDoc_GetIDsOfNames(This, riid, names, n, lcid, ids) \
	((This)->lpVtbl->GetIDsOfNames(This, riid, names, n, lcid, ids))
#define IFaxDoc_Invoke(This, id, riid, lcid, flags, params, result, excep, argerr) \
	((This)->lpVtbl->Invoke(This, id, riid, lcid, flags, params, result, excep, argerr))
#define IFaxDoc_get_FileName(This, pVal) ((This)->lpVtbl->get_FileName(This, pVal))
#define IFaxDoc_put_FileName(This, newVal) ((This)->lpVtbl->put_FileName(This, newVal))
#define IFaxDoc_get_CoverpageName(This, pVal) ((This)->lpVtbl->get_CoverpageName(This, pVal))
#define IFaxDoc_put_CoverpageName(This, newVal) ((This)->lpVtbl->put_CoverpageName(This, newVal))
#define IFaxDoc_get_SendCoverpage(This, pVal) ((This)->lpVtbl->get_SendCoverpage(This, pVal))
#define IFaxDoc_put_SendCoverpage(This, newVal) ((This)->lpVtbl->put_SendCoverpage(This, newVal))
#define IFaxDoc_get_ServerCoverpage(This, pVal) ((This)->lpVtbl->get_ServerCoverpage(This, pVal))
#define IFaxDoc_put_ServerCoverpage(This, newVal) \
	((This)->lpVtbl->put_ServerCoverpage(This, newVal))
#define IFaxDoc_get_DiscountSend(This, pVal) ((This)->lpVtbl->get_DiscountSend(This, pVal))
#define IFaxDoc_put_DiscountSend(This, newVal) ((This)->lpVtbl->put_DiscountSend(This, newVal))
#define IFaxDoc_get_RecipientName(This, pVal) ((This)->lpVtbl->get_RecipientName(This, pVal))
#define IFaxDoc_put_RecipientName(This, newVal) ((This)->lpVtbl->put_RecipientName(This, newVal))
#define IFaxDoc_get_RecipientCompany(This, pVal) ((This)->lpVtbl->get_RecipientCompany(This, pVal))
#define IFaxDoc_put_RecipientCompany(This, newVal) \
	((This)->lpVtbl->put_RecipientCompany(This, newVal))
#define IFaxDoc_get_RecipientAddress(This, pVal) ((This)->lpVtbl->get_RecipientAddress(This, pVal))
#define IFaxDoc_put_RecipientAddress(This, newVal) \
	((This)->lpVtbl->put_RecipientAddress(This, newVal))
#define IFaxDoc_get_RecipientCity(This, pVal) ((This)->lpVtbl->get_RecipientCity(This, pVal))
#define IFaxDoc_put_RecipientCity(This, newVal) ((This)->lpVtbl->put_RecipientCity(This, newVal))
#define IFaxDoc_get_RecipientState(This, pVal) ((This)->lpVtbl->get_RecipientState(This, pVal))
#define IFaxDoc_put_RecipientState(This, newVal) ((This)->lpVtbl->put_RecipientState(This, newVal))
#define IFaxDoc_get_RecipientZip(This, pVal) ((This)->lpVtbl->get_RecipientZip(This, pVal))
#define IFaxDoc_put_RecipientZip(This, newVal) ((This)->lpVtbl->put_RecipientZip(This, newVal))
#define IFaxDoc_get_RecipientCountry(This, pVal) ((This)->lpVtbl->get_RecipientCountry(This, pVal))
#define IFaxDoc_put_RecipientCountry(This, newVal) \
	((This)->lpVtbl->put_RecipientCountry(This, newVal))
#define IFaxDoc_get_RecipientTitle(This, pVal) ((This)->lpVtbl->get_RecipientTitle(This, pVal))
#define IFaxDoc_put_RecipientTitle(This, newVal) ((This)->lpVtbl->put_RecipientTitle(This, newVal))
#define IFaxDoc_get_RecipientDepartment(This, pVal) \
	((This)->lpVtbl->get_RecipientDepartment(This, pVal))
#define IFaxDoc_put_RecipientDepartment(This, newVal) \
	((This)->lpVtbl->put_RecipientDepartment(This, newVal))
#define IFaxDoc_get_RecipientOffice(This, pVal) ((This)->lpVtbl->get_RecipientOffice(This, pVal))
#define IFaxDoc_put_RecipientOffice(This, newVal) \
	((This)->lpVtbl->put_RecipientOffice(This, newVal))
#define IFaxDoc_get_RecipientHomePhone(This, pVal) \
	((This)->lpVtbl->get_RecipientHomePhone(This, pVal))
#define IFaxDoc_put_RecipientHomePhone(This, newVal) \
	((This)->lpVtbl->put_RecipientHomePhone(This, newVal))
#define IFaxDoc_get_RecipientOfficePhone(This, pVal) \
	((This)->lpVtbl->get_RecipientOfficePhone(This, pVal))
#define IFaxDoc_put_RecipientOfficePhone(This, newVal) \
	((This)->lpVtbl->put_RecipientOfficePhone(This, newVal))
#define IFaxDoc_get_SenderName(This, pVal) ((This)->lpVtbl->get_SenderName(This, pVal))
#define IFaxDoc_put_SenderName(This, newVal) ((This)->lpVtbl->put_SenderName(This, newVal))
#define IFaxDoc_get_SenderCompany(This, pVal) ((This)->lpVtbl->get_SenderCompany(This, pVal))
#define IFaxDoc_put_SenderCompany(This, newVal) ((This)->lpVtbl->put_SenderCompany(This, newVal))
#define IFaxDoc_get_SenderAddress(This, pVal) ((This)->lpVtbl->get_SenderAddress(This, pVal))
#define IFaxDoc_put_SenderAddress(This, newVal) ((This)->lpVtbl->put_SenderAddress(This, newVal))
#define IFaxDoc_get_SenderTitle(This, pVal) ((This)->lpVtbl->get_SenderTitle(This, pVal))
#define IFaxDoc_put_SenderTitle(This, newVal) ((This)->lpVtbl->put_SenderTitle(This, newVal))
#define IFaxDoc_get_SenderDepartment(This, pVal) ((This)->lpVtbl->get_SenderDepartment(This, pVal))
#define IFaxDoc_put_SenderDepartment(This, newVal) \
	((This)->lpVtbl->put_SenderDepartment(This, newVal))
#define IFaxDoc_get_SenderOffice(This, pVal) ((This)->lpVtbl->get_SenderOffice(This, pVal))
#define IFaxDoc_put_SenderOffice(This, newVal) ((This)->lpVtbl->put_SenderOffice(This, newVal))
#define IFaxDoc_get_SenderHomePhone(This, pVal) ((This)->lpVtbl->get_SenderHomePhone(This, pVal))
#define IFaxDoc_put_SenderHomePhone(This, newVal) \
	((This)->lpVtbl->put_SenderHomePhone(This, newVal))
#define IFaxDoc_get_SenderOfficePhone(This, pVal) \
	((This)->lpVtbl->get_SenderOfficePhone(This, pVal))
#define IFaxDoc_put_SenderOfficePhone(This, newVal) \
	((This)->lpVtbl->put_SenderOfficePhone(This, newVal))
#define IFaxDoc_get_CoverpageNote(This, pVal) ((This)->lpVtbl->get_CoverpageNote(This, pVal))
#define IFaxDoc_put_CoverpageNote(This, newVal) ((This)->lpVtbl->put_CoverpageNote(This, newVal))
#define IFaxDoc_get_CoverpageSubject(This, pVal) ((This)->lpVtbl->get_CoverpageSubject(This, pVal))
#define IFaxDoc_put_CoverpageSubject(This, newVal) \
	((This)->lpVtbl->put_CoverpageSubject(This, newVal))
#define IFaxDoc_get_Tsid(This, pVal) ((This)->lpVtbl->get_Tsid(This, pVal))
#define IFaxDoc_put_Tsid(This, newVal) ((This)->lpVtbl->put_Tsid(This, newVal))
#define IFaxDoc_get_BillingCode(This, pVal) ((This)->lpVtbl->get_BillingCode(This, pVal))
#define IFaxDoc_put_BillingCode(This, newVal) ((This)->lpVtbl->put_BillingCode(This, newVal))
#define IFaxDoc_get_EmailAddress(This, pVal) ((This)->lpVtbl->get_EmailAddress(This, pVal))
#define IFaxDoc_put_EmailAddress(This, newVal) ((This)->lpVtbl->put_EmailAddress(This, newVal))
#define IFaxDoc_get_DisplayName(This, pVal) ((This)->lpVtbl->get_DisplayName(This, pVal))
#define IFaxDoc_put_DisplayName(This, newVal) ((This)->lpVtbl->put_DisplayName(This, newVal))
#define IFaxDoc_Send(This, pVal) ((This)->lpVtbl->Send(This, pVal))
#define IFaxDoc_get_FaxNumber(This, pVal) ((This)->lpVtbl->get_FaxNumber(This, pVal))
#define IFaxDoc_put_FaxNumber(This, newVal) ((This)->lpVtbl->put_FaxNumber(This, newVal))
#define IFaxDoc_putref_ConnectionObject(This, newVal) \
	((This)->lpVtbl->putref_ConnectionObject(This, newVal))
#define IFaxDoc_get_CallHandle(This, pVal) ((This)->lpVtbl->get_CallHandle(This, pVal))
#define IFaxDoc_put_CallHandle(This, newVal) ((This)->lpVtbl->put_CallHandle(This, newVal))
#define IFaxDoc_get_SenderFax(This, pVal) ((This)->lpVtbl->get_SenderFax(This, pVal))
#define IFaxDoc_put_SenderFax(This, newVal) ((This)->lpVtbl->put_SenderFax(This, newVal))

CASELLI_INTERFACE(IFaxJobs)
{
	CASELLI_IDISPATCH(IFaxJobs)
	HRESULT(STDMETHODCALLTYPE *get_Count)(IFaxJobs *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Item)(IFaxJobs *This, LONG Index, VARIANT *pVal);
};
#define IFaxJobs_QueryInterface(This, riid, out) ((This)->lpVtbl->QueryInterface(This, riid, out))
#define IFaxJobs_AddRef(This) ((This)->lpVtbl->AddRef(This))
#define IFaxJobs_Release(This) ((This)->lpVtbl->Release(This))
#define IFaxJobs_GetIDsOfNames(This, riid, names, n, lcid, ids) \
	((This)->lpVtbl->GetIDsOfNames(This, riid, names, n, lcid, ids))
#define IFaxJobs_Invoke(This, id, riid, lcid, flags, params, result, excep, argerr) \
	((This)->lpVtbl->Invoke(This, id, riid, lcid, flags, params, result, excep, argerr))
#define IFaxJobs_get_Count(This, pVal) ((This)->lpVtbl->get_Count(This, pVal))
#define IFaxJobs_get_Item(This, Index, pVal) ((This)->lpVtbl->get_Item(This, Index, pVal))

CASELLI_INTERFACE(IFaxJob)
{
	CASELLI_IDISPATCH(IFaxJob)
	HRESULT(STDMETHODCALLTYPE *get_JobId)(IFaxJob *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Type)(IFaxJob *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_UserName)(IFaxJob *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_QueueStatus)(IFaxJob *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_DeviceStatus)(IFaxJob *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_PageCount)(IFaxJob *This, LONG *pVal);
	HRESULT(STDMETHODCALLTYPE *get_FaxNumber)(IFaxJob *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_RecipientName)(IFaxJob *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_Tsid)(IFaxJob *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderName)(IFaxJob *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderCompany)(IFaxJob *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_SenderDept)(IFaxJob *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_BillingCode)(IFaxJob *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_DisplayName)(IFaxJob *This, BSTR *pVal);
	HRESULT(STDMETHODCALLTYPE *get_DiscountSend)(IFaxJob *This, BOOL *pVal);
	HRESULT(STDMETHODCALLTYPE *SetStatus)(IFaxJob *This, LONG Command);
	HRESULT(STDMETHODCALLTYPE *Refresh)(IFaxJob *This);
};
#define IFaxJob_QueryInterface(This, riid, out) ((This)->lpVtbl->QueryInterface(This, riid, out))
#define IFaxJob_AddRef(This) ((This)->lpVtbl->AddRef(This))
#define IFaxJob_Release(This) ((This)->lpVtbl->Release(This))
#define IFaxJob_GetIDsOfNames(This, riid, names, n, lcid, ids) \
	((This)->lpVtbl->GetIDsOfNames(This, riid, names, n, lcid, ids))
#define IFaxJob_Invoke(This, id, riid, lcid, flags, params, result, excep, argerr) \
	((This)->lpVtbl->Invoke(This, id, riid, lcid, flags, params, result, excep, argerr))
#define IFaxJob_get_JobId(This, pVal) ((This)->lpVtbl->get_JobId(This, pVal))
#define IFaxJob_get_Type(This, pVal) ((This)->lpVtbl->get_Type(This, pVal))
#define IFaxJob_get_UserName(This, pVal) ((This)->lpVtbl->get_UserName(This, pVal))
#define IFaxJob_get_QueueStatus(This, pVal) ((This)->lpVtbl->get_QueueStatus(This, pVal))
#define IFaxJob_get_DeviceStatus(This, pVal) ((This)->lpVtbl->get_DeviceStatus(This, pVal))
#define IFaxJob_get_PageCount(This, pVal) ((This)->lpVtbl->get_PageCount(This, pVal))
#define IFaxJob_get_FaxNumber(This, pVal) ((This)->lpVtbl->get_FaxNumber(This, pVal))
#define IFaxJob_get_RecipientName(This, pVal) ((This)->lpVtbl->get_RecipientName(This, pVal))
#define IFaxJob_get_Tsid(This, pVal) ((This)->lpVtbl->get_Tsid(This, pVal))
#define IFaxJob_get_SenderName(This, pVal) ((This)->lpVtbl->get_SenderName(This, pVal))
#define IFaxJob_get_SenderCompany(This, pVal) ((This)->lpVtbl->get_SenderCompany(This, pVal))
#define IFaxJob_get_SenderDept(This, pVal) ((This)->lpVtbl->get_SenderDept(This, pVal))
#define IFaxJob_get_BillingCode(This, pVal) ((This)->lpVtbl->get_BillingCode(This, pVal))
#define IFaxJob_get_DisplayName(This, pVal) ((This)->lpVtbl->get_DisplayName(This, pVal))
#define IFaxJob_get_DiscountSend(This, pVal) ((This)->lpVtbl->get_DiscountSend(This, pVal))
#define IFaxJob_SetStatus(This, Command) ((This)->lpVtbl->SetStatus(This, Command))
#define IFaxJob_Refresh(This) ((This)->lpVtbl->Refresh(This))

#endif

#ifdef __cplusplus
}
#endif

#endif
