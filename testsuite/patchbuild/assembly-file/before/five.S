    .text
    .globl five
    .type five, @function
five:
    movl $5, %eax
    ret
    .size five, . - five
    .section .note.GNU-stack, "", @progbits
