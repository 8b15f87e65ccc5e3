#include <stdio.h>

static int run(int which)
{
    static const void *labels[] = {&&one, &&two};
    goto *labels[which & 1];
one:
    return 1;
two:
    return 2;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, run(question[0]));
    return text;
}
