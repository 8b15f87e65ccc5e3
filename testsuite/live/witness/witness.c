// witness BOARD [THREADS [forks]]: a program that watches itself. Its threads (1, 9 or 16) hold known values in all
// registers, in errno and in their signal masks, while they run, sleep, are interrupted and call functions that are
// patched; what is wrong they write to the file BOARD, which whoever started it has mapped too. With `forks` one of
// them makes child after child. It ends when its standard input does.
#define _GNU_SOURCE
#include "hold.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { callers = 2, oldCode = 1, newCode = 2, cumulative = 3, millis = 1000000 };

// As live/witness.py reads it.
static struct Board {
  volatile long wrong, interrupted, handled, threads;
  volatile long ran[64];                      // rounds of each thread
  volatile long all[callers], calls[callers]; // what outer() gave a caller last; how often it was asked
  volatile long alone[callers];
  volatile long id[64], errnoAt[64]; // of each thread
  char what[400];
} * board;

long outer(void);
long alone(long, long, long, long, long, long, long, long, double, double);

static __attribute__((format(printf, 1, 2))) void complain(const char *format, ...) {
  int before = errno;
  char text[sizeof board->what];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (__atomic_fetch_add(&board->wrong, 1, __ATOMIC_SEQ_CST) == 0)
    memcpy(board->what, text, sizeof text);
  errno = before;
}

static int avx, forks;
static long firstCaller = 7;

// --- values to hold

// Flags that a program can set and that last.
enum { direction = 0x400, nestedTask = 0x4000, alignmentCheck = 0x40000, identification = 0x200000 };

// Not on the stack: what was dumped there of a red zone would look like a call in progress.
static struct State *newState(void) {
  return aligned_alloc(64, sizeof(struct State));
}

static void fill(struct State *want, unsigned long seed) {
  memset(want, 0, sizeof *want);
  for (unsigned long *word = want->registers; word < want->registers + 16; ++word)
    *word = seed = seed * 6364136223846793005u + 1442695040888963407u;
  for (int i = 0; i < 16; ++i)
    want->redZone[i] = ~want->registers[i];
  for (int i = 0; i < 8; ++i)
    want->x87[i] = (long)(want->registers[i] >> 16);
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < (avx ? 32 : 16); ++j)
      want->vectors[i][j] = (unsigned char)(want->registers[i] >> j % 8 * 8) + j;
  want->flags = identification | direction | 2; // bit 1 is always set
  want->mxcsr = 0xffc0;                         // round to zero, flush to zero, denormals are zero, all masked
  want->control = 0x0a7f;                       // x87: round up, double precision, all masked
}

static void compare(const char *who, const struct State *want, const struct State *got, unsigned ignored) {
  static const char *const names[] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
                                      "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
  for (int i = 0; i < 16; ++i)
    if (i != rsp && !(ignored >> i & 1) && want->registers[i] != got->registers[i])
      complain("%s: %s is %#lx, not %#lx", who, names[i], got->registers[i], want->registers[i]);
  if (memcmp(want->redZone, got->redZone, sizeof want->redZone))
    complain("%s: the red zone was written to", who);
  if (memcmp(want->x87, got->x87, sizeof want->x87) || want->control != got->control)
    complain("%s: the x87 registers have changed (control word %#x, not %#x)", who, got->control, want->control);
  if (memcmp(want->vectors, got->vectors, sizeof want->vectors) || want->mxcsr != got->mxcsr)
    complain("%s: the vector registers have changed (mxcsr %#x, not %#x)", who, got->mxcsr, want->mxcsr);
  if ((want->flags ^ got->flags) & (direction | nestedTask | alignmentCheck | identification))
    complain("%s: the flags are %#lx, not %#lx", who, got->flags, want->flags);
}

// What each thread begins with.
static sigset_t maskOf(long self) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGRTMIN + 3 + (int)self % 20);
  sigaddset(&mask, SIGUSR2);
  return mask;
}

static void begin(long self) {
  sigset_t mask = maskOf(self);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  board->id[self] = syscall(SYS_gettid);
  board->errnoAt[self] = (long)&errno;
}

static void checkErrno(const char *who, int expected) {
  if (errno != expected)
    complain("%s: errno is %d, not %d", who, errno, expected);
}

static void checkMaskAndErrno(const char *who, long self, int expected) {
  checkErrno(who, expected);
  sigset_t now, mask = maskOf(self);
  pthread_sigmask(SIG_BLOCK, NULL, &now);
  for (int i = 1; i < 65; ++i)
    if (i != 32 && i != 33 && sigismember(&now, i) != sigismember(&mask, i))
      complain("%s: the signal mask has changed at signal %d", who, i);
}

// --- those who run

static void *spinner(void *argument) {
  long self = (long)argument;
  begin(self);
  struct State *want = newState(), *got = newState();
  for (unsigned long round = 0;; ++round) {
    fill(want, round);
    want->flags |= nestedTask | alignmentCheck;
    errno = 4000 + (int)(round & 63);
    (avx ? holdAvx : holdSse)(want, got, 20000);
    compare("a running thread", want, got, 0);
    checkErrno("a running thread", 4000 + (int)(round & 63));
    if (round % 16 == 0)
      checkMaskAndErrno("a running thread", self, 4000 + (int)(round & 63));
    ++board->ran[self];
    if (round % 64 == 0)
      usleep(500); // leave something for others
  }
  return NULL;
}

static void onTimer(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)info, (void)context;
  long now = alone(1, 2, 3, 4, 5, 6, 7, 8, 0.5, 0.25);
  if (now / 10 != 220 || (now % 10 != oldCode && now % 10 != newCode))
    complain("a signal handler: alone() gave %ld", now);
  ++board->handled;
}

// Its signals come every few milliseconds and are handled on another stack.
static void *interrupted(void *argument) {
  long self = (long)argument;
  begin(self);
  stack_t other = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&other, NULL);
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN};
  event._sigev_un._tid = (int)syscall(SYS_gettid);
  timer_t timer;
  struct itimerspec often = {{0, 3 * millis}, {0, 3 * millis}};
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &often, NULL))
    complain("no timer: %s", strerror(errno));
  struct State *want = newState(), *got = newState();
  for (unsigned long round = 0;; ++round) {
    fill(want, round);
    errno = 5000;
    (avx ? holdAvx : holdSse)(want, got, 20000);
    compare("an interrupted thread", want, got, 0);
    checkMaskAndErrno("an interrupted thread", self, 5000);
    ++board->ran[self];
    struct timespec nap = {0, millis};
    nanosleep(&nap, NULL);
  }
  return NULL;
}

// --- those who sleep

static int feed[2]; // a pipe: one sleeper writes what another one waits for

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *sleeper(void *argument) {
  static const int kinds[] = {0, 1, 2, 3, 4, 0, 0, 0, 0, 5, 1, 2, 3, 5}; // of each thread; as many writers as readers
  long self = (long)argument, kind = kinds[self];
  char who[40];
  static const char *const names[] = {"nanosleep", "futex", "epoll_wait", "ppoll", "read", "io_uring_enter"};
  snprintf(who, sizeof who, "a thread in %s", names[kind]);
  begin(self);
  int word = 0, set = epoll_create1(0);
  struct epoll_event event;
  char byte;
  struct io_uring_params parameters = {0};
  long ring = kind == 5 ? syscall(SYS_io_uring_setup, 1, &parameters) : -1;
  if (kind == 5 && ring < 0)
    kind = 1; // not everywhere
  struct State *want = newState(), *got = newState();
  for (unsigned long round = 0;; ++round) {
    fill(want, round * 31 + (unsigned long)self);
    struct timespec span = {0, (3 + kind) * millis};
    struct io_uring_getevents_arg limit = {.sigmask_sz = 8, .ts = (unsigned long)&span};
    const long calls[6][7] = {
        {SYS_nanosleep, (long)&span, 0},
        {SYS_futex, (long)&word, FUTEX_WAIT_PRIVATE, 0, (long)&span},
        {SYS_epoll_wait, set, (long)&event, 1, 3 + kind},
        {SYS_ppoll, 0, 0, (long)&span, 0},
        {SYS_read, feed[0], (long)&byte, 1},
        {SYS_io_uring_enter, ring, 0, 1, IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, (long)&limit, sizeof limit}};
    const int places[] = {rax, rdi, rsi, rdx, r10, r8, r9};
    for (int i = 0; i < 7; ++i)
      want->registers[places[i]] = (unsigned long)calls[kind][i];
    errno = 6000;
    double started = seconds();
    (avx ? holdSystemCallAvx : holdSystemCallSse)(want, got);
    double took = seconds() - started;
    compare(who, want, got, 1u << rax | 1u << rcx | 1u << r11); // syscall(2): these three are the kernel's
    long result = (long)got->registers[rax];
    const long expected[] = {0, -ETIMEDOUT, 0, 0, 1, -ETIME};
    if (result == -EINTR && (kind == 2 || kind == 5))
      ++board->interrupted; // a tool that dies while a thread stands cannot hide the stop from it
    else if (result != expected[kind])
      complain("%s: it returned %ld, not %ld", who, result, expected[kind]);
    else if (kind != 4 && took < (double)(3 + kind) / 1000 * 0.98)
      complain("%s: it came back after %f s", who, took);
    checkMaskAndErrno(who, self, 6000);
    if (kind == 0 && write(feed[1], "x", 1) != 1)
      complain("the pipe is full");
    ++board->ran[self];
  }
  return NULL;
}

// --- those who call

static int isWhole(long all) {
  return all == oldCode * 0x0101010101 || all == newCode * 0x0101010101 || all == cumulative * 0x0101010101;
}

// What a child finds, at whatever moment it was made: all old or all new, and nothing to wait for.
static void forkOnce(void) {
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    for (int i = 0; i < 50; ++i) {
      long all = outer(), one = alone(1, 2, 3, 4, 5, 6, 7, 8, 0.5, 0.25);
      if (!isWhole(all))
        complain("a child: a mix of old and new: %#lx", all);
      if (one / 10 != 220 || (one % 10 != oldCode && one % 10 != newCode))
        complain("a child: alone() gave %ld", one);
    }
    _exit(0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
    complain("a child: %s, status %#x", child < 0 ? "there was none" : "it ended badly", (unsigned)status);
}

static void *forker(void *argument) {
  long self = (long)argument;
  begin(self);
  for (;;) {
    errno = 8000;
    forkOnce();
    checkMaskAndErrno("a thread that forks", self, 8000);
    ++board->ran[self];
    usleep(300);
  }
  return NULL;
}

static void *caller(void *argument) {
  long self = (long)argument, k = self - firstCaller;
  begin(self);
  struct State *want = newState(), *got = newState();
  for (unsigned long round = 0;; ++round) {
    for (int i = 0; i < 20; ++i) {
      long all = outer();
      if (!isWhole(all))
        complain("a mix of old and new: %#lx", all);
      board->all[k] = all & 0xff;
      ++board->calls[k];
      long one = alone(1, 2, 3, 4, 5, 6, 7, 8, 0.5, 0.25);
      if (one / 10 != 220 || (one % 10 != oldCode && one % 10 != newCode))
        complain("alone() gave %ld", one);
      board->alone[k] = one % 10;
    }
    fill(want, round);
    want->flags = 2; // the psABI wants the direction flag clear at a call, and the x87 stack empty: it is not used here
    errno = 7000;
    (avx ? holdCallAvx : holdCallSse)(want, got, outer);
    struct State same = *want;
    memcpy(same.redZone, got->redZone, sizeof same.redZone); // the called function's
    memcpy(same.vectors, got->vectors, sizeof same.vectors);
    compare("a caller", &same, got, 1u << rax | 1u << rcx | 1u << rdx | 1u << rsi | 1u << rdi | 0xfu << r8);
    checkMaskAndErrno("a caller", self, 7000);
    if (firstCaller == 0 && forks)
      forkOnce();
    ++board->ran[self];
    (avx ? holdAvx : holdSse)(want, got, 20000); // outside of the functions: else nobody could ever patch them
  }
  return NULL;
}

static void start(void *(*routine)(void *), long self) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, routine, (void *)self))
    abort();
  board->threads = board->threads > self + 1 ? board->threads : self + 1;
}

int main(int argc, char **argv) {
  int file = argc > 1 ? open(argv[1], O_RDWR) : -1;
  board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file < 0 || board == MAP_FAILED || pipe(feed))
    return 1;
  prctl(PR_SET_PDEATHSIG, SIGKILL); // never left behind
  avx = __builtin_cpu_supports("avx") != 0;
  struct sigaction action = {.sa_sigaction = onTimer, .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
  sigaction(SIGRTMIN, &action, NULL);
  long threads = argc > 2 ? atol(argv[2]) : 9;
  forks = argc > 3;
  if (threads == 1) { // killed by its parent's end
    firstCaller = 0;
    board->threads = 1;
    caller(0);
  }
  static void *(*const roles[])(void *) = {sleeper,     sleeper, sleeper, sleeper,    sleeper, spinner,
                                           interrupted, caller,  caller,  sleeper,    sleeper, sleeper,
                                           sleeper,     sleeper, spinner, interrupted};
  for (long self = 0; self < threads; ++self)
    start(roles[self], self);
  if (forks)
    start(forker, threads);
  char byte;
  while (read(0, &byte, 1) == 1) {
  }
  return 0;
}
