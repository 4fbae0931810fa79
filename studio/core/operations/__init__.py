"""What is done to the folders of models on disk: each as one step, which fails without leaving anything half done."""
