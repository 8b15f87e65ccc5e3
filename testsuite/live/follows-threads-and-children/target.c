#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noinline)) int value(void) { return 1; }
__attribute__((noinline)) int other(void) { return 1; }

static atomic_int wrong;

static void *shortLived(void *unused) {
  int sum = value() + other();
  if (sum < 2 || sum > 4)
    atomic_fetch_add(&wrong, 1);
  return unused;
}

// Threads come and go all the time.
static void *maker(void *unused) {
  for (;;) {
    pthread_t threads[4];
    for (int i = 0; i < 4; ++i)
      pthread_create(&threads[i], NULL, shortLived, NULL);
    for (int i = 0; i < 4; ++i)
      pthread_join(threads[i], NULL);
  }
  return unused;
}

static void *answerer(void *unused) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    int fromChild = -1, ends[2];
    if (line[0] == 'f' && pipe(ends) == 0) {
      if (fork() == 0) {
        int sum = value() + other();
        _exit(write(ends[1], &sum, sizeof sum) == sizeof sum ? 0 : 1);
      }
      if (read(ends[0], &fromChild, sizeof fromChild) != sizeof fromChild)
        fromChild = -2;
      close(ends[0]);
      close(ends[1]);
      wait(NULL);
    }
    printf("%d %d %d\n", value() + other(), fromChild, (int)wrong);
    fflush(stdout);
  }
  _exit(0);
  return unused;
}

int main(int argc, char **argv) {
  pthread_t thread;
  if (argc > 1 && strchr(argv[1], 'm'))
    pthread_create(&thread, NULL, maker, NULL);
  pthread_create(&thread, NULL, answerer, NULL);
  if (argc > 1 && strchr(argv[1], 'g'))
    pthread_exit(NULL); // the main thread goes, the process stays
  pthread_join(thread, NULL);
  return 0;
}
