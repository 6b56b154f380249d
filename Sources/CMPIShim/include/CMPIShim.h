#ifndef CMPIShim_H
#define CMPIShim_H

#include "CMPI.h"

/// The functions of the MPI that this file's library was compiled with.
const pw_mpi_functions *_Nonnull paddlewheel_mpi(void);

#endif
