#include <pthread.h>
#include <stdio.h>

__thread int mine = 5;
static __thread int calls;

__attribute__((noinline)) int visit(int add)
{
    mine += add;
    return mine * 10 + ++calls;
}

static int request, reply;
static pthread_barrier_t go, done;

static void *work(void *unused)
{
    (void)unused;
    for (;;) {
        pthread_barrier_wait(&go);
        reply = visit(request);
        pthread_barrier_wait(&done);
    }
    return NULL;
}

const char *answer(const char *question)
{
    static char text[128];
    static pthread_t thread;
    if (!thread) {
        pthread_barrier_init(&go, NULL, 2);
        pthread_barrier_init(&done, NULL, 2);
        pthread_create(&thread, NULL, work, NULL);
    }
    request = question[0] - '0';
    pthread_barrier_wait(&go);
    pthread_barrier_wait(&done);
    snprintf(text, sizeof text, "%d %d", visit(1), reply);
    return text;
}
