#pragma once
struct Shape {
  int width, height;
  static int sides() { return 4; }
  int area() const { return width * height; }
};
template <typename T> T twice(T value) { return value + value; }
