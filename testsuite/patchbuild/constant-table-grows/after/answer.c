#include <stdio.h>
#include <string.h>

static const char *const words[] = {"zero", "one", "two", "three", "four"};

__attribute__((noinline)) int find(const char *word)
{
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; ++i)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    return -1;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, find(question));
    return text;
}
