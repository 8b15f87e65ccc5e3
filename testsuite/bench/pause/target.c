// target THREADS FILE: one thread that runs and THREADS - 1 that sleep, in different system calls.
//
// The running thread reads the clock without end and keeps the longest time between two readings: that is a stop as the
// program sees it. FILE is shared with whoever measures, who therefore disturbs nobody by asking.
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct shared {
    atomic_ulong longest; // in ns, since the last reset
    atomic_ulong reset;   // 1: asked for; the running thread clears it
    atomic_ulong ready;
};

extern int (*const functions[])(int);
extern const int functionCount;

static sem_t never;
static atomic_int asleep;

static void *sleeper(void *number)
{
    atomic_fetch_add(&asleep, 1);
    for (;;) {
        switch ((long)number % 3) {
        case 0:
            poll(0, 0, -1);
            break;
        case 1:
            sem_wait(&never);
            break;
        default:
            sleep(3600);
        }
    }
    return 0;
}

static unsigned long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ul + time.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    int file = open(argv[2], O_RDWR | O_CREAT, 0600);
    if (file < 0 || ftruncate(file, 4096) != 0)
        return 1;
    struct shared *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED)
        return 1;
    sem_init(&never, 0, 0);
    const int threads = atoi(argv[1]);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 128 * 1024);
    for (long i = 1; i < threads; ++i) {
        pthread_t id;
        if (pthread_create(&id, &small, sleeper, (void *)i) != 0)
            return 1;
    }
    while (atomic_load(&asleep) != threads - 1)
        usleep(1000);
    usleep(10000); // the last of them falls asleep
    // Without this the compiler would drop the functions.
    int sum = 0;
    for (int i = 0; i < functionCount; ++i)
        sum += functions[i](i);
    atomic_store(&shared->ready, 1 + (sum == 42));
    unsigned long last = now();
    // Ends by itself if the measuring program does not end it.
    for (const unsigned long end = last + 300 * 1000000000ul; last < end;) {
        const unsigned long time = now();
        const unsigned long gap = time - last;
        last = time;
        if (gap > atomic_load_explicit(&shared->longest, memory_order_relaxed))
            atomic_store_explicit(&shared->longest, gap, memory_order_relaxed);
        if (atomic_load_explicit(&shared->reset, memory_order_acquire)) {
            atomic_store(&shared->longest, 0);
            atomic_store(&shared->reset, 0);
            last = now();
        }
    }
    return 0;
}
