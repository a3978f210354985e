/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file caselli/com.h
 * The part of COM and Automation that faxcom.h needs, for platforms without it:
 * IUnknown, IDispatch, BSTR, VARIANT, error information. libfaxcom exports the
 * functions. Names, sizes, layouts and rules are those of Windows (64 and 32 bit).
 *
 * On Windows this header only includes the system's.
 */
#ifndef CASELLI_COM_H
#define CASELLI_COM_H

#include <caselli/wintypes.h>

/* Tables of an interface, for C: the slots of IUnknown and IDispatch, then its own. */
#ifndef __cplusplus
#define CASELLI_IUNKNOWN(type)                                                                     \
	HRESULT(STDMETHODCALLTYPE *QueryInterface)(type *This, REFIID riid, void **ppvObject);     \
	ULONG(STDMETHODCALLTYPE *AddRef)(type *This);                                              \
	ULONG(STDMETHODCALLTYPE *Release)(type *This);
#define CASELLI_IDISPATCH(type)                                                                    \
	CASELLI_IUNKNOWN(type)                                                                     \
	HRESULT(STDMETHODCALLTYPE *GetTypeInfoCount)(type *This, UINT *pctinfo);                   \
	HRESULT(STDMETHODCALLTYPE *GetTypeInfo)                                                    \
	(type *This, UINT iTInfo, LCID lcid, ITypeInfo **ppTInfo);                                 \
	HRESULT(STDMETHODCALLTYPE *GetIDsOfNames)                                                  \
	(type *This, REFIID riid, LPOLESTR *rgszNames, UINT cNames, LCID lcid, DISPID *rgDispId);  \
	HRESULT(STDMETHODCALLTYPE *Invoke)                                                         \
	(type *This, DISPID dispIdMember, REFIID riid, LCID lcid, WORD wFlags,                     \
	 DISPPARAMS *pDispParams, VARIANT *pVarResult, EXCEPINFO *pExcepInfo, UINT *puArgErr);
#define CASELLI_INTERFACE(type)                                                                    \
	typedef struct type##Vtbl type##Vtbl;                                                      \
	struct type {                                                                              \
		const type##Vtbl *lpVtbl;                                                          \
	};                                                                                         \
	struct type##Vtbl
#endif

#ifdef _WIN32
#include <ole2.h>
#include <oleauto.h>
#else

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t SCODE;
typedef int32_t DISPID;
typedef int32_t MEMBERID;
typedef uint32_t LCID;
typedef int16_t SHORT;
typedef uint16_t USHORT;
typedef int64_t LONGLONG;
typedef uint64_t ULONGLONG;
typedef WCHAR OLECHAR;
typedef OLECHAR *LPOLESTR;
typedef const OLECHAR *LPCOLESTR;
/** Text with its length in bytes in the 4 bytes before it, and a NUL after it; NULL is empty. */
typedef OLECHAR *BSTR;
/** Days since 1899-12-30, the time of day in the fraction. */
typedef double DATE;
/** -1 is true, 0 is false. */
typedef int16_t VARIANT_BOOL;
typedef uint16_t VARTYPE;
#define VARIANT_TRUE  ((VARIANT_BOOL)-1)
#define VARIANT_FALSE ((VARIANT_BOOL)0)

#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
	uint32_t Data1;
	uint16_t Data2;
	uint16_t Data3;
	uint8_t Data4[8];
} GUID;
#endif
typedef GUID IID;
typedef GUID CLSID;
#ifdef __cplusplus
typedef const GUID &REFGUID;
typedef const IID &REFIID;
typedef const CLSID &REFCLSID;
#else
typedef const GUID *REFGUID;
typedef const IID *REFIID;
typedef const CLSID *REFCLSID;
#endif

#define SUCCEEDED(hr)         ((HRESULT)(hr) >= 0)
#define FAILED(hr)            ((HRESULT)(hr) < 0)
#define HRESULT_CODE(hr)      ((hr) & 0xFFFF)
#define HRESULT_FACILITY(hr)  (((hr) >> 16) & 0x1FFF)
#define HRESULT_FROM_WIN32(x)                                                                      \
	((HRESULT)(x) <= 0 ? (HRESULT)(x) : (HRESULT)(((uint32_t)(x) & 0xFFFFu) | 0x80070000u))

#define S_OK                       ((HRESULT)0)
#define S_FALSE                    ((HRESULT)1)
#define E_NOTIMPL                  ((HRESULT)0x80004001u)
#define E_NOINTERFACE              ((HRESULT)0x80004002u)
#define E_POINTER                  ((HRESULT)0x80004003u)
#define E_FAIL                     ((HRESULT)0x80004005u)
#define E_UNEXPECTED               ((HRESULT)0x8000FFFFu)
#define E_ACCESSDENIED             ((HRESULT)0x80070005u)
#define E_HANDLE                   ((HRESULT)0x80070006u)
#define E_OUTOFMEMORY              ((HRESULT)0x8007000Eu)
#define E_INVALIDARG               ((HRESULT)0x80070057u)
#define CLASS_E_NOAGGREGATION      ((HRESULT)0x80040110u)
#define CLASS_E_CLASSNOTAVAILABLE  ((HRESULT)0x80040111u)
#define REGDB_E_CLASSNOTREG        ((HRESULT)0x80040154u)
#define CO_E_CLASSSTRING           ((HRESULT)0x800401F3u)
#define DISP_E_UNKNOWNINTERFACE    ((HRESULT)0x80020001u)
#define DISP_E_MEMBERNOTFOUND      ((HRESULT)0x80020003u)
#define DISP_E_PARAMNOTFOUND       ((HRESULT)0x80020004u)
#define DISP_E_TYPEMISMATCH        ((HRESULT)0x80020005u)
#define DISP_E_UNKNOWNNAME         ((HRESULT)0x80020006u)
#define DISP_E_NONAMEDARGS         ((HRESULT)0x80020007u)
#define DISP_E_BADVARTYPE          ((HRESULT)0x80020008u)
#define DISP_E_EXCEPTION           ((HRESULT)0x80020009u)
#define DISP_E_OVERFLOW            ((HRESULT)0x8002000Au)
#define DISP_E_BADINDEX            ((HRESULT)0x8002000Bu)
#define DISP_E_BADPARAMCOUNT       ((HRESULT)0x8002000Eu)
#define DISP_E_PARAMNOTOPTIONAL    ((HRESULT)0x8002000Fu)

enum VARENUM {
	VT_EMPTY = 0, VT_NULL = 1, VT_I2 = 2, VT_I4 = 3, VT_R4 = 4, VT_R8 = 5, VT_CY = 6,
	VT_DATE = 7, VT_BSTR = 8, VT_DISPATCH = 9, VT_ERROR = 10, VT_BOOL = 11, VT_VARIANT = 12,
	VT_UNKNOWN = 13, VT_I1 = 16, VT_UI1 = 17, VT_UI2 = 18, VT_UI4 = 19, VT_I8 = 20,
	VT_UI8 = 21, VT_INT = 22, VT_UINT = 23, VT_ARRAY = 0x2000, VT_BYREF = 0x4000,
	VT_TYPEMASK = 0xFFF
};

typedef union tagCY {
	int64_t int64; /**< ten-thousandths */
} CY;

typedef struct IUnknown IUnknown;
typedef struct IDispatch IDispatch;
typedef struct ITypeInfo ITypeInfo; /* never given out here */

typedef struct tagVARIANT VARIANT;
typedef VARIANT VARIANTARG;
struct tagVARIANT {
	VARTYPE vt;
	WORD wReserved1;
	WORD wReserved2;
	WORD wReserved3;
	__extension__ union {
		LONGLONG llVal;
		ULONGLONG ullVal;
		LONG lVal;
		ULONG ulVal;
		INT intVal;
		UINT uintVal;
		SHORT iVal;
		USHORT uiVal;
		BYTE bVal;
		signed char cVal;
		float fltVal;
		double dblVal;
		VARIANT_BOOL boolVal;
		SCODE scode;
		CY cyVal;
		DATE date;
		BSTR bstrVal;
		IUnknown *punkVal;
		IDispatch *pdispVal;
		void *parray; /**< SAFEARRAY: not supported here */
		void *byref;
		LONGLONG *pllVal;
		LONG *plVal;
		SHORT *piVal;
		BYTE *pbVal;
		float *pfltVal;
		double *pdblVal;
		VARIANT_BOOL *pboolVal;
		SCODE *pscode;
		CY *pcyVal;
		DATE *pdate;
		BSTR *pbstrVal;
		IUnknown **ppunkVal;
		IDispatch **ppdispVal;
		VARIANT *pvarVal;
		struct {
			void *pvRecord;
			void *pRecInfo;
		} brecVal;
	};
};

#define V_VT(v)       ((v)->vt)
#define V_I4(v)       ((v)->lVal)
#define V_I2(v)       ((v)->iVal)
#define V_R8(v)       ((v)->dblVal)
#define V_CY(v)       ((v)->cyVal)
#define V_DATE(v)     ((v)->date)
#define V_BSTR(v)     ((v)->bstrVal)
#define V_BOOL(v)     ((v)->boolVal)
#define V_ERROR(v)    ((v)->scode)
#define V_DISPATCH(v) ((v)->pdispVal)
#define V_UNKNOWN(v)  ((v)->punkVal)

typedef struct tagDISPPARAMS {
	VARIANTARG *rgvarg;        /**< last argument first */
	DISPID *rgdispidNamedArgs;
	UINT cArgs;
	UINT cNamedArgs;
} DISPPARAMS;

typedef struct tagEXCEPINFO {
	WORD wCode;
	WORD wReserved;
	BSTR bstrSource;
	BSTR bstrDescription;
	BSTR bstrHelpFile;
	DWORD dwHelpContext;
	void *pvReserved;
	HRESULT(STDAPICALLTYPE *pfnDeferredFillIn)(struct tagEXCEPINFO *);
	SCODE scode;
} EXCEPINFO;

#define DISPID_UNKNOWN      (-1)
#define DISPID_VALUE        0
#define DISPID_PROPERTYPUT  (-3)
#define DISPID_NEWENUM      (-4)
#define DISPATCH_METHOD         0x1
#define DISPATCH_PROPERTYGET    0x2
#define DISPATCH_PROPERTYPUT    0x4
#define DISPATCH_PROPERTYPUTREF 0x8
#define VARIANT_NOVALUEPROP 0x1
#define VARIANT_ALPHABOOL   0x2
#define LOCALE_USER_DEFAULT ((LCID)0x0400)
#define CLSCTX_INPROC_SERVER 0x1
#define CLSCTX_ALL           0x17
#define COINIT_APARTMENTTHREADED 0x2
#define COINIT_MULTITHREADED     0x0

/*
 * Interfaces. C++ sees abstract classes, C a structure with lpVtbl; both have the layout of
 * Windows. In C, IUnknown_Release(p) and so on call through the table.
 */
#ifdef __cplusplus
struct IUnknown {
	virtual HRESULT STDMETHODCALLTYPE QueryInterface(REFIID riid, void **ppvObject) = 0;
	virtual ULONG STDMETHODCALLTYPE AddRef() = 0;
	virtual ULONG STDMETHODCALLTYPE Release() = 0;
};
struct IDispatch : public IUnknown {
	virtual HRESULT STDMETHODCALLTYPE GetTypeInfoCount(UINT *pctinfo) = 0;
	virtual HRESULT STDMETHODCALLTYPE GetTypeInfo(UINT iTInfo, LCID lcid,
						      ITypeInfo **ppTInfo) = 0;
	virtual HRESULT STDMETHODCALLTYPE GetIDsOfNames(REFIID riid, LPOLESTR *rgszNames,
							UINT cNames, LCID lcid,
							DISPID *rgDispId) = 0;
	virtual HRESULT STDMETHODCALLTYPE Invoke(DISPID dispIdMember, REFIID riid, LCID lcid,
						 WORD wFlags, DISPPARAMS *pDispParams,
						 VARIANT *pVarResult, EXCEPINFO *pExcepInfo,
						 UINT *puArgErr) = 0;
};
struct IClassFactory : public IUnknown {
	virtual HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown *pUnkOuter, REFIID riid,
							 void **ppvObject) = 0;
	virtual HRESULT STDMETHODCALLTYPE LockServer(BOOL fLock) = 0;
};
struct IErrorInfo : public IUnknown {
	virtual HRESULT STDMETHODCALLTYPE GetGUID(GUID *pGUID) = 0;
	virtual HRESULT STDMETHODCALLTYPE GetSource(BSTR *pBstrSource) = 0;
	virtual HRESULT STDMETHODCALLTYPE GetDescription(BSTR *pBstrDescription) = 0;
	virtual HRESULT STDMETHODCALLTYPE GetHelpFile(BSTR *pBstrHelpFile) = 0;
	virtual HRESULT STDMETHODCALLTYPE GetHelpContext(DWORD *pdwHelpContext) = 0;
};
struct ICreateErrorInfo : public IUnknown {
	virtual HRESULT STDMETHODCALLTYPE SetGUID(REFGUID rguid) = 0;
	virtual HRESULT STDMETHODCALLTYPE SetSource(LPOLESTR szSource) = 0;
	virtual HRESULT STDMETHODCALLTYPE SetDescription(LPOLESTR szDescription) = 0;
	virtual HRESULT STDMETHODCALLTYPE SetHelpFile(LPOLESTR szHelpFile) = 0;
	virtual HRESULT STDMETHODCALLTYPE SetHelpContext(DWORD dwHelpContext) = 0;
};
struct ISupportErrorInfo : public IUnknown {
	virtual HRESULT STDMETHODCALLTYPE InterfaceSupportsErrorInfo(REFIID riid) = 0;
};
#else
CASELLI_INTERFACE(IUnknown)
{
	CASELLI_IUNKNOWN(IUnknown)
};
CASELLI_INTERFACE(IDispatch)
{
	CASELLI_IDISPATCH(IDispatch)
};
typedef struct IClassFactory IClassFactory;
CASELLI_INTERFACE(IClassFactory)
{
	CASELLI_IUNKNOWN(IClassFactory)
	HRESULT(STDMETHODCALLTYPE *CreateInstance)
	(IClassFactory *This, IUnknown *pUnkOuter, REFIID riid, void **ppvObject);
	HRESULT(STDMETHODCALLTYPE *LockServer)(IClassFactory *This, BOOL fLock);
};
typedef struct IErrorInfo IErrorInfo;
CASELLI_INTERFACE(IErrorInfo)
{
	CASELLI_IUNKNOWN(IErrorInfo)
	HRESULT(STDMETHODCALLTYPE *GetGUID)(IErrorInfo *This, GUID *pGUID);
	HRESULT(STDMETHODCALLTYPE *GetSource)(IErrorInfo *This, BSTR *pBstrSource);
	HRESULT(STDMETHODCALLTYPE *GetDescription)(IErrorInfo *This, BSTR *pBstrDescription);
	HRESULT(STDMETHODCALLTYPE *GetHelpFile)(IErrorInfo *This, BSTR *pBstrHelpFile);
	HRESULT(STDMETHODCALLTYPE *GetHelpContext)(IErrorInfo *This, DWORD *pdwHelpContext);
};
typedef struct ICreateErrorInfo ICreateErrorInfo;
CASELLI_INTERFACE(ICreateErrorInfo)
{
	CASELLI_IUNKNOWN(ICreateErrorInfo)
	HRESULT(STDMETHODCALLTYPE *SetGUID)(ICreateErrorInfo *This, REFGUID rguid);
	HRESULT(STDMETHODCALLTYPE *SetSource)(ICreateErrorInfo *This, LPOLESTR szSource);
	HRESULT(STDMETHODCALLTYPE *SetDescription)(ICreateErrorInfo *This, LPOLESTR szDescription);
	HRESULT(STDMETHODCALLTYPE *SetHelpFile)(ICreateErrorInfo *This, LPOLESTR szHelpFile);
	HRESULT(STDMETHODCALLTYPE *SetHelpContext)(ICreateErrorInfo *This, DWORD dwHelpContext);
};
typedef struct ISupportErrorInfo ISupportErrorInfo;
CASELLI_INTERFACE(ISupportErrorInfo)
{
	CASELLI_IUNKNOWN(ISupportErrorInfo)
	HRESULT(STDMETHODCALLTYPE * InterfaceSupportsErrorInfo)
	(ISupportErrorInfo * This, REFIID riid);
};
#define IUnknown_QueryInterface(p, i, o) ((p)->lpVtbl->QueryInterface(p, i, o))
#define IUnknown_AddRef(p)               ((p)->lpVtbl->AddRef(p))
#define IUnknown_Release(p)              ((p)->lpVtbl->Release(p))
#define IDispatch_QueryInterface(p, i, o) ((p)->lpVtbl->QueryInterface(p, i, o))
#define IDispatch_AddRef(p)               ((p)->lpVtbl->AddRef(p))
#define IDispatch_Release(p)              ((p)->lpVtbl->Release(p))
#define IDispatch_GetIDsOfNames(p, i, n, c, l, d) ((p)->lpVtbl->GetIDsOfNames(p, i, n, c, l, d))
#define IDispatch_Invoke(p, d, i, l, f, a, r, e, u)                                                \
	((p)->lpVtbl->Invoke(p, d, i, l, f, a, r, e, u))
#define IErrorInfo_GetSource(p, s)      ((p)->lpVtbl->GetSource(p, s))
#define IErrorInfo_GetDescription(p, s) ((p)->lpVtbl->GetDescription(p, s))
#define IErrorInfo_Release(p)           ((p)->lpVtbl->Release(p))
#define IClassFactory_CreateInstance(p, u, i, o) ((p)->lpVtbl->CreateInstance(p, u, i, o))
#define IClassFactory_Release(p)                 ((p)->lpVtbl->Release(p))
#endif

extern const IID IID_IUnknown;
extern const IID IID_IDispatch;
extern const IID IID_IClassFactory;
extern const IID IID_IErrorInfo;
extern const IID IID_ICreateErrorInfo;
extern const IID IID_ISupportErrorInfo;
extern const IID IID_NULL; /* GUID_NULL */

/* Text. SysFreeString(NULL) is fine. */
BSTR STDAPICALLTYPE SysAllocString(const OLECHAR *psz);
BSTR STDAPICALLTYPE SysAllocStringLen(const OLECHAR *strIn, UINT ui);
BSTR STDAPICALLTYPE SysAllocStringByteLen(LPCSTR psz, UINT len);
INT STDAPICALLTYPE SysReAllocString(BSTR *pbstr, const OLECHAR *psz);
INT STDAPICALLTYPE SysReAllocStringLen(BSTR *pbstr, const OLECHAR *psz, UINT len);
void STDAPICALLTYPE SysFreeString(BSTR bstr);
UINT STDAPICALLTYPE SysStringLen(BSTR bstr);
UINT STDAPICALLTYPE SysStringByteLen(BSTR bstr);
/** Not of Windows: from and to UTF-8. The latter is freed with CoTaskMemFree. */
BSTR STDAPICALLTYPE CaselliStringFromUtf8(const char *text);
char *STDAPICALLTYPE CaselliUtf8FromString(BSTR bstr);

void STDAPICALLTYPE VariantInit(VARIANTARG *pvarg);
HRESULT STDAPICALLTYPE VariantClear(VARIANTARG *pvarg);
HRESULT STDAPICALLTYPE VariantCopy(VARIANTARG *pvargDest, const VARIANTARG *pvargSrc);
HRESULT STDAPICALLTYPE VariantCopyInd(VARIANT *pvarDest, const VARIANTARG *pvargSrc);
HRESULT STDAPICALLTYPE VariantChangeType(VARIANTARG *pvargDest, const VARIANTARG *pvarSrc,
					 USHORT wFlags, VARTYPE vt);
HRESULT STDAPICALLTYPE VariantChangeTypeEx(VARIANTARG *pvargDest, const VARIANTARG *pvarSrc,
					   LCID lcid, USHORT wFlags, VARTYPE vt);
INT STDAPICALLTYPE SystemTimeToVariantTime(SYSTEMTIME *lpSystemTime, double *pvtime);
INT STDAPICALLTYPE VariantTimeToSystemTime(double vtime, SYSTEMTIME *lpSystemTime);

HRESULT STDAPICALLTYPE SetErrorInfo(ULONG dwReserved, IErrorInfo *perrinfo);
HRESULT STDAPICALLTYPE GetErrorInfo(ULONG dwReserved, IErrorInfo **pperrinfo);
HRESULT STDAPICALLTYPE CreateErrorInfo(ICreateErrorInfo **pperrinfo);

HRESULT STDAPICALLTYPE CoInitialize(LPVOID pvReserved);
HRESULT STDAPICALLTYPE CoInitializeEx(LPVOID pvReserved, DWORD dwCoInit);
void STDAPICALLTYPE CoUninitialize(void);
void *STDAPICALLTYPE CoTaskMemAlloc(size_t cb);
void *STDAPICALLTYPE CoTaskMemRealloc(void *pv, size_t cb);
void STDAPICALLTYPE CoTaskMemFree(void *pv);
/** The classes of libfaxcom, by CLSID; no other is known. */
HRESULT STDAPICALLTYPE CoCreateInstance(REFCLSID rclsid, IUnknown *pUnkOuter, DWORD dwClsContext,
					REFIID riid, LPVOID *ppv);
HRESULT STDAPICALLTYPE CoGetClassObject(REFCLSID rclsid, DWORD dwClsContext, LPVOID pvReserved,
					REFIID riid, LPVOID *ppv);
/** "FaxServer.FaxServer", "FaxServer.FaxServer.1" and so on, in any case. */
HRESULT STDAPICALLTYPE CLSIDFromProgID(LPCOLESTR lpszProgID, CLSID *lpclsid);
HRESULT STDAPICALLTYPE CLSIDFromString(LPCOLESTR lpsz, CLSID *pclsid);
HRESULT STDAPICALLTYPE IIDFromString(LPCOLESTR lpsz, IID *lpiid);
/** Braced form with NUL. @return characters with NUL (39), 0 when cchMax is too small */
INT STDAPICALLTYPE StringFromGUID2(REFGUID rguid, LPOLESTR lpsz, INT cchMax);

HRESULT STDAPICALLTYPE DllGetClassObject(REFCLSID rclsid, REFIID riid, LPVOID *ppv);
/** S_OK while no object of the library lives and no LockServer is held. */
HRESULT STDAPICALLTYPE DllCanUnloadNow(void);

#ifdef __cplusplus
}
inline bool IsEqualGUID(REFGUID a, REFGUID b)
{
	return __builtin_memcmp(&a, &b, sizeof(GUID)) == 0;
}
#else
#define IsEqualGUID(a, b) (__builtin_memcmp((a), (b), sizeof(GUID)) == 0)
#endif
#define IsEqualIID(a, b)   IsEqualGUID(a, b)
#define IsEqualCLSID(a, b) IsEqualGUID(a, b)

#endif /* _WIN32 */
#endif
