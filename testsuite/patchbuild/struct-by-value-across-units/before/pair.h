struct pair {
    int a, b;
};
struct pair make(int n);
