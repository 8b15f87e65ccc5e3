struct item {
    int id;
    int weight;
};
