/*
 * Tells from debug information which functions there are and which function each line belongs to.
 *
 *   dwarf-functions PREFIX[,PREFIX...] FILE...
 *
 * FILE is a kernel or a module with its debug information. Only what lies in sources below one of the prefixes is told,
 * each line once over all files, with tabs between its fields. FUNCTION stands for the three fields of where its name
 * is and what it is called: net/ipv4/tcp_ipv4.c, 685, tcp_v4_send_reset. Lines count from 1.
 *
 *   function FUNCTION            a function that is defined: compiled by itself, inlined, or only known as inlinable
 *   inlined FUNCTION FUNCTION    the first holds an inlined copy of the second, at any depth
 *   row FILE LINE FUNCTION       code of this line belongs to this function, innermost
 *   joint FILE LINE FUNCTION     the same where another function's code has just ended: the line may be that one's end,
 *                                for a compiler need not say anew where the next one begins
 *
 * Rows of the line table that cover no code belong to no function and are left out.
 *
 * Build: cc -O2 dwarf-functions.c -ldw -lelf
 */
#define _GNU_SOURCE
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Texts, each kept once: equal texts are equal pointers. ---- */

static char **table;
static size_t table_size, table_used;

static size_t slot_of(const char *text)
{
	size_t hash = 14695981039346656037u;

	for (const char *at = text; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211u;
	for (size_t slot = hash & (table_size - 1);; slot = (slot + 1) & (table_size - 1))
		if (!table[slot] || !strcmp(table[slot], text))
			return slot;
}

static void *checked(void *memory)
{
	if (!memory) {
		fprintf(stderr, "dwarf-functions: out of memory\n");
		exit(1);
	}
	return memory;
}

static void grow_table(void)
{
	char **old = table;
	size_t old_size = table_size;

	table_size = old_size ? 2 * old_size : 1 << 16;
	table = checked(calloc(table_size, sizeof(*table)));
	for (size_t slot = 0; slot < old_size; slot++)
		if (old[slot])
			table[slot_of(old[slot])] = old[slot];
	free(old);
}

/* The one copy of a formatted text; *is_new tells whether it was not there before. */
__attribute__((format(printf, 2, 3))) static const char *keep(bool *is_new, const char *format, ...)
{
	char *text;
	va_list arguments;
	size_t slot;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		checked(NULL);
	va_end(arguments);
	if (2 * table_used >= table_size)
		grow_table();
	slot = slot_of(text);
	*is_new = !table[slot];
	if (*is_new) {
		table[slot] = text;
		table_used++;
	} else {
		free(text);
	}
	return table[slot];
}

/* Prints a line that was not printed before. */
static void tell(const char *kind, const char *first, const char *second)
{
	bool is_new;
	const char *line = keep(&is_new, "%s\t%s%s%s", kind, first, *second ? "\t" : "", second);

	if (is_new)
		puts(line);
}

/* ---- Places in the source. ---- */

static char **prefixes;
static const char *compile_folder;

/* Takes "./" and "folder/../" out of a path, in place. */
static void tidy(char *path)
{
	char *to = path;

	for (char *from = path; *from;) {
		size_t length = strcspn(from, "/");
		bool is_up = length == 2 && !strncmp(from, "..", 2);

		if (is_up && to > path) {
			for (to--; to > path && to[-1] != '/'; to--)
				;
		} else if (length != 1 || *from != '.') {
			memmove(to, from, length + 1);
			to += length + (from[length] == '/');
		}
		from += length + (from[length] == '/');
	}
	*to = '\0';
}

/* The path from the top of the source tree, or NULL for a file that is not asked for. */
static const char *wanted(const char *file)
{
	size_t length = strlen(compile_folder);
	char path[4096];
	bool is_new;

	if (!file)
		return NULL;
	if (!strncmp(file, compile_folder, length) && file[length] == '/')
		file += length + 1;
	snprintf(path, sizeof(path), "%s", file);
	tidy(path);
	for (char **prefix = prefixes; *prefix; prefix++)
		if (!strncmp(path, *prefix, strlen(*prefix)))
			return keep(&is_new, "%s", path);
	return NULL;
}

/* "FILE \t LINE \t NAME" of a function or of an inlined copy, or NULL for one that is not asked for. */
static const char *function_of(Dwarf_Die *die)
{
	const char *file = wanted(dwarf_decl_file(die));
	const char *name = dwarf_diename(die);
	int line;
	bool is_new;

	if (!file || !name || dwarf_decl_line(die, &line))
		return NULL;
	return keep(&is_new, "%s\t%d\t%s", file, line, name);
}

/* ---- Which function owns which addresses. ---- */

struct scope {
	Dwarf_Addr start, end;
	int depth;
	const char *function;
};

static struct scope *scopes;
static size_t scope_count, scope_room;

static void add_scopes(Dwarf_Die *die, const char *function, int depth)
{
	Dwarf_Addr base, start, end;

	for (ptrdiff_t offset = 0; (offset = dwarf_ranges(die, offset, &base, &start, &end)) > 0;) {
		if (start >= end)
			continue;
		if (scope_count == scope_room) {
			scope_room = scope_room ? 2 * scope_room : 1024;
			scopes = checked(realloc(scopes, scope_room * sizeof(*scopes)));
		}
		scopes[scope_count++] = (struct scope){ start, end, depth, function };
	}
}

/* What a function is inlined into, from the inside out. */
struct host {
	const char *function;
	const struct host *outer;
};

static void walk(Dwarf_Die *parent, const struct host *host, int depth)
{
	Dwarf_Die die;

	if (dwarf_child(parent, &die))
		return;
	do {
		int tag = dwarf_tag(&die);
		struct host here = { NULL, host };

		if (tag == DW_TAG_lexical_block) {
			walk(&die, host, depth);
			continue;
		}
		if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine)
			continue;
		if (dwarf_hasattr(&die, DW_AT_declaration))
			continue;
		here.function = function_of(&die);
		if (here.function && tag == DW_TAG_subprogram)
			tell("function", here.function, "");
		if (here.function && tag == DW_TAG_inlined_subroutine)
			for (const struct host *outer = host; outer; outer = outer->outer)
				if (outer->function)
					tell("inlined", outer->function, here.function);
		/* Also without a name that is asked for: its code is not that of the function around it. */
		add_scopes(&die, here.function, depth);
		walk(&die, &here, depth + 1);
	} while (!dwarf_siblingof(&die, &die));
}

static int by_start(const void *left, const void *right)
{
	const struct scope *a = left, *b = right;

	return a->start < b->start ? -1 : a->start > b->start ? 1 : a->depth - b->depth;
}

/* A pass over the addresses of a unit, upwards. */
struct pass {
	const struct scope **open;
	size_t opened, next;
	/* Where the last function that is over ended. */
	Dwarf_Addr ended;
};

/* The innermost scope at an address, which is not below the one asked for before; NULL for none. */
static const struct scope *innermost(struct pass *pass, Dwarf_Addr address)
{
	const struct scope *inner = NULL;
	size_t left = 0;

	while (pass->next < scope_count && scopes[pass->next].start <= address)
		pass->open[pass->opened++] = &scopes[pass->next++];
	for (size_t at = 0; at < pass->opened; at++) {
		const struct scope *scope = pass->open[at];

		if (scope->end > address) {
			pass->open[left++] = scope;
			if (!inner || scope->depth > inner->depth)
				inner = scope;
		} else if (scope->depth == 0 && scope->end > pass->ended) {
			pass->ended = scope->end;
		}
	}
	pass->opened = left;
	return inner;
}

/* Whether the next row begins at the same address. */
static bool is_empty(Dwarf_Lines *rows, size_t count, size_t at, Dwarf_Addr address)
{
	Dwarf_Addr following;

	return at + 1 < count && !dwarf_lineaddr(dwarf_onesrcline(rows, at + 1), &following) && following == address;
}

/* libdw gives the rows sorted by address. */
static void tell_rows(Dwarf_Die *unit)
{
	struct pass pass = { .open = checked(malloc((scope_count + 1) * sizeof(*pass.open))) };
	Dwarf_Lines *rows;
	size_t count;

	qsort(scopes, scope_count, sizeof(*scopes), by_start);
	if (dwarf_getsrclines(unit, &rows, &count))
		count = 0;
	for (size_t at = 0; at < count; at++) {
		Dwarf_Line *row = dwarf_onesrcline(rows, at);
		const struct scope *inner;
		const char *file;
		Dwarf_Addr address;
		bool is_end, is_new;
		int line;

		if (dwarf_lineaddr(row, &address) || dwarf_lineendsequence(row, &is_end) || is_end)
			continue;
		inner = innermost(&pass, address);
		if (!inner || !inner->function || is_empty(rows, count, at, address))
			continue;
		file = wanted(dwarf_linesrc(row, NULL, NULL));
		if (!file || dwarf_lineno(row, &line) || !line)
			continue;
		tell(pass.ended == address ? "joint" : "row", keep(&is_new, "%s\t%d", file, line), inner->function);
	}
	free(pass.open);
}

/* ---- Files. ---- */

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static int tell_module(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr start, void *count)
{
	Dwarf_Addr bias;
	Dwarf *dwarf = dwfl_module_getdwarf(module, &bias);
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;
	Dwarf_Attribute attribute;

	(void)data, (void)name, (void)start;
	while (dwarf && !dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL)) {
		if (dwarf_tag(&die) != DW_TAG_compile_unit)
			continue;
		compile_folder = dwarf_formstring(dwarf_attr(&die, DW_AT_comp_dir, &attribute)) ?: "";
		scope_count = 0;
		walk(&die, NULL, 0);
		tell_rows(&die);
		++*(size_t *)count;
	}
	return DWARF_CB_OK;
}

static bool tell_file(const char *file)
{
	Dwfl *dwfl = dwfl_begin(&callbacks);
	size_t units = 0;
	bool is_read = dwfl && dwfl_report_offline(dwfl, "", file, -1) && !dwfl_report_end(dwfl, NULL, NULL);

	if (is_read)
		dwfl_getmodules(dwfl, tell_module, &units, 0);
	if (!units)
		fprintf(stderr, "dwarf-functions: %s: %s\n", file, is_read ? "no debug information" : dwfl_errmsg(-1));
	dwfl_end(dwfl);
	return units > 0;
}

int main(int count, char **arguments)
{
	bool is_good = count > 2;
	int found = 0;

	if (!is_good) {
		fprintf(stderr, "usage: dwarf-functions PREFIX[,PREFIX...] FILE...\n");
		return 2;
	}
	prefixes = checked(calloc(strlen(arguments[1]) + 2, sizeof(*prefixes)));
	for (char *prefix = strtok(arguments[1], ","); prefix; prefix = strtok(NULL, ","))
		prefixes[found++] = prefix;
	for (int at = 2; at < count; at++)
		is_good &= tell_file(arguments[at]);
	return is_good ? 0 : 1;
}
