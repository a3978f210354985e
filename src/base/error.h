/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file base/error.h
 * Error codes, reasons in words, assertions.
 *
 * Three kinds are never mixed. A bug: FX_ASSERT(). The world failed: an int,
 * 0 or one of the negative codes below. A call had a result (busy, no answer):
 * enum fx_outcome in core/outcome.h, which is data and not an error.
 */
#ifndef FX_BASE_ERROR_H
#define FX_BASE_ERROR_H

#include <errno.h>
#include <stdbool.h>

#define FX_MUST_CHECK __attribute__((warn_unused_result))
#ifdef __MINGW32__ /* whose plain "printf" means the formats of msvcrt */
#define FX_PRINTF(f, a) __attribute__((format(gnu_printf, f, a)))
#else
#define FX_PRINTF(f, a) __attribute__((format(printf, f, a)))
#endif
#define FX_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/** Code, value, text. -errno where one fits, ours from -1000 down. */
#define FX_ERROR_TABLE(X)                                                      \
	X(FX_ENOMEM, -ENOMEM, "out of memory")                                 \
	X(FX_EINVAL, -EINVAL, "invalid argument")                              \
	X(FX_EACCES, -EACCES, "access denied")                                 \
	X(FX_EBUSY, -EBUSY, "busy")                                            \
	X(FX_ENOENT, -ENOENT, "not found")                                     \
	X(FX_EEXIST, -EEXIST, "already exists")                                \
	X(FX_EIO, -EIO, "input/output error")                                  \
	X(FX_ENOSPC, -ENOSPC, "no space left on the disk")                     \
	X(FX_EROFS, -EROFS, "the file system is read-only")                    \
	X(FX_EPIPE, -EPIPE, "the other side closed the connection")            \
	X(FX_ETIMEDOUT, -ETIMEDOUT, "timed out")                               \
	X(FX_ENODEV, -ENODEV, "no such port")                                  \
	X(FX_EBADF, -EBADF, "invalid handle")                                  \
	X(FX_ENOSYS, -ENOSYS, "not supported")                                 \
	X(FX_EAGAIN, -EAGAIN, "try again")                                     \
	X(FX_ECANCELED, -ECANCELED, "cancelled")                               \
	X(FX_ECONNREFUSED, -ECONNREFUSED, "the service is not running")        \
	X(FX_ETRUNC, -1000, "data ends too early")                             \
	X(FX_ELIMIT, -1001, "a limit was exceeded")                            \
	X(FX_EPROTO, -1002, "malformed message")                               \
	X(FX_EDATA, -1003, "the document cannot be processed")                 \
	X(FX_ESTATE, -1004, "not possible in the present state")               \
	X(FX_ENOMSG, -1005, "no job or message with this id")                  \
	X(FX_EBLOCKED, -1006, "the queue is blocked")                          \
	X(FX_ECORRUPT, -1007, "stored data is damaged")                        \
	X(FX_EOVERFLOW, -1008, "a text is too long")

enum fx_error {
#define X(name, value, text) name = value,
	FX_ERROR_TABLE(X)
#undef X
};

/** @return Text of a code; for other negative numbers strerror(). Static. */
const char *fx_error_str(int err);

/** @return The table's code for an errno value, FX_EIO when it has none. */
int fx_error_from_errno(int e);

/** A sentence for a person; always NUL-terminated, empty when unset. */
struct fx_reason {
	char text[320];
};

/** Set a reason (NULL is fine). Include the value and the remedy. */
void fx_reason_set(struct fx_reason *r, const char *fmt, ...) FX_PRINTF(2, 3);

/** As above, and returns err: `return fx_fail(reterr, FX_EINVAL, "...")`. */
int fx_fail(struct fx_reason *r, int err, const char *fmt, ...) FX_PRINTF(3, 4);

/** A bug; kept in release builds. Input from a peer never reaches it. */
#define FX_ASSERT(cond)                                                        \
	((cond) ? (void)0 : fx_assert_failed(#cond, __FILE__, __LINE__))
__attribute__((noreturn)) void fx_assert_failed(const char *cond, const char *file, int line);

#endif
