    .text
    .globl assembly
    .type assembly, @function
assembly:
    mov $3, %eax
    ret
    .size assembly, . - assembly
    .section .note.GNU-stack, "", @progbits
