/* SPDX-License-Identifier: Apache-2.0 */
/* FaxTiff: our own files, those of others, damaged ones; no server anywhere. */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "clients/faxcom/tiff_tags.h"
#include "document/fax_tiff.h"
#include "tests/support/support.h"
#include <faxcom.h>
#include <caselli.h>

/* The service writes what the client reads. */
_Static_assert(FC_TAG_SENDER == FX_TIFFTAG_SENDER && FC_TAG_RECIPIENT == FX_TIFFTAG_RECIPIENT &&
	       FC_TAG_CSID == FX_TIFFTAG_CSID && FC_TAG_TSID == FX_TIFFTAG_TSID &&
	       FC_TAG_CALLER_ID == FX_TIFFTAG_CALLER_ID && FC_TAG_ROUTING == FX_TIFFTAG_ROUTING &&
	       FC_TAG_RECIPIENT_NUMBER == FX_TIFFTAG_RECIPIENT_NUMBER &&
	       FC_TAG_TIME == FX_TIFFTAG_TIME && FC_TAG_DIRECTION == FX_TIFFTAG_DIRECTION,
	       "one table of tags");

static char *dir, path[300];
static IFaxTiff *tiff;

static int setup(void **state)
{
	(void)state;
	dir = fx_test_mkdir();
	(void)snprintf(path, sizeof(path), "%s/fax.tif", dir);
	(void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	(void)setenv("LC_ALL", "C", 1);
	tzset();
	return CoCreateInstance(&CLSID_FaxTiff, NULL, CLSCTX_ALL, &IID_IFaxTiff, (void **)&tiff);
}

static int teardown(void **state)
{
	(void)state;
	(void)IFaxTiff_Release(tiff);
	(void)SetErrorInfo(0, NULL);
	fx_test_rmdir(dir);
	return DllCanUnloadNow() == S_OK ? 0 : -1;
}

static HRESULT set_image(const char *name)
{
	BSTR s = CaselliStringFromUtf8(name);
	HRESULT hr = IFaxTiff_put_Image(tiff, s);

	SysFreeString(s);
	return hr;
}

static void assert_text(HRESULT hr, BSTR s, const char *want)
{
	char *u = CaselliUtf8FromString(s);

	assert_int_equal(hr, S_OK);
	assert_string_equal(u, want);
	CoTaskMemFree(u);
	SysFreeString(s);
}
#define TEXT(Name, want)                                                                           \
	do {                                                                                       \
		BSTR b_ = NULL;                                                                    \
		HRESULT hr_ = IFaxTiff_get_##Name(tiff, &b_);                                      \
		assert_text(hr_, b_, want);                                                        \
	} while (0)
#define TAG(id, want)                                                                              \
	do {                                                                                       \
		BSTR b_ = NULL;                                                                    \
		HRESULT hr_ = IFaxTiff_get_TiffTagString(tiff, id, &b_);                           \
		assert_text(hr_, b_, want);                                                        \
	} while (0)

static void assert_words(HRESULT hr, HRESULT want, const char *part)
{
	IErrorInfo *info = NULL;
	BSTR s = NULL;
	char *u;

	assert_int_equal((uint32_t)hr, (uint32_t)want);
	assert_int_equal(GetErrorInfo(0, &info), S_OK);
	assert_int_equal(IErrorInfo_GetDescription(info, &s), S_OK);
	u = CaselliUtf8FromString(s);
	if (!strstr(u, part)) {
		fail_msg("\"%s\" does not say \"%s\"", u, part);
	}
	CoTaskMemFree(u);
	SysFreeString(s);
	(void)IErrorInfo_Release(info);
}

static void write_fax(const struct fx_tiff_tags *tags)
{
	struct fx_tiff_wr *wr = NULL;
	struct fx_bitmap b;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(fx_bitmap_init(&b, 1728, 100, FX_RES_FINE), 0);
	assert_int_equal(fx_tiff_create(fd, tags, &wr), 0);
	assert_int_equal(fx_tiff_write(wr, &b), 0);
	assert_int_equal(fx_tiff_write(wr, &b), 0);
	assert_int_equal(fx_tiff_finish(wr), 0);
	fx_bitmap_fini(&b);
	(void)close(fd);
}

/* ---- files of others, byte by byte ---- */
struct file {
	uint8_t b[70000];
	size_t len;
	bool big;
	unsigned n;
};

static void put(struct file *f, size_t at, uint64_t v, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		f->b[at + (f->big ? n - 1 - i : i)] = (uint8_t)(v >> 8 * i);
	}
	f->len = at + n > f->len ? at + n : f->len;
}

/* Header, and room for 20 entries; the rest comes behind. */
static void begin(struct file *f, bool big)
{
	memset(f, 0, sizeof(*f));
	f->big = big;
	memcpy(f->b, big ? "MM" : "II", 2);
	put(f, 2, 42, 2);
	put(f, 4, 8, 4);
	f->len = 10 + 20 * 12 + 4;
}

static size_t entry(struct file *f, unsigned tag, unsigned type, uint32_t count, unsigned bytes)
{
	size_t at = 10 + (size_t)f->n++ * 12, value = at + 8;

	put(f, at, tag, 2);
	put(f, at + 2, type, 2);
	put(f, at + 4, count, 4);
	if (bytes > 4) {
		value = f->len;
		put(f, at + 8, value, 4);
		f->len += bytes;
	}
	put(f, 8, f->n, 2);
	return value;
}

static void text_entry(struct file *f, unsigned tag, const char *s, size_t n)
{
	memcpy(f->b + entry(f, tag, 2, (uint32_t)n, (unsigned)n), s, n);
}

static void save(const struct file *f)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, f->b, f->len), f->len);
	(void)close(fd);
}

/* ---- tests ---- */
static void a_received_fax_of_ours(void **state)
{
	const struct fx_tiff_tags tags = {
		.csid = "+41 44 1", .tsid = "+49 30 2", .caller_id = "0301", .routing = "55",
		.recipient_number = "+41 44 1", .time = "1998-10-02T08:15:00Z",
		.direction = FX_TIFF_RECEIVED, .job_id = "17", .port = "Z\xC3\xBCrich"};
	VARIANT v;

	(void)state;
	write_fax(&tags);
	assert_int_equal(set_image(path), S_OK);
	TEXT(Image, path);
	TEXT(Csid, "+41 44 1");
	TEXT(Tsid, "+49 30 2");
	TEXT(CallerId, "0301");
	TEXT(Routing, "55");
	TEXT(RecipientNumber, "+41 44 1");
	TEXT(SenderName, "Unavailable"); /* outbound files only */
	TEXT(RecipientName, "Unavailable");
	TEXT(ReceiveTime, "10/02/98@10:15:00"); /* local time, summer */
	assert_int_equal(IFaxTiff_get_RawReceiveTime(tiff, &v), S_OK);
	assert_int_equal(v.vt, VT_CY);
	assert_int_equal(v.cyVal.int64, (907316100 + 11644473600) * 10000000);
	TAG(65109, "17");
	TAG(65110, "Z\xC3\xBCrich");
	TAG(FX_TIFFTAG_TIME, "1998-10-02T08:15:00Z");
	TAG(256, "1728");
	TAG(257, "100");
	TAG(259, "4");
	TAG(282, "204");
	TAG(297, "0 0");
	TAG(305, "Caselli");
	TAG(40000, "Unavailable");
}

static void a_sent_fax_of_ours(void **state)
{
	const struct fx_tiff_tags tags = {
		.document_name = "letter", .sender = "Ann", .recipient = "Bob \xE2\x82\xAC",
		.recipient_number = "0 44-1,2", .csid = "far", .tsid = "own",
		.direction = FX_TIFF_SENT};

	(void)state;
	write_fax(&tags);
	assert_int_equal(set_image(path), S_OK);
	TEXT(SenderName, "Ann");
	TEXT(RecipientName, "Bob \xE2\x82\xAC");
	TEXT(RecipientNumber, "0 44-1,2");
	TEXT(Csid, "far");
	TEXT(Tsid, "own");
	TEXT(CallerId, "Unavailable");
	TAG(269, "letter");
	TEXT(ReceiveTime, ""); /* unknown: empty, not the word */
}

static void called_number_of_a_received_file(void **state)
{
	const struct fx_tiff_tags received = {.csid = "+41 44 1", .direction = FX_TIFF_RECEIVED};
	const struct fx_tiff_tags sent = {.csid = "+41 44 1", .direction = FX_TIFF_SENT};

	(void)state;
	write_fax(&received);
	assert_int_equal(set_image(path), S_OK);
	TEXT(RecipientNumber, "+41 44 1");
	write_fax(&sent);
	assert_int_equal(set_image(path), S_OK);
	TEXT(RecipientNumber, "Unavailable");
}

/* What RFC 2306 asks for, and what widespread receivers add. */
static void class_f(bool big)
{
	struct file f;
	size_t at;
	VARIANT v;

	begin(&f, big);
	put(&f, entry(&f, 254, 4, 1, 4), 2, 4);
	put(&f, entry(&f, 256, 3, 1, 2), 1728, 2);
	put(&f, entry(&f, 257, 4, 1, 4), 2200, 4);
	put(&f, entry(&f, 259, 3, 1, 2), 3, 2);
	put(&f, entry(&f, 266, 3, 1, 2), 2, 2);
	at = entry(&f, 282, 5, 1, 8);
	put(&f, at, 204, 4);
	put(&f, at + 4, 1, 4);
	at = entry(&f, 283, 5, 1, 8);
	put(&f, at, 9804, 4);
	put(&f, at + 4, 100, 4);
	text_entry(&f, 270, "Gru\xDF", 5); /* Latin-1 */
	at = entry(&f, 297, 3, 2, 4);
	put(&f, at, 0, 2);
	put(&f, at + 2, 3, 2);
	text_entry(&f, 305, "two\0strings", 12);
	text_entry(&f, 306, "1998:10:02 10:15:00", 20);
	put(&f, entry(&f, 326, 4, 1, 4), 70000, 4);
	put(&f, entry(&f, 327, 3, 1, 2), 1, 2);
	text_entry(&f, 34909, "4711", 5);
	put(&f, entry(&f, 50000, 9, 1, 4), (uint32_t)-5, 4);
	at = entry(&f, 50001, 10, 1, 8);
	put(&f, at, (uint32_t)-1, 4);
	put(&f, at + 4, 3, 4);
	put(&f, entry(&f, 50002, 12, 1, 8), UINT64_C(0x3FF8000000000000), 8);
	put(&f, entry(&f, 50003, 11, 1, 4), 0xBFC00000u, 4);
	f.b[entry(&f, 50004, 6, 1, 1)] = 0xFF;
	save(&f);
	assert_int_equal(set_image(path), S_OK);
	TEXT(ReceiveTime, "10/02/98@10:15:00"); /* DateTime is local */
	assert_int_equal(IFaxTiff_get_RawReceiveTime(tiff, &v), S_OK);
	assert_int_equal(v.cyVal.int64, (907316100 + 11644473600) * 10000000);
	TEXT(Routing, "4711");
	TEXT(Csid, "Unavailable");
	TEXT(Tsid, "Unavailable");
	TEXT(RecipientNumber, "Unavailable");
	TAG(254, "2");
	TAG(256, "1728");
	TAG(283, "98.04");
	TAG(270, "Gru\xC3\x9F");
	TAG(297, "0 3");
	TAG(305, "two strings");
	TAG(326, "70000");
	TAG(50000, "-5");
	TAG(50001, "-0.333333");
	TAG(50002, "1.5");
	TAG(50003, "-1.5");
	TAG(50004, "-1");
}

static void files_of_rfc_2306(void **state)
{
	(void)state;
	class_f(false);
	class_f(true);
}

static void boundaries(void **state)
{
	struct file f;
	BSTR s = NULL;
	VARIANT v;

	(void)state;
	begin(&f, false);
	(void)entry(&f, 300, 1, 0, 0);        /* no value at all */
	(void)entry(&f, 301, 3, 40000, 5);    /* longer than is read */
	(void)entry(&f, 302, 4, 100, 5);      /* ends outside the file */
	(void)entry(&f, 303, 99, 1, 4);       /* a type that nobody knows */
	put(&f, entry(&f, 304, 5, 1, 8), 7, 4); /* denominator 0 */
	text_entry(&f, 306, "1998:13:02 10:15:00", 20);
	save(&f);
	assert_int_equal(set_image(path), S_OK);
	TAG(300, "");
	TAG(304, "7/0");
	TEXT(ReceiveTime, "");
	assert_int_equal(IFaxTiff_get_RawReceiveTime(tiff, &v), S_OK);
	assert_int_equal(v.vt, VT_CY);
	assert_int_equal(v.cyVal.int64, 0);
	assert_words(IFaxTiff_get_TiffTagString(tiff, 301, &s),
		     HRESULT_FROM_WIN32(ERROR_BUFFER_OVERFLOW), "65536");
	assert_null(s);
	assert_words(IFaxTiff_get_TiffTagString(tiff, 302, &s),
		     HRESULT_FROM_WIN32(ERROR_INVALID_DATA), "damaged");
	assert_words(IFaxTiff_get_TiffTagString(tiff, 303, &s),
		     HRESULT_FROM_WIN32(ERROR_INVALID_DATA), "damaged");
	assert_words(IFaxTiff_get_TiffTagString(tiff, 0, &s), E_INVALIDARG, "1 to 65535");
	assert_words(IFaxTiff_get_TiffTagString(tiff, -1, &s), E_INVALIDARG, "1 to 65535");
	assert_words(IFaxTiff_get_TiffTagString(tiff, 65536, &s), E_INVALIDARG, "1 to 65535");
	TAG(65535, "Unavailable");
	assert_words(IFaxTiff_get_TiffTagString(tiff, 300, NULL), E_POINTER, "NULL");
}

static void before_image_everything_fails(void **state)
{
	BSTR s = (BSTR)(uintptr_t)1;
	VARIANT v;

	(void)state;
#define FAILS(Name)                                                                                \
	s = (BSTR)(uintptr_t)1;                                                                    \
	assert_words(IFaxTiff_get_##Name(tiff, &s), E_UNEXPECTED, "Image");                        \
	assert_null(s);                                                                            \
	assert_words(IFaxTiff_get_##Name(tiff, NULL), E_POINTER, "NULL")
	FAILS(ReceiveTime);
	FAILS(Image);
	FAILS(RecipientName);
	FAILS(SenderName);
	FAILS(Routing);
	FAILS(CallerId);
	FAILS(Csid);
	FAILS(Tsid);
	FAILS(RecipientNumber);
	assert_words(IFaxTiff_get_RawReceiveTime(tiff, &v), E_UNEXPECTED, "Image");
	assert_words(IFaxTiff_get_TiffTagString(tiff, 256, &s), E_UNEXPECTED, "Image");
}

static void what_fails_keeps_the_file(void **state)
{
	const struct fx_tiff_tags tags = {.csid = "kept"};
	char other[320];
	FILE *f;

	(void)state;
	write_fax(&tags);
	assert_int_equal(set_image(path), S_OK);
	(void)snprintf(other, sizeof(other), "%s/none.tif", dir);
	assert_words(set_image(other), HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND), "does not exist");
	assert_words(set_image(dir), HRESULT_FROM_WIN32(ERROR_INVALID_DATA), "not a file");
	assert_words(set_image("/dev/null"), HRESULT_FROM_WIN32(ERROR_INVALID_DATA), "not a file");
	(void)snprintf(other, sizeof(other), "%s/text.tif", dir);
	f = fopen(other, "w");
	(void)fputs("this is no picture", f);
	(void)fclose(f);
	assert_words(set_image(other), HRESULT_FROM_WIN32(ERROR_INVALID_DATA), "no TIFF");
	f = fopen(other, "w");
	(void)fwrite("II+\0\b\0\0\0\x10\0\0\0\0\0\0\0", 16, 1, f);
	(void)fclose(f);
	assert_words(set_image(other), HRESULT_FROM_WIN32(ERROR_INVALID_DATA), "BigTIFF");
	f = fopen(other, "w");
	(void)fwrite("II*\0\b\0\0\0\xFF\xFF", 10, 1, f);
	(void)fclose(f);
	assert_words(set_image(other), HRESULT_FROM_WIN32(ERROR_INVALID_DATA), "65535 tags");
	(void)snprintf(other, sizeof(other), "%s/pipe", dir);
	assert_int_equal(mkfifo(other, 0600), 0);
	assert_words(set_image(other), HRESULT_FROM_WIN32(ERROR_INVALID_DATA), "not a file");
	assert_words(set_image(""), E_INVALIDARG, "path");
	assert_words(IFaxTiff_put_Image(tiff, NULL), E_INVALIDARG, "path");
	TEXT(Image, path);
	TEXT(Csid, "kept");
	/* read when Image was set: the file may go */
	assert_int_equal(unlink(path), 0);
	TEXT(Csid, "kept");
}

static void a_relative_name_becomes_a_full_path(void **state)
{
	const struct fx_tiff_tags tags = {.csid = "here"};
	char before[4096], *real;

	(void)state;
	write_fax(&tags);
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(set_image("fax.tif"), S_OK);
	assert_int_equal(chdir(before), 0);
	real = realpath(path, NULL);
	TEXT(Image, real);
	free(real);
}

static void by_invoke(void **state)
{
	const struct fx_tiff_tags tags = {.csid = "late", .time = "1998-10-02T08:15:00Z"};
	DISPID put = DISPID_PROPERTYPUT, tag = 0;
	VARIANT arg = {.vt = VT_BSTR}, v;
	DISPPARAMS p = {&arg, &put, 1, 1}, none = {NULL, NULL, 0, 0};
	IDispatch *d = (IDispatch *)(void *)tiff;

	(void)state;
	write_fax(&tags);
	arg.bstrVal = CaselliStringFromUtf8(path);
	assert_int_equal(IDispatch_Invoke(d, 2, &IID_NULL, 0, DISPATCH_PROPERTYPUT, &p, NULL, NULL,
					  NULL), S_OK);
	(void)VariantClear(&arg);
	assert_int_equal(IDispatch_Invoke(d, 7, &IID_NULL, 0, DISPATCH_METHOD, &none, &v, NULL,
					  NULL), S_OK);
	assert_text(S_OK, v.bstrVal, "late");
	assert_int_equal(IDispatch_Invoke(d, 10, &IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &v,
					  NULL, NULL), S_OK);
	assert_int_equal(v.vt, VT_CY);
	arg = (VARIANT){.vt = VT_R8, .dblVal = 256};
	p = (DISPPARAMS){&arg, &tag, 1, 1};
	assert_int_equal(IDispatch_Invoke(d, 11, &IID_NULL, 0, DISPATCH_PROPERTYGET, &p, &v, NULL,
					  NULL), S_OK);
	assert_text(S_OK, v.bstrVal, "1728");
}

/* ReceiveTime follows the user's locale; en_US only where the machine has it. */
static void locale_of_the_user(void **state)
{
	const struct fx_tiff_tags tags = {.time = "1998-10-02T08:15:00Z"};
	locale_t has = newlocale(LC_ALL_MASK, "en_US.UTF-8", (locale_t)0);

	(void)state;
	if (!has) {
		print_message("no locale en_US.UTF-8 on this machine\n");
		skip();
	}
	freelocale(has);
	write_fax(&tags);
	(void)setenv("LC_ALL", "en_US.UTF-8", 1);
	assert_int_equal(set_image(path), S_OK);
	TEXT(ReceiveTime, "10/02/1998@10:15:00 AM");
}

static int one_round(void *arg)
{
	IFaxTiff *t = NULL;
	BSTR name = NULL, s = NULL;
	HRESULT hr = CoCreateInstance(&CLSID_FaxTiff, NULL, 0, &IID_IFaxTiff, (void **)&t);

	(void)arg;
	name = CaselliStringFromUtf8(path);
	hr = FAILED(hr) ? hr : name ? IFaxTiff_put_Image(t, name) : E_OUTOFMEMORY;
	hr = FAILED(hr) ? hr : IFaxTiff_get_RecipientNumber(t, &s);
	SysFreeString(s);
	s = NULL;
	hr = FAILED(hr) ? hr : IFaxTiff_get_ReceiveTime(t, &s);
	SysFreeString(s);
	SysFreeString(name);
	if (t) {
		(void)IFaxTiff_Release(t);
	}
	(void)SetErrorInfo(0, NULL);
	return FAILED(hr) ? FX_ENOMEM : 0;
}

static void out_of_memory(void **state)
{
	const struct fx_tiff_tags tags = {.csid = "1", .direction = FX_TIFF_RECEIVED,
					  .time = "1998-10-02T08:15:00Z"};

	(void)state;
	write_fax(&tags);
	fx_test_oom_sweep(one_round, NULL);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_received_fax_of_ours), T(a_sent_fax_of_ours),
		T(called_number_of_a_received_file), T(files_of_rfc_2306), T(boundaries),
		T(before_image_everything_fails), T(what_fails_keeps_the_file),
		T(a_relative_name_becomes_a_full_path), T(by_invoke), T(locale_of_the_user),
		T(out_of_memory)};

	return cmocka_run_group_tests_name("faxcom-tiff", tests, NULL, NULL);
}
