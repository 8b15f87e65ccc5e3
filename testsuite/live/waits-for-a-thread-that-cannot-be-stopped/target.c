// A second thread in uninterruptible sleep: that of a vfork's parent, as long as the child has not ended; for a while, or
// until it is let go.
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

__attribute__((noinline)) int value(void) { return 1; }

static void *waitForChild(void *unused) {
  if (vfork() == 0) {
    usleep(700000);
    _exit(0);
  }
  for (;;)
    pause();
  return unused;
}

static int gate[2];
static void *waitForGate(void *unused) {
  char byte;
  if (vfork() == 0) {
    close(gate[1]); // its own copy: it ends when the program does
    while (read(gate[0], &byte, 1) < 0)
      ;
    _exit(0);
  }
  for (;;)
    pause();
  return unused;
}

int main(void) {
  pthread_t thread;
  char line[64];
  if (pipe(gate) != 0)
    return 1;
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'v')
      pthread_create(&thread, NULL, waitForChild, NULL);
    if (line[0] == 'w')
      pthread_create(&thread, NULL, waitForGate, NULL);
    if (line[0] == 'g' && write(gate[1], "", 1) != 1)
      return 1;
    printf("%d\n", value());
    fflush(stdout);
  }
  return 0;
}
