/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/faxcom/win/journal.c  Taking over keys of the registry and giving them back. */
#include <stdio.h>
#include "clients/faxcom/win/journal.h"

#define JOURNAL L"Caselli\\faxcom\\Registration"
#define CLASSES L"Software\\Classes"
#define MADE    L"MadeClasses"
#define HOLDERS L"Holders"
#define BUSY    L"Busy"
#define EXISTED L"Existed"
#ifdef FC_REGISTERS_64
#define BUILD      L"64"
#define HOLDER_BIT 2u
#else
#define BUILD      L"32"
#define HOLDER_BIT 1u
#endif

LSTATUS fc_registry_open(HKEY hive, struct fc_registry *ret)
{
	DWORD made = 0;
	LSTATUS err;

	*ret = (struct fc_registry){0};
	ret->mutex = CreateMutexW(NULL, FALSE, L"Caselli.faxcom.Registration");
	if (!ret->mutex) {
		return (LSTATUS)GetLastError();
	}
	(void)WaitForSingleObject(ret->mutex, INFINITE);
	ret->hive = hive;
	err = RegCreateKeyExW(hive, CLASSES, 0, NULL, REG_OPTION_NON_VOLATILE, KEY_ALL_ACCESS, NULL,
			      &ret->classes, &made);
	if (!err) {
		err = fc_key_make(hive, L"Software", KEY_WOW64_64KEY, &ret->software);
	}
	if (!err) {
		err = fc_key_make(ret->software, JOURNAL, KEY_WOW64_64KEY, &ret->journal);
	}
	if (!err && made == REG_CREATED_NEW_KEY) {
		err = fc_key_set_number(ret->journal, MADE, 1);
	}
	return err;
}

static bool has_classes(HKEY hive)
{
	HKEY k;
	bool found = fc_key_open(hive, CLASSES, 0, &k) == ERROR_SUCCESS;

	fc_key_close(k);
	return found;
}

void fc_registry_close(struct fc_registry *r)
{
	fc_key_close(r->classes);
	if (r->journal) {
		/* From the inside out; the client's own settings live in Caselli too. */
		(void)fc_key_drop_empty(r->journal, L"Parents");
		if (fc_key_number(r->journal, MADE) && !fc_key_drop_empty(r->hive, CLASSES) &&
		    !has_classes(r->hive)) {
			(void)RegDeleteValueW(r->journal, MADE);
		}
		fc_key_close(r->journal);
		(void)fc_key_drop_empty(r->software, JOURNAL);
		(void)fc_key_drop_empty(r->software, L"Caselli\\faxcom");
		(void)fc_key_drop_empty(r->software, L"Caselli");
	}
	fc_key_close(r->software);
	if (r->mutex) {
		(void)ReleaseMutex(r->mutex);
		(void)CloseHandle(r->mutex);
	}
}

/* "64 CLSID {...}": a name without backslashes; shared units have no build in front. */
static void journal_name(const struct fc_unit *u, WCHAR *ret, size_t n)
{
	(void)swprintf(ret, n, L"%ls%ls%ls%ls", u->shared ? L"" : BUILD L" ",
		       u->parent ? u->parent : L"", u->parent ? L" " : L"", u->name);
	for (; *ret; ret++) {
		*ret = *ret == '\\' ? '/' : *ret;
	}
}

/* ---- The key that a unit lives in; made (and noted) when nobody had one ---- */
static void parent_name(const struct fc_unit *u, WCHAR *ret, size_t n)
{
	(void)swprintf(ret, n, L"%ls%ls", u->shared ? L"" : BUILD L" ", u->parent);
}

static LSTATUS parent_make(struct fc_registry *r, const struct fc_unit *u, HKEY *ret)
{
	DWORD made = 0;
	WCHAR name[64];
	HKEY notes;
	LSTATUS err;

	if (!u->parent) {
		return fc_key_open(r->classes, NULL, 0, ret);
	}
	err = RegCreateKeyExW(r->classes, u->parent, 0, NULL, REG_OPTION_NON_VOLATILE,
			      KEY_ALL_ACCESS, NULL, ret, &made);
	if (!err && made == REG_CREATED_NEW_KEY) {
		err = fc_key_make(r->journal, L"Parents", 0, &notes);
		if (!err) {
			parent_name(u, name, 64);
			err = fc_key_set_number(notes, name, 1);
			fc_key_close(notes);
		}
		if (err) {
			fc_key_close(*ret);
			*ret = NULL;
			(void)fc_key_drop_empty(r->classes, u->parent);
		}
	}
	return err;
}

/* Drop the parent again when we made it and nobody uses it. */
static void parent_leave(struct fc_registry *r, const struct fc_unit *u)
{
	WCHAR name[64];
	HKEY notes, k;

	if (!u->parent || fc_key_open(r->journal, L"Parents", 0, &notes)) {
		return;
	}
	parent_name(u, name, 64);
	if (fc_key_number(notes, name) && !fc_key_drop_empty(r->classes, u->parent)) {
		if (fc_key_open(r->classes, u->parent, 0, &k) == ERROR_FILE_NOT_FOUND) {
			(void)RegDeleteValueW(notes, name);
		} else {
			fc_key_close(k);
		}
	}
	fc_key_close(notes);
}

/* ---- One unit with its journal open ---- */
struct open_unit {
	const struct fc_unit *u;
	HKEY parent, real; /* real: NULL when there is none */
	HKEY entry, was, ours;
	DWORD holders;
};

static void unit_close(struct open_unit *o)
{
	fc_key_close(o->ours);
	fc_key_close(o->was);
	fc_key_close(o->entry);
	fc_key_close(o->real);
	fc_key_close(o->parent);
}

static LSTATUS unit_open(struct fc_registry *r, const struct fc_unit *u, struct open_unit *o)
{
	WCHAR name[128];
	LSTATUS err;

	*o = (struct open_unit){.u = u};
	journal_name(u, name, 128);
	err = parent_make(r, u, &o->parent);
	if (!err) {
		err = fc_key_open(o->parent, u->name, 0, &o->real);
		err = err == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : err;
	}
	if (!err) {
		err = fc_key_make(r->journal, name, 0, &o->entry);
	}
	if (!err) {
		err = fc_key_make(o->entry, L"Was", 0, &o->was);
	}
	if (!err) {
		err = fc_key_make(o->entry, L"Ours", 0, &o->ours);
	}
	if (!err) {
		o->holders = fc_key_number(o->entry, HOLDERS);
	}
	return err;
}

/* Whether what stands there is what we wrote (or half of it, after an interruption). */
static LSTATUS still_ours(const struct open_unit *o, bool *ret)
{
	*ret = fc_key_number(o->entry, BUSY) != 0;
	if (*ret || !o->holders || !o->real) {
		return ERROR_SUCCESS;
	}
	return fc_tree_contains(o->real, o->ours, ret);
}

static LSTATUS save_was(struct open_unit *o)
{
	LSTATUS err;

	fc_key_close(o->was);
	o->was = NULL;
	err = fc_key_drop(o->entry, L"Was");
	if (!err) {
		err = fc_key_make(o->entry, L"Was", 0, &o->was);
	}
	if (!err && o->real) {
		err = fc_tree_copy(o->real, o->was);
	}
	if (!err) {
		err = fc_key_set_number(o->entry, EXISTED, o->real != NULL);
	}
	o->holders = 0;
	return err;
}

/* Take ours out; beside an overlay what it covered comes back. */
static LSTATUS uncover(struct open_unit *o)
{
	LSTATUS err = o->real ? fc_tree_subtract(o->real, o->ours) : ERROR_SUCCESS;

	if (!err && o->u->overlay && fc_key_number(o->entry, EXISTED)) {
		if (!o->real) {
			err = fc_key_make(o->parent, o->u->name, 0, &o->real);
		}
		if (!err) {
			err = fc_tree_copy(o->was, o->real);
		}
	}
	return err;
}

static LSTATUS cover(struct open_unit *o)
{
	LSTATUS err = ERROR_SUCCESS;

	if (!o->real) {
		err = fc_key_make(o->parent, o->u->name, 0, &o->real);
	}
	return err ? err : fc_tree_copy(o->ours, o->real);
}

/* As it was before us; the journal entry goes with it, last of all. */
static LSTATUS restore(struct fc_registry *r, struct open_unit *o)
{
	bool existed = fc_key_number(o->entry, EXISTED) != 0;
	WCHAR name[128];
	LSTATUS err = ERROR_SUCCESS;

	if (o->real) {
		err = fc_tree_subtract(o->real, o->ours);
		fc_key_close(o->real);
		o->real = NULL;
		err = err ? err : fc_key_drop_empty(o->parent, o->u->name);
	}
	if (!err && existed) {
		err = fc_key_make(o->parent, o->u->name, 0, &o->real);
		err = err ? err : fc_tree_copy(o->was, o->real);
	}
	if (!err) {
		journal_name(o->u, name, 128);
		err = fc_key_drop(r->journal, name);
	}
	return err;
}

static LSTATUS write_ours(struct open_unit *o)
{
	const struct fc_unit *u = o->u;
	LSTATUS err = fc_key_set_number(o->entry, BUSY, 1);

	if (!err && o->holders) {
		err = uncover(o);
	} else if (!err && !u->overlay && o->real) {
		fc_key_close(o->real);
		o->real = NULL;
		err = fc_key_drop(o->parent, u->name);
	}
	if (!err && !(o->holders & ~HOLDER_BIT)) {
		fc_key_close(o->ours);
		o->ours = NULL;
		err = fc_key_drop(o->entry, L"Ours");
		err = err ? err : fc_key_make(o->entry, L"Ours", 0, &o->ours);
	}
	err = err ? err : u->write(o->ours, u->arg);
	err = err ? err : cover(o);
	err = err ? err : fc_key_set_number(o->entry, HOLDERS, o->holders | HOLDER_BIT);
	return err ? err : RegDeleteValueW(o->entry, BUSY);
}

LSTATUS fc_unit_take(struct fc_registry *r, const struct fc_unit *u)
{
	struct open_unit o;
	bool ours = false;
	LSTATUS err = unit_open(r, u, &o);

	if (!err) {
		err = still_ours(&o, &ours);
	}
	if (!err && !ours) {
		err = save_was(&o);
	}
	if (!err) {
		err = write_ours(&o);
		if (err && o.ours && o.was) {
			(void)restore(r, &o);
		}
	}
	unit_close(&o);
	if (err) {
		parent_leave(r, u);
	}
	return err;
}

/* The other build keeps the unit: only what this one alone wrote goes. */
static LSTATUS leave_to_other(struct open_unit *o)
{
	LSTATUS err = fc_key_set_number(o->entry, BUSY, 1);

	err = err ? err : uncover(o);
	if (!err && o->u->own_part) {
		err = fc_key_drop(o->ours, o->u->own_part);
	}
	err = err ? err : cover(o);
	err = err ? err : fc_key_set_number(o->entry, HOLDERS, o->holders & ~HOLDER_BIT);
	return err ? err : RegDeleteValueW(o->entry, BUSY);
}

LSTATUS fc_unit_give_back(struct fc_registry *r, const struct fc_unit *u)
{
	struct open_unit o;
	WCHAR name[128];
	bool ours = false;
	HKEY entry;
	LSTATUS err;

	journal_name(u, name, 128);
	err = fc_key_open(r->journal, name, 0, &entry);
	if (err == ERROR_FILE_NOT_FOUND) {
		parent_leave(r, u); /* it may have got empty since */
		return ERROR_SUCCESS;
	}
	if (err) {
		return err;
	}
	fc_key_close(entry);
	err = unit_open(r, u, &o);
	if (!err) {
		err = still_ours(&o, &ours);
	}
	if (!err && ours && (o.holders & ~HOLDER_BIT)) {
		err = leave_to_other(&o);
	} else if (!err && ours) {
		err = restore(r, &o);
	} else if (!err) {
		/* Never ours, or somebody's by now: only the note about it goes. */
		err = fc_key_drop(r->journal, name);
	}
	unit_close(&o);
	parent_leave(r, u);
	return err;
}
