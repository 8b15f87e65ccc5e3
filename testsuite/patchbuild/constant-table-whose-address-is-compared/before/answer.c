#include <stdio.h>

struct ops {
    int (*run)(void);
    int weight;
};
static int run(void)
{
    return 1;
}
static const struct ops slow = {run, 5};
static const struct ops *current;

static __attribute__((noinline)) int choose(void)
{
    if (!current)
        current = &slow;
    return (current == &slow) * 100 + current->weight + current->run();
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, choose());
    return text;
}
