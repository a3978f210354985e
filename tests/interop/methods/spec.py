# SPDX-License-Identifier: Apache-2.0
"""The fax interface as data, in the words of [MS-FAX]: parameters of each method (sections 3.1.4),
layouts of the buffers that the protocol marshals itself (2.2), and NDR structures. Written from
the document, not from src/rpc/msfax.

Parameters: `>` in, `<` out, `><` both, in the order of the wire; the status is the last.
  u32 u64 e16 (enum, 2 bytes)   u32? (unique pointer)   wstr! wstr? (string, ref or unique)
  bytes[n]! bytes[n]? (size_is(n), ref or unique)   BUF[n] (pointer to size_is(n) bytes)
  u64[n]!   ctx(T) (context handle)   S:NAME (structure)   A:NAME (conformant array of it)
Fields of layouts: u32, or s: offset of a string, p: offset of something else, q: u64, F: FILETIME,
  t: SYSTEMTIME, H: FAX_TIME, w: u16, v: FAX_VERSION, z: padding.
Fields of NDR structures: u32, or s: string pointer, e: enum of 2 bytes, H: FAX_TIME, w: u16,
  q: u64, t: SYSTEMTIME, u32a: pointer to u32[dwNumDevices], U: union FAX_RULE_DESTINATION.
"""

OPS = {
    0: ("GetServicePrinters",
         "<lpBuffer:BUF[lpdwBufferSize] <lpdwBufferSize:u32 <lpdwPrintersReturned:u32"),
    1: ("ConnectionRefCount", "><Handle:ctx(SVC) >Connect:u32 <CanShare:u32"),
    2: ("OpenPort", ">DeviceId:u32 >Flags:u32 <FaxPortHandle:ctx(PORT)"),
    3: ("ClosePort", "><FaxPortHandle:ctx(PORT)"),
    4: ("EnumJobs", "<Buffer:BUF[BufferSize] <BufferSize:u32 <JobsReturned:u32"),
    5: ("GetJob", ">JobId:u32 <Buffer:BUF[BufferSize] <BufferSize:u32"),
    6: ("SetJob", ">JobId:u32 >Command:u32"),
    7: ("GetPageData",
         ">JobId:u32 <Buffer:BUF[BufferSize] <BufferSize:u32 ><ImageWidth:u32 "
         "><ImageHeight:u32"),
    8: ("GetDeviceStatus",
         ">FaxPortHandle:ctx(PORT) <StatusBuffer:BUF[BufferSize] <BufferSize:u32"),
    9: ("Abort", ">JobId:u32"),
    10: ("EnumPorts",
         "<PortBuffer:BUF[BufferSize] <BufferSize:u32 <PortsReturned:u32"),
    11: ("GetPort",
         ">FaxPortHandle:ctx(PORT) <PortBuffer:BUF[BufferSize] <BufferSize:u32"),
    12: ("SetPort", ">FaxPortHandle:ctx(PORT) >PortInfo:S:FAX_PORT_INFO"),
    13: ("EnumRoutingMethods",
         ">FaxPortHandle:ctx(PORT) <RoutingInfoBuffer:BUF[RoutingInfoBufferSize] "
         "<RoutingInfoBufferSize:u32 <PortsReturned:u32"),
    14: ("EnableRoutingMethod", ">FaxPortHandle:ctx(PORT) >RoutingGuid:wstr? >Enabled:u32"),
    15: ("GetRoutingInfo",
         ">FaxPortHandle:ctx(PORT) >RoutingGuid:wstr? "
         "<RoutingInfoBuffer:BUF[RoutingInfoBufferSize] <RoutingInfoBufferSize:u32"),
    16: ("SetRoutingInfo",
         ">FaxPortHandle:ctx(PORT) >RoutingGuid:wstr? "
         ">RoutingInfoBuffer:bytes[RoutingInfoBufferSize]? >RoutingInfoBufferSize:u32"),
    17: ("EnumGlobalRoutingInfo",
         "<RoutingInfoBuffer:BUF[RoutingInfoBufferSize] <RoutingInfoBufferSize:u32 "
         "<MethodsReturned:u32"),
    18: ("SetGlobalRoutingInfo", ">RoutingInfo:S:FAX_GLOBAL_ROUTING_INFOW"),
    19: ("GetConfiguration", "<Buffer:BUF[BufferSize] <BufferSize:u32"),
    20: ("SetConfiguration", ">FaxConfig:S:FAX_CONFIGURATIONW"),
    21: ("GetLoggingCategories",
         "<Buffer:BUF[BufferSize] <BufferSize:u32 <NumberCategories:u32"),
    22: ("SetLoggingCategories",
         ">Buffer:bytes[BufferSize]? >BufferSize:u32 >NumberCategories:u32"),
    23: ("GetSecurity",
         "<pSecurityDescriptor:BUF[lpdwBufferSize] <lpdwBufferSize:u32"),
    24: ("SetSecurity",
         ">SecurityInformation:u32 >pSecurityDescriptor:bytes[dwBufferSize]? "
         ">dwBufferSize:u32"),
    25: ("AccessCheck", ">AccessMask:u32 <pfAccess:u32 ><lpdwRights:u32?"),
    26: ("CheckServerProtSeq", "><lpdwProtSeq:u32?"),
    27: ("SendDocumentEx",
         ">lpcwstrFileName:wstr? >lpcCoverPageInfo:S:FAX_COVERPAGE_INFO_EXW "
         ">lpcSenderProfile:S:FAX_PERSONAL_PROFILEW >dwNumRecipients:u32 "
         ">lpcRecipientList:A:FAX_PERSONAL_PROFILEW >lpJobParams:S:FAX_JOB_PARAM_EXW "
         "><lpdwJobId:u32? <lpdwlMessageId:u64 "
         "<lpdwlRecipientMessageIds:u64[dwNumRecipients]!"),
    28: ("EnumJobsEx",
         ">dwJobTypes:u32 <Buffer:BUF[BufferSize] <BufferSize:u32 <lpdwJobs:u32"),
    29: ("GetJobEx", ">dwlMessageID:u64 <Buffer:BUF[BufferSize] <BufferSize:u32"),
    30: ("GetCountryList", "<Buffer:BUF[BufferSize] <BufferSize:u32"),
    31: ("GetPersonalProfileInfo",
         ">dwlMessageId:u64 >dwFolder:e16 >ProfType:e16 <Buffer:BUF[BufferSize] "
         "<BufferSize:u32"),
    32: ("GetQueueStates", "<pdwQueueStates:u32"),
    33: ("SetQueue", ">dwQueueStates:u32"),
    34: ("GetReceiptsConfiguration", "<Buffer:BUF[BufferSize] <BufferSize:u32"),
    35: ("SetReceiptsConfiguration", ">pReceipts:S:FAX_RECEIPTS_CONFIGW"),
    36: ("GetReceiptsOptions", "<lpdwReceiptsOptions:u32"),
    37: ("GetVersion", "><pVersion:S:FAX_VERSION"),
    38: ("GetOutboxConfiguration", "<Buffer:BUF[BufferSize] <BufferSize:u32"),
    39: ("SetOutboxConfiguration", ">pOutboxCfg:S:FAX_OUTBOX_CONFIG"),
    40: ("GetPersonalCoverPagesOption", "<lpbPersonalCPAllowed:u32"),
    41: ("GetArchiveConfiguration", ">Folder:e16 <Buffer:BUF[BufferSize] <BufferSize:u32"),
    42: ("SetArchiveConfiguration", ">Folder:e16 >pArchiveCfg:S:FAX_ARCHIVE_CONFIGW"),
    43: ("GetActivityLoggingConfiguration", "<Buffer:BUF[BufferSize] <BufferSize:u32"),
    44: ("SetActivityLoggingConfiguration", ">pActivLogCfg:S:FAX_ACTIVITY_LOGGING_CONFIGW"),
    45: ("EnumerateProviders",
         "<Buffer:BUF[BufferSize] <BufferSize:u32 <lpdwNumProviders:u32"),
    46: ("GetPortEx", ">dwDeviceId:u32 <Buffer:BUF[BufferSize] <BufferSize:u32"),
    47: ("SetPortEx", ">dwDeviceId:u32 >pPortInfo:S:FAX_PORT_INFO_EXW"),
    48: ("EnumPortsEx", "<Buffer:BUF[BufferSize] <BufferSize:u32 <lpdwNumPorts:u32"),
    49: ("GetExtensionData",
         ">dwDeviceId:u32 >lpcwstrNameGUID:wstr! <ppData:BUF[lpdwDataSize] "
         "<lpdwDataSize:u32"),
    50: ("SetExtensionData",
         ">lpcwstrComputerName:wstr! >dwDeviceId:u32 >lpcwstrNameGUID:wstr! "
         ">pData:bytes[dwDataSize]! >dwDataSize:u32"),
    51: ("AddOutboundGroup", ">lpwstrGroupName:wstr!"),
    52: ("SetOutboundGroup", ">pGroup:S:RPC_FAX_OUTBOUND_ROUTING_GROUPW"),
    53: ("RemoveOutboundGroup", ">lpwstrGroupName:wstr!"),
    54: ("EnumOutboundGroups",
         "<ppData:BUF[lpdwDataSize] <lpdwDataSize:u32 <lpdwNumGroups:u32"),
    55: ("SetDeviceOrderInGroup", ">lpwstrGroupName:wstr! >dwDeviceId:u32 >dwNewOrder:u32"),
    56: ("AddOutboundRule",
         ">dwAreaCode:u32 >dwCountryCode:u32 >dwDeviceId:u32 >lpwstrGroupName:wstr? "
         ">bUseGroup:u32"),
    57: ("RemoveOutboundRule", ">dwAreaCode:u32 >dwCountryCode:u32"),
    58: ("SetOutboundRule", ">pRule:S:RPC_FAX_OUTBOUND_ROUTING_RULEW"),
    59: ("EnumOutboundRules",
         "<ppData:BUF[lpdwDataSize] <lpdwDataSize:u32 <lpdwNumRules:u32"),
    60: ("RegisterServiceProviderEx",
         ">lpcwstrGUID:wstr! >lpcwstrFriendlyName:wstr! >lpcwstrImageName:wstr! "
         ">lpcwstrTspName:wstr! >dwFSPIVersion:u32 >dwCapabilities:u32"),
    61: ("UnregisterServiceProviderEx", ">lpcwstrGUID:wstr!"),
    62: ("UnregisterRoutingExtension", ">lpcwstrExtensionName:wstr!"),
    63: ("StartMessagesEnum", ">Folder:e16 <lpHandle:ctx(ENUM)"),
    64: ("EndMessagesEnum", "><lpHandle:ctx(ENUM)"),
    65: ("EnumMessages",
         ">hEnum:ctx(ENUM) >dwNumMessages:u32 <lppBuffer:BUF[lpdwBufferSize] "
         "<lpdwBufferSize:u32 <lpdwNumMessagesRetrieved:u32"),
    66: ("GetMessage",
         ">dwlMessageId:u64 >Folder:e16 <lppBuffer:BUF[lpdwBufferSize] <lpdwBufferSize:u32"),
    67: ("RemoveMessage", ">dwlMessageId:u64 >Folder:e16"),
    68: ("StartCopyToServer",
         ">lpcwstrFileExt:wstr! ><lpwstrServerFileName:wstr! <lpHandle:ctx(COPY)"),
    69: ("StartCopyMessageFromServer", ">dwlMessageId:u64 >Folder:e16 <lpHandle:ctx(COPY)"),
    70: ("WriteFile",
         ">hCopy:ctx(COPY) >lpbData:bytes[dwDataSize]! >dwDataSize:u32"),
    71: ("ReadFile",
         ">hCopy:ctx(COPY) >dwMaxDataSize:u32 <lpbData:bytes[lpdwDataSize]! "
         "><lpdwDataSize:u32"),
    72: ("EndCopy", "><lphCopy:ctx(COPY)"),
    73: ("StartServerNotification",
         ">lpcwstrMachineName:wstr! >lpcwstrEndPoint:wstr! >Context:u64 "
         ">lpcwstrProtseqString:wstr! >bEventEx:u32 >dwEventTypes:u32 <lpHandle:ctx(EVT)"),
    74: ("StartServerNotificationEx",
         ">lpcwstrMachineName:wstr! >lpcwstrEndPoint:wstr! >Context:u64 "
         ">lpcwstrProtSeq:wstr! >bEventEx:u32 >dwEventTypes:u32 <lpHandle:ctx(EVTX)"),
    75: ("EndServerNotification", "><lpHandle:ctx(EVTX)"),
    76: ("GetServerActivity", "><pServerActivity:S:FAX_SERVER_ACTIVITY"),
    77: ("SetConfigWizardUsed", ">bConfigWizardUsed:u32"),
    78: ("EnumRoutingExtensions", "<Buffer:BUF[BufferSize] <BufferSize:u32 <lpdwNumExts:u32"),
    80: ("ConnectFaxServer",
         ">dwClientAPIVersion:u32 <lpdwServerAPIVersion:u32 <pHandle:ctx(SVC)"),
    81: ("GetSecurityEx",
         ">SecurityInformation:u32 <pSecurityDescriptor:BUF[lpdwBufferSize] "
         "<lpdwBufferSize:u32"),
    82: ("RefreshArchive", ">Folder:e16"),
    83: ("SetRecipientsLimit", ">dwRecipientsLimit:u32"),
    84: ("GetRecipientsLimit", "<lpdwRecipientsLimit:u32"),
    85: ("GetServerSKU", "<pServerSKU:e16"),
    86: ("CheckValidFaxFolder", ">lpcwstrPath:wstr!"),
    87: ("GetJobEx2",
         ">dwlMessageID:u64 >level:u32 <Buffer:BUF[BufferSize] <BufferSize:u32"),
    88: ("EnumJobsEx2",
         ">fAllAccounts:u32 >lpcwstrAccountName:wstr? >dwJobTypes:u32 >level:u32 "
         "<Buffer:BUF[BufferSize] <BufferSize:u32 <lpdwJobs:u32"),
    89: ("GetMessageEx",
         ">dwlMessageId:u64 >Folder:e16 >level:u32 <lppBuffer:BUF[lpdwBufferSize] "
         "<lpdwBufferSize:u32"),
    90: ("StartMessagesEnumEx",
         ">fAllAccounts:u32 >lpcwstrAccountName:wstr? >Folder:e16 >level:u32 "
         "<lpHandle:ctx(ENUM)"),
    91: ("EnumMessagesEx",
         ">hEnum:ctx(ENUM) >dwNumMessages:u32 <lppBuffer:BUF[lpdwBufferSize] "
         "<lpdwBufferSize:u32 <lpdwNumMessagesRetrieved:u32 <lpdwLevel:u32"),
    92: ("StartServerNotificationEx2",
         ">lpcwstrAccountName:wstr? >lpcwstrMachineName:wstr! >lpcwstrEndPoint:wstr! "
         ">Context:u64 >lpcwstrProtseqString:wstr! >dwEventTypes:u32 >level:u32 "
         "<lpHandle:ctx(EVTX)"),
    93: ("CreateAccount", ">level:u32 >Buffer:bytes[BufferSize]! >BufferSize:u32"),
    94: ("DeleteAccount", ">lpcwstrAccountName:wstr?"),
    95: ("EnumAccounts",
         ">level:u32 <Buffer:BUF[BufferSize] <BufferSize:u32 <lpdwAccounts:u32"),
    96: ("GetAccountInfo",
         ">lpcwstrAccountName:wstr? >level:u32 <Buffer:BUF[BufferSize] <BufferSize:u32"),
    97: ("GetGeneralConfiguration", ">level:u32 <Buffer:BUF[BufferSize] <BufferSize:u32"),
    98: ("SetGeneralConfiguration", ">level:u32 >Buffer:bytes[BufferSize]! >BufferSize:u32"),
    99: ("GetSecurityEx2",
         ">SecurityInformation:u32 <pSecurityDescriptor:BUF[lpdwBufferSize] "
         "<lpdwBufferSize:u32"),
    100: ("SetSecurityEx2",
         ">SecurityInformation:u32 >pSecurityDescriptor:bytes[dwBufferSize]? "
         ">dwBufferSize:u32"),
    101: ("AccessCheckEx2", ">AccessMask:u32 <pfAccess:u32 ><lpdwRights:u32?"),
    102: ("ReAssignMessage", ">dwlMessageId:u64 >pReAssignInfo:S:FAX_REASSIGN_INFO"),
    103: ("SetMessage",
         ">dwlMessageId:u64 >Folder:e16 >lpMessageProps:S:FAX_MESSAGE_PROPS"),
    104: ("GetConfigOption", ">option:e16 <lpdwValue:u32"),}

# What stands in the name of a size field is up to the sender (32 or 64 bit); ours are of 32 bit.
STRUCTS = {
    "FAX_COVERPAGE_INFO_EXW": "size=24 dwCoverPageFormat s:lpwstrCoverPageFileName bServerBased "
        "s:lpwstrNote s:lpwstrSubject",
    "FAX_PERSONAL_PROFILEW": "size=68 s:lpwstrName s:lpwstrFaxNumber s:lpwstrCompany "
        "s:lpwstrStreetAddress s:lpwstrCity s:lpwstrState s:lpwstrZip s:lpwstrCountry "
        "s:lpwstrTitle s:lpwstrDepartment s:lpwstrOfficeLocation s:lpwstrHomePhone "
        "s:lpwstrOfficePhone s:lpwstrEmail s:lpwstrBillingCode s:lpwstrTSID",
    "FAX_JOB_PARAM_EXW": "size=64 dwScheduleAction t:tmSchedule dwReceiptDeliveryType "
        "s:lpwstrReceiptDeliveryAddress e:Priority hCall r0 r1 r2 r3 s:lpwstrDocumentName "
        "dwPageCount",
    "FAX_PORT_INFO": "size=36 DeviceId State Flags Rings Priority s:DeviceName s:Tsid s:Csid",
    "FAX_PORT_INFO_EXW": "size=48 dwDeviceID s:lpcwstrDeviceName s:lpwstrDescription "
        "s:lpcwstrProviderName s:lpcwstrProviderGUID bSend e:ReceiveMode dwStatus dwRings "
        "s:lpwstrCsid s:lpwstrTsid",
    "FAX_CONFIGURATIONW": "size=52 Retries RetryDelay DirtyDays Branding UseDeviceTsid ServerCp "
        "PauseServerQueue H:StartCheapTime H:StopCheapTime ArchiveOutgoingFaxes "
        "s:ArchiveDirectory s:ProfileName",
    "FAX_GLOBAL_ROUTING_INFOW": "size=28 Priority s:Guid s:FriendlyName s:FunctionName "
        "s:ExtensionImageName s:ExtensionFriendlyName",
    "FAX_RECEIPTS_CONFIGW": "size=40 dwAllowedReceipts e:SMTPAuthOption s:lpwstrReserved "
        "s:lpwstrSMTPServer dwSMTPPort s:lpwstrSMTPFrom s:lpwstrSMTPUserName "
        "s:lpwstrSMTPPassword bIsToUseForMSRouteThroughEmailMethod",
    "FAX_OUTBOX_CONFIG": "size=36 bAllowPersonalCP bUseDeviceTSID dwRetries dwRetryDelay "
        "H:dtDiscountStart H:dtDiscountEnd dwAgeLimit bBranding",
    "FAX_ACTIVITY_LOGGING_CONFIGW": "size=16 bLogIncoming bLogOutgoing s:lpwstrDBPath",
    "FAX_ARCHIVE_CONFIGW": "size=40 bUseArchive s:lpcstrFolder bSizeQuotaWarning "
        "dwSizeQuotaHighWatermark dwSizeQuotaLowWatermark dwAgeLimit q:dwlArchiveSize",
    "RPC_FAX_OUTBOUND_ROUTING_GROUPW": "size=20 s:lpwstrGroupName dwNumDevices u32a:lpdwDevices "
        "e:Status",
    "RPC_FAX_OUTBOUND_ROUTING_RULEW": "size=24 dwAreaCode dwCountryCode s:lpwstrCountryName "
        "U:Destination bUseGroup",
    "FAX_VERSION": "size=20 bValid w:wMajorVersion w:wMinorVersion w:wMajorBuildNumber "
        "w:wMinorBuildNumber dwFlags",
    "FAX_SERVER_ACTIVITY": "size=36 dwIncomingMessages dwRoutingMessages dwOutgoingMessages "
        "dwDelegatedOutgoingMessages dwQueuedMessages dwErrorEvents dwWarningEvents "
        "dwInformationEvents",
    "FAX_REASSIGN_INFO": "s:lpcwstrRecipients s:lpcwstrSenderName s:lpcwstrSenderFaxNumber "
        "s:lpcwstrSubject bHasCoverPage",
    "FAX_MESSAGE_PROPS": "dwValidityMask dwMsgFlags",
}

LAYOUTS = {
    "FAX_PORT_INFO": (36,
        "SizeOfStruct DeviceId State Flags Rings Priority s:DeviceName s:Tsid s:Csid"),
    "FAX_PORT_INFO_EXW": (48,
        "dwSizeOfStruct dwDeviceID s:lpcwstrDeviceName s:lpwstrDescription "
        "s:lpcwstrProviderName s:lpcwstrProviderGUID bSend ReceiveMode dwStatus dwRings "
        "s:lpwstrCsid s:lpwstrTsid"),
    "FAX_DEVICE_STATUS": (88,
        "SizeOfStruct s:CallerId s:Csid CurrentPage DeviceId s:DeviceName s:DocumentName "
        "JobType s:PhoneNumber s:RoutingString s:SenderName s:RecipientName Size F:StartTime "
        "Status s:StatusString F:SubmittedTime TotalPages s:Tsid s:UserName"),
    "FAX_JOB_ENTRY": (92,
        "SizeOfStruct JobId s:UserName JobType QueueStatus Status Size PageCount "
        "s:RecipientNumber s:RecipientName s:Tsid s:SenderName s:SenderCompany s:SenderDept "
        "s:BillingCode ScheduleAction t:ScheduleTime DeliveryReportType "
        "s:DeliveryReportAddress s:DocumentName"),
    "FAX_JOB_ENTRY_EXW": (96,
        "dwSizeOfStruct dwValidityMask q:dwlMessageId q:dwlBroadcastId "
        "s:lpcwstrRecipientNumber s:lpcwstrRecipientName s:lpcwstrSenderUserName "
        "s:lpcwstrBillingCode t:tmOriginalScheduleTime t:tmSubmissionTime Priority "
        "dwDeliveryReportType s:lpcwstrDocumentName s:lpcwstrSubject p:pStatus z:pad"),
    "FAX_JOB_ENTRY_EX_1": (104,
        "dwSizeOfStruct dwValidityMask q:dwlMessageId q:dwlBroadcastId "
        "s:lpcwstrRecipientNumber s:lpcwstrRecipientName s:lpcwstrSenderUserName "
        "s:lpcwstrBillingCode t:tmOriginalScheduleTime t:tmSubmissionTime Priority "
        "dwDeliveryReportType s:lpcwstrDocumentName s:lpcwstrSubject p:pStatus bHasCoverPage "
        "s:lpcwstrReceiptAddress dwScheduleAction"),
    "FAX_JOB_STATUS": (120,
        "dwSizeOfStruct dwValidityMask dwJobID dwJobType dwQueueStatus dwExtendedStatus "
        "s:lpcwstrExtendedStatus dwSize dwPageCount dwCurrentPage s:lpcwstrTsid s:lpcwstrCsid "
        "t:tmScheduleTime t:tmTransmissionStartTime t:tmTransmissionEndTime dwDeviceID "
        "s:lpcwstrDeviceName dwRetries s:lpcwstrCallerID s:lpcwstrRoutingInfo "
        "dwAvailableJobOperations"),
    "FAX_MESSAGEW": (176,
        "dwSizeOfStruct dwValidityMask q:dwlMessageId q:dwlBroadcastId dwJobType "
        "dwQueueStatus dwExtendedStatus s:lpcwstrExtendedStatus dwSize dwPageCount "
        "s:lpcwstrRecipientNumber s:lpcwstrRecipientName s:lpcwstrSenderNumber "
        "s:lpcwstrSenderName s:lpcwstrTsid s:lpcwstrCsid s:lpcwstrSenderUserName "
        "s:lpcwstrBillingCode t:tmOriginalScheduleTime t:tmSubmissionTime "
        "t:tmTransmissionStartTime t:tmTransmissionEndTime s:lpcwstrDeviceName Priority "
        "dwRetries s:lpcwstrDocumentName s:lpcwstrSubject s:lpcwstrCallerID "
        "s:lpcwstrRoutingInfo z:pad"),
    "FAX_MESSAGE_1": (192,
        "dwSizeOfStruct dwValidityMask q:dwlMessageId q:dwlBroadcastId dwJobType "
        "dwQueueStatus dwExtendedStatus s:lpcwstrExtendedStatus dwSize dwPageCount "
        "s:lpcwstrRecipientNumber s:lpcwstrRecipientName s:lpcwstrSenderNumber "
        "s:lpcwstrSenderName s:lpcwstrTsid s:lpcwstrCsid s:lpcwstrSenderUserName "
        "s:lpcwstrBillingCode t:tmOriginalScheduleTime t:tmSubmissionTime "
        "t:tmTransmissionStartTime t:tmTransmissionEndTime s:lpcwstrDeviceName Priority "
        "dwRetries s:lpcwstrDocumentName s:lpcwstrSubject s:lpcwstrCallerID "
        "s:lpcwstrRoutingInfo bHasCoverPage dwReceiptType s:lpcwstrReceiptAddress "
        "bServerReceiveFolder dwMsgFlags"),
    "FAX_PERSONAL_PROFILEW": (68,
        "dwSizeOfStruct s:lpwstrName s:lpwstrFaxNumber s:lpwstrCompany s:lpwstrStreetAddress "
        "s:lpwstrCity s:lpwstrState s:lpwstrZip s:lpwstrCountry s:lpwstrTitle "
        "s:lpwstrDepartment s:lpwstrOfficeLocation s:lpwstrHomePhone s:lpwstrOfficePhone "
        "s:lpwstrEmail s:lpwstrBillingCode s:lpwstrTSID"),
    "FAX_CONFIGURATIONW": (52,
        "SizeOfStruct Retries RetryDelay DirtyDays Branding UseDeviceTsid ServerCp "
        "PauseServerQueue H:StartCheapTime H:StopCheapTime ArchiveOutgoingFaxes "
        "s:ArchiveDirectory s:ProfileName"),
    "FAX_ROUTING_METHOD": (36,
        "SizeOfStruct DeviceId Enabled s:DeviceName s:Guid s:FriendlyName s:FunctionName "
        "s:ExtensionImageName s:ExtensionFriendlyName"),
    "FAX_GLOBAL_ROUTING_INFOW": (28,
        "SizeOfStruct Priority s:Guid s:FriendlyName s:FunctionName s:ExtensionImageName "
        "s:ExtensionFriendlyName"),
    "FAX_LOG_CATEGORY": (12,
        "s:Name Category Level"),
    "FAX_PRINTER_INFOW": (16,
        "s:lpwstrPrinterName s:lpwstrServerName s:lpwstrDriverName z:pad"),
    "FAX_GENERAL_CONFIG": (88,
        "dwSizeOfStruct bUseArchive s:lpcwstrArchiveLocation bSizeQuotaWarning "
        "dwSizeQuotaHighWaterMark dwSizeQuotaLowWaterMark dwArchiveAgeLimit z:pad "
        "q:dwlArchiveSize dwQueueAgeLimit dwRetries dwRetryDelay bUseDeviceTSID "
        "H:dtDiscountStart H:dtDiscountEnd bBranding bAllowPersonalCP dwQueueState "
        "bAutoCreateAccountOnConnect bIncomingFaxesArePublic z:pad"),
    "FAX_ARCHIVE_CONFIGW": (40,
        "dwSizeOfStruct bUseArchive s:lpcstrFolder bSizeQuotaWarning dwSizeQuotaHighWatermark "
        "dwSizeQuotaLowWatermark dwAgeLimit z:pad q:dwlArchiveSize"),
    "FAX_OUTBOX_CONFIG": (36,
        "dwSizeOfStruct bAllowPersonalCP bUseDeviceTSID dwRetries dwRetryDelay "
        "H:dtDiscountStart H:dtDiscountEnd dwAgeLimit bBranding"),
    "FAX_RECEIPTS_CONFIGW": (40,
        "dwSizeOfStruct dwAllowedReceipts SMTPAuthOption lpwstrReserved s:lpwstrSMTPServer "
        "dwSMTPPort s:lpwstrSMTPFrom s:lpwstrSMTPUserName s:lpwstrSMTPPassword "
        "bIsToUseForMSRouteThroughEmailMethod"),
    "FAX_ACTIVITY_LOGGING_CONFIGW": (16,
        "dwSizeOfStruct bLogIncoming bLogOutgoing s:lpwstrDBPath"),
    "FAX_SERVER_ACTIVITY": (36,
        "dwSizeOfStruct dwIncomingMessages dwRoutingMessages dwOutgoingMessages "
        "dwDelegatedOutgoingMessages dwQueuedMessages dwErrorEvents dwWarningEvents "
        "dwInformationEvents"),
    "FAX_VERSION": (20,
        "dwSizeOfStruct bValid w:wMajorVersion w:wMinorVersion w:wMajorBuildNumber "
        "w:wMinorBuildNumber dwFlags"),
    "FAX_DEVICE_PROVIDER_INFO": (52,
        "dwSizeOfStruct s:lpcwstrFriendlyName s:lpcwstrImageName s:lpcwstrProviderName "
        "s:lpcwstrGUID dwCapabilities v:Version Status dwLastError"),
    "FAX_ROUTING_EXTENSION_INFO": (44,
        "dwSizeOfStruct s:lpcwstrFriendlyName s:lpcwstrImageName s:lpcwstrExtensionName "
        "v:Version Status dwLastError"),
    "FAX_ACCOUNT_INFO_0": (8,
        "dwSizeOfStruct s:lpcwstrAccountName"),
    "RPC_FAX_OUTBOUND_ROUTING_GROUPW": (20,
        "dwSizeOfStruct s:lpwstrGroupName dwNumDevices p:lpdwDevices Status"),
    "RPC_FAX_OUTBOUND_ROUTING_RULEW": (24,
        "dwSizeOfStruct dwAreaCode dwCountryCode s:lpwstrCountryName Destination bUseGroup"),
    "FAX_TAPI_LINECOUNTRY_LISTW": (8,
        "dwNumCountries p:LineCountryEntries"),
    "FAX_TAPI_LINECOUNTRY_ENTRYW": (16,
        "dwCountryID dwCountryCode s:lpcwstrCountryName s:lpcwstrLongDistanceRule"),
}

# The codes named for each method (7.1); a fault is always possible.
CODES = {}
for _codes, _ops in (
        ("0x5 0x8 0x57 0x54F", "0 4 5 10 19 30 34 43 48 78 97"),
        ("0x5 0x57", "1 25 32 76 82 94 101 104"),
        ("0x5 0x6 0x14 0x57", "2"),
        ("0x6 0x57", "3 64 71"),
        ("0x5 0x57 0x10DD", "6 9"),
        ("0x5 0x8 0xD 0x57", "7 15"),
        ("0x5 0x8 0xD 0x57 0x54F", "8 11 98"),
        ("0x5 0xD 0x57 7010", "12"),
        ("0x1 0x5 0x8 0xD 0x57 0x54F", "13"),
        ("0x5 0xD 0x57", "14 16 18"),
        ("0x1 0x5 0x8 0x57 0x54F", "17"),
        ("0x5 0x57 0x3F7", "20 22 39 50"),
        ("0x5 0x8 0x57 0x216 0x54F", "21"),
        ("0x5 0x8 0x57 0x53A", "23 81 99"),
        ("0x5 0xD 0x32 0x57 0x3F7", "24"),
        ("0x57 0x6A7", "26"),
        ("0x5 0x8 0xD 0x13 0x32 0x57 0x65E 7011 7013", "27"),
        ("0x5 0x8 0x57", "28 38 88 95"),
        ("0x5 0x8 0x57 7009", "29"),
        ("0x5 0xB 0x57 7001 7009", "31"),
        ("0x5 0xE 0x57 0x3F7 0x80010100", "33"),
        ("0x5 0x32 0x57 0x3F7 7011", "35"),
        ("0x5", "36 37 40 61 62 80 84 85"),
        ("0x5 0x8 0x32 0x57", "41"),
        ("0x5 0x32 0x57 0x6F 0x3F7 7007 7008", "42"),
        ("0x5 0x57 0x6F 0x3F7 7008", "44"),
        ("0x5 0x57 0x54F 7001", "45"),
        ("0x5 0x8 0x14 0x57 0x54F", "46"),
        ("0x5 0x14 0x57 0x6F 0x3F7 7010", "47"),
        ("0x2 0x5 0x57 0x3F7", "49"),
        ("0x5 0x34 0x57 0x6F 0x3F7 7011", "51"),
        ("0x5 0x57 0x6F 0x3F7 7011", "52"),
        ("0x5 0x57 0x6F 0x3F7 0x10DD 7002 7004 7011", "53"),
        ("0x5 0x57 7011", "54 59"),
        ("0x5 0x57 0x6F 0x3F7 7003 7011", "55 58"),
        ("0x5 0x14 0x1F 0x57 0x6F 0x3F7 7003 7011", "56"),
        ("0x5 0x57 0x3F7 7005 7011", "57"),
        ("0x5 0x57 0x6F 0xB7 0x3F7", "60"),
        ("0x5 0x57 0x103", "63 90"),
        ("0x8 0x57 0x6F 0x103 7001", "65 91"),
        ("0x5 0x8 0x57 0x54F 7009", "66 87"),
        ("0x5 0x57 7008 7009", "67"),
        ("0x5 0x57 0x6F", "68"),
        ("0x57 7009", "69"),
        ("0x6 0x1F 0x57", "70"),
        ("0x6", "72"),
        ("0x5 0xB 0x32", "73"),
        ("0x5 0xB 0xE 0x57", "74"),
        ("0xD 0x57", "75"),
        ("0x5 0x3F7", "77"),
        ("", "83"),
        ("0x2 0x3 0x5 0x57 0x6F 7007", "86"),
        ("0x5 0x57 7001 7009", "89"),
        ("0x5 0xE 0x1F 0x57", "92"),
        ("0x5 0x57 0xB7 0x649", "93"),
        ("0x2 0x5 0x57", "96"),
        ("0x5 0xD 0xE 0x57 0x3F7", "100"),
        ("0x2 0x5 0x57 0x6F 0x10DD", "102"),
        ("0x5 0x57 7009", "103"),
):
    for _op in _ops.split():
        CODES[int(_op)] = {int(c, 0) for c in _codes.split()}
