/* SPDX-License-Identifier: Apache-2.0 */
/* Made from members.txt by tools/gen-faxcom: one row a member, for clients/com/dispatch.h. */

#define FX_ROWS_IFaxTiff \
	{"ReceiveTime", 1, FX_DISP_GET, 7, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Image", 2, FX_DISP_GET, 8, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Image", 2, FX_DISP_PUT, 9, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientName", 3, FX_DISP_GET, 10, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderName", 4, FX_DISP_GET, 11, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Routing", 5, FX_DISP_GET, 12, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"CallerId", 6, FX_DISP_GET, 13, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Csid", 7, FX_DISP_GET, 14, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Tsid", 8, FX_DISP_GET, 15, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientNumber", 9, FX_DISP_GET, 16, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RawReceiveTime", 10, FX_DISP_GET, 17, FX_ARG_NONE, FX_ARG_VARIANT, NULL}, \
	{"TiffTagString", 11, FX_DISP_GET, 18, FX_ARG_LONG, FX_ARG_BSTR, "tagID"}

#define FX_ROWS_IFaxServer \
	{"Connect", 1, FX_DISP_METHOD, 7, FX_ARG_BSTR, FX_ARG_NONE, "ServerName"}, \
	{"Disconnect", 2, FX_DISP_METHOD, 8, FX_ARG_NONE, FX_ARG_NONE, NULL}, \
	{"GetPorts", 3, FX_DISP_METHOD, 9, FX_ARG_NONE, FX_ARG_VARIANT, NULL}, \
	{"CreateDocument", 4, FX_DISP_METHOD, 10, FX_ARG_BSTR, FX_ARG_VARIANT, "FileName"}, \
	{"GetJobs", 5, FX_DISP_METHOD, 11, FX_ARG_NONE, FX_ARG_VARIANT, NULL}, \
	{"Retries", 6, FX_DISP_GET, 12, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"Retries", 6, FX_DISP_PUT, 13, FX_ARG_LONG, FX_ARG_NONE, "newVal"}, \
	{"RetryDelay", 7, FX_DISP_GET, 14, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"RetryDelay", 7, FX_DISP_PUT, 15, FX_ARG_LONG, FX_ARG_NONE, "newVal"}, \
	{"DirtyDays", 8, FX_DISP_GET, 16, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"DirtyDays", 8, FX_DISP_PUT, 17, FX_ARG_LONG, FX_ARG_NONE, "newVal"}, \
	{"Branding", 9, FX_DISP_GET, 18, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"Branding", 9, FX_DISP_PUT, 19, FX_ARG_BOOL, FX_ARG_NONE, "newVal"}, \
	{"UseDeviceTsid", 10, FX_DISP_GET, 20, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"UseDeviceTsid", 10, FX_DISP_PUT, 21, FX_ARG_BOOL, FX_ARG_NONE, "newVal"}, \
	{"ServerCoverpage", 11, FX_DISP_GET, 22, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"ServerCoverpage", 11, FX_DISP_PUT, 23, FX_ARG_BOOL, FX_ARG_NONE, "newVal"}, \
	{"PauseServerQueue", 12, FX_DISP_GET, 24, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"PauseServerQueue", 12, FX_DISP_PUT, 25, FX_ARG_BOOL, FX_ARG_NONE, "newVal"}, \
	{"ArchiveOutboundFaxes", 13, FX_DISP_GET, 26, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"ArchiveOutboundFaxes", 13, FX_DISP_PUT, 27, FX_ARG_BOOL, FX_ARG_NONE, "newVal"}, \
	{"ArchiveDirectory", 14, FX_DISP_GET, 28, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"ArchiveDirectory", 14, FX_DISP_PUT, 29, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"ServerMapiProfile", 15, FX_DISP_GET, 30, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"ServerMapiProfile", 15, FX_DISP_PUT, 31, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"DiscountRateStartHour", 16, FX_DISP_GET, 32, FX_ARG_NONE, FX_ARG_SHORT, NULL}, \
	{"DiscountRateStartHour", 16, FX_DISP_PUT, 33, FX_ARG_SHORT, FX_ARG_NONE, "newVal"}, \
	{"DiscountRateStartMinute", 17, FX_DISP_GET, 34, FX_ARG_NONE, FX_ARG_SHORT, NULL}, \
	{"DiscountRateStartMinute", 17, FX_DISP_PUT, 35, FX_ARG_SHORT, FX_ARG_NONE, "newVal"}, \
	{"DiscountRateEndHour", 18, FX_DISP_GET, 36, FX_ARG_NONE, FX_ARG_SHORT, NULL}, \
	{"DiscountRateEndHour", 18, FX_DISP_PUT, 37, FX_ARG_SHORT, FX_ARG_NONE, "newVal"}, \
	{"DiscountRateEndMinute", 19, FX_DISP_GET, 38, FX_ARG_NONE, FX_ARG_SHORT, NULL}, \
	{"DiscountRateEndMinute", 19, FX_DISP_PUT, 39, FX_ARG_SHORT, FX_ARG_NONE, "newVal"}

#define FX_ROWS_IFaxPort \
	{"Name", 1, FX_DISP_GET, 7, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"DeviceId", 2, FX_DISP_GET, 8, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"Rings", 3, FX_DISP_GET, 9, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"Rings", 3, FX_DISP_PUT, 10, FX_ARG_LONG, FX_ARG_NONE, "newVal"}, \
	{"Csid", 4, FX_DISP_GET, 11, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Csid", 4, FX_DISP_PUT, 12, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"Tsid", 5, FX_DISP_GET, 13, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Tsid", 5, FX_DISP_PUT, 14, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"Send", 6, FX_DISP_GET, 15, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"Send", 6, FX_DISP_PUT, 16, FX_ARG_BOOL, FX_ARG_NONE, "newVal"}, \
	{"Receive", 7, FX_DISP_GET, 17, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"Receive", 7, FX_DISP_PUT, 18, FX_ARG_BOOL, FX_ARG_NONE, "newVal"}, \
	{"Priority", 8, FX_DISP_GET, 19, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"Priority", 8, FX_DISP_PUT, 20, FX_ARG_LONG, FX_ARG_NONE, "newVal"}, \
	{"GetRoutingMethods", 9, FX_DISP_METHOD, 21, FX_ARG_NONE, FX_ARG_VARIANT, NULL}, \
	{"CanModify", 10, FX_DISP_GET, 22, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"GetStatus", 11, FX_DISP_METHOD, 23, FX_ARG_NONE, FX_ARG_VARIANT, NULL}

#define FX_ROWS_IFaxPorts \
	{"Count", 1, FX_DISP_GET, 7, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"Item", 2, FX_DISP_GET, 8, FX_ARG_LONG, FX_ARG_VARIANT, "Index"}

#define FX_ROWS_IFaxRoutingMethod \
	{"DeviceId", 1, FX_DISP_GET, 7, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"Enable", 2, FX_DISP_GET, 8, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"Enable", 2, FX_DISP_PUT, 9, FX_ARG_BOOL, FX_ARG_NONE, "newVal"}, \
	{"DeviceName", 3, FX_DISP_GET, 10, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Guid", 4, FX_DISP_GET, 11, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"FunctionName", 5, FX_DISP_GET, 12, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"ImageName", 6, FX_DISP_GET, 13, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"FriendlyName", 7, FX_DISP_GET, 14, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"ExtensionName", 8, FX_DISP_GET, 15, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RoutingData", 9, FX_DISP_GET, 16, FX_ARG_NONE, FX_ARG_BSTR, NULL}

#define FX_ROWS_IFaxRoutingMethods \
	{"Count", 1, FX_DISP_GET, 7, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"Item", 2, FX_DISP_GET, 8, FX_ARG_LONG, FX_ARG_VARIANT, "Index"}

#define FX_ROWS_IFaxStatus \
	{"CallerId", 1, FX_DISP_GET, 7, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Csid", 2, FX_DISP_GET, 8, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"CurrentPage", 3, FX_DISP_GET, 9, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"DeviceId", 4, FX_DISP_GET, 10, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"DeviceName", 5, FX_DISP_GET, 11, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"DocumentName", 6, FX_DISP_GET, 12, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Send", 8, FX_DISP_GET, 13, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"Receive", 9, FX_DISP_GET, 14, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"Address", 10, FX_DISP_GET, 15, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RoutingString", 12, FX_DISP_GET, 16, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderName", 13, FX_DISP_GET, 17, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientName", 14, FX_DISP_GET, 18, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"DocumentSize", 15, FX_DISP_GET, 19, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"Description", 16, FX_DISP_GET, 20, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"PageCount", 17, FX_DISP_GET, 21, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"Tsid", 18, FX_DISP_GET, 22, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"StartTime", 19, FX_DISP_GET, 23, FX_ARG_NONE, FX_ARG_DATE, NULL}, \
	{"SubmittedTime", 20, FX_DISP_GET, 24, FX_ARG_NONE, FX_ARG_DATE, NULL}, \
	{"ElapsedTime", 21, FX_DISP_GET, 25, FX_ARG_NONE, FX_ARG_DATE, NULL}, \
	{"Refresh", 22, FX_DISP_METHOD, 26, FX_ARG_NONE, FX_ARG_NONE, NULL}

#define FX_ROWS_IFaxDoc \
	{"FileName", 1, FX_DISP_GET, 7, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"FileName", 1, FX_DISP_PUT, 8, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"CoverpageName", 2, FX_DISP_GET, 9, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"CoverpageName", 2, FX_DISP_PUT, 10, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"SendCoverpage", 3, FX_DISP_GET, 11, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"SendCoverpage", 3, FX_DISP_PUT, 12, FX_ARG_BOOL, FX_ARG_NONE, "newVal"}, \
	{"ServerCoverpage", 4, FX_DISP_GET, 13, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"ServerCoverpage", 4, FX_DISP_PUT, 14, FX_ARG_BOOL, FX_ARG_NONE, "newVal"}, \
	{"DiscountSend", 5, FX_DISP_GET, 15, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"DiscountSend", 5, FX_DISP_PUT, 16, FX_ARG_BOOL, FX_ARG_NONE, "newVal"}, \
	{"RecipientName", 6, FX_DISP_GET, 17, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientName", 6, FX_DISP_PUT, 18, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientCompany", 7, FX_DISP_GET, 19, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientCompany", 7, FX_DISP_PUT, 20, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientAddress", 8, FX_DISP_GET, 21, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientAddress", 8, FX_DISP_PUT, 22, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientCity", 9, FX_DISP_GET, 23, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientCity", 9, FX_DISP_PUT, 24, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientState", 10, FX_DISP_GET, 25, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientState", 10, FX_DISP_PUT, 26, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientZip", 11, FX_DISP_GET, 27, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientZip", 11, FX_DISP_PUT, 28, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientCountry", 12, FX_DISP_GET, 29, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientCountry", 12, FX_DISP_PUT, 30, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientTitle", 13, FX_DISP_GET, 31, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientTitle", 13, FX_DISP_PUT, 32, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientDepartment", 14, FX_DISP_GET, 33, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientDepartment", 14, FX_DISP_PUT, 34, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientOffice", 15, FX_DISP_GET, 35, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientOffice", 15, FX_DISP_PUT, 36, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientHomePhone", 16, FX_DISP_GET, 37, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientHomePhone", 16, FX_DISP_PUT, 38, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"RecipientOfficePhone", 17, FX_DISP_GET, 39, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientOfficePhone", 17, FX_DISP_PUT, 40, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"SenderName", 18, FX_DISP_GET, 41, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderName", 18, FX_DISP_PUT, 42, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"SenderCompany", 19, FX_DISP_GET, 43, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderCompany", 19, FX_DISP_PUT, 44, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"SenderAddress", 20, FX_DISP_GET, 45, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderAddress", 20, FX_DISP_PUT, 46, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"SenderTitle", 21, FX_DISP_GET, 47, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderTitle", 21, FX_DISP_PUT, 48, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"SenderDepartment", 22, FX_DISP_GET, 49, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderDepartment", 22, FX_DISP_PUT, 50, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"SenderOffice", 23, FX_DISP_GET, 51, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderOffice", 23, FX_DISP_PUT, 52, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"SenderHomePhone", 24, FX_DISP_GET, 53, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderHomePhone", 24, FX_DISP_PUT, 54, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"SenderOfficePhone", 25, FX_DISP_GET, 55, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderOfficePhone", 25, FX_DISP_PUT, 56, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"CoverpageNote", 26, FX_DISP_GET, 57, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"CoverpageNote", 26, FX_DISP_PUT, 58, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"CoverpageSubject", 27, FX_DISP_GET, 59, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"CoverpageSubject", 27, FX_DISP_PUT, 60, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"Tsid", 28, FX_DISP_GET, 61, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Tsid", 28, FX_DISP_PUT, 62, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"BillingCode", 29, FX_DISP_GET, 63, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"BillingCode", 29, FX_DISP_PUT, 64, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"EmailAddress", 30, FX_DISP_GET, 65, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"EmailAddress", 30, FX_DISP_PUT, 66, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"DisplayName", 31, FX_DISP_GET, 67, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"DisplayName", 31, FX_DISP_PUT, 68, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"Send", 32, FX_DISP_METHOD, 69, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"FaxNumber", 33, FX_DISP_GET, 70, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"FaxNumber", 33, FX_DISP_PUT, 71, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}, \
	{"ConnectionObject", 34, FX_DISP_PUTREF, 72, FX_ARG_DISPATCH, FX_ARG_NONE, "newVal"}, \
	{"CallHandle", 35, FX_DISP_GET, 73, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"CallHandle", 35, FX_DISP_PUT, 74, FX_ARG_LONG, FX_ARG_NONE, "newVal"}, \
	{"SenderFax", 36, FX_DISP_GET, 75, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderFax", 36, FX_DISP_PUT, 76, FX_ARG_BSTR, FX_ARG_NONE, "newVal"}

#define FX_ROWS_IFaxJobs \
	{"Count", 1, FX_DISP_GET, 7, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"Item", 2, FX_DISP_GET, 8, FX_ARG_LONG, FX_ARG_VARIANT, "Index"}

#define FX_ROWS_IFaxJob \
	{"JobId", 1, FX_DISP_GET, 7, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"Type", 2, FX_DISP_GET, 8, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"UserName", 3, FX_DISP_GET, 9, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"QueueStatus", 4, FX_DISP_GET, 10, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"DeviceStatus", 5, FX_DISP_GET, 11, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"PageCount", 6, FX_DISP_GET, 12, FX_ARG_NONE, FX_ARG_LONG, NULL}, \
	{"FaxNumber", 7, FX_DISP_GET, 13, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"RecipientName", 8, FX_DISP_GET, 14, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"Tsid", 9, FX_DISP_GET, 15, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderName", 10, FX_DISP_GET, 16, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderCompany", 11, FX_DISP_GET, 17, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"SenderDept", 12, FX_DISP_GET, 18, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"BillingCode", 13, FX_DISP_GET, 19, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"DisplayName", 14, FX_DISP_GET, 20, FX_ARG_NONE, FX_ARG_BSTR, NULL}, \
	{"DiscountSend", 15, FX_DISP_GET, 21, FX_ARG_NONE, FX_ARG_BOOL, NULL}, \
	{"SetStatus", 16, FX_DISP_METHOD, 22, FX_ARG_LONG, FX_ARG_NONE, "Command"}, \
	{"Refresh", 17, FX_DISP_METHOD, 23, FX_ARG_NONE, FX_ARG_NONE, NULL}

#define FX_FAXCOM_GUIDS(X) \
	X(LIBID_FAXCOMLib, 0x87099223, 0xC7AF, 0x11D0, \
	  0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5) \
	X(CLSID_FaxServer, 0xD73733C8, 0xCC80, 0x11D0, \
	  0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5) \
	X(CLSID_FaxTiff, 0x87099231, 0xC7AF, 0x11D0, \
	  0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5) \
	X(CLSID_FaxPorts, 0xD73733D6, 0xCC80, 0x11D0, \
	  0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5) \
	X(CLSID_FaxPort, 0xD73733CD, 0xCC80, 0x11D0, \
	  0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5) \
	X(CLSID_FaxStatus, 0x8B97E606, 0xD054, 0x11D0, \
	  0xB2, 0x26, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5) \
	X(CLSID_FaxRoutingMethods, 0x2199F5F6, 0xCEFC, 0x11D0, \
	  0xA3, 0x41, 0x00, 0x00, 0xF8, 0x00, 0xE6, 0x8D) \
	X(CLSID_FaxRoutingMethod, 0x2199F5F4, 0xCEFC, 0x11D0, \
	  0xA3, 0x41, 0x00, 0x00, 0xF8, 0x00, 0xE6, 0x8D) \
	X(CLSID_FaxJobs, 0x55DABFD4, 0x5C9E, 0x11D1, \
	  0xB7, 0x91, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00) \
	X(CLSID_FaxJob, 0x55DABFD6, 0x5C9E, 0x11D1, \
	  0xB7, 0x91, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00) \
	X(CLSID_FaxDoc, 0xFA21F4C6, 0x5C4C, 0x11D1, \
	  0x83, 0xCF, 0x00, 0xC0, 0x4F, 0xB6, 0xE9, 0x84) \
	X(IID_IFaxTiff, 0xB19BB45F, 0xB91C, 0x11D1, \
	  0x83, 0xE1, 0x00, 0xC0, 0x4F, 0xB6, 0xE9, 0x84) \
	X(IID_IFaxServer, 0xD73733C7, 0xCC80, 0x11D0, \
	  0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5) \
	X(IID_IFaxPort, 0xD73733CC, 0xCC80, 0x11D0, \
	  0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5) \
	X(IID_IFaxPorts, 0xD73733D5, 0xCC80, 0x11D0, \
	  0xB2, 0x25, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5) \
	X(IID_IFaxRoutingMethod, 0x2199F5F3, 0xCEFC, 0x11D0, \
	  0xA3, 0x41, 0x00, 0x00, 0xF8, 0x00, 0xE6, 0x8D) \
	X(IID_IFaxRoutingMethods, 0x2199F5F5, 0xCEFC, 0x11D0, \
	  0xA3, 0x41, 0x00, 0x00, 0xF8, 0x00, 0xE6, 0x8D) \
	X(IID_IFaxStatus, 0x8B97E605, 0xD054, 0x11D0, \
	  0xB2, 0x26, 0x00, 0xC0, 0x4F, 0xB6, 0xC2, 0xF5) \
	X(IID_IFaxDoc, 0xFA21F4C5, 0x5C4C, 0x11D1, \
	  0x83, 0xCF, 0x00, 0xC0, 0x4F, 0xB6, 0xE9, 0x84) \
	X(IID_IFaxJobs, 0x55DABFD3, 0x5C9E, 0x11D1, \
	  0xB7, 0x91, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00) \
	X(IID_IFaxJob, 0x55DABFD5, 0x5C9E, 0x11D1, \
	  0xB7, 0x91, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00)

/* X(class, its interface) */
#define FX_FAXCOM_CLASSES(X) \
	X(FaxServer, IFaxServer) \
	X(FaxTiff, IFaxTiff) \
	X(FaxPorts, IFaxPorts) \
	X(FaxPort, IFaxPort) \
	X(FaxStatus, IFaxStatus) \
	X(FaxRoutingMethods, IFaxRoutingMethods) \
	X(FaxRoutingMethod, IFaxRoutingMethod) \
	X(FaxJobs, IFaxJobs) \
	X(FaxJob, IFaxJob) \
	X(FaxDoc, IFaxDoc)
