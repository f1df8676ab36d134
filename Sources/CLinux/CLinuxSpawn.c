#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

static int spawn_into(
    const char *path, char *const arguments[], char *const environment[], pid_t *process, int output, int errors) {
  posix_spawn_file_actions_t actions;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return error;
  posix_spawnattr_t attributes;
  error = posix_spawnattr_init(&attributes);
  if (error == 0) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    error = posix_spawnattr_setsigmask(&attributes, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (error == 0) {
      error = posix_spawnattr_setflags(
          &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    if (error == 0) error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    if (error == 0) error = posix_spawn(process, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

int clinux_spawn(
    const char *path, char *const arguments[], char *const environment[], pid_t *process, int *output, int *errors) {
  int output_ends[2], error_ends[2];
  // Closed on exec from the start: another thread may start a program at any time.
  if (pipe2(output_ends, O_CLOEXEC) != 0) return errno;
  if (pipe2(error_ends, O_CLOEXEC) != 0) {
    int error = errno;
    close(output_ends[0]);
    close(output_ends[1]);
    return error;
  }
  int error = spawn_into(path, arguments, environment, process, output_ends[1], error_ends[1]);
  close(output_ends[1]);
  close(error_ends[1]);
  if (error != 0) {
    close(output_ends[0]);
    close(error_ends[0]);
    return error;
  }
  *output = output_ends[0];
  *errors = error_ends[0];
  return 0;
}
