extern "C" int shared(int value) { return value * 3; }
