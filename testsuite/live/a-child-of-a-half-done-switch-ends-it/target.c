// Answers each line with what its functions return and its variable holds. "f": a child takes over the conversation,
// until "q"; "p": who it is.
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int number = 1;
__attribute__((noinline)) int value(void) {
  return 1;
}
__attribute__((noinline)) int other(void) {
  return 1;
}

int main(void) {
  char line[64];
  setvbuf(stdin, NULL, _IONBF, 0);
  while (fgets(line, sizeof line, stdin) && line[0] != 'q') {
    if (line[0] == 'f') {
      int status = 0;
      pid_t child = fork();
      if (child) {
        waitpid(child, &status, 0);
        printf("the child ended with %d\n", status);
      } else {
        alarm(30); // should it wait for ever
        printf("the child %d\n", getpid());
      }
    } else if (line[0] == 'p') {
      printf("%d\n", getpid());
    } else {
      int first = value(), second = other();
      printf("%d %d %d\n", first, second, number);
    }
    fflush(stdout);
  }
  return 0;
}
