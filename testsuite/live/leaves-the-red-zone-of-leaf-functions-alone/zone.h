// Fills what lies right below the stack pointer, spends its time in computing and sleeping, and counts the words that are
// no longer what they were. A leaf, so the compiler does not move the stack pointer (psABI 3.2.2; run.py looks whether
// that is so).
#include <sys/syscall.h>
#include <time.h>

enum { words = 13 };

__attribute__((always_inline)) static inline long zoneDamage(long seed) {
  volatile long zone[words];
  for (int i = 0; i < words; ++i)
    zone[i] = seed + i;
  for (volatile int i = 0; i < 3000; ++i)
    ;
  static const struct timespec nap = {0, 20000};
  long result = SYS_nanosleep;
  __asm__ volatile("syscall" : "+a"(result) : "D"(&nap), "S"(0) : "rcx", "r11", "memory");
  long damage = 0;
  for (int i = 0; i < words; ++i)
    damage += zone[i] != seed + i;
  return damage;
}
