#pragma once
#include <mpi.h>
#include <stdint.h>

// Open MPI defines its handles as casts of addresses of globals, in macros that Swift does not import.
static inline MPI_Comm pw_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Comm pw_comm_self(void) { return MPI_COMM_SELF; }
static inline MPI_Datatype pw_type_byte(void) { return MPI_BYTE; }
static inline MPI_Datatype pw_type_double(void) { return MPI_DOUBLE; }
static inline MPI_Datatype pw_type_int64(void) { return MPI_INT64_T; }
static inline MPI_Datatype pw_type_int32(void) { return MPI_INT32_T; }
static inline MPI_Op pw_op_sum(void) { return MPI_SUM; }
static inline MPI_Op pw_op_max(void) { return MPI_MAX; }
static inline MPI_Op pw_op_min(void) { return MPI_MIN; }
static inline MPI_Errhandler pw_errors_return(void) { return MPI_ERRORS_RETURN; }

// MPI_STATUS_IGNORE, MPI_STATUSES_IGNORE and MPI_IN_PLACE are casts of integers, which Swift does not import.
static inline int pw_waitall(int count, MPI_Request *requests) {
  return MPI_Waitall(count, requests, MPI_STATUSES_IGNORE);
}
static inline int pw_sendrecv(const void *out, int outBytes, int to, void *in, int inBytes, int from, int tag,
                              MPI_Comm comm) {
  return MPI_Sendrecv(out, outBytes, MPI_BYTE, to, tag, in, inBytes, MPI_BYTE, from, tag, comm, MPI_STATUS_IGNORE);
}
static inline int pw_allreduce_in_place(void *buffer, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm) {
  return MPI_Allreduce(MPI_IN_PLACE, buffer, count, type, op, comm);
}

// Combines blocks of doubles: the first is the number of sums that follow it; the rest are maxima.
static inline void pw_combine(void *in, void *inout, int *count, MPI_Datatype *type) {
  int bytes;
  MPI_Type_size(*type, &bytes);
  const int size = bytes / (int)sizeof(double);
  for (int block = 0; block < *count; block++) {
    const double *from = (const double *)in + block * size;
    double *to = (double *)inout + block * size;
    const int sums = (int)to[0];
    for (int k = 1; k <= sums; k++) to[k] += from[k];
    for (int k = sums + 1; k < size; k++) {
      if (!(to[k] >= from[k])) to[k] = from[k];
    }
  }
}
static inline int pw_op_combine(MPI_Op *op) { return MPI_Op_create(pw_combine, 1, op); }
static inline int pw_block_type(int doubles, MPI_Datatype *type) {
  const int code = MPI_Type_contiguous(doubles, MPI_DOUBLE, type);
  return code == MPI_SUCCESS ? MPI_Type_commit(type) : code;
}
