/// What the program calls of MPI, free of any MPI's own types: a table of functions that a shim fills in (CMPIShim). The shim
/// is compiled with the MPI of the site, into this program or into a shared library that the program loads when it starts.
#ifndef CMPI_H
#define CMPI_H

#include <stdint.h>

#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

/// Goes up with every change of the table below: a shim of another version is refused.
#define PW_MPI_VERSION 1

/// The name of the function, of type `pw_mpi_entry`, that a shim exports.
#define PW_MPI_ENTRY "paddlewheel_mpi"

enum pw_mpi_operation { PW_MPI_SUM = 0, PW_MPI_MAX = 1, PW_MPI_MIN = 2 };

typedef struct pw_mpi_block pw_mpi_block;
typedef struct pw_mpi_messages pw_mpi_messages;

/// Functions that return int give MPI's error code: 0 is success. A communicator is MPI's handle, a pointer or an integer.
/// Counts and offsets are in bytes, unless they are said to be of numbers.
typedef struct pw_mpi_functions {
  /// `PW_MPI_VERSION` of the shim. Always first.
  int32_t version;
  /// The MPI that the shim was compiled with: "Open MPI 4.1.4".
  const char *_Nonnull compiled_with;

  /// The library's own description of itself; may be called before `start`.
  void (*_Nonnull describe)(char *_Nonnull text, int size);
  void (*_Nonnull error_text)(int code, char *_Nonnull text, int size);
  int (*_Nonnull is_initialized)(void);
  int (*_Nonnull is_finalized)(void);
  int (*_Nonnull start)(void);
  int (*_Nonnull finish)(void);
  int (*_Nonnull abort)(intptr_t comm, int code);

  intptr_t (*_Nonnull comm_world)(void);
  intptr_t (*_Nonnull comm_self)(void);
  /// Makes errors come back as codes.
  int (*_Nonnull return_errors)(intptr_t comm);
  int (*_Nonnull rank)(intptr_t comm, int *_Nonnull rank);
  int (*_Nonnull size)(intptr_t comm, int *_Nonnull size);

  int (*_Nonnull barrier)(intptr_t comm);
  /// In place; `count` numbers.
  int (*_Nonnull reduce_doubles)(double *_Nonnull values, int count, int operation, intptr_t comm);
  int (*_Nonnull reduce_integers)(int64_t *_Nonnull values, int count, int operation, intptr_t comm);
  int (*_Nonnull allgather)(const void *_Nullable out, void *_Nullable in, int bytes, intptr_t comm);
  int (*_Nonnull broadcast)(void *_Nullable buffer, int bytes, int root, intptr_t comm);
  /// One number to each rank, one from each.
  int (*_Nonnull alltoall_numbers)(const int32_t *_Nullable out, int32_t *_Nullable in, intptr_t comm);
  int (*_Nonnull alltoallv)(const void *_Nonnull out, const int *_Nonnull out_counts, const int *_Nonnull out_offsets,
                            void *_Nonnull in, const int *_Nonnull in_counts, const int *_Nonnull in_offsets,
                            intptr_t comm);
  int (*_Nonnull gatherv)(const void *_Nullable out, int count, void *_Nullable in, const int *_Nonnull counts,
                          const int *_Nonnull offsets, int root, intptr_t comm);
  int (*_Nonnull sendrecv)(const void *_Nullable out, int out_bytes, int to, void *_Nullable in, int in_bytes, int from,
                           int tag, intptr_t comm);

  /// A reduction of sums and maxima in one message: blocks of doubles, of which the first is the number of sums that follow
  /// it; the rest are maxima, in which NaN is ignored.
  int (*_Nonnull block_create)(int doubles, pw_mpi_block *_Nullable *_Nonnull block);
  int (*_Nonnull block_reduce)(pw_mpi_block *_Nonnull block, double *_Nonnull values, intptr_t comm);
  void (*_Nonnull block_free)(pw_mpi_block *_Nullable block);

  /// Persistent messages with fixed partners and buffers, which are started and waited for together.
  pw_mpi_messages *_Nullable (*_Nonnull messages_create)(void);
  int (*_Nonnull messages_send)(pw_mpi_messages *_Nonnull messages, const void *_Nullable buffer, int bytes, int to,
                                int tag, intptr_t comm);
  int (*_Nonnull messages_receive)(pw_mpi_messages *_Nonnull messages, void *_Nullable buffer, int bytes, int from,
                                   int tag, intptr_t comm);
  int (*_Nonnull messages_start)(pw_mpi_messages *_Nonnull messages);
  int (*_Nonnull messages_wait)(pw_mpi_messages *_Nonnull messages);
  void (*_Nonnull messages_free)(pw_mpi_messages *_Nullable messages);
} pw_mpi_functions;

typedef const pw_mpi_functions *_Nonnull (*pw_mpi_entry)(void);

#endif
