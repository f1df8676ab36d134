#ifndef CLINUX_SPAWN_H
#define CLINUX_SPAWN_H

#include <sys/types.h>

/// Starts a program in a session of its own, with an empty standard input, signals as a shell would leave them, and no
/// descriptor but the three standard ones; answers 0 or errno.
///
/// `output` and `errors` become the ends to read what it writes; the caller closes them and waits for the process.
int clinux_spawn(
    const char *path, char *const arguments[], char *const environment[], pid_t *process, int *output, int *errors);

#endif
