// bin/paddlewheel: starts the variant of the program that the processor can run. Compiled for every x86-64 processor; the
// variants would end in an illegal instruction on one they are not made for.
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct variant {
  const char *name;
  int fits;
};

// Chosen by name in this variable, where runs on different nodes have to give the same bits.
#define CHOICE "PADDLEWHEEL_VARIANT"

static int refuse(const char *text) {
  fprintf(stderr, "paddlewheel: %s\n", text);
  return 2;
}

int main(int count, char **arguments) {
  (void)count;
  __builtin_cpu_init();
  const struct variant variants[] = {
      {"x86-64-v4", __builtin_cpu_supports("x86-64-v4")},
      {"x86-64-v3", __builtin_cpu_supports("x86-64-v3")},
  };
  const int known = sizeof variants / sizeof *variants;

  char own[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
  if (length < 0) return refuse("can't find its own folder: /proc is not mounted");
  own[length] = 0;
  // bin/paddlewheel in the installation's folder.
  for (int level = 0; level < 2; level++) {
    char *slash = strrchr(own, '/');
    if (!slash) return refuse("can't find its own folder");
    *slash = 0;
  }

  const char *choice = getenv(CHOICE);
  int isKnown = !choice || !*choice;
  for (int k = 0; k < known; k++) {
    if (choice && *choice) {
      if (strcmp(choice, variants[k].name) != 0) continue;
      isKnown = 1;
    }
    if (!variants[k].fits) continue;
    char program[PATH_MAX + 64];
    snprintf(program, sizeof program, "%s/libexec/paddlewheel/%s/paddlewheel", own, variants[k].name);
    if (access(program, X_OK) != 0) continue;
    execv(program, arguments);
    fprintf(stderr, "paddlewheel: can't start %s: %s\n", program, strerror(errno));
    return 1;
  }
  if (!isKnown) return refuse(CHOICE " names no variant, wanted x86-64-v3 or x86-64-v4");
  if (choice && *choice) return refuse("the variant that " CHOICE " names can't run on this processor, or is not installed");
  return refuse(
      "this processor is too old: the program needs AVX2, FMA and BMI2 (x86-64-v3: Intel Haswell of 2013, AMD Excavator of "
      "2015, or newer). Build it from source for an older one, with PADDLEWHEEL_MARCH=x86-64-v2");
}
