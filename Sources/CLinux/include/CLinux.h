#ifndef CLINUX_H
#define CLINUX_H

#include "CLinuxNetwork.h"
#include "CLinuxSecrets.h"
#include "CLinuxSpawn.h"
#include "CLinuxTCP.h"
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Everything here is what Swift cannot import by itself: computed macros, variadic calls, and calls that
// need feature macros (which must stay out of headers, see CLinux.c).

/// CLOCK_MONOTONIC in nanoseconds.
int64_t clinux_monotonic_nanoseconds(void);

/// Seconds since 1970 by the wall clock.
int64_t clinux_wall_seconds(void);

/// Processor time that this process has used, in nanoseconds.
int64_t clinux_process_nanoseconds(void);

/// Sleeps until CLOCK_MONOTONIC reaches `deadline` (nanoseconds); signals do not cut it short.
void clinux_sleep_until(int64_t deadline_nanoseconds);

// Structures of libc that several of its headers define belong, for Swift, to whichever C module was read first; so
// their members never cross: the calls below hand over plain numbers.

/// What a path is: type and permission bits, owning group and device number. Answers 0 or errno.
int clinux_node(const char *path, uint32_t *mode, uint32_t *group, uint64_t *device);

/// The name of a group; answers 0, or errno where it has none that fits.
int clinux_group_name(uint32_t group, char *name, size_t capacity);

/// Waits at most `timeout` milliseconds until `descriptor` can be read or is in error; answers what poll(2) does.
int clinux_poll_readable(int descriptor, int timeout_milliseconds, int16_t *events);

/// Whether a signal is ignored, as `nohup` leaves SIGHUP to its child; 0 or 1. `sa_handler` is a macro.
int clinux_is_ignored(int signal_number);

/// From now on the signal does nothing but be noted for `clinux_next_signal`.
void clinux_note_signal(int signal_number);

/// Waits at most `timeout` milliseconds, for ever where negative, until a signal was noted; answers its number, or 0
/// where none came. One thread of the process may ask.
int clinux_next_signal(int timeout_milliseconds);

/// Raises the limit of descriptors as far as the process may, and answers it.
int64_t clinux_raise_descriptor_limit(void);

/// Starts a detached thread with a name and a stack of `stack_bytes`; answers 1, or 0 where there is none to be had.
int clinux_start_thread(const char *name, size_t stack_bytes, void *argument, void (*body)(void *argument));

/// Writes a moment, in seconds since 1970, into `text` as strftime(3) does, local or UTC; answers the length, 0 where it does not fit.
size_t clinux_clock_text(char *text, size_t capacity, const char *format, int64_t seconds, int is_utc);

/// Keeps this process's memory in small pages: the encoder's buffers else fill huge ones (2 MiB) by less than half.
void clinux_avoid_huge_pages(void);

/// Has all threads share so many heaps: glibc gives new threads heaps of their own, of which each keeps what is free.
void clinux_limit_heaps(int count);

/// Makes a pipe whose ends never block and are not inherited; answers 0 or errno.
int clinux_pipe(int *reading, int *writing);

/// The device and the inode that a descriptor refers to; answers 0 or errno.
int clinux_descriptor_identity(int descriptor, uint64_t *device, uint64_t *inode);

/// What stands at a path itself, be it a link: type and permission bits, and its owner. Answers 0 or errno.
int clinux_place(const char *path, uint32_t *mode, uint32_t *owner);

/// Connects to a Unix stream socket without waiting; the descriptor never blocks and is not inherited. Answers 0 or
/// errno: ECONNREFUSED where nobody listens any more, EAGAIN where too many wait, ENAMETOOLONG for a path that is.
int clinux_connect_local(const char *path, int *descriptor);

/// Sends one datagram to a Unix socket, of the file system or, with `@` for the first byte, abstract; waits 100 ms at most
/// for room. Answers 0 or errno.
int clinux_send_datagram(const char *path, const void *bytes, size_t count);

/// Who is at the other end of a Unix socket, or was when it began. Answers 0 or errno.
int clinux_peer(int descriptor, int32_t *process, uint32_t *user);

/// Sends without waiting and without SIGPIPE; answers the bytes taken, or -1 with errno.
ssize_t clinux_send(int descriptor, const void *bytes, size_t count);

/// Columns and rows of a terminal; answers 0 or errno.
int clinux_terminal_size(int descriptor, int *columns, int *rows);

#endif
