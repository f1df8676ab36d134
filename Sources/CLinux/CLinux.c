#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <sys/stat.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

void clinux_set_thread_name(const char *name) {
  char kept[16];
  strncpy(kept, name, sizeof kept - 1);
  kept[sizeof kept - 1] = 0;
  pthread_setname_np(pthread_self(), kept);
}

int64_t clinux_monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void clinux_sleep_until(int64_t deadline) {
  struct timespec until = {.tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
  }
}

int clinux_node(const char *path, uint32_t *mode, uint32_t *group, uint64_t *device) {
  struct stat status;
  if (stat(path, &status) != 0) return errno;
  *mode = status.st_mode;
  *group = status.st_gid;
  *device = status.st_rdev;
  return 0;
}

int clinux_group_name(uint32_t group, char *name, size_t capacity) {
  struct group entry, *found = NULL;
  char text[4096];
  int error = getgrgid_r(group, &entry, text, sizeof text, &found);
  if (error != 0) return error;
  if (found == NULL) return ENOENT;
  size_t length = strlen(entry.gr_name);
  if (length >= capacity) return ERANGE;
  memcpy(name, entry.gr_name, length + 1);
  return 0;
}

int clinux_poll_readable(int descriptor, int timeout_milliseconds, int16_t *events) {
  struct pollfd waited = {.fd = descriptor, .events = POLLIN};
  int result = poll(&waited, 1, timeout_milliseconds);
  *events = result > 0 ? waited.revents : 0;
  return result;
}

int clinux_is_ignored(int number) {
  struct sigaction current;
  return sigaction(number, NULL, &current) == 0 && current.sa_handler == SIG_IGN;
}
