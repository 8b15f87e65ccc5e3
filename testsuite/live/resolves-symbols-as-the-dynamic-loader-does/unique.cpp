// Statics of inline functions are unique symbols: one for the whole process, however the libraries were loaded.
template <int N>
struct Counter {
  static int value;
};
template <int N>
int Counter<N>::value = N;
inline int &ofInline() {
  static int value = 7;
  return value;
}
extern "C" int JOIN_UNIQUE() { return ofInline()++ + Counter<1>::value; }
