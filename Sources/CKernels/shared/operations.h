// The operations themselves, compiled once for each instruction set.

#include "forward.h"
#include "backward.h"
#include "elementwise.h"
#include "draw.h"

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
};
