// What every function becomes.
        .text
        .globl  more
        .type   more, @function
more:
        lea     1(%rax), %rax
        ret
        .size   more, . - more
        .section .note.GNU-stack, "", @progbits
