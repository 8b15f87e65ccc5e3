// Two threads call all functions all the time. They take and return %rax: what was 7 stays 7, or is 8 with the patch.
#include "functions.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

typedef void (*Function)(void);
#define DECLARE(name) extern void name(void);
ACCEPTED(DECLARE)
REFUSED(DECLARE)
#define LISTED(name) {#name, name},
static const struct {
  const char *name;
  Function function;
} functions[] = {ACCEPTED(LISTED) REFUSED(LISTED)};
#define COUNT (sizeof functions / sizeof *functions)

static atomic_long rounds, wrong;

static long called(Function function) {
  long value = 7;
  __asm__ volatile("call *%1" : "+a"(value) : "r"(function) : "r11", "cc", "memory");
  return value;
}

static void *caller(void *unused) {
  for (;; ++rounds)
    for (size_t i = 0; i < COUNT; ++i) {
      long value = called(functions[i].function);
      if (value != 7 && value != 8)
        ++wrong;
    }
  return unused;
}

int main(void) {
  for (int i = 0; i < 2; ++i) {
    pthread_t thread;
    pthread_create(&thread, NULL, caller, NULL);
  }
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    for (size_t i = 0; i < COUNT; ++i)
      if (called(functions[i].function) == 8)
        printf("%s ", functions[i].name);
    printf("wrong=%ld\n", wrong);
    fflush(stdout);
  }
  return 0;
}
