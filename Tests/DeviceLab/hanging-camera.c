// Preloaded into a program, it makes each open of /dev/video0 hang, as a stuck driver does, for as long as the file
// exists that CAMERA_HANGS_WHILE names. Descriptors that are open already, and all other files, are left alone.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int open_in(int folder, const char *path, int flags, va_list rest) {
  int has_mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  mode_t mode = has_mode ? va_arg(rest, mode_t) : 0;
  const char *marker = getenv("CAMERA_HANGS_WHILE");
  if (marker != NULL && strcmp(path, "/dev/video0") == 0) {
    while (access(marker, F_OK) == 0) nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
  }
  return (int)syscall(SYS_openat, folder, path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int opened = open_in(AT_FDCWD, path, flags, rest);
  va_end(rest);
  return opened;
}

int openat(int folder, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int opened = open_in(folder, path, flags, rest);
  va_end(rest);
  return opened;
}

// The machine has 64 bits, where these are the same.
int open64(const char *path, int flags, ...) __attribute__((alias("open")));
int openat64(int folder, const char *path, int flags, ...) __attribute__((alias("openat")));
