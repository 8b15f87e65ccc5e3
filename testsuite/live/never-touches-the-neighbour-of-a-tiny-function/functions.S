// Functions of one to eight bytes, one directly behind the other, with and without padding. Each leaves %rax as it is; a patch
// adds one to it.
        .macro  FUNCTION name, code:vararg
        .globl  \name
        .type   \name, @function
\name:
        .byte   \code
        .size   \name, . - \name
        .endm

        .section .text.tiny, "ax", @progbits
        .balign 64
        // Without padding.
        FUNCTION plain_1, 0xc3                                            // ret
        FUNCTION plain_2, 0x90, 0xc3                                      // nop; ret
        FUNCTION plain_3, 0x66, 0x90, 0xc3                                // xchg %ax, %ax; ret
        FUNCTION plain_4, 0x0f, 0x1f, 0x00, 0xc3                          // nopl (%rax); ret
        FUNCTION plain_5, 0x0f, 0x1f, 0x40, 0x00, 0xc3                    // nopl 0(%rax); ret
        FUNCTION plain_6, 0x66, 0x0f, 0x1f, 0x04, 0x00, 0xc3              // nopw (%rax,%rax); ret
        FUNCTION plain_7, 0x66, 0x90, 0x0f, 0x1f, 0x40, 0x00, 0xc3
        FUNCTION plain_8, 0x0f, 0x1f, 0x80, 0, 0, 0, 0, 0xc3              // nopl 0(%rax), the long form; ret
        // Padding at the start of a word, the next function right behind.
        .balign 8, 0xcc
        FUNCTION padded_5, 0x0f, 0x1f, 0x44, 0x00, 0x08                   // falls into the next one
        FUNCTION behind_5, 0xc3
        FUNCTION behind_behind_5, 0x90, 0xc3
        FUNCTION padded_6, 0x0f, 0x1f, 0x44, 0x00, 0x08, 0xc3
        FUNCTION behind_6, 0x90, 0xc3
        FUNCTION padded_7, 0x0f, 0x1f, 0x44, 0x00, 0x08, 0x90, 0xc3
        FUNCTION behind_7, 0xc3
        FUNCTION padded_8, 0x0f, 0x1f, 0x44, 0x00, 0x08, 0x66, 0x90, 0xc3
        // In front of the padding within its word.
        FUNCTION before_6, 0x66, 0x90, 0xc3
        FUNCTION late_6, 0x0f, 0x1f, 0x44, 0x00, 0x08, 0xc3
        FUNCTION decoy_7, 0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00, 0xc3        // what looks like padding is a part of a longer NOP
        // Padding that lies in two words.
        FUNCTION before_crossing_4, 0x0f, 0x1f, 0x00, 0xc3
        FUNCTION crossing_6, 0x0f, 0x1f, 0x44, 0x00, 0x08, 0xc3
        // Too small, and a neighbour's padding comes right behind.
        .balign 8, 0xcc
        .skip   4, 0xcc
        FUNCTION marked_4, 0xf3, 0x0f, 0x1e, 0xfa                         // endbr64, falls into the next one
        FUNCTION behind_marked_4, 0x0f, 0x1f, 0x44, 0x00, 0x08, 0xc3
        .balign 64, 0xcc
        .section .note.GNU-stack, "", @progbits
