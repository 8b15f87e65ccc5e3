#include <stdio.h>

typedef struct client client;
struct client {
    client *next;
    int number;
};

static client first;
static client *newest = &first;

__attribute__((noinline)) static int number_of(client *one)
{
    return ++one->number;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s: %d", question, number_of(newest));
    return text;
}
