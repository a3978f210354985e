/* SPDX-License-Identifier: Apache-2.0 */
/* What is compiled as C, as C++. */
#include "tests/unit/winfax/aliases.c"
