/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file t30/recv_file.h
 * The TIFF into which the engine writes what it receives. The engine confirms
 * a page even when the disk was full (engine.md G7), so each page is looked at
 * before the far end is told. Nothing is synced here: the owner of rx_fd does it,
 * on its store thread, before page_ack() (docs/decisions/0421).
 *
 * Thread: one at a time. Owner: the session.
 */
#ifndef FX_T30_RECV_FILE_H
#define FX_T30_RECV_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"

struct fx_recv_file {
	int fd;          /**< own duplicate; -1 = none */
	char path[32];   /**< "/proc/self/fd/N" */
	uint64_t size;   /**< bytes after the last good page */
	uint64_t next;   /**< where the offset of the next page's directory stands */
	uint32_t pages;  /**< pages found good */
};

/** @return 0 or FX_EBADF */
FX_MUST_CHECK int fx_recv_file_init(struct fx_recv_file *f, int fd);
void fx_recv_file_fini(struct fx_recv_file *f);

/**
 * One more page should be in the file: it grew, the page's directory and data
 * are there without holes. Does not wait for the disk.
 * @return 0 or FX_ENOSPC, with the reason
 */
FX_MUST_CHECK int fx_recv_file_page(struct fx_recv_file *f, struct fx_reason *reterr);

/** After the engine closed the file: blank the host name it writes into each page. Not synced. */
void fx_recv_file_scrub(struct fx_recv_file *f);

#endif
