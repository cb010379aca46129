"""Parts of networks: backbones turn the past into features, heads turn features into the law of what follows."""
