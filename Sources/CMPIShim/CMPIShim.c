// The table of CMPI.h over any MPI 3. Compiled into the program, or by paddlewheel-mpi-build into a shared library.
#include "CMPIShim.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Open MPI's handles are pointers, those of MPICH are integers.
#define COMM(handle) ((MPI_Comm)(handle))

static void copy(char *to, int size, const char *from) {
  if (size > 0) snprintf(to, (size_t)size, "%s", from);
}

static void describe(char *text, int size) {
  char own[MPI_MAX_LIBRARY_VERSION_STRING + 1] = "";
  int count = 0;
  MPI_Get_library_version(own, &count);
  copy(text, size, own);
}

static void error_text(int code, char *text, int size) {
  char own[MPI_MAX_ERROR_STRING + 1] = "";
  int count = 0;
  MPI_Error_string(code, own, &count);
  copy(text, size, own);
}

static int is_initialized(void) {
  int flag = 0;
  MPI_Initialized(&flag);
  return flag;
}

static int is_finalized(void) {
  int flag = 0;
  MPI_Finalized(&flag);
  return flag;
}

static int start(void) { return MPI_Init(NULL, NULL); }
static int finish(void) { return MPI_Finalize(); }
static int abort_all(intptr_t comm, int code) { return MPI_Abort(COMM(comm), code); }

static intptr_t comm_world(void) { return (intptr_t)MPI_COMM_WORLD; }
static intptr_t comm_self(void) { return (intptr_t)MPI_COMM_SELF; }
static int return_errors(intptr_t comm) { return MPI_Comm_set_errhandler(COMM(comm), MPI_ERRORS_RETURN); }
static int rank_of(intptr_t comm, int *rank) { return MPI_Comm_rank(COMM(comm), rank); }
static int size_of(intptr_t comm, int *size) { return MPI_Comm_size(COMM(comm), size); }

static MPI_Op operation_of(int operation) {
  switch (operation) {
  case PW_MPI_MAX: return MPI_MAX;
  case PW_MPI_MIN: return MPI_MIN;
  default: return MPI_SUM;
  }
}

static int barrier(intptr_t comm) { return MPI_Barrier(COMM(comm)); }
static int reduce_doubles(double *values, int count, int operation, intptr_t comm) {
  return MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_DOUBLE, operation_of(operation), COMM(comm));
}
static int reduce_integers(int64_t *values, int count, int operation, intptr_t comm) {
  return MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_INT64_T, operation_of(operation), COMM(comm));
}
static int allgather(const void *out, void *in, int bytes, intptr_t comm) {
  return MPI_Allgather(out, bytes, MPI_BYTE, in, bytes, MPI_BYTE, COMM(comm));
}
static int broadcast(void *buffer, int bytes, int root, intptr_t comm) {
  return MPI_Bcast(buffer, bytes, MPI_BYTE, root, COMM(comm));
}
static int alltoall_numbers(const int32_t *out, int32_t *in, intptr_t comm) {
  return MPI_Alltoall(out, 1, MPI_INT32_T, in, 1, MPI_INT32_T, COMM(comm));
}
static int alltoallv(const void *out, const int *out_counts, const int *out_offsets, void *in, const int *in_counts,
                     const int *in_offsets, intptr_t comm) {
  return MPI_Alltoallv(out, out_counts, out_offsets, MPI_BYTE, in, in_counts, in_offsets, MPI_BYTE, COMM(comm));
}
static int gatherv(const void *out, int count, void *in, const int *counts, const int *offsets, int root,
                   intptr_t comm) {
  return MPI_Gatherv(out, count, MPI_BYTE, in, counts, offsets, MPI_BYTE, root, COMM(comm));
}
static int sendrecv(const void *out, int out_bytes, int to, void *in, int in_bytes, int from, int tag, intptr_t comm) {
  return MPI_Sendrecv(out, out_bytes, MPI_BYTE, to, tag, in, in_bytes, MPI_BYTE, from, tag, COMM(comm),
                      MPI_STATUS_IGNORE);
}

struct pw_mpi_block {
  MPI_Op operation;
  MPI_Datatype type;
};

static void combine(void *in, void *inout, int *count, MPI_Datatype *type) {
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

static void block_free(pw_mpi_block *block) {
  if (!block) return;
  if (block->operation != MPI_OP_NULL) MPI_Op_free(&block->operation);
  if (block->type != MPI_DATATYPE_NULL) MPI_Type_free(&block->type);
  free(block);
}

static int block_create(int doubles, pw_mpi_block **result) {
  pw_mpi_block *block = malloc(sizeof *block);
  *result = NULL;
  if (!block) return MPI_ERR_NO_MEM;
  block->operation = MPI_OP_NULL;
  block->type = MPI_DATATYPE_NULL;
  int code = MPI_Op_create(combine, 1, &block->operation);
  if (code == MPI_SUCCESS) code = MPI_Type_contiguous(doubles, MPI_DOUBLE, &block->type);
  if (code == MPI_SUCCESS) code = MPI_Type_commit(&block->type);
  if (code == MPI_SUCCESS) *result = block;
  else block_free(block);
  return code;
}

static int block_reduce(pw_mpi_block *block, double *values, intptr_t comm) {
  return MPI_Allreduce(MPI_IN_PLACE, values, 1, block->type, block->operation, COMM(comm));
}

struct pw_mpi_messages {
  int count, capacity;
  MPI_Request *requests;
};

static pw_mpi_messages *messages_create(void) { return calloc(1, sizeof(pw_mpi_messages)); }

static int room_for_one(pw_mpi_messages *messages) {
  if (messages->count < messages->capacity) return MPI_SUCCESS;
  const int capacity = messages->capacity == 0 ? 16 : 2 * messages->capacity;
  MPI_Request *requests = realloc(messages->requests, (size_t)capacity * sizeof *requests);
  if (!requests) return MPI_ERR_NO_MEM;
  messages->requests = requests;
  messages->capacity = capacity;
  return MPI_SUCCESS;
}

static int messages_send(pw_mpi_messages *messages, const void *buffer, int bytes, int to, int tag, intptr_t comm) {
  int code = room_for_one(messages);
  if (code != MPI_SUCCESS) return code;
  code = MPI_Send_init(buffer, bytes, MPI_BYTE, to, tag, COMM(comm), &messages->requests[messages->count]);
  if (code == MPI_SUCCESS) messages->count++;
  return code;
}

static int messages_receive(pw_mpi_messages *messages, void *buffer, int bytes, int from, int tag, intptr_t comm) {
  int code = room_for_one(messages);
  if (code != MPI_SUCCESS) return code;
  code = MPI_Recv_init(buffer, bytes, MPI_BYTE, from, tag, COMM(comm), &messages->requests[messages->count]);
  if (code == MPI_SUCCESS) messages->count++;
  return code;
}

static int messages_start(pw_mpi_messages *messages) { return MPI_Startall(messages->count, messages->requests); }
static int messages_wait(pw_mpi_messages *messages) {
  return MPI_Waitall(messages->count, messages->requests, MPI_STATUSES_IGNORE);
}

static void messages_free(pw_mpi_messages *messages) {
  if (!messages) return;
  if (!is_finalized()) {
    for (int k = 0; k < messages->count; k++) MPI_Request_free(&messages->requests[k]);
  }
  free(messages->requests);
  free(messages);
}

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#if defined(OMPI_MAJOR_VERSION)
#define COMPILED_WITH \
  "Open MPI " TEXT(OMPI_MAJOR_VERSION) "." TEXT(OMPI_MINOR_VERSION) "." TEXT(OMPI_RELEASE_VERSION)
#elif defined(I_MPI_VERSION)
#define COMPILED_WITH "Intel MPI " I_MPI_VERSION
#elif defined(MVAPICH2_VERSION)
#define COMPILED_WITH "MVAPICH " MVAPICH2_VERSION
#elif defined(MPICH_VERSION)
#define COMPILED_WITH "MPICH " MPICH_VERSION
#else
#define COMPILED_WITH "an MPI of version " TEXT(MPI_VERSION) "." TEXT(MPI_SUBVERSION)
#endif

static const pw_mpi_functions functions = {
    .version = PW_MPI_VERSION,
    .compiled_with = COMPILED_WITH,
    .describe = describe,
    .error_text = error_text,
    .is_initialized = is_initialized,
    .is_finalized = is_finalized,
    .start = start,
    .finish = finish,
    .abort = abort_all,
    .comm_world = comm_world,
    .comm_self = comm_self,
    .return_errors = return_errors,
    .rank = rank_of,
    .size = size_of,
    .barrier = barrier,
    .reduce_doubles = reduce_doubles,
    .reduce_integers = reduce_integers,
    .allgather = allgather,
    .broadcast = broadcast,
    .alltoall_numbers = alltoall_numbers,
    .alltoallv = alltoallv,
    .gatherv = gatherv,
    .sendrecv = sendrecv,
    .block_create = block_create,
    .block_reduce = block_reduce,
    .block_free = block_free,
    .messages_create = messages_create,
    .messages_send = messages_send,
    .messages_receive = messages_receive,
    .messages_start = messages_start,
    .messages_wait = messages_wait,
    .messages_free = messages_free,
};

__attribute__((visibility("default"))) const pw_mpi_functions *paddlewheel_mpi(void) { return &functions; }
