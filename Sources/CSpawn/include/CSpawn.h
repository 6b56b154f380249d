/// What Swift lacks of posix_spawn: GNU extensions of the C library.
#ifndef CSpawn_H
#define CSpawn_H

#include <sys/types.h>

/// Starts a program in a session of its own, without any open file but its standard streams, and with all signals as
/// a shell has them.
/// - program: a path.
/// - directory: in which it starts.
/// - input, output: file descriptors, of standard input, and of standard output and error.
/// - Returns: 0 and the process, or an error number.
int pw_spawn(pid_t *process, const char *program, char *const arguments[], char *const environment[],
             const char *directory, int input, int output);

/// Whether a child has ended. It stays there until it is waited for, so that no other process gets its number.
/// - exit_code: -1 where a signal has ended it.
/// - signal: that has ended it; 0 for none.
/// - Returns: 1 where it has, 0 where it has not, -1 where there is no such child.
int pw_has_ended(pid_t process, int *exit_code, int *signal);

#endif
