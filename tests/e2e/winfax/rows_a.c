/* SPDX-License-Identifier: Apache-2.0 */
/* The A functions: UTF-8. */
#include <unistd.h>
#define F(name) name##A
#define T(s) s
#define FORM "A"
#define ROWS rows_a
#define N_ROWS n_rows_a
#define FILE_A(path) path
typedef char CASELLI_CHA;
#include "rows_aw.h"
