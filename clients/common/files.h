/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/common/files.h
 * Files and folders of the user. Names are UTF-8 on both platforms; Windows is asked through
 * its UTF-16 calls. Thread: any.
 */
#ifndef FX_CLIENTS_COMMON_FILES_H
#define FX_CLIENTS_COMMON_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

/**
 * Open for reading, as bytes. A name that is a pipe or a device does not hang.
 * @return descriptor for read() and close(), or -1 with errno; EISDIR: it is no plain file
 */
FX_MUST_CHECK int fx_file_open(const char *path);
/** All of n bytes from `at`. @return 0, FX_ETRUNC, FX_EIO */
FX_MUST_CHECK int fx_file_read_at(int fd, uint64_t at, void *p, size_t n);
/** A full path: "/x", and on Windows also "C:\x", "C:/x", "\\server\share\x". */
bool fx_path_is_full(const char *path);
/** What comes after the last folder in a path; all of it if there is none. */
const char *fx_path_name(const char *path);
/** The full path of a name that may be relative. fx_free() it. NULL: out of memory, or it does
 * not exist. */
char *fx_path_full(const char *path);

enum fx_user_folder {
	FX_USER_CONFIG, /**< $XDG_CONFIG_HOME/caselli, ~/.config/caselli */
	FX_USER_DATA,   /**< $XDG_DATA_HOME/caselli, ~/.local/share/caselli */
};
/** A folder of ours, which may not exist; on Windows %APPDATA%\Caselli for both. fx_free() it.
 * NULL: out of memory */
char *fx_user_folder(enum fx_user_folder which);
/** Names in a folder, in no order, until fn returns false. No such folder: no names. */
void fx_folder_names(const char *folder, bool (*fn)(void *arg, const char *name), void *arg);

#endif
