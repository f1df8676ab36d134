#ifndef TERMINAL_RESCUE_H
#define TERMINAL_RESCUE_H

#include <stddef.h>

// The terminal's modes, kept where a signal handler can reach them. There is one terminal in a process, as ncurses
// has it.

/// Remembers the modes of the terminal, once; answers 0 or errno.
int cterminal_remember(int descriptor);

/// Turns off echo, line editing, signals and every translation; answers 0 or errno.
int cterminal_enter_raw(int descriptor);

/// Gives back the modes as they were remembered, and throws away what was typed but not read.
void cterminal_leave_raw(int descriptor);

/// Installs handlers for fatal signals on an alternate stack of this thread. A handler writes `restore`, gives back
/// the terminal's modes, writes the signal's name between `before` and `after`, and lets the signal take its course.
void cterminal_arm(int descriptor, const char *restore, const char *before, const char *after);

/// Takes the handlers away.
void cterminal_disarm(void);

/// Does at once what a handler would do to the terminal, without the words; from any thread or signal handler.
/// Nothing happens where no terminal is armed.
void cterminal_rescue(void);

/// Stops the process group as Control-Z does, and comes back when it goes on.
void cterminal_stop_group(void);

#endif
