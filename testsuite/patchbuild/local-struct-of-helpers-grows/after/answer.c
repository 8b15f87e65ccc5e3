#include <stdio.h>

struct range {
    int low;
    int high;
    int step;
};

static __attribute__((noinline)) void widen(struct range *range, int by)
{
    range->low -= by;
    range->high += by * range->step;
}

const char *answer(const char *question)
{
    static char text[64];
    struct range range = {question[0], question[0] + 1, 5};
    widen(&range, 3);
    snprintf(text, sizeof text, "%d", range.high - range.low);
    return text;
}
