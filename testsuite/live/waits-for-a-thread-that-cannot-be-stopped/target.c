// A second thread in uninterruptible sleep: that of a vfork's parent, as long as the child has not ended.
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

int main(void) {
  pthread_t thread;
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'v')
      pthread_create(&thread, NULL, waitForChild, NULL);
    printf("%d\n", value());
    fflush(stdout);
  }
  return 0;
}
