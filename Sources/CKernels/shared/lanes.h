// The vector types of all instruction sets; included within a region of functions that are compiled
// for one of them. A type that is wider than the processor's registers is kept in several.

#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))

typedef float lanes __attribute__((vector_size(64)));
typedef int32_t int_lanes __attribute__((vector_size(64)));
typedef uint64_t words8 __attribute__((vector_size(64)));

INLINE lanes lanes_of(float x) {
  return (lanes){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

// The lanes of `a` where a comparison held, of `b` elsewhere.
INLINE lanes choose(int_lanes held, lanes a, lanes b) {
  return (lanes)((held & (int_lanes)a) | (~held & (int_lanes)b));
}

// Zero where a lane is not above zero.
INLINE lanes rectified(lanes x) { return (lanes)((x > 0.0f) & (int_lanes)x); }

typedef float half_lanes __attribute__((vector_size(32)));
typedef float quarter_lanes __attribute__((vector_size(16)));

// The sum of all lanes in a fixed tree: lane i with i + 8, then i + 4, i + 2, i + 1.
INLINE float total(lanes x) {
  half_lanes eight = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7)
    + __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  quarter_lanes four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3)
    + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

// The entry that the `group`-th 4 bits of a word choose in the `group`-th of consecutive tables of
// 16 vectors.
INLINE lanes entry(const char *tables, uint64_t word, int group) {
  uint64_t offset;
  // One instruction and a mask; left to itself the compiler moves, shifts and masks. `volatile`
  // keeps it from taking all offsets first, for which there are no registers.
  __asm__ volatile("rorx %2, %1, %0" : "=r"(offset) : "r"(word), "i"((4 * group + 58) % 64));
  return *(const lanes *)(tables + group * 1024 + (offset & 0x3C0));
}
