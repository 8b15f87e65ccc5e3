// Keeps what functions give it: a text, in memory or in a register, a function's or variable's address, a place to jump
// back to, a coroutine that is suspended inside of one.
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

const char *saved = "";
void (*volatile callback)(void);
int *volatile counter;
jmp_buf place; // setjmp hides the address, see AddressSearch
static ucontext_t mainContext, other;
static char coroutineStack[65536];
int gate[2];

__attribute__((noinline)) int value(void) { return 1; }
__attribute__((noinline)) const char *text(void) { return "old"; }
__attribute__((noinline)) void take(void) { callback = NULL; }
__attribute__((noinline)) void count(void) { counter = NULL; }
__attribute__((noinline)) void mark(void) { memset(&place, 0, sizeof place); }
__attribute__((noinline)) void wait(void) {
  char byte;
  if (read(gate[0], &byte, 1) != 1)
    puts("read failed");
}
__attribute__((noinline)) void yield(void) { swapcontext(&other, &mainContext); }
__attribute__((noinline)) int suspended(void) { yield(); return 1; }
static void coroutine(void) { suspended(); }
static void *waiter(void *nothing) { wait(); return nothing; }

// Has the text's address in its frame.
static void *keeper(void *nothing) {
  const char *kept = text();
  wait();
  if (strcmp(kept, "new") != 0)
    puts("not the text");
  return nothing;
}

// Has it far below its stack pointer, in memory that it has made a stack of: nothing there is dead.
static void *outsider(void *nothing) {
  enum { size = 1 << 20 };
  static ucontext_t back, inside;
  const char **block = malloc(size);
  block[0] = text();
  usleep(1); // the registers that getcontext keeps have something else in them now
  getcontext(&inside);
  inside.uc_stack.ss_sp = block;
  inside.uc_stack.ss_size = size;
  inside.uc_link = &back;
  makecontext(&inside, wait, 0);
  swapcontext(&back, &inside);
  if (strcmp(block[0], "new") != 0)
    puts("not the text");
  free(block);
  return nothing;
}

static volatile int holding, letGo;
// Has the text's address nowhere but in a register until it is let go.
static void *holder(void *nothing) {
  const char *kept;
  __asm__ volatile("sub $256, %%rsp\n\t" // the red zone
                   "call text\n\t"
                   "add $256, %%rsp\n\t"
                   "mov %%rax, %%rbx\n\t"
                   "xor %%eax, %%eax\n\t"
                   "movl $1, %1\n"
                   "1: pause\n\t"
                   "cmpl $0, %2\n\t"
                   "je 1b\n\t"
                   "mov %%rbx, %0"
                   : "=a"(kept), "=m"(holding)
                   : "m"(letGo)
                   : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc");
  if (strcmp(kept, "new") != 0)
    puts("not the text");
  return nothing;
}

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
    case 'n': count(); break;
    case 'm': mark(); break;
    case 'h':
      pthread_create(&thread, NULL, holder, NULL);
      while (!holding)
        usleep(1000);
      break;
    case 'l':
      letGo = 1;
      pthread_join(thread, NULL);
      break;
    case 'w': pthread_create(&thread, NULL, waiter, NULL); break;
    case 'k': pthread_create(&thread, NULL, keeper, NULL); break;
    case 'o': pthread_create(&thread, NULL, outsider, NULL); break;
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
