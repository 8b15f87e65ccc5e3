    .text
    .globl five
    .type five, @function
five:
    movl $6, %eax
    ret
    .size five, . - five
    .section .note.GNU-stack, "", @progbits
