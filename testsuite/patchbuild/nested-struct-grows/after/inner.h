struct inner {
    int a;
    int b;
};
