#define _GNU_SOURCE
#include "CSpawn.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, const char *directory,
                   int input, int output) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  int code = posix_spawnattr_setflags(attributes,
                                      POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  if (!code) code = posix_spawnattr_setsigdefault(attributes, &all);
  if (!code) code = posix_spawnattr_setsigmask(attributes, &none);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, input, 0);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, output, 1);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, output, 2);
  // MPI and other libraries have files open of which the program must not hold copies.
  if (!code) code = posix_spawn_file_actions_addclosefrom_np(actions, 3);
  if (!code) code = posix_spawn_file_actions_addchdir_np(actions, directory);
  return code;
}

int pw_spawn(pid_t *process, const char *program, char *const arguments[], char *const environment[],
             const char *directory, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int code = posix_spawn_file_actions_init(&actions);
  if (code) return code;
  code = posix_spawnattr_init(&attributes);
  if (!code) {
    code = prepare(&actions, &attributes, directory, input, output);
    if (!code) code = posix_spawn(process, program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

int pw_has_ended(pid_t process, int *exit_code, int *signal) {
  siginfo_t info = {0};
  if (waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT)) return -1;
  if (info.si_pid == 0) return 0;
  *exit_code = info.si_code == CLD_EXITED ? info.si_status : -1;
  *signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
  return 1;
}
