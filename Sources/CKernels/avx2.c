#include "CKernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

// No vector crosses a call: all helpers are inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#pragma clang attribute push( \
  __attribute__((target("avx2,fma,bmi2,popcnt"))), apply_to = function)

#include "shared/lanes.h"

// Bit i is set where lane i is above zero.
INLINE uint16_t positive_lanes(lanes x) {
  __m256 low = (__m256)__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7);
  __m256 high = (__m256)__builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  __m256 zero = _mm256_setzero_ps();
  return (uint16_t)(
    _mm256_movemask_ps(_mm256_cmp_ps(low, zero, _CMP_GT_OQ))
    | _mm256_movemask_ps(_mm256_cmp_ps(high, zero, _CMP_GT_OQ)) << 8);
}

// A number in the lanes of a mask, zero elsewhere.
INLINE lanes masked(uint16_t mask, float number) {
  const int_lanes flags = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384,
    32768};
  int_lanes chosen = (flags & mask) == flags;
  return (lanes)((int_lanes)(lanes_of(number)) & chosen);
}

// Samples of the forward pass and bits of the backward pass whose sums are kept side by side, as
// many as this set's registers bear; measured.
enum { samples_together = 1, bits_together = 4 };

// Rows and vectors of a tile of a matrix product; its sums fill most registers.
enum { product_rows = 6, product_vectors = 1 };

#include "shared/operations.h"

#pragma clang attribute pop

const quanta_operations *quanta_avx2(void) {
  __builtin_cpu_init();
  int all = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
    && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  return all ? &operations : 0;
}

#else

const quanta_operations *quanta_avx2(void) { return 0; }

#endif
