/* The target: a service that shows its state five times a second, and at once on SIGUSR1. */
#include "sample.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

static void wake(int signalNumber)
{
    (void)signalNumber;
}

int main(void)
{
    struct sigaction onDemand = {.sa_handler = wake};
    sigaction(SIGUSR1, &onDemand, NULL);
    /* Where yama's ptrace_scope is 1, an ordinary user may trace only children or who permits it, as this does. */
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    for (;;) {
        errno = 0; /* the signal has cut a sleep short */
        printf("func_J()=%s str_V=%s str_P=%s func_L=%s", func_J(), str_V, str_P ? str_P : "(null)",
               func_L ? "" : "(null)");
        if (func_L)
            func_L();
        printf("\n");
        fflush(stdout);
        usleep(200 * 1000);
    }
}
