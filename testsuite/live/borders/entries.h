// The functions of entries.S: those that can be redirected first.
#define ACCEPTED(X)                                                                                                    \
  X(first_of_page)                                                                                                     \
  X(last_word_of_line)                                                                                                 \
  X(first_of_line)                                                                                                     \
  X(ends_with_word)                                                                                                    \
  X(ends_with_line)                                                                                                    \
  X(last_word_of_page)                                                                                                 \
  X(ends_with_page)                                                                                                    \
  X(marked)                                                                                                            \
  X(marked_last_word_of_page)                                                                                          \
  X(marked_in_the_page_before)
#define REFUSED(X)                                                                                                     \
  X(straddles_words)                                                                                                   \
  X(straddles_lines)                                                                                                   \
  X(straddles_pages)                                                                                                   \
  X(marked_without_fill)
