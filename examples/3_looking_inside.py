# %% [markdown]
# Made by `python examples/make.py` from `docs/course/3-looking-inside.md`, where the answers to the
# exercises stand. It asks for digitzoo: `python -m pip install .` in a checkout. What it keeps,
# such as `runs`, it writes into the folder that it is started in.

# %%
from pathlib import Path

import matplotlib.pyplot as plt


def show(name, diagram=None):
    """Show the picture; where there is no display, write it to the folder pictures."""
    if "inline" in plt.get_backend() and diagram is not None:
        display(diagram)  # a notebook's own function
    elif plt.get_backend().lower() != "agg" and diagram is None:
        plt.show()
    else:
        path = Path("pictures", f"{name}.png")
        path.parent.mkdir(exist_ok=True)
        if diagram is None:
            plt.savefig(path, bbox_inches="tight")
            plt.close()
        else:
            diagram.save(path)
        print(f"picture: {path}")

# %% [markdown]
# # 3. Looking inside
#
# A network that recognises clothes has a third of a million numbers. What do they do? This chapter
# opens a trained network and looks: at its plan, its kernels, at what its layers answer to a picture,
# and at which part of a picture a decision rests on. To see what training has done, an untrained
# network always stands beside it.
#
# ## Two networks
#
# Fashion-MNIST has the format of MNIST, but shows ten kinds of clothes. It is harder than digits.

# %%
from digitzoo import load_data, plot_samples

clothes = load_data("fashion_mnist")
plot_samples(clothes.test, indices=range(10))
show("3-01")

# %% [markdown]
# `fashion_cnn` is built twice, once with the trained weights that come with digitzoo, and once with
# the random numbers that every training begins from:

# %%
import keras

from digitzoo import evaluate, fashion_cnn

trained = fashion_cnn(weights="fashion_mnist")
keras.utils.set_random_seed(0)
untrained = fashion_cnn()

result = evaluate(trained, clothes.test)
print("trained:  ", result)
print("untrained:", evaluate(untrained, clothes.test))

# %% [markdown]
# ## The plan
#
# `plot_model` draws the layers as a graph, with the shapes that go in and come out:

# %%
from digitzoo import plot_model

diagram = plot_model(trained)
show("3-02", diagram)

# %% [markdown]
# `plot_layers` draws them to scale. The picture gets smaller and deeper on its way: two poolings
# halve its sides twice, and the number of maps grows from 1 to 32 to 64.

# %%
from digitzoo import plot_layers

plot_layers(trained)
show("3-03")

# %% [markdown]
# Both convolutions have `padding="same"`: a border of zeros keeps 28 × 28 at 28 × 28, and the formula
# W − F + 1 of chapter 2 does not hold for them. **Dropout** sets a part of the units to zero at
# random, but only while training; here it does nothing. Both come back in chapters
# [4](../docs/course/4-going-deeper.md#the-border-valid-and-same) and [5](../docs/course/5-overfitting.md#dropout).
#
# ## The kernels
#
# The first convolution has 32 filters of 3 × 3. Each filter is a tiny picture of what it looks for:
# it answers most where the picture is bright under red and dark under blue.

# %%
from digitzoo import plot_kernels

plot_kernels({"trained": trained, "untrained": untrained}, vmin=-1, vmax=1)
show("3-04")

# %% [markdown]
# Both panels have the same colour scale; weights beyond ±1 take its end. The untrained kernels are
# pale: small random numbers. Many of the trained ones have red on one side and blue on the other:
# they find edges, upright, lying or oblique. Nobody has asked for edges; they have turned out to be
# useful.
#
# ## The weights as a histogram

# %%
for name, model in (("trained", trained), ("untrained", untrained)):
    kernel, bias = model.get_layer("conv1").get_weights()
    print(f"{name:10} shape {kernel.shape}, mean {kernel.mean():+.3f}, spread {kernel.std():.3f}")

# %%
from digitzoo import plot_weight_histogram

plot_weight_histogram({"trained": trained, "untrained": untrained}, layers=["conv1", "conv2"])
show("3-05")

# %% [markdown]
# Before training the weights are spread evenly between two narrow bounds; Keras draws them so (it is
# called Glorot uniform). Training has pulled them apart, a few of them far out: the filters have
# become different from one another.
#
# ## What a layer answers
#
# A feature map shows where in a picture a filter finds what it looks for. Here are all maps of both
# convolutions for one boot:

# %%
from digitzoo import plot_feature_maps

boot = clothes.test.images[0]
plot_feature_maps(trained, boot)
show("3-06")

# %% [markdown]
# In the maps of the first layer the boot can still be seen, here its outline, there its surface, there
# only its sole. The second layer sees the first one's maps, not the boot. Its maps have half the side,
# and are harder to name: they answer to combinations of what the first layer found. Some maps are
# dark: their filter finds nothing in this picture.
#
# The untrained network gives maps, too. Where they are not dark, they are the boot again and again,
# brighter or fainter; a random kernel picks out little:

# %%
plot_feature_maps(untrained, boot, layers="conv1")
show("3-07")

# %% [markdown]
# ## One map by hand
#
# Nothing about a map is hidden. With the convolution of chapter 2, one bias and a ReLU, out comes the
# first map to the last digit that matters:

# %%
import numpy as np

from digitzoo import feature_maps, scale_pixels

kernel, bias = trained.get_layer("conv1").get_weights()
framed = np.pad(scale_pixels(boot)[:, :, 0], 1)  # one row of zeros on each side
ours = np.zeros((28, 28))
for row in range(28):
    for column in range(28):
        window = framed[row : row + 3, column : column + 3]
        ours[row, column] = (window * kernel[:, :, 0, 0]).sum() + bias[0]
ours = np.maximum(0, ours)

theirs = feature_maps(trained, boot)["conv1"][0, :, :, 0]
print("largest difference:", f"{abs(ours - theirs).max():.6f}")

# %% [markdown]
# ## What a decision rests on
#
# Cover a part of the picture and ask again. If the network's evidence for its answer falls, that part
# has spoken for it. Do so everywhere, and you have a map of the evidence: **occlusion**. Here for a
# square of 8 × 8 pixels on the boot, at four corners:

# %%
from digitzoo import predict

answer = predict(trained, boot)
print("nothing covered:", answer)
for row in (6, 18):
    for column in (2, 18):
        covered = boot.copy()
        covered[row : row + 8, column : column + 8] = 0
        covered_answer = predict(trained, covered)
        print(f"rows {row} to {row + 7}, columns {column} to {column + 7}:", covered_answer)

# %% [markdown]
# `plot_attribution` draws this for squares everywhere, beside two other ways to ask. **Grad-CAM** takes
# the maps of the last convolution and weighs each by how strongly it speaks for the class.
# **Saliency** asks how much each single pixel would move the answer.

# %%
from digitzoo import plot_attribution

plot_attribution(trained, clothes.test[[0, 4, 23]])
show("3-08")

# %% [markdown]
# The third picture is a boot that the network takes for a sandal; its maps say what speaks for
# sandal.
#
# Such maps are hints, not proofs. They say what the network used for this picture, and three ways to
# ask may give three answers. If a map shows that the network looks at the background, though, you have
# learned something that no accuracy would have told you.
#
# ## How it sees a thousand pictures
#
# The last hidden layer turns each picture into 100 numbers. Pictures with similar numbers are alike to
# the network. `plot_embedding` draws 1,000 pictures as points, in the plane in which the 100 numbers
# differ most:

# %%
from digitzoo import plot_embedding

plot_embedding(trained, clothes.test[:1000])
show("3-09")

# %% [markdown]
# Bags lie to one side, shoes to another, trousers a little apart. Shirts, coats, pullovers and
# T-shirts lie on one heap, and there are most of the rings, which mark mistakes. The confusion matrix
# counts them:

# %%
from digitzoo import plot_confusion_matrix

plot_confusion_matrix(result)
show("3-10")

# %% [markdown]
# Read it by rows: of 1,000 shirts, how many were called a shirt, how many a T-shirt? The diagonal is
# what was right.
#
# ## What to keep
#
# - Training turns small random kernels into filters that find something.
# - A feature map shows where a filter finds it; deeper layers answer to combinations.
# - Occlusion, Grad-CAM and saliency hint at what a decision rests on.
# - Mistakes are not spread evenly: they lie between classes that look alike to the network.
#
# ## Exercises
#
# **1.** The second convolution has 64 filters of 3 × 3 on the 32 maps of the first. What is the shape
# of its weights, and how many parameters does it have?

# %%
# Your answer

# %% [markdown]
# **2.** How many numbers are in all maps of the second convolution for one picture, and how many bytes
# do they take as 32-bit floats?

# %%
# Your answer

# %% [markdown]
# **3.** Which layer needs the most multiplications, and how many?

# %%
# Your answer

# %% [markdown]
# **4.** Untrained weights lie evenly between −b and b with b = √(6 / (in + out)). For the first
# convolution, *in* is 3 × 3 × 1 and *out* is 3 × 3 × 32. What is b? Check it with the histogram.

# %%
# Your answer

# %% [markdown]
# **5.** A map may be dark for one picture only, or for all. Count the filters of the first convolution
# that answer to nothing in the boot, and those that answer to nothing in 200 pictures.

# %%
# Your answer

# %% [markdown]
# **6.** A square of 8 × 8 covers a part of a picture of 28 × 28. At how many places can it lie? And if
# it moves by 4 pixels at a time?

# %%
# Your answer
