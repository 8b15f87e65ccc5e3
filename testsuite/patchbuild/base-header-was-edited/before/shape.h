#pragma once
struct Shape {
  int width, height;
  int area() const { return width * height; }
};
template <typename T> T twice(T value) { return value + value; }
