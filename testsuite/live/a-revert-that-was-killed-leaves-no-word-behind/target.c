#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

int number = 1;
int inside;
static int gate[2];

__attribute__((noinline)) int value(void) { return number; }
__attribute__((noinline)) int other(void) { return 10 * number; }
// A call that lasts until somebody writes to the pipe.
__attribute__((noinline)) int parked(int file) {
  char byte;
  __atomic_store_n(&inside, 1, __ATOMIC_SEQ_CST);
  return (int)read(file, &byte, 1);
}

static void *park(void *unused) {
  parked(gate[0]);
  return unused;
}

int main(void) {
  pthread_t thread;
  char line[64];
  if (pipe(gate) != 0)
    return 1;
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'p') {
      __atomic_store_n(&inside, 0, __ATOMIC_SEQ_CST);
      pthread_create(&thread, NULL, park, NULL);
      while (!__atomic_load_n(&inside, __ATOMIC_SEQ_CST))
        usleep(1000);
    }
    if (line[0] == 'g' && write(gate[1], "g", 1) == 1)
      pthread_join(thread, NULL);
    printf("%d %d\n", value(), other());
    fflush(stdout);
  }
  return 0;
}
