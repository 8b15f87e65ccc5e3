#include <assert.h>
#include <stdio.h>

const char *answer(const char *question)
{
    static char text[64];
    const char *greeting = "hello";
    if (question[0])
        greeting = "good day";
    snprintf(text, sizeof text, "%s %s", greeting, question);
    return text;
}

int checked(int value)
{
    assert(value != 7);
    return value * 2;
}

int where(void)
{
    return __LINE__;
}

#define LOG(text) fprintf(stderr, "%s:%d %s\n", __FILE__, __LINE__, text)

void logs(void)
{
    LOG("called");
}
