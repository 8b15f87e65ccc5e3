#include <stdio.h>

/* Where it was called from, as allocators and debug counters have it. */
#define TEXT(number) #number
#define PLACE_TEXT(number) TEXT(number)
#define PLACE __FILE__ ":" PLACE_TEXT(__LINE__)

static const char *last = "nowhere";

static int noted(const char *place, int value)
{
    last = place;
    return value;
}

__attribute__((noinline)) static int first(int n)
{
    return n + 1;
}

__attribute__((noinline)) static int second(int n)
{
    return noted(PLACE, n) * 2;
}

const char *answer(const char *question)
{
    static char text[160];
    int value = second(first(question[0]));
    snprintf(text, sizeof text, "%d %s", value, last[0] ? "placed" : PLACE);
    return text;
}
