#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static volatile int ticks;

static __attribute__((noinline)) int step(void)
{
    return 1;
}

static void *work(void *unused)
{
    (void)unused;
    for (;;) {
        ticks += step();
        usleep(1000);
    }
}

const char *answer(const char *question)
{
    static char text[64];
    static pthread_t thread;
    if (!thread)
        pthread_create(&thread, NULL, work, NULL);
    snprintf(text, sizeof text, "%s", question);
    return text;
}
