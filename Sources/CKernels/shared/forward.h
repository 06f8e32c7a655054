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

// Adds the entries that a word chooses, at most 16, to four sums by turns: four short chains of
// additions in place of a long one.
INLINE void add_word(lanes *sums, const char *tables, uint64_t word, int groups) {
#pragma clang loop unroll(full)
  for (int group = 0; group < groups; group++) sums[group % 4] += entry(tables, word, group);
}

// The last, incomplete word: a case for each number of groups, for loops of known lengths.
INLINE void add_rest(lanes *sums, const char *tables, const uint64_t *row, int groups) {
  switch (groups) {
    case 1: add_word(sums, tables, *row, 1); break;
    case 2: add_word(sums, tables, *row, 2); break;
    case 3: add_word(sums, tables, *row, 3); break;
    case 4: add_word(sums, tables, *row, 4); break;
    case 5: add_word(sums, tables, *row, 5); break;
    case 6: add_word(sums, tables, *row, 6); break;
    case 7: add_word(sums, tables, *row, 7); break;
    case 8: add_word(sums, tables, *row, 8); break;
    case 9: add_word(sums, tables, *row, 9); break;
    case 10: add_word(sums, tables, *row, 10); break;
    case 11: add_word(sums, tables, *row, 11); break;
    case 12: add_word(sums, tables, *row, 12); break;
    case 13: add_word(sums, tables, *row, 13); break;
    case 14: add_word(sums, tables, *row, 14); break;
    case 15: add_word(sums, tables, *row, 15); break;
    default: break;
  }
}

// The pre-activations of one sample in one tile: its task's row plus one entry a group.
INLINE lanes preactivations(
  lanes task_row, const char *tables, const uint64_t *row, int64_t groups
) {
  lanes sums[4] = {task_row, lanes_of(0), lanes_of(0), lanes_of(0)};
  for (; groups >= 16; groups -= 16, tables += 16 * 1024) add_word(sums, tables, *row++, 16);
  add_rest(sums, tables, row, (int)groups);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// The totals of 16 vectors, each by the tree of `total`.
INLINE lanes totals(const lanes *x) {
  lanes eight[8], four[4], two[2];
  for (int i = 0; i < 8; i++) {
    eight[i] =
      __builtin_shufflevector(
        x[i], x[i + 8], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
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
  uint16_t *masks, int64_t first, int count, int64_t groups, int64_t words
) {
  lanes products[16];
  for (int i = 0; i < count; i++) {
    lanes sum = preactivations(
      rows[o->tasks[first + i]], tables, o->rows + (first + i) * words, groups);
    if (masks) masks[first + i] = positive_lanes(sum);
    products[i] = rectified(sum) * difference;
  }
  for (int i = count; i < 16; i++) products[i] = lanes_of(0);
  lanes sums = totals(products);
  for (int i = 0; i < count; i++) o->margins[first + i] += sums[i];
}

INLINE void rectified_tile(
  const quanta_rectified_forward *o, int64_t tile, int64_t begin, int64_t end, int64_t groups,
  int64_t words
) {
  const lanes *rows = (const lanes *)o->weights + tile * row_count(&o->layout);
  const char *tables = (const char *)o->tables + tile * groups * 1024;
  lanes difference = ((const lanes *)o->difference)[tile];
  uint16_t *masks = o->masks ? o->masks + tile * o->capacity : 0;
  int64_t sample = begin;
  for (; sample + 16 <= end; sample += 16) {
    rectified_group(o, rows, tables, difference, masks, sample, 16, groups, words);
  }
  if (sample < end) {
    int count = (int)(end - sample);
    rectified_group(o, rows, tables, difference, masks, sample, count, groups, words);
  }
}

static void forward_rectified(const quanta_rectified_forward *o, int64_t begin, int64_t end) {
  for (int64_t sample = begin; sample < end; sample++) o->margins[sample] = o->bias_difference;
  int64_t groups = group_count(&o->layout), words = word_count(&o->layout);
  for (int64_t tile = 0; tile < o->layout.tiles; tile++) {
    // 100 bits, which all published sweeps have, get loops of known length.
    if (groups == 25) {
      rectified_tile(o, tile, begin, end, 25, 2);
    } else {
      rectified_tile(o, tile, begin, end, groups, words);
    }
  }
}

static void forward_linear(const quanta_linear_forward *o, int64_t begin, int64_t end) {
  int64_t groups = group_count(&o->layout), words = word_count(&o->layout);
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
