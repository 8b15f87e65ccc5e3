#include <stdio.h>

struct client {
    struct client *next;
    int number;
};
typedef struct client client;

static struct client first;
static struct client *newest = &first;

__attribute__((noinline)) static int number_of(struct client *one)
{
    return ++one->number;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, number_of(newest));
    return text;
}
