#pragma once
#include <fftw3.h>

// Swift does not import an array whose length the header does not give.
static inline const char *cfftw_version(void) { return fftw_version; }
