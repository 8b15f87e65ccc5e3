// What a thread can have in its hands: every register and flag that a program may rely on, and its red zone.
#pragma once

// Offsets, also for hold.S.
#define HOLD_FLAGS 128
#define HOLD_RED_ZONE 136
#define HOLD_X87 264
#define HOLD_VECTORS 328
#define HOLD_MXCSR 840
#define HOLD_CONTROL 844

#ifndef __ASSEMBLER__
#include <stddef.h>

enum { rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp, r8, r9, r10, r11, r12, r13, r14, r15 };

struct State {
  unsigned long registers[16]; // the stack pointer's place is unused
  unsigned long flags;
  unsigned long redZone[16];
  long x87[8];
  unsigned char vectors[16][32]; // ymm, or xmm in the lower half
  unsigned mxcsr;
  unsigned short control; // of the x87
} __attribute__((aligned(64)));

_Static_assert(offsetof(struct State, flags) == HOLD_FLAGS, "");
_Static_assert(offsetof(struct State, redZone) == HOLD_RED_ZONE, "");
_Static_assert(offsetof(struct State, x87) == HOLD_X87, "");
_Static_assert(offsetof(struct State, vectors) == HOLD_VECTORS, "");
_Static_assert(offsetof(struct State, mxcsr) == HOLD_MXCSR, "");
_Static_assert(offsetof(struct State, control) == HOLD_CONTROL, "");

// Takes everything of `want` into its registers, holds it there over `spins` rounds, over one system call (its number
// and arguments are in `want`), or over a call of `function`, and writes what is there afterwards to `got`.
void holdAvx(const struct State *want, struct State *got, long spins);
void holdSse(const struct State *want, struct State *got, long spins);
void holdSystemCallAvx(const struct State *want, struct State *got);
void holdSystemCallSse(const struct State *want, struct State *got);
void holdCallAvx(const struct State *want, struct State *got, long (*function)(void));
void holdCallSse(const struct State *want, struct State *got, long (*function)(void));
#endif
