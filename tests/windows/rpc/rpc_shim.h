/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/windows/rpc/rpc_shim.h
 * In front of the stubs of widl: they want structured exceptions, which gcc does not have. A fault
 * is caught by the vectored handler of stubs.c instead, and what a stub holds then is lost.
 */
#ifndef FX_TESTS_WINDOWS_RPC_SHIM_H
#define FX_TESTS_WINDOWS_RPC_SHIM_H

#include <windows.h>

#include <rpc.h>
#include <rpcndr.h>

#undef RpcTryFinally
#undef RpcFinally
#undef RpcEndFinally
#undef RpcTryExcept
#undef RpcExcept
#undef RpcEndExcept
#define RpcTryFinally {
#define RpcFinally    } {
#define RpcEndFinally }
#define RpcTryExcept  {
#define RpcExcept(e)  } if (0) {
#define RpcEndExcept  }

#endif
