extern "C" int more() { return 0; }
