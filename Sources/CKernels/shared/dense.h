// Elementwise parts of dense layers, and transposition; the formulas are those of `Elementary` and
// `PortableKernels`.

// tanh x, a ratio of polynomials in x²; see `Elementary.swift`.
INLINE lanes hyperbolic_tangent(lanes x) {
  lanes above = choose(x > 7.90531111f, lanes_of(7.90531111f), x);
  lanes z = choose(above < -7.90531111f, lanes_of(-7.90531111f), above);
  lanes square = z * z;
  lanes upper = square * -2.76076847742355e-16f + 2.00018790482477e-13f;
  upper = upper * square + -8.60467152213735e-11f;
  upper = upper * square + 5.12229709037114e-08f;
  upper = upper * square + 1.48572235717979e-05f;
  upper = upper * square + 6.37261928875436e-04f;
  upper = upper * square + 4.89352455891786e-03f;
  lanes lower = square * 1.19825839466702e-06f + 1.18534705686654e-04f;
  lower = lower * square + 2.26843463243900e-03f;
  lower = lower * square + 4.89352518554385e-03f;
  return z * upper / lower;
}

typedef struct {
  lanes distribution, bell;
} normal_lanes;

// Φ(x) and e^(-x²/2); see `Elementary.swift`.
INLINE normal_lanes normal(lanes x) {
  lanes size = (lanes)((int_lanes)x & 0x7FFFFFFF);
  lanes bell = exponential(size * size * -0.5f);
  lanes t = 1.0f / (size * 0.26f + 1.0f);
  lanes sum = t * 0.0305047839f + -0.152828391f;
  sum = sum * t + 0.251490505f;
  sum = sum * t + -0.150948147f;
  sum = sum * t + 0.160947344f;
  sum = sum * t + 0.0510278806f;
  sum = sum * t + 0.103030203f;
  sum = sum * t + 0.103016753f;
  sum = sum * t + 0.103759056f;
  lanes tail = sum * t * bell;
  return (normal_lanes){choose(x < 0.0f, tail, 1.0f - tail), bell};
}

INLINE lanes activated(lanes z, int kind) {
  if (kind == quanta_relu) return rectified(z);
  if (kind == quanta_tanh) return hyperbolic_tangent(z);
  if (kind == quanta_gelu) return z * normal(z).distribution;
  lanes decay = exponential(-(lanes)((int_lanes)z & 0x7FFFFFFF));
  lanes large = 1.0f / (1.0f + decay);
  return choose(z < 0.0f, decay * large, large);
}

INLINE lanes differentiated(lanes gradient, lanes point, int kind) {
  if (kind == quanta_relu) return (lanes)((point > 0.0f) & (int_lanes)gradient);
  if (kind == quanta_tanh) return gradient * (1.0f - point * point);
  if (kind == quanta_sigmoid) return gradient * (point * (1.0f - point));
  normal_lanes parts = normal(point);
  return gradient * (parts.distribution + point * 0.39894228f * parts.bell);
}

INLINE void activate_all(
  const float *arguments, float *values, int64_t begin, int64_t end, int kind
) {
  for (int64_t place = begin / 16; place < end / 16; place++) {
    ((lanes *)values)[place] = activated(((const lanes *)arguments)[place], kind);
  }
}

static void activate(
  int kind, const float *arguments, float *values, int64_t begin, int64_t end
) {
  switch (kind) {
    case quanta_relu: activate_all(arguments, values, begin, end, quanta_relu); break;
    case quanta_tanh: activate_all(arguments, values, begin, end, quanta_tanh); break;
    case quanta_sigmoid: activate_all(arguments, values, begin, end, quanta_sigmoid); break;
    default: activate_all(arguments, values, begin, end, quanta_gelu); break;
  }
}

INLINE void differentiate_all(
  const float *points, float *gradients, int64_t begin, int64_t end, int kind
) {
  for (int64_t place = begin / 16; place < end / 16; place++) {
    lanes *gradient = (lanes *)gradients + place;
    *gradient = differentiated(*gradient, ((const lanes *)points)[place], kind);
  }
}

static void differentiate(
  int kind, const float *points, float *gradients, int64_t begin, int64_t end
) {
  switch (kind) {
    case quanta_relu: differentiate_all(points, gradients, begin, end, quanta_relu); break;
    case quanta_tanh: differentiate_all(points, gradients, begin, end, quanta_tanh); break;
    case quanta_sigmoid: differentiate_all(points, gradients, begin, end, quanta_sigmoid); break;
    default: differentiate_all(points, gradients, begin, end, quanta_gelu); break;
  }
}

// Vectors `begin` to `end` of samples.
static void softmax(const quanta_softmax *o, int64_t begin, int64_t end) {
  const int_lanes places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (int64_t vector = begin; vector < end; vector++) {
    const float *outputs = o->outputs + vector * 16;
    int_lanes label = ((const int_lanes *)o->labels)[vector];
    lanes largest = *(const lanes *)outputs;
    for (int64_t row = 1; row < o->rows; row++) {
      lanes z = *(const lanes *)(outputs + row * o->row);
      largest = choose(z > largest, z, largest);
    }
    lanes others = lanes_of(0), chosen = lanes_of(0);
    for (int64_t row = 0; row < o->rows; row++) {
      lanes z = *(const lanes *)(outputs + row * o->row) - largest;
      lanes share = exponential(z);
      int_lanes is_label = label == (int32_t)row;
      if (o->gradients) *(lanes *)(o->gradients + row * o->gradient_row + vector * 16) = share;
      others += choose(is_label, lanes_of(0), share);
      chosen = choose(is_label, z, chosen);
    }
    ((lanes *)o->others)[vector] = others;
    ((lanes *)o->chosen)[vector] = chosen;
    if (!o->gradients) continue;
    lanes scale = choose(places < (int32_t)(o->count - vector * 16), lanes_of(o->scale), lanes_of(0));
    lanes inverse = scale / (others + exponential(chosen));
    for (int64_t row = 0; row < o->rows; row++) {
      lanes *gradient = (lanes *)(o->gradients + row * o->gradient_row + vector * 16);
      *gradient = choose(label == (int32_t)row, -others, *gradient) * inverse;
    }
  }
}

// Exchanges the off-diagonal quarters of all squares of 2·width rows and lanes.
#define EXCHANGE(x, width, a, b) \
  for (int i = 0; i < 16; i++) { \
    if (i & width) continue; \
    lanes upper = x[i], lower = x[i + width]; \
    x[i] = a(upper, lower); \
    x[i + width] = b(upper, lower); \
  }

#define UPPER_8(p, q) __builtin_shufflevector(p, q, \
  0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define LOWER_8(p, q) __builtin_shufflevector(p, q, \
  8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define UPPER_4(p, q) __builtin_shufflevector(p, q, \
  0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
#define LOWER_4(p, q) __builtin_shufflevector(p, q, \
  4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
#define UPPER_2(p, q) __builtin_shufflevector(p, q, \
  0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define LOWER_2(p, q) __builtin_shufflevector(p, q, \
  2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define UPPER_1(p, q) __builtin_shufflevector(p, q, \
  0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
#define LOWER_1(p, q) __builtin_shufflevector(p, q, \
  1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31)

// Squares of 16 × 16; rows `begin` to `end` of the source, multiples of 16, become columns.
static void transpose_matrix(const quanta_transposition *o, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; row += 16) {
    for (int64_t column = 0; column < o->columns; column += 16) {
      lanes x[16];
      for (int i = 0; i < 16; i++) {
        x[i] = *(const lanes *)(o->source + (row + i) * o->source_row + column);
      }
      EXCHANGE(x, 8, UPPER_8, LOWER_8)
      EXCHANGE(x, 4, UPPER_4, LOWER_4)
      EXCHANGE(x, 2, UPPER_2, LOWER_2)
      EXCHANGE(x, 1, UPPER_1, LOWER_1)
      for (int i = 0; i < 16; i++) {
        *(lanes *)(o->result + (column + i) * o->result_row + row) = x[i];
      }
    }
  }
}
