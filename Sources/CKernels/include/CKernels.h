#ifndef QUANTA_CKERNELS_H
#define QUANTA_CKERNELS_H

#include <stdint.h>

// The kernels of `Kernels.KernelSet`, compiled for instruction sets that Swift cannot choose for a
// single function. Every set is compiled from the same text (`shared/`), so that all add and
// multiply in the same order and give the same bits. Shapes and layouts are those of
// `SparseInputLayout` and `BinaryBatch`; matrices of floats are aligned to 64 bytes.

/// A one-hot task and bits below tiles of 16 units.
typedef struct {
  int64_t tasks, bits, tiles;
} quanta_layout;

/// One tile's table from its weights.
typedef struct {
  quanta_layout layout;
  int64_t tile;
  const float *weights;
  float *tables;
} quanta_table;

/// The forward pass to margins and ReLU masks; `masks` may be NULL.
typedef struct {
  quanta_layout layout;
  const float *weights, *tables, *difference;
  float bias_difference;
  const uint64_t *rows;
  const uint16_t *tasks;
  float *margins;
  uint16_t *masks;
  int64_t capacity;
} quanta_rectified_forward;

/// The forward pass to pre-activations, `samples × 16·tiles`.
typedef struct {
  quanta_layout layout;
  const float *weights, *tables;
  const uint64_t *rows;
  const uint16_t *tasks;
  float *outputs;
} quanta_linear_forward;

/// Sums of the samples' gradients in one tile. They come from masks and margin gradients of a
/// rectified layer, or, when `masks` is NULL, from `output_gradients`, which lie `tiles` vectors of
/// 16 apart. `sums` receives rows of tasks, bits and bias.
typedef struct {
  quanta_layout layout;
  const uint64_t *columns;
  const uint16_t *tasks;
  const uint16_t *masks;
  const float *margin_gradients;
  const float *output_gradients;
  float *sums;
  float *scratch;
} quanta_gradient_sums;

/// One tile's gradients from its sums over segments of `segment_count` samples; all pointers are
/// the tile's own. `difference` may be NULL.
typedef struct {
  quanta_layout layout;
  const int32_t *task_starts;
  const float *sums;
  int64_t segment_count;
  const float *weights, *difference;
  float *gradients, *difference_gradient;
} quanta_combination;

/// Losses and their gradients; `gradients` and `losses` may be NULL.
typedef struct {
  const float *margins;
  const uint8_t *labels;
  float scale;
  float *gradients, *losses;
} quanta_cross_entropy;

/// Sums over a range of samples.
typedef struct {
  double loss, gradient;
} quanta_cross_entropy_sums;

/// An AdamW update; see `AdamWCoefficients`.
typedef struct {
  float *parameters;
  const float *gradients;
  float *firsts, *seconds;
  float decay, first_complement, second, second_complement, step_size, root_factor, epsilon;
} quanta_adamw;

/// Element n of a stream chooses the task of sample n by an alias table of `outcomes` entries.
typedef struct {
  uint64_t seed;
  uint32_t stream;
  const uint64_t *thresholds;
  const uint16_t *aliases;
  int64_t outcomes;
  const uint64_t *numbers;
  uint16_t *tasks;
} quanta_task_draw;

/// Bits, labels and, unless `columns` is NULL, transposed bits of samples in order of task.
typedef struct {
  quanta_layout layout;
  uint64_t seed;
  uint32_t stream;
  const uint64_t *subsets;
  const uint64_t *numbers;
  const uint16_t *tasks;
  uint64_t *rows, *columns;
  uint8_t *labels;
} quanta_bit_draw;

/// result[row][v] = start + Σ left[row][term]·right[term][v], in ascending order of the terms.
/// The left factor's elements lie `left_row` and `left_term` floats apart, which transposes it at
/// will; the rows of the others begin at whole vectors. A sum starts with what the result holds when
/// it `accumulates`, else with starts[row], or with zero when `starts` is NULL.
typedef struct {
  const float *left;
  int64_t left_row, left_term;
  const float *right;
  int64_t right_term;
  const float *starts;
  int64_t accumulates;
  float *result;
  int64_t result_row;
  int64_t terms, vectors;
} quanta_product;

/// A matrix and where its transpose goes; `columns` is a multiple of 16.
typedef struct {
  const float *source;
  int64_t source_row;
  float *result;
  int64_t result_row;
  int64_t columns;
} quanta_transposition;

/// Softmax of outputs, sample s in lane s; see `Kernels.Softmax`. `gradients` may be NULL.
typedef struct {
  const float *outputs;
  int64_t row, rows;
  const int32_t *labels;
  float *gradients;
  int64_t gradient_row;
  float scale;
  int64_t count;
  float *others, *chosen;
} quanta_softmax;

/// Activation functions.
enum { quanta_relu = 0, quanta_tanh = 1, quanta_sigmoid = 2, quanta_gelu = 3 };

/// The operations of one instruction set; ranges are `begin..<end` of samples, rows or
/// floats.
typedef struct {
  void (*build_table)(const quanta_table *);
  void (*forward_rectified)(const quanta_rectified_forward *, int64_t begin, int64_t end);
  void (*forward_linear)(const quanta_linear_forward *, int64_t begin, int64_t end);
  void (*sum_gradients)(const quanta_gradient_sums *, int64_t begin, int64_t end);
  void (*combine)(const quanta_combination *);
  quanta_cross_entropy_sums (*cross_entropy)(
    const quanta_cross_entropy *, int64_t begin, int64_t end);
  void (*adamw)(const quanta_adamw *, int64_t begin, int64_t end);
  void (*draw_tasks)(const quanta_task_draw *, int64_t begin, int64_t end);
  void (*draw_bits)(const quanta_bit_draw *, int64_t begin, int64_t end);
  void (*multiply)(const quanta_product *, int64_t begin, int64_t end);
  void (*transpose)(const quanta_transposition *, int64_t begin, int64_t end);
  void (*softmax)(const quanta_softmax *, int64_t begin, int64_t end);
  void (*activate)(
    int kind, const float *arguments, float *values, int64_t begin, int64_t end);
  void (*differentiate)(
    int kind, const float *points, float *gradients, int64_t begin, int64_t end);
} quanta_operations;

/// The AVX-512 operations (F, BW, VL, DQ), or NULL when this processor lacks them.
const quanta_operations *quanta_avx512(void);

/// The AVX2 operations (with FMA, BMI2 and POPCNT), or NULL when this processor lacks them.
const quanta_operations *quanta_avx2(void);

/// The first processor from `first` on that the calling thread may use, or -1. (Swift does not see
/// glibc's own calls.)
int quanta_next_processor(int first);

/// Keeps the calling thread on a processor; not 0 where the system refuses.
int quanta_pin_thread(int processor);

#endif
