#include "inner.h"

#include <stdio.h>

struct outer {
    struct inner inner;
    int after;
};

static struct outer outer = {{1}, 2};

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d %d", question, outer.inner.a, outer.after);
    return text;
}
