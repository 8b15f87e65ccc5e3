extern __attribute__((visibility("hidden"))) const int rates[4];
