#include "parts.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace {
Fixed<3> three;
Fixed<4> four;
std::string last = "none";

enum class Mood { calm, cross };
const char *nameOf(Mood mood) {
  return mood == Mood::calm ? "calm" : "angry";
}
} // namespace

extern "C" const char *answer(const char *question) {
  static std::string text;
  try {
    std::vector<Part *> parts = {&three, &four};
    std::sort(parts.begin(), parts.end(), [](const Part *a, const Part *b) { return a->cost() < b->cost(); });
    if (question[0] == 'x')
      throw std::runtime_error("x");
    text = std::to_string(parts.size()) + nameOf(Mood::cross) + last;
    last = question;
  } catch (const std::exception &error) {
    text = error.what();
  }
  return text.c_str();
}
