// Loads the libraries named, each for itself alone; a second thread is there before that, and answers as well.
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

typedef int Value(int);
static sem_t asked, answered;
static Value *inThread;
static int answer;

static void *serve(void *unused) {
  for (;;) {
    sem_wait(&asked);
    answer = inThread(2);
    sem_post(&answered);
  }
  return unused;
}

int main(int count, char **arguments) {
  pthread_t thread;
  Value *values[8] = {0};
  sem_init(&asked, 0, 0);
  sem_init(&answered, 0, 0);
  pthread_create(&thread, NULL, serve, NULL);
  for (int i = 1; i < count; ++i)
    values[i] = (Value *)dlsym(dlopen(arguments[i], RTLD_NOW | RTLD_LOCAL), "value");
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    for (int i = 1; i < count; ++i) {
      inThread = values[i];
      sem_post(&asked);
      sem_wait(&answered);
      printf("%d %d%s", values[i](1), answer, i + 1 < count ? " " : "\n");
    }
    fflush(stdout);
  }
  return 0;
}
