// A small program and a patch for it, made with the system's compiler when the test runs, and started.
#pragma once

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace livepatch {

class BuiltTarget : public testing::Test {
protected:
  static void SetUpTestSuite() {
    std::string pattern = (std::filesystem::temp_directory_path() / "livepatch-unit-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder() = pattern;
    // The padding by hand: this compiler need not know of it.
    write("target.c", R"(
      #include <stdio.h>
      int number = 1;
      int value(void);
      __asm__(".text\n.balign 16\n.globl value\n.type value,@function\n"
              "value: .byte 0x0f,0x1f,0x44,0x00,0x08\nmov $1,%eax\nret\n.size value,.-value\n");
      int main(void) {
        char line[16];
        while (fgets(line, sizeof line, stdin)) { printf("%d %d\n", value(), number); fflush(stdout); }
        return 0;
      })");
    write("patch.c", "int newValue(void) { return 2; }\n");
    write("fix.cmd", "J value newValue\nV number 05000000 if=01000000\n");
    write("function.cmd", "J value newValue\n");
    run("cc -O1 -o target target.c && nm -S target > target.nm && "
        "cc -O1 -shared -fPIC -nostdlib -Wl,-z,now -o patch.so patch.c");
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder()); }

  void SetUp() override {
    int in[2], out[2];
    ASSERT_EQ(::pipe(in) | ::pipe(out), 0);
    pid = ::fork();
    if (pid == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      for (int fd : {in[0], in[1], out[0], out[1]})
        ::close(fd);
      ::execl((folder() + "/target").c_str(), "target", nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    questions = in[1];
    answers = ::fdopen(out[0], "r");
    ASSERT_EQ(ask(), "1 1");
  }
  void TearDown() override {
    end();
    ::close(questions);
    std::fclose(answers);
  }

  void end() {
    if (pid <= 0)
      return;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    pid = 0;
  }

  [[nodiscard]] std::string ask() {
    std::array<char, 64> line{};
    if (::write(questions, "?\n", 2) != 2 || !std::fgets(line.data(), line.size(), answers))
      return "gone";
    std::string text = line.data();
    return text.substr(0, text.find('\n'));
  }

  static std::string &folder() {
    static std::string path;
    return path;
  }
  static std::string file(const std::string &name) { return folder() + "/" + name; }
  static void write(const std::string &name, const std::string &text) { std::ofstream(file(name)) << text; }
  static void run(const std::string &command) {
    ASSERT_EQ(std::system(("cd '" + folder() + "' && " + command).c_str()), 0) << command;
  }

  pid_t pid = 0;
  int questions = -1;
  std::FILE *answers = nullptr;
};

} // namespace livepatch
