/* SPDX-License-Identifier: Apache-2.0 */
/* The W functions: UTF-16. */
#include <unistd.h>
#define F(name) name##W
#define T(s) u##s
#define FORM "W"
#define ROWS rows_w
#define N_ROWS n_rows_w
#define FILE_W(path) path##_w
#include <caselli/wintypes.h>
typedef WCHAR CASELLI_CHW;
#include "rows_aw.h"
