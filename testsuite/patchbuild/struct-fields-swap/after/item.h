struct item {
    int weight;
    int id;
};
