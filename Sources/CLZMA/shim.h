#pragma once
#include <lzma.h>

// LZMA_STREAM_INIT is a compound initializer, which Swift does not import.
static inline lzma_stream clzma_stream(void) { lzma_stream s = LZMA_STREAM_INIT; return s; }
