#include <stdio.h>

typedef int (*step_t)(int, int);
static int up(int n, int by)
{
    return n + by;
}
struct job {
    step_t step;
    int state;
};
static struct job job = {up, 0};

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, job.state = job.step(job.state, 2));
    return text;
}
