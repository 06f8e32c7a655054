// The first layer's tables and forward passes.

INLINE int64_t group_count(const quanta_layout *layout) { return (layout->bits + 3) / 4; }
INLINE int64_t word_count(const quanta_layout *layout) { return (layout->bits + 63) / 64; }
INLINE int64_t row_count(const quanta_layout *layout) { return layout->tasks + layout->bits + 1; }

static void build_table(const quanta_table *o) {
  const quanta_layout *layout = &o->layout;
  const lanes *rows = (const lanes *)o->weights + o->tile * row_count(layout) + layout->tasks;
  lanes *entries = (lanes *)o->tables + o->tile * group_count(layout) * 16;
  for (int64_t first = 0; first < layout->bits; first += 4, entries += 16) {
    entries[0] = first == 0 ? rows[layout->bits] : lanes_of(0);
    for (int bit = 0; bit < 4; bit++) {
      lanes row = first + bit < layout->bits ? rows[first + bit] : lanes_of(0);
      for (int entry = 0; entry < 1 << bit; entry++) {
        entries[(1 << bit) + entry] = entries[entry] + row;
      }
    }
  }
}

// Group `group` of a word selects an entry of 64 bytes in a table of 16 of them.
INLINE lanes entry(const char *tables, uint64_t word, int group) {
  uint64_t offset = group < 2 ? word << (6 - 4 * group) : word >> (4 * group - 6);
  return *(const lanes *)(tables + group * 1024 + (offset & 0x3C0));
}

// Adds `groups` entries, at most 16, chosen by one word: those of even groups to one sum, those of
// odd groups to the other, for two short chains of additions in place of a long one.
INLINE void add_word(
  lanes *even, lanes *odd, const char *tables, uint64_t word, int groups
) {
#pragma clang loop unroll(full)
  for (int group = 0; group < groups; group++) {
    lanes *sum = group % 2 ? odd : even;
    *sum = *sum + entry(tables, word, group);
  }
}

// The pre-activations of one sample in one tile: its task's row plus one entry a group.
INLINE lanes preactivations(
  lanes task_row, const char *tables, const uint64_t *row, int64_t groups
) {
  lanes even = task_row;
  lanes odd = lanes_of(0);
  for (; groups >= 16; groups -= 16, tables += 16 * 1024) {
    add_word(&even, &odd, tables, *row++, 16);
  }
  if (groups == 9) {
    add_word(&even, &odd, tables, *row, 9);
  } else {
    for (int group = 0; group < groups; group++) {
      lanes *sum = group % 2 ? &odd : &even;
      *sum = *sum + *(const lanes *)(tables + group * 1024 + ((*row >> (4 * group)) & 15) * 64);
    }
  }
  return even + odd;
}

// The totals of 16 vectors, each by the tree of `total`.
INLINE lanes totals(const lanes *x) {
  lanes eight[8], four[4], two[2];
  for (int i = 0; i < 8; i++) {
    eight[i] =
      __builtin_shufflevector(x[i], x[i + 8], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
      + __builtin_shufflevector(
        x[i], x[i + 8], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  }
  // Vector i holds samples i and i + 8 in its halves; now samples i, i + 4, i + 8, i + 12.
  for (int i = 0; i < 4; i++) {
    four[i] =
      __builtin_shufflevector(
        eight[i], eight[i + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
      + __builtin_shufflevector(
        eight[i], eight[i + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
  }
  // Within each quarter: lanes 0, 1 of sample i, then of sample i + 2.
  for (int i = 0; i < 2; i++) {
    two[i] =
      __builtin_shufflevector(
        four[i], four[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
      + __builtin_shufflevector(
        four[i], four[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
  }
  lanes sums =
    __builtin_shufflevector(
      two[0], two[1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
    + __builtin_shufflevector(
      two[0], two[1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
  return sums;
}

// Up to 16 samples of one tile; adds their outputs' products to the margins.
INLINE void rectified_group(
  const quanta_rectified_forward *o, const lanes *rows, const char *tables, lanes difference,
  uint16_t *masks, int64_t first, int count
) {
  int64_t groups = group_count(&o->layout);
  int64_t words = word_count(&o->layout);
  lanes products[16];
  for (int i = 0; i < count; i++) {
    int64_t sample = first + i;
    lanes sum = preactivations(rows[o->tasks[sample]], tables, o->rows + sample * words, groups);
    if (masks) masks[sample] = positive_lanes(sum);
    products[i] = rectified(sum) * difference;
  }
  for (int i = count; i < 16; i++) products[i] = lanes_of(0);
  lanes sums = totals(products);
  for (int i = 0; i < count; i++) o->margins[first + i] += sums[i];
}

static void forward_rectified(const quanta_rectified_forward *o, int64_t begin, int64_t end) {
  for (int64_t sample = begin; sample < end; sample++) o->margins[sample] = o->bias_difference;
  for (int64_t tile = 0; tile < o->layout.tiles; tile++) {
    const lanes *rows = (const lanes *)o->weights + tile * row_count(&o->layout);
    const char *tables = (const char *)o->tables + tile * group_count(&o->layout) * 1024;
    lanes difference = ((const lanes *)o->difference)[tile];
    uint16_t *masks = o->masks ? o->masks + tile * o->capacity : 0;
    int64_t sample = begin;
    for (; sample + 16 <= end; sample += 16) {
      rectified_group(o, rows, tables, difference, masks, sample, 16);
    }
    if (sample < end) {
      rectified_group(o, rows, tables, difference, masks, sample, (int)(end - sample));
    }
  }
}

static void forward_linear(const quanta_linear_forward *o, int64_t begin, int64_t end) {
  int64_t groups = group_count(&o->layout);
  int64_t words = word_count(&o->layout);
  for (int64_t tile = 0; tile < o->layout.tiles; tile++) {
    const lanes *rows = (const lanes *)o->weights + tile * row_count(&o->layout);
    const char *tables = (const char *)o->tables + tile * groups * 1024;
    lanes *outputs = (lanes *)o->outputs + tile;
    for (int64_t sample = begin; sample < end; sample++) {
      outputs[sample * o->layout.tiles] = preactivations(
        rows[o->tasks[sample]], tables, o->rows + sample * words, groups);
    }
  }
}
