// One matrix product, of which the three passes of a dense layer are cases.

// A tile of rows × vectors of sums over the terms from `begin` to `end`. A broadcast factor serves
// `vectors` products, a vector `rows`.
INLINE void product_tile(
  const quanta_product *o, int64_t row, int64_t vector, int64_t begin, int64_t end, int rows,
  int vectors
) {
  lanes sums[product_rows][product_vectors];
  lanes *results = (lanes *)(o->result + row * o->result_row) + vector;
  int64_t result_row = o->result_row / 16;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      sums[r][v] = begin > 0 || o->accumulates ? results[r * result_row + v]
        : lanes_of(o->starts ? o->starts[row + r] : 0);
    }
  }
  const float *left = o->left + row * o->left_row + begin * o->left_term;
  const lanes *right = (const lanes *)(o->right + begin * o->right_term) + vector;
  for (int64_t term = begin; term < end; term++) {
    lanes factors[product_vectors];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) factors[v] = right[v];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      lanes factor = lanes_of(left[r * o->left_row]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[r][v] += factor * factors[v];
    }
    left += o->left_term;
    right += o->right_term / 16;
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) results[r * result_row + v] = sums[r][v];
  }
}

// All rows of a panel of vectors.
INLINE void product_panel(
  const quanta_product *o, int64_t row, int64_t last, int64_t vector, int64_t begin, int64_t end,
  int vectors
) {
  for (; row + product_rows <= last; row += product_rows) {
    product_tile(o, row, vector, begin, end, product_rows, vectors);
  }
  if (product_rows > 4 && row + 4 <= last) {
    product_tile(o, row, vector, begin, end, 4, vectors);
    row += 4;
  }
  if (product_rows > 2 && row + 2 <= last) {
    product_tile(o, row, vector, begin, end, 2, vectors);
    row += 2;
  }
  for (; row < last; row++) product_tile(o, row, vector, begin, end, 1, vectors);
}

// The terms are cut such that a panel stays in the first-level cache; sums wait in the result.
static void multiply(const quanta_product *o, int64_t first, int64_t last) {
  int64_t cuts = 1 + (o->terms - 1) / 256, begin = 0;
  do {
    int64_t length = (o->terms + cuts - 1) / cuts;
    int64_t end = begin + length < o->terms ? begin + length : o->terms;
    for (int64_t vector = 0, vectors; vector < o->vectors; vector += vectors) {
      int64_t left = o->vectors - vector;
      if (product_vectors >= 3 && (left == 3 || left > 4)) {
        product_panel(o, first, last, vector, begin, end, vectors = 3);
      } else if (product_vectors >= 2 && left >= 2) {
        product_panel(o, first, last, vector, begin, end, vectors = 2);
      } else {
        product_panel(o, first, last, vector, begin, end, vectors = 1);
      }
    }
    begin = end;
  } while (begin < o->terms);
}
