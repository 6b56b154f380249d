#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, const char *directory,
                   int input, int output, int *must_change) {
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
  if (code) return code;
  code = posix_spawn_file_actions_addchdir_np(actions, directory);
  // A C library without it (glibc before 2.29, in the package).
  *must_change = code == ENOSYS;
  return *must_change ? 0 : code;
}

// Starts it from a folder to which this process changes for that moment.
static int spawn_in(const char *directory, pid_t *process, const char *program,
                    const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
                    char *const arguments[], char *const environment[]) {
  const int own = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (own < 0) return errno;
  int code = chdir(directory) ? errno : posix_spawn(process, program, actions, attributes, arguments, environment);
  if (fchdir(own) && !code) code = errno;
  close(own);
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
    int must_change = 0;
    code = prepare(&actions, &attributes, directory, input, output, &must_change);
    if (!code) {
      code = must_change ? spawn_in(directory, process, program, &actions, &attributes, arguments, environment)
                         : posix_spawn(process, program, &actions, &attributes, arguments, environment);
    }
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
