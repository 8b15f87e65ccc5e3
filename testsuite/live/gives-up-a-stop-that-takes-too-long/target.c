#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile int deepest;

__attribute__((noinline)) int value(void) { return 1; }

// A deep stack whose words look like calls of value(): to know better, all of it has to be unwound.
__attribute__((noinline)) int dig(int n) {
  volatile char *stale = (volatile char *)value + 6;
  if (n == 0) {
    deepest = 1;
    for (;;)
      pause();
  }
  return dig(n - 1) + (stale != NULL);
}

static void *digger(void *unused) {
  dig(40000);
  return unused;
}

int main(void) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64 << 20);
  pthread_t thread;
  pthread_create(&thread, &attributes, digger, NULL);
  while (!deepest)
    usleep(1000);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%d\n", value());
    fflush(stdout);
  }
  return 0;
}
