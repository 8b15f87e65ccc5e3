#include <stdio.h>
#include "task.h"

void keep(struct task *task);

const char *answer(const char *question)
{
    static char text[64];
    struct task task = {question[0]};
    keep(&task);
    snprintf(text, sizeof text, "%d", task.number);
    keep(0);
    return text;
}
