// first() and second() have to agree: one patch changes both, so a caller that sees a mix of two patches, or none of
// them, shows it.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

int number = 1, extra = 1;
static atomic_int mixed, patched; // the number of the present round of one switch; 0: none
static atomic_long rounds;
__attribute__((noinline)) int first(void) { return 1; }
__attribute__((noinline)) int second(void) { return 1; }
__attribute__((noinline)) int third(void) { return 1; }

// Inside of no patched function when both are called in a row, so only a switch in one step keeps them alike.
__attribute__((noinline)) static void look(void) {
  const int round = atomic_load(&patched);
  int before = first(), a = second(), after = first();
  // In the same round: on a busy machine a whole one may pass between two instructions.
  if (round && atomic_load(&patched) == round && ((before == after && a != before) || before == 1))
    atomic_fetch_add(&mixed, 1);
}

static void *work(void *nothing) {
  for (;;) {
    look();
    atomic_fetch_add(&rounds, 1);
  }
  return nothing;
}

int main(void) {
  char line[64];
  int round = 0;
  pthread_t thread;
  pthread_create(&thread, NULL, work, NULL);
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 's')
      number = 77;
    if (line[0] == 'p' || line[0] == 'q') // from here on, and until here, some patch is applied at every moment
      atomic_store(&patched, line[0] == 'p' ? ++round : 0);
    printf("%d %d %d %d %d mixed %d\n", first(), second(), third(), number, extra, atomic_load(&mixed));
    fflush(stdout);
  }
  return 0;
}
