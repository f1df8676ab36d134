#ifndef CLINUX_SECRETS_H
#define CLINUX_SECRETS_H

/// Has the kernel write no core dump of this process, and lets nobody but root read its memory.
///
/// With PR_SET_DUMPABLE at 0 the files of /proc/PID belong to root; what the process reads of its own stays readable.
void clinux_forbid_dumps(void);

/// Gives the signals of a crash back to the kernel: the Swift runtime may have put a backtracer there, which prints
/// registers and the memory that they point to (SWIFT_BACKTRACE).
void clinux_plain_crashes(void);

#endif
