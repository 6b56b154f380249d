#define _GNU_SOURCE
#include "CCores.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

// The kernel refuses a set that is smaller than its own.
enum { processors = 1 << 16 };

int pw_allowed_processors(int *numbers, int most) {
  size_t size = CPU_ALLOC_SIZE(processors);
  cpu_set_t *set = CPU_ALLOC(processors);
  if (!set) return -1;
  CPU_ZERO_S(size, set);
  int count = -1;
  if (!sched_getaffinity(0, size, set)) {
    count = 0;
    for (int number = 0; number < processors; number++) {
      if (!CPU_ISSET_S(number, size, set)) continue;
      if (count < most) numbers[count] = number;
      count++;
    }
  }
  CPU_FREE(set);
  return count;
}

int pw_bind(int thread, const int *numbers, int count) {
  size_t size = CPU_ALLOC_SIZE(processors);
  cpu_set_t *set = CPU_ALLOC(processors);
  if (!set) return ENOMEM;
  CPU_ZERO_S(size, set);
  for (int index = 0; index < count; index++) {
    if (numbers[index] >= 0 && numbers[index] < processors) CPU_SET_S(numbers[index], size, set);
  }
  int code = sched_setaffinity(thread, size, set) ? errno : 0;
  CPU_FREE(set);
  return code;
}
