extern int calls; // the target's static variable

int newValue(int of) {
  ++calls;
  return of + 100;
}
