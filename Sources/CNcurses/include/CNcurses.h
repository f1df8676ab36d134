#ifndef CNCURSES_H
#define CNCURSES_H

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <ncurses.h>
#include <stdio.h>
#include <wchar.h>

#include "TerminalRescue.h"

// What Swift cannot import: computed macros, mutable globals, and calls that need feature macros (see CNcurses.c).

static const attr_t cncurses_bold = WA_BOLD;
static const attr_t cncurses_dim = WA_DIM;
static const attr_t cncurses_reverse = WA_REVERSE;
static const attr_t cncurses_underline = WA_UNDERLINE;

static inline WINDOW *cncurses_window(void) { return stdscr; }
static inline WINDOW *cncurses_current(void) { return curscr; }
static inline int cncurses_colors(void) { return COLORS; }

/// newterm(3), which never exits; the process keeps its own signal handlers.
SCREEN *cncurses_open(const char *type, FILE *output, FILE *input);

/// A number of the current terminal's description, by its terminfo name; negative where there is none.
int cncurses_number(const char *name);

/// A string of the current terminal's description without padding; NULL where there is none. Overwritten by the next.
const char *cncurses_string(const char *name);

/// A stream onto an unnamed file in memory; NULL on failure.
FILE *cncurses_memory_file(void);

/// The columns that a character takes; -1 for control characters and what the locale cannot show.
int cncurses_width(wchar_t character);

/// Takes the locale of the environment for characters, and answers its codeset.
const char *cncurses_use_locale(void);

/// A cell of `count` characters, at most CCHARW_MAX: a base and what combines with it.
static inline void cncurses_set_cell(cchar_t *cell, const wchar_t *text, int count, attr_t attributes, int pair) {
  wchar_t terminated[CCHARW_MAX + 1] = {0};
  for (int index = 0; index < count && index < CCHARW_MAX; index++) terminated[index] = text[index];
  setcchar(cell, terminated, attributes, 0, &pair);
}

#endif
