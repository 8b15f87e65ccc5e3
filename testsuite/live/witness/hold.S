// Holds values in all registers while other things happen to the process (hold.h).
#include "hold.h"

// The frame: 0 rounds left or the function, 8 where the answer goes, 16 mxcsr, 20 x87 control word, 24 rax for a moment.
// What follows while the red zone is filled must not push.
        .macro  LOAD vectors
        .cfi_startproc                  // who unwinds has to get through here
        push    %rbp
        push    %rbx
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        sub     $72, %rsp               // a call from here has its stack aligned
        .cfi_def_cfa_offset 128
        .cfi_offset rbp, -16
        .cfi_offset rbx, -24
        .cfi_offset r12, -32
        .cfi_offset r13, -40
        .cfi_offset r14, -48
        .cfi_offset r15, -56
        mov     %rdx, (%rsp)
        mov     %rsi, 8(%rsp)
        stmxcsr 16(%rsp)
        fnstcw  20(%rsp)
        ldmxcsr HOLD_MXCSR(%rdi)
        fninit
        fldcw   HOLD_CONTROL(%rdi)
        .irp    i, 0, 1, 2, 3, 4, 5, 6, 7
        fildq   HOLD_X87 + 8 * \i(%rdi)
        .endr
        .irp    i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        .ifc    \vectors, avx
        vmovdqu HOLD_VECTORS + 32 * \i(%rdi), %ymm\i
        .else
        movdqu  HOLD_VECTORS + 32 * \i(%rdi), %xmm\i
        .endif
        .endr
        pushq   HOLD_FLAGS(%rdi)
        popfq
        .irp    i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        mov     HOLD_RED_ZONE + 8 * \i(%rdi), %rax
        mov     %rax, -128 + 8 * \i(%rsp)
        .endr
        mov     0(%rdi), %rax
        mov     8(%rdi), %rbx
        mov     16(%rdi), %rcx
        mov     24(%rdi), %rdx
        mov     32(%rdi), %rsi
        mov     48(%rdi), %rbp
        mov     64(%rdi), %r8
        mov     72(%rdi), %r9
        mov     80(%rdi), %r10
        mov     88(%rdi), %r11
        mov     96(%rdi), %r12
        mov     104(%rdi), %r13
        mov     112(%rdi), %r14
        mov     120(%rdi), %r15
        mov     40(%rdi), %rdi
        .endm

        .macro  STORE vectors
        mov     %rax, 24(%rsp)
        mov     8(%rsp), %rax
        mov     %rbx, 8(%rax)
        mov     %rcx, 16(%rax)
        mov     %rdx, 24(%rax)
        mov     %rsi, 32(%rax)
        mov     %rdi, 40(%rax)
        mov     %rbp, 48(%rax)
        mov     %r8, 64(%rax)
        mov     %r9, 72(%rax)
        mov     %r10, 80(%rax)
        mov     %r11, 88(%rax)
        mov     %r12, 96(%rax)
        mov     %r13, 104(%rax)
        mov     %r14, 112(%rax)
        mov     %r15, 120(%rax)
        mov     24(%rsp), %rcx
        mov     %rcx, 0(%rax)
        .irp    i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        mov     -128 + 8 * \i(%rsp), %rcx
        mov     %rcx, HOLD_RED_ZONE + 8 * \i(%rax)
        .endr
        pushfq                          // from here on the red zone is free
        popq    HOLD_FLAGS(%rax)
        pushq   $2                      // ordinary flags again, for what follows is ordinary C
        popfq
        .irp    i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        .ifc    \vectors, avx
        vmovdqu %ymm\i, HOLD_VECTORS + 32 * \i(%rax)
        .else
        movdqu  %xmm\i, HOLD_VECTORS + 32 * \i(%rax)
        .endif
        .endr
        fnstcw  HOLD_CONTROL(%rax)
        .irp    i, 7, 6, 5, 4, 3, 2, 1, 0
        fistpq  HOLD_X87 + 8 * \i(%rax)
        .endr
        stmxcsr HOLD_MXCSR(%rax)
        .ifc    \vectors, avx
        vzeroupper
        .endif
        fninit
        fldcw   20(%rsp)
        ldmxcsr 16(%rsp)
        add     $72, %rsp
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbx
        pop     %rbp
        ret
        .cfi_endproc
        .endm

        .macro  HOLD spin, systemCall, call, vectors
        .globl  \spin, \systemCall, \call
        .type   \spin, @function
        .type   \systemCall, @function
        .type   \call, @function
\spin:
        LOAD    \vectors
1:      subq    $1, (%rsp)
        jnz     1b
        STORE   \vectors
        .size   \spin, . - \spin
\systemCall:
        LOAD    \vectors
        syscall
        STORE   \vectors
        .size   \systemCall, . - \systemCall
\call:
        LOAD    \vectors
        call    *(%rsp)
        STORE   \vectors
        .size   \call, . - \call
        .endm

        .text
        HOLD    holdAvx, holdSystemCallAvx, holdCallAvx, avx
        HOLD    holdSse, holdSystemCallSse, holdCallSse, sse
        .section .note.GNU-stack, "", @progbits
