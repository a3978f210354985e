/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/faxcom/win/journal.h
 * Keys of the registry taken over from whoever had them, and given back. Windows only.
 *
 * For each unit (a key with all below it) a journal under Software\Caselli\faxcom keeps what
 * stood there before ("Was"), what we wrote ("Ours") and which builds hold it (the 64-bit and
 * the 32-bit DLL share some keys). A journal marked busy was interrupted: what stands in the
 * unit is then a half-written piece of ours and never mistaken for somebody's original.
 *
 *   free --take--> ours --give back (last holder)--> as it was before
 *                   | somebody registers over it
 *                   '--> theirs: take saves theirs, give back leaves it alone
 *
 * Thread: one at a time; the caller holds the mutex of fc_registry_open().
 */
#ifndef FX_CLIENTS_FAXCOM_JOURNAL_H
#define FX_CLIENTS_FAXCOM_JOURNAL_H

#ifdef _WIN32

#include "clients/faxcom/win/regtree.h"

/* FC_TEST_AS_32: a test plays the 32-bit build where only 64-bit programs run. */
#if defined(_WIN64) && !defined(FC_TEST_AS_32)
#define FC_REGISTERS_64
#endif

/** The classes of one user or of the machine, and their journal. */
struct fc_registry {
	HKEY hive;
	HKEY classes; /**< Software\Classes as this build sees it */
	HKEY journal; /**< one for both builds */
	HKEY software;/**< parent of Caselli, in the journal's view */
	HANDLE mutex;
};
/** @param hive  HKEY_LOCAL_MACHINE or HKEY_CURRENT_USER; close also after failure */
LSTATUS fc_registry_open(HKEY hive, struct fc_registry *ret);
void fc_registry_close(struct fc_registry *r);

struct fc_unit {
	const WCHAR *parent;  /**< below Classes: L"CLSID", or NULL */
	const WCHAR *name;    /**< of the key in it */
	bool shared;          /**< both builds see the same key */
	bool overlay;         /**< what others have in it stays beside ours */
	const WCHAR *own_part;/**< of a shared unit: what only this build writes; else NULL */
	/** Write what belongs there into an empty key. */
	LSTATUS (*write)(HKEY k, const void *arg);
	const void *arg;
};
/** Make the unit ours. After failure it is as it was before it ever was ours. */
LSTATUS fc_unit_take(struct fc_registry *r, const struct fc_unit *u);
/** This build leaves the unit; the last holder puts back what was there. Not ours: nothing. */
LSTATUS fc_unit_give_back(struct fc_registry *r, const struct fc_unit *u);

#endif
#endif
