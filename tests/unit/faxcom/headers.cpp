/* SPDX-License-Identifier: Apache-2.0 */
/* The installed headers in C++. */
#include <cstddef>
#include <caselli.h>
#include <faxcom.h>
#include "layout.h"

int main()
{
	return 0;
}
