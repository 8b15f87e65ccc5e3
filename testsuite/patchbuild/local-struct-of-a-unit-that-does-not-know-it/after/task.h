struct task {
    int number;
    int priority;
};
