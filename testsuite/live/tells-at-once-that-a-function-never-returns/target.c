#include <pthread.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

static volatile int ready;

__attribute__((noinline)) int value(void) { return 1; }

// A thread's main loop: whoever waits for its end waits for ever.
__attribute__((noinline)) void serve(void) {
  for (;;) {
    ready = 1;
    usleep(value() * 1000);
  }
}

static void *worker(void *unused) {
  prctl(PR_SET_NAME, "the-server");
  serve();
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  while (!ready)
    usleep(1000);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%d\n", value());
    fflush(stdout);
  }
  return 0;
}
