// Cross-entropy and AdamW; the formulas are those of `Elementary` and `PortableKernels`.

// e^x for x ≤ 0.
INLINE lanes exponential(lanes x) {
  lanes clamped = choose(x < -87.0f, lanes_of(-87.0f), x);
  lanes shifted = clamped * 1.442695f + 12582912.0f;
  lanes count = shifted - 12582912.0f;
  lanes rest = (clamped - count * 0.693359375f) - count * -2.1219444e-4f;
  lanes sum = rest * (float)(1.0f / 5040) + (float)(1.0f / 720);
  sum = sum * rest + (float)(1.0f / 120);
  sum = sum * rest + (float)(1.0f / 24);
  sum = sum * rest + (float)(1.0f / 6);
  sum = sum * rest + 0.5f;
  sum = sum * rest + 1.0f;
  sum = sum * rest + 1.0f;
  int_lanes exponent = (int_lanes)shifted - 0x4B400000 + 127;
  lanes scale = (lanes)(exponent << 23);
  return choose(x < -87.0f, lanes_of(0), sum * scale);
}

// ln(1 + e) for 0 ≤ e ≤ 1.
INLINE lanes logarithm_one_plus(lanes e) {
  lanes s = e / (e + 2.0f);
  lanes square = s * s;
  lanes sum = square * (float)(1.0f / 15) + (float)(1.0f / 13);
  sum = sum * square + (float)(1.0f / 11);
  sum = sum * square + (float)(1.0f / 9);
  sum = sum * square + (float)(1.0f / 7);
  sum = sum * square + (float)(1.0f / 5);
  sum = sum * square + (float)(1.0f / 3);
  sum = sum * square + 1.0f;
  return s * sum * 2.0f;
}

// Up to 16 samples; the outputs' lanes from `count` on become zero.
INLINE void cross_entropy_group(
  const quanta_cross_entropy *o, int64_t first, int count, quanta_cross_entropy_sums *sums
) {
  lanes labels, used;
  for (int i = 0; i < 16; i++) {
    labels[i] = i < count ? (float)o->labels[first + i] : 0;
    used[i] = i < count ? 1 : 0;
  }
  lanes margins = *(const lanes *)(o->margins + first);
  lanes magnitudes = (lanes)((int_lanes)margins & 0x7FFFFFFF);
  lanes decay = exponential(-magnitudes);
  lanes larger = 1.0f / (1.0f + decay);
  lanes probability = choose(margins < 0.0f, decay * larger, larger);
  lanes gradients = (probability - labels) * used * o->scale;
  if (o->gradients) *(lanes *)(o->gradients + first) = gradients;
  sums->gradient += total(gradients);
  lanes signed_margins = margins * (1.0f - labels * 2.0f);
  lanes excess = choose(signed_margins < 0.0f, lanes_of(0), signed_margins);
  lanes losses = (logarithm_one_plus(decay) + excess) * used;
  if (o->losses) *(lanes *)(o->losses + first) = losses;
  sums->loss += total(losses);
}

static quanta_cross_entropy_sums cross_entropy(
  const quanta_cross_entropy *o, int64_t begin, int64_t end
) {
  quanta_cross_entropy_sums sums = {0, 0};
  int64_t first = begin;
  for (; first + 16 <= end; first += 16) cross_entropy_group(o, first, 16, &sums);
  if (first < end) cross_entropy_group(o, first, (int)(end - first), &sums);
  return sums;
}

static void adamw(const quanta_adamw *o, int64_t begin, int64_t end) {
  for (int64_t place = begin / 16; place < end / 16; place++) {
    lanes gradient = ((const lanes *)o->gradients)[place];
    lanes *first = (lanes *)o->firsts + place;
    lanes *second = (lanes *)o->seconds + place;
    lanes *parameter = (lanes *)o->parameters + place;
    *first = *first + o->first_complement * (gradient - *first);
    *second = *second * o->second + o->second_complement * gradient * gradient;
    lanes root = __builtin_elementwise_sqrt(*second) * o->root_factor + o->epsilon;
    *parameter = *parameter * o->decay - o->step_size * *first / root;
  }
}
