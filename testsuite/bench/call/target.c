// call [CALLS]: what one call of a function costs, asked for again and again over standard input.
//
// For each line read it prints the time of a call in ns twice: where each call needs the result of the one before, and
// where it does not; and the function's answer, which tells old from new code.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifndef ADDEND
#define ADDEND 1
#endif

__attribute__((noinline)) unsigned callee(unsigned x)
{
    return x + ADDEND;
}

enum { LOOPS = 5 };
static unsigned long calls = 20 * 1000 * 1000;
static volatile unsigned sink;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static double dependent(void)
{
    unsigned x = 0;
    const double begin = now();
    for (unsigned long i = 0; i < calls; ++i)
        x = callee(x);
    sink = x;
    return (now() - begin) / calls;
}

static double independent(void)
{
    unsigned sum = 0;
    const double begin = now();
    for (unsigned long i = 0; i < calls; ++i)
        sum ^= callee((unsigned)i);
    sink = sum;
    return (now() - begin) / calls;
}

// The quickest of a few: what interrupts a loop only makes it slower.
static double quickest(double (*loop)(void))
{
    double best = loop();
    for (int i = 1; i < LOOPS; ++i) {
        const double time = loop();
        if (time < best)
            best = time;
    }
    return best;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        calls = strtoul(argv[1], 0, 10);
    char line[16];
    while (fgets(line, sizeof line, stdin)) {
        printf("%.4f %.4f %u\n", quickest(dependent), quickest(independent), callee(0));
        fflush(stdout);
    }
    return 0;
}
