// Drawing: eight blocks of Philox4x32-10 at once, tasks, bits, labels, transposed bits.

typedef struct {
  words8 low, high;
} random8;

typedef uint16_t eight_tasks __attribute__((vector_size(16)));

// The low halves' products, 64 bits each.
INLINE words8 multiplied(words8 x, uint32_t factor) {
  return (x & 0xFFFFFFFF) * (uint64_t)factor;
}

// Elements `index` of a stream; only the low half of each word of the state counts.
INLINE random8 draw8(words8 index, uint32_t block, uint32_t stream, uint64_t seed) {
  words8 x0 = index, x1 = index >> 32;
  words8 x2 = (words8){0} + block, x3 = (words8){0} + stream;
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; round++) {
    words8 a = multiplied(x0, 0xD2511F53);
    words8 b = multiplied(x2, 0xCD9E8D57);
    x0 = (b >> 32) ^ x1 ^ k0;
    x2 = (a >> 32) ^ x3 ^ k1;
    x1 = b;
    x3 = a;
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return (random8){
    .low = (x0 & 0xFFFFFFFF) | x1 << 32,
    .high = (x2 & 0xFFFFFFFF) | x3 << 32,
  };
}

// Eight numbers, of which `count` exist.
INLINE words8 numbers8(const uint64_t *numbers, int count) {
  words8 result = {0};
  if (count == 8) {
    __builtin_memcpy(&result, numbers, 64);
  } else {
    for (int i = 0; i < count; i++) result[i] = numbers[i];
  }
  return result;
}

INLINE void draw_tasks8(const quanta_task_draw *o, int64_t place, int count) {
  words8 bits = draw8(numbers8(o->numbers + place, count), 0, o->stream, o->seed).low;
  // The 128-bit product of the bits and the number of outcomes: slot above, fraction below.
  words8 low = (bits & 0xFFFFFFFF) * (uint64_t)o->outcomes;
  words8 high = (bits >> 32) * (uint64_t)o->outcomes + (low >> 32);
  words8 slots = high >> 32;
  words8 fractions = high << 32 | (low & 0xFFFFFFFF);
  // No branch on the comparison: it would be guessed wrong half of the time.
  words8 thresholds, aliases;
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) {
    thresholds[i] = o->thresholds[slots[i]];
    aliases[i] = o->aliases[slots[i]];
  }
  words8 own = (words8)(fractions < thresholds);
  eight_tasks drawn = __builtin_convertvector((slots & own) | (aliases & ~own), eight_tasks);
  if (count == 8) {
    __builtin_memcpy(o->tasks + place, &drawn, 16);
  } else {
    for (int i = 0; i < count; i++) o->tasks[place + i] = drawn[i];
  }
}

static void draw_tasks(const quanta_task_draw *o, int64_t begin, int64_t end) {
  int64_t place = begin;
  for (; place + 8 <= end; place += 8) draw_tasks8(o, place, 8);
  if (place < end) draw_tasks8(o, place, (int)(end - place));
}

// All words of up to eight samples' rows.
INLINE void draw_rows8(const quanta_bit_draw *o, int64_t place, int count) {
  int64_t words = word_count(&o->layout);
  words8 numbers = numbers8(o->numbers + place, count);
  uint64_t last_mask = ~UINT64_C(0) >> (words * 64 - o->layout.bits);
  uint64_t *rows = o->rows + place * words;
  for (int64_t word = 0; word < words; word += 2) {
    random8 drawn = draw8(numbers, (uint32_t)(word / 2), o->stream, o->seed);
    if (word + 1 == words) drawn.low &= last_mask;
    if (word + 2 == words) drawn.high &= last_mask;
    if (words == 2 && count == 8) {
      words8 first = __builtin_shufflevector(drawn.low, drawn.high, 0, 8, 1, 9, 2, 10, 3, 11);
      words8 second = __builtin_shufflevector(drawn.low, drawn.high, 4, 12, 5, 13, 6, 14, 7, 15);
      __builtin_memcpy(rows, &first, 64);
      __builtin_memcpy(rows + 8, &second, 64);
      continue;
    }
    for (int i = 0; i < count; i++) {
      rows[i * words + word] = drawn.low[i];
      if (word + 1 < words) rows[i * words + word + 1] = drawn.high[i];
    }
  }
}

INLINE void label_samples(
  const quanta_bit_draw *o, int64_t begin, int64_t end, int64_t words
) {
#pragma clang loop vectorize(disable)
  for (int64_t place = begin; place < end; place++) {
    const uint64_t *row = o->rows + place * words;
    const uint64_t *subset = o->subsets + o->tasks[place] * words;
    uint64_t folded = 0;
    for (int64_t word = 0; word < words; word++) folded ^= row[word] & subset[word];
    o->labels[place] = __builtin_popcountll(folded) & 1;
  }
}

// Swaps, in each square of 2·half × 2·half bits of rows i and i + 8·distance, its off quarters.
INLINE void swap_vectors(words8 *rows, int distance, int half, uint64_t mask) {
  for (int row = 0; row < 8; row++) {
    if (row & distance) continue;
    words8 swapped = ((rows[row] >> half) ^ rows[row + distance]) & mask;
    rows[row + distance] ^= swapped;
    rows[row] ^= swapped << half;
  }
}

// The same for rows within a vector; `other` holds the partners, `upper` marks the later rows.
INLINE words8 swapped_within(words8 row, words8 other, int half, uint64_t mask, words8 upper) {
  words8 early = (row & mask) | (other & mask) << half;
  words8 late = (row & ~mask) | ((other >> half) & mask);
  return (early & ~upper) | (late & upper);
}

// Transposes 64 rows of 64 bits by swapping halves, quarters, … of the square.
INLINE void transpose(const uint64_t *source, int64_t words, uint64_t *target) {
  words8 rows[8];
  for (int i = 0; i < 64; i++) rows[i / 8][i % 8] = source[i * words];
  swap_vectors(rows, 4, 32, 0xFFFFFFFF);
  swap_vectors(rows, 2, 16, 0x0000FFFF0000FFFF);
  swap_vectors(rows, 1, 8, 0x00FF00FF00FF00FF);
  const uint64_t all = ~UINT64_C(0);
  for (int i = 0; i < 8; i++) {
    words8 row = rows[i];
    row = swapped_within(
      row, __builtin_shufflevector(row, row, 4, 5, 6, 7, 0, 1, 2, 3), 4, 0x0F0F0F0F0F0F0F0F,
      (words8){0, 0, 0, 0, all, all, all, all});
    row = swapped_within(
      row, __builtin_shufflevector(row, row, 2, 3, 0, 1, 6, 7, 4, 5), 2, 0x3333333333333333,
      (words8){0, 0, all, all, 0, 0, all, all});
    row = swapped_within(
      row, __builtin_shufflevector(row, row, 1, 0, 3, 2, 5, 4, 7, 6), 1, 0x5555555555555555,
      (words8){0, all, 0, all, 0, all, 0, all});
    __builtin_memcpy(target + 8 * i, &row, 64);
  }
}

static void draw_bits(const quanta_bit_draw *o, int64_t begin, int64_t end) {
  int64_t words = word_count(&o->layout);
  int64_t place = begin;
  for (; place + 8 <= end; place += 8) draw_rows8(o, place, 8);
  if (place < end) draw_rows8(o, place, (int)(end - place));
  if (words == 2) {
    label_samples(o, begin, end, 2);
  } else {
    label_samples(o, begin, end, words);
  }
  if (!o->columns) return;
  for (int64_t block = begin; block < end; block += 64) {
    for (int64_t word = 0; word < words; word++) {
      transpose(
        o->rows + block * words + word, words, o->columns + (block * words + word * 64));
    }
  }
}
