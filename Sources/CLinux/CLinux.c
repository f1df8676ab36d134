#define _GNU_SOURCE
#include "CLinux.h"
#include <stdatomic.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <poll.h>
#include <sys/stat.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int64_t clinux_monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clinux_wall_seconds(void) { return (int64_t)time(NULL); }

int64_t clinux_process_nanoseconds(void) {
  struct timespec used;
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) return 0;
  return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
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

// A semaphore is all that a handler may touch that others can wait for without a descriptor.
static sem_t noted_signals;
// How often each came that was not asked for yet: of two at once neither is taken for the other.
static atomic_int pending_signals[_NSIG];
__attribute__((constructor)) static void prepare_signals(void) { sem_init(&noted_signals, 0, 0); }

int64_t clinux_raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  }
  return limit.rlim_cur > INT32_MAX ? INT32_MAX : (int64_t)limit.rlim_cur;
}

static void note_signal(int number) {
  int error = errno;
  atomic_fetch_add(&pending_signals[number], 1);
  sem_post(&noted_signals);
  errno = error;
}

void clinux_note_signal(int number) {
  struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

// Takes one that came: those that mean an end first.
static int take_signal(void) {
  const int order[] = {SIGTERM, SIGINT};
  for (size_t index = 0; index < sizeof order / sizeof *order; index++)
    if (atomic_load(&pending_signals[order[index]]) > 0) {
      atomic_fetch_sub(&pending_signals[order[index]], 1);
      return order[index];
    }
  for (int number = 1; number < _NSIG; number++)
    if (atomic_load(&pending_signals[number]) > 0) {
      atomic_fetch_sub(&pending_signals[number], 1);
      return number;
    }
  return 0;
}

int clinux_next_signal(int timeout_milliseconds) {
  if (timeout_milliseconds < 0) return sem_wait(&noted_signals) == 0 ? take_signal() : 0;
  int64_t end = clinux_monotonic_nanoseconds() + (int64_t)timeout_milliseconds * 1000000;
  struct timespec until = {.tv_sec = end / 1000000000, .tv_nsec = end % 1000000000};
  return sem_clockwait(&noted_signals, CLOCK_MONOTONIC, &until) == 0 ? take_signal() : 0;
}

struct thread_start {
  char name[16];
  void *argument;
  void (*body)(void *argument);
};

static void *run_thread(void *pointer) {
  struct thread_start start = *(struct thread_start *)pointer;
  free(pointer);
  pthread_setname_np(pthread_self(), start.name);
  start.body(start.argument);
  return NULL;
}

int clinux_start_thread(const char *name, size_t stack_bytes, void *argument, void (*body)(void *argument)) {
  struct thread_start *start = calloc(1, sizeof *start);
  if (start == NULL) return 0;
  strncpy(start->name, name, sizeof start->name - 1);
  start->argument = argument;
  start->body = body;
  pthread_attr_t attributes;
  pthread_t thread;
  int error = pthread_attr_init(&attributes);
  if (error == 0) {
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    error = pthread_create(&thread, &attributes, run_thread, start);
    pthread_attr_destroy(&attributes);
  }
  if (error != 0) free(start);
  return error == 0;
}

size_t clinux_clock_text(char *text, size_t capacity, const char *format, int64_t seconds, int is_utc) {
  time_t time = (time_t)seconds;
  struct tm parts;
  if ((is_utc ? gmtime_r(&time, &parts) : localtime_r(&time, &parts)) == NULL) return 0;
  return strftime(text, capacity, format, &parts);
}

void clinux_avoid_huge_pages(void) { prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); }

void clinux_limit_heaps(int count) { mallopt(M_ARENA_MAX, count); }

int clinux_pipe(int *reading, int *writing) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return errno;
  *reading = ends[0];
  *writing = ends[1];
  return 0;
}

int clinux_descriptor_identity(int descriptor, uint64_t *device, uint64_t *inode) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return errno;
  *device = status.st_dev;
  *inode = status.st_ino;
  return 0;
}

int clinux_place(const char *path, uint32_t *mode, uint32_t *owner) {
  struct stat status;
  if (lstat(path, &status) != 0) return errno;
  *mode = status.st_mode;
  *owner = status.st_uid;
  return 0;
}

int clinux_connect_local(const char *path, int *descriptor) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address.sun_path) return ENAMETOOLONG;
  memcpy(address.sun_path, path, length);
  int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0) return errno;
  if (connect(made, (struct sockaddr *)&address, sizeof address) != 0) {
    int error = errno;
    close(made);
    return error;
  }
  *descriptor = made;
  return 0;
}

int clinux_send_datagram(const char *path, const void *bytes, size_t count) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length < 2 || (path[0] != '/' && path[0] != '@')) return EINVAL;
  if (length >= sizeof address.sun_path) return ENAMETOOLONG;
  memcpy(address.sun_path, path, length);
  // An abstract name ends where the address does, without a zero.
  if (path[0] == '@') address.sun_path[0] = 0;
  socklen_t size = offsetof(struct sockaddr_un, sun_path) + length + (path[0] == '/');
  int made = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (made < 0) return errno;
  struct timeval limit = {.tv_usec = 100000};
  int error = setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 ? 0 : errno;
  if (error == 0 && sendto(made, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&address, size) < 0) error = errno;
  close(made);
  return error;
}

int clinux_peer(int descriptor, int32_t *process, uint32_t *user) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return errno;
  *process = peer.pid;
  *user = peer.uid;
  return 0;
}

ssize_t clinux_send(int descriptor, const void *bytes, size_t count) {
  return send(descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int clinux_terminal_size(int descriptor, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return errno;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}
