// Keeps what functions give it: a text, a function's address, a coroutine that is suspended inside of one.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

const char *saved = "";
void (*volatile callback)(void);
static ucontext_t mainContext, other;
static char coroutineStack[65536];
int gate[2];

__attribute__((noinline)) int value(void) { return 1; }
__attribute__((noinline)) const char *text(void) { return "old"; }
__attribute__((noinline)) void take(void) { callback = NULL; }
__attribute__((noinline)) void wait(void) {
  char byte;
  if (read(gate[0], &byte, 1) != 1)
    puts("read failed");
}
__attribute__((noinline)) void yield(void) { swapcontext(&other, &mainContext); }
__attribute__((noinline)) int suspended(void) { yield(); return 1; }
static void coroutine(void) { suspended(); }
static void *waiter(void *nothing) { wait(); return nothing; }

int main(void) {
  char line[64];
  pthread_t thread;
  if (pipe(gate) != 0)
    return 1;
  while (fgets(line, sizeof line, stdin)) {
    switch (line[0]) {
    case 's': saved = text(); break;
    case 'f': saved = ""; break;
    case 't': take(); break;
    case 'w': pthread_create(&thread, NULL, waiter, NULL); break;
    case 'g':
      if (write(gate[1], "", 1) == 1)
        pthread_join(thread, NULL);
      break;
    case 'c':
      getcontext(&other);
      other.uc_stack.ss_sp = coroutineStack;
      other.uc_stack.ss_size = sizeof coroutineStack;
      other.uc_link = &mainContext;
      makecontext(&other, coroutine, 0);
      swapcontext(&mainContext, &other);
      break;
    case 'r': swapcontext(&mainContext, &other); break;
    default: break;
    }
    printf("%d %s\n", value(), text());
    fflush(stdout);
  }
  return 0;
}
