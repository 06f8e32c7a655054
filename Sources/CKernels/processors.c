#define _GNU_SOURCE
#include "CKernels.h"

#include <sched.h>

int quanta_next_processor(int first) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set)) return -1;
  for (int processor = first; processor < CPU_SETSIZE; processor++) {
    if (CPU_ISSET(processor, &set)) return processor;
  }
  return -1;
}

int quanta_pin_thread(int processor) {
  if (processor < 0 || processor >= CPU_SETSIZE) return -1;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return sched_setaffinity(0, sizeof set, &set);
}
