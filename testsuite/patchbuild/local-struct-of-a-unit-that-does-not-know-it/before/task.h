struct task {
    int number;
};
