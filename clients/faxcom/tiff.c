/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/faxcom/tiff.c  FaxTiff: what a fax file says about itself. Needs no server. */
#include <errno.h>
#include <locale.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include "base/str.h"
#include "clients/common/files.h"
#include "clients/faxcom/faxcom_priv.h"
#include "clients/faxcom/tiff_tags.h"

struct fax_tiff {
	struct fx_com_object base;
	fx_lock lock; /* what follows */
	struct fc_tiff *tags; /* as they were when Image was set; NULL: not yet */
	BSTR image;
};

static HRESULT no_image(const void *obj)
{
	return fx_com_fail(obj, E_UNEXPECTED, "No fax file is open; set Image to its path first.");
}

static HRESULT give_utf8(const char *s, BSTR *pVal)
{
	*pVal = CaselliStringFromUtf8(s);
	return *pVal ? S_OK : E_OUTOFMEMORY;
}

/* What the file does not say. The documents have this word and the empty text (faxcom.md 9.1). */
static HRESULT give_absent(BSTR *pVal)
{
	return give_utf8("Unavailable", pVal);
}

static HRESULT tag_failed(const void *obj, int err, uint32_t tag)
{
	if (err == FX_ENOMEM) {
		return E_OUTOFMEMORY;
	}
	return err == FX_ELIMIT ? fx_com_fail(obj, HRESULT_FROM_WIN32(ERROR_BUFFER_OVERFLOW),
					      "Tag %u is longer than %u octets.", tag,
					      FC_TIFF_VALUE_MAX)
				: fx_com_fail(obj, HRESULT_FROM_WIN32(ERROR_INVALID_DATA),
					      "The value of tag %u is damaged.", tag);
}

/* A text that is there but empty says nothing either. */
static HRESULT property(struct fax_tiff *o, uint32_t tag, uint32_t other, BSTR *pVal)
{
	char *s = NULL;
	HRESULT hr;
	int err;

	if (!o->tags) {
		return S_FALSE;
	}
	err = fc_tiff_text(o->tags, tag, &s);
	if ((err || !*s) && other && err != FX_ENOMEM) {
		s = fx_free(s);
		err = fc_tiff_text(o->tags, other, &s);
	}
	if (err == FX_ENOENT || (!err && !*s)) {
		hr = give_absent(pVal);
	} else {
		hr = err ? tag_failed(o, err, tag) : give_utf8(s, pVal);
	}
	(void)fx_free(s);
	return hr;
}

/* Who was called is the CSID of a received fax (IFaxTiff.RecipientNumber). */
static uint32_t called(const struct fax_tiff *o)
{
	char *s = NULL;
	bool received;

	if (!o->tags || fc_tiff_text(o->tags, FC_TAG_DIRECTION, &s)) {
		return 0;
	}
	received = fx_str_eq(s, "received");
	(void)fx_free(s);
	return received ? FC_TAG_CSID : 0;
}

/* Date and time in the user's locale and zone: "10/02/98@10:15:00 AM". */
#ifdef _WIN32
static HRESULT time_text(int64_t at, BSTR *pVal)
{
	uint64_t t = (uint64_t)(at + INT64_C(11644473600)) * 10000000;
	FILETIME ft = {(DWORD)t, (DWORD)(t >> 32)};
	OLECHAR text[160] = {0};
	SYSTEMTIME utc, local;
	int n = 0;

	if (FileTimeToSystemTime(&ft, &utc) &&
	    SystemTimeToTzSpecificLocalTime(NULL, &utc, &local)) {
		n = GetDateFormatW(LOCALE_USER_DEFAULT, DATE_SHORTDATE, &local, NULL, text, 79);
	}
	if (n > 0) {
		text[n - 1] = L'@';
		(void)GetTimeFormatW(LOCALE_USER_DEFAULT, 0, &local, NULL, text + n, 79);
	}
	*pVal = SysAllocString(text);
	return *pVal ? S_OK : E_OUTOFMEMORY;
}
#else
static HRESULT time_text(int64_t at, BSTR *pVal)
{
	locale_t loc = newlocale(LC_ALL_MASK, "", (locale_t)0);
	time_t t = (time_t)at;
	wchar_t wide[160];
	OLECHAR text[2 * FX_ARRAY_LEN(wide)];
	size_t i, n = 0, len = 0;
	struct tm tm;

	loc = loc ? loc : newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (loc && localtime_r(&t, &tm)) {
		locale_t old = uselocale(loc);

		len = wcsftime(wide, FX_ARRAY_LEN(wide), L"%x@%X", &tm);
		(void)uselocale(old);
	}
	if (loc) {
		freelocale(loc);
	}
	for (i = 0; i < len; i++) {
		uint32_t c = (uint32_t)wide[i];

		if (c >= 0x10000) {
			text[n++] = (OLECHAR)(0xD7C0 + (c >> 10));
			c = 0xDC00 | (c & 0x3FF);
		}
		text[n++] = (OLECHAR)c;
	}
	*pVal = SysAllocStringLen(text, (UINT)n);
	return *pVal ? S_OK : E_OUTOFMEMORY;
}
#endif

static HRESULT receive_time(struct fax_tiff *o, BSTR *pVal)
{
	int64_t at = 0;
	int err = o->tags ? fc_tiff_time(o->tags, &at) : 0;

	if (!o->tags) {
		return S_FALSE;
	}
	/* Empty, not the word, for this one (faxcom.md 9.1, 9.3). */
	return err == FX_ENOMEM ? E_OUTOFMEMORY : err ? give_utf8("", pVal) : time_text(at, pVal);
}

/* FILETIME in the 64 bits of a currency; 0 when the file does not say. */
static HRESULT raw_time(struct fax_tiff *o, VARIANT *pVal)
{
	int64_t at = 0;
	int err = o->tags ? fc_tiff_time(o->tags, &at) : 0;

	if (!o->tags) {
		return S_FALSE;
	}
	if (err == FX_ENOMEM) {
		return E_OUTOFMEMORY;
	}
	pVal->vt = VT_CY;
	pVal->cyVal.int64 = err ? 0 : (at + INT64_C(11644473600)) * 10000000;
	return S_OK;
}

#define GET(Name, type, READ)                                                                      \
	static HRESULT STDMETHODCALLTYPE get_##Name(IFaxTiff *This, type *pVal)                    \
	{                                                                                          \
		struct fax_tiff *o = (void *)This;                                                 \
		HRESULT hr;                                                                        \
												   \
		if (!pVal) {                                                                       \
			return fc_null(This);                                                      \
		}                                                                                  \
		memset(pVal, 0, sizeof(*pVal));                                                    \
		fx_lock_take(&o->lock);                                                \
		hr = READ;                                                                         \
		fx_lock_drop(&o->lock);                                              \
		return hr == S_FALSE ? no_image(This) : hr;                                        \
	}
GET(ReceiveTime, BSTR, receive_time(o, pVal))
GET(RawReceiveTime, VARIANT, raw_time(o, pVal))
GET(RecipientName, BSTR, property(o, FC_TAG_RECIPIENT, 0, pVal))
GET(SenderName, BSTR, property(o, FC_TAG_SENDER, 0, pVal))
GET(Routing, BSTR, property(o, FC_TAG_ROUTING, FC_TAG_FAX_SUBADDRESS, pVal))
GET(CallerId, BSTR, property(o, FC_TAG_CALLER_ID, 0, pVal))
GET(Csid, BSTR, property(o, FC_TAG_CSID, 0, pVal))
GET(Tsid, BSTR, property(o, FC_TAG_TSID, 0, pVal))
GET(RecipientNumber, BSTR, property(o, FC_TAG_RECIPIENT_NUMBER, called(o), pVal))

static HRESULT image_text(const struct fax_tiff *o, BSTR *pVal)
{
	if (!o->tags) {
		return S_FALSE;
	}
	*pVal = SysAllocStringLen(o->image, SysStringLen(o->image));
	return *pVal ? S_OK : E_OUTOFMEMORY;
}
GET(Image, BSTR, image_text(o, pVal))

static HRESULT STDMETHODCALLTYPE get_TiffTagString(IFaxTiff *This, INT tagID, BSTR *pVal)
{
	struct fax_tiff *o = (void *)This;
	char *s = NULL;
	int err = 0;
	HRESULT hr;

	if (!pVal) {
		return fc_null(This);
	}
	*pVal = NULL;
	fx_lock_take(&o->lock);
	if (!o->tags) {
		hr = no_image(This);
	} else if (tagID < 1 || tagID > 65535) {
		hr = fx_com_fail(This, E_INVALIDARG, "Tag %d: tags are 1 to 65535.", tagID);
	} else {
		err = fc_tiff_text(o->tags, (uint32_t)tagID, &s);
		hr = err == FX_ENOENT ? give_absent(pVal) :
		     err	      ? tag_failed(This, err, (uint32_t)tagID) :
					give_utf8(s, pVal);
	}
	fx_lock_drop(&o->lock);
	(void)fx_free(s);
	return hr;
}

/* ---- put_Image ---- */
static int read_file(void *arg, uint64_t at, void *p, size_t n)
{
	return fx_file_read_at(*(int *)arg, at, p, n);
}

static HRESULT cannot_open(const void *obj, const char *path, int code)
{
	DWORD win32 = code == ENOENT || code == ENOTDIR	 ? ERROR_FILE_NOT_FOUND
		      : code == EACCES || code == EPERM	 ? ERROR_ACCESS_DENIED
							 : ERROR_READ_FAULT;

	return fx_com_fail(obj, HRESULT_FROM_WIN32(win32), "The file %s %s.", path,
			   win32 == ERROR_FILE_NOT_FOUND  ? "does not exist" :
			   win32 == ERROR_ACCESS_DENIED	  ? "may not be read by this user" :
							    "cannot be read");
}

static HRESULT load(const void *obj, const char *path, struct fc_tiff **ret)
{
	struct fx_reason why = {{0}};
	int fd = fx_file_open(path), err;

	if (fd < 0 && errno == EISDIR) {
		return fx_com_fail(obj, HRESULT_FROM_WIN32(ERROR_INVALID_DATA),
				   "%s is not a file.", path);
	}
	if (fd < 0) {
		return cannot_open(obj, path, errno);
	}
	err = fc_tiff_parse(read_file, &fd, ret, &why);
	(void)close(fd);
	if (err == FX_ENOMEM) {
		return E_OUTOFMEMORY;
	}
	if (err == FX_EIO) {
		return cannot_open(obj, path, EIO);
	}
	return err ? fx_com_fail(obj, HRESULT_FROM_WIN32(ERROR_INVALID_DATA),
				 "%s cannot be read as a fax: %s.", path, why.text)
		   : S_OK;
}

/* Image is a full path, also when a program gave one relative to its folder. */
static HRESULT full_path(const char *path, BSTR given, BSTR *ret)
{
	fx_auto char *abs = fx_path_is_full(path) ? NULL : fx_path_full(path);

	*ret = abs ? CaselliStringFromUtf8(abs) : SysAllocStringLen(given, SysStringLen(given));
	return *ret ? S_OK : E_OUTOFMEMORY;
}

static void keep(struct fax_tiff *o, struct fc_tiff *tags, BSTR image)
{
	struct fc_tiff *old_tags;
	BSTR old;

	fx_lock_take(&o->lock);
	old_tags = o->tags;
	old = o->image;
	o->tags = tags;
	o->image = image;
	fx_lock_drop(&o->lock);
	(void)fc_tiff_free(old_tags);
	SysFreeString(old);
}

/* What fails leaves the file that was open: Image is the value set last with success. */
static HRESULT STDMETHODCALLTYPE put_Image(IFaxTiff *This, BSTR newVal)
{
	struct fc_tiff *tags = NULL;
	BSTR image = NULL;
	HRESULT hr;
	char *path;

	if (!SysStringLen(newVal)) {
		return fc_bad_value(This, "Image is to be the path of a fax TIFF file.");
	}
	path = CaselliUtf8FromString(newVal);
	if (!path) {
		return E_OUTOFMEMORY;
	}
	hr = load(This, path, &tags);
	if (SUCCEEDED(hr)) {
		hr = full_path(path, newVal, &image);
	}
	if (SUCCEEDED(hr)) {
		keep((void *)This, tags, image);
	} else {
		(void)fc_tiff_free(tags);
	}
	CoTaskMemFree(path);
	return hr;
}

#define ONE(Name) .get_##Name = get_##Name
static const IFaxTiffVtbl vtbl = {
	FX_COM_SLOTS(IFaxTiff),
	ONE(ReceiveTime), ONE(Image), .put_Image = put_Image, ONE(RecipientName), ONE(SenderName),
	ONE(Routing), ONE(CallerId), ONE(Csid), ONE(Tsid), ONE(RecipientNumber),
	ONE(RawReceiveTime), ONE(TiffTagString),
};

static void tiff_fini(void *obj)
{
	struct fax_tiff *o = obj;

	(void)fc_tiff_free(o->tags);
	SysFreeString(o->image);
	fx_lock_fini(&o->lock);
}

static const struct fx_disp_row rows[] = {FX_ROWS_IFaxTiff};
static const struct fx_com_class cls = {
	"FaxTiff", &IID_IFaxTiff, rows, FX_ARRAY_LEN(rows), tiff_fini,
	&CLSID_FaxTiff, false,
};

HRESULT fc_tiff_new(void **out)
{
	struct fax_tiff *o = fx_com_new(sizeof(*o), &vtbl, &cls);

	if (!o) {
		return E_OUTOFMEMORY;
	}
	fx_lock_init(&o->lock);
	*out = o;
	return S_OK;
}
