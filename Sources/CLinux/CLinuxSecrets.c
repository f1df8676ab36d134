#define _GNU_SOURCE
#include "CLinuxSecrets.h"

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void clinux_forbid_dumps(void) {
  // The limit is for files alone, and children keep it; the other one is for handlers such as systemd-coredump too.
  const struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void clinux_plain_crashes(void) {
  const int signals[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
  for (size_t index = 0; index < sizeof signals / sizeof signals[0]; index++) {
    struct sigaction action;
    if (sigaction(signals[index], NULL, &action) == 0 && action.sa_handler != SIG_IGN) {
      signal(signals[index], SIG_DFL);
    }
  }
}
