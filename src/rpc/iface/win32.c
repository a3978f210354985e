/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/iface/win32.h"

#include "rpc/msfax/msfax.h"

uint32_t fx_win32(int err)
{
	if (err == 0) {
		return FX_W_SUCCESS;
	}
	switch ((enum fx_error)err) {
	case FX_ENOMEM:
		return FX_W_NOT_ENOUGH_MEMORY;
	case FX_EINVAL:
	case FX_EOVERFLOW:
		return FX_W_INVALID_PARAMETER;
	case FX_EACCES:
		return FX_W_ACCESS_DENIED;
	case FX_EBUSY:
		return FX_W_DEVICE_IN_USE;
	case FX_ENOENT:
		return FX_W_FILE_NOT_FOUND;
	case FX_EEXIST:
		return FX_W_ALREADY_EXISTS;
	case FX_ENOSPC:
		return FX_W_DISK_FULL;
	case FX_ENODEV:
		return FX_W_BAD_UNIT;
	case FX_EBADF:
		return FX_W_INVALID_HANDLE;
	case FX_ENOSYS:
		return FX_W_NOT_SUPPORTED;
	case FX_ECANCELED:
		return FX_W_CANCELLED;
	case FX_ETIMEDOUT:
		return FX_W_TIMEOUT;
	case FX_EDATA:
	case FX_ETRUNC:
	case FX_EPROTO:
	case FX_ECORRUPT:
		return FX_W_INVALID_DATA;
	case FX_ESTATE:
		return FX_W_INVALID_OPERATION;
	case FX_ENOMSG:
		return FX_W_FAX_MESSAGE_NOT_FOUND;
	case FX_EBLOCKED:
		return FX_W_WRITE_PROTECT;
	case FX_ELIMIT:
		return FX_W_NOT_ENOUGH_MEMORY;
	case FX_EAGAIN:
	case FX_ECONNREFUSED:
	case FX_EPIPE:
	case FX_EIO:
	case FX_EROFS:
		return FX_W_GEN_FAILURE;
	}
	return FX_W_GEN_FAILURE;
}

uint32_t fx_win32_job(int err)
{
	return err == FX_ENOMSG ? FX_W_INVALID_PARAMETER : fx_win32(err);
}

uint32_t fx_win32_port(int err)
{
	/* the port was opened, then its line went away: the handle leads nowhere (7.1) */
	return err == FX_ENODEV ? FX_W_INVALID_DATA : fx_win32(err);
}

uint32_t fx_win32_config(int err)
{
	return err == FX_EIO || err == FX_EROFS || err == FX_ENOSPC ? FX_W_REGISTRY_CORRUPT
								    : fx_win32(err);
}
