/// What Swift lacks of the scheduler's calls: the processors that a process may use. GNU extensions of the C library.
#ifndef CCores_H
#define CCores_H

/// The processors that this process may use, rising.
/// - numbers: receives at most `most` of them.
/// - Returns: how many there are, or -1 where the kernel does not say.
int pw_allowed_processors(int *numbers, int most);

/// Lets a thread, and those that it starts from now on, use some processors alone.
/// - thread: its number; 0 for the calling one.
/// - Returns: 0, or an error number.
int pw_bind(int thread, const int *numbers, int count);

#endif
