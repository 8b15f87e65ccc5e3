#include <pthread.h>
#include <stdio.h>

extern int libraryValue(void), libraryThread(void);
extern __thread int perThread;
__thread int own = 3;
__attribute__((noinline)) int value(void) { return own; }

static void *inThread(void *unused) {
  (void)unused;
  perThread = 50;
  own = 30;
  return (void *)(long)(value() * 1000 + libraryThread());
}

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    pthread_t thread;
    void *got;
    pthread_create(&thread, NULL, inThread, NULL);
    pthread_join(thread, &got);
    printf("%d %d %d %ld\n", value(), libraryValue(), libraryThread(), (long)got);
    fflush(stdout);
  }
  return 0;
}
