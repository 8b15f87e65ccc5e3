#include <stdio.h>

struct task {
    int number;
    int priority;
};

static struct task *current;

static __attribute__((noinline)) int number(void)
{
    return current ? current->number : -1;
}

const char *answer(const char *question)
{
    static char text[64];
    struct task task = {question[0], 7};
    current = &task;
    snprintf(text, sizeof text, "%d", number() + task.priority);
    current = NULL;
    return text;
}
