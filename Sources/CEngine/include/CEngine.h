/// What Swift lacks: instructions that no operator of its SIMD types compiles to, and a call of the C library.
#ifndef CEngine_H
#define CEngine_H

#include <stdlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(__GLIBC__)
#include <malloc.h>
#endif

/// Gives freed memory back to the system.
static inline void pw_release_memory(void) {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

/// The widest instructions that whoever includes this is compiled for.
static inline const char *pw_instructions(void) {
#if defined(__AVX512F__)
  return "AVX-512";
#elif defined(__AVX2__)
  return "AVX2";
#elif defined(__AVX__)
  return "AVX";
#elif defined(__x86_64__)
  return "SSE2";
#else
  return "no x86 instructions";
#endif
}

typedef float pw_float16 __attribute__((ext_vector_type(16)));
typedef int pw_int16 __attribute__((ext_vector_type(16)));

/// 1/√x to at least 11 bits; one step of Newton's method makes 22 of them.
static inline __attribute__((always_inline)) pw_float16 pw_reciprocal_root(pw_float16 x) {
#if defined(__AVX512F__)
  return (pw_float16)_mm512_rsqrt14_ps((__m512)x);
#elif defined(__AVX__)
  union { pw_float16 all; __m256 half[2]; } u = {x};
  u.half[0] = _mm256_rsqrt_ps(u.half[0]);
  u.half[1] = _mm256_rsqrt_ps(u.half[1]);
  return u.all;
#else
  for (int i = 0; i < 16; i++) x[i] = 1 / __builtin_sqrtf(x[i]);
  return x;
#endif
}

/// Eight values in both halves. Written as the instruction: the compiler would take the halves apart.
static inline __attribute__((always_inline)) pw_float16 pw_load_twice(const float *eight) {
#if defined(__AVX512F__)
  __m512 both;
  __asm__("vbroadcastf64x4 %1, %0" : "=v"(both) : "m"(*(const float(*)[8])eight));
  return (pw_float16)both;
#else
  pw_float16 both;
  for (int i = 0; i < 16; i++) both[i] = eight[i % 8];
  return both;
#endif
}

/// In lane i the entry of a table of 32 (`low`, then `high`) that `index` names there, 0…31.
static inline __attribute__((always_inline)) pw_float16 pw_look_up(
    pw_float16 low, pw_float16 high, pw_int16 index) {
#if defined(__AVX512F__)
  return (pw_float16)_mm512_permutex2var_ps((__m512)low, (__m512i)index, (__m512)high);
#else
  union { pw_float16 part[2]; float entry[32]; } table = {{low, high}};
  pw_float16 result;
  for (int i = 0; i < 16; i++) result[i] = table.entry[index[i]];
  return result;
#endif
}

/// Lane i of `values` where bit i of `bits` is set and lane i of `x` is below `limit`; 0 elsewhere.
static inline __attribute__((always_inline)) pw_float16 pw_keep_below(
    pw_float16 values, pw_float16 x, float limit, unsigned bits) {
#if defined(__AVX512F__)
  const __mmask16 kept =
      _mm512_mask_cmp_ps_mask((__mmask16)bits, (__m512)x, _mm512_set1_ps(limit), _CMP_LT_OQ);
  return (pw_float16)_mm512_maskz_mov_ps(kept, (__m512)values);
#else
  const pw_int16 lane = {1 << 0, 1 << 1, 1 << 2,  1 << 3,  1 << 4,  1 << 5,  1 << 6,  1 << 7,
                           1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15};
  const pw_int16 wanted = ((pw_int16)(int)bits & lane) != 0;
  const pw_int16 below = x < (pw_float16)limit;
  return (pw_float16)((pw_int16)values & wanted & below);
#endif
}

/// Bit i tells whether lane i is below `limit`.
static inline __attribute__((always_inline)) unsigned pw_bits_below(pw_float16 x, float limit) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask((__m512)x, _mm512_set1_ps(limit), _CMP_LT_OQ);
#else
  unsigned bits = 0;
  for (int i = 0; i < 16; i++) bits |= (unsigned)(x[i] < limit) << i;
  return bits;
#endif
}

/// Bit i tells whether the i-th of eight is `value`.
static inline __attribute__((always_inline)) unsigned pw_bits_equal(const int *eight, int value) {
#if defined(__AVX512VL__)
  return _mm256_cmpeq_epi32_mask(_mm256_loadu_si256((const __m256i *)eight), _mm256_set1_epi32(value));
#else
  unsigned bits = 0;
  for (int i = 0; i < 8; i++) bits |= (unsigned)(eight[i] == value) << i;
  return bits;
#endif
}

/// Whether any lane is below `limit`.
static inline __attribute__((always_inline)) int pw_any_below(pw_float16 x, float limit) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask((__m512)x, _mm512_set1_ps(limit), _CMP_LT_OQ) != 0;
#elif defined(__AVX__)
  union { pw_float16 all; __m256 half[2]; } u = {x};
  const __m256 lower = _mm256_min_ps(u.half[0], u.half[1]);
  return _mm256_movemask_ps(_mm256_cmp_ps(lower, _mm256_set1_ps(limit), _CMP_LT_OQ)) != 0;
#else
  int any = 0;
  for (int i = 0; i < 16; i++) any |= x[i] < limit;
  return any;
#endif
}

typedef float pw_float8 __attribute__((ext_vector_type(8)));
typedef double pw_double4 __attribute__((ext_vector_type(4)));

/// Square roots, correctly rounded.
static inline __attribute__((always_inline)) pw_float8 pw_roots_float8(pw_float8 x) {
  return __builtin_elementwise_sqrt(x);
}
static inline __attribute__((always_inline)) pw_double4 pw_roots_double4(pw_double4 x) {
  return __builtin_elementwise_sqrt(x);
}

/// In lane i the sum of the i-th of eight rows of eight.
static inline __attribute__((always_inline)) pw_float8 pw_sums_float8(const float *rows) {
#if defined(__AVX__)
  __m256 four[2];
  for (int i = 0; i < 2; i++) {
    const float *r = rows + 32 * i;
    const __m256 first = _mm256_hadd_ps(_mm256_loadu_ps(r), _mm256_loadu_ps(r + 8));
    const __m256 second = _mm256_hadd_ps(_mm256_loadu_ps(r + 16), _mm256_loadu_ps(r + 24));
    four[i] = _mm256_hadd_ps(first, second);
  }
  const __m256 low = _mm256_permute2f128_ps(four[0], four[1], 0x20);
  const __m256 high = _mm256_permute2f128_ps(four[0], four[1], 0x31);
  return (pw_float8)_mm256_add_ps(low, high);
#else
  pw_float8 result = 0;
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 8; k++) result[i] += rows[8 * i + k];
  return result;
#endif
}

/// In lane i the sum of the i-th of four rows of four.
static inline __attribute__((always_inline)) pw_double4 pw_sums_double4(const double *rows) {
  pw_double4 result = 0;
  for (int i = 0; i < 4; i++)
    for (int k = 0; k < 4; k++) result[i] += rows[4 * i + k];
  return result;
}

#endif
