/* A command line tool as a process that stays: its own main is called toolMain, and each line is a command line for it,
 * run in a fork of this process, which has the patches of its parent; <FILE is what it reads. The answer is how it
 * ended, and a sum of what it wrote. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int toolMain(int count, char **words);

static unsigned sumOf(const char *path) {
  unsigned sum = 0;
  int c;
  FILE *file = fopen(path, "rb");
  while (file && (c = getc(file)) != EOF)
    sum = sum * 31 + (unsigned)c;
  if (file)
    fclose(file);
  return sum;
}

int main(void) {
  static char line[4000];
  while (fgets(line, sizeof line, stdin)) {
    char *words[60] = {"tool"};
    int count = 1, status = 0;
    const char *input = "/dev/null";
    for (char *word = strtok(line, " \n"); word && count < 59; word = strtok(NULL, " \n"))
      if (*word == '<')
        input = word + 1;
      else
        words[count++] = word;
    unlink("out");
    pid_t child = fork();
    if (!child) {
      (void)!freopen(input, "r", stdin), (void)!freopen("out.txt", "w", stdout), (void)!freopen("out.txt", "a", stderr);
      optind = 1;
      exit(toolMain(count, words));
    }
    waitpid(child, &status, 0);
    printf("%s %d out %x text %x\n", WIFEXITED(status) ? "exit" : "signal",
           WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), sumOf("out"), sumOf("out.txt"));
    fflush(stdout);
  }
  return 0;
}
