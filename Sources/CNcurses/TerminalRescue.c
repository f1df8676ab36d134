#define _GNU_SOURCE
#include "TerminalRescue.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>
#include <termios.h>
#include <unistd.h>

static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
enum { fatal_count = sizeof fatal / sizeof *fatal };

static struct termios remembered;
static struct sigaction replaced[fatal_count];
static char alternate_stack[64 * 1024];
static char restore_text[512], before_text[256], after_text[1024];
static int armed_descriptor = -1;
static volatile sig_atomic_t is_armed;

int cterminal_remember(int descriptor) { return tcgetattr(descriptor, &remembered) == 0 ? 0 : errno; }

int cterminal_enter_raw(int descriptor) {
  struct termios raw = remembered;
  cfmakeraw(&raw);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  return tcsetattr(descriptor, TCSANOW, &raw) == 0 ? 0 : errno;
}

void cterminal_leave_raw(int descriptor) {
  // Not TCSADRAIN or TCSAFLUSH: they wait for output that a hung terminal never takes.
  tcsetattr(descriptor, TCSANOW, &remembered);
  tcflush(descriptor, TCIFLUSH);
}

// The descriptor does not block; a terminal that takes nothing for 100 ms gets no more.
static void put(const char *text) {
  size_t length = strlen(text);
  while (length > 0) {
    ssize_t written = write(armed_descriptor, text, length);
    if (written > 0) {
      text += written;
      length -= (size_t)written;
      continue;
    }
    struct pollfd waited = {.fd = armed_descriptor, .events = POLLOUT};
    if (errno != EAGAIN || poll(&waited, 1, 100) <= 0 || (waited.revents & POLLOUT) == 0) return;
  }
}

void cterminal_rescue(void) {
  if (!is_armed) return;
  is_armed = 0;
  int saved = errno;
  put(restore_text);
  cterminal_leave_raw(armed_descriptor);
  errno = saved;
}

static const char *name(int number) {
  switch (number) {
  case SIGSEGV: return "SIGSEGV";
  case SIGABRT: return "SIGABRT";
  case SIGBUS: return "SIGBUS";
  case SIGILL: return "SIGILL";
  case SIGFPE: return "SIGFPE";
  default: return "SIGTRAP";
  }
}

static void handle(int number) {
  if (is_armed) {
    cterminal_rescue();
    put(before_text);
    put(name(number));
    put(after_text);
  }
  // The default action and no other handler: Swift's own one writes pages over the line that was just written.
  signal(number, SIG_DFL);
  // Blocked until this handler returns, then it ends the process.
  raise(number);
}

static void copy(char *target, size_t capacity, const char *text) {
  strncpy(target, text, capacity - 1);
  target[capacity - 1] = 0;
}

void cterminal_arm(int descriptor, const char *restore, const char *before, const char *after) {
  if (is_armed) return;
  armed_descriptor = descriptor;
  copy(restore_text, sizeof restore_text, restore);
  copy(before_text, sizeof before_text, before);
  copy(after_text, sizeof after_text, after);
  stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < fatal_count; index++) sigaction(fatal[index], &action, &replaced[index]);
  is_armed = 1;
}

void cterminal_disarm(void) {
  if (!is_armed) return;
  is_armed = 0;
  for (int index = 0; index < fatal_count; index++) sigaction(fatal[index], &replaced[index], NULL);
  stack_t stack = {.ss_flags = SS_DISABLE};
  sigaltstack(&stack, NULL);
}

void cterminal_stop_group(void) {
  struct sigaction before, action = {.sa_handler = SIG_IGN};
  sigemptyset(&action.sa_mask);
  sigaction(SIGTSTP, &action, &before);
  // The others first: a script that waits for this program has to stop too, or the shell would not notice.
  kill(0, SIGTSTP);
  action.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &action, NULL);
  sigset_t stop, mask;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
  // To this thread, so that nothing after it runs before the process has stopped.
  raise(SIGTSTP);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  sigaction(SIGTSTP, &before, NULL);
}
