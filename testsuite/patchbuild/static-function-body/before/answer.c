#include <stdio.h>
#include <string.h>

static __attribute__((noinline)) int score(const char *word)
{
    return (int)strlen(word);
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "score %d", score(question));
    return text;
}
