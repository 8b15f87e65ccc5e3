#include <setjmp.h>
#include <stdio.h>

static jmp_buf place;

__attribute__((noinline)) void leave(int value)
{
    longjmp(place, value + 2);
}

const char *answer(const char *question)
{
    static char text[128];
    volatile int kept = 5;
    int code = setjmp(place);
    if (code == 0) {
        kept = question[0];
        leave(kept);
    }
    snprintf(text, sizeof text, "new %d %d", code, kept);
    return text;
}
