// Sums of the samples' gradients over tasks and bits, without a store a sample and bit: for every
// four samples a table of 16 sums over subsets of them, of which each bit takes one.

// The gradients of a sample's pre-activations in the tile.
INLINE lanes gradient_of(const quanta_gradient_sums *o, int64_t sample, int rectifies) {
  if (rectifies) return masked(o->masks[sample], o->margin_gradients[sample]);
  return ((const lanes *)o->output_gradients)[sample * o->layout.tiles];
}

// Adds `count` samples' gradients to the sums of their tasks, one after the other; a finished sum
// goes to its row and to the bias.
INLINE void add_to_tasks(
  const quanta_gradient_sums *o, const lanes *gradients, int64_t first, int count, int64_t *task,
  lanes *sum, lanes *bias
) {
  lanes *rows = (lanes *)o->sums;
  for (int i = 0; i < count; i++) {
    int64_t next = o->tasks[first + i];
    if (next != *task) {
      rows[*task] = *sum;
      *bias += *sum;
      *sum = lanes_of(0);
      *task = next;
    }
    *sum += gradients[i];
  }
}

// The table of four samples, whose entry 0 is zero already.
INLINE void subset_sums(lanes *entries, const lanes *gradients) {
  for (int place = 0; place < 4; place++) {
    for (int entry = 0; entry < 1 << place; entry++) {
      entries[(1 << place) + entry] = entries[entry] + gradients[place];
    }
  }
}

// Adds to each of a few bits' sums one entry of each of a block's 16 tables. The bits take turns:
// as many chains of additions run side by side.
INLINE void add_bits(lanes *rows, const uint64_t *columns, const char *tables, int bits) {
  lanes sums[bits_together];
  uint64_t words[bits_together];
  for (int bit = 0; bit < bits; bit++) sums[bit] = rows[bit];
  for (int bit = 0; bit < bits; bit++) words[bit] = columns[bit];
#pragma clang loop unroll(full)
  for (int quad = 0; quad < 16; quad++) {
#pragma clang loop unroll(full)
    for (int bit = 0; bit < bits; bit++) sums[bit] += entry(tables, words[bit], quad);
  }
  for (int bit = 0; bit < bits; bit++) rows[bit] = sums[bit];
}

INLINE void sum_range(
  const quanta_gradient_sums *o, int64_t begin, int64_t end, int rectifies
) {
  lanes *bit_rows = (lanes *)o->sums + o->layout.tasks;
  lanes *tables = (lanes *)o->scratch;
  int64_t bits = o->layout.bits;
  for (int64_t bit = 0; bit < bits; bit++) bit_rows[bit] = lanes_of(0);
  for (int quad = 0; quad < 16; quad++) tables[quad * 16] = lanes_of(0);
  int64_t task = begin < end ? o->tasks[begin] : 0;
  lanes sum = lanes_of(0), bias = lanes_of(0);
  for (int64_t block = begin; block < end; block += 64) {
    for (int quad = 0; quad < 16; quad++) {
      int64_t first = block + quad * 4;
      int count = first + 4 <= end ? 4 : first < end ? (int)(end - first) : 0;
      lanes gradients[4];
      for (int i = 0; i < 4; i++) {
        gradients[i] = i < count ? gradient_of(o, first + i, rectifies) : lanes_of(0);
      }
      subset_sums(tables + quad * 16, gradients);
      if (count == 4 && o->tasks[first + 3] == task) {
        sum += tables[quad * 16 + 15];
      } else {
        add_to_tasks(o, gradients, first, count, &task, &sum, &bias);
      }
    }
    const uint64_t *columns = o->columns + block * word_count(&o->layout);
    int64_t bit = 0;
    for (; bit + bits_together <= bits; bit += bits_together) {
      add_bits(bit_rows + bit, columns + bit, (const char *)tables, bits_together);
    }
    for (; bit < bits; bit++) add_bits(bit_rows + bit, columns + bit, (const char *)tables, 1);
  }
  if (begin < end) {
    ((lanes *)o->sums)[task] = sum;
    bias += sum;
  }
  bit_rows[bits] = bias;
}

static void sum_gradients(const quanta_gradient_sums *o, int64_t begin, int64_t end) {
  if (o->masks) {
    sum_range(o, begin, end, 1);
  } else {
    sum_range(o, begin, end, 0);
  }
}

// The sum of one row over the segments from `part` to `end`.
INLINE lanes row_sum(const quanta_combination *o, int64_t row, int64_t part, int64_t end) {
  int64_t stride = row_count(&o->layout);
  lanes sum = lanes_of(0);
  for (; part < end; part++) sum += ((const lanes *)o->sums)[part * stride + row];
  return sum;
}

static void combine(const quanta_combination *o) {
  int64_t tasks = o->layout.tasks, length = o->segment_count;
  int64_t segments = (o->task_starts[tasks] + length - 1) / length;
  const lanes *weights = (const lanes *)o->weights;
  lanes *gradients = (lanes *)o->gradients;
  lanes difference = o->difference ? *(const lanes *)o->difference : lanes_of(1);
  lanes product = lanes_of(0);
  for (int64_t row = 0; row < row_count(&o->layout); row++) {
    int64_t part = 0, end = segments;
    if (row < tasks) {
      int64_t first = o->task_starts[row], next = o->task_starts[row + 1];
      part = segments == 1 ? 0 : first / length;
      end = first == next ? part : segments == 1 ? 1 : (next + length - 1) / length;
    }
    lanes sum = row_sum(o, row, part, end);
    product += weights[row] * sum;
    gradients[row] = sum * difference;
  }
  if (o->difference) *(lanes *)o->difference_gradient = product;
}
