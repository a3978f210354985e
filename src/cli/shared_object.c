/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cli/shared_object.c
 * Offsets are those of the 64-bit ELF header, section header and symbol (elf(5)). Everything in
 * the file is a stranger's: each value is read within its bounds, a broken file lacks exports.
 */
#include "cli/shared_object.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define FILE_MAX_BYTES (256 * 1024 * 1024)

enum { EHDR_SIZE = 64, SHDR_SIZE = 64, SYM_SIZE = 24 };

struct image {
	const uint8_t *p;
	size_t len;
};
struct table {
	uint64_t at, size;
};

#if defined(__x86_64__)
#define OWN_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define OWN_MACHINE EM_AARCH64
#elif defined(__riscv)
#define OWN_MACHINE EM_RISCV
#else
#define OWN_MACHINE EM_NONE /* the loader will tell */
#endif

static const char *machine_str(unsigned m)
{
	switch (m) {
	case EM_X86_64:
		return "x86-64";
	case EM_386:
		return "32-bit x86";
	case EM_AARCH64:
		return "64-bit ARM";
	case EM_ARM:
		return "32-bit ARM";
	case EM_RISCV:
		return "RISC-V";
	case EM_PPC64:
		return "64-bit PowerPC";
	case EM_S390:
		return "IBM Z";
	default:
		return "another machine";
	}
}

static bool within(const struct image *f, uint64_t at, uint64_t n)
{
	return at <= f->len && n <= f->len - at;
}

/* n octets, little-endian; outside of the file: 0 */
static uint64_t get(const struct image *f, uint64_t at, unsigned n)
{
	uint64_t v = 0;

	if (within(f, at, n)) {
		while (n) {
			v = v << 8 | f->p[at + --n];
		}
	}
	return v;
}

static int check_header(const struct image *f, struct fx_reason *reterr)
{
	unsigned machine = (unsigned)get(f, 18, 2);

	if (f->len < EI_NIDENT || memcmp(f->p, ELFMAG, SELFMAG) != 0) {
		return fx_fail(reterr, FX_EDATA, f->len > 1 && !memcmp(f->p, "MZ", 2) ?
			       "it is a program of Windows (a DLL must be built anew for Linux)" :
			       "it is no shared object (no ELF file)");
	}
	if (f->p[EI_DATA] != ELFDATA2LSB) {
		return fx_fail(reterr, FX_EDATA, "it is made for a machine of other byte order");
	}
	if (OWN_MACHINE != EM_NONE && machine != OWN_MACHINE) {
		return fx_fail(reterr, FX_EDATA, "it is made for %s, this machine is %s",
			       machine_str(machine), machine_str(OWN_MACHINE));
	}
	if (f->p[EI_CLASS] != ELFCLASS64) {
		return fx_fail(reterr, FX_EDATA, "it is not made for 64 bits");
	}
	if (get(f, 16, 2) != ET_DYN) {
		return fx_fail(reterr, FX_EDATA, "it is no shared object: link it with -shared");
	}
	return 0;
}

/* The section i; size 0 when it is not within the file. */
static struct table section(const struct image *f, uint64_t i, uint32_t *type, uint32_t *link)
{
	uint64_t at = get(f, 40, 8) + i * SHDR_SIZE;
	struct table t = {get(f, at + 24, 8), get(f, at + 32, 8)};

	*type = (uint32_t)get(f, at + 4, 4);
	*link = (uint32_t)get(f, at + 40, 4);
	if (!within(f, t.at, t.size)) {
		t.size = 0;
	}
	return t;
}

/* Symbols and their names; the names end with a NUL. */
static bool find_symbols(const struct image *f, struct table *syms, struct table *names)
{
	uint64_t n = get(f, 60, 2), i;
	uint32_t type, link, other;

	if (get(f, 58, 2) != SHDR_SIZE) {
		return false;
	}
	for (i = 0; i < n; i++) {
		*syms = section(f, i, &type, &link);
		if (type == SHT_DYNSYM && link < n) {
			*names = section(f, link, &type, &other);
			return names->size && !f->p[names->at + names->size - 1];
		}
	}
	return false;
}

static bool exports(const struct image *f, const struct table *syms, const struct table *names,
		    const char *what)
{
	uint64_t i;

	for (i = 0; i < syms->size / SYM_SIZE; i++) {
		uint64_t at = syms->at + i * SYM_SIZE, name = get(f, at, 4);
		unsigned bind = (unsigned)get(f, at + 4, 1) >> 4;
		unsigned seen = (unsigned)get(f, at + 5, 1) & 3;

		if (name < names->size && get(f, at + 6, 2) != SHN_UNDEF &&
		    (bind == STB_GLOBAL || bind == STB_WEAK) &&
		    (seen == STV_DEFAULT || seen == STV_PROTECTED) &&
		    !strcmp((const char *)f->p + names->at + name, what)) {
			return true;
		}
	}
	return false;
}

int fx_so_check(const uint8_t *p, size_t len, const char *const *wanted, size_t n,
		 struct fx_reason *reterr)
{
	struct image f = {p, len};
	struct table syms, names;
	int err = len >= EHDR_SIZE ? check_header(&f, reterr) :
				     fx_fail(reterr, FX_EDATA, "it is too short for a shared "
					     "object");

	if (err) {
		return err;
	}
	if (!find_symbols(&f, &syms, &names)) {
		return fx_fail(reterr, FX_EDATA, "it has no table of exports that can be read");
	}
	for (size_t i = 0; i < n; i++) {
		if (!exports(&f, &syms, &names, wanted[i])) {
			return fx_fail(reterr, FX_EDATA, "it does not export %.100s", wanted[i]);
		}
	}
	return 0;
}

/* @return NULL with the reason */
static uint8_t *read_all(int fd, size_t size, struct fx_reason *reterr)
{
	uint8_t *p = fx_zalloc(size + 1);
	size_t n = 0;
	ssize_t got = 1;

	while (p && n < size && got > 0) {
		got = read(fd, p + n, size - n);
		n += got > 0 ? (size_t)got : 0;
	}
	if (!p || n < size) {
		fx_reason_set(reterr, "it cannot be read: %s", p ? "it is shorter than it was" :
								   "out of memory");
		return fx_free(p);
	}
	return p;
}

int fx_so_check_file(const char *path, const char *const *wanted, size_t n,
		     struct fx_reason *reterr)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), err;
	fx_auto uint8_t *p = NULL;
	struct stat st = {0};

	if (fd < 0 || fstat(fd, &st) < 0) {
		err = fx_error_from_errno(errno);
		if (fd >= 0) {
			(void)close(fd);
		}
		return fx_fail(reterr, err, "it cannot be opened: %s", fx_error_str(err));
	}
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX_BYTES) {
		err = fx_fail(reterr, FX_EDATA, "it is no file, or larger than 256 MiB");
	} else if (st.st_mode & S_IWOTH) {
		err = fx_fail(reterr, FX_EDATA, "everybody may write to it, and the service would "
			      "run it: chmod o-w first");
	} else {
		p = read_all(fd, (size_t)st.st_size, reterr);
		err = p ? fx_so_check(p, (size_t)st.st_size, wanted, n, reterr) : FX_EDATA;
	}
	(void)close(fd);
	return err;
}
