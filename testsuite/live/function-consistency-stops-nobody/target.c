#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

static sem_t gate, again;
static volatile int inside;

__attribute__((noinline)) int deep(int n) {
  if (n == 0) {
    inside = 1;
    sem_wait(&gate);
    return 0;
  }
  return deep(n - 1) + 1;
}

// Its frame lies under those of deep(): the wait has to see it at any depth.
__attribute__((noinline)) int handle(int n) { return deep(n) + 1; }

__attribute__((noinline)) int value(void) { return 1; }

static void *worker(void *unused) {
  prctl(PR_SET_NAME, "the-worker");
  while (handle(200) > 0) {
    inside = 0;
    sem_wait(&again);
  }
  return unused;
}

int main(void) {
  sem_init(&gate, 0, 0);
  sem_init(&again, 0, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'l') { // let the worker leave
      sem_post(&gate);
      while (inside)
        usleep(1000);
    }
    if (line[0] == 'e') { // and enter again
      sem_post(&again);
      while (!inside)
        usleep(1000);
    }
    printf("%d %d\n", value(), inside);
    fflush(stdout);
  }
  return 0;
}
