/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file caselli.h
 * What the Windows fax interface lacks, on the same server handle: several
 * files in one fax, resolution and priority, page by page status, the attempts
 * and session log of each call, messages, traces, health, waiting for a change.
 * Part of libwinfax; the rules of winfax.h hold: nonzero is success, zero has
 * its reason in GetLastError() and in words in CaselliLastReason().
 *
 * Text is UTF-8 and never NULL in results. Each result is one block (array and
 * text) that the caller releases with CaselliFree(). Instants are Unix seconds,
 * 0 = unset. Ids have 64 bits and are never reused; JobId is the small number
 * that FaxEnumJobs shows. Any thread may call anything.
 */
#ifndef CASELLI_H
#define CASELLI_H

#include <stdint.h>
#include <winfax.h>

#ifdef __cplusplus
extern "C" {
#endif

void WINAPI CaselliFree(void *Result);
/** The last failure of this thread as a sentence for a person; valid until the next call. */
const char *WINAPI CaselliLastReason(void);
/** Text of an error code of this API; static. */
const char *WINAPI CaselliErrorText(DWORD Code);

/* ---- Servers on the network ---- */
/**
 * See that a server on the network takes this login, and keep it for this user's later connections
 * (Linux: $XDG_CONFIG_HOME/caselli/credentials). Server: HOST or HOST:PORT. User: "user",
 * "DOMAIN\\user" or "user@domain". ERROR_ACCESS_DENIED: it does not. ERROR_NOT_SUPPORTED: a local
 * server, which needs none, or Windows.
 */
BOOL WINAPI CaselliLogin(const char *Server, const char *User, const char *Password);
/** Forget it. ERROR_FILE_NOT_FOUND: nothing is kept. */
BOOL WINAPI CaselliLogout(const char *Server);

/* ---- Sending ---- */
#define CASELLI_RESOLUTION_DEFAULT   0
#define CASELLI_RESOLUTION_STANDARD  98  /* lines per inch; 204 dots across */
#define CASELLI_RESOLUTION_FINE      196
#define CASELLI_RESOLUTION_SUPERFINE 391
#define CASELLI_QUALITY_AUTO         0
#define CASELLI_QUALITY_TEXT         1
#define CASELLI_QUALITY_PHOTO        2
#define CASELLI_PRIORITY_LOW         0
#define CASELLI_PRIORITY_NORMAL      1
#define CASELLI_PRIORITY_HIGH        2

typedef struct CASELLI_SEND {
	DWORD SizeOfStruct;       /**< required */
	DWORD FileCount;          /**< 1 to 64; 0: a cover page alone */
	const char *const *Files; /**< their pages go out in this order, as one fax */
	DWORD Resolution;         /**< CASELLI_RESOLUTION_* */
	DWORD Quality;            /**< CASELLI_QUALITY_* */
	DWORD Priority;           /**< CASELLI_PRIORITY_* */
	DWORD DeviceId;           /**< 0: any port */
} CASELLI_SEND;

/**
 * As FaxSendDocumentA, for several files and with our options. Cover and the
 * two results may be NULL.
 */
BOOL WINAPI CaselliSend(HANDLE Server, const CASELLI_SEND *Send, const FAX_JOB_PARAMA *Params,
			const FAX_COVERPAGE_INFOA *Cover, DWORD *JobId, uint64_t *Id);

/* ---- Printing into a fax (FaxStartPrintJob) ---- */
/**
 * Where a print job is written: a descriptor, open for reading and writing, of a new empty file
 * that nobody else sees ("/dev/fd/N" for what wants a name). It takes a document of any kind
 * that can be faxed: PDF, PostScript, TIFF, PNG, JPEG, text. It stays the print job's: do not
 * close it; flush what buffers before EndDoc. After EndPage it is another one.
 * @return -1 on failure: ERROR_INVALID_HANDLE, ERROR_INVALID_OPERATION (ended already, or more
 *         than 64 pages), ERROR_WRITE_FAULT (no room for another file)
 */
int WINAPI CaselliPrintFd(HDC hDC);
/** The fax that EndDoc made, until DeleteDC. ERROR_INVALID_OPERATION: there is none. */
BOOL WINAPI CaselliPrintResult(HDC hDC, DWORD *JobId, uint64_t *Id);

/* ---- Plug-ins ---- */
/** Undo FaxRegisterRoutingExtension. ERROR_NOT_FOUND, or what the service says. */
BOOL WINAPI CaselliUnregisterRoutingExtension(HANDLE Server, const char *ExtensionName);

/* ---- Ports ---- */
typedef struct CASELLI_PORT_STATUS {
	DWORD DeviceId;
	DWORD Status;           /**< FPS_* */
	const char *Name;
	const char *StatusText; /**< "Sending" */
	BOOL Active;            /**< a job is on the port */
	BOOL Sending;           /**< meaningful while Active */
	DWORD JobId;
	DWORD Page;             /**< from 1; 0: none yet */
	DWORD PagesTotal;       /**< 0: not known */
	DWORD PagesConfirmed;   /**< receiving: stored */
	DWORD PageBytes;        /**< of this page, on the line so far */
	DWORD PageBytesTotal;   /**< 0: not known */
	DWORD RateBps;          /**< 0: not negotiated yet */
	DWORD Resolution;       /**< lines per inch, 0: not known */
	BOOL Ecm;
	DWORD EcmRetries;       /**< blocks sent again */
	DWORD SizeBytes;
	const char *Coding;     /**< "MMR" */
	const char *Transport;  /**< "T.38", "audio" */
	const char *RemoteId;
	const char *LocalId;
	const char *CallerId;
	const char *Routing;
	const char *Number;
	const char *DocumentName;
	const char *SenderName;
	const char *RecipientName;
	const char *UserName;
	uint64_t Id;            /**< of the job */
	int64_t StartedAt;
	int64_t SubmittedAt;
	int64_t ElapsedMs;      /**< since dialling or ringing began */
} CASELLI_PORT_STATUS;

/** One port, or all (DeviceId 0), each a moment of its own. */
BOOL WINAPI CaselliGetPortStatus(HANDLE Server, DWORD DeviceId, CASELLI_PORT_STATUS **Status,
				 DWORD *Count);

/* ---- Jobs, their calls ---- */
typedef struct CASELLI_JOB {
	uint64_t Id;
	DWORD JobId;
	DWORD JobType;         /**< JT_* */
	DWORD QueueStatus; /**< JS_*; a finished job: JS_INPROGRESS is not set and Finished is */
	BOOL Finished;         /**< it is a message now */
	const char *State;     /**< "preparing", "pending", "in_progress" ... */
	const char *Words;     /**< why it failed or waits, a sentence; "" = nothing to say */
	const char *Outcome;   /**< of the last attempt: "busy" ... */
	const char *UserName;
	const char *Number;
	const char *RecipientName;
	const char *SenderName;
	const char *DocumentName;
	const char *Tsid;
	const char *BillingCode;
	DWORD Priority;
	DWORD Resolution;
	DWORD Quality;
	DWORD ScheduleAction;  /**< JSA_* */
	DWORD DeviceId;        /**< port of the present or last call */
	DWORD Tries;
	DWORD Pages;           /**< 0: not known yet */
	DWORD PagesConfirmed;
	DWORD SizeBytes;
	BOOL Paused;
	int64_t SubmittedAt;
	int64_t ScheduleAt;
	int64_t NextTryAt;
	int64_t StartedAt;
	int64_t EndedAt;
	DWORD BroadcastId;     /**< JobId of the broadcast that it belongs to; 0 = none */
	DWORD Recipients;      /**< of a broadcast (CASELLI_JT_BROADCAST): still in the queue */
} CASELLI_JOB;
/** JobType of a broadcast's document, which FaxEnumJobs does not show (later: JT_BROADCAST). */
#define CASELLI_JT_BROADCAST 0x20

/** By the small number: the live job, else the newest message that had it. */
BOOL WINAPI CaselliFindJob(HANDLE Server, DWORD JobId, CASELLI_JOB **Job);
BOOL WINAPI CaselliGetJob(HANDLE Server, uint64_t Id, CASELLI_JOB **Job);

/**
 * All live jobs that the caller may see, by JobId, in one request. More than 100,000 are
 * ERROR_NOT_ENOUGH_MEMORY, as for FaxEnumJobs: take a page after the other.
 */
BOOL WINAPI CaselliEnumJobs(HANDLE Server, CASELLI_JOB **Jobs, DWORD *Count);
/**
 * A page of them in order of Id, from the first above AfterId (0: from the start) on: as fast in a
 * queue of a million as in one of a hundred. Max is 1 to 1000; *Next is the AfterId of the next
 * page, 0 = this was the last.
 */
BOOL WINAPI CaselliEnumJobsPage(HANDLE Server, uint64_t AfterId, DWORD Max, CASELLI_JOB **Jobs,
				DWORD *Count, uint64_t *Next);
/** Cancel a broadcast and all its recipients that are still in the queue. JobId is the broadcast's.
 * Owner, or FAX_JOB_MANAGE; ERROR_INVALID_PARAMETER when there is no such broadcast. */
BOOL WINAPI CaselliCancelBroadcast(HANDLE Server, DWORD JobId);

typedef struct CASELLI_ATTEMPT {
	uint64_t Id;
	uint64_t JobId;          /**< 64-bit id of the job */
	DWORD DeviceId;
	DWORD FirstPage;         /**< from 1 */
	DWORD PagesConfirmed;
	DWORD PagesTotal;
	DWORD RateBps;
	DWORD EcmRetries;
	BOOL Ecm;
	int64_t StartedAt;
	int64_t AnsweredAt;      /**< 0: never */
	int64_t EndedAt;         /**< 0: going on, or the service stopped in it */
	const char *Outcome;     /**< "success", "busy" ... */
	const char *Words;       /**< cause in plain words */
	const char *Number;
	const char *PortName;
	const char *RemoteId;
	const char *Coding;
	const char *Transport;
} CASELLI_ATTEMPT;

/** Every attempt to send a job (or the reception of a fax), oldest first. */
BOOL WINAPI CaselliEnumAttempts(HANDLE Server, uint64_t Id, CASELLI_ATTEMPT **Attempts,
				DWORD *Count);
/** Session log of one attempt as text. */
BOOL WINAPI CaselliGetCallLog(HANDLE Server, uint64_t Id, uint64_t AttemptId, char **Text,
			      DWORD *Size);

/* ---- Messages: finished faxes ---- */
#define CASELLI_FOLDER_INBOX 0
#define CASELLI_FOLDER_SENT  1

typedef struct CASELLI_MESSAGE {
	uint64_t Id;
	DWORD JobId;           /**< the number it had in the queue */
	DWORD Folder;
	BOOL Read;
	BOOL Partial;          /**< received incompletely */
	DWORD DeviceId;
	DWORD Pages;
	DWORD Resolution;
	DWORD SizeBytes;
	DWORD RateBps;
	DWORD Tries;
	BOOL Ecm;
	int64_t SubmittedAt;
	int64_t StartedAt;
	int64_t EndedAt;
	const char *PortName;
	const char *UserName;
	const char *Number;
	const char *RecipientName;
	const char *SenderName;
	const char *DocumentName;
	const char *Tsid;      /**< of the sending machine */
	const char *Csid;      /**< of the receiving machine */
	const char *CallerId;
	const char *Routing;
	const char *Words;
	const char *SenderNumber;
	const char *Subject;
	const char *Owners;    /**< of a received one: users, ';' between; "" = nobody's */
	const char *ReadBy;    /**< those of them who have read it */
} CASELLI_MESSAGE;

/** Oldest first; AfterId 0 is the start, else the last Id of the page before. Max 0: 100. */
BOOL WINAPI CaselliEnumMessages(HANDLE Server, DWORD Folder, uint64_t AfterId, DWORD Max,
				CASELLI_MESSAGE **Messages, DWORD *Count);
/** Newest first; BeforeId 0 is the start, else the last Id of the page before. Max 0: 100. */
BOOL WINAPI CaselliEnumNewestMessages(HANDLE Server, DWORD Folder, uint64_t BeforeId, DWORD Max,
				      CASELLI_MESSAGE **Messages, DWORD *Count);
BOOL WINAPI CaselliGetMessage(HANDLE Server, uint64_t Id, CASELLI_MESSAGE **Message);
BOOL WINAPI CaselliRemoveMessage(HANDLE Server, uint64_t Id);
BOOL WINAPI CaselliSetMessageRead(HANDLE Server, uint64_t Id, BOOL Read);

#define CASELLI_VIEW_TIFF 0
#define CASELLI_VIEW_PDF  1
#define CASELLI_VIEW_PNG  2 /* one page */
/** Bytes of a message, or of a queued job once it is rendered. Page (from 1) is for PNG; Pages may
 * be NULL. */
BOOL WINAPI CaselliView(HANDLE Server, uint64_t Id, DWORD View, DWORD Page, BYTE **Data,
			DWORD *Size, DWORD *Pages);

/* ---- Cover pages, docs/cover-pages.md ---- */
typedef struct CASELLI_COVERPAGE {
	const char *Name;  /**< as CoverPageName with UseServerCoverPage wants it */
	const char *Title; /**< a line about it */
	DWORD SizeBytes;
	BOOL Own;          /**< was installed here and can be removed */
	BOOL Windows;      /**< a .cov of Windows, which cannot be used */
} CASELLI_COVERPAGE;
/** The common cover pages of the service, by name. */
BOOL WINAPI CaselliEnumCoverPages(HANDLE Server, CASELLI_COVERPAGE **Pages, DWORD *Count);
/**
 * A cover page with made-up names, to look at. Common: a page of the service; else a file.
 * ERROR_INVALID_DATA: something is wrong with it; CaselliLastReason() names line and remedy.
 * Page (from 1) is for PNG; Pages may be NULL.
 */
BOOL WINAPI CaselliViewCoverPage(HANDLE Server, const char *Name, BOOL Common, DWORD View,
				 DWORD Page, BYTE **Data, DWORD *Size, DWORD *Pages);
/** Make a file a common page, when nothing is wrong with it. Name: NULL = the file's. CONFIG_SET */
BOOL WINAPI CaselliInstallCoverPage(HANDLE Server, const char *File, const char *Name);
BOOL WINAPI CaselliRemoveCoverPage(HANDLE Server, const char *Name);

/* ---- The service itself ---- */
/** A registered plug-in (docs/plugins.md). */
typedef struct CASELLI_PLUGIN {
	DWORD Kind;    /**< 0 fax service provider, 1 routing extension */
	BOOL Serving;
	DWORD Methods; /**< of an extension */
	const char *Name;
	const char *Friendly;
	const char *Image;
	const char *State; /**< "ok", or why it does not serve */
} CASELLI_PLUGIN;
/** All that are registered. FAX_CONFIG_QUERY. */
BOOL WINAPI CaselliEnumPlugins(HANDLE Server, CASELLI_PLUGIN **Plugins, DWORD *Count);

typedef struct CASELLI_HEALTH {
	const char *Name; /**< "disk", "store", "host loop" */
	DWORD Level;      /**< 0 good, 1 warning, 2 broken */
	const char *Text; /**< what was found, and the remedy */
} CASELLI_HEALTH;
BOOL WINAPI CaselliGetHealth(HANDLE Server, CASELLI_HEALTH **Checks, DWORD *Count);

/* ---- Who may do what ---- */
#define CASELLI_ACCESS_DEFAULT 0 /* everybody of whom nothing else is said */
#define CASELLI_ACCESS_USER    1
#define CASELLI_ACCESS_GROUP   2
#define CASELLI_ACCESS_FROM_FILE  1 /* the settings file says so */
#define CASELLI_ACCESS_FROM_STORE 2 /* set at run time, stands before the file */
typedef struct CASELLI_ACCESS {
	DWORD Kind;             /**< CASELLI_ACCESS_* */
	DWORD Source;           /**< CASELLI_ACCESS_FROM_*; 0 from CaselliGetAccess */
	DWORD Rights;           /**< FAX_JOB_SUBMIT ... and the standard rights */
	DWORD FileRights;       /**< what the file says for the same name, if InFile */
	BOOL InFile;
	const char *Name;       /**< of the user or group */
	const char *RightsText; /**< "read write", "job_submit", "none" */
	const char *FileText;
	const char *Why;        /**< CaselliGetAccess: the entries that decide */
} CASELLI_ACCESS;
/** The default first, then users, then groups. READ_CONTROL. */
BOOL WINAPI CaselliEnumAccess(HANDLE Server, CASELLI_ACCESS **Entries, DWORD *Count);
/** What a user of the machine may do; NULL: the caller. READ_CONTROL for others.
 * ERROR_FILE_NOT_FOUND: no such user. */
BOOL WINAPI CaselliGetAccess(HANDLE Server, const char *User, CASELLI_ACCESS **Access);

#define CASELLI_ACCESS_SET       0 /* exactly these rights */
#define CASELLI_ACCESS_GRANT     1 /* these, too; who has no entry gets one of what he holds */
#define CASELLI_ACCESS_REVOKE    2 /* these no longer */
#define CASELLI_ACCESS_RESET     3 /* what the settings file says */
#define CASELLI_ACCESS_RESET_ALL 4 /* the same for all; Kind, Name and Rights do not count */
/** WRITE_DAC. In force for everybody connected when it returns. Rights: words as in the settings
 * file ("job_submit", "read write"). ERROR_FILE_NOT_FOUND: no such user or group. */
BOOL WINAPI CaselliSetAccess(HANDLE Server, DWORD Change, DWORD Kind, const char *Name,
			     const char *Rights);

#define CASELLI_PASSWORD_SET 0
#define CASELLI_PASSWORD_REMOVE 1
#define CASELLI_PASSWORD_DISABLE 2
#define CASELLI_PASSWORD_ENABLE 3
/**
 * Passwords of users who come over the network (NTLM). Needs WRITE_DAC, on the service's machine.
 * @param Password  CASELLI_PASSWORD_SET: 8 to 127 characters, UTF-8; else NULL
 * @return FALSE: ERROR_FILE_NOT_FOUND (has none), ERROR_INVALID_PARAMETER, ERROR_ACCESS_DENIED
 */
BOOL WINAPI CaselliSetPassword(HANDLE Server, DWORD Change, const char *User,
			       const char *Password);

/* ---- Accounts, and whose a received fax is ---- */
#define CASELLI_ACCOUNT_MACHINE  0 /* a user of the service's machine */
#define CASELLI_ACCOUNT_SERVICE  1 /* known to the service alone, from the network */
#define CASELLI_ACCOUNT_PASSWORD 2 /* has a password and was never here */
#define CASELLI_PASSWORD_NOT_TOLD   0 /* the caller lacks READ_CONTROL */
#define CASELLI_PASSWORD_NONE       1
#define CASELLI_PASSWORD_THERE      2
#define CASELLI_PASSWORD_IS_DISABLED 3
typedef struct CASELLI_ACCOUNT {
	DWORD Kind;         /**< CASELLI_ACCOUNT_* */
	DWORD Password;     /**< for the network: CASELLI_PASSWORD_NOT_TOLD ... */
	DWORD Connections;  /**< now */
	DWORD Uid;          /**< 0xFFFFFFFF: CASELLI_ACCOUNT_PASSWORD */
	const char *Name;   /**< "alice", "EXAMPLE\alice" */
	int64_t CreatedAt;
	int64_t SeenAt;     /**< last came or went; 0 = not since the service started */
	int64_t PasswordAt; /**< set; 0 = not known */
} CASELLI_ACCOUNT;
/** By name. FAX_CONFIG_QUERY; what is known of passwords with READ_CONTROL. CaselliFree(). */
BOOL WINAPI CaselliEnumAccounts(HANDLE Server, CASELLI_ACCOUNT **Accounts, DWORD *Count);
/** FAX_CONFIG_SET, both. ERROR_ALREADY_EXISTS; ERROR_INVALID_PARAMETER: not a name, root. */
BOOL WINAPI CaselliCreateAccount(HANDLE Server, const char *Name);
/** What belonged to it belongs to nobody then. ERROR_INVALID_PARAMETER: there is none. */
BOOL WINAPI CaselliDeleteAccount(HANDLE Server, const char *Name);

typedef struct CASELLI_REASSIGN {
	DWORD SizeOfStruct;       /**< required */
	BOOL HasCoverPage;        /**< its first page is one */
	const char *Users;        /**< its owners from now on, ';' between, 200 at most */
	const char *SenderName;   /**< NULL, as the next two: as it is */
	const char *SenderNumber;
	const char *Subject;      /**< each 253 characters at most, ERROR_BUFFER_OVERFLOW */
} CASELLI_REASSIGN;
/**
 * Give a received fax to users. FAX_JOB_MANAGE. ERROR_INVALID_OPERATION: received faxes are
 * everybody's; ERROR_FILE_NOT_FOUND: no such fax; ERROR_INVALID_PARAMETER: a user is not known.
 */
BOOL WINAPI CaselliReassign(HANDLE Server, uint64_t Id, const CASELLI_REASSIGN *To);

/** What would be done with a fax, one row a method, in order. */
typedef struct CASELLI_ROUTING {
	const char *Guid, *FriendlyName;
	BOOL Runs;
	BOOL ByRule;      /**< a rule of the settings file says so, not the port */
	const char *Data; /**< where to; "" = nothing, or known to its extension alone */
	const char *Rule; /**< the rule that applies, the same in all rows; "" = none */
} CASELLI_ROUTING;
/**
 * Which rule a fax to To, from From, of a machine that calls itself Tsid would meet on a port.
 * The texts may be NULL. FAX_PORT_QUERY; ERROR_BAD_UNIT: no such port.
 */
BOOL WINAPI CaselliTestRouting(HANDLE Server, DWORD DeviceId, const char *To, const char *From,
			       const char *Tsid, CASELLI_ROUTING **Methods, DWORD *Count);

/** Outbound routing: a group of ports, in the order in which they are tried. */
typedef struct CASELLI_OUTBOUND_GROUP {
	const char *Name;    /**< "<All devices>" comes first: it is built in */
	const char *Devices; /**< device ids, a blank between: "4 3"; those that are gone, too */
	DWORD DeviceCount;
	DWORD Status;        /**< 0 all valid, 1 empty, 2 none valid, 3 some not valid */
} CASELLI_OUTBOUND_GROUP;
/** Numbers of a country and area, and where they go. The default rule, 0 and 0, comes first. */
typedef struct CASELLI_OUTBOUND_RULE {
	DWORD CountryCode, AreaCode; /**< 0 = any */
	const char *CountryName;
	DWORD DeviceId;              /**< 0 = the group */
	const char *Group;           /**< "" = the device */
} CASELLI_OUTBOUND_RULE;
/** FAX_CONFIG_QUERY; CaselliFree(). */
BOOL WINAPI CaselliEnumOutboundGroups(HANDLE Server, CASELLI_OUTBOUND_GROUP **Groups,
				      DWORD *Count);
BOOL WINAPI CaselliEnumOutboundRules(HANDLE Server, CASELLI_OUTBOUND_RULE **Rules, DWORD *Count);
/** FAX_CONFIG_SET, all that follow. Name: 127 characters at most, ERROR_BUFFER_OVERFLOW;
 * ERROR_DUP_NAME: there is one. */
BOOL WINAPI CaselliAddOutboundGroup(HANDLE Server, const char *Name);
/** 7002: no such group; 7004: a rule leads to it; ERROR_INVALID_OPERATION: it is built in. */
BOOL WINAPI CaselliRemoveOutboundGroup(HANDLE Server, const char *Name);
/** Its ports from now on, 1000 at most. ERROR_INVALID_PARAMETER: no such group or port. */
BOOL WINAPI CaselliSetOutboundGroup(HANDLE Server, const char *Name, const DWORD *DeviceIds,
				    DWORD Count);
/** One of its ports to a place, from 1; in the built-in group this changes port priorities. */
BOOL WINAPI CaselliOrderOutboundGroup(HANDLE Server, const char *Name, DWORD DeviceId,
				      DWORD Place);
/** Group NULL: to the device. ERROR_BAD_UNIT: no such port; 7003: no such group, or it has no
 * ports; ERROR_DUP_NAME: there is a rule for these codes. */
BOOL WINAPI CaselliAddOutboundRule(HANDLE Server, DWORD CountryCode, DWORD AreaCode,
				   DWORD DeviceId, const char *Group);
/** Another destination for a rule that is there, the default rule too; else
 * ERROR_INVALID_PARAMETER. */
BOOL WINAPI CaselliSetOutboundRule(HANDLE Server, DWORD CountryCode, DWORD AreaCode,
				   DWORD DeviceId, const char *Group);
/** 7005: there is none; ERROR_INVALID_PARAMETER: the default rule. */
BOOL WINAPI CaselliRemoveOutboundRule(HANDLE Server, DWORD CountryCode, DWORD AreaCode);
/** Which way a number goes: a first row without port, then a row for each port. */
typedef struct CASELLI_OUTBOUND {
	DWORD CountryCode, AreaCode;         /**< of the number; 0 = not known, not marked */
	DWORD RuleCountryCode, RuleAreaCode; /**< of the rule that counts */
	DWORD Status; /**< of the rule: 0 valid, 1 empty group, 2 none, 3 some bad, 4 bad port */
	BOOL Asked;   /**< the job asks for a port: no rule counts */
	DWORD DeviceId;
	const char *Digits, *Group, *Words; /**< Words: what a fax would wait for now */
	const char *PortName, *PortState;   /**< "free", "busy", "offline", "not valid" */
} CASELLI_OUTBOUND;
/** Number NULL: that of the outgoing job with this id. FAX_CONFIG_QUERY; of a job: who may see it.
 * CaselliFree(). */
BOOL WINAPI CaselliTestOutbound(HANDLE Server, const char *Number, uint64_t JobId,
				CASELLI_OUTBOUND **Ways, DWORD *Count);

/** Settings of ours beside FAX_CONFIGURATION. */
typedef struct CASELLI_CONFIG {
	DWORD SizeOfStruct;       /**< required for CaselliSetConfig */
	BOOL ResumeAtUnconfirmed; /**< a retry starts at the first page not confirmed */
	BOOL JoinJobs;            /**< jobs for one number share a call */
	BOOL IncomingPublic;      /**< received faxes are everybody's, else their owners' */
	BOOL AutoAccounts;        /**< who comes for the first time gets an account */
} CASELLI_CONFIG;
BOOL WINAPI CaselliGetConfig(HANDLE Server, CASELLI_CONFIG **Config);
BOOL WINAPI CaselliSetConfig(HANDLE Server, const CASELLI_CONFIG *Config);

/** What FAX_CONFIGURATION lacks and later APIs have. Also of a fax service of Windows. */
typedef struct CASELLI_GENERAL {
	DWORD SizeOfStruct;      /**< required for CaselliSetGeneral */
	DWORD ArchiveAgeDays;    /**< messages of both folders go after so long; 0 = never */
	BOOL QuotaWarning;       /**< tell when the messages take more than the high mark */
	DWORD QuotaHighMb, QuotaLowMb; /**< MiB; told again only after the low mark */
	uint64_t ArchiveBytes;   /**< what they take; not to be set */
	BOOL BlockIncoming;      /**< calls that come in are refused */
	BOOL BlockOutgoing;      /**< new faxes are refused */
	BOOL LogIncoming, LogOutgoing; /**< the activity log */
	const char *ActivityDirectory; /**< on the service's machine */
} CASELLI_GENERAL;
/** FAX_CONFIG_QUERY. CaselliFree(). */
BOOL WINAPI CaselliGetGeneral(HANDLE Server, CASELLI_GENERAL **General);
/** FAX_CONFIG_SET. Only what differs from what is in force is written. */
BOOL WINAPI CaselliSetGeneral(HANDLE Server, const CASELLI_GENERAL *General);

/** The mail server of delivery reports and of the e-mail routing method; a password is not told. */
typedef struct CASELLI_MAIL {
	BOOL SetByClient; /**< by a client, over the settings file's (decision 0640) */
	BOOL Receipts;    /**< delivery reports by e-mail are offered */
	BOOL Routing;     /**< the e-mail routing method uses this server */
	DWORD Login;      /**< 0 none, 1 what the server offers, 2 NTLM */
	DWORD Port;
	const char *Server, *From, *User;
} CASELLI_MAIL;
/** FAX_CONFIG_QUERY. CaselliFree(). */
BOOL WINAPI CaselliGetMail(HANDLE Server, CASELLI_MAIL **Mail);
/** FAX_CONFIG_SET. The settings file's mail server is in force again. */
BOOL WINAPI CaselliResetMail(HANDLE Server);

/** Switch a trace ("port", "t30", "rpc" ...; "all") on or off. FAX_CONFIG_SET. */
BOOL WINAPI CaselliSetTrace(HANDLE Server, const char *Facility, BOOL On);
/**
 * Trace lines after *Cursor (0: from now), each ending in '\n'; waits up to
 * TimeoutMs for one and returns "" when none came.
 */
BOOL WINAPI CaselliReadTrace(HANDLE Server, uint64_t *Cursor, DWORD TimeoutMs, char **Lines);

#define CASELLI_CHANGE_JOB     0x01
#define CASELLI_CHANGE_MESSAGE 0x02
#define CASELLI_CHANGE_CONFIG  0x04
#define CASELLI_CHANGE_PORT    0x08
/**
 * Wait until something changed after *Serial (0: from now), at most TimeoutMs (limit 25000).
 * Sets *Serial for the next call and *Changes to CASELLI_CHANGE_* bits, 0 when time ran out.
 */
BOOL WINAPI CaselliWaitChange(HANDLE Server, DWORD TimeoutMs, uint64_t *Serial, DWORD *Changes);

#ifdef __cplusplus
}
#endif

#endif
