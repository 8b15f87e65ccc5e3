// Functions with hand-placed entries: each returns its argument plus one, and a patch makes that plus two.
//
// A redirect is one aligned 8-byte store, so what counts is where the five bytes of padding lie: in the first or last
// word of a page or a cache line, or ending exactly at a border. The ones called straddles_... cannot be written in one
// store and have to be refused.
        // `name` with its padding at `offset` from the start of the section; `before`: what stands in front of it.
        .macro  ENTRY name, offset, before=0
        .org    \offset - \before, 0xcc
        .globl  \name
        .type   \name, @function
\name:
        .if     \before >= 4
        endbr64
        .endif
        .if     \before == 8
        .byte   0x0f, 0x1f, 0x40, 0x00  // as the plugin fills: endbr64, nopl 0(%rax), padding
        .endif
        .byte   0x0f, 0x1f, 0x44, 0x00, 0x08
        lea     1(%rdi), %rax
        ret
        .size   \name, . - \name
        .endm

        .section .text.borders, "ax", @progbits
        .balign 4096
        ENTRY   first_of_page, 0
        ENTRY   last_word_of_line, 56
        ENTRY   first_of_line, 128
        ENTRY   ends_with_word, 0x100 + 3
        ENTRY   ends_with_line, 0x140 + 59
        ENTRY   straddles_words, 0x200 + 4
        ENTRY   straddles_lines, 0x240 + 60
        ENTRY   last_word_of_page, 0x1000 - 8
        ENTRY   ends_with_page, 0x2000 - 5
        ENTRY   straddles_pages, 0x3000 - 2
        ENTRY   marked, 0x3040, 8
        ENTRY   marked_last_word_of_page, 0x4000 - 8, 8
        ENTRY   marked_in_the_page_before, 0x5000, 4
        ENTRY   marked_without_fill, 0x5040 + 4, 4
        .balign 4096, 0xcc
        .section .note.GNU-stack, "", @progbits
