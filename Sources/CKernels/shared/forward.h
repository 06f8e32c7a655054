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

// Adds to a few samples' sums the entries that a word of each chooses, at most 16. The entries go to
// four sums by turns: four short chains of additions in place of a long one.
INLINE void add_words(
  lanes (*sums)[4], const char *tables, const uint64_t *words, int samples, int groups
) {
#pragma clang loop unroll(full)
  for (int group = 0; group < groups; group++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < samples; i++) sums[i][group % 4] += entry(tables, words[i], group);
  }
}

// The same for a number of groups that the compiler does not know.
INLINE void add_any(
  lanes (*sums)[4], const char *tables, const uint64_t *words, int samples, int groups
) {
  switch (groups) {
    case 1: add_words(sums, tables, words, samples, 1); break;
    case 2: add_words(sums, tables, words, samples, 2); break;
    case 3: add_words(sums, tables, words, samples, 3); break;
    case 4: add_words(sums, tables, words, samples, 4); break;
    case 5: add_words(sums, tables, words, samples, 5); break;
    case 6: add_words(sums, tables, words, samples, 6); break;
    case 7: add_words(sums, tables, words, samples, 7); break;
    case 8: add_words(sums, tables, words, samples, 8); break;
    case 9: add_words(sums, tables, words, samples, 9); break;
    case 10: add_words(sums, tables, words, samples, 10); break;
    case 11: add_words(sums, tables, words, samples, 11); break;
    case 12: add_words(sums, tables, words, samples, 12); break;
    case 13: add_words(sums, tables, words, samples, 13); break;
    case 14: add_words(sums, tables, words, samples, 14); break;
    case 15: add_words(sums, tables, words, samples, 15); break;
    case 16: add_words(sums, tables, words, samples, 16); break;
    default: break;
  }
}

// What a sample's sum begins with. It is loaded ahead of the sums before it: a word that arrives late
// holds up the addresses of all its entries, which costs a tenth of the pass.
typedef struct {
  lanes task_row;
  uint64_t first, second;
} inputs;

INLINE inputs load_inputs(
  const lanes *rows, const uint16_t *tasks, const uint64_t *bits, int64_t sample, int64_t words
) {
  const uint64_t *row = bits + sample * words;
  return (inputs){.task_row = rows[tasks[sample]], .first = row[0], .second = words > 1 ? row[1] : 0};
}

// The pre-activations of a few consecutive samples in one tile: each its task's row plus one entry a
// group. `bits` are those of the first.
INLINE void preactivations(
  lanes *results, const inputs *starts, int samples, const char *tables, const uint64_t *bits,
  int64_t groups, int64_t words
) {
  lanes sums[samples_together][4];
  uint64_t first[samples_together], second[samples_together];
  for (int i = 0; i < samples; i++) {
    sums[i][0] = starts[i].task_row;
    for (int place = 1; place < 4; place++) sums[i][place] = lanes_of(0);
    first[i] = starts[i].first;
    second[i] = starts[i].second;
  }
  if (groups == 25) {
    add_words(sums, tables, first, samples, 16);
    add_words(sums, tables + 16 * 1024, second, samples, 9);
  } else {
    add_any(sums, tables, first, samples, groups < 16 ? (int)groups : 16);
    for (int64_t word = 1; word < words; word++) {
      for (int i = 0; i < samples; i++) second[i] = bits[i * words + word];
      int64_t left = groups - 16 * word;
      add_any(sums, tables + word * 16 * 1024, second, samples, left < 16 ? (int)left : 16);
    }
  }
  for (int i = 0; i < samples; i++) {
    results[i] = (sums[i][0] + sums[i][1]) + (sums[i][2] + sums[i][3]);
  }
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

// One tile's operands for consecutive samples.
typedef struct {
  const lanes *rows;
  const char *tables;
  lanes difference;
  const uint16_t *tasks;
  const uint64_t *bits;
  int64_t groups, words;
  uint16_t *masks;
  float *margins;
} rectified_samples;

// Sixteen samples; adds their outputs' products to the margins. `next` holds the first inputs and
// receives those after the last.
INLINE void rectified_sixteen(const rectified_samples *o, inputs *next) {
  lanes products[16];
  for (int64_t i = 0; i < 16; i += samples_together) {
    inputs present[samples_together];
    lanes sums[samples_together];
    for (int k = 0; k < samples_together; k++) {
      present[k] = next[k];
      next[k] = load_inputs(o->rows, o->tasks, o->bits, i + samples_together + k, o->words);
    }
    preactivations(
      sums, present, samples_together, o->tables, o->bits + i * o->words, o->groups, o->words);
    for (int k = 0; k < samples_together; k++) {
      o->masks[i + k] = positive_lanes(sums[k]);
      products[i + k] = rectified(sums[k]) * o->difference;
    }
  }
  lanes sums;
  __builtin_memcpy(&sums, o->margins, sizeof sums);
  sums += totals(products);
  __builtin_memcpy(o->margins, &sums, sizeof sums);
}

INLINE void rectified_one(const rectified_samples *o, int64_t i) {
  inputs start = load_inputs(o->rows, o->tasks, o->bits, i, o->words);
  lanes sum;
  preactivations(&sum, &start, 1, o->tables, o->bits + i * o->words, o->groups, o->words);
  o->masks[i] = positive_lanes(sum);
  o->margins[i] += total(rectified(sum) * o->difference);
}

INLINE void rectified_tile(
  const quanta_rectified_forward *o, int64_t tile, int64_t begin, int64_t end, int64_t groups,
  int64_t words
) {
  uint16_t unused[16 + samples_together];
  rectified_samples samples = {
    .rows = (const lanes *)o->weights + tile * row_count(&o->layout),
    .tables = (const char *)o->tables + tile * groups * 1024,
    .difference = ((const lanes *)o->difference)[tile],
    .tasks = o->tasks + begin,
    .bits = o->rows + begin * words,
    .groups = groups,
    .words = words,
    .masks = o->masks ? o->masks + tile * o->capacity + begin : unused,
    .margins = o->margins + begin,
  };
  int64_t left = end - begin;
  inputs next[samples_together];
  for (int k = 0; k < samples_together && k < left; k++) {
    next[k] = load_inputs(samples.rows, samples.tasks, samples.bits, k, words);
  }
  // Whoever loads ahead needs something ahead; the last samples go one by one.
  for (; left >= 16 + samples_together; left -= 16) {
    rectified_sixteen(&samples, next);
    samples.tasks += 16;
    samples.bits += 16 * words;
    samples.masks += o->masks ? 16 : 0;
    samples.margins += 16;
  }
  for (int64_t i = 0; i < left; i++) rectified_one(&samples, i);
}

static void forward_rectified(const quanta_rectified_forward *o, int64_t begin, int64_t end) {
  if (begin == end) return;
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
      inputs start = load_inputs(rows, o->tasks, o->rows, sample, words);
      preactivations(
        outputs + sample * o->layout.tiles, &start, 1, tables, o->rows + sample * words, groups,
        words);
    }
  }
}
