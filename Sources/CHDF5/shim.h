#pragma once
#include <errno.h>
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

// Swift imports neither macros that expand to an expression (most of HDF5's constants call H5open first)
// nor function-like macros. Each shim below stands for one of those and does nothing else, except where
// a comment says so.

static inline hid_t chdf5_default_plist(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_dataset_access(void) { return H5P_DATASET_ACCESS; }

static inline unsigned chdf5_acc_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned chdf5_acc_exclusive(void) { return H5F_ACC_EXCL; }
static inline unsigned chdf5_acc_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_acc_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned chdf5_acc_swmr_read(void) { return H5F_ACC_RDONLY | H5F_ACC_SWMR_READ; }

static inline hid_t chdf5_all(void) { return H5S_ALL; }
static inline hsize_t chdf5_unlimited(void) { return H5S_UNLIMITED; }
static inline hid_t chdf5_default_error_stack(void) { return H5E_DEFAULT; }
static inline hid_t chdf5_invalid_hid(void) { return H5I_INVALID_HID; }

static inline hid_t chdf5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t chdf5_c_string(void) { return H5T_C_S1; }
static inline size_t chdf5_variable_length(void) { return H5T_VARIABLE; }

/// Turns HDF5's own file locks off: many shared file systems lack them, and every file has one writer.
/// H5Pset_file_locking came with 1.10.7 and 1.12.1; older versions only have an environment variable.
static inline herr_t chdf5_disable_file_locking(hid_t access) {
#if H5_VERSION_GE(1, 12, 1) || (H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 10 && H5_VERS_RELEASE >= 7)
  return H5Pset_file_locking(access, 0, 1);
#else
  (void)access;
  return setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
#endif
}

/// Frees the strings that a read of variable-length strings allocated; renamed in HDF5 1.12.
static inline herr_t chdf5_reclaim(hid_t type, hid_t space, void *buffer) {
#if H5_VERSION_GE(1, 12, 0)
  return H5Treclaim(type, space, H5P_DEFAULT, buffer);
#else
  return H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer);
#endif
}

static inline H5F_libver_t chdf5_latest_format(void) { return H5F_LIBVER_LATEST; }

/// The integer and floating-point types that are read, as files store them: from 0 on, invalid after the last one.
static inline hid_t chdf5_standard_type(int index) {
  switch (index) {
  case 0: return H5T_STD_I8LE;
  case 1: return H5T_STD_I16LE;
  case 2: return H5T_STD_I32LE;
  case 3: return H5T_STD_I64LE;
  case 4: return H5T_STD_U8LE;
  case 5: return H5T_STD_U16LE;
  case 6: return H5T_STD_U32LE;
  case 7: return H5T_STD_U64LE;
  case 8: return H5T_STD_I8BE;
  case 9: return H5T_STD_I16BE;
  case 10: return H5T_STD_I32BE;
  case 11: return H5T_STD_I64BE;
  case 12: return H5T_STD_U8BE;
  case 13: return H5T_STD_U16BE;
  case 14: return H5T_STD_U32BE;
  case 15: return H5T_STD_U64BE;
  case 16: return H5T_IEEE_F32LE;
  case 17: return H5T_IEEE_F64LE;
  case 18: return H5T_IEEE_F32BE;
  case 19: return H5T_IEEE_F64BE;
  default: return H5I_INVALID_HID;
  }
}

// The child below looks at all that a file holds: what makes the library crash or loop does so there.

#define CHDF5_PROBE_TEXT (1 << 20)

static herr_t chdf5_probe_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data) {
  (void)info;
  (void)data;
  hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  if (attribute < 0) return 0;
  hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  hssize_t count = H5Sget_simple_extent_npoints(space);
  size_t size = H5Tget_size(type);
  if (type >= 0 && space >= 0 && count > 0 && size > 0 && (size_t)count < CHDF5_PROBE_TEXT / size) {
    void *buffer = calloc((size_t)count, size);
    if (buffer) (void)H5Aread(attribute, type, buffer);
  }
  H5Sclose(space);
  H5Tclose(type);
  H5Aclose(attribute);
  return 0;
}

static inline void chdf5_probe_dataset(hid_t dataset) {
  hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset), plist = H5Dget_create_plist(dataset);
  (void)H5Dget_storage_size(dataset);
  int rank = H5Sget_simple_extent_ndims(space);
  hssize_t count = H5Sget_simple_extent_npoints(space);
  size_t size = H5Tget_size(type);
  hsize_t extents[H5S_MAX_RANK];
  if (type >= 0 && plist >= 0 && rank >= 0 && count > 0 && size > 0 && size < CHDF5_PROBE_TEXT &&
      H5Sget_simple_extent_dims(space, extents, NULL) >= 0 && H5Pget_layout(plist) != H5D_VIRTUAL &&
      H5Pget_external_count(plist) == 0) {
    if ((size_t)count < CHDF5_PROBE_TEXT / size) {
      void *buffer = calloc((size_t)count, size);
      if (buffer) (void)H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
    } else {
      hsize_t ones[H5S_MAX_RANK], corner[H5S_MAX_RANK];
      hid_t memory = H5Screate(H5S_SCALAR);
      void *buffer = calloc(1, size);
      for (int end = 0; end < 2; end++) {
        for (int d = 0; d < rank; d++) {
          ones[d] = 1;
          corner[d] = end == 0 ? 0 : extents[d] - 1;
        }
        if (buffer && H5Sselect_hyperslab(space, H5S_SELECT_SET, corner, NULL, ones, NULL) >= 0)
          (void)H5Dread(dataset, type, memory, space, H5P_DEFAULT, buffer);
      }
    }
  }
}

static herr_t chdf5_probe_object(hid_t root, const char *name, const H5O_info_t *info, void *data) {
  (void)info;
  (void)data;
  hid_t object = H5Oopen(root, name, H5P_DEFAULT);
  if (object < 0) return 0;
  hsize_t next = 0;
  (void)H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, &next, chdf5_probe_attribute, NULL);
  if (H5Iget_type(object) == H5I_DATASET) chdf5_probe_dataset(object);
  H5Oclose(object);
  return 0;
}

static herr_t chdf5_probe_visit(hid_t file) {
#if H5_VERSION_GE(1, 12, 0)
  return H5Ovisit1(file, H5_INDEX_NAME, H5_ITER_NATIVE, chdf5_probe_object, NULL);
#else
  return H5Ovisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, chdf5_probe_object, NULL);
#endif
}

/// The most memory that this process has had, bytes.
static inline long chdf5_largest_memory(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss * 1024 : 0;
}

/// Has a child process read the whole structure of a file: for so many seconds of computing, and of waiting. The caller holds the lock of the library.
/// `space` limits its addresses, `memory` what it uses beyond that of this process, both in bytes.
/// Returns 0, the signal that ended the child, -1 where it failed otherwise, -2 where there was no child, or -3 where it has
/// used more memory.
static inline int chdf5_probe(const char *path, int single_writer, int seconds, unsigned patience, unsigned long space,
                              unsigned long memory) {
  pid_t child = fork();
  if (child < 0) return -2;
  if (child == 0) {
    struct rlimit core = {0, 0}, time = {(rlim_t)seconds, (rlim_t)seconds};
    setrlimit(RLIMIT_CORE, &core);
    setrlimit(RLIMIT_CPU, &time);
    if (space > 0) {
      struct rlimit limit = {space, space};
      setrlimit(RLIMIT_AS, &limit);
    }
    long before = chdf5_largest_memory();
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    alarm(patience);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    (void)chdf5_disable_file_locking(access);
    if (single_writer) (void)H5Pset_metadata_read_attempts(access, 3);
    hid_t file = H5Fopen(path, single_writer ? H5F_ACC_RDONLY | H5F_ACC_SWMR_READ : H5F_ACC_RDONLY, access);
    // What lies behind a part that can't be followed was not looked at, and may crash the library on another way to it.
    if (file >= 0 && chdf5_probe_visit(file) < 0) _exit(1);
    _exit(chdf5_largest_memory() - before > (long)memory ? 3 : 0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -2;
  if (WIFSIGNALED(status)) return WTERMSIG(status);
  return WEXITSTATUS(status) == 0 ? 0 : WEXITSTATUS(status) == 3 ? -3 : -1;
}
