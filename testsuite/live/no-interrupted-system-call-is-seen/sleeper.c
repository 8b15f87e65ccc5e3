// One long sleep of the kind that is named on the command line, while another thread waits for the same moment. The
// answer is by how many milliseconds the first woke later than the second.
#define _GNU_SOURCE
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { seconds = 3 };
__attribute__((noinline)) int value(void) {
  return 1;
}
__attribute__((noinline)) int other(void) {
  return 1;
}
int number = 1;

static const char *kind;
static struct timespec began, sleeperWoke, otherWoke;

static void *sleeper(void *unused) {
  struct timespec length = {seconds, 0};
  int word = 0;
  if (strcmp(kind, "nanosleep") == 0)
    nanosleep(&length, NULL);
  else if (strcmp(kind, "poll") == 0)
    poll(NULL, 0, seconds * 1000);
  else
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &length, NULL, 0);
  clock_gettime(CLOCK_MONOTONIC, &sleeperWoke);
  return unused;
}

static void *control(void *unused) {
  struct timespec end = {began.tv_sec + seconds, began.tv_nsec};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL);
  clock_gettime(CLOCK_MONOTONIC, &otherWoke);
  return unused;
}

int main(int argc, char **argv) {
  char line[64];
  pthread_t threads[2];
  if (argc != 2)
    return 1;
  kind = argv[1];
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 's') {
      clock_gettime(CLOCK_MONOTONIC, &began);
      pthread_create(&threads[0], NULL, sleeper, NULL);
      pthread_create(&threads[1], NULL, control, NULL);
    }
    if (line[0] == 'w') {
      pthread_join(threads[0], NULL);
      pthread_join(threads[1], NULL);
      printf("%ld\n",
             (sleeperWoke.tv_sec - otherWoke.tv_sec) * 1000 + (sleeperWoke.tv_nsec - otherWoke.tv_nsec) / 1000000);
    } else {
      printf("%d\n", value() + other() + number);
    }
    fflush(stdout);
  }
  return 0;
}
