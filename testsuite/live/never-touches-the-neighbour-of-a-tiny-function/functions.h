// The functions of functions.S: those with room for a redirect in one word of their own, and the others.
#define ACCEPTED(X)                                                                                                    \
  X(padded_5)                                                                                                          \
  X(padded_6)                                                                                                          \
  X(padded_7)                                                                                                          \
  X(padded_8)                                                                                                          \
  X(late_6)                                                                                                            \
  X(behind_marked_4)
#define REFUSED(X)                                                                                                     \
  X(plain_1)                                                                                                           \
  X(plain_2)                                                                                                           \
  X(plain_3)                                                                                                           \
  X(plain_4)                                                                                                           \
  X(plain_5)                                                                                                           \
  X(plain_6)                                                                                                           \
  X(plain_7)                                                                                                           \
  X(plain_8)                                                                                                           \
  X(behind_5)                                                                                                          \
  X(behind_behind_5)                                                                                                   \
  X(behind_6)                                                                                                          \
  X(behind_7)                                                                                                          \
  X(before_6)                                                                                                          \
  X(decoy_7)                                                                                                           \
  X(before_crossing_4)                                                                                                 \
  X(crossing_6)                                                                                                        \
  X(marked_4)
