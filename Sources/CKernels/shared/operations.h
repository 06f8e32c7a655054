// The operations themselves, compiled once for each instruction set.
//
// What limits them: on paper, and measured with AVX-512 on a Zen 5 core at 3.8 GHz, in cycles for a
// sample (or a sample and a tile of 16 units) of 100 bits. The core loads two vectors of 64 bytes a
// cycle from its first-level cache, adds two, and stores one.
//
//   operation                 what it does                                      paper    measured
//   forward, sample × tile    25 vectors loaded and added, each with its own        13          19
//                             address: rotate, mask; mask, product, total
//   sums, sample × tile       per 4 samples 15 vectors stored, then 25 vectors  4 + 13      5 + 16
//                             loaded and added a sample, for 100 bits
//   tasks, sample             Philox (1/8 of 80 vector operations), two loads        5           7
//   bits, sample              the same, label, share of two 64 × 64 transposes      10          15
//   cross-entropy, sample     1/16 of exp, log, two divisions                        4           4
//   AdamW, row of 16          one root, one division, 7 streams                     10          10
//
// So a wide network is bound by loads. Loads from constant addresses come at 2 a cycle, from anywhere
// in a table; what holds them up is their addresses, and sums that wait for their turn. Hence words
// are loaded a sample ahead and two samples or ten bits are summed side by side (from 22 and 23
// cycles to 19 and 21). What was tried and did not help: bytes spread beforehand to save the rotation
// (a load more is worse than two instructions), two tiles for one address (their tables, 51 KiB,
// leave the cache; in two halves, the partial sums cost as much), in-register permutations (a
// permutation and an addition share ports: 1.4 a cycle, with tables of 16 or 32 entries), groups of 5
// bits (tables of 40 KiB: a tenth of the forward pass, lost again where a cache has 32 KiB). Tables of
// 16 units × 25 groups, 25.6 KiB, fit every first-level cache; so do the 16 KiB of sums over subsets of
// four samples, for 64 samples at a time.
//
// Products of matrices reach 250 GFLOP/s of the 243 that two multiplications and two additions of 16
// lanes a cycle amount to at 3.8 GHz (the core boosts a little): each broadcast factor serves 3
// vectors and each vector 8 rows, so 24 sums hide all latencies and 11 loads feed 24 products. Fused
// operations would gain nothing on this core, and give other bits than the portable kernels.
//
// A narrow network is bound by drawing, which all threads share: at width 10 a sample costs 10 ns to
// draw, sort and score and 10 ns to pass forward and back.

#include "forward.h"
#include "backward.h"
#include "elementwise.h"
#include "draw.h"
#include "product.h"
#include "dense.h"

static const quanta_operations operations = {
  .build_table = build_table,
  .forward_rectified = forward_rectified,
  .forward_linear = forward_linear,
  .sum_gradients = sum_gradients,
  .combine = combine,
  .cross_entropy = cross_entropy,
  .adamw = adamw,
  .draw_tasks = draw_tasks,
  .draw_bits = draw_bits,
  .multiply = multiply,
  .transpose = transpose_matrix,
  .activate = activate,
  .differentiate = differentiate,
};
