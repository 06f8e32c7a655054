#include "CKernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push( \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi2,popcnt"))), \
  apply_to = function)

#include "shared/lanes.h"

// Bit i is set where lane i is above zero.
INLINE uint16_t positive_lanes(lanes x) {
  return _mm512_cmp_ps_mask((__m512)x, _mm512_setzero_ps(), _CMP_GT_OQ);
}

// A number in the lanes of a mask, zero elsewhere.
INLINE lanes masked(uint16_t mask, float number) {
  return (lanes)_mm512_maskz_mov_ps(mask, _mm512_set1_ps(number));
}

// Samples of the forward pass and bits of the backward pass whose sums are kept side by side, as
// many as this set's registers bear; measured.
enum { samples_together = 2, bits_together = 10 };

// Rows and vectors of a tile of a matrix product; its sums fill most registers.
enum { product_rows = 8, product_vectors = 3 };

#include "shared/operations.h"

#pragma clang attribute pop

const quanta_operations *quanta_avx512(void) {
  __builtin_cpu_init();
  int all = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
    && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
    && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  return all ? &operations : 0;
}

#else

const quanta_operations *quanta_avx512(void) { return 0; }

#endif
