#pragma once
#include <hdf5.h>
#include <stdlib.h>

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
