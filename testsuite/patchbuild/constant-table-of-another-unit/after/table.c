extern const int table[4];
const int table[4] = {10, 21, 31, 40};
