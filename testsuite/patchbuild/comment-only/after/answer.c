#include <stdio.h>

/* Adds two numbers.
 *
 * It cannot overflow here. */

int sum(int a, int b)
{
    return a
        + b; // sum
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, sum(1, 2));
    return text;
}
